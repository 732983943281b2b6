#include "checkpoint/tensor_list.h"

#include <stdio.h>

// ---- Making -------------------------------------------------------------------------------------

lk_status lk_tensor_list_make(lk_tensor_list *list, lk_context *context, size_t most) {
    *list = (lk_tensor_list){.arena = lk_arena_make(context, 0)};
    list->tensors = lk_arena_alloc(&list->arena, most, sizeof *list->tensors);
    if (list->tensors) return LK_OK;
    lk_tensor_list_release(list);
    return LK_ERROR_MEMORY;
}

void lk_tensor_list_release(lk_tensor_list *list) { lk_arena_release(&list->arena); }

lk_status lk_tensor_list_add(lk_tensor_list *list, const char *prefix, const char *name,
                             const lk_stored_tensor *tensor) {
    char full[LK_TENSOR_NAME_BYTES];
    int length = snprintf(full, sizeof full, "%s%s", prefix, name);
    lk_stored_tensor *place = &list->tensors[list->count];
    *place = *tensor;
    place->name = lk_arena_copy_text(&list->arena, full, (size_t)length);
    LK_NEED(place->name);
    list->count++;
    return LK_OK;
}

lk_status lk_tensor_list_add_parameter(lk_tensor_list *list, const char *prefix,
                                       const lk_parameter *parameter, lk_real *block) {
    const lk_tensor *tensor = &parameter->tensor;
    return lk_tensor_list_add(list, prefix, parameter->name,
                              &(lk_stored_tensor){.rank = tensor->rank,
                                                  .shape = {tensor->shape[0], tensor->shape[1]},
                                                  .data = block + parameter->offset});
}

static lk_status add_blocks(lk_tensor_list *list, const lk_model *model,
                            const char *const *prefixes, lk_real *const *blocks, size_t count) {
    for (size_t b = 0; b < count; b++)
        for (size_t i = 0; i < model->parameter_count; i++)
            LK_TRY(
                lk_tensor_list_add_parameter(list, prefixes[b], &model->parameters[i], blocks[b]));
    lk_stored_tensors_sort(list->tensors, list->count);
    return LK_OK;
}

lk_status lk_tensor_list_make_state(lk_tensor_list *list, const lk_model *model,
                                    const char *const *prefixes, lk_real *const *blocks,
                                    size_t count) {
    LK_TRY(lk_tensor_list_make(list, model->context, count * model->parameter_count));
    lk_status status = add_blocks(list, model, prefixes, blocks, count);
    if (status != LK_OK) lk_tensor_list_release(list);
    return status;
}

lk_status lk_tensor_list_make_weights(lk_tensor_list *list, const lk_model *model,
                                      const lk_weight_layout *layout) {
    LK_TRY(lk_layout_list(list, model, layout));
    lk_stored_tensors_sort(list->tensors, list->count);
    return LK_OK;
}

lk_status lk_model_digest(char hex[65], const lk_model *model) {
    lk_tensor_list list;
    LK_TRY(lk_tensor_list_make_weights(&list, model, lk_layout_of(&model->config)));
    lk_safetensors_digest(hex, list.tensors, list.count);
    lk_tensor_list_release(&list);
    return LK_OK;
}

// ---- Reading ------------------------------------------------------------------------------------

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool same_shape(const lk_safetensor *found, const lk_stored_tensor *wanted) {
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

static lk_status read_tensor(lk_context *context, const lk_stored_tensor *wanted,
                             const lk_safetensor *found) {
    if (!same_shape(found, wanted)) {
        char is[64], should_be[64];
        shape_text(is, found->rank, found->shape);
        shape_text(should_be, wanted->rank, wanted->shape);
        return lk_fail(context, LK_ERROR_DATA, "tensor '%s' is %s; the configuration asks for %s",
                       found->name, is, should_be);
    }
    if (!lk_dtype_is_real(found->type))
        return lk_fail(context, LK_ERROR_UNSUPPORTED, "tensor '%s' holds %s, which are no weights",
                       found->name, lk_dtype_name(found->type));
    lk_stored_tensor_fill(wanted, 0, found->type, found->bytes, lk_stored_tensor_count(wanted));
    return LK_OK;
}

// Some files leave the prefix of names out.
static const lk_safetensor *use_tensor(lk_tensor_set *set, const char *name, const char *prefix) {
    const lk_safetensor *found = lk_tensor_set_use(set, name);
    if (found || !*prefix || !begins_with(name, prefix)) return found;
    return lk_tensor_set_use(set, name + strlen(prefix));
}

static bool is_zero(const lk_safetensor *tensor) {
    for (size_t i = 0; i < tensor->length; i++)
        if (tensor->bytes[i]) return false;
    return true;
}

// A bias the file need not have: the model has none, or the class no word for where there are some.
static bool may_be_missing(const lk_stored_tensor *tensor, bool lacks_biases) {
    return ends_with(tensor->name, ".bias") && (!tensor->data || lacks_biases);
}

// A bias the model lacks is zero where the class has it.
static lk_status check_zeros(lk_context *context, const lk_stored_tensor *wanted,
                             const lk_safetensor *found) {
    if (wanted->data || is_zero(found)) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA,
                   "tensor '%s' is not zero, and the model of the configuration has no such bias",
                   found->name);
}

lk_status lk_tensor_list_read(lk_context *context, const lk_tensor_list *list, lk_tensor_set *set,
                              const char *prefix, bool lacks_biases) {
    for (size_t i = 0; i < list->count; i++) {
        const lk_stored_tensor *wanted = &list->tensors[i];
        const lk_safetensor *found = use_tensor(set, wanted->name, prefix);
        if (!found && may_be_missing(wanted, lacks_biases)) continue;
        if (!found) return lk_fail(context, LK_ERROR_DATA, "tensor '%s' is missing", wanted->name);
        LK_TRY(read_tensor(context, wanted, found));
        LK_TRY(check_zeros(context, wanted, found));
    }
    return LK_OK;
}

// Tensors that say nothing: masks of GPT-2, angles of rope, a tied head written out, biases that
// are zero.
static bool may_be_ignored(const lk_model *model, const lk_safetensor *tensor) {
    const char *name = tensor->name;
    if (ends_with(name, ".attn.bias") || ends_with(name, ".attn.masked_bias")) return true;
    if (ends_with(name, ".rotary_emb.inv_freq")) return true;
    if (strcmp(name, "lm_head.weight") == 0) return model->config.tied_head;
    return ends_with(name, ".bias") && is_zero(tensor);
}

static lk_status check_no_others(lk_context *context, const lk_model *model,
                                 const lk_tensor_set *set) {
    for (size_t i = 0; i < lk_tensor_set_count(set); i++) {
        const lk_safetensor *tensor = lk_tensor_set_at(set, i);
        if (!lk_tensor_set_is_used(set, i) && !may_be_ignored(model, tensor))
            return lk_fail(context, LK_ERROR_DATA,
                           "tensor '%s' does not belong to the model of the configuration",
                           tensor->name);
    }
    return LK_OK;
}

lk_status lk_weights_read(lk_context *context, lk_model *model, const lk_stored_config *stored,
                          lk_tensor_set *set) {
    lk_tensor_list list;
    LK_TRY(lk_layout_list(&list, model, stored->layout));
    lk_status status =
        lk_tensor_list_read(context, &list, set, stored->layout->prefix, stored->lacks_biases);
    lk_tensor_list_release(&list);
    return status == LK_OK ? check_no_others(context, model, set) : status;
}
