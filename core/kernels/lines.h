// Operations on lines of doubles, for the loop nests. Each cell is worked on by itself, in one
// order, so that builds with vectors of any width give the same bits.
#ifndef LK_LINES_H
#define LK_LINES_H

#include "nest.h"
#include "variant.h"

#ifdef __AVX512F__
#include "avx512.h"
#endif

#include <string.h>

// ---- Vectors ------------------------------------------------------------------------------------

enum { LK_WIDTH = LK_VECTOR_BYTES / sizeof(double) };
typedef double lk_doubles __attribute__((vector_size(LK_VECTOR_BYTES)));
typedef double lk_doubles_unaligned
    __attribute__((vector_size(LK_VECTOR_BYTES), aligned(sizeof(double))));
typedef int64_t lk_mask __attribute__((vector_size(LK_VECTOR_BYTES)));

// The first `count` cells; the other lanes are 0.
LK_INLINE lk_doubles lk_load_cells(const double *p, uint32_t count) {
    if (count >= LK_WIDTH) return *(const lk_doubles_unaligned *)p;
#ifdef __AVX512F__
    return _mm512_maskz_loadu_pd(lk_avx512_lanes(count), p);
#else
    lk_doubles v = {0};
    for (uint32_t i = 0; i < count; i++) v[i] = p[i];
    return v;
#endif
}

// The first `count` cells are x, the others 0.
LK_INLINE lk_doubles lk_fill_cells(double x, uint32_t count) {
    if (count >= LK_WIDTH) return (lk_doubles){0} + x;
#ifdef __AVX512F__
    return _mm512_maskz_mov_pd(lk_avx512_lanes(count), _mm512_set1_pd(x));
#else
    lk_doubles v = {0};
    for (uint32_t i = 0; i < count; i++) v[i] = x;
    return v;
#endif
}

LK_INLINE void lk_store_cells(double *p, lk_doubles v, uint32_t count) {
    if (count >= LK_WIDTH) {
        *(lk_doubles_unaligned *)p = v;
        return;
    }
#ifdef __AVX512F__
    _mm512_mask_storeu_pd(p, lk_avx512_lanes(count), v);
#else
    for (uint32_t i = 0; i < count; i++) p[i] = v[i];
#endif
}

// The sum, or the larger of the two.
LK_INLINE lk_doubles lk_merge_vectors(lk_doubles a, lk_doubles b, bool maximize) {
    if (!maximize) return a + b;
    lk_mask take_b = b > a;
    return (lk_doubles)(((lk_mask)a & ~take_b) | ((lk_mask)b & take_b));
}

LK_INLINE double lk_merge_cells(double a, double b, bool maximize) {
    if (maximize) return b > a ? b : a;
    return a + b;
}

typedef void lk_line_step(const void *operands, uint32_t j, uint32_t count);
// Calls step for each vector of a line of n cells, of which the last may not be full.
LK_INLINE void lk_each_vector(uint32_t n, lk_line_step *step, const void *operands) {
    uint32_t j = 0;
    for (; j + LK_WIDTH <= n; j += LK_WIDTH) step(operands, j, LK_WIDTH);
    if (j < n) step(operands, j, n - j);
}

// ---- Products -----------------------------------------------------------------------------------

typedef struct lk_product {
    double *y;
    const double *a, *b, *c;
    double scale;
    uint32_t inputs; // how many of a, b and c there are
    bool is_first;   // y = product; else it is merged into y
    bool maximize;
} lk_product;

LK_INLINE void lk_product_step(const void *operands, uint32_t j, uint32_t count) {
    const lk_product *p = operands;
    lk_doubles product = (lk_doubles){0} + p->scale;
    if (p->inputs > 0) product *= lk_load_cells(p->a + j, count);
    if (p->inputs > 1) product *= lk_load_cells(p->b + j, count);
    if (p->inputs > 2) product *= lk_load_cells(p->c + j, count);
    if (!p->is_first)
        product = lk_merge_vectors(lk_load_cells(p->y + j, count), product, p->maximize);
    lk_store_cells(p->y + j, product, count);
}

