// Cases drawn from random networks against the exact distributions. Seeds are fixed, so that the
// statistics are the same in every run.
#include "learn/sample.h"

#include "random_network.h"
#include "test_context.h"

#include <math.h>
#include <stdlib.h>

enum { CASES = 20000, MOST_JOINT = 4000 };

static lk_context *context;

static size_t joint_cells(const lk_network *network) {
    size_t cells = 1;
    for (uint32_t v = 0; v < lk_network_variable_count(network); v++)
        cells *= lk_network_state_count(network, v);
    return cells;
}

static size_t joint_index(const lk_network *network, const uint32_t *states) {
    size_t index = 0;
    for (uint32_t v = 0; v < lk_network_variable_count(network); v++)
        index = index * lk_network_state_count(network, v) + states[v];
    return index;
}

// Pearson's statistic over the joint states that are expected five times or more, the others taken
// together, and its degrees of freedom.
static double chi_square(const double *joint, const unsigned *counts, size_t cells, double *df) {
    double statistic = 0, rare = 0, rare_count = 0;
    *df = -1;
    for (size_t i = 0; i < cells; i++) {
        double expected = joint[i] * CASES;
        if (joint[i] == 0) cr_assert(counts[i] == 0, "an impossible case was drawn");
        if (expected < 5) {
            rare += expected;
            rare_count += counts[i];
            continue;
        }
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        ++*df;
    }
    if (rare >= 5) {
        statistic += (rare_count - rare) * (rare_count - rare) / rare;
        ++*df;
    }
    return statistic;
}

// Wilson and Hilferty's transform of a chi-square statistic to a standard normal one.
static double normal_of(double statistic, double df) {
    double spread = 2 / (9 * df);
    return (cbrt(statistic / df) - (1 - spread)) / sqrt(spread);
}

static double *exact_joint(const lk_network *network, size_t cells) {
    uint32_t all[RANDOM_MOST_VARIABLES], n = lk_network_variable_count(network);
    for (uint32_t v = 0; v < n; v++) all[v] = v;
    lk_query *query;
    lk_query_options options = {.engine = LK_ENGINE_ENUMERATION, .joint = true};
    cr_assert(lk_query_new(context, &query, network, all, n, NULL, 0, &options) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    double *copy = malloc(cells * sizeof *copy);
    memcpy(copy, lk_query_joint(query, NULL), cells * sizeof *copy);
    lk_query_free(query);
    return copy;
}

static double statistic_of(const lk_network *network, uint64_t seed) {
    static unsigned counts[MOST_JOINT];
    size_t cells = joint_cells(network);
    memset(counts, 0, sizeof counts);
    lk_case_sampler *sampler;
    cr_assert(lk_case_sampler_new(context, &sampler, network, NULL, 0, seed) == LK_OK);
    for (int i = 0; i < CASES; i++) counts[joint_index(network, lk_case_sampler_next(sampler))]++;
    cr_assert(lk_case_sampler_weight(sampler) == 1);
    lk_case_sampler_free(sampler);
    double df, *joint = exact_joint(network, cells);
    double statistic = chi_square(joint, counts, cells, &df);
    free(joint);
    return df > 0 ? normal_of(statistic, df) : 0;
}

Test(sample_random, cases_have_the_joint_distribution_of_the_network) {
    context = make_context();
    double sum = 0;
    int tested = 0;
    for (uint32_t i = 0; i < 120; i++) {
        lk_random random = lk_random_stream(8, LK_RANDOM_TEST, i, 0);
        lk_network *network =
            random_network(context, &random, 1 + (uint32_t)lk_random_below(&random, 6));
        if (joint_cells(network) <= MOST_JOINT) {
            double z = statistic_of(network, i);
            cr_assert(fabs(z) < 4.5, "network %u: %g", i, z);
            sum += z;
            tested++;
        }
        lk_network_free(network);
    }
    cr_assert(tested > 80);
    cr_assert(fabs(sum / sqrt(tested)) < 4, "%g", sum / sqrt(tested)); // and not all to one side
    free_context(context);
}

Test(sample_random, a_case_depends_on_its_seed_and_number_alone) {
    context = make_context();
    lk_random random = lk_random_stream(9, LK_RANDOM_TEST, 0, 0);
    lk_network *network = random_network(context, &random, 8);
    lk_case_sampler *sampler;
    cr_assert(lk_case_sampler_new(context, &sampler, network, NULL, 0, 77) == LK_OK);
    for (uint64_t i = 0; i < 100; i++) {
        uint32_t alone[8];
        lk_wide weight;
        lk_sample_case(network, network->topological, 8, NULL, alone, &weight, 77, i);
        cr_assert(memcmp(lk_case_sampler_next(sampler), alone, sizeof alone) == 0);
    }
    lk_case_sampler_free(sampler);
    lk_network_free(network);
    free_context(context);
}

// ---- Likelihood weighting ---------------------------------------------------------------------

typedef struct problem {
    lk_network *network;
    lk_finding evidence[RANDOM_MOST_VARIABLES];
    uint32_t variables[RANDOM_MOST_VARIABLES];
    uint32_t count;
} problem;

static void random_problem(problem *p, lk_random *random) {
    uint32_t n = 2 + (uint32_t)lk_random_below(random, 7), shuffled[RANDOM_MOST_VARIABLES];
    p->network = random_network(context, random, n);
    shuffle(random, shuffled, n);
    p->count = (uint32_t)lk_random_below(random, n < 4 ? n : 4);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t states = lk_network_state_count(p->network, shuffled[i]);
        p->variables[i] = shuffled[i];
        p->evidence[i] = (lk_finding){.variable = shuffled[i],
                                      .state = (uint32_t)lk_random_below(random, states)};
    }
}

