// Loop nests over tables. Always double, whatever lk_real is.
//
// What an operand does is done as far out as it can be. Level k of a nest is what stands still
// while the wheels from k on turn. An input of level k is multiplied into the factor of its level,
// once for all turns inside; and the products of the turns inside of level k are summed to one
// line, which is given to all outputs of that level at once.
#include "lines.h"

#include <assert.h>
#include <math.h>

enum { MOST_TURNS = 64 }; // of the innermost wheel that are listed at a time

typedef struct runner {
    const lk_nest *nest;
    double *const *tables;
    double *product;                 // a line
    double *gathered;                // the cells of a scattered output
    size_t at[LK_NEST_OPERANDS];     // cursor of each operand, in cells
    double *lines[LK_NEST_OPERANDS]; // of scattered inputs
    uint32_t turns[LK_NEST_WHEELS];  // of each wheel
    // Of each level, or of the levels before it together:
    double scale[LK_NEST_WHEELS + 1];         // product of the single inputs
    const double *factor[LK_NEST_WHEELS + 1]; // product of the other inputs; NULL: there are none
    double *factor_line[LK_NEST_WHEELS + 1];  // room for it, where it is not one of the tables
    double *sums[LK_NEST_WHEELS + 1];         // what its outputs get; NULL: it has none
    bool is_filled[LK_NEST_WHEELS + 1];       // whether sums holds something
    uint32_t single[LK_NEST_WHEELS + 2];      // its first single input,
    uint32_t input[LK_NEST_WHEELS + 2];       // other input
    uint32_t output[LK_NEST_WHEELS + 2];      // and output
    uint32_t outer[LK_NEST_WHEELS + 1];       // the next level outside of it that has outputs
} runner;

enum { NO_LEVEL = UINT32_MAX };

// ---- Outputs ------------------------------------------------------------------------------------

// Merges a line into the cells of an output.
LK_INLINE void give(const runner *r, uint32_t o, double *cells, const double *line, bool maximize) {
    const lk_nest_operand *operand = &r->nest->operands[o];
    uint32_t n = r->nest->line;
    if (operand->kind == LK_NEST_DENSE) {
        lk_merge_line(cells, line, n, maximize);
    } else if (operand->kind == LK_NEST_SINGLE) {
        *cells = lk_merge_cells(*cells, lk_reduce_line(line, n, maximize), maximize);
    } else if (!operand->offsets) {
        lk_give_runs(cells, line, operand, maximize);
    } else {
        lk_gather_sums(r->gathered, line, operand, n, maximize);
        lk_merge_line(cells, r->gathered, operand->cells, maximize);
    }
}

// Merges what was summed for `level` into the sums of the next level outside.
LK_INLINE void pass_outward(runner *r, uint32_t level, bool maximize) {
    uint32_t outer = r->outer[level];
    if (outer == NO_LEVEL) return;
    double *sums = r->sums[level];
    if (r->is_filled[outer]) {
        lk_merge_line(r->sums[outer], sums, r->nest->line, maximize);
        return;
    }
    r->sums[level] = r->sums[outer];
    r->sums[outer] = sums;
    r->is_filled[outer] = true;
}

// The turns inside of the levels from `level` on are over: gives their sums to the outputs.
LK_INLINE void finish(runner *r, uint32_t level, bool maximize) {
    for (uint32_t k = r->nest->wheels + 1; k-- > level;) {
        if (!r->is_filled[k]) continue;
        for (uint32_t o = r->output[k]; o < r->output[k + 1]; o++)
            give(r, o, r->tables[o] + r->at[o], r->sums[k], maximize);
        pass_outward(r, k, maximize);
        r->is_filled[k] = false;
    }
}

// ---- Inputs -------------------------------------------------------------------------------------

LK_INLINE const double *line_of(const runner *r, uint32_t input, size_t offset) {
    const lk_nest_operand *operand = &r->nest->operands[input];
    const double *cells = r->tables[input] + r->at[input] + offset;
    if (operand->kind == LK_NEST_DENSE) return cells;
    lk_spread_line(r->lines[input], cells, operand, r->nest->line);
    return r->lines[input];
}

