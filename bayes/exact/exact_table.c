// Tables of a network as natural numbers over a common denominator.
//
// What is read at once is a row, whose numbers are divided by their sum: so the sum of their
// numerators is their denominator, whatever they were written over. Of a potential, which has no
// rows, it is a single cell. The denominator of a table is the least common multiple of those of
// its rows.
//
// The table of a likelihood (whose variable has a seen_of) is read as it was written: the number of
// the state "seen" in each row, divided by the largest of them where one is above 1. The rest of a
// row belongs to the other state.
#include "exact/exact.h"

typedef struct row {
    lk_natural *numerators;
    size_t size;
    lk_natural denominator;
} row;

typedef struct table_reader {
    lk_arena *scratch;
    const lk_exact_input *input;
    uint32_t table;
    lk_buffer text; // of one number
    lk_rational *written;
    row row;
    lk_rational largest; // of a likelihood, at least 1
} table_reader;

static bool is_likelihood(const table_reader *r) {
    const lk_network *network = r->input->network;
    return !network->is_markov && network->variables[r->table].seen_of != LK_NO_VARIABLE;
}

// ---- Numbers -----------------------------------------------------------------------------------

static lk_status parse_cell(table_reader *r, lk_rational *number, size_t cell) {
    lk_buffer_clear(&r->text);
    lk_network_append_number(&r->text, r->input->network, r->table, cell);
    LK_TRY(lk_buffer_status(&r->text));
    return lk_rational_parse(r->scratch, number, lk_buffer_text(&r->text), r->text.length);
}

static lk_status parse_cells(table_reader *r, size_t first) {
    for (size_t i = 0; i < r->row.size; i++) LK_TRY(parse_cell(r, &r->written[i], first + i));
    return LK_OK;
}

static lk_status find_largest(table_reader *r) {
    size_t cells = r->input->network->variables[r->table].table_count;
    LK_TRY(lk_rational_parse(r->scratch, &r->largest, "1", 1));
    for (size_t cell = 0; cell < cells; cell += 2) {
        lk_rational number;
        int order;
        LK_TRY(parse_cell(r, &number, cell));
        LK_TRY(lk_rational_compare(r->scratch, &order, number, r->largest));
        if (order > 0) r->largest = number;
    }
    return LK_OK;
}

static lk_status start_reader(table_reader *r) {
    const lk_table *table = lk_network_table_at(r->input->network, r->table);
    bool has_rows = table->owner != LK_NO_VARIABLE;
    r->row.size = has_rows ? r->input->network->variables[table->owner].state_count : 1;
    r->row.numerators = lk_arena_alloc(r->scratch, r->row.size, sizeof *r->row.numerators);
    r->written = lk_arena_alloc(r->scratch, r->row.size, sizeof *r->written);
    LK_NEED(r->row.numerators);
    LK_NEED(r->written);
    r->text = lk_buffer_make(r->scratch->context);
    return is_likelihood(r) ? find_largest(r) : LK_OK;
}

// ---- One row -----------------------------------------------------------------------------------

lk_status lk_exact_common_multiple(lk_arena *arena, lk_natural *multiple, lk_natural a,
                                   lk_natural b) {
    lk_natural divisor, quotient;
    *multiple = a;
    if (lk_natural_compare(a, b) == 0) return LK_OK;
    LK_TRY(lk_natural_gcd(arena, &divisor, a, b));
    LK_TRY(lk_natural_divide(arena, &quotient, b, divisor));
    return lk_natural_multiply(arena, multiple, a, quotient);
}

// The numbers of a row over one denominator.
static lk_status bring_together(table_reader *r) {
    lk_natural common = r->written[0].denominator;
    for (size_t i = 1; i < r->row.size; i++)
        LK_TRY(lk_exact_common_multiple(r->scratch, &common, common, r->written[i].denominator));
    for (size_t i = 0; i < r->row.size; i++) {
        lk_natural factor;
        LK_TRY(lk_natural_divide(r->scratch, &factor, common, r->written[i].denominator));
        LK_TRY(lk_natural_multiply(r->scratch, &r->row.numerators[i], r->written[i].numerator,
                                   factor));
    }
    r->row.denominator = common;
    return LK_OK;
}

