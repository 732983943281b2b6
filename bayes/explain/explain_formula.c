// How a trace is written in formulas: the one place that knows, whatever the format.
#include "explain/explain_formula.h"

#include <float.h>
#include <math.h>

static const lk_variable *variable_at(const lk_trace *t, uint32_t v) {
    return &t->network->variables[v];
}

static bool is_likelihood(const lk_trace *t, uint32_t v) {
    return variable_at(t, v)->seen_of != LK_NO_VARIABLE;
}

static void write_likelihood(lk_document *d, const lk_trace *t, uint32_t v) {
    uint32_t subject = variable_at(t, v)->seen_of, number = 1;
    for (uint32_t other = 0; other < v; other++)
        number += variable_at(t, other)->seen_of == subject;
    if (number > 1)
        lk_formula_indexed(d, LK_SIGN_LAMBDA, number);
    else
        lk_formula_sign(d, LK_SIGN_LAMBDA);
    lk_formula_sign(d, LK_SIGN_OPEN);
    lk_formula_name(d, variable_at(t, subject)->name);
    lk_formula_sign(d, LK_SIGN_CLOSE);
}

void lk_formula_stateless(lk_document *d, const lk_trace *t, uint32_t v) {
    if (is_likelihood(t, v))
        write_likelihood(d, t, v);
    else
        lk_formula_name(d, variable_at(t, v)->name);
}

void lk_formula_variable(lk_document *d, const lk_trace *t, uint32_t v) {
    lk_formula_stateless(d, t, v);
    if (!t->observed[v] || is_likelihood(t, v)) return;
    lk_formula_sign(d, LK_SIGN_STATE);
    lk_formula_name(d, variable_at(t, v)->states[t->states[v]]);
}

// The separator before the i-th of several, `first` before the first.
static void separate(lk_document *d, size_t i, lk_sign first) {
    lk_formula_sign(d, i ? LK_SIGN_COMMA : first);
}

static void write_conditional(lk_document *d, const lk_trace *t, const lk_table *table) {
    if (is_likelihood(t, table->owner)) {
        write_likelihood(d, t, table->owner);
        return;
    }
    lk_formula_sign(d, LK_SIGN_PROBABILITY);
    lk_formula_variable(d, t, table->owner);
    for (uint32_t i = 0; i + 1 < table->size; i++) {
        separate(d, i, LK_SIGN_GIVEN);
        lk_formula_variable(d, t, table->scope[i]);
    }
    lk_formula_sign(d, LK_SIGN_CLOSE);
}

static void write_potential(lk_document *d, const lk_trace *t, uint32_t potential) {
    const lk_table *table = lk_network_table_at(t->network, potential);
    if (potential < t->network->potential_count)
        lk_formula_indexed(d, LK_SIGN_PHI, potential + 1);
    else
        lk_formula_number(d, 1);
    for (uint32_t i = 0; i < table->size; i++) {
        separate(d, i, LK_SIGN_OPEN);
        lk_formula_variable(d, t, table->scope[i]);
    }
    if (table->size) lk_formula_sign(d, LK_SIGN_CLOSE);
}

static void write_generated(lk_document *d, const lk_trace *t, uint32_t index) {
    const lk_trace_factor *factor = &t->factors[index];
    const lk_plan_factor *shape = &t->plan.factors[index];
    lk_formula_symbol(d, t, index);
    uint32_t i = 0, k = 0;
    while (i < shape->size || k < factor->observed_count) {
        bool take_free =
            k == factor->observed_count ||
            (i < shape->size && t->rank[shape->scope[i]] < t->rank[factor->observed[k]]);
        separate(d, i + k, LK_SIGN_OPEN);
        lk_formula_variable(d, t, take_free ? shape->scope[i++] : factor->observed[k++]);
    }
    if (i + k) lk_formula_sign(d, LK_SIGN_CLOSE);
}

