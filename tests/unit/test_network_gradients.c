// The ops that networks are built of, in double, their gradients against central differences:
// norms, attention, rotary positions, gates, losses.
#include "gradient_check.h"

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
