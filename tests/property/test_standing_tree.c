// A query whose evidence changes again and again, against queries made afresh: on networks whose
// trees are deep and whose tables have zeros.
#include "likelore/bayes.h"

#include "random_network.h"
#include "test_context.h"

#include <math.h>

enum { VARIABLES = 24, FINDINGS = 6, CHANGES = 25, NETWORKS = 300 };

static const double TOLERANCE = 1e-11;

typedef struct standing {
    lk_context *context;
    lk_network *network;
    lk_query *query;
    uint32_t evidence[FINDINGS], states[FINDINGS];
} standing;

static lk_query *make_query(const standing *s) {
    lk_query *query;
    cr_assert(lk_query_new(s->context, &query, s->network, NULL, 0, s->evidence, FINDINGS, NULL) ==
              LK_OK);
    for (uint32_t i = 0; i < FINDINGS; i++)
        cr_assert(lk_query_set_evidence(query, i, s->states[i]) == LK_OK);
    return query;
}

static standing make_standing(lk_context *context, lk_random *random) {
    standing s = {.context = context, .network = random_network_of(context, random, VARIABLES, 3)};
    uint32_t shuffled[VARIABLES];
    shuffle(random, shuffled, VARIABLES);
    for (uint32_t i = 0; i < FINDINGS; i++) {
        s.evidence[i] = shuffled[i];
        s.states[i] = 0;
    }
    s.query = make_query(&s);
    return s;
}

static void change_one_finding(standing *s, lk_random *random) {
    size_t i = (size_t)lk_random_below(random, FINDINGS);
    uint32_t states = lk_network_state_count(s->network, s->evidence[i]);
    s->states[i] = (uint32_t)lk_random_below(random, states);
    cr_assert(lk_query_set_evidence(s->query, i, s->states[i]) == LK_OK);
}

static void compare(const lk_query *query, const lk_query *fresh, const lk_network *network) {
    double ratio = lk_query_p_evidence(query) / lk_query_p_evidence(fresh);
    cr_assert(fabs(ratio - 1) <= TOLERANCE);
    for (size_t i = 0; i < lk_query_target_count(fresh); i++) {
        const double *a = lk_query_posterior(query, i), *b = lk_query_posterior(fresh, i);
        for (uint32_t k = 0; k < lk_network_state_count(network, lk_query_target(fresh, i)); k++)
            cr_assert(fabs(a[k] - b[k]) <= TOLERANCE, "%.17g is not %.17g", a[k], b[k]);
    }
}

// One, or several before the query runs.
static void change_findings(standing *s, lk_random *random) {
    do change_one_finding(s, random);
    while (lk_random_below(random, 4) == 0);
}

// Returns whether the evidence is possible.
static bool run_both(const standing *s) {
    lk_query *fresh = make_query(s);
    lk_status status = lk_query_run(s->query), fresh_status = lk_query_run(fresh);
    cr_assert(status == fresh_status, "%s", lk_context_error(s->context).message);
    if (status == LK_OK) compare(s->query, fresh, s->network);
    lk_query_free(fresh);
    return status == LK_OK;
}

Test(standing_tree, equals_a_fresh_one_after_each_of_25_changes_on_300_random_networks) {
    lk_context *context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < NETWORKS; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        standing s = make_standing(context, &random);
        for (int change = 0; change < CHANGES; change++) {
            possible += run_both(&s);
            change_findings(&s, &random);
        }
        lk_query_free(s.query);
        lk_network_free(s.network);
    }
    cr_assert(possible > NETWORKS * CHANGES / 2, "%d possible", possible);
    free_context(context);
}
