#include "models/model.h"

#include "models/family.h"
#include "pool.h"

#include <assert.h>
#include <math.h>

// ---- Tensors ------------------------------------------------------------------------------------

lk_status lk_model_reserve(lk_model *model, size_t most) {
    model->parameters = lk_arena_alloc(&model->arena, most, sizeof *model->parameters);
    LK_NEED(model->parameters);
    model->tensor_room = most;
    return LK_OK;
}

static lk_status add_tensor(lk_model *model, lk_parameter **place, const lk_parameter *made) {
    assert(model->tensor_count < model->tensor_room);
    lk_parameter *parameter = &model->parameters[model->tensor_count];
    *parameter = *made;
    parameter->name = lk_arena_copy_text(&model->arena, made->name, strlen(made->name));
    LK_NEED(parameter->name);
    model->tensor_count++;
    *place = parameter;
    return LK_OK;
}

lk_status lk_model_add_parameter(lk_model *model, lk_parameter **place, const char *name,
                                 size_t rows, size_t columns, lk_initial initial) {
    assert(model->parameter_count == model->tensor_count);
    lk_parameter made = {.name = name,
                         .tensor = {.rank = columns ? 2 : 1,
                                    .shape = {rows, columns},
                                    .count = columns ? rows * columns : rows,
                                    .needs_gradient = true},
                         .initial = initial};
    LK_TRY(add_tensor(model, place, &made));
    model->parameter_count++;
    return LK_OK;
}

lk_status lk_model_add_statistic(lk_model *model, lk_parameter **place, const char *name,
                                 size_t count, double value) {
    lk_parameter made = {.name = name,
                         .tensor = {.rank = 1, .shape = {count}, .count = count},
                         .initial = {.value = value}};
    return add_tensor(model, place, &made);
}

// ---- Memory -------------------------------------------------------------------------------------

// Gives each tensor its place in the blocks, a multiple of 64 bytes from the start.
static void place_tensors(lk_model *model) {
    const size_t grain = LK_ARENA_ALIGNMENT / sizeof(float);
    size_t offset = 0;
    for (size_t i = 0; i < model->tensor_count; i++) {
        model->parameters[i].offset = offset;
        offset += (model->parameters[i].tensor.count + grain - 1) / grain * grain;
    }
    model->block_count = offset;
}

