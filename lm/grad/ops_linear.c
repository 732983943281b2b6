// Matrix products: linear layers with bias and activation, products of tensors, rows of a table.
#include "grad/op.h"

// ---- activation(x weight + bias) ----------------------------------------------------------------

static bool slope_follows_from_output(lk_unary function) {
    return function == LK_UNARY_RELU || function == LK_UNARY_TANH || function == LK_UNARY_SIGMOID ||
           function == LK_UNARY_EXP;
}

// Of other activations the forward pass makes the slopes too (saved[0]).
static bool keeps_slopes(const lk_node *node) {
    return node->attributes.activation.active && node->output.needs_gradient &&
           !slope_follows_from_output(node->attributes.activation.function);
}

bool lk_linear_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0], *weight = node->inputs[1], *bias = node->inputs[2];
    if (x->rank < 1 || weight->rank != 2 || lk_tensor_columns(x) != weight->shape[0]) return false;
    if (bias && (bias->rank != 1 || bias->shape[0] != weight->shape[1])) return false;
    lk_shape_as(node, x);
    node->output.shape[x->rank - 1] = weight->shape[1];
    return true;
}

typedef struct epilogue_job {
    const lk_kernels *kernels;
    const lk_node *node;
    lk_real *product;
    size_t n; // its columns
} epilogue_job;

static void activate(const epilogue_job *job, size_t at, size_t count) {
    lk_unary function = job->node->attributes.activation.function;
    lk_real *output = job->node->output.value + at, *product = job->product + at;
    if (keeps_slopes(job->node))
        job->kernels->unary_with_slope[function](output, product, product, count);
    else
        job->kernels->unary[function](output, product, count);
}

static void add_bias_and_activate(const void *argument, size_t row, size_t rows, size_t column,
                                  size_t columns) {
    const epilogue_job *job = argument;
    const lk_tensor *bias = job->node->inputs[2];
    for (size_t i = row; i < row + rows; i++) {
        size_t at = i * job->n + column;
        if (bias) job->kernels->accumulate(job->product + at, bias->value + column, columns);
        if (job->node->attributes.activation.active) activate(job, at, columns);
    }
}

void lk_linear_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *x = node->inputs[0], *weight = node->inputs[1];
    size_t m = lk_tensor_rows(x), k = weight->shape[0], n = weight->shape[1];
    lk_real *product = node->output.value;
    if (keeps_slopes(node)) product = node->saved[0] = lk_tape_room(tape, m * n);
    if (!product) return;
    epilogue_job job = {&tape->kernels, node, product, n};
    lk_epilogue epilogue = {add_bias_and_activate, &job};
    bool plain = !node->inputs[2] && !node->attributes.activation.active;
    lk_tape_gemm_then(tape, m, n, k, x->value, weight->value, product, plain ? NULL : &epilogue);
}

typedef struct slope_job {
    const lk_kernels *kernels;
    const lk_node *node;
    lk_real *to; // may be the output's gradient
} slope_job;

// to = f'(x) dy.
static void run_slope(void *argument, size_t begin, size_t end) {
    const slope_job *job = argument;
    const lk_tensor *output = &job->node->output;
    const lk_real *dy = output->gradient + begin, *y = output->value + begin;
    if (keeps_slopes(job->node))
        job->kernels->multiply(job->to + begin, dy, job->node->saved[0] + begin, end - begin);
    else
        job->kernels->unary_backward[job->node->attributes.activation.function](job->to + begin, dy,
                                                                                y, y, end - begin);
}

// The gradient before the activation, in place where that is allowed, and the bias's.
static lk_real *backward_epilogue(lk_tape *tape, lk_node *node, bool *borrowed) {
    lk_tensor *output = &node->output, *bias = node->inputs[2];
    bool active = node->attributes.activation.active;
    *borrowed = false;
    lk_real *dy = active ? lk_gradient_writable(tape, node, borrowed) : output->gradient;
    if (!dy) return NULL;
    slope_job job = {&tape->kernels, node, dy};
    if (lk_wants_gradient(bias))
        lk_make_and_sum_columns(tape, bias, dy, lk_tensor_rows(output), lk_tensor_columns(output),
                                active ? run_slope : NULL, &job);
    else if (active)
        lk_parallel_ranges(tape, output->count, LK_GRAIN, run_slope, &job);
    return dy;
}

