#include "naive_classes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// The names of a class's tensors, without .weight and .bias; NULL: it has none.
typedef struct class_names {
    const char *model_type;
    const char *tokens, *positions, *norm1, *qkv, *q, *k, *v, *projection;
    const char *norm2, *inner, *factor, *down,
        *final_norm;   // `factor` is what the gate lets through
    bool conv1d;       // matrices are (in, out)
    bool rms;          // norms do not take the mean away
    bool side_by_side; // rotary pairs are 2k and 2k + 1
} class_names;

#define SELF(part) "model.layers.%zu.self_attn." part
static const class_names classes[] = {
    {.model_type = "gpt2",
     .tokens = "transformer.wte",
     .positions = "transformer.wpe",
     .norm1 = "transformer.h.%zu.ln_1",
     .qkv = "transformer.h.%zu.attn.c_attn",
     .projection = "transformer.h.%zu.attn.c_proj",
     .norm2 = "transformer.h.%zu.ln_2",
     .inner = "transformer.h.%zu.mlp.c_fc",
     .down = "transformer.h.%zu.mlp.c_proj",
     .final_norm = "transformer.ln_f",
     .conv1d = true},
    {.model_type = "llama",
     .tokens = "model.embed_tokens",
     .norm1 = "model.layers.%zu.input_layernorm",
     .q = SELF("q_proj"),
     .k = SELF("k_proj"),
     .v = SELF("v_proj"),
     .projection = SELF("o_proj"),
     .norm2 = "model.layers.%zu.post_attention_layernorm",
     .inner = "model.layers.%zu.mlp.gate_proj",
     .factor = "model.layers.%zu.mlp.up_proj",
     .down = "model.layers.%zu.mlp.down_proj",
     .final_norm = "model.norm",
     .rms = true},
    {.model_type = "starcoder2",
     .tokens = "model.embed_tokens",
     .norm1 = "model.layers.%zu.input_layernorm",
     .q = SELF("q_proj"),
     .k = SELF("k_proj"),
     .v = SELF("v_proj"),
     .projection = SELF("o_proj"),
     .norm2 = "model.layers.%zu.post_attention_layernorm",
     .inner = "model.layers.%zu.mlp.c_fc",
     .down = "model.layers.%zu.mlp.c_proj",
     .final_norm = "model.norm"},
    {.model_type = "cs336",
     .tokens = "token_embeddings",
     .norm1 = "layers.%zu.ln1",
     .q = "layers.%zu.attn.q_proj",
     .k = "layers.%zu.attn.k_proj",
     .v = "layers.%zu.attn.v_proj",
     .projection = "layers.%zu.attn.output_proj",
     .norm2 = "layers.%zu.ln2",
     .inner = "layers.%zu.ffn.w1",
     .factor = "layers.%zu.ffn.w3",
     .down = "layers.%zu.ffn.w2",
     .final_norm = "ln_final",
     .rms = true,
     .side_by_side = true},
};
enum { CLASS_COUNT = sizeof classes / sizeof *classes };

typedef struct network {
    const lk_safetensors *file;
    const lk_model_config *config;
    const class_names *names;
    size_t layer;
} network;

// ---- Tensors ------------------------------------------------------------------------------------

// NULL when there is none; the floats of a file are not aligned.
static const uint8_t *find(const network *n, const char *name, const char *suffix) {
    char full[128];
    snprintf(full, sizeof full, name, n->layer);
    strcat(full, suffix);
    const lk_safetensor *tensor = lk_safetensors_find(n->file, full);
    if (tensor) cr_assert(tensor->type == LK_DTYPE_F32);
    return tensor ? tensor->bytes : NULL;
}

static double at(const uint8_t *bytes, size_t index) {
    float value;
    memcpy(&value, bytes + index * sizeof value, sizeof value);
    return (double)value;
}

