// The trace as a document: a section for the factors, one for each step, and one for the result.
#include "explain/explain_tables.h"

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
    if (exact) lk_document_cell_text(d, "decimal");
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
    lk_document_paragraph(d);
    lk_document_text(d, "… and %zu more rows.", cells - LK_MOST_ROWS);
    lk_document_paragraph_end(d);
}

static void append_factor_table(const writer *w, uint32_t factor) {
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    lk_write_values(w->d, w->trace->network, shape->scope, shape->size,
                    w->trace->factors[factor].values, (size_t)shape->cells);
}

// ---- Pieces ------------------------------------------------------------------------------------

static const char *plural(double count) { return count == 1 ? "" : "s"; }

static void append_variable(const writer *w, uint32_t variable) {
    lk_document_formula(w->d);
    lk_formula_name(w->d, w->trace->network->variables[variable].name);
    lk_document_formula_end(w->d);
}

static void append_factor(const writer *w, uint32_t factor) {
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    lk_document_formula_end(w->d);
}

static void append_scope(const writer *w, const lk_plan_step *step) {
    lk_document_formula(w->d);
    lk_formula_scope(w->d, w->trace, step->join, step->join_size);
    lk_document_formula_end(w->d);
}

static void append_remaining(const writer *w) {
    for (uint32_t i = 0; i < w->remaining.count; i++) {
        if (i) lk_document_text(w->d, ", ");
        append_factor(w, w->remaining.factors[i]);
    }
}

static const char *reason_of(const lk_trace *t, lk_relevance relevance) {
    if (relevance == LK_BARREN) return "barren: neither it nor what is below it is asked or known";
    return t->network->is_markov ? "separated by the evidence" : "d-separated by the evidence";
}

static void append_pruned(const writer *w) {
    const lk_trace *t = w->trace;
    bool any = false;
    for (uint32_t v = 0; v < t->network->count; v++)
        any = any || t->plan.relevance[v] != LK_RELEVANT;
    if (!any) return;
    lk_document_paragraph(w->d);
    lk_document_text(w->d, "Left out, because the answer does not depend on them:");
    lk_document_paragraph_end(w->d);
    lk_document_list(w->d);
    for (uint32_t v = 0; v < t->network->count; v++) {
        if (t->plan.relevance[v] == LK_RELEVANT) continue;
        lk_document_item(w->d);
        append_variable(w, v);
        lk_document_text(w->d, " (%s)", reason_of(t, t->plan.relevance[v]));
        lk_document_item_end(w->d);
    }
    lk_document_list_end(w->d);
}

// ---- Sections ----------------------------------------------------------------------------------

static void append_order(const writer *w) {
    const lk_plan *plan = &w->trace->plan;
    lk_document_paragraph(w->d);
    lk_document_text(w->d, plan->order_count ? "Order of elimination: " : "Nothing to eliminate.");
    for (uint32_t i = 0; i < plan->order_count; i++) {
        if (i) lk_document_text(w->d, ", ");
        append_variable(w, plan->order[i]);
    }
    if (plan->order_count) lk_document_text(w->d, ".");
    lk_document_paragraph_end(w->d);
}

static void append_factors(const writer *w) {
    lk_document_heading(w->d, 2, "Factors");
    lk_document_paragraph(w->d);
    append_remaining(w);
    lk_document_paragraph_end(w->d);
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
    double multiplications = lk_trace_multiplications(w->trace, index);
    double additions = lk_trace_additions(w->trace, index);
    lk_document_paragraph(w->d);
    lk_document_text(w->d, "Join ");
    append_scope(w, step);
    lk_document_text(w->d, ": size %u, %.0f cell%s. New factor: size %u, %.0f cell%s. ",
                     step->join_size, step->join_cells, plural(step->join_cells), output->size,
                     output->cells, plural(output->cells));
    lk_document_text(w->d, "%.0f multiplication%s, %.0f addition%s.", multiplications,
                     plural(multiplications), additions, plural(additions));
    lk_document_paragraph_end(w->d);
}

static void append_step(writer *w, uint32_t index) {
    const lk_plan_step *step = &w->trace->plan.steps[index];
    lk_trace_list_step(&w->remaining, w->trace, index);
    lk_document_heading(w->d, 2, "Step %u: eliminate %s", index + 1,
                        w->trace->network->variables[step->eliminated].name);
    append_step_formula(w, step);
    append_step_sizes(w, index);
    append_factor_table(w, step->output);
    lk_document_paragraph(w->d);
    lk_document_text(w->d, "Remaining: ");
    append_remaining(w);
    lk_document_text(w->d, ".");
    lk_document_paragraph_end(w->d);
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
    lk_document_heading(w->d, 2, "Result");
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

static void append_size_row(const writer *w, const char *what, uint32_t size, double cells) {
    lk_document_cell(w->d);
    lk_document_formula_end(w->d);
    lk_document_cell_text(w->d, "%s", what);
    lk_document_cell_text(w->d, "%u", size);
    lk_document_cell_text(w->d, "%.0f", cells);
}

static void append_largest(const writer *w, const char *what, uint32_t factor) {
    if (factor == LK_NO_VARIABLE) return;
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    lk_document_formula(w->d);
    lk_formula_factor(w->d, w->trace, factor);
    append_size_row(w, what, shape->size, shape->cells);
}

static void append_sizes(const writer *w) {
    static const char *const heads[] = {"table", "what", "size", "cells"};
    lk_trace_summary s = lk_trace_summarize(w->trace);
    lk_document_heading(w->d, 2, "Sizes");
    lk_document_table_begin(w->d, "llrr");
    for (int i = 0; i < 4; i++) lk_document_cell_text(w->d, "%s", heads[i]);
    append_largest(w, "largest generated factor", s.largest_generated);
    if (s.largest_join != LK_NO_VARIABLE) {
        const lk_plan_step *step = &w->trace->plan.steps[s.largest_join];
        lk_document_formula(w->d);
        lk_formula_scope(w->d, w->trace, step->join, step->join_size);
        append_size_row(w, "largest join, before its sum", step->join_size, step->join_cells);
    }
    append_largest(w, "largest initial factor", s.largest_initial);
    lk_document_table_end(w->d);
    lk_document_paragraph(w->d);
    lk_document_text(w->d,
                     "In total: %.0f generated cell%s, %.0f multiplication%s, %.0f addition%s.",
                     s.cells, plural(s.cells), s.multiplications, plural(s.multiplications),
                     s.additions, plural(s.additions));
    lk_document_paragraph_end(w->d);
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

lk_status lk_trace_to_document(lk_buffer *out, const lk_trace *t, lk_document_format format) {
    if (format == LK_DOCUMENT_TEXT) return lk_trace_to_text(out, t);
    lk_document d = lk_document_make(out, format);
    lk_document_begin(&d, t->query);
    lk_status status = lk_write_trace(&d, t);
    lk_document_end(&d);
    lk_status written = lk_document_finish(&d);
    return status == LK_OK ? written : status;
}
