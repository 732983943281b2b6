// Factors: tables over variables, and the one kernel that works on them.
//
// Layout, stated here once: a factor over the scope (X1, …, Xn) is a dense array of doubles; the
// cell of states (x1, …, xn) is at index Σ xi stride(i), where stride(n) = 1 and
// stride(i) = stride(i+1) × cardinality(i+1). So the last variable is the fastest. A factor over no
// variable has one cell.
//
// Values are scaled: a factor stands for value × 2^scale, where the scale is kept beside it. Where
// the cells of one factor differ by more than doubles can tell (a likelihood of 1e-400 beside one
// of 1), it is "wide": each cell has its own exponent, and stands for value × 2^(exponent + scale).
// So products of any length neither underflow nor overflow, and a cell is 0 only if it is.
#ifndef LK_FACTOR_H
#define LK_FACTOR_H

#include "context.h"
#include "inference/wide.h"

typedef struct lk_factor {
    double *values;
    int32_t *exponents; // NULL unless wide
    size_t cells;
    int64_t scale;
    int smallest_exponent; // cells that are not 0 are at least 2^this (before the scale); of a
                           // factor that is not wide
} lk_factor;

// ---- Contraction -------------------------------------------------------------------------------

enum { LK_MAX_LOOPS = 64 }; // variables of two or more states whose cells a size_t can count

// A nest of loops over the variables of a join of factors, the outermost first. Strides are in
// cells; those of a factor that does not have the variable are 0.
typedef struct lk_contraction {
    uint32_t loops;
    uint32_t inputs;
    size_t *extents; // [loops]
    size_t *strides; // [(1 + inputs) × loops]: row 0 is the output's, row 1 + i input i's
    bool maximize;   // keeps the largest product instead of the sum
} lk_contraction;

// Removes loops of one turn and joins neighbouring loops that every factor passes through as if
// they were one; the result is the same and faster to compute.
void lk_contraction_simplify(lk_contraction *contraction);

// output[…] = Σ (or max) over the loops the output does not have, Π over the inputs. The output's
// cells are all written. `cursors` holds the first cell of each input and is moved. Neither scale
// nor exponents are looked at: for inputs whose product may underflow use lk_factor_join.
void lk_contract(double *output, size_t output_cells, const double **cursors,
                 const lk_contraction *contraction);

// The same for factors: scales add up, the output's largest value is brought into [1/2, 1), and
// cells are computed with exponents of their own where doubles may underflow. `room` gives memory
// for output->cells of them and is called only then; NULL when there is none. `cursors` is room for
// one pointer an input.
typedef int32_t *(*lk_exponent_room)(void *argument);
lk_status lk_factor_join(lk_factor *output, const lk_factor *const *inputs, const double **cursors,
                         const lk_contraction *contraction, lk_exponent_room room,
                         void *room_argument);

// Brings the largest value of a factor that is not wide into [1/2, 1) by a power of two, which is
// exact, and notes the smallest. Values that are not 0 are within 2^900 of each other.
void lk_factor_settle(lk_factor *factor);

// One cell, without the scale.
static inline lk_wide lk_factor_cell(const lk_factor *factor, size_t index) {
    return lk_wide_make(factor->values[index], factor->exponents ? factor->exponents[index] : 0);
}
// The sum of all cells as mantissa × 2^*exponent, mantissa in [1/2, 1) or 0.
double lk_factor_sum(const lk_factor *factor, int64_t *exponent);
// out[i] = cell i / sum of all cells; false when the sum is 0. `out` may be factor->values.
bool lk_factor_normalize(double *out, const lk_factor *factor);

#endif
