// Kernels in WebAssembly's SIMD128 instructions, where they gain over what the compiler makes of
// the reference kernels: products of few rows, as in writing a text one token after another. There
// each element of B is used a few times only, so nothing is packed: the sums of a few rows and
// several vectors of columns stay in registers while k runs.
//
//     B stored k×n: a vector is four neighbours of a row of B
//     B stored n×k: four rows of B, the columns of op(B), are transposed four elements at a time
//
// Several vectors at once, because one addition must wait for the one before it in the same sum.
// The order of operations is the reference's, and all other shapes are its as well: this file is
// part of its build for SIMD128.
#include "simd128.h"

#include "variant.h"

#include <string.h>
#include <wasm_simd128.h>

enum {
    LANES = 4,
    MAX_ROWS = 4,            // of A
    MAX_ROWS_TRANSPOSED = 3, // with more, the reference, which transposes B once, is as fast
    MAX_VECTORS = 8,         // of columns
};

typedef struct product {
    size_t n, k;
    const float *a, *b;
    float *c;
    size_t lda, ldb, ldc;
    bool accumulate;
} product;

// ---- Sums ---------------------------------------------------------------------------------------

typedef v128_t sums_of_block[MAX_ROWS][MAX_VECTORS];

LK_INLINE void load_sums(sums_of_block sums, const product *p, size_t rows, size_t vectors,
                         size_t j) {
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++)
            sums[i][v] = p->accumulate ? wasm_v128_load(p->c + i * p->ldc + j + v * LANES)
                                       : wasm_f32x4_const_splat(0);
}

LK_INLINE void store_sums(const product *p, sums_of_block sums, size_t rows, size_t vectors,
                          size_t j) {
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++)
            wasm_v128_store(p->c + i * p->ldc + j + v * LANES, sums[i][v]);
}

// Adds to the sums of column vector `v` the products of four elements of row k of op(B).
LK_INLINE void add_products(sums_of_block sums, const product *p, size_t rows, size_t v, size_t k,
                            v128_t b) {
    for (size_t i = 0; i < rows; i++) {
        v128_t a = wasm_v128_load32_splat(p->a + i * p->lda + k);
        sums[i][v] = wasm_f32x4_add(sums[i][v], wasm_f32x4_mul(a, b));
    }
}

// Where the vector of the last columns begins when only `done` fit whole vectors: it does some of
// them again, which changes nothing unless they are added to C. Where that or too few columns
// forbid it, `done`, from where no vector fits.
LK_INLINE size_t last_vector(const product *p, size_t done) {
    return done < p->n && p->n >= LANES && !p->accumulate ? p->n - LANES : done;
}

// ---- B stored k×n -------------------------------------------------------------------------------

// As many blocks of `vectors` of columns as there are from column j on; returns the column after.
LK_INLINE size_t multiply_straight(const product *p, size_t rows, size_t vectors, size_t j) {
    for (; j + vectors * LANES <= p->n; j += vectors * LANES) {
        sums_of_block sums;
        load_sums(sums, p, rows, vectors, j);
        const float *b = p->b + j;
        for (size_t k = 0; k < p->k; k++, b += p->ldb)
            for (size_t v = 0; v < vectors; v++)
                add_products(sums, p, rows, v, k, wasm_v128_load(b + v * LANES));
        store_sums(p, sums, rows, vectors, j);
    }
    return j;
}

LK_INLINE size_t straight_columns(const product *p, size_t rows, size_t vectors) {
    size_t j = multiply_straight(p, rows, vectors, 0);
    if (vectors > 4) j = multiply_straight(p, rows, 4, j);
    if (vectors > 2) j = multiply_straight(p, rows, 2, j);
    j = multiply_straight(p, rows, 1, j);
    return multiply_straight(p, rows, 1, last_vector(p, j));
}

// The columns from 0 on, all or all but the last n mod 4; returns how many.
static size_t straight(const product *p, size_t rows) {
    switch (rows) {
    case 1:
        return straight_columns(p, 1, 8);
    case 2:
        return straight_columns(p, 2, 4);
    case 3:
        return straight_columns(p, 3, 2);
    default:
        return straight_columns(p, 4, 2);
    }
}

