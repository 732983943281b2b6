// Contraction of factors: one nest of loops multiplies all inputs and sums out at once, so that the
// join itself is never stored. It works line by line: the innermost loop, or several of them where
// one is short. Each input stands still on the line, moves by a stride, or, where several loops are
// one line, by a list of offsets. Plans lay factors out so that the stride is nearly always 0 or 1.
#include "inference/factor.h"

#include "inference/wide.h"

#include <assert.h>

// ---- Loops -------------------------------------------------------------------------------------

static size_t *stride_row(const lk_contraction *c, uint32_t row) {
    return c->strides + (size_t)row * c->loops;
}

// Whether loop `i` and the next one are one loop for every factor.
static bool loops_are_one(const lk_contraction *c, uint32_t i) {
    for (uint32_t row = 0; row <= c->inputs; row++) {
        const size_t *strides = c->strides + (size_t)row * c->loops;
        if (strides[i] != strides[i + 1] * c->extents[i + 1]) return false;
    }
    return true;
}

static void copy_loop(lk_contraction *c, uint32_t to, uint32_t from) {
    c->extents[to] = c->extents[from];
    for (uint32_t row = 0; row <= c->inputs; row++)
        stride_row(c, row)[to] = stride_row(c, row)[from];
}

void lk_contraction_simplify(lk_contraction *c) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->loops; i++) {
        if (c->extents[i] == 1) continue;
        copy_loop(c, kept, i);
        if (kept > 0 && loops_are_one(c, kept - 1)) {
            size_t extent = c->extents[kept - 1] * c->extents[kept];
            copy_loop(c, kept - 1, kept);
            c->extents[kept - 1] = extent;
        } else {
            kept++;
        }
    }
    // Close the gaps between the rows.
    for (uint32_t row = 0; row <= c->inputs; row++)
        memmove(c->strides + (size_t)row * kept, c->strides + (size_t)row * c->loops,
                kept * sizeof *c->strides);
    c->loops = kept;
}

// The loops outside of the line, as an odometer that moves cursors along.
typedef struct odometer {
    const lk_contraction *c;
    uint32_t wheels;
    size_t turns[LK_MAX_LOOPS];
} odometer;

// Moves the output and all cursors to the next line; false after the last.
static bool next_line(odometer *o, size_t *output, const double **cursors) {
    const lk_contraction *c = o->c;
    for (uint32_t i = o->wheels; i-- > 0;) {
        bool carries = ++o->turns[i] == c->extents[i];
        size_t back = carries ? c->extents[i] - 1 : 0;
        const size_t *stride = c->strides + i;
        // Modular arithmetic: a step back is the addition of a negative number.
        *output += carries ? (size_t)0 - back * *stride : *stride;
        for (uint32_t k = 0; k < c->inputs; k++) {
            stride += c->loops;
            if (carries)
                cursors[k] -= back * *stride;
            else
                cursors[k] += *stride;
        }
        if (!carries) return true;
        o->turns[i] = 0;
    }
    return false;
}

// ---- Lines -------------------------------------------------------------------------------------

enum {
    LINE = 256,       // cells of a line that are worked on at a time
    SHORT_LINE = 32,  // fewer cells are not worth the way to them
    FEW_LINES = 8,    // that are not worth the offsets
    MOST_OPERANDS = 9 // output and inputs that offsets are kept for
};

// Several of the innermost loops as one line. An operand moves along it by a stride, or, where no
// stride fits, by a list of offsets.
typedef struct line_plan {
    const lk_contraction *c;
    uint32_t loops;
    size_t cells;
    // When there is more than one loop; row 0 is the output's, as in the contraction:
    bool scattered[MOST_OPERANDS];
    size_t strides[MOST_OPERANDS];
    size_t offsets[MOST_OPERANDS][LINE];
} line_plan;

