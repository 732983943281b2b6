#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(query, .init = begin, .fini = end);

static lk_query *make_query(const lk_network *network, const uint32_t *targets, size_t count,
                            const lk_evidence *evidence, const lk_query_options *options) {
    uint32_t variables[16];
    for (size_t i = 0; i < evidence->count; i++) variables[i] = evidence->findings[i].variable;
    lk_query *query = NULL;
    lk_status status =
        lk_query_new(context, &query, network, targets, count, variables, evidence->count, options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (size_t i = 0; i < evidence->count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence->findings[i].state) == LK_OK);
    return query;
}

static lk_evidence evidence_of(lk_network *network, const char *text) {
    lk_evidence evidence = {0};
    lk_status status = lk_evidence_add_text(network, &evidence, text);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return evidence;
}

// ---- Answers -----------------------------------------------------------------------------------

Test(query, the_burglary_given_a_call_has_the_textbook_posterior) {
    lk_network *network = load_example(context, "homework");
    lk_evidence evidence = evidence_of(network, "W=w");
    uint32_t b = variable_of(network, "B");
    lk_query *query = make_query(network, &b, 1, &evidence, NULL);
    cr_assert(lk_query_run(query) == LK_OK);
    // P(b, w) and P(not b, w), by hand.
    double burglary =
        0.001 * ((0.002 * 0.95 + 0.998 * 0.94) * 0.7 + (0.002 * 0.05 + 0.998 * 0.06) * 0.01);
    double none =
        0.999 * ((0.002 * 0.29 + 0.998 * 0.001) * 0.7 + (0.002 * 0.71 + 0.998 * 0.999) * 0.01);
    cr_assert(fabs(lk_query_posterior(query, 0)[0] - burglary / (burglary + none)) < 1e-15);
    cr_assert(fabs(lk_query_p_evidence(query) - (burglary + none)) < 1e-15);
    cr_assert(lk_query_joint(query, NULL) == NULL);
    lk_query_free(query);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

Test(query, without_targets_every_unobserved_variable_is_answered) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "xray=yes, dysp=no");
    lk_query *query = make_query(network, NULL, 0, &evidence, NULL);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(lk_query_target_count(query) == 6);
    lk_query_free(query);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

Test(query, separated_evidence_still_counts_in_the_probability_of_the_evidence) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "asia=yes,smoke=yes");
    uint32_t bronc = variable_of(network, "bronc");
    lk_query *query = make_query(network, &bronc, 1, &evidence, NULL);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(fabs(lk_query_p_evidence(query) - 0.01 * 0.5) < 1e-17);
    cr_assert(fabs(lk_query_posterior(query, 0)[0] - 0.6) < 1e-15);
    lk_query_free(query);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

Test(query, json_has_the_keys_that_programs_rely_on) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "asia=yes");
    uint32_t targets[] = {variable_of(network, "tub"), variable_of(network, "smoke")};
    const char *const expected[] = {
        "{\"version\":1,\"evidence\":{\"asia\":\"yes\"},\"p_evidence\":0.01,\"log10_p_evidence\":-"
        "2,"
        "\"posteriors\":{\"tub\":{\"yes\":0.05,\"no\":0.95},\"smoke\":{\"yes\":0.5,\"no\":0.5}},"
        "\"engine\":\"jt\",\"plan\":{\"order\":[",
        "\"joint\":{\"variables\":[\"tub\",\"smoke\"],\"states\":[[\"yes\",\"no\"],[\"yes\","
        "\"no\"]],\"values\":[0.025,0.025,0.475,0.475]},\"engine\":\"ve\""};
    for (int joint = 0; joint < 2; joint++) {
        lk_query_options options = {.joint = joint};
        lk_query *query = make_query(network, targets, 2, &evidence, &options);
        cr_assert(lk_query_run(query) == LK_OK);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_query_to_json(&text, query, 0.5) == LK_OK);
        cr_assert(strstr(lk_buffer_text(&text), expected[joint]), "%s", lk_buffer_text(&text));
        cr_assert(strstr(lk_buffer_text(&text), "\"seconds\":0.5}"));
        lk_buffer_free(&text);
        lk_query_free(query);
    }
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

