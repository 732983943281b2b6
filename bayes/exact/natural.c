// Of GMP only functions on limbs are used, in numbers so short that they take no memory but the
// stack (tests/unit/test_natural.c watches that): all other memory is the context's, and nothing of
// the process changes. mini-gmp has the same functions, except for gcd and division, which are
// written here upon the others.
#include "exact/natural.h"

#include <math.h>

#ifdef __EMSCRIPTEN__
#include <mini-gmp.h>
#else
#include <gmp.h>
#endif

_Static_assert(_Generic((mp_limb_t)0, lk_limb : 1, default : 0), "limbs are GMP's");

// ---- Room --------------------------------------------------------------------------------------

lk_status lk_natural_refuse(lk_context *context) {
    lk_fail(context, LK_ERROR_LIMIT, "the exact answer needs numbers of more than %d digits",
            LK_NATURAL_DIGITS);
    return LK_ERROR_LIMIT;
}

static lk_status take_room(lk_arena *arena, lk_limb **limbs, size_t count) {
    if (count > LK_NATURAL_LIMBS + 1) return lk_natural_refuse(arena->context); // one may be empty
    *limbs = lk_arena_alloc(arena, count, sizeof **limbs);
    return *limbs ? LK_OK : LK_ERROR_MEMORY;
}

lk_natural lk_natural_at(const lk_limb *limbs, size_t width) {
    while (width > 0 && limbs[width - 1] == 0) width--;
    return (lk_natural){limbs, width};
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void copy_limbs(lk_limb *to, const lk_limb *from, size_t count) {
    if (count) memcpy(to, from, count * sizeof *to);
}

static void zero_limbs(lk_limb *limbs, size_t count) {
    if (count) memset(limbs, 0, count * sizeof *limbs);
}

// ---- Shifts ------------------------------------------------------------------------------------

static size_t trailing_zeros(lk_natural a) { return mpn_scan1(a.limbs, 0); }

// Shifts `width` limbs right within themselves and returns how many remain in use.
static size_t shift_right(lk_limb *limbs, size_t width, size_t bits) {
    size_t whole = bits / LK_LIMB_BITS, rest = bits % LK_LIMB_BITS;
    if (whole) memmove(limbs, limbs + whole, (width - whole) * sizeof *limbs);
    width -= whole;
    if (rest && width) mpn_rshift(limbs, limbs, (mp_size_t)width, (unsigned)rest);
    return lk_natural_at(limbs, width).count;
}

// Writes a × 2^bits into `width` limbs; it fits.
static void shift_left(lk_limb *limbs, size_t width, lk_natural a, size_t bits) {
    size_t whole = bits / LK_LIMB_BITS, rest = bits % LK_LIMB_BITS;
    zero_limbs(limbs, width);
    copy_limbs(limbs + whole, a.limbs, a.count);
    if (rest) mpn_lshift(limbs + whole, limbs + whole, (mp_size_t)(width - whole), (unsigned)rest);
}

size_t lk_natural_bits(lk_natural a) {
    if (a.count == 0) return 0;
    size_t bits = a.count * LK_LIMB_BITS;
    for (lk_limb top = a.limbs[a.count - 1]; !(top >> (LK_LIMB_BITS - 1)); top <<= 1) bits--;
    return bits;
}

int lk_natural_compare(lk_natural a, lk_natural b) {
    if (a.count != b.count) return a.count < b.count ? -1 : 1;
    return a.count ? mpn_cmp(a.limbs, b.limbs, (mp_size_t)a.count) : 0;
}

// ---- From and to decimals ----------------------------------------------------------------------

enum { CHUNK_DIGITS = 9 }; // of decimals that are turned at once
static const uint32_t powers_of_ten[CHUNK_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

lk_status lk_natural_from_word(lk_arena *arena, lk_natural *number, uint32_t word) {
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, 1));
    *limbs = word;
    *number = lk_natural_at(limbs, 1);
    return LK_OK;
}

// limbs = limbs × factor + term; *count limbs are in use, and there is room for one more.
static void multiply_add(lk_limb *limbs, size_t *count, uint32_t factor, uint32_t term) {
    lk_limb carry = term;
    if (*count > 0) {
        carry = mpn_mul_1(limbs, limbs, (mp_size_t)*count, factor);
        carry += mpn_add_1(limbs, limbs, (mp_size_t)*count, term);
    }
    if (carry) limbs[(*count)++] = carry;
}

