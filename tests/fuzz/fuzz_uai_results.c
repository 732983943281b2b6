// Results in UAI files, about a network.
#include "fuzz.h"

static void compare_states(lk_context *context, const lk_network *network,
                           const lk_uai_result *result) {
    lk_map *map;
    lk_uai_difference difference;
    size_t count;
    const uint32_t *targets = lk_uai_result_targets(result, &count);
    fuzz_must(lk_map_new(context, &map, network, targets, count, NULL, 0));
    lk_status status = lk_map_compare_uai(map, result, &difference);
    // Without targets all variables are asked for, which the result has no state of.
    if (count > 0 || status != LK_ERROR_USAGE) fuzz_must(status);
    lk_map_free(map);
}

static void compare(lk_context *context, const lk_network *network, const lk_uai_result *result) {
    lk_query *query;
    lk_uai_difference difference;
    fuzz_must(lk_query_new(context, &query, network, NULL, 0, NULL, 0, NULL));
    fuzz_must(lk_query_run(query));
    fuzz_must(lk_query_compare_uai(query, result, &difference));
    lk_query_free(query);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_uai_result *result;
    lk_network *network = fuzz_network(context);
    if (fuzz_expect(lk_uai_result_read(context, &result, network, bytes, length, "fuzz")) ==
        LK_OK) {
        lk_uai_task task = lk_uai_result_task(result);
        if (task == LK_UAI_PR || task == LK_UAI_MAR)
            compare(context, network, result);
        else
            compare_states(context, network, result);
        lk_uai_result_free(result);
    }
    lk_network_free(network);
}