// y (out) = x (in) times a matrix, and a bias if there is one.
static void linear(const network *n, double *y, const double *x, const char *name, size_t in,
                   size_t out) {
    bool conv1d = n->names->conv1d && strcmp(name, "lm_head") != 0 && name != n->names->tokens;
    const uint8_t *weight = find(n, name, ".weight"), *bias = find(n, name, ".bias");
    cr_assert(weight, "%s", name);
    for (size_t o = 0; o < out; o++) {
        y[o] = bias ? at(bias, o) : 0;
        for (size_t i = 0; i < in; i++)
            y[o] += x[i] * at(weight, conv1d ? i * out + o : o * in + i);
    }
}

static void norm(const network *n, double *y, const double *x, const char *name) {
    size_t c = n->config->n_embd;
    const uint8_t *gain = find(n, name, ".weight"), *bias = find(n, name, ".bias");
    double mean = 0, square = 0;
    for (size_t i = 0; i < c && !n->names->rms; i++) mean += x[i] / (double)c;
    for (size_t i = 0; i < c; i++) square += (x[i] - mean) * (x[i] - mean) / (double)c;
    for (size_t i = 0; i < c; i++)
        y[i] = (x[i] - mean) / sqrt(square + (double)n->config->norm_epsilon) * at(gain, i) +
               (bias ? at(bias, i) : 0);
}

// ---- Attention ----------------------------------------------------------------------------------

// Turns each pair of channels (a, b) to (a cos - b sin, b cos + a sin). A pair is k and k + half,
// or 2k and 2k + 1.
static void rotate(const network *n, double *x, size_t heads, size_t position) {
    size_t width = lk_model_config_head_width(n->config), half = width / 2;
    for (size_t h = 0; h < heads; h++, x += width) {
        double turned[256];
        for (size_t k = 0; k < half; k++) {
            double exponent = (double)(2 * k) / (double)width;
            double angle = (double)position * pow((double)n->config->rope_theta, -exponent);
            size_t a = n->names->side_by_side ? 2 * k : k;
            size_t b = n->names->side_by_side ? 2 * k + 1 : k + half;
            turned[a] = x[a] * cos(angle) - x[b] * sin(angle);
            turned[b] = x[b] * cos(angle) + x[a] * sin(angle);
        }
        memcpy(x, turned, width * sizeof *x);
    }
}

// Queries, keys and values of a position, each in its own room.
static void project(const network *n, double *q, double *k, double *v, const double *x,
                    size_t position) {
    size_t c = n->config->n_embd, kv = lk_model_config_kv_width(n->config);
    if (n->names->qkv) {
        double *qkv = malloc(3 * c * sizeof *qkv);
        linear(n, qkv, x, n->names->qkv, c, 3 * c);
        memcpy(q, qkv, c * sizeof *q);
        memcpy(k, qkv + c, c * sizeof *k);
        memcpy(v, qkv + 2 * c, c * sizeof *v);
        free(qkv);
        return;
    }
    linear(n, q, x, n->names->q, c, c);
    linear(n, k, x, n->names->k, c, kv);
    linear(n, v, x, n->names->v, c, kv);
    rotate(n, q, n->config->n_head, position);
    rotate(n, k, n->config->n_kv_head, position);
}

// One head of the last of `count` positions; keys and values are those of its group.
static void attend_head(double *out, const double *q, const double *k, const double *v,
                        size_t width, size_t stride, size_t count) {
    double scores[64], sum = 0;
    for (size_t t = 0; t < count; t++) {
        scores[t] = 0;
        for (size_t i = 0; i < width; i++) scores[t] += q[i] * k[t * stride + i];
        scores[t] = exp(scores[t] / sqrt((double)width));
        sum += scores[t];
    }
    for (size_t i = 0; i < width; i++) {
        out[i] = 0;
        for (size_t t = 0; t < count; t++) out[i] += scores[t] / sum * v[t * stride + i];
    }
}

