// Natural numbers of any length, up to LK_NATURAL_BITS. (natural.c is the door to GMP and, in
// WebAssembly, to mini-gmp; no other file knows them. docs/decisions/0009-exact-numbers.md)
//
// Numbers are not changed once made; those that functions make lie in the arena they are given,
// which holds nothing else of the call when it returns. Whatever makes a number fails with
// LK_ERROR_MEMORY, or with LK_ERROR_LIMIT when it would be longer than LK_NATURAL_BITS.
#ifndef LK_NATURAL_H
#define LK_NATURAL_H

#include "arena.h"

#include <limits.h>

typedef unsigned long lk_limb;

enum {
    LK_LIMB_BITS = sizeof(lk_limb) * CHAR_BIT,
    LK_NATURAL_BITS = 64000,
    LK_NATURAL_DIGITS = 19000, // decimal ones, which so many bits hold
    LK_NATURAL_LIMBS = LK_NATURAL_BITS / LK_LIMB_BITS,
};

typedef struct lk_natural {
    const lk_limb *limbs; // the least significant first; the last is not 0
    size_t count;         // 0: the number 0
} lk_natural;

lk_status lk_natural_from_word(lk_arena *arena, lk_natural *number, uint32_t word);
// `length` decimal digits.
lk_status lk_natural_from_digits(lk_arena *arena, lk_natural *number, const char *digits,
                                 size_t length);
lk_status lk_natural_power_of_ten(lk_arena *arena, lk_natural *number, size_t exponent);
lk_status lk_natural_copy(lk_arena *arena, lk_natural *copy, lk_natural a);

lk_status lk_natural_add(lk_arena *arena, lk_natural *sum, lk_natural a, lk_natural b);
// b is at most a.
lk_status lk_natural_subtract(lk_arena *arena, lk_natural *difference, lk_natural a, lk_natural b);
lk_status lk_natural_multiply(lk_arena *arena, lk_natural *product, lk_natural a, lk_natural b);
// a is a multiple of b, which is not 0.
lk_status lk_natural_divide(lk_arena *arena, lk_natural *quotient, lk_natural a, lk_natural b);
// The greatest common divisor; of 0 and b it is b.
lk_status lk_natural_gcd(lk_arena *arena, lk_natural *gcd, lk_natural a, lk_natural b);

// Fails with LK_ERROR_LIMIT: numbers would be too long.
lk_status lk_natural_refuse(lk_context *context);

int lk_natural_compare(lk_natural a, lk_natural b); // negative, 0 or positive, as memcmp
size_t lk_natural_bits(lk_natural a);               // without leading zeros

// The double nearest to a / b, ties to even; b is not 0.
lk_status lk_natural_ratio(lk_arena *scratch, double *ratio, lk_natural a, lk_natural b);
// Appends the decimal digits.
lk_status lk_natural_append(lk_arena *scratch, lk_buffer *text, lk_natural a);

// ---- Numbers in room of the caller's, for tables ------------------------------------------------

// The number in `width` limbs, which it borrows.
lk_natural lk_natural_at(const lk_limb *limbs, size_t width);
// Writes a number into `width` limbs; it fits.
void lk_limbs_set(lk_limb *limbs, size_t width, lk_natural a);
// sum += a; the sum fits.
void lk_limbs_add(lk_limb *sum, size_t width, lk_natural a);
// a × b within a.count + b.count limbs of room, which hold neither.
lk_natural lk_limbs_multiply(lk_limb *room, lk_natural a, lk_natural b);

#endif
