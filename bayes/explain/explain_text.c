// The trace as lines of text, in the notation of textbooks.
#include "explain/explain_formula.h"

enum {
    MOST_ROWS = 64 // of a table that are shown
};

typedef struct writer {
    lk_buffer *out;
    const lk_trace *trace;
    lk_trace_list remaining;
} writer;

// Characters of a text; what a column of a table is aligned by.
static int width_of(const char *text) {
    int width = 0;
    for (; *text; text++) width += ((uint8_t)*text & 0xC0) != 0x80;
    return width;
}

static void append_padded(lk_buffer *out, const char *text, int width) {
    lk_buffer_append_text(out, text);
    for (int i = width_of(text); i < width; i++) lk_buffer_append_byte(out, ' ');
}

static const char *plural(double count) { return count == 1 ? "cell" : "cells"; }

// ---- Tables ------------------------------------------------------------------------------------

static int column_width(const lk_variable *variable) {
    int width = width_of(variable->name);
    for (uint32_t s = 0; s < variable->state_count; s++) {
        int state = width_of(variable->states[s]);
        if (state > width) width = state;
    }
    return width + 2;
}

// The decimal, and beside it the fraction.
static void append_number(lk_buffer *out, lk_trace_values values, size_t cell) {
    if (values.fractions) {
        lk_buffer_printf(out, "%-12.6g  ", values.doubles[cell]);
        lk_buffer_append_fraction(out, values.fractions[cell]);
    } else {
        lk_buffer_printf(out, "%.6g", values.doubles[cell]);
    }
    lk_buffer_append_byte(out, '\n');
}

static void append_row(const writer *w, const uint32_t *scope, uint32_t size, size_t cells,
                       size_t cell, lk_trace_values values) {
    lk_buffer_append_text(w->out, "    ");
    size_t stride = cells;
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &w->trace->network->variables[scope[i]];
        stride /= variable->state_count;
        append_padded(w->out, variable->states[cell / stride % variable->state_count],
                      column_width(variable));
    }
    append_number(w->out, values, cell);
}

// A header with the variables and the name, a row a cell, and an empty line.
static void append_table(const writer *w, const char *name, const uint32_t *scope, uint32_t size,
                         lk_trace_values values, size_t cells) {
    if (!values.doubles) return;
    lk_buffer_append_text(w->out, "    ");
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &w->trace->network->variables[scope[i]];
        append_padded(w->out, variable->name, column_width(variable));
    }
    lk_buffer_printf(w->out, "%s\n", name);
    size_t shown = cells > MOST_ROWS ? MOST_ROWS : cells;
    for (size_t i = 0; i < shown; i++) append_row(w, scope, size, cells, i, values);
    if (shown < cells) lk_buffer_printf(w->out, "    … %zu more rows\n", cells - shown);
    lk_buffer_append_byte(w->out, '\n');
}

static void append_factor_table(const writer *w, uint32_t factor) {
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    const lk_trace_factor *f = &w->trace->factors[factor];
    append_table(w, f->name, shape->scope, shape->size, f->values, (size_t)shape->cells);
}

// ---- Lines -------------------------------------------------------------------------------------

static void append_remaining(const writer *w) {
    for (uint32_t i = 0; i < w->remaining.count; i++)
        lk_buffer_printf(w->out, "%s%s", i ? ", " : "",
                         w->trace->factors[w->remaining.factors[i]].name);
}

static void append_join(const writer *w, const lk_plan_step *step) {
    lk_buffer_append_byte(w->out, '{');
    for (uint32_t i = 0; i < step->join_size; i++)
        lk_buffer_printf(w->out, "%s%s", i ? "," : "",
                         w->trace->network->variables[step->join[i]].name);
    lk_buffer_append_byte(w->out, '}');
}

static void append_pruned(const writer *w) {
    const lk_network *network = w->trace->network;
    const char *before = "pruned: ";
    for (uint32_t v = 0; v < network->count; v++) {
        lk_relevance relevance = w->trace->plan.relevance[v];
        if (relevance == LK_RELEVANT) continue;
        lk_buffer_printf(w->out, "%s%s (%s)", before, network->variables[v].name,
                         relevance == LK_BARREN ? "barren"
                         : network->is_markov   ? "separated"
                                                : "d-separated");
        before = ", ";
    }
    if (before[0] == ',') lk_buffer_append_byte(w->out, '\n');
}

