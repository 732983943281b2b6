// Results in UAI files, about a network.
#include "fuzz.h"

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
        if (lk_uai_result_task(result) != LK_UAI_MPE) compare(context, network, result);
        lk_uai_result_free(result);
    }
    lk_network_free(network);
}
