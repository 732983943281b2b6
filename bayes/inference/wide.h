// Numbers that neither underflow nor overflow: not negative, mantissa × 2^exponent with the
// mantissa in [1/2, 1), or 0.
#ifndef LK_WIDE_H
#define LK_WIDE_H

#include "mathfn.h"

#include <math.h>
#include <stdint.h>

typedef struct lk_wide {
    double mantissa;
    int64_t exponent;
} lk_wide;

static inline lk_wide lk_wide_make(double value, int64_t exponent) {
    int shift;
    double mantissa = frexp(value, &shift);
    return (lk_wide){mantissa, mantissa == 0 ? 0 : exponent + shift};
}

static inline lk_wide lk_wide_multiply(lk_wide a, lk_wide b) {
    return lk_wide_make(a.mantissa * b.mantissa, a.exponent + b.exponent);
}

// ldexp for any exponent.
static inline double lk_scale_double(double value, int64_t exponent) {
    if (exponent > 4000) exponent = 4000;
    if (exponent < -4000) exponent = -4000;
    return ldexp(value, (int)exponent);
}

static inline lk_wide lk_wide_add(lk_wide a, lk_wide b) {
    if (a.mantissa == 0) return b;
    if (b.mantissa == 0) return a;
    lk_wide large = a.exponent >= b.exponent ? a : b;
    lk_wide small = a.exponent >= b.exponent ? b : a;
    double sum = large.mantissa + lk_scale_double(small.mantissa, small.exponent - large.exponent);
    return lk_wide_make(sum, large.exponent);
}

static inline lk_wide lk_wide_larger(lk_wide a, lk_wide b) {
    if (a.mantissa == 0 || b.mantissa == 0) return a.mantissa == 0 ? b : a;
    if (a.exponent != b.exponent) return a.exponent > b.exponent ? a : b;
    return a.mantissa >= b.mantissa ? a : b;
}

// a / b as a double; b is not 0.
static inline double lk_wide_ratio(lk_wide a, lk_wide b) {
    return lk_scale_double(a.mantissa / b.mantissa, a.exponent - b.exponent);
}

// From our own logarithm: the C library's differs in its last bit from one target to the next.
static inline double lk_wide_log10(lk_wide a) {
    const double log10_e = 0.43429448190325182765112891891661;
    if (a.exponent > -1000 && a.exponent < 1000)
        return lk_log(lk_scale_double(a.mantissa, a.exponent)) * log10_e;
    return lk_log(a.mantissa) * log10_e + (double)a.exponent * 0.30102999566398119521373889472449;
}

#endif
