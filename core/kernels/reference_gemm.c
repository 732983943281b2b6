// Matrix product, the sum over k in increasing order, unfused.
//
// The output is cut into tiles of a few rows by two vectors of columns, whose sums stay in
// registers while k runs. Operands are packed into panels, so that the inner loop reads them from
// end to end: k is cut into depths and the output into blocks that keep the panels in the caches.
// Between two depths the sums rest in C; that rounds nothing.
//
//     C block (rows × columns)  +=  panels of op(A) (rows × depth)  ×  panels of op(B) (depth ×
//     columns)
#include "variant.h"

#include <string.h>

enum {
#if defined(__AVX512F__)
    TILE_ROWS = 8, // 32 registers: 16 sums, 2 columns of B, the rest for A and products
#else
    TILE_ROWS = 4, // 16 registers: 8 sums, 2 columns of B
#endif
    TILE_COLUMNS = 2 * LK_VECTOR,
    DEPTH = 256,
    BLOCK_ROWS = 64,
    BLOCK_COLUMNS = 256,
};

typedef struct operand {
    const lk_real *data;
    size_t stride;
    bool along_depth; // consecutive elements are consecutive in k
} operand;

static _Thread_local lk_real packed_a[BLOCK_ROWS * DEPTH] __attribute__((aligned(64)));
static _Thread_local lk_real packed_b[BLOCK_COLUMNS * DEPTH] __attribute__((aligned(64)));

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// ---- Packing ------------------------------------------------------------------------------------

// Element (i, k) of the operand, i the row of op(A) or the column of op(B).
static const lk_real *element_at(const operand *source, size_t i, size_t k) {
    return source->along_depth ? source->data + i * source->stride + k
                               : source->data + k * source->stride + i;
}

// Four elements; a shuffle of two numbers its picks 0 … 3 and 4 … 7.
typedef lk_real quad __attribute__((vector_size(4 * sizeof(lk_real))));
typedef lk_real quad_unaligned
    __attribute__((vector_size(4 * sizeof(lk_real)), aligned(sizeof(lk_real)), may_alias));

LK_INLINE quad load_quad(const lk_real *p) { return *(const quad_unaligned *)p; }
LK_INLINE void store_quad(lk_real *p, quad v) { *(quad_unaligned *)p = v; }

