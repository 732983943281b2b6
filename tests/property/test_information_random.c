// Mutual information against the definition, on the joint of both variables.
#include "random_network.h"
#include "test_context.h"

#include <math.h>

static lk_context *context;

static double mutual_information(const double *joint, uint32_t rows, uint32_t columns) {
    double sum = 0;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t k = 0; k < columns; k++) {
            double row = 0, column = 0, p = joint[i * columns + k];
            for (uint32_t m = 0; m < columns; m++) row += joint[i * columns + m];
            for (uint32_t m = 0; m < rows; m++) column += joint[m * columns + k];
            if (p > 0) sum += p * log2(p / (row * column));
        }
    return sum;
}

static void compare(const lk_network *network, const lk_information *info,
                    const lk_finding *evidence, uint32_t count) {
    uint32_t observed = evidence[0].variable;
    for (size_t i = 0; i < lk_information_count(info); i++) {
        uint32_t targets[2] = {0, lk_information_variable(info, i)};
        lk_query *query;
        lk_query_options options = {.engine = LK_ENGINE_ENUMERATION, .joint = true};
        cr_assert(lk_query_new(context, &query, network, targets, 2, &observed, count, &options) ==
                  LK_OK);
        if (count) cr_assert(lk_query_set_evidence(query, 0, evidence[0].state) == LK_OK);
        cr_assert(lk_query_run(query) == LK_OK);
        double expected =
            mutual_information(lk_query_joint(query, NULL), lk_network_state_count(network, 0),
                               lk_network_state_count(network, targets[1]));
        cr_assert(fabs(lk_information_mutual(info, i) - expected) < 1e-12);
        if (i) cr_assert(lk_information_mutual(info, i) <= lk_information_mutual(info, i - 1));
        // What it tells is no more than there is to know.
        cr_assert(expected <= lk_information_target_entropy(info) + 1e-12);
        cr_assert(expected <= lk_information_entropy(info, i) + 1e-12);
        lk_query_free(query);
    }
}

Test(information, equals_the_definition_on_500_random_networks) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 500; i++) {
        lk_random random = lk_random_stream(10, LK_RANDOM_TEST, i, 0);
        uint32_t n = 2 + (uint32_t)lk_random_below(&random, 5);
        lk_network *network = random_network_of(context, &random, n, 4);
        lk_finding evidence = {
            n - 1, (uint32_t)lk_random_below(&random, lk_network_state_count(network, n - 1))};
        lk_information *info = NULL;
        lk_status status = lk_information_new(context, &info, network, 0, &evidence, i % 2);
        cr_assert(status == LK_OK || status == LK_ERROR_IMPOSSIBLE, "%s",
                  lk_context_error(context).message);
        if (status == LK_OK) {
            compare(network, info, &evidence, i % 2);
            possible++;
        }
        lk_information_free(info);
        lk_network_free(network);
    }
    cr_assert(possible > 300, "%d possible", possible);
    free_context(context);
}