void lk_formula_factor(lk_document *d, const lk_trace *t, uint32_t factor) {
    uint32_t table = t->plan.factors[factor].table;
    if (factor >= t->plan.initial_count)
        write_generated(d, t, factor);
    else if (t->network->is_markov)
        write_potential(d, t, table);
    else
        write_conditional(d, t, lk_network_table_at(t->network, table));
}

void lk_formula_symbol(lk_document *d, const lk_trace *t, uint32_t factor) {
    if (factor < t->plan.initial_count)
        lk_formula_factor(d, t, factor);
    else
        lk_formula_indexed(d, LK_SIGN_F, factor - t->plan.initial_count + 1);
}

static void write_inputs(lk_document *d, const lk_trace *t, const lk_plan_step *step) {
    for (uint32_t i = 0; i < step->input_count; i++) {
        if (i) lk_formula_sign(d, LK_SIGN_NEXT);
        lk_formula_factor(d, t, step->inputs[i]);
    }
}

void lk_formula_step(lk_document *d, const lk_trace *t, const lk_plan_step *step) {
    lk_formula_sign(d, LK_SIGN_SUM);
    lk_formula_name(d, variable_at(t, step->eliminated)->name);
    lk_formula_sign(d, LK_SIGN_SUM_END);
    write_inputs(d, t, step);
}

static void write_targets(lk_document *d, const lk_trace *t) {
    for (size_t i = 0; i < t->target_count; i++) {
        if (i) lk_formula_sign(d, LK_SIGN_COMMA);
        lk_formula_name(d, variable_at(t, t->targets[i])->name);
    }
}

void lk_formula_query(lk_document *d, const lk_trace *t) {
    lk_formula_sign(d, LK_SIGN_PROBABILITY);
    write_targets(d, t);
    for (size_t i = 0; i < t->evidence_count; i++) {
        separate(d, i, LK_SIGN_GIVEN);
        lk_formula_variable(d, t, t->evidence[i].variable);
    }
    lk_formula_sign(d, LK_SIGN_CLOSE);
}

static const lk_plan_step *last_step(const lk_trace *t) {
    return &t->plan.steps[t->plan.step_count - 1];
}

void lk_formula_normalization(lk_document *d, const lk_trace *t) {
    bool many = t->target_count > 1;
    lk_formula_sign(d, many ? LK_SIGN_SUM_MANY : LK_SIGN_SUM);
    write_targets(d, t);
    lk_formula_sign(d, many ? LK_SIGN_SUM_MANY_END : LK_SIGN_SUM_END);
    write_inputs(d, t, last_step(t));
}

void lk_formula_result(lk_document *d, const lk_trace *t) {
    lk_formula_sign(d, LK_SIGN_FRACTION);
    write_inputs(d, t, last_step(t));
    lk_formula_sign(d, LK_SIGN_OVER);
    lk_formula_normalization(d, t);
    lk_formula_sign(d, LK_SIGN_FRACTION_END);
}

void lk_formula_sum(lk_document *d, const lk_trace_sum *sum) {
    lk_formula_sign(d, LK_SIGN_EQUALS);
    if (sum->value >= DBL_MIN && sum->value < INFINITY) {
        lk_formula_value(d, sum->value, sum->fraction);
        return;
    }
    if (sum->fraction) {
        lk_formula_fraction(d, *sum->fraction);
        lk_formula_sign(d, LK_SIGN_NEARLY);
    }
    lk_formula_power(d, sum->log10);
}

void lk_formula_scope(lk_document *d, const lk_trace *t, const uint32_t *scope, uint32_t size) {
    lk_formula_sign(d, LK_SIGN_SET_OPEN);
    for (uint32_t i = 0; i < size; i++) {
        if (i) lk_formula_sign(d, LK_SIGN_COMMA);
        lk_formula_name(d, variable_at(t, scope[i])->name);
    }
    lk_formula_sign(d, LK_SIGN_SET_CLOSE);
}
