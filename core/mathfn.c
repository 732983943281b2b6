// Double precision, and the float functions as functions. Arguments are reduced exactly or in
// double-double arithmetic (an unevaluated sum high + low); polynomials are minimax fits.
#include "mathfn.h"

#include "integer.h"
#include "mathfn_inline.h"

#include <math.h>
#include <stdbool.h>

#define LN2_HIGH 0x1.62e42fefa2p-1 // 40 bits: its product with an exponent is exact
#define LN2_LOW 0x1.9ef35793c7673p-41
#define LOG2_E 0x1.71547652b82fep0
#define ROUND 0x1.8p52 // adding it rounds to an integer, kept in the low bits

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// ---- Double-double ------------------------------------------------------------------------------

typedef struct pair {
    double high, low;
} pair;

// The exact sum (Knuth), the same when |a| ≥ |b| (Dekker), and the exact product (Veltkamp,
// Dekker).
static pair sum_of(double a, double b) {
    double high = a + b;
    double b_part = high - a;
    return (pair){high, (a - (high - b_part)) + (b - b_part)};
}

static pair ordered_sum_of(double a, double b) {
    double high = a + b;
    return (pair){high, b - (high - a)};
}

static pair halves_of(double a) {
    double shifted = 134217729.0 * a; // 2^27 + 1
    double high = shifted - (shifted - a);
    return (pair){high, a - high};
}

static pair product_of(double a, double b) {
    double high = a * b;
    pair x = halves_of(a), y = halves_of(b);
    double low = ((x.high * y.high - high) + x.high * y.low + x.low * y.high) + x.low * y.low;
    return (pair){high, low};
}

static pair add_pairs(pair a, pair b) {
    pair sum = sum_of(a.high, b.high);
    return ordered_sum_of(sum.high, sum.low + (a.low + b.low));
}

static pair multiply_pairs(pair a, pair b) {
    pair product = product_of(a.high, b.high);
    return ordered_sum_of(product.high, product.low + (a.high * b.low + a.low * b.high));
}

// ---- exp ----------------------------------------------------------------------------------------

static double power_of_2(int64_t n) { return of_bits((uint64_t)(n + 1023) << 52); }

// e^(x + low) for x within ±750 and |low| far below |x|: 2^n e^r with |r| ≤ ln 2 / 2.
static double exp_of_pair(double x, double low) {
    double shifted = x * LOG2_E + ROUND;
    int64_t n = (int64_t)(bits_of(shifted) - bits_of(ROUND));
    double count = shifted - ROUND;
    double r = (x - count * LN2_HIGH) - (count * LN2_LOW - low);
    double p = 0x1.af61c46fc2a81p-26;
    p = p * r + 0x1.2891d4728a892p-22;
    p = p * r + 0x1.71ddf78561022p-19;
    p = p * r + 0x1.a019b8b60fbf6p-16;
    p = p * r + 0x1.a01a01afb7c64p-13;
    p = p * r + 0x1.6c16c178abcf5p-10;
    p = p * r + 0x1.111111110f8dap-7;
    p = p * r + 0x1.5555555553cd8p-5;
    p = p * r + 0x1.5555555555558p-3;
    p = p * r + 0x1.0000000000001p-1;
    double y = 1 + (r + r * r * p);
    int64_t half = n >> 1; // in two steps 2^n reaches the subnormal numbers
    return y * power_of_2(half) * power_of_2(n - half);
}

double lk_exp(double x) {
    if (x != x) return x;
    if (x > 710) return INFINITY;
    if (x < -746) return 0;
    return exp_of_pair(x, 0);
}

// ---- log ----------------------------------------------------------------------------------------

// x = mantissa 2^exponent, the mantissa from sqrt(1/2) to sqrt(2); x positive and finite.
static double split_exponent(double *exponent, double x) {
    bool subnormal = x < 0x1p-1022;
    uint64_t bits = bits_of(subnormal ? x * 0x1p52 : x);
    int64_t n = (int64_t)(bits - UINT64_C(0x3fe6a09e667f3bcd)) >> 52;
    *exponent = (double)(subnormal ? n - 52 : n);
    return of_bits(bits - ((uint64_t)n << 52));
}

