// Causal self-attention of several heads (Vaswani et al. 2017, section 3.2).
//
// A head of a sequence is worked on in blocks of BLOCK_ROWS queries. The scores of a block,
// BLOCK_ROWS by the positions it can see, are all that is ever held of the T by T matrix, and what
// lies beyond the block's last query is never computed. The backward pass computes the weights
// again.
//
//     for each block of queries Q, rows first … end-1, keys and values 0 … end-1:
//         S = (Q/√d) Kᵀ     P = softmax(S), row i over 0 … i     O = dropout(P) V
//     backward, dO given:
//         dV += dropout(P)ᵀ dO     dP = dropout(dO Vᵀ)     dS = P (dP - Σ P dP)
//         dQ = dS K/√d     dK += dSᵀ Q/√d
//
// The backward pass goes through the blocks from the last, which covers all positions, to the
// first, so that the last writes dK and dV and the others add.
#include "grad/op.h"

#include "pool.h"

#include <math.h>

enum { BLOCK_ROWS = 64 };

typedef struct attention_job {
    const lk_kernels *kernels;
    const lk_dropout *dropout;
    size_t length, channels, heads, width; // T, C, H, d = C/H
    const lk_real *qkv;
    lk_real *output;           // forward
    const lk_real *d_output;   // backward
    lk_real *d_qkv;            // backward; overwritten
    lk_real *scratch;          // a part for each thread
    size_t scratch_per_thread; // elements
} attention_job;

// A head of a sequence: where its rows are. Rows of qkv are `stride` apart, those of the output C.
typedef struct head_view {
    const lk_real *q, *k, *v;
    size_t stride;
    size_t column;        // of the head within C
    size_t first_row;     // of the sequence in the output
    uint64_t first_place; // of its weights in the stream of dropout
} head_view;

typedef struct query_block {
    size_t first, rows, seen; // queries first … first+rows-1 see `seen` = first + rows positions
    lk_real *scaled;          // the queries over √d
    lk_real *weights, *dropped;
} query_block;

static head_view view_of(const attention_job *job, size_t index) {
    size_t sequence = index / job->heads, head = index % job->heads;
    size_t stride = 3 * job->channels, column = head * job->width;
    const lk_real *q = job->qkv + sequence * job->length * stride + column;
    return (head_view){.q = q,
                       .k = q + job->channels,
                       .v = q + 2 * job->channels,
                       .stride = stride,
                       .column = column,
                       .first_row = sequence * job->length,
                       .first_place = (uint64_t)index * job->length * job->length};
}

static size_t scratch_needed(const attention_job *job) {
    return BLOCK_ROWS * job->width + 2 * BLOCK_ROWS * job->length;
}

static query_block block_at(const attention_job *job, size_t first) {
    size_t rows = job->length - first < BLOCK_ROWS ? job->length - first : BLOCK_ROWS;
    lk_real *scratch = job->scratch + (size_t)lk_pool_thread_index() * job->scratch_per_thread;
    lk_real *weights = scratch + BLOCK_ROWS * job->width;
    return (query_block){first,   rows,    first + rows,
                         scratch, weights, weights + BLOCK_ROWS * job->length};
}

static lk_real score_scale(const attention_job *job) {
    return (lk_real)(1 / sqrt((double)job->width));
}

// Row i of a block of weights stands for the words i T … of the head's part of the stream.
static void drop_weights(const attention_job *job, const head_view *head, const query_block *block,
                         lk_real *to, const lk_real *from) {
    for (size_t i = 0; i < block->rows; i++) {
        size_t query = block->first + i, offset = i * block->seen;
        uint64_t place = head->first_place + query * job->length;
        lk_dropout_apply(job->kernels, job->dropout, to + offset, from + offset, place, query + 1);
        memset(to + offset + query + 1, 0, (block->seen - query - 1) * sizeof *to);
    }
}

// The weights of a block; what a query must not see is 0.
static void compute_weights(const attention_job *job, const head_view *head,
                            const query_block *block) {
    const lk_kernels *kernels = job->kernels;
    for (size_t i = 0; i < block->rows; i++)
        kernels->scale(block->scaled + i * job->width, head->q + (block->first + i) * head->stride,
                       score_scale(job), job->width);
    kernels->gemm(false, true, block->rows, block->seen, job->width, block->scaled, job->width,
                  head->k, head->stride, block->weights, block->seen, false);
    for (size_t i = 0; i < block->rows; i++) {
        lk_real *row = block->weights + i * block->seen;
        size_t visible = block->first + i + 1;
        kernels->softmax(row, row, visible);
        memset(row + visible, 0, (block->seen - visible) * sizeof *row);
    }
}

// ---- Forward ------------------------------------------------------------------------------------

static void forward_block(const attention_job *job, const head_view *head,
                          const query_block *block) {
    compute_weights(job, head, block);
    if (job->dropout->active) drop_weights(job, head, block, block->weights, block->weights);
    lk_real *output = job->output + (head->first_row + block->first) * job->channels + head->column;
    job->kernels->gemm(false, false, block->rows, job->width, block->seen, block->weights,
                       block->seen, head->v, head->stride, output, job->channels, false);
}

static void run_forward(void *argument, size_t index) {
    const attention_job *job = argument;
    head_view head = view_of(job, index);
    for (size_t first = 0; first < job->length; first += BLOCK_ROWS) {
        query_block block = block_at(job, first);
        forward_block(job, &head, &block);
    }
}