LK_INLINE void lk_product_of_few(double *y, double scale, const double *const *inputs,
                                 uint32_t count, uint32_t n, bool is_first, bool maximize) {
    lk_product p = {.y = y,
                    .a = count > 0 ? inputs[0] : NULL,
                    .b = count > 1 ? inputs[1] : NULL,
                    .c = count > 2 ? inputs[2] : NULL,
                    .scale = scale,
                    .inputs = count,
                    .is_first = is_first,
                    .maximize = maximize};
    lk_each_vector(n, lk_product_step, &p);
}

// y = scale × Π inputs, cell by cell.
static void lk_product_line(double *y, double scale, const double *const *inputs, uint32_t count,
                            uint32_t n) {
    if (count == 0)
        lk_product_of_few(y, scale, inputs, 0, n, true, false);
    else if (count == 1)
        lk_product_of_few(y, scale, inputs, 1, n, true, false);
    else if (count == 2)
        lk_product_of_few(y, scale, inputs, 2, n, true, false);
    else
        lk_product_of_few(y, scale, inputs, 3, n, true, false);
    for (uint32_t i = 3; i < count; i++) {
        const double *two[] = {y, inputs[i]};
        lk_product_of_few(y, 1, two, 2, n, true, false);
    }
}

// Merges t into y.
LK_INLINE void lk_merge_line(double *y, const double *t, uint32_t n, bool maximize) {
    lk_product_of_few(y, 1, &t, 1, n, false, maximize);
}

// ---- Sums over turns of a wheel -----------------------------------------------------------------

enum { LK_BLOCK = 4 }; // vectors that are summed side by side

typedef struct lk_turns {
    double *y;
    const double *factor; // NULL: 1
    const double *a, *b;  // at the first turn
    size_t a_stride, b_stride;
    const double *scales;  // [count]
    const uint32_t *which; // [count] the turns
    uint32_t count;
    uint32_t inputs; // 1: a; 2: a and b
    bool is_first;
    bool maximize;
} lk_turns;

LK_INLINE void lk_sum_block(const lk_turns *s, uint32_t j, uint32_t vectors, uint32_t count) {
    lk_doubles sums[LK_BLOCK] = {0};
    for (uint32_t k = 0; k < s->count; k++) {
        const double *a = s->a + s->which[k] * s->a_stride + j;
        const double *b = s->inputs > 1 ? s->b + s->which[k] * s->b_stride + j : NULL;
        for (uint32_t i = 0; i < vectors; i++) {
            lk_doubles product = s->scales[k] * lk_load_cells(a + (size_t)i * LK_WIDTH, count);
            if (s->inputs > 1) product *= lk_load_cells(b + (size_t)i * LK_WIDTH, count);
            sums[i] = lk_merge_vectors(sums[i], product, s->maximize);
        }
    }
    for (uint32_t i = 0; i < vectors; i++) {
        uint32_t at = j + i * LK_WIDTH;
        if (s->factor) sums[i] *= lk_load_cells(s->factor + at, count);
        if (!s->is_first)
            sums[i] = lk_merge_vectors(lk_load_cells(s->y + at, count), sums[i], s->maximize);
        lk_store_cells(s->y + at, sums[i], count);
    }
}

// y = factor × Σ_k scales[k] × a(which[k]) [× b(which[k])], or merges that into y. Products are at
// least 0.
LK_INLINE void lk_sum_turns(const lk_turns *s, uint32_t n) {
    uint32_t j = 0;
    for (; j + LK_BLOCK * LK_WIDTH <= n; j += LK_BLOCK * LK_WIDTH)
        lk_sum_block(s, j, LK_BLOCK, LK_WIDTH);
    for (; j + LK_WIDTH <= n; j += LK_WIDTH) lk_sum_block(s, j, 1, LK_WIDTH);
    if (j < n) lk_sum_block(s, j, 1, n - j);
}

// ---- Sums of a line -----------------------------------------------------------------------------

// Eight lanes, of which each is summed by itself, whatever the width of vectors.
enum { LK_OCTET = 8 };
typedef double lk_octet __attribute__((vector_size(LK_OCTET * sizeof(double))));
typedef double lk_octet_unaligned
    __attribute__((vector_size(LK_OCTET * sizeof(double)), aligned(sizeof(double))));
typedef int64_t lk_octet_mask __attribute__((vector_size(LK_OCTET * sizeof(double))));

