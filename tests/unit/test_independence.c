// Questions of independence as exercises ask them, on networks whose answers are known.
#include "likelore/exact.h"

#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(independence, .init = begin, .fini = end);

typedef lk_status asker(lk_context *, lk_independence **, const lk_network *, const uint32_t *,
                        size_t, const uint32_t *, size_t, const uint32_t *, size_t,
                        const lk_independence_options *);

static lk_independence *ask_by(asker *asked, const lk_network *network, const char *left,
                               const char *right, const char *given) {
    lk_variable_list lists[3] = {0};
    const char *const texts[] = {left, right, given};
    for (int i = 0; i < 3; i++)
        if (texts[i]) cr_assert(lk_variable_list_add_text(network, &lists[i], texts[i]) == LK_OK);
    lk_independence *answer = NULL;
    lk_status status =
        asked(context, &answer, network, lists[0].variables, lists[0].count, lists[1].variables,
              lists[1].count, lists[2].variables, lists[2].count, NULL);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (int i = 0; i < 3; i++) lk_variable_list_free(network, &lists[i]);
    return answer;
}

static lk_independence *ask(const lk_network *network, const char *left, const char *right,
                            const char *given) {
    return ask_by(lk_independence_new, network, left, right, given);
}

static void expect_by(asker *asked, const lk_network *network, const char *left, const char *right,
                      const char *given, bool separated, const char *part) {
    lk_independence *answer = ask_by(asked, network, left, right, given);
    cr_assert(lk_independence_separated(answer) == separated);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_independence_to_document(&text, answer, NULL) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), part), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_independence_free(answer);
}

static void expect(const lk_network *network, const char *left, const char *right,
                   const char *given, bool separated, const char *part) {
    expect_by(lk_independence_new, network, left, right, given, separated, part);
}

Test(independence, a_collider_blocks_and_the_numbers_agree) {
    lk_network *network = load_example(context, "abcd");
    expect(network, "B", "D", NULL, true,
           "  * B ← A → C ← D is blocked at C. A: fork, not observed, open; C: collider, neither "
           "it nor a descendant is observed, blocks.\n");
    expect(network, "B", "D", NULL, true, "The numbers agree: they are independent.");
    lk_network_free(network);
}

Test(independence, an_observed_collider_opens_its_trail_and_the_numbers_agree) {
    lk_network *network = load_example(context, "abcd");
    expect(network, "A", "D", "C", false,
           "  * A → C ← D is active. C: collider, observed, open.\n");
    expect(network, "A", "D", "C", false, "The numbers agree: they depend on each other.");
    lk_network_free(network);
}

Test(independence, a_descendant_opens_a_collider_and_is_named) {
    lk_network *network = load_example(context, "homework");
    expect(network, "B", "E", "W", false,
           "  * B → A ← E is active. A: collider, its descendant W is observed, open.\n");
    lk_network_free(network);
}

Test(independence, an_observed_chain_or_fork_blocks_and_is_named) {
    lk_network *network = load_example(context, "homework");
    expect(network, "B", "W", "A", true, "B → A → W is blocked at A. A: chain, observed, blocks.");
    expect(network, "H", "W", "A", true, "H ← A → W is blocked at A. A: fork, observed, blocks.");
    lk_network_free(network);
}

Test(independence, numbers_that_happen_to_be_equal_are_told_from_structure) {
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("X", "x0, x1", "2")
            BIF_VARIABLE("Y", "y0, y1", "2") "probability(X){ table 0.3, 0.7; } "
                                             "probability(Y|X){ (x0) 0.4, 0.6; (x1) 0.4, 0.6; }");
    expect(network, "X", "Y", NULL, false, "X → Y is active. An arrow, which nothing blocks.");
    expect(network, "X", "Y", NULL, false, "The numbers disagree with the structure");
    expect(network, "X", "Y", NULL, false, "No observation separates them: an arrow joins X and Y");
    lk_network_free(network);
}

