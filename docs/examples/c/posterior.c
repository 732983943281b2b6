// Prints P(X | evidence): posterior FILE X [EVIDENCE], for example
//     posterior asia.bif lung xray=yes,asia=yes
#include <likelore/bayes.h>

#include <stdio.h>
#include <stdlib.h>

static void print_posterior(const lk_network *network, const lk_query *query) {
    uint32_t target = lk_query_target(query, 0);
    const double *posterior = lk_query_posterior(query, 0);
    printf("P(evidence) = %.6g\n", lk_query_p_evidence(query));
    for (uint32_t s = 0; s < lk_network_state_count(network, target); s++)
        printf("P(%s=%s | evidence) = %.6f\n", lk_network_variable_name(network, target),
               lk_network_state_name(network, target, s), posterior[s]);
}

// A query is planned for the variables that are observed, and then run for the states they have.
static lk_status ask(lk_context *context, const lk_network *network, uint32_t target,
                     const lk_evidence *evidence) {
    uint32_t *observed = malloc((evidence->count + 1) * sizeof *observed);
    if (!observed) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < evidence->count; i++) observed[i] = evidence->findings[i].variable;
    lk_query *query = NULL;
    lk_status status =
        lk_query_new(context, &query, network, &target, 1, observed, evidence->count, NULL);
    for (size_t i = 0; status == LK_OK && i < evidence->count; i++)
        status = lk_query_set_evidence(query, i, evidence->findings[i].state);
    if (status == LK_OK) status = lk_query_run(query);
    if (status == LK_OK) print_posterior(network, query);
    lk_query_free(query);
    free(observed);
    return status;
}

static lk_status answer(lk_context *context, const char *file, const char *name,
                        const char *findings) {
    lk_network *network = NULL;
    LK_TRY(lk_network_load(context, &network, file, NULL));
    uint32_t target;
    lk_evidence evidence = {0};
    lk_status status = lk_network_find_variable(network, &target, name);
    if (status == LK_OK) status = lk_evidence_add_text(network, &evidence, findings);
    if (status == LK_OK) status = ask(context, network, target, &evidence);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
    return status;
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "usage: posterior FILE X [EVIDENCE]\n");
        return 2;
    }
    lk_context *context;
    if (lk_context_new(&context, NULL) != LK_OK) return 71;
    lk_status status = answer(context, words[1], words[2], count > 3 ? words[3] : "");
    if (status != LK_OK) fprintf(stderr, "posterior: %s\n", lk_context_error(context).message);
    lk_context_free(context);
    return lk_status_exit_code(status);
}
