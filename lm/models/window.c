#include "models/window.h"

#include "context.h"
#include "grad/ops.h"
#include "models/cost.h"
#include "models/family.h"
#include "models/tape_plan.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

enum { LAYER_TENSORS = 6, MOST_LAYERS = 12, NAME_BYTES = 64 };

size_t lk_window_layer_count(const lk_model *model) { return (size_t)model->config.n_layer + 1; }

// ---- Checks -------------------------------------------------------------------------------------

static lk_status check_sizes(lk_context *context, const lk_model_config *config) {
    const lk_size_check checks[] = {
        {"n_layer", config->n_layer, 1, MOST_LAYERS},
        {"n_embd", config->n_embd, 1, 1u << 16},
        {"n_hidden", config->n_hidden, 1, 1u << 16},
        {"block_size", config->block_size, 1, 1u << 12},
    };
    return lk_check_sizes(context, checks, sizeof checks / sizeof *checks);
}

static lk_status check_norm(lk_context *context, const lk_model_config *config) {
    if (config->norm != LK_NORM_NONE && config->norm != LK_NORM_BATCH)
        return lk_fail(context, LK_ERROR_USAGE,
                       "the norm of the models mlp and wavenet is batchnorm or none");
    if (!(config->norm_momentum > 0 && config->norm_momentum <= 1))
        return lk_fail(context, LK_ERROR_USAGE,
                       "norm_momentum is %g; it must be above 0 and at most 1",
                       (double)config->norm_momentum);
    return lk_check_epsilon(context, config);
}

static lk_status check_scales(lk_context *context, const lk_model_config *config) {
    if (config->init_gain > 0 && config->head_scale > 0) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE,
                   "init_gain (%g) and head_scale (%g) must be above 0: layers of zeros learn "
                   "nothing",
                   (double)config->init_gain, (double)config->head_scale);
}

static lk_status check(lk_context *context, const lk_model_config *config) {
    LK_TRY(check_sizes(context, config));
    LK_TRY(check_norm(context, config));
    return check_scales(context, config);
}

static lk_status check_wavenet(lk_context *context, const lk_model_config *config) {
    LK_TRY(check(context, config));
    if (config->n_layer < 32 && config->block_size == 1u << config->n_layer) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE,
                   "block_size is %lu; the %lu layers of the wavenet join tokens two by two, so it "
                   "must be 2 to the power of n_layer",
                   (unsigned long)config->block_size, (unsigned long)config->n_layer);
}

// They have none of the transformer's parts.
static void complete(lk_model_config *config) {
    *config = (lk_model_config){.family = config->family,
                                .vocab_size = config->vocab_size,
                                .block_size = config->block_size,
                                .padding = config->padding,
                                .of_lines = config->of_lines,
                                .n_hidden = config->n_hidden,
                                .head_norm = config->head_norm,
                                .running = config->running,
                                .norm_momentum = config->norm_momentum,
                                .init_gain = config->init_gain,
                                .head_scale = config->head_scale,
                                .n_layer = config->n_layer,
                                .n_embd = config->n_embd,
                                .norm = config->norm,
                                .bias = config->bias,
                                .head_bias = config->head_bias,
                                .norm_epsilon = config->norm_epsilon};
}

// ---- Sizes --------------------------------------------------------------------------------------

static bool has_norm(const lk_model_config *config, size_t layer) {
    return config->norm == LK_NORM_BATCH && (layer < config->n_layer || config->head_norm);
}

static bool has_bias(const lk_model_config *config, size_t layer) {
    return layer < config->n_layer ? config->bias : config->head_bias;
}

static size_t join_of(const lk_model_config *config, size_t layer) {
    if (layer == config->n_layer) return 1;
    if (config->family == LK_FAMILY_WAVENET) return 2;
    return layer == 0 ? config->block_size : 1;
}

typedef struct layer_size {
    size_t places; // of a sequence that the layer works at
    size_t inputs, outputs;
} layer_size;

// The size of the layer after the one given.
static layer_size next_size(const lk_model_config *config, layer_size before, size_t layer) {
    size_t join = join_of(config, layer);
    return (layer_size){before.places / join, before.outputs * join,
                        layer == config->n_layer ? config->vocab_size : config->n_hidden};
}

static layer_size embedding_size(const lk_model_config *config) {
    return (layer_size){config->block_size, config->vocab_size, config->n_embd};
}