// The first `count` of them, fewer than eight; the others are 0.
LK_INLINE lk_octet lk_load_octet(const double *p, uint32_t count) {
#ifdef __AVX512F__
    return _mm512_maskz_loadu_pd(lk_avx512_lanes(count), p);
#else
    lk_octet lanes = {0};
    for (uint32_t i = 0; i < count; i++) lanes[i] = p[i];
    return lanes;
#endif
}

LK_INLINE lk_octet lk_merge_octets(lk_octet a, lk_octet b, bool maximize) {
    if (!maximize) return a + b;
    lk_octet_mask take_b = b > a;
    return (lk_octet)(((lk_octet_mask)a & ~take_b) | ((lk_octet_mask)b & take_b));
}

// The sum of the lanes, or the largest.
LK_INLINE double lk_merge_lanes(lk_octet lanes, bool maximize) {
    lk_octet half = __builtin_shufflevector(lanes, lanes, 4, 5, 6, 7, 4, 5, 6, 7);
    lanes = lk_merge_octets(lanes, half, maximize);
    half = __builtin_shufflevector(lanes, lanes, 2, 3, 2, 3, 2, 3, 2, 3);
    lanes = lk_merge_octets(lanes, half, maximize);
    return lk_merge_cells(lanes[0], lanes[1], maximize);
}

// The sum of the line, or its largest.
LK_INLINE double lk_reduce_line(const double *t, uint32_t n, bool maximize) {
    lk_octet lanes = {0};
    uint32_t j = 0;
    for (; j + LK_OCTET <= n; j += LK_OCTET)
        lanes = lk_merge_octets(lanes, *(const lk_octet_unaligned *)(t + j), maximize);
    if (j < n) lanes = lk_merge_octets(lanes, lk_load_octet(t + j, n - j), maximize);
    return lk_merge_lanes(lanes, maximize);
}

// ---- Passes -------------------------------------------------------------------------------------

// What is done with the products of a line while they are in registers.
typedef struct lk_pass {
    double scale;
    const double *inputs[LK_NEST_OPERANDS];
    uint32_t input_count;
    // Lines with room for whole vectors; NULL: there is none.
    double *copy;                      // gets the products
    double *sums;                      // the products are merged into it,
    bool is_first;                     // or fill it
    double *outputs[LK_NEST_OPERANDS]; // the products are merged into these cells
    uint32_t output_count;
    bool is_reduced;
    bool maximize;
} lk_pass;

enum { LK_LANE_VECTORS = LK_OCTET / LK_WIDTH };

LK_INLINE void lk_pass_block(const lk_pass *p, double scale, lk_doubles *lanes, uint32_t j,
                             uint32_t vectors, uint32_t count) {
    lk_doubles products[LK_BLOCK];
    for (uint32_t i = 0; i < vectors; i++) products[i] = lk_fill_cells(scale, count);
    for (uint32_t k = 0; k < p->input_count; k++)
        for (uint32_t i = 0; i < vectors; i++)
            products[i] *= lk_load_cells(p->inputs[k] + j + (size_t)i * LK_WIDTH, count);
    for (uint32_t i = 0; i < vectors && p->copy; i++)
        *(lk_doubles_unaligned *)(p->copy + j + (size_t)i * LK_WIDTH) = products[i];
    for (uint32_t i = 0; i < vectors && p->sums; i++) {
        double *y = p->sums + j + (size_t)i * LK_WIDTH;
        lk_doubles sum = products[i];
        if (!p->is_first) sum = lk_merge_vectors(*(lk_doubles_unaligned *)y, sum, p->maximize);
        *(lk_doubles_unaligned *)y = sum;
    }
    for (uint32_t k = 0; k < p->output_count; k++)
        for (uint32_t i = 0; i < vectors; i++) {
            double *y = p->outputs[k] + j + (size_t)i * LK_WIDTH;
            lk_doubles sum = lk_merge_vectors(lk_load_cells(y, count), products[i], p->maximize);
            lk_store_cells(y, sum, count);
        }
    for (uint32_t i = 0; i < vectors && p->is_reduced; i++) {
        uint32_t lane = (j / LK_WIDTH + i) % LK_LANE_VECTORS;
        lanes[lane] = lk_merge_vectors(lanes[lane], products[i], p->maximize);
    }
}

