// Checking networks: reading, and what the network as a whole tells.
#include "network/check.h"

#include "context.h"

#include <stdarg.h>
#include <stdio.h>

// ---- Findings ----------------------------------------------------------------------------------

static lk_status keep(lk_check *c, lk_check_finding finding, const char *message) {
    if (c->count == c->capacity) {
        size_t capacity = c->capacity ? 2 * c->capacity : 16;
        void *grown = lk_resize(c->context, c->findings, capacity, sizeof *c->findings);
        LK_NEED(grown);
        c->findings = grown;
        c->capacity = capacity;
    }
    finding.message = lk_arena_copy_text(&c->arena, message, strlen(message));
    LK_NEED(finding.message);
    c->findings[c->count++] = finding;
    c->counts[finding.severity]++;
    return LK_OK;
}

lk_status lk_check_add(lk_check *c, lk_severity severity, const char *code, uint32_t variable,
                       const char *format, ...) {
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lk_check_finding finding = {.severity = severity, .code = code, .location = {.byte = -1}};
    if (variable != LK_NO_VARIABLE) finding.variable = c->network->variables[variable].name;
    return keep(c, finding, text);
}

// ---- The whole ---------------------------------------------------------------------------------

// Marks what shares a table with another variable.
static lk_status find_isolated(lk_check *c) {
    const lk_network *network = c->network;
    if (network->count == 1) return LK_OK;
    bool *joined = lk_alloc_zero(c->context, network->count, sizeof *joined);
    LK_NEED(joined);
    for (uint32_t t = 0; t < lk_network_table_count(network); t++) {
        const lk_table *table = lk_network_table_at(network, t);
        for (uint32_t i = 0; table->size > 1 && i < table->size; i++)
            joined[table->scope[i]] = true;
    }
    lk_status status = LK_OK;
    for (uint32_t v = 0; status == LK_OK && v < network->count; v++)
        if (!joined[v])
            status = lk_check_add(c, LK_SEVERITY_WARNING, "isolated", v,
                                  "variable \"%s\" is connected with no other",
                                  network->variables[v].name);
    lk_free(c->context, joined);
    return status;
}

static lk_status find_constants(lk_check *c) {
    for (uint32_t v = 0; v < c->network->count; v++)
        if (c->network->variables[v].state_count == 1)
            LK_TRY(lk_check_add(c, LK_SEVERITY_NOTE, "one-state", v,
                                "variable \"%s\" has one state alone",
                                c->network->variables[v].name));
    return LK_OK;
}

static lk_status find_missing_tables(lk_check *c) {
    uint32_t missing = 0, n = c->network->count;
    if (c->network->is_markov) return LK_OK;
    for (uint32_t v = 0; v < n; v++) missing += !c->network->variables[v].table;
    if (missing == n)
        return lk_check_add(c, LK_SEVERITY_NOTE, "structure", LK_NO_VARIABLE,
                            "structure alone: no variable has a table");
    for (uint32_t v = 0; v < n; v++)
        if (!c->network->variables[v].table)
            LK_TRY(lk_check_add(c, LK_SEVERITY_WARNING, "missing-table", v,
                                "variable \"%s\" has no table", c->network->variables[v].name));
    return LK_OK;
}

// ---- All posteriors ----------------------------------------------------------------------------

enum { MOST_NAMED = 8 };

static lk_status tell_impossible(lk_check *c, uint32_t variable, const double *posterior) {
    const lk_variable *v = &c->network->variables[variable];
    uint32_t count = 0;
    lk_buffer names = lk_buffer_make(c->context);
    for (uint32_t s = 0; s < v->state_count; s++) {
        if (posterior[s] > 0) continue;
        if (count++ < MOST_NAMED)
            lk_buffer_printf(&names, "%s%.100s", count > 1 ? ", " : "", v->states[s]);
    }
    if (count > MOST_NAMED) lk_buffer_printf(&names, " and %u more", count - MOST_NAMED);
    lk_status status = lk_buffer_status(&names);
    if (status == LK_OK && count > 0)
        status = lk_check_add(c, LK_SEVERITY_WARNING, "impossible-state", variable,
                              "variable \"%s\" is never in state%s %s: the probability is 0",
                              v->name, count == 1 ? "" : "s", lk_buffer_text(&names));
    lk_buffer_free(&names);
    return status;
}

static lk_status tell_posteriors(lk_check *c, const lk_query *query) {
    lk_plan_summary plan = lk_query_plan(query);
    c->planned = true;
    c->largest_clique = plan.largest_table;
    c->operations = plan.operations;
    c->bytes = plan.bytes;
    for (size_t i = 0; i < lk_query_target_count(query); i++)
        LK_TRY(tell_impossible(c, lk_query_target(query, i), lk_query_posterior(query, i)));
    return lk_check_add(c, LK_SEVERITY_NOTE, "cost", LK_NO_VARIABLE,
                        "all posteriors together: %.6g operations and %.6g bytes; the largest "
                        "clique has %.6g cells",
                        plan.operations, plan.bytes, plan.largest_table);
}

