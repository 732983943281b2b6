// Attention of several heads (Vaswani et al. 2017, section 3.2), of a sequence to itself or to
// another one, with groups of query heads that share keys and values (Ainslie et al. 2023).
//
// A head of a sequence is worked on in blocks of BLOCK_ROWS queries. The scores of a block,
// BLOCK_ROWS by the positions it can see, are all that is ever held of the T by T matrix, and where
// attention is causal what lies beyond the block's last query is never computed. The backward pass
// computes the weights again.
//
//     for each block of queries Q, rows first … end-1, keys and values 0 … seen-1:
//         S = Q (K/√d)ᵀ     P = softmax(S), row i over what it may see     O = dropout(P) V
//     backward, dO given:
//         dV += dropout(P)ᵀ dO     dP = dropout(dO Vᵀ)     dS = P (dP - Σ P dP)/√d
//         dQ = dS K     dK += dSᵀ Q
//
// The backward pass does the heads of a group one after another, and in each goes through the
// blocks from the last, which covers all positions, to the first, so that the first block done
// writes dK and dV and the others add.
#include "grad/op.h"

#include "pool.h"

#include <assert.h>
#include <math.h>

enum {
    BLOCK_ROWS = 32, // more would compute more of what causality hides
    APART = 16,      // added to the distance of rows: powers of two collide in the caches
};

// Rows of queries, keys or values: those of a sequence follow each other, `stride` apart.
typedef struct row_view {
    lk_real *at;
    size_t stride;
} row_view;

typedef struct attention_job {
    const lk_kernels *kernels;
    const lk_attention_options *options;
    const lk_dropout *dropout;
    size_t queries, keys; // rows of a sequence: Tq, Tk
    size_t group;         // heads of queries that share keys and values
    size_t width;         // of a head: d
    row_view q, k, v;
    row_view dq, dk, dv; // backward; overwritten
    lk_real *output;     // forward: (B, Tq, H d)
    const lk_real *d_output;
    lk_real *scratch; // a part for each thread
    size_t scratch_per_thread;
} attention_job;

// Keys and values come by in every block of queries: they are packed once for all of them.
typedef struct head_panels {
    lk_real *keys_across; // (K/√d)ᵀ, (d, Tk)
    lk_real *values;      // V, (Tk, d); backward Vᵀ, (d, Tk)
    lk_real *keys;        // K, (Tk, d); backward
} head_panels;

// A head of a sequence.
typedef struct head_view {
    size_t sequence, head;
    row_view q, k, v;
    head_panels panels;
    size_t output;        // place of its first row in the output
    uint64_t first_place; // of its weights in the stream of dropout
} head_view;

typedef struct query_block {
    size_t first, rows, seen; // queries first … first+rows-1 see positions below `seen`
    lk_real *weights, *dropped, *gradients; // of each query, `stride` apart
    size_t stride;
} query_block;

static row_view rows_at(row_view rows, size_t row, size_t column) {
    return (row_view){rows.at + row * rows.stride + column, rows.stride};
}

static size_t output_stride(const attention_job *job) { return job->options->heads * job->width; }

static size_t round_up(size_t size, size_t grain) { return (size + grain - 1) / grain * grain; }

// Panels of d columns of depth Tk or the other way round, whichever are larger.
static size_t panels_count(const lk_kernels *kernels, size_t width, size_t keys) {
    size_t columns = kernels->panel_columns;
    size_t across = round_up(keys, columns) * width, along = round_up(width, columns) * keys;
    return across > along ? across : along;
}

// A head's panels, and the weights of a block, dropped and with gradients.
size_t lk_attention_scratch(const lk_kernels *kernels, size_t width, size_t keys) {
    return 3 * (panels_count(kernels, width, keys) + BLOCK_ROWS * (keys + APART));
}

static lk_real *scratch_of(const attention_job *job) {
    return job->scratch + (size_t)lk_pool_thread_index() * job->scratch_per_thread;
}

