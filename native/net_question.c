#include "net_question.h"

#include <stdlib.h>
#include <string.h>

lk_status load_network(invocation *call, lk_network **network) {
    lk_network_read_options options = {.normalize = has_flag(call->arguments, "normalize")};
    return lk_network_load(call->context, network, call->arguments->operands[0], &options);
}

lk_status read_format(invocation *call, explanation_format *format) {
    bool json = has_flag(call->arguments, "json");
    const char *name = option_value(call->arguments, "format", json ? "json" : "text");
    LK_TRY(read_language(call, &format->document.language));
    format->json = strcmp(name, "json") == 0;
    if (format->json || lk_document_format_find(&format->document.format, name)) return LK_OK;
    return usage_error(call, "--format takes text, markdown, latex, html or json, not '%s'", name);
}

void free_question(question *q) {
    lk_variable_list_free(q->network, &q->targets);
    lk_evidence_free(q->network, &q->evidence);
    lk_variable_list_free(q->network, &q->order);
    lk_network_free(q->network);
}

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
                   {"jt", LK_ENGINE_JUNCTION_TREE},
                   {"enumerate", LK_ENGINE_ENUMERATION},
                   {"lw", LK_ENGINE_AUTO}}; // not exact: net_weighting.h
    const char *text = option_value(call->arguments, "engine", "auto");
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        if (strcmp(engines[i].name, text) != 0) continue;
        q->options.engine = engines[i].engine;
        return LK_OK;
    }
    return usage_error(call, "--engine takes auto, ve, jt, enumerate or lw, not '%s'", text);
}

static lk_status read_uai_evidence(invocation *call, question *q) {
    const char *path = option_value(call->arguments, "uai-evidence", NULL);
    if (!path) return LK_OK;
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, path));
    lk_status status = lk_evidence_add_uai(q->network, &q->evidence, lk_file_bytes(file),
                                           lk_file_length(file), path);
    lk_file_free(file);
    return status;
}

lk_status read_question(invocation *call, question *q) {
    const arguments *given = call->arguments;
    LK_TRY(load_network(call, &q->network));
    const char *text;
    for (size_t i = 0; (text = option_value_at(given, "target", i)) != NULL; i++)
        LK_TRY(lk_variable_list_add_text(q->network, &q->targets, text));
    for (size_t i = 0; (text = option_value_at(given, "evidence", i)) != NULL; i++)
        LK_TRY(lk_evidence_add_text(q->network, &q->evidence, text));
    for (size_t i = 0; (text = option_value_at(given, "likelihood", i)) != NULL; i++)
        LK_TRY(lk_evidence_add_likelihood_text(q->network, &q->evidence, text));
    for (size_t i = 0; (text = option_value_at(given, "do", i)) != NULL; i++)
        LK_TRY(lk_evidence_set_text(q->network, &q->evidence, text));
    LK_TRY(read_uai_evidence(call, q));
    q->options.joint = has_flag(given, "joint");
    q->options.no_prune = has_flag(given, "no-prune");
    LK_TRY(read_order(call, q));
    return read_engine(call, q);
}

// Reads the question, has it answered into a buffer, and prints that.
lk_status run_question(invocation *call,
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

static lk_status new_query(invocation *call, const question *q, lk_query **query) {
    uint32_t *variables = malloc((q->evidence.count + 1) * sizeof *variables);
    if (!variables) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < q->evidence.count; i++) variables[i] = q->evidence.findings[i].variable;
    lk_status status = lk_query_new(call->context, query, q->network, q->targets.variables,
                                    q->targets.count, variables, q->evidence.count, &q->options);
    free(variables);
    return status;
}

lk_status run_query(invocation *call, const question *q, lk_query **query) {
    LK_TRY(new_query(call, q, query));
    lk_status status = LK_OK;
    for (size_t i = 0; status == LK_OK && i < q->evidence.count; i++)
        status = lk_query_set_evidence(*query, i, q->evidence.findings[i].state);
    if (status == LK_OK) status = lk_query_run(*query);
    if (status != LK_OK) lk_query_free(*query);
    return status;
}
