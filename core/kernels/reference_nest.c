// Loop nests over tables. Always double, whatever lk_real is.
#include "nest.h"
#include "variant.h"

#ifdef __AVX512F__
#include "avx512.h"
#endif

#include <assert.h>
#include <math.h>
#include <string.h>

// ---- Lines --------------------------------------------------------------------------------------

// t = scale × Π inputs, cell by cell; the inputs from left to right.
static void product_line(double *t, double scale, const double *const *inputs, uint32_t count,
                         uint32_t n) {
    if (count == 0) {
        for (uint32_t j = 0; j < n; j++) t[j] = scale;
        return;
    }
    const double *a = inputs[0];
    if (count == 1) {
        LK_INDEPENDENT
        for (uint32_t j = 0; j < n; j++) t[j] = scale * a[j];
        return;
    }
    const double *b = inputs[1];
    if (count == 2) {
        LK_INDEPENDENT
        for (uint32_t j = 0; j < n; j++) t[j] = scale * a[j] * b[j];
        return;
    }
    const double *c = inputs[2];
    LK_INDEPENDENT
    for (uint32_t j = 0; j < n; j++) t[j] = scale * a[j] * b[j] * c[j];
    for (uint32_t i = 3; i < count; i++) {
        const double *d = inputs[i];
        LK_INDEPENDENT
        for (uint32_t j = 0; j < n; j++) t[j] *= d[j];
    }
}

// y += t, or the larger of the two.
LK_INLINE void merge_line(double *y, const double *t, size_t n, bool maximize) {
    if (maximize) {
        LK_INDEPENDENT
        for (size_t j = 0; j < n; j++) y[j] = t[j] > y[j] ? t[j] : y[j];
    } else {
        LK_INDEPENDENT
        for (size_t j = 0; j < n; j++) y[j] += t[j];
    }
}

LK_INLINE double merge_cell(double y, double t, bool maximize) {
    if (maximize) return t > y ? t : y;
    return y + t;
}

// In lanes, so that it can be done with vectors of any width.
LK_INLINE double reduce_line(const double *t, uint32_t n, bool maximize) {
    double lanes[LK_LANES] = {0};
    uint32_t j = 0;
    for (; j + LK_LANES <= n; j += LK_LANES)
        for (uint32_t lane = 0; lane < LK_LANES; lane++)
            lanes[lane] = merge_cell(lanes[lane], t[j + lane], maximize);
    for (uint32_t lane = 0; j + lane < n; lane++)
        lanes[lane] = merge_cell(lanes[lane], t[j + lane], maximize);
    for (uint32_t half = LK_LANES / 2; half > 0; half /= 2)
        for (uint32_t i = 0; i < half; i++)
            lanes[i] = merge_cell(lanes[i], lanes[i + half], maximize);
    return lanes[0];
}

// ---- Running ------------------------------------------------------------------------------------

typedef struct runner {
    const lk_nest *nest;
    double *const *tables;
    size_t at[LK_NEST_OPERANDS];              // cursor of each operand, in cells
    uint32_t turns[LK_NEST_WHEELS];           // of each wheel
    double prefix[LK_NEST_WHEELS + 1];        // product of the single inputs up to each level
    uint32_t next_single[LK_NEST_WHEELS + 2]; // first single input of each level
    double *product;                          // a line
    double *lines[LK_NEST_OPERANDS]; // of scattered inputs, and of outputs that are not dense
    bool filled[LK_NEST_OPERANDS];   // whether such an output's line holds something
    uint32_t stale;                  // scattered inputs of this level or a deeper one have moved
} runner;

// Copies the cells of an input to its line.
LK_INLINE void spread_line(double *line, const double *cells, const lk_nest_operand *operand,
                           uint32_t n) {
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
LK_INLINE void gather_sums(double *sums, const double *line, const lk_nest_operand *operand,
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
            sum = merge_cell(sum, line[operand->offsets[first + i]], maximize);
        sums[i] = sum;
    }
}

