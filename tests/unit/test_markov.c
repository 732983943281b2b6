#include "likelore/bayes.h"
#include "test_context.h"

#include <math.h>

static lk_context *context;
static lk_network *network;

static void begin(void) { context = make_context(); }
static void end(void) {
    lk_network_free(network);
    network = NULL;
    free_context(context);
}
TestSuite(markov, .init = begin, .fini = end);

// The misconception example of Koller and Friedman (2009), figure 4.1: four students who talk in
// pairs, A-B, B-C, C-D and D-A; its joint is their figure 4.2.
static lk_status build_misconception(lk_context *owner) {
    static const char *const states[] = {"0", "1"};
    static const char *const names[] = {"A", "B", "C", "D"};
    static const double potentials[4][4] = {
        {30, 5, 1, 10}, {100, 1, 1, 100}, {1, 100, 100, 1}, {100, 1, 1, 100}};
    LK_TRY(lk_network_new_markov(owner, &network, "misconception"));
    uint32_t v;
    for (uint32_t i = 0; i < 4; i++)
        LK_TRY(lk_network_add_variable(network, &v, names[i], states, 2));
    for (uint32_t i = 0; i < 4; i++)
        LK_TRY(
            lk_network_add_potential(network, (uint32_t[]){i, (i + 1) % 4}, 2, potentials[i], 4));
    return lk_network_finish(network);
}

static lk_query *run_query(const uint32_t *targets, size_t count, const lk_finding *evidence,
                           size_t evidence_count, bool joint) {
    uint32_t variables[8] = {0};
    for (size_t i = 0; i < evidence_count; i++) variables[i] = evidence[i].variable;
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, targets, count, variables, evidence_count,
                           &(lk_query_options){.joint = joint}) == LK_OK,
              "%s", lk_context_error(context).message);
    for (size_t i = 0; i < evidence_count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence[i].state) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    return query;
}

Test(markov, the_misconception_example_has_the_published_joint) {
    cr_assert(build_misconception(context) == LK_OK);
    lk_query *query = run_query((uint32_t[]){0, 1, 2, 3}, 4, NULL, 0, true);
    // Figure 4.2: Z = 7201840; the unnormalised values of a0 b0 c0 d0 … a1 b1 c1 d1.
    static const double published[16] = {300000,  300000, 300000, 30,      500, 500,
                                         5000000, 500,    100,    1000000, 100, 100,
                                         10,      100000, 100000, 100000};
    cr_assert(fabs(lk_query_p_evidence(query) - 7201840) < 1e-6);
    const double *joint = lk_query_joint(query, NULL);
    for (size_t i = 0; i < 16; i++) cr_assert(fabs(joint[i] * 7201840 - published[i]) < 1e-6);
    lk_query_free(query);
}

Test(markov, json_of_a_query_has_log10_z_instead_of_a_probability) {
    cr_assert(build_misconception(context) == LK_OK);
    lk_query *query = run_query((uint32_t[]){1}, 1, &(lk_finding){0, 1}, 1, false);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_query_to_json(&text, query, 0) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text),
                     "\"p_evidence\":null,\"log10_p_evidence\":null,\"log10_z\":6.1"),
              "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_query_free(query);
}

Test(markov, the_trace_calls_potentials_phi) {
    cr_assert(build_misconception(context) == LK_OK);
    lk_trace *trace;
    lk_query_options options = {.order = (uint32_t[]){3, 2}, .order_count = 2};
    cr_assert(lk_trace_new(context, &trace, network, (uint32_t[]){1}, 1, &(lk_finding){0, 1}, 1,
                           &options) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_to_text(&text, trace) == LK_OK);
    static const char *const expected[] = {
        "factors: φ1(A=1,B), φ2(B,C), φ3(C,D), φ4(D,A=1)\n",
        "eliminate D: f1(A=1,C) = Σ_D φ3(C,D) φ4(D,A=1)   join",
        "result: P(B|A=1) = φ1(A=1,B) f2(A=1,B) / Σ_B φ1(A=1,B) f2(A=1,B)\n",
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        cr_assert(strstr(lk_buffer_text(&text), expected[i]), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_trace_free(trace);
}

static uint32_t add_variable(const char *name, uint32_t states) {
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    uint32_t variable;
    cr_assert(lk_network_add_variable(network, &variable, name, names, states) == LK_OK);
    return variable;
}

static void add_potential(const uint32_t *scope, uint32_t size, const double *values,
                          size_t count) {
    cr_assert(lk_network_add_potential(network, scope, size, values, count) == LK_OK, "%s",
              lk_context_error(context).message);
}

Test(markov, variables_in_no_potential_are_uniform_and_count_in_z) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2), lonely = add_variable("L", 5);
    add_potential(&x, 1, (double[]){1, 3}, 2);
    add_potential(NULL, 0, (double[]){7}, 1);
    cr_assert(lk_network_finish(network) == LK_OK);
    cr_assert(lk_network_potential_count(network) == 2);
    lk_query *query = run_query((uint32_t[]){lonely, x}, 2, NULL, 0, false);
    cr_assert(fabs(lk_query_p_evidence(query) - 4 * 7 * 5) < 1e-12);
    for (uint32_t s = 0; s < 5; s++) cr_assert(fabs(lk_query_posterior(query, 0)[s] - 0.2) < 1e-15);
    cr_assert(fabs(lk_query_posterior(query, 1)[1] - 0.75) < 1e-15);
    lk_query_free(query);
    // More may be added afterwards.
    add_potential(&lonely, 1, (double[]){1, 1, 1, 1, 16}, 5);
    cr_assert(lk_network_finish(network) == LK_OK);
    query = run_query(&lonely, 1, NULL, 0, false);
    cr_assert(fabs(lk_query_posterior(query, 0)[4] - 0.8) < 1e-15);
    lk_query_free(query);
}

