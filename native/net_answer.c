#include "net_answer.h"

#include "text_table.h"

lk_status answer_in_fractions(invocation *call, const question *q, const lk_finding *findings,
                              size_t count, lk_exact **exact) {
    *exact = NULL;
    LK_TRY(lk_exact_new(call->context, exact, q->network, q->targets.variables, q->targets.count,
                        findings, count, &q->options));
    return lk_exact_run(*exact);
}

static void append_posterior(lk_buffer *out, const answers *a, size_t index, uint32_t state,
                             bool bars) {
    if (a->exact)
        append_fraction(out, lk_exact_posterior(a->exact, index, state));
    else
        append_probability(out, lk_query_posterior(a->query, index)[state], bars);
}

static void append_posteriors(lk_buffer *out, const lk_network *network, const answers *a,
                              bool bars) {
    const lk_query *query = a->query;
    int names = 0, states = 0;
    for (size_t i = 0; i < lk_query_target_count(query); i++) {
        uint32_t target = lk_query_target(query, i);
        if (name_width(network, target) > names) names = name_width(network, target);
        if (state_width(network, target) > states) states = state_width(network, target);
    }
    for (size_t i = 0; i < lk_query_target_count(query); i++) {
        uint32_t target = lk_query_target(query, i);
        for (uint32_t s = 0; s < lk_network_state_count(network, target); s++) {
            append_padded(out, s ? "" : lk_network_variable_name(network, target), names + 2);
            append_padded(out, lk_network_state_name(network, target, s), states + 2);
            append_posterior(out, a, i, s, bars);
        }
    }
}

static int joint_column(const lk_network *network, uint32_t target) {
    int states = state_width(network, target), name = name_width(network, target);
    return (states > name ? states : name) + 2;
}

static void append_joint(lk_buffer *out, const lk_network *network, const answers *a, bool bars) {
    const lk_query *query = a->query;
    size_t count, targets = lk_query_target_count(query);
    const double *values = lk_query_joint(query, &count);
    for (size_t i = 0; i < targets; i++) {
        uint32_t target = lk_query_target(query, i);
        append_padded(out, lk_network_variable_name(network, target),
                      joint_column(network, target));
    }
    lk_buffer_append_text(out, "probability\n");
    for (size_t cell = 0; cell < count; cell++) {
        size_t stride = count;
        for (size_t i = 0; i < targets; i++) {
            uint32_t target = lk_query_target(query, i);
            uint32_t states = lk_network_state_count(network, target);
            stride /= states;
            append_padded(
                out, lk_network_state_name(network, target, (uint32_t)(cell / stride % states)),
                joint_column(network, target));
        }
        if (a->exact)
            append_fraction(out, lk_exact_joint(a->exact, cell));
        else
            append_probability(out, values[cell], bars);
    }
}

static void append_evidence(lk_buffer *out, const lk_network *network, const answers *a) {
    bool markov = lk_network_is_markov(network);
    if (!markov && a->findings == 0) return;
    double log10 = lk_query_log10_p_evidence(a->query);
    if (!markov) {
        lk_buffer_append_text(out, "P(evidence) = ");
        append_with_log10(out, lk_query_p_evidence(a->query), log10);
    }
    lk_buffer_append_text(out, markov ? "log10 Z = " : ", log10 ");
    append_log10(out, log10);
    lk_buffer_append_byte(out, '\n');
    if (a->exact) {
        lk_buffer_append_text(out, markov ? "Z = " : "P(evidence) = ");
        lk_buffer_append_fraction(out, lk_exact_p_evidence(a->exact));
        lk_buffer_append_byte(out, '\n');
    }
    lk_buffer_append_byte(out, '\n');
}

void append_answer(lk_buffer *out, const invocation *call, const question *q, const answers *a) {
    append_evidence(out, q->network, a);
    if (q->options.joint)
        append_joint(out, q->network, a, bars_wanted(call));
    else
        append_posteriors(out, q->network, a, bars_wanted(call));
}

void append_plan(lk_buffer *out, const lk_network *network, const lk_query *query) {
    lk_plan_summary plan = lk_query_plan(query);
    lk_buffer_printf(out, "plan: %s, %.6g operations, largest table %.6g cells", plan.engine,
                     plan.operations, plan.largest_table);
    for (size_t i = 0; i < plan.order_count; i++)
        lk_buffer_printf(out, "%s%s", i ? ", " : ", order ",
                         lk_network_variable_name(network, plan.order[i]));
    lk_buffer_append_byte(out, '\n');
}

lk_status append_answer_json(lk_buffer *out, const answers *a) {
    if (a->exact)
        LK_TRY(lk_query_to_json_exact(out, a->query, a->exact, a->seconds));
    else
        LK_TRY(lk_query_to_json(out, a->query, a->seconds));
    lk_buffer_append_byte(out, '\n');
    return LK_OK;
}