// Adds what was collected for an output to its cells.
LK_INLINE void flush(runner *r, uint32_t o, bool maximize) {
    const lk_nest_operand *operand = &r->nest->operands[o];
    double *cells = r->tables[o] + r->at[o];
    const double *line = r->lines[o];
    r->filled[o] = false;
    if (operand->kind == LK_NEST_SINGLE) {
        *cells = merge_cell(*cells, reduce_line(line, r->nest->line, maximize), maximize);
        return;
    }
    gather_sums(r->product, line, operand, r->nest->line, maximize);
    merge_line(cells, r->product, operand->cells, maximize);
}

LK_INLINE void flush_moving(runner *r, uint32_t wheel, bool maximize) {
    const lk_nest *nest = r->nest;
    for (uint32_t o = nest->inputs; o < nest->inputs + nest->outputs; o++)
        if (r->filled[o] && nest->operands[o].level > wheel) flush(r, o, maximize);
}

LK_INLINE void merge_output(runner *r, uint32_t o, const double *product, bool maximize) {
    uint32_t n = r->nest->line;
    assert(r->lines[o]);
    if (r->nest->operands[o].kind == LK_NEST_DENSE) {
        merge_line(r->tables[o] + r->at[o], product, n, maximize);
    } else if (r->filled[o]) {
        merge_line(r->lines[o], product, n, maximize);
    } else {
        memcpy(r->lines[o], product, n * sizeof *product);
        r->filled[o] = true;
    }
}

LK_INLINE void run_line(runner *r, double scale, bool maximize) {
    const lk_nest *nest = r->nest;
    const double *vectors[LK_NEST_OPERANDS];
    uint32_t count = 0;
    for (uint32_t i = nest->singles; i < nest->inputs; i++) {
        const lk_nest_operand *operand = &nest->operands[i];
        const double *cells = r->tables[i] + r->at[i];
        if (operand->kind == LK_NEST_SCATTERED) {
            assert(r->lines[i]);
            if (operand->level >= r->stale) spread_line(r->lines[i], cells, operand, nest->line);
            cells = r->lines[i];
        }
        vectors[count++] = cells;
    }
    r->stale = UINT32_MAX;
    product_line(r->product, scale, vectors, count, nest->line);
    for (uint32_t o = nest->inputs; o < nest->inputs + nest->outputs; o++)
        merge_output(r, o, r->product, maximize);
}

LK_INLINE void move(runner *r, uint32_t wheel, size_t times) {
    uint32_t operands = r->nest->inputs + r->nest->outputs;
    const size_t *strides = r->nest->strides + (size_t)wheel * operands;
    for (uint32_t i = 0; i < operands; i++) r->at[i] += strides[i] * times;
}

// Takes in the single inputs from `level` on; returns the first level whose product is 0, or
// UINT32_MAX.
LK_INLINE uint32_t multiply_singles(runner *r, uint32_t level) {
    double product = level ? r->prefix[level - 1] : 1;
    for (; level <= r->nest->wheels; level++) {
        for (uint32_t i = r->next_single[level]; i < r->next_single[level + 1]; i++)
            product *= r->tables[i][r->at[i]];
        r->prefix[level] = product;
        if (product == 0) return level;
    }
    return UINT32_MAX;
}

// Turns a wheel, or the next one outside of it that has not made all its turns; false at the end.
LK_INLINE bool turn(runner *r, uint32_t *wheel, size_t last) {
    for (uint32_t w = *wheel + 1; w-- > 0;) {
        size_t extent = w == 0 ? last : r->nest->extents[w];
        if (r->turns[w] + 1 < extent) {
            r->turns[w]++;
            move(r, w, 1);
            *wheel = w;
            return true;
        }
        move(r, w, (size_t)0 - r->turns[w]); // modular arithmetic: a step back
        r->turns[w] = 0;
    }
    return false;
}

