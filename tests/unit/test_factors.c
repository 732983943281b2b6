// Operations on factors: names and expressions, what is refused and how, and factors of networks.
#include "likelore/factors.h"

#include "bif_text.h"

static lk_context *context;

static void setup(void) { context = make_context(); }
static void teardown(void) { free_context(context); }

TestSuite(factors, .init = setup, .fini = teardown);

#define TF "[\"t\",\"f\"]"
#define P_A "{\"head\":\"A\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[0.1,0.9]}"
#define P_B_A                                                                                      \
    "{\"head\":\"B\",\"scope\":[\"A\",\"B\"],\"states\":[" TF "," TF "],"                          \
    "\"values\":[\"1/3\",\"2/3\",0.25,0.75]}"

static lk_status combine(lk_buffer *out, const char *request) {
    lk_buffer_clear(out);
    return lk_factor_combine_json(context, out, request, strlen(request));
}

static void expect_answer(const char *request, const char *words) {
    lk_buffer out = lk_buffer_make(context);
    lk_status status = combine(&out, request);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    cr_assert(strstr(lk_buffer_text(&out), words), "“%s” does not have “%s”", lk_buffer_text(&out),
              words);
    lk_buffer_free(&out);
}

static void expect_refusal(const char *request, lk_status status, const char *words) {
    lk_buffer out = lk_buffer_make(context);
    expect_failure(context, combine(&out, request), status, words);
    cr_assert(out.length == 0);
    lk_buffer_free(&out);
}

// ---- Names -------------------------------------------------------------------------------------

Test(factors, a_product_is_written_by_its_factors) {
    expect_answer("{\"operation\":\"multiply\",\"symbol\":\"f1\",\"factors\":[" P_A "," P_B_A "]}",
                  "\"name\":\"f1(A,B)\",\"symbol\":\"f1\",\"head\":null,"
                  "\"expression\":\"P(A) P(B|A)\",\"scope\":[\"A\",\"B\"]");
}

Test(factors, a_sum_is_written_as_in_traces) {
    const char *request = "{\"operation\":\"sum-out\",\"symbol\":\"f1\",\"exact\":true,"
                          "\"variables\":[\"A\"],\"factors\":[" P_A "," P_B_A "]}";
    expect_answer(request, "\"name\":\"f1(B)\"");
    expect_answer(request, "\"expression\":\"Σ_A P(A) P(B|A)\"");
    expect_answer(request, "\"exact\":{\"values\":[\"31/120\",\"89/120\"]},\"variables\":[\"A\"]}");
}

Test(factors, a_sum_over_all_is_a_number) {
    expect_answer("{\"operation\":\"sum-out\",\"variables\":[\"B\",\"A\"],\"factors\":[" P_B_A "]}",
                  "\"name\":\"f\",\"symbol\":\"f\",\"head\":null,\"expression\":\"Σ_{B,A} P(B|A)\","
                  "\"scope\":[],\"states\":[],\"observed\":{},\"values\":[2]");
}

Test(factors, a_maximum_tells_where_it_is) {
    expect_answer("{\"operation\":\"max-out\",\"variables\":[\"B\"],\"factors\":[" P_B_A "]}",
                  "\"expression\":\"max_B P(B|A)\",\"scope\":[\"A\"],\"states\":[" TF "],"
                  "\"observed\":{},\"values\":[0.6666666666666666,0.75],\"variables\":[\"B\"],"
                  "\"largest\":[[\"f\"],[\"f\"]]}");
}

Test(factors, of_equal_cells_the_first_is_the_largest) {
    expect_answer(
        "{\"operation\":\"max-out\",\"variables\":[\"X\"],\"factors\":[{\"scope\":[\"X\"],"
        "\"states\":[[\"a\",\"b\",\"c\"]],\"values\":[1,2,2]}]}",
        "\"largest\":[[\"b\"]]");
}

