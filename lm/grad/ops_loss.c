// Cross-entropy together with the head that makes the logits. Without a head the input is the
// logits. The probabilities of a batch are kept for the backward pass (saved[0]) as long as they
// are few; those of a larger one are never held together: it is worked on in chunks of rows, and
// the backward pass computes them again.
#include "grad/op.h"

enum {
    KEPT_ELEMENTS = 1 << 27,  // of logits held for the backward pass: 512 MiB
    CHUNK_ELEMENTS = 1 << 24, // of logits held at once where there are more, about
    LEAST_CHUNK_ROWS = 64     // fewer would read the head's matrix too often
};

bool lk_cross_entropy_shape(lk_node *node) {
    const lk_tensor *x = node->inputs[0], *head = node->inputs[1], *bias = node->inputs[2];
    if (x->rank < 1 || lk_tensor_columns(x) == 0) return false;
    if (head && (head->rank != 2 || lk_tensor_columns(x) != head->shape[1])) return false;
    if (bias && (!head || bias->rank != 1 || bias->shape[0] != head->shape[0])) return false;
    return lk_shape_scalar(node);
}

static size_t vocabulary_of(const lk_node *node) {
    return node->inputs[1] ? node->inputs[1]->shape[0] : lk_tensor_columns(node->inputs[0]);
}

size_t lk_cross_entropy_chunk(size_t rows, size_t vocabulary) {
    if (rows <= KEPT_ELEMENTS / vocabulary) return rows;
    size_t most = CHUNK_ELEMENTS / vocabulary;
    if (most < LEAST_CHUNK_ROWS) most = LEAST_CHUNK_ROWS;
    size_t chunks = (rows + most - 1) / most;
    return (rows + chunks - 1) / chunks;
}

static size_t chunk_rows(const lk_node *node) {
    return lk_cross_entropy_chunk(lk_tensor_rows(node->inputs[0]), vocabulary_of(node));
}

static bool fits_one_chunk(const lk_node *node) {
    return chunk_rows(node) == lk_tensor_rows(node->inputs[0]);
}

static size_t count_targets(const lk_node *node) {
    size_t count = 0, rows = lk_tensor_rows(node->inputs[0]);
    for (size_t i = 0; i < rows; i++) count += node->attributes.targets[i] >= 0;
    return count;
}

typedef struct loss_job {
    const lk_kernels *kernels;
    lk_real *logits; // of a chunk; becomes probabilities, then gradients
    const lk_real *bias;
    const int32_t *targets; // of the chunk
    double *losses;         // a row each
    lk_real weight;         // of a row's gradient
    size_t vocabulary;
} loss_job;

// Logits of rows first … first+count-1, without the bias.
static void multiply_head(const lk_tape *tape, const lk_node *node, lk_real *logits, size_t first,
                          size_t count) {
    const lk_tensor *x = node->inputs[0], *head = node->inputs[1];
    size_t channels = lk_tensor_columns(x), vocabulary = vocabulary_of(node);
    if (!head) {
        memcpy(logits, x->value + first * channels, count * channels * sizeof *logits);
        return;
    }
    lk_tape_gemm(tape, false, true, count, vocabulary, channels, x->value + first * channels,
                 channels, head->value, channels, logits, vocabulary, false);
}

static void run_softmax(void *argument, size_t begin, size_t end) {
    const loss_job *job = argument;
    size_t v = job->vocabulary;
    for (size_t i = begin; i < end; i++) {
        lk_real *row = job->logits + i * v;
        if (job->bias) job->kernels->add_bias(row, job->bias, 1, v);
        int32_t target = job->targets[i];
        double of_target = target >= 0 ? (double)row[target] : 0;
        double normaliser;
        job->kernels->softmax(row, job->losses ? &normaliser : NULL, row, v);
        if (job->losses) job->losses[i] = target >= 0 ? normaliser - of_target : 0;
    }
}

static const lk_real *bias_of(const lk_node *node) {
    return node->inputs[2] ? node->inputs[2]->value : NULL;
}

// Probabilities of a chunk and, where `losses` is not NULL, the losses.
static void compute_chunk(const lk_tape *tape, const lk_node *node, lk_real *logits, double *losses,
                          size_t first, size_t count) {
    loss_job job = {.kernels = &tape->kernels,
                    .logits = logits,
                    .bias = bias_of(node),
                    .targets = node->attributes.targets + first,
                    .losses = losses,
                    .vocabulary = vocabulary_of(node)};
    multiply_head(tape, node, logits, first, count);
    lk_parallel_ranges(tape, count, lk_row_grain(job.vocabulary), run_softmax, &job);
}

void lk_cross_entropy_forward(lk_tape *tape, lk_node *node) {
    size_t rows = lk_tensor_rows(node->inputs[0]), chunk = chunk_rows(node);
    size_t vocabulary = vocabulary_of(node), counted = count_targets(node);
    double *losses = lk_arena_alloc(&tape->arena, chunk, sizeof *losses);
    lk_real *logits = lk_tape_borrow(tape, chunk * vocabulary);
    if (!losses) tape->status = LK_ERROR_MEMORY;
    if (tape->status != LK_OK) return;
    double total = 0;
    for (size_t first = 0; first < rows; first += chunk) {
        size_t count = rows - first < chunk ? rows - first : chunk;
        compute_chunk(tape, node, logits, losses, first, count);
        for (size_t i = 0; i < count; i++) total += losses[i];
    }
    *node->output.value = (lk_real)(counted ? total / (double)counted : 0);
    if (fits_one_chunk(node))
        node->saved[0] = logits;
    else
        lk_tape_give_back(tape, logits);
}

