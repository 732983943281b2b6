// The models that see a window, run forward only: each token costs one pass over the last
// block_size ids. The same kernels in the same order as in training (lm/models/window.c, outside of
// training), so that in reproducible mode the logits have the same bits.
#include "generate/decoder.h"

typedef struct window_decoder {
    lk_decoder base;
    uint32_t *window; // the last block_size ids; at first padding
    lk_real *x, *y;   // rows between layers
    lk_real *rstd;    // of the widest layer
} window_decoder;

static void reset(lk_decoder *base) {
    window_decoder *decoder = (window_decoder *)base;
    for (size_t i = 0; i < base->model->config.block_size; i++)
        decoder->window[i] = base->model->config.padding;
}

static void extend_window(window_decoder *decoder, const uint32_t *ids, size_t count) {
    size_t size = decoder->base.model->config.block_size;
    size_t added = count < size ? count : size, kept = size - added;
    memmove(decoder->window, decoder->window + added, kept * sizeof *ids);
    memcpy(decoder->window + kept, ids + count - added, added * sizeof *ids);
}

// ---- Layers -------------------------------------------------------------------------------------

static void embed(const window_decoder *decoder) {
    const lk_model *model = decoder->base.model;
    size_t width = model->config.n_embd;
    for (size_t i = 0; i < model->config.block_size; i++)
        memcpy(decoder->x + i * width,
               model->window.embedding->tensor.value + decoder->window[i] * width,
               width * sizeof(lk_real));
}

static void normalise(const window_decoder *decoder, const lk_window_layer *layer, size_t rows) {
    if (!layer->norm.gain) return;
    lk_batch_statistics kept = lk_window_statistics(decoder->base.model, layer);
    lk_batch_statistics_inverse(&kept, decoder->rstd);
    lk_batchnorm_columns by = {kept.mean->value, decoder->rstd, layer->norm.gain->tensor.value,
                               layer->norm.bias->tensor.value};
    lk_batchnorm_rows(decoder->y, decoder->y, &by, rows, kept.mean->count, 0, kept.mean->count);
}

// From x, `places` rows, to y. Returns its rows.
static size_t run_layer(const window_decoder *decoder, const lk_window_layer *layer,
                        size_t places) {
    const lk_kernels *kernels = lk_context_kernels(decoder->base.context);
    size_t rows = places / layer->join;
    size_t inputs = layer->weight->tensor.shape[0], outputs = layer->weight->tensor.shape[1];
    kernels->gemm(false, false, rows, outputs, inputs, decoder->x, inputs,
                  layer->weight->tensor.value, outputs, decoder->y, outputs, false);
    if (layer->bias) kernels->add_bias(decoder->y, layer->bias->tensor.value, rows, outputs);
    normalise(decoder, layer, rows);
    return rows;
}

static void run_network(window_decoder *decoder) {
    const lk_model *model = decoder->base.model;
    const lk_kernels *kernels = lk_context_kernels(decoder->base.context);
    size_t rows = model->config.block_size, layers = lk_window_layer_count(model);
    embed(decoder);
    for (size_t i = 0; i < layers; i++) {
        rows = run_layer(decoder, &model->window.layers[i], rows);
        if (i + 1 < layers)
            kernels->unary[LK_UNARY_TANH](decoder->x, decoder->y, rows * model->config.n_hidden);
    }
    memcpy(decoder->base.logits, decoder->y, model->config.vocab_size * sizeof(lk_real));
}

static void look_up(window_decoder *decoder) {
    const lk_tensor *table = &decoder->base.model->bigram.table->tensor;
    memcpy(decoder->base.logits, table->value + decoder->window[0] * table->shape[1],
           table->shape[1] * sizeof(lk_real));
}

static void feed(lk_decoder *base, const uint32_t *ids, size_t count) {
    window_decoder *decoder = (window_decoder *)base;
    extend_window(decoder, ids, count);
    lk_window_forget_lines(&base->model->config, decoder->window);
    if (base->model->config.family == LK_FAMILY_BIGRAM)
        look_up(decoder);
    else
        run_network(decoder);
}

// ---- Making -------------------------------------------------------------------------------------

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

// Elements of the widest row between layers, and of the widest norm.
static size_t widest_norm(const lk_model_config *config) {
    return larger(config->n_hidden, config->vocab_size);
}
static size_t widest_row(const lk_model_config *config) {
    return larger(widest_norm(config), config->n_embd);
}

static uint64_t work(const lk_model_config *config) {
    uint64_t places = config->block_size;
    if (config->family == LK_FAMILY_BIGRAM) return places;
    return places * (1 + 2 * widest_row(config)) + widest_norm(config);
}

static lk_status prepare(lk_decoder *base) {
    window_decoder *decoder = (window_decoder *)base;
    const lk_model_config *config = &base->model->config;
    size_t places = config->block_size, row = places * widest_row(config);
    LK_NEED(decoder->window = lk_arena_alloc(&base->arena, places, sizeof(uint32_t)));
    if (config->family == LK_FAMILY_BIGRAM) return LK_OK;
    LK_NEED(decoder->x = lk_arena_alloc(&base->arena, row, sizeof(lk_real)));
    LK_NEED(decoder->y = lk_arena_alloc(&base->arena, row, sizeof(lk_real)));
    LK_NEED(decoder->rstd = lk_arena_alloc(&base->arena, widest_norm(config), sizeof(lk_real)));
    return LK_OK;
}

const lk_decoder_kind lk_window_decoder = {sizeof(window_decoder), prepare, feed, reset, work};
