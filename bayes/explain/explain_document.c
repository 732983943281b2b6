// The trace as a document: a section for the factors, one for each step, and one for the result.
#include "explain/explain_tables.h"
#include "explain/words.h"

typedef struct writer {
    lk_document *d;
    const lk_trace *trace;
    lk_trace_list remaining;
} writer;

// ---- Tables ------------------------------------------------------------------------------------

static void append_name_cell(lk_document *d, const char *name) {
    lk_document_cell(d);
    lk_document_formula(d);
    lk_formula_name(d, name);
    lk_document_formula_end(d);
}

static void append_number_cell(lk_document *d, double value) {
    lk_document_cell(d);
    lk_document_formula(d);
    lk_formula_number(d, value);
    lk_document_formula_end(d);
}

static void append_fraction_cell(lk_document *d, lk_fraction fraction) {
    lk_document_cell(d);
    lk_document_formula(d);
    lk_formula_fraction(d, fraction);
    lk_document_formula_end(d);
}

static void append_row(lk_document *d, const lk_network *network, const uint32_t *scope,
                       uint32_t size, size_t cells, size_t cell, lk_trace_values values) {
    size_t stride = cells;
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &network->variables[scope[i]];
        stride /= variable->state_count;
        append_name_cell(d, variable->states[cell / stride % variable->state_count]);
    }
    if (values.fractions) append_fraction_cell(d, values.fractions[cell]);
    append_number_cell(d, values.doubles[cell]);
}

// `head` is a formula as it came to be, and becomes the one of this document again.
static void append_head(lk_document *d, const lk_network *network, const uint32_t *scope,
                        uint32_t size, lk_buffer *head, bool exact) {
    for (uint32_t i = 0; i < size; i++) append_name_cell(d, network->variables[scope[i]].name);
    lk_buffer_free(&d->formula);
    d->formula = *head;
    lk_document_cell(d);
    lk_document_formula_end(d);
    if (exact) lk_say_cell(d, LK_SAY_DECIMAL);
}

static void append_alignment(lk_buffer *alignment, uint32_t size, bool exact) {
    for (uint32_t i = 0; i < size; i++) lk_buffer_append_byte(alignment, 'l');
    lk_buffer_append_text(alignment, exact ? "rr" : "r");
}

void lk_write_values(lk_document *d, const lk_network *network, const uint32_t *scope,
                     uint32_t size, lk_trace_values values, size_t cells) {
    if (!values.doubles) return;
    bool exact = values.fractions != NULL;
    lk_buffer head = d->formula, alignment = lk_buffer_make(d->out->context);
    d->formula = lk_buffer_make(d->out->context);
    append_alignment(&alignment, size, exact);
    if (alignment.status != LK_OK) d->out->status = alignment.status;
    lk_document_table_begin(d, lk_buffer_text(&alignment));
    append_head(d, network, scope, size, &head, exact);
    for (size_t cell = 0; cell < cells && cell < LK_MOST_ROWS; cell++)
        append_row(d, network, scope, size, cells, cell, values);
    if (alignment.status == LK_OK) lk_document_table_end(d);
    d->sink = d->out;
    lk_buffer_free(&alignment);
    if (cells <= LK_MOST_ROWS) return;
    lk_say_paragraph(d, LK_SAY_MORE_ROWS, LK_SLOTS(lk_count(cells - LK_MOST_ROWS)));
}

static void append_factor_table(const writer *w, uint32_t factor) {
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    lk_write_values(w->d, w->trace->network, shape->scope, shape->size,
                    w->trace->factors[factor].values, (size_t)shape->cells);
}

// ---- Pieces ------------------------------------------------------------------------------------

typedef struct named {
    const lk_trace *trace;
    uint32_t variable;
} named;

static void write_variable(lk_document *d, const void *subject) {
    const named *n = subject;
    lk_document_formula(d);
    lk_formula_stateless(d, n->trace, n->variable);
    lk_document_formula_end(d);
}

static void append_factor(const writer *w, uint32_t factor) {
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    lk_document_formula_end(w->d);
}

typedef struct join {
    const lk_trace *trace;
    const lk_plan_step *step;
} join;

static void write_join(lk_document *d, const void *subject) {
    const join *j = subject;
    lk_document_formula(d);
    lk_formula_scope(d, j->trace, j->step->join, j->step->join_size);
    lk_document_formula_end(d);
}

