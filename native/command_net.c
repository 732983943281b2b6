// `likelore net …`: Bayesian networks.
#include "command.h"
#include "terminal.h"

#include "likelore/bayes.h"
#include "likelore/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the words of a call ask, in terms of its network.
typedef struct question {
    lk_network *network;
    lk_variable_list targets;
    lk_evidence evidence;
    lk_variable_list order;
    lk_query_options options;
} question;

static void free_question(question *q) {
    lk_variable_list_free(q->network, &q->targets);
    lk_evidence_free(q->network, &q->evidence);
    lk_variable_list_free(q->network, &q->order);
    lk_network_free(q->network);
}

static lk_status load_network(invocation *call, lk_network **network) {
    lk_network_read_options options = {.normalize = has_flag(call->arguments, "normalize")};
    return lk_network_load(call->context, network, call->arguments->operands[0], &options);
}

// ---- Reading a question ------------------------------------------------------------------------

static bool is_heuristic(const char *text) {
    const char *name;
    for (size_t i = 0; (name = lk_order_heuristic_name(i)) != NULL; i++)
        if (strcmp(name, text) == 0) return true;
    return false;
}

// The name of a heuristic, or variables. One word that is neither is taken for a mistyped
// heuristic.
static lk_status read_order(invocation *call, question *q) {
    const char *text = option_value(call->arguments, "order", NULL);
    if (!text) return LK_OK;
    lk_status status = LK_ERROR_UNKNOWN_NAME;
    if (!is_heuristic(text)) status = lk_variable_list_add_text(q->network, &q->order, text);
    if (status == LK_ERROR_UNKNOWN_NAME && !strpbrk(text, ",\"")) {
        q->options.heuristic = text;
        return LK_OK;
    }
    q->options.order = q->order.variables;
    q->options.order_count = q->order.count;
    return status;
}

static lk_status read_engine(invocation *call, question *q) {
    static const struct {
        const char *name;
        lk_engine engine;
    } engines[] = {{"auto", LK_ENGINE_AUTO},
                   {"ve", LK_ENGINE_ELIMINATION},
                   {"enumerate", LK_ENGINE_ENUMERATION}};
    const char *text = option_value(call->arguments, "engine", "auto");
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        if (strcmp(engines[i].name, text) != 0) continue;
        q->options.engine = engines[i].engine;
        return LK_OK;
    }
    return usage_error(call, "--engine takes auto, ve or enumerate, not '%s'", text);
}

static lk_status read_question(invocation *call, question *q) {
    const arguments *given = call->arguments;
    LK_TRY(load_network(call, &q->network));
    const char *text;
    for (size_t i = 0; (text = option_value_at(given, "target", i)) != NULL; i++)
        LK_TRY(lk_variable_list_add_text(q->network, &q->targets, text));
    for (size_t i = 0; (text = option_value_at(given, "evidence", i)) != NULL; i++)
        LK_TRY(lk_evidence_add_text(q->network, &q->evidence, text));
    q->options.joint = has_flag(given, "joint");
    q->options.no_prune = has_flag(given, "no-prune");
    LK_TRY(read_order(call, q));
    return read_engine(call, q);
}

// ---- Tables of text ----------------------------------------------------------------------------

// Characters of a text; what columns are aligned by.
static int width_of(const char *text) {
    int width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void append_padded(lk_buffer *out, const char *text, int width) {
    lk_buffer_append_text(out, text);
    for (int i = width_of(text); i < width; i++) lk_buffer_append_byte(out, ' ');
}

static void widen(int *width, const char *text) {
    int needed = width_of(text);
    if (needed > *width) *width = needed;
}

static int name_width(const lk_network *network, uint32_t variable) {
    return width_of(lk_network_variable_name(network, variable));
}

static int state_width(const lk_network *network, uint32_t variable) {
    int width = 0;
    for (uint32_t s = 0; s < lk_network_state_count(network, variable); s++)
        widen(&width, lk_network_state_name(network, variable, s));
    return width;
}

enum { BAR_CELLS = 30 };

// A bar of eighths of a character cell.
static void append_bar(lk_buffer *out, double p) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int filled = (int)(p * BAR_CELLS * 8 + 0.5);
    lk_buffer_append_text(out, "  ");
    for (int i = 0; i < filled / 8; i++) lk_buffer_append_text(out, "█");
    lk_buffer_append_text(out, eighths[filled % 8]);
}

static void append_probability(lk_buffer *out, double p, bool bars) {
    char number[32];
    snprintf(number, sizeof number, "%.6g", p);
    if (bars) {
        append_padded(out, number, 12);
        append_bar(out, p);
    } else {
        lk_buffer_append_text(out, number);
    }
    lk_buffer_append_byte(out, '\n');
}

static bool bars_wanted(const invocation *call) {
    return terminal_is_live(stdout) && !option_value(call->arguments, "output", NULL);
}

// ---- net query ---------------------------------------------------------------------------------

static void append_posteriors(lk_buffer *out, const lk_network *network, const lk_query *query,
                              bool bars) {
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
            append_probability(out, lk_query_posterior(query, i)[s], bars);
        }
    }
}