// Takes in loops from the innermost one outwards until the line is long enough, if enough lines
// are left then for their offsets to pay.
static void choose_loops(line_plan *line, const lk_contraction *c) {
    uint32_t inner = c->loops - 1;
    line->c = c;
    line->loops = 1;
    line->cells = c->extents[inner];
    if (c->inputs + 1 > MOST_OPERANDS) return;
    size_t cells = c->extents[inner], lines = 1;
    while (inner > 0 && cells < SHORT_LINE && cells * c->extents[inner - 1] <= LINE) {
        inner--;
        cells *= c->extents[inner];
    }
    for (uint32_t i = 0; i < inner; i++) lines *= c->extents[i];
    if (lines < FEW_LINES) return;
    line->loops = c->loops - inner;
    line->cells = cells;
}

static void set_offsets(line_plan *line, uint32_t row) {
    const lk_contraction *c = line->c;
    const size_t *strides = stride_row(c, row);
    size_t *offsets = line->offsets[row], cells = 1;
    offsets[0] = 0;
    // From the innermost loop outwards: each repeats what is there, moved on by its stride.
    for (uint32_t i = c->loops; i-- > c->loops - line->loops;) {
        for (size_t turn = 1; turn < c->extents[i]; turn++)
            for (size_t j = 0; j < cells; j++)
                offsets[turn * cells + j] = offsets[j] + turn * strides[i];
        cells *= c->extents[i];
    }
    line->strides[row] = cells > 1 ? offsets[1] : 0;
    line->scattered[row] = false;
    for (size_t j = 0; j < cells; j++)
        if (offsets[j] != j * line->strides[row]) line->scattered[row] = true;
}

static void plan_line(line_plan *line, const lk_contraction *c) {
    choose_loops(line, c);
    if (line->loops > 1)
        for (uint32_t row = 0; row <= c->inputs; row++) set_offsets(line, row);
}

static size_t line_stride(const line_plan *line, uint32_t row) {
    return line->loops > 1 ? line->strides[row] : stride_row(line->c, row)[line->c->loops - 1];
}

// NULL when the operand moves by its stride.
static const size_t *line_offsets(const line_plan *line, uint32_t row) {
    return line->loops > 1 && line->scattered[row] ? line->offsets[row] : NULL;
}

static void multiply_line(double *out, size_t n, const double *input, size_t stride) {
    if (stride == 0) {
        double factor = *input;
        for (size_t j = 0; j < n; j++) out[j] *= factor;
    } else if (stride == 1) {
        for (size_t j = 0; j < n; j++) out[j] *= input[j];
    } else {
        for (size_t j = 0; j < n; j++) out[j] *= input[j * stride];
    }
}

static void copy_line(double *out, size_t n, const double *input, size_t stride) {
    if (stride == 1) {
        for (size_t j = 0; j < n; j++) out[j] = input[j];
    } else {
        for (size_t j = 0; j < n; j++) out[j] = input[j * stride];
    }
}

// Adds a line to the output; a stride of 0 sums it.
static void add_line(double *output, size_t stride, const double *line, size_t n) {
    if (stride == 1) {
        for (size_t j = 0; j < n; j++) output[j] += line[j];
    } else {
        for (size_t j = 0; j < n; j++) output[j * stride] += line[j];
    }
}

// The same with the largest instead of the sum; `offsets`, where there are any, replace the stride.
static void keep_largest(double *output, size_t stride, const size_t *offsets, const double *line,
                         size_t n) {
    for (size_t j = 0; j < n; j++) {
        double *cell = &output[offsets ? offsets[j] : j * stride];
        *cell = line[j] > *cell ? line[j] : *cell;
    }
}

