#include "bridge_request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *lk_engine_name(size_t index) {
    static const char *const names[] = {
        [LK_ENGINE_AUTO] = "auto",
        [LK_ENGINE_ELIMINATION] = "ve",
        [LK_ENGINE_JUNCTION_TREE] = "jt",
        [LK_ENGINE_ENUMERATION] = "enumerate",
    };
    return index < sizeof names / sizeof *names ? names[index] : NULL;
}

static lk_status parse_engine(lk_bridge *bridge, lk_engine *engine, const char *name) {
    const char *known;
    for (size_t i = 0; (known = lk_engine_name(i)) != NULL; i++) {
        if (strcmp(known, name) != 0) continue;
        *engine = (lk_engine)i;
        return LK_OK;
    }
    return lk_bridge_fail(bridge, LK_ERROR_UNKNOWN_NAME,
                          "there is no engine '%s'; there are auto, ve, jt and enumerate", name);
}

bool lk_is_heuristic(const char *name) {
    for (size_t i = 0; lk_order_heuristic_name(i); i++)
        if (strcmp(lk_order_heuristic_name(i), name) == 0) return true;
    return false;
}

static lk_status parse_order(lk_request *request, const char *order) {
    if (lk_is_heuristic(order)) {
        request->options.heuristic = order;
        return LK_OK;
    }
    LK_TRY(lk_variable_list_add_text(request->network, &request->order, order));
    request->options.order = request->order.variables;
    request->options.order_count = request->order.count;
    return LK_OK;
}

static lk_status own_network(lk_bridge *bridge, lk_request *request) {
    if (request->own) return LK_OK;
    LK_TRY(lk_network_copy(bridge->context, &request->own, request->network));
    request->network = request->own;
    return LK_OK;
}

// Evidence of some kinds changes the network it is about, which is to stay as it is.
static lk_status parse_evidence(lk_bridge *bridge, lk_request *request) {
    const lk_json *document = request->document;
    const char *evidence = lk_json_string(lk_json_get(document, "evidence"), NULL);
    const char *set = lk_json_string(lk_json_get(document, "do"), NULL);
    const lk_json *likelihoods = lk_json_get(document, "likelihoods");
    if (set || likelihoods || (evidence && strstr(evidence, "!=")))
        LK_TRY(own_network(bridge, request));
    if (evidence) LK_TRY(lk_evidence_add_text(request->network, &request->evidence, evidence));
    for (const lk_json *l = lk_json_first(likelihoods); l; l = lk_json_next(l))
        LK_TRY(lk_evidence_add_likelihood_text(request->network, &request->evidence,
                                               lk_json_string(l, "")));
    if (set) LK_TRY(lk_evidence_set_text(request->network, &request->evidence, set));
    const char *uai = lk_json_string(lk_json_get(document, "uai_evidence"), NULL);
    if (!uai) return LK_OK;
    return lk_evidence_add_uai(request->network, &request->evidence, uai, strlen(uai), NULL);
}

lk_status lk_request_read(lk_bridge *bridge, lk_request *request, const lk_network *network,
                          const char *text, size_t length, bool keep) {
    // Only a copy is ever changed.
    *request = (lk_request){.network = (lk_network *)(uintptr_t)network};
    if (keep) LK_TRY(own_network(bridge, request));
    LK_TRY(lk_json_parse(bridge->context, &request->document, text, length));
    const lk_json *document = request->document;
    const char *targets = lk_json_string(lk_json_get(document, "targets"), NULL);
    const char *order = lk_json_string(lk_json_get(document, "order"), NULL);
    const char *engine = lk_json_string(lk_json_get(document, "engine"), "auto");
    request->options.joint = lk_json_bool(lk_json_get(document, "joint"), false);
    request->options.no_prune = lk_json_bool(lk_json_get(document, "no_prune"), false);
    uint64_t most_values = 0;
    LK_TRY(lk_request_whole(bridge, document, "most_values", &most_values, 0, SIZE_MAX));
    request->options.most_values = (size_t)most_values;
    if (targets) LK_TRY(lk_variable_list_add_text(request->network, &request->targets, targets));
    LK_TRY(parse_evidence(bridge, request));
    if (order) LK_TRY(parse_order(request, order));
    return parse_engine(bridge, &request->options.engine, engine);
}

