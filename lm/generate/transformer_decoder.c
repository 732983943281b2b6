// The transformer run forward only, a few positions at a time, with the keys and values of all
// earlier positions kept.
//
// The same kernels in the same order as in training (lm/models/transformer.c), so that in
// reproducible mode the logits have the same bits: an element of a matrix product does not depend
// on the other rows, and the positions a row may not attend to add exact zeros.
//
//     cache of a layer:  keys (block_size, G d), values (block_size, G d), the heads side by side,
//                        the keys turned already where positions are rotary
//     a chunk:           up to CHUNK positions that go through all layers together
#include "generate/decoder.h"
#include "pool.h"

#include <math.h>

enum {
    CHUNK = 32,             // positions
    PRODUCT_COLUMNS = 256,  // of a matrix product, done by one task
    PARALLEL_WORK = 1 << 18 // multiplications below which a product is not worth sharing
};

typedef struct layer_cache {
    lk_real *keys, *values;
} layer_cache;

typedef struct transformer_decoder {
    lk_decoder base;
    uint32_t *window;   // the ids at the positions seen, at most block_size
    size_t filled;      // positions whose keys and values are there
    layer_cache *cache; // n_layer
    // Rows of a chunk.
    lk_real *stream;      // (CHUNK, C): what flows past the layers
    lk_real *normed;      // (CHUNK, C)
    lk_real *qkv;         // (CHUNK, C + 2 G d)
    lk_real *mixed;       // (CHUNK, C): attention's output, and each part's before it is added
    lk_real *hidden;      // (CHUNK, F); with SwiGLU (CHUNK, 2 F), then (CHUNK, F)
    lk_real *scores;      // (H, CHUNK, block_size)
    lk_real *mean, *rstd; // (CHUNK)
} transformer_decoder;

// ---- Matrix products ----------------------------------------------------------------------------

typedef struct product {
    const lk_kernels *kernels;
    bool transpose_b; // B is stored n × k
    size_t m, n, k;
    const lk_real *a, *b;
    lk_real *c; // rows of n
} product;

static void product_columns(void *argument, size_t index) {
    const product *p = argument;
    size_t begin = index * PRODUCT_COLUMNS;
    size_t columns = p->n - begin < PRODUCT_COLUMNS ? p->n - begin : PRODUCT_COLUMNS;
    const lk_real *b = p->b + (p->transpose_b ? begin * p->k : begin);
    p->kernels->gemm(false, p->transpose_b, p->m, columns, p->k, p->a, p->k, b,
                     p->transpose_b ? p->k : p->n, p->c + begin, p->n, false);
}

