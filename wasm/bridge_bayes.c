// Networks, queries and traces for JavaScript. A request is a JSON object whose members are the
// options of `likelore net query` as texts in the command's notation, all optional:
// {"targets":"A,B","evidence":"X=a,Y!=b","likelihoods":["Z=a:0.3,b:0.7"],"do":"V=a",
// "order":"min-fill" or "C,D","engine":"auto"}.
#include "bridge.h"

#include "likelore/bayes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

// A request, understood.
typedef struct request {
    lk_network *network;
    lk_network *own; // a copy of it that the evidence changes; NULL: it does not
    lk_json *document;
    lk_variable_list targets;
    lk_evidence evidence;
    lk_variable_list order;
    lk_query_options options;
} request;

static const char *const engine_names[] = {
    [LK_ENGINE_AUTO] = "auto",
    [LK_ENGINE_ELIMINATION] = "ve",
    [LK_ENGINE_JUNCTION_TREE] = "jt",
    [LK_ENGINE_ENUMERATION] = "enumerate",
};
enum { ENGINE_COUNT = sizeof engine_names / sizeof *engine_names };

static lk_status parse_engine(lk_engine *engine, const char *name) {
    for (size_t i = 0; i < ENGINE_COUNT; i++) {
        if (strcmp(engine_names[i], name) != 0) continue;
        *engine = (lk_engine)i;
        return LK_OK;
    }
    return LK_ERROR_UNKNOWN_NAME;
}

static bool is_heuristic(const char *name) {
    for (size_t i = 0; lk_order_heuristic_name(i); i++)
        if (strcmp(lk_order_heuristic_name(i), name) == 0) return true;
    return false;
}

static lk_status parse_order(request *request, const char *order) {
    if (is_heuristic(order)) {
        request->options.heuristic = order;
        return LK_OK;
    }
    LK_TRY(lk_variable_list_add_text(request->network, &request->order, order));
    request->options.order = request->order.variables;
    request->options.order_count = request->order.count;
    return LK_OK;
}

// Evidence of some kinds changes the network it is about, which is to stay as it is.
static lk_status parse_evidence(lk_context *context, request *request) {
    const lk_json *document = request->document;
    const char *evidence = lk_json_string(lk_json_get(document, "evidence"), NULL);
    const char *set = lk_json_string(lk_json_get(document, "do"), NULL);
    const lk_json *likelihoods = lk_json_get(document, "likelihoods");
    if (set || likelihoods || (evidence && strstr(evidence, "!="))) {
        LK_TRY(lk_network_copy(context, &request->own, request->network));
        request->network = request->own;
    }
    if (evidence) LK_TRY(lk_evidence_add_text(request->network, &request->evidence, evidence));
    for (const lk_json *l = lk_json_first(likelihoods); l; l = lk_json_next(l))
        LK_TRY(lk_evidence_add_likelihood_text(request->network, &request->evidence,
                                               lk_json_string(l, "")));
    if (set) LK_TRY(lk_evidence_set_text(request->network, &request->evidence, set));
    return LK_OK;
}

static lk_status parse_request(lk_context *context, request *request, const char *text,
                               size_t length) {
    LK_TRY(lk_json_parse(context, &request->document, text, length));
    const lk_json *document = request->document;
    const char *targets = lk_json_string(lk_json_get(document, "targets"), NULL);
    const char *order = lk_json_string(lk_json_get(document, "order"), NULL);
    const char *engine = lk_json_string(lk_json_get(document, "engine"), "auto");
    if (targets) LK_TRY(lk_variable_list_add_text(request->network, &request->targets, targets));
    LK_TRY(parse_evidence(context, request));
    if (order) LK_TRY(parse_order(request, order));
    return parse_engine(&request->options.engine, engine);
}

