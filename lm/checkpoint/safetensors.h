// The safetensors format: an eight-byte little-endian length, that many bytes of JSON naming each
// tensor with its type, shape and byte range, and then the bytes of all tensors.
#ifndef LK_SAFETENSORS_H
#define LK_SAFETENSORS_H

#include "checkpoint/stored_tensor.h"
#include "context.h"

enum {
    LK_SAFETENSORS_MOST_HEADER = 100000000 // as the reference implementation
};

// ---- Reading ------------------------------------------------------------------------------------

typedef struct lk_safetensor {
    const char *name;
    lk_dtype type;
    int rank;
    size_t shape[LK_TENSOR_MOST_RANK];
    const uint8_t *bytes; // little-endian, in the file, not aligned
    size_t length;
} lk_safetensor;

typedef struct lk_safetensors lk_safetensors;

// Checks the whole header: every tensor lies within the file, and sorted by their places they tile
// it without hole, overlap or tail. LK_ERROR_SYNTAX, LK_ERROR_DATA or LK_ERROR_UNSUPPORTED naming
// `file`. `bytes` are borrowed and must outlive the result.
lk_status lk_safetensors_parse(lk_context *context, lk_safetensors **tensors, const char *file,
                               const uint8_t *bytes, size_t length);
void lk_safetensors_free(lk_safetensors *tensors);
size_t lk_safetensors_count(const lk_safetensors *tensors);
// In the order of their places in the file.
const lk_safetensor *lk_safetensors_at(const lk_safetensors *tensors, size_t index);
const lk_safetensor *lk_safetensors_find(const lk_safetensors *tensors, const char *name);
// The bytes of all tensors, in the order of the file.
const uint8_t *lk_safetensors_data(const lk_safetensors *tensors, size_t *length);
// The metadata that is a text under this name; NULL when there is none.
const char *lk_safetensors_metadata(const lk_safetensors *tensors, const char *name);

// ---- Writing ------------------------------------------------------------------------------------

// A text that a file holds beside its tensors.
typedef struct lk_metadata {
    const char *name, *value;
} lk_metadata;

// Sorts the tensors by name (their type being the same), as the format wants them.
void lk_stored_tensors_sort(lk_stored_tensor *tensors, size_t count);
// Sends the file of the sorted tensors, all float32, with the metadata (which end with a row whose
// name is NULL; NULL: none) beside what the transformers library asks for.
lk_status lk_safetensors_send(lk_context *context, const lk_stored_tensor *tensors, size_t count,
                              const lk_metadata *metadata, lk_byte_sink *sink, void *user);
// SHA-256 over the bytes of all tensors, as sent.
void lk_safetensors_digest(char hex[65], const lk_stored_tensor *tensors, size_t count);

#endif
