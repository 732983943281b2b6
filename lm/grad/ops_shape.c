// Ops along the last dimensions: softmax over rows, and results that are the same elements
// elsewhere.
#include "grad/op.h"

// ---- Softmax of each row ------------------------------------------------------------------------

typedef struct softmax_job {
    const lk_kernels *kernels;
    const lk_node *node;
    lk_real *dx;
    size_t columns;
} softmax_job;

static void run_softmax(void *argument, size_t begin, size_t end) {
    const softmax_job *job = argument;
    const lk_real *x = job->node->inputs[0]->value;
    lk_real *y = job->node->output.value;
    for (size_t i = begin; i < end; i++)
        job->kernels->softmax(y + i * job->columns, NULL, x + i * job->columns, job->columns);
}

static void run_softmax_backward(void *argument, size_t begin, size_t end) {
    const softmax_job *job = argument;
    const lk_tensor *y = &job->node->output;
    for (size_t i = begin; i < end; i++) {
        size_t at = i * job->columns;
        job->kernels->softmax_backward(job->dx + at, y->gradient + at, y->value + at, 1,
                                       job->columns, true);
    }
}

bool lk_softmax_shape(lk_node *node) { return node->inputs[0]->rank > 0 && lk_shape_unary(node); }

void lk_softmax_forward(lk_tape *tape, lk_node *node) {
    softmax_job job = {&tape->kernels, node, NULL, lk_tensor_columns(&node->output)};
    lk_parallel_ranges(tape, lk_tensor_rows(&node->output), lk_row_grain(job.columns), run_softmax,
                       &job);
}

void lk_softmax_backward(lk_tape *tape, lk_node *node) {
    lk_real *dx = lk_gradient_sum(tape, node->inputs[0]);
    if (!dx) return;
    softmax_job job = {&tape->kernels, node, dx, lk_tensor_columns(&node->output)};
    lk_parallel_ranges(tape, lk_tensor_rows(&node->output), lk_row_grain(job.columns),
                       run_softmax_backward, &job);
}

// Of an element: the largest, its subtraction, exp, sum, division.
lk_op_cost lk_softmax_cost(const lk_node *node, bool backward) {
    double count = (double)node->output.count;
    return (lk_op_cost){.operations = (backward ? 10 : 5) * count,
                        .numbers = (backward ? 3 : 2) * count};
}

lk_tensor *lk_softmax(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_SOFTMAX, x, NULL, NULL, NULL);
}

// ---- Blocks of columns --------------------------------------------------------------------------

// Columns within rows of two matrices, which may have different widths.
typedef struct block_job {
    const lk_kernels *kernels;
    lk_real *to;
    size_t to_width;
    const lk_real *from;
    size_t from_width;
    size_t columns;
    bool accumulate;
} block_job;

static void run_block(void *argument, size_t begin, size_t end) {
    const block_job *job = argument;
    for (size_t i = begin; i < end; i++) {
        lk_real *to = job->to + i * job->to_width;
        const lk_real *from = job->from + i * job->from_width;
        if (job->accumulate)
            job->kernels->accumulate(to, from, job->columns);
        else
            memcpy(to, from, job->columns * sizeof *to);
    }
}

static void move_block(const lk_tape *tape, size_t rows, block_job job) {
    job.kernels = &tape->kernels;
    lk_parallel_ranges(tape, rows, lk_row_grain(job.columns), run_block, &job);
}

// ---- Some columns -------------------------------------------------------------------------------

bool lk_slice_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    size_t begin = node->attributes.columns.begin, end = node->attributes.columns.end;
    if (x->rank < 1 || begin > end || end > lk_tensor_columns(x)) return false;
    lk_shape_as(node, x);
    node->output.shape[x->rank - 1] = end - begin;
    return true;
}

void lk_slice_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0], *y = &node->output;
    size_t columns = lk_tensor_columns(y);
    move_block(tape, lk_tensor_rows(x),
               (block_job){.to = y->value,
                           .to_width = columns,
                           .from = x->value + node->attributes.columns.begin,
                           .from_width = lk_tensor_columns(x),
                           .columns = columns});
}

void lk_slice_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    size_t columns = lk_tensor_columns(&node->output);
    lk_real *dx = lk_gradient_sum(tape, x);
    if (!dx) return;
    move_block(tape, lk_tensor_rows(x),
               (block_job){.to = dx + node->attributes.columns.begin,
                           .to_width = lk_tensor_columns(x),
                           .from = node->output.gradient,
                           .from_width = columns,
                           .columns = columns,
                           .accumulate = true});
}

lk_op_cost lk_slice_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(2 * (double)node->output.count);
}

lk_tensor *lk_slice(lk_tape *tape, lk_tensor *x, size_t begin, size_t end) {
    lk_attributes attributes = {.columns = {begin, end}};
    return lk_tape_apply(tape, LK_OP_SLICE, x, NULL, NULL, &attributes);
}

// ---- Columns of two -----------------------------------------------------------------------------

bool lk_concatenate_shape(lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    if (a->rank < 1 || a->rank != b->rank) return false;
    if (memcmp(a->shape, b->shape, (size_t)(a->rank - 1) * sizeof a->shape[0]) != 0) return false;
    lk_shape_as(node, a);
    node->output.shape[a->rank - 1] += lk_tensor_columns(b);
    return true;
}