// Passes once through a line of n cells. Returns the sum of the products, or the largest, where
// is_reduced; as lk_reduce_line would.
LK_INLINE double lk_pass_line(const lk_pass *p, uint32_t n) {
    lk_doubles lanes[LK_LANE_VECTORS] = {0};
    double scale = p->scale;
    uint32_t j = 0;
    for (; j + LK_BLOCK * LK_WIDTH <= n; j += LK_BLOCK * LK_WIDTH)
        lk_pass_block(p, scale, lanes, j, LK_BLOCK, LK_WIDTH);
    for (; j + LK_WIDTH <= n; j += LK_WIDTH) lk_pass_block(p, scale, lanes, j, 1, LK_WIDTH);
    if (j < n) lk_pass_block(p, scale, lanes, j, 1, n - j);
    if (!p->is_reduced) return 0;
    lk_octet all;
    for (uint32_t i = 0; i < LK_OCTET; i++) all[i] = lanes[i / LK_WIDTH][i % LK_WIDTH];
    return lk_merge_lanes(all, p->maximize);
}

// ---- Scattered operands ------------------------------------------------------------------------

// Copies the cells of a scattered input to its line, run by run.
static void lk_spread_runs(double *line, const double *cells, const lk_nest_operand *operand) {
    uint32_t run = operand->run;
    for (uint32_t q = 0; q < operand->repeats; q++)
        for (uint32_t b = 0; b < operand->blocks; b++)
            for (uint32_t r = 0; r < operand->spread; r++, line += run)
                for (uint32_t i = 0; i < run; i++) line[i] = cells[b * run + i];
}

// Copies the cells of a scattered input to its line.
LK_INLINE void lk_spread_line(double *line, const double *cells, const lk_nest_operand *operand,
                              uint32_t n) {
    if (!operand->offsets) {
        lk_spread_runs(line, cells, operand);
        return;
    }
#ifdef __AVX512F__
    if (operand->cells <= 16)
        lk_avx512_spread_16(line, cells, operand->offsets, n, operand->cells);
    else
        lk_avx512_spread(line, cells, operand->offsets, n);
#else
    for (uint32_t j = 0; j < n; j++) line[j] = cells[operand->offsets[j]];
#endif
}

// sums[i]: what cell i of a scattered output gets from the line.
LK_INLINE void lk_gather_sums(double *sums, const double *line, const lk_nest_operand *operand,
                              uint32_t n, bool maximize) {
    uint32_t m = operand->cells;
#ifdef __AVX512F__
    if (!maximize) {
        lk_avx512_gather_sums(sums, line, operand->offsets, n, m);
        return;
    }
#endif
    for (uint32_t i = 0; i < m; i++) {
        double sum = 0;
        for (uint32_t first = 0; first < n; first += m)
            sum = lk_merge_cells(sum, line[operand->offsets[first + i]], maximize);
        sums[i] = sum;
    }
}

typedef struct lk_runs {
    double *cells;
    const double *line; // of the first run
    uint32_t run, count;
    bool maximize;
} lk_runs;

LK_INLINE void lk_runs_step(const void *operands, uint32_t j, uint32_t count) {
    const lk_runs *r = operands;
    lk_doubles sum = lk_load_cells(r->line + j, count);
    for (uint32_t k = 1; k < r->count; k++)
        sum = lk_merge_vectors(sum, lk_load_cells(r->line + (size_t)k * r->run + j, count),
                               r->maximize);
    sum = lk_merge_vectors(lk_load_cells(r->cells + j, count), sum, r->maximize);
    lk_store_cells(r->cells + j, sum, count);
}

// Merges a line, run by run, into the cells of a scattered output.
LK_INLINE void lk_give_runs(double *cells, const double *line, const lk_nest_operand *operand,
                            bool maximize) {
    uint32_t run = operand->run, length = operand->spread * run;
    for (uint32_t q = 0; q < operand->repeats; q++)
        for (uint32_t b = 0; b < operand->blocks; b++, line += length) {
            lk_runs runs = {cells + (size_t)b * run, line, run, operand->spread, maximize};
            if (run == 1)
                cells[b] =
                    lk_merge_cells(cells[b], lk_reduce_line(line, length, maximize), maximize);
            else
                lk_each_vector(run, lk_runs_step, &runs);
        }
}

LK_INLINE bool lk_is_zero_line(const double *t, uint32_t n) {
    uint64_t others = 0;
    for (uint32_t j = 0; j < n; j++) others += t[j] != 0;
    return others == 0;
}

#endif
