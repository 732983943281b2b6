#include "models/transformer.h"

#include "grad/ops.h"
#include "models/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

// ---- Parameters ---------------------------------------------------------------------------------

// Names are those of Hugging Face's GPT2LMHeadModel; `lm_head.bias` is ours.
enum { LAYER_PARAMETERS = 12, OTHER_PARAMETERS = 6, PREFIX_BYTES = 48, NAME_BYTES = 64 };

typedef enum layer_init {
    INIT_NORMAL,   // N(0, .02)
    INIT_RESIDUAL, // N(0, .02/√(2 n_layer)) where the configuration scales
    INIT_ZERO,
    INIT_ONE
} layer_init;

// Adds a parameter at the end of the list; `columns` 0: a vector of `rows`. Its place in the
// network is set only when it has been made.
static lk_status add_parameter(lk_model *model, lk_parameter **place, const char *name,
                               layer_init init, size_t rows, size_t columns) {
    assert(model->parameter_count <
           OTHER_PARAMETERS + (size_t)model->config.n_layer * LAYER_PARAMETERS);
    double residual = model->config.scaled_residual_init ? sqrt(2.0 * model->config.n_layer) : 1;
    lk_parameter *parameter = &model->parameters[model->parameter_count];
    *parameter = (lk_parameter){
        .name = lk_arena_copy_text(&model->arena, name, strlen(name)),
        .tensor = {.rank = columns ? 2 : 1,
                   .shape = {rows, columns},
                   .count = columns ? rows * columns : rows,
                   .needs_gradient = true},
        .init_deviation = init == INIT_NORMAL     ? .02
                          : init == INIT_RESIDUAL ? .02 / residual
                                                  : 0,
        .init_value = init == INIT_ONE ? 1 : 0,
    };
    LK_NEED(parameter->name);
    model->parameter_count++;
    *place = parameter;
    return LK_OK;
}

static lk_status add_norm(lk_model *model, lk_parameter **gain, lk_parameter **bias,
                          const char *prefix) {
    char name[NAME_BYTES];
    size_t channels = model->config.n_embd;
    snprintf(name, sizeof name, "%s.weight", prefix);
    LK_TRY(add_parameter(model, gain, name, INIT_ONE, channels, 0));
    if (!model->config.bias) return LK_OK;
    snprintf(name, sizeof name, "%s.bias", prefix);
    return add_parameter(model, bias, name, INIT_ZERO, channels, 0);
}

static lk_status add_linear(lk_model *model, lk_parameter **weight, lk_parameter **bias,
                            const char *prefix, layer_init init, size_t inputs, size_t outputs,
                            bool with_bias) {
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s.weight", prefix);
    LK_TRY(add_parameter(model, weight, name, init, inputs, outputs));
    if (!with_bias) return LK_OK;
    snprintf(name, sizeof name, "%s.bias", prefix);
    return add_parameter(model, bias, name, INIT_ZERO, outputs, 0);
}

static lk_status add_layer(lk_model *model, lk_layer *layer, size_t index) {
    const lk_model_config *config = &model->config;
    size_t c = config->n_embd, f = config->d_ff;
    char prefix[PREFIX_BYTES];
#define PREFIX(part) (snprintf(prefix, sizeof prefix, "transformer.h.%zu." part, index), prefix)
    LK_TRY(add_norm(model, &layer->norm1_gain, &layer->norm1_bias, PREFIX("ln_1")));
    LK_TRY(add_linear(model, &layer->qkv_weight, &layer->qkv_bias, PREFIX("attn.c_attn"),
                      INIT_NORMAL, c, 3 * c, config->qkv_bias));
    LK_TRY(add_linear(model, &layer->projection_weight, &layer->projection_bias,
                      PREFIX("attn.c_proj"), INIT_RESIDUAL, c, c, config->bias));
    LK_TRY(add_norm(model, &layer->norm2_gain, &layer->norm2_bias, PREFIX("ln_2")));
    LK_TRY(add_linear(model, &layer->up_weight, &layer->up_bias, PREFIX("mlp.c_fc"), INIT_NORMAL, c,
                      f, config->bias));
    return add_linear(model, &layer->down_weight, &layer->down_bias, PREFIX("mlp.c_proj"),
                      INIT_RESIDUAL, f, c, config->bias);
#undef PREFIX
}

static lk_status add_head(lk_model *model) {
    const lk_model_config *config = &model->config;
    lk_transformer *transformer = &model->transformer;
    transformer->head_weight = transformer->token_embedding;
    if (!config->tied_head)
        LK_TRY(add_parameter(model, &transformer->head_weight, "lm_head.weight", INIT_NORMAL,
                             config->vocab_size, config->n_embd));
    if (!config->head_bias) return LK_OK;
    return add_parameter(model, &transformer->head_bias, "lm_head.bias", INIT_ZERO,
                         config->vocab_size, 0);
}