static head_panels panels_of(const attention_job *job) {
    size_t count = panels_count(job->kernels, job->width, job->keys);
    lk_real *at = scratch_of(job);
    return (head_panels){at, at + count, at + 2 * count};
}

static lk_real score_scale(const attention_job *job) {
    return (lk_real)(1 / sqrt((double)job->width));
}

static void pack_across(const attention_job *job, lk_real *panels, const row_view *rows) {
    job->kernels->pack(panels, job->width, true, job->keys, job->width, rows->at, rows->stride);
}

static void pack_keys_across(const attention_job *job, const head_view *head) {
    lk_real *panels = head->panels.keys_across;
    pack_across(job, panels, &head->k);
    job->kernels->scale(panels, panels, score_scale(job),
                        round_up(job->keys, job->kernels->panel_columns) * job->width);
}

static void pack_along(const attention_job *job, lk_real *panels, const row_view *rows) {
    job->kernels->pack(panels, job->keys, false, job->width, job->keys, rows->at, rows->stride);
}

static head_view view_of(const attention_job *job, size_t sequence, size_t head) {
    size_t index = sequence * job->options->heads + head;
    size_t first_query = sequence * job->queries, first_key = sequence * job->keys;
    size_t column = head * job->width, kv_column = head / job->group * job->width;
    return (head_view){.sequence = sequence,
                       .head = head,
                       .q = rows_at(job->q, first_query, column),
                       .k = rows_at(job->k, first_key, kv_column),
                       .v = rows_at(job->v, first_key, kv_column),
                       .output = first_query * output_stride(job) + column,
                       .panels = panels_of(job),
                       .first_place = (uint64_t)index * job->queries * job->keys};
}

static query_block block_at(const attention_job *job, size_t first) {
    size_t rows = job->queries - first < BLOCK_ROWS ? job->queries - first : BLOCK_ROWS;
    lk_real *weights = scratch_of(job) + 3 * panels_count(job->kernels, job->width, job->keys);
    size_t stride = job->keys + APART;
    return (query_block){.first = first,
                         .rows = rows,
                         .seen = job->options->causal ? first + rows : job->keys,
                         .weights = weights,
                         .dropped = weights + BLOCK_ROWS * stride,
                         .gradients = weights + 2 * BLOCK_ROWS * stride,
                         .stride = stride};
}

// Positions that row i of a block may look at, a mask apart.
static size_t visible(const attention_job *job, const query_block *block, size_t i) {
    return job->options->causal ? block->first + i + 1 : block->seen;
}

static void zero_rest(const query_block *block, lk_real *row, size_t from) {
    if (from < block->seen) memset(row + from, 0, (block->seen - from) * sizeof *row);
}

// Row i of a block of weights stands for the words i Tk … of the head's part of the stream.
static void drop_weights(const attention_job *job, const head_view *head, const query_block *block,
                         lk_real *to) {
    for (size_t i = 0; i < block->rows; i++) {
        size_t offset = i * block->stride, count = visible(job, block, i);
        uint64_t place = head->first_place + (block->first + i) * job->keys;
        lk_dropout_apply(job->kernels, job->dropout, to + offset, block->weights + offset, place,
                         count);
        zero_rest(block, to + offset, count);
    }
}

// Scores of what the mask hides become -∞.
static void hide(const attention_job *job, const head_view *head, lk_real *scores, size_t query,
                 size_t count) {
    const uint8_t *mask = job->options->mask;
    if (!mask) return;
    mask += head->sequence * job->options->mask_stride + query * job->keys;
    for (size_t j = 0; j < count; j++)
        if (!mask[j]) scores[j] = -(lk_real)INFINITY;
}