static void attention(const network *n, double *x, const double *normed, size_t count) {
    const lk_model_config *config = n->config;
    size_t c = config->n_embd, width = lk_model_config_head_width(config);
    size_t kv = lk_model_config_kv_width(config), group = config->n_head / config->n_kv_head;
    double *q = malloc(c * sizeof *q), *heads = malloc(c * sizeof *q), *y = malloc(c * sizeof *q);
    double *k = malloc(count * kv * sizeof *k), *v = malloc(count * kv * sizeof *v);
    for (size_t t = 0; t < count; t++) {
        project(n, q, k + t * kv, v + t * kv, normed + t * c, t);
        for (size_t h = 0; h < config->n_head; h++)
            attend_head(heads + h * width, q + h * width, k + h / group * width,
                        v + h / group * width, width, kv, t + 1);
        linear(n, y, heads, n->names->projection, c, c);
        for (size_t i = 0; i < c; i++) x[t * c + i] += y[i];
    }
    free(q), free(heads), free(y), free(k), free(v);
}

// ---- Feed-forward -------------------------------------------------------------------------------

static double activate(lk_activation activation, double x) {
    switch (activation) {
    case LK_ACTIVATION_GELU:
        return x * erfc(-x / sqrt(2)) / 2;
    case LK_ACTIVATION_GELU_TANH:
        return x / 2 * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)));
    case LK_ACTIVATION_RELU:
        return x > 0 ? x : 0;
    default:
        return x / (1 + exp(-x));
    }
}

static void feed_forward(const network *n, double *x, const double *normed) {
    size_t c = n->config->n_embd, f = n->config->d_ff;
    double *hidden = malloc(f * sizeof *x), *up = malloc(f * sizeof *x), *y = malloc(c * sizeof *x);
    linear(n, hidden, normed, n->names->inner, c, f);
    for (size_t i = 0; i < f; i++) hidden[i] = activate(n->config->activation, hidden[i]);
    if (n->names->factor) {
        linear(n, up, normed, n->names->factor, c, f);
        for (size_t i = 0; i < f; i++) hidden[i] *= up[i];
    }
    linear(n, y, hidden, n->names->down, f, c);
    for (size_t i = 0; i < c; i++) x[i] += y[i];
    free(hidden), free(up), free(y);
}

// ---- All ----------------------------------------------------------------------------------------

static void embed(const network *n, double *x, const uint32_t *ids, size_t count) {
    size_t c = n->config->n_embd;
    const char *learned = n->names->positions;
    const uint8_t *tokens = find(n, n->names->tokens, ".weight");
    const uint8_t *positions = learned ? find(n, learned, ".weight") : NULL;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < c; i++)
            x[t * c + i] = at(tokens, ids[t] * c + i) + (positions ? at(positions, t * c + i) : 0);
}

static void run_layer(const network *n, double *x, double *normed, size_t count) {
    size_t c = n->config->n_embd;
    for (size_t t = 0; t < count; t++) norm(n, normed + t * c, x + t * c, n->names->norm1);
    attention(n, x, normed, count);
    for (size_t t = 0; t < count; t++) {
        norm(n, normed, x + t * c, n->names->norm2);
        feed_forward(n, x + t * c, normed);
    }
}

void naive_class_logits(double *logits, const lk_safetensors *file, const char *model_type,
                        const lk_model_config *config, const uint32_t *ids, size_t count) {
    network n = {.file = file, .config = config};
    for (size_t i = 0; i < CLASS_COUNT; i++)
        if (strcmp(classes[i].model_type, model_type) == 0) n.names = &classes[i];
    size_t c = config->n_embd, v = config->vocab_size;
    double *x = malloc(count * c * sizeof *x), *normed = malloc(count * c * sizeof *x);
    embed(&n, x, ids, count);
    for (n.layer = 0; n.layer < config->n_layer; n.layer++) run_layer(&n, x, normed, count);
    const char *head = lk_safetensors_find(file, "lm_head.weight") ? "lm_head" : n.names->tokens;
    for (size_t t = 0; t < count; t++) {
        norm(&n, normed, x + t * c, n.names->final_norm);
        linear(&n, logits + t * v, normed, head, c, v);
    }
    free(x), free(normed);
}
