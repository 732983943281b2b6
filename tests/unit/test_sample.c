#include "likelore/learn.h"

#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(sample, .init = begin, .fini = end);

Test(sample, cases_are_lines_of_csv_with_quotes_where_needed) {
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("\"a,b\"", "\"x,y\"", "1") BIF_VARIABLE(
            "C", "one", "1") "probability ( \"a,b\" ) { table 1; } probability ( C ) { table 1; }");
    lk_case_sampler *sampler;
    cr_assert(lk_case_sampler_new(context, &sampler, network, NULL, 0, 1) == LK_OK);
    lk_buffer out = lk_buffer_make(context);
    lk_case_sampler_append_names(&out, sampler, true);
    lk_case_sampler_next(sampler);
    lk_case_sampler_append_case(&out, sampler, true);
    lk_case_sampler_append_case(&out, sampler, false);
    cr_assert(strcmp(lk_buffer_text(&out), "\"a,b\",C,weight\n\"x,y\",one,1\n\"x,y\",one\n") == 0);
    lk_buffer_free(&out);
    lk_case_sampler_free(sampler);
    lk_network_free(network);
}

Test(sample, a_network_without_tables_is_refused) {
    lk_network *network = load_example(context, "homework-structure");
    lk_case_sampler *sampler;
    expect_failure(context, lk_case_sampler_new(context, &sampler, network, NULL, 0, 1),
                   LK_ERROR_DATA, "has no table");
    lk_weighting *w;
    expect_failure(context, lk_weighting_new(context, &w, network, NULL, 0, NULL, 0, NULL),
                   LK_ERROR_DATA, "has no table");
    lk_network_free(network);
}

Test(sample, the_mean_weight_is_the_probability_of_the_evidence) {
    lk_network *network = load_example(context, "sprinkler");
    uint32_t last = lk_network_variable_count(network) - 1;
    lk_finding evidence = {.variable = last, .state = 0};
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, &last, 1, NULL) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    lk_case_sampler *sampler;
    cr_assert(lk_case_sampler_new(context, &sampler, network, &evidence, 1, 1) == LK_OK);
    double sum = 0;
    enum { CASES = 100000 };
    for (int i = 0; i < CASES; i++) {
        cr_assert(lk_case_sampler_next(sampler)[last] == 0);
        sum += lk_case_sampler_weight(sampler);
    }
    cr_assert(fabs(sum / CASES - lk_query_p_evidence(query)) < 0.01);
    lk_case_sampler_free(sampler);
    lk_query_free(query);
    lk_network_free(network);
}

Test(sample, options_and_targets_that_do_not_fit_are_refused) {
    lk_network *network = load_example(context, "asia");
    lk_weighting *w;
    lk_finding evidence = {.variable = 2, .state = 0};
    uint32_t target = 2;
    lk_weighting_options options = {.precision = NAN};
    expect_failure(context, lk_weighting_new(context, &w, network, NULL, 0, NULL, 0, &options),
                   LK_ERROR_USAGE, "the precision is from 0 to 1");
    expect_failure(context, lk_weighting_new(context, &w, network, &target, 1, &evidence, 1, NULL),
                   LK_ERROR_USAGE, "is observed");
    lk_network_free(network);
}

Test(sample, evidence_of_the_weight_1e_minus_4000_still_gives_posteriors) {
    // X has 400 children, each seen in a state of probability 1e-10 or 2e-10.
    lk_network *network;
    static const char *const states[] = {"0", "1"};
    static lk_finding evidence[400];
    cr_assert(lk_network_new(context, &network, "wide") == LK_OK);
    uint32_t x, child;
    cr_assert(lk_network_add_variable(network, &x, "X", states, 2) == LK_OK);
    cr_assert(lk_network_set_table(network, x, (double[]){0.5, 0.5}, 2, NULL) == LK_OK);
    for (int i = 0; i < 400; i++) {
        char name[16];
        snprintf(name, sizeof name, "c%d", i);
        double p = i == 0 ? 2e-10 : 1e-10;
        double table[] = {1e-10, 1 - 1e-10, p, 1 - p};
        cr_assert(lk_network_add_variable(network, &child, name, states, 2) == LK_OK);
        cr_assert(lk_network_set_parents(network, child, &x, 1) == LK_OK);
        cr_assert(lk_network_set_table(network, child, table, 4, NULL) == LK_OK);
        evidence[i] = (lk_finding){.variable = child, .state = 0};
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_weighting *w;
    lk_weighting_report report = {0};
    lk_weighting_options options = {.precision = 0.01};
    cr_assert(lk_weighting_new(context, &w, network, &x, 1, evidence, 400, &options) == LK_OK);
    while (!report.done) cr_assert(lk_weighting_next(w, &report) == LK_OK);
    cr_assert(report.precise);
    cr_assert(fabs(lk_weighting_posterior(w, 0)[1] - 2.0 / 3) < 0.05);
    cr_assert(fabs(lk_weighting_log10_p_evidence(w) - (-4000 + log10(1.5))) < 0.05);
    cr_assert(lk_weighting_p_evidence(w) == 0);
    lk_weighting_free(w);
    lk_network_free(network);
}

Test(sample, without_memory_weighting_fails_cleanly_and_steps_allocate_nothing) {
    lk_network *network = load_example(context, "asia");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_finding evidence = {.variable = 2, .state = 0};
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 200);
        lk_weighting *w = NULL;
        lk_case_sampler *sampler = NULL;
        lk_weighting_report report;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_weighting_new(context, &w, network, NULL, 0, &evidence, 1, NULL);
        if (status == LK_OK)
            status = lk_case_sampler_new(context, &sampler, network, &evidence, 1, 1);
        lk_context_fail_allocation(context, 0);
        if (status == LK_OK) {
            uint64_t allocations = lk_context_memory_usage(context).allocations;
            cr_assert(lk_weighting_next(w, &report) == LK_OK);
            cr_assert(lk_context_memory_usage(context).allocations == allocations);
        }
        lk_weighting_free(w);
        lk_case_sampler_free(sampler);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY);
    }
    lk_network_free(network);
}
