// What a page asks first, in both modules for networks: reading, queries, most probable states,
// what to observe. What is asked of a network is an lk_request as JSON.
#include "bridge_request.h"

#include <stdlib.h>
#include <string.h>

// ---- Networks -------------------------------------------------------------------------------

LK_EXPORT lk_status lk_bridge_network_open(lk_bridge *bridge, lk_network **network,
                                           const char *text, size_t length, const char *file_name,
                                           bool normalize) {
    lk_network_read_options options = {.normalize = normalize};
    return lk_network_read(bridge->context, network, text, length, file_name, &options);
}

LK_EXPORT void lk_bridge_network_free(lk_network *network) { lk_network_free(network); }

LK_EXPORT lk_status lk_bridge_network_describe(lk_bridge *bridge, const lk_network *network) {
    lk_buffer_clear(&bridge->output);
    return lk_network_to_json(&bridge->output, network);
}

// What `likelore net info --json` prints.
LK_EXPORT lk_status lk_bridge_network_info(lk_bridge *bridge, const lk_network *network) {
    lk_buffer_clear(&bridge->output);
    return lk_network_info_to_json(&bridge->output, network);
}

// ---- Queries --------------------------------------------------------------------------------

static lk_status write_query(lk_bridge *bridge, const lk_request *request, const lk_query *query,
                             double seconds) {
    const char *format = lk_json_string(lk_json_get(request->document, "format"), "json");
    if (strcmp(format, "json") == 0) return lk_query_to_json(&bridge->output, query, seconds);
    if (strcmp(format, "uai-pr") == 0) return lk_query_to_uai_pr(&bridge->output, query);
    if (strcmp(format, "uai-mar") == 0) return lk_query_to_uai_mar(&bridge->output, query);
    return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                          "there is no format '%s'; there are json, uai-pr and uai-mar", format);
}

static lk_status answer_query(lk_bridge *bridge, const lk_request *request) {
    double start = lk_bridge_seconds();
    lk_query *query;
    lk_status status = lk_request_query(bridge, &query, request);
    if (status == LK_OK) status = write_query(bridge, request, query, lk_bridge_seconds() - start);
    lk_query_free(query);
    return status;
}

// What `likelore net query` prints in the format "json" (the default), "uai-pr" or "uai-mar".
LK_EXPORT lk_status lk_bridge_network_query(lk_bridge *bridge, lk_network *network,
                                            const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_query);
}

typedef lk_status map_writer(lk_buffer *out, const lk_map *map);

static lk_status answer_states(lk_bridge *bridge, const lk_request *request, const char *uai,
                               map_writer *write_uai) {
    const char *format = lk_json_string(lk_json_get(request->document, "format"), "json");
    map_writer *write = strcmp(format, uai) == 0 ? write_uai : lk_map_to_json;
    if (write == lk_map_to_json && strcmp(format, "json") != 0)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "there is no format '%s'; there are json and %s", format, uai);
    lk_map *map;
    LK_TRY(lk_map_new(bridge->context, &map, request->network, request->targets.variables,
                      request->targets.count, request->evidence.findings, request->evidence.count));
    lk_status status = write(&bridge->output, map);
    lk_map_free(map);
    return status;
}

static lk_status answer_mpe(lk_bridge *bridge, const lk_request *request) {
    return answer_states(bridge, request, "uai-mpe", lk_map_to_uai_mpe);
}

static lk_status answer_map(lk_bridge *bridge, const lk_request *request) {
    LK_TRY(lk_request_need_target(bridge, request));
    return answer_states(bridge, request, "uai-mmap", lk_map_to_uai_mmap);
}

// What `likelore net mpe` prints in the format "json" (the default) or "uai-mpe".
LK_EXPORT lk_status lk_bridge_network_mpe(lk_bridge *bridge, lk_network *network, const char *text,
                                          size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_mpe);
}

