// Most probable states where products differ by more than doubles hold, against all joint states.
#include "inference/map_wide.h"

#include "random_network.h"
#include "test_context.h"

#include <math.h>

static lk_context *context;

enum { NUMBERS = 5 };
static const char *const letters[] = {"A", "B", "C", "D", "E", "F", "G"};

// Few different numbers, so that ties are common; none of them far from another one of a triple.
static double random_number(lk_random *random) {
    static const double numbers[NUMBERS] = {1, 3e-120, 2e-200, 1e-290, 1e-300};
    if (lk_random_below(random, 8) == 0) return 0;
    return numbers[lk_random_below(random, NUMBERS)];
}

static void add_potential(lk_network *network, lk_random *random, const uint32_t *scope,
                          uint32_t size) {
    double values[64];
    size_t count = 1;
    for (uint32_t i = 0; i < size; i++) count *= lk_network_state_count(network, scope[i]);
    for (size_t i = 0; i < count; i++) values[i] = random_number(random);
    values[lk_random_below(random, count)] = 1e-295; // not zeros alone
    cr_assert(lk_network_add_potential(network, scope, size, values, count) == LK_OK);
}

static lk_network *random_markov(lk_random *random, uint32_t count) {
    static const char *const states[] = {"a", "b", "c"};
    lk_network *network;
    cr_assert(lk_network_new_markov(context, &network, "wide") == LK_OK);
    for (uint32_t v = 0; v < count; v++) {
        uint32_t index, state_count = 1 + (uint32_t)lk_random_below(random, 3);
        cr_assert(lk_network_add_variable(network, &index, letters[v], states, state_count) ==
                  LK_OK);
    }
    for (uint32_t i = 0; i < count + 2; i++) {
        uint32_t shuffled[RANDOM_MOST_VARIABLES];
        shuffle(random, shuffled, count);
        uint32_t most = count < 3 ? count : 3;
        add_potential(network, random, shuffled, 1 + (uint32_t)lk_random_below(random, most));
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

// Virtual evidence of probabilities down to 1e-300 for every other variable.
static lk_network *random_bayes(lk_random *random, uint32_t count, lk_evidence *evidence) {
    lk_network *network = random_network_of(context, random, count, 3);
    for (uint32_t v = 0; v < count; v += 2) {
        double likelihood[3];
        for (uint32_t s = 0; s < 3; s++) likelihood[s] = random_number(random);
        likelihood[0] = 1e-280;
        cr_assert(lk_evidence_add_likelihood(network, evidence, v, likelihood) == LK_OK);
    }
    return network;
}

typedef struct question {
    lk_network *network;
    lk_evidence evidence;
    uint32_t targets[RANDOM_MOST_VARIABLES];
    uint32_t target_count; // 0: all
} question;

static void make_question(question *q, lk_random *random) {
    *q = (question){0};
    uint32_t n = 1 + (uint32_t)lk_random_below(random, 6), shuffled[RANDOM_MOST_VARIABLES];
    bool markov = lk_random_below(random, 2);
    q->network = markov ? random_markov(random, n) : random_bayes(random, n, &q->evidence);
    shuffle(random, shuffled, n);
    if (lk_random_below(random, 2)) {
        uint32_t states = lk_network_state_count(q->network, shuffled[0]);
        uint32_t state = (uint32_t)lk_random_below(random, states);
        cr_assert(lk_evidence_add_state(q->network, &q->evidence, shuffled[0], state) == LK_OK);
    }
    if (lk_random_below(random, 2) || n == 1) return;
    q->target_count = 1 + (uint32_t)lk_random_below(random, n - 1);
    for (uint32_t i = 0; i < q->target_count; i++) q->targets[i] = shuffled[1 + i];
}

static void free_question(question *q) {
    lk_evidence_free(q->network, &q->evidence);
    lk_network_free(q->network);
}

// The joint of the map's targets by enumeration; NULL when the evidence is impossible.
static lk_query *enumerate(const question *q, const uint32_t *targets, size_t count) {
    uint32_t variables[2 * RANDOM_MOST_VARIABLES];
    for (size_t i = 0; i < q->evidence.count; i++) variables[i] = q->evidence.findings[i].variable;
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_ENUMERATION, .joint = count > 0};
    cr_assert(lk_query_new(context, &query, q->network, targets, count, variables,
                           q->evidence.count, &options) == LK_OK);
    for (size_t i = 0; i < q->evidence.count; i++)
        cr_assert(lk_query_set_evidence(query, i, q->evidence.findings[i].state) == LK_OK);
    if (lk_query_run(query) == LK_OK) return query;
    lk_query_free(query);
    return NULL;
}

static void compare(const question *q, const lk_map *map, int *ties) {
    uint32_t targets[RANDOM_MOST_VARIABLES];
    for (size_t i = 0; i < lk_map_count(map); i++) targets[i] = lk_map_variable(map, i);
    if (lk_map_count(map) == 0) return; // all is observed
    lk_query *query = enumerate(q, targets, lk_map_count(map));
    cr_assert(query);
    size_t count, chosen = 0;
    const double *joint = lk_query_joint(query, &count);
    double most = 0;
    int close = 0;
    for (size_t i = 0; i < count; i++) most = joint[i] > most ? joint[i] : most;
    for (size_t i = 0; i < count; i++) close += joint[i] >= most * (1 - 1e-12);
    for (size_t i = 0; i < lk_map_count(map); i++)
        chosen = chosen * lk_network_state_count(q->network, targets[i]) + lk_map_state(map, i);
    cr_assert(joint[chosen] >= most * (1 - 1e-12), "%.17g, not %.17g", joint[chosen], most);
    cr_assert(fabs(lk_map_p_given_evidence(map) - most) <= 1e-12);
    double log10_p = log10(most) + lk_query_log10_p_evidence(query);
    cr_assert(fabs(lk_map_log10_p_joint(map) - log10_p) <= 1e-12 * (fabs(log10_p) + 1));
    cr_assert(lk_map_has_ties(map) == (close > 1));
    *ties += close > 1;
    lk_query_free(query);
}

Test(map_wide, equals_the_largest_cell_of_the_joint_where_it_is_below_1e_minus_400) {
    context = make_context();
    int possible = 0, below = 0, ties = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        lk_random random = lk_random_stream(10, LK_RANDOM_TEST, i, 0);
        question q;
        make_question(&q, &random);
        lk_map *map = NULL;
        lk_status status = lk_map_new(context, &map, q.network, q.targets, q.target_count,
                                      q.evidence.findings, q.evidence.count);
        cr_assert(status == LK_OK || status == LK_ERROR_IMPOSSIBLE, "%s",
                  lk_context_error(context).message);
        if (status == LK_OK) {
            compare(&q, map, &ties);
            possible++;
            below += lk_map_log10_p_joint(map) < -400;
        } else {
            cr_assert(enumerate(&q, NULL, 0) == NULL);
        }
        lk_map_free(map);
        free_question(&q);
    }
    cr_assert(possible > 1500 && below > 500 && ties > 100, "%d possible, %d below, %d ties",
              possible, below, ties);
    free_context(context);
}

