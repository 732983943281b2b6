#include "models/model.h"

#include "pool.h"

#include <math.h>

// ---- Configuration ------------------------------------------------------------------------------

typedef struct size_check {
    const char *name;
    uint32_t value;
    uint32_t most;
} size_check;

static lk_status check_sizes(lk_context *context, const lk_model_config *config) {
    const size_check checks[] = {
        {"vocab_size", config->vocab_size, 1u << 24}, {"block_size", config->block_size, 1u << 20},
        {"n_layer", config->n_layer, 1024},           {"n_head", config->n_head, 1024},
        {"n_embd", config->n_embd, 1u << 16},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].value < 1 || checks[i].value > checks[i].most)
            return lk_fail(context, LK_ERROR_USAGE, "%s is %lu; it must be from 1 to %lu",
                           checks[i].name, (unsigned long)checks[i].value,
                           (unsigned long)checks[i].most);
    if (config->d_ff > 1u << 20)
        return lk_fail(context, LK_ERROR_USAGE, "d_ff is %lu; it must be at most %lu",
                       (unsigned long)config->d_ff, 1ul << 20);
    if (config->n_embd % config->n_head != 0)
        return lk_fail(context, LK_ERROR_USAGE, "n_embd (%lu) is not a multiple of n_head (%lu)",
                       (unsigned long)config->n_embd, (unsigned long)config->n_head);
    return LK_OK;
}

lk_status lk_model_config_check(lk_context *context, const lk_model_config *config) {
    LK_TRY(check_sizes(context, config));
    if (!(config->dropout >= 0 && config->dropout < 1))
        return lk_fail(context, LK_ERROR_USAGE, "dropout is %g; it must be at least 0 and below 1",
                       (double)config->dropout);
    if (!(config->norm_epsilon > 0 && config->norm_epsilon <= 1))
        return lk_fail(context, LK_ERROR_USAGE,
                       "norm_epsilon is %g; it must be above 0 and at most 1",
                       (double)config->norm_epsilon);
    if ((unsigned)config->activation > LK_ACTIVATION_GELU_TANH)
        return lk_fail(context, LK_ERROR_USAGE, "activation %u does not exist",
                       (unsigned)config->activation);
    return LK_OK;
}

// ---- Memory -------------------------------------------------------------------------------------

// Gives each tensor its place in the blocks, a multiple of 64 bytes from the start.
static void place_tensors(lk_model *model) {
    const size_t grain = LK_ARENA_ALIGNMENT / sizeof(float);
    size_t offset = 0;
    for (size_t i = 0; i < model->parameter_count; i++) {
        model->parameters[i].offset = offset;
        offset += (model->parameters[i].tensor.count + grain - 1) / grain * grain;
    }
    model->block_count = offset;
}

static lk_status make_values(lk_model *model) {
    place_tensors(model);
    model->values = lk_arena_alloc_zero(&model->arena, model->block_count, sizeof(lk_real));
    LK_NEED(model->values);
    for (size_t i = 0; i < model->parameter_count; i++)
        model->parameters[i].tensor.value = model->values + model->parameters[i].offset;
    return LK_OK;
}

static lk_status make_positions(lk_model *model) {
    size_t count = model->config.block_size;
    uint32_t *positions = lk_arena_alloc(&model->arena, count, sizeof *positions);
    LK_NEED(positions);
    for (size_t i = 0; i < count; i++) positions[i] = (uint32_t)i;
    model->positions = positions;
    return LK_OK;
}

static lk_status build(lk_model *model) {
    LK_TRY(lk_transformer_build(model));
    LK_TRY(make_values(model));
    return make_positions(model);
}

lk_status lk_model_new_empty(lk_context *context, lk_model **out, const lk_model_config *config) {
    LK_TRY(lk_model_config_check(context, config));
    lk_model *model = lk_alloc_zero(context, 1, sizeof *model);
    LK_NEED(model);
    model->context = context;
    model->config = *config;
    if (config->d_ff == 0) model->config.d_ff = 4 * config->n_embd;
    model->arena = lk_arena_make(context, 0);
    lk_status status = build(model);
    if (status != LK_OK) {
        lk_model_free(model);
        return status;
    }
    *out = model;
    return LK_OK;
}

