#include "net_cases.h"

#include "net_answer.h"
#include "net_weighting.h"
#include "terminal.h"

#include "likelore/learn.h"

#include <stdio.h>
#include <string.h>

bool asks_cases(const invocation *call) {
    return option_value(call->arguments, "cases", NULL) != NULL;
}

lk_status check_cases_options(invocation *call) {
    const arguments *given = call->arguments;
    if (!asks_cases(call)) {
        if (option_value(given, "separator", NULL) || option_value(given, "missing", NULL) ||
            has_flag(given, "ignore-columns"))
            return usage_error(
                call, "--separator, --missing and --ignore-columns belong to --cases FILE.csv");
        return LK_OK;
    }
    if (asks_weighting(call))
        return usage_error(call, "--cases has exact answers: leave out --engine lw");
    if (strncmp(option_value(given, "format", "text"), "uai", 3) == 0)
        return usage_error(call, "a UAI result is of one case: leave out --cases");
    return LK_OK;
}

// ---- One row ----------------------------------------------------------------------------------

typedef struct case_rows {
    const question *question;
    lk_row_query *rows;
    bool json, exactly;
    uint64_t count, impossible;
    int64_t first_impossible; // its line
} case_rows;

// What the row itself says.
static void append_heading(lk_buffer *out, const case_rows *c) {
    size_t count;
    const lk_finding *findings = lk_row_query_evidence(c->rows, &count);
    size_t first = c->question->evidence.count;
    const lk_network *network = c->question->network;
    if (c->count > 1) lk_buffer_append_byte(out, '\n');
    lk_buffer_printf(out, "line %lld: ", (long long)lk_row_query_location(c->rows).line);
    if (count == first) lk_buffer_append_text(out, "nothing observed");
    for (size_t i = first; i < count; i++)
        lk_buffer_printf(out, "%s%s=%s", i > first ? ", " : "",
                         lk_network_variable_name(network, findings[i].variable),
                         lk_network_state_name(network, findings[i].variable, findings[i].state));
    lk_buffer_append_byte(out, '\n');
}

static lk_status append_impossible(lk_buffer *out, const invocation *call, case_rows *c) {
    if (c->impossible++ == 0) c->first_impossible = lk_row_query_location(c->rows).line;
    if (c->json) {
        LK_TRY(lk_row_query_error_to_json(out, c->rows));
        lk_buffer_append_byte(out, '\n');
        return LK_OK;
    }
    append_heading(out, c);
    lk_buffer_printf(out, "%s\n", lk_context_error(call->context).message);
    return LK_OK;
}

static lk_status append_row(invocation *call, lk_buffer *out, case_rows *c, const answers *a) {
    if (c->json) return append_answer_json(out, a);
    append_heading(out, c);
    append_answer(out, call, c->question, a);
    return LK_OK;
}

static lk_status answer_row(invocation *call, lk_buffer *out, case_rows *c) {
    double start = terminal_seconds();
    answers a = {0};
    lk_exact *exact = NULL;
    lk_status status = lk_row_query_run(c->rows, &a.query);
    if (status == LK_ERROR_IMPOSSIBLE) return append_impossible(out, call, c);
    LK_TRY(status);
    const lk_finding *findings = lk_row_query_evidence(c->rows, &a.findings);
    if (c->exactly) status = answer_in_fractions(call, c->question, findings, a.findings, &exact);
    a.exact = exact;
    a.seconds = terminal_seconds() - start;
    if (status == LK_OK) status = append_row(call, out, c, &a);
    lk_exact_free(exact);
    return status;
}

// ---- All rows ---------------------------------------------------------------------------------

static lk_status answer_rows(invocation *call, lk_buffer *out, case_rows *c) {
    terminal_catch_interrupts();
    for (;;) {
        bool more;
        if (terminal_interrupted()) return LK_ERROR_INTERRUPTED;
        LK_TRY(lk_row_query_next(c->rows, &more));
        if (!more) return LK_OK;
        c->count++;
        LK_TRY(answer_row(call, out, c));
        LK_TRY(emit_ready(call, out));
    }
}

// The answers are there, but not all: the message comes after them.
static lk_status check_rows(invocation *call, const lk_buffer *out, const case_rows *c) {
    if (c->impossible == 0) return LK_OK;
    LK_TRY(emit(call, out));
    fflush(stdout);
    snprintf(call->message, sizeof call->message,
             "the evidence has probability zero in %llu of %llu rows, first in line %lld",
             (unsigned long long)c->impossible, (unsigned long long)c->count,
             (long long)c->first_impossible);
    return LK_ERROR_IMPOSSIBLE;
}

static lk_status answer_table(invocation *call, const question *q, lk_buffer *out, lk_csv *csv,
                              bool json) {
    case_rows c = {.question = q, .json = json, .exactly = has_flag(call->arguments, "exact")};
    LK_TRY(lk_row_query_new(call->context, &c.rows, q->network, q->targets.variables,
                            q->targets.count, q->evidence.findings, q->evidence.count, &q->options,
                            csv, has_flag(call->arguments, "ignore-columns")));
    lk_status status = answer_rows(call, out, &c);
    if (status == LK_OK) status = check_rows(call, out, &c);
    lk_row_query_free(c.rows);
    return status;
}

lk_status answer_cases(invocation *call, const question *q, lk_buffer *out, bool json) {
    table_file table;
    LK_TRY(open_table(call, &table, option_value(call->arguments, "cases", "")));
    lk_status status = answer_table(call, q, out, table.csv, json);
    close_table(&table);
    return status;
}