// Takes in the inputs of a level; false when their product is 0.
LK_INLINE bool enter(runner *r, uint32_t level) {
    double scale = level ? r->scale[level - 1] : 1;
    for (uint32_t i = r->single[level]; i < r->single[level + 1]; i++)
        scale *= r->tables[i][r->at[i]];
    r->scale[level] = scale;
    if (scale == 0) return false;
    const double *lines[LK_NEST_OPERANDS];
    uint32_t count = 0;
    if (level && r->factor[level - 1]) lines[count++] = r->factor[level - 1];
    if (r->input[level] == r->input[level + 1]) {
        r->factor[level] = count ? lines[0] : NULL;
        return true;
    }
    for (uint32_t i = r->input[level]; i < r->input[level + 1]; i++)
        lines[count++] = line_of(r, i, 0);
    assert(count > 0);
    r->factor[level] = lines[0];
    if (count > 1) {
        lk_product_line(r->factor_line[level], 1, lines, count, r->nest->line);
        r->factor[level] = r->factor_line[level];
    }
    return !lk_is_zero_line(r->factor[level], r->nest->line);
}

// Enters the levels from `level` on that are outside of the innermost wheel; returns the first of
// which nothing is left, or NO_LEVEL.
LK_INLINE uint32_t enter_from(runner *r, uint32_t level) {
    for (; level < r->nest->wheels; level++)
        if (!enter(r, level)) return level;
    return NO_LEVEL;
}

// ---- The innermost wheel ------------------------------------------------------------------------

typedef struct turn_list {
    double scales[MOST_TURNS];
    uint32_t which[MOST_TURNS];
    uint32_t count;
} turn_list;

LK_INLINE const size_t *strides_of(const runner *r, uint32_t wheel) {
    return r->nest->strides + (size_t)wheel * (r->nest->inputs + r->nest->outputs);
}

// Those of `count` turns, after the first `skipped`, whose single inputs are not 0.
LK_INLINE void list_turns(const runner *r, turn_list *list, uint32_t skipped, uint32_t count) {
    uint32_t level = r->nest->wheels;
    const size_t *strides = strides_of(r, level - 1);
    list->count = 0;
    for (uint32_t t = skipped; t < skipped + count; t++) {
        double scale = r->scale[level - 1];
        for (uint32_t i = r->single[level]; i < r->single[level + 1]; i++)
            scale *= r->tables[i][r->at[i] + t * strides[i]];
        list->scales[list->count] = scale;
        list->which[list->count] = t;
        list->count += scale != 0;
    }
}

// No input of the innermost level has a line: one product for all turns.
LK_INLINE void sum_singles(runner *r, const turn_list *list, double *y, bool is_first,
                           bool maximize) {
    double sum = 0;
    for (uint32_t k = 0; k < list->count; k++) sum = lk_merge_cells(sum, list->scales[k], maximize);
    const double *factor = r->factor[r->nest->wheels - 1];
    lk_product_of_few(y, sum, &factor, factor ? 1 : 0, r->nest->line, is_first, maximize);
}

// One or two inputs move with the wheel, cell by cell.
LK_INLINE void sum_dense(runner *r, const turn_list *list, double *y, uint32_t inputs,
                         bool is_first, bool maximize) {
    uint32_t level = r->nest->wheels, a = r->input[level], b = a + 1;
    const size_t *strides = strides_of(r, level - 1);
    lk_turns turns = {.y = y,
                      .factor = r->factor[level - 1],
                      .a = r->tables[a] + r->at[a],
                      .a_stride = strides[a],
                      .scales = list->scales,
                      .which = list->which,
                      .count = list->count,
                      .inputs = inputs,
                      .is_first = is_first,
                      .maximize = maximize};
    if (inputs == 2) {
        turns.b = r->tables[b] + r->at[b];
        turns.b_stride = strides[b];
    }
    lk_sum_turns(&turns, r->nest->line);
}

// What the turns of the innermost wheel have in common.
typedef struct turn_pass {
    lk_pass pass;
    uint32_t moving;                    // the first of the pass's inputs that moves with the wheel
    uint32_t outputs[LK_NEST_OPERANDS]; // of the nest: those of the pass
} turn_pass;

LK_INLINE bool has_scattered(const runner *r, uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end; i++)
        if (r->nest->operands[i].kind == LK_NEST_SCATTERED) return true;
    return false;
}

static void start_turns(const runner *r, turn_pass *t, bool maximize) {
    uint32_t level = r->nest->wheels, outer = r->outer[level];
    lk_pass *pass = &t->pass;
    pass->input_count = 0;
    if (r->factor[level - 1]) pass->inputs[pass->input_count++] = r->factor[level - 1];
    t->moving = pass->input_count;
    pass->input_count += r->input[level + 1] - r->input[level];
    pass->sums = outer == NO_LEVEL ? NULL : r->sums[outer];
    pass->copy = NULL;
    pass->output_count = 0;
    pass->is_reduced = false;
    pass->maximize = maximize;
    for (uint32_t o = r->output[level]; o < r->output[level + 1]; o++) {
        lk_nest_kind kind = r->nest->operands[o].kind;
        if (kind == LK_NEST_DENSE)
            t->outputs[pass->output_count++] = o;
        else if (kind == LK_NEST_SINGLE)
            pass->is_reduced = true;
        else
            pass->copy = r->product;
    }
}

