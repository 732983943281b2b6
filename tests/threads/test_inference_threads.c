// Exact inference on several threads: the order, the tree and the answers are those of one thread,
// bit for bit. The network has a grid, whose order is searched for by all threads and whose cliques
// are passed through side by side, and a table that all of them work on together.
#include "likelore/bayes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDE = 12,
    GRID = SIDE * SIDE,
    WIDE = 4, // variables of the large table
    WIDE_STATES = 27,
    LARGEST_TABLE = WIDE_STATES * WIDE_STATES * WIDE_STATES * WIDE_STATES,
    FINDINGS = 3,
    ROUNDS = 3
};

static double values[LARGEST_TABLE];

static void need(lk_context *context, lk_status status) {
    if (status == LK_OK) return;
    printf("not ok - %s\n", lk_context_error(context).message);
    exit(1);
}

static void add_variable(lk_context *context, lk_network *network, uint32_t states) {
    char name[32], text[WIDE_STATES][16];
    const char *list[WIDE_STATES];
    uint32_t number = lk_network_variable_count(network);
    snprintf(name, sizeof name, "v%u", number);
    for (uint32_t s = 0; s < states; s++) {
        snprintf(text[s], sizeof text[s], "s%u", s);
        list[s] = text[s];
    }
    need(context, lk_network_add_variable(network, &number, name, list, states));
}

static void set_table(lk_context *context, lk_network *network, uint32_t variable,
                      const uint32_t *parents, uint32_t count) {
    uint32_t states = lk_network_state_count(network, variable);
    size_t cells = states;
    for (uint32_t i = 0; i < count; i++) cells *= lk_network_state_count(network, parents[i]);
    lk_random random = lk_random_stream(18, LK_RANDOM_TEST, variable, 0);
    for (size_t row = 0; row < cells; row += states) {
        double sum = 0;
        for (uint32_t s = 0; s < states; s++)
            sum += values[row + s] = 0.05 + lk_random_uniform(&random);
        for (uint32_t s = 0; s < states; s++) values[row + s] /= sum;
    }
    need(context, lk_network_set_parents(network, variable, parents, count));
    need(context, lk_network_set_table(network, variable, values, cells, NULL));
}

static lk_network *make_network(lk_context *context) {
    lk_network *network;
    need(context, lk_network_new(context, &network, "grid"));
    for (uint32_t v = 0; v < GRID + WIDE; v++)
        add_variable(context, network, v < GRID ? 2 : WIDE_STATES);
    for (uint32_t v = 0; v < GRID; v++) {
        uint32_t parents[2], count = 0;
        if (v % SIDE > 0) parents[count++] = v - 1;
        if (v >= SIDE) parents[count++] = v - SIDE;
        set_table(context, network, v, parents, count);
    }
    const uint32_t wide[] = {GRID, GRID + 1, GRID + 2, GRID + 3};
    for (uint32_t i = 0; i < WIDE; i++)
        set_table(context, network, wide[i], wide, i + 1 < WIDE ? 0 : i);
    need(context, lk_network_finish(network));
    return network;
}

typedef struct run {
    lk_context *context;
    lk_network *network;
    lk_query *query;
} run;

static run start(int threads) {
    static const uint32_t evidence[FINDINGS] = {5, GRID / 2, GRID - 7};
    run r;
    if (lk_context_new(&r.context, &(lk_options){.threads = threads}) != LK_OK) exit(1);
    r.network = make_network(r.context);
    need(r.context, lk_query_new(r.context, &r.query, r.network, NULL, 0, evidence, FINDINGS,
                                 &(lk_query_options){.engine = LK_ENGINE_JUNCTION_TREE}));
    return r;
}

static void answer(const run *r, uint32_t round) {
    for (uint32_t i = 0; i < FINDINGS; i++)
        need(r->context, lk_query_set_evidence(r->query, i, round >> i & 1));
    need(r->context, lk_query_run(r->query));
}

static bool have_the_same_order(const run *a, const run *b) {
    lk_plan_summary x = lk_query_plan(a->query), y = lk_query_plan(b->query);
    return x.order_count == y.order_count &&
           memcmp(x.order, y.order, x.order_count * sizeof *x.order) == 0;
}

static bool have_the_same_answers(const run *a, const run *b) {
    if (lk_query_p_evidence(a->query) != lk_query_p_evidence(b->query)) return false;
    for (size_t i = 0; i < lk_query_target_count(a->query); i++) {
        uint32_t states = lk_network_state_count(a->network, lk_query_target(a->query, i));
        if (memcmp(lk_query_posterior(a->query, i), lk_query_posterior(b->query, i),
                   states * sizeof(double)) != 0)
            return false;
    }
    return true;
}

static void end(run *r) {
    lk_query_free(r->query);
    lk_network_free(r->network);
    lk_context_free(r->context);
}

int main(void) {
    static const int threads[] = {2, 3, 5};
    run one = start(1);
    bool ok = true;
    for (size_t k = 0; k < sizeof threads / sizeof threads[0]; k++) {
        run several = start(threads[k]);
        bool same = have_the_same_order(&one, &several);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            answer(&one, round);
            answer(&several, round);
            same = same && have_the_same_answers(&one, &several);
        }
        printf("%s %zu - %d threads find the order and the answers of one\n",
               same ? "ok" : "not ok", k + 1, threads[k]);
        ok = ok && same;
        end(&several);
    }
    end(&one);
    return ok ? 0 : 1;
}
