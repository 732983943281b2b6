#include "checkpoint/flat_weights.h"

#include <stdio.h>

lk_status lk_flat_take(lk_flat_file *file, const uint8_t **bytes, size_t count, size_t size) {
    size_t needed, left = file->length - file->at;
    if (__builtin_mul_overflow(count, size, &needed) || needed > left)
        return lk_fail_at(file->context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)file->at},
                          "the file is cut off: %zu bytes are left for %zu elements of %zu bytes",
                          left, count, size);
    *bytes = file->bytes + file->at;
    file->at += needed;
    return LK_OK;
}

uint32_t lk_flat_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

lk_status lk_flat_fill(lk_flat_file *file, const lk_stored_tensor *tensor, lk_dtype type) {
    const uint8_t *bytes = NULL;
    size_t count = lk_stored_tensor_count(tensor);
    LK_TRY(lk_flat_take(file, &bytes, count, lk_dtype_bytes(type)));
    lk_stored_tensor_fill(tensor, 0, type, bytes, count);
    return LK_OK;
}

lk_status lk_flat_end(const lk_flat_file *file) {
    if (file->at == file->length) return LK_OK;
    return lk_fail_at(file->context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)file->at},
                      "%zu bytes follow the last weight", file->length - file->at);
}

lk_status lk_flat_make_model(lk_checkpoint *checkpoint, const lk_flat_file *file,
                             const lk_model_config *config, double weight_bytes) {
    lk_context *context = checkpoint->context;
    if (lk_model_config_check(context, config) != LK_OK) { // the file's mistake, not the caller's
        char message[512];
        snprintf(message, sizeof message, "%s", lk_context_error(context).message);
        return lk_fail(context, LK_ERROR_DATA, "the sizes of the header are wrong: %s", message);
    }
    // lk_config_fits_bytes counts two bytes a weight.
    if (!lk_config_fits_bytes(config, (uint64_t)((double)file->length * 2 / weight_bytes)))
        return lk_fail(context, LK_ERROR_DATA,
                       "the file is cut off: the model of the header has more weights than there "
                       "are here");
    return lk_model_new_empty(context, &checkpoint->model, config);
}
