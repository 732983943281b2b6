// Markov networks: elimination against enumeration on random ones, and against the Bayesian network
// whose tables they were made of.
#include "random_network.h"
#include "test_context.h"

#include <math.h>

static const double TOLERANCE = 1e-12;
enum { MOST_CELLS = 5 * 5 * 5 };

static lk_context *context;

// Values of all magnitudes; with `wild`, so far apart that doubles cannot hold their products.
static void random_potential(lk_network *network, lk_random *random, bool wild) {
    uint32_t n = lk_network_variable_count(network), shuffled[RANDOM_MOST_VARIABLES];
    shuffle(random, shuffled, n);
    uint32_t size = (uint32_t)lk_random_below(random, n < 3 ? n + 1 : 4);
    size_t cells = 1;
    for (uint32_t i = 0; i < size; i++) cells *= lk_network_state_count(network, shuffled[i]);
    double values[MOST_CELLS];
    for (size_t i = 0; i < cells; i++) {
        values[i] = lk_random_below(random, 6) == 0 ? 0 : 10 * lk_random_uniform(random);
        if (wild) values[i] *= pow(10, 250 * lk_random_uniform(random) - 100);
    }
    if (values[0] == 0) values[0] = 1;
    cr_assert(lk_network_add_potential(network, shuffled, size, values, cells) == LK_OK, "%s",
              lk_context_error(context).message);
}

static lk_network *random_markov(lk_random *random, uint32_t count) {
    static const char *const states[] = {"s0", "s1", "s2", "s3", "s4"};
    lk_network *network;
    cr_assert(lk_network_new_markov(context, &network, "random") == LK_OK);
    for (uint32_t v = 0; v < count; v++) {
        char name[16];
        uint32_t index;
        snprintf(name, sizeof name, "%c%u", 'A' + (char)(v * 7 % 11), v);
        uint32_t state_count = 1 + (uint32_t)lk_random_below(random, RANDOM_MOST_STATES);
        cr_assert(lk_network_add_variable(network, &index, name, states, state_count) == LK_OK);
    }
    // Few enough to leave variables alone and parts unconnected.
    uint32_t potentials = (uint32_t)lk_random_below(random, count + 3);
    bool wild = lk_random_below(random, 4) == 0;
    for (uint32_t i = 0; i < potentials; i++) random_potential(network, random, wild);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

typedef struct question {
    uint32_t targets[RANDOM_MOST_VARIABLES], evidence[RANDOM_MOST_VARIABLES],
        states[RANDOM_MOST_VARIABLES];
    uint32_t target_count, evidence_count;
    lk_query_options options;
} question;

static question random_question(const lk_network *network, lk_random *random) {
    question q = {.options = {.joint = lk_random_below(random, 3) == 0,
                              .no_prune = lk_random_below(random, 3) == 0}};
    uint32_t n = lk_network_variable_count(network), shuffled[RANDOM_MOST_VARIABLES];
    shuffle(random, shuffled, n);
    q.evidence_count = (uint32_t)lk_random_below(random, n);
    for (uint32_t i = 0; i < q.evidence_count; i++) {
        q.evidence[i] = shuffled[i];
        q.states[i] =
            (uint32_t)lk_random_below(random, lk_network_state_count(network, shuffled[i]));
    }
    uint32_t left = n - q.evidence_count;
    q.target_count = 1 + (uint32_t)lk_random_below(random, left < 3 ? left : 3);
    for (uint32_t i = 0; i < q.target_count; i++) q.targets[i] = shuffled[q.evidence_count + i];
    return q;
}

static lk_query *ask(const lk_network *network, const question *q, lk_engine engine,
                     lk_status *status) {
    lk_query_options options = q->options;
    options.engine = engine;
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, q->targets, q->target_count, q->evidence,
                           q->evidence_count, &options) == LK_OK,
              "%s", lk_context_error(context).message);
    for (uint32_t i = 0; i < q->evidence_count; i++)
        cr_assert(lk_query_set_evidence(query, i, q->states[i]) == LK_OK);
    *status = lk_query_run(query);
    return query;
}

