// Networks for JavaScript: reading, checking, writing, and queries. What is asked of a network is
// an lk_request as JSON.
#include "bridge_request.h"

#include "likelore/exact.h"

#include <string.h>
#include <time.h>

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

// The network in a format, such as "bif"; "uai-names" for the names that go with "uai".
LK_EXPORT lk_status lk_bridge_network_write(lk_bridge *bridge, const lk_network *network,
                                            const char *format) {
    lk_buffer_clear(&bridge->output);
    if (strcmp(format, "uai-names") == 0)
        return lk_network_write_uai_names(&bridge->output, network);
    return lk_network_write(&bridge->output, network, format);
}

// What `likelore net check --json` prints of a file with this content.
LK_EXPORT lk_status lk_bridge_check(lk_bridge *bridge, const char *text, size_t length,
                                    const char *file_name, bool normalize) {
    lk_network_read_options options = {.normalize = normalize};
    lk_check *check;
    LK_TRY(lk_check_read(bridge->context, &check, text, length, file_name, &options));
    lk_buffer_clear(&bridge->output);
    lk_status status = lk_check_to_json(&bridge->output, check);
    lk_check_free(check);
    return status;
}

// ---- Queries --------------------------------------------------------------------------------

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static lk_status answer_exactly(lk_bridge *bridge, const lk_request *request, const lk_query *query,
                                double start) {
    lk_exact *exact;
    LK_TRY(lk_exact_new(bridge->context, &exact, request->network, request->targets.variables,
                        request->targets.count, request->evidence.findings, request->evidence.count,
                        &request->options));
    lk_status status = lk_exact_run(exact);
    if (status == LK_OK)
        status = lk_query_to_json_exact(&bridge->output, query, exact, seconds_now() - start);
    lk_exact_free(exact);
    return status;
}

static lk_status answer_query(lk_bridge *bridge, const lk_request *request) {
    double start = seconds_now();
    bool exact = lk_json_bool(lk_json_get(request->document, "exact"), false);
    lk_query *query;
    lk_status status = lk_request_query(bridge, &query, request);
    if (status == LK_OK)
        status = exact ? answer_exactly(bridge, request, query, start)
                       : lk_query_to_json(&bridge->output, query, seconds_now() - start);
    lk_query_free(query);
    return status;
}

// What `likelore net query --json` prints, with "exact":true what it prints with --exact.
LK_EXPORT lk_status lk_bridge_network_query(lk_bridge *bridge, lk_network *network,
                                            const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_query);
}

static lk_status answer_mpe(lk_bridge *bridge, const lk_request *request) {
    lk_map *map;
    LK_TRY(lk_map_new(bridge->context, &map, request->network, request->targets.variables,
                      request->targets.count, request->evidence.findings, request->evidence.count));
    lk_status status = lk_map_to_json(&bridge->output, map);
    lk_map_free(map);
    return status;
}

static lk_status answer_map(lk_bridge *bridge, const lk_request *request) {
    LK_TRY(lk_request_need_target(bridge, request));
    return answer_mpe(bridge, request);
}

// What `likelore net mpe --json` prints.
LK_EXPORT lk_status lk_bridge_network_mpe(lk_bridge *bridge, lk_network *network, const char *text,
                                          size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_mpe);
}

// What `likelore net map --json` prints.
LK_EXPORT lk_status lk_bridge_network_map(lk_bridge *bridge, lk_network *network, const char *text,
                                          size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_map);
}

static lk_status answer_observe(lk_bridge *bridge, const lk_request *request) {
    if (request->targets.count != 1)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "what is it to tell of? name one target");
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