// What `likelore net map` prints in the format "json" (the default) or "uai-mmap".
LK_EXPORT lk_status lk_bridge_network_map(lk_bridge *bridge, lk_network *network, const char *text,
                                          size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_map);
}

static lk_status need_one_target(lk_bridge *bridge, const lk_request *request) {
    if (request->targets.count == 1) return LK_OK;
    return lk_bridge_fail(bridge, LK_ERROR_USAGE, "what is it to tell of? name one target");
}

static lk_status answer_observe(lk_bridge *bridge, const lk_request *request) {
    LK_TRY(need_one_target(bridge, request));
    lk_information *information;
    LK_TRY(lk_information_new(bridge->context, &information, request->network,
                              request->targets.variables[0], request->evidence.findings,
                              request->evidence.count));
    lk_status status = lk_information_to_json(&bridge->output, information);
    lk_information_free(information);
    return status;
}

// What `likelore net observe --json` prints.
LK_EXPORT lk_status lk_bridge_network_observe(lk_bridge *bridge, lk_network *network,
                                              const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_observe);
}

// The same in pieces, between which a page can stop it.
typedef struct lk_observation {
    lk_bridge *bridge;
    lk_request request;
    lk_information *information;
} lk_observation;

LK_EXPORT void lk_bridge_observation_free(lk_observation *o) {
    if (!o) return;
    lk_information_free(o->information);
    lk_request_free(o->bridge, &o->request);
    free(o);
}

static lk_status begin_observation(lk_bridge *bridge, lk_observation *o, const lk_network *network,
                                   const char *text, size_t length) {
    const lk_request *request = &o->request;
    LK_TRY(lk_request_read(bridge, &o->request, network, text, length, true));
    LK_TRY(need_one_target(bridge, request));
    return lk_information_begin(bridge->context, &o->information, request->network,
                                request->targets.variables[0], request->evidence.findings,
                                request->evidence.count);
}

// Begins; the network may be freed before it.
LK_EXPORT lk_status lk_bridge_observation_open(lk_bridge *bridge, lk_observation **made,
                                               const lk_network *network, const char *text,
                                               size_t length) {
    lk_observation *o = calloc(1, sizeof *o);
    if (!o) return LK_ERROR_MEMORY;
    o->bridge = bridge;
    lk_status status = begin_observation(bridge, o, network, text, length);
    if (status == LK_OK)
        *made = o;
    else
        lk_bridge_observation_free(o);
    return status;
}

// Does one propagation. The output is empty until the work is done.
LK_EXPORT lk_status lk_bridge_observation_next(lk_bridge *bridge, lk_observation *o) {
    bool done;
    lk_buffer_clear(&bridge->output);
    LK_TRY(lk_information_next(o->information, &done));
    return done ? lk_information_to_json(&bridge->output, o->information) : LK_OK;
}

static lk_status answer_trace(lk_bridge *bridge, const lk_request *request) {
    LK_TRY(lk_request_need_target(bridge, request));
    lk_trace *trace;
    LK_TRY(lk_trace_new(bridge->context, &trace, request->network, request->targets.variables,
                        request->targets.count, request->evidence.findings, request->evidence.count,
                        &request->options));
    lk_status status = lk_trace_to_json(&bridge->output, trace);
    lk_trace_free(trace);
    return status;
}

// What `likelore net trace --json` prints; the engine is not looked at.
LK_EXPORT lk_status lk_bridge_network_trace(lk_bridge *bridge, lk_network *network,
                                            const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_trace);
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
    lk_json_begin_array(writer, "graphs");
    for (size_t i = 0; lk_drawing_graph_name(i); i++)
        lk_json_add_string(writer, NULL, lk_drawing_graph_name(i));
    lk_json_end(writer);
    lk_json_begin_array(writer, "engines");
    for (size_t i = 0; lk_engine_name(i); i++) lk_json_add_string(writer, NULL, lk_engine_name(i));
    lk_json_end(writer);
}
