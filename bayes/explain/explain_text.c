// The trace as lines of text, in the notation of textbooks.
#include "explain/explain_tables.h"
#include "explain/words.h"

typedef struct writer {
    lk_document *d; // of text
    const lk_trace *trace;
    lk_trace_list remaining;
} writer;

static void append_padded(lk_document *d, const char *text, int width) {
    lk_buffer_append_text(d->out, text);
    for (int i = lk_document_width(d, text); i < width; i++) lk_buffer_append_byte(d->out, ' ');
}

static void say_line(const writer *w, lk_phrase phrase, const lk_slot *slots) {
    lk_say_slots(w->d, phrase, slots);
    lk_buffer_append_byte(w->d->out, '\n');
}

// ---- Tables ------------------------------------------------------------------------------------

static int column_width(const lk_document *d, const lk_variable *variable) {
    int width = lk_document_width(d, variable->name);
    for (uint32_t s = 0; s < variable->state_count; s++) {
        int state = lk_document_width(d, variable->states[s]);
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
    lk_buffer_append_text(w->d->out, "    ");
    size_t stride = cells;
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &w->trace->network->variables[scope[i]];
        stride /= variable->state_count;
        append_padded(w->d, variable->states[cell / stride % variable->state_count],
                      column_width(w->d, variable));
    }
    append_number(w->d->out, values, cell);
}

// A header with the variables and the name, a row a cell, and an empty line.
static void append_table(const writer *w, const char *name, const uint32_t *scope, uint32_t size,
                         lk_trace_values values, size_t cells) {
    if (!values.doubles) return;
    lk_buffer_append_text(w->d->out, "    ");
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &w->trace->network->variables[scope[i]];
        append_padded(w->d, variable->name, column_width(w->d, variable));
    }
    lk_buffer_printf(w->d->out, "%s\n", name);
    size_t shown = cells > LK_MOST_ROWS ? LK_MOST_ROWS : cells;
    for (size_t i = 0; i < shown; i++) append_row(w, scope, size, cells, i, values);
    if (shown < cells) {
        lk_buffer_append_text(w->d->out, "    ");
        say_line(w, LK_SAY_LINE_MORE_ROWS, LK_SLOTS(lk_count(cells - shown)));
    }
    lk_buffer_append_byte(w->d->out, '\n');
}

static void append_factor_table(const writer *w, uint32_t factor) {
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    const lk_trace_factor *f = &w->trace->factors[factor];
    append_table(w, f->name, shape->scope, shape->size, f->values, (size_t)shape->cells);
}

// ---- Lines -------------------------------------------------------------------------------------

static void append_remaining(lk_document *d, const void *subject) {
    const writer *w = subject;
    for (uint32_t i = 0; i < w->remaining.count; i++) {
        if (i) lk_say(d, LK_SAY_COMMA);
        lk_buffer_append_text(d->out, w->trace->factors[w->remaining.factors[i]].name);
    }
}

typedef struct join {
    const lk_trace *trace;
    const lk_plan_step *step;
} join;

static void append_join(lk_document *d, const void *subject) {
    const join *j = subject;
    lk_buffer_append_byte(d->out, '{');
    for (uint32_t i = 0; i < j->step->join_size; i++)
        lk_buffer_printf(d->out, "%s%s", i ? "," : "",
                         j->trace->network->variables[j->step->join[i]].name);
    lk_buffer_append_byte(d->out, '}');
}

static bool is_any_pruned(const lk_trace *t) {
    for (uint32_t v = 0; v < t->network->count; v++)
        if (t->plan.relevance[v] != LK_RELEVANT) return true;
    return false;
}

static lk_phrase reason_of(const lk_trace *t, lk_relevance relevance) {
    if (relevance == LK_BARREN) return LK_SAY_IS_BARREN;
    return t->network->is_markov ? LK_SAY_IS_SEPARATED : LK_SAY_IS_D_SEPARATED;
}

typedef struct named {
    const lk_trace *trace;
    uint32_t variable;
} named;

static void append_name(lk_document *d, const void *subject) {
    const named *n = subject;
    lk_document_formula(d);
    lk_formula_stateless(d, n->trace, n->variable);
    lk_document_formula_end(d);
}

static void append_pruned(lk_document *d, const void *subject) {
    const lk_trace *t = subject;
    bool any = false;
    for (uint32_t v = 0; v < t->network->count; v++) {
        lk_relevance relevance = t->plan.relevance[v];
        if (relevance == LK_RELEVANT) continue;
        if (any) lk_say(d, LK_SAY_COMMA);
        any = true;
        LK_SAY(d, reason_of(t, relevance), lk_written(append_name, &(const named){t, v}));
    }
}

