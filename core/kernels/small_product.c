// Matrix product of operands that the nearest caches hold, as the layers of small models have
// them. There copies and blocks cost more than they gain, so B is read where it lies; only a
// transposed B is laid across first. Rows are shared out evenly among the tiles, and the lanes of
// the last vector that lie beyond the columns are masked. Each element is the sum that gemm.c
// makes, bit for bit.
#include "x86.h"

enum {
#if defined(__AVX512F__)
    TILE_ROWS = 8, // 32 registers: 16 sums, 2 columns of B, 1 of A
#else
    TILE_ROWS = 6, // 16 registers: 12 sums, 2 columns of B, 1 of A
#endif
    MOST_ELEMENTS = 1 << 15, // of an operand
};

// ---- Transposition ------------------------------------------------------------------------------

typedef float quad __attribute__((vector_size(16)));
typedef float quad_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

LK_INLINE quad load_quad(const float *p) { return *(const quad_unaligned *)p; }

// Four elements of every fourth row, as many as a vector holds.
LK_INLINE lk_vector load_quads(const float *p, size_t stride) {
#if defined(__AVX512F__)
    __m512 v = _mm512_castps128_ps512(load_quad(p));
    v = _mm512_insertf32x4(v, load_quad(p + 4 * stride), 1);
    v = _mm512_insertf32x4(v, load_quad(p + 8 * stride), 2);
    return _mm512_insertf32x4(v, load_quad(p + 12 * stride), 3);
#else
    return _mm256_insertf128_ps(_mm256_castps128_ps256(load_quad(p)), load_quad(p + 4 * stride), 1);
#endif
}

#if defined(__AVX512F__)
#define UNPACK_LOW(a, b) _mm512_unpacklo_ps(a, b)
#define UNPACK_HIGH(a, b) _mm512_unpackhi_ps(a, b)
#define PAIRS(a, b, picks) _mm512_shuffle_ps(a, b, picks)
#else
#define UNPACK_LOW(a, b) _mm256_unpacklo_ps(a, b)
#define UNPACK_HIGH(a, b) _mm256_unpackhi_ps(a, b)
#define PAIRS(a, b, picks) _mm256_shuffle_ps(a, b, picks)
#endif