static int joint_column(const lk_network *network, uint32_t target) {
    int states = state_width(network, target), name = name_width(network, target);
    return (states > name ? states : name) + 2;
}

static void append_joint(lk_buffer *out, const lk_network *network, const lk_query *query,
                         bool bars) {
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

static void append_answer(lk_buffer *out, const invocation *call, const question *q,
                          const lk_query *query) {
    if (q->evidence.count > 0)
        lk_buffer_printf(out, "P(evidence) = %.6g, log10 %.6g\n\n", lk_query_p_evidence(query),
                         lk_query_log10_p_evidence(query));
    if (q->options.joint)
        append_joint(out, q->network, query, bars_wanted(call));
    else
        append_posteriors(out, q->network, query, bars_wanted(call));
    lk_buffer_append_byte(out, '\n');
    append_plan(out, q->network, query);
}

static lk_status new_query(invocation *call, lk_query **query, const question *q) {
    uint32_t *variables = malloc((q->evidence.count + 1) * sizeof *variables);
    if (!variables) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < q->evidence.count; i++) variables[i] = q->evidence.findings[i].variable;
    lk_status status = lk_query_new(call->context, query, q->network, q->targets.variables,
                                    q->targets.count, variables, q->evidence.count, &q->options);
    free(variables);
    return status;
}

static lk_status answer(invocation *call, const question *q, lk_buffer *out) {
    double start = terminal_seconds();
    lk_query *query;
    LK_TRY(new_query(call, &query, q));
    lk_status status = LK_OK;
    for (size_t i = 0; status == LK_OK && i < q->evidence.count; i++)
        status = lk_query_set_evidence(query, i, q->evidence.findings[i].state);
    if (status == LK_OK) status = lk_query_run(query);
    double seconds = terminal_seconds() - start;
    if (status == LK_OK && has_flag(call->arguments, "json")) {
        status = lk_query_to_json(out, query, seconds);
        lk_buffer_append_byte(out, '\n');
    } else if (status == LK_OK) {
        append_answer(out, call, q, query);
    }
    lk_query_free(query);
    return status;
}

// ---- net trace ---------------------------------------------------------------------------------

static lk_status trace(invocation *call, const question *q, lk_buffer *out) {
    bool json = has_flag(call->arguments, "json");
    const char *format = option_value(call->arguments, "format", json ? "json" : "text");
    bool text = strcmp(format, "text") == 0;
    if (!text && strcmp(format, "json") != 0)
        return usage_error(call, "--format takes text or json, not '%s'", format);
    if (q->targets.count == 0) return usage_error(call, "which probability? name a target with -t");
    lk_trace *made;
    LK_TRY(lk_trace_new(call->context, &made, q->network, q->targets.variables, q->targets.count,
                        q->evidence.findings, q->evidence.count, &q->options));
    lk_status status = text ? lk_trace_to_text(out, made) : lk_trace_to_json(out, made);
    if (!text) lk_buffer_append_byte(out, '\n');
    lk_trace_free(made);
    return status;
}

// ---- net info ----------------------------------------------------------------------------------

typedef struct figures {
    uint32_t variables;
    uint32_t arrows;
    uint32_t most_parents;
    uint32_t most_states;
    double cells;      // of all tables
    double parameters; // cells that can be chosen: one fewer a row
} figures;

static figures count_figures(const lk_network *network) {
    figures f = {.variables = lk_network_variable_count(network)};
    for (uint32_t v = 0; v < f.variables; v++) {
        uint32_t parents = lk_network_parent_count(network, v);
        uint32_t states = lk_network_state_count(network, v);
        double rows = 1;
        for (uint32_t i = 0; i < parents; i++)
            rows *= lk_network_state_count(network, lk_network_parents(network, v)[i]);
        f.arrows += parents;
        if (parents > f.most_parents) f.most_parents = parents;
        if (states > f.most_states) f.most_states = states;
        f.cells += rows * states;
        f.parameters += rows * (states - 1);
    }
    return f;
}

static void append_states(lk_buffer *out, const lk_network *network, uint32_t v) {
    for (uint32_t s = 0; s < lk_network_state_count(network, v); s++)
        lk_buffer_printf(out, "%s%s", s ? ", " : "", lk_network_state_name(network, v, s));
}

static void append_parents(lk_buffer *out, const lk_network *network, uint32_t v) {
    const uint32_t *parents = lk_network_parents(network, v);
    for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++)
        lk_buffer_printf(out, "%s%s", i ? ", " : "  ← ",
                         lk_network_variable_name(network, parents[i]));
}

static void append_info(lk_buffer *out, const lk_network *network) {
    figures f = count_figures(network);
    lk_buffer_printf(out, "network %s: %u variables, %u arrows, %.0f free parameters\n",
                     lk_network_name(network), f.variables, f.arrows, f.parameters);
    lk_buffer_printf(out, "at most %u states and %u parents; %.0f table cells%s\n\n", f.most_states,
                     f.most_parents, f.cells,
                     lk_network_has_tables(network) ? "" : "; structure alone, without numbers");
    int names = 0;
    for (uint32_t v = 0; v < f.variables; v++) widen(&names, lk_network_variable_name(network, v));
    for (uint32_t v = 0; v < f.variables; v++) {
        append_padded(out, lk_network_variable_name(network, v), names + 2);
        append_states(out, network, v);
        append_parents(out, network, v);
        lk_buffer_append_byte(out, '\n');
    }
}

