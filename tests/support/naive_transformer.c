#include "naive_transformer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// A sequence of T rows of doubles.
typedef struct rows {
    size_t count, width;
    double *at;
} rows;

static rows make_rows(size_t count, size_t width) {
    return (rows){count, width, calloc(count * width, sizeof(double))};
}

// Element (i, j) of a parameter; 0 where the model has no such parameter.
static double weight(const lk_parameter *parameter, size_t i, size_t j) {
    if (!parameter) return 0;
    const lk_tensor *tensor = &parameter->tensor;
    return (double)tensor->value[tensor->rank == 2 ? i * tensor->shape[1] + j : j];
}

// The parameter `prefix`.`part`.
static const lk_parameter *find(const lk_model *model, const char *prefix, const char *part) {
    char name[96];
    snprintf(name, sizeof name, "%s.%s", prefix, part);
    return lk_model_find(model, name);
}

static const char *named(char name[96], size_t layer, const char *part) {
    snprintf(name, 96, "transformer.h.%zu.%s", layer, part);
    return name;
}

static rows normalise(const lk_model *model, rows x, const char *prefix) {
    const lk_parameter *gain = find(model, prefix, "weight"), *bias = find(model, prefix, "bias");
    rows y = make_rows(x.count, x.width);
    for (size_t t = 0; t < x.count; t++) {
        const double *row = x.at + t * x.width;
        double mean = 0, variance = 0;
        for (size_t i = 0; i < x.width; i++) mean += row[i] / (double)x.width;
        for (size_t i = 0; i < x.width; i++)
            variance += (row[i] - mean) * (row[i] - mean) / (double)x.width;
        for (size_t i = 0; i < x.width; i++)
            y.at[t * x.width + i] = (row[i] - mean) /
                                        sqrt(variance + (double)model->config.norm_epsilon) *
                                        weight(gain, 0, i) +
                                    weight(bias, 0, i);
    }
    return y;
}

static rows linear(const lk_model *model, rows x, const char *prefix, size_t width) {
    const lk_parameter *matrix = find(model, prefix, "weight"), *bias = find(model, prefix, "bias");
    rows y = make_rows(x.count, width);
    for (size_t t = 0; t < x.count; t++)
        for (size_t j = 0; j < width; j++) {
            double sum = weight(bias, 0, j);
            for (size_t i = 0; i < x.width; i++)
                sum += x.at[t * x.width + i] * weight(matrix, i, j);
            y.at[t * width + j] = sum;
        }
    return y;
}

static double activation(lk_activation kind, double x) {
    switch (kind) {
    case LK_ACTIVATION_RELU:
        return x > 0 ? x : 0;
    case LK_ACTIVATION_GELU:
        return .5 * x * (1 + erf(x / sqrt(2)));
    case LK_ACTIVATION_GELU_TANH:
        break;
    }
    return .5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + .044715 * x * x * x)));
}

// One query of one head: `out` gets width/heads sums of values.
static void attend(rows qkv, size_t channels, size_t first, size_t d, size_t t, double *out) {
    double *scores = calloc(t + 1, sizeof *scores), total = 0;
    for (size_t s = 0; s <= t; s++) {
        for (size_t i = first; i < first + d; i++)
            scores[s] += qkv.at[t * qkv.width + i] * qkv.at[s * qkv.width + channels + i];
        scores[s] = exp(scores[s] / sqrt((double)d));
        total += scores[s];
    }
    for (size_t i = 0; i < d; i++) {
        out[i] = 0;
        for (size_t s = 0; s <= t; s++)
            out[i] += scores[s] / total * qkv.at[s * qkv.width + 2 * channels + first + i];
    }
    free(scores);
}

static void add_rows(rows x, rows y) {
    for (size_t i = 0; i < x.count * x.width; i++) x.at[i] += y.at[i];
    free(y.at);
}

static void add_attention(const lk_model *model, size_t layer, rows x) {
    char name[96];
    size_t c = x.width, d = c / model->config.n_head;
    rows normal = normalise(model, x, named(name, layer, "ln_1"));
    rows qkv = linear(model, normal, named(name, layer, "attn.c_attn"), 3 * c);
    rows heads = make_rows(x.count, c);
    for (size_t t = 0; t < x.count; t++)
        for (size_t first = 0; first < c; first += d)
            attend(qkv, c, first, d, t, heads.at + t * c + first);
    add_rows(x, linear(model, heads, named(name, layer, "attn.c_proj"), c));
    free(normal.at), free(qkv.at), free(heads.at);
}

static void add_feed_forward(const lk_model *model, size_t layer, rows x) {
    char name[96];
    rows normal = normalise(model, x, named(name, layer, "ln_2"));
    rows up = linear(model, normal, named(name, layer, "mlp.c_fc"), model->config.d_ff);
    for (size_t i = 0; i < up.count * up.width; i++)
        up.at[i] = activation(model->config.activation, up.at[i]);
    add_rows(x, linear(model, up, named(name, layer, "mlp.c_proj"), x.width));
    free(normal.at), free(up.at);
}

static rows logits_of(const lk_model *model, const uint32_t *ids, size_t length) {
    size_t c = model->config.n_embd, v = model->config.vocab_size;
    const lk_parameter *tokens = find(model, "transformer.wte", "weight");
    const lk_parameter *positions = find(model, "transformer.wpe", "weight");
    const lk_parameter *head = model->config.tied_head ? tokens : find(model, "lm_head", "weight");
    const lk_parameter *bias = find(model, "lm_head", "bias");
    rows x = make_rows(length, c);
    for (size_t t = 0; t < length; t++)
        for (size_t i = 0; i < c; i++)
            x.at[t * c + i] = weight(tokens, ids[t], i) + weight(positions, t, i);
    for (size_t layer = 0; layer < model->config.n_layer; layer++) {
        add_attention(model, layer, x);
        add_feed_forward(model, layer, x);
    }
    rows normal = normalise(model, x, "transformer.ln_f");
    rows logits = make_rows(length, v);
    for (size_t t = 0; t < length; t++)
        for (size_t j = 0; j < v; j++) {
            double sum = weight(bias, 0, j);
            for (size_t i = 0; i < c; i++) sum += normal.at[t * c + i] * weight(head, j, i);
            logits.at[t * v + j] = sum;
        }
    free(x.at), free(normal.at);
    return logits;
}

static double row_loss(const double *logits, size_t count, size_t target) {
    double total = 0;
    for (size_t j = 0; j < count; j++) total += exp(logits[j] - logits[target]);
    return log(total);
}

double naive_loss(const lk_model *model, const lk_batch *batch, double *logits) {
    size_t length = batch->length, v = model->config.vocab_size, counted = 0;
    double sum = 0;
    for (size_t b = 0; b < batch->sequences; b++) {
        rows result = logits_of(model, batch->ids + b * length, length);
        if (logits) memcpy(logits + b * length * v, result.at, length * v * sizeof *logits);
        for (size_t t = 0; t < length; t++) {
            int32_t target = batch->targets[b * length + t];
            if (target < 0) continue;
            sum += row_loss(result.at + t * v, v, (size_t)target);
            counted++;
        }
        free(result.at);
    }
    return sum / (double)counted;
}
