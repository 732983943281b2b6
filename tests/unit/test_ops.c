// Values of ops on tensors, in double: textbook examples, and identities between ops.
#include "grad/ops.h"

#include "test_context.h"

#include <math.h>

enum { MOST_ELEMENTS = 16 };

static void free_tape(lk_tape *tape) {
    lk_context *context = tape->context;
    lk_tape_release(tape);
    free_context(context);
}

// A constant with `count` numbers as elements.
static lk_tensor *tensor(lk_tape *tape, int rank, const size_t *shape, const double *numbers) {
    lk_real *value = lk_arena_alloc(&tape->arena, MOST_ELEMENTS, sizeof *value);
    lk_tensor *result = lk_tape_constant(tape, rank, shape, value);
    cr_assert(result->count <= MOST_ELEMENTS);
    for (size_t i = 0; i < result->count; i++) value[i] = numbers[i];
    return result;
}

static void expect(const lk_tensor *got, const double *expected, double tolerance) {
    cr_assert(got, "the op was refused");
    for (size_t i = 0; i < got->count; i++)
        cr_assert(fabs(got->value[i] - expected[i]) <= tolerance, "element %zu is %.15g, not %.15g",
                  i, got->value[i], expected[i]);
}

Test(ops, softmax_of_0_1_2) {
    lk_tape tape = lk_tape_make(make_context());
    lk_tensor *x = tensor(&tape, 1, (size_t[]){3}, (double[]){0, 1, 2});
    expect(lk_softmax(&tape, x), (double[]){.0900305732, .2447284711, .6652409558}, 5e-11);
    free_tape(&tape);
}

Test(ops, softmax_does_not_overflow_and_does_not_divide_by_zero) {
    lk_tape tape = lk_tape_make(make_context());
    const double numbers[] = {1000,      1001,      1002,      -INFINITY, 7,
                              -INFINITY, -INFINITY, -INFINITY, -INFINITY};
    lk_tensor *x = tensor(&tape, 2, (size_t[]){3, 3}, numbers);
    expect(lk_softmax(&tape, x),
           (double[]){.0900305732, .2447284711, .6652409558, 0, 1, 0, 0, 0, 0}, 5e-11);
    free_tape(&tape);
}

Test(ops, tanh_and_sigmoid_saturate) {
    lk_tape tape = lk_tape_make(make_context());
    lk_tensor *x = tensor(&tape, 1, (size_t[]){4}, (double[]){1000, -1000, 356, -356});
    expect(lk_apply_unary(&tape, x, LK_UNARY_TANH), (double[]){1, -1, 1, -1}, 0);
    expect(lk_apply_unary(&tape, x, LK_UNARY_SIGMOID), (double[]){1, 0, 1, 0}, 1e-150);
    free_tape(&tape);
}

// ---- The running mean, three times --------------------------------------------------------------

// Row t of the result is the mean of the rows 0 … t of x: a product with a lower triangular matrix
// whose rows sum to 1, which is what attention does with weights of its own.
enum { T = 3, C = 2 };
static const double rows[T * C] = {2, 7, 6, 4, 6, 5};

static void mean_by_loops(double means[T * C]) {
    for (int t = 0; t < T; t++)
        for (int c = 0; c < C; c++) {
            double sum = 0;
            for (int before = 0; before <= t; before++) sum += rows[before * C + c];
            means[t * C + c] = sum / (t + 1);
        }
}

// (T, T) with `below` where the column is not after the row, else `above`.
static lk_tensor *triangle(lk_tape *tape, double below, double above) {
    double numbers[T * T];
    for (int i = 0; i < T * T; i++) numbers[i] = i % T <= i / T ? below : above;
    return tensor(tape, 2, (size_t[]){T, T}, numbers);
}

Test(ops, a_running_mean_is_a_triangular_product_is_a_masked_softmax) {
    lk_tape tape = lk_tape_make(make_context());
    double means[T * C];
    mean_by_loops(means);
    lk_tensor *x = tensor(&tape, 2, (size_t[]){T, C}, rows);
    expect(tensor(&tape, 2, (size_t[]){T, C}, means),
           (double[]){2, 7, 4, 5.5, 4.666666666666667, 5.333333333333333}, 1e-15);

    lk_tensor *ones = triangle(&tape, 1, 0);
    lk_tensor *counts = tensor(&tape, 2, (size_t[]){T, T}, (double[]){1, 1, 1, 2, 2, 2, 3, 3, 3});
    lk_tensor *weights = lk_divide(&tape, ones, counts);
    expect(lk_matrix_product(&tape, weights, x), means, 1e-15);

    lk_tensor *scores = tensor(&tape, 2, (size_t[]){T, T}, (double[T * T]){0});
    lk_tensor *masked = lk_add(&tape, scores, triangle(&tape, 0, -INFINITY));
    lk_tensor *attention = lk_softmax(&tape, masked);
    expect(attention, weights->value, 1e-15);
    expect(lk_matrix_product(&tape, attention, x), means, 1e-15);
    free_tape(&tape);
}