static void write_remaining(lk_document *d, const void *subject) {
    const writer *w = subject;
    for (uint32_t i = 0; i < w->remaining.count; i++) {
        if (i) lk_say(d, LK_SAY_COMMA);
        append_factor(w, w->remaining.factors[i]);
    }
}

static lk_phrase reason_of(const lk_trace *t, lk_relevance relevance) {
    if (relevance == LK_BARREN) return LK_SAY_WHY_BARREN;
    return t->network->is_markov ? LK_SAY_WHY_SEPARATED : LK_SAY_WHY_D_SEPARATED;
}

static void append_pruned(const writer *w) {
    const lk_trace *t = w->trace;
    bool any = false;
    for (uint32_t v = 0; v < t->network->count; v++)
        any = any || t->plan.relevance[v] != LK_RELEVANT;
    if (!any) return;
    lk_say_paragraph(w->d, LK_SAY_LEFT_OUT, NULL);
    lk_document_list(w->d);
    for (uint32_t v = 0; v < t->network->count; v++) {
        const named variable = {t, v};
        if (t->plan.relevance[v] == LK_RELEVANT) continue;
        lk_document_item(w->d);
        LK_SAY(w->d, reason_of(t, t->plan.relevance[v]), lk_written(write_variable, &variable));
        lk_document_item_end(w->d);
    }
    lk_document_list_end(w->d);
}

// ---- Sections ----------------------------------------------------------------------------------

static void write_order(lk_document *d, const void *subject) {
    const lk_trace *t = subject;
    for (uint32_t i = 0; i < t->plan.order_count; i++) {
        if (i) lk_say(d, LK_SAY_COMMA);
        write_variable(d, &(const named){t, t->plan.order[i]});
    }
}

static void append_order(const writer *w) {
    if (w->trace->plan.order_count)
        lk_say_paragraph(w->d, LK_SAY_ORDER, LK_SLOTS(lk_written(write_order, w->trace)));
    else
        lk_say_paragraph(w->d, LK_SAY_NOTHING_TO_ELIMINATE, NULL);
}

static void append_likelihoods(const writer *w) {
    for (uint32_t v = 0; v < w->trace->network->count; v++) {
        if (!lk_trace_has_likelihood(w->trace, v)) continue;
        lk_document_paragraph(w->d);
        lk_say_likelihood(w->d, w->trace, v);
        lk_document_paragraph_end(w->d);
    }
}

static void append_factors(const writer *w) {
    lk_say_heading(w->d, 2, LK_SAY_FACTORS, NULL);
    lk_document_paragraph(w->d);
    write_remaining(w->d, w);
    lk_document_paragraph_end(w->d);
    append_likelihoods(w);
    append_pruned(w);
    for (uint32_t f = 0; f < w->trace->plan.initial_count; f++) append_factor_table(w, f);
}

static void append_step_formula(const writer *w, const lk_plan_step *step) {
    lk_document_display(w->d);
    lk_formula_factor(w->d, w->trace, step->output);
    lk_formula_sign(w->d, LK_SIGN_EQUALS);
    lk_formula_step(w->d, w->trace, step);
    if (w->trace->factors[step->output].all_ones) {
        lk_formula_sign(w->d, LK_SIGN_EQUALS);
        lk_formula_number(w->d, 1);
    }
    lk_document_display_end(w->d);
}

static void append_step_sizes(const writer *w, uint32_t index) {
    const lk_plan_step *step = &w->trace->plan.steps[index];
    const lk_plan_factor *output = &w->trace->plan.factors[step->output];
    const join joined = {w->trace, step};
    lk_say_paragraph(w->d, LK_SAY_STEP_SIZES,
                     LK_SLOTS(lk_written(write_join, &joined), lk_count(step->join_size),
                              lk_cells(step->join_cells), lk_count(output->size),
                              lk_cells(output->cells),
                              lk_cells(lk_trace_multiplications(w->trace, index)),
                              lk_cells(lk_trace_additions(w->trace, index))));
}

static void append_step(writer *w, uint32_t index) {
    const lk_plan_step *step = &w->trace->plan.steps[index];
    const char *name = w->trace->network->variables[step->eliminated].name;
    lk_trace_list_step(&w->remaining, w->trace, index);
    lk_say_heading(w->d, 2, LK_SAY_STEP, LK_SLOTS(lk_count(index + 1), lk_said(name)));
    append_step_formula(w, step);
    append_step_sizes(w, index);
    append_factor_table(w, step->output);
    lk_say_paragraph(w->d, LK_SAY_REMAINING, LK_SLOTS(lk_written(write_remaining, w)));
}

