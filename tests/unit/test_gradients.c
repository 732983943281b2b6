// Every op of the tape in double, its gradients against central differences: what works element by
// element, matrices, views. The parts of networks are in test_network_gradients.c.
#include "gradient_check.h"

// ---- Element by element -------------------------------------------------------------------------

static void two_alike(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 3, w->sizes);
}

static void one_and_its_tail(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 2, w->sizes + 1);
}

static void one_and_a_scalar(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 0, NULL);
}

static void one(world *w) { leaf(w, 3, w->sizes); }

static lk_tensor *build_add(world *w) { return lk_add(&w->tape, &w->leaves[0], &w->leaves[1]); }
static lk_tensor *build_multiply(world *w) {
    return lk_multiply(&w->tape, &w->leaves[0], &w->leaves[1]);
}
static lk_tensor *build_add_itself(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 1.5);
    return lk_add(&w->tape, x, x);
}
static lk_tensor *build_square(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 1.5);
    return lk_multiply(&w->tape, x, x);
}
static lk_tensor *build_scale(world *w) { return lk_scale(&w->tape, &w->leaves[0], -2.5); }
static lk_tensor *build_sum(world *w) { return lk_sum(&w->tape, &w->leaves[0]); }
static lk_tensor *build_mean(world *w) { return lk_mean(&w->tape, &w->leaves[0]); }
static lk_tensor *build_mean_square(world *w) { return lk_mean_square(&w->tape, &w->leaves[0]); }
static lk_tensor *build_mean_square_twice(world *w) {
    return lk_add(&w->tape, build_mean_square(w), build_mean_square(w));
}

Test(gradients, of_sums_and_products_element_by_element) {
    check_shapes("add", two_alike, build_add);
    check_shapes("add a tail", one_and_its_tail, build_add);
    check_shapes("add a scalar", one_and_a_scalar, build_add);
    check_shapes("add itself", one, build_add_itself);
    check_shapes("multiply", two_alike, build_multiply);
    check_shapes("multiply a tail", one_and_its_tail, build_multiply);
    check_shapes("multiply a scalar", one_and_a_scalar, build_multiply);
    check_shapes("square", one, build_square);
    check_shapes("scale", one, build_scale);
    check_shapes("sum", one, build_sum);
    check_shapes("mean", one, build_mean);
    check_shapes("mean square", one, build_mean_square);
    check_shapes("mean square, twice", one, build_mean_square_twice);
}

// Values that no step of the differences carries over a kink or out of the domain.
static void positive(world *w) {
    lk_tensor *x = leaf(w, 3, w->sizes);
    for (size_t i = 0; i < x->count; i++) x->value[i] = .5 + fabs(x->value[i]);
}

static void away_from_zero(world *w) {
    lk_tensor *x = leaf(w, 3, w->sizes);
    for (size_t i = 0; i < x->count; i++) x->value[i] += x->value[i] < 0 ? -.1 : .1;
}

#define UNARY_BUILDER(CODE, name)                                                                  \
    static lk_tensor *build_##name(world *w) {                                                     \
        return lk_apply_unary(&w->tape, &w->leaves[0], LK_UNARY_##CODE);                           \
    }
LK_UNARY_LIST(UNARY_BUILDER)

Test(gradients, of_functions_of_one_variable) {
#define CHECK_UNARY(CODE, name)                                                                    \
    check_shapes(#name, LK_UNARY_##CODE == LK_UNARY_LOG ? positive : away_from_zero, build_##name);
    LK_UNARY_LIST(CHECK_UNARY)
}

static void two_alike_second_positive(world *w) {
    leaf(w, 3, w->sizes);
    positive(w);
}

static void two_positive(world *w) {
    positive(w);
    positive(w);
}

static void one_and_a_positive_tail(world *w) {
    leaf(w, 3, w->sizes);
    lk_tensor *b = leaf(w, 2, w->sizes + 1);
    for (size_t i = 0; i < b->count; i++) b->value[i] = .5 + fabs(b->value[i]);
}

static void positive_and_a_tail(world *w) {
    positive(w);
    leaf(w, 2, w->sizes + 1);
}

static void positive_and_a_scalar(world *w) {
    positive(w);
    leaf(w, 0, NULL);
}

static lk_tensor *build_subtract(world *w) {
    return lk_subtract(&w->tape, &w->leaves[0], &w->leaves[1]);
}
static lk_tensor *build_divide(world *w) {
    return lk_divide(&w->tape, &w->leaves[0], &w->leaves[1]);
}
static lk_tensor *build_power(world *w) { return lk_power(&w->tape, &w->leaves[0], &w->leaves[1]); }
static lk_tensor *build_subtract_itself(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 1.5);
    return lk_subtract(&w->tape, lk_multiply(&w->tape, x, x), x);
}
static lk_tensor *build_power_of_itself(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 1.5);
    return lk_divide(&w->tape, lk_power(&w->tape, x, x), x);
}
// x^3, whose base may be negative.
static lk_tensor *build_cube(world *w) {
    static lk_real three = 3;
    return lk_power(&w->tape, &w->leaves[0], lk_tape_constant(&w->tape, 0, NULL, &three));
}