// Divides a row by its sum, in lowest terms.
static lk_status normalize(table_reader *r) {
    lk_natural sum = r->row.numerators[0], divisor = sum;
    for (size_t i = 1; i < r->row.size; i++) {
        LK_TRY(lk_natural_add(r->scratch, &sum, sum, r->row.numerators[i]));
        LK_TRY(lk_natural_gcd(r->scratch, &divisor, divisor, r->row.numerators[i]));
    }
    if (sum.count == 0) // numbers that doubles hold add up to more than 0
        return lk_fail(r->scratch->context, LK_ERROR_INTERNAL, "a row of a table has the sum 0");
    for (size_t i = 0; i < r->row.size; i++)
        LK_TRY(lk_natural_divide(r->scratch, &r->row.numerators[i], r->row.numerators[i], divisor));
    return lk_natural_divide(r->scratch, &r->row.denominator, sum, divisor);
}

static lk_status read_likelihood(table_reader *r, size_t index) {
    lk_rational one, seen;
    LK_TRY(parse_cell(r, &seen, 2 * index));
    LK_TRY(lk_rational_divide(r->scratch, &r->written[0], seen, r->largest));
    LK_TRY(lk_rational_parse(r->scratch, &one, "1", 1));
    LK_TRY(lk_rational_difference(r->scratch, &r->written[1], one, r->written[0]));
    return bring_together(r);
}

static lk_status read_row(table_reader *r, size_t index) {
    if (is_likelihood(r)) return read_likelihood(r, index);
    LK_TRY(parse_cells(r, index * r->row.size));
    LK_TRY(bring_together(r));
    bool has_rows = lk_network_table_at(r->input->network, r->table)->owner != LK_NO_VARIABLE;
    return has_rows ? normalize(r) : LK_OK;
}

static lk_status read_entry(table_reader *r, lk_arena *arena, lk_rational *number, size_t cell) {
    LK_TRY(start_reader(r));
    LK_TRY(read_row(r, cell / r->row.size));
    return lk_rational_make(arena, number, r->row.numerators[cell % r->row.size],
                            r->row.denominator);
}

lk_status lk_exact_entry(lk_arena *arena, lk_arena *scratch, lk_rational *number,
                         const lk_network *network, uint32_t table, size_t cell) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_exact_input input = {.network = network};
    table_reader r = {.scratch = scratch, .input = &input, .table = table};
    r.text = lk_buffer_make(scratch->context);
    lk_status status = read_entry(&r, arena, number, cell);
    lk_buffer_free(&r.text);
    lk_arena_rewind(scratch, mark);
    return status;
}

// ---- The cells that the evidence leaves ---------------------------------------------------------

// Loops over the unobserved variables of a table in its order, so that the cells of a row come one
// after another. Track 0 is the table (from the cell that the observed states select), track 1 the
// factor.
static lk_status make_walk(table_reader *r, lk_loops *loops, const lk_plan_factor *factor) {
    const lk_exact_input *input = r->input;
    const lk_table *table = lk_network_table_at(input->network, r->table);
    uint32_t *unobserved = lk_arena_alloc(r->scratch, table->size, sizeof *unobserved);
    LK_NEED(unobserved);
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->size; i++)
        if (!input->observed[table->scope[i]]) unobserved[count++] = table->scope[i];
    LK_TRY(lk_loops_make(r->scratch, loops, input->network, unobserved, count, 2));
    lk_loops_set_track(loops, 0, input->network, table->scope, table->size);
    if (factor) lk_loops_set_track(loops, 1, input->network, factor->scope, factor->size);
    size_t stride = 1;
    for (uint32_t i = table->size; i-- > 0;) {
        uint32_t v = table->scope[i];
        if (input->observed[v]) loops->indices[0] += input->states[v] * stride;
        stride *= input->network->variables[v].state_count;
    }
    return LK_OK;
}

// Calls `visit` for each cell with its row read. Memory that it takes of `scratch` is its own for
// the call only.
typedef lk_status (*cell_visitor)(void *argument, const row *cells, size_t place, size_t factor);