// log(1 + f) = 2 atanh(s), s = f / (2 + f); f is split off, so that it enters unrounded.
double lk_log(double x) {
    if (!(x > 0)) return x == 0 ? -INFINITY : x != x ? x : NAN;
    if (x == INFINITY) return x;
    double e;
    double f = split_exponent(&e, x) - 1;
    double s = f / (2 + f);
    double z = s * s;
    double p = 0x1.2b5f5b2f7190cp-3;
    p = p * z + 0x1.39fdcbbcee0e7p-3;
    p = p * z + 0x1.7462b925f9f72p-3;
    p = p * z + 0x1.c71c62d649d8dp-3;
    p = p * z + 0x1.2492492dfb9b8p-2;
    p = p * z + 0x1.99999999952b9p-2;
    p = p * z + 0x1.5555555555558p-1;
    double half_square = 0.5 * f * f;
    double tail = half_square - (s * (half_square + z * p) + e * LN2_LOW);
    return e * LN2_HIGH + (f - tail);
}

// ---- pow ----------------------------------------------------------------------------------------

// The sum over k from 3 of 2/(2k+1) z^(k-3).
static double log_series_tail(double z) {
    double p = 0;
    for (int k = 13; k >= 3; k--) p = p * z + 2.0 / (2 * k + 1);
    return p;
}

// log x to about 68 bits; x positive and finite: the series of 2 atanh(s), its first terms as
// pairs.
static pair log_pair(double x) {
    double e;
    double m = split_exponent(&e, x);
    double f = m - 1;
    pair g = sum_of(m, 1);
    double quotient = f / g.high;
    pair back = product_of(quotient, g.high);
    pair s = ordered_sum_of(quotient, (((f - back.high) - back.low) - quotient * g.low) / g.high);
    pair z = multiply_pairs(s, s);
    pair sum = {log_series_tail(z.high), 0};
    sum = add_pairs((pair){0x1.999999999999ap-2, -0x1.999999999999ap-56}, multiply_pairs(z, sum));
    sum = add_pairs((pair){0x1.5555555555555p-1, 0x1.5555555555555p-55}, multiply_pairs(z, sum));
    sum = add_pairs((pair){2, 0}, multiply_pairs(z, sum));
    return add_pairs(sum_of(e * LN2_HIGH, e * LN2_LOW), multiply_pairs(s, sum));
}

// x^y for x positive, finite and not 1.
static double positive_power(double x, double y) {
    pair log_x = log_pair(x);
    double estimate = y * log_x.high;
    if (estimate > 710) return INFINITY;
    if (estimate < -746) return 0;
    pair exponent = product_of(y, log_x.high);
    return exp_of_pair(exponent.high, exponent.low + y * log_x.low);
}

static bool is_integer(double x) {
    double magnitude = fabs(x);
    return magnitude >= 0x1p52 || (magnitude + 0x1p52) - 0x1p52 == magnitude;
}

static bool is_odd(double x) { return is_integer(x) && fabs(x) < 0x1p53 && !is_integer(x / 2); }

double lk_pow(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (x != x || y != y) return x + y;
    double a = fabs(x);
    if (fabs(y) == INFINITY) return a == 1 ? 1 : (a > 1) == (y > 0) ? INFINITY : 0;
    if (x < 0 && a != INFINITY && !is_integer(y)) return NAN;
    double power;
    if (a == 0 || a == INFINITY) {
        power = (a == 0) == (y > 0) ? 0 : INFINITY;
    } else {
        power = a == 1 ? 1 : positive_power(a, y);
    }
    return signbit(x) && is_odd(y) ? -power : power;
}

// ---- tanh, erf ----------------------------------------------------------------------------------