void lk_linear_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *x = node->inputs[0], *weight = node->inputs[1];
    size_t m = lk_tensor_rows(x), k = weight->shape[0], n = weight->shape[1];
    bool borrowed, accumulate;
    lk_real *dy = backward_epilogue(tape, node, &borrowed);
    if (!dy) return;
    if (lk_wants_gradient(weight)) {
        lk_real *dw = lk_gradient_target(tape, weight, &accumulate);
        if (dw) lk_tape_gemm(tape, true, false, k, n, m, x->value, k, dy, n, dw, n, accumulate);
    }
    if (lk_wants_gradient(x)) {
        lk_real *dx = lk_gradient_target(tape, x, &accumulate);
        if (dx)
            lk_tape_gemm(tape, false, true, m, k, n, dy, n, weight->value, n, dx, k, accumulate);
    }
    if (borrowed) lk_tape_give_back(tape, dy);
}

// Backward, dw = xᵀ dy and dx = dy wᵀ are as many operations as y = x w each.
lk_op_cost lk_linear_cost(const lk_node *node, bool backward) {
    const lk_tensor *x = node->inputs[0], *weight = node->inputs[1];
    double product = 2 * (double)lk_tensor_rows(x) * (double)weight->count;
    double moved = lk_count_of(x) + lk_count_of(weight) + lk_count_of(node->inputs[2]);
    double output = (double)node->output.count;
    if (!backward)
        return lk_cost_of_products(product, moved + (keeps_slopes(node) ? 2 : 1) * output);
    int wanted = lk_wants_gradient(x) + lk_wants_gradient(weight);
    int read = node->attributes.activation.active ? 2 : 1; // dy, and what its slope follows from
    return lk_cost_of_products(wanted * product, 2 * moved + read * output);
}

lk_tensor *lk_linear(lk_tape *tape, lk_tensor *x, lk_tensor *weight, lk_tensor *bias) {
    return lk_tape_apply(tape, LK_OP_LINEAR, x, weight, bias, NULL);
}

lk_tensor *lk_linear_activated(lk_tape *tape, lk_tensor *x, lk_tensor *weight, lk_tensor *bias,
                               lk_unary activation) {
    lk_attributes attributes = {.activation = {true, activation}};
    return lk_tape_apply(tape, LK_OP_LINEAR, x, weight, bias, &attributes);
}

// ---- a b, matrix by matrix ----------------------------------------------------------------------

bool lk_matmul_shape(lk_node *node) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    if (a->rank < 2 || a->rank != b->rank) return false;
    int last = a->rank - 1;
    for (int i = 0; i < last - 1; i++)
        if (a->shape[i] != b->shape[i]) return false;
    if (a->shape[last] != b->shape[last - 1]) return false;
    lk_shape_as(node, a);
    node->output.shape[last] = b->shape[last];
    return true;
}

typedef struct matmul_sizes {
    size_t matrices, m, n, k;
} matmul_sizes;

static matmul_sizes sizes_of(const lk_node *node) {
    const lk_tensor *a = node->inputs[0], *output = &node->output;
    matmul_sizes sizes = {.matrices = 1,
                          .m = a->shape[a->rank - 2],
                          .n = output->shape[a->rank - 1],
                          .k = a->shape[a->rank - 1]};
    for (int i = 0; i < a->rank - 2; i++) sizes.matrices *= a->shape[i];
    return sizes;
}

void lk_matmul_forward(lk_tape *tape, lk_node *node) {
    matmul_sizes s = sizes_of(node);
    const lk_real *a = node->inputs[0]->value, *b = node->inputs[1]->value;
    for (size_t i = 0; i < s.matrices; i++)
        lk_tape_gemm(tape, false, false, s.m, s.n, s.k, a + i * s.m * s.k, s.k, b + i * s.k * s.n,
                     s.n, node->output.value + i * s.m * s.n, s.n, false);
}

void lk_matmul_backward(lk_tape *tape, lk_node *node) {
    matmul_sizes s = sizes_of(node);
    lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    const lk_real *dy = node->output.gradient;
    bool accumulate;
    if (lk_wants_gradient(a)) {
        lk_real *da = lk_gradient_target(tape, a, &accumulate);
        for (size_t i = 0; da && i < s.matrices; i++)
            lk_tape_gemm(tape, false, true, s.m, s.k, s.n, dy + i * s.m * s.n, s.n,
                         b->value + i * s.k * s.n, s.n, da + i * s.m * s.k, s.k, accumulate);
    }
    if (lk_wants_gradient(b)) {
        lk_real *db = lk_gradient_target(tape, b, &accumulate);
        for (size_t i = 0; db && i < s.matrices; i++)
            lk_tape_gemm(tape, true, false, s.k, s.n, s.m, a->value + i * s.m * s.k, s.k,
                         dy + i * s.m * s.n, s.n, db + i * s.k * s.n, s.n, accumulate);
    }
}

