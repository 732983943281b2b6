// Most probable states against the maximum over all joint states.
#include "random_network.h"
#include "test_context.h"

#include <math.h>

static lk_context *context;

typedef struct question {
    lk_network *network;
    uint32_t targets[RANDOM_MOST_VARIABLES];
    uint32_t target_count;
    lk_finding evidence[RANDOM_MOST_VARIABLES];
    uint32_t evidence_count;
} question;

static void make_question(question *q, lk_random *random) {
    uint32_t n = 1 + (uint32_t)lk_random_below(random, 7), shuffled[RANDOM_MOST_VARIABLES];
    *q = (question){.network = random_network_of(context, random, n, 4)};
    shuffle(random, shuffled, n);
    q->evidence_count = (uint32_t)lk_random_below(random, n);
    for (uint32_t i = 0; i < q->evidence_count; i++) {
        uint32_t states = lk_network_state_count(q->network, shuffled[i]);
        q->evidence[i] = (lk_finding){shuffled[i], (uint32_t)lk_random_below(random, states)};
    }
    // Now and then all: the most probable explanation.
    if (lk_random_below(random, 3) == 0) return;
    q->target_count = 1 + (uint32_t)lk_random_below(random, n - q->evidence_count);
    for (uint32_t i = 0; i < q->target_count; i++) q->targets[i] = shuffled[q->evidence_count + i];
}

// The joint of the targets and evidence by enumeration; NULL when the evidence is impossible.
static lk_query *enumerate(const question *q, const lk_map *map) {
    uint32_t targets[RANDOM_MOST_VARIABLES], variables[RANDOM_MOST_VARIABLES], count = 0;
    bool observed[RANDOM_MOST_VARIABLES] = {0};
    for (uint32_t i = 0; i < q->evidence_count; i++) {
        variables[i] = q->evidence[i].variable;
        observed[variables[i]] = true;
    }
    if (map)
        for (; count < lk_map_count(map); count++) targets[count] = lk_map_variable(map, count);
    for (uint32_t v = 0; !map && v < lk_network_variable_count(q->network); v++)
        if (!observed[v]) targets[count++] = v;
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_ENUMERATION, .joint = true};
    cr_assert(lk_query_new(context, &query, q->network, targets, count, variables,
                           q->evidence_count, &options) == LK_OK);
    for (uint32_t i = 0; i < q->evidence_count; i++)
        cr_assert(lk_query_set_evidence(query, i, q->evidence[i].state) == LK_OK);
    if (lk_query_run(query) == LK_OK) return query;
    lk_query_free(query);
    return NULL;
}

static void compare(const question *q, const lk_map *map) {
    lk_query *query = enumerate(q, map);
    cr_assert(query);
    size_t count, chosen = 0;
    const double *joint = lk_query_joint(query, &count);
    double most = 0;
    int close = 0;
    for (size_t i = 0; i < count; i++) most = joint[i] > most ? joint[i] : most;
    for (size_t i = 0; i < count; i++) close += joint[i] >= most * (1 - 1e-11);
    for (size_t i = 0; i < lk_map_count(map); i++)
        chosen = chosen * lk_network_state_count(q->network, lk_map_variable(map, i)) +
                 lk_map_state(map, i);
    cr_assert(joint[chosen] >= most * (1 - 1e-12), "%.17g, not %.17g", joint[chosen], most);
    cr_assert(fabs(lk_map_p_given_evidence(map) - most) <= 1e-12);
    double p = most * lk_query_p_evidence(query);
    cr_assert(fabs(lk_map_p_joint(map) - p) <= 1e-12 * p);
    cr_assert(lk_map_has_ties(map) == (close > 1));
    lk_query_free(query);
}

Test(map, equals_the_largest_cell_of_the_joint_on_3000_random_networks) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        lk_random random = lk_random_stream(8, LK_RANDOM_TEST, i, 0);
        question q;
        make_question(&q, &random);
        lk_map *map = NULL;
        lk_status status = lk_map_new(context, &map, q.network, q.targets, q.target_count,
                                      q.evidence, q.evidence_count);
        cr_assert(status == LK_OK || status == LK_ERROR_IMPOSSIBLE, "%s",
                  lk_context_error(context).message);
        if (status == LK_OK) {
            compare(&q, map);
            possible++;
        } else {
            cr_assert(enumerate(&q, NULL) == NULL);
        }
        lk_map_free(map);
        lk_network_free(q.network);
    }
    cr_assert(possible > 1500, "%d possible", possible);
    free_context(context);
}

Test(map, a_symmetric_network_has_ties) {
    context = make_context();
    lk_network *network;
    uint32_t coin;
    cr_assert(lk_network_new(context, &network, "coin") == LK_OK);
    cr_assert(lk_network_add_variable(network, &coin, "Coin",
                                      (const char *const[]){"heads", "tails"}, 2) == LK_OK);
    cr_assert(lk_network_set_table(network, coin, (double[]){0.5, 0.5}, 2, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_map *map;
    cr_assert(lk_map_new(context, &map, network, NULL, 0, NULL, 0) == LK_OK);
    cr_assert(lk_map_has_ties(map) && lk_map_state(map, 0) == 0 && lk_map_p_joint(map) == 0.5);
    lk_map_free(map);
    lk_network_free(network);
    free_context(context);
}

Test(map, every_failed_allocation_is_a_clean_error) {
    context = make_context();
    lk_random random = lk_random_stream(9, LK_RANDOM_TEST, 0, 0);
    lk_network *network = random_network(context, &random, 6);
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_map *map = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = lk_map_new(context, &map, network, (uint32_t[]){0, 2}, 2, NULL, 0);
        if (status == LK_OK) status = lk_map_to_json(&text, map);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_map_free(map);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "%s", lk_context_error(context).message);
    }
    lk_network_free(network);
    free_context(context);
}
