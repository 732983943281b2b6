#include "checkpoint/checkpoint.h"

#include <stdio.h>

enum { MOST_NAME_BYTES = 128 };

static const char gpt2_prefix[] = "transformer.";

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// ---- Lists of tensors --------------------------------------------------------------------------

static lk_status list_make(lk_tensor_list *list, lk_context *context, size_t most) {
    *list = (lk_tensor_list){.arena = lk_arena_make(context, 0)};
    list->sources = lk_arena_alloc(&list->arena, most, sizeof *list->sources);
    LK_NEED(list->sources);
    return LK_OK;
}

void lk_tensor_list_release(lk_tensor_list *list) { lk_arena_release(&list->arena); }

static lk_status list_add(lk_tensor_list *list, const char *prefix, const char *name, int rank,
                          const size_t *shape, const float *data) {
    char full[MOST_NAME_BYTES];
    int length = snprintf(full, sizeof full, "%s%s", prefix, name);
    lk_tensor_source *source = &list->sources[list->count];
    *source = (lk_tensor_source){.rank = rank, .data = data};
    source->name = lk_arena_copy_text(&list->arena, full, (size_t)length);
    LK_NEED(source->name);
    for (int i = 0; i < rank; i++) source->shape[i] = shape[i];
    list->count++;
    return LK_OK;
}

// Whether a weight of GPT-2 has a bias beside it.
static bool wants_bias(const char *name) {
    return ends_with(name, ".weight") && !ends_with(name, "wte.weight") &&
           !ends_with(name, "wpe.weight") && !ends_with(name, "lm_head.weight");
}

static void bias_name(char out[MOST_NAME_BYTES], const char *weight) {
    size_t base = strlen(weight) - strlen("weight");
    snprintf(out, MOST_NAME_BYTES, "%.*sbias", (int)base, weight);
}

// GPT-2 has every bias; those this model lacks are zeros.
static lk_status add_missing_bias(lk_tensor_list *list, const lk_model *model,
                                  const lk_parameter *weight) {
    if (!lk_config_fits_gpt2(&model->config) || !wants_bias(weight->name)) return LK_OK;
    char name[MOST_NAME_BYTES];
    bias_name(name, weight->name);
    if (lk_model_find(model, name)) return LK_OK;
    size_t columns = lk_tensor_columns(&weight->tensor);
    return list_add(list, "", name, 1, &columns, NULL);
}

static lk_status fill_weights(lk_tensor_list *list, const lk_model *model) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        const lk_tensor *tensor = &parameter->tensor;
        LK_TRY(list_add(list, "", parameter->name, tensor->rank, tensor->shape, tensor->value));
        LK_TRY(add_missing_bias(list, model, parameter));
    }
    lk_tensor_sources_sort(list->sources, list->count);
    return LK_OK;
}

lk_status lk_tensor_list_make_weights(lk_tensor_list *list, const lk_model *model) {
    lk_status status = list_make(list, model->context, 2 * model->parameter_count);
    if (status == LK_OK) status = fill_weights(list, model);
    if (status != LK_OK) lk_tensor_list_release(list);
    return status;
}

static lk_status fill_state(lk_tensor_list *list, const lk_model *model,
                            const char *const *prefixes, lk_real *const *blocks, size_t count) {
    for (size_t b = 0; b < count; b++) {
        for (size_t i = 0; i < model->parameter_count; i++) {
            const lk_parameter *parameter = &model->parameters[i];
            LK_TRY(list_add(list, prefixes[b], parameter->name, parameter->tensor.rank,
                            parameter->tensor.shape, blocks[b] + parameter->offset));
        }
    }
    lk_tensor_sources_sort(list->sources, list->count);
    return LK_OK;
}

lk_status lk_tensor_list_make_state(lk_tensor_list *list, const lk_model *model,
                                    const char *const *prefixes, lk_real *const *blocks,
                                    size_t count) {
    lk_status status = list_make(list, model->context, count * model->parameter_count);
    if (status == LK_OK) status = fill_state(list, model, prefixes, blocks, count);
    if (status != LK_OK) lk_tensor_list_release(list);
    return status;
}

// ---- Reading -----------------------------------------------------------------------------------

static bool same_shape(const lk_safetensor *found, const lk_tensor *wanted) {
    if (found->rank != wanted->rank) return false;
    for (int i = 0; i < found->rank; i++)
        if (found->shape[i] != wanted->shape[i]) return false;
    return true;
}

