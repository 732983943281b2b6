// Every op of the tape in double: its gradients against central differences at three odd shapes.
//
// The function differentiated is Σ w y, y the result of the op and w fixed random numbers, so that
// every element of the result counts differently.
#include "grad/ops.h"

#include "test_context.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_LEAVES = 4, MAX_ELEMENTS = 1 << 17 };

typedef struct world {
    lk_tape tape;
    lk_tensor leaves[MAX_LEAVES];
    int leaf_count;
    lk_random random;
    uint32_t ids[64];
    int32_t targets[64];
    size_t sizes[4]; // of the case: chosen by the builder
    double dropout;
} world;

// Builds the op from the leaves.
typedef lk_tensor *builder(world *w);

static lk_tensor *leaf(world *w, int rank, const size_t *shape) {
    lk_tensor *tensor = &w->leaves[w->leaf_count++];
    *tensor = (lk_tensor){.rank = rank, .count = 1, .needs_gradient = true};
    for (int i = 0; i < rank; i++) tensor->count *= tensor->shape[i] = shape[i];
    cr_assert(tensor->count <= MAX_ELEMENTS);
    tensor->value = malloc(tensor->count * sizeof(lk_real));
    tensor->gradient = malloc(tensor->count * sizeof(lk_real));
    for (size_t i = 0; i < tensor->count; i++) tensor->value[i] = lk_random_normal(&w->random);
    return tensor;
}

static world make_world(lk_context *context, double dropout) {
    world w = {.tape = lk_tape_make(context),
               .random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0),
               .dropout = dropout};
    w.tape.recording = w.tape.training = true;
    w.tape.seed = 7;
    return w;
}

static void free_world(world *w) {
    for (int i = 0; i < w->leaf_count; i++) {
        free(w->leaves[i].value);
        free(w->leaves[i].gradient);
    }
    lk_tape_release(&w->tape);
}

// Σ w y of the op as built now; the tape holds it until the next call.
static lk_tensor *weighted_sum(world *w, builder *build) {
    lk_tape_reset(&w->tape);
    w->tape.dropout_index = 0;
    lk_tensor *y = build(w);
    cr_assert(y, "%s", lk_context_error(w->tape.context).message);
    lk_real *weights = lk_arena_alloc(&w->tape.arena, y->count, sizeof *weights);
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < y->count; i++) weights[i] = lk_random_normal(&random);
    lk_tensor *constant = lk_tape_constant(&w->tape, y->rank, y->shape, weights);
    return lk_sum(&w->tape, lk_multiply(&w->tape, y, constant));
}

// The central difference of fourth order, which is exact up to h^4.
static double difference(world *w, builder *build, lk_real *x) {
    const double h = 1e-3;
    lk_real old = *x;
    double values[4];
    const double at[4] = {-2, -1, 1, 2};
    for (int i = 0; i < 4; i++) {
        *x = old + at[i] * h;
        values[i] = *weighted_sum(w, build)->value;
    }
    *x = old;
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h);
}

// Every element of small leaves, a sample of large ones.
static void check_leaf(world *w, builder *build, lk_tensor *tensor, const char *name) {
    size_t stride = tensor->count / 40 + 1;
    double scale = 1e-3;
    for (size_t i = 0; i < tensor->count; i++) scale = fmax(scale, fabs(tensor->gradient[i]));
    for (size_t i = 0; i < tensor->count; i += stride) {
        double expected = difference(w, build, &tensor->value[i]);
        double error = fabs(expected - tensor->gradient[i]) / scale;
        cr_assert(error < 1e-6, "%s, leaf %d, element %zu: %.12g, by differences %.12g", name,
                  (int)(tensor - w->leaves), i, tensor->gradient[i], expected);
    }
}

static void differentiate(world *w, builder *build) {
    lk_tensor *sum = weighted_sum(w, build);
    for (int i = 0; i < w->leaf_count; i++) {
        memset(w->leaves[i].gradient, 0xff, w->leaves[i].count * sizeof(lk_real)); // NaN
        w->leaves[i].gradient_set = false;
    }
    cr_assert(lk_tape_backward(&w->tape, sum, 1) == LK_OK);
}