static double matrix_weights(const lk_model_config *config) {
    layer_size size = embedding_size(config);
    double weights = (double)size.inputs * (double)size.outputs;
    for (size_t i = 0; i <= config->n_layer; i++) {
        size = next_size(config, size, i);
        weights += (double)size.inputs * (double)size.outputs;
    }
    return weights;
}

// ---- Costs --------------------------------------------------------------------------------------

static const char *part_name(const lk_model_config *config, size_t layer) {
    static const char *const names[MOST_LAYERS] = {
        "hidden 1", "hidden 2", "hidden 3", "hidden 4",  "hidden 5",  "hidden 6",
        "hidden 7", "hidden 8", "hidden 9", "hidden 10", "hidden 11", "hidden 12"};
    return layer == config->n_layer ? "head" : names[layer];
}

// Mean and deviation are constants: a subtraction, two multiplications and an addition each.
static void add_norm_cost(lk_model_cost *cost, const lk_model_config *config) {
    lk_cost_row row = {"batch normalisation", "4 a value", 1, 0, 0, false, false};
    layer_size size = embedding_size(config);
    for (size_t i = 0; i <= config->n_layer; i++) {
        size = next_size(config, size, i);
        if (!has_norm(config, i)) continue;
        row.parameters += 2 * size.outputs;
        row.operations += 4 * (double)size.places * (double)size.outputs;
    }
    if (row.parameters) lk_cost_add(cost, row);
}

static void count_cost(lk_model_cost *cost, const lk_model_config *config) {
    layer_size size = embedding_size(config);
    uint64_t embedding = (uint64_t)config->vocab_size * config->n_embd;
    lk_cost_add(cost, (lk_cost_row){"embedding", "", 1, embedding, 0, false, false});
    for (size_t i = 0; i <= config->n_layer; i++) {
        size = next_size(config, size, i);
        uint64_t weights = (uint64_t)size.inputs * size.outputs;
        uint64_t biases = has_bias(config, i) ? size.outputs : 0;
        lk_cost_add(cost,
                    (lk_cost_row){part_name(config, i), "2 a weight and place", 1, weights + biases,
                                  2 * (double)weights * (double)size.places, true, false});
    }
    add_norm_cost(cost, config);
}

// Sizes of the embedding and of each layer after it.
static void list_sizes(layer_size sizes[MOST_LAYERS + 2], const lk_model_config *config) {
    sizes[0] = embedding_size(config);
    for (size_t i = 0; i <= config->n_layer; i++) sizes[i + 1] = next_size(config, sizes[i], i);
}

// The product, what normalisation makes of it with two numbers for each column, and tanh of that.
static void plan_layer(lk_tape_plan *plan, const lk_model_config *config, size_t layer,
                       uint64_t batch, layer_size size) {
    uint64_t rows = batch * size.places, columns = size.outputs;
    lk_plan_linear(plan, rows, size.inputs, columns);
    lk_plan_view(plan); // of the places that are joined
    lk_plan_op(plan, rows * columns);
    if (has_norm(config, layer)) {
        lk_plan_op(plan, rows * columns);
        for (int i = 0; i < 2; i++) lk_plan_room(plan, columns);
    }
    if (layer < config->n_layer) lk_plan_op(plan, rows * columns);
}

// Each op borrows the gradient of what it was given, `before` elements of the first, and gives back
// that of its result; tanh works in place.
static void plan_layer_backward(lk_tape_plan *plan, const lk_model_config *config, size_t layer,
                                uint64_t rows, uint64_t columns, uint64_t before) {
    if (has_norm(config, layer)) {
        lk_plan_borrow(plan, rows * columns);
        lk_plan_give_back(plan, rows * columns);
    }
    if (has_bias(config, layer)) lk_plan_sums(plan, rows, columns);
    lk_plan_borrow(plan, before);
    lk_plan_give_back(plan, rows * columns);
}

