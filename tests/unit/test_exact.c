// Exact answers.
#include "likelore/exact.h"

#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(exact, .init = begin, .fini = end);

static lk_exact *make_exact(lk_network *network, const uint32_t *targets, size_t target_count,
                            const char *evidence_text, const lk_query_options *options) {
    lk_evidence evidence = {0};
    lk_status status = LK_OK;
    if (*evidence_text) status = lk_evidence_add_text(network, &evidence, evidence_text);
    lk_exact *exact = NULL;
    if (status == LK_OK)
        status = lk_exact_new(context, &exact, network, targets, target_count, evidence.findings,
                              evidence.count, options);
    lk_evidence_free(network, &evidence);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return exact;
}

static void expect_fraction(lk_fraction fraction, const char *expected) {
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append_fraction(&text, fraction);
    cr_assert(strcmp(lk_buffer_text(&text), expected) == 0, "%s is not %s", lk_buffer_text(&text),
              expected);
    lk_buffer_free(&text);
}

// P(target = its first state | evidence), and P(evidence).
static void expect_answer(const char *bif, const char *target_name, const char *evidence,
                          const char *posterior, const char *p_evidence) {
    lk_network *network = parse_bif(context, bif);
    uint32_t target = variable_of(network, target_name);
    lk_exact *exact = make_exact(network, &target, 1, evidence, NULL);
    cr_assert(lk_exact_run(exact) == LK_OK, "%s", lk_context_error(context).message);
    expect_fraction(lk_exact_posterior(exact, 0, 0), posterior);
    expect_fraction(lk_exact_p_evidence(exact), p_evidence);
    lk_exact_free(exact);
    lk_network_free(network);
}

#define X2 BIF_VARIABLE("X", "x0, x1", "2")
#define X3 BIF_VARIABLE("X", "x0, x1, x2", "3")
#define Y2 BIF_VARIABLE("Y", "y0, y1", "2")

// ---- What numbers stand for --------------------------------------------------------------------

Test(exact, decimals_whose_doubles_do_not_add_up_to_1_do) {
    expect_answer(X3 "probability (X) { table 0.1 0.2 0.7; }", "X", "", "1/10", "1");
    expect_answer(X3 Y2 "probability (X) { table 0.1 0.2 0.7; }"
                        "probability (Y | X) { default 0.7 0.3; (x2) 1 0; }",
                  "X", "Y=y0", "1/13", "91/100");
}

Test(exact, rows_off_by_rounding_are_divided_by_their_sum) {
    expect_answer(X3 "probability (X) { table 0.333 0.333 0.333; }", "X", "", "1/3", "1");
    expect_answer(X2 "probability (X) { table 0.3333 0.6666; }", "X", "", "1/3", "1");
    expect_answer(X2 "probability (X) { table 0.33333 0.66666; }", "X", "", "1/3", "1");
    expect_answer(X2 "probability (X) { table 0.70093 0.29907; }", "X", "", "70093/100000", "1");
}

Test(exact, fractions_are_what_they_are) {
    expect_answer(X2 "probability (X) { table 1/3 2/3; }", "X", "", "1/3", "1");
    expect_answer(X2 Y2 "probability (X) { table 1/3 2/3; }"
                        "probability (Y | X) { (x0) 1/7 6/7; (x1) 2/9 7/9; }",
                  "X", "Y=y0", "9/37", "37/189");
}

Test(exact, thirty_digits_are_not_rounded) {
    expect_answer(X2 "probability (X) { table 0.123456789012345678901234567891"
                     " 0.876543210987654321098765432109; }",
                  "X", "", "123456789012345678901234567891/1000000000000000000000000000000", "1");
}