// to[k][i] = from[i][k] for i below LK_VECTOR and k below 4: a matrix of 4 by 4 in each quad.
LK_INLINE void transpose_tile(float *to, size_t to_stride, const float *from, size_t stride) {
    lk_vector row0 = load_quads(from, stride), row1 = load_quads(from + stride, stride);
    lk_vector row2 = load_quads(from + 2 * stride, stride);
    lk_vector row3 = load_quads(from + 3 * stride, stride);
    lk_vector low01 = UNPACK_LOW(row0, row1), low23 = UNPACK_LOW(row2, row3);
    lk_vector high01 = UNPACK_HIGH(row0, row1), high23 = UNPACK_HIGH(row2, row3);
    lk_store(to, PAIRS(low01, low23, 0x44));
    lk_store(to + to_stride, PAIRS(low01, low23, 0xee));
    lk_store(to + 2 * to_stride, PAIRS(high01, high23, 0x44));
    lk_store(to + 3 * to_stride, PAIRS(high01, high23, 0xee));
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// to[k][i] = from[i][k] for i below m and k below n. The last tiles end where the matrix does, over
// what others have done.
static void transpose(float *to, size_t to_stride, size_t m, size_t n, const float *from,
                      size_t stride) {
    if (m < LK_VECTOR || n < 4) {
        for (size_t i = 0; i < m; i++)
            for (size_t k = 0; k < n; k++) to[k * to_stride + i] = from[i * stride + k];
        return;
    }
    for (size_t left = m; left > 0; left -= smaller(left, LK_VECTOR)) {
        size_t i = smaller(m - left, m - LK_VECTOR);
        for (size_t k = 0; k < n; k += 4) {
            size_t first = smaller(k, n - 4);
            transpose_tile(to + first * to_stride + i, to_stride, from + i * stride + first,
                           stride);
        }
    }
}

// ---- Tiles --------------------------------------------------------------------------------------

// Rows of C by one or two vectors of columns. Element (i, k) of A is a[i a_step + k a_depth_step].
typedef struct tile {
    size_t depth;
    const float *a, *b;
    size_t a_step, a_depth_step, ldb;
    float *c;
    size_t ldc;
    lk_lanes last; // columns of the last vector
    bool accumulate;
} tile;

// `partial`: the last vector may have fewer columns.
LK_INLINE void load_columns(lk_vector to[2], const float *p, size_t vectors, lk_lanes last,
                            bool partial) {
    LK_UNROLL
    for (size_t j = 0; j < vectors; j++)
        to[j] = partial && j + 1 == vectors ? lk_load_lanes(p + j * LK_VECTOR, last)
                                            : lk_load(p + j * LK_VECTOR);
}

LK_INLINE void store_columns(float *p, const lk_vector from[2], size_t vectors, lk_lanes last,
                             bool partial) {
    LK_UNROLL
    for (size_t j = 0; j < vectors; j++) {
        if (partial && j + 1 == vectors)
            lk_store_lanes(p + j * LK_VECTOR, from[j], last);
        else
            lk_store(p + j * LK_VECTOR, from[j]);
    }
}

LK_INLINE void add_products(lk_vector sums[2], float a, const lk_vector columns[2],
                            size_t vectors) {
    LK_UNROLL
    for (size_t j = 0; j < vectors; j++) sums[j] += a * columns[j];
}

LK_INLINE void multiply_tile(const tile *t, size_t rows, size_t vectors, bool partial) {
    const lk_lanes last = t->last;
    const size_t depth = t->depth, a_step = t->a_step, a_depth_step = t->a_depth_step;
    const size_t ldb = t->ldb, ldc = t->ldc;
    const float *a = t->a, *b = t->b;
    float *c = t->c;
    lk_vector sums[TILE_ROWS][2] = {0};
    if (t->accumulate) {
        LK_UNROLL
        for (size_t i = 0; i < rows; i++)
            load_columns(sums[i], c + i * ldc, vectors, last, partial);
    }
    for (size_t k = 0; k < depth; k++, a += a_depth_step, b += ldb) {
        lk_vector columns[2];
        load_columns(columns, b, vectors, last, partial);
        LK_UNROLL
        for (size_t i = 0; i < rows; i++) add_products(sums[i], a[i * a_step], columns, vectors);
    }
    LK_UNROLL
    for (size_t i = 0; i < rows; i++) store_columns(c + i * ldc, sums[i], vectors, last, partial);
}

// The number of rows is a constant of each case, so that the sums stay in registers.
LK_INLINE void multiply_rows(const tile *t, size_t rows, size_t vectors, bool partial) {
#define LK_CASE(count)                                                                             \
    case count:                                                                                    \
        multiply_tile(t, count, vectors, partial);                                                 \
        break;
    switch (rows) {
        LK_CASE(1)
        LK_CASE(2)
        LK_CASE(3)
        LK_CASE(4)
        LK_CASE(5)
        LK_CASE(6)
#if defined(__AVX512F__)
        LK_CASE(7)
        LK_CASE(8)
#endif
    }
#undef LK_CASE
}

static void multiply_whole(const tile *t, size_t rows) { multiply_rows(t, rows, 2, false); }
static void multiply_partial(const tile *t, size_t rows) { multiply_rows(t, rows, 2, true); }
static void multiply_single(const tile *t, size_t rows) { multiply_rows(t, rows, 1, true); }

// All m rows of the tile's columns; tiles differ by a row at most.
static void multiply_columns(tile *t, size_t m, size_t columns) {
    void (*multiply)(const tile *, size_t) = columns == 2 * LK_VECTOR ? multiply_whole
                                             : columns > LK_VECTOR    ? multiply_partial
                                                                      : multiply_single;
    t->last = lk_lanes_below(columns > LK_VECTOR ? columns - LK_VECTOR : columns);
    size_t tiles = (m + TILE_ROWS - 1) / TILE_ROWS, least = m / tiles, longer = m % tiles;
    for (size_t i = 0; i < tiles; i++) {
        size_t rows = least + (i < longer);
        multiply(t, rows);
        t->a += rows * t->a_step;
        t->c += rows * t->ldc;
    }
}

// ---- The product --------------------------------------------------------------------------------

static _Thread_local float across[MOST_ELEMENTS] __attribute__((aligned(64)));

// Whole vectors, so that none lies in two lines of the cache.
static size_t stride_across(size_t n) { return (n + LK_VECTOR - 1) / LK_VECTOR * LK_VECTOR; }

bool LK_NAME(lk_gemm_small)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                            const float *a, size_t lda, const float *b, size_t ldb, float *c,
                            size_t ldc, bool accumulate) {
    if (m * k > MOST_ELEMENTS || stride_across(n) * k > MOST_ELEMENTS || m * n > MOST_ELEMENTS)
        return false;
    if (transpose_b) {
        transpose(across, stride_across(n), n, k, b, ldb);
        b = across;
        ldb = stride_across(n);
    }
    tile t = {.depth = k,
              .a_step = transpose_a ? 1 : lda,
              .a_depth_step = transpose_a ? lda : 1,
              .ldb = ldb,
              .ldc = ldc,
              .accumulate = accumulate};
    for (size_t j = 0; j < n; j += 2 * LK_VECTOR) {
        // Not by a copy, whose wide loads would wait for the writes.
        t.a = a;
        t.b = b + j;
        t.c = c + j;
        multiply_columns(&t, m, smaller(n - j, 2 * LK_VECTOR));
    }
    return true;
}