// Room for `digits` decimal digits, each of which has 3.33 bits at most.
static lk_status take_room_for_digits(lk_arena *arena, lk_limb **limbs, size_t digits) {
    if (digits > LK_NATURAL_DIGITS) return lk_natural_refuse(arena->context);
    size_t bits = digits * 10 / 3;
    return take_room(arena, limbs, bits / LK_LIMB_BITS + 1);
}

lk_status lk_natural_from_digits(lk_arena *arena, lk_natural *number, const char *digits,
                                 size_t length) {
    lk_limb *limbs;
    LK_TRY(take_room_for_digits(arena, &limbs, length));
    size_t count = 0;
    for (size_t i = 0; i < length;) {
        size_t chunk = length - i < CHUNK_DIGITS ? length - i : CHUNK_DIGITS;
        uint32_t value = 0;
        for (size_t end = i + chunk; i < end; i++) value = 10 * value + (uint32_t)(digits[i] - '0');
        multiply_add(limbs, &count, powers_of_ten[chunk], value);
    }
    *number = lk_natural_at(limbs, count);
    return LK_OK;
}

lk_status lk_natural_power_of_ten(lk_arena *arena, lk_natural *number, size_t exponent) {
    lk_limb *limbs;
    LK_TRY(take_room_for_digits(arena, &limbs, exponent < SIZE_MAX ? exponent + 1 : exponent));
    limbs[0] = 1;
    size_t count = 1;
    for (; exponent >= CHUNK_DIGITS; exponent -= CHUNK_DIGITS)
        multiply_add(limbs, &count, powers_of_ten[CHUNK_DIGITS], 0);
    multiply_add(limbs, &count, powers_of_ten[exponent], 0);
    *number = lk_natural_at(limbs, count);
    return LK_OK;
}

// Divides a number in pieces of 32 bits, the least significant first; returns the remainder.
static uint32_t divide_pieces(uint32_t *pieces, size_t *count, uint32_t divisor) {
    uint64_t rest = 0;
    for (size_t i = *count; i-- > 0;) {
        rest = rest << 32 | pieces[i];
        pieces[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    while (*count > 0 && pieces[*count - 1] == 0) --*count;
    return (uint32_t)rest;
}

static lk_status append_pieces(lk_arena *scratch, lk_buffer *text, lk_natural a) {
    size_t pieces_each = LK_LIMB_BITS / 32, count = a.count * pieces_each;
    uint32_t *pieces = lk_arena_alloc(scratch, count, sizeof *pieces);
    uint32_t *chunks = lk_arena_alloc(scratch, count * 32 / 29 + 1, sizeof *chunks);
    LK_NEED(pieces);
    LK_NEED(chunks);
    for (size_t i = 0; i < count; i++)
        pieces[i] = (uint32_t)(a.limbs[i / pieces_each] >> (32 * (i % pieces_each)));
    size_t chunk_count = 0;
    do {
        chunks[chunk_count++] = divide_pieces(pieces, &count, powers_of_ten[CHUNK_DIGITS]);
    } while (count > 0);
    lk_buffer_printf(text, "%u", chunks[--chunk_count]);
    while (chunk_count > 0) lk_buffer_printf(text, "%09u", chunks[--chunk_count]);
    return lk_buffer_status(text);
}

lk_status lk_natural_append(lk_arena *scratch, lk_buffer *text, lk_natural a) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = append_pieces(scratch, text, a);
    lk_arena_rewind(scratch, mark);
    return status;
}

// ---- Sums and products -------------------------------------------------------------------------

lk_status lk_natural_copy(lk_arena *arena, lk_natural *copy, lk_natural a) {
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, a.count));
    copy_limbs(limbs, a.limbs, a.count);
    *copy = (lk_natural){limbs, a.count};
    return LK_OK;
}

lk_status lk_natural_add(lk_arena *arena, lk_natural *sum, lk_natural a, lk_natural b) {
    size_t width = larger(a.count, b.count) + 1;
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, width));
    lk_limbs_set(limbs, width, a);
    lk_limbs_add(limbs, width, b);
    *sum = lk_natural_at(limbs, width);
    return LK_OK;
}

lk_status lk_natural_subtract(lk_arena *arena, lk_natural *difference, lk_natural a, lk_natural b) {
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, a.count));
    copy_limbs(limbs, a.limbs, a.count);
    if (b.count) mpn_sub(limbs, limbs, (mp_size_t)a.count, b.limbs, (mp_size_t)b.count);
    *difference = lk_natural_at(limbs, a.count);
    return LK_OK;
}