// The products of `n` cells from `first` on along the line. (With offsets, `first` is 0.)
static void product_line(double *out, size_t first, size_t n, const double *const *cursors,
                         const line_plan *line) {
    assert(line->c->inputs > 0);
    for (uint32_t k = 0; k < line->c->inputs; k++) {
        size_t stride = line_stride(line, k + 1);
        const size_t *offsets = line_offsets(line, k + 1);
        const double *input = cursors[k] + first * stride;
        if (offsets && k == 0)
            for (size_t j = 0; j < n; j++) out[j] = input[offsets[j]];
        else if (offsets)
            for (size_t j = 0; j < n; j++) out[j] *= input[offsets[j]];
        else if (k == 0)
            copy_line(out, n, input, stride);
        else
            multiply_line(out, n, input, stride);
    }
}

static void contract_line(double *output, const double *const *cursors, const line_plan *line) {
    double product[LINE];
    size_t stride = line_stride(line, 0);
    const size_t *offsets = line_offsets(line, 0);
    for (size_t first = 0; first < line->cells; first += LINE) {
        size_t n = line->cells - first < LINE ? line->cells - first : LINE;
        product_line(product, first, n, cursors, line);
        if (line->c->maximize)
            keep_largest(output + first * stride, stride, offsets, product, n);
        else if (offsets)
            for (size_t j = 0; j < n; j++) output[offsets[j]] += product[j];
        else
            add_line(output + first * stride, stride, product, n);
    }
}

static double product_of_first_cells(const double *const *cursors, uint32_t count) {
    double product = 1;
    for (uint32_t k = 0; k < count; k++) product *= *cursors[k];
    return product;
}

void lk_contract(double *output, size_t output_cells, const double **cursors,
                 const lk_contraction *c) {
    assert(c->loops <= LK_MAX_LOOPS && (c->inputs > 0 || c->loops == 0));
    if (c->loops == 0) {
        *output = product_of_first_cells(cursors, c->inputs);
        return;
    }
    memset(output, 0, output_cells * sizeof *output);
    line_plan line;
    plan_line(&line, c);
    odometer o = {.c = c, .wheels = c->loops - line.loops};
    size_t at = 0;
    do contract_line(output + at, cursors, &line);
    while (next_line(&o, &at, cursors));
}

// ---- Wide factors ------------------------------------------------------------------------------

static lk_wide product_of_cells(const lk_factor *const *inputs, const double *const *cursors,
                                const lk_contraction *c, size_t turn) {
    lk_wide product = {0.5, 1};
    for (uint32_t k = 0; k < c->inputs; k++) {
        size_t stride = c->loops ? stride_row(c, k + 1)[c->loops - 1] : 0;
        size_t index = (size_t)(cursors[k] - inputs[k]->values) + turn * stride;
        product = lk_wide_multiply(product, lk_factor_cell(inputs[k], index));
    }
    return product;
}

static void merge_into_cell(lk_factor *output, size_t index, lk_wide term, bool maximize) {
    lk_wide cell = lk_factor_cell(output, index);
    cell = maximize ? lk_wide_larger(cell, term) : lk_wide_add(cell, term);
    output->values[index] = cell.mantissa;
    output->exponents[index] = (int32_t)cell.exponent;
}

static void contract_wide(lk_factor *output, const lk_factor *const *inputs, const double **cursors,
                          const lk_contraction *c) {
    memset(output->values, 0, output->cells * sizeof *output->values);
    memset(output->exponents, 0, output->cells * sizeof *output->exponents);
    for (uint32_t k = 0; k < c->inputs; k++) cursors[k] = inputs[k]->values;
    size_t extent = c->loops ? c->extents[c->loops - 1] : 1;
    size_t stride = c->loops ? stride_row(c, 0)[c->loops - 1] : 0;
    odometer o = {.c = c, .wheels = c->loops ? c->loops - 1 : 0};
    size_t at = 0;
    do {
        for (size_t turn = 0; turn < extent; turn++)
            merge_into_cell(output, at + turn * stride, product_of_cells(inputs, cursors, c, turn),
                            c->maximize);
    } while (next_line(&o, &at, cursors));
}

