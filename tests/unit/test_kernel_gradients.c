// Backward kernels against central differences of the forward ones, in double.
#include "kernel_checks.h"
#include "likelore/core.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { ROWS = 3, COLUMNS = 21, SIZE = ROWS * COLUMNS };

#define STEP 1e-6

static lk_kernels kernels;
static double x[SIZE], gain[COLUMNS], bias[COLUMNS], weights[SIZE];

static void draw(double *values, size_t n, uint32_t index) {
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++) values[i] = lk_random_uniform(&random) * 4 - 2;
}

static void prepare(void) {
    lk_kernels_reference_f64(&kernels);
    draw(x, SIZE, 0);
    draw(gain, COLUMNS, 1);
    draw(bias, COLUMNS, 2);
    draw(weights, SIZE, 3);
}

TestSuite(gradients, .init = prepare);

// The loss is Σ weights y, so that the gradient with respect to y is `weights`.
static double weighted(const double *y, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += weights[i] * y[i];
    return sum;
}

// gradient[i] was accumulated onto 1.
static void expect_gradient(const char *what, double (*loss)(void), double *parameter,
                            const double *gradient, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double value = parameter[i];
        parameter[i] = value + STEP;
        double above = loss();
        parameter[i] = value - STEP;
        double below = loss();
        parameter[i] = value;
        double expected = 1 + (above - below) / (2 * STEP);
        cr_assert(fabs(gradient[i] - expected) < 1e-7 * fmax(1, fabs(expected)),
                  "%s: gradient %zu is %.12g, not %.12g", what, i, gradient[i], expected);
    }
}

static void set_ones(double *values, size_t n) {
    for (size_t i = 0; i < n; i++) values[i] = 1;
}

static lk_unary function;
static double unary_loss(void) {
    double y[SIZE];
    kernels.unary[function](y, x, SIZE);
    return weighted(y, SIZE);
}

Test(gradients, unary_functions_agree_with_differences) {
    for (int f = 0; f < LK_UNARY_COUNT; f++) {
        double y[SIZE], dx[SIZE];
        function = (lk_unary)f;
        for (size_t i = 0; function == LK_UNARY_LOG && i < SIZE; i++) x[i] = 0.5 + fabs(x[i]);
        kernels.unary[f](y, x, SIZE);
        kernels.unary_backward[f](dx, weights, x, y, SIZE);
        for (size_t i = 0; i < SIZE; i++) dx[i] += 1;
        expect_gradient("unary", unary_loss, x, dx, SIZE);
        draw(x, SIZE, 0);
    }
}

static double softmax_loss(void) {
    double y[COLUMNS];
    kernels.softmax(y, NULL, x, COLUMNS);
    return weighted(y, COLUMNS);
}

Test(gradients, softmax_agrees_with_differences) {
    double y[COLUMNS], dx[COLUMNS];
    set_ones(dx, COLUMNS);
    kernels.softmax(y, NULL, x, COLUMNS);
    kernels.softmax_backward(dx, weights, y, 1, COLUMNS, true);
    expect_gradient("softmax", softmax_loss, x, dx, COLUMNS);
}

static double layernorm_loss(void) {
    double y[SIZE], mean[ROWS], rstd[ROWS];
    kernels.layernorm(y, mean, rstd, x, gain, bias, 1e-5, ROWS, COLUMNS);
    return weighted(y, SIZE);
}

Test(gradients, layer_normalisation_agrees_with_differences) {
    double y[SIZE], mean[ROWS], rstd[ROWS], dx[SIZE], dgain[COLUMNS], dbias[COLUMNS];
    set_ones(dx, SIZE);
    set_ones(dgain, COLUMNS);
    set_ones(dbias, COLUMNS);
    kernels.layernorm(y, mean, rstd, x, gain, bias, 1e-5, ROWS, COLUMNS);
    kernels.layernorm_backward(dx, dgain, dbias, weights, x, gain, mean, rstd, ROWS, COLUMNS);
    expect_gradient("x", layernorm_loss, x, dx, SIZE);
    expect_gradient("gain", layernorm_loss, gain, dgain, COLUMNS);
    expect_gradient("bias", layernorm_loss, bias, dbias, COLUMNS);
}

static double rmsnorm_loss(void) {
    double y[SIZE], rrms[ROWS];
    kernels.rmsnorm(y, rrms, x, gain, 1e-6, ROWS, COLUMNS);
    return weighted(y, SIZE);
}

Test(gradients, root_mean_square_normalisation_agrees_with_differences) {
    double y[SIZE], rrms[ROWS], dx[SIZE], dgain[COLUMNS];
    set_ones(dx, SIZE);
    set_ones(dgain, COLUMNS);
    kernels.rmsnorm(y, rrms, x, gain, 1e-6, ROWS, COLUMNS);
    kernels.rmsnorm_backward(dx, dgain, weights, x, gain, rrms, ROWS, COLUMNS);
    expect_gradient("x", rmsnorm_loss, x, dx, SIZE);
    expect_gradient("gain", rmsnorm_loss, gain, dgain, COLUMNS);
}

Test(gradients, kernels_for_double_agree_with_the_naive_versions_bit_for_bit) {
    kernel_checks checks = check_kernels(&kernels, 0);
    cr_assert(checks.failed == 0, "%d of %d checks failed: %s", checks.failed, checks.done,
              checks.message);
}