Test(gradients, of_differences_quotients_and_powers) {
    check_shapes("subtract", two_alike, build_subtract);
    check_shapes("subtract a tail", one_and_its_tail, build_subtract);
    check_shapes("subtract a scalar", one_and_a_scalar, build_subtract);
    check_shapes("subtract itself", one, build_subtract_itself);
    check_shapes("divide", two_alike_second_positive, build_divide);
    check_shapes("divide by a tail", one_and_a_positive_tail, build_divide);
    check_shapes("power", two_positive, build_power);
    check_shapes("power of a tail", positive_and_a_tail, build_power);
    check_shapes("power of a scalar", positive_and_a_scalar, build_power);
    check_shapes("power of itself", positive, build_power_of_itself);
    check_shapes("cube", one, build_cube);
}

static lk_tensor *build_dropout(world *w) { return lk_drop(&w->tape, &w->leaves[0], w->dropout); }

Test(gradients, of_dropout_with_the_mask_of_the_forward_pass) {
    check("dropout", one, build_dropout, 3, 5, 7, .4);
    check("dropout", one, build_dropout, 2, 13, 17, .1);
    check("dropout", one, build_dropout, 1, 1, 3, .5);
}

// Paths that join again, where gradients are handed over, shared and added to.
static lk_tensor *build_residual(world *w) {
    lk_tape *tape = &w->tape;
    lk_tensor *x = lk_scale(tape, &w->leaves[0], 2);
    lk_tensor *y = lk_add(tape, x, lk_apply_unary(tape, x, LK_UNARY_TANH));
    lk_tensor *z = lk_add(tape, y, lk_drop(tape, lk_apply_unary(tape, y, LK_UNARY_GELU), .3));
    lk_tensor *u = lk_add(tape, lk_apply_unary(tape, z, LK_UNARY_SIGMOID), x);
    return lk_multiply(tape, lk_add(tape, u, lk_scale(tape, z, .5)), y);
}

Test(gradients, of_paths_that_part_and_join) { check_shapes("residual", one, build_residual); }

// ---- Matrices -----------------------------------------------------------------------------------

static void linear_leaves(world *w) { // x (2, a, b), weight (b, c), bias (c)
    leaf(w, 3, (size_t[]){2, w->sizes[0], w->sizes[1]});
    leaf(w, 2, w->sizes + 1);
    leaf(w, 1, w->sizes + 2);
}

static lk_tensor *build_linear(world *w) {
    return lk_linear(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2]);
}
static lk_tensor *build_linear_gelu(world *w) {
    return lk_linear_activated(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2],
                               LK_UNARY_GELU);
}
static lk_tensor *build_linear_relu(world *w) {
    return lk_linear_activated(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2],
                               LK_UNARY_RELU);
}

// No value before the activation is near 0.
static void linear_leaves_for_relu(world *w) {
    linear_leaves(w);
    for (size_t j = 0; j < w->sizes[2]; j++) w->leaves[2].value[j] = j % 2 ? 40 : -40;
}

// x + x weight: the product's input is also what it is added to.
static void square_leaves(world *w) {
    leaf(w, 3, (size_t[]){2, w->sizes[0], w->sizes[1]});
    leaf(w, 2, (size_t[]){w->sizes[1], w->sizes[1]});
}
static lk_tensor *build_residual_linear(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 2);
    return lk_add(&w->tape, x, lk_linear(&w->tape, x, &w->leaves[1], NULL));
}

static void matrices(world *w) {
    leaf(w, 3, (size_t[]){2, w->sizes[0], w->sizes[1]});
    leaf(w, 3, (size_t[]){2, w->sizes[1], w->sizes[2]});
}
static lk_tensor *build_matmul(world *w) {
    return lk_matrix_product(&w->tape, &w->leaves[0], &w->leaves[1]);
}

Test(gradients, of_matrix_products) {
    check_shapes("linear", linear_leaves, build_linear);
    check_shapes("linear, gelu", linear_leaves, build_linear_gelu);
    check_shapes("linear, relu", linear_leaves_for_relu, build_linear_relu);
    check_shapes("residual linear", square_leaves, build_residual_linear);
    check("residual linear, wider than a block of the kernel", square_leaves, build_residual_linear,
          1, 300, 1, 0);
    check_shapes("matmul", matrices, build_matmul);
}

static void table_and_ids(world *w) { // table (b, c), a ids with repetitions
    leaf(w, 2, w->sizes + 1);
    for (size_t i = 0; i < 2 * w->sizes[0]; i++) w->ids[i] = (uint32_t)(i * i % w->sizes[1]);
}
static lk_tensor *build_embedding(world *w) {
    return lk_embedding(&w->tape, &w->leaves[0], w->ids, 2, (size_t[]){2, w->sizes[0]});
}

