// Evidence: as a UAI file, and as the command's options write it.
#include "fuzz.h"

typedef lk_status add_text(lk_network *network, lk_evidence *evidence, const char *text);

static void answer(lk_context *context, const lk_network *network, const lk_evidence *evidence) {
    uint32_t variables[64], target = 0;
    lk_query *query;
    if (evidence->count > 64) return;
    for (size_t i = 0; i < evidence->count; i++) {
        variables[i] = evidence->findings[i].variable;
        if (variables[i] == target) return;
    }
    if (fuzz_expect(lk_query_new(context, &query, network, &target, 1, variables, evidence->count,
                                 NULL)) != LK_OK)
        return;
    for (size_t i = 0; i < evidence->count; i++)
        fuzz_must(lk_query_set_evidence(query, i, evidence->findings[i].state));
    lk_status status = lk_query_run(query);
    if (status != LK_ERROR_IMPOSSIBLE) fuzz_must(status);
    lk_query_free(query);
}

static void try_text(lk_context *context, add_text *add, const char *text) {
    lk_evidence evidence = {0};
    lk_network *network = fuzz_network(context);
    if (fuzz_expect(add(network, &evidence, text)) == LK_OK) answer(context, network, &evidence);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_evidence evidence = {0};
    lk_network *network = fuzz_network(context);
    if (fuzz_expect(lk_evidence_add_uai(network, &evidence, bytes, length, "fuzz")) == LK_OK)
        answer(context, network, &evidence);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
    try_text(context, lk_evidence_add_text, bytes);
    try_text(context, lk_evidence_add_likelihood_text, bytes);
    try_text(context, lk_evidence_set_text, bytes);
}