// Probabilities become gradients of the logits: weight (p - [j = target]), 0 where nothing counts.
static void run_gradient(void *argument, size_t begin, size_t end) {
    const loss_job *job = argument;
    size_t v = job->vocabulary;
    for (size_t i = begin; i < end; i++) {
        lk_real *row = job->logits + i * v;
        int32_t target = job->targets[i];
        if (target < 0) {
            memset(row, 0, v * sizeof *row);
            continue;
        }
        row[target] -= 1;
        job->kernels->scale(row, row, job->weight, v);
    }
}

// The gradient of the logits is that of x, where there is no head.
static void give_logits(const lk_tape *tape, lk_real *dx, const lk_real *d_logits, bool add,
                        size_t first, size_t count) {
    if (!dx) return;
    if (add)
        tape->kernels.accumulate(dx + first, d_logits, count);
    else
        memcpy(dx + first, d_logits, count * sizeof *dx);
}

// dx: where the gradient of x goes, NULL when it is not wanted; added to it when `add`.
static void backward_chunk(lk_tape *tape, lk_node *node, lk_real *d_logits, lk_real *dx, bool add,
                           size_t first, size_t count) {
    const lk_tensor *x = node->inputs[0];
    lk_tensor *head = node->inputs[1], *bias = node->inputs[2];
    size_t channels = lk_tensor_columns(x), vocabulary = vocabulary_of(node);
    if (!head) {
        give_logits(tape, dx, d_logits, add, first * vocabulary, count * vocabulary);
        return;
    }
    if (lk_wants_gradient(bias)) lk_sum_columns(tape, bias, d_logits, count, vocabulary);
    if (lk_wants_gradient(head)) {
        bool accumulate;
        lk_real *target = lk_gradient_target(tape, head, &accumulate);
        if (!target) return;
        lk_tape_gemm(tape, true, false, vocabulary, channels, count, d_logits, vocabulary,
                     x->value + first * channels, channels, target, channels, accumulate);
    }
    if (dx)
        lk_tape_gemm(tape, false, false, count, channels, vocabulary, d_logits, vocabulary,
                     head->value, channels, dx + first * channels, channels, add);
}

void lk_cross_entropy_backward(lk_tape *tape, lk_node *node) {
    size_t rows = lk_tensor_rows(node->inputs[0]), chunk = chunk_rows(node);
    size_t vocabulary = vocabulary_of(node), counted = count_targets(node);
    lk_real *logits = node->saved[0] ? node->saved[0] : lk_tape_borrow(tape, chunk * vocabulary);
    bool add = false;
    lk_real *dx = NULL;
    if (lk_wants_gradient(node->inputs[0])) dx = lk_gradient_target(tape, node->inputs[0], &add);
    if (tape->status != LK_OK) return;
    double weight = counted ? (double)*node->output.gradient / (double)counted : 0;
    for (size_t first = 0; first < rows; first += chunk) {
        size_t count = rows - first < chunk ? rows - first : chunk;
        if (!node->saved[0]) compute_chunk(tape, node, logits, NULL, first, count);
        loss_job job = {.kernels = &tape->kernels,
                        .logits = logits,
                        .targets = node->attributes.targets + first,
                        .weight = (lk_real)weight,
                        .vocabulary = vocabulary};
        lk_parallel_ranges(tape, count, lk_row_grain(vocabulary), run_gradient, &job);
        backward_chunk(tape, node, logits, dx, add, first, count);
    }
    lk_tape_give_back(tape, logits);
}

// Of a logit beside the products: softmax. The backward pass begins with its results.
lk_op_cost lk_cross_entropy_cost(const lk_node *node, bool backward) {
    const lk_tensor *x = node->inputs[0], *head = node->inputs[1], *bias = node->inputs[2];
    double logits = (double)lk_tensor_rows(x) * (double)vocabulary_of(node);
    double product = head ? 2 * logits * (double)lk_tensor_columns(x) : 0;
    double moved = lk_count_of(x) + lk_count_of(head) + lk_count_of(bias);
    if (!backward) {
        lk_op_cost cost = lk_cost_of_products(product, moved + logits);
        cost.operations += 5 * logits;
        return cost;
    }
    int wanted = lk_wants_gradient(x) + lk_wants_gradient(head);
    return lk_cost_of_products(wanted * product, 2 * moved + logits);
}

lk_tensor *lk_cross_entropy(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias,
                            const int32_t *targets) {
    lk_attributes attributes = {.targets = targets};
    return lk_tape_apply(tape, LK_OP_CROSS_ENTROPY, x, head, bias, &attributes);
}

lk_tensor *lk_head_logits(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias) {
    if (tape->status != LK_OK) return NULL;
    size_t shape[LK_MAX_RANK], rows = lk_tensor_rows(x), vocabulary = head->shape[0];
    memcpy(shape, x->shape, sizeof shape);
    shape[x->rank - 1] = vocabulary;
    lk_real *logits = lk_tape_room(tape, rows * vocabulary);
    if (!logits) return NULL;
    lk_tape_gemm(tape, false, true, rows, vocabulary, head->shape[1], x->value, head->shape[1],
                 head->value, head->shape[1], logits, vocabulary, false);
    if (bias) tape->kernels.add_bias(logits, bias->value, rows, vocabulary);
    return lk_tape_constant(tape, x->rank, shape, logits);
}