LK_INLINE void run_wheels(runner *r, size_t last, bool maximize) {
    uint32_t level = 0, innermost = r->nest->wheels - 1;
    for (;;) {
        uint32_t zero = multiply_singles(r, level);
        uint32_t wheel = innermost;
        if (zero == UINT32_MAX)
            run_line(r, r->prefix[r->nest->wheels], maximize);
        else if (zero == 0)
            return;
        else
            wheel = zero - 1;
        // Outputs that move with a wheel that turns now are written before it does.
        uint32_t turning = wheel;
        while (turning > 0 && r->turns[turning] + 1 >= r->nest->extents[turning]) turning--;
        flush_moving(r, turning, maximize);
        if (!turn(r, &wheel, last)) return;
        level = wheel + 1;
        if (level < r->stale) r->stale = level;
    }
}

LK_INLINE void run(runner *r, size_t first, size_t last, bool maximize) {
    if (r->nest->wheels == 0) {
        if (multiply_singles(r, 0) == UINT32_MAX) run_line(r, r->prefix[0], maximize);
    } else {
        move(r, 0, first);
        r->turns[0] = (uint32_t)first;
        run_wheels(r, last, maximize);
    }
    for (uint32_t o = r->nest->inputs; o < r->nest->inputs + r->nest->outputs; o++)
        if (r->filled[o]) flush(r, o, maximize);
}

// Sets what will be looked at, and no more: small nests are run often.
static void start(runner *r, const lk_nest *nest, double *const *tables, double *room) {
    uint32_t operands = nest->inputs + nest->outputs, single = 0;
    r->nest = nest;
    r->tables = tables;
    r->product = room;
    r->stale = 0;
    for (uint32_t level = 0; level <= nest->wheels; level++) {
        r->next_single[level] = single;
        while (single < nest->singles && nest->operands[single].level == level) single++;
    }
    r->next_single[nest->wheels + 1] = single;
    for (uint32_t wheel = 0; wheel < nest->wheels; wheel++) r->turns[wheel] = 0;
    memset(r->at, 0, sizeof r->at);
    memset(r->filled, 0, sizeof r->filled);
    memset(r->lines, 0, sizeof r->lines);
    for (uint32_t i = 0; i < operands; i++) r->lines[i] = room + (size_t)(i + 1) * nest->line;
}

static void run_nest(const lk_nest *nest, double *const *tables, size_t first, size_t last,
                     double *room) {
    runner r;
    start(&r, nest, tables, room);
    if (nest->maximize)
        run(&r, first, last, true);
    else
        run(&r, first, last, false);
}

// ---- Whole tables -------------------------------------------------------------------------------

static void range(double *largest, double *smallest, const double *x, size_t n) {
    double high[LK_LANES], low[LK_LANES];
    for (size_t lane = 0; lane < LK_LANES; lane++) {
        high[lane] = 0;
        low[lane] = INFINITY;
    }
    for (size_t i = 0; i < n; i += LK_LANES) {
        size_t lanes = n - i < LK_LANES ? n - i : LK_LANES;
        for (size_t lane = 0; lane < lanes; lane++) {
            double value = x[i + lane], positive = value > 0 ? value : INFINITY;
            high[lane] = value > high[lane] ? value : high[lane];
            low[lane] = positive < low[lane] ? positive : low[lane];
        }
    }
    for (size_t lane = 1; lane < LK_LANES; lane++) {
        high[0] = high[lane] > high[0] ? high[lane] : high[0];
        low[0] = low[lane] < low[0] ? low[lane] : low[0];
    }
    *largest = high[0];
    *smallest = low[0];
}

static bool has_zero(const double *x, size_t n) {
    uint64_t zeros = 0;
    for (size_t i = 0; i < n; i++) zeros += x[i] == 0;
    return zeros > 0;
}

static void divide(double *y, const double *x, const double *d, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        double divisor = d[i] > 0 ? d[i] : 1;
        double value = d[i] > 0 ? x[i] : 0;
        y[i] = value / divisor;
    }
}

static void scale(double *y, double factor, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] *= factor;
}

static void add(double *y, const double *x, size_t n) { merge_line(y, x, n, false); }

static void maximize(double *y, const double *x, size_t n) { merge_line(y, x, n, true); }

static void multiply(double *y, const double *x, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] *= x[i];
}

const lk_table_kernels LK_NAME(lk_table_kernels) = {
    run_nest, range, has_zero, divide, scale, add, maximize, multiply, LK_VARIANT_NAME,
};