static void count_memory(lk_context *context, lk_training_memory *memory,
                         const lk_model_config *config, uint32_t sequences) {
    layer_size sizes[MOST_LAYERS + 2];
    list_sizes(sizes, config);
    lk_tape_plan plan = {.kernels = lk_context_kernels(context)};
    uint64_t batch = sequences;
    lk_plan_op(&plan, batch * sizes[0].places * sizes[0].outputs);
    for (size_t i = 0; i <= config->n_layer; i++) plan_layer(&plan, config, i, batch, sizes[i + 1]);
    lk_plan_cross_entropy(&plan, batch, config->vocab_size);
    memory->activations = plan.bytes;
    lk_plan_borrow(&plan, 1);
    lk_plan_borrow(&plan, batch * config->vocab_size);
    lk_plan_give_back(&plan, lk_plan_logits(batch, config->vocab_size));
    for (size_t i = config->n_layer + 1; i-- > 0;)
        plan_layer_backward(&plan, config, i, batch * sizes[i + 1].places, sizes[i + 1].outputs,
                            batch * sizes[i].places * sizes[i].outputs);
    memory->backward = plan.bytes - memory->activations;
    memory->panels = plan.scratch;
}

static void describe(lk_buffer *out, const lk_model_config *config) {
    char family[LK_CHOICE_BYTES];
    lk_choice_name(family, LK_FAMILY_CHOICES, (int)config->family);
    lk_buffer_printf(out, "%s: %u hidden layer%s × %u wide, embedding %u%s", family,
                     config->n_layer, config->n_layer == 1 ? "" : "s", config->n_hidden,
                     config->n_embd, config->norm == LK_NORM_BATCH ? ", batch normalisation" : "");
}

// ---- Parameters ---------------------------------------------------------------------------------

// The name `layers.2.PART`, or `head.PART`.
static const char *named(char name[NAME_BYTES], const lk_model *model, size_t layer,
                         const char *part) {
    if (layer == model->config.n_layer)
        snprintf(name, NAME_BYTES, "head.%s", part);
    else
        snprintf(name, NAME_BYTES, "layers.%zu.%s", layer, part);
    return name;
}

// Hidden biases begin a little apart, as makemore's.
static lk_initial initial_bias(const lk_model_config *config, size_t layer) {
    return (lk_initial){.deviation = layer < config->n_layer ? .01 : 0};
}

static lk_status add_norm(lk_model *model, size_t layer, size_t outputs) {
    const lk_model_config *config = &model->config;
    lk_window_norm *norm = &model->window.layers[layer].norm;
    char name[NAME_BYTES];
    lk_initial gain = {.value = layer < config->n_layer ? 1 : (double)config->head_scale};
    if (!has_norm(config, layer)) return LK_OK;
    LK_TRY(lk_model_add_parameter(model, &norm->gain, named(name, model, layer, "norm.weight"),
                                  outputs, 0, gain));
    return lk_model_add_parameter(model, &norm->bias, named(name, model, layer, "norm.bias"),
                                  outputs, 0, (lk_initial){0});
}

static lk_status add_layer(lk_model *model, size_t index, layer_size size) {
    const lk_model_config *config = &model->config;
    lk_window_layer *layer = &model->window.layers[index];
    char name[NAME_BYTES];
    double scale = index < config->n_layer             ? (double)config->init_gain
                   : has_norm(config, config->n_layer) ? 1
                                                       : (double)config->head_scale;
    lk_initial initial = {.deviation = scale / sqrt((double)size.inputs)};
    layer->join = join_of(config, index);
    LK_TRY(lk_model_add_parameter(model, &layer->weight, named(name, model, index, "weight"),
                                  size.inputs, size.outputs, initial));
    if (has_bias(config, index))
        LK_TRY(lk_model_add_parameter(model, &layer->bias, named(name, model, index, "bias"),
                                      size.outputs, 0, initial_bias(config, index)));
    return add_norm(model, index, size.outputs);
}

// What is kept comes behind all that learns.
static lk_status add_statistics(lk_model *model) {
    bool deviation = model->config.running == LK_RUNNING_DEVIATION;
    const char *spread = deviation ? "norm.running_std" : "norm.running_var";
    char name[NAME_BYTES];
    for (size_t i = 0; i < lk_window_layer_count(model); i++) {
        lk_window_norm *norm = &model->window.layers[i].norm;
        if (!norm->gain) continue;
        size_t count = norm->gain->tensor.count;
        LK_TRY(lk_model_add_statistic(model, &norm->mean,
                                      named(name, model, i, "norm.running_mean"), count, 0));
        LK_TRY(
            lk_model_add_statistic(model, &norm->spread, named(name, model, i, spread), count, 1));
    }
    return LK_OK;
}

