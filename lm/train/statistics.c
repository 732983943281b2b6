#include "train/statistics.h"

#include "grad/op.h"
#include "likelore/json.h"
#include "mathfn.h"

#include <math.h>
#include <stdio.h>

// ---- Distributions ------------------------------------------------------------------------------

static void find_range(lk_distribution *d, const lk_real *x) {
    double sum = 0;
    d->least = d->most = (double)x[0];
    for (size_t i = 0; i < d->count; i++) {
        double value = (double)x[i];
        sum += value;
        if (value < d->least) d->least = value;
        if (value > d->most) d->most = value;
    }
    d->mean = sum / (double)d->count;
}

// Which part of the range a value lies in; the last one holds the most of all.
static size_t bin_of(const lk_distribution *d, double value) {
    double width = d->most - d->least;
    if (!(width > 0) || !isfinite(width)) return 0;
    size_t bin = (size_t)((value - d->least) / width * LK_BINS);
    return bin < LK_BINS ? bin : LK_BINS - 1;
}

static lk_distribution distribution_of(const lk_real *x, size_t count) {
    lk_distribution d = {.count = count};
    if (count == 0) return d;
    find_range(&d, x);
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double away = (double)x[i] - d.mean;
        squares += away * away;
        d.bins[bin_of(&d, (double)x[i])]++;
    }
    d.deviation = sqrt(squares / (double)count);
    return d;
}

// ---- Life ---------------------------------------------------------------------------------------

static lk_status make(lk_statistics *s) {
    s->before = lk_arena_alloc(&s->arena, s->model->block_count, sizeof *s->before);
    LK_NEED(s->before);
    s->weights = lk_arena_alloc_zero(&s->arena, s->model->parameter_count, sizeof *s->weights);
    LK_NEED(s->weights);
    return LK_OK;
}

lk_status lk_statistics_make(lk_statistics *s, const lk_model *model) {
    *s = (lk_statistics){.model = model, .arena = lk_arena_make(model->context, 0)};
    lk_status status = make(s);
    if (status != LK_OK) lk_statistics_release(s);
    return status;
}

void lk_statistics_release(lk_statistics *s) {
    if (!s->model) return;
    lk_free(s->model->context, s->activations);
    lk_arena_release(&s->arena);
    *s = (lk_statistics){0};
}

// ---- Weights ------------------------------------------------------------------------------------

void lk_statistics_before_step(lk_statistics *s) {
    memcpy(s->before, s->model->values, s->model->block_count * sizeof *s->before);
    for (size_t i = 0; i < s->model->parameter_count; i++) {
        const lk_parameter *parameter = &s->model->parameters[i];
        const lk_tensor *tensor = &parameter->tensor;
        s->weights[i] = (lk_weight_stats){
            .name = parameter->name,
            .weights = distribution_of(tensor->value, tensor->count),
            .gradient = distribution_of(tensor->gradient, tensor->count),
            .log10_update = (double)NAN,
        };
    }
}

// Standard deviation of the change.
static double change_deviation(const lk_real *after, const lk_real *before, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) sum += (double)after[i] - (double)before[i];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double away = (double)after[i] - (double)before[i] - mean;
        squares += away * away;
    }
    return sqrt(squares / (double)count);
}

void lk_statistics_after_step(lk_statistics *s) {
    for (size_t i = 0; i < s->model->parameter_count; i++) {
        const lk_parameter *parameter = &s->model->parameters[i];
        const lk_tensor *tensor = &parameter->tensor;
        double change =
            change_deviation(tensor->value, s->before + parameter->offset, tensor->count);
        double ratio = change / s->weights[i].weights.deviation;
        if (ratio > 0 && isfinite(ratio)) s->weights[i].log10_update = lk_log(ratio) / lk_log(10);
    }
}

// ---- Activations --------------------------------------------------------------------------------

// The function an op ends with; LK_UNARY_COUNT when there is none.
static lk_unary function_of(const lk_node *node) {
    if (node->op == lk_op_at(LK_OP_UNARY)) return node->attributes.function;
    bool active = node->op == lk_op_at(LK_OP_LINEAR) && node->attributes.activation.active;
    return active ? node->attributes.activation.function : LK_UNARY_COUNT;
}

static const char *function_name(lk_unary function) {
    static const char *const names[] = {
#define FUNCTION_NAME(CODE, name) [LK_UNARY_##CODE] = #name,
        LK_UNARY_LIST(FUNCTION_NAME)
#undef FUNCTION_NAME
    };
    return function < LK_UNARY_COUNT ? names[function] : NULL;
}

static bool is_saturated(lk_unary function, double y) {
    switch (function) {
    case LK_UNARY_TANH:
        return fabs(y) > .97;
    case LK_UNARY_SIGMOID: // (1 + tanh(x/2)) / 2
        return fabs(2 * y - 1) > .97;
    default:
        return y <= 0; // relu
    }
}

