#include "checkpoint/tensor_files.h"

#include "likelore/json.h"

static lk_status keep(lk_tensor_files *tensors, lk_safetensors *parsed) {
    lk_buffer_append(&tensors->parsed, &parsed, sizeof parsed);
    lk_status status = lk_buffer_status(&tensors->parsed);
    if (status != LK_OK) lk_safetensors_free(parsed);
    return status;
}

static lk_status add_file(lk_tensor_files *tensors, const uint8_t *bytes, size_t length,
                          const char *shown_name) {
    lk_safetensors *parsed;
    LK_TRY(lk_safetensors_parse(tensors->context, &parsed, shown_name, bytes, length));
    LK_TRY(keep(tensors, parsed));
    lk_status status = lk_tensor_set_add_all(tensors->set, parsed);
    return status == LK_OK ? LK_OK : lk_fail_in_file(tensors->context, status, shown_name);
}

// ---- Several files ------------------------------------------------------------------------------

// {"weight_map": {"model.norm.weight": "model-00002-of-00002.safetensors", …}}
static lk_status add_named(lk_tensor_files *tensors, const lk_json *entry) {
    const char *name = lk_json_string(entry, "");
    if (!lk_is_plain_name(name))
        return lk_fail(tensors->context, LK_ERROR_DATA,
                       "weight_map names the file '%s', which is not one beside it", name);
    if (lk_checkpoint_files_is_open(tensors->files, name)) return LK_OK;
    const uint8_t *bytes;
    size_t length;
    const char *shown_name;
    LK_TRY(lk_checkpoint_files_get(tensors->files, &bytes, &length, &shown_name, name, false));
    return add_file(tensors, bytes, length, shown_name);
}

static lk_status add_weight_map(lk_tensor_files *tensors, const lk_json *index) {
    const lk_json *map = lk_json_get(index, "weight_map");
    if (!map || lk_json_get_type(map) != LK_JSON_OBJECT)
        return lk_fail(tensors->context, LK_ERROR_DATA, "there is no object 'weight_map'");
    for (const lk_json *entry = lk_json_first(map); entry; entry = lk_json_next(entry))
        LK_TRY(add_named(tensors, entry));
    for (const lk_json *entry = lk_json_first(map); entry; entry = lk_json_next(entry))
        if (!lk_tensor_set_find(tensors->set, lk_json_name(entry)))
            return lk_fail(tensors->context, LK_ERROR_DATA,
                           "tensor '%s' is not in the file that weight_map names",
                           lk_json_name(entry));
    return LK_OK;
}

static lk_status add_index(lk_tensor_files *tensors, const uint8_t *bytes, size_t length) {
    lk_json *index;
    LK_TRY(lk_json_parse(tensors->context, &index, (const char *)bytes, length));
    lk_status status = add_weight_map(tensors, index);
    lk_json_free(tensors->context, index);
    return status;
}

// ---- Opening ------------------------------------------------------------------------------------

static lk_status missing(lk_tensor_files *tensors, lk_tensor_reader *other) {
    if (other) return other(tensors);
    const uint8_t *bytes;
    size_t length;
    return lk_checkpoint_files_get(tensors->files, &bytes, &length, &tensors->name, LK_FILE_MODEL,
                                   false);
}

static lk_status open_tensors(lk_tensor_files *tensors, lk_tensor_reader *other) {
    const uint8_t *bytes;
    size_t length;
    lk_checkpoint_files *files = tensors->files;
    LK_TRY(lk_tensor_set_new(tensors->context, &tensors->set));
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &tensors->name, LK_FILE_MODEL, true));
    if (bytes) return add_file(tensors, bytes, length, tensors->name);
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &tensors->name, LK_FILE_INDEX, true));
    if (!bytes) return missing(tensors, other);
    lk_status status = add_index(tensors, bytes, length);
    return status == LK_OK ? LK_OK : lk_fail_in_file(tensors->context, status, tensors->name);
}

lk_status lk_tensor_files_open(lk_context *context, lk_tensor_files **out,
                               lk_checkpoint_files *files, lk_tensor_reader *other) {
    *out = NULL;
    lk_tensor_files *tensors = lk_alloc_zero(context, 1, sizeof *tensors);
    LK_NEED(tensors);
    tensors->context = context;
    tensors->files = files;
    tensors->arena = lk_arena_make(context, 0);
    tensors->parsed = lk_buffer_make(context);
    lk_status status = open_tensors(tensors, other);
    if (status == LK_OK)
        *out = tensors;
    else
        lk_tensor_files_free(tensors);
    return status;
}

void lk_tensor_files_free(lk_tensor_files *tensors) {
    if (!tensors) return;
    lk_tensor_set_free(tensors->set);
    for (size_t i = 0; i < tensors->parsed.length / sizeof(lk_safetensors *); i++)
        lk_safetensors_free(((lk_safetensors **)(void *)tensors->parsed.data)[i]);
    lk_buffer_free(&tensors->parsed);
    lk_arena_release(&tensors->arena);
    lk_free(tensors->context, tensors);
}
