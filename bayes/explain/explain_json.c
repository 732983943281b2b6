// The trace as JSON: docs/formats/trace.md.
#include "explain/explain.h"
#include "likelore/json.h"

#include <math.h>

typedef struct writer {
    lk_json_writer *json;
    const lk_trace *trace;
    lk_trace_list remaining;
    lk_buffer text; // of one fraction
} writer;

static const char *name_of(const writer *w, uint32_t variable) {
    return w->trace->network->variables[variable].name;
}

static void add_finding(const writer *w, uint32_t variable) {
    const lk_variable *v = &w->trace->network->variables[variable];
    lk_json_add_string(w->json, v->name, v->states[w->trace->states[variable]]);
}

static void add_names(const writer *w, const char *key, const uint32_t *variables, size_t count) {
    lk_json_begin_array(w->json, key);
    for (size_t i = 0; i < count; i++) lk_json_add_string(w->json, NULL, name_of(w, variables[i]));
    lk_json_end(w->json);
}

static void add_states(const writer *w, const uint32_t *scope, uint32_t size) {
    lk_json_begin_array(w->json, "states");
    for (uint32_t i = 0; i < size; i++) {
        const lk_variable *variable = &w->trace->network->variables[scope[i]];
        lk_json_begin_array(w->json, NULL);
        for (uint32_t s = 0; s < variable->state_count; s++)
            lk_json_add_string(w->json, NULL, variable->states[s]);
        lk_json_end(w->json);
    }
    lk_json_end(w->json);
}

static void add_values(const writer *w, lk_trace_values values, size_t count) {
    if (!values.doubles) {
        lk_json_add_null(w->json, "values");
        return;
    }
    lk_json_begin_array(w->json, "values");
    for (size_t i = 0; i < count; i++) lk_json_add_number(w->json, NULL, values.doubles[i]);
    lk_json_end(w->json);
}

static void add_fraction(writer *w, const char *key, lk_fraction fraction) {
    lk_buffer_clear(&w->text);
    lk_buffer_append_fraction(&w->text, fraction);
    lk_json_add_string(w->json, key, lk_buffer_text(&w->text));
}

// "exact":{"values":[…]}; the sum is NULL for a factor, which has none.
static void add_exact(writer *w, lk_trace_values values, size_t count, const lk_fraction *sum) {
    if (!values.fractions) return;
    lk_json_begin_object(w->json, "exact");
    lk_json_begin_array(w->json, "values");
    for (size_t i = 0; i < count; i++) add_fraction(w, NULL, values.fractions[i]);
    lk_json_end(w->json);
    if (sum) add_fraction(w, "normalization", *sum);
    lk_json_end(w->json);
}

static void add_factor(writer *w, const char *key, uint32_t index) {
    const lk_plan_factor *shape = &w->trace->plan.factors[index];
    const lk_trace_factor *factor = &w->trace->factors[index];
    lk_json_begin_object(w->json, key);
    lk_json_add_string(w->json, "name", factor->name);
    lk_json_add_string(w->json, "symbol", factor->symbol);
    lk_json_add_string(w->json, "expression", factor->expression);
    add_names(w, "scope", shape->scope, shape->size);
    lk_json_begin_object(w->json, "observed");
    for (uint32_t i = 0; i < factor->observed_count; i++) add_finding(w, factor->observed[i]);
    lk_json_end(w->json);
    lk_json_add_integer(w->json, "size", shape->size);
    lk_json_add_number(w->json, "cells", shape->cells);
    lk_json_add_bool(w->json, "all_ones", factor->all_ones);
    add_states(w, shape->scope, shape->size);
    add_values(w, factor->values, (size_t)shape->cells);
    add_exact(w, factor->values, (size_t)shape->cells, NULL);
    lk_json_end(w->json);
}

static void add_factor_names(const writer *w, const char *key, const uint32_t *factors,
                             uint32_t count) {
    lk_json_begin_array(w->json, key);
    for (uint32_t i = 0; i < count; i++)
        lk_json_add_string(w->json, NULL, w->trace->factors[factors[i]].name);
    lk_json_end(w->json);
}

static void add_question(const writer *w) {
    const lk_trace *t = w->trace;
    lk_json_add_string(w->json, "query", t->query);
    add_names(w, "targets", t->targets, t->target_count);
    lk_json_begin_object(w->json, "evidence");
    for (size_t i = 0; i < t->evidence_count; i++) add_finding(w, t->evidence[i].variable);
    lk_json_end(w->json);
    add_names(w, "order", t->plan.order, t->plan.order_count);
    lk_json_begin_array(w->json, "pruned");
    for (uint32_t v = 0; v < t->network->count; v++)
        if (t->plan.relevance[v] != LK_RELEVANT) lk_json_add_string(w->json, NULL, name_of(w, v));
    lk_json_end(w->json);
}