static double saturated_share(lk_unary function, const lk_tensor *output) {
    bool flattens =
        function == LK_UNARY_TANH || function == LK_UNARY_SIGMOID || function == LK_UNARY_RELU;
    if (!flattens || output->count == 0) return (double)NAN;
    size_t saturated = 0;
    for (size_t i = 0; i < output->count; i++)
        saturated += is_saturated(function, (double)output->value[i]);
    return (double)saturated / (double)output->count;
}

// The weight an op works with; NULL when it has none.
static const char *weight_name(const lk_model *model, const lk_node *node) {
    for (int input = 0; input < LK_MAX_INPUTS; input++)
        for (size_t i = 0; i < model->parameter_count; i++)
            if (node->inputs[input] == &model->parameters[i].tensor)
                return model->parameters[i].name;
    return NULL;
}

static void name_operation(char name[LK_OPERATION_NAME_BYTES], const lk_model *model,
                           const lk_node *node) {
    const char *function = function_name(function_of(node)), *weight = weight_name(model, node);
    bool is_function = node->op == lk_op_at(LK_OP_UNARY);
    snprintf(name, LK_OPERATION_NAME_BYTES, "%s%s%s%s%s", is_function ? "" : node->op->name,
             function && !is_function ? " " : "", function ? function : "", weight ? " " : "",
             weight ? weight : "");
}

static bool make_room(lk_statistics *s) {
    if (s->activation_count < s->capacity) return true;
    size_t capacity = s->capacity ? 2 * s->capacity : 64;
    lk_activation_stats *grown =
        lk_resize(s->model->context, s->activations, capacity, sizeof *grown);
    if (!grown) {
        s->tape->status = LK_ERROR_MEMORY;
        return false;
    }
    s->activations = grown;
    s->capacity = capacity;
    return true;
}

// Scalars, such as the loss, are told elsewhere.
static void see(void *user, const lk_node *node) {
    lk_statistics *s = user;
    const lk_tensor *output = &node->output;
    if (output->rank == 0 || !make_room(s)) return;
    lk_activation_stats *stats = &s->activations[s->activation_count++];
    name_operation(stats->name, s->model, node);
    stats->values = distribution_of(output->value, output->count);
    stats->saturated = saturated_share(function_of(node), output);
}

void lk_statistics_watch(lk_statistics *s, lk_tape *tape) {
    s->activation_count = 0;
    s->tape = tape;
    tape->observer = (lk_tape_observer){see, s};
}

void lk_statistics_unwatch(lk_statistics *s) { s->tape->observer = (lk_tape_observer){0}; }

lk_step_stats lk_statistics_get(const lk_statistics *s) {
    return (lk_step_stats){s->weights, s->model->parameter_count, s->activations,
                           s->activation_count};
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_bins(lk_json_writer *writer, const char *name, const lk_distribution *d) {
    lk_json_begin_object(writer, name);
    lk_json_add_number(writer, "least", d->least);
    lk_json_add_number(writer, "most", d->most);
    lk_json_begin_array(writer, "counts");
    for (int i = 0; i < LK_BINS; i++) lk_json_add_integer(writer, NULL, (int64_t)d->bins[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_weights(lk_json_writer *writer, const lk_weight_stats *stats) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", stats->name);
    lk_json_add_number(writer, "mean", stats->weights.mean);
    lk_json_add_number(writer, "deviation", stats->weights.deviation);
    lk_json_add_number(writer, "gradient_mean", stats->gradient.mean);
    lk_json_add_number(writer, "gradient_deviation", stats->gradient.deviation);
    lk_json_add_number(writer, "log10_update", stats->log10_update);
    add_bins(writer, "weight_bins", &stats->weights);
    add_bins(writer, "gradient_bins", &stats->gradient);
    lk_json_end(writer);
}

static void add_activations(lk_json_writer *writer, const lk_activation_stats *stats) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "name", stats->name);
    lk_json_add_number(writer, "mean", stats->values.mean);
    lk_json_add_number(writer, "deviation", stats->values.deviation);
    lk_json_add_number(writer, "saturated", stats->saturated);
    add_bins(writer, "bins", &stats->values);
    lk_json_end(writer);
}

void lk_step_stats_add_json(lk_json_writer *writer, const char *name, const lk_step_stats *stats) {
    lk_json_begin_object(writer, name);
    lk_json_begin_array(writer, "weights");
    for (size_t i = 0; i < stats->weight_count; i++) add_weights(writer, &stats->weights[i]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "activations");
    for (size_t i = 0; i < stats->activation_count; i++)
        add_activations(writer, &stats->activations[i]);
    lk_json_end(writer);
    lk_json_end(writer);
}
