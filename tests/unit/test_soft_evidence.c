// Negative, likelihood and interventional evidence.
#include "bif_text.h"
#include "likelore/learn.h"
#include "random_network.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(soft_evidence, .init = begin, .fini = end);

// P(target | evidence) by the engine; the caller frees the query.
static lk_query *ask(const lk_network *network, const lk_evidence *evidence, uint32_t target,
                     lk_engine engine) {
    uint32_t variables[16];
    for (size_t i = 0; i < evidence->count; i++) variables[i] = evidence->findings[i].variable;
    lk_query *query = NULL;
    lk_query_options options = {.engine = engine};
    lk_status status =
        lk_query_new(context, &query, network, &target, 1, variables, evidence->count, &options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (size_t i = 0; i < evidence->count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence->findings[i].state) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    return query;
}

static const lk_engine engines[] = {LK_ENGINE_ELIMINATION, LK_ENGINE_JUNCTION_TREE,
                                    LK_ENGINE_ENUMERATION};

// The joint of two variables without evidence.
static void joint_of(const lk_network *network, uint32_t a, uint32_t b, double *values) {
    lk_query *query;
    lk_query_options options = {.joint = true};
    cr_assert(lk_query_new(context, &query, network, (uint32_t[]){a, b}, 2, NULL, 0, &options) ==
              LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    size_t count;
    const double *joint = lk_query_joint(query, &count);
    memcpy(values, joint, count * sizeof *values);
    lk_query_free(query);
}

// Multiplies the joint P(a, b) by the likelihoods of b and compares P(a) with the engines' answers.
static void compare(const lk_network *changed, const lk_evidence *evidence, uint32_t a, uint32_t na,
                    uint32_t nb, const double *joint, const double *likelihood) {
    double expected[RANDOM_MOST_STATES] = {0}, total = 0;
    for (uint32_t i = 0; i < na; i++)
        for (uint32_t k = 0; k < nb; k++) expected[i] += joint[i * nb + k] * likelihood[k];
    for (uint32_t i = 0; i < na; i++) total += expected[i];
    for (int e = 0; e < 3; e++) {
        lk_query *query = ask(changed, evidence, a, engines[e]);
        cr_assert(fabs(lk_query_p_evidence(query) - total) <= 1e-12);
        for (uint32_t i = 0; i < na; i++)
            cr_assert(fabs(lk_query_posterior(query, 0)[i] - expected[i] / total) <= 1e-12);
        lk_query_free(query);
    }
}

Test(soft_evidence, a_likelihood_multiplies_the_joint_on_random_networks) {
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        lk_network *network =
                       random_network(context, &random, 2 + (uint32_t)lk_random_below(&random, 5)),
                   *copy;
        double joint[RANDOM_MOST_STATES * RANDOM_MOST_STATES], likelihood[RANDOM_MOST_STATES];
        uint32_t na = lk_network_state_count(network, 0), nb = lk_network_state_count(network, 1);
        joint_of(network, 0, 1, joint);
        cr_assert(lk_network_copy(context, &copy, network) == LK_OK);
        lk_evidence evidence = {0};
        bool excludes = i % 3 == 0;
        uint32_t excluded = (uint32_t)lk_random_below(&random, nb);
        for (uint32_t k = 0; k < nb; k++)
            likelihood[k] = excludes ? k != excluded : 0.05 + 0.9 * lk_random_uniform(&random);
        double left = 0;
        for (uint32_t k = 0; k < na * nb; k++) left += joint[k] * likelihood[k % nb];
        lk_status status = excludes ? lk_evidence_exclude_state(copy, &evidence, 1, excluded)
                                    : lk_evidence_add_likelihood(copy, &evidence, 1, likelihood);
        cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
        if (left > 1e-12) compare(copy, &evidence, 0, na, nb, joint, likelihood);
        lk_evidence_free(copy, &evidence);
        lk_network_free(copy);
        lk_network_free(network);
    }
}

Test(soft_evidence, an_intervention_is_not_an_observation) {
    // Seeing the ground wet tells of rain; wetting it does not.
    lk_network *network = load_example(context, "sprinkler");
    uint32_t cause = variable_of(network, "rain"), effect = variable_of(network, "wet_grass"),
             state;
    cr_assert(lk_network_find_state(network, &state, effect, "yes") == LK_OK);
    lk_evidence evidence = {0}, seen = {0};
    lk_query *before = ask(network, &evidence, cause, LK_ENGINE_AUTO);
    cr_assert(lk_evidence_add_state(network, &seen, effect, state) == LK_OK);
    lk_query *observed = ask(network, &seen, cause, LK_ENGINE_AUTO);
    cr_assert(fabs(lk_query_posterior(observed, 0)[0] - lk_query_posterior(before, 0)[0]) > 0.05);
    lk_network *copy;
    cr_assert(lk_network_copy(context, &copy, network) == LK_OK);
    cr_assert(lk_evidence_set_state(copy, &evidence, effect, state) == LK_OK);
    for (int e = 0; e < 3; e++) {
        lk_query *set = ask(copy, &evidence, cause, engines[e]);
        cr_assert(fabs(lk_query_posterior(set, 0)[0] - lk_query_posterior(before, 0)[0]) < 1e-15);
        cr_assert(fabs(lk_query_p_evidence(set) - 1) < 1e-15);
        lk_query_free(set);
    }
    lk_query_free(before);
    lk_query_free(observed);
    lk_evidence_free(network, &seen);
    lk_evidence_free(copy, &evidence);
    lk_network_free(copy);
    lk_network_free(network);
}

Test(soft_evidence, what_makes_no_sense_is_a_usage_error) {
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"asia=yes:0.3", "asia=no has no likelihood: name every state"},
        {"asia=yes:0,no:0", "all 0"},
        {"asia=yes:-1,no:1", "must be a number from 0 on"},
        {"asia=yes:x,no:1", "expected a number"},
        {"asia=yes:1,yes:1", "two likelihoods"},
        {"asai=yes:1", "did you mean \"asia\""},
    };
    lk_network *network = load_example(context, "asia");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        lk_evidence evidence = {0};
        lk_status status = lk_evidence_add_likelihood_text(network, &evidence, wrong[i].text);
        expect_failure(context, status, i == 5 ? LK_ERROR_UNKNOWN_NAME : LK_ERROR_USAGE,
                       wrong[i].message);
        lk_evidence_free(network, &evidence);
    }
    lk_network_free(network);
}