// One turn: its products go to the outputs of the level, and to the sums of the next outside.
LK_INLINE void run_turn(runner *r, turn_pass *t, uint32_t turn, bool maximize) {
    uint32_t level = r->nest->wheels, outer = r->outer[level];
    const size_t *strides = strides_of(r, level - 1);
    lk_pass *pass = &t->pass;
    for (uint32_t k = t->moving, i = r->input[level]; k < pass->input_count; k++, i++)
        pass->inputs[k] = line_of(r, i, turn * strides[i]);
    for (uint32_t k = 0; k < pass->output_count; k++) {
        uint32_t o = t->outputs[k];
        pass->outputs[k] = r->tables[o] + r->at[o] + turn * strides[o];
    }
    pass->is_first = outer != NO_LEVEL && !r->is_filled[outer];
    double whole = lk_pass_line(pass, r->nest->line);
    if (outer != NO_LEVEL) r->is_filled[outer] = true;
    if (!pass->is_reduced && !pass->copy) return;
    for (uint32_t o = r->output[level]; o < r->output[level + 1]; o++) {
        double *cells = r->tables[o] + r->at[o] + turn * strides[o];
        if (r->nest->operands[o].kind == LK_NEST_SINGLE)
            *cells = lk_merge_cells(*cells, whole, maximize);
        else if (r->nest->operands[o].kind == LK_NEST_SCATTERED)
            give(r, o, cells, r->product, maximize);
    }
}

// The turns of the innermost wheel.
LK_INLINE void run_turns(runner *r, const turn_list *list, bool maximize) {
    uint32_t level = r->nest->wheels, outer = r->outer[level];
    uint32_t inputs = r->input[level + 1] - r->input[level];
    if (r->output[level] < r->output[level + 1] || inputs > 2 ||
        has_scattered(r, r->input[level], r->input[level + 1])) {
        turn_pass t; // large: what is not set is not read
        start_turns(r, &t, maximize);
        for (uint32_t k = 0; k < list->count; k++) {
            t.pass.scale = list->scales[k];
            run_turn(r, &t, list->which[k], maximize);
        }
        return;
    }
    // No output moves with the wheel: all turns are summed at once.
    double *sums = r->sums[outer];
    bool is_first = !r->is_filled[outer];
    if (inputs == 0)
        sum_singles(r, list, sums, is_first, maximize);
    else if (inputs == 1)
        sum_dense(r, list, sums, 1, is_first, maximize);
    else
        sum_dense(r, list, sums, 2, is_first, maximize);
    r->is_filled[outer] = true;
}

LK_INLINE void run_innermost(runner *r, uint32_t turns, bool maximize) {
    for (uint32_t done = 0; done < turns; done += MOST_TURNS) {
        turn_list list;
        list_turns(r, &list, done, turns - done < MOST_TURNS ? turns - done : MOST_TURNS);
        if (list.count > 0) run_turns(r, &list, maximize);
    }
}

// ---- Running ------------------------------------------------------------------------------------

LK_INLINE void move(runner *r, uint32_t wheel, size_t times) {
    uint32_t operands = r->nest->inputs + r->nest->outputs;
    const size_t *strides = strides_of(r, wheel);
    for (uint32_t i = 0; i < operands; i++) r->at[i] += strides[i] * times;
}

