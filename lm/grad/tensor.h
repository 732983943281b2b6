// Tensors: dense, row-major, the last index fastest, of lk_real (float, or double: grad/real.h).
#ifndef LK_TENSOR_H
#define LK_TENSOR_H

#include "context.h"
#include "grad/real.h"
#include "kernels/kernels.h"

enum { LK_MAX_RANK = 4 };

typedef struct lk_node lk_node;

typedef struct lk_tensor {
    int rank; // 0: a scalar
    size_t shape[LK_MAX_RANK];
    size_t count; // product of the sizes
    lk_real *value;
    lk_real *gradient;     // of the loss; NULL where none has been given room
    bool needs_gradient;   // a parameter, or made from one while recording
    bool gradient_set;     // `gradient` holds a value that further parts are added to
    bool gradient_shared;  // `gradient` belongs to another tensor: only to be read
    const lk_node *source; // the op that made it; NULL for leaves
} lk_tensor;

// Number of rows of a tensor seen as a matrix whose columns are the last index.
size_t lk_tensor_rows(const lk_tensor *tensor);
// Size of the last index; 1 for a scalar.
size_t lk_tensor_columns(const lk_tensor *tensor);
bool lk_tensor_same_shape(const lk_tensor *a, const lk_tensor *b);

#endif