Test(factors, what_is_observed_stays_in_the_name) {
    expect_answer("{\"operation\":\"restrict\",\"evidence\":{\"B\":\"f\"},\"factors\":[" P_B_A "]}",
                  "\"name\":\"P(B=f|A)\",\"symbol\":null,\"head\":\"B\","
                  "\"expression\":\"P(B=f|A)\",\"scope\":[\"A\"],\"states\":[" TF "],"
                  "\"observed\":{\"B\":\"f\"},\"values\":[0.6666666666666666,0.75]");
    expect_answer("{\"operation\":\"restrict\",\"evidence\":{\"A\":\"t\"},\"factors\":[" P_B_A "]}",
                  "\"name\":\"P(B|A=t)\"");
    expect_answer(
        "{\"operation\":\"sum-out\",\"symbol\":\"f2\",\"variables\":[\"C\"],\"factors\":[{"
        "\"symbol\":\"f1\",\"scope\":[\"C\",\"X\"],\"states\":[" TF "," TF "],"
        "\"observed\":{\"W\":\"w\",\"B\":\"b\"},\"values\":[1,2,3,4]}]}",
        "\"name\":\"f2(B=b,W=w,X)\",\"symbol\":\"f2\",\"head\":null,"
        "\"expression\":\"Σ_C f1(B=b,C,W=w,X)\"");
}

Test(factors, a_restriction_to_nothing_is_the_factor_with_its_name) {
    expect_answer("{\"operation\":\"restrict\",\"exact\":true,\"factors\":[" P_B_A "]}",
                  "\"name\":\"P(B|A)\"");
}

Test(factors, a_table_that_is_normalised_by_rows_is_conditional) {
    const char *request = "{\"operation\":\"normalize\",\"symbol\":\"f2\",\"variables\":[\"A\"],"
                          "\"exact\":true,\"factors\":[" P_B_A "]}";
    expect_answer(request, "\"name\":\"f2(A|B)\",\"symbol\":\"f2\",\"head\":\"A\","
                           "\"expression\":\"P(B|A) / Σ_A P(B|A)\"");
    expect_answer(request, "\"exact\":{\"values\":[\"4/7\",\"8/17\",\"3/7\",\"9/17\"]}");
    expect_answer("{\"operation\":\"normalize\",\"factors\":[" P_B_A "]}",
                  "\"name\":\"f(A,B)\",\"symbol\":\"f\",\"head\":null,"
                  "\"expression\":\"P(B|A) / Σ_{A,B} P(B|A)\"");
}

// ---- Numbers -----------------------------------------------------------------------------------

Test(factors, doubles_count_as_their_shortest_decimals) {
    expect_answer("{\"operation\":\"sum-out\",\"exact\":true,\"variables\":[\"A\"],\"factors\":[{"
                  "\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[0.1,0.2]}]}",
                  "\"values\":[0.3],\"exact\":{\"values\":[\"3/10\"]}");
}

#define TINY(symbol)                                                                               \
    "{\"symbol\":\"" symbol "\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[1e-300,1e-290]}"
#define HUGE_ONES                                                                                  \
    "{\"symbol\":\"h\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[1e308,1e308]}"
#define FAR_APART                                                                                  \
    "{\"symbol\":\"i\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[1e-313,1e-20]}"

Test(factors, products_pass_through_numbers_that_doubles_do_not_have) {
    expect_answer("{\"operation\":\"multiply\",\"factors\":[" TINY("g") "," TINY("g") "," HUGE_ONES
                                                                                      "," HUGE_ONES
                                                                                      "]}",
                  "\"values\":[1e+16,");
    expect_answer("{\"operation\":\"multiply\",\"factors\":[" FAR_APART "," HUGE_ONES "]}",
                  "\"values\":[1.0000000000132873e-05,1e+288]");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" HUGE_ONES "," HUGE_ONES "]}",
                   LK_ERROR_LIMIT, "a cell of f(A) is too large for a double");
    expect_refusal("{\"operation\":\"multiply\",\"exact\":true,\"factors\":[" HUGE_ONES
                   "," HUGE_ONES "]}",
                   LK_ERROR_LIMIT, "too large to be shown as a decimal");
    expect_answer("{\"operation\":\"normalize\",\"factors\":[{\"scope\":[\"A\"],\"states\":[" TF
                  "],\"values\":[5e-324,5e-324]}]}",
                  "\"values\":[0.5,0.5]");
}

