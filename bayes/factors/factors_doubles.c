// Operations in doubles: the one kernel of inference/factor.h, on factors scaled as it wants them.
#include "factors/factors.h"

#include <math.h>

// ---- Inputs ------------------------------------------------------------------------------------

// Cells too far apart for one scale, or too small for it to be a double, are left as they are, and
// computed with exponents of their own.
static void settle(lk_factor *factor) {
    enum { WIDE_RANGE = 900, WIDE = -1000 };
    double largest = 0, smallest = INFINITY;
    for (size_t i = 0; i < factor->cells; i++) {
        if (factor->values[i] > largest) largest = factor->values[i];
        if (factor->values[i] > 0 && factor->values[i] < smallest) smallest = factor->values[i];
    }
    int high = 0, low = 0;
    if (largest > 0) {
        frexp(largest, &high);
        frexp(smallest, &low);
    }
    if (high - low > WIDE_RANGE || high < -WIDE_RANGE)
        factor->smallest_exponent = WIDE;
    else
        lk_factor_settle(factor);
}

static lk_status load_input(lk_factor_result *r, lk_factor *factor, const lk_factor_table *table) {
    *factor = (lk_factor){.cells = table->cells};
    factor->values = lk_arena_alloc(&r->scratch, table->cells, sizeof *factor->values);
    LK_NEED(factor->values);
    for (size_t i = 0; i < table->cells; i++)
        LK_TRY(lk_factor_read_value(r, &factor->values[i], table, i));
    settle(factor);
    return LK_OK;
}

static lk_status load_inputs(lk_factor_result *r, lk_factor *factors) {
    for (uint32_t i = 0; i < r->input_count; i++) LK_TRY(load_input(r, &factors[i], &r->inputs[i]));
    return LK_OK;
}

// ---- Products and sums -------------------------------------------------------------------------

typedef struct exponent_request {
    lk_arena *arena;
    size_t cells;
} exponent_request;

static int32_t *exponent_room(void *argument) {
    exponent_request *request = argument;
    return lk_arena_alloc(request->arena, request->cells, sizeof(int32_t));
}

// The kernel's loops, in memory of their own: simplifying changes them.
static lk_status make_contraction(lk_factor_result *r, lk_contraction *c, const lk_loops *loops) {
    size_t strides = (size_t)loops->count * loops->tracks;
    *c = (lk_contraction){.loops = loops->count, .inputs = r->input_count};
    c->extents = lk_arena_alloc(&r->scratch, loops->count, sizeof *c->extents);
    c->strides = lk_arena_alloc(&r->scratch, strides, sizeof *c->strides);
    LK_NEED(c->extents);
    LK_NEED(c->strides);
    for (uint32_t i = 0; i < loops->count; i++) c->extents[i] = loops->extents[i];
    for (size_t i = 0; i < strides; i++) c->strides[i] = loops->strides[i];
    lk_contraction_simplify(c);
    return LK_OK;
}

static lk_status join(lk_factor_result *r, lk_factor *output, const lk_factor *inputs,
                      const lk_factor_walk *walk) {
    lk_contraction contraction;
    LK_TRY(make_contraction(r, &contraction, &walk->loops));
    const lk_factor **list = lk_arena_alloc(&r->scratch, r->input_count, sizeof *list);
    const double **cursors = lk_arena_alloc(&r->scratch, r->input_count, sizeof *cursors);
    LK_NEED(list);
    LK_NEED(cursors);
    for (uint32_t i = 0; i < r->input_count; i++) list[i] = &inputs[i];
    exponent_request room = {&r->scratch, output->cells};
    return lk_factor_join(output, list, cursors, &contraction, exponent_room, &room);
}

static lk_status store(lk_factor_result *r, size_t cell, lk_wide value) {
    r->values[cell] = lk_scale_double(value.mantissa, value.exponent);
    if (!isinf(r->values[cell])) return LK_OK;
    return lk_fail(r->context, LK_ERROR_LIMIT,
                   "a cell of %s is too large for a double: ask for fractions", r->output.name);
}

