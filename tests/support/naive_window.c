#include "naive_window.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Rows of doubles: all sequences one after another, of `places` rows each.
typedef struct rows {
    size_t sequences, places, width;
    double *at;
} rows;

static rows make_rows(size_t sequences, size_t places, size_t width) {
    return (rows){sequences, places, width, calloc(sequences * places * width, sizeof(double))};
}

static const lk_parameter *find(const lk_model *model, const char *layer, const char *part) {
    char name[96];
    snprintf(name, sizeof name, "%s.%s", layer, part);
    return lk_model_find(model, name);
}

static double at(const lk_parameter *parameter, size_t index, double otherwise) {
    return parameter ? (double)parameter->tensor.value[index] : otherwise;
}

static rows embed(const lk_model *model, const lk_batch *batch) {
    const lk_parameter *table = find(model, "embedding", "weight");
    size_t width = table->tensor.shape[1];
    rows x = make_rows(batch->sequences, batch->length, width);
    for (size_t i = 0; i < batch->sequences * batch->length; i++)
        for (size_t j = 0; j < width; j++)
            x.at[i * width + j] = at(table, batch->ids[i] * width + j, 0);
    return x;
}

// Row (b, p) of the result is Σ over the neighbours p j … p j + j-1, side by side.
static rows multiply(const lk_model *model, rows x, const char *layer, size_t neighbours) {
    const lk_parameter *weight = find(model, layer, "weight"), *bias = find(model, layer, "bias");
    size_t outputs = weight->tensor.shape[1];
    rows y = make_rows(x.sequences, x.places / neighbours, outputs);
    cr_assert(weight->tensor.shape[0] == neighbours * x.width);
    for (size_t b = 0; b < y.sequences; b++)
        for (size_t p = 0; p < y.places; p++)
            for (size_t o = 0; o < outputs; o++) {
                double sum = at(bias, o, 0);
                for (size_t n = 0; n < neighbours; n++)
                    for (size_t c = 0; c < x.width; c++)
                        sum += x.at[(b * x.places + p * neighbours + n) * x.width + c] *
                               at(weight, (n * x.width + c) * outputs + o, 0);
                y.at[(b * y.places + p) * outputs + o] = sum;
            }
    free(x.at);
    return y;
}

// Mean and deviation that column j is normalised with.
static void column_statistics(const lk_model *model, rows x, const char *layer, bool training,
                              size_t j, double *mean, double *deviation) {
    size_t count = x.sequences * x.places;
    double epsilon = (double)model->config.norm_epsilon, squares = 0;
    const lk_parameter *std = find(model, layer, "norm.running_std");
    if (!training) {
        *mean = at(find(model, layer, "norm.running_mean"), j, 0);
        *deviation =
            std ? at(std, j, 0) : sqrt(at(find(model, layer, "norm.running_var"), j, 0) + epsilon);
        return;
    }
    *mean = 0;
    for (size_t i = 0; i < count; i++) *mean += x.at[i * x.width + j] / (double)count;
    for (size_t i = 0; i < count; i++) squares += pow(x.at[i * x.width + j] - *mean, 2);
    *deviation = sqrt(squares / (double)(count - 1) + epsilon);
}

static void normalise(const lk_model *model, rows x, const char *layer, bool training) {
    const lk_parameter *gain = find(model, layer, "norm.weight");
    const lk_parameter *bias = find(model, layer, "norm.bias");
    for (size_t j = 0; gain && j < x.width; j++) {
        double mean, deviation;
        column_statistics(model, x, layer, training, j, &mean, &deviation);
        for (size_t i = 0; i < x.sequences * x.places; i++) {
            double *value = &x.at[i * x.width + j];
            *value = (*value - mean) / deviation * at(gain, j, 1) + at(bias, j, 0);
        }
    }
}

static rows run(const lk_model *model, const lk_batch *batch, bool training) {
    size_t hidden = model->config.n_layer;
    rows x = embed(model, batch);
    for (size_t i = 0; i < hidden; i++) {
        char layer[32];
        snprintf(layer, sizeof layer, "layers.%zu", i);
        size_t neighbours = model->config.family == LK_FAMILY_WAVENET ? 2 : x.places;
        x = multiply(model, x, layer, neighbours);
        normalise(model, x, layer, training);
        for (size_t j = 0; j < x.sequences * x.places * x.width; j++) x.at[j] = tanh(x.at[j]);
    }
    x = multiply(model, x, "head", 1);
    normalise(model, x, "head", training);
    return x;
}

double naive_window_loss(const lk_model *model, const lk_batch *batch, bool training,
                         double *logits) {
    rows x = run(model, batch, training);
    double loss = 0;
    for (size_t b = 0; b < x.sequences; b++) {
        double sum = 0;
        for (size_t j = 0; j < x.width; j++) sum += exp(x.at[b * x.width + j]);
        loss += (log(sum) - x.at[b * x.width + (size_t)batch->targets[b]]) / (double)x.sequences;
    }
    if (logits) memcpy(logits, x.at, x.sequences * x.width * sizeof *logits);
    free(x.at);
    return loss;
}
