// Errors against the C library: float functions against its double ones (whose own error is below
// 2^-28 units of a float), double functions against long double. The short tier takes samples; the
// long one takes every float.
#include "likelore/core.h"
#include "mathfn.h"
#include "pool.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// ---- Units in the last place --------------------------------------------------------------------

static double float_error(float got, double expected) {
    if (isnan(expected)) return isnan(got) ? 0 : INFINITY;
    float rounded = (float)expected;
    if (isinf(rounded) || isinf(got)) return got == rounded ? 0 : INFINITY;
    uint64_t bits;
    memcpy(&bits, &expected, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    double unit = double_of((uint64_t)(1023 - 23 + (exponent < -126 ? -126 : exponent)) << 52);
    return fabs((double)got - expected) / unit;
}

static double double_error(double got, long double expected) {
    if (isnan(expected)) return isnan(got) ? 0 : INFINITY;
    double rounded = (double)expected;
    if (isinf(rounded) || isinf(got)) return got == rounded ? 0 : INFINITY;
    int exponent;
    frexpl(expected, &exponent);
    long double unit = ldexpl(1, (exponent < -1021 ? -1021 : exponent) - 53);
    return (double)(fabsl((long double)got - expected) / unit);
}

// ---- Float --------------------------------------------------------------------------------------

typedef struct float_function {
    const char *name;
    float (*function)(float);
    double (*oracle)(double);
    double bound;
} float_function;

static const float_function float_functions[] = {
    {"expf", lk_expf, exp, 1.1}, {"logf", lk_logf, log, 0.95},  {"tanhf", lk_tanhf, tanh, 1.4},
    {"erff", lk_erff, erf, 1.4}, {"sinf", lk_sinf, sin, 0.501}, {"cosf", lk_cosf, cos, 0.501},
};

enum { PARTS = 1 << 12 };

typedef struct sweep {
    float_function tested;
    uint32_t stride;
    double worst[PARTS];
    float at[PARTS];
} sweep;

static void sweep_part(void *argument, size_t part) {
    sweep *s = argument;
    uint64_t size = (UINT64_C(1) << 32) / PARTS;
    double worst = 0;
    for (uint64_t i = 0; i < size; i += s->stride) {
        float x = float_of((uint32_t)(part * size + i));
        double error = float_error(s->tested.function(x), s->tested.oracle((double)x));
        if (error <= worst) continue;
        worst = error;
        s->at[part] = x;
    }
    s->worst[part] = worst;
}

Test(mathfn, float_functions_are_within_their_bounds) {
    lk_context *context;
    cr_assert(lk_context_new(&context, NULL) == LK_OK);
    static sweep s;
    for (size_t f = 0; f < sizeof float_functions / sizeof float_functions[0]; f++) {
        s.tested = float_functions[f];
        s.stride = getenv("LIKELORE_LONG") ? 1 : 4093;
        lk_pool_run(lk_context_pool(context), PARTS, sweep_part, &s);
        size_t worst = 0;
        for (size_t part = 1; part < PARTS; part++)
            if (s.worst[part] > s.worst[worst]) worst = part;
        cr_log_info("%s: largest error %.4f at %a", s.tested.name, s.worst[worst],
                    (double)s.at[worst]);
        cr_assert(s.worst[worst] <= s.tested.bound, "%s(%a) is off by %g units", s.tested.name,
                  (double)s.at[worst], s.worst[worst]);
    }
    lk_context_free(context);
}

// ---- Double -------------------------------------------------------------------------------------

typedef struct double_function {
    const char *name;
    double (*function)(double);
    long double (*oracle)(long double);
    double bound, low, high; // arguments are also drawn from low … high, where it is hardest
} double_function;

static const double_function double_functions[] = {
    {"exp", lk_exp, expl, 1.1, -750, 711}, {"exp", lk_exp, expl, 1.1, -1, 1},
    {"log", lk_log, logl, 0.95, 0.5, 2},   {"tanh", lk_tanh, tanhl, 1.6, -2, 2},
    {"erf", lk_erf, erfl, 1.6, -3, 3},     {"sin", lk_sin, sinl, 0.95, -10, 10},
    {"cos", lk_cos, cosl, 0.95, -10, 10},  {"sin", lk_sin, sinl, 0.95, -1e9, 1e9},
};

static int samples(void) { return getenv("LIKELORE_LONG") ? 20000000 : 200000; }

static void expect_double(const double_function *f, double x) {
    double error = double_error(f->function(x), f->oracle((long double)x));
    cr_assert(error <= f->bound, "%s(%a) is off by %g units", f->name, x, error);
}

Test(mathfn, double_functions_are_within_their_bounds) {
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < sizeof double_functions / sizeof double_functions[0]; i++) {
        const double_function *f = &double_functions[i];
        for (int sample = 0, end = samples(); sample < end; sample++) {
            expect_double(f, f->low + (f->high - f->low) * lk_random_uniform(&random));
            expect_double(f, double_of(lk_random_u64(&random)));
        }
    }
}

