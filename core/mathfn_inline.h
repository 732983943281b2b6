// The float functions of mathfn.h without a branch, for loops that the compiler turns into vector
// code: every lane computes all pieces and selects one. Polynomials are minimax fits.
#ifndef LK_MATHFN_INLINE_H
#define LK_MATHFN_INLINE_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#define LK_LN2_HIGH_F 0x1.62e4p-1f // 15 bits: its product with an exponent is exact
#define LK_LN2_LOW_F 0x1.7f7d1cp-20f
#define LK_LOG2_E_F 0x1.715476p0f
#define LK_ROUND_F 0x1.8p23f // adding it rounds to an integer, kept in the low bits
#define LK_MINUS_INFINITY_F lk_float_of_bits(UINT32_C(0xff800000))
#define LK_NAN_F lk_float_of_bits(UINT32_C(0x7fc00000))

static inline uint32_t lk_float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float lk_float_of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float lk_float_magnitude(float x) {
    return lk_float_of_bits(lk_float_bits(x) & UINT32_C(0x7fffffff));
}

static inline float lk_float_with_sign(float magnitude, float sign) {
    return lk_float_of_bits(lk_float_bits(magnitude) |
                            (lk_float_bits(sign) & UINT32_C(0x80000000)));
}

// 2^n for n from -126 to 127, in two's complement.
static inline float lk_float_power_of_2(uint32_t n) { return lk_float_of_bits((n + 127) << 23); }

// e^x = 2^n e^r with |r| ≤ ln 2 / 2; returns e^r.
static inline float lk_exp_split_f(uint32_t *n, float x) {
    float shifted = x * LK_LOG2_E_F + LK_ROUND_F;
    *n = lk_float_bits(shifted) - lk_float_bits(LK_ROUND_F);
    float count = shifted - LK_ROUND_F;
    float r = (x - count * LK_LN2_HIGH_F) - count * LK_LN2_LOW_F;
    float p = 0x1.6d4bfcp-10f;
    p = p * r + 0x1.120c06p-7f;
    p = p * r + 0x1.5554eap-5f;
    p = p * r + 0x1.5554dcp-3f;
    p = p * r + 0.5f;
    return 1 + (r + r * r * p);
}

static inline float lk_inline_expf(float x) {
    x = x > 89.0f ? 89.0f : x; // a NaN stays
    x = x < -104.0f ? -104.0f : x;
    uint32_t n;
    float y = lk_exp_split_f(&n, x);
    uint32_t half = (uint32_t)((int32_t)n >> 1); // in two steps 2^n reaches the subnormal numbers
    return y * lk_float_power_of_2(half) * lk_float_power_of_2(n - half);
}

// e^x for |x| ≤ 87.
static inline float lk_exp_bounded_f(float x) {
    uint32_t n;
    float y = lk_exp_split_f(&n, x);
    return y * lk_float_power_of_2(n);
}

// log(1 + f) - f for f from sqrt(1/2) - 1 to sqrt(2) - 1.
static inline float lk_log_tail_f(float f) {
    float p = 0x1.2cb2eap-4f;
    p = p * f - 0x1.ddb2e2p-4f;
    p = p * f + 0x1.dc7636p-4f;
    p = p * f - 0x1.fbbf2ep-4f;
    p = p * f + 0x1.23de3ep-3f;
    p = p * f - 0x1.556288p-3f;
    p = p * f + 0x1.999d2ap-3f;
    p = p * f - 0x1.ffffe6p-3f;
    p = p * f + 0x1.555554p-2f;
    float square = f * f;
    return square * f * p - 0.5f * square;
}

static inline float lk_inline_logf(float x) {
    float lifted = x * 0x1p23f;
    float normal = x < FLT_MIN ? lifted : x;
    float lift = x < FLT_MIN ? 23.0f : 0.0f;
    uint32_t bits = lk_float_bits(normal);
    // The exponent for a mantissa from sqrt(1/2) to sqrt(2).
    int32_t exponent = (int32_t)(bits - UINT32_C(0x3f3504f3)) >> 23;
    float f = lk_float_of_bits(bits - ((uint32_t)exponent << 23)) - 1;
    float e = (float)exponent - lift;
    float y = e * LK_LN2_HIGH_F + (f + (e * LK_LN2_LOW_F + lk_log_tail_f(f)));
    y = x > FLT_MAX ? x : y;
    y = x == 0 ? LK_MINUS_INFINITY_F : y;
    return x >= 0 ? y : LK_NAN_F;
}

static inline float lk_inline_tanhf(float x) {
    float a = lk_float_magnitude(x);
    float z = a * a;
    float p = 0x1.3cd562p-9f;
    p = p * z - 0x1.15c668p-7f;
    p = p * z + 0x1.658214p-6f;
    p = p * z - 0x1.ba1b1ep-5f;
    p = p * z + 0x1.11113ap-3f;
    p = p * z - 0x1.555556p-2f;
    float small = a + a * z * p;
    float bounded = a > 10.0f ? 10.0f : a;
    float large = 1 - 2 / (lk_exp_bounded_f(2 * bounded) + 1);
    return lk_float_with_sign(a < 0.625f ? small : large, x);
}

static inline float lk_inline_erff(float x) {
    float a = lk_float_magnitude(x);
    float z = a * a;
    float p = 0x1.4c5cb4p-14f;
    p = p * z - 0x1.a5197ap-11f;
    p = p * z + 0x1.542fecp-8f;
    p = p * z - 0x1.b7fec4p-6f;
    p = p * z + 0x1.ce2d52p-4f;
    p = p * z - 0x1.81274p-2f;
    p = p * z + 0x1.06eba8p-3f;
    float small = a + a * p;
    float b = a > 4.0f ? 4.0f : a; // erfc(b) = e^-q
    float q = 0x1.6bf59cp-16f;
    q = q * b - 0x1.cedd4cp-12f;
    q = q * b + 0x1.139454p-8f;
    q = q * b - 0x1.9d085cp-6f;
    q = q * b + 0x1.bc1748p-4f;
    q = q * b + 0x1.443524p-1f;
    q = q * b + 0x1.212c1ep0f;
    q = q * b - 0x1.8ad1ffp-13f;
    float large = 1 - lk_exp_bounded_f(-q);
    return lk_float_with_sign(a < 1 ? small : large, x);
}

#endif
