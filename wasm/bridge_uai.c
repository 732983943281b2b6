// UAI result files for JavaScript: what they say, and how far our answers are from them.
#include "bridge_request.h"

#include <string.h>

static lk_status write_result(lk_bridge *bridge, const lk_uai_result *result) {
    lk_buffer_clear(&bridge->output);
    return lk_uai_result_to_json(&bridge->output, result);
}

// {"version","task"} and "log10", "posteriors" or "assignment".
LK_EXPORT lk_status lk_bridge_uai_result(lk_bridge *bridge, const lk_network *network,
                                         const char *bytes, size_t length, const char *file_name) {
    lk_uai_result *result;
    LK_TRY(lk_uai_result_read(bridge->context, &result, network, bytes, length, file_name));
    lk_status status = write_result(bridge, result);
    lk_uai_result_free(result);
    return status;
}

static lk_status compare_query(lk_bridge *bridge, const lk_request *request,
                               const lk_uai_result *result, lk_uai_difference *difference) {
    lk_query *query;
    lk_status status = lk_request_query(bridge, &query, request);
    if (status == LK_OK) status = lk_query_compare_uai(query, result, difference);
    lk_query_free(query);
    return status;
}

// The variables asked for are those that the result has states of.
static lk_status compare_states(lk_bridge *bridge, const lk_request *request,
                                const lk_uai_result *result, lk_uai_difference *difference) {
    size_t count = 0;
    const uint32_t *targets = NULL;
    if (lk_uai_result_task(result) == LK_UAI_MMAP) targets = lk_uai_result_targets(result, &count);
    lk_map *map;
    LK_TRY(lk_map_new(bridge->context, &map, request->network, targets, count,
                      request->evidence.findings, request->evidence.count));
    lk_status status = lk_map_compare_uai(map, result, difference);
    lk_map_free(map);
    return status;
}

static lk_status compare(lk_bridge *bridge, const lk_request *request,
                         const lk_uai_result *result) {
    lk_uai_difference difference;
    double tolerance = 1e-6;
    LK_TRY(lk_request_number(bridge, request->document, "tolerance", &tolerance, 0, 1e9));
    lk_uai_task task = lk_uai_result_task(result);
    bool of_states = task == LK_UAI_MPE || task == LK_UAI_MMAP;
    LK_TRY((of_states ? compare_states : compare_query)(bridge, request, result, &difference));
    return lk_uai_difference_to_json(&bridge->output, request->network, &difference, tolerance);
}

static lk_status answer_comparison(lk_bridge *bridge, const lk_request *request) {
    const char *text = lk_json_string(lk_json_get(request->document, "result"), "");
    const char *file = lk_json_string(lk_json_get(request->document, "file_name"), NULL);
    lk_uai_result *result;
    LK_TRY(
        lk_uai_result_read(bridge->context, &result, request->network, text, strlen(text), file));
    lk_status status = compare(bridge, request, result);
    lk_uai_result_free(result);
    return status;
}

// What `likelore net query`, `net mpe` or `net map` print with --compare --json, as the task of the
// result needs; members "result", its content, "file_name" and "tolerance".
LK_EXPORT lk_status lk_bridge_uai_compare(lk_bridge *bridge, lk_network *network, const char *text,
                                          size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_comparison);
}