void lk_request_free(lk_bridge *bridge, lk_request *request) {
    lk_variable_list_free(request->network, &request->targets);
    lk_evidence_free(request->network, &request->evidence);
    lk_variable_list_free(request->network, &request->order);
    lk_json_free(bridge->context, request->document);
    lk_network_free(request->own);
}

lk_status lk_request_answer(lk_bridge *bridge, lk_network *network, const char *text, size_t length,
                            lk_status (*work)(lk_bridge *, const lk_request *)) {
    lk_request request;
    lk_status status = lk_request_read(bridge, &request, network, text, length, false);
    lk_buffer_clear(&bridge->output);
    if (status == LK_OK) status = work(bridge, &request);
    lk_request_free(bridge, &request);
    return status;
}

static lk_status new_query(lk_bridge *bridge, lk_query **query, const lk_request *request) {
    const lk_evidence *evidence = &request->evidence;
    uint32_t *variables = malloc((evidence->count + 1) * sizeof *variables);
    if (!variables) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < evidence->count; i++) variables[i] = evidence->findings[i].variable;
    lk_status status =
        lk_query_new(bridge->context, query, request->network, request->targets.variables,
                     request->targets.count, variables, evidence->count, &request->options);
    free(variables);
    return status;
}

lk_status lk_request_query(lk_bridge *bridge, lk_query **query, const lk_request *request) {
    *query = NULL;
    LK_TRY(new_query(bridge, query, request));
    const lk_evidence *evidence = &request->evidence;
    for (size_t i = 0; i < evidence->count; i++)
        LK_TRY(lk_query_set_evidence(*query, i, evidence->findings[i].state));
    return lk_query_run(*query);
}

lk_status lk_request_language(lk_bridge *bridge, lk_language *language, const char *tag) {
    if (lk_language_find(language, tag)) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "there is no language '%s'; there are en and zh",
                          tag);
}

lk_status lk_request_format(lk_bridge *bridge, const lk_request *request, bool *json,
                            lk_document_options *options) {
    const char *name = lk_json_string(lk_json_get(request->document, "format"), "json");
    const char *tag = lk_json_string(lk_json_get(request->document, "language"), "en");
    *options = (lk_document_options){0};
    *json = strcmp(name, "json") == 0;
    LK_TRY(lk_request_language(bridge, &options->language, tag));
    if (*json || lk_document_format_find(&options->format, name)) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                          "there is no format '%s'; there are text, markdown, latex and html",
                          name);
}

lk_status lk_request_number(lk_bridge *bridge, const lk_json *document, const char *name,
                            double *value, double least, double most) {
    const lk_json *member = lk_json_get(document, name);
    if (!member) return LK_OK;
    double number = lk_json_number(member, NAN);
    if (!(number >= least && number <= most))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "%s is a number from %g to %g", name, least,
                              most);
    *value = number;
    return LK_OK;
}

lk_status lk_request_whole(lk_bridge *bridge, const lk_json *document, const char *name,
                           uint64_t *value, uint64_t least, uint64_t most) {
    const lk_json *member = lk_json_get(document, name);
    if (!member) return LK_OK;
    int64_t number;
    if (!lk_json_integer(member, &number, (int64_t)least, (int64_t)most))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "%s is a whole number from %g to %g", name,
                              (double)least, (double)most);
    *value = (uint64_t)number;
    return LK_OK;
}

lk_status lk_request_seed(lk_bridge *bridge, const lk_json *document, uint64_t *seed) {
    *seed = 42;
    return lk_request_whole(bridge, document, "seed", seed, 0, UINT64_C(1) << 53);
}

double lk_bridge_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

lk_status lk_request_need_target(lk_bridge *bridge, const lk_request *request) {
    if (request->targets.count > 0) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "which variables? name targets");
}
