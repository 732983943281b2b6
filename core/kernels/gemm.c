// Matrix product, the sum over k in increasing order. It is built twice for an instruction set:
// unfused for reproducible mode, and with multiplication and addition fused for fast mode. Either
// way the bits do not depend on the width of the vectors or on how the work is cut.
//
// The output is cut into tiles of a few rows by two vectors of columns, whose sums stay in
// registers while k runs:
//
//     C tile (TILE_ROWS × TILE_COLUMNS)  +=  op(A) rows (TILE_ROWS × depth)
//                                            × op(B) panel (depth × TILE_COLUMNS)
//
// k is cut into depths and the rows into blocks, so that a panel of B stays in the nearest cache
// and a block of A in the next one. Between two depths the sums rest in C; that rounds nothing.
//
// Of B vectors are read, so its columns must be neighbours: a transposed B is packed into panels.
// Of A single elements are read, which may lie anywhere. Both are copied also when they are used
// often enough to pay for it, because rows whose distance is a power of two share a few places in
// the caches.
#include "variant.h"

#include <string.h>

enum {
#if defined(__AVX512F__)
    TILE_ROWS = 8, // 32 registers: 16 sums, 2 columns of B, the rest for A and products
#else
    TILE_ROWS = 6, // 16 registers: 12 sums, 2 columns of B, 1 of A, 1 product
#endif
    TILE_COLUMNS = 2 * LK_VECTOR,
    ROW_VECTORS = 8,                 // of the tile of a product of one row
    DEPTH = 256,                     // a panel of B takes 32 KB with the widest vectors
    BLOCK_ROWS = 384,                // a block of A takes 400 KB
    PACK_COLUMNS = 8 * TILE_COLUMNS, // panels written side by side
    APART = 16,                      // added to the distance of copied rows
    WORTH_PACKING = 128, // rows or columns from which on a copy of the other operand pays
};

static _Thread_local lk_real packed_a[(BLOCK_ROWS + APART) * (DEPTH + APART)]
    __attribute__((aligned(64)));
static _Thread_local lk_real packed_b[TILE_COLUMNS * DEPTH] __attribute__((aligned(64)));

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// ---- Operands -----------------------------------------------------------------------------------

// op(A) or op(B), with element (i, k) at data[i step + k depth_step]: i is the row of op(A) or the
// column of op(B). One of the two distances is 1.
typedef struct operand {
    const lk_real *data;
    size_t step, depth_step;
} operand;

static operand operand_of(const lk_real *data, size_t stride, bool along_depth) {
    return along_depth ? (operand){data, stride, 1} : (operand){data, 1, stride};
}

static operand part_of(const operand *whole, size_t i, size_t k) {
    return (operand){whole->data + i * whole->step + k * whole->depth_step, whole->step,
                     whole->depth_step};
}

// ---- Packing ------------------------------------------------------------------------------------

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

// to[k][i] = from[i][k] for i below m and k below n.
LK_INLINE void transpose_rows(lk_real *to, size_t to_stride, size_t m, size_t n,
                              const lk_real *from, size_t stride) {
    size_t i = 0;
    for (; i + 4 <= m; i += 4, from += 4 * stride) {
        size_t k = 0;
        for (; k + 4 <= n; k += 4)
            transpose_quads(to + k * to_stride + i, to_stride, from + k, stride);
        for (; k < n; k++)
            for (size_t j = 0; j < 4; j++) to[k * to_stride + i + j] = from[j * stride + k];
    }
    for (; i < m; i++, from += stride)
        for (size_t k = 0; k < n; k++) to[k * to_stride + i] = from[k];
}

// A row of a panel.
LK_INLINE void pack_row(lk_real *to, const lk_real *from, size_t count) {
    if (count < TILE_COLUMNS) {
        memcpy(to, from, count * sizeof *to);
        memset(to + count, 0, (TILE_COLUMNS - count) * sizeof *to);
    } else {
        for (size_t i = 0; i < TILE_COLUMNS; i += LK_VECTOR) lk_store(to + i, lk_load(from + i));
    }
}

// panel[k][i] = element (i, k), zero for i from `count` to TILE_COLUMNS.
static void pack_panel(lk_real *panel, const operand *from, size_t count, size_t depth) {
    if (from->depth_step == 1) {
        if (count < TILE_COLUMNS) memset(panel, 0, TILE_COLUMNS * depth * sizeof *panel);
        transpose_rows(panel, TILE_COLUMNS, count, depth, from->data, from->step);
        return;
    }
    for (size_t k = 0; k < depth; k++)
        pack_row(panel + k * TILE_COLUMNS, from->data + k * from->depth_step, count);
}