double lk_tanh(double x) {
    double a = fabs(x);
    if (!(a < 0.55)) return copysign(1 - 2 / (lk_exp(2 * a) + 1), x);
    double z = a * a;
    double p = -0x1.58b407d943bccp-16;
    p = p * z + 0x1.649a801b660fdp-14;
    p = p * z - 0x1.ebee0c6f782ddp-13;
    p = p * z + 0x1.34c248342dddap-11;
    p = p * z - 0x1.7d9767c6ad687p-10;
    p = p * z + 0x1.d6d331436cc03p-9;
    p = p * z - 0x1.226e32bf431b8p-7;
    p = p * z + 0x1.664f4875a8d1bp-6;
    p = p * z - 0x1.ba1ba1b9f8f7cp-5;
    p = p * z + 0x1.1111111110fdap-3;
    p = p * z - 0x1.5555555555555p-2;
    return copysign(a + a * z * p, x);
}

// erf(a) / a - 1 for a below 1, from z = a².
static double erf_near_0(double z) {
    double p = 0x1.2978304267b48p-34;
    p = p * z - 0x1.46794feb17129p-30;
    p = p * z + 0x1.fc78cbccf615fp-27;
    p = p * z - 0x1.5f9828c55da46p-23;
    p = p * z + 0x1.b9ee95850f6f5p-20;
    p = p * z - 0x1.f4d333884b5cap-17;
    p = p * z + 0x1.f9a335388d2f5p-14;
    p = p * z - 0x1.c02db49b09506p-11;
    p = p * z + 0x1.565bcd12991cp-8;
    p = p * z - 0x1.b82ce312abf08p-6;
    p = p * z + 0x1.ce2f21a04362dp-4;
    p = p * z - 0x1.812746b0379fdp-2;
    p = p * z + 0x1.06eba8214db69p-3;
    return p;
}

// erfc(a) e^(a²) for a from 1 to 6, from t = 1 / (a + 2): as exact as 1 - erfc needs it.
static double erfc_scaled(double t) {
    double p = -0x1.a85f7e39ab59dp7;
    p = p * t + 0x1.76183d72fd434p9;
    p = p * t - 0x1.20525fb338e3cp10;
    p = p * t + 0x1.f18272ce94f7ap9;
    p = p * t - 0x1.fef68f70c4388p8;
    p = p * t + 0x1.42921936abd6ep7;
    p = p * t - 0x1.49171cb495b36p5;
    p = p * t + 0x1.3c8bda7ea2444p3;
    p = p * t + 0x1.e5936b20cf84bp0;
    p = p * t + 0x1.077f6b928959ap1;
    p = p * t + 0x1.1f8de40f6e967p0;
    p = p * t + 0x1.20f61da245c55p-1;
    p = p * t - 0x1.a50f0a13bd552p-19;
    return p;
}

double lk_erf(double x) {
    double a = fabs(x);
    if (a < 1) return copysign(a + a * erf_near_0(a * a), x);
    if (a > 6) return copysign(1, x);
    return copysign(1 - lk_exp(-a * a) * erfc_scaled(1 / (a + 2)), x);
}

// ---- sin, cos -----------------------------------------------------------------------------------

// 64 zero bits and 1216 bits of 2/π.
static const uint64_t two_over_pi[] = {
    0x0000000000000000, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041,
    0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E,
    0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4, 0x9C845F8BBDF9283B,
    0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
    0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB,
};

// 64 bits of two_over_pi from bit `offset` on.
static uint64_t window(unsigned offset) {
    unsigned word = offset / 64, shift = offset % 64;
    if (shift == 0) return two_over_pi[word];
    return two_over_pi[word] << shift | two_over_pi[word + 1] >> (64 - shift);
}

// The 128 highest bits of x 2/π modulo 4, as a fixed-point number with 2 bits before the point
// (Payne and Hanek 1983): the integer mantissa times those 192 bits of 2/π that can matter.
static void multiply_by_two_over_pi(uint64_t product[2], double x) {
    uint64_t bits = bits_of(x);
    unsigned biased = (unsigned)(bits >> 52);
    uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    unsigned offset = biased - 1075 - 2 + 64; // bits of higher weight give multiples of 4
    uint64_t low, low1, low0;
    uint64_t carry2 = lk_multiply_wide(&low, mantissa, window(offset + 128));
    uint64_t carry1 = lk_multiply_wide(&low1, mantissa, window(offset + 64));
    low0 = mantissa * window(offset);
    product[1] = low1 + carry2;
    product[0] = low0 + carry1 + (product[1] < low1);
}

