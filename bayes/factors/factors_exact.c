// Operations in fractions, as those of elimination: the cells of a factor are natural numbers over
// one denominator.
#include "factors/factors.h"

#include <math.h>

typedef struct run {
    lk_factor_result *r;
    lk_arena *arena;         // of the whole operation
    lk_arena scratch;        // of one number
    lk_buffer text;          // of one number
    lk_exact_factor *inputs; // as those of the result
    lk_exact_factor output;  // of a product, or the sums of a normalisation
    lk_limb *rooms[2];
    double work, bytes; // spent on numbers, one at a time
} run;

// ---- Limits ------------------------------------------------------------------------------------

static lk_status check_work(const run *x, double work) {
    if (work <= LK_FACTOR_EXACT_WORK) return LK_OK;
    return lk_fail(x->r->context, LK_ERROR_LIMIT,
                   "the fractions take more than %.3g multiplications of words: they have too many "
                   "digits",
                   LK_FACTOR_EXACT_WORK);
}

// What bringing a number of so many bits to lowest terms takes: a pass over it for each.
static double work_of(double bits) { return bits * (bits / 64 + 1) / 2; }

static lk_status check_bytes(const run *x, double bytes) {
    double limit = (double)lk_context_memory_limit(x->r->context);
    if (bytes <= limit) return LK_OK;
    return lk_fail(x->r->context, LK_ERROR_LIMIT,
                   "the fractions need %.4g bytes; the memory limit is %.4g bytes", bytes, limit);
}

static lk_status spend(run *x, lk_rational number) {
    double bits = (double)lk_natural_bits(number.numerator);
    x->work += work_of(bits + (double)lk_natural_bits(number.denominator));
    return check_work(x, x->work);
}

// ---- Reading -----------------------------------------------------------------------------------

// A value as it was told, in lowest terms; in the run's scratch.
static lk_status read_cell(run *x, lk_rational *number, const lk_factor_table *table, size_t cell) {
    double value;
    LK_TRY(lk_factor_read_value(x->r, &value, table, cell));
    lk_buffer_clear(&x->text);
    if (table->data->texts)
        lk_buffer_append_text(&x->text, table->data->texts[cell]);
    else
        lk_buffer_append_double(&x->text, value);
    LK_TRY(lk_buffer_status(&x->text));
    LK_TRY(lk_rational_parse(&x->scratch, number, lk_buffer_text(&x->text), x->text.length));
    return spend(x, *number);
}

// The denominator of all cells and how many bits numerators over it have at most.
static lk_status measure(run *x, lk_exact_factor *factor, const lk_factor_table *table) {
    int64_t excess = 0;
    LK_TRY(lk_natural_from_word(x->arena, &factor->denominator, 1));
    for (size_t i = 0; i < table->cells; i++) {
        lk_rational number;
        lk_natural common;
        LK_TRY(read_cell(x, &number, table, i));
        int64_t above = (int64_t)lk_natural_bits(number.numerator) -
                        (int64_t)lk_natural_bits(number.denominator);
        if (above > excess) excess = above;
        LK_TRY(lk_exact_common_multiple(&x->scratch, &common, factor->denominator,
                                        number.denominator));
        LK_TRY(spend(x, (lk_rational){number.numerator, common}));
        if (lk_natural_compare(common, factor->denominator) != 0)
            LK_TRY(lk_natural_copy(x->arena, &factor->denominator, common));
        lk_arena_reset(&x->scratch);
    }
    factor->bits = lk_natural_bits(factor->denominator) + (size_t)excess + 1;
    factor->width = factor->bits / LK_LIMB_BITS + 1;
    return LK_OK;
}

static lk_status take_cells(run *x, lk_exact_factor *factor, size_t cells) {
    LK_TRY(check_bytes(x, (double)cells * (double)factor->width * sizeof(lk_limb)));
    factor->cells = lk_arena_alloc_zero(x->arena, cells, factor->width * sizeof(lk_limb));
    LK_NEED(factor->cells);
    return LK_OK;
}