// ---- B stored n×k -------------------------------------------------------------------------------

// columns[t] = the elements t of the four rows.
LK_INLINE void transpose(v128_t columns[LANES], const v128_t rows[LANES]) {
    v128_t low01 = wasm_i32x4_shuffle(rows[0], rows[1], 0, 4, 1, 5);
    v128_t low23 = wasm_i32x4_shuffle(rows[2], rows[3], 0, 4, 1, 5);
    v128_t high01 = wasm_i32x4_shuffle(rows[0], rows[1], 2, 6, 3, 7);
    v128_t high23 = wasm_i32x4_shuffle(rows[2], rows[3], 2, 6, 3, 7);
    columns[0] = wasm_i64x2_shuffle(low01, low23, 0, 2);
    columns[1] = wasm_i64x2_shuffle(low01, low23, 1, 3);
    columns[2] = wasm_i64x2_shuffle(high01, high23, 0, 2);
    columns[3] = wasm_i64x2_shuffle(high01, high23, 1, 3);
}

// Adds to the sums of column vector `v` the products with four rows of B from b on, `stride` apart.
LK_INLINE void add_transposed(sums_of_block sums, const product *p, size_t rows, size_t v, size_t k,
                              const float *b, size_t stride) {
    v128_t of_b[LANES], columns[LANES];
    for (size_t t = 0; t < LANES; t++) of_b[t] = wasm_v128_load(b + t * stride);
    transpose(columns, of_b);
    for (size_t t = 0; t < LANES; t++) add_products(sums, p, rows, v, k + t, columns[t]);
}

LK_INLINE v128_t gather(const float *b, size_t stride) {
    return wasm_f32x4_make(b[0], b[stride], b[2 * stride], b[3 * stride]);
}

LK_INLINE size_t multiply_transposed(const product *p, size_t rows, size_t vectors, size_t j) {
    for (; j + vectors * LANES <= p->n; j += vectors * LANES) {
        sums_of_block sums;
        load_sums(sums, p, rows, vectors, j);
        const float *b = p->b + j * p->ldb;
        size_t k = 0, step = LANES * p->ldb; // from one vector of columns to the next
        for (; k + LANES <= p->k; k += LANES)
            for (size_t v = 0; v < vectors; v++)
                add_transposed(sums, p, rows, v, k, b + v * step + k, p->ldb);
        for (; k < p->k; k++)
            for (size_t v = 0; v < vectors; v++)
                add_products(sums, p, rows, v, k, gather(b + v * step + k, p->ldb));
        store_sums(p, sums, rows, vectors, j);
    }
    return j;
}

LK_INLINE size_t transposed_columns(const product *p, size_t rows, size_t vectors) {
    size_t j = multiply_transposed(p, rows, vectors, 0);
    if (vectors > 2) j = multiply_transposed(p, rows, 2, j);
    j = multiply_transposed(p, rows, 1, j);
    return multiply_transposed(p, rows, 1, last_vector(p, j));
}

// The columns from 0 on, all or all but the last n mod 4; returns how many.
static size_t transposed(const product *p, size_t rows) {
    switch (rows) {
    case 1:
        return transposed_columns(p, 1, 4);
    case 2:
        return transposed_columns(p, 2, 4);
    default:
        return transposed_columns(p, 3, 2);
    }
}

// ---- All shapes ---------------------------------------------------------------------------------

static void gemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const float *a,
                 size_t lda, const float *b, size_t ldb, float *c, size_t ldc, bool accumulate) {
    product p = {n, k, a, b, c, lda, ldb, ldc, accumulate};
    size_t done = 0, rows = transpose_b ? MAX_ROWS_TRANSPOSED : MAX_ROWS;
    if (m > 0 && m <= rows && !transpose_a)
        done = transpose_b ? transposed(&p, m) : straight(&p, m);
    if (done == n) return;
    b += transpose_b ? done * ldb : done;
    lk_gemm_simd128(transpose_a, transpose_b, m, n - done, k, a, lda, b, ldb, c + done, ldc,
                    accumulate);
}

void lk_simd128_install(lk_kernels *kernels) {
    strcpy(kernels->name, "simd128");
    kernels->gemm = gemm;
}