// C (m × n) = A B, shared among the threads by columns when it is large.
static void multiply(const transformer_decoder *decoder, product p) {
    p.kernels = lk_context_kernels(decoder->base.context);
    size_t tasks = (p.n + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS;
    if (p.m * p.n * p.k >= PARALLEL_WORK) {
        lk_pool_run(lk_context_pool(decoder->base.context), tasks, product_columns, &p);
        return;
    }
    for (size_t i = 0; i < tasks; i++) product_columns(&p, i);
}

// y (m × n) = x (m × k) weight + bias.
static void linear(const transformer_decoder *decoder, lk_real *y, const lk_real *x, size_t m,
                   const lk_parameter *weight, const lk_parameter *bias) {
    size_t k = weight->tensor.shape[0], n = weight->tensor.shape[1];
    multiply(decoder, (product){.m = m, .n = n, .k = k, .a = x, .b = weight->tensor.value, .c = y});
    if (bias) lk_context_kernels(decoder->base.context)->add_bias(y, bias->tensor.value, m, n);
}

// ---- Attention ----------------------------------------------------------------------------------

typedef struct attention {
    const transformer_decoder *decoder;
    const layer_cache *cache;
    size_t rows;
} attention;

// Columns of a row of qkv, of its keys, and of a head.
static size_t qkv_width(const lk_model_config *config) {
    return config->n_embd + 2 * lk_model_config_kv_width(config);
}

// One head for the rows of the chunk: row i is position filled + i and attends to all up to itself.
static void attend_head(void *argument, size_t head) {
    const attention *job = argument;
    const transformer_decoder *decoder = job->decoder;
    const lk_kernels *kernels = lk_context_kernels(decoder->base.context);
    const lk_model_config *config = &decoder->base.model->config;
    size_t width = config->n_embd, kv_width = lk_model_config_kv_width(config);
    size_t head_width = width / config->n_head, at = head * head_width;
    size_t kv_at = head / (config->n_head / config->n_kv_head) * head_width;
    size_t rows = job->rows, length = decoder->filled + rows;
    lk_real *scores = decoder->scores + head * CHUNK * config->block_size;
    kernels->gemm(false, true, rows, length, head_width, decoder->qkv + at, qkv_width(config),
                  job->cache->keys + kv_at, kv_width, scores, length, false);
    for (size_t i = 0; i < rows; i++) {
        lk_real *row = scores + i * length;
        size_t seen = decoder->filled + i + 1;
        kernels->softmax(row, NULL, row, seen);
        for (size_t j = seen; j < length; j++) row[j] = 0;
    }
    kernels->gemm(false, false, rows, head_width, length, scores, length,
                  job->cache->values + kv_at, kv_width, decoder->mixed + at, width, false);
}

static void keep_keys_and_values(const transformer_decoder *decoder, const layer_cache *cache,
                                 size_t rows) {
    const lk_model_config *config = &decoder->base.model->config;
    size_t width = config->n_embd, kv_width = lk_model_config_kv_width(config);
    size_t bytes = kv_width * sizeof(lk_real);
    for (size_t i = 0; i < rows; i++) {
        const lk_real *row = decoder->qkv + i * qkv_width(config);
        size_t place = (decoder->filled + i) * kv_width;
        memcpy(cache->keys + place, row + width, bytes);
        memcpy(cache->values + place, row + width + kv_width, bytes);
    }
}

// Turns queries and keys to their positions.
static void rotate(const transformer_decoder *decoder, size_t rows) {
    const lk_model *model = decoder->base.model;
    if (model->config.positions != LK_POSITIONS_ROPE) return;
    lk_rotation rotation = lk_model_rotation(model);
    size_t pairs = rotation.width / 2;
    for (size_t i = 0; i < rows; i++) {
        lk_real *row = decoder->qkv + i * qkv_width(&model->config);
        size_t position = (decoder->filled + i) * pairs;
        for (size_t head = 0; head < rotation.heads; head++, row += rotation.width)
            lk_context_kernels(decoder->base.context)
                ->rotate(row, row, rotation.cosines + position, rotation.sines + position, false,
                         pairs);
    }
}

// Scales the queries by 1/√(C/H), so that their products with the keys have unit variance.
static void scale_queries(const transformer_decoder *decoder, size_t rows) {
    const lk_model_config *config = &decoder->base.model->config;
    size_t width = config->n_embd;
    lk_real scale = (lk_real)(1 / sqrt((double)lk_model_config_head_width(config)));
    for (size_t i = 0; i < rows; i++) {
        lk_real *queries = decoder->qkv + i * qkv_width(config);
        lk_context_kernels(decoder->base.context)->scale(queries, queries, scale, width);
    }
}

static void attend(const transformer_decoder *decoder, const layer_cache *cache, size_t rows) {
    rotate(decoder, rows);
    scale_queries(decoder, rows);
    keep_keys_and_values(decoder, cache, rows);
    attention job = {decoder, cache, rows};
    const lk_model_config *config = &decoder->base.model->config;
    size_t work = 2 * rows * (decoder->filled + rows) * config->n_embd;
    if (work >= PARALLEL_WORK) {
        lk_pool_run(lk_context_pool(decoder->base.context), config->n_head, attend_head, &job);
        return;
    }
    for (size_t head = 0; head < config->n_head; head++) attend_head(&job, head);
}

// ---- Layers -------------------------------------------------------------------------------------

// y = norm(x); y may be x.
static void normalise(const transformer_decoder *decoder, lk_real *y, const lk_real *x, size_t rows,
                      const lk_parameter *gain, const lk_parameter *bias) {
    const lk_model_config *config = &decoder->base.model->config;
    const lk_kernels *kernels = lk_context_kernels(decoder->base.context);
    double epsilon = (double)config->norm_epsilon;
    size_t width = config->n_embd;
    switch (config->norm) {
    case LK_NORM_LAYER:
        kernels->layernorm(y, decoder->mean, decoder->rstd, x, gain->tensor.value,
                           bias ? bias->tensor.value : NULL, epsilon, rows, width);
        break;
    case LK_NORM_RMS:
        kernels->rmsnorm(y, decoder->rstd, x, gain->tensor.value, epsilon, rows, width);
        break;
    case LK_NORM_NONE:
    case LK_NORM_BATCH: // which no transformer has
        if (y != x) memcpy(y, x, rows * width * sizeof *y);
        break;
    }
}

// From `normed` to `mixed`.
static void run_attention(const transformer_decoder *decoder, size_t index, size_t rows) {
    const lk_layer *layer = &decoder->base.model->transformer.layers[index];
    size_t count = rows * decoder->base.model->config.n_embd;
    linear(decoder, decoder->qkv, decoder->normed, rows, layer->qkv_weight, layer->qkv_bias);
    attend(decoder, &decoder->cache[index], rows);
    // The attention's output moves to `normed`, so that its projection can be written to `mixed`.
    memcpy(decoder->normed, decoder->mixed, count * sizeof(lk_real));
    linear(decoder, decoder->mixed, decoder->normed, rows, layer->projection_weight,
           layer->projection_bias);
}

// silu(gate) up of the rows gate | up, which become the rows of the results, one after another.
static void gate(const transformer_decoder *decoder, size_t rows) {
    const lk_kernels *kernels = lk_context_kernels(decoder->base.context);
    size_t width = decoder->base.model->config.d_ff;
    for (size_t i = 0; i < rows; i++) {
        lk_real *row = decoder->hidden + i * 2 * width;
        kernels->unary[LK_UNARY_SILU](row, row, width);
        kernels->multiply(row, row, row + width, width);
        memmove(decoder->hidden + i * width, row, width * sizeof *row);
    }
}

// From `normed` to `mixed`.
static void run_feed_forward(const transformer_decoder *decoder, size_t index, size_t rows) {
    const lk_model_config *config = &decoder->base.model->config;
    const lk_layer *layer = &decoder->base.model->transformer.layers[index];
    linear(decoder, decoder->hidden, decoder->normed, rows, layer->up_weight, layer->up_bias);
    if (config->activation == LK_ACTIVATION_SWIGLU)
        gate(decoder, rows);
    else
        lk_context_kernels(decoder->base.context)
            ->unary[lk_activation_function(config->activation)](decoder->hidden, decoder->hidden,
                                                                rows * config->d_ff);
    linear(decoder, decoder->mixed, decoder->hidden, rows, layer->down_weight, layer->down_bias);
}

typedef void layer_part(const transformer_decoder *decoder, size_t index, size_t rows);

// stream + part(norm(stream)), or norm(stream + part(stream)).
static void add_part(const transformer_decoder *decoder, size_t index, size_t rows,
                     layer_part *part, const lk_parameter *gain, const lk_parameter *bias) {
    size_t count = rows * decoder->base.model->config.n_embd;
    bool before = decoder->base.model->config.norm_place == LK_NORM_PRE;
    lk_real *stream = decoder->stream;
    if (before)
        normalise(decoder, decoder->normed, stream, rows, gain, bias);
    else
        memcpy(decoder->normed, stream, count * sizeof *stream);
    part(decoder, index, rows);
    lk_context_kernels(decoder->base.context)->add(stream, stream, decoder->mixed, count);
    if (!before) normalise(decoder, stream, stream, rows, gain, bias);
}

static void run_layer(const transformer_decoder *decoder, size_t index, size_t rows) {
    const lk_layer *layer = &decoder->base.model->transformer.layers[index];
    add_part(decoder, index, rows, run_attention, layer->norm1_gain, layer->norm1_bias);
    add_part(decoder, index, rows, run_feed_forward, layer->norm2_gain, layer->norm2_bias);
}

static void embed(const transformer_decoder *decoder, size_t rows) {
    const lk_transformer *network = &decoder->base.model->transformer;
    size_t width = decoder->base.model->config.n_embd;
    for (size_t i = 0; i < rows; i++) {
        size_t position = decoder->filled + i;
        const lk_real *token =
            network->token_embedding->tensor.value + decoder->window[position] * width;
        lk_real *row = decoder->stream + i * width;
        memcpy(row, token, width * sizeof *row);
        if (network->position_embedding)
            lk_context_kernels(decoder->base.context)
                ->accumulate(row, network->position_embedding->tensor.value + position * width,
                             width);
    }
}

// Logits of the last of `rows` rows.
static void run_head(const transformer_decoder *decoder, size_t rows) {
    const lk_transformer *network = &decoder->base.model->transformer;
    size_t width = decoder->base.model->config.n_embd,
           tokens = decoder->base.model->config.vocab_size;
    lk_real *last = decoder->stream + (rows - 1) * width;
    if (decoder->base.model->config.norm_place == LK_NORM_PRE)
        normalise(decoder, decoder->normed, last, 1, network->final_norm_gain,
                  network->final_norm_bias);
    else
        memcpy(decoder->normed, last, width * sizeof *last);
    multiply(decoder, (product){.transpose_b = true,
                                .m = 1,
                                .n = tokens,
                                .k = width,
                                .a = decoder->normed,
                                .b = network->head_weight->tensor.value,
                                .c = decoder->base.logits});
    if (network->head_bias)
        lk_context_kernels(decoder->base.context)
            ->add_bias(decoder->base.logits, network->head_bias->tensor.value, 1, tokens);
}

// Runs the network over the positions filled … end-1, whose ids are in the window.
static void run_to(transformer_decoder *decoder, size_t end) {
    while (decoder->filled < end) {
        size_t rows = end - decoder->filled < CHUNK ? end - decoder->filled : CHUNK;
        embed(decoder, rows);
        for (size_t i = 0; i < decoder->base.model->config.n_layer; i++)
            run_layer(decoder, i, rows);
        decoder->filled += rows;
        if (decoder->filled == end) run_head(decoder, rows);
    }
}

// ---- Feeding ------------------------------------------------------------------------------------

// Puts the ids behind those of the window and returns how many it then holds. When they do not all
// fit, the last block_size begin again at position 0.
static size_t extend_window(transformer_decoder *decoder, const uint32_t *ids, size_t count) {
    size_t size = decoder->base.model->config.block_size, filled = decoder->filled;
    if (count <= size - filled) {
        memcpy(decoder->window + filled, ids, count * sizeof *ids);
        return filled + count;
    }
    size_t added = count < size ? count : size,
           kept = size - added < filled ? size - added : filled;
    memmove(decoder->window, decoder->window + filled - kept, kept * sizeof *ids);
    memcpy(decoder->window + kept, ids + count - added, added * sizeof *ids);
    decoder->filled = 0;
    return kept + added;
}

static void feed(lk_decoder *base, const uint32_t *ids, size_t count) {
    transformer_decoder *decoder = (transformer_decoder *)base;
    run_to(decoder, extend_window(decoder, ids, count));
}

static void reset(lk_decoder *base) { ((transformer_decoder *)base)->filled = 0; }

// ---- Making -------------------------------------------------------------------------------------

static lk_real *reals(transformer_decoder *decoder, size_t rows, size_t columns) {
    return lk_arena_alloc(&decoder->base.arena, rows, columns * sizeof(lk_real));
}

// Columns of `hidden`.
static size_t hidden_width(const lk_model_config *config) {
    return config->activation == LK_ACTIVATION_SWIGLU ? 2 * (size_t)config->d_ff : config->d_ff;
}

static uint64_t work(const lk_model_config *config) {
    uint64_t row = 3 * (uint64_t)config->n_embd + qkv_width(config) + hidden_width(config) +
                   (uint64_t)config->n_head * config->block_size + 2;
    return CHUNK * row + config->block_size;
}

static lk_status allocate(lk_decoder *base) {
    transformer_decoder *decoder = (transformer_decoder *)base;
    const lk_model_config *config = &decoder->base.model->config;
    size_t width = config->n_embd, size = config->block_size, layers = config->n_layer;
    size_t kv_width = lk_model_config_kv_width(config);
    LK_NEED(decoder->window = lk_arena_alloc(&decoder->base.arena, size, sizeof(uint32_t)));
    LK_NEED(decoder->cache = lk_arena_alloc(&decoder->base.arena, layers, sizeof(layer_cache)));
    for (size_t i = 0; i < layers; i++) {
        LK_NEED(decoder->cache[i].keys = reals(decoder, size, kv_width));
        LK_NEED(decoder->cache[i].values = reals(decoder, size, kv_width));
    }
    LK_NEED(decoder->stream = reals(decoder, CHUNK, width));
    LK_NEED(decoder->normed = reals(decoder, CHUNK, width));
    LK_NEED(decoder->qkv = reals(decoder, CHUNK, qkv_width(config)));
    LK_NEED(decoder->mixed = reals(decoder, CHUNK, width));
    LK_NEED(decoder->hidden = reals(decoder, CHUNK, hidden_width(config)));
    LK_NEED(decoder->scores = reals(decoder, (size_t)config->n_head * CHUNK, size));
    LK_NEED(decoder->mean = reals(decoder, CHUNK, 1));
    LK_NEED(decoder->rstd = reals(decoder, CHUNK, 1));
    return LK_OK;
}

const lk_decoder_kind lk_transformer_decoder = {sizeof(transformer_decoder), allocate, feed, reset,
                                                work};