// The weights of a block; what a query must not see is 0, also where it may see nothing.
static void compute_weights(const attention_job *job, const head_view *head,
                            const query_block *block) {
    const lk_kernels *kernels = job->kernels;
    row_view q = rows_at(head->q, block->first, 0);
    kernels->gemm_packed(false, block->rows, block->seen, job->width, q.at, q.stride,
                         head->panels.keys_across, job->width, block->weights, block->stride,
                         false);
    for (size_t i = 0; i < block->rows; i++) {
        lk_real *row = block->weights + i * block->stride;
        size_t count = visible(job, block, i);
        hide(job, head, row, block->first + i, count);
        kernels->softmax(row, NULL, row, count);
        zero_rest(block, row, count);
    }
}

// ---- Forward ------------------------------------------------------------------------------------

static void forward_block(const attention_job *job, const head_view *head,
                          const query_block *block) {
    size_t stride = output_stride(job);
    compute_weights(job, head, block);
    if (job->dropout->active) drop_weights(job, head, block, block->weights);
    job->kernels->gemm_packed(false, block->rows, job->width, block->seen, block->weights,
                              block->stride, head->panels.values, job->keys,
                              job->output + head->output + block->first * stride, stride, false);
}

// A task is a head of a sequence.
static void run_forward(void *argument, size_t index) {
    const attention_job *job = argument;
    head_view head = view_of(job, index / job->options->heads, index % job->options->heads);
    pack_keys_across(job, &head);
    pack_along(job, head.panels.values, &head.v);
    for (size_t first = 0; first < job->queries; first += BLOCK_ROWS) {
        query_block block = block_at(job, first);
        forward_block(job, &head, &block);
    }
}

// ---- Backward -----------------------------------------------------------------------------------

// dS from dO Vᵀ, row by row; the dropped weights tell what was dropped. Where the weights are 0, so
// are the gradients.
static void gradient_of_scores(const attention_job *job, const query_block *block) {
    const lk_kernels *kernels = job->kernels;
    lk_real scale = score_scale(job);
    for (size_t i = 0; i < block->rows; i++) {
        size_t offset = i * block->stride, seen = block->seen;
        lk_real *d = block->gradients + offset;
        if (job->dropout->active)
            kernels->scale_where(d, d, block->dropped + offset, job->dropout->scale, seen);
        kernels->softmax_backward(d, d, block->weights + offset, scale, seen, false);
    }
}

// The gradient's rows that belong to `rows`, which is a view into `whole`.
static row_view alike(row_view gradient, row_view whole, row_view rows) {
    size_t row = (size_t)(rows.at - whole.at) / whole.stride;
    size_t column = (size_t)(rows.at - whole.at) % whole.stride;
    return rows_at(gradient, row, column);
}

static void backward_block(const attention_job *job, const head_view *head,
                           const query_block *block, bool accumulate) {
    const lk_kernels *kernels = job->kernels;
    size_t rows = block->rows, seen = block->seen, width = job->width, stride = output_stride(job);
    const lk_real *d_output = job->d_output + head->output + block->first * stride;
    row_view q = rows_at(head->q, block->first, 0);
    row_view dq = rows_at(alike(job->dq, job->q, head->q), block->first, 0);
    row_view dk = alike(job->dk, job->k, head->k), dv = alike(job->dv, job->v, head->v);
    lk_real *scores = block->gradients;
    compute_weights(job, head, block);
    if (job->dropout->active) drop_weights(job, head, block, block->dropped);
    kernels->gemm(true, false, seen, width, rows,
                  job->dropout->active ? block->dropped : block->weights, block->stride, d_output,
                  stride, dv.at, dv.stride, accumulate);
    kernels->gemm_packed(false, rows, seen, width, d_output, stride, head->panels.values, width,
                         scores, block->stride, false);
    gradient_of_scores(job, block);
    kernels->gemm_packed(false, rows, width, seen, scores, block->stride, head->panels.keys,
                         job->keys, dq.at, dq.stride, false);
    kernels->gemm(true, false, seen, width, rows, scores, block->stride, q.at, q.stride, dk.at,
                  dk.stride, accumulate);
}