static void free_request(lk_context *context, request *request) {
    lk_variable_list_free(request->network, &request->targets);
    lk_evidence_free(request->network, &request->evidence);
    lk_variable_list_free(request->network, &request->order);
    lk_json_free(context, request->document);
    lk_network_free(request->own);
}

// ---- Networks -------------------------------------------------------------------------------

LK_EXPORT lk_status lk_bridge_network_open(lk_bridge *bridge, lk_network **network,
                                           const char *text, size_t length, const char *file_name) {
    return lk_network_read(bridge->context, network, text, length, file_name, NULL);
}

LK_EXPORT void lk_bridge_network_free(lk_network *network) { lk_network_free(network); }

LK_EXPORT lk_status lk_bridge_network_describe(lk_bridge *bridge, const lk_network *network) {
    lk_buffer_clear(&bridge->output);
    return lk_network_to_json(&bridge->output, network);
}

// ---- Queries --------------------------------------------------------------------------------

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static lk_status run_query(lk_query *query, const lk_evidence *evidence) {
    for (size_t i = 0; i < evidence->count; i++)
        LK_TRY(lk_query_set_evidence(query, i, evidence->findings[i].state));
    return lk_query_run(query);
}

static lk_status new_query(lk_bridge *bridge, lk_query **query, const request *request) {
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

static lk_status answer_query(lk_bridge *bridge, lk_query **query, const request *request) {
    double start = seconds_now();
    LK_TRY(new_query(bridge, query, request));
    LK_TRY(run_query(*query, &request->evidence));
    lk_buffer_clear(&bridge->output);
    return lk_query_to_json(&bridge->output, *query, seconds_now() - start);
}

// What `likelore net query --json` prints.
LK_EXPORT lk_status lk_bridge_network_query(lk_bridge *bridge, lk_network *network,
                                            const char *text, size_t length) {
    request request = {.network = network};
    lk_query *query = NULL;
    lk_status status = parse_request(bridge->context, &request, text, length);
    if (status == LK_OK) status = answer_query(bridge, &query, &request);
    lk_query_free(query);
    free_request(bridge->context, &request);
    return status;
}

// ---- Traces ---------------------------------------------------------------------------------

static lk_status answer_trace(lk_bridge *bridge, lk_trace **trace, const request *request) {
    LK_TRY(lk_trace_new(bridge->context, trace, request->network, request->targets.variables,
                        request->targets.count, request->evidence.findings, request->evidence.count,
                        &request->options));
    lk_buffer_clear(&bridge->output);
    return lk_trace_to_json(&bridge->output, *trace);
}

// What `likelore net trace --format json` prints; the engine is not looked at.
LK_EXPORT lk_status lk_bridge_network_trace(lk_bridge *bridge, lk_network *network,
                                            const char *text, size_t length) {
    request request = {.network = network};
    lk_trace *trace = NULL;
    lk_status status = parse_request(bridge->context, &request, text, length);
    if (status == LK_OK) status = answer_trace(bridge, &trace, &request);
    lk_trace_free(trace);
    free_request(bridge->context, &request);
    return status;
}

// ---- Constants ------------------------------------------------------------------------------

void lk_bridge_add_lab_constants(lk_bridge *bridge) {
    lk_json_writer *writer = bridge->writer;
    lk_json_add_string(writer, "kernels", lk_context_table_kernels_name(bridge->context));
    lk_json_begin_array(writer, "formats");
    for (size_t i = 0; lk_network_format_name(i); i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "name", lk_network_format_name(i));
        lk_json_add_string(writer, "extensions", lk_network_format_extensions(i));
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_begin_array(writer, "heuristics");
    for (size_t i = 0; lk_order_heuristic_name(i); i++)
        lk_json_add_string(writer, NULL, lk_order_heuristic_name(i));
    lk_json_end(writer);
    lk_json_begin_array(writer, "engines");
    for (size_t i = 0; i < ENGINE_COUNT; i++) lk_json_add_string(writer, NULL, engine_names[i]);
    lk_json_end(writer);
}
