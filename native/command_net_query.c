// `likelore net query`: posteriors and joints.
#include "command_net.h"

#include "net_answer.h"
#include "net_cases.h"
#include "net_compare.h"
#include "net_question.h"
#include "net_weighting.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

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

static lk_status append_in_format(lk_buffer *out, const invocation *call, const question *q,
                                  const answers *a, answer_format format) {
    if (format == AS_UAI_PR) return lk_query_to_uai_pr(out, a->query);
    if (format == AS_UAI_MAR) return lk_query_to_uai_mar(out, a->query);
    if (format == AS_JSON) return append_answer_json(out, a);
    append_answer(out, call, q, a);
    lk_buffer_append_byte(out, '\n');
    append_plan(out, q->network, a->query);
    return LK_OK;
}

// Where an exact answer is too much, there may be estimates.
static lk_status name_way_out(invocation *call, const question *q, lk_status status) {
    if (status != LK_ERROR_LIMIT || q->options.joint || lk_network_is_markov(q->network))
        return status;
    snprintf(call->message, sizeof call->message, "%.400s; %s--engine lw gives estimates",
             lk_context_error(call->context).message,
             q->targets.count == 1 ? "" : "fewer targets (-t) may do, and ");
    return status;
}

static lk_status check_options(invocation *call, answer_format *format) {
    bool exactly = has_flag(call->arguments, "exact");
    LK_TRY(choose_format(call, format));
    LK_TRY(check_cases_options(call));
    LK_TRY(check_weighting_options(call));
    LK_TRY(check_comparison(call));
    if (asks_comparison(call) && (asks_cases(call) || asks_weighting(call) || exactly ||
                                  *format == AS_UAI_PR || *format == AS_UAI_MAR))
        return usage_error(call, "--compare does not go with --cases, --engine lw, --exact or the "
                                 "UAI formats");
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
    if (asks_cases(call)) return answer_cases(call, q, out, format == AS_JSON);
    if (asks_weighting(call)) return answer_by_weighting(call, q, out);
    bool exactly = has_flag(call->arguments, "exact");
    double start = terminal_seconds();
    lk_query *query;
    lk_exact *exact = NULL;
    LK_TRY(name_way_out(call, q, run_query(call, q, &query)));
    lk_status status = LK_OK;
    if (asks_comparison(call)) {
        status = compare_query(call, q->network, query, out);
        lk_query_free(query);
        return status;
    }
    if (exactly)
        status = answer_in_fractions(call, q, q->evidence.findings, q->evidence.count, &exact);
    answers a = {query, exact, q->evidence.count, terminal_seconds() - start};
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
    NET_CASES,
    NET_COMPARE("PR or MAR"),
    TABLE_SEPARATOR,
    TABLE_MISSING,
    {0}};

static lk_status run(invocation *call) { return run_question(call, answer); }

const command net_query_command = {
    .noun = "net",
    .verb = "query",
    .operands = "FILE",
    .summary = "compute probabilities exactly",
    .details =
        "Prints the probability of the evidence and the posterior of each target; without "
        "-t, of every variable that is not observed. With --cases, each row of a CSV file is "
        "evidence beside that of -e: the columns are variables, and empty fields are not "
        "observed. With --json each row has a line. Rows whose evidence has probability 0 "
        "say so; the others are answered, and the exit code is 65.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
