// A tape without numbers: what the ops of a step would ask its arena for, op by op in their order,
// buffers that are used again included.
#ifndef LK_TAPE_PLAN_H
#define LK_TAPE_PLAN_H

#include "grad/op.h"

enum { LK_PLAN_MOST_SIZES = 64 }; // of buffers, that differ

// A size of buffers that are borrowed, and how many of them wait to be used again.
typedef struct lk_plan_spares {
    uint64_t count;
    unsigned free;
} lk_plan_spares;

typedef struct lk_tape_plan {
    const lk_kernels *kernels;
    uint64_t bytes;   // so far
    uint64_t scratch; // the most that a matrix product takes beside them
    lk_plan_spares spares[LK_PLAN_MOST_SIZES];
    size_t spare_sizes;
} lk_tape_plan;

// Bytes, and elements, that stay until the tape is reset.
void lk_plan_take(lk_tape_plan *plan, uint64_t bytes);
void lk_plan_room(lk_tape_plan *plan, uint64_t count);
// An op whose result lies where its input does: its node; and one with a result of its own.
void lk_plan_view(lk_tape_plan *plan);
void lk_plan_op(lk_tape_plan *plan, uint64_t count);
// The products of a linear layer, forward and backward, beside what the op asks for.
void lk_plan_linear(lk_tape_plan *plan, uint64_t rows, uint64_t inputs, uint64_t outputs);
// Those of a head, whose matrix lies the other way, with all the rows of logits held at once.
void lk_plan_head(lk_tape_plan *plan, uint64_t rows, uint64_t channels, uint64_t vocabulary);
// As lk_tape_borrow and lk_tape_give_back.
void lk_plan_borrow(lk_tape_plan *plan, uint64_t count);
void lk_plan_give_back(lk_tape_plan *plan, uint64_t count);

// Elements of the sums of blocks of rows by which lk_sum_columns adds up `rows` of `columns`.
uint64_t lk_plan_sums_count(uint64_t rows, uint64_t columns);
// Borrows these and gives them back.
void lk_plan_sums(lk_tape_plan *plan, uint64_t rows, uint64_t columns);

// Cross-entropy of `rows` of logits, made by a head or given; their buffer is held for the backward
// pass, which gives it back after it has made the gradient of what it was given.
void lk_plan_cross_entropy(lk_tape_plan *plan, uint64_t rows, uint64_t vocabulary);
// Elements of that buffer.
uint64_t lk_plan_logits(uint64_t rows, uint64_t vocabulary);

#endif
