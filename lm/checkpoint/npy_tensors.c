// Models whose tensors are arrays of NumPy, a file NAME.npy for each, beside config.json.
#include "checkpoint/npy_tensors.h"
#include "checkpoint/pickle.h"

#include "directory.h"
#include "npy.h"

// ---- Reading ------------------------------------------------------------------------------------

// The part of a name before ".npy"; 0 where it does not end so.
static size_t stem_length(const char *name) {
    size_t length = strlen(name), ending = strlen(LK_NPY_ENDING);
    bool ends = length > ending && strcmp(name + length - ending, LK_NPY_ENDING) == 0;
    return ends ? length - ending : 0;
}

// Whole numbers are types too: they are refused where weights are wanted, by name.
static lk_dtype type_of(const lk_npy_header *header) {
    static const lk_dtype reals[] = {[2] = LK_DTYPE_F16, [4] = LK_DTYPE_F32, [8] = LK_DTYPE_F64};
    static const lk_dtype integers[] = {
        [1] = LK_DTYPE_I8, [2] = LK_DTYPE_I16, [4] = LK_DTYPE_I32, [8] = LK_DTYPE_I64};
    return header->kind == 'f' ? reals[header->width] : integers[header->width];
}

static lk_status read_array(lk_context *context, lk_safetensor *tensor, const uint8_t *bytes,
                            size_t length) {
    lk_npy_header header;
    LK_TRY(lk_npy_header_read(context, &header, bytes, length));
    tensor->bytes = bytes + header.data;
    tensor->length = length - header.data;
    tensor->type = type_of(&header);
    tensor->rank = header.rank;
    memcpy(tensor->shape, header.shape, sizeof header.shape);
    bool fits = tensor->length % header.width == 0 && tensor->length / header.width == header.count;
    if (fits) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA,
                   "%zu bytes follow the header, which tells of %llu numbers of %u bytes",
                   tensor->length, (unsigned long long)header.count, header.width);
}

static lk_status add_file(lk_tensor_files *tensors, const char *file, size_t stem) {
    const uint8_t *bytes;
    size_t length;
    const char *shown_name;
    lk_safetensor tensor = {.name = lk_arena_copy_text(&tensors->arena, file, stem)};
    LK_NEED(tensor.name);
    LK_TRY(lk_checkpoint_files_get(tensors->files, &bytes, &length, &shown_name, file, false));
    lk_status status = read_array(tensors->context, &tensor, bytes, length);
    if (status != LK_OK) return lk_fail_in_file(tensors->context, status, shown_name);
    return lk_tensor_set_add(tensors->set, &tensor);
}

static lk_status refuse_none(lk_context *context, const lk_directory *list) {
    for (size_t i = 0; i < lk_directory_count(list); i++)
        if (lk_pickle_is_of_transformers(lk_directory_name_at(list, i)))
            return lk_pickle_refuse_transformers(context);
    return lk_fail(context, LK_ERROR_NO_INPUT,
                   "there is neither " LK_FILE_MODEL " nor arrays of NumPy, NAME.npy");
}

static lk_status add_files(lk_tensor_files *tensors, const lk_directory *list) {
    for (size_t i = 0; i < lk_directory_count(list); i++) {
        const char *file = lk_directory_name_at(list, i);
        size_t stem = stem_length(file);
        if (stem > 0) LK_TRY(add_file(tensors, file, stem));
    }
    return lk_tensor_set_count(tensors->set) > 0 ? LK_OK : refuse_none(tensors->context, list);
}

lk_status lk_npy_tensors_read(lk_tensor_files *tensors) {
    lk_directory *list;
    tensors->name = lk_checkpoint_files_directory(tensors->files);
    LK_TRY(lk_directory_list(tensors->context, &list, tensors->name));
    lk_status status = add_files(tensors, list);
    lk_directory_free(list);
    return status == LK_OK ? LK_OK : lk_fail_in_file(tensors->context, status, tensors->name);
}

// ---- Writing ------------------------------------------------------------------------------------

lk_status lk_npy_tensor_send(const lk_stored_tensor *tensor, lk_byte_sink *sink, void *user) {
    char bytes[LK_NPY_HEADER_BYTES];
    lk_npy_header header = {.kind = 'f', .width = sizeof(float), .rank = tensor->rank};
    memcpy(header.shape, tensor->shape, sizeof header.shape);
    LK_TRY(sink(user, bytes, lk_npy_header_write(bytes, &header)));
    return lk_stored_tensor_send(tensor, sink, user);
}