// X → Y, whose two rows are these.
static void expect_rows(asker *asked, const char *first, const char *second, const char *part) {
    char text[600];
    snprintf(text, sizeof text,
             BIF_VARIABLE("X", "x0, x1", "2") BIF_VARIABLE(
                 "Y", "y0, y1",
                 "2") "probability(X){ table 0.3, 0.7; } probability(Y|X){ (x0) %s; (x1) %s; }",
             first, second);
    lk_network *network = parse_bif(context, text);
    expect_by(asked, network, "Y", "X", NULL, false, part);
    lk_network_free(network);
}

Test(independence, fractions_that_differ_by_less_than_the_tolerance_are_not_equal) {
    const char *third = "1/3, 2/3", *decimals = "0.33333333333333333333, 0.66666666666666666667";
    expect_rows(lk_independence_new, third, decimals, "No conditional probability differs by more");
    expect_rows(lk_independence_new_exact, third, decimals,
                "The largest difference is 1/300000000000000000000 ≈ 3.33333e-21: P(Y=y0|X=x0) = "
                "1/3 ≈ 0.333333 and P(Y=y0|X=x1) = 33333333333333333333/100000000000000000000 ≈ "
                "0.333333. The numbers agree: they depend on each other.");
}

Test(independence, fractions_are_equal_however_they_are_written) {
    expect_rows(lk_independence_new_exact, "0.25, 0.75", "2/8, 6/8",
                "All conditional probabilities are equal, as fractions, such as P(Y=y0|X=x1) = "
                "P(Y=y0|X=x0) = 1/4 ≈ 0.25. The numbers disagree with the structure");
    expect_rows(lk_independence_new_exact, "0.333, 0.667", "0.3330, 0.6670",
                "P(Y=y0|X=x0) = 333/1000 ≈ 0.333.");
}

Test(independence, fractions_without_another_state_to_compare_are_equal) {
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("X", "x0, x1", "2") BIF_VARIABLE(
            "Y", "y0, y1",
            "2") "probability(X){ table 1, 0; } probability(Y|X){ (x0) 0.4, 0.6; (x1) 0.5, 0.5; }");
    expect_by(lk_independence_new_exact, network, "Y", "X", NULL, false,
              "There is nothing to compare");
    lk_independence *answer = ask_by(lk_independence_new_exact, network, "Y", "X", NULL);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_independence_to_json(&text, answer, LK_ENGLISH) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text),
                     "\"equal\":true,\"tolerance\":0,\"exact\":{\"largest_difference\":\"0\"}"));
    lk_buffer_free(&text);
    lk_independence_free(answer);
    lk_network_free(network);
}

Test(independence, combinations_that_are_impossible_are_passed_over) {
    lk_network *network =
        parse_bif(context, BIF_VARIABLE("X", "x0, x1", "2") BIF_VARIABLE("Z", "z0, z1", "2")
                               BIF_VARIABLE("Y", "y0, y1",
                                            "2") "probability(X){ table 0.3, 0.7; } "
                                                 "probability(Z|X){ (x0) 1, 0; (x1) 0, 1; }"
                                                 "probability(Y|Z){ (z0) 1, 0; (z1) 0.5, 0.5; }");
    lk_independence *answer = ask(network, "X", "Y", "Z");
    double largest = NAN;
    bool equal = false;
    cr_assert(lk_independence_difference(answer, &largest, &equal));
    cr_assert(largest == 0 && equal);
    lk_independence_free(answer);
    lk_network_free(network);
}

Test(independence, the_structure_alone_has_an_answer_without_numbers) {
    lk_network *network = load_example(context, "homework-structure");
    expect(network, "B", "E", NULL, true,
           "The numbers were not compared: the network has no numbers.");
    lk_network_free(network);
}

Test(independence, numbers_that_take_too_much_work_are_left_out_and_the_structure_answers) {
    lk_network *network = load_example(context, "abcd");
    uint32_t left = variable_of(network, "A"), right = variable_of(network, "D");
    double largest;
    bool equal;
    for (int limit = 0; limit < 2; limit++) {
        lk_independence_options options = {.most_operations = limit ? 3 : 1e6};
        lk_independence *answer;
        cr_assert(lk_independence_new(context, &answer, network, &left, 1, &right, 1, NULL, 0,
                                      &options) == LK_OK);
        cr_assert(lk_independence_separated(answer));
        cr_assert(lk_independence_difference(answer, &largest, &equal) == !limit);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_independence_to_json(&text, answer, LK_ENGLISH) == LK_OK);
        cr_assert(!strstr(lk_buffer_text(&text), "operations, and 3 are the limit") == !limit);
        lk_buffer_free(&text);
        lk_independence_free(answer);
    }
    lk_network_free(network);
}