// The same gradients when the op is used twice: each input then gets two parts.
static void check_accumulation(world *w, builder *build, const char *name) {
    static lk_real once[MAX_LEAVES][MAX_ELEMENTS];
    for (int i = 0; i < w->leaf_count; i++)
        memcpy(once[i], w->leaves[i].gradient, w->leaves[i].count * sizeof(lk_real));
    cr_assert(lk_tape_backward(&w->tape, weighted_sum(w, build), 1) == LK_OK);
    for (int i = 0; i < w->leaf_count; i++)
        for (size_t j = 0; j < w->leaves[i].count; j++)
            cr_assert(fabs(w->leaves[i].gradient[j] - 2 * once[i][j]) <=
                          1e-12 * (1 + fabs(once[i][j])),
                      "%s: gradients do not add up", name);
}

static void check(const char *name, void (*set_up)(world *w), builder *build, size_t a, size_t b,
                  size_t c, double dropout) {
    lk_context *context = make_context();
    world w = make_world(context, dropout);
    memcpy(w.sizes, (size_t[]){a, b, c}, 3 * sizeof(size_t));
    set_up(&w);
    differentiate(&w, build);
    for (int i = 0; i < w.leaf_count; i++) check_leaf(&w, build, &w.leaves[i], name);
    differentiate(&w, build);
    check_accumulation(&w, build, name);
    free_world(&w);
    free_context(context);
}

static void check_shapes(const char *name, void (*set_up)(world *w), builder *build) {
    check(name, set_up, build, 1, 1, 1, 0);
    check(name, set_up, build, 3, 5, 7, 0);
    check(name, set_up, build, 2, 13, 17, 0);
}

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

// ---- Norms, attention, loss ---------------------------------------------------------------------

static void norm_leaves(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 1, w->sizes + 2);
    leaf(w, 1, w->sizes + 2);
}
static void norm_leaves_without_bias(world *w) {
    leaf(w, 3, w->sizes);
    leaf(w, 1, w->sizes + 2);
}
static lk_tensor *build_layernorm(world *w) {
    lk_tensor *bias = w->leaf_count == 3 ? &w->leaves[2] : NULL;
    return lk_layernorm(&w->tape, &w->leaves[0], &w->leaves[1], bias, 1e-2);
}
static lk_tensor *build_rmsnorm(world *w) {
    return lk_rmsnorm(&w->tape, &w->leaves[0], &w->leaves[1], 1e-2);
}

Test(gradients, of_norms) {
    check_shapes("layernorm", norm_leaves, build_layernorm);
    check_shapes("layernorm without bias", norm_leaves_without_bias, build_layernorm);
    check_shapes("rmsnorm", norm_leaves_without_bias, build_rmsnorm);
    check("layernorm of many rows", norm_leaves, build_layernorm, 3, 131, 3, 0);
}

// Running statistics are those of an earlier batch; their next values lie in `gradient`.
static lk_tensor *build_batchnorm_of(world *w, bool training, bool deviation) {
    static lk_real values[4][32];
    size_t columns = w->leaves[1].count;
    for (size_t j = 0; j < columns; j++) {
        values[0][j] = .1 * (double)j - .3;
        values[1][j] = .5 + .25 * (double)(j % 5);
    }
    lk_tensor mean = {.rank = 1, .shape = {columns}, .count = columns};
    lk_tensor spread = mean;
    mean.value = values[0];
    mean.gradient = values[2];
    spread.value = values[1];
    spread.gradient = values[3];
    lk_batch_statistics kept = {&mean, &spread, deviation, .1, 1e-2};
    w->tape.training = training;
    lk_tensor *y = lk_batchnorm(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2], &kept);
    cr_assert(mean.gradient_set == training && spread.gradient_set == training);
    return y;
}
static lk_tensor *build_batchnorm(world *w) { return build_batchnorm_of(w, true, false); }
static lk_tensor *build_batchnorm_afterwards(world *w) {
    return build_batchnorm_of(w, false, false);
}
static lk_tensor *build_batchnorm_by_deviation(world *w) {
    return build_batchnorm_of(w, false, true);
}

