// Reading and writing safetensors. The reader trusts nothing: the length of the header against the
// file, each product of a shape against overflow, each range against its shape, and all ranges
// together against the file, which they must tile exactly (else a file could carry other bytes
// along).
#include "checkpoint/safetensors.h"

#include "arena.h"
#include "digest.h"
#include "hashmap.h"
#include "likelore/json.h"

#include <assert.h>
#include <stdlib.h>

struct lk_safetensors {
    lk_context *context;
    lk_arena arena; // names and tensors
    lk_safetensor *tensors;
    size_t count;
    lk_hashmap *by_name;
    lk_hashmap *metadata; // addresses of texts in the arena
    const uint8_t *data;
    size_t data_length;
};

enum { LENGTH_BYTES = 8 };

// ---- One entry of the header -------------------------------------------------------------------

static lk_status read_type(lk_context *context, lk_safetensor *tensor, const lk_json *entry) {
    const char *name = lk_json_string(lk_json_get(entry, "dtype"), NULL);
    if (!name) return lk_fail(context, LK_ERROR_SYNTAX, "tensor '%s' has no dtype", tensor->name);
    if (lk_dtype_find(&tensor->type, name)) return LK_OK;
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "tensor '%s' has the type '%s', which is not read", tensor->name, name);
}

enum {
    LARGEST_INTEGER_BITS = 53 // of a JSON number
};

static bool read_size(const lk_json *value, size_t *size) {
    int64_t integer;
    if (!lk_json_integer(value, &integer, 0, INT64_C(1) << LARGEST_INTEGER_BITS)) return false;
    *size = (size_t)integer;
    return (uint64_t)*size == (uint64_t)integer;
}

static lk_status read_shape(lk_context *context, lk_safetensor *tensor, const lk_json *entry) {
    const lk_json *shape = lk_json_get(entry, "shape");
    if (!shape || lk_json_get_type(shape) != LK_JSON_ARRAY)
        return lk_fail(context, LK_ERROR_SYNTAX, "tensor '%s' has no shape", tensor->name);
    for (const lk_json *size = lk_json_first(shape); size; size = lk_json_next(size)) {
        if (tensor->rank == LK_TENSOR_MOST_RANK)
            return lk_fail(context, LK_ERROR_UNSUPPORTED, "tensor '%s' has more than %d dimensions",
                           tensor->name, LK_TENSOR_MOST_RANK);
        if (!read_size(size, &tensor->shape[tensor->rank++]))
            return lk_fail(context, LK_ERROR_SYNTAX,
                           "the shape of tensor '%s' must hold whole numbers", tensor->name);
    }
    return LK_OK;
}

// Bytes that the type and shape ask for; false when that is more than can be counted.
static bool count_bytes(const lk_safetensor *tensor, size_t *bytes) {
    *bytes = lk_dtype_bytes(tensor->type);
    for (int i = 0; i < tensor->rank; i++)
        if (__builtin_mul_overflow(*bytes, tensor->shape[i], bytes)) return false;
    return true;
}

static lk_status read_range(const lk_safetensors *file, lk_safetensor *tensor,
                            const lk_json *entry) {
    lk_context *context = file->context;
    const lk_json *offsets = lk_json_get(entry, "data_offsets");
    const lk_json *first = offsets ? lk_json_first(offsets) : NULL;
    size_t begin, end, bytes;
    if (!first || lk_json_get_type(offsets) != LK_JSON_ARRAY || lk_json_count(offsets) != 2 ||
        !read_size(first, &begin) || !read_size(lk_json_next(first), &end))
        return lk_fail(context, LK_ERROR_SYNTAX,
                       "the data_offsets of tensor '%s' must be two whole numbers", tensor->name);
    if (begin > end || end > file->data_length)
        return lk_fail(context, LK_ERROR_DATA,
                       "tensor '%s' lies at bytes %zu to %zu of the data, which has %zu",
                       tensor->name, begin, end, file->data_length);
    if (!count_bytes(tensor, &bytes) || bytes != end - begin)
        return lk_fail(context, LK_ERROR_DATA,
                       "tensor '%s' takes %zu bytes, which is not what its shape and type need",
                       tensor->name, end - begin);
    tensor->bytes = file->data + begin;
    tensor->length = bytes;
    return LK_OK;
}

