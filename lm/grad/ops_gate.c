// SwiGLU: silu(gate) up, of rows that hold gate | up.
#include "grad/op.h"

bool lk_swiglu_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    if (x->rank < 1 || lk_tensor_columns(x) % 2 != 0) return false;
    lk_shape_as(node, x);
    node->output.shape[x->rank - 1] /= 2;
    return true;
}

typedef struct gate_job {
    const lk_kernels *kernels;
    const lk_node *node;
    lk_real *dx;  // backward
    size_t width; // F
} gate_job;

static void run_swiglu(void *argument, size_t begin, size_t end) {
    const gate_job *job = argument;
    size_t width = job->width;
    for (size_t i = begin; i < end; i++) {
        const lk_real *gate = job->node->inputs[0]->value + i * 2 * width, *up = gate + width;
        lk_real *y = job->node->output.value + i * width;
        job->kernels->unary[LK_UNARY_SILU](y, gate, width);
        job->kernels->multiply(y, y, up, width);
    }
}

void lk_swiglu_forward(lk_tape *tape, lk_node *node) {
    size_t rows = lk_tensor_rows(&node->output), width = lk_tensor_columns(&node->output);
    gate_job job = {.kernels = &tape->kernels, .node = node, .width = width};
    lk_parallel_ranges(tape, rows, lk_row_grain(2 * width), run_swiglu, &job);
}

enum { PIECE = 512 }; // of a row, in the nearest cache

// d up = dy silu(gate), d gate = dy up silu'(gate), for a piece of a row.
static void gate_backward(const lk_kernels *kernels, lk_real *d_gate, lk_real *d_up,
                          const lk_real *dy, const lk_real *gate, const lk_real *up, size_t count) {
    lk_real silu[PIECE], slope[PIECE];
    kernels->unary_with_slope[LK_UNARY_SILU](silu, slope, gate, count);
    kernels->multiply(d_gate, dy, up, count);
    kernels->multiply(d_gate, d_gate, slope, count);
    kernels->multiply(d_up, dy, silu, count);
}

static void run_swiglu_backward(void *argument, size_t begin, size_t end) {
    const gate_job *job = argument;
    size_t width = job->width;
    for (size_t i = begin; i < end; i++) {
        const lk_real *x = job->node->inputs[0]->value + i * 2 * width;
        const lk_real *dy = job->node->output.gradient + i * width;
        lk_real *dx = job->dx + i * 2 * width;
        for (size_t j = 0; j < width; j += PIECE)
            gate_backward(job->kernels, dx + j, dx + width + j, dy + j, x + j, x + width + j,
                          width - j < PIECE ? width - j : PIECE);
    }
}

void lk_swiglu_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    size_t rows = lk_tensor_rows(&node->output), width = lk_tensor_columns(&node->output);
    bool borrowed;
    lk_real *part = lk_gradient_begin_part(tape, x, &borrowed);
    if (!part) return;
    gate_job job = {&tape->kernels, node, part, width};
    lk_parallel_ranges(tape, rows, lk_row_grain(2 * width), run_swiglu_backward, &job);
    lk_gradient_end_part(tape, x, part, borrowed);
}

// Backward: dy and x make dx; x has two numbers for one of y.
lk_op_cost lk_swiglu_cost(const lk_node *node, bool backward) {
    return lk_cost_of_moving((backward ? 5 : 3) * (double)node->output.count);
}

lk_tensor *lk_swiglu(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_SWIGLU, x, NULL, NULL, NULL);
}