lk_status lk_transformer_build(lk_model *model) {
    const lk_model_config *config = &model->config;
    lk_transformer *transformer = &model->transformer;
    size_t layers = config->n_layer;
    model->parameters = lk_arena_alloc(&model->arena, OTHER_PARAMETERS + layers * LAYER_PARAMETERS,
                                       sizeof *model->parameters);
    transformer->layers = lk_arena_alloc_zero(&model->arena, layers, sizeof *transformer->layers);
    if (!model->parameters || !transformer->layers) return LK_ERROR_MEMORY;
    LK_TRY(add_parameter(model, &transformer->token_embedding, "transformer.wte.weight",
                         INIT_NORMAL, config->vocab_size, config->n_embd));
    LK_TRY(add_parameter(model, &transformer->position_embedding, "transformer.wpe.weight",
                         INIT_NORMAL, config->block_size, config->n_embd));
    for (size_t i = 0; i < layers; i++) LK_TRY(add_layer(model, &transformer->layers[i], i));
    LK_TRY(add_norm(model, &transformer->final_norm_gain, &transformer->final_norm_bias,
                    "transformer.ln_f"));
    return add_head(model);
}

// ---- Forward ------------------------------------------------------------------------------------

static lk_tensor *tensor_of(lk_parameter *parameter) {
    return parameter ? &parameter->tensor : NULL;
}

static lk_unary unary_of(lk_activation activation) {
    switch (activation) {
    case LK_ACTIVATION_GELU:
        return LK_UNARY_GELU;
    case LK_ACTIVATION_GELU_TANH:
        return LK_UNARY_GELU_TANH;
    case LK_ACTIVATION_RELU:
        break;
    }
    return LK_UNARY_RELU;
}

static lk_tensor *embed(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    size_t shape[2] = {batch->sequences, batch->length};
    lk_tensor *tokens =
        lk_embedding(tape, tensor_of(model->transformer.token_embedding), batch->ids, 2, shape);
    lk_tensor *positions = lk_embedding(tape, tensor_of(model->transformer.position_embedding),
                                        model->positions, 1, &batch->length);
    return lk_drop(tape, lk_add(tape, tokens, positions), (double)model->config.dropout);
}

static lk_tensor *attend(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                         lk_tensor *x) {
    double p = (double)model->config.dropout;
    lk_tensor *normal =
        lk_layernorm(tape, x, tensor_of(layer->norm1_gain), tensor_of(layer->norm1_bias),
                     (double)model->config.norm_epsilon);
    lk_tensor *qkv =
        lk_linear(tape, normal, tensor_of(layer->qkv_weight), tensor_of(layer->qkv_bias));
    lk_tensor *heads = lk_attention(tape, qkv, model->config.n_head, p);
    lk_tensor *y = lk_linear(tape, heads, tensor_of(layer->projection_weight),
                             tensor_of(layer->projection_bias));
    return lk_add(tape, x, lk_drop(tape, y, p));
}

static lk_tensor *feed_forward(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                               lk_tensor *x) {
    lk_tensor *normal =
        lk_layernorm(tape, x, tensor_of(layer->norm2_gain), tensor_of(layer->norm2_bias),
                     (double)model->config.norm_epsilon);
    lk_tensor *up =
        lk_linear_activated(tape, normal, tensor_of(layer->up_weight), tensor_of(layer->up_bias),
                            unary_of(model->config.activation));
    lk_tensor *down =
        lk_linear(tape, up, tensor_of(layer->down_weight), tensor_of(layer->down_bias));
    return lk_add(tape, x, lk_drop(tape, down, (double)model->config.dropout));
}

// What the head sees: (B, T, C).
static lk_tensor *run_layers(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    const lk_transformer *transformer = &model->transformer;
    assert(batch->length <= model->config.block_size);
    lk_tensor *x = embed(tape, model, batch);
    for (size_t i = 0; i < model->config.n_layer; i++) {
        x = attend(tape, model, &transformer->layers[i], x);
        x = feed_forward(tape, model, &transformer->layers[i], x);
    }
    return lk_layernorm(tape, x, tensor_of(transformer->final_norm_gain),
                        tensor_of(transformer->final_norm_bias),
                        (double)model->config.norm_epsilon);
}

lk_tensor *lk_transformer_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    lk_tensor *x = run_layers(tape, model, batch);
    return lk_head_logits(tape, x, tensor_of(model->transformer.head_weight),
                          tensor_of(model->transformer.head_bias));
}

lk_tensor *lk_transformer_loss(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    lk_tensor *x = run_layers(tape, model, batch);
    return lk_cross_entropy(tape, x, tensor_of(model->transformer.head_weight),
                            tensor_of(model->transformer.head_bias), batch->targets);
}
