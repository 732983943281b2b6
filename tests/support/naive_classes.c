#include "naive_classes.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct network {
    const lk_safetensors *file;
    const lk_model_config *config;
    bool gpt2, llama;
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

// y (out) = x (in) times a matrix that is (out, in), in GPT-2 (in, out), and a bias if there is
// one.
static void linear(const network *n, double *y, const double *x, const char *name, size_t in,
                   size_t out, bool conv1d) {
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
    for (size_t i = 0; i < c && !n->llama; i++) mean += x[i] / (double)c;
    for (size_t i = 0; i < c; i++) square += (x[i] - mean) * (x[i] - mean) / (double)c;
    for (size_t i = 0; i < c; i++)
        y[i] = (x[i] - mean) / sqrt(square + (double)n->config->norm_epsilon) * at(gain, i) +
               (bias ? at(bias, i) : 0);
}

// ---- Attention ----------------------------------------------------------------------------------

// x cos + rotate_half(x) sin, where rotate_half puts the negated second half before the first.
static void rotate(const network *n, double *x, size_t heads, size_t position) {
    size_t width = lk_model_config_head_width(n->config), half = width / 2;
    for (size_t h = 0; h < heads; h++, x += width) {
        double turned[256];
        for (size_t i = 0; i < width; i++) {
            double exponent = (double)(2 * (i % half)) / (double)width;
            double angle = (double)position * pow((double)n->config->rope_theta, -exponent);
            double other = i < half ? -x[i + half] : x[i - half];
            turned[i] = x[i] * cos(angle) + other * sin(angle);
        }
        memcpy(x, turned, width * sizeof *x);
    }
}

// Queries, keys and values of a position, each in its own room.
static void project(const network *n, double *q, double *k, double *v, const double *x,
                    size_t position) {
    size_t c = n->config->n_embd, kv = lk_model_config_kv_width(n->config);
    if (n->gpt2) {
        double *qkv = malloc(3 * c * sizeof *qkv);
        linear(n, qkv, x, "transformer.h.%zu.attn.c_attn", c, 3 * c, true);
        memcpy(q, qkv, c * sizeof *q);
        memcpy(k, qkv + c, c * sizeof *k);
        memcpy(v, qkv + 2 * c, c * sizeof *v);
        free(qkv);
        return;
    }
    linear(n, q, x, "model.layers.%zu.self_attn.q_proj", c, c, false);
    linear(n, k, x, "model.layers.%zu.self_attn.k_proj", c, kv, false);
    linear(n, v, x, "model.layers.%zu.self_attn.v_proj", c, kv, false);
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
        linear(n, y, heads,
               n->gpt2 ? "transformer.h.%zu.attn.c_proj" : "model.layers.%zu.self_attn.o_proj", c,
               c, n->gpt2);
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
    linear(n, hidden, normed,
           n->gpt2    ? "transformer.h.%zu.mlp.c_fc"
           : n->llama ? "model.layers.%zu.mlp.gate_proj"
                      : "model.layers.%zu.mlp.c_fc",
           c, f, n->gpt2);
    for (size_t i = 0; i < f; i++) hidden[i] = activate(n->config->activation, hidden[i]);
    if (n->llama) {
        linear(n, up, normed, "model.layers.%zu.mlp.up_proj", c, f, false);
        for (size_t i = 0; i < f; i++) hidden[i] *= up[i];
    }
    linear(n, y, hidden,
           n->gpt2    ? "transformer.h.%zu.mlp.c_proj"
           : n->llama ? "model.layers.%zu.mlp.down_proj"
                      : "model.layers.%zu.mlp.c_proj",
           f, c, n->gpt2);
    for (size_t i = 0; i < c; i++) x[i] += y[i];
    free(hidden), free(up), free(y);
}

// ---- All ----------------------------------------------------------------------------------------

static void embed(const network *n, double *x, const uint32_t *ids, size_t count) {
    size_t c = n->config->n_embd;
    const uint8_t *tokens = find(n, n->gpt2 ? "transformer.wte" : "model.embed_tokens", ".weight");
    const uint8_t *positions = n->gpt2 ? find(n, "transformer.wpe", ".weight") : NULL;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < c; i++)
            x[t * c + i] = at(tokens, ids[t] * c + i) + (positions ? at(positions, t * c + i) : 0);
}

static void run_layer(const network *n, double *x, double *normed, size_t count) {
    size_t c = n->config->n_embd;
    for (size_t t = 0; t < count; t++)
        norm(n, normed + t * c, x + t * c,
             n->gpt2 ? "transformer.h.%zu.ln_1" : "model.layers.%zu.input_layernorm");
    attention(n, x, normed, count);
    for (size_t t = 0; t < count; t++) {
        norm(n, normed, x + t * c,
             n->gpt2 ? "transformer.h.%zu.ln_2" : "model.layers.%zu.post_attention_layernorm");
        feed_forward(n, x + t * c, normed);
    }
}

void naive_class_logits(double *logits, const lk_safetensors *file, const char *model_type,
                        const lk_model_config *config, const uint32_t *ids, size_t count) {
    network n = {.file = file,
                 .config = config,
                 .gpt2 = strcmp(model_type, "gpt2") == 0,
                 .llama = strcmp(model_type, "llama") == 0};
    size_t c = config->n_embd, v = config->vocab_size;
    double *x = malloc(count * c * sizeof *x), *normed = malloc(count * c * sizeof *x);
    embed(&n, x, ids, count);
    for (n.layer = 0; n.layer < config->n_layer; n.layer++) run_layer(&n, x, normed, count);
    const char *head = lk_safetensors_find(file, "lm_head.weight") ? "lm_head"
                       : n.gpt2                                    ? "transformer.wte"
                                                                   : "model.embed_tokens";
    for (size_t t = 0; t < count; t++) {
        norm(&n, normed, x + t * c, n.gpt2 ? "transformer.ln_f" : "model.norm");
        linear(&n, logits + t * v, normed, head, c, v, false);
    }
    free(x), free(normed);
}
