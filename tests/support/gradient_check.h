// Checks the gradients of an op of the tape in double against central differences, at three odd
// shapes.
//
// The function differentiated is Σ w y, y the result of the op and w fixed random numbers, so that
// every element of the result counts differently.
#ifndef GRADIENT_CHECK_H
#define GRADIENT_CHECK_H

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

static inline lk_tensor *leaf(world *w, int rank, const size_t *shape) {
    lk_tensor *tensor = &w->leaves[w->leaf_count++];
    *tensor = (lk_tensor){.rank = rank, .count = 1, .needs_gradient = true};
    for (int i = 0; i < rank; i++) tensor->count *= tensor->shape[i] = shape[i];
    cr_assert(tensor->count <= MAX_ELEMENTS);
    tensor->value = malloc(tensor->count * sizeof(lk_real));
    tensor->gradient = malloc(tensor->count * sizeof(lk_real));
    for (size_t i = 0; i < tensor->count; i++) tensor->value[i] = lk_random_normal(&w->random);
    return tensor;
}

static inline world make_world(lk_context *context, double dropout) {
    world w = {.tape = lk_tape_make(context),
               .random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0),
               .dropout = dropout};
    w.tape.recording = w.tape.training = true;
    w.tape.seed = 7;
    return w;
}

static inline void free_world(world *w) {
    for (int i = 0; i < w->leaf_count; i++) {
        free(w->leaves[i].value);
        free(w->leaves[i].gradient);
    }
    lk_tape_release(&w->tape);
}

// Σ w y of the op as built now; the tape holds it until the next call.
static inline lk_tensor *weighted_sum(world *w, builder *build) {
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
static inline double difference(world *w, builder *build, lk_real *x) {
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
static inline void check_leaf(world *w, builder *build, lk_tensor *tensor, const char *name) {
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

static inline void differentiate(world *w, builder *build) {
    lk_tensor *sum = weighted_sum(w, build);
    for (int i = 0; i < w->leaf_count; i++) {
        memset(w->leaves[i].gradient, 0xff, w->leaves[i].count * sizeof(lk_real)); // NaN
        w->leaves[i].gradient_set = false;
    }
    cr_assert(lk_tape_backward(&w->tape, sum, 1) == LK_OK);
}

// The same gradients when the op is used twice: each input then gets two parts.
static inline void check_accumulation(world *w, builder *build, const char *name) {
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

static inline void check(const char *name, void (*set_up)(world *w), builder *build, size_t a,
                         size_t b, size_t c, double dropout) {
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

static inline void check_shapes(const char *name, void (*set_up)(world *w), builder *build) {
    check(name, set_up, build, 1, 1, 1, 0);
    check(name, set_up, build, 3, 5, 7, 0);
    check(name, set_up, build, 2, 13, 17, 0);
}

#endif