Test(map_wide, elimination_and_the_tree_agree_where_doubles_suffice) {
    context = make_context();
    for (uint32_t i = 0; i < 2000; i++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, i, 0);
        uint32_t n = 1 + (uint32_t)lk_random_below(&random, 8), targets[RANDOM_MOST_VARIABLES];
        lk_network *network = random_network(context, &random, n);
        shuffle(&random, targets, n);
        lk_map *map;
        cr_assert(lk_map_new(context, &map, network, targets, 1 + lk_random_below(&random, n), NULL,
                             0) == LK_OK);
        uint32_t states[RANDOM_MOST_VARIABLES];
        for (size_t k = 0; k < lk_map_count(map); k++) states[k] = lk_map_state(map, k);
        lk_wide p_joint = map->p_joint;
        bool ties = map->ties;
        cr_assert(lk_map_eliminate(map) == LK_OK);
        cr_assert(fabs(lk_wide_ratio(map->p_joint, p_joint) - 1) < 1e-13);
        cr_assert(map->ties == ties);
        for (size_t k = 0; k < lk_map_count(map) && !ties; k++)
            cr_assert(lk_map_state(map, k) == states[k]);
        lk_map_free(map);
        lk_network_free(network);
    }
    free_context(context);
}

// X0 → X1 → …, each a copy of the last one, and what is seen of each speaks 1e30 to 1 for `a`; but
// the last cannot be `a`. All are `b`.
Test(map_wide, a_long_chain_of_evidence_that_the_last_link_turns_over) {
    enum { LINKS = 60 };
    context = make_context();
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "chain") == LK_OK);
    for (uint32_t v = 0; v < LINKS; v++) {
        char name[8];
        uint32_t index;
        snprintf(name, sizeof name, "X%u", v);
        cr_assert(lk_network_add_variable(network, &index, name, (const char *const[]){"a", "b"},
                                          2) == LK_OK);
        if (v > 0) cr_assert(lk_network_set_parents(network, v, (uint32_t[]){v - 1}, 1) == LK_OK);
        const double copies[] = {1, 0, 0, 1}, even[] = {0.5, 0.5};
        cr_assert(lk_network_set_table(network, v, v ? copies : even, v ? 4 : 2, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_evidence evidence = {0};
    for (uint32_t v = 0; v + 1 < LINKS; v++)
        cr_assert(lk_evidence_add_likelihood(network, &evidence, v, (double[]){1, 1e-30}) == LK_OK);
    cr_assert(lk_evidence_exclude_state(network, &evidence, LINKS - 1, 0) == LK_OK);
    lk_map *map;
    cr_assert(lk_map_new(context, &map, network, NULL, 0, evidence.findings, evidence.count) ==
              LK_OK);
    cr_assert(lk_map_count(map) == LINKS && !lk_map_has_ties(map));
    for (size_t i = 0; i < LINKS; i++) cr_assert(lk_map_state(map, i) == 1);
    cr_assert(fabs(lk_map_log10_p_joint(map) - (log10(0.5) - 30.0 * (LINKS - 1))) < 1e-9);
    cr_assert(fabs(lk_map_p_given_evidence(map) - 1) < 1e-12);
    cr_assert(lk_map_p_joint(map) == 0);
    lk_map_free(map);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
    free_context(context);
}

Test(map_wide, every_failed_allocation_is_a_clean_error) {
    context = make_context();
    lk_random random = lk_random_stream(12, LK_RANDOM_TEST, 0, 0);
    lk_network *network = random_markov(&random, 6);
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_map *map = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_map_new(context, &map, network, NULL, 0, NULL, 0);
        lk_context_fail_allocation(context, 0);
        lk_map_free(map);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "%s", lk_context_error(context).message);
    }
    lk_network_free(network);
    free_context(context);
}
