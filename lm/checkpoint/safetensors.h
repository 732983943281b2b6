// The safetensors format: an eight-byte little-endian length, that many bytes of JSON naming each
// tensor with its type, shape and byte range, and then the bytes of all tensors.
#ifndef LK_SAFETENSORS_H
#define LK_SAFETENSORS_H

#include "context.h"

// X(CODE, name in files, bytes of an element)
#define LK_DTYPE_LIST(X)                                                                           \
    X(F64, "F64", 8)                                                                               \
    X(I64, "I64", 8)                                                                               \
    X(U64, "U64", 8)                                                                               \
    X(F32, "F32", 4)                                                                               \
    X(I32, "I32", 4)                                                                               \
    X(U32, "U32", 4)                                                                               \
    X(F16, "F16", 2)                                                                               \
    X(BF16, "BF16", 2)                                                                             \
    X(I16, "I16", 2)                                                                               \
    X(U16, "U16", 2)                                                                               \
    X(I8, "I8", 1)                                                                                 \
    X(U8, "U8", 1)                                                                                 \
    X(BOOL, "BOOL", 1)

typedef enum lk_dtype {
#define LK_DTYPE_ENUM(CODE, name, bytes) LK_DTYPE_##CODE,
    LK_DTYPE_LIST(LK_DTYPE_ENUM)
#undef LK_DTYPE_ENUM
        LK_DTYPE_COUNT
} lk_dtype;

const char *lk_dtype_name(lk_dtype type);
size_t lk_dtype_bytes(lk_dtype type);

enum {
    LK_SAFETENSORS_MOST_RANK = 8,
    LK_SAFETENSORS_MOST_HEADER = 100000000 // as the reference implementation
};

// ---- Reading ------------------------------------------------------------------------------------

typedef struct lk_safetensor {
    const char *name;
    lk_dtype type;
    int rank;
    size_t shape[LK_SAFETENSORS_MOST_RANK];
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
// Converts the elements of a tensor (F64, F32, F16 or BF16) to floats; false for other types.
bool lk_safetensor_to_floats(float *out, const lk_safetensor *tensor);

// ---- Writing ------------------------------------------------------------------------------------

// A float32 tensor to be written; data NULL writes zeros.
typedef struct lk_tensor_source {
    const char *name;
    int rank;
    size_t shape[LK_SAFETENSORS_MOST_RANK];
    const float *data;
} lk_tensor_source;

// Sorts the sources by name (their type being the same), as the format wants them.
void lk_tensor_sources_sort(lk_tensor_source *sources, size_t count);
// Appends the file of the sorted sources.
lk_status lk_safetensors_write(lk_buffer *out, const lk_tensor_source *sources, size_t count);
// SHA-256 over the bytes of all tensors, as written.
void lk_safetensors_digest(char hex[65], const lk_tensor_source *sources, size_t count);

#endif
