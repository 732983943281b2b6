// Rational numbers from 0 on, in lowest terms. Memory and failures are as in natural.h.
#ifndef LK_RATIONAL_H
#define LK_RATIONAL_H

#include "exact/natural.h"

typedef struct lk_rational {
    lk_natural numerator;
    lk_natural denominator; // not 0; of 0 it is 1
} lk_rational;

// numerator / denominator, which is not 0.
lk_status lk_rational_make(lk_arena *arena, lk_rational *number, lk_natural numerator,
                           lk_natural denominator);
// The number that a text stands for which lk_number_read accepts and finds not negative.
lk_status lk_rational_parse(lk_arena *arena, lk_rational *number, const char *text, size_t length);

lk_status lk_rational_add(lk_arena *arena, lk_rational *sum, lk_rational a, lk_rational b);
// |a - b|
lk_status lk_rational_difference(lk_arena *arena, lk_rational *difference, lk_rational a,
                                 lk_rational b);
lk_status lk_rational_multiply(lk_arena *arena, lk_rational *product, lk_rational a, lk_rational b);
// b is not 0.
lk_status lk_rational_divide(lk_arena *arena, lk_rational *quotient, lk_rational a, lk_rational b);
// *order: negative, 0 or positive, as memcmp.
lk_status lk_rational_compare(lk_arena *scratch, int *order, lk_rational a, lk_rational b);
// In lowest terms, numbers are equal when their parts are.
bool lk_rational_equal(lk_rational a, lk_rational b);

// The nearest double, ties to even.
lk_status lk_rational_to_double(lk_arena *scratch, double *value, lk_rational a);
// Appends "75/107", or "2" for a whole number.
lk_status lk_rational_append(lk_arena *scratch, lk_buffer *text, lk_rational a);

#endif