// A copy, because lk_check_add may fail and so write over it.
static lk_status tell_failure(lk_check *c, lk_severity severity, const char *code) {
    char message[1500];
    snprintf(message, sizeof message, "%s", lk_context_error(c->context).message);
    return lk_check_add(c, severity, code, LK_NO_VARIABLE, "%s", message);
}

static lk_status check_posteriors(lk_check *c) {
    if (!c->network->is_markov && !lk_network_has_tables(c->network)) return LK_OK;
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_JUNCTION_TREE};
    lk_status status = lk_query_new(c->context, &query, c->network, NULL, 0, NULL, 0, &options);
    if (status == LK_ERROR_LIMIT) return tell_failure(c, LK_SEVERITY_WARNING, "too-large");
    LK_TRY(status);
    status = lk_query_run(query);
    if (status == LK_OK) status = tell_posteriors(c, query);
    lk_query_free(query);
    if (status == LK_ERROR_IMPOSSIBLE) return tell_failure(c, LK_SEVERITY_ERROR, "impossible");
    if (status == LK_ERROR_LIMIT) return tell_failure(c, LK_SEVERITY_WARNING, "too-large");
    return status;
}

// ---- Reading -----------------------------------------------------------------------------------

static void hear_note(void *user, const char *text) {
    lk_check *c = user;
    lk_check_finding finding = {
        .severity = LK_SEVERITY_NOTE, .code = "reader", .location = {.byte = -1}};
    lk_status status = keep(c, finding, text);
    if (c->status == LK_OK) c->status = status;
}

static lk_status tell_unreadable(lk_check *c) {
    lk_error error = lk_context_error(c->context);
    lk_check_finding finding = {.severity = LK_SEVERITY_ERROR,
                                .code = "unreadable",
                                .location = error.location,
                                .remedy = error.remedy};
    if (finding.location.file) {
        finding.location.file =
            lk_arena_copy_text(&c->arena, finding.location.file, strlen(finding.location.file));
        LK_NEED(finding.location.file);
    }
    char message[1500];
    snprintf(message, sizeof message, "%s", error.message);
    return keep(c, finding, message);
}

// What came of reading: a network to check, an error of the file, or a failure of another kind.
static lk_status check_read(lk_check *c, lk_status status) {
    if (status == LK_ERROR_SYNTAX || status == LK_ERROR_DATA || status == LK_ERROR_UNSUPPORTED)
        return tell_unreadable(c);
    LK_TRY(status);
    LK_TRY(c->status);
    LK_TRY(find_missing_tables(c));
    LK_TRY(find_isolated(c));
    LK_TRY(find_constants(c));
    LK_TRY(lk_check_tables(c));
    return check_posteriors(c);
}

static lk_status new_check(lk_context *context, lk_check **check) {
    lk_check *c = lk_alloc_zero(context, 1, sizeof *c);
    LK_NEED(c);
    c->context = context;
    c->arena = lk_arena_make(context, 0);
    *check = c;
    return LK_OK;
}

static lk_status end_check(lk_check **out, lk_check *c, lk_status status) {
    status = check_read(c, status);
    if (status == LK_OK)
        *out = c;
    else
        lk_check_free(c);
    return status;
}

lk_status lk_check_read(lk_context *context, lk_check **out, const void *bytes, size_t length,
                        const char *file_name, const lk_network_read_options *options) {
    lk_check *c;
    LK_TRY(new_check(context, &c));
    lk_note_receiver before = lk_context_exchange_notes(context, (lk_note_receiver){hear_note, c});
    lk_status status = lk_network_read(context, &c->network, bytes, length, file_name, options);
    lk_context_exchange_notes(context, before);
    return end_check(out, c, status);
}

lk_status lk_check_load(lk_context *context, lk_check **out, const char *path,
                        const lk_network_read_options *options) {
    lk_check *c;
    LK_TRY(new_check(context, &c));
    lk_note_receiver before = lk_context_exchange_notes(context, (lk_note_receiver){hear_note, c});
    lk_status status = lk_network_load(context, &c->network, path, options);
    lk_context_exchange_notes(context, before);
    return end_check(out, c, status);
}

void lk_check_free(lk_check *c) {
    if (!c) return;
    lk_network_free(c->network);
    lk_free(c->context, c->findings);
    lk_arena_release(&c->arena);
    lk_free(c->context, c);
}

// ---- Looking -----------------------------------------------------------------------------------

bool lk_check_is_readable(const lk_check *c) { return c->network != NULL; }
size_t lk_check_count(const lk_check *c, lk_severity severity) { return c->counts[severity]; }
size_t lk_check_finding_count(const lk_check *c) { return c->count; }

const lk_check_finding *lk_check_finding_at(const lk_check *c, size_t index) {
    return &c->findings[index];
}