// Turns a wheel, or the next one outside of it that has not made all its turns; false at the end.
LK_INLINE bool turn(runner *r, uint32_t *wheel) {
    for (uint32_t w = *wheel + 1; w-- > 0;) {
        if (r->turns[w] + 1 < r->nest->extents[w]) {
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

// The outer wheels: all but the innermost, of which there is at least one.
LK_INLINE void run_wheels(runner *r, bool maximize) {
    uint32_t level = 0, innermost = r->nest->wheels - 1;
    for (;;) {
        uint32_t empty = enter_from(r, level), wheel = innermost - 1;
        if (empty == NO_LEVEL)
            run_innermost(r, r->nest->extents[innermost], maximize);
        else if (empty == 0)
            return;
        else
            wheel = empty - 1;
        // Outputs that move with a wheel that turns now are written before it does.
        uint32_t turning = wheel;
        while (turning > 0 && r->turns[turning] + 1 >= r->nest->extents[turning]) turning--;
        finish(r, turning + 1, maximize);
        if (!turn(r, &wheel)) return;
        level = wheel + 1;
    }
}

LK_INLINE void run_line(runner *r, bool maximize) {
    if (!enter(r, 0)) return;
    const double *factor = r->factor[0];
    lk_product_line(r->product, r->scale[0], &factor, factor ? 1 : 0, r->nest->line);
    for (uint32_t o = r->output[0]; o < r->output[1]; o++)
        give(r, o, r->tables[o], r->product, maximize);
}

LK_INLINE void run(runner *r, bool maximize) {
    if (r->nest->wheels == 0) {
        run_line(r, maximize);
        return;
    }
    if (r->nest->wheels > 1)
        run_wheels(r, maximize);
    else if (enter(r, 0))
        run_innermost(r, r->nest->extents[0], maximize);
    finish(r, 0, maximize);
}

// Finds the operands of each level. (Small nests are run often: nothing is set that is not read.)
static void start(runner *r, const lk_nest *nest, double *const *tables, double *room) {
    const lk_nest_operand *operands = nest->operands;
    uint32_t single = 0, input = nest->singles, output = nest->inputs, outer = NO_LEVEL;
    size_t line = LK_NEST_LINE_CELLS(nest->line);
    r->nest = nest;
    r->tables = tables;
    r->product = room;
    r->gathered = room + line;
    room += 2 * line;
    for (uint32_t i = nest->singles; i < nest->inputs; i++, room += line) r->lines[i] = room;
    for (uint32_t level = 0; level <= nest->wheels; level++) {
        r->single[level] = single;
        r->input[level] = input;
        r->output[level] = output;
        r->outer[level] = outer;
        r->is_filled[level] = false;
        while (single < nest->singles && operands[single].level == level) single++;
        while (input < nest->inputs && operands[input].level == level) input++;
        while (output < nest->inputs + nest->outputs && operands[output].level == level) output++;
        if (input > r->input[level]) r->factor_line[level] = room, room += line;
        if (output > r->output[level]) r->sums[level] = room, room += line, outer = level;
    }
    r->single[nest->wheels + 1] = single;
    r->input[nest->wheels + 1] = input;
    r->output[nest->wheels + 1] = output;
    for (uint32_t wheel = 0; wheel < nest->wheels; wheel++) r->turns[wheel] = 0;
    for (uint32_t i = 0; i < nest->inputs + nest->outputs; i++) r->at[i] = 0;
}

static void run_nest(const lk_nest *nest, double *const *tables, double *room) {
    runner r;
    start(&r, nest, tables, room);
#if defined(__wasm__)
    run(&r, nest->maximize); // a page has to load the code: once is enough
#else
    if (nest->maximize)
        run(&r, true);
    else
        run(&r, false);
#endif
}

// ---- Whole tables -------------------------------------------------------------------------------

static void range(lk_range *range, const double *x, size_t n) {
    double high[LK_LANES], low[LK_LANES];
    uint64_t zeros = 0;
    for (size_t lane = 0; lane < LK_LANES; lane++) {
        high[lane] = range->largest;
        low[lane] = range->smallest;
    }
    for (size_t i = 0; i < n; i += LK_LANES) {
        size_t lanes = n - i < LK_LANES ? n - i : LK_LANES;
        for (size_t lane = 0; lane < lanes; lane++) {
            double value = x[i + lane], positive = value > 0 ? value : INFINITY;
            high[lane] = value > high[lane] ? value : high[lane];
            low[lane] = positive < low[lane] ? positive : low[lane];
        }
    }
    for (size_t i = 0; i < n; i++) zeros += x[i] == 0;
    for (size_t lane = 0; lane < LK_LANES; lane++) {
        range->largest = high[lane] > range->largest ? high[lane] : range->largest;
        range->smallest = low[lane] < range->smallest ? low[lane] : range->smallest;
    }
    range->has_zeros = range->has_zeros || zeros > 0;
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

static void add(double *y, const double *x, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] += x[i];
}

static void maximize(double *y, const double *x, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] = x[i] > y[i] ? x[i] : y[i];
}

static void multiply(double *y, const double *x, size_t n) {
    LK_INDEPENDENT
    for (size_t i = 0; i < n; i++) y[i] *= x[i];
}

const lk_table_kernels LK_NAME(lk_table_kernels) = {
    run_nest, range, divide, scale, add, maximize, multiply, LK_VARIANT_NAME,
};
