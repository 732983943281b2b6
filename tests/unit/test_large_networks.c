// Networks that are unusual in one direction: a variable of 10,000 states, and a chain of 5,000
// variables. Their answers are known.
#include "likelore/learn.h"

#include "test_context.h"

#include <math.h>
#include <stdio.h>

enum { STATES = 10000, LENGTH = 5000 };

static lk_context *context;

// W is uniform over its states; P(Y = y | W) is 0.7 in every fourth state and 0.1 in the others.
static lk_network *make_wide(void) {
    static char names[STATES][8];
    static const char *states[STATES];
    static double uniform[STATES], rows[2 * STATES];
    for (uint32_t s = 0; s < STATES; s++) {
        snprintf(names[s], sizeof names[s], "s%u", s);
        states[s] = names[s];
        uniform[s] = 1.0 / STATES;
        rows[2 * s] = s % 4 ? 0.1 : 0.7;
        rows[2 * s + 1] = 1 - rows[2 * s];
    }
    lk_network *network;
    uint32_t variable;
    static const char *const two[] = {"y", "n"};
    cr_assert(lk_network_new(context, &network, "wide") == LK_OK);
    cr_assert(lk_network_add_variable(network, &variable, "W", states, STATES) == LK_OK);
    cr_assert(lk_network_add_variable(network, &variable, "Y", two, 2) == LK_OK);
    cr_assert(lk_network_set_parents(network, 1, &(uint32_t){0}, 1) == LK_OK);
    cr_assert(lk_network_set_table(network, 0, uniform, STATES, NULL) == LK_OK);
    cr_assert(lk_network_set_table(network, 1, rows, 2 * STATES, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

// P(target | evidence = state) in `posterior`; returns P(evidence).
static double ask(const lk_network *network, double *posterior, uint32_t target, uint32_t evidence,
                  uint32_t state) {
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, &target, 1, &evidence, 1, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_query_set_evidence(query, 0, state) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    memcpy(posterior, lk_query_posterior(query, 0),
           lk_network_state_count(network, target) * sizeof *posterior);
    double p = lk_query_p_evidence(query);
    lk_query_free(query);
    return p;
}

static void check_trace(const lk_network *network, uint32_t target, lk_finding evidence,
                        const char *words) {
    lk_trace *trace;
    cr_assert(lk_trace_new(context, &trace, network, &target, 1, &evidence, 1, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_trace_to_text(&out, trace) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&out), words), "no %s", words);
    lk_buffer_free(&out);
    lk_trace_free(trace);
}

Test(large_networks, with_a_variable_of_10000_states_are_answered) {
    context = make_context();
    lk_network *network = make_wide();
    static double posterior[STATES];
    double p = ask(network, posterior, 0, 1, 0);
    cr_assert(fabs(p - 0.25) < 1e-12, "%.17g", p);
    for (uint32_t s = 0; s < STATES; s++)
        cr_assert(fabs(posterior[s] - (s % 4 ? 0.1 : 0.7) / STATES / 0.25) < 1e-15);
    cr_assert(fabs(ask(network, posterior, 1, 0, 4) - 1.0 / STATES) < 1e-15);
    cr_assert(fabs(posterior[0] - 0.7) < 1e-12);
    uint32_t state;
    cr_assert(lk_network_find_state(network, &state, 0, "s9999") == LK_OK && state == 9999);
    expect_failure(context, lk_network_find_state(network, &state, 0, "s10000"),
                   LK_ERROR_UNKNOWN_NAME, "did you mean");
    check_trace(network, 0, (lk_finding){.variable = 1}, "P(W|Y=y)");
    lk_network_free(network);
    free_context(context);
}

// From a to b with 0.1, back with 0.2.
static lk_network *make_chain(void) {
    static const char *const states[] = {"a", "b"};
    static const double first[] = {0.25, 0.75}, next[] = {0.9, 0.1, 0.2, 0.8};
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "chain") == LK_OK);
    for (uint32_t v = 0; v < LENGTH; v++) {
        char name[16];
        uint32_t variable;
        snprintf(name, sizeof name, "X%u", v);
        cr_assert(lk_network_add_variable(network, &variable, name, states, 2) == LK_OK);
        if (v > 0) cr_assert(lk_network_set_parents(network, v, &(uint32_t){v - 1}, 1) == LK_OK);
        cr_assert(lk_network_set_table(network, v, v ? next : first, v ? 4 : 2, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(large_networks, with_a_chain_of_5000_variables_are_answered_and_drawn) {
    context = make_context();
    lk_network *network = make_chain();
    double posterior[2];
    // The eigenvalues of the step are 1 and 0.7, so that the past is forgotten as 0.7^n.
    cr_assert(fabs(ask(network, posterior, LENGTH - 1, 0, 0) - 0.25) < 1e-12);
    cr_assert(fabs(posterior[0] - 2.0 / 3) < 1e-10, "%.17g", posterior[0]);
    ask(network, posterior, 10, 0, 0);
    cr_assert(fabs(posterior[0] - (2.0 / 3 + pow(0.7, 10) / 3)) < 1e-12, "%.17g", posterior[0]);
    ask(network, posterior, 0, LENGTH - 1, 1);
    cr_assert(fabs(posterior[0] - 0.25) < 1e-10, "%.17g", posterior[0]);
    check_trace(network, 3, (lk_finding){.variable = 0}, "P(X3|X0=a)");
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_network_draw(&out, network, NULL) == LK_OK);
    cr_assert(lk_network_draw(&out, network, &(lk_draw_options){.graph = "tree"}) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&out), "4999 cliques, the largest of 4 cells"));
    lk_buffer_free(&out);
    lk_network_free(network);
    free_context(context);
}

// 100 variables of a single state and their child, which has three.
static lk_network *make_single(void) {
    enum { PARENTS = 100 };
    static const char *const states[] = {"a", "b", "c"};
    static const double one[] = {1}, three[] = {0.5, 0.3, 0.2};
    lk_network *network;
    uint32_t parents[PARENTS], child;
    cr_assert(lk_network_new(context, &network, "single") == LK_OK);
    for (uint32_t v = 0; v < PARENTS; v++) {
        char name[16];
        snprintf(name, sizeof name, "X%u", v);
        cr_assert(lk_network_add_variable(network, &parents[v], name, states, 1) == LK_OK);
        cr_assert(lk_network_set_table(network, v, one, 1, NULL) == LK_OK);
    }
    cr_assert(lk_network_add_variable(network, &child, "Y", states, 3) == LK_OK);
    cr_assert(lk_network_set_parents(network, child, parents, PARENTS) == LK_OK);
    cr_assert(lk_network_set_table(network, child, three, 3, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(large_networks, with_a_hundred_single_states_in_one_table_are_answered) {
    context = make_context();
    lk_network *network = make_single();
    const uint32_t child = 100;
    const lk_engine engines[] = {LK_ENGINE_JUNCTION_TREE, LK_ENGINE_ELIMINATION};
    for (int i = 0; i < 2; i++) {
        lk_query *query;
        lk_query_options options = {.engine = engines[i]};
        cr_assert(lk_query_new(context, &query, network, NULL, 0, NULL, 0, &options) == LK_OK);
        cr_assert(lk_query_run(query) == LK_OK);
        cr_assert(fabs(lk_query_p_evidence(query) - 1) < 1e-15);
        for (uint32_t v = 0; v < child; v++) cr_assert(lk_query_posterior(query, v)[0] == 1);
        cr_assert(fabs(lk_query_posterior(query, child)[1] - 0.3) < 1e-15);
        lk_query_free(query);
    }
    lk_map *map;
    cr_assert(lk_map_new(context, &map, network, NULL, 0, NULL, 0) == LK_OK);
    cr_assert(lk_map_count(map) == 101 && lk_map_state(map, 100) == 0 && !lk_map_has_ties(map));
    cr_assert(fabs(lk_map_p_joint(map) - 0.5) < 1e-15);
    lk_map_free(map);
    lk_network_free(network);
    free_context(context);
}

Test(large_networks, with_single_states_left_open_are_fitted) {
    static const char text[] = "Y\na\nb\n?\nb\n";
    context = make_context();
    lk_network *network = make_single();
    lk_csv *table;
    lk_cases *cases;
    lk_fit *fit;
    cr_assert(lk_csv_new(context, &table, text, strlen(text), NULL, NULL) == LK_OK);
    cr_assert(lk_cases_read(context, &cases, network, table, false) == LK_OK);
    cr_assert(lk_fit_new(context, &fit, network, cases,
                         &(lk_fit_options){.em = true, .tolerance = 1e-12}) == LK_OK);
    lk_fit_report report = {0};
    while (!report.done) cr_assert(lk_fit_next(fit, &report) == LK_OK);
    const double *fitted = lk_network_table(lk_fit_network(fit), 100, NULL);
    cr_assert(fabs(fitted[0] - 1.0 / 3) < 1e-5 && fabs(fitted[1] - 2.0 / 3) < 1e-5);
    lk_fit_free(fit);
    lk_cases_free(cases);
    lk_csv_free(table);
    lk_network_free(network);
    free_context(context);
}