static void append_sum(const writer *w) {
    lk_document_display(w->d);
    lk_formula_normalization(w->d, w->trace);
    lk_formula_sum(w->d, &w->trace->sum);
    lk_document_display_end(w->d);
}

static void append_result(const writer *w) {
    const lk_trace *t = w->trace;
    const lk_plan_factor *shape = &t->plan.factors[t->plan.steps[t->plan.step_count - 1].output];
    lk_say_heading(w->d, 2, LK_SAY_RESULT, NULL);
    lk_document_display(w->d);
    lk_formula_query(w->d, t);
    lk_formula_sign(w->d, LK_SIGN_EQUALS);
    lk_formula_result(w->d, t);
    lk_document_display_end(w->d);
    if (t->has_tables) append_sum(w);
    lk_document_formula(w->d);
    lk_formula_query(w->d, t);
    lk_write_values(w->d, t->network, shape->scope, shape->size, t->result, (size_t)shape->cells);
}

// ---- Sizes -------------------------------------------------------------------------------------

// The formula under construction is the first cell.
static void append_size_row(const writer *w, lk_phrase what, uint32_t size, double cells) {
    lk_document_cell(w->d);
    lk_document_formula_end(w->d);
    lk_say_cell(w->d, what);
    lk_document_cell_text(w->d, "%u", size);
    lk_document_cell_text(w->d, "%.0f", cells);
}

static void append_largest(const writer *w, lk_phrase what, uint32_t factor) {
    if (factor == LK_NO_VARIABLE) return;
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    append_size_row(w, what, shape->size, shape->cells);
}

static void append_largest_tables(const writer *w, const lk_trace_summary *s) {
    lk_document_table_begin(w->d, "llrr");
    for (int i = 0; i < 4; i++) lk_say_cell(w->d, (lk_phrase)(LK_SAY_HEAD_TABLE + i));
    append_largest(w, LK_SAY_LARGEST_GENERATED, s->largest_generated);
    if (s->largest_join != LK_NO_VARIABLE) {
        const lk_plan_step *step = &w->trace->plan.steps[s->largest_join];
        lk_document_formula(w->d);
        lk_formula_scope(w->d, w->trace, step->join, step->join_size);
        append_size_row(w, LK_SAY_LARGEST_JOIN, step->join_size, step->join_cells);
    }
    append_largest(w, LK_SAY_LARGEST_INITIAL, s->largest_initial);
    lk_document_table_end(w->d);
}

static void append_sizes(const writer *w) {
    lk_trace_summary s = lk_trace_summarize(w->trace);
    lk_say_heading(w->d, 2, LK_SAY_SIZES, NULL);
    append_largest_tables(w, &s);
    lk_say_paragraph(
        w->d, LK_SAY_IN_TOTAL,
        LK_SLOTS(lk_cells(s.cells), lk_cells(s.multiplications), lk_cells(s.additions)));
}

// ---- The whole ---------------------------------------------------------------------------------

lk_status lk_write_trace(lk_document *d, const lk_trace *t) {
    writer w = {.d = d, .trace = t};
    w.remaining.factors = lk_alloc(t->context, t->plan.factor_count, sizeof *w.remaining.factors);
    LK_NEED(w.remaining.factors);
    lk_trace_list_start(&w.remaining, t);
    append_order(&w);
    append_factors(&w);
    for (uint32_t i = 0; i < lk_trace_eliminations(t); i++) append_step(&w, i);
    append_result(&w);
    append_sizes(&w);
    lk_free(t->context, w.remaining.factors);
    return LK_OK;
}

static lk_status write_whole(lk_document *d, const lk_trace *t) {
    lk_document_begin(d, t->query);
    lk_status status = lk_write_trace(d, t);
    lk_document_end(d);
    return status;
}

lk_status lk_trace_to_document(lk_buffer *out, const lk_trace *t,
                               const lk_document_options *options) {
    lk_document d = lk_document_open(out, options);
    bool lines = !options || options->format == LK_DOCUMENT_TEXT;
    lk_status status = lines ? lk_trace_write_lines(&d, t) : write_whole(&d, t);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}