// Takes the largest exponent out of the cells and into the scale, and gives up the exponents when
// doubles can tell the cells apart without them.
static void settle_wide(lk_factor *factor) {
    int32_t largest = INT32_MIN, smallest = INT32_MAX;
    for (size_t i = 0; i < factor->cells; i++) {
        if (factor->values[i] == 0) continue;
        if (factor->exponents[i] > largest) largest = factor->exponents[i];
        if (factor->exponents[i] < smallest) smallest = factor->exponents[i];
    }
    if (largest == INT32_MIN) largest = smallest = 0;
    factor->scale += largest;
    bool plain = (int64_t)smallest - largest > -900;
    for (size_t i = 0; i < factor->cells; i++) {
        if (factor->values[i] == 0) continue;
        factor->exponents[i] -= largest;
        if (plain) factor->values[i] = ldexp(factor->values[i], factor->exponents[i]);
    }
    factor->smallest_exponent = smallest - largest - 1;
    if (plain) factor->exponents = NULL;
}

// ---- Plain factors -----------------------------------------------------------------------------

void lk_factor_settle(lk_factor *factor) {
    double largest = 0, smallest = INFINITY;
    for (size_t i = 0; i < factor->cells; i++) {
        double value = factor->values[i];
        largest = value > largest ? value : largest;
        double positive = value > 0 ? value : INFINITY;
        smallest = positive < smallest ? positive : smallest;
    }
    factor->smallest_exponent = 0;
    if (largest == 0) return;
    int shift, low;
    frexp(largest, &shift);
    frexp(smallest, &low);
    factor->smallest_exponent = low - 1 - shift;
    if (shift == 0) return;
    factor->scale += shift;
    double unit = ldexp(1, -shift);
    for (size_t i = 0; i < factor->cells; i++) factor->values[i] *= unit;
}

// Whether no product of cells can leave the normal range of doubles. (Values are below 1.)
static bool doubles_suffice(const lk_factor *const *inputs, uint32_t count) {
    int64_t exponent = 0;
    for (uint32_t k = 0; k < count; k++) {
        if (inputs[k]->exponents) return false;
        exponent += inputs[k]->smallest_exponent;
    }
    return exponent > -900;
}

lk_status lk_factor_join(lk_factor *output, const lk_factor *const *inputs, const double **cursors,
                         const lk_contraction *c, lk_exponent_room room, void *room_argument) {
    output->exponents = NULL;
    output->scale = 0;
    for (uint32_t k = 0; k < c->inputs; k++) output->scale += inputs[k]->scale;
    if (!doubles_suffice(inputs, c->inputs)) {
        output->exponents = room(room_argument);
        LK_NEED(output->exponents);
        contract_wide(output, inputs, cursors, c);
        settle_wide(output);
        return LK_OK;
    }
    for (uint32_t k = 0; k < c->inputs; k++) cursors[k] = inputs[k]->values;
    lk_contract(output->values, output->cells, cursors, c);
    lk_factor_settle(output);
    return LK_OK;
}

// ---- Sums --------------------------------------------------------------------------------------

static lk_wide sum_of_cells(const lk_factor *factor) {
    lk_wide sum = {0, 0};
    for (size_t i = 0; i < factor->cells; i++) sum = lk_wide_add(sum, lk_factor_cell(factor, i));
    return sum;
}

double lk_factor_sum(const lk_factor *factor, int64_t *exponent) {
    lk_wide sum = sum_of_cells(factor);
    *exponent = sum.exponent + factor->scale;
    return sum.mantissa;
}

bool lk_factor_normalize(double *out, const lk_factor *factor) {
    lk_wide sum = sum_of_cells(factor);
    if (sum.mantissa == 0) return false;
    for (size_t i = 0; i < factor->cells; i++)
        out[i] = lk_wide_ratio(lk_factor_cell(factor, i), sum);
    return true;
}