static void backward_head(const attention_job *job, size_t sequence, size_t index,
                          bool accumulate) {
    head_view head = view_of(job, sequence, index);
    pack_keys_across(job, &head);
    pack_across(job, head.panels.values, &head.v);
    pack_along(job, head.panels.keys, &head.k);
    size_t blocks = (job->queries + BLOCK_ROWS - 1) / BLOCK_ROWS;
    for (size_t i = blocks; i-- > 0;) {
        query_block block = block_at(job, i * BLOCK_ROWS);
        backward_block(job, &head, &block, accumulate || i + 1 < blocks);
    }
}

// A task is a group of heads of a sequence, which add to the same keys and values.
static void run_backward(void *argument, size_t index) {
    const attention_job *job = argument;
    size_t groups = job->options->kv_heads;
    for (size_t i = 0; i < job->group; i++)
        backward_head(job, index / groups, index % groups * job->group + i, i > 0);
}

// ---- The op -------------------------------------------------------------------------------------

// Self-attention has one input, (B, T, (H + 2 G) d): queries, keys and values side by side.
static bool is_self(const lk_node *node) { return !node->inputs[1]; }

static bool self_shape(lk_node *node, const lk_attention_options *options) {
    const lk_tensor *qkv = node->inputs[0];
    size_t heads = options->heads + 2 * options->kv_heads;
    if (qkv->rank != 3 || qkv->shape[2] % heads != 0) return false;
    size_t width = qkv->shape[2] / heads;
    return lk_shape_set(node, 3, (size_t[]){qkv->shape[0], qkv->shape[1], options->heads * width});
}

static bool cross_shape(lk_node *node, const lk_attention_options *options) {
    const lk_tensor *q = node->inputs[0], *k = node->inputs[1], *v = node->inputs[2];
    if (q->rank != 3 || k->rank != 3 || !lk_tensor_same_shape(k, v)) return false;
    if (q->shape[0] != k->shape[0] || q->shape[2] % options->heads != 0) return false;
    if (options->causal && q->shape[1] != k->shape[1]) return false;
    if (k->shape[2] != q->shape[2] / options->heads * options->kv_heads) return false;
    return lk_shape_as(node, q);
}

bool lk_attention_shape(lk_node *node) {
    const lk_attention_options *options = &node->attributes.attention.options;
    if (options->heads == 0 || options->kv_heads == 0) return false;
    if (options->heads % options->kv_heads != 0) return false;
    return is_self(node) ? self_shape(node, options) : cross_shape(node, options);
}

// Views of queries, keys and values at the places given for the node's inputs.
static void view_inputs(const lk_node *node, lk_real *const at[LK_MAX_INPUTS], row_view views[3]) {
    const lk_attention_options *options = &node->attributes.attention.options;
    assert(node->inputs[0]);
    if (is_self(node)) {
        size_t stride = node->inputs[0]->shape[2], width = node->output.shape[2] / options->heads;
        lk_real *keys = at[0] + options->heads * width, *values = keys + options->kv_heads * width;
        views[0] = (row_view){at[0], stride};
        views[1] = (row_view){keys, stride};
        views[2] = (row_view){values, stride};
        return;
    }
    for (int i = 0; i < 3; i++) {
        assert(node->inputs[i]);
        views[i] = (row_view){at[i], node->inputs[i]->shape[2]};
    }
}