// Backward as of a linear layer.
lk_op_cost lk_matmul_cost(const lk_node *node, bool backward) {
    const lk_tensor *a = node->inputs[0], *b = node->inputs[1];
    matmul_sizes s = sizes_of(node);
    double product = 2 * (double)(s.matrices * s.m) * (double)(s.n * s.k);
    double moved = lk_count_of(a) + lk_count_of(b), output = (double)node->output.count;
    if (!backward) return lk_cost_of_products(product, moved + output);
    int wanted = lk_wants_gradient(a) + lk_wants_gradient(b);
    return lk_cost_of_products(wanted * product, 2 * moved + output);
}

lk_tensor *lk_matrix_product(lk_tape *tape, lk_tensor *a, lk_tensor *b) {
    return lk_tape_apply(tape, LK_OP_MATMUL, a, b, NULL, NULL);
}

// ---- table[ids] ---------------------------------------------------------------------------------

bool lk_embedding_shape(lk_node *node) {
    int rank = node->attributes.lookup.rank;
    if (node->inputs[0]->rank != 2 || rank >= LK_MAX_RANK) return false;
    lk_shape_set(node, rank, node->attributes.lookup.shape);
    node->output.shape[rank] = node->inputs[0]->shape[1];
    node->output.rank = rank + 1;
    return true;
}

typedef struct lookup_job {
    const lk_kernels *kernels;
    const uint32_t *ids;
    size_t count;   // of ids
    size_t columns; // of the table
    lk_real *to;
    const lk_real *from;
} lookup_job;

static void run_lookup(void *argument, size_t begin, size_t end) {
    const lookup_job *job = argument;
    size_t c = job->columns;
    for (size_t i = begin; i < end; i++)
        memcpy(job->to + i * c, job->from + job->ids[i] * c, c * sizeof *job->to);
}

void lk_embedding_forward(lk_tape *tape, lk_node *node) {
    const lk_tensor *table = node->inputs[0];
    size_t columns = table->shape[1], count = lk_tensor_rows(&node->output);
    lookup_job job = {.ids = node->attributes.lookup.ids,
                      .columns = columns,
                      .to = node->output.value,
                      .from = table->value};
    lk_parallel_ranges(tape, count, lk_row_grain(columns), run_lookup, &job);
}

// Columns begin … end-1 of all rows, so that each element is summed by one task in the order of the
// ids.
static void run_scatter(void *argument, size_t begin, size_t end) {
    const lookup_job *job = argument;
    size_t c = job->columns;
    for (size_t i = 0; i < job->count; i++)
        job->kernels->accumulate(job->to + job->ids[i] * c + begin, job->from + i * c + begin,
                                 end - begin);
}

enum { SCATTER_COLUMNS = 64 };

void lk_embedding_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *table = node->inputs[0];
    lookup_job job = {.kernels = &tape->kernels,
                      .ids = node->attributes.lookup.ids,
                      .count = lk_tensor_rows(&node->output),
                      .columns = table->shape[1],
                      .to = lk_gradient_sum(tape, table),
                      .from = node->output.gradient};
    if (job.to) lk_parallel_ranges(tape, job.columns, SCATTER_COLUMNS, run_scatter, &job);
}

// Backward, rows of the table's gradient are read and written.
lk_op_cost lk_embedding_cost(const lk_node *node, bool backward) {
    return lk_cost_of_moving((backward ? 3 : 2) * (double)node->output.count);
}

lk_tensor *lk_embedding(lk_tape *tape, lk_tensor *table, const uint32_t *ids, int rank,
                        const size_t *shape) {
    lk_attributes attributes = {.lookup = {.ids = ids, .rank = rank}};
    for (int i = 0; i < rank && i < LK_MAX_RANK - 1; i++) attributes.lookup.shape[i] = shape[i];
    return lk_tape_apply(tape, LK_OP_EMBEDDING, table, NULL, NULL, &attributes);
}