static lk_query *ask_exactly(const problem *p) {
    lk_query *query;
    cr_assert(lk_query_new(context, &query, p->network, NULL, 0, p->variables, p->count, NULL) ==
              LK_OK);
    for (uint32_t i = 0; i < p->count; i++)
        cr_assert(lk_query_set_evidence(query, i, p->evidence[i].state) == LK_OK);
    return query;
}

static lk_status run_weighting(lk_context *with, lk_weighting **w, lk_weighting_report *report,
                               const problem *p, uint64_t seed) {
    lk_weighting_options options = {.precision = 0.005, .max_samples = 65536, .seed = seed};
    *report = (lk_weighting_report){0};
    lk_status status =
        lk_weighting_new(with, w, p->network, NULL, 0, p->evidence, p->count, &options);
    cr_assert(status == LK_OK, "%s", lk_context_error(with).message);
    while (status == LK_OK && !report->done) status = lk_weighting_next(*w, report);
    return status;
}

typedef struct tally {
    int estimates, beyond_two, compared;
} tally;

static void compare(const problem *p, const lk_query *query, const lk_weighting *w, tally *t) {
    for (size_t i = 0; i < lk_query_target_count(query); i++) {
        uint32_t target = lk_query_target(query, i);
        cr_assert(lk_weighting_target(w, i) == target);
        for (uint32_t s = 0; s < lk_network_state_count(p->network, target); s++) {
            double error = lk_weighting_standard_errors(w, i)[s];
            double off = fabs(lk_weighting_posterior(w, i)[s] - lk_query_posterior(query, i)[s]);
            cr_assert(off <= 5 * error, "off by %g with standard error %g", off, error);
            t->estimates++;
            t->beyond_two += off > 2 * error;
        }
    }
    double exact = lk_query_p_evidence(query), relative = lk_weighting_p_evidence_error(w);
    cr_assert(fabs(lk_weighting_p_evidence(w) / exact - 1) <= 5 * relative + 1e-12);
    cr_assert(fabs(lk_weighting_log10_p_evidence(w) - log10(lk_weighting_p_evidence(w))) < 1e-12);
    t->compared++;
}

Test(weighting_random, estimates_are_within_five_standard_errors_of_the_exact_answer) {
    context = make_context();
    tally t = {0};
    for (uint32_t i = 0; i < 200; i++) {
        lk_random random = lk_random_stream(10, LK_RANDOM_TEST, i, 0);
        problem p;
        random_problem(&p, &random);
        lk_query *query = ask_exactly(&p);
        lk_status exact = lk_query_run(query);
        lk_weighting *w;
        lk_weighting_report report;
        lk_status status = run_weighting(context, &w, &report, &p, i);
        if (exact == LK_ERROR_IMPOSSIBLE)
            cr_assert(status == LK_ERROR_LIMIT);
        else if (status == LK_OK && report.effective_samples >= 200)
            compare(&p, query, w, &t);
        lk_weighting_free(w);
        lk_query_free(query);
        lk_network_free(p.network);
    }
    cr_assert(t.compared > 120, "%d", t.compared);
    // One in twenty is expected beyond two; neither far more nor none.
    cr_assert(t.beyond_two < t.estimates / 10 && t.beyond_two > t.estimates / 100, "%d of %d",
              t.beyond_two, t.estimates);
    free_context(context);
}

Test(weighting_random, the_number_of_threads_changes_no_bit) {
    context = make_context();
    lk_context *threaded;
    cr_assert(lk_context_new(&threaded, &(lk_options){.threads = 3}) == LK_OK);
    for (uint32_t i = 0; i < 10; i++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, i, 0);
        problem p;
        random_problem(&p, &random);
        p.count = 0;
        lk_weighting *one, *three;
        lk_weighting_report report;
        cr_assert(run_weighting(context, &one, &report, &p, i) == LK_OK);
        cr_assert(run_weighting(threaded, &three, &report, &p, i) == LK_OK);
        for (size_t t = 0; t < lk_weighting_target_count(one); t++) {
            size_t bytes =
                lk_network_state_count(p.network, lk_weighting_target(one, t)) * sizeof(double);
            cr_assert(memcmp(lk_weighting_posterior(one, t), lk_weighting_posterior(three, t),
                             bytes) == 0);
        }
        lk_weighting_free(one);
        lk_weighting_free(three);
        lk_network_free(p.network);
    }
    lk_context_free(threaded);
    free_context(context);
}
