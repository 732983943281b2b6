// What is wrong or doubtful in a network is found, and nothing else is.
#include "bif_text.h"
#include "likelore/json.h"

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(check, .init = begin, .fini = end);

static lk_check *check_text(const char *text, const lk_network_read_options *options) {
    lk_check *check = NULL;
    lk_status status = lk_check_read(context, &check, text, strlen(text), "test.bif", options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return check;
}

static size_t count_of(const lk_check *check, const char *code) {
    size_t count = 0;
    for (size_t i = 0; i < lk_check_finding_count(check); i++)
        count += strcmp(lk_check_finding_at(check, i)->code, code) == 0;
    return count;
}

static const lk_check_finding *find(const lk_check *check, const char *code) {
    for (size_t i = 0; i < lk_check_finding_count(check); i++)
        if (strcmp(lk_check_finding_at(check, i)->code, code) == 0)
            return lk_check_finding_at(check, i);
    cr_assert(false, "no finding has the code %s", code);
    return NULL;
}

static void expect(const lk_check *check, const char *code, lk_severity severity,
                   const char *variable, const char *words) {
    const lk_check_finding *f = find(check, code);
    cr_assert(f->severity == severity);
    if (variable)
        cr_assert_str_eq(f->variable, variable);
    else
        cr_assert(f->variable == NULL);
    cr_assert(strstr(f->message, words), "“%s” lacks “%s”", f->message, words);
}

#define HEAD "network n { }\n"
#define A BIF_VARIABLE("A", "a, b", "2")
#define B BIF_VARIABLE("B", "c, d", "2")
#define C BIF_VARIABLE("C", "e, f", "2")
#define P_A "probability ( A ) { table 0.25, 0.75; }\n"
#define P_B "probability ( B | A ) { (a) 0.5, 0.5; (b) 0.1, 0.9; }\n"

Test(check, a_sound_network_has_its_cost_alone) {
    lk_check *check = check_text(HEAD A B P_A P_B, NULL);
    cr_assert(lk_check_is_readable(check));
    cr_assert(lk_check_finding_count(check) == 1);
    cr_assert(lk_check_count(check, LK_SEVERITY_NOTE) == 1);
    expect(check, "cost", LK_SEVERITY_NOTE, NULL, "largest clique has 4 cells");
    lk_check_free(check);
}

Test(check, a_file_that_cannot_be_read_is_a_finding_with_its_place) {
    lk_check *check = check_text(HEAD "variable A {\n  type discrete [ 3 ] { a, b };\n}\n", NULL);
    cr_assert(!lk_check_is_readable(check));
    cr_assert(lk_check_count(check, LK_SEVERITY_ERROR) == 1);
    const lk_check_finding *f = find(check, "unreadable");
    cr_assert_str_eq(f->location.file, "test.bif");
    cr_assert(f->location.line == 3 && f->location.column > 0);
    lk_check_free(check);
}

Test(check, rows_that_do_not_sum_to_one_have_a_remedy_and_other_errors_have_none) {
    lk_check *check = check_text(HEAD A "probability ( A ) { table 0.5, 0.7; }\n", NULL);
    cr_assert(find(check, "unreadable")->remedy == LK_REMEDY_NORMALIZE);
    lk_check_free(check);
    check = check_text(HEAD A "probability ( A ) { table 0.5, -0.5; }\n", NULL);
    cr_assert(find(check, "unreadable")->remedy == LK_REMEDY_NONE);
    lk_check_free(check);
}

Test(check, a_missing_file_is_a_failure) {
    lk_check *check;
    expect_failure(context, lk_check_load(context, &check, "no/such/file.bif", NULL),
                   LK_ERROR_NO_INPUT, "");
}

Test(check, variables_connected_with_nothing_and_of_one_state) {
    lk_check *check = check_text(
        HEAD A B BIF_VARIABLE("Z", "z", "1") P_A P_B "probability ( Z ) { table 1; }\n", NULL);
    expect(check, "isolated", LK_SEVERITY_WARNING, "Z", "\"Z\" is connected with no other");
    cr_assert(count_of(check, "isolated") == 1);
    expect(check, "one-state", LK_SEVERITY_NOTE, "Z", "one state");
    cr_assert(count_of(check, "deterministic") == 0);
    lk_check_free(check);
}

Test(check, a_network_of_one_variable_is_not_isolated) {
    lk_check *check = check_text(HEAD A P_A, NULL);
    cr_assert(count_of(check, "isolated") == 0);
    lk_check_free(check);
}

// The second parent is the one in the middle of the layout: its blocks are two cells apart.
Test(check, a_parent_that_makes_no_difference) {
    lk_check *check =
        check_text(HEAD A B C P_A P_B "probability ( C | A, B ) { (a, c) 0.5, 0.5; (a, d) 0.5, 0.5;"
                                      " (b, c) 0.1, 0.9; (b, d) 0.1, 0.9; }\n",
                   NULL);
    cr_assert(count_of(check, "irrelevant-parent") == 1);
    expect(check, "irrelevant-parent", LK_SEVERITY_WARNING, "C",
           "does not depend on its parent \"B\"");
    lk_check_free(check);
    check = check_text(HEAD A B C P_A P_B "probability ( C | B, A ) { (c, a) 0.5, 0.5;"
                                          " (c, b) 0.1, 0.9; (d, a) 0.5, 0.5; (d, b) 0.1, 0.9; }\n",
                       NULL);
    cr_assert(count_of(check, "irrelevant-parent") == 1);
    expect(check, "irrelevant-parent", LK_SEVERITY_WARNING, "C",
           "does not depend on its parent \"B\"");
    lk_check_free(check);
}

// No row of B is 0 at d, yet only A=a leads there.
Test(check, states_that_are_impossible_because_of_others) {
    lk_check *check = check_text(HEAD A B "probability ( A ) { table 0, 1; }\n"
                                          "probability ( B | A ) { (a) 0.5, 0.5; (b) 1, 0; }\n",
                                 NULL);
    cr_assert(count_of(check, "impossible-state") == 2);
    expect(check, "impossible-state", LK_SEVERITY_WARNING, "A", "never in state a:");
    expect(check, "deterministic", LK_SEVERITY_NOTE, NULL, "1 table consists of 0 and 1");
    lk_check_free(check);
}

Test(check, missing_tables_are_doubtful_unless_all_are_missing) {
    lk_check *check = check_text(HEAD A B P_A "probability ( B | A ) { }\n", NULL);
    cr_assert(count_of(check, "missing-table") == 1);
    expect(check, "missing-table", LK_SEVERITY_WARNING, "B", "\"B\" has no table");
    lk_check_free(check);
    check = check_text(HEAD A B "probability ( A ) { }\nprobability ( B | A ) { }\n", NULL);
    cr_assert(lk_check_count(check, LK_SEVERITY_WARNING) == 0);
    expect(check, "structure", LK_SEVERITY_NOTE, NULL, "structure alone");
    lk_check_free(check);
}

Test(check, rows_that_were_divided_by_their_sum) {
    lk_check *check = check_text(HEAD A "probability ( A ) { table 0.25, 0.7501; }\n", NULL);
    expect(check, "reader", LK_SEVERITY_NOTE, NULL, "1 row did not have the sum 1");
    cr_assert(count_of(check, "far-rows") == 0);
    lk_check_free(check);
    lk_network_read_options options = {.normalize = true};
    check = check_text(HEAD A "probability ( A ) { table 1, 3; }\n", &options);
    expect(check, "far-rows", LK_SEVERITY_WARNING, "A", "far from the sum 1: one has 4");
    lk_check_free(check);
}

Test(check, numbers_that_are_very_small) {
    lk_check *check = check_text(HEAD A "probability ( A ) { table 1e-20, 1; }\n", NULL);
    expect(check, "very-small", LK_SEVERITY_NOTE, "A", "1 number is not 0 but below 1e-12");
    lk_check_free(check);
}

Test(check, potentials_that_exclude_everything_are_an_error) {
    lk_check *check = check_text("MARKOV\n2\n2 2\n2\n1 0\n2 0 1\n2\n1 0\n4\n0 0 1 1\n", NULL);
    expect(check, "impossible", LK_SEVERITY_ERROR, NULL, "");
    lk_check_free(check);
}

// A grid of 30 times 30 binary variables, each with those above and to the left as parents.
static void append_grid(lk_buffer *text, int side) {
    lk_buffer_printf(text, "BAYES\n%d\n", side * side);
    for (int i = 0; i < side * side; i++) lk_buffer_append_text(text, "2 ");
    lk_buffer_printf(text, "\n%d\n", side * side);
    for (int i = 0; i < side * side; i++) {
        lk_buffer_printf(text, "%d", 1 + (i >= side) + (i % side > 0));
        if (i >= side) lk_buffer_printf(text, " %d", i - side);
        if (i % side > 0) lk_buffer_printf(text, " %d", i - 1);
        lk_buffer_printf(text, " %d\n", i);
    }
    static const char *const numbers[] = {"2 .5 .5\n", "4 .3 .7 .6 .4\n",
                                          "8 .1 .9 .2 .8 .3 .7 .4 .6\n"};
    for (int i = 0; i < side * side; i++)
        lk_buffer_append_text(text, numbers[(i >= side) + (i % side > 0)]);
}

Test(check, what_exact_answers_cannot_reach_is_said) {
    lk_context_free(context);
    cr_assert(lk_context_new(&context, &(lk_options){.threads = 1, .memory_limit = 8 << 20}) ==
              LK_OK);
    lk_buffer text = lk_buffer_make(context);
    append_grid(&text, 30);
    lk_check *check = check_text(lk_buffer_text(&text), NULL);
    expect(check, "too-large", LK_SEVERITY_WARNING, NULL, "cells");
    lk_check_free(check);
    lk_buffer_free(&text);
}

#define DOUBTFUL                                                                                   \
    HEAD A B C "probability ( A ) { table 0, 1.001; }\n"                                           \
               "probability ( B | A ) { (a) 0.5, 0.5; (b) 0.5, 0.5; }\n"                           \
               "probability ( C ) { table 1e-20, 1; }\n"

Test(check, the_json_has_what_the_list_has) {
    lk_check *check = check_text(DOUBTFUL, NULL);
    lk_buffer text = lk_buffer_make(context);
    lk_json *json;
    cr_assert(lk_check_to_json(&text, check) == LK_OK);
    cr_assert(lk_json_parse(context, &json, text.data, text.length) == LK_OK);
    const lk_json *list = lk_json_get(json, "findings");
    cr_assert(lk_json_count(list) == lk_check_finding_count(check));
    const lk_json *item = lk_json_first(list);
    for (size_t i = 0; item; i++, item = lk_json_next(item))
        cr_assert_str_eq(lk_json_string(lk_json_get(item, "code"), ""),
                         lk_check_finding_at(check, i)->code);
    cr_assert(lk_json_number(lk_json_get(json, "warnings"), -1) ==
              (double)lk_check_count(check, LK_SEVERITY_WARNING));
    lk_json_free(context, json);
    lk_buffer_free(&text);
    lk_check_free(check);
}

// Whichever allocation fails, nothing is lost and the notes go where they went.
Test(check, any_allocation_may_fail) {
    static const char *const texts[] = {DOUBTFUL, HEAD A "probability ( A ) { table 1, 2; }\n"};
    for (int t = 0; t < 2; t++) {
        lk_status status = LK_ERROR_MEMORY;
        uint64_t k = 1;
        for (; status == LK_ERROR_MEMORY; k++) {
            lk_check *check;
            uint64_t before = lk_context_memory_usage(context).live_bytes;
            lk_context_fail_allocation(context, k);
            status = lk_check_read(context, &check, texts[t], strlen(texts[t]), "test.bif", NULL);
            lk_context_fail_allocation(context, 0);
            if (status == LK_OK) lk_check_free(check);
            cr_assert(lk_context_memory_usage(context).live_bytes == before, "k = %llu",
                      (unsigned long long)k);
        }
        cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
        cr_assert(k > 10);
    }
}