Test(mathfn, pow_is_within_its_bound) {
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 1);
    for (int sample = 0, end = samples(); sample < end; sample++) {
        double x = exp((lk_random_uniform(&random) - 0.5) * (sample % 3 == 0 ? 1400 : 4));
        double y = (lk_random_uniform(&random) - 0.5) * 1500 / (fabs(log(x)) + 1e-9);
        double error = double_error(lk_pow(x, y), powl((long double)x, (long double)y));
        cr_assert(error <= 1.1, "pow(%a, %a) is off by %g units", x, y, error);
        float fx = (float)x, fy = (float)y;
        error = float_error(lk_powf(fx, fy), (double)powl((long double)fx, (long double)fy));
        cr_assert(error <= 0.501, "powf(%a, %a) is off by %g units", (double)fx, (double)fy, error);
    }
}

// ---- Special values -----------------------------------------------------------------------------

static bool same(double x, double y) {
    return isnan(y) ? isnan(x) : x == y && signbit(x) == signbit(y);
}

static const double special[] = {0.0,       -0.0,  1,      -1,     2,          -2,
                                 3,         -3,    0.5,    -0.5,   1.5,        INFINITY,
                                 -INFINITY, NAN,   1000,   -1000,  0x1p-1074,  -0x1p-1074,
                                 0x1p-1040, 1e308, -1e308, 0x1p53, 0x1p53 + 2, -0x1p53};
enum { SPECIAL = sizeof special / sizeof special[0] };

Test(mathfn, zeros_infinities_and_nans_are_as_the_standard_says) {
    for (size_t i = 0; i < SPECIAL; i++) {
        double x = special[i];
        if (fabs(x) != 0 && fabs(x) != INFINITY && !isnan(x) && fabs(x) != 1000) continue;
        cr_assert(same(lk_exp(x), exp(x)) &&
                  same((double)lk_expf((float)x), (double)expf((float)x)));
        cr_assert(same(lk_tanh(x), tanh(x)) && same((double)lk_tanhf((float)x), tanh(x)));
        cr_assert(same(lk_erf(x), erf(x)) && same((double)lk_erff((float)x), erf(x)));
        if (fabs(x) == 1000) continue;
        cr_assert(same(lk_log(x), log(x)) && same((double)lk_logf((float)x), log(x)));
        cr_assert(same(lk_sin(x), sin(x)) && same((double)lk_sinf((float)x), sin(x)));
        cr_assert(same(lk_cos(x), cos(x)) && same((double)lk_cosf((float)x), cos(x)));
    }
    cr_assert(lk_tanh(1000) == 1 && lk_tanhf(-1000) == -1);
    cr_assert(isnan(lk_log(-1)) && isnan(lk_logf(-1)));
    cr_assert(lk_exp(-745) == 0x1p-1074 && lk_expf(-103) == 0x1p-149f);
}

Test(mathfn, pow_has_the_special_cases_of_the_standard) {
    for (size_t i = 0; i < SPECIAL; i++)
        for (size_t j = 0; j < SPECIAL; j++) {
            double x = special[i], y = special[j];
            double got = lk_pow(x, y), expected = pow(x, y);
            bool right = isnan(expected) || isinf(expected) || expected == 0
                             ? same(got, expected)
                             : double_error(got, powl((long double)x, (long double)y)) <= 1.1;
            cr_assert(right, "pow(%a, %a) is %a, not %a", x, y, got, expected);
        }
}