Test(soft_evidence, every_failed_allocation_is_a_clean_error) {
    lk_network *network = load_example(context, "asia");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_network *copy = NULL;
        lk_evidence evidence = {0};
        lk_context_fail_allocation(context, k);
        lk_status status = lk_network_copy(context, &copy, network);
        if (status == LK_OK) status = lk_evidence_add_text(copy, &evidence, "tub!=yes,asia=yes");
        if (status == LK_OK) status = lk_evidence_set_text(copy, &evidence, "smoke=yes");
        lk_context_fail_allocation(context, 0);
        lk_evidence_free(network, &evidence);
        lk_network_free(copy);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "%s", lk_context_error(context).message);
    }
    lk_network_free(network);
}

// Estimates take evidence of every kind as exact answers do.
Test(soft_evidence, estimates_agree_with_exact_answers) {
    lk_network *network = load_example(context, "sprinkler");
    lk_evidence evidence = {0};
    uint32_t target = variable_of(network, "cloudy");
    cr_assert(lk_evidence_add_likelihood_text(network, &evidence, "wet_grass=yes:0.9,no:0.2") ==
              LK_OK);
    cr_assert(lk_evidence_set_text(network, &evidence, "sprinkler=on") == LK_OK);
    cr_assert(lk_evidence_add_likelihood_text(network, &evidence, "rain=yes:0.3,no:0.6") == LK_OK);
    lk_query *exact = ask(network, &evidence, target, LK_ENGINE_ENUMERATION);
    lk_weighting *w;
    lk_weighting_options options = {.precision = 0.002, .seed = 7};
    cr_assert(lk_weighting_new(context, &w, network, &target, 1, evidence.findings, evidence.count,
                               &options) == LK_OK);
    lk_weighting_report report = {0};
    while (!report.done) cr_assert(lk_weighting_next(w, &report) == LK_OK);
    for (int s = 0; s < 2; s++)
        cr_assert(fabs(lk_weighting_posterior(w, 0)[s] - lk_query_posterior(exact, 0)[s]) <=
                  5 * lk_weighting_standard_errors(w, 0)[s]);
    double p = lk_query_p_evidence(exact);
    cr_assert(fabs(lk_weighting_p_evidence(w) - p) <= 5 * p * lk_weighting_p_evidence_error(w));
    lk_weighting_free(w);
    lk_query_free(exact);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}