// ---- Very small probabilities ------------------------------------------------------------------

// A class and `children` observed features, each of which has probability 0.1 in the first class
// and `other` in the second.
static lk_network *many_features(uint32_t children, double other) {
    static const char *const states[] = {"yes", "no"};
    lk_network *network;
    uint32_t class_variable, feature;
    cr_assert(lk_network_new(context, &network, "features") == LK_OK);
    cr_assert(lk_network_add_variable(network, &class_variable, "class", states, 2) == LK_OK);
    const double prior[] = {0.5, 0.5}, table[] = {0.1, 0.9, other, 1 - other};
    cr_assert(lk_network_set_table(network, 0, prior, 2, NULL) == LK_OK);
    for (uint32_t i = 0; i < children; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%u", i);
        cr_assert(lk_network_add_variable(network, &feature, name, states, 2) == LK_OK);
        cr_assert(lk_network_set_parents(network, feature, &class_variable, 1) == LK_OK);
        cr_assert(lk_network_set_table(network, feature, table, 4, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

static lk_query *query_features(const lk_network *network, lk_engine engine) {
    uint32_t target = 0, observed[5000];
    uint32_t count = lk_network_variable_count(network) - 1;
    for (uint32_t i = 0; i < count; i++) observed[i] = i + 1;
    lk_query *query;
    lk_query_options options = {.engine = engine};
    cr_assert(lk_query_new(context, &query, network, &target, 1, observed, count, &options) ==
              LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    return query;
}

Test(query, evidence_of_probability_1e_minus_4000_has_the_right_posterior) {
    for (int engine = LK_ENGINE_ELIMINATION; engine <= LK_ENGINE_ENUMERATION; engine++) {
        lk_network *network = many_features(4000, 0.1);
        lk_query *query = query_features(network, (lk_engine)engine);
        cr_assert(fabs(lk_query_log10_p_evidence(query) + 4000) < 1e-9, "%.17g",
                  lk_query_log10_p_evidence(query));
        cr_assert(lk_query_p_evidence(query) == 0);
        cr_assert(fabs(lk_query_posterior(query, 0)[0] - 0.5) < 1e-9);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_query_to_json(&text, query, 0) == LK_OK);
        cr_assert(strstr(lk_buffer_text(&text), "\"p_evidence\":null,\"log10_p_evidence\":-"));
        lk_buffer_free(&text);
        lk_query_free(query);
        lk_network_free(network);
    }
}

Test(query, a_hypothesis_1e400_times_less_likely_survives_when_the_other_is_ruled_out) {
    // 500 features that are 10 times less likely in the second class, and one that only it allows.
    lk_network *network = many_features(501, 0.01);
    const double only_second[] = {0, 1, 1, 0};
    cr_assert(lk_network_set_table(network, 501, only_second, 4, NULL) == LK_OK);
    lk_query *query = query_features(network, LK_ENGINE_ELIMINATION);
    cr_assert(lk_query_posterior(query, 0)[1] == 1);
    double expected = log10(0.5) - 1000;
    cr_assert(fabs(lk_query_log10_p_evidence(query) - expected) < 1e-9);
    lk_query_free(query);
    lk_network_free(network);
}

Test(query, a_chain_of_2000_rare_observations_neither_underflows_nor_loses_precision) {
    static const char *const states[] = {"s0", "s1", "s2"};
    enum { LENGTH = 2000 };
    static const double move[] = {0.7, 0.2, 0.1, 0.3, 0.3, 0.4, 0.1, 0.6, 0.3};
    static const double show[] = {0.999, 0.001, 0, 0.998, 0.002, 0, 0.996, 0.004, 0};
    static const double first[] = {0.2, 0.3, 0.5};
    lk_network *network;
    uint32_t observed[LENGTH], hidden[LENGTH], last;
    cr_assert(lk_network_new(context, &network, "chain") == LK_OK);
    for (uint32_t i = 0; i < LENGTH; i++) {
        char name[16];
        snprintf(name, sizeof name, "h%u", i);
        cr_assert(lk_network_add_variable(network, &hidden[i], name, states, 3) == LK_OK);
        if (i) cr_assert(lk_network_set_parents(network, hidden[i], &hidden[i - 1], 1) == LK_OK);
        cr_assert(lk_network_set_table(network, hidden[i], i ? move : first, i ? 9 : 3, NULL) ==
                  LK_OK);
        snprintf(name, sizeof name, "o%u", i);
        cr_assert(lk_network_add_variable(network, &observed[i], name, states, 3) == LK_OK);
        cr_assert(lk_network_set_parents(network, observed[i], &hidden[i], 1) == LK_OK);
        cr_assert(lk_network_set_table(network, observed[i], show, 9, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    last = hidden[LENGTH - 1];
    lk_query *query;
    lk_query_options options = {.heuristic = "min-fill"};
    cr_assert(lk_query_new(context, &query, network, &last, 1, observed, LENGTH, &options) ==
              LK_OK);
    for (uint32_t i = 0; i < LENGTH; i++) cr_assert(lk_query_set_evidence(query, i, 1) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    // The forward algorithm, normalised at each step, in long double.
    long double belief[3], log10_p = 0;
    for (int s = 0; s < 3; s++) belief[s] = first[s];
    for (int i = 0; i < LENGTH; i++) {
        long double next[3] = {0, 0, 0}, sum = 0;
        for (int s = 0; s < 3; s++) belief[s] *= show[3 * s + 1];
        for (int s = 0; s < 3; s++) sum += belief[s];
        log10_p += log10l(sum);
        for (int s = 0; s < 3; s++) belief[s] /= sum;
        for (int s = 0; s < 3 && i + 1 < LENGTH; s++)
            for (int t = 0; t < 3; t++) next[t] += belief[s] * (long double)move[3 * s + t];
        for (int s = 0; s < 3 && i + 1 < LENGTH; s++) belief[s] = next[s];
    }
    cr_assert(log10_p < -4000);
    cr_assert(fabsl(lk_query_log10_p_evidence(query) - log10_p) < 1e-9L);
    for (int s = 0; s < 3; s++)
        cr_assert(fabsl(lk_query_posterior(query, 0)[s] - belief[s]) < 1e-12L);
    lk_query_free(query);
    lk_network_free(network);
}

// ---- Impossible evidence -----------------------------------------------------------------------

Test(query, impossible_evidence_is_an_error_that_names_a_minimal_conflict) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "xray=yes,either=no,smoke=no,lung=yes");
    for (int engine = LK_ENGINE_ELIMINATION; engine <= LK_ENGINE_ENUMERATION; engine++) {
        lk_query_options options = {.engine = (lk_engine)engine};
        lk_query *query = make_query(network, NULL, 0, &evidence, &options);
        expect_failure(context, lk_query_run(query), LK_ERROR_IMPOSSIBLE,
                       "lung=yes, either=no never occur together");
        // The same plan answers possible evidence afterwards.
        cr_assert(lk_query_set_evidence(query, 1, 0) == LK_OK);
        cr_assert(lk_query_run(query) == LK_OK);
        lk_query_free(query);
    }
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

Test(query, impossible_evidence_is_noticed_even_where_it_does_not_matter_to_the_target) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "either=no,lung=yes");
    uint32_t bronc = variable_of(network, "asia");
    lk_query *query = make_query(network, &bronc, 1, &evidence, NULL);
    expect_failure(context, lk_query_run(query), LK_ERROR_IMPOSSIBLE, "lung=yes, either=no");
    lk_query_free(query);
    lk_trace *trace;
    lk_status status =
        lk_trace_new(context, &trace, network, &bronc, 1, evidence.findings, evidence.count, NULL);
    expect_failure(context, status, LK_ERROR_IMPOSSIBLE, "lung=yes, either=no");
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

// ---- Memory ------------------------------------------------------------------------------------

Test(query, a_repeated_query_allocates_nothing_once_its_evidence_has_changed) {
    lk_network *network = load_example(context, "asia");
    lk_evidence evidence = evidence_of(network, "xray=yes,dysp=yes");
    lk_query *query = make_query(network, NULL, 0, &evidence, NULL);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(lk_query_set_evidence(query, 0, 1) == LK_OK);
    uint64_t before = lk_context_memory_usage(context).allocations;
    for (uint32_t i = 0; i < 100; i++) {
        cr_assert(lk_query_set_evidence(query, 0, i & 1) == LK_OK);
        cr_assert(lk_query_set_evidence(query, 1, i >> 1 & 1) == LK_OK);
        cr_assert(lk_query_run(query) == LK_OK);
    }
    cr_assert(lk_context_memory_usage(context).allocations == before);
    lk_query_free(query);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}

Test(query, every_failed_allocation_is_a_clean_error) {
    lk_network *network = load_example(context, "asia");
    uint32_t observed = variable_of(network, "either");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_query *query = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status =
            lk_query_new(context, &query, network, NULL, 0, &observed, 1, &(lk_query_options){0});
        if (status == LK_OK) status = lk_query_run(query);
        if (status == LK_OK) status = lk_query_to_json(&text, query, 0);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_query_free(query);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
    lk_network_free(network);
}

// A square grid of binary variables, each depending on its left and upper neighbour.
static lk_network *grid(lk_context *owner, uint32_t side) {
    static const char *const states[] = {"no", "yes"};
    static const double table[] = {0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8};
    lk_network *network;
    cr_assert(lk_network_new(owner, &network, "grid") == LK_OK);
    for (uint32_t i = 0; i < side * side; i++) {
        char name[16];
        uint32_t v, parents[2], count = 0;
        snprintf(name, sizeof name, "v%u", i);
        cr_assert(lk_network_add_variable(network, &v, name, states, 2) == LK_OK);
        if (i % side) parents[count++] = v - 1;
        if (i >= side) parents[count++] = v - side;
        cr_assert(lk_network_set_parents(network, v, parents, count) == LK_OK);
        cr_assert(lk_network_set_table(network, v, table, (size_t)2 << count, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

static lk_query *grid_query(const lk_network *network, uint32_t state) {
    const uint32_t observed = 99;
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, &observed, 1, NULL) == LK_OK);
    cr_assert(lk_query_set_evidence(query, 0, state) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    return query;
}

Test(query, a_failed_allocation_as_the_evidence_changes_leaves_the_query_whole) {
    lk_network *network = grid(context, 10);
    lk_query *fresh = grid_query(network, 1);
    uint64_t failures = 0;
    for (uint64_t k = 1;; k++) {
        lk_query *query = grid_query(network, 0);
        cr_assert(lk_query_set_evidence(query, 0, 1) == LK_OK);
        lk_context_fail_allocation(context, k);
        lk_status status = lk_query_run(query);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        failures += status != LK_OK;
        cr_assert(lk_query_run(query) == LK_OK);
        for (size_t i = 0; i < lk_query_target_count(query); i++)
            cr_assert(fabs(lk_query_posterior(query, i)[0] - lk_query_posterior(fresh, i)[0]) <=
                      1e-12);
        lk_query_free(query);
        if (status == LK_OK) break;
    }
    cr_assert(failures > 0);
    lk_query_free(fresh);
    lk_network_free(network);
}

Test(query, a_plan_above_the_memory_limit_is_refused_with_its_number) {
    lk_context *small;
    lk_options options = {.threads = 1, .memory_limit = 1 << 20};
    cr_assert(lk_context_new(&small, &options) == LK_OK);
    lk_network *network = grid(small, 30);
    uint32_t target = 30 * 30 - 1;
    lk_query *query;
    lk_status status = lk_query_new(small, &query, network, &target, 1, NULL, 0, NULL);
    expect_failure(small, status, LK_ERROR_LIMIT, "the memory limit is 1.049e+06 bytes");
    lk_network_free(network);
    free_context(small);
}

enum { CAUSES = 40, FINDINGS = 200, CAUSES_EACH = 3 };

// The causes of a finding, three different ones.
static uint32_t cause_of(uint32_t finding, uint32_t i) {
    uint32_t steps[] = {0, 1 + finding / 5 % 13, 14 + finding * 7 / 3 % 25};
    return (finding * 11 + steps[i]) % CAUSES;
}

static double cause_probability(uint32_t cause) { return 0.01 + 0.02 * cause; }
static double finding_probability(uint32_t row) { return 0.1 + 0.12 * row; }

// Two layers: the findings join so many causes that one tree for all of them is too much.
static lk_network *make_two_layers(lk_context *owner) {
    static const char *const states[] = {"yes", "no"};
    lk_network *network;
    cr_assert(lk_network_new(owner, &network, "layers") == LK_OK);
    for (uint32_t v = 0; v < CAUSES + FINDINGS; v++) {
        char name[16];
        uint32_t index, parents[CAUSES_EACH];
        double table[2 << CAUSES_EACH];
        bool is_cause = v < CAUSES;
        snprintf(name, sizeof name, "v%u", v);
        cr_assert(lk_network_add_variable(network, &index, name, states, 2) == LK_OK);
        for (uint32_t i = 0; i < CAUSES_EACH && !is_cause; i++) parents[i] = cause_of(v, i);
        if (!is_cause) cr_assert(lk_network_set_parents(network, v, parents, CAUSES_EACH) == LK_OK);
        uint32_t rows = is_cause ? 1 : 1 << CAUSES_EACH;
        for (uint32_t r = 0; r < rows; r++) {
            table[2 * r] = is_cause ? cause_probability(v) : finding_probability(r);
            table[2 * r + 1] = 1 - table[2 * r];
        }
        cr_assert(lk_network_set_table(network, v, table, 2 * (size_t)rows, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

// A row has a bit for each cause, the first the highest; 0: yes.
static double expected_finding(uint32_t v) {
    double sum = 0;
    for (uint32_t row = 0; row < 1 << CAUSES_EACH; row++) {
        double p = finding_probability(row);
        for (uint32_t i = 0; i < CAUSES_EACH; i++) {
            double yes = cause_probability(cause_of(v, i));
            p *= row >> (CAUSES_EACH - 1 - i) & 1 ? 1 - yes : yes;
        }
        sum += p;
    }
    return sum;
}

Test(query, where_one_tree_is_too_much_for_all_targets_each_is_eliminated_by_itself) {
    lk_context *small;
    lk_options limits = {.threads = 1, .memory_limit = 4 << 20};
    cr_assert(lk_context_new(&small, &limits) == LK_OK);
    lk_network *network = make_two_layers(small);
    lk_query *query;
    lk_query_options tree = {.engine = LK_ENGINE_JUNCTION_TREE};
    expect_failure(small, lk_query_new(small, &query, network, NULL, 0, NULL, 0, &tree),
                   LK_ERROR_LIMIT, "the memory limit is 4.194e+06 bytes");
    cr_assert(lk_query_new(small, &query, network, NULL, 0, NULL, 0, NULL) == LK_OK, "%s",
              lk_context_error(small).message);
    cr_assert(strcmp(lk_query_plan(query).engine, "ve") == 0);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(lk_query_p_evidence(query) == 1);
    for (uint32_t v = 0; v < CAUSES + FINDINGS; v++) {
        double expected = v < CAUSES ? cause_probability(v) : expected_finding(v);
        cr_assert(fabs(lk_query_posterior(query, v)[0] - expected) < 1e-12, "v%u", v);
    }
    lk_query_free(query);
    lk_network_free(network);
    free_context(small);
}

Test(query, what_is_too_much_for_each_target_as_well_is_refused) {
    lk_context *small;
    lk_options limits = {.threads = 1, .memory_limit = 4 << 20};
    cr_assert(lk_context_new(&small, &limits) == LK_OK);
    lk_network *network = make_two_layers(small);
    uint32_t seen[FINDINGS];
    for (uint32_t i = 0; i < FINDINGS; i++) seen[i] = CAUSES + i;
    lk_query *query;
    expect_failure(small, lk_query_new(small, &query, network, NULL, 0, seen, FINDINGS, NULL),
                   LK_ERROR_LIMIT, "the memory limit is 4.194e+06 bytes");
    lk_network_free(network);
    free_context(small);
}

Test(query, all_heuristics_give_the_same_answer_on_a_grid) {
    lk_network *network = grid(context, 4);
    uint32_t target = 15;
    lk_evidence none = {0};
    double first = 0;
    const char *name;
    for (size_t i = 0; (name = lk_order_heuristic_name(i)) != NULL; i++) {
        lk_query_options options = {.heuristic = name};
        lk_query *query = make_query(network, &target, 1, &none, &options);
        cr_assert(lk_query_run(query) == LK_OK);
        double p = lk_query_posterior(query, 0)[0];
        if (i == 0) first = p;
        cr_assert(fabs(p - first) < 1e-15, "%s", name);
        cr_assert(lk_query_plan(query).order_count == 15);
        lk_query_free(query);
    }
    lk_network_free(network);
}

// ---- Questions that cannot be asked ------------------------------------------------------------

static void expect_refusal(const lk_network *network, uint32_t target, uint32_t evidence,
                           const lk_query_options *options, lk_status expected, const char *words) {
    lk_query *query = NULL;
    lk_status status = lk_query_new(context, &query, network, &target, 1, &evidence, 1, options);
    expect_failure(context, status, expected, words);
}

Test(query, what_makes_no_sense_is_a_usage_error) {
    lk_network *network = load_example(context, "homework");
    uint32_t b = variable_of(network, "B"), w = variable_of(network, "W");
    uint32_t orders[][2] = {{w, variable_of(network, "A")},
                            {b, variable_of(network, "A")},
                            {variable_of(network, "E"), variable_of(network, "E")},
                            {variable_of(network, "E"), variable_of(network, "H")}};
    const char *const words[] = {"\"W\" which is observed", "\"B\" which is not eliminated",
                                 "\"E\" is given twice", "must also name \"A\""};
    expect_refusal(network, b, b, NULL, LK_ERROR_USAGE, "\"B\" is observed");
    for (int i = 0; i < 4; i++) {
        lk_query_options options = {.order = orders[i], .order_count = 2};
        expect_refusal(network, b, w, &options, LK_ERROR_USAGE, words[i]);
    }
    lk_query_options unknown = {.heuristic = "min-fil"};
    expect_refusal(network, b, w, &unknown, LK_ERROR_UNKNOWN_NAME, "did you mean \"min-fill\"?");
    lk_network_free(network);
}

Test(query, a_network_without_numbers_has_a_trace_but_no_answer) {
    lk_network *network = load_example(context, "homework-structure");
    expect_refusal(network, 0, 4, NULL, LK_ERROR_DATA, "\"B\" has no table of numbers");
    lk_network_free(network);
}

Test(query, evidence_is_read_with_quotes_blanks_and_lists) {
    lk_network *network =
        parse_bif(context, "variable \"a,b\" { type discrete [2] { \"x=1\", y }; }\n"
                           "variable C { type discrete [2] { c0, c1 }; }\n"
                           "probability(\"a,b\"){} probability(C){}");
    lk_evidence evidence = evidence_of(network, " \"a,b\" = \"x=1\" , C=c1");
    cr_assert(evidence.count == 2 && evidence.findings[0].state == 0);
    cr_assert(evidence.findings[1].variable == 1 && evidence.findings[1].state == 1);
    static const struct {
        const char *text;
        lk_status status;
        const char *words;
    } wrong[] = {
        {"C=c0", LK_ERROR_USAGE, "two states"},
        {"C", LK_ERROR_USAGE, "expected \"=\" or \"!=\" and a state at the end"},
        {"C=", LK_ERROR_USAGE, "expected a state at the end"},
        {"C=c1,", LK_ERROR_USAGE, "the name of a variable at the end"},
        {"C=c1=c1", LK_ERROR_USAGE, "expected \",\" at \"=c1\""},
        {"\"C=c1", LK_ERROR_USAGE, "a closing quote"},
        {"C=c2", LK_ERROR_UNKNOWN_NAME, "did you mean"},
        {"D=c1", LK_ERROR_UNKNOWN_NAME, "no variable \"D\""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_failure(context, lk_evidence_add_text(network, &evidence, wrong[i].text),
                       wrong[i].status, wrong[i].words);
    cr_assert(evidence.count == 2);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
}