Test(independence, overlapping_sides_are_refused) {
    lk_network *network = load_example(context, "homework");
    uint32_t b = variable_of(network, "B");
    lk_independence *answer = NULL;
    cr_assert(lk_independence_new(context, &answer, network, &b, 1, &b, 1, NULL, 0, NULL) ==
              LK_ERROR_USAGE);
    cr_assert(lk_independence_new(context, &answer, network, &b, 1, NULL, 0, NULL, 0, NULL) ==
              LK_ERROR_USAGE);
    cr_assert(answer == NULL);
    lk_network_free(network);
}

// A ladder: X to Y over `rungs` pairs, with 2^rungs shortest trails and more.
static lk_network *make_ladder(uint32_t rungs) {
    static const char *const states[] = {"s", "t"};
    lk_network *network;
    uint32_t index, before[2] = {0, 0}, count = 1;
    cr_assert(lk_network_new(context, &network, "ladder") == LK_OK);
    cr_assert(lk_network_add_variable(network, &index, "X", states, 2) == LK_OK);
    for (uint32_t i = 0; i < rungs; i++) {
        uint32_t pair[2];
        for (int k = 0; k < 2; k++) {
            char name[16];
            snprintf(name, sizeof name, "%c%u", 'A' + k, i);
            cr_assert(lk_network_add_variable(network, &pair[k], name, states, 2) == LK_OK);
            cr_assert(lk_network_set_parents(network, pair[k], before, count) == LK_OK);
        }
        before[0] = pair[0], before[1] = pair[1], count = 2;
    }
    cr_assert(lk_network_add_variable(network, &index, "Y", states, 2) == LK_OK);
    cr_assert(lk_network_set_parents(network, index, before, count) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(independence, counting_trails_ends_at_a_stated_limit) {
    lk_network *network = make_ladder(40);
    lk_independence *answer = ask(network, "X", "Y", NULL);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_independence_to_document(&text, answer, NULL) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "More than "), "%s", lk_buffer_text(&text));
    cr_assert(strstr(lk_buffer_text(&text), "100 are listed; counting ended after 10000000 steps"));
    lk_buffer_free(&text);
    lk_independence_free(answer);
    lk_network_free(network);
}

static void fail_allocations(asker *asked) {
    lk_network *network = load_example(context, "homework");
    uint32_t left = variable_of(network, "B"), right = variable_of(network, "E");
    uint32_t given = variable_of(network, "W");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_independence *answer = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = asked(context, &answer, network, &left, 1, &right, 1, &given, 1, NULL);
        if (status == LK_OK)
            status = lk_independence_to_document(
                &text, answer, &(lk_document_options){LK_DOCUMENT_HTML, LK_ENGLISH});
        if (status == LK_OK) status = lk_independence_to_json(&text, answer, LK_ENGLISH);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_independence_free(answer);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu", (unsigned long long)k);
    }
    lk_network_free(network);
}

Test(independence, every_failed_allocation_is_a_clean_error) {
    fail_allocations(lk_independence_new);
}

Test(independence, every_failed_allocation_is_a_clean_error_in_fractions) {
    fail_allocations(lk_independence_new_exact);
}

Test(independence, every_failed_allocation_of_a_list_is_a_clean_error) {
    lk_network *network = load_example(context, "asia");
    uint32_t left = variable_of(network, "tub"), given = variable_of(network, "dysp");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_independence_list *list = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = lk_independence_list_new(context, &list, network, &left, 1, &given, 1);
        if (status == LK_OK) status = lk_independence_list_to_document(&text, list, NULL);
        if (status == LK_OK) status = lk_independence_list_to_json(&text, list);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_independence_list_free(list);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu", (unsigned long long)k);
    }
    lk_network_free(network);
}