static lk_status compute_join(lk_factor_result *r, const lk_factor *inputs) {
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_walk(r, &walk, &r->output));
    lk_factor output = {.values = r->values, .cells = r->output.cells};
    LK_TRY(join(r, &output, inputs, &walk));
    for (size_t i = 0; i < output.cells; i++) {
        lk_wide cell = lk_factor_cell(&output, i);
        cell.exponent += output.scale;
        LK_TRY(store(r, i, cell));
    }
    return LK_OK;
}

// ---- Maxima ------------------------------------------------------------------------------------

static bool is_above(lk_wide a, lk_wide b) {
    if (a.mantissa == 0 || b.mantissa == 0) return a.mantissa > 0 && b.mantissa == 0;
    if (a.exponent != b.exponent) return a.exponent > b.exponent;
    return a.mantissa > b.mantissa;
}

static lk_wide product_at(const lk_factor *inputs, uint32_t count, const size_t *indices) {
    lk_wide product = lk_wide_make(1, 0);
    for (uint32_t i = 0; i < count; i++) {
        product = lk_wide_multiply(product, lk_factor_cell(&inputs[i], indices[i]));
        if (product.mantissa != 0) product.exponent += inputs[i].scale;
    }
    return product;
}

// Not by the kernel, which does not tell where the largest term is.
static lk_status compute_largest(lk_factor_result *r, const lk_factor *inputs) {
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_walk(r, &walk, &r->output));
    const size_t *indices = walk.loops.indices;
    size_t term = 0;
    lk_wide largest = {0, 0};
    do {
        size_t cell = indices[0];
        lk_wide product = product_at(inputs, r->input_count, indices + 1);
        if (term == 0 || is_above(product, largest)) {
            largest = product;
            lk_factor_set_largest(r, cell, term);
        }
        if (++term < walk.terms) continue;
        LK_TRY(store(r, cell, largest));
        term = 0;
    } while (lk_loops_next(&walk.loops));
    return LK_OK;
}

// ---- One factor --------------------------------------------------------------------------------

static lk_status compute_restriction(lk_factor_result *r) {
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_restriction(r, &walk));
    const lk_factor_table *input = r->inputs;
    do
        LK_TRY(lk_factor_read_value(r, &r->values[walk.loops.indices[0]], input,
                                    walk.loops.indices[1]));
    while (lk_loops_next(&walk.loops));
    return LK_OK;
}

static lk_status compute_normalization(lk_factor_result *r, const lk_factor *input) {
    lk_factor_table rest;
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_sums(r, &rest, &walk));
    lk_factor sums = {.cells = rest.cells};
    sums.values = lk_arena_alloc(&r->scratch, sums.cells, sizeof *sums.values);
    LK_NEED(sums.values);
    LK_TRY(join(r, &sums, input, &walk));
    const size_t *indices = walk.loops.indices;
    do {
        lk_wide sum = lk_factor_cell(&sums, indices[0]), cell = lk_factor_cell(input, indices[1]);
        if (sum.mantissa == 0) return lk_factor_fail_zero_sum(r, &rest, &walk);
        sum.exponent += sums.scale - input->scale;
        r->values[indices[1]] = lk_wide_ratio(cell, sum);
    } while (lk_loops_next(&walk.loops));
    return LK_OK;
}

lk_status lk_factor_compute_doubles(lk_factor_result *r) {
    if (r->request->operation == LK_FACTOR_RESTRICT) return compute_restriction(r);
    lk_factor *inputs = lk_arena_alloc(&r->scratch, r->input_count, sizeof *inputs);
    LK_NEED(inputs);
    LK_TRY(load_inputs(r, inputs));
    if (r->request->operation == LK_FACTOR_NORMALIZE) return compute_normalization(r, inputs);
    if (r->request->operation == LK_FACTOR_MAX_OUT) return compute_largest(r, inputs);
    return compute_join(r, inputs);
}