lk_status lk_natural_multiply(lk_arena *arena, lk_natural *product, lk_natural a, lk_natural b) {
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, a.count + b.count));
    *product = lk_limbs_multiply(limbs, a, b);
    return LK_OK;
}

void lk_limbs_set(lk_limb *limbs, size_t width, lk_natural a) {
    copy_limbs(limbs, a.limbs, a.count);
    zero_limbs(limbs + a.count, width - a.count);
}

void lk_limbs_add(lk_limb *sum, size_t width, lk_natural a) {
    if (a.count) mpn_add(sum, sum, (mp_size_t)width, a.limbs, (mp_size_t)a.count);
}

lk_natural lk_limbs_multiply(lk_limb *room, lk_natural a, lk_natural b) {
    if (a.count == 0 || b.count == 0) return (lk_natural){room, 0};
    lk_natural long_one = a.count >= b.count ? a : b, short_one = a.count >= b.count ? b : a;
    mpn_mul(room, long_one.limbs, (mp_size_t)long_one.count, short_one.limbs,
            (mp_size_t)short_one.count);
    return lk_natural_at(room, a.count + b.count);
}

// ---- Division ----------------------------------------------------------------------------------

// A copy of a / 2^bits.
static lk_status copy_shifted(lk_arena *arena, lk_limb **limbs, size_t *count, lk_natural a,
                              size_t bits) {
    lk_natural copy;
    LK_TRY(lk_natural_copy(arena, &copy, a));
    *limbs = (lk_limb *)copy.limbs; // made here, not anyone's yet
    *count = shift_right(*limbs, a.count, bits);
    return LK_OK;
}

// The inverse of an odd number modulo 2^LK_LIMB_BITS: each turn doubles the bits that are right.
static lk_limb inverse_of(lk_limb odd) {
    lk_limb inverse = odd; // three bits are right
    for (int bits = 3; bits < LK_LIMB_BITS; bits *= 2) inverse *= 2 - odd * inverse;
    return inverse;
}

// Exact division from the lowest limb up: T. Jebelean, "An algorithm for exact division", Journal
// of Symbolic Computation 15, 1993. b is odd; `rest` holds the lowest `count` limbs of a, as many
// as the quotient has.
static void divide_upwards(lk_limb *quotient, lk_limb *rest, size_t count, lk_natural b) {
    lk_limb inverse = inverse_of(b.limbs[0]);
    for (size_t i = 0; i < count; i++) {
        quotient[i] = rest[i] * inverse;
        size_t left = count - i, width = b.count < left ? b.count : left;
        lk_limb borrow = mpn_submul_1(rest + i, b.limbs, (mp_size_t)width, quotient[i]);
        if (width < left)
            mpn_sub_1(rest + i + width, rest + i + width, (mp_size_t)(left - width), borrow);
    }
}

static lk_status divide_in(lk_arena *arena, lk_limb *quotient, lk_natural *result, lk_natural a,
                           lk_natural b) {
    size_t twos = trailing_zeros(b), a_count = 0, b_count = 0;
    lk_limb *rest, *odd;
    LK_TRY(copy_shifted(arena, &rest, &a_count, a, twos));
    LK_TRY(copy_shifted(arena, &odd, &b_count, b, twos));
    size_t count = a_count - b_count + 1;
    divide_upwards(quotient, rest, count, (lk_natural){odd, b_count});
    *result = lk_natural_at(quotient, count);
    return LK_OK;
}

lk_status lk_natural_divide(lk_arena *arena, lk_natural *quotient, lk_natural a, lk_natural b) {
    *quotient = (lk_natural){NULL, 0};
    if (a.count == 0) return LK_OK;
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, a.count - b.count + 2));
    lk_arena_mark mark = lk_arena_get_mark(arena);
    lk_status status = divide_in(arena, limbs, quotient, a, b);
    lk_arena_rewind(arena, mark);
    return status;
}