// In whole vectors: compilers make slower code of a memcpy of so few bytes.
LK_INLINE void copy(lk_real *to, const lk_real *from, size_t count) {
    size_t i = 0;
    for (; i + LK_VECTOR <= count; i += LK_VECTOR) lk_store(to + i, lk_load(from + i));
    for (; i < count; i++) to[i] = from[i];
}

// A copy of rows × depth elements of A, in the order they have, at distances that do not collide.
static operand copy_rows(const operand *a, size_t rows, size_t depth) {
    bool along_depth = a->depth_step == 1;
    size_t count = along_depth ? rows : depth, length = along_depth ? depth : rows;
    size_t from_stride = along_depth ? a->step : a->depth_step;
    size_t stride = (along_depth ? DEPTH : BLOCK_ROWS) + APART;
    for (size_t i = 0; i < count; i++)
        copy(packed_a + i * stride, a->data + i * from_stride, length);
    return operand_of(packed_a, stride, along_depth);
}

// ---- Tiles --------------------------------------------------------------------------------------

// c (rows × vectors of columns) = or += the product of rows of A and a panel of B, whose element
// (j, k) is b[k b_step + j].
LK_INLINE void multiply_tile(size_t rows, size_t vectors, size_t depth, const operand *a,
                             const lk_real *b, size_t b_step, lk_real *c, size_t ldc,
                             bool accumulate) {
    lk_vector sums[TILE_ROWS][ROW_VECTORS];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++)
            sums[i][j] = accumulate ? lk_load(c + i * ldc + j * LK_VECTOR) : (lk_vector){0};
    const lk_real *data = a->data;
    size_t step = a->step, depth_step = a->depth_step;
    for (size_t k = 0; k < depth; k++, data += depth_step, b += b_step) {
        lk_vector columns[ROW_VECTORS];
        for (size_t j = 0; j < vectors; j++) columns[j] = lk_load(b + j * LK_VECTOR);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < vectors; j++) sums[i][j] += data[i * step] * columns[j];
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++) lk_store(c + i * ldc + j * LK_VECTOR, sums[i][j]);
}

// Up to TILE_ROWS rows, in tiles whose numbers of rows are constants, so that the sums stay in
// registers: a whole one, or 4, 2 and 1.
LK_INLINE void multiply_rows(size_t rows, size_t vectors, size_t depth, const operand *a,
                             const lk_real *b, size_t b_step, lk_real *c, size_t ldc,
                             bool accumulate) {
    if (rows == TILE_ROWS) {
        multiply_tile(TILE_ROWS, vectors, depth, a, b, b_step, c, ldc, accumulate);
        return;
    }
    operand part = *a;
#define LK_TILE(count)                                                                             \
    if (rows & (count)) {                                                                          \
        multiply_tile(count, vectors, depth, &part, b, b_step, c, ldc, accumulate);                \
        part = part_of(&part, count, 0);                                                           \
        c += (count)*ldc;                                                                          \
    }
    LK_TILE(4)
    LK_TILE(2)
    LK_TILE(1)
#undef LK_TILE
}

static void multiply_whole(size_t rows, size_t depth, const operand *a, const lk_real *b,
                           size_t b_step, lk_real *c, size_t ldc, bool accumulate) {
    multiply_rows(rows, 2, depth, a, b, b_step, c, ldc, accumulate);
}

static void multiply_half(size_t rows, size_t depth, const operand *a, const lk_real *b, lk_real *c,
                          bool accumulate) {
    multiply_rows(rows, 1, depth, a, b, TILE_COLUMNS, c, TILE_COLUMNS, accumulate);
}

// A tile of fewer columns, from a packed panel: by way of a whole one.
static void multiply_edge(size_t rows, size_t depth, const operand *a, const lk_real *b, lk_real *c,
                          size_t ldc, bool accumulate, size_t columns) {
    lk_real tile[TILE_ROWS * TILE_COLUMNS] = {0};
    size_t bytes = columns * sizeof *c;
    if (accumulate)
        for (size_t i = 0; i < rows; i++) memcpy(tile + i * TILE_COLUMNS, c + i * ldc, bytes);
    if (columns <= LK_VECTOR)
        multiply_half(rows, depth, a, b, tile, accumulate);
    else
        multiply_whole(rows, depth, a, b, TILE_COLUMNS, tile, TILE_COLUMNS, accumulate);
    for (size_t i = 0; i < rows; i++) memcpy(c + i * ldc, tile + i * TILE_COLUMNS, bytes);
}

// ---- Blocks -------------------------------------------------------------------------------------

