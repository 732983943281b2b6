// Attention and rotary positions by their values: against plain loops, by what they must not depend
// on, and the numbers of textbooks. Built with float and in double.
#include "grad/ops.h"

#include "test_context.h"

#include <math.h>
#include <stdlib.h>

#ifdef LK_REAL_IS_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 2e-5
#endif

typedef struct world {
    lk_context *context;
    lk_tape tape;
    lk_random random;
} world;

static world make_world(void) {
    lk_context *context = make_context();
    return (world){context, lk_tape_make(context), lk_random_stream(1, LK_RANDOM_TEST, 0, 0)};
}

static void free_world(world *w) {
    lk_tape_release(&w->tape);
    free_context(w->context);
}

static lk_tensor *zeros(world *w, size_t sequences, size_t length, size_t width) {
    size_t count = sequences * length * width;
    lk_real *value = lk_arena_alloc_zero(&w->tape.arena, count, sizeof *value);
    return lk_tape_constant(&w->tape, 3, (size_t[]){sequences, length, width}, value);
}

static lk_tensor *normal(world *w, size_t sequences, size_t length, size_t width) {
    lk_tensor *tensor = zeros(w, sequences, length, width);
    for (size_t i = 0; i < tensor->count; i++)
        tensor->value[i] = (lk_real)lk_random_normal(&w->random);
    return tensor;
}

// ---- Against three loops ------------------------------------------------------------------------

static double at(const lk_tensor *tensor, size_t sequence, size_t row, size_t column) {
    return (double)tensor->value[(sequence * tensor->shape[1] + row) * tensor->shape[2] + column];
}

// The element `column` of what query i of a sequence gets: its head's weights times the values.
static double naive_element(const lk_tensor *q, const lk_tensor *k, const lk_tensor *v,
                            const lk_attention_options *options, size_t sequence, size_t i,
                            size_t column) {
    size_t width = q->shape[2] / options->heads, head = column / width;
    size_t first = head / (options->heads / options->kv_heads) * width;
    double total = 0, sum = 0;
    for (size_t j = 0; j < k->shape[1]; j++) {
        if (options->causal && j > i) continue;
        if (options->mask && !options->mask[i * k->shape[1] + j]) continue;
        double score = 0;
        for (size_t c = 0; c < width; c++)
            score += at(q, sequence, i, head * width + c) * at(k, sequence, j, first + c);
        double weight = exp(score / sqrt((double)width));
        total += weight;
        sum += weight * at(v, sequence, j, first + column % width);
    }
    return total > 0 ? sum / total : 0;
}

static void check_attention(size_t queries, size_t keys, size_t width,
                            const lk_attention_options *options) {
    world w = make_world();
    lk_tensor *q = normal(&w, 2, queries, options->heads * width);
    lk_tensor *k = normal(&w, 2, keys, options->kv_heads * width);
    lk_tensor *v = normal(&w, 2, keys, options->kv_heads * width);
    const lk_tensor *y = lk_cross_attention(&w.tape, q, k, v, options);
    cr_assert(y && lk_tensor_same_shape(y, q));
    for (size_t b = 0; b < 2; b++)
        for (size_t i = 0; i < queries; i++)
            for (size_t c = 0; c < q->shape[2]; c++) {
                double expected = naive_element(q, k, v, options, b, i, c);
                cr_assert(fabs(at(y, b, i, c) - expected) < TOLERANCE, "%zu, %zu: %g, naive %g", i,
                          c, at(y, b, i, c), expected);
            }
    free_world(&w);
}

Test(attention, equals_plain_loops) {
    check_attention(1, 1, 1, &(lk_attention_options){.heads = 1, .kv_heads = 1});
    check_attention(5, 9, 3, &(lk_attention_options){.heads = 2, .kv_heads = 2});
    check_attention(9, 5, 3, &(lk_attention_options){.heads = 6, .kv_heads = 2});
    check_attention(70, 3, 2, &(lk_attention_options){.heads = 2, .kv_heads = 1});
    check_attention(131, 131, 2,
                    &(lk_attention_options){.heads = 2, .kv_heads = 1, .causal = true});
}

Test(attention, looks_where_the_mask_is_true_and_gives_zeros_where_it_never_is) {
    enum { QUERIES = 7, KEYS = 11 };
    uint8_t mask[QUERIES * KEYS];
    for (size_t i = 0; i < sizeof mask; i++) mask[i] = i / KEYS != 3 && i * i % 3 != 1;
    check_attention(QUERIES, KEYS, 4,
                    &(lk_attention_options){.heads = 2, .kv_heads = 2, .mask = mask});
}