static lk_status build(lk_model *model) {
    const lk_model_config *config = &model->config;
    size_t layers = lk_window_layer_count(model);
    LK_TRY(lk_model_reserve(model, 1 + layers * LAYER_TENSORS));
    LK_NEED(model->window.layers =
                lk_arena_alloc_zero(&model->arena, layers, sizeof *model->window.layers));
    LK_TRY(lk_model_add_parameter(model, &model->window.embedding, "embedding.weight",
                                  config->vocab_size, config->n_embd,
                                  (lk_initial){.deviation = 1}));
    layer_size size = embedding_size(config);
    for (size_t i = 0; i < layers; i++) {
        size = next_size(config, size, i);
        LK_TRY(add_layer(model, i, size));
    }
    return add_statistics(model);
}

const lk_family_form lk_mlp_form = {.one_target = true,
                                    .check = check,
                                    .complete = complete,
                                    .build = build,
                                    .matrix_weights = matrix_weights,
                                    .count_cost = count_cost,
                                    .count_memory = count_memory,
                                    .describe = describe};

const lk_family_form lk_wavenet_form = {.one_target = true,
                                        .check = check_wavenet,
                                        .complete = complete,
                                        .build = build,
                                        .matrix_weights = matrix_weights,
                                        .count_cost = count_cost,
                                        .count_memory = count_memory,
                                        .describe = describe};

// ---- Lines --------------------------------------------------------------------------------------

void lk_window_forget_lines(const lk_model_config *config, uint32_t *ids) {
    size_t begin = config->block_size;
    if (!config->of_lines) return;
    while (begin > 0 && ids[begin - 1] != config->padding) begin--;
    while (begin > 0) ids[--begin] = config->padding;
}

// ---- Forward ------------------------------------------------------------------------------------

// (B, T, C) → (B, T/j, j C); (B, j C) where one place is left.
static lk_tensor *join(lk_tape *tape, lk_tensor *x, size_t count) {
    if (count == 1 && x && x->rank == 2) return x;
    if (!x) return NULL;
    size_t places = x->shape[1] / count, width = x->shape[2] * count;
    if (places == 1) return lk_reshape(tape, x, 2, (size_t[]){x->shape[0], width});
    return lk_reshape(tape, x, 3, (size_t[]){x->shape[0], places, width});
}

lk_batch_statistics lk_window_statistics(const lk_model *model, const lk_window_layer *layer) {
    return (lk_batch_statistics){.mean = &layer->norm.mean->tensor,
                                 .spread = &layer->norm.spread->tensor,
                                 .deviation = model->config.running == LK_RUNNING_DEVIATION,
                                 .momentum = (double)model->config.norm_momentum,
                                 .epsilon = (double)model->config.norm_epsilon};
}

static lk_tensor *normalise(lk_tape *tape, const lk_model *model, const lk_window_layer *layer,
                            lk_tensor *x) {
    if (!layer->norm.gain || !x) return x;
    lk_batch_statistics kept = lk_window_statistics(model, layer);
    return lk_batchnorm(tape, x, &layer->norm.gain->tensor, &layer->norm.bias->tensor, &kept);
}

// What the layer gives before its norm.
static lk_tensor *multiply(lk_tape *tape, const lk_window_layer *layer, lk_tensor *x) {
    return lk_linear(tape, join(tape, x, layer->join), &layer->weight->tensor,
                     layer->bias ? &layer->bias->tensor : NULL);
}

// What comes out of the layers before `end`.
static lk_tensor *run_hidden(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                             size_t end) {
    size_t shape[2] = {batch->sequences, batch->length};
    assert(batch->length == model->config.block_size);
    lk_tensor *x = lk_embedding(tape, &model->window.embedding->tensor, batch->ids, 2, shape);
    for (size_t i = 0; i < end; i++) {
        const lk_window_layer *layer = &model->window.layers[i];
        x = normalise(tape, model, layer, multiply(tape, layer, x));
        x = lk_apply_unary(tape, x, LK_UNARY_TANH);
    }
    return x;
}

lk_tensor *lk_window_norm_input(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                                size_t layer) {
    return multiply(tape, &model->window.layers[layer], run_hidden(tape, model, batch, layer));
}

lk_tensor *lk_window_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    size_t head = model->config.n_layer;
    return normalise(tape, model, &model->window.layers[head],
                     lk_window_norm_input(tape, model, batch, head));
}