Test(factors, a_minus_before_0_is_forgotten) {
    expect_answer("{\"operation\":\"restrict\",\"evidence\":{\"A\":\"t\"},\"factors\":[{\"scope\":["
                  "\"A\"],\"states\":[" TF "],\"values\":[-0.0,1]}]}",
                  "\"values\":[0]");
}

// ---- Refusals ----------------------------------------------------------------------------------

#define ONE(values) "{\"symbol\":\"g\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":" values "}"
#define SUM_A(factor) "{\"operation\":\"sum-out\",\"variables\":[\"A\"],\"factors\":[" factor "]}"

Test(factors, numbers_that_no_factor_has_are_refused) {
    expect_refusal(SUM_A(ONE("[1,-0.5]")), LK_ERROR_DATA, "value 2 of g(A) is -0.5");
    expect_refusal(SUM_A(ONE("[1e999,1]")), LK_ERROR_DATA, "value 1 of g(A) is inf");
    expect_refusal(SUM_A(ONE("[1,\"-1/3\"]")), LK_ERROR_DATA,
                   "value 2 of g(A), \"-1/3\", is no number from 0 on");
    expect_refusal(SUM_A(ONE("[1,\"nan\"]")), LK_ERROR_DATA, "\"nan\", is no number");
    expect_refusal(SUM_A(ONE("[1,\"1/0\"]")), LK_ERROR_DATA, "\"1/0\", is no number");
    expect_refusal(SUM_A(ONE("[1,null]")), LK_ERROR_DATA, "neither a number nor a text");
    expect_refusal(SUM_A(ONE("[1]")), LK_ERROR_DATA,
                   "g(A) has 1 value where its scope has 2 cells");
    expect_refusal(SUM_A(ONE("[1,2,3]")), LK_ERROR_DATA, "has 3 values where");
    lk_factor_data data = {.values = (double[]){0.0 / 0.0}, .count = 1};
    lk_factor_request request = {
        .operation = LK_FACTOR_NORMALIZE, .factors = &data, .factor_count = 1};
    lk_factor_result *result;
    expect_failure(context, lk_factor_combine(context, &result, &request), LK_ERROR_DATA,
                   "nan; values are numbers from 0 on");
}

Test(factors, names_that_do_not_fit_are_refused) {
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" P_A ",{\"symbol\":\"g\",\"scope\":["
                   "\"A\"],\"states\":[[\"f\",\"t\"]],\"values\":[1,2]}]}",
                   LK_ERROR_DATA, "variable \"A\" has other states in g than");
    expect_refusal(
        SUM_A("{\"scope\":[\"A\",\"A\"],\"states\":[" TF "," TF "],\"values\":[1,2,3,4]}"),
        LK_ERROR_DATA, "has variable \"A\" twice");
    expect_refusal(SUM_A("{\"scope\":[\"A\"],\"states\":[[\"t\",\"t\"]],\"values\":[1,2]}"),
                   LK_ERROR_DATA, "has state \"t\" twice");
    expect_refusal(SUM_A("{\"scope\":[\"\"],\"states\":[[\"t\"]],\"values\":[1]}"), LK_ERROR_DATA,
                   "a variable has no name");
    expect_refusal(SUM_A("{\"scope\":[\"A\"],\"states\":[[]],\"values\":[]}"), LK_ERROR_DATA,
                   "has no states");
    expect_refusal(SUM_A("{\"head\":\"B\",\"scope\":[\"A\"],\"states\":[" TF "],\"values\":[1,2]}"),
                   LK_ERROR_UNKNOWN_NAME, "\"B\", is not among its variables");
    expect_refusal("{\"operation\":\"sum-out\",\"variables\":[\"Alarn\"],\"factors\":[{\"scope\":["
                   "\"Alarm\"],\"states\":[" TF "],\"values\":[1,2]}]}",
                   LK_ERROR_UNKNOWN_NAME,
                   "φ(Alarm) has no variable \"Alarn\"; did you mean \"Alarm\"?");
    expect_refusal("{\"operation\":\"sum-out\",\"variables\":[\"A\",\"A\"],\"factors\":[" P_A "]}",
                   LK_ERROR_USAGE, "named twice");
    expect_refusal("{\"operation\":\"restrict\",\"evidence\":{\"A\":\"g\"},\"factors\":[" P_A "]}",
                   LK_ERROR_UNKNOWN_NAME, "A has no state \"g\"");
    expect_refusal("{\"operation\":\"restrict\",\"evidence\":{\"A\":\"t\",\"A\":\"f\"},"
                   "\"factors\":[" P_A "]}",
                   LK_ERROR_DATA, "cannot be observed as \"t\" and as \"f\" at once");
}