static void append_step(writer *w, uint32_t index) {
    const lk_trace *t = w->trace;
    const lk_plan_step *step = &t->plan.steps[index];
    const lk_plan_factor *output = &t->plan.factors[step->output];
    const lk_trace_factor *f = &t->factors[step->output];
    lk_trace_list_step(&w->remaining, t, index);
    lk_buffer_printf(w->out, "eliminate %s: %s = %s%s   join ",
                     t->network->variables[step->eliminated].name, f->name, f->expression,
                     f->all_ones ? " (= 1)" : "");
    append_join(w, step);
    lk_buffer_printf(w->out, " size %u, %.0f %s → size %u, %.0f %s   remaining: ", step->join_size,
                     step->join_cells, plural(step->join_cells), output->size, output->cells,
                     plural(output->cells));
    append_remaining(w);
    lk_buffer_append_byte(w->out, '\n');
    append_factor_table(w, step->output);
}

static void append_sum(const writer *w) {
    lk_document text = lk_document_make(w->out, LK_DOCUMENT_TEXT);
    lk_formula_sum(&text, &w->trace->sum);
    lk_buffer_printf(w->out, "normalization: %s%s\n", w->trace->sum.expression,
                     lk_buffer_text(&text.formula));
    if (text.formula.status != LK_OK) w->out->status = text.formula.status;
    lk_document_finish(&text);
}

static void append_result(const writer *w) {
    const lk_trace *t = w->trace;
    lk_buffer_printf(w->out, "result: %s\n", t->expression);
    if (t->has_tables) append_sum(w);
    const lk_plan_factor *shape = &t->plan.factors[t->plan.steps[t->plan.step_count - 1].output];
    append_table(w, t->query, shape->scope, shape->size, t->result, (size_t)shape->cells);
}

static void append_largest(const writer *w, const char *what, uint32_t factor) {
    if (factor == LK_NO_VARIABLE) return;
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    lk_buffer_printf(w->out, "largest %s %s: size %u, %.0f %s\n", what,
                     w->trace->factors[factor].symbol, shape->size, shape->cells,
                     plural(shape->cells));
}

static void append_summary(const writer *w) {
    lk_trace_summary s = lk_trace_summarize(w->trace);
    append_largest(w, "generated", s.largest_generated);
    if (s.largest_join != LK_NO_VARIABLE) {
        const lk_plan_step *step = &w->trace->plan.steps[s.largest_join];
        lk_buffer_append_text(w->out, "largest join ");
        append_join(w, step);
        lk_buffer_printf(w->out, ": size %u, %.0f %s\n", step->join_size, step->join_cells,
                         plural(step->join_cells));
    }
    append_largest(w, "initial", s.largest_initial);
    lk_buffer_printf(w->out, "total: %.0f generated %s, %.0f multiplications, %.0f additions\n",
                     s.cells, plural(s.cells), s.multiplications, s.additions);
}

lk_status lk_trace_to_text(lk_buffer *out, const lk_trace *trace) {
    writer w = {.out = out, .trace = trace};
    w.remaining.factors =
        lk_alloc(trace->context, trace->plan.factor_count, sizeof *w.remaining.factors);
    LK_NEED(w.remaining.factors);
    lk_trace_list_start(&w.remaining, trace);
    lk_buffer_append_text(out, "factors: ");
    append_remaining(&w);
    lk_buffer_append_byte(out, '\n');
    for (uint32_t f = 0; f < trace->plan.initial_count; f++) append_factor_table(&w, f);
    append_pruned(&w);
    for (uint32_t i = 0; i < lk_trace_eliminations(trace); i++) append_step(&w, i);
    append_result(&w);
    append_summary(&w);
    lk_free(trace->context, w.remaining.factors);
    return lk_buffer_status(out);
}
