#include "kernel_checks.h"

#include "likelore/core.h"
#include "mathfn.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#ifdef LK_REAL_IS_DOUBLE
#define FUNCTION(name) lk_##name
#else
#define FUNCTION(name) lk_##name##f
#endif

enum { MAX_ELEMENTS = 100 * 1000 };

static lk_real a[MAX_ELEMENTS], b[MAX_ELEMENTS], c[MAX_ELEMENTS];
static lk_real got[MAX_ELEMENTS], expected[MAX_ELEMENTS], got2[MAX_ELEMENTS],
    expected2[MAX_ELEMENTS];

static const size_t lengths[] = {0, 1, 2, 15, 16, 17, 31, 33, 64, 100, 257, 1000};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static void fill(lk_real *x, size_t n, uint32_t index) {
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++) x[i] = (lk_real)(lk_random_uniform(&random) * 4 - 2);
}

// ---- Bookkeeping --------------------------------------------------------------------------------

static void expect(kernel_checks *checks, bool holds, const char *what, size_t n) {
    checks->done++;
    if (holds) return;
    if (checks->failed++ == 0)
        snprintf(checks->message, sizeof checks->message, "%s is wrong at size %zu", what, n);
}

static bool same(const lk_real *x, const lk_real *y, size_t n) {
    return memcmp(x, y, n * sizeof *x) == 0;
}

// x is the right value y, bit for bit or within the tolerance, of what is near 1 or larger.
static bool right_value(const kernel_checks *checks, double x, double y) {
    if (checks->tolerance == 0) return memcmp(&x, &y, sizeof x) == 0;
    return fabs(x - y) <= checks->tolerance * (4 + fabs(y));
}

static bool right(const kernel_checks *checks, const lk_real *x, const lk_real *y, size_t n) {
    if (checks->tolerance == 0) return same(x, y, n);
    for (size_t i = 0; i < n; i++)
        if (!right_value(checks, (double)x[i], (double)y[i])) return false;
    return true;
}

// ---- Matrix product -----------------------------------------------------------------------------

typedef struct shape {
    size_t m, n, k;
} shape;

static const shape shapes[] = {
    {1, 1, 1},      {1, 33, 5},  {2, 16, 9},    {3, 7, 11},     {4, 32, 16},  {5, 65, 3},
    {8, 64, 64},    {9, 31, 40}, {17, 100, 33}, {31, 5, 257},   {33, 48, 1},  {70, 270, 30},
    {130, 40, 300}, {3, 4, 0},   {1, 300, 300}, {400, 130, 20}, {23, 500, 7}, {200, 140, 280}};
enum { SHAPES = sizeof shapes / sizeof shapes[0], PADDING = 3 };

static void naive_gemm(lk_real *out, bool ta, bool tb, shape s, size_t lda, size_t ldb, size_t ldc,
                       bool accumulate) {
    for (size_t i = 0; i < s.m; i++)
        for (size_t j = 0; j < s.n; j++) {
            lk_real sum = accumulate ? out[i * ldc + j] : 0;
            for (size_t k = 0; k < s.k; k++) {
                lk_real x = ta ? a[k * lda + i] : a[i * lda + k];
                lk_real y = tb ? b[j * ldb + k] : b[k * ldb + j];
                sum += x * y;
            }
            out[i * ldc + j] = sum;
        }
}

// Operands lie within ±2, so a sum of k products within 4 k.
static bool near(const lk_real *x, const lk_real *y, size_t n, double limit) {
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)x[i] - (double)y[i]) <= limit)) return false;
    return true;
}

static void check_gemm_shape(kernel_checks *checks, const lk_kernels *kernels, shape s, bool ta,
                             bool tb, bool accumulate) {
    size_t lda = (ta ? s.m : s.k) + PADDING, ldb = (tb ? s.k : s.n) + PADDING, ldc = s.n + PADDING;
    size_t size = s.m * ldc;
    memcpy(got, c, size * sizeof *c);
    memcpy(expected, c, size * sizeof *c);
    kernels->gemm(ta, tb, s.m, s.n, s.k, a, lda, b, ldb, got, ldc, accumulate);
    naive_gemm(expected, ta, tb, s, lda, ldb, ldc, accumulate);
    bool holds = near(got, expected, size, checks->tolerance * 4 * (double)(s.k + 1));
    expect(checks, checks->tolerance == 0 ? same(got, expected, size) : holds, "gemm", s.m);
}