#define SEEN(state)                                                                                \
    "{\"symbol\":\"g\",\"scope\":[],\"states\":[],\"observed\":{\"A\":\"" state "\"},"             \
    "\"values\":[1]}"

Test(factors, evidence_that_was_put_in_by_halves_is_refused) {
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" SEEN("t") "," SEEN("f") "]}",
                   LK_ERROR_DATA, "cannot be observed as");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" SEEN("t") "," P_A "]}",
                   LK_ERROR_DATA,
                   "g(A=t) was restricted to A=t, and another factor has every state");
}

Test(factors, requests_that_do_not_fit_are_refused) {
    expect_refusal("{\"operation\":\"divide\",\"factors\":[]}", LK_ERROR_USAGE,
                   "no operation \"divide\"");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" P_A "]}", LK_ERROR_USAGE,
                   "needs two factors or more");
    expect_refusal("{\"operation\":\"sum-out\",\"factors\":[" P_A "]}", LK_ERROR_USAGE,
                   "needs variables");
    expect_refusal("{\"operation\":\"normalize\",\"factors\":[" P_A "," P_A "]}", LK_ERROR_USAGE,
                   "of one factor, not of 2");
    expect_refusal("{\"operation\":\"multiply\",\"variables\":[\"A\"],\"factors\":[" P_A "," P_A
                   "]}",
                   LK_ERROR_USAGE, "no variables of its own");
    expect_refusal("{\"operation\":\"sum-out\",\"variables\":[\"A\"],\"evidence\":{\"A\":\"t\"},"
                   "\"factors\":[" P_A "]}",
                   LK_ERROR_USAGE, "has no evidence");
    expect_refusal("[1]", LK_ERROR_DATA, "the request is no object");
    expect_refusal("{\"operation\":\"multiply\"}", LK_ERROR_DATA, "no list of \"factors\"");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[1]}", LK_ERROR_DATA,
                   "factor 1 is no object");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[" P_A ",{\"scope\":[\"A\"]}]}",
                   LK_ERROR_DATA, "factor 2 needs \"states\"");
    expect_refusal("{\"operation\":\"multiply\",\"factors\":[{\"scope\":\"A\"}]}", LK_ERROR_DATA,
                   "factor 1 has a \"scope\" that is no list");
    expect_refusal("{", LK_ERROR_SYNTAX, "");
}

Test(factors, sums_of_0_that_would_be_divided_by_are_refused) {
    expect_refusal("{\"operation\":\"normalize\",\"variables\":[\"B\"],\"factors\":[{\"symbol\":"
                   "\"g\",\"scope\":[\"A\",\"B\"],\"states\":[" TF "," TF "],"
                   "\"values\":[1,2,0,0]}]}",
                   LK_ERROR_DATA, "the values of g(A,B) for A=f add up to 0");
    expect_refusal("{\"operation\":\"normalize\",\"exact\":true,\"factors\":[" ONE("[0,0]") "]}",
                   LK_ERROR_DATA, "the values of g(A) add up to 0");
}