static lk_status load_cell(run *x, lk_exact_factor *factor, const lk_factor_table *table,
                           size_t cell) {
    lk_rational number;
    lk_natural times, numerator;
    LK_TRY(read_cell(x, &number, table, cell));
    LK_TRY(lk_natural_divide(&x->scratch, &times, factor->denominator, number.denominator));
    LK_TRY(lk_natural_multiply(&x->scratch, &numerator, number.numerator, times));
    lk_limbs_set(factor->cells + cell * factor->width, factor->width, numerator);
    lk_arena_reset(&x->scratch);
    return LK_OK;
}

static lk_status load_input(run *x, lk_exact_factor *factor, const lk_factor_table *table) {
    LK_TRY(measure(x, factor, table));
    LK_TRY(take_cells(x, factor, table->cells));
    for (size_t i = 0; i < table->cells; i++) LK_TRY(load_cell(x, factor, table, i));
    return LK_OK;
}

// ---- Foreseeing --------------------------------------------------------------------------------

// The denominator and the size of sums of so many products, and whether the work is bearable:
// multiplying, and bringing what comes out to lowest terms.
static lk_status foresee(run *x, const lk_factor_walk *walk, size_t cells) {
    lk_factor_result *r = x->r;
    size_t bits = 0;
    double work = 0;
    LK_TRY(lk_natural_from_word(x->arena, &x->output.denominator, 1));
    for (uint32_t i = 0; i < r->input_count; i++) {
        const lk_exact_factor *input = &x->inputs[i];
        work += walk->cells * ((double)bits / 64 + 1) * ((double)input->bits / 64 + 1);
        bits += input->bits;
        if (bits > LK_NATURAL_BITS) return lk_natural_refuse(r->context);
        LK_TRY(lk_natural_multiply(x->arena, &x->output.denominator, x->output.denominator,
                                   input->denominator));
    }
    int growth;
    frexp((double)walk->terms, &growth);
    x->output.bits = bits + (size_t)growth;
    if (x->output.bits > LK_NATURAL_BITS) return lk_natural_refuse(r->context);
    x->output.width = x->output.bits / LK_LIMB_BITS + 1;
    double all = (double)x->output.bits + (double)lk_natural_bits(x->output.denominator);
    return check_work(x, work + (double)cells * work_of(all));
}

// ---- Products ----------------------------------------------------------------------------------

static lk_status begin_products(run *x, const lk_factor_walk *walk, size_t cells) {
    LK_TRY(foresee(x, walk, cells));
    LK_TRY(take_cells(x, &x->output, cells));
    // A product fits the output; the room is for the limbs that are counted but empty.
    for (int i = 0; i < 2; i++) {
        x->rooms[i] =
            lk_arena_alloc(x->arena, x->output.width + x->r->input_count + 1, sizeof(lk_limb));
        LK_NEED(x->rooms[i]);
    }
    return LK_OK;
}

static lk_natural product_at(run *x, const size_t *indices) {
    lk_natural product = {NULL, 0};
    for (uint32_t i = 0; i < x->r->input_count; i++) {
        lk_natural cell = lk_exact_cell(&x->inputs[i], indices[i]);
        if (cell.count == 0) return cell;
        product = i == 0 ? cell : lk_limbs_multiply(x->rooms[i % 2], product, cell);
    }
    return product;
}

static void add_products(run *x, lk_factor_walk *walk) {
    const size_t *indices = walk->loops.indices;
    size_t width = x->output.width;
    do {
        lk_natural product = product_at(x, indices + 1);
        if (product.count) lk_limbs_add(x->output.cells + indices[0] * width, width, product);
    } while (lk_loops_next(&walk->loops));
}

static void keep_largest(run *x, lk_factor_walk *walk) {
    const size_t *indices = walk->loops.indices;
    size_t width = x->output.width, term = 0;
    do {
        lk_natural product = product_at(x, indices + 1);
        size_t cell = indices[0];
        if (term == 0 || lk_natural_compare(product, lk_exact_cell(&x->output, cell)) > 0) {
            lk_limbs_set(x->output.cells + cell * width, width, product);
            lk_factor_set_largest(x->r, cell, term);
        }
        term = (term + 1) % walk->terms;
    } while (lk_loops_next(&walk->loops));
}

