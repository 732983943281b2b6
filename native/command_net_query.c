// `likelore net query`: posteriors and joints.
#include "command_net.h"

#include "net_question.h"
#include "net_weighting.h"
#include "terminal.h"
#include "text_table.h"

#include <stdio.h>
#include <string.h>

// The answer in doubles and, with --exact, in fractions.
typedef struct answers {
    const lk_query *query;
    const lk_exact *exact; // NULL: not asked for
    double seconds;
} answers;

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

static void append_plan(lk_buffer *out, const lk_network *network, const lk_query *query) {
    lk_plan_summary plan = lk_query_plan(query);
    lk_buffer_printf(out, "plan: %s, %.6g operations, largest table %.6g cells", plan.engine,
                     plan.operations, plan.largest_table);
    for (size_t i = 0; i < plan.order_count; i++)
        lk_buffer_printf(out, "%s%s", i ? ", " : ", order ",
                         lk_network_variable_name(network, plan.order[i]));
    lk_buffer_append_byte(out, '\n');
}

static void append_evidence(lk_buffer *out, const question *q, const answers *a) {
    bool markov = lk_network_is_markov(q->network);
    if (!markov && q->evidence.count == 0) return;
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

static void append_answer(lk_buffer *out, const invocation *call, const question *q,
                          const answers *a) {
    append_evidence(out, q, a);
    if (q->options.joint)
        append_joint(out, q->network, a, bars_wanted(call));
    else
        append_posteriors(out, q->network, a, bars_wanted(call));
    lk_buffer_append_byte(out, '\n');
    append_plan(out, q->network, a->query);
}

typedef enum answer_format { AS_TEXT, AS_JSON, AS_UAI_PR, AS_UAI_MAR } answer_format;

static lk_status choose_format(invocation *call, answer_format *format) {
    static const char *const names[] = {"text", "json", "uai-pr", "uai-mar"};
    const char *name = option_value(call->arguments, "format", NULL);
    *format = has_flag(call->arguments, "json") ? AS_JSON : AS_TEXT;
    if (!name) return LK_OK;
    for (int i = AS_TEXT; i <= AS_UAI_MAR; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *format = (answer_format)i;
        return LK_OK;
    }
    return usage_error(call, "--format takes text, json, uai-pr or uai-mar, not '%s'", name);
}

static lk_status append_json(lk_buffer *out, const answers *a) {
    if (a->exact)
        LK_TRY(lk_query_to_json_exact(out, a->query, a->exact, a->seconds));
    else
        LK_TRY(lk_query_to_json(out, a->query, a->seconds));
    lk_buffer_append_byte(out, '\n');
    return LK_OK;
}

static lk_status append_in_format(lk_buffer *out, const invocation *call, const question *q,
                                  const answers *a, answer_format format) {
    if (format == AS_UAI_PR) return lk_query_to_uai_pr(out, a->query);
    if (format == AS_UAI_MAR) return lk_query_to_uai_mar(out, a->query);
    if (format == AS_JSON) return append_json(out, a);
    append_answer(out, call, q, a);
    return LK_OK;
}

static lk_status answer_in_fractions(invocation *call, const question *q, lk_exact **exact) {
    LK_TRY(lk_exact_new(call->context, exact, q->network, q->targets.variables, q->targets.count,
                        q->evidence.findings, q->evidence.count, &q->options));
    return lk_exact_run(*exact);
}

// Where an exact answer is too much, there may be estimates.
static lk_status name_way_out(invocation *call, const question *q, lk_status status) {
    if (status != LK_ERROR_LIMIT || q->options.joint || lk_network_is_markov(q->network))
        return status;
    snprintf(call->message, sizeof call->message, "%.400s; --engine lw gives estimates",
             lk_context_error(call->context).message);
    return status;
}

static lk_status check_options(invocation *call, answer_format *format) {
    bool exactly = has_flag(call->arguments, "exact");
    LK_TRY(choose_format(call, format));
    if (asks_weighting(call) && exactly)
        return usage_error(call, "--exact does not go with estimates: leave out --engine lw");
    if (asks_weighting(call) && (*format == AS_UAI_PR || *format == AS_UAI_MAR))
        return usage_error(call, "the UAI formats have exact answers: leave out --engine lw");
    if (exactly && (*format == AS_UAI_PR || *format == AS_UAI_MAR))
        return usage_error(call, "the UAI formats have no fractions: leave out --exact");
    return LK_OK;
}

static lk_status answer(invocation *call, const question *q, lk_buffer *out) {
    answer_format format;
    LK_TRY(check_options(call, &format));
    if (asks_weighting(call)) return answer_by_weighting(call, q, out);
    bool exactly = has_flag(call->arguments, "exact");
    double start = terminal_seconds();
    lk_query *query;
    lk_exact *exact = NULL;
    LK_TRY(name_way_out(call, q, run_query(call, q, &query)));
    lk_status status = LK_OK;
    if (exactly) status = answer_in_fractions(call, q, &exact);
    answers a = {query, exact, terminal_seconds() - start};
    if (status == LK_OK) status = append_in_format(out, call, q, &a, format);
    lk_exact_free(exact);
    lk_query_free(query);
    return status;
}

static const option options[] = {
    NET_TARGET,
    NET_EVIDENCE,
    NET_UAI_EVIDENCE,
    {"format", 0, "FORMAT", "text, json, or a UAI result file: uai-pr or uai-mar"},
    {"joint", 0, NULL, "one joint table of all targets"},
    NET_ORDER,
    {"engine", 0, "NAME",
     "auto, ve (variable elimination), jt (junction tree), enumerate, or lw (estimates by "
     "likelihood weighting)"},
    NET_PRECISION,
    NET_MAX_SAMPLES,
    NET_EXACT,
    NET_NO_PRUNE,
    NET_NORMALIZE,
    {0}};

static lk_status run(invocation *call) { return run_question(call, answer); }

const command net_query_command = {
    .noun = "net",
    .verb = "query",
    .operands = "FILE",
    .summary = "compute probabilities exactly",
    .details = "Prints the probability of the evidence and the posterior of each target; without "
               "-t, of every variable that is not observed.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