void lk_concatenate_forward(lk_tape *tape, lk_node *node) {
    size_t width = lk_tensor_columns(&node->output), begin = 0;
    for (int i = 0; i < 2; i++) {
        const lk_tensor *x = node->inputs[i];
        size_t columns = lk_tensor_columns(x);
        move_block(tape, lk_tensor_rows(x),
                   (block_job){.to = node->output.value + begin,
                               .to_width = width,
                               .from = x->value,
                               .from_width = columns,
                               .columns = columns});
        begin += columns;
    }
}

void lk_concatenate_backward(lk_tape *tape, lk_node *node) {
    size_t width = lk_tensor_columns(&node->output), begin = 0;
    for (int i = 0; i < 2; i++) {
        lk_tensor *x = node->inputs[i];
        size_t columns = lk_tensor_columns(x);
        bool accumulate = false;
        lk_real *dx = lk_wants_gradient(x) ? lk_gradient_target(tape, x, &accumulate) : NULL;
        if (dx)
            move_block(tape, lk_tensor_rows(x),
                       (block_job){.to = dx,
                                   .to_width = columns,
                                   .from = node->output.gradient + begin,
                                   .from_width = width,
                                   .columns = columns,
                                   .accumulate = accumulate});
        begin += columns;
    }
}

lk_op_cost lk_concatenate_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(2 * (double)node->output.count);
}

lk_tensor *lk_concatenate(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_CONCATENATE, a, b, NULL, NULL);
}

// ---- Transposed matrices ------------------------------------------------------------------------

typedef struct transpose_job {
    lk_real *to;         // matrices (n, m)
    const lk_real *from; // matrices (m, n)
    size_t m, n;
    bool accumulate;
} transpose_job;

static void transpose_matrix(const transpose_job *job, lk_real *to, const lk_real *from) {
    size_t m = job->m, n = job->n;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++)
            to[j * m + i] = from[i * n + j] + (job->accumulate ? to[j * m + i] : 0);
}

static void run_transpose(void *argument, size_t begin, size_t end) {
    const transpose_job *job = argument;
    size_t elements = job->m * job->n;
    for (size_t i = begin; i < end; i++)
        transpose_matrix(job, job->to + i * elements, job->from + i * elements);
}

// Matrices of x (…, m, n), one after another.
static void transpose_all(const lk_tape *tape, const lk_tensor *x, transpose_job job) {
    size_t elements = job.m * job.n;
    if (elements == 0) return;
    lk_parallel_ranges(tape, x->count / elements, lk_row_grain(elements), run_transpose, &job);
}

bool lk_transpose_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    if (x->rank < 2) return false;
    lk_shape_as(node, x);
    node->output.shape[x->rank - 2] = x->shape[x->rank - 1];
    node->output.shape[x->rank - 1] = x->shape[x->rank - 2];
    return true;
}

void lk_transpose_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    transpose_all(tape, x,
                  (transpose_job){node->output.value, x->value, x->shape[x->rank - 2],
                                  x->shape[x->rank - 1], false});
}

void lk_transpose_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0];
    bool accumulate;
    lk_real *dx = lk_gradient_target(tape, x, &accumulate);
    if (!dx) return;
    transpose_all(tape, x,
                  (transpose_job){dx, node->output.gradient, x->shape[x->rank - 1],
                                  x->shape[x->rank - 2], accumulate});
}

lk_op_cost lk_transpose_cost(const lk_node *node, bool backward) {
    (void)backward;
    return lk_cost_of_moving(2 * (double)node->output.count);
}

lk_tensor *lk_transpose(lk_tape *tape, lk_tensor *x) {
    return lk_tape_apply(tape, LK_OP_TRANSPOSE, x, NULL, NULL, NULL);
}

// ---- Views of another shape ---------------------------------------------------------------------

bool lk_reshape_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0];
    if (!lk_shape_set(node, node->attributes.view.rank, node->attributes.view.shape)) return false;
    size_t count = 1;
    for (int i = 0; i < node->output.rank; i++)
        if (__builtin_mul_overflow(count, node->output.shape[i], &count)) return false;
    node->output.value = x->value;
    return count == x->count;
}

void lk_reshape_forward(lk_tape *tape, lk_node *node) { (void)tape, (void)node; }

void lk_reshape_backward(lk_tape *tape, lk_node *node) {
    lk_gradient_pass(tape, node, node->inputs[0], node->output.gradient);
}

lk_op_cost lk_reshape_cost(const lk_node *node, bool backward) {
    (void)node;
    (void)backward;
    return (lk_op_cost){0};
}

lk_tensor *lk_reshape(lk_tape *tape, lk_tensor *x, int rank, const size_t *shape) {
    lk_attributes attributes = {.view = {.rank = rank}};
    for (int i = 0; i < rank && i < LK_MAX_RANK; i++) attributes.view.shape[i] = shape[i];
    return lk_tape_apply(tape, LK_OP_RESHAPE, x, NULL, NULL, &attributes);
}