// A block of C: `rows` by `columns`; k runs over `depth`.
typedef struct block_view {
    size_t rows, columns, depth;
    bool accumulate;
} block_view;

// Rows of tiles against one panel, which stays in the nearest cache.
static void multiply_panel(const block_view *block, const operand *a, const lk_real *b,
                           size_t b_step, size_t columns, lk_real *c, size_t ldc) {
    for (size_t i = 0; i < block->rows; i += TILE_ROWS) {
        size_t rows = smaller(TILE_ROWS, block->rows - i);
        operand part = part_of(a, i, 0);
        if (columns == TILE_COLUMNS)
            multiply_whole(rows, block->depth, &part, b, b_step, c + i * ldc, ldc,
                           block->accumulate);
        else
            multiply_edge(rows, block->depth, &part, b, c + i * ldc, ldc, block->accumulate,
                          columns);
    }
}

static void multiply_block(const block_view *block, const operand *a, const operand *b, lk_real *c,
                           size_t ldc) {
    bool pack = b->depth_step == 1 || block->rows >= WORTH_PACKING;
    for (size_t j = 0; j < block->columns; j += TILE_COLUMNS) {
        size_t columns = smaller(TILE_COLUMNS, block->columns - j);
        operand part = part_of(b, j, 0);
        const lk_real *panel = part.data;
        size_t step = part.depth_step;
        if (pack || columns < TILE_COLUMNS) {
            pack_panel(packed_b, &part, columns, block->depth);
            panel = packed_b;
            step = TILE_COLUMNS;
        }
        multiply_panel(block, a, panel, step, columns, c + j, ldc);
    }
}

// The same from packed panels, each of which takes panel_stride elements.
static void multiply_panels(const block_view *block, const operand *a, const lk_real *panels,
                            size_t panel_stride, lk_real *c, size_t ldc) {
    for (size_t j = 0; j < block->columns; j += TILE_COLUMNS, panels += panel_stride)
        multiply_panel(block, a, panels, TILE_COLUMNS, smaller(TILE_COLUMNS, block->columns - j),
                       c + j, ldc);
}

// The block's rows of A, copied where enough columns use them.
static operand rows_of(const block_view *block, const operand *a) {
    bool copy = block->columns >= WORTH_PACKING && block->rows > 1;
    return copy ? copy_rows(a, block->rows, block->depth) : *a;
}

// ---- One row ------------------------------------------------------------------------------------

// Tiles as wide as the registers allow, which read more of B in one go. Returns the columns done.
static size_t multiply_row(size_t n, size_t k, const operand *a, const operand *b, lk_real *c,
                           bool accumulate) {
    enum { COLUMNS = ROW_VECTORS * LK_VECTOR };
    size_t j = 0;
    for (; j + COLUMNS <= n; j += COLUMNS)
        multiply_tile(1, ROW_VECTORS, k, a, b->data + j, b->depth_step, c + j, n, accumulate);
    return j;
}

#ifdef LK_FUSED

enum { DOT_COLUMNS = 4, DOT_VECTORS = 2 };

LK_INLINE lk_real sum_of(lk_vector v) {
    lk_real sum = 0;
    for (size_t i = 0; i < LK_VECTOR; i++) sum += v[i];
    return sum;
}

// c[j] = or += Σ_k a[k] b[j][k] for DOT_COLUMNS columns, k in lanes.
LK_INLINE void dot_columns(size_t columns, size_t k, const lk_real *a, const operand *b, lk_real *c,
                           bool accumulate) {
    lk_vector sums[DOT_COLUMNS][DOT_VECTORS] = {0};
    size_t p = 0;
    for (; p + DOT_VECTORS * LK_VECTOR <= k; p += DOT_VECTORS * LK_VECTOR)
        for (size_t j = 0; j < columns; j++)
            for (size_t i = 0; i < DOT_VECTORS; i++)
                sums[j][i] += lk_load(a + p + i * LK_VECTOR) *
                              lk_load(b->data + j * b->step + p + i * LK_VECTOR);
    for (size_t j = 0; j < columns; j++) {
        lk_real sum = sum_of(sums[j][0] + sums[j][1]);
        for (size_t q = p; q < k; q++) sum += a[q] * b->data[j * b->step + q];
        c[j] = accumulate ? c[j] + sum : sum;
    }
}

// One row with a transposed B, whose rows are read from end to end: the sums are in lanes, which
// only fast mode allows.
static void dot_row(size_t n, size_t k, const lk_real *a, const operand *b, lk_real *c,
                    bool accumulate) {
    size_t j = 0;
    for (; j + DOT_COLUMNS <= n; j += DOT_COLUMNS) {
        operand part = part_of(b, j, 0);
        dot_columns(DOT_COLUMNS, k, a, &part, c + j, accumulate);
    }
    for (; j < n; j++) {
        operand part = part_of(b, j, 0);
        dot_columns(1, k, a, &part, c + j, accumulate);
    }
}