// ---- Limits ------------------------------------------------------------------------------------

// The product of `count` factors, each over a variable of its own with `states` states.
static void append_product(lk_buffer *text, const char *more, int count, int states,
                           const char *value) {
    lk_buffer_printf(text, "{%s,\"factors\":[", more);
    for (int i = 0; i < count; i++) {
        lk_buffer_printf(text, "%s{\"scope\":[\"v%d\"],\"states\":[[", i ? "," : "", i);
        for (int s = 0; s < states; s++) lk_buffer_printf(text, "%s\"s%d\"", s ? "," : "", s);
        lk_buffer_append_text(text, "]],\"values\":[");
        for (int s = 0; s < states; s++) lk_buffer_printf(text, "%s%s", s ? "," : "", value);
        lk_buffer_append_text(text, "]}");
    }
    lk_buffer_append_text(text, "]}");
}

static void expect_limit(const char *more, int count, int states, const char *value,
                         const char *words) {
    lk_buffer text = lk_buffer_make(context);
    append_product(&text, more, count, states, value);
    expect_refusal(lk_buffer_text(&text), LK_ERROR_LIMIT, words);
    lk_buffer_free(&text);
}

Test(factors, what_is_too_large_is_refused_before_it_is_computed) {
    expect_limit("\"operation\":\"multiply\"", 200, 2, "1", "200 variables would have 1.607e+60");
    expect_limit("\"operation\":\"multiply\"", 257, 1, "1", "more than 256 variables together");
    expect_limit("\"operation\":\"multiply\"", 1001, 1, "1", "1001 factors are too many");
    expect_limit("\"operation\":\"sum-out\",\"variables\":[\"v1\",\"v2\",\"v3\",\"v4\"]", 5, 60,
                 "1", "multiplications; the limit is 2e+08");
    expect_limit("\"operation\":\"multiply\",\"exact\":true", 2, 40, "\"1e-19000\"", "digits");
    expect_limit("\"operation\":\"multiply\",\"exact\":true", 2, 200, "\"1e-9000\"",
                 "multiplications of words");
}

// ---- Networks ----------------------------------------------------------------------------------

static lk_finding finding_of(const lk_network *network, const char *variable, const char *state) {
    lk_finding finding = {.variable = variable_of(network, variable)};
    cr_assert(lk_network_find_state(network, &finding.state, finding.variable, state) == LK_OK);
    return finding;
}

static void expect_factors(const lk_network *network, const lk_factor_choice *choice,
                           const char *words) {
    lk_buffer out = lk_buffer_make(context);
    lk_status status = lk_network_factors_to_json(&out, network, choice);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    cr_assert(strstr(lk_buffer_text(&out), words), "“%s” does not have “%s”", lk_buffer_text(&out),
              words);
    lk_buffer_free(&out);
}

Test(factors, the_factors_of_a_network_are_its_tables) {
    lk_network *network = load_example(context, "homework");
    uint32_t alarm = variable_of(network, "A");
    lk_factor_choice choice = {.tables = &alarm, .table_count = 1, .exact = true};
    expect_factors(network, &choice,
                   "\"factors\":[{\"name\":\"P(A|B,E)\",\"symbol\":null,"
                   "\"head\":\"A\",\"expression\":\"P(A|B,E)\","
                   "\"scope\":[\"B\",\"E\",\"A\"]");
    expect_factors(network, &choice, "\"exact\":{\"values\":[\"");
    lk_network_free(network);
}