// x = quadrant π/2 + r with |r| ≤ π/4 as a pair; x from π/4 up and finite.
static pair reduce_angle(unsigned *quadrant, double x) {
    uint64_t f[2];
    multiply_by_two_over_pi(f, x);
    *quadrant = (unsigned)(f[0] >> 62);
    f[0] = f[0] << 2 | f[1] >> 62;
    f[1] <<= 2;
    bool negative = f[0] >> 63;
    if (negative) {
        *quadrant += 1;
        f[0] = ~f[0] + (f[1] == 0);
        f[1] = 0 - f[1];
    }
    int zeros = f[0] ? __builtin_clzll(f[0]) : 63; // no double is nearer to a multiple of π/2
    if (zeros) {
        f[0] = f[0] << zeros | f[1] >> (64 - zeros);
        f[1] <<= zeros;
    }
    double scale = power_of_2(-53 - zeros) * (negative ? -1 : 1);
    pair turns = {(double)(f[0] >> 11) * scale,
                  (double)((f[0] & 0x7ff) << 42 | f[1] >> 22) * scale * 0x1p-53};
    return multiply_pairs(turns, (pair){0x1.921fb54442d18p0, 0x1.1a62633145c07p-54});
}

static double sin_near_0(pair r) {
    double z = r.high * r.high;
    double p = 0x1.5e11b11f5958cp-33;
    p = p * z - 0x1.ae602161d7c7fp-26;
    p = p * z + 0x1.71de37b224f1ap-19;
    p = p * z - 0x1.a01a019ea1749p-13;
    p = p * z + 0x1.1111111110c84p-7;
    p = p * z - 0x1.5555555555555p-3;
    return r.high + (r.high * z * p + r.low * (1 - 0.5 * z));
}

static double cos_near_0(pair r) {
    double z = r.high * r.high;
    double p = -0x1.9073e56374aa9p-37;
    p = p * z + 0x1.1eeb586537317p-29;
    p = p * z - 0x1.27e4fa037cc15p-22;
    p = p * z + 0x1.a01a019f38b6dp-16;
    p = p * z - 0x1.6c16c16c168ccp-10;
    p = p * z + 0x1.5555555555555p-5;
    double start = 1 - 0.5 * z;
    return start + (((1 - start) - 0.5 * z) + (z * z * p - r.high * r.low));
}

// sin(|x| + shift π/2).
static double shifted_sin(double magnitude, unsigned shift) {
    if (!(magnitude < INFINITY)) return magnitude - magnitude;
    unsigned quadrant = 0;
    pair r = {magnitude, 0};
    if (magnitude > 0x1.921fb54442d18p-1) r = reduce_angle(&quadrant, magnitude);
    quadrant += shift;
    double value = quadrant & 1 ? cos_near_0(r) : sin_near_0(r);
    return quadrant & 2 ? -value : value;
}

double lk_sin(double x) {
    if (x == 0) return x;
    double value = shifted_sin(fabs(x), 0);
    return x < 0 ? -value : value;
}

double lk_cos(double x) { return shifted_sin(fabs(x), 1); }

// ---- float --------------------------------------------------------------------------------------

float lk_expf(float x) { return lk_inline_expf(x); }
float lk_logf(float x) { return lk_inline_logf(x); }
float lk_tanhf(float x) { return lk_inline_tanhf(x); }
float lk_erff(float x) { return lk_inline_erff(x); }
float lk_powf(float x, float y) { return (float)lk_pow((double)x, (double)y); }
float lk_sinf(float x) { return (float)lk_sin((double)x); }
float lk_cosf(float x) { return (float)lk_cos((double)x); }
