#include "models/transformer.h"

#include "grad/ops.h"
#include "models/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

// ---- Parameters ---------------------------------------------------------------------------------

// Names are those of Hugging Face's GPT2LMHeadModel; `lm_head.bias` is ours.
enum { LAYER_PARAMETERS = 12, OTHER_PARAMETERS = 6, PREFIX_BYTES = 48, NAME_BYTES = 64 };

// What a parameter is, as far as its first values depend on it.
typedef enum role { ROLE_MATRIX, ROLE_RESIDUAL, ROLE_EMBEDDING, ROLE_BIAS, ROLE_GAIN } role;

static const double plain_deviation = .02; // of GPT-2

// The deviation for which signals keep their variance both ways (Glorot and Bengio 2010).
static double xavier_deviation(size_t inputs, size_t outputs) {
    return sqrt(2 / (double)(inputs + outputs));
}

static lk_initial initial_of(const lk_model_config *config, role what, size_t inputs,
                             size_t outputs) {
    if (what == ROLE_GAIN) return (lk_initial){.value = 1};
    if (what == ROLE_BIAS) return (lk_initial){.value = 0};
    if (config->init == LK_INIT_XAVIER)
        return (lk_initial){.deviation =
                                what == ROLE_EMBEDDING ? 1 : xavier_deviation(inputs, outputs),
                            .cut = true};
    bool smaller = what == ROLE_RESIDUAL && config->scaled_residual_init;
    return (lk_initial){.deviation = plain_deviation / (smaller ? sqrt(2.0 * config->n_layer) : 1)};
}

static lk_status add_parameter(lk_model *model, lk_parameter **place, const char *name, role what,
                               size_t rows, size_t columns) {
    return lk_model_add_parameter(model, place, name, rows, columns,
                                  initial_of(&model->config, what, rows, columns));
}

static lk_status add_norm(lk_model *model, lk_parameter **gain, lk_parameter **bias,
                          const char *prefix) {
    char name[NAME_BYTES];
    size_t channels = model->config.n_embd;
    if (model->config.norm == LK_NORM_NONE) return LK_OK;
    snprintf(name, sizeof name, "%s.weight", prefix);
    LK_TRY(add_parameter(model, gain, name, ROLE_GAIN, channels, 0));
    if (!model->config.bias || model->config.norm == LK_NORM_RMS) return LK_OK;
    snprintf(name, sizeof name, "%s.bias", prefix);
    return add_parameter(model, bias, name, ROLE_BIAS, channels, 0);
}

static lk_status add_linear(lk_model *model, lk_parameter **weight, lk_parameter **bias,
                            const char *prefix, role what, size_t inputs, size_t outputs,
                            bool with_bias) {
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s.weight", prefix);
    LK_TRY(add_parameter(model, weight, name, what, inputs, outputs));
    if (!with_bias) return LK_OK;
    snprintf(name, sizeof name, "%s.bias", prefix);
    return add_parameter(model, bias, name, ROLE_BIAS, outputs, 0);
}

// Matrices that lie side by side are drawn as those they are.
static void draw_apart(const lk_model_config *config, lk_layer *layer) {
    size_t c = config->n_embd, kv = lk_model_config_kv_width(config);
    if (config->init != LK_INIT_XAVIER) return;
    lk_initial *qkv = &layer->qkv_weight->initial;
    qkv->deviation = xavier_deviation(c, c);
    qkv->rest = c;
    qkv->rest_deviation = xavier_deviation(c, kv);
    layer->up_weight->initial.deviation = xavier_deviation(c, config->d_ff);
}