// B packed in four parts, then multiplied in two.
static void multiply_in_parts(const lk_kernels *kernels, bool ta, bool tb, shape s, size_t lda,
                              size_t ldb, size_t ldc, bool accumulate) {
    static lk_real panels[2 * MAX_ELEMENTS];
    size_t width = kernels->panel_columns, middle = (s.n + width) / width / 2 * width;
    size_t depth = s.k / 2, columns[2] = {middle < s.n ? middle : s.n};
    columns[1] = s.n - columns[0];
    for (size_t part = 0; part < 2; part++) {
        size_t j = part * columns[0];
        lk_real *to = panels + j * s.k;
        const lk_real *from = b + (tb ? j * ldb : j);
        kernels->pack(to, s.k, tb, columns[part], depth, from, ldb);
        kernels->pack(to + depth * width, s.k, tb, columns[part], s.k - depth,
                      from + depth * (tb ? 1 : ldb), ldb);
    }
    for (size_t part = 0; part < 2; part++) {
        size_t j = part * columns[0];
        kernels->gemm_packed(ta, s.m, columns[part], s.k, a, lda, panels + j * s.k, s.k, got2 + j,
                             ldc, accumulate);
    }
}

static void check_gemm_packed(kernel_checks *checks, const lk_kernels *kernels, shape s, bool ta,
                              bool tb, bool accumulate) {
    size_t lda = (ta ? s.m : s.k) + PADDING, ldb = (tb ? s.k : s.n) + PADDING, ldc = s.n + PADDING;
    size_t size = s.m * ldc;
    memcpy(got, c, size * sizeof *c);
    memcpy(got2, c, size * sizeof *c);
    kernels->gemm(ta, tb, s.m, s.n, s.k, a, lda, b, ldb, got, ldc, accumulate);
    multiply_in_parts(kernels, ta, tb, s, lda, ldb, ldc, accumulate);
    expect(checks, same(got, got2, size), "gemm_packed", s.m);
}

static void check_gemm_kinds(kernel_checks *checks, const lk_kernels *kernels, shape s) {
    for (int kind = 0; kind < 8; kind++) {
        check_gemm_shape(checks, kernels, s, kind & 1, kind & 2, kind & 4);
        if (kernels->prefers_panels && s.m > 1)
            check_gemm_packed(checks, kernels, s, kind & 1, kind & 2, kind & 4);
    }
}

static void check_gemm(kernel_checks *checks, const lk_kernels *kernels) {
    for (size_t i = 0; i < SHAPES; i++) check_gemm_kinds(checks, kernels, shapes[i]);
    // Few rows, for which there are kernels of their own: every remainder of n and k.
    for (size_t m = 1; m <= 9; m++)
        for (size_t n = 1; n <= 67; n += n < 36 ? 1 : 31)
            for (size_t k = 0; k <= 9; k++) check_gemm_kinds(checks, kernels, (shape){m, n, k});
}

// ---- Reductions ---------------------------------------------------------------------------------