static attention_job job_of(const lk_tape *tape, const lk_node *node) {
    const lk_attention_options *options = &node->attributes.attention.options;
    const lk_tensor *q = node->inputs[0], *k = is_self(node) ? q : node->inputs[1];
    assert(q && k);
    lk_real *values[LK_MAX_INPUTS];
    for (int i = 0; i < LK_MAX_INPUTS; i++)
        values[i] = node->inputs[i] ? node->inputs[i]->value : NULL;
    row_view views[3];
    view_inputs(node, values, views);
    return (attention_job){.kernels = &tape->kernels,
                           .options = options,
                           .dropout = &node->attributes.attention.dropout,
                           .queries = q->shape[1],
                           .keys = k->shape[1],
                           .group = options->heads / options->kv_heads,
                           .width = node->output.shape[2] / options->heads,
                           .q = views[0],
                           .k = views[1],
                           .v = views[2]};
}

// Runs `task` for so many indices, with scratch memory for each thread.
static void run_tasks(lk_tape *tape, attention_job *job, size_t count, lk_pool_task task) {
    lk_pool *pool = lk_context_pool(tape->context);
    job->scratch_per_thread = lk_attention_scratch(job->kernels, job->width, job->keys);
    job->scratch = lk_tape_borrow(tape, (size_t)lk_pool_threads(pool) * job->scratch_per_thread);
    if (!job->scratch) return;
    lk_pool_run(pool, count, task, job);
    lk_tape_give_back(tape, job->scratch);
}

void lk_attention_forward(lk_tape *tape, lk_node *node) {
    attention_job job = job_of(tape, node);
    job.output = node->output.value;
    run_tasks(tape, &job, node->output.shape[0] * job.options->heads, run_forward);
}

void lk_attention_backward(lk_tape *tape, lk_node *node) {
    lk_real *parts[LK_MAX_INPUTS] = {NULL};
    bool borrowed[LK_MAX_INPUTS];
    int inputs = is_self(node) ? 1 : 3;
    for (int i = 0; i < inputs; i++)
        parts[i] = lk_gradient_begin_part(tape, node->inputs[i], &borrowed[i]);
    if (tape->status != LK_OK) return;
    attention_job job = job_of(tape, node);
    row_view views[3];
    view_inputs(node, parts, views);
    job.dq = views[0], job.dk = views[1], job.dv = views[2];
    job.d_output = node->output.gradient;
    run_tasks(tape, &job, node->output.shape[0] * job.options->kv_heads, run_backward);
    for (int i = 0; i < inputs; i++)
        lk_gradient_end_part(tape, node->inputs[i], parts[i], borrowed[i]);
}

// A score is a product of d terms, and so is its part of the weighted values; its softmax takes 5
// operations. What a mask hides is counted, what causality hides is not. Backward there are four
// such products; that the weights are computed again is not counted.
lk_op_cost lk_attention_cost(const lk_node *node, bool backward) {
    const lk_attention_options *options = &node->attributes.attention.options;
    const lk_tensor *q = node->inputs[0], *k = is_self(node) ? q : node->inputs[1];
    double queries = (double)q->shape[1], keys = (double)k->shape[1];
    double pairs = queries * (options->causal ? (keys + 1) / 2 : keys);
    double scores = pairs * (double)(q->shape[0] * options->heads);
    size_t width = node->output.shape[2] / options->heads;
    double moved = 0;
    for (int i = 0; i < LK_MAX_INPUTS; i++) moved += lk_count_of(node->inputs[i]);
    int times = backward ? 2 : 1;
    lk_op_cost cost = lk_cost_of_products(times * 4 * scores * (double)width,
                                          times * moved + (double)node->output.count);
    cost.operations += times * 5 * scores;
    return cost;
}

lk_tensor *lk_self_attention(lk_tape *tape, lk_tensor *qkv, const lk_attention_options *options) {
    return lk_cross_attention(tape, qkv, NULL, NULL, options);
}

lk_tensor *lk_cross_attention(lk_tape *tape, lk_tensor *q, lk_tensor *k, lk_tensor *v,
                              const lk_attention_options *options) {
    lk_attributes attributes = {.attention = {*options, lk_dropout_draw(tape, options->dropout)}};
    return lk_tape_apply(tape, LK_OP_ATTENTION, q, k, v, &attributes);
}