Test(markov, values_beyond_the_range_of_doubles_multiply_right) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2), y = add_variable("Y", 2);
    for (int i = 0; i < 5; i++) {
        add_potential(&x, 1, (double[]){1e300, 2e300}, 2);
        add_potential((uint32_t[]){x, y}, 2, (double[]){1e-308, 1e308, 1, 1}, 4);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_query *query = run_query(&y, 1, &(lk_finding){x, 1}, 1, false);
    cr_assert(fabs(lk_query_log10_p_evidence(query) - (1500 + 6 * log10(2))) < 1e-9);
    cr_assert(fabs(lk_query_posterior(query, 0)[0] - 0.5) < 1e-12);
    lk_query_free(query);
    query = run_query(&x, 1, &(lk_finding){y, 0}, 1, false);
    cr_assert(fabs(lk_query_log10_p_evidence(query) - (1500 + 5 * log10(2))) < 1e-9);
    cr_assert(lk_query_posterior(query, 0)[1] == 1);
    lk_query_free(query);
}

Test(markov, a_network_without_a_possible_state_says_so) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2);
    add_potential(&x, 1, (double[]){0, 1}, 2);
    add_potential(&x, 1, (double[]){1, 0}, 2);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, &x, 1, NULL, 0, NULL) == LK_OK);
    expect_failure(context, lk_query_run(query), LK_ERROR_IMPOSSIBLE,
                   "product 0 in every joint state");
    lk_query_free(query);
}

Test(markov, impossible_evidence_is_named) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2), y = add_variable("Y", 2), z = add_variable("Z", 2);
    add_potential((uint32_t[]){x, y}, 2, (double[]){0, 1, 1, 1}, 4);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, &z, 1, (uint32_t[]){x, y}, 2, NULL) == LK_OK);
    expect_failure(context, lk_query_run(query), LK_ERROR_IMPOSSIBLE, "X=a, Y=a never occur");
    lk_query_free(query);
}

Test(markov, wrong_potentials_are_refused) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2), twice[] = {x, x};
    const double values[] = {1, 1, 1, 1};
    expect_failure(context, lk_network_add_potential(network, twice, 2, values, 4), LK_ERROR_DATA,
                   "\"X\" twice");
    expect_failure(context, lk_network_add_potential(network, &x, 1, values, 3), LK_ERROR_DATA,
                   "potential 1 needs 2 values and has 3");
    expect_failure(context, lk_network_add_potential(network, &x, 1, (double[]){1, -1}, 2),
                   LK_ERROR_DATA, "holds the value -1");
    expect_failure(context, lk_network_add_potential(network, &x, 1, (double[]){1, NAN}, 2),
                   LK_ERROR_DATA, "holds the value");
    expect_failure(context, lk_network_add_potential(network, &x, 1, (double[]){INFINITY, 1}, 2),
                   LK_ERROR_DATA, "holds the value inf");
    expect_failure(context, lk_network_add_potential(network, &x, 1, (double[]){0, 0}, 2),
                   LK_ERROR_DATA, "nothing but zeros");
    cr_assert(lk_network_potential_count(network) == 0);
}

Test(markov, parents_and_potentials_do_not_mix) {
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t x = add_variable("X", 2), y = add_variable("Y", 2);
    const double values[] = {0.5, 0.5};
    expect_failure(context, lk_network_set_parents(network, x, &y, 1), LK_ERROR_USAGE,
                   "Markov network");
    expect_failure(context, lk_network_set_table(network, x, values, 2, NULL), LK_ERROR_USAGE,
                   "Markov network");
    cr_assert(lk_network_is_markov(network) && !lk_network_has_tables(network));
    lk_network_free(network);
    cr_assert(lk_network_new(context, &network, "") == LK_OK);
    x = add_variable("X", 2);
    expect_failure(context, lk_network_add_potential(network, &x, 1, values, 2), LK_ERROR_USAGE,
                   "Bayesian network");
}

static lk_status build_and_query(lk_context *owner) {
    lk_status status = build_misconception(owner);
    lk_query *query = NULL;
    if (status == LK_OK) status = lk_query_new(owner, &query, network, NULL, 0, NULL, 0, NULL);
    if (status == LK_OK) status = lk_query_run(query);
    lk_query_free(query);
    lk_network_free(network);
    network = NULL;
    return status;
}

Test(markov, every_failed_allocation_is_a_clean_error) {
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_context_fail_allocation(context, k);
        lk_status status = build_and_query(context);
        lk_context_fail_allocation(context, 0);
        cr_assert(lk_context_memory_usage(context).live_bytes == baseline_bytes());
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
}