// ---- Backward -----------------------------------------------------------------------------------

// weights (dropped - Σ weights dropped), row by row, where `dropped` holds the weights' gradient.
static void gradient_of_scores(const attention_job *job, const query_block *block) {
    for (size_t i = 0; i < block->rows; i++) {
        const lk_real *p = block->weights + i * block->seen;
        lk_real *d = block->dropped + i * block->seen;
        size_t visible = block->first + i + 1;
        lk_real inner = (lk_real)job->kernels->dot(p, d, visible);
        for (size_t j = 0; j < visible; j++) d[j] = p[j] * (d[j] - inner);
        memset(d + visible, 0, (block->seen - visible) * sizeof *d);
    }
}

static void backward_block(const attention_job *job, const head_view *head,
                           const query_block *block, bool accumulate) {
    const lk_kernels *kernels = job->kernels;
    size_t rows = block->rows, seen = block->seen, width = job->width, stride = head->stride;
    size_t output = (head->first_row + block->first) * job->channels + head->column;
    const lk_real *d_output = job->d_output + output;
    lk_real *dq = job->d_qkv + (head->q - job->qkv), *dk = dq + job->channels;
    lk_real *dv = dk + job->channels, *dq_block = dq + block->first * stride;
    const lk_real *used = block->weights;
    compute_weights(job, head, block);
    if (job->dropout->active) {
        drop_weights(job, head, block, block->dropped, block->weights);
        used = block->dropped;
    }
    kernels->gemm(true, false, seen, width, rows, used, seen, d_output, job->channels, dv, stride,
                  accumulate);
    kernels->gemm(false, true, rows, seen, width, d_output, job->channels, head->v, stride,
                  block->dropped, seen, false);
    if (job->dropout->active) drop_weights(job, head, block, block->dropped, block->dropped);
    gradient_of_scores(job, block);
    kernels->gemm(false, false, rows, width, seen, block->dropped, seen, head->k, stride, dq_block,
                  stride, false);
    for (size_t i = 0; i < rows; i++)
        kernels->scale(dq_block + i * stride, dq_block + i * stride, score_scale(job), width);
    kernels->gemm(true, false, seen, width, rows, block->dropped, seen, block->scaled, width, dk,
                  stride, accumulate);
}

static void run_backward(void *argument, size_t index) {
    const attention_job *job = argument;
    head_view head = view_of(job, index);
    size_t blocks = (job->length + BLOCK_ROWS - 1) / BLOCK_ROWS;
    for (size_t i = blocks; i-- > 0;) {
        query_block block = block_at(job, i * BLOCK_ROWS);
        backward_block(job, &head, &block, i + 1 < blocks);
    }
}

// ---- The op -------------------------------------------------------------------------------------

bool lk_attention_shape(lk_node *node) {
    const lk_tensor *qkv = node->inputs[0];
    size_t heads = node->attributes.attention.heads;
    if (qkv->rank != 3 || heads == 0 || qkv->shape[2] % (3 * heads) != 0) return false;
    return lk_shape_set(node, 3, (size_t[]){qkv->shape[0], qkv->shape[1], qkv->shape[2] / 3});
}

// Runs `task` for every head of every sequence with scratch memory for each thread.
static void run_heads(lk_tape *tape, const lk_node *node, attention_job *job, lk_pool_task task) {
    const lk_tensor *qkv = node->inputs[0];
    lk_pool *pool = lk_context_pool(tape->context);
    job->kernels = &tape->kernels;
    job->dropout = &node->attributes.attention.dropout;
    job->heads = node->attributes.attention.heads;
    job->length = qkv->shape[1];
    job->channels = qkv->shape[2] / 3;
    job->width = job->channels / job->heads;
    job->qkv = qkv->value;
    job->scratch_per_thread = scratch_needed(job);
    job->scratch = lk_tape_borrow(tape, (size_t)lk_pool_threads(pool) * job->scratch_per_thread);
    if (!job->scratch) return;
    lk_pool_run(pool, qkv->shape[0] * job->heads, task, job);
    lk_tape_give_back(tape, job->scratch);
}

void lk_attention_forward(lk_tape *tape, lk_node *node) {
    attention_job job = {.output = node->output.value};
    run_heads(tape, node, &job, run_forward);
}

static void add_to_gradient(lk_tape *tape, lk_tensor *tensor, lk_real *part) {
    tape->kernels.accumulate(tensor->gradient, part, tensor->count);
    lk_tape_give_back(tape, part);
}

void lk_attention_backward(lk_tape *tape, lk_node *node) {
    lk_tensor *qkv = node->inputs[0];
    bool accumulate;
    lk_real *target = lk_gradient_target(tape, qkv, &accumulate);
    attention_job job = {.d_output = node->output.gradient};
    job.d_qkv = accumulate ? lk_tape_borrow(tape, qkv->count) : target;
    if (!job.d_qkv) return;
    run_heads(tape, node, &job, run_backward);
    if (accumulate) add_to_gradient(tape, qkv, job.d_qkv);
}

lk_tensor *lk_attention(lk_tape *tape, lk_tensor *qkv, size_t heads, double p) {
    lk_attributes attributes = {.attention = {heads, lk_dropout_draw(tape, p)}};
    return lk_tape_apply(tape, LK_OP_ATTENTION, qkv, NULL, NULL, &attributes);
}