static lk_status read_entry(lk_safetensors *file, lk_safetensor *tensor, const lk_json *entry) {
    const char *name = lk_json_name(entry);
    bool added;
    LK_TRY(lk_hashmap_insert(file->by_name, NULL, &added, name, strlen(name), 0));
    if (!added) return lk_fail(file->context, LK_ERROR_DATA, "tensor '%s' is there twice", name);
    *tensor = (lk_safetensor){.name = lk_arena_copy_text(&file->arena, name, strlen(name))};
    LK_NEED(tensor->name);
    if (lk_json_get_type(entry) != LK_JSON_OBJECT)
        return lk_fail(file->context, LK_ERROR_SYNTAX, "the entry of tensor '%s' is no object",
                       name);
    LK_TRY(read_type(file->context, tensor, entry));
    LK_TRY(read_shape(file->context, tensor, entry));
    return read_range(file, tensor, entry);
}

static lk_status keep_metadata(lk_safetensors *file, const lk_json *value) {
    const char *name = lk_json_name(value), *text = lk_json_string(value, "");
    char *copy = lk_arena_copy_text(&file->arena, text, strlen(text));
    LK_NEED(copy);
    uint64_t *slot;
    LK_TRY(lk_hashmap_insert(file->metadata, &slot, NULL, name, strlen(name), 0));
    *slot = (uint64_t)(uintptr_t)copy; // of several the last counts, as in JSON
    return LK_OK;
}

static lk_status read_metadata(lk_safetensors *file, const lk_json *metadata) {
    bool is_object = lk_json_get_type(metadata) == LK_JSON_OBJECT, texts = is_object;
    for (const lk_json *value = is_object ? lk_json_first(metadata) : NULL; value;
         value = lk_json_next(value)) {
        texts = texts && lk_json_get_type(value) == LK_JSON_STRING;
        if (texts) LK_TRY(keep_metadata(file, value));
    }
    if (texts) return LK_OK;
    return lk_fail(file->context, LK_ERROR_SYNTAX, "__metadata__ may hold texts only");
}

// ---- The header --------------------------------------------------------------------------------

static lk_status read_entries(lk_safetensors *file, const lk_json *header) {
    file->tensors = lk_arena_alloc(&file->arena, lk_json_count(header), sizeof *file->tensors);
    LK_NEED(file->tensors);
    bool metadata_seen = false;
    for (const lk_json *entry = lk_json_first(header); entry; entry = lk_json_next(entry)) {
        if (strcmp(lk_json_name(entry), "__metadata__") != 0) {
            LK_TRY(read_entry(file, &file->tensors[file->count], entry));
            file->count++;
            continue;
        }
        if (metadata_seen)
            return lk_fail(file->context, LK_ERROR_DATA, "__metadata__ is there twice");
        metadata_seen = true;
        LK_TRY(read_metadata(file, entry));
    }
    return LK_OK;
}

// By place; empty tensors before the one that begins where they are, then by name.
static int compare_places(const void *left, const void *right) {
    const lk_safetensor *a = left, *b = right;
    if (a->bytes != b->bytes) return a->bytes < b->bytes ? -1 : 1;
    if ((a->length == 0) != (b->length == 0)) return a->length == 0 ? -1 : 1;
    return strcmp(a->name, b->name);
}