static void add_info(lk_json_writer *writer, const lk_network *network) {
    figures f = count_figures(network);
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "name", lk_network_name(network));
    lk_json_add_integer(writer, "variable_count", f.variables);
    lk_json_add_integer(writer, "arrows", f.arrows);
    lk_json_add_integer(writer, "most_states", f.most_states);
    lk_json_add_integer(writer, "most_parents", f.most_parents);
    lk_json_add_number(writer, "cells", f.cells);
    lk_json_add_number(writer, "parameters", f.parameters);
    lk_json_add_bool(writer, "has_tables", lk_network_has_tables(network));
    lk_json_begin_array(writer, "variables");
    for (uint32_t v = 0; v < f.variables; v++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "name", lk_network_variable_name(network, v));
        lk_json_begin_array(writer, "states");
        for (uint32_t s = 0; s < lk_network_state_count(network, v); s++)
            lk_json_add_string(writer, NULL, lk_network_state_name(network, v, s));
        lk_json_end(writer);
        lk_json_begin_array(writer, "parents");
        for (uint32_t i = 0; i < lk_network_parent_count(network, v); i++)
            lk_json_add_string(
                writer, NULL, lk_network_variable_name(network, lk_network_parents(network, v)[i]));
        lk_json_end(writer);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_end(writer);
}

static lk_status info_json(lk_buffer *out, const lk_network *network) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    add_info(writer, network);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// ---- Commands ----------------------------------------------------------------------------------

// Reads the question, has it answered into a buffer, and prints that.
static lk_status run_question(invocation *call,
                              lk_status (*work)(invocation *, const question *, lk_buffer *)) {
    question q = {0};
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = read_question(call, &q);
    if (status == LK_OK) status = work(call, &q, &out);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    free_question(&q);
    return status;
}

static lk_status run_query(invocation *call) { return run_question(call, answer); }
static lk_status run_trace(invocation *call) { return run_question(call, trace); }

static lk_status run_info(invocation *call) {
    lk_network *network;
    LK_TRY(load_network(call, &network));
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json"))
        status = info_json(&out, network);
    else
        append_info(&out, network);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_network_free(network);
    return status;
}

#define NORMALIZE                                                                                  \
    { "normalize", 0, NULL, "divide rows that are far from the sum 1 by their sum" }
#define TARGET                                                                                     \
    { "target", 't', "NAMES", "variables that are asked for, such as A,B; repeats" }
#define EVIDENCE                                                                                   \
    {                                                                                              \
        "evidence", 'e', "FINDINGS",                                                               \
            "what is known, such as A=yes,B=no; repeats; names that hold "                         \
            ", : = ! in double quotes"                                                             \
    }
#define ORDER                                                                                      \
    {                                                                                              \
        "order", 0, "ORDER",                                                                       \
            "order of elimination: min-fill, min-weight, min-degree, "                             \
            "weighted-min-fill, optimal, or variables such as A,B,C"                               \
    }
#define NO_PRUNE                                                                                   \
    { "no-prune", 0, NULL, "keep variables that do not matter" }

static const option info_options[] = {NORMALIZE, {0}};
static const option query_options[] = {
    TARGET,
    EVIDENCE,
    {"joint", 0, NULL, "one joint table of all targets"},
    ORDER,
    {"engine", 0, "NAME", "auto, ve (variable elimination) or enumerate"},
    NO_PRUNE,
    NORMALIZE,
    {0}};
static const option trace_options[] = {
    TARGET, EVIDENCE, ORDER, {"format", 0, "FORMAT", "text or json"}, NO_PRUNE, NORMALIZE, {0}};

const command net_commands[] = {
    {.noun = "net",
     .verb = "info",
     .operands = "FILE",
     .summary = "show what is in a network",
     .details = "Counts variables, arrows and parameters, and lists the variables with their "
                "states and parents.",
     .options = info_options,
     .least_operands = 1,
     .most_operands = 1,
     .run = run_info},
    {.noun = "net",
     .verb = "query",
     .operands = "FILE",
     .summary = "compute probabilities exactly",
     .details = "Prints the probability of the evidence and the posterior of each target; without "
                "-t, of every variable that is not observed.",
     .options = query_options,
     .least_operands = 1,
     .most_operands = 1,
     .run = run_query},
    {.noun = "net",
     .verb = "trace",
     .operands = "FILE",
     .summary = "show variable elimination step by step",
     .details = "Prints each new factor as an expression, what it was joined from, what remains, "
                "and the sizes; with its values where the network has numbers.",
     .options = trace_options,
     .least_operands = 1,
     .most_operands = 1,
     .run = run_trace},
    {.noun = "net"}};
