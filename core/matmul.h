// Matrix products on all threads of a context.
#ifndef LK_MATMUL_H
#define LK_MATMUL_H

#include "context.h"
#include "kernels/kernels.h"

// C (m×n) = op(A) op(B), or += when `accumulate`, with the gemm of the context's kernels: op(A) is
// m×k, stored k×m when `transpose_a`; op(B) is k×n, stored n×k when `transpose_b`; row-major, with
// strides of rows in elements. C is cut into blocks by its size alone and k is never cut, so that
// the result does not depend on the number of threads. Not to be called from a task of the pool:
// there, call the kernel. Of a large product one operand is packed into the context's scratch
// memory; where there is none the result is the same.
void lk_matmul(lk_context *context, bool transpose_a, bool transpose_b, size_t m, size_t n,
               size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
               size_t ldc, bool accumulate);

// What is done with each block of C as soon as it is complete, while the caches hold it: with rows
// row … row+rows-1 of it and columns column … column+columns-1.
typedef struct lk_epilogue {
    void (*run)(const void *argument, size_t row, size_t rows, size_t column, size_t columns);
    const void *argument;
} lk_epilogue;

// The same with an epilogue, which is called on any thread.
void lk_matmul_then(lk_context *context, bool transpose_a, bool transpose_b, size_t m, size_t n,
                    size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb,
                    lk_real *c, size_t ldc, bool accumulate, const lk_epilogue *epilogue);

// Bytes of the context's scratch memory that a product of this shape takes; 0 where it takes none.
size_t lk_matmul_scratch(const lk_kernels *kernels, size_t m, size_t n, size_t k);

#endif