// The binary algorithm of J. Stein, 1967, on odd numbers; *x ends as their divisor.
static void reduce_pair(lk_limb **x, size_t *x_count, lk_limb *y, size_t y_count) {
    for (;;) {
        int order = lk_natural_compare((lk_natural){*x, *x_count}, (lk_natural){y, y_count});
        if (order == 0) return;
        if (order < 0) {
            lk_limb *swap = *x;
            size_t swap_count = *x_count;
            *x = y, *x_count = y_count;
            y = swap, y_count = swap_count;
        }
        mpn_sub(*x, *x, (mp_size_t)*x_count, y, (mp_size_t)y_count);
        *x_count = lk_natural_at(*x, *x_count).count;
        *x_count = shift_right(*x, *x_count, mpn_scan1(*x, 0));
    }
}

static lk_status gcd_in(lk_arena *arena, lk_limb *limbs, size_t width, lk_natural a, lk_natural b) {
    size_t a_twos = trailing_zeros(a), b_twos = trailing_zeros(b), x_count = 0, y_count = 0;
    lk_limb *x, *y;
    LK_TRY(copy_shifted(arena, &x, &x_count, a, a_twos));
    LK_TRY(copy_shifted(arena, &y, &y_count, b, b_twos));
    reduce_pair(&x, &x_count, y, y_count);
    shift_left(limbs, width, (lk_natural){x, x_count}, a_twos < b_twos ? a_twos : b_twos);
    return LK_OK;
}

lk_status lk_natural_gcd(lk_arena *arena, lk_natural *gcd, lk_natural a, lk_natural b) {
    if (a.count == 0) return lk_natural_copy(arena, gcd, b);
    if (b.count == 0) return lk_natural_copy(arena, gcd, a);
    size_t width = a.count < b.count ? a.count : b.count;
    lk_limb *limbs;
    LK_TRY(take_room(arena, &limbs, width));
    lk_arena_mark mark = lk_arena_get_mark(arena);
    lk_status status = gcd_in(arena, limbs, width, a, b);
    lk_arena_rewind(arena, mark);
    if (status == LK_OK) *gcd = lk_natural_at(limbs, width);
    return status;
}

// ---- The nearest double ------------------------------------------------------------------------

// The first `bits` bits of x / y, which is in [1, 2), rounded to nearest, ties to even. x and y
// have `width` limbs, enough for 2 y, below which x stays; x is used up.
static uint64_t rounded_quotient(lk_limb *x, const lk_limb *y, size_t width, int bits) {
    uint64_t quotient = 0;
    for (int i = 0; i < bits; i++) {
        quotient <<= 1;
        if (mpn_cmp(x, y, (mp_size_t)width) >= 0) {
            quotient |= 1;
            mpn_sub_n(x, x, y, (mp_size_t)width);
        }
        mpn_lshift(x, x, (mp_size_t)width, 1);
    }
    int half = mpn_cmp(x, y, (mp_size_t)width); // the next bit, and whether it is the last
    return quotient + (half > 0 || (half == 0 && quotient & 1));
}

// Of a double in [2^exponent, 2^(exponent + 1)); fewer when it is subnormal.
static int significant_bits(int64_t exponent) {
    if (exponent >= -1022) return 53;
    return exponent < -1100 ? -1 : (int)(exponent + 1075);
}

static lk_status ratio_in(lk_arena *arena, double *ratio, lk_natural a, lk_natural b) {
    size_t a_bits = lk_natural_bits(a), b_bits = lk_natural_bits(b);
    size_t bits = larger(a_bits, b_bits), width = bits / LK_LIMB_BITS + 1;
    lk_limb *x = lk_arena_alloc(arena, width, sizeof *x);
    lk_limb *y = lk_arena_alloc(arena, width, sizeof *y);
    LK_NEED(x);
    LK_NEED(y);
    shift_left(x, width, a, bits - a_bits);
    shift_left(y, width, b, bits - b_bits);
    int64_t exponent = (int64_t)a_bits - (int64_t)b_bits;
    if (mpn_cmp(x, y, (mp_size_t)width) < 0) {
        mpn_lshift(x, x, (mp_size_t)width, 1);
        exponent--;
    }
    int significant = significant_bits(exponent);
    if (significant < 0)
        *ratio = 0;
    else if (exponent > 1023)
        *ratio = INFINITY;
    else
        *ratio = ldexp((double)rounded_quotient(x, y, width, significant),
                       (int)exponent - significant + 1);
    return LK_OK;
}

lk_status lk_natural_ratio(lk_arena *scratch, double *ratio, lk_natural a, lk_natural b) {
    *ratio = 0;
    if (a.count == 0) return LK_OK;
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = ratio_in(scratch, ratio, a, b);
    lk_arena_rewind(scratch, mark);
    return status;
}