static lk_status make_values(lk_model *model) {
    place_tensors(model);
    model->values = lk_arena_alloc_zero(&model->arena, model->block_count, sizeof(lk_real));
    LK_NEED(model->values);
    for (size_t i = 0; i < model->tensor_count; i++)
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

static lk_status make_rotation(lk_model *model) {
    const lk_model_config *config = &model->config;
    if (config->family != LK_FAMILY_TRANSFORMER || config->positions != LK_POSITIONS_ROPE)
        return LK_OK;
    size_t width = lk_model_config_head_width(config), positions = config->block_size;
    model->cosines = lk_arena_alloc(&model->arena, positions * width / 2, sizeof(lk_real));
    model->sines = lk_arena_alloc(&model->arena, positions * width / 2, sizeof(lk_real));
    if (!model->cosines || !model->sines) return LK_ERROR_MEMORY;
    lk_rotation_tables(model->cosines, model->sines, positions, width, (double)config->rope_theta);
    return LK_OK;
}

static lk_status build(lk_model *model) {
    LK_TRY(lk_family_form_of(model->config.family)->build(model));
    LK_TRY(make_values(model));
    LK_TRY(make_positions(model));
    return make_rotation(model);
}

lk_status lk_model_new_empty(lk_context *context, lk_model **out, const lk_model_config *config) {
    LK_TRY(lk_model_config_check(context, config));
    lk_model *model = lk_alloc_zero(context, 1, sizeof *model);
    LK_NEED(model);
    model->context = context;
    model->config = *config;
    lk_model_config_complete(&model->config);
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
    uint64_t seed;
    uint32_t index; // of the tensor
} init_job;

enum { INIT_GRAIN = 16384, CUT_DEVIATIONS = 3 };

// A number of N(0, 1). It takes one block of the stream, so that element j begins at block j.
static double draw(const init_job *job, uint64_t attempt, size_t element) {
    lk_random random = lk_random_stream(job->seed, LK_RANDOM_INIT, attempt, job->index);
    random.counter[0] = (uint32_t)element;
    return lk_random_normal(&random);
}

static double draw_cut(const init_job *job, size_t element) {
    double number = draw(job, 0, element);
    for (uint64_t attempt = 1; fabs(number) > CUT_DEVIATIONS; attempt++)
        number = draw(job, attempt, element);
    return number;
}

static double deviation_of(const lk_parameter *parameter, size_t element) {
    const lk_initial *initial = &parameter->initial;
    bool is_rest =
        initial->rest > 0 && element % lk_tensor_columns(&parameter->tensor) >= initial->rest;
    return is_rest ? initial->rest_deviation : initial->deviation;
}

static void initialise_part(void *argument, size_t index) {
    const init_job *job = argument;
    const lk_parameter *parameter = job->parameter;
    size_t begin = index * INIT_GRAIN, count = parameter->tensor.count;
    size_t end = count - begin < INIT_GRAIN ? count : begin + INIT_GRAIN;
    for (size_t j = begin; j < end; j++) {
        double number = parameter->initial.cut ? draw_cut(job, j) : draw(job, 0, j);
        parameter->tensor.value[j] = (lk_real)(deviation_of(parameter, j) * number);
    }
}

static void fill(const lk_tensor *tensor, lk_real value) {
    for (size_t j = 0; j < tensor->count; j++) tensor->value[j] = value;
}

void lk_model_initialise(lk_model *model, uint64_t seed) {
    for (size_t i = 0; i < model->tensor_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        init_job job = {parameter, seed, (uint32_t)i};
        size_t parts = (parameter->tensor.count + INIT_GRAIN - 1) / INIT_GRAIN;
        if (parameter->initial.deviation > 0)
            lk_pool_run(lk_context_pool(model->context), parts, initialise_part, &job);
        else
            fill(&parameter->tensor, (lk_real)parameter->initial.value);
    }
}

// ---- Gradients ----------------------------------------------------------------------------------

lk_status lk_model_need_gradients(lk_model *model) {
    if (model->gradients) return LK_OK;
    model->gradients = lk_arena_alloc_zero(&model->arena, model->block_count, sizeof(lk_real));
    LK_NEED(model->gradients);
    for (size_t i = 0; i < model->tensor_count; i++)
        model->parameters[i].tensor.gradient = model->gradients + model->parameters[i].offset;
    return LK_OK;
}

void lk_model_clear_gradients(lk_model *model) {
    for (size_t i = 0; i < model->parameter_count; i++)
        model->parameters[i].tensor.gradient_set = false;
}

void lk_model_clear_statistics(lk_model *model) {
    for (size_t i = model->parameter_count; i < model->tensor_count; i++)
        model->parameters[i].tensor.gradient_set = false;
}

void lk_model_keep_statistics(lk_model *model) {
    for (size_t i = model->parameter_count; i < model->tensor_count; i++) {
        lk_tensor *tensor = &model->parameters[i].tensor;
        if (tensor->gradient_set)
            memcpy(tensor->value, tensor->gradient, tensor->count * sizeof(lk_real));
        tensor->gradient_set = false;
    }
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
    const lk_parameter *positions = model->transformer.position_embedding;
    return without_positions && positions ? count - positions->tensor.count : count;
}

uint32_t lk_model_targets(const lk_model *model) {
    return lk_model_config_has_one_target(&model->config) ? 1 : model->config.block_size;
}

size_t lk_model_tensor_count(const lk_model *model) { return model->tensor_count; }

lk_rotation lk_model_rotation(const lk_model *model) {
    const lk_model_config *config = &model->config;
    return (lk_rotation){.cosines = model->cosines,
                         .sines = model->sines,
                         .heads = config->n_head + config->n_kv_head,
                         .width = lk_model_config_head_width(config)};
}

lk_parameter *lk_model_find(const lk_model *model, const char *name) {
    for (size_t i = 0; i < model->tensor_count; i++)
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