// The sum in the order that reproducible mode prescribes.
static double lane_sum(const double *terms, size_t n) {
    double lanes[16] = {0};
    for (size_t i = 0; i < n; i++) lanes[i % 16] += terms[i];
    for (size_t half = 8; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

static double terms[MAX_ELEMENTS];

static void check_reductions(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    for (size_t i = 0; i < n; i++) terms[i] = (double)a[i];
    expect(checks, right_value(checks, kernels->sum(a, n), lane_sum(terms, n)), "sum", n);
    for (size_t i = 0; i < n; i++) terms[i] = (double)a[i] * (double)b[i];
    expect(checks, right_value(checks, kernels->dot(a, b, n), lane_sum(terms, n)), "dot", n);
    for (size_t i = 0; i < n; i++) terms[i] = (double)a[i] * (double)a[i];
    expect(checks, right_value(checks, kernels->square_sum(a, n), lane_sum(terms, n)), "square_sum",
           n);
    if (n == 0) return;
    lk_real max = a[0];
    for (size_t i = 1; i < n; i++) max = a[i] > max ? a[i] : max;
    expect(checks, kernels->max(a, n) == max, "max", n);
}

// ---- Element by element -------------------------------------------------------------------------

static const lk_real one = 1;

static lk_real naive_sigmoid(lk_real x) { return one / (one + FUNCTION(exp)(-x)); }
static lk_real naive_cumulative(lk_real x) {
    return (lk_real)0.5 * (one + FUNCTION(erf)(x * (lk_real)0.70710678118654752440));
}
static lk_real naive_gelu_part(lk_real x) {
    lk_real inner = x + (lk_real)0.044715 * (x * x * x);
    return FUNCTION(tanh)((lk_real)0.79788456080286535588 * inner);
}

static lk_real naive_unary(lk_unary function, lk_real x) {
    switch (function) {
    case LK_UNARY_EXP:
        return FUNCTION(exp)(x);
    case LK_UNARY_LOG:
        return FUNCTION(log)(x);
    case LK_UNARY_TANH:
        return FUNCTION(tanh)(x);
    case LK_UNARY_SIGMOID:
        return naive_sigmoid(x);
    case LK_UNARY_RELU:
        return x > 0 ? x : 0;
    case LK_UNARY_GELU:
        return x * naive_cumulative(x);
    case LK_UNARY_GELU_TANH:
        return (lk_real)0.5 * x * (one + naive_gelu_part(x));
    case LK_UNARY_SILU:
        return x * naive_sigmoid(x);
    default:
        return 0;
    }
}

static const char *const unary_names[] = {
#define UNARY_NAME(CODE, name) [LK_UNARY_##CODE] = #name,
    LK_UNARY_LIST(UNARY_NAME)
#undef UNARY_NAME
};

static void check_unary(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    for (int f = 0; f < LK_UNARY_COUNT; f++) {
        for (size_t i = 0; i < n; i++) {
            c[i] = f == LK_UNARY_LOG ? (lk_real)fabs((double)a[i]) : 4 * a[i];
            expected[i] = naive_unary((lk_unary)f, c[i]);
        }
        kernels->unary[f](got, c, n);
        expect(checks, right(checks, got, expected, n), unary_names[f], n);
        kernels->unary[f](c, c, n);
        expect(checks, right(checks, c, expected, n), unary_names[f], n);
    }
}

static void check_binary(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    lk_real factor = (lk_real)0.3;
    kernels->add(got, a, b, n);
    for (size_t i = 0; i < n; i++) expected[i] = a[i] + b[i];
    expect(checks, right(checks, got, expected, n), "add", n);
    kernels->multiply(got, a, b, n);
    for (size_t i = 0; i < n; i++) expected[i] = a[i] * b[i];
    expect(checks, right(checks, got, expected, n), "multiply", n);
    kernels->accumulate(got, a, n);
    for (size_t i = 0; i < n; i++) expected[i] += a[i];
    expect(checks, right(checks, got, expected, n), "accumulate", n);
    kernels->multiply_accumulate(got, a, b, n);
    for (size_t i = 0; i < n; i++) expected[i] += a[i] * b[i];
    expect(checks, right(checks, got, expected, n), "multiply_accumulate", n);
    kernels->scale_accumulate(got, a, factor, n);
    for (size_t i = 0; i < n; i++) expected[i] += factor * a[i];
    expect(checks, right(checks, got, expected, n), "scale_accumulate", n);
    kernels->scale(got, got, factor, n);
    for (size_t i = 0; i < n; i++) expected[i] *= factor;
    expect(checks, right(checks, got, expected, n), "scale", n);
    for (size_t i = 0; i < n; i++) c[i] = i % 3 ? b[i] : 0;
    kernels->scale_where(got, a, c, factor, n);
    for (size_t i = 0; i < n; i++) expected[i] = i % 3 ? a[i] * factor : 0;
    expect(checks, right(checks, got, expected, n), "scale_where", n);
}

static void check_rows(kernel_checks *checks, const lk_kernels *kernels, size_t m, size_t n) {
    memcpy(got, a, m * n * sizeof *a);
    kernels->add_bias(got, b, m, n);
    for (size_t i = 0; i < m * n; i++) expected[i] = a[i] + b[i % n];
    expect(checks, right(checks, got, expected, m * n), "add_bias", n);
    memcpy(got, b, n * sizeof *b);
    memcpy(expected, b, n * sizeof *b);
    kernels->accumulate_columns(got, a, m, n);
    for (size_t i = 0; i < m * n; i++) expected[i % n] += a[i];
    expect(checks, right(checks, got, expected, n), "accumulate_columns", n);
}

// ---- Softmax ------------------------------------------------------------------------------------

static void check_softmax(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    if (n == 0) return;
    lk_real max = a[0];
    for (size_t i = 1; i < n; i++) max = a[i] > max ? a[i] : max;
    for (size_t i = 0; i < n; i++) {
        expected[i] = FUNCTION(exp)(a[i] - max);
        terms[i] = (double)expected[i];
    }
    double sum = lane_sum(terms, n);
    lk_real factor = (lk_real)(1 / sum);
    for (size_t i = 0; i < n; i++) expected[i] *= factor;
    double normaliser;
    kernels->softmax(got, &normaliser, a, n);
    expect(checks, right(checks, got, expected, n), "softmax", n);
    expect(checks, right_value(checks, normaliser, (double)max + lk_log(sum)), "log normaliser", n);

    for (size_t i = 0; i < n; i++) terms[i] = (double)got[i] * (double)b[i];
    lk_real inner = (lk_real)lane_sum(terms, n);
    memcpy(got2, c, n * sizeof *c);
    kernels->softmax_backward(got2, b, got, 1, n, true);
    for (size_t i = 0; i < n; i++) expected2[i] = c[i] + got[i] * (b[i] - inner);
    expect(checks, right(checks, got2, expected2, n), "softmax_backward", n);
    memcpy(got2, b, n * sizeof *b);
    kernels->softmax_backward(got2, got2, got, (lk_real)0.3, n, false);
    for (size_t i = 0; i < n; i++) expected2[i] = (lk_real)0.3 * (got[i] * (b[i] - inner));
    expect(checks, right(checks, got2, expected2, n), "softmax_backward in place", n);
}

static void check_masked_softmax(kernel_checks *checks, const lk_kernels *kernels) {
    for (size_t i = 0; i < 40; i++) c[i] = -(lk_real)INFINITY;
    double normaliser;
    kernels->softmax(got, &normaliser, c, 40);
    bool zeros = normaliser == -(double)INFINITY;
    for (size_t i = 0; i < 40; i++) zeros = zeros && got[i] == 0;
    expect(checks, zeros, "softmax of -∞", 40);
    c[21] = 3;
    kernels->softmax(got, NULL, c, 40);
    expect(checks, got[21] == 1 && got[20] == 0 && got[39] == 0, "masked softmax", 40);
}

// ---- Normalisation ------------------------------------------------------------------------------

static void naive_layernorm(lk_real *y, lk_real *mean, lk_real *rstd, const lk_real *x,
                            const lk_real *bias, double epsilon, size_t n) {
    for (size_t i = 0; i < n; i++) terms[i] = (double)x[i];
    double average = lane_sum(terms, n) / (double)n;
    for (size_t i = 0; i < n; i++) terms[i] = ((double)x[i] - average) * ((double)x[i] - average);
    *mean = (lk_real)average;
    *rstd = (lk_real)(1 / sqrt(lane_sum(terms, n) / (double)n + epsilon));
    for (size_t i = 0; i < n; i++) {
        y[i] = (x[i] - *mean) * *rstd * b[i];
        if (bias) y[i] += bias[i];
    }
}

static void check_layernorm(kernel_checks *checks, const lk_kernels *kernels, size_t n,
                            const lk_real *bias) {
    enum { ROWS = 3 };
    lk_real mean[ROWS], rstd[ROWS], expected_mean, expected_rstd;
    kernels->layernorm(got, mean, rstd, a, b, bias, 1e-5, ROWS, n);
    for (size_t i = 0; i < ROWS; i++) {
        naive_layernorm(expected, &expected_mean, &expected_rstd, a + i * n, bias, 1e-5, n);
        expect(checks, right(checks, got + i * n, expected, n), "layernorm", n);
        expect(checks,
               right(checks, &mean[i], &expected_mean, 1) &&
                   right(checks, &rstd[i], &expected_rstd, 1),
               "statistics", n);
    }
}

static void check_rmsnorm(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    lk_real rrms;
    kernels->rmsnorm(got, &rrms, a, b, 1e-6, 1, n);
    for (size_t i = 0; i < n; i++) terms[i] = (double)a[i] * (double)a[i];
    lk_real scale = (lk_real)(1 / sqrt(lane_sum(terms, n) / (double)n + 1e-6));
    for (size_t i = 0; i < n; i++) expected[i] = a[i] * scale * b[i];
    expect(checks, right(checks, got, expected, n) && right(checks, &rrms, &scale, 1), "rmsnorm",
           n);
}

// ---- Dropout, optimiser -------------------------------------------------------------------------

static void check_dropout(kernel_checks *checks, const lk_kernels *kernels, size_t n,
                          uint64_t first) {
    uint32_t key[2] = {11, 12}, counter[4] = {5, 2, 3, 4}, words[4];
    uint32_t threshold = UINT32_C(1) << 30;
    lk_real scale = (lk_real)(4.0 / 3);
    kernels->dropout(got, a, key, counter, first, threshold, scale, n);
    for (size_t i = 0; i < n; i++) {
        uint32_t block[4] = {5 + (uint32_t)((first + i) / 4), 2, 3, 4};
        lk_philox4x32(words, block, key);
        expected[i] = words[(first + i) % 4] >= threshold ? a[i] * scale : 0;
    }
    expect(checks, right(checks, got, expected, n), "dropout", n);
}

static void check_adamw(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    lk_adamw_step s = {(lk_real)0.5, (lk_real)0.9,  (lk_real)0.99,  (lk_real)0.01,
                       (lk_real)1.5, (lk_real)1e-8, (lk_real)0.999, (lk_real)0.25};
    lk_real *parameter = got, *m = got + n, *v = got + 2 * n;
    memcpy(got, b, 3 * n * sizeof *b);
    for (size_t i = 0; i < n; i++) v[i] *= v[i];
    memcpy(expected, got, 3 * n * sizeof *got);
    kernels->adamw(parameter, m, v, a, &s, n);
    for (size_t i = 0; i < n; i++) {
        lk_real g = a[i] * s.gradient_scale;
        lk_real first = s.beta1 * expected[n + i] + (1 - s.beta1) * g;
        lk_real second = s.beta2 * expected[2 * n + i] + (1 - s.beta2) * (g * g);
        lk_real root = (lk_real)sqrt((double)second); // rounding twice gives the same
        expected[n + i] = first;
        expected[2 * n + i] = second;
        lk_real moved =
            expected[i] * s.keep - s.step_size * first / (root * s.inverse_correction2 + s.epsilon);
        expected[i] = moved - s.shrink * moved;
    }
    expect(checks, right(checks, got, expected, 3 * n), "adamw", n);
}

static void check_sgd(kernel_checks *checks, const lk_kernels *kernels, size_t n, bool moves) {
    lk_sgd_step s = {(lk_real)0.5, (lk_real)0.1, (lk_real)0.9, (lk_real)0.01};
    memcpy(got, b, 2 * n * sizeof *b);
    memcpy(expected, got, 2 * n * sizeof *got);
    kernels->sgd(got, moves ? got + n : NULL, a, &s, n);
    for (size_t i = 0; i < n; i++) {
        lk_real g = a[i] * s.gradient_scale + s.weight_decay * expected[i];
        lk_real velocity = moves ? s.momentum * expected[n + i] + g : g;
        if (moves) expected[n + i] = velocity;
        expected[i] -= s.step_size * velocity;
    }
    expect(checks, right(checks, got, expected, 2 * n), moves ? "sgd with momentum" : "sgd", n);
}

// ---- Backward passes ----------------------------------------------------------------------------

static void make_reference(lk_kernels *kernels) {
#ifdef LK_REAL_IS_DOUBLE
    lk_kernels_reference_f64(kernels);
#else
    lk_kernels_reference(kernels);
#endif
}

// Bit for bit what is computed one after the other, unless in fast mode; also in place.
static void check_unary_with_slope(kernel_checks *checks, const lk_kernels *kernels,
                                   lk_unary function, size_t n) {
    for (size_t i = 0; i < n; i++) got2[i] = 1;
    kernels->unary[function](expected, a, n);
    kernels->unary_backward[function](expected + n, got2, a, expected, n);
    memcpy(got + n, a, n * sizeof *got);
    kernels->unary_with_slope[function](got, got + n, got + n, n);
    expect(checks, right(checks, got, expected, 2 * n), unary_names[function], n);
}

static void run_unary_backward(const lk_kernels *kernels, lk_unary function, lk_real *dx,
                               size_t n) {
    kernels->unary[function](c, a, n);
    kernels->unary_backward[function](dx, b, a, c, n);
}

// dx, and behind it the gradients of gain and bias.
static void run_norm_backward(const lk_kernels *kernels, bool layernorm, lk_real *d, size_t n) {
    enum { ROWS = 3 };
    lk_real mean[ROWS], rstd[ROWS], *dgain = d + ROWS * n;
    memset(d, 0, (ROWS + 2) * n * sizeof *d);
    if (layernorm) {
        kernels->layernorm(c, mean, rstd, a, b, b, 1e-5, ROWS, n);
        kernels->layernorm_backward(d, dgain, dgain + n, b, a, b, mean, rstd, ROWS, n);
    } else {
        kernels->rmsnorm(c, rstd, a, b, 1e-5, ROWS, n);
        kernels->rmsnorm_backward(d, dgain, b, a, b, rstd, ROWS, n);
    }
}

// Those of the reference are checked by differences (test_kernel_gradients.c).
static void check_backward(kernel_checks *checks, const lk_kernels *kernels, size_t n) {
    lk_kernels reference;
    make_reference(&reference);
    for (int f = 0; f < LK_UNARY_COUNT; f++) {
        if (f == LK_UNARY_LOG) continue; // of what may be negative
        check_unary_with_slope(checks, kernels, (lk_unary)f, n);
        run_unary_backward(kernels, (lk_unary)f, got, n);
        run_unary_backward(&reference, (lk_unary)f, expected, n);
        expect(checks, right(checks, got, expected, n), unary_names[f], n);
    }
    for (int layernorm = 0; layernorm < 2 && n > 2; layernorm++) {
        run_norm_backward(kernels, layernorm, got, n);
        run_norm_backward(&reference, layernorm, expected, n);
        expect(checks, right(checks, got, expected, 5 * n), "the slope of a norm", n);
    }
}

// ---- All ----------------------------------------------------------------------------------------

kernel_checks check_kernels(const lk_kernels *kernels, double tolerance) {
    kernel_checks checks = {.tolerance = tolerance};
    fill(a, MAX_ELEMENTS, 1);
    fill(b, MAX_ELEMENTS, 2);
    fill(c, MAX_ELEMENTS, 3);
    check_gemm(&checks, kernels);
    for (size_t i = 0; i < LENGTHS; i++) {
        size_t n = lengths[i];
        check_reductions(&checks, kernels, n);
        check_unary(&checks, kernels, n);
        check_binary(&checks, kernels, n);
        check_rows(&checks, kernels, 5, n);
        check_softmax(&checks, kernels, n);
        check_backward(&checks, kernels, n);
        if (n > 0) check_layernorm(&checks, kernels, n, NULL);
        if (n > 0) check_layernorm(&checks, kernels, n, b);
        if (n > 0) check_rmsnorm(&checks, kernels, n);
        check_dropout(&checks, kernels, n, i);
        check_dropout(&checks, kernels, n, (UINT64_C(1) << 33) + i);
        check_adamw(&checks, kernels, n);
        check_sgd(&checks, kernels, n, false);
        check_sgd(&checks, kernels, n, true);
    }
    check_masked_softmax(&checks, kernels);
    return checks;
}

// ---- Digests ------------------------------------------------------------------------------------

static void add_to_digest(uint64_t *digest, const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        *digest = (*digest ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
}

static void add_reals(uint64_t *digest, size_t n) {
    add_to_digest(digest, got, n * sizeof *got);
    add_to_digest(digest, got2, n * sizeof *got2);
}

static void digest_norms(uint64_t *digest, const lk_kernels *kernels, size_t m, size_t n) {
    lk_real mean[16], rstd[16];
    kernels->layernorm(got, mean, rstd, a, b, c, 1e-5, m, n);
    add_reals(digest, m * n);
    kernels->layernorm_backward(got, got2, got2 + n, c, a, b, mean, rstd, m, n);
    add_reals(digest, m * n);
    kernels->rmsnorm(got, rstd, a, b, 1e-5, m, n);
    kernels->rmsnorm_backward(got, got2, c, a, b, rstd, m, n);
    add_reals(digest, m * n);
}

uint64_t digest_of_kernels(const lk_kernels *kernels) {
    enum { N = 1003, ROWS = 9, COLUMNS = 111 };
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    fill(a, MAX_ELEMENTS, 1);
    fill(b, MAX_ELEMENTS, 2);
    fill(c, MAX_ELEMENTS, 3);
    memset(got, 0, sizeof got);
    memset(got2, 0, sizeof got2);
    for (int kind = 0; kind < 4; kind++) {
        kernels->gemm(kind & 1, kind & 2, 45, 67, 289, a, 300, b, 300, got, 70, kind == 3);
        add_reals(&digest, 45 * 70);
    }
    for (int f = 0; f < LK_UNARY_COUNT; f++) {
        kernels->scale(c, a, f == LK_UNARY_LOG ? 0 : 3, N);
        kernels->multiply_accumulate(c, a, a, N);
        kernels->unary[f](got, c, N);
        kernels->unary_backward[f](got2, b, c, got, N);
        add_reals(&digest, N);
    }
    double normaliser;
    kernels->softmax(got, &normaliser, a, N);
    add_to_digest(&digest, &normaliser, sizeof normaliser);
    kernels->softmax_backward(got2, b, got, 1, N, true);
    add_reals(&digest, N);
    digest_norms(&digest, kernels, ROWS, COLUMNS);
    return digest;
}

static void digest_double(uint64_t *digest, double y) {
    if (y != y) y = 0; // the bits of a NaN are the machine's
    add_to_digest(digest, &y, sizeof y);
}

static void digest_float(uint64_t *digest, float y) {
    if (y != y) y = 0;
    add_to_digest(digest, &y, sizeof y);
}

static void digest_at(uint64_t *digest, double x, double y) {
    static double (*const doubles[])(double) = {lk_exp, lk_log, lk_tanh, lk_erf, lk_sin, lk_cos};
    static float (*const floats[])(float) = {lk_expf, lk_logf, lk_tanhf, lk_erff, lk_sinf, lk_cosf};
    for (int f = 0; f < 6; f++) {
        digest_double(digest, doubles[f](x));
        digest_float(digest, floats[f]((float)x));
    }
    digest_double(digest, lk_pow(x, y));
    digest_double(digest, lk_pow(fabs(x), y));
    digest_float(digest, lk_powf((float)fabs(x), (float)y));
}

uint64_t digest_of_mathfn(void) {
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    static const double special[] = {0,         -0.0, 1,         -1,       INFINITY,
                                     -INFINITY, NAN,  0x1p-1074, -0x1p-140};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        for (size_t j = 0; j < sizeof special / sizeof special[0]; j++)
            digest_at(&digest, special[i], special[j]);
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 1, 0);
    for (int i = 0; i < 20000; i++) {
        double x = lk_random_uniform(&random) * 2 - 1;
        digest_at(&digest, x * 8, x * 5);
        digest_at(&digest, x * 120, x);
        digest_at(&digest, x * 1e9, x * 3);
        digest_at(&digest, x * 1e-30, x * 20);
    }
    return digest;
}