// to[k][i] = from[i][k] for i and k below 4.
LK_INLINE void transpose_quads(lk_real *to, size_t to_stride, const lk_real *from, size_t stride) {
    quad row0 = load_quad(from), row1 = load_quad(from + stride);
    quad row2 = load_quad(from + 2 * stride), row3 = load_quad(from + 3 * stride);
    quad low01 = __builtin_shufflevector(row0, row1, 0, 4, 1, 5);
    quad low23 = __builtin_shufflevector(row2, row3, 0, 4, 1, 5);
    quad high01 = __builtin_shufflevector(row0, row1, 2, 6, 3, 7);
    quad high23 = __builtin_shufflevector(row2, row3, 2, 6, 3, 7);
    store_quad(to, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
    store_quad(to + to_stride, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
    store_quad(to + 2 * to_stride, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
    store_quad(to + 3 * to_stride, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
}

static void pack_transposed(lk_real *panel, size_t width, const lk_real *from, size_t stride,
                            size_t count, size_t depth) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4, from += 4 * stride) {
        size_t k = 0;
        for (; k + 4 <= depth; k += 4)
            transpose_quads(panel + k * width + i, width, from + k, stride);
        for (; k < depth; k++)
            for (size_t j = 0; j < 4; j++) panel[k * width + i + j] = from[j * stride + k];
    }
    for (; i < count; i++, from += stride)
        for (size_t k = 0; k < depth; k++) panel[k * width + i] = from[k];
}

static void pack_straight(lk_real *panel, size_t width, const lk_real *from, size_t stride,
                          size_t count, size_t depth) {
    for (size_t k = 0; k < depth; k++, panel += width, from += stride) {
        size_t i = 0;
        for (; i + 4 <= count; i += 4) store_quad(panel + i, load_quad(from + i));
        for (; i < count; i++) panel[i] = from[i];
    }
}

// panel[k][i] = element (first + i, first_k + k), zero for i from `count` to `width`.
static void pack_panel(lk_real *panel, size_t width, const operand *source, size_t first,
                       size_t count, size_t first_k, size_t depth) {
    const lk_real *from = element_at(source, first, first_k);
    if (count < width) memset(panel, 0, width * depth * sizeof *panel);
    if (source->along_depth) {
        pack_transposed(panel, width, from, source->stride, count, depth);
    } else {
        pack_straight(panel, width, from, source->stride, count, depth);
    }
}

static void pack_panels(lk_real *panels, size_t width, const operand *source, size_t first,
                        size_t count, size_t first_k, size_t depth) {
    for (size_t i = 0; i < count; i += width)
        pack_panel(panels + i * depth, width, source, first + i, smaller(width, count - i), first_k,
                   depth);
}

// ---- Tiles --------------------------------------------------------------------------------------

// c (rows × TILE_COLUMNS) = or += the product of a panel of `rows` and one of TILE_COLUMNS.
LK_INLINE void multiply_tile(size_t rows, size_t depth, const lk_real *a, const lk_real *b,
                             size_t b_stride, lk_real *c, size_t ldc, bool accumulate) {
    lk_vector sums[TILE_ROWS][2];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < 2; j++)
            sums[i][j] = accumulate ? lk_load(c + i * ldc + j * LK_VECTOR) : (lk_vector){0};
    for (size_t k = 0; k < depth; k++, a += rows, b += b_stride) {
        lk_vector left = lk_load(b), right = lk_load(b + LK_VECTOR);
        for (size_t i = 0; i < rows; i++) {
            sums[i][0] += a[i] * left;
            sums[i][1] += a[i] * right;
        }
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < 2; j++) lk_store(c + i * ldc + j * LK_VECTOR, sums[i][j]);
}

// The tile with its number of rows a constant, so that the sums stay in registers.
static void multiply_rows(size_t rows, size_t depth, const lk_real *a, const lk_real *b,
                          size_t b_stride, lk_real *c, size_t ldc, bool accumulate) {
    switch (rows) {
    case 1:
        multiply_tile(1, depth, a, b, b_stride, c, ldc, accumulate);
        break;
    case 2:
        multiply_tile(2, depth, a, b, b_stride, c, ldc, accumulate);
        break;
    case 4:
        multiply_tile(4, depth, a, b, b_stride, c, ldc, accumulate);
        break;
    default:
        multiply_tile(TILE_ROWS, depth, a, b, b_stride, c, ldc, accumulate);
        break;
    }
}

// A tile of which only count_rows × count_columns belong to C: by way of a whole one.
static void multiply_edge(size_t rows, size_t depth, const lk_real *a, const lk_real *b,
                          size_t b_stride, lk_real *c, size_t ldc, bool accumulate,
                          size_t count_rows, size_t count_columns) {
    lk_real tile[TILE_ROWS * TILE_COLUMNS] = {0};
    size_t bytes = count_columns * sizeof *c;
    if (accumulate)
        for (size_t i = 0; i < count_rows; i++) memcpy(tile + i * TILE_COLUMNS, c + i * ldc, bytes);
    multiply_rows(rows, depth, a, b, b_stride, tile, TILE_COLUMNS, accumulate);
    for (size_t i = 0; i < count_rows; i++) memcpy(c + i * ldc, tile + i * TILE_COLUMNS, bytes);
}

// ---- Blocks -------------------------------------------------------------------------------------

// Rows of the panels of A: few when there are few, so that a product of one row costs one row.
static size_t panel_rows(size_t m) {
    size_t rows = 1;
    while (rows < m && rows < TILE_ROWS) rows *= 2;
    return rows;
}

// A block of C from packed A and from B, packed or (b_panel_stride 0) as it is stored.
typedef struct block_view {
    size_t rows, columns, depth;
    size_t tile_rows;
    const lk_real *b;
    size_t b_stride;       // from one k to the next
    size_t b_panel_stride; // from one panel to the next
    bool accumulate;
} block_view;

static void multiply_block(const block_view *block, lk_real *c, size_t ldc) {
    for (size_t j = 0; j < block->columns; j += TILE_COLUMNS) {
        const lk_real *b = block->b + j / TILE_COLUMNS * block->b_panel_stride;
        size_t columns = smaller(TILE_COLUMNS, block->columns - j);
        for (size_t i = 0; i < block->rows; i += block->tile_rows) {
            const lk_real *a = packed_a + i * block->depth;
            size_t rows = smaller(block->tile_rows, block->rows - i);
            lk_real *tile = c + i * ldc + j;
            if (rows == block->tile_rows && columns == TILE_COLUMNS) {
                multiply_rows(rows, block->depth, a, b, block->b_stride, tile, ldc,
                              block->accumulate);
            } else {
                multiply_edge(block->tile_rows, block->depth, a, b, block->b_stride, tile, ldc,
                              block->accumulate, rows, columns);
            }
        }
    }
}

static void clear(size_t m, size_t n, lk_real *c, size_t ldc) {
    for (size_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof *c);
}

// Packing B pays when its panels are used by several rows of tiles.
static void set_b(block_view *block, const operand *b, size_t j, size_t k, bool pack) {
    if (pack || block->columns % TILE_COLUMNS != 0) {
        pack_panels(packed_b, TILE_COLUMNS, b, j, block->columns, k, block->depth);
        block->b = packed_b;
        block->b_stride = TILE_COLUMNS;
        block->b_panel_stride = TILE_COLUMNS * block->depth;
    } else {
        block->b = element_at(b, j, k);
        block->b_stride = b->stride;
        block->b_panel_stride = TILE_COLUMNS;
    }
}

void LK_NAME(lk_gemm)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                      const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                      size_t ldc, bool accumulate) {
    if (m == 0 || n == 0) return;
    if (k == 0 && !accumulate) clear(m, n, c, ldc);
    operand left = {a, lda, !transpose_a};
    operand right = {b, ldb, transpose_b};
    block_view block = {.tile_rows = panel_rows(m)};
    bool pack = transpose_b || m > (size_t)2 * TILE_ROWS;
    for (size_t j = 0; j < n; j += BLOCK_COLUMNS) {
        block.columns = smaller(BLOCK_COLUMNS, n - j);
        for (size_t first_k = 0; first_k < k; first_k += DEPTH) {
            block.depth = smaller(DEPTH, k - first_k);
            block.accumulate = accumulate || first_k > 0;
            set_b(&block, &right, j, first_k, pack);
            for (size_t i = 0; i < m; i += BLOCK_ROWS) {
                block.rows = smaller(BLOCK_ROWS, m - i);
                pack_panels(packed_a, block.tile_rows, &left, i, block.rows, first_k, block.depth);
                multiply_block(&block, c + i * ldc + j, ldc);
            }
        }
    }
}
