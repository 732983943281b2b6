#include "checkpoint/safetensors.h"

#include "digest.h"
#include "likelore/json.h"

#include <stdlib.h>

static int compare_names(const void *left, const void *right) {
    const lk_stored_tensor *a = left, *b = right;
    return strcmp(a->name, b->name);
}

void lk_stored_tensors_sort(lk_stored_tensor *tensors, size_t count) {
    qsort(tensors, count, sizeof *tensors, compare_names);
}

static lk_status add_to_digest(void *user, const void *bytes, size_t length) {
    lk_sha256_add(user, bytes, length);
    return LK_OK;
}

void lk_safetensors_digest(char hex[65], const lk_stored_tensor *tensors, size_t count) {
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    for (size_t i = 0; i < count; i++) lk_stored_tensor_send(&tensors[i], add_to_digest, &digest);
    lk_sha256_end(&digest, hex);
}

// ---- The header ---------------------------------------------------------------------------------

static size_t byte_count(const lk_stored_tensor *tensor) {
    return lk_stored_tensor_count(tensor) * sizeof(float);
}

static void write_entry(lk_json_writer *writer, const lk_stored_tensor *tensor, size_t begin) {
    lk_json_begin_object(writer, tensor->name);
    lk_json_add_string(writer, "dtype", lk_dtype_name(LK_DTYPE_F32));
    lk_json_begin_array(writer, "shape");
    for (int i = 0; i < tensor->rank; i++)
        lk_json_add_integer(writer, NULL, (int64_t)tensor->shape[i]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "data_offsets");
    lk_json_add_integer(writer, NULL, (int64_t)begin);
    lk_json_add_integer(writer, NULL, (int64_t)(begin + byte_count(tensor)));
    lk_json_end(writer);
    lk_json_end(writer);
}

static void write_metadata(lk_json_writer *writer, const lk_metadata *metadata) {
    lk_json_begin_object(writer, "__metadata__");
    lk_json_add_string(writer, "format", "pt"); // what the transformers library asks for
    for (; metadata && metadata->name; metadata++)
        lk_json_add_string(writer, metadata->name, metadata->value);
    lk_json_end(writer);
}

static lk_status write_header(lk_buffer *header, const lk_stored_tensor *tensors, size_t count,
                              const lk_metadata *metadata) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(header->context, &writer));
    lk_json_begin_object(writer, NULL);
    write_metadata(writer, metadata);
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        write_entry(writer, &tensors[i], begin);
        begin += byte_count(&tensors[i]);
    }
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, header, false);
    lk_json_writer_free(writer);
    static const char spaces[8] = "       ";
    lk_buffer_append(header, spaces, (8 - header->length % 8) % 8);
    return status == LK_OK ? lk_buffer_status(header) : status;
}

static lk_status send_header(const lk_buffer *header, lk_byte_sink *sink, void *user) {
    uint8_t length[8];
    for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)header->length >> 8 * i);
    LK_TRY(sink(user, length, sizeof length));
    return sink(user, header->data, header->length);
}

lk_status lk_safetensors_send(lk_context *context, const lk_stored_tensor *tensors, size_t count,
                              const lk_metadata *metadata, lk_byte_sink *sink, void *user) {
    lk_buffer header = lk_buffer_make(context);
    lk_status status = write_header(&header, tensors, count, metadata);
    if (status == LK_OK) status = send_header(&header, sink, user);
    for (size_t i = 0; i < count && status == LK_OK; i++)
        status = lk_stored_tensor_send(&tensors[i], sink, user);
    lk_buffer_free(&header);
    return status;
}