// ---- Answers -----------------------------------------------------------------------------------

// Keeps numerator / denominator as the text and the value of a cell.
static lk_status keep_cell(run *x, size_t cell, lk_natural numerator, lk_natural denominator) {
    lk_factor_result *r = x->r;
    lk_rational lowest;
    LK_TRY(lk_rational_make(&x->scratch, &lowest, numerator, denominator));
    LK_TRY(lk_rational_to_double(&x->scratch, &r->values[cell], lowest));
    LK_TRY(spend(x, lowest));
    lk_buffer_clear(&x->text);
    LK_TRY(lk_rational_append(&x->scratch, &x->text, lowest));
    LK_TRY(lk_buffer_status(&x->text));
    x->bytes += (double)x->text.length;
    LK_TRY(check_bytes(x, x->bytes));
    r->texts[cell] = lk_arena_copy_text(&r->arena, lk_buffer_text(&x->text), x->text.length);
    LK_NEED(r->texts[cell]);
    lk_arena_reset(&x->scratch);
    if (!isinf(r->values[cell])) return LK_OK;
    return lk_fail(r->context, LK_ERROR_LIMIT,
                   "a cell of %s is above 1.8e308, and too large to be shown as a decimal",
                   r->output.name);
}

static lk_status compute_join(run *x) {
    lk_factor_result *r = x->r;
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_walk(r, &walk, &r->output));
    LK_TRY(begin_products(x, &walk, r->output.cells));
    if (r->request->operation == LK_FACTOR_MAX_OUT)
        keep_largest(x, &walk);
    else
        add_products(x, &walk);
    for (size_t i = 0; i < r->output.cells; i++)
        LK_TRY(keep_cell(x, i, lk_exact_cell(&x->output, i), x->output.denominator));
    return LK_OK;
}

static lk_status compute_normalization(run *x) {
    lk_factor_table rest;
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_sums(x->r, &rest, &walk));
    LK_TRY(begin_products(x, &walk, rest.cells));
    add_products(x, &walk);
    const size_t *indices = walk.loops.indices;
    do {
        lk_natural sum = lk_exact_cell(&x->output, indices[0]);
        if (sum.count == 0) return lk_factor_fail_zero_sum(x->r, &rest, &walk);
        LK_TRY(keep_cell(x, indices[1], lk_exact_cell(x->inputs, indices[1]), sum));
    } while (lk_loops_next(&walk.loops));
    return LK_OK;
}

static lk_status compute_restriction(run *x) {
    lk_factor_walk walk;
    LK_TRY(lk_factor_make_restriction(x->r, &walk));
    const size_t *indices = walk.loops.indices;
    do {
        lk_rational number;
        LK_TRY(read_cell(x, &number, x->r->inputs, indices[1]));
        LK_TRY(keep_cell(x, indices[0], number.numerator, number.denominator));
    } while (lk_loops_next(&walk.loops));
    return LK_OK;
}

static lk_status compute(run *x) {
    lk_factor_result *r = x->r;
    r->texts = lk_arena_alloc(&r->arena, r->output.cells, sizeof *r->texts);
    x->inputs = lk_arena_alloc_zero(x->arena, r->input_count, sizeof *x->inputs);
    LK_NEED(r->texts);
    LK_NEED(x->inputs);
    if (r->request->operation == LK_FACTOR_RESTRICT) return compute_restriction(x);
    for (uint32_t i = 0; i < r->input_count; i++)
        LK_TRY(load_input(x, &x->inputs[i], &r->inputs[i]));
    if (r->request->operation == LK_FACTOR_NORMALIZE) return compute_normalization(x);
    return compute_join(x);
}

lk_status lk_factor_compute_exact(lk_factor_result *r) {
    run x = {.r = r, .arena = &r->scratch};
    x.scratch = lk_arena_make(r->context, 0);
    x.text = lk_buffer_make(r->context);
    lk_status status = compute(&x);
    lk_buffer_free(&x.text);
    lk_arena_release(&x.scratch);
    return status;
}
