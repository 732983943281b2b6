// Loop nests over tables of doubles: the kernel of exact inference.
//
// A nest passes once through the cells of a join of tables. For each cell it multiplies one value
// of each input table and adds the product to one cell of each output table (or keeps the larger of
// the two), so that the join itself is never stored:
//
//     for each turn of the wheels                      (the outer loops, an odometer)
//         for each cell j of the line                  (the inner loops together)
//             product = Π input[i][cursor_i + offset_i(j)]
//             output[o][cursor_o + offset_o(j)] += product, for every o
//
// An operand meets the line in one of three ways: it does not depend on the line (one value), it
// moves with it cell by cell (dense), or meets a pattern of its cells (scattered). Values of inputs
// that do not depend on the line are multiplied as far out as they can be, and where their product
// is 0 the loops inside are skipped: zeros of a table cost next to nothing.
//
// The order of additions to a cell does not depend on the width of vectors: all builds give the
// same bits.
#ifndef LK_NEST_H
#define LK_NEST_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LK_NEST_OPERANDS = 24, LK_NEST_WHEELS = 64 };

typedef enum lk_nest_kind { LK_NEST_SINGLE, LK_NEST_DENSE, LK_NEST_SCATTERED } lk_nest_kind;

typedef struct lk_nest_operand {
    lk_nest_kind kind;
    uint32_t level; // 1 + the innermost wheel that moves it; 0: none does
    // A scattered operand has `cells` cells within the line, side by side. Its cell b·run + i meets
    // the line's cells ((q·blocks + b)·spread + r)·run + i of all q below repeats and r below
    // spread. Where `offsets` is not NULL it says so instead. An input: each cell of the line is
    // that at offsets[j]. An output: the line's cells that belong to its cell i are offsets[i],
    // offsets[cells + i], offsets[2 cells + i], …
    uint32_t cells;
    uint32_t repeats, blocks, spread, run;
    const uint32_t *offsets;
} lk_nest_operand;

typedef struct lk_nest {
    uint32_t wheels;
    uint32_t line; // cells
    uint32_t inputs;
    uint32_t outputs;
    bool maximize;           // keep the largest product instead of the sum
    const uint32_t *extents; // [wheels], outermost first
    const size_t *strides;   // [wheels × (inputs + outputs)] cells an operand moves by
    // [inputs + outputs] single inputs, other inputs, outputs; each of the three by level.
    const lk_nest_operand *operands;
    uint32_t singles;
} lk_nest;

// Room for a line: whole vectors of 64 bytes.
#define LK_NEST_LINE_CELLS(line) (((size_t)(line) + 7) / 8 * 8)
// Room that running a nest takes, in cells.
static inline size_t lk_nest_room(const lk_nest *nest) {
    return LK_NEST_LINE_CELLS(nest->line) * (2 + 2 * (size_t)nest->inputs + nest->outputs);
}

// The values of a table: the largest, the smallest that is not 0, and whether there are zeros.
typedef struct lk_range {
    double largest;
    double smallest;
    bool has_zeros;
} lk_range;
#define LK_NO_RANGE ((lk_range){0, INFINITY, false})

typedef struct lk_table_kernels {
    // Adds the products to the outputs. `tables` are the first cells of the operands; `room` has
    // lk_nest_room cells.
    void (*run_nest)(const lk_nest *nest, double *const *tables, double *room);
    // Widens the range by n values.
    void (*range)(lk_range *range, const double *x, size_t n);
    // y = x / d where d is not 0, else 0. y may be x.
    void (*divide)(double *y, const double *x, const double *d, size_t n);
    void (*scale)(double *y, double factor, size_t n);
    void (*add)(double *y, const double *x, size_t n);      // y += x
    void (*maximize)(double *y, const double *x, size_t n); // y = the larger of the two
    void (*multiply)(double *y, const double *x, size_t n);
    const char *name; // such as "reference avx512"
} lk_table_kernels;

#endif