Test(factors, the_factors_of_a_question_are_those_that_matter_with_the_evidence_put_in) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_finding evidence =
        finding_of(network, "W", lk_network_state_name(network, variable_of(network, "W"), 0));
    lk_factor_choice choice = {
        .targets = &target, .target_count = 1, .evidence = &evidence, .evidence_count = 1};
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_network_factors_to_json(&out, network, &choice) == LK_OK);
    const char *text = lk_buffer_text(&out);
    cr_assert(strstr(text, "\"name\":\"P(W=w|A)\""), "%s", text);
    cr_assert(strstr(text, "\"name\":\"P(B)\""));
    cr_assert(!strstr(text, "P(H|A)"));
    lk_buffer_free(&out);
    lk_network_free(network);
}

Test(factors, a_network_without_numbers_has_no_factors) {
    lk_network *network = load_example(context, "homework-structure");
    lk_buffer out = lk_buffer_make(context);
    lk_status status = lk_network_factors_to_json(&out, network, &(lk_factor_choice){0});
    expect_failure(context, status, LK_ERROR_DATA, "");
    cr_assert(out.length == 0);
    lk_buffer_free(&out);
    lk_network_free(network);
}

Test(factors, potentials_have_their_numbers) {
    lk_network *network;
    const char *const states[] = {"t", "f"};
    cr_assert(lk_network_new_markov(context, &network, "") == LK_OK);
    uint32_t a, b;
    cr_assert(lk_network_add_variable(network, &a, "A", states, 2) == LK_OK);
    cr_assert(lk_network_add_variable(network, &b, "B", states, 2) == LK_OK);
    cr_assert(lk_network_add_potential(network, &a, 1, (double[]){3, 5}, 2) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    expect_factors(network, &(lk_factor_choice){0},
                   "\"name\":\"φ1(A)\",\"symbol\":\"φ1\",\"head\":null,\"expression\":\"φ1(A)\","
                   "\"scope\":[\"A\"],\"states\":[" TF "],\"observed\":{},\"values\":[3,5]");
    expect_factors(network, &(lk_factor_choice){.exact = true}, "\"name\":\"1(B)\"");
    lk_network_free(network);
}

// ---- Memory ------------------------------------------------------------------------------------

static void fail_allocations(const char *request) {
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status == LK_ERROR_MEMORY; k++) {
        lk_buffer out = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        status = combine(&out, request);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&out);
        cr_assert(lk_context_memory_usage(context).live_bytes == before, "k = %llu",
                  (unsigned long long)k);
    }
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
}

Test(factors, every_failed_allocation_is_a_clean_error) {
    static const char *const operations[] = {
        "\"operation\":\"multiply\",\"factors\":[" P_A "," P_B_A "]",
        "\"operation\":\"multiply\",\"factors\":[" TINY("g") "," TINY("g") "," TINY("g") "]",
        "\"operation\":\"sum-out\",\"variables\":[\"A\"],\"factors\":[" P_A "," P_B_A "]",
        "\"operation\":\"max-out\",\"variables\":[\"A\"],\"factors\":[" P_A "," P_B_A "]",
        "\"operation\":\"restrict\",\"evidence\":{\"A\":\"t\"},\"factors\":[" P_B_A "]",
        "\"operation\":\"normalize\",\"variables\":[\"A\"],\"factors\":[" P_B_A "]",
    };
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (int exact = 0; exact < 2; exact++) {
            lk_buffer request = lk_buffer_make(context);
            lk_buffer_printf(&request, "{%s,\"exact\":%s}", operations[i],
                             exact ? "true" : "false");
            fail_allocations(lk_buffer_text(&request));
            lk_buffer_free(&request);
        }
}

Test(factors, every_failed_allocation_is_a_clean_error_for_networks) {
    lk_network *network = load_example(context, "homework");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status == LK_ERROR_MEMORY; k++) {
        lk_buffer out = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        status = lk_network_factors_to_json(&out, network, &(lk_factor_choice){.exact = true});
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&out);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
    }
    cr_assert(status == LK_OK);
    lk_network_free(network);
}