Test(gradients, of_batch_normalisation) {
    check("batchnorm of two rows", norm_leaves, build_batchnorm, 1, 2, 1, 0);
    check("batchnorm", norm_leaves, build_batchnorm, 3, 5, 7, 0);
    check("batchnorm", norm_leaves, build_batchnorm, 2, 13, 17, 0);
    check("batchnorm of many rows", norm_leaves, build_batchnorm, 3, 131, 3, 0);
    check_shapes("batchnorm afterwards", norm_leaves, build_batchnorm_afterwards);
    check_shapes("batchnorm by deviation", norm_leaves, build_batchnorm_by_deviation);
}

static void qkv(world *w) { // (a, b, 3 · 3 heads · c)
    leaf(w, 3, (size_t[]){w->sizes[0], w->sizes[1], 9 * w->sizes[2]});
}
static lk_tensor *build_attention(world *w) {
    lk_attention_options options = {
        .heads = 3, .kv_heads = 3, .causal = true, .dropout = w->dropout};
    return lk_self_attention(&w->tape, &w->leaves[0], &options);
}

Test(gradients, of_attention) {
    check("attention", qkv, build_attention, 1, 1, 1, 0);
    check("attention", qkv, build_attention, 2, 7, 3, 0);
    check("attention over several blocks", qkv, build_attention, 1, 131, 2, 0);
    check("attention with dropout", qkv, build_attention, 2, 9, 3, .3);
    check("attention with dropout over blocks", qkv, build_attention, 1, 67, 2, .2);
}

static void grouped_qkv(world *w) { // six heads of queries, two of keys and values
    leaf(w, 3, (size_t[]){w->sizes[0], w->sizes[1], 10 * w->sizes[2]});
}
static lk_tensor *build_grouped_attention(world *w) {
    lk_attention_options options = {
        .heads = 6, .kv_heads = 2, .causal = true, .dropout = w->dropout};
    return lk_self_attention(&w->tape, &w->leaves[0], &options);
}

Test(gradients, of_attention_whose_heads_share_keys) {
    check("groups", grouped_qkv, build_grouped_attention, 1, 1, 1, 0);
    check("groups", grouped_qkv, build_grouped_attention, 2, 7, 3, 0);
    check("groups over blocks", grouped_qkv, build_grouped_attention, 1, 67, 2, 0);
    check("groups with dropout", grouped_qkv, build_grouped_attention, 2, 5, 1, .3);
}

static void two_sequences(world *w) { // queries (2, a, 4 c), keys and values (2, b, 2 c)
    leaf(w, 3, (size_t[]){2, w->sizes[0], 4 * w->sizes[2]});
    leaf(w, 3, (size_t[]){2, w->sizes[1], 2 * w->sizes[2]});
    leaf(w, 3, (size_t[]){2, w->sizes[1], 2 * w->sizes[2]});
}
static lk_tensor *build_cross_attention(world *w) {
    lk_attention_options options = {.heads = 4, .kv_heads = 2, .dropout = w->dropout};
    return lk_cross_attention(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2], &options);
}
// Masks that differ between the sequences; the first query of the first sees nothing.
static lk_tensor *build_masked_attention(world *w) {
    static uint8_t mask[2 * 13 * 17];
    size_t queries = w->sizes[0], keys = w->sizes[1];
    for (size_t i = 0; i < 2 * queries * keys; i++) mask[i] = i >= keys && i % 3 != 1;
    lk_attention_options options = {
        .heads = 4, .kv_heads = 2, .mask = mask, .mask_stride = queries * keys};
    return lk_cross_attention(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2], &options);
}

static void one_sequence(world *w) { leaf(w, 3, w->sizes); }
// Queries, keys and values are one tensor, so that its gradient has three parts.
static lk_tensor *build_attention_to_itself(world *w) {
    lk_tensor *x = &w->leaves[0];
    lk_attention_options options = {.heads = 1, .kv_heads = 1};
    return lk_cross_attention(&w->tape, x, x, x, &options);
}

