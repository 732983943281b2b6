// Normalisation over the last index. saved[0], saved[1]: mean and 1/deviation of each row (for the
// root mean square only saved[0], its inverse).
#include "grad/op.h"

static bool norm_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    if (x->rank < 1) return false;
    for (int i = 1; i < LK_MAX_INPUTS; i++) {
        const lk_tensor *gain = node->inputs[i];
        if (gain && (gain->rank != 1 || gain->shape[0] != lk_tensor_columns(x))) return false;
    }
    return lk_shape_as(node, x);
}

typedef struct norm_job {
    const lk_kernels *kernels;
    const lk_node *node;
    size_t columns;
    lk_real *dx;
    lk_real *dgain, *dbias; // a row for each block
} norm_job;

static size_t gain_blocks(size_t rows) {
    return (rows + LK_SUM_BLOCK_ROWS - 1) / LK_SUM_BLOCK_ROWS;
}

static const lk_real *optional_value(const lk_tensor *tensor) {
    return tensor ? tensor->value : NULL;
}

// Runs `task` over blocks of rows, each with its own row of sums for the gains, then adds those up
// in order.
static void run_norm_backward(lk_tape *tape, lk_node *node, lk_range_task task) {
    lk_tensor *x = node->inputs[0], *gain = node->inputs[1], *bias = node->inputs[2];
    size_t rows = lk_tensor_rows(x), columns = lk_tensor_columns(x), blocks = gain_blocks(rows);
    bool discard = !lk_wants_gradient(x);
    norm_job job = {&tape->kernels, node, columns, NULL, NULL, NULL};
    job.dx = discard ? lk_tape_borrow(tape, x->count) : lk_gradient_sum(tape, x);
    job.dgain = lk_tape_borrow(tape, blocks * columns);
    job.dbias = bias ? lk_tape_borrow(tape, blocks * columns) : NULL;
    if (!job.dx || !job.dgain || (bias && !job.dbias)) return;
    lk_parallel_ranges(tape, rows, LK_SUM_BLOCK_ROWS, task, &job);
    if (lk_wants_gradient(gain)) lk_sum_columns(tape, gain, job.dgain, blocks, columns);
    if (lk_wants_gradient(bias)) lk_sum_columns(tape, bias, job.dbias, blocks, columns);
    if (discard) lk_tape_give_back(tape, job.dx);
    if (bias) lk_tape_give_back(tape, job.dbias);
    lk_tape_give_back(tape, job.dgain);
}

static lk_real *zero_block_row(lk_real *sums, size_t begin, size_t columns) {
    if (!sums) return NULL;
    lk_real *row = sums + begin / LK_SUM_BLOCK_ROWS * columns;
    memset(row, 0, columns * sizeof *row);
    return row;
}

// ---- Layer normalisation ------------------------------------------------------------------------

bool lk_layernorm_shape(lk_node *node) { return norm_shape(node); }

static void run_layernorm(void *argument, size_t begin, size_t end) {
    const norm_job *job = argument;
    const lk_node *node = job->node;
    size_t first = begin * job->columns;
    job->kernels->layernorm(node->output.value + first, node->saved[0] + begin,
                            node->saved[1] + begin, node->inputs[0]->value + first,
                            node->inputs[1]->value, optional_value(node->inputs[2]),
                            node->attributes.epsilon, end - begin, job->columns);
}

void lk_layernorm_forward(lk_tape *tape, lk_node *node) {
    size_t rows = lk_tensor_rows(&node->output), columns = lk_tensor_columns(&node->output);
    node->saved[0] = lk_tape_room(tape, rows);
    node->saved[1] = lk_tape_room(tape, rows);
    if (tape->status != LK_OK) return;
    norm_job job = {&tape->kernels, node, columns, NULL, NULL, NULL};
    lk_parallel_ranges(tape, rows, lk_row_grain(columns), run_layernorm, &job);
}

static void run_layernorm_backward(void *argument, size_t begin, size_t end) {
    const norm_job *job = argument;
    const lk_node *node = job->node;
    size_t first = begin * job->columns;
    job->kernels->layernorm_backward(
        job->dx + first, zero_block_row(job->dgain, begin, job->columns),
        zero_block_row(job->dbias, begin, job->columns), node->output.gradient + first,
        node->inputs[0]->value + first, node->inputs[1]->value, node->saved[0] + begin,
        node->saved[1] + begin, end - begin, job->columns);
}

void lk_layernorm_backward(lk_tape *tape, lk_node *node) {
    run_norm_backward(tape, node, run_layernorm_backward);
}

// Of a channel: sum of the mean, its subtraction, square, sum, division by the root, gain, and one
// for the root and ε; with a bias one more.
lk_op_cost lk_layernorm_cost(const lk_node *node, bool backward) {
    return lk_cost_of_norm(&node->output, node->inputs[2] ? 8 : 7, backward);
}

lk_tensor *lk_layernorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, lk_tensor *bias,
                        double epsilon) {
    lk_attributes attributes = {.epsilon = epsilon};
    return lk_tape_apply(tape, LK_OP_LAYERNORM, x, gain, bias, &attributes);
}

// ---- Root mean square normalisation -------------------------------------------------------------

bool lk_rmsnorm_shape(lk_node *node) { return norm_shape(node); }

static void run_rmsnorm(void *argument, size_t begin, size_t end) {
    const norm_job *job = argument;
    const lk_node *node = job->node;
    size_t first = begin * job->columns;
    job->kernels->rmsnorm(node->output.value + first, node->saved[0] + begin,
                          node->inputs[0]->value + first, node->inputs[1]->value,
                          node->attributes.epsilon, end - begin, job->columns);
}

void lk_rmsnorm_forward(lk_tape *tape, lk_node *node) {
    size_t rows = lk_tensor_rows(&node->output), columns = lk_tensor_columns(&node->output);
    node->saved[0] = lk_tape_room(tape, rows);
    if (!node->saved[0]) return;
    norm_job job = {&tape->kernels, node, columns, NULL, NULL, NULL};
    lk_parallel_ranges(tape, rows, lk_row_grain(columns), run_rmsnorm, &job);
}

static void run_rmsnorm_backward(void *argument, size_t begin, size_t end) {
    const norm_job *job = argument;
    const lk_node *node = job->node;
    size_t first = begin * job->columns;
    job->kernels->rmsnorm_backward(job->dx + first, zero_block_row(job->dgain, begin, job->columns),
                                   node->output.gradient + first, node->inputs[0]->value + first,
                                   node->inputs[1]->value, node->saved[0] + begin, end - begin,
                                   job->columns);
}

void lk_rmsnorm_backward(lk_tape *tape, lk_node *node) {
    run_norm_backward(tape, node, run_rmsnorm_backward);
}

// Of a channel: square, sum, division by the root, gain, and one for the root and ε.
lk_op_cost lk_rmsnorm_cost(const lk_node *node, bool backward) {
    return lk_cost_of_norm(&node->output, 5, backward);
}

lk_tensor *lk_rmsnorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, double epsilon) {
    lk_attributes attributes = {.epsilon = epsilon};
    return lk_tape_apply(tape, LK_OP_RMSNORM, x, gain, NULL, &attributes);
}