void lk_model_free(lk_model *model) {
    if (!model) return;
    lk_arena_release(&model->arena);
    lk_free(model->context, model);
}

lk_status lk_model_new(lk_context *context, lk_model **out, const lk_model_config *config,
                       uint64_t seed) {
    LK_TRY(lk_model_new_empty(context, out, config));
    lk_model_initialise(*out, seed);
    return LK_OK;
}

// ---- Weights at the start -----------------------------------------------------------------------

typedef struct init_job {
    const lk_parameter *parameter;
    lk_random random; // at the start of the tensor's stream
} init_job;

enum { INIT_GRAIN = 16384 };

// A normal number takes one block of the stream, so that element j begins at block j.
static void initialise_part(void *argument, size_t index) {
    const init_job *job = argument;
    const lk_parameter *parameter = job->parameter;
    size_t begin = index * INIT_GRAIN, count = parameter->tensor.count;
    size_t end = count - begin < INIT_GRAIN ? count : begin + INIT_GRAIN;
    lk_random random = job->random;
    random.counter[0] = (uint32_t)begin;
    for (size_t j = begin; j < end; j++)
        parameter->tensor.value[j] =
            (lk_real)(parameter->init_deviation * lk_random_normal(&random));
}

static void fill(const lk_tensor *tensor, lk_real value) {
    for (size_t j = 0; j < tensor->count; j++) tensor->value[j] = value;
}

void lk_model_initialise(lk_model *model, uint64_t seed) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        init_job job = {parameter, lk_random_stream(seed, LK_RANDOM_INIT, 0, (uint32_t)i)};
        size_t parts = (parameter->tensor.count + INIT_GRAIN - 1) / INIT_GRAIN;
        if (parameter->init_deviation > 0)
            lk_pool_run(lk_context_pool(model->context), parts, initialise_part, &job);
        else
            fill(&parameter->tensor, (lk_real)parameter->init_value);
    }
}

// ---- Gradients ----------------------------------------------------------------------------------

lk_status lk_model_need_gradients(lk_model *model) {
    if (model->gradients) return LK_OK;
    model->gradients = lk_arena_alloc_zero(&model->arena, model->block_count, sizeof(lk_real));
    LK_NEED(model->gradients);
    for (size_t i = 0; i < model->parameter_count; i++)
        model->parameters[i].tensor.gradient = model->gradients + model->parameters[i].offset;
    return LK_OK;
}

void lk_model_clear_gradients(lk_model *model) {
    for (size_t i = 0; i < model->parameter_count; i++)
        model->parameters[i].tensor.gradient_set = false;
}

void lk_model_complete_gradients(lk_model *model) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        if (!tensor->gradient_set) memset(tensor->gradient, 0, tensor->count * sizeof(lk_real));
        tensor->gradient_set = true;
    }
}

// ---- Looking at a model -------------------------------------------------------------------------

lk_model_config lk_model_config_get(const lk_model *model) { return model->config; }

uint64_t lk_model_parameter_count(const lk_model *model, bool without_positions) {
    uint64_t count = 0;
    for (size_t i = 0; i < model->parameter_count; i++) count += model->parameters[i].tensor.count;
    return without_positions ? count - model->transformer.position_embedding->tensor.count : count;
}

size_t lk_model_tensor_count(const lk_model *model) { return model->parameter_count; }

lk_parameter *lk_model_find(const lk_model *model, const char *name) {
    for (size_t i = 0; i < model->parameter_count; i++)
        if (strcmp(model->parameters[i].name, name) == 0) return &model->parameters[i];
    return NULL;
}

#ifndef LK_REAL_IS_DOUBLE
lk_tensor_view lk_model_tensor_at(const lk_model *model, size_t index) {
    const lk_parameter *parameter = &model->parameters[index];
    const lk_tensor *tensor = &parameter->tensor;
    return (lk_tensor_view){.name = parameter->name,
                            .rank = tensor->rank,
                            .shape = {tensor->shape[0], tensor->rank == 2 ? tensor->shape[1] : 1},
                            .data = tensor->value};
}
#endif