Test(gradients, of_attention_to_another_sequence) {
    check("cross-attention", two_sequences, build_cross_attention, 1, 1, 1, 0);
    check("cross-attention", two_sequences, build_cross_attention, 5, 7, 3, 0);
    check("cross-attention over blocks", two_sequences, build_cross_attention, 70, 3, 2, 0);
    check("cross-attention with dropout", two_sequences, build_cross_attention, 4, 6, 2, .3);
    check("masked attention", two_sequences, build_masked_attention, 5, 7, 3, 0);
    check("masked attention", two_sequences, build_masked_attention, 13, 17, 1, 0);
    check_shapes("attention to itself", one_sequence, build_attention_to_itself);
}

// ---- Rotation, gate -----------------------------------------------------------------------------

enum { ROTATED_HEADS = 2 };

static void heads_and_rest(world *w) { // two heads of 2 c channels are turned, one is not
    leaf(w, 3, (size_t[]){w->sizes[0], w->sizes[1], 3 * 2 * w->sizes[2]});
}

static lk_rotation rotation_of(const world *w, const uint32_t *positions) {
    static lk_real cosines[64 * 64], sines[64 * 64];
    size_t width = 2 * w->sizes[2];
    lk_rotation_tables(cosines, sines, 64, width, 100);
    return (lk_rotation){cosines, sines, positions, ROTATED_HEADS, width};
}

static lk_tensor *build_rope(world *w) {
    lk_rotation rotation = rotation_of(w, NULL);
    return lk_rope(&w->tape, &w->leaves[0], &rotation);
}
static lk_tensor *build_rope_at_positions(world *w) {
    static const uint32_t positions[17] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2};
    lk_rotation rotation = rotation_of(w, positions);
    return lk_rope(&w->tape, &w->leaves[0], &rotation);
}

static void linear_to_heads(world *w) { // x (a, b, c), weight (c, 3 · 2 c)
    leaf(w, 3, w->sizes);
    leaf(w, 2, (size_t[]){w->sizes[2], 6 * w->sizes[2]});
}
// The product is overwritten by the rotation.
static lk_tensor *build_rope_of_linear(world *w) {
    lk_rotation rotation = rotation_of(w, NULL);
    lk_tensor *x = lk_linear(&w->tape, &w->leaves[0], &w->leaves[1], NULL);
    return lk_rope(&w->tape, x, &rotation);
}

Test(gradients, of_rotated_heads) {
    check_shapes("rope", heads_and_rest, build_rope);
    check_shapes("rope at positions", heads_and_rest, build_rope_at_positions);
    check_shapes("rope of a linear layer", linear_to_heads, build_rope_of_linear);
}

static void gate_and_up(world *w) {
    leaf(w, 3, (size_t[]){w->sizes[0], w->sizes[1], 2 * w->sizes[2]});
}
static lk_tensor *build_swiglu(world *w) { return lk_swiglu(&w->tape, &w->leaves[0]); }

Test(gradients, of_swiglu) {
    check_shapes("swiglu", gate_and_up, build_swiglu);
    check("swiglu wider than a piece", gate_and_up, build_swiglu, 1, 2, 700, 0);
}

// ---- Loss ---------------------------------------------------------------------------------------

static void loss_leaves(world *w) { // x (2, a, b), head (c, b), bias (c)
    leaf(w, 3, (size_t[]){2, w->sizes[0], w->sizes[1]});
    leaf(w, 2, (size_t[]){w->sizes[2], w->sizes[1]});
    leaf(w, 1, w->sizes + 2);
    for (size_t i = 0; i < 2 * w->sizes[0]; i++)
        w->targets[i] = i % 4 == 3 ? -1 : (int32_t)(i * 5 % w->sizes[2]);
}
static lk_tensor *build_loss(world *w) {
    return lk_cross_entropy(&w->tape, &w->leaves[0], &w->leaves[1], &w->leaves[2], w->targets);
}

