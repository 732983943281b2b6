// Tensors as files hold them: their types, and where their elements are in the memory of a model.
#ifndef LK_STORED_TENSOR_H
#define LK_STORED_TENSOR_H

#include "context.h"

// ---- Types --------------------------------------------------------------------------------------

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
// False when there is none of that name.
bool lk_dtype_find(lk_dtype *type, const char *name);

// Whether the type's elements can be weights: F64, F32, F16 or BF16.
bool lk_dtype_is_real(lk_dtype type);
// Converts `count` elements of such a type, wherever they lie, to floats.
void lk_dtype_to_floats(float *out, lk_dtype type, const uint8_t *bytes, size_t count);

// ---- Places -------------------------------------------------------------------------------------

enum { LK_TENSOR_MOST_RANK = 8 };

// A float32 tensor of a file and where it is in memory. Element (i, j) of a matrix, or i of a
// vector, is
//
//     data[s(i) row_stride + j column_stride]
//
// so that a matrix may be transposed, and a part of one that is wider. s(i) = i, unless the rows
// are the channels of heads whose rotary pairs (Su et al. 2021) are side by side in memory, as
// 2k and 2k + 1, and half a head apart in the file, as k and k + head_width/2.
typedef struct lk_stored_tensor {
    const char *name;
    int rank;
    size_t shape[LK_TENSOR_MOST_RANK];
    float *data;                      // NULL: zeros, which only the file has
    size_t row_stride, column_stride; // both 0: the elements lie one after another
    size_t head_width;                // 0: s(i) = i
    // Puts the elements there before they are sent; NULL: there they are.
    void (*bring)(void *place);
    void *place;
} lk_stored_tensor;

size_t lk_stored_tensor_count(const lk_stored_tensor *tensor);

// Takes bytes, piece by piece.
typedef lk_status lk_byte_sink(void *user, const void *bytes, size_t length);

// Sends the elements in the order of the file.
lk_status lk_stored_tensor_send(const lk_stored_tensor *tensor, lk_byte_sink *sink, void *user);
// Fills the elements from `count` of a real type that lie as in the file, element `first` and those
// behind it. Does nothing for a tensor of zeros.
void lk_stored_tensor_fill(const lk_stored_tensor *tensor, size_t first, lk_dtype type,
                           const uint8_t *bytes, size_t count);

#endif