Test(gradients, of_rows_of_a_table) { check_shapes("embedding", table_and_ids, build_embedding); }

// ---- Along the last dimensions ------------------------------------------------------------------

static void two_of_one_height(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 3, (size_t[]){w->sizes[0], w->sizes[1], w->sizes[2] + 2});
}

static lk_tensor *build_softmax(world *w) { return lk_softmax(&w->tape, &w->leaves[0]); }
static lk_tensor *build_slice(world *w) {
    return lk_slice(&w->tape, &w->leaves[0], w->sizes[2] / 3, w->sizes[2] - w->sizes[2] / 4);
}
// Slices that overlap.
static lk_tensor *build_slices(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 2);
    size_t half = (w->sizes[2] + 1) / 2;
    return lk_multiply(&w->tape, lk_slice(&w->tape, x, 0, half),
                       lk_slice(&w->tape, x, w->sizes[2] - half, w->sizes[2]));
}
static lk_tensor *build_concatenate(world *w) {
    return lk_concatenate(&w->tape, &w->leaves[0], &w->leaves[1]);
}
static lk_tensor *build_concatenate_itself(world *w) {
    lk_tensor *x = lk_scale(&w->tape, &w->leaves[0], 2);
    return lk_concatenate(&w->tape, x, x);
}
static lk_tensor *build_transpose(world *w) { return lk_transpose(&w->tape, &w->leaves[0]); }
static lk_tensor *build_reshape(world *w) {
    return lk_reshape(&w->tape, &w->leaves[0], 2,
                      (size_t[]){w->sizes[2], w->sizes[0] * w->sizes[1]});
}
// A view beside what it is a view of: one gradient must not be worked on in the place of the other.
static lk_tensor *build_view_and_original(world *w) {
    lk_tape *tape = &w->tape;
    lk_tensor *x = lk_scale(tape, &w->leaves[0], 2);
    size_t flat[] = {x->count};
    lk_tensor *view = lk_reshape(tape, x, 1, flat);
    lk_tensor *squares = lk_multiply(tape, view, view);
    return lk_add(tape, lk_multiply(tape, lk_reshape(tape, squares, 3, w->sizes), x), x);
}

Test(gradients, of_rows_columns_and_views) {
    check_shapes("softmax", one, build_softmax);
    check_shapes("slice", one, build_slice);
    check_shapes("slices", one, build_slices);
    check_shapes("concatenate", two_of_one_height, build_concatenate);
    check_shapes("concatenate with itself", one, build_concatenate_itself);
    check_shapes("transpose", one, build_transpose);
    check_shapes("reshape", one, build_reshape);
    check_shapes("view and original", one, build_view_and_original);
}

// ---- What cannot be -----------------------------------------------------------------------------

Test(tape, refuses_shapes_that_do_not_fit_and_says_of_which_op) {
    lk_context *context = make_context();
    world w = make_world(context, 0);
    leaf(&w, 2, (size_t[]){3, 4});
    leaf(&w, 2, (size_t[]){3, 5});
    cr_assert(lk_add(&w.tape, &w.leaves[0], &w.leaves[1]) == NULL);
    expect_failure(context, lk_tape_status(&w.tape), LK_ERROR_USAGE, "'add'");
    cr_assert(lk_scale(&w.tape, &w.leaves[0], 1) == NULL, "a failed tape does nothing more");
    lk_tape_reset(&w.tape);
    cr_assert(lk_matrix_product(&w.tape, &w.leaves[0], &w.leaves[1]) == NULL);
    expect_failure(context, lk_tape_status(&w.tape), LK_ERROR_USAGE, "'matmul'");
    free_world(&w);
    free_context(context);
}

Test(tape, differentiates_scalars_only) {
    lk_context *context = make_context();
    world w = make_world(context, 0);
    leaf(&w, 2, (size_t[]){3, 4});
    lk_tensor *y = lk_scale(&w.tape, &w.leaves[0], 2);
    expect_failure(context, lk_tape_backward(&w.tape, y, 1), LK_ERROR_USAGE, "scalar");
    free_world(&w);
    free_context(context);
}

Test(tape, reaches_through_a_long_chain_without_recursion) {
    lk_context *context = make_context();
    world w = make_world(context, 0);
    lk_tensor *x = leaf(&w, 1, (size_t[]){2}), *y = x;
    for (int i = 0; i < 100000; i++) y = lk_scale(&w.tape, y, 1);
    cr_assert(lk_tape_backward(&w.tape, lk_sum(&w.tape, y), 1) == LK_OK);
    cr_assert(x->gradient[0] == 1 && x->gradient[1] == 1);
    free_world(&w);
    free_context(context);
}