static lk_status add_layer(lk_model *model, lk_layer *layer, size_t index) {
    const lk_model_config *config = &model->config;
    size_t c = config->n_embd, f = config->d_ff;
    char prefix[PREFIX_BYTES];
#define PREFIX(part) (snprintf(prefix, sizeof prefix, "transformer.h.%zu." part, index), prefix)
    size_t kv = lk_model_config_kv_width(config);
    size_t up = config->activation == LK_ACTIVATION_SWIGLU ? 2 * f : f;
    LK_TRY(add_norm(model, &layer->norm1_gain, &layer->norm1_bias, PREFIX("ln_1")));
    LK_TRY(add_linear(model, &layer->qkv_weight, &layer->qkv_bias, PREFIX("attn.c_attn"),
                      ROLE_MATRIX, c, c + 2 * kv, config->qkv_bias));
    LK_TRY(add_linear(model, &layer->projection_weight, &layer->projection_bias,
                      PREFIX("attn.c_proj"), ROLE_RESIDUAL, c, c, config->bias));
    LK_TRY(add_norm(model, &layer->norm2_gain, &layer->norm2_bias, PREFIX("ln_2")));
    LK_TRY(add_linear(model, &layer->up_weight, &layer->up_bias, PREFIX("mlp.c_fc"), ROLE_MATRIX, c,
                      up, config->bias));
    LK_TRY(add_linear(model, &layer->down_weight, &layer->down_bias, PREFIX("mlp.c_proj"),
                      ROLE_RESIDUAL, f, c, config->bias));
    draw_apart(config, layer);
    return LK_OK;
#undef PREFIX
}

static lk_status add_head(lk_model *model) {
    const lk_model_config *config = &model->config;
    lk_transformer *transformer = &model->transformer;
    transformer->head_weight = transformer->token_embedding;
    if (!config->tied_head)
        LK_TRY(add_parameter(model, &transformer->head_weight, "lm_head.weight", ROLE_MATRIX,
                             config->vocab_size, config->n_embd));
    if (!config->head_bias) return LK_OK;
    return add_parameter(model, &transformer->head_bias, "lm_head.bias", ROLE_BIAS,
                         config->vocab_size, 0);
}

lk_status lk_transformer_build(lk_model *model) {
    const lk_model_config *config = &model->config;
    lk_transformer *transformer = &model->transformer;
    size_t layers = config->n_layer;
    LK_TRY(lk_model_reserve(model, OTHER_PARAMETERS + layers * LAYER_PARAMETERS));
    LK_NEED(transformer->layers =
                lk_arena_alloc_zero(&model->arena, layers, sizeof *transformer->layers));
    LK_TRY(add_parameter(model, &transformer->token_embedding, "transformer.wte.weight",
                         ROLE_EMBEDDING, config->vocab_size, config->n_embd));
    if (config->positions == LK_POSITIONS_LEARNED)
        LK_TRY(add_parameter(model, &transformer->position_embedding, "transformer.wpe.weight",
                             ROLE_EMBEDDING, config->block_size, config->n_embd));
    for (size_t i = 0; i < layers; i++) LK_TRY(add_layer(model, &transformer->layers[i], i));
    if (config->norm_place == LK_NORM_PRE)
        LK_TRY(add_norm(model, &transformer->final_norm_gain, &transformer->final_norm_bias,
                        "transformer.ln_f"));
    return add_head(model);
}

// ---- Forward ------------------------------------------------------------------------------------

static lk_tensor *tensor_of(lk_parameter *parameter) {
    return parameter ? &parameter->tensor : NULL;
}

lk_unary lk_activation_function(lk_activation activation) {
    switch (activation) {
    case LK_ACTIVATION_GELU:
        return LK_UNARY_GELU;
    case LK_ACTIVATION_GELU_TANH:
        return LK_UNARY_GELU_TANH;
    case LK_ACTIVATION_SILU:
    case LK_ACTIVATION_SWIGLU:
        return LK_UNARY_SILU;
    case LK_ACTIVATION_RELU:
        break;
    }
    return LK_UNARY_RELU;
}

