#include "matmul.h"

#include "pool.h"

enum {
    MAX_BLOCKS = 32,              // enough to keep many threads evenly busy
    MIN_BLOCK_PRODUCTS = 1 << 20, // below, handing out costs more than it gains
    ROW_GRAIN = 16,
    COLUMN_GRAIN = 64, // whole tiles of the kernels
};

// With B packed.
enum {
    LEAST_ROWS_PACKED = 64,   // fewer do not pay for packing
    PANEL_ELEMENTS = 1 << 20, // of the panels held at a time: what the last cache has room for
    LEAST_PANEL_DEPTH = 256,
    PACK_COLUMNS = 64, // packed by one task, with all k, where B is transposed
    PACK_DEPTH = 64,   // packed by one task, with all columns, where it is not
    BLOCK_ROWS = 192,  // with the next, a block whose operands the second cache holds
    BLOCK_COLUMNS = 384,
    LEAST_BLOCK_ROWS = 32,
    ENOUGH_BLOCKS = 12,
};

typedef struct product {
    const lk_kernels *kernels;
    bool transpose_a, transpose_b, accumulate;
    size_t m, n, k;
    const lk_real *a, *b;
    lk_real *c;
    size_t lda, ldb, ldc;
    const lk_epilogue *epilogue; // NULL: none
    size_t first_column;         // of a part: its place in C
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

static const lk_real *rows_of_a(const product *p, size_t i, size_t k) {
    return p->a + (p->transpose_a ? k * p->lda + i : i * p->lda + k);
}

static const lk_real *columns_of_b(const product *p, size_t j, size_t k) {
    return p->b + (p->transpose_b ? j * p->ldb + k : k * p->ldb + j);
}

typedef struct block {
    size_t i, rows, j, columns;
} block;

static block block_at(const product *p, size_t index) {
    size_t i = index / p->blocks_across * p->block_rows;
    size_t j = index % p->blocks_across * p->block_columns;
    return (block){i, smaller(p->block_rows, p->m - i), j, smaller(p->block_columns, p->n - j)};
}

static void finish_block(const product *p, const block *b) {
    const lk_epilogue *epilogue = p->epilogue;
    if (!epilogue) return;
    epilogue->run(epilogue->argument, b->i, b->rows, p->first_column + b->j, b->columns);
}

static void multiply_block(void *argument, size_t index) {
    const product *p = argument;
    block b = block_at(p, index);
    p->kernels->gemm(p->transpose_a, p->transpose_b, b.rows, b.columns, p->k, rows_of_a(p, b.i, 0),
                     p->lda, columns_of_b(p, b.j, 0), p->ldb, p->c + b.i * p->ldc + b.j, p->ldc,
                     p->accumulate);
    finish_block(p, &b);
}

// ---- With B packed ------------------------------------------------------------------------------

// Part of a product: columns first_column … of C, of which k runs from first_k over depth.
typedef struct packed_part {
    product product; // of the part: its n and k, operands where it begins
    lk_real *panels;
} packed_part;

// A task packs what lies together in memory.
static void pack_part(void *argument, size_t index) {
    const packed_part *part = argument;
    const product *p = &part->product;
    size_t j = 0, k = 0, columns = p->n, depth = p->k;
    if (p->transpose_b) {
        j = index * PACK_COLUMNS;
        columns = smaller(PACK_COLUMNS, p->n - j);
    } else {
        k = index * PACK_DEPTH;
        depth = smaller(PACK_DEPTH, p->k - k);
    }
    p->kernels->pack(part->panels + j * p->k + k * p->kernels->panel_columns, p->k, p->transpose_b,
                     columns, depth, columns_of_b(p, j, k), p->ldb);
}

static size_t count_packs(const product *p) {
    return p->transpose_b ? quotient_up(p->n, PACK_COLUMNS) : quotient_up(p->k, PACK_DEPTH);
}

static void multiply_packed_block(void *argument, size_t index) {
    const packed_part *part = argument;
    const product *p = &part->product;
    block b = block_at(p, index);
    p->kernels->gemm_packed(p->transpose_a, b.rows, b.columns, p->k, rows_of_a(p, b.i, 0), p->lda,
                            part->panels + b.j * p->k, p->k, p->c + b.i * p->ldc + b.j, p->ldc,
                            p->accumulate);
    finish_block(p, &b);
}

static size_t round_up(size_t size, size_t grain) { return quotient_up(size, grain) * grain; }

// Equal parts of at most `most`, in grains.
static size_t even_part(size_t size, size_t most, size_t grain) {
    return round_up(quotient_up(size, quotient_up(size, most)), grain);
}

// Blocks that the second cache holds with their part of the panels, smaller where there are few.
static void choose_packed_blocks(product *p) {
    p->block_rows = even_part(p->m, BLOCK_ROWS, ROW_GRAIN);
    p->block_columns = even_part(p->n, BLOCK_COLUMNS, COLUMN_GRAIN);
    while (count_blocks(p) < ENOUGH_BLOCKS && p->block_rows > LEAST_BLOCK_ROWS)
        p->block_rows = half_in_grains(p->block_rows, ROW_GRAIN);
    p->blocks_across = quotient_up(p->n, p->block_columns);
}

// The columns from `j` on and the k from `first_k` on.
static product part_of(const product *whole, size_t j, size_t columns, size_t first_k,
                       size_t depth) {
    product part = *whole;
    part.n = columns;
    part.k = depth;
    part.a = rows_of_a(whole, 0, first_k);
    part.b = columns_of_b(whole, j, first_k);
    part.c = whole->c + j;
    part.first_column = j;
    part.epilogue = first_k + depth == whole->k ? whole->epilogue : NULL;
    part.accumulate = whole->accumulate || first_k > 0;
    choose_packed_blocks(&part);
    return part;
}

// What is packed at a time.
typedef struct panels_size {
    size_t columns, depth;
} panels_size;

static panels_size size_panels(size_t n, size_t k) {
    size_t columns = even_part(n, PANEL_ELEMENTS / LEAST_PANEL_DEPTH, PACK_COLUMNS);
    size_t most = PANEL_ELEMENTS / columns / LEAST_PANEL_DEPTH * LEAST_PANEL_DEPTH;
    return (panels_size){columns, even_part(k, most, LEAST_PANEL_DEPTH)};
}

static bool multiply_packed(lk_context *context, const product *p) {
    panels_size size = size_panels(p->n, p->k);
    size_t columns = size.columns, depth = size.depth;
    lk_real *panels = lk_context_scratch(context, columns * depth * sizeof *panels);
    if (!panels) return false;
    lk_pool *pool = lk_context_pool(context);
    for (size_t k = 0; k < p->k; k += depth)
        for (size_t j = 0; j < p->n; j += columns) {
            packed_part part = {
                part_of(p, j, smaller(columns, p->n - j), k, smaller(depth, p->k - k)), panels};
            lk_pool_run(pool, count_packs(&part.product), pack_part, &part);
            lk_pool_run(pool, count_blocks(&part.product), multiply_packed_block, &part);
        }
    return true;
}

static bool pays_packing(const lk_kernels *kernels, size_t m, size_t n, size_t k) {
    return kernels->prefers_panels && m >= LEAST_ROWS_PACKED &&
           (double)m * (double)n * (double)k >= 2.0 * MIN_BLOCK_PRODUCTS;
}

size_t lk_matmul_scratch(const lk_kernels *kernels, size_t m, size_t n, size_t k) {
    if (!pays_packing(kernels, m, n, k)) return 0;
    panels_size size = size_panels(n, k);
    return size.columns * size.depth * sizeof(lk_real);
}

// ---- The product --------------------------------------------------------------------------------

void lk_matmul_then(lk_context *context, bool transpose_a, bool transpose_b, size_t m, size_t n,
                    size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb,
                    lk_real *c, size_t ldc, bool accumulate, const lk_epilogue *epilogue) {
    if (m == 0 || n == 0) return;
    product p = {.kernels = lk_context_kernels(context),
                 .transpose_a = transpose_a,
                 .transpose_b = transpose_b,
                 .accumulate = accumulate,
                 .m = m,
                 .n = n,
                 .k = k,
                 .a = a,
                 .b = b,
                 .c = c,
                 .lda = lda,
                 .ldb = ldb,
                 .ldc = ldc,
                 .epilogue = epilogue};
    if (pays_packing(p.kernels, m, n, k) && multiply_packed(context, &p)) return;
    choose_blocks(&p);
    lk_pool_run(lk_context_pool(context), count_blocks(&p), multiply_block, &p);
}

void lk_matmul(lk_context *context, bool transpose_a, bool transpose_b, size_t m, size_t n,
               size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
               size_t ldc, bool accumulate) {
    lk_matmul_then(context, transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate,
                   NULL);
}
