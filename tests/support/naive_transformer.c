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

// The root mean square's norm is the layer norm whose mean is taken for 0.
static void normalise_row(const lk_model *model, double *out, const double *row, size_t width,
                          const lk_parameter *gain, const lk_parameter *bias) {
    double mean = 0, variance = 0;
    if (model->config.norm == LK_NORM_LAYER)
        for (size_t i = 0; i < width; i++) mean += row[i] / (double)width;
    for (size_t i = 0; i < width; i++)
        variance += (row[i] - mean) * (row[i] - mean) / (double)width;
    for (size_t i = 0; i < width; i++)
        out[i] = (row[i] - mean) / sqrt(variance + (double)model->config.norm_epsilon) *
                     weight(gain, 0, i) +
                 weight(bias, 0, i);
}

static rows normalise(const lk_model *model, rows x, const char *prefix) {
    const lk_parameter *gain = find(model, prefix, "weight"), *bias = find(model, prefix, "bias");
    rows y = make_rows(x.count, x.width);
    for (size_t t = 0; t < x.count; t++) {
        if (model->config.norm == LK_NORM_NONE)
            memcpy(y.at + t * x.width, x.at + t * x.width, x.width * sizeof *x.at);
        else
            normalise_row(model, y.at + t * x.width, x.at + t * x.width, x.width, gain, bias);
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
    case LK_ACTIVATION_SILU:
    case LK_ACTIVATION_SWIGLU: // of its gate
        return x / (1 + exp(-x));
    case LK_ACTIVATION_GELU_TANH:
        break;
    }
    return .5 * x * (1 + tanh(sqrt(2 / acos(-1)) * (x + .044715 * x * x * x)));
}

// Where the columns of a head are in a row of qkv.
typedef struct head_columns {
    size_t q, k, v, width;
} head_columns;

// Pair i of the channels from `first` on turns by t θ^(-2i/width).
static void rotate(const lk_model *model, double *row, size_t t, size_t first, size_t width) {
    for (size_t i = 0; i < width; i += 2) {
        double angle =
            (double)t * pow((double)model->config.rope_theta, -(double)i / (double)width);
        double x = row[first + i], y = row[first + i + 1];
        row[first + i] = x * cos(angle) - y * sin(angle);
        row[first + i + 1] = x * sin(angle) + y * cos(angle);
    }
}

// One query of one head: `out` gets `width` sums of values.
static void attend(rows qkv, head_columns head, size_t t, double *out) {
    double *scores = calloc(t + 1, sizeof *scores), total = 0;
    for (size_t s = 0; s <= t; s++) {
        for (size_t i = 0; i < head.width; i++)
            scores[s] += qkv.at[t * qkv.width + head.q + i] * qkv.at[s * qkv.width + head.k + i];
        scores[s] = exp(scores[s] / sqrt((double)head.width));
        total += scores[s];
    }
    for (size_t i = 0; i < head.width; i++) {
        out[i] = 0;
        for (size_t s = 0; s <= t; s++)
            out[i] += scores[s] / total * qkv.at[s * qkv.width + head.v + i];
    }
    free(scores);
}

static void add_rows(rows x, rows y) {
    for (size_t i = 0; i < x.count * x.width; i++) x.at[i] += y.at[i];
    free(y.at);
}

static rows attention(const lk_model *model, size_t layer, rows x) {
    char name[96];
    size_t c = x.width, h = model->config.n_head, g = model->config.n_kv_head, d = c / h;
    rows qkv = linear(model, x, named(name, layer, "attn.c_attn"), c + 2 * g * d);
    rows heads = make_rows(x.count, c);
    if (model->config.positions == LK_POSITIONS_ROPE)
        for (size_t t = 0; t < x.count; t++)
            for (size_t head = 0; head < h + g; head++)
                rotate(model, qkv.at + t * qkv.width, t, head * d, d);
    for (size_t t = 0; t < x.count; t++)
        for (size_t head = 0; head < h; head++) {
            size_t shared = head / (h / g) * d;
            head_columns columns = {head * d, c + shared, c + g * d + shared, d};
            attend(qkv, columns, t, heads.at + t * c + head * d);
        }
    rows y = linear(model, heads, named(name, layer, "attn.c_proj"), c);
    free(qkv.at), free(heads.at);
    return y;
}

static rows feed_forward(const lk_model *model, size_t layer, rows x) {
    char name[96];
    size_t f = model->config.d_ff;
    bool gated = model->config.activation == LK_ACTIVATION_SWIGLU;
    rows up = linear(model, x, named(name, layer, "mlp.c_fc"), gated ? 2 * f : f);
    rows hidden = make_rows(x.count, f);
    for (size_t t = 0; t < x.count; t++)
        for (size_t i = 0; i < f; i++) {
            const double *row = up.at + t * up.width;
            hidden.at[t * f + i] =
                activation(model->config.activation, row[i]) * (gated ? row[f + i] : 1);
        }
    rows y = linear(model, hidden, named(name, layer, "mlp.c_proj"), x.width);
    free(up.at), free(hidden.at);
    return y;
}

typedef rows part(const lk_model *model, size_t layer, rows x);

static void add_part(const lk_model *model, size_t layer, rows x, part *run, const char *norm) {
    char name[96];
    bool before = model->config.norm_place == LK_NORM_PRE;
    rows input = before ? normalise(model, x, named(name, layer, norm)) : x;
    add_rows(x, run(model, layer, input));
    if (before) {
        free(input.at);
        return;
    }
    rows after = normalise(model, x, named(name, layer, norm));
    memcpy(x.at, after.at, x.count * x.width * sizeof *x.at);
    free(after.at);
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
        add_part(model, layer, x, attention, "ln_1");
        add_part(model, layer, x, feed_forward, "ln_2");
    }
    bool norm_last = model->config.norm_place == LK_NORM_PRE;
    rows normal = norm_last ? normalise(model, x, "transformer.ln_f") : x;
    rows logits = make_rows(length, v);
    for (size_t t = 0; t < length; t++)
        for (size_t j = 0; j < v; j++) {
            double sum = weight(bias, 0, j);
            for (size_t i = 0; i < c; i++) sum += normal.at[t * c + i] * weight(head, j, i);
            logits.at[t * v + j] = sum;
        }
    if (norm_last) free(normal.at);
    free(x.at);
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