static lk_status check_tiling(lk_safetensors *file) {
    if (file->count) qsort(file->tensors, file->count, sizeof *file->tensors, compare_places);
    const uint8_t *at = file->data;
    for (size_t i = 0; i < file->count; i++) {
        const lk_safetensor *tensor = &file->tensors[i];
        if (tensor->bytes != at)
            return lk_fail(file->context, LK_ERROR_DATA, "tensor '%s' %s", tensor->name,
                           tensor->bytes < at ? "overlaps the one before it"
                                              : "is preceded by bytes that belong to no tensor");
        at += tensor->length;
        size_t name_length = strlen(tensor->name);
        *lk_hashmap_get(file->by_name, tensor->name, name_length) = i;
    }
    if (at == file->data + file->data_length) return LK_OK;
    return lk_fail(file->context, LK_ERROR_DATA, "%zu bytes after the last tensor belong to none",
                   (size_t)(file->data + file->data_length - at));
}

static lk_status read_header(lk_safetensors *file, const char *text, size_t length) {
    if (length == 0 || text[0] != '{')
        return lk_fail(file->context, LK_ERROR_SYNTAX, "the header must begin with '{'");
    lk_json *header;
    LK_TRY(lk_json_parse(file->context, &header, text, length));
    lk_status status = read_entries(file, header);
    lk_json_free(file->context, header);
    return status == LK_OK ? check_tiling(file) : status;
}

static lk_status parse(lk_safetensors *file, const uint8_t *bytes, size_t length) {
    lk_context *context = file->context;
    if (length < LENGTH_BYTES)
        return lk_fail(context, LK_ERROR_SYNTAX, "%zu bytes are too few for a safetensors file",
                       length);
    uint64_t header = 0;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--) header = header << 8 | bytes[i];
    if (header > LK_SAFETENSORS_MOST_HEADER)
        return lk_fail(context, LK_ERROR_LIMIT, "the header claims %llu bytes; at most %d are read",
                       (unsigned long long)header, LK_SAFETENSORS_MOST_HEADER);
    if (header > length - LENGTH_BYTES)
        return lk_fail(context, LK_ERROR_SYNTAX,
                       "the file is cut off: a header of %llu bytes in a file of %zu",
                       (unsigned long long)header, length);
    file->data = bytes + LENGTH_BYTES + header;
    file->data_length = length - LENGTH_BYTES - (size_t)header;
    LK_TRY(lk_hashmap_new(context, &file->by_name));
    LK_TRY(lk_hashmap_new(context, &file->metadata));
    return read_header(file, (const char *)bytes + LENGTH_BYTES, (size_t)header);
}

lk_status lk_safetensors_parse(lk_context *context, lk_safetensors **out, const char *name,
                               const uint8_t *bytes, size_t length) {
    *out = NULL;
    lk_safetensors *file = lk_alloc_zero(context, 1, sizeof *file);
    LK_NEED(file);
    file->context = context;
    file->arena = lk_arena_make(context, 0);
    lk_status status = parse(file, bytes, length);
    if (status != LK_OK) {
        lk_safetensors_free(file);
        return lk_fail_in_file(context, status, name);
    }
    *out = file;
    return LK_OK;
}

void lk_safetensors_free(lk_safetensors *file) {
    if (!file) return;
    lk_hashmap_free(file->by_name);
    lk_hashmap_free(file->metadata);
    lk_arena_release(&file->arena);
    lk_free(file->context, file);
}

size_t lk_safetensors_count(const lk_safetensors *file) { return file->count; }

const lk_safetensor *lk_safetensors_at(const lk_safetensors *file, size_t index) {
    return &file->tensors[index];
}

const lk_safetensor *lk_safetensors_find(const lk_safetensors *file, const char *name) {
    const uint64_t *index = lk_hashmap_get(file->by_name, name, strlen(name));
    return index ? &file->tensors[*index] : NULL;
}

const uint8_t *lk_safetensors_data(const lk_safetensors *file, size_t *length) {
    *length = file->data_length;
    return file->data;
}

const char *lk_safetensors_metadata(const lk_safetensors *file, const char *name) {
    const uint64_t *text = lk_hashmap_get(file->metadata, name, strlen(name));
    return text ? (const char *)(uintptr_t)*text : NULL;
}