// ---- Shapes -------------------------------------------------------------------------------------

Test(ops, columns_that_were_sliced_make_up_the_whole_again) {
    lk_tape tape = lk_tape_make(make_context());
    const double numbers[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    lk_tensor *x = tensor(&tape, 2, (size_t[]){3, 4}, numbers);
    lk_tensor *left = lk_slice(&tape, x, 0, 1), *right = lk_slice(&tape, x, 1, 4);
    expect(left, (double[]){1, 5, 9}, 0);
    expect(right, (double[]){2, 3, 4, 6, 7, 8, 10, 11, 12}, 0);
    expect(lk_concatenate(&tape, left, right), numbers, 0);
    cr_assert(lk_slice(&tape, x, 2, 2)->count == 0);
    free_tape(&tape);
}

Test(ops, transposed_twice_is_the_same) {
    lk_tape tape = lk_tape_make(make_context());
    const double numbers[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    lk_tensor *x = tensor(&tape, 3, (size_t[]){2, 2, 3}, numbers);
    lk_tensor *y = lk_transpose(&tape, x);
    cr_assert(y->shape[0] == 2 && y->shape[1] == 3 && y->shape[2] == 2);
    expect(y, (double[]){1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}, 0);
    expect(lk_transpose(&tape, y), numbers, 0);
    free_tape(&tape);
}

Test(ops, a_reshaped_tensor_is_a_view) {
    lk_tape tape = lk_tape_make(make_context());
    lk_tensor *x = tensor(&tape, 2, (size_t[]){2, 3}, (double[]){1, 2, 3, 4, 5, 6});
    lk_tensor *y = lk_reshape(&tape, x, 3, (size_t[]){3, 1, 2});
    cr_assert(y->rank == 3 && y->count == 6 && y->value == x->value);
    free_tape(&tape);
}

Test(ops, powers_have_the_derivatives_of_their_limits) {
    lk_tape tape = lk_tape_make(make_context());
    tape.recording = true;
    lk_tensor *x = tensor(&tape, 1, (size_t[]){3}, (double[]){0, 0, 4});
    lk_tensor *exponent = tensor(&tape, 1, (size_t[]){3}, (double[]){0, 2, .5});
    x->needs_gradient = exponent->needs_gradient = true;
    lk_tensor *y = lk_power(&tape, x, exponent);
    expect(y, (double[]){1, 0, 2}, 0);
    cr_assert(lk_tape_backward(&tape, lk_sum(&tape, y), 1) == LK_OK);
    const double by_base[] = {0, 0, .25}, by_exponent[] = {0, 0, 2 * log(4)};
    for (int i = 0; i < 3; i++) {
        cr_assert(fabs(x->gradient[i] - by_base[i]) < 1e-15);
        cr_assert(fabs(exponent->gradient[i] - by_exponent[i]) < 1e-15);
    }
    free_tape(&tape);
}

static void expect_refusal(lk_tape *tape, const lk_tensor *result, const char *name) {
    cr_assert(result == NULL, "%s was not refused", name);
    expect_failure(tape->context, lk_tape_status(tape), LK_ERROR_USAGE, name);
    tape->status = LK_OK;
}

Test(ops, shapes_that_cannot_be_are_refused) {
    lk_tape tape = lk_tape_make(make_context());
    lk_tensor *x = tensor(&tape, 2, (size_t[]){2, 3}, (double[6]){0});
    lk_tensor *higher = tensor(&tape, 2, (size_t[]){3, 3}, (double[9]){0});
    lk_tensor *scalar = tensor(&tape, 0, NULL, (double[]){0});
    expect_refusal(&tape, lk_slice(&tape, x, 0, 4), "'slice'");
    expect_refusal(&tape, lk_slice(&tape, x, 2, 1), "'slice'");
    expect_refusal(&tape, lk_slice(&tape, scalar, 0, 1), "'slice'");
    expect_refusal(&tape, lk_concatenate(&tape, x, higher), "'concatenate'");
    expect_refusal(&tape, lk_concatenate(&tape, scalar, scalar), "'concatenate'");
    expect_refusal(&tape, lk_transpose(&tape, scalar), "'transpose'");
    expect_refusal(&tape, lk_softmax(&tape, scalar), "'softmax'");
    expect_refusal(&tape, lk_reshape(&tape, x, 2, (size_t[]){2, 4}), "'reshape'");
    expect_refusal(&tape, lk_reshape(&tape, x, 5, (size_t[]){1, 1, 1, 2, 3}), "'reshape'");
    expect_refusal(&tape, lk_reshape(&tape, x, 2, (size_t[]){SIZE_MAX, 6}), "'reshape'");
    expect_refusal(&tape, lk_subtract(&tape, x, higher), "'subtract'");
    expect_refusal(&tape, lk_divide(&tape, scalar, x), "'divide'");
    expect_refusal(&tape, lk_power(&tape, scalar, x), "'power'");
    free_tape(&tape);
}
