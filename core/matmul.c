#include "matmul.h"

#include "pool.h"

enum {
    MAX_BLOCKS = 32,              // enough to keep many threads evenly busy
    MIN_BLOCK_PRODUCTS = 1 << 20, // below, handing out costs more than it gains
    ROW_GRAIN = 16,
    COLUMN_GRAIN = 64, // whole tiles of the kernels
};

typedef struct product {
    const lk_kernels *kernels;
    bool transpose_a, transpose_b, accumulate;
    size_t m, n, k;
    const lk_real *a, *b;
    lk_real *c;
    size_t lda, ldb, ldc;
    size_t block_rows, block_columns, blocks_across;
} product;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }
static size_t half_in_grains(size_t size, size_t grain) {
    return quotient_up(size, 2 * grain) * grain;
}

static size_t count_blocks(const product *p) {
    return quotient_up(p->m, p->block_rows) * quotient_up(p->n, p->block_columns);
}

// Halves the longer side of the blocks until there are as many as the work is worth.
static void choose_blocks(product *p) {
    double products = (double)p->m * (double)p->n * (double)p->k;
    double worth = products / (double)MIN_BLOCK_PRODUCTS;
    size_t wanted = worth < (double)MAX_BLOCKS ? (size_t)worth : MAX_BLOCKS;
    p->block_rows = p->m;
    p->block_columns = p->n;
    while (count_blocks(p) < wanted) {
        if (p->block_rows >= p->block_columns && p->block_rows > ROW_GRAIN) {
            p->block_rows = half_in_grains(p->block_rows, ROW_GRAIN);
        } else if (p->block_columns > COLUMN_GRAIN) {
            p->block_columns = half_in_grains(p->block_columns, COLUMN_GRAIN);
        } else {
            break;
        }
    }
    p->blocks_across = quotient_up(p->n, p->block_columns);
}

static void multiply_block(void *argument, size_t index) {
    const product *p = argument;
    size_t i = index / p->blocks_across * p->block_rows;
    size_t j = index % p->blocks_across * p->block_columns;
    const lk_real *a = p->a + (p->transpose_a ? i : i * p->lda);
    const lk_real *b = p->b + (p->transpose_b ? j * p->ldb : j);
    p->kernels->gemm(p->transpose_a, p->transpose_b, smaller(p->block_rows, p->m - i),
                     smaller(p->block_columns, p->n - j), p->k, a, p->lda, b, p->ldb,
                     p->c + i * p->ldc + j, p->ldc, p->accumulate);
}

void lk_matmul(lk_context *context, bool transpose_a, bool transpose_b, size_t m, size_t n,
               size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
               size_t ldc, bool accumulate) {
    if (m == 0 || n == 0) return;
    product p = {lk_context_kernels(context),
                 transpose_a,
                 transpose_b,
                 accumulate,
                 m,
                 n,
                 k,
                 a,
                 b,
                 c,
                 lda,
                 ldb,
                 ldc,
                 0,
                 0,
                 0};
    choose_blocks(&p);
    lk_pool_run(lk_context_pool(context), count_blocks(&p), multiply_block, &p);
}