static lk_tensor *embed(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    const lk_transformer *transformer = &model->transformer;
    size_t shape[2] = {batch->sequences, batch->length};
    lk_tensor *x =
        lk_embedding(tape, tensor_of(transformer->token_embedding), batch->ids, 2, shape);
    if (transformer->position_embedding)
        x = lk_add(tape, x,
                   lk_embedding(tape, tensor_of(transformer->position_embedding), model->positions,
                                1, &batch->length));
    return model->config.embedding_dropout ? lk_drop(tape, x, (double)model->config.dropout) : x;
}

static lk_tensor *normalise(lk_tape *tape, const lk_model *model, lk_tensor *x, lk_parameter *gain,
                            lk_parameter *bias) {
    double epsilon = (double)model->config.norm_epsilon;
    switch (model->config.norm) {
    case LK_NORM_LAYER:
        return lk_layernorm(tape, x, tensor_of(gain), tensor_of(bias), epsilon);
    case LK_NORM_RMS:
        return lk_rmsnorm(tape, x, tensor_of(gain), epsilon);
    case LK_NORM_NONE:
    case LK_NORM_BATCH: // refused by the check
        break;
    }
    return x;
}

static lk_tensor *attend(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                         lk_tensor *x) {
    const lk_model_config *config = &model->config;
    lk_attention_options options = {.heads = config->n_head,
                                    .kv_heads = config->n_kv_head,
                                    .causal = true,
                                    .dropout = (double)config->dropout};
    lk_tensor *qkv = lk_linear(tape, x, tensor_of(layer->qkv_weight), tensor_of(layer->qkv_bias));
    if (config->positions == LK_POSITIONS_ROPE) {
        lk_rotation rotation = lk_model_rotation(model);
        qkv = lk_rope(tape, qkv, &rotation);
    }
    lk_tensor *y =
        lk_linear(tape, lk_self_attention(tape, qkv, &options), tensor_of(layer->projection_weight),
                  tensor_of(layer->projection_bias));
    return lk_drop(tape, y, (double)config->dropout);
}

static lk_tensor *feed_forward(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                               lk_tensor *x) {
    const lk_model_config *config = &model->config;
    lk_tensor *weight = tensor_of(layer->up_weight), *bias = tensor_of(layer->up_bias);
    lk_tensor *hidden = config->activation == LK_ACTIVATION_SWIGLU
                            ? lk_swiglu(tape, lk_linear(tape, x, weight, bias))
                            : lk_linear_activated(tape, x, weight, bias,
                                                  lk_activation_function(config->activation));
    lk_tensor *y =
        lk_linear(tape, hidden, tensor_of(layer->down_weight), tensor_of(layer->down_bias));
    return lk_drop(tape, y, (double)config->dropout);
}

typedef lk_tensor *layer_part(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                              lk_tensor *x);

// x + part(norm(x)), or norm(x + part(x)).
static lk_tensor *add_part(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                           lk_tensor *x, layer_part *part, lk_parameter *gain, lk_parameter *bias) {
    if (model->config.norm_place == LK_NORM_PRE)
        return lk_add(tape, x, part(tape, model, layer, normalise(tape, model, x, gain, bias)));
    return normalise(tape, model, lk_add(tape, x, part(tape, model, layer, x)), gain, bias);
}

static lk_tensor *run_layer(lk_tape *tape, const lk_model *model, const lk_layer *layer,
                            lk_tensor *x) {
    x = add_part(tape, model, layer, x, attend, layer->norm1_gain, layer->norm1_bias);
    return add_part(tape, model, layer, x, feed_forward, layer->norm2_gain, layer->norm2_bias);
}

// What the head sees: (B, T, C).
static lk_tensor *run_layers(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    const lk_transformer *transformer = &model->transformer;
    assert(batch->length <= model->config.block_size);
    lk_tensor *x = embed(tape, model, batch);
    for (size_t i = 0; i < model->config.n_layer; i++)
        x = run_layer(tape, model, &transformer->layers[i], x);
    if (model->config.norm_place == LK_NORM_POST) return x;
    return normalise(tape, model, x, transformer->final_norm_gain, transformer->final_norm_bias);
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
