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
// moves with it cell by cell (dense), or as a list of offsets says (scattered). Values of inputs
// that do not depend on the line are multiplied as far out as they can be, and where their product
// is 0 the loops inside are skipped: zeros of a table cost next to nothing.
//
// The order of additions to a cell does not depend on the width of vectors: all builds give the
// same bits.
#ifndef LK_NEST_H
#define LK_NEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LK_NEST_OPERANDS = 24, LK_NEST_WHEELS = 64 };

typedef enum lk_nest_kind { LK_NEST_SINGLE, LK_NEST_DENSE, LK_NEST_SCATTERED } lk_nest_kind;

typedef struct lk_nest_operand {
    lk_nest_kind kind;
    uint32_t level; // 1 + the innermost wheel that moves it; 0: none does
    // A scattered operand has `cells` cells within the line, side by side. An input: each cell of
    // the line is that at offsets[j]. An output: the line's cells that belong to its cell i are
    // offsets[i], offsets[cells + i], offsets[2 cells + i], …
    const uint32_t *offsets;
    uint32_t cells;
} lk_nest_operand;

typedef struct lk_nest {
    uint32_t wheels;
    uint32_t line; // cells
    uint32_t inputs;
    uint32_t outputs;
    bool maximize;                   // keep the largest product instead of the sum
    const uint32_t *extents;         // [wheels], outermost first
    const size_t *strides;           // [wheels × (inputs + outputs)] cells an operand moves by
    const lk_nest_operand *operands; // [inputs + outputs]; single inputs first, by level
    uint32_t singles;
} lk_nest;

typedef struct lk_table_kernels {
    // Adds to the outputs what the turns first … last-1 of wheel 0 give (0 … 1 when there are no
    // wheels). `tables` are the first cells of the operands. `room` has (1 + inputs + outputs) ×
    // line cells, each line aligned by the caller's choice only.
    void (*run_nest)(const lk_nest *nest, double *const *tables, size_t first, size_t last,
                     double *room);
    // The largest of n values and the smallest that is not 0 (INFINITY when all are 0).
    void (*range)(double *largest, double *smallest, const double *x, size_t n);
    bool (*has_zero)(const double *x, size_t n);
    // y = x / d where d is not 0, else 0. y may be x.
    void (*divide)(double *y, const double *x, const double *d, size_t n);
    void (*scale)(double *y, double factor, size_t n);
    void (*add)(double *y, const double *x, size_t n);      // y += x
    void (*maximize)(double *y, const double *x, size_t n); // y = the larger of the two
    void (*multiply)(double *y, const double *x, size_t n);
    const char *name; // such as "reference avx512"
} lk_table_kernels;

#endif