static void logits_leaf(world *w) {
    loss_leaves(w);
    for (int i = 1; i < 3; i++) free(w->leaves[i].value), free(w->leaves[i].gradient);
    w->leaf_count = 1;
    for (size_t i = 0; i < 2 * w->sizes[0]; i++)
        if (w->targets[i] >= 0) w->targets[i] %= (int32_t)w->sizes[1];
}
static lk_tensor *build_loss_of_logits(world *w) {
    return lk_cross_entropy(&w->tape, &w->leaves[0], NULL, NULL, w->targets);
}

Test(gradients, of_cross_entropy_of_logits) {
    check_shapes("cross-entropy of logits", logits_leaf, build_loss_of_logits);
}

Test(gradients, of_cross_entropy_with_its_head) {
    check_shapes("cross-entropy", loss_leaves, build_loss);
}

// Rows first … first+count-1 of x as a tensor of their own; gradients go to the same places.
static lk_tensor rows_of(const lk_tensor *x, size_t first, size_t count) {
    size_t width = x->shape[1];
    lk_tensor part = {.rank = 2, .shape = {count, width}, .count = count * width};
    part.needs_gradient = true;
    part.value = x->value + first * width;
    part.gradient = x->gradient + first * width;
    return part;
}

// So many tokens that 65 rows are two chunks, and 40 or 25 rows are one.
enum { MANY_TOKENS = 70000, MANY_ROWS = 65, FIRST_PART = 40 };

static lk_tensor large_tensor(lk_random *random, size_t rows, size_t columns) {
    lk_tensor tensor = {.rank = 2, .shape = {rows, columns}, .count = rows * columns};
    tensor.needs_gradient = true;
    tensor.value = malloc(tensor.count * sizeof(lk_real));
    tensor.gradient = calloc(tensor.count, sizeof(lk_real));
    for (size_t i = 0; i < tensor.count; i++) tensor.value[i] = lk_random_normal(random);
    return tensor;
}

static double differentiate_loss(lk_tape *tape, lk_tensor *x, lk_tensor *head,
                                 const int32_t *targets, double share) {
    lk_tape_reset(tape);
    lk_tensor *loss = lk_cross_entropy(tape, x, head, NULL, targets);
    cr_assert(lk_tape_backward(tape, loss, share) == LK_OK);
    return share * *loss->value;
}

Test(gradients, of_a_loss_in_chunks_are_the_sums_of_its_parts) {
    lk_context *context = make_context();
    world w = make_world(context, 0);
    lk_tensor x = large_tensor(&w.random, MANY_ROWS, 2);
    lk_tensor head = large_tensor(&w.random, MANY_TOKENS, 2);
    int32_t targets[MANY_ROWS];
    for (int i = 0; i < MANY_ROWS; i++) targets[i] = i * 1000;
    double whole = differentiate_loss(&w.tape, &x, &head, targets, 1);
    lk_real *dx = x.gradient, *dhead = head.gradient;
    x.gradient = calloc(x.count, sizeof(lk_real));
    head.gradient = calloc(head.count, sizeof(lk_real));
    head.gradient_set = false;
    lk_tensor first = rows_of(&x, 0, FIRST_PART);
    lk_tensor second = rows_of(&x, FIRST_PART, MANY_ROWS - FIRST_PART);
    double share = (double)FIRST_PART / MANY_ROWS;
    double parts = differentiate_loss(&w.tape, &first, &head, targets, share) +
                   differentiate_loss(&w.tape, &second, &head, targets + FIRST_PART, 1 - share);
    cr_assert(fabs(whole - parts) < 1e-12);
    for (size_t i = 0; i < x.count; i++) cr_assert(fabs(dx[i] - x.gradient[i]) < 1e-14);
    for (size_t i = 0; i < head.count; i++) cr_assert(fabs(dhead[i] - head.gradient[i]) < 1e-14);
    void *blocks[] = {x.value, head.value, x.gradient, head.gradient, dx, dhead};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free_world(&w);
    free_context(context);
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