static lk_status visit_cells(table_reader *r, const lk_plan_factor *factor, cell_visitor visit,
                             void *argument) {
    lk_loops loops;
    LK_TRY(make_walk(r, &loops, factor));
    lk_arena_mark mark = lk_arena_get_mark(r->scratch);
    size_t row_read = SIZE_MAX;
    do {
        size_t index = loops.indices[0] / r->row.size;
        if (index != row_read) {
            lk_arena_rewind(r->scratch, mark);
            LK_TRY(read_row(r, index));
            row_read = index;
        }
        LK_TRY(visit(argument, &r->row, loops.indices[0] % r->row.size, loops.indices[1]));
    } while (lk_loops_next(&loops));
    return LK_OK;
}

static lk_status read_table(lk_arena *scratch, const lk_exact_input *input, uint32_t table,
                            const lk_plan_factor *factor, cell_visitor visit, void *argument) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    table_reader r = {.scratch = scratch, .input = input, .table = table};
    lk_status status = start_reader(&r);
    if (status == LK_OK) status = visit_cells(&r, factor, visit, argument);
    lk_buffer_free(&r.text);
    lk_arena_rewind(scratch, mark);
    return status;
}

// ---- Measuring ---------------------------------------------------------------------------------

typedef struct measure {
    lk_arena *arenas[2]; // for the denominators, one after the other in turn
    int current;
    lk_natural denominator;
    int64_t excess; // the most bits that a numerator has above its row's denominator
} measure;

// Most rows leave the denominator as it is; it moves to the other arena when one does not.
static lk_status measure_cell(void *argument, const row *cells, size_t place, size_t factor) {
    (void)factor;
    measure *m = argument;
    int64_t excess = (int64_t)lk_natural_bits(cells->numerators[place]) -
                     (int64_t)lk_natural_bits(cells->denominator);
    if (excess > m->excess) m->excess = excess;
    if (m->denominator.count && lk_natural_compare(m->denominator, cells->denominator) == 0)
        return LK_OK;
    m->current = !m->current;
    lk_arena *arena = m->arenas[m->current];
    lk_arena_reset(arena);
    if (m->denominator.count == 0)
        return lk_natural_copy(arena, &m->denominator, cells->denominator);
    return lk_exact_common_multiple(arena, &m->denominator, m->denominator, cells->denominator);
}

lk_status lk_exact_measure(lk_arena *arena, lk_arena *scratch, lk_exact_input *input,
                           uint32_t table) {
    lk_arena first = lk_arena_make(arena->context, 0), second = lk_arena_make(arena->context, 0);
    measure m = {.arenas = {&first, &second}, .excess = INT64_MIN};
    lk_status status = read_table(scratch, input, table, NULL, measure_cell, &m);
    lk_exact_table *measured = &input->tables[table];
    if (status == LK_OK) status = lk_natural_copy(arena, &measured->denominator, m.denominator);
    // numerator × table's denominator / row's denominator
    if (status == LK_OK) {
        int64_t bits = m.excess + (int64_t)lk_natural_bits(m.denominator) + 1;
        measured->bits = bits > 1 ? (size_t)bits : 1;
    }
    lk_arena_release(&first);
    lk_arena_release(&second);
    return status;
}

// ---- Loading -----------------------------------------------------------------------------------

typedef struct load {
    lk_arena *scratch;
    lk_natural denominator;
    lk_limb *cells;
    size_t width;
} load;

static lk_status load_cell(void *argument, const row *cells, size_t place, size_t factor) {
    load *l = argument;
    lk_natural times, numerator;
    lk_arena_mark mark = lk_arena_get_mark(l->scratch);
    LK_TRY(lk_natural_divide(l->scratch, &times, l->denominator, cells->denominator));
    LK_TRY(lk_natural_multiply(l->scratch, &numerator, cells->numerators[place], times));
    lk_limbs_set(l->cells + factor * l->width, l->width, numerator);
    lk_arena_rewind(l->scratch, mark);
    return LK_OK;
}

lk_status lk_exact_load(lk_arena *scratch, lk_limb *cells, size_t width,
                        const lk_exact_input *input, const lk_plan_factor *factor) {
    load l = {scratch, input->tables[factor->table].denominator, cells, width};
    return read_table(scratch, input, factor->table, factor, load_cell, &l);
}
