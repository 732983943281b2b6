#include "net_compare.h"

#include "likelore/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool asks_comparison(const invocation *call) {
    return option_value(call->arguments, "compare", NULL) != NULL;
}

lk_status check_comparison(invocation *call) {
    double tolerance;
    if (!option_number(call->arguments, "tolerance", &tolerance, 0, 1e9))
        return usage_error(call, "--tolerance takes a number from 0, not '%s'",
                           option_value(call->arguments, "tolerance", ""));
    if (!asks_comparison(call) && option_value(call->arguments, "tolerance", NULL))
        return usage_error(call, "--tolerance belongs to --compare FILE");
    return LK_OK;
}

static lk_status read_result(const invocation *call, lk_uai_result **result,
                             const lk_network *network) {
    const char *path = option_value(call->arguments, "compare", "");
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, path));
    lk_status status = lk_uai_result_read(call->context, result, network, lk_file_bytes(file),
                                          lk_file_length(file), path);
    lk_file_free(file);
    return status;
}

// ---- The answer -------------------------------------------------------------------------------

typedef struct comparison {
    const char *task;
    const char *variable, *state; // NULL: not of one
    lk_uai_difference difference;
    double tolerance;
    bool agree;
} comparison;

static lk_status append_json(const invocation *call, lk_buffer *out, const comparison *c) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(call->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "task", c->task);
    lk_json_add_number(writer, "largest_difference", c->difference.largest);
    lk_json_add_number(writer, "here", c->difference.here);
    lk_json_add_number(writer, "there", c->difference.there);
    if (c->variable) {
        lk_json_add_string(writer, "variable", c->variable);
        lk_json_add_string(writer, "state", c->state);
    }
    lk_json_add_number(writer, "tolerance", c->tolerance);
    lk_json_add_bool(writer, "agree", c->agree);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

static void append_text(lk_buffer *out, const comparison *c) {
    lk_buffer_printf(out, "%s: %s, largest difference %.3g\n", c->task,
                     c->agree ? "agrees" : "differs", c->difference.largest);
    if (c->variable)
        lk_buffer_printf(out, "P(%s=%s)", c->variable, c->state);
    else
        lk_buffer_append_text(out, "log10");
    lk_buffer_printf(out, " is %.10g here and %.10g there\n", c->difference.here,
                     c->difference.there);
}

static lk_status append_comparison(invocation *call, lk_buffer *out, comparison *c) {
    c->tolerance = 1e-6;
    option_number(call->arguments, "tolerance", &c->tolerance, 0, 1e9);
    c->agree = c->difference.largest <= c->tolerance;
    call->exit_code = c->agree ? 0 : 1;
    const char *format = has_flag(call->arguments, "json") ? "json" : "text";
    if (strcmp(option_value(call->arguments, "format", format), "json") == 0)
        return append_json(call, out, c);
    append_text(out, c);
    return LK_OK;
}

// ---- Posteriors, and P(evidence) --------------------------------------------------------------

lk_status compare_query(invocation *call, const lk_network *network, const lk_query *query,
                        lk_buffer *out) {
    lk_uai_result *result;
    comparison c = {.task = "PR"};
    LK_TRY(read_result(call, &result, network));
    lk_status status = lk_query_compare_uai(query, result, &c.difference);
    if (lk_uai_result_task(result) == LK_UAI_MAR && status == LK_OK) {
        c.task = "MAR";
        c.variable = lk_network_variable_name(network, c.difference.variable);
        c.state = lk_network_state_name(network, c.difference.variable, c.difference.state);
    }
    lk_uai_result_free(result);
    return status == LK_OK ? append_comparison(call, out, &c) : status;
}

// ---- Most probable states ---------------------------------------------------------------------

static lk_status find_log10(const invocation *call, const question *q, double *log10,
                            const lk_uai_result *result, lk_finding *findings,
                            uint32_t *variables) {
    size_t count = 0;
    lk_query *query;
    uint32_t all = lk_network_variable_count(q->network);
    for (uint32_t v = 0; v < all; v++) {
        variables[count] = v;
        findings[count++] = (lk_finding){v, lk_uai_result_state(result, v)};
    }
    for (size_t i = 0; i < q->evidence.count; i++)
        if (findings[q->evidence.findings[i].variable].state != q->evidence.findings[i].state)
            return LK_ERROR_IMPOSSIBLE;
    lk_query_options options = {.engine = LK_ENGINE_ELIMINATION};
    LK_TRY(lk_query_new(call->context, &query, q->network, NULL, 0, variables, count, &options));
    lk_status status = LK_OK;
    for (size_t i = 0; i < count && status == LK_OK; i++)
        status = lk_query_set_evidence(query, i, findings[i].state);
    if (status == LK_OK) status = lk_query_run(query);
    if (status == LK_OK) *log10 = lk_query_log10_p_evidence(query);
    lk_query_free(query);
    return status;
}

// The logarithm of the probability of the states of a result together with the evidence.
static lk_status measure_states(const invocation *call, const question *q, double *log10,
                                const lk_uai_result *result) {
    uint32_t all = lk_network_variable_count(q->network);
    lk_finding *findings = calloc(all + 1, sizeof *findings);
    uint32_t *variables = calloc(all + 1, sizeof *variables);
    lk_status status = LK_ERROR_MEMORY;
    if (findings && variables) status = find_log10(call, q, log10, result, findings, variables);
    free(findings);
    free(variables);
    if (status != LK_ERROR_IMPOSSIBLE) return status;
    *log10 = -INFINITY;
    return LK_OK;
}

lk_status compare_map(invocation *call, const question *q, const lk_map *map, lk_buffer *out) {
    lk_uai_result *result;
    comparison c = {.task = "MPE"};
    LK_TRY(read_result(call, &result, q->network));
    c.difference.here = lk_map_log10_p_joint(map);
    lk_status status = LK_OK;
    if (lk_uai_result_task(result) != LK_UAI_MPE)
        status = usage_error(call, "--compare takes a UAI result of the task MPE here");
    else
        status = measure_states(call, q, &c.difference.there, result);
    lk_uai_result_free(result);
    c.difference.largest = fabs(c.difference.here - c.difference.there);
    return status == LK_OK ? append_comparison(call, out, &c) : status;
}