Test(exact, very_small_numbers_keep_their_digits) {
    lk_network *network = parse_bif(context, X2 Y2 "probability (X) { table 1e-300 1; }"
                                                   "probability (Y | X) { (x0) 1 0; (x1) 0 1; }");
    uint32_t target = variable_of(network, "X");
    lk_exact *exact = make_exact(network, &target, 1, "Y=y0", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    expect_fraction(lk_exact_posterior(exact, 0, 0), "1");
    // 10^-300 / (1 + 10^-300)
    lk_fraction p = lk_exact_p_evidence(exact);
    cr_assert(strcmp(p.numerator, "1") == 0);
    cr_assert(strlen(p.denominator) == 301 && p.denominator[0] == '1' && p.denominator[300] == '1');
    cr_assert(strspn(p.denominator + 1, "0") == 299);
    cr_assert(p.value == 1e-300);
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, doubles_count_as_their_shortest_decimals) {
    static const char *const states[] = {"x0", "x1"};
    lk_network *network;
    uint32_t x;
    cr_assert(lk_network_new(context, &network, "doubles") == LK_OK);
    cr_assert(lk_network_add_variable(network, &x, "X", states, 2) == LK_OK);
    cr_assert(lk_network_set_table(network, x, (double[]){0.1, 0.9}, 2, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_exact *exact = make_exact(network, &x, 1, "", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    expect_fraction(lk_exact_posterior(exact, 0, 0), "1/10");
    lk_exact_free(exact);
    lk_network_free(network);
}

// ---- Answers -----------------------------------------------------------------------------------

Test(exact, the_burglary_given_a_call_has_the_textbook_posterior) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_exact *exact = make_exact(network, &target, 1, "W=w", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    // 0.001 (0.94002 · 0.7 + 0.05998 · 0.01) over itself and 0.999 (0.001578 · 0.7 + 0.998422 ·
    // 0.01)
    expect_fraction(lk_exact_posterior(exact, 0, 0), "32930690/586817249");
    expect_fraction(lk_exact_p_evidence(exact), "586817249/50000000000");
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, evidence_that_never_occurs_is_impossible_and_named) {
    lk_network *network = parse_bif(context, X2 Y2 "probability (X) { table 1/3 2/3; }"
                                                   "probability (Y | X) { (x0) 1 0; (x1) 1 0; }");
    lk_exact *exact = make_exact(network, NULL, 0, "Y=y1", NULL);
    expect_failure(context, lk_exact_run(exact), LK_ERROR_IMPOSSIBLE, "Y=y1 never occurs");
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, a_joint_table_has_the_last_target_fastest) {
    lk_network *network =
        parse_bif(context, X2 Y2 "probability (X) { table 1/3 2/3; }"
                                 "probability (Y | X) { (x0) 1/4 3/4; (x1) 1/8 7/8; }");
    uint32_t targets[] = {variable_of(network, "Y"), variable_of(network, "X")};
    lk_exact *exact = make_exact(network, targets, 2, "", &(lk_query_options){.joint = true});
    cr_assert(lk_exact_run(exact) == LK_OK);
    static const char *const expected[] = {"1/12", "1/12", "1/4", "7/12"};
    for (size_t i = 0; i < 4; i++) expect_fraction(lk_exact_joint(exact, i), expected[i]);
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, separated_evidence_still_counts_in_the_probability_of_the_evidence) {
    lk_network *network = load_example(context, "asia");
    uint32_t bronc = variable_of(network, "bronc");
    lk_exact *exact = make_exact(network, &bronc, 1, "asia=yes,smoke=yes", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    expect_fraction(lk_exact_p_evidence(exact), "1/200");
    expect_fraction(lk_exact_posterior(exact, 0, 0), "3/5");
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, potentials_have_an_exact_partition_function) {
    static const char *const states[] = {"0", "1"};
    lk_network *network;
    uint32_t a, b;
    cr_assert(lk_network_new_markov(context, &network, "pair") == LK_OK);
    cr_assert(lk_network_add_variable(network, &a, "A", states, 2) == LK_OK);
    cr_assert(lk_network_add_variable(network, &b, "B", states, 2) == LK_OK);
    uint32_t scope[] = {a, b};
    const double values[] = {0.1, 2, 30, 0.05};
    cr_assert(lk_network_add_potential(network, scope, 2, values, 4) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_exact *exact = make_exact(network, &a, 1, "", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    expect_fraction(lk_exact_p_evidence(exact), "643/20");
    expect_fraction(lk_exact_posterior(exact, 0, 0), "42/643");
    lk_exact_free(exact);
    exact = make_exact(network, &a, 1, "B=1", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    expect_fraction(lk_exact_p_evidence(exact), "41/20");
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, json_has_a_twin_of_every_number) {
    lk_network *network =
        parse_bif(context, X2 Y2 "probability (X) { table 1/3 2/3; }"
                                 "probability (Y | X) { (x0) 1/7 6/7; (x1) 2/9 7/9; }");
    uint32_t x = variable_of(network, "X"), y = variable_of(network, "Y");
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, &x, 1, &y, 1, NULL) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    lk_exact *exact = make_exact(network, &x, 1, "Y=y0", NULL);
    cr_assert(lk_exact_run(exact) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_query_to_json_exact(&text, query, exact, 0.5) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text),
                     "\"exact\":{\"p_evidence\":\"37/189\",\"posteriors\":{\"X\":{\"x0\":\"9/37\","
                     "\"x1\":\"28/37\"}}},\"engine\":\"jt\""),
              "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_exact_free(exact);
    lk_query_free(query);
    lk_network_free(network);
}

// ---- Limits ------------------------------------------------------------------------------------

// A chain of `count` variables whose numbers have `digits` digits.
static lk_network *chain(lk_context *owner, int count, int digits) {
    lk_buffer text = lk_buffer_make(owner);
    for (int i = 0; i < count; i++)
        lk_buffer_printf(&text, "variable V%d { type discrete [2] { a b }; }\n", i);
    for (int i = 0; i < count; i++) {
        lk_buffer_printf(&text, "probability(V%d", i);
        if (i) lk_buffer_printf(&text, " | V%d", i - 1);
        lk_buffer_append_text(&text, ") { default 0.");
        for (int k = 1; k < digits; k++) lk_buffer_append_byte(&text, '2');
        lk_buffer_append_text(&text, "3 0.");
        for (int k = 1; k < digits; k++) lk_buffer_append_byte(&text, '7');
        lk_buffer_append_text(&text, "7; }\n");
    }
    lk_network *network = NULL;
    lk_status status = read_bif(owner, &network, lk_buffer_text(&text));
    cr_assert(status == LK_OK, "%s", lk_context_error(owner).message);
    lk_buffer_free(&text);
    return network;
}

static lk_status try_exact(lk_context *owner, const lk_network *network) {
    uint32_t last = lk_network_variable_count(network) - 1;
    lk_exact *exact = NULL;
    lk_status status = lk_exact_new(owner, &exact, network, &last, 1, NULL, 0, NULL);
    lk_exact_free(exact);
    return status;
}

Test(exact, numbers_that_would_be_too_long_are_refused_before_the_work) {
    lk_network *network = chain(context, 30, 600);
    cr_assert(try_exact(context, network) == LK_OK);
    lk_network_free(network);
    network = chain(context, 40, 600);
    expect_failure(context, try_exact(context, network), LK_ERROR_LIMIT, "more than 19000 digits");
    lk_network_free(network);
}

// One cause of many effects, whose joint table is small: the numbers are long, and there are many
// products of them.
Test(exact, too_much_work_is_refused_with_its_number) {
    enum { EFFECTS = 13, STATES = 64 };
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_printf(&text, "variable C { type discrete [%d] {", STATES);
    for (int s = 0; s < STATES; s++) lk_buffer_printf(&text, " s%d", s);
    lk_buffer_append_text(&text, " }; } probability(C) { table");
    for (int s = 0; s < STATES; s++) lk_buffer_append_text(&text, " 1/64");
    lk_buffer_append_text(&text, "; }");
    uint32_t targets[EFFECTS];
    for (uint32_t i = 0; i < EFFECTS; i++) {
        lk_buffer_printf(&text,
                         "variable V%u { type discrete [2] { a b }; }\n"
                         "probability(V%u | C) { default 1e-1300 1; }",
                         i, i);
        targets[i] = 1 + i;
    }
    lk_network *network = parse_bif(context, lk_buffer_text(&text));
    lk_exact *exact = NULL;
    expect_failure(context,
                   lk_exact_new(context, &exact, network, targets, EFFECTS, NULL, 0,
                                &(lk_query_options){.joint = true}),
                   LK_ERROR_LIMIT, "multiplications of words");
    lk_network_free(network);
    lk_buffer_free(&text);
}

Test(exact, a_plan_beyond_the_memory_limit_is_refused_with_its_bytes) {
    lk_context *small;
    cr_assert(lk_context_new(&small, &(lk_options){.threads = 1, .memory_limit = 1 << 20}) ==
              LK_OK);
    lk_network *network;
    lk_buffer text = lk_buffer_make(small);
    // 14 causes of one effect: its table fits as doubles and not as numbers of 1000 digits.
    for (int i = 0; i < 15; i++)
        lk_buffer_printf(&text, "variable V%d { type discrete [2] { a b }; }\n", i);
    for (int i = 0; i < 14; i++)
        lk_buffer_printf(&text, "probability(V%d) { table 1e-%d 1; }\n", i, 70 + i);
    lk_buffer_append_text(&text, "probability(V14 |");
    for (int i = 0; i < 14; i++) lk_buffer_printf(&text, " V%d", i);
    lk_buffer_append_text(&text, ") { default 0.25 0.75; }");
    cr_assert(read_bif(small, &network, lk_buffer_text(&text)) == LK_OK);
    expect_failure(small, try_exact(small, network), LK_ERROR_LIMIT, "digits; the memory limit is");
    lk_network_free(network);
    lk_buffer_free(&text);
    free_context(small);
}

Test(exact, work_is_done_in_pieces) {
    lk_network *network = chain(context, 25, 500);
    lk_exact *exact = make_exact(network, NULL, 0, "", NULL);
    int pieces = 0;
    for (bool done = false; !done; pieces++) cr_assert(lk_exact_next(exact, &done) == LK_OK);
    cr_assert(pieces >= 25, "%d pieces", pieces); // each variable has a part of its own
    expect_fraction(lk_exact_p_evidence(exact), "1");
    bool done = false;
    cr_assert(lk_exact_next(exact, &done) == LK_OK && done);
    lk_exact_free(exact);
    lk_network_free(network);
}

Test(exact, every_failed_allocation_is_a_clean_error) {
    lk_network *network =
        parse_bif(context, X2 Y2 "probability (X) { table 1/3 2/3; }"
                                 "probability (Y | X) { (x0) 0.333 0.666; (x1) 2/9 7/9; }");
    lk_finding evidence = {variable_of(network, "Y"), 0};
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 1000);
        lk_exact *exact = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_exact_new(context, &exact, network, NULL, 0, &evidence, 1, NULL);
        if (status == LK_OK) status = lk_exact_run(exact);
        lk_context_fail_allocation(context, 0);
        if (status == LK_OK) expect_fraction(lk_exact_posterior(exact, 0, 0), "3/7");
        lk_exact_free(exact);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
    lk_network_free(network);
}