static void add_join(const writer *w, const char *key, const lk_plan_step *step) {
    lk_json_begin_object(w->json, key);
    add_names(w, "scope", step->join, step->join_size);
    lk_json_add_integer(w->json, "size", step->join_size);
    lk_json_add_number(w->json, "cells", step->join_cells);
    lk_json_end(w->json);
}

static void add_step(writer *w, uint32_t index) {
    const lk_plan_step *step = &w->trace->plan.steps[index];
    lk_trace_list_step(&w->remaining, w->trace, index);
    lk_json_begin_object(w->json, NULL);
    lk_json_add_string(w->json, "eliminate", name_of(w, step->eliminated));
    add_factor_names(w, "inputs", step->inputs, step->input_count);
    add_join(w, "join", step);
    add_factor(w, "output", step->output);
    lk_json_add_number(w->json, "multiplications", lk_trace_multiplications(w->trace, index));
    lk_json_add_number(w->json, "additions", lk_trace_additions(w->trace, index));
    add_factor_names(w, "remaining", w->remaining.factors, w->remaining.count);
    lk_json_end(w->json);
}

// The sum where doubles have it, and its logarithm, which they always have.
static void add_sum(const writer *w) {
    const lk_trace_sum *sum = &w->trace->sum;
    if (sum->value > 0 && sum->value < INFINITY)
        lk_json_add_number(w->json, "normalization", sum->value);
    else
        lk_json_add_null(w->json, "normalization");
    if (w->trace->has_tables)
        lk_json_add_number(w->json, "log10_normalization", sum->log10);
    else
        lk_json_add_null(w->json, "log10_normalization");
}

static void add_result(writer *w) {
    const lk_trace *t = w->trace;
    const lk_plan_factor *shape = &t->plan.factors[t->plan.steps[t->plan.step_count - 1].output];
    lk_json_begin_object(w->json, "result");
    lk_json_add_string(w->json, "expression", t->expression);
    add_names(w, "scope", shape->scope, shape->size);
    add_states(w, shape->scope, shape->size);
    add_values(w, t->result, (size_t)shape->cells);
    add_sum(w);
    add_exact(w, t->result, (size_t)shape->cells, t->sum.fraction);
    lk_json_end(w->json);
}

static void add_largest(const writer *w, const char *key, uint32_t factor) {
    if (factor == LK_NO_VARIABLE) {
        lk_json_add_null(w->json, key);
        return;
    }
    lk_json_begin_object(w->json, key);
    lk_json_add_string(w->json, "name", w->trace->factors[factor].name);
    lk_json_add_integer(w->json, "size", w->trace->plan.factors[factor].size);
    lk_json_add_number(w->json, "cells", w->trace->plan.factors[factor].cells);
    lk_json_end(w->json);
}

static void add_summary(const writer *w) {
    lk_trace_summary s = lk_trace_summarize(w->trace);
    lk_json_begin_object(w->json, "summary");
    add_largest(w, "largest_generated", s.largest_generated);
    if (s.largest_join == LK_NO_VARIABLE)
        lk_json_add_null(w->json, "largest_join");
    else
        add_join(w, "largest_join", &w->trace->plan.steps[s.largest_join]);
    add_largest(w, "largest_initial", s.largest_initial);
    lk_json_add_number(w->json, "cells", s.cells);
    lk_json_add_number(w->json, "multiplications", s.multiplications);
    lk_json_add_number(w->json, "additions", s.additions);
    lk_json_end(w->json);
}

static void add_trace(writer *w) {
    const lk_trace *t = w->trace;
    lk_json_begin_object(w->json, NULL);
    lk_json_add_integer(w->json, "version", 1);
    add_question(w);
    lk_json_begin_array(w->json, "factors");
    for (uint32_t f = 0; f < t->plan.initial_count; f++) add_factor(w, NULL, f);
    lk_json_end(w->json);
    lk_json_begin_array(w->json, "steps");
    lk_trace_list_start(&w->remaining, t);
    for (uint32_t i = 0; i < lk_trace_eliminations(t); i++) add_step(w, i);
    lk_json_end(w->json);
    add_result(w);
    add_summary(w);
    lk_json_end(w->json);
}

lk_status lk_trace_to_json(lk_buffer *out, const lk_trace *trace) {
    writer w = {.trace = trace, .text = lk_buffer_make(trace->context)};
    LK_TRY(lk_json_writer_new(trace->context, &w.json));
    lk_status status = LK_ERROR_MEMORY;
    w.remaining.factors =
        lk_alloc(trace->context, trace->plan.factor_count, sizeof *w.remaining.factors);
    if (w.remaining.factors) {
        add_trace(&w);
        status = lk_buffer_status(&w.text);
        if (status == LK_OK) status = lk_json_finish(w.json, out, false);
    }
    lk_buffer_free(&w.text);
    lk_free(trace->context, w.remaining.factors);
    lk_json_writer_free(w.json);
    return status;
}
