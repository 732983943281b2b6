#include "models/tape_plan.h"

#include "matmul.h"

void lk_plan_take(lk_tape_plan *plan, uint64_t bytes) {
    const uint64_t grain = LK_ARENA_ALIGNMENT;
    plan->bytes += (bytes + grain - 1) / grain * grain;
}

void lk_plan_room(lk_tape_plan *plan, uint64_t count) {
    lk_plan_take(plan, count * sizeof(lk_real));
}

void lk_plan_view(lk_tape_plan *plan) { lk_plan_take(plan, sizeof(lk_node)); }

void lk_plan_op(lk_tape_plan *plan, uint64_t count) {
    lk_plan_view(plan);
    lk_plan_room(plan, count);
}

static void plan_product(lk_tape_plan *plan, uint64_t m, uint64_t n, uint64_t k) {
    uint64_t scratch = lk_matmul_scratch(plan->kernels, (size_t)m, (size_t)n, (size_t)k);
    if (scratch > plan->scratch) plan->scratch = scratch;
}

void lk_plan_linear(lk_tape_plan *plan, uint64_t rows, uint64_t inputs, uint64_t outputs) {
    plan_product(plan, rows, outputs, inputs); // x weight
    plan_product(plan, inputs, outputs, rows); // xᵀ dy
    plan_product(plan, rows, inputs, outputs); // dy weightᵀ
}

void lk_plan_head(lk_tape_plan *plan, uint64_t rows, uint64_t channels, uint64_t vocabulary) {
    uint64_t chunk = lk_plan_logits(rows, vocabulary) / vocabulary;
    plan_product(plan, chunk, vocabulary, channels);
    plan_product(plan, vocabulary, channels, chunk);
    plan_product(plan, chunk, channels, vocabulary);
}

// ---- Buffers that are used again ----------------------------------------------------------------

// More sizes than there is room for share the last.
static lk_plan_spares *spares_of(lk_tape_plan *plan, uint64_t count) {
    size_t i = 0;
    while (i < plan->spare_sizes && plan->spares[i].count != count) i++;
    if (i == LK_PLAN_MOST_SIZES) return &plan->spares[LK_PLAN_MOST_SIZES - 1];
    if (i == plan->spare_sizes) plan->spares[plan->spare_sizes++] = (lk_plan_spares){count, 0};
    return &plan->spares[i];
}

void lk_plan_borrow(lk_tape_plan *plan, uint64_t count) {
    lk_plan_spares *spares = spares_of(plan, count);
    if (spares->free)
        spares->free--;
    else
        lk_plan_take(plan, LK_ARENA_ALIGNMENT + count * sizeof(lk_real));
}

void lk_plan_give_back(lk_tape_plan *plan, uint64_t count) { spares_of(plan, count)->free++; }

// ---- Sums of columns ----------------------------------------------------------------------------

uint64_t lk_plan_sums_count(uint64_t rows, uint64_t columns) {
    return (rows + LK_SUM_BLOCK_ROWS - 1) / LK_SUM_BLOCK_ROWS * columns;
}

void lk_plan_sums(lk_tape_plan *plan, uint64_t rows, uint64_t columns) {
    lk_plan_borrow(plan, lk_plan_sums_count(rows, columns));
    lk_plan_give_back(plan, lk_plan_sums_count(rows, columns));
}

// ---- Cross-entropy ------------------------------------------------------------------------------

uint64_t lk_plan_logits(uint64_t rows, uint64_t vocabulary) {
    return (uint64_t)lk_cross_entropy_chunk((size_t)rows, (size_t)vocabulary) * vocabulary;
}

void lk_plan_cross_entropy(lk_tape_plan *plan, uint64_t rows, uint64_t vocabulary) {
    uint64_t logits = lk_plan_logits(rows, vocabulary);
    lk_plan_op(plan, 1);
    lk_plan_take(plan, logits / vocabulary * sizeof(double)); // losses
    lk_plan_borrow(plan, logits);
}
