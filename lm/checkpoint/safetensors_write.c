#include "checkpoint/safetensors.h"

#include "digest.h"
#include "likelore/json.h"

#include <stdlib.h>

static int compare_names(const void *left, const void *right) {
    const lk_tensor_source *a = left, *b = right;
    return strcmp(a->name, b->name);
}

void lk_tensor_sources_sort(lk_tensor_source *sources, size_t count) {
    qsort(sources, count, sizeof *sources, compare_names);
}

static size_t element_count(const lk_tensor_source *source) {
    size_t count = 1;
    for (int i = 0; i < source->rank; i++) count *= source->shape[i];
    return count;
}

// ---- The bytes of the tensors -------------------------------------------------------------------

// Takes the bytes of the tensors, piece by piece.
typedef void (*byte_sink)(void *user, const void *bytes, size_t length);

static void send_to_buffer(void *user, const void *bytes, size_t length) {
    lk_buffer_append(user, bytes, length);
}

static void send_to_digest(void *user, const void *bytes, size_t length) {
    lk_sha256_add(user, bytes, length);
}

enum {
    PIECE = 1024 // floats that are sent together
};

static void send_zeros(size_t count, byte_sink sink, void *user) {
    static const float zeros[PIECE];
    for (; count > 0; count -= count < PIECE ? count : PIECE)
        sink(user, zeros, (count < PIECE ? count : PIECE) * sizeof(float));
}

// Every target is little-endian, so floats are sent as they lie in memory.
static void send_tensor(const lk_tensor_source *source, byte_sink sink, void *user) {
    size_t count = element_count(source);
    if (!source->data)
        send_zeros(count, sink, user);
    else
        sink(user, source->data, count * sizeof(float));
}

void lk_safetensors_digest(char hex[65], const lk_tensor_source *sources, size_t count) {
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    for (size_t i = 0; i < count; i++) send_tensor(&sources[i], send_to_digest, &digest);
    lk_sha256_end(&digest, hex);
}

// ---- The header ---------------------------------------------------------------------------------

static void write_entry(lk_json_writer *writer, const lk_tensor_source *source, size_t begin) {
    lk_json_begin_object(writer, source->name);
    lk_json_add_string(writer, "dtype", lk_dtype_name(LK_DTYPE_F32));
    lk_json_begin_array(writer, "shape");
    for (int i = 0; i < source->rank; i++)
        lk_json_add_integer(writer, NULL, (int64_t)source->shape[i]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "data_offsets");
    lk_json_add_integer(writer, NULL, (int64_t)begin);
    lk_json_add_integer(writer, NULL, (int64_t)(begin + element_count(source) * sizeof(float)));
    lk_json_end(writer);
    lk_json_end(writer);
}

static lk_status write_header(lk_buffer *header, const lk_tensor_source *sources, size_t count) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(header->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_begin_object(writer, "__metadata__");
    lk_json_add_string(writer, "format", "pt"); // what the transformers library asks for
    lk_json_end(writer);
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        write_entry(writer, &sources[i], begin);
        begin += element_count(&sources[i]) * sizeof(float);
    }
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, header, false);
    lk_json_writer_free(writer);
    static const char spaces[8] = "       ";
    lk_buffer_append(header, spaces, (8 - header->length % 8) % 8);
    return status == LK_OK ? lk_buffer_status(header) : status;
}

lk_status lk_safetensors_write(lk_buffer *out, const lk_tensor_source *sources, size_t count) {
    lk_buffer header = lk_buffer_make(out->context);
    lk_status status = write_header(&header, sources, count);
    if (status == LK_OK) {
        uint8_t length[8];
        for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)header.length >> 8 * i);
        lk_buffer_append(out, length, sizeof length);
        lk_buffer_append(out, header.data, header.length);
        for (size_t i = 0; i < count; i++) send_tensor(&sources[i], send_to_buffer, out);
        status = lk_buffer_status(out);
    }
    lk_buffer_free(&header);
    return status;
}