#endif

// ---- The product --------------------------------------------------------------------------------

static void clear(size_t m, size_t n, lk_real *c, size_t ldc) {
    for (size_t i = 0; i < m; i++) memset(c + i * ldc, 0, n * sizeof *c);
}

static block_view block_at(size_t m, size_t n, size_t k, size_t i, size_t first_k,
                           bool accumulate) {
    return (block_view){smaller(BLOCK_ROWS, m - i), n, smaller(DEPTH, k - first_k),
                        accumulate || first_k > 0};
}

void LK_NAME(lk_gemm)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                      const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                      size_t ldc, bool accumulate) {
    operand left = operand_of(a, lda, !transpose_a), right = operand_of(b, ldb, transpose_b);
    if (k == 0 && !accumulate) clear(m, n, c, ldc);
#ifdef LK_FUSED
    if (m == 1 && transpose_b && left.depth_step == 1 && k > 0) {
        dot_row(n, k, a, &right, c, accumulate);
        return;
    }
    if (m > 1 && LK_NAME(lk_gemm_small)(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc,
                                        accumulate))
        return;
#endif
    if (m == 1 && !transpose_b && k > 0) {
        size_t done = multiply_row(n, k, &left, &right, c, accumulate);
        n -= done, c += done, right = part_of(&right, done, 0);
    }
    for (size_t first = 0; first < k; first += DEPTH)
        for (size_t i = 0; i < m; i += BLOCK_ROWS) {
            block_view block = block_at(m, n, k, i, first, accumulate);
            operand a_part = part_of(&left, i, first), b_part = part_of(&right, 0, first);
            operand rows = rows_of(&block, &a_part);
            multiply_block(&block, &rows, &b_part, c + i * ldc, ldc);
        }
}

// ---- The product with a B that is packed before -------------------------------------------------

// A depth of one panel after another.
static void pack_columns(lk_real *panels, size_t panel_depth, size_t n, size_t k,
                         const operand *b) {
    for (size_t j = 0; j < n; j += TILE_COLUMNS)
        for (size_t first = 0; first < k; first += DEPTH) {
            operand part = part_of(b, j, first);
            pack_panel(panels + j * panel_depth + first * TILE_COLUMNS, &part,
                       smaller(TILE_COLUMNS, n - j), smaller(DEPTH, k - first));
        }
}

// Rows of a few panels side by side.
static void pack_rows(lk_real *panels, size_t panel_depth, size_t n, size_t k, const lk_real *b,
                      size_t ldb) {
    for (size_t first = 0; first < n; first += PACK_COLUMNS)
        for (size_t i = 0; i < k; i++)
            for (size_t j = first; j < smaller(n, first + PACK_COLUMNS); j += TILE_COLUMNS)
                pack_row(panels + j * panel_depth + i * TILE_COLUMNS, b + i * ldb + j,
                         smaller(TILE_COLUMNS, n - j));
}

static void pack(lk_real *panels, size_t panel_depth, bool transpose_b, size_t n, size_t k,
                 const lk_real *b, size_t ldb) {
    operand columns = operand_of(b, ldb, transpose_b);
    if (transpose_b)
        pack_columns(panels, panel_depth, n, k, &columns);
    else
        pack_rows(panels, panel_depth, n, k, b, ldb);
}

static void gemm_packed(bool transpose_a, size_t m, size_t n, size_t k, const lk_real *a,
                        size_t lda, const lk_real *panels, size_t panel_depth, lk_real *c,
                        size_t ldc, bool accumulate) {
    operand left = operand_of(a, lda, !transpose_a);
    if (k == 0 && !accumulate) clear(m, n, c, ldc);
    for (size_t i = 0; i < m; i += BLOCK_ROWS)
        for (size_t first = 0; first < k; first += DEPTH) {
            block_view block = block_at(m, n, k, i, first, accumulate);
            operand part = part_of(&left, i, first), rows = rows_of(&block, &part);
            multiply_panels(&block, &rows, panels + first * TILE_COLUMNS,
                            TILE_COLUMNS * panel_depth, c + i * ldc, ldc);
        }
}

void LK_NAME(lk_set_gemm)(lk_kernels *kernels) {
    kernels->gemm = LK_NAME(lk_gemm);
    kernels->panel_columns = TILE_COLUMNS;
    kernels->prefers_panels = true;
    kernels->pack = pack;
    kernels->gemm_packed = gemm_packed;
}