static void shape_text(char text[64], int rank, const size_t *shape) {
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < rank && used < 48; i++)
        used += (size_t)snprintf(text + used, 64 - used, i ? "×%zu" : "%zu", shape[i]);
}

static lk_status read_tensor(lk_context *context, float *out, const lk_tensor *wanted,
                             const lk_safetensor *found) {
    if (!same_shape(found, wanted)) {
        char is[64], should_be[64];
        shape_text(is, found->rank, found->shape);
        shape_text(should_be, wanted->rank, wanted->shape);
        return lk_fail(context, LK_ERROR_DATA, "tensor '%s' is %s; the configuration asks for %s",
                       found->name, is, should_be);
    }
    if (lk_safetensor_to_floats(out, found)) return LK_OK;
    return lk_fail(context, LK_ERROR_UNSUPPORTED, "tensor '%s' holds %s, which are no weights",
                   found->name, lk_dtype_name(found->type));
}

// The name without the prefix, as older files of GPT-2 have it.
static const char *short_name(const char *name) {
    return begins_with(name, gpt2_prefix) ? name + strlen(gpt2_prefix) : name;
}

static const lk_safetensor *find_weight(const lk_safetensors *tensors, const char *name) {
    const lk_safetensor *found = lk_safetensors_find(tensors, name);
    return found ? found : lk_safetensors_find(tensors, short_name(name));
}

// Whether a tensor of a file, with or without the prefix, is a weight of the model.
static bool is_weight(const lk_model *model, const char *name) {
    char full[MOST_NAME_BYTES];
    int length = snprintf(full, sizeof full, "%s%s", gpt2_prefix, name);
    return lk_model_find(model, name) ||
           ((size_t)length < sizeof full && lk_model_find(model, full));
}

static bool is_zero(const lk_safetensor *tensor) {
    for (size_t i = 0; i < tensor->length; i++)
        if (tensor->bytes[i]) return false;
    return true;
}

// Tensors that say nothing: GPT-2's masks, a tied head written out, biases that are zero.
static bool may_be_ignored(const lk_model *model, const lk_safetensor *tensor) {
    const char *name = tensor->name;
    if (ends_with(name, ".attn.bias") || ends_with(name, ".attn.masked_bias")) return true;
    if (strcmp(name, "lm_head.weight") == 0) return model->config.tied_head;
    return ends_with(name, ".bias") && is_zero(tensor);
}

static lk_status check_no_others(lk_context *context, const lk_model *model,
                                 const lk_safetensors *tensors) {
    for (size_t i = 0; i < lk_safetensors_count(tensors); i++) {
        const lk_safetensor *tensor = lk_safetensors_at(tensors, i);
        if (!is_weight(model, tensor->name) && !may_be_ignored(model, tensor))
            return lk_fail(context, LK_ERROR_DATA,
                           "tensor '%s' does not belong to the model of the configuration",
                           tensor->name);
    }
    return LK_OK;
}

static lk_status read_weights(lk_context *context, lk_model *model, const lk_safetensors *tensors) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_parameter *parameter = &model->parameters[i];
        const lk_safetensor *found = find_weight(tensors, parameter->name);
        if (!found)
            return lk_fail(context, LK_ERROR_DATA, "tensor '%s' is missing", parameter->name);
        LK_TRY(read_tensor(context, parameter->tensor.value, &parameter->tensor, found));
    }
    return check_no_others(context, model, tensors);
}

lk_status lk_weights_read(lk_context *context, lk_model *model, const char *file,
                          const lk_safetensors *tensors) {
    lk_status status = read_weights(context, model, tensors);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, file);
}

static lk_status read_block(lk_context *context, const lk_model *model,
                            const lk_safetensors *tensors, const char *prefix, lk_real *block) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        char name[MOST_NAME_BYTES];
        snprintf(name, sizeof name, "%s%s", prefix, parameter->name);
        const lk_safetensor *found = lk_safetensors_find(tensors, name);
        if (!found) return lk_fail(context, LK_ERROR_DATA, "tensor '%s' is missing", name);
        LK_TRY(read_tensor(context, block + parameter->offset, &parameter->tensor, found));
    }
    return LK_OK;
}

lk_status lk_state_read(lk_context *context, const lk_model *model, const char *file,
                        const lk_safetensors *tensors, const char *const *prefixes,
                        lk_real *const *blocks, size_t count) {
    for (size_t b = 0; b < count; b++) {
        lk_status status = read_block(context, model, tensors, prefixes[b], blocks[b]);
        if (status != LK_OK) return lk_fail_in_file(context, status, file);
    }
    return LK_OK;
}
