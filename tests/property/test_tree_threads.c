// Junction trees that are large enough for several threads: the answers are the same bits with any
// number of them.
#include "likelore/bayes.h"

#include "random_network.h"
#include "test_context.h"

enum { VARIABLES = 90, STATES = 16, TABLE = STATES * STATES * STATES, FINDINGS = 5, CHANGES = 8 };

// A binary tree in which each variable depends on its parent and its parent's parent.
static lk_network *branching_network(lk_context *context) {
    lk_network *network;
    char name[32], states[STATES][16];
    const char *list[STATES];
    for (int s = 0; s < STATES; s++) {
        snprintf(states[s], sizeof states[s], "s%d", s);
        list[s] = states[s];
    }
    cr_assert(lk_network_new(context, &network, "branching") == LK_OK);
    static double values[TABLE];
    for (uint32_t v = 0; v < VARIABLES; v++) {
        snprintf(name, sizeof name, "v%u", v);
        uint32_t number, parents[] = {v ? (v - 1) / 2 : 0, v > 2 ? ((v - 1) / 2 - 1) / 2 : 0};
        uint32_t count = v == 0 ? 0 : v <= 2 ? 1 : 2;
        cr_assert(lk_network_add_variable(network, &number, name, list, STATES) == LK_OK);
        cr_assert(lk_network_set_parents(network, v, parents, count) == LK_OK);
        size_t rows = count == 0 ? 1 : count == 1 ? STATES : STATES * STATES;
        lk_random random = lk_random_stream(7, LK_RANDOM_TEST, v, 0);
        for (size_t row = 0; row < rows; row++) random_row(&random, values + row * STATES, STATES);
        cr_assert(lk_network_set_table(network, v, values, rows * STATES, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

typedef struct run {
    lk_context *context;
    lk_network *network;
    lk_query *query;
} run;

static run start(int threads) {
    static const uint32_t evidence[FINDINGS] = {50, 63, 71, 80, 88};
    run r;
    cr_assert(lk_context_new(&r.context, &(lk_options){.threads = threads}) == LK_OK);
    r.network = branching_network(r.context);
    cr_assert(lk_query_new(r.context, &r.query, r.network, NULL, 0, evidence, FINDINGS, NULL) ==
              LK_OK);
    return r;
}

static void end(run *r) {
    lk_query_free(r->query);
    lk_network_free(r->network);
    lk_context_free(r->context);
}

// Runs with the next findings; returns whether they are possible.
static bool change(const run *r, uint32_t number) {
    lk_random random = lk_random_stream(8, LK_RANDOM_TEST, number, 0);
    for (size_t i = 0; i < FINDINGS; i++) {
        bool stays = number > 0 && lk_random_below(&random, 3) > 0;
        uint32_t state = (uint32_t)lk_random_below(&random, STATES);
        if (!stays) cr_assert(lk_query_set_evidence(r->query, i, state) == LK_OK);
    }
    return lk_query_run(r->query) == LK_OK;
}

static void expect_same_bits(const run *a, const run *b) {
    cr_assert(lk_query_p_evidence(a->query) == lk_query_p_evidence(b->query));
    for (size_t i = 0; i < lk_query_target_count(a->query); i++)
        cr_assert(memcmp(lk_query_posterior(a->query, i), lk_query_posterior(b->query, i),
                         STATES * sizeof(double)) == 0);
}

Test(tree_threads, answers_are_the_same_bits_with_1_2_and_5_threads) {
    run one = start(1), two = start(2), five = start(5);
    int possible = 0;
    for (uint32_t i = 0; i < CHANGES; i++) {
        bool is_possible = change(&one, i);
        possible += is_possible;
        cr_assert(change(&two, i) == is_possible && change(&five, i) == is_possible);
        if (!is_possible) continue;
        expect_same_bits(&one, &two);
        expect_same_bits(&one, &five);
    }
    cr_assert(possible > CHANGES / 2, "%d", possible);
    end(&one);
    end(&two);
    end(&five);
}