static void append_step(writer *w, uint32_t index) {
    const lk_trace *t = w->trace;
    const lk_plan_step *step = &t->plan.steps[index];
    const lk_plan_factor *output = &t->plan.factors[step->output];
    const lk_trace_factor *f = &t->factors[step->output];
    const join joined = {t, step};
    lk_trace_list_step(&w->remaining, t, index);
    say_line(w, LK_SAY_LINE_STEP,
             LK_SLOTS(lk_said(t->network->variables[step->eliminated].name), lk_said(f->name),
                      lk_said(f->expression),
                      f->all_ones ? lk_phrased(LK_SAY_ALL_ONES, NULL) : lk_nothing(),
                      lk_written(append_join, &joined), lk_count(step->join_size),
                      lk_cells(step->join_cells), lk_count(output->size), lk_cells(output->cells),
                      lk_written(append_remaining, w)));
    append_factor_table(w, step->output);
}

static void append_sum(lk_document *d, const void *subject) {
    const lk_trace_sum *sum = subject;
    lk_document_text(d, "%s", sum->expression);
    lk_document_formula(d);
    lk_formula_sum(d, sum);
    lk_document_formula_end(d);
}

static void append_result(const writer *w) {
    const lk_trace *t = w->trace;
    say_line(w, LK_SAY_LINE_RESULT, LK_SLOTS(lk_said(t->expression)));
    if (t->has_tables)
        say_line(w, LK_SAY_LINE_NORMALIZATION, LK_SLOTS(lk_written(append_sum, &t->sum)));
    const lk_plan_factor *shape = &t->plan.factors[t->plan.steps[t->plan.step_count - 1].output];
    append_table(w, t->query, shape->scope, shape->size, t->result, (size_t)shape->cells);
}

static void append_largest(const writer *w, lk_phrase phrase, uint32_t factor) {
    if (factor == LK_NO_VARIABLE) return;
    const lk_plan_factor *shape = &w->trace->plan.factors[factor];
    say_line(w, phrase,
             LK_SLOTS(lk_said(w->trace->factors[factor].symbol), lk_count(shape->size),
                      lk_cells(shape->cells)));
}

static void append_summary(const writer *w) {
    lk_trace_summary s = lk_trace_summarize(w->trace);
    append_largest(w, LK_SAY_LINE_LARGEST_GENERATED, s.largest_generated);
    if (s.largest_join != LK_NO_VARIABLE) {
        const lk_plan_step *step = &w->trace->plan.steps[s.largest_join];
        const join joined = {w->trace, step};
        say_line(w, LK_SAY_LINE_LARGEST_JOIN,
                 LK_SLOTS(lk_written(append_join, &joined), lk_count(step->join_size),
                          lk_cells(step->join_cells)));
    }
    append_largest(w, LK_SAY_LINE_LARGEST_INITIAL, s.largest_initial);
    say_line(w, LK_SAY_LINE_TOTAL,
             LK_SLOTS(lk_cells(s.cells), lk_cells(s.multiplications), lk_cells(s.additions)));
}

static void append_likelihoods(const writer *w) {
    bool any = false;
    for (uint32_t v = 0; v < w->trace->network->count; v++) {
        if (!lk_trace_has_likelihood(w->trace, v)) continue;
        any = true;
        lk_say_likelihood(w->d, w->trace, v);
        lk_buffer_append_byte(w->d->out, '\n');
    }
    if (any) lk_buffer_append_byte(w->d->out, '\n');
}

static void append_all(writer *w) {
    const lk_trace *t = w->trace;
    say_line(w, LK_SAY_LINE_FACTORS, LK_SLOTS(lk_written(append_remaining, w)));
    append_likelihoods(w);
    for (uint32_t f = 0; f < t->plan.initial_count; f++) append_factor_table(w, f);
    if (is_any_pruned(t)) say_line(w, LK_SAY_LINE_PRUNED, LK_SLOTS(lk_written(append_pruned, t)));
    for (uint32_t i = 0; i < lk_trace_eliminations(t); i++) append_step(w, i);
    append_result(w);
    append_summary(w);
}

lk_status lk_trace_write_lines(lk_document *d, const lk_trace *trace) {
    writer w = {.d = d, .trace = trace};
    w.remaining.factors =
        lk_alloc(trace->context, trace->plan.factor_count, sizeof *w.remaining.factors);
    LK_NEED(w.remaining.factors);
    lk_trace_list_start(&w.remaining, trace);
    append_all(&w);
    lk_free(trace->context, w.remaining.factors);
    return LK_OK;
}

lk_status lk_trace_to_text(lk_buffer *out, const lk_trace *trace) {
    return lk_trace_to_document(out, trace, NULL);
}