Test(attention, refuses_shapes_that_do_not_fit) {
    static const lk_attention_options options[] = {
        {.heads = 4, .kv_heads = 3},                 // no whole groups
        {.heads = 3, .kv_heads = 3},                 // 8 channels are not three heads
        {.heads = 4, .kv_heads = 2},                 // too many channels of keys
        {.heads = 4, .kv_heads = 4, .causal = true}, // sequences of two lengths
    };
    for (size_t i = 0; i < 4; i++) {
        world w = make_world();
        lk_tensor *q = normal(&w, 2, 5, 8), *k = normal(&w, 2, 6, 8);
        cr_assert(!lk_cross_attention(&w.tape, q, k, k, &options[i]), "%zu", i);
        cr_assert(lk_tape_status(&w.tape) == LK_ERROR_USAGE);
        free_world(&w);
    }
}

// ---- Scale --------------------------------------------------------------------------------------

// Queries and keys of unit variance have scores of unit variance: values that are the identity make
// the weights the result, whose logarithms are the scores but for a constant of the row.
Test(attention, scores_have_unit_variance) {
    enum { WIDTH = 256, ROWS = 64 };
    world w = make_world();
    lk_tensor *q = normal(&w, 1, ROWS, WIDTH), *k = normal(&w, 1, WIDTH, WIDTH);
    lk_tensor *v = zeros(&w, 1, WIDTH, WIDTH);
    for (size_t i = 0; i < WIDTH; i++) v->value[i * WIDTH + i] = 1;
    lk_attention_options options = {.heads = 1, .kv_heads = 1};
    const lk_tensor *weights = lk_cross_attention(&w.tape, q, k, v, &options);
    double variance = 0;
    for (size_t i = 0; i < ROWS; i++) {
        double mean = 0, square = 0;
        for (size_t j = 0; j < WIDTH; j++) {
            double score = log(at(weights, 0, i, j));
            mean += score / WIDTH;
            square += score * score / WIDTH;
        }
        variance += (square - mean * mean) / ROWS;
    }
    cr_assert(fabs(variance - 1) < .1, "%g", variance);
    free_world(&w);
}

// ---- Rotary positions ---------------------------------------------------------------------------

static const lk_real *rotate(world *w, lk_tensor *x, const uint32_t *positions, size_t width,
                             double theta) {
    enum { POSITIONS = 64 };
    lk_real *cosines = lk_arena_alloc(&w->tape.arena, POSITIONS * width / 2, sizeof *cosines);
    lk_real *sines = lk_arena_alloc(&w->tape.arena, POSITIONS * width / 2, sizeof *sines);
    lk_rotation_tables(cosines, sines, POSITIONS, width, theta);
    lk_rotation rotation = {cosines, sines, positions, 1, width};
    return lk_rope(&w->tape, x, &rotation)->value;
}

Test(rope, turns_neighbouring_channels_as_the_textbook_says) {
    world w = make_world();
    lk_tensor *x = zeros(&w, 1, 1, 4);
    for (size_t i = 0; i < 4; i++) x->value[i] = (lk_real)(4 + i);
    const lk_real *y = rotate(&w, x, (uint32_t[]){1}, 4, 2);
    static const double expected[4] = {-2.0461, 6.0674, 0.0140, 9.2195};
    for (size_t i = 0; i < 4; i++)
        cr_assert(fabs((double)y[i] - expected[i]) < 5e-5, "%zu: %g", i, (double)y[i]);
    free_world(&w);
}

Test(rope, leaves_the_first_position_and_every_length_as_they_are) {
    world w = make_world();
    lk_tensor *x = normal(&w, 2, 5, 8);
    const lk_real *y = rotate(&w, x, NULL, 8, 10000);
    for (size_t i = 0; i < x->count; i += 2) {
        double before = hypot((double)x->value[i], (double)x->value[i + 1]);
        double after = hypot((double)y[i], (double)y[i + 1]);
        cr_assert(fabs(before - after) < TOLERANCE);
    }
    for (size_t b = 0; b < 2; b++)
        cr_assert(memcmp(y + b * 40, x->value + b * 40, 8 * sizeof *y) == 0);
    free_world(&w);
}

static double product(const lk_real *x, const lk_real *y, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)x[i] * (double)y[i];
    return sum;
}

Test(rope, products_depend_on_the_distance_alone) {
    enum { WIDTH = 16 };
    world w = make_world();
    lk_tensor *q = normal(&w, 1, 1, WIDTH), *k = normal(&w, 1, 1, WIDTH);
    double near[2], far[2];
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t shift = 29 * i;
        const lk_real *turned = rotate(&w, q, (uint32_t[]){7 + shift}, WIDTH, 100);
        near[i] = product(turned, rotate(&w, k, (uint32_t[]){5 + shift}, WIDTH, 100), WIDTH);
        far[i] = product(turned, rotate(&w, k, (uint32_t[]){0 + shift}, WIDTH, 100), WIDTH);
    }
    cr_assert(fabs(near[0] - near[1]) < 20 * TOLERANCE && fabs(far[0] - far[1]) < 20 * TOLERANCE);
    cr_assert(fabs(near[0] - far[0]) > .1, "the distance must matter");
    free_world(&w);
}
