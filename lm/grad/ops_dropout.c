// Inverted dropout. The mask is a function of (seed, step, index of the op) and the place of the
// element, so that it is not stored: the backward pass draws it again.
#include "grad/op.h"

#include <math.h>

lk_dropout lk_dropout_draw(lk_tape *tape, double p) {
    lk_dropout dropout = {.active = tape->training && p > 0, .scale = (lk_real)(1 / (1 - p))};
    if (!dropout.active) return dropout;
    lk_random stream =
        lk_random_stream(tape->seed, LK_RANDOM_DROPOUT, tape->step, tape->dropout_index++);
    memcpy(dropout.key, stream.key, sizeof dropout.key);
    memcpy(dropout.counter, stream.counter, sizeof dropout.counter);
    dropout.threshold = (uint32_t)floor(p * 0x1p32);
    return dropout;
}

void lk_dropout_apply(const lk_kernels *kernels, const lk_dropout *dropout, lk_real *y,
                      const lk_real *x, uint64_t first, size_t count) {
    kernels->dropout(y, x, dropout->key, dropout->counter, first, dropout->threshold,
                     dropout->scale, count);
}

typedef struct dropout_job {
    const lk_kernels *kernels;
    const lk_dropout *dropout;
    lk_real *y;
    const lk_real *x;
    bool accumulate;
} dropout_job;

enum { PIECE = 1024 }; // of a gradient that is added to another

static void run_dropout(void *argument, size_t begin, size_t end) {
    const dropout_job *job = argument;
    if (!job->accumulate) {
        lk_dropout_apply(job->kernels, job->dropout, job->y + begin, job->x + begin, begin,
                         end - begin);
        return;
    }
    lk_real piece[PIECE];
    for (size_t i = begin; i < end; i += PIECE) {
        size_t count = end - i < PIECE ? end - i : PIECE;
        lk_dropout_apply(job->kernels, job->dropout, piece, job->x + i, i, count);
        job->kernels->accumulate(job->y + i, piece, count);
    }
}

bool lk_dropout_shape(lk_node *node) { return lk_shape_unary(node); }

void lk_dropout_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    dropout_job job = {&tape->kernels, &node->attributes.dropout, node->output.value, x->value,
                       false};
    lk_parallel_ranges(tape, x->count, LK_GRAIN, run_dropout, &job);
}

void lk_dropout_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    dropout_job job = {&tape->kernels, &node->attributes.dropout, NULL, node->output.gradient,
                       false};
    job.y = lk_gradient_in_place(tape, node, x, &job.accumulate);
    if (job.y) lk_parallel_ranges(tape, x->count, LK_GRAIN, run_dropout, &job);
}

// The mask is computed, not read.
lk_op_cost lk_dropout_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(2 * (double)node->output.count);
}

lk_tensor *lk_drop(lk_tape *tape, lk_tensor *x, double p) {
    lk_attributes attributes = {.dropout = lk_dropout_draw(tape, p)};
    if (!attributes.dropout.active) return x;
    return lk_tape_apply(tape, LK_OP_DROPOUT, x, NULL, NULL, &attributes);
}