static void compare_values(const double *a, const double *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        cr_assert(fabs(a[i] - b[i]) <= TOLERANCE, "%.17g is not %.17g", a[i], b[i]);
}

static void compare_answers(const lk_network *network, const lk_query *a, const lk_query *b) {
    double difference = lk_query_log10_p_evidence(a) - lk_query_log10_p_evidence(b);
    cr_assert(fabs(difference) <= 1e-11, "log10 Z differs by %g", difference);
    size_t count;
    const double *joint = lk_query_joint(a, &count);
    if (joint) compare_values(joint, lk_query_joint(b, NULL), count);
    for (size_t i = 0; !joint && i < lk_query_target_count(a); i++)
        compare_values(lk_query_posterior(a, i), lk_query_posterior(b, i),
                       lk_network_state_count(network, lk_query_target(a, i)));
}

static bool compare_networks(const lk_network *fast, const lk_network *slow, const question *q) {
    lk_status fast_status, slow_status;
    lk_query *a = ask(fast, q, LK_ENGINE_ELIMINATION, &fast_status);
    lk_query *b = ask(slow, q, LK_ENGINE_ENUMERATION, &slow_status);
    cr_assert(fast_status == slow_status, "%d and %d: %s", fast_status, slow_status,
              lk_context_error(context).message);
    cr_assert(fast_status == LK_OK || fast_status == LK_ERROR_IMPOSSIBLE);
    if (fast_status == LK_OK) compare_answers(fast, a, b);
    lk_query_free(a);
    lk_query_free(b);
    return fast_status == LK_OK;
}

Test(markov, elimination_equals_enumeration_on_2000_random_networks) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        lk_random random = lk_random_stream(3, LK_RANDOM_TEST, i, 0);
        lk_network *network = random_markov(&random, 1 + (uint32_t)lk_random_below(&random, 7));
        question q = random_question(network, &random);
        possible += compare_networks(network, network, &q);
        lk_network_free(network);
    }
    cr_assert(possible > 1000 && possible < 2000, "%d possible", possible);
    free_context(context);
}

// The tables of a Bayesian network as potentials, turned so that the variable comes first.
static lk_network *as_markov(const lk_network *bayes) {
    lk_network *network;
    cr_assert(lk_network_new_markov(context, &network, "copy") == LK_OK);
    static const char *const states[] = {"s0", "s1", "s2", "s3", "s4"};
    uint32_t n = lk_network_variable_count(bayes), index;
    for (uint32_t v = 0; v < n; v++)
        cr_assert(lk_network_add_variable(network, &index, lk_network_variable_name(bayes, v),
                                          states, lk_network_state_count(bayes, v)) == LK_OK);
    for (uint32_t v = 0; v < n; v++) {
        size_t count;
        const double *table = lk_network_table(bayes, v, &count);
        uint32_t scope[RANDOM_MOST_PARENTS + 1] = {v}, size = 1;
        for (; size <= lk_network_parent_count(bayes, v); size++)
            scope[size] = lk_network_parents(bayes, v)[size - 1];
        double turned[4000];
        size_t states_here = lk_network_state_count(bayes, v), rows = count / states_here;
        for (size_t i = 0; i < count; i++)
            turned[i % states_here * rows + i / states_here] = table[i];
        cr_assert(lk_network_add_potential(network, scope, size, turned, count) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(markov, tables_of_a_bayesian_network_as_potentials_give_its_answers) {
    context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(4, LK_RANDOM_TEST, i, 0);
        lk_network *bayes =
            random_network(context, &random, 1 + (uint32_t)lk_random_below(&random, 7));
        lk_network *markov = as_markov(bayes);
        question q = random_question(markov, &random);
        possible += compare_networks(markov, bayes, &q);
        lk_network_free(markov);
        lk_network_free(bayes);
    }
    cr_assert(possible > 100);
    free_context(context);
}
