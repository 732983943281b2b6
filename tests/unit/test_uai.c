#include "bif_text.h"
#include "same_network.h"

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(uai, .init = begin, .fini = end);

static lk_status read_text(lk_network **network, const char *text) {
    *network = NULL;
    return lk_network_read(context, network, text, strlen(text), "test.uai", NULL);
}

static lk_network *parse(const char *text) {
    lk_network *network;
    cr_assert(read_text(&network, text) == LK_OK, "%lld: %s",
              (long long)lk_context_error(context).location.line,
              lk_context_error(context).message);
    return network;
}

static void expect_refused(const char *text, lk_status expected, int64_t line, const char *words) {
    lk_network *network;
    lk_status status = read_text(&network, text);
    expect_failure(context, status, expected, words);
    cr_assert(lk_context_error(context).location.line == line, "line %lld: %s",
              (long long)lk_context_error(context).location.line,
              lk_context_error(context).message);
}

#define BAYES "BAYES\n2\n2 3\n2\n1 0\n2 0 1\n\n2\n 0.4 0.6\n\n6\n 0.2 0.3 0.5\n 0.1 0.8 0.1\n"

Test(uai, in_a_bayesian_network_the_last_variable_of_a_scope_is_the_child_and_the_fastest) {
    lk_network *network = parse(BAYES);
    cr_assert(lk_network_parent_count(network, 0) == 0 && lk_network_parent_count(network, 1) == 1);
    static const double expected[] = {0.2, 0.3, 0.5, 0.1, 0.8, 0.1};
    size_t count;
    const double *table = lk_network_table(network, 1, &count);
    expect_same_doubles(expected, 6, table, count, "v1");
    cr_assert(strcmp(lk_network_variable_name(network, 1), "v1") == 0);
    cr_assert(strcmp(lk_network_state_name(network, 1, 2), "2") == 0);
    lk_network_free(network);
}

Test(uai, comments_and_line_ends_do_not_matter) {
    lk_network *network =
        parse("c a comment\r\n# another\r\nbayes # kind\r\n1 2 1\n1 0\nc 9 9 9\n2 0.25 0.75");
    cr_assert(lk_network_table(network, 0, NULL)[1] == 0.75);
    lk_network_free(network);
}

Test(uai, functions_may_come_in_any_order) {
    lk_network *network = parse("BAYES 2 2 2 2\n2 1 0\n1 1\n4 .1 .9 .2 .8\n2 .3 .7\n");
    cr_assert(lk_network_parents(network, 0)[0] == 1);
    cr_assert(lk_network_table(network, 0, NULL)[2] == 0.2);
    cr_assert(lk_network_table(network, 1, NULL)[0] == 0.3);
    lk_network_free(network);
}

Test(uai, a_potential_has_the_last_variable_fastest) {
    lk_network *network = parse("MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n");
    cr_assert(lk_network_is_markov(network) && lk_network_potential_count(network) == 2);
    lk_query *query;
    uint32_t targets[] = {0, 1, 2};
    lk_query_options options = {.joint = true};
    cr_assert(lk_query_new(context, &query, network, targets, 3, NULL, 0, &options) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    double z = 1 * 1 + 2 * 21 + 3 * 1 + 4 * 21;
    cr_assert(fabs(lk_query_p_evidence(query) - z) < 1e-12);
    const double *joint = lk_query_joint(query, NULL);
    cr_assert(fabs(joint[0 * 6 + 0 * 3 + 0] - 1 / z) < 1e-15);
    cr_assert(fabs(joint[1 * 6 + 1 * 3 + 2] - 80 / z) < 1e-15);
    lk_query_free(query);
    lk_network_free(network);
}

Test(uai, what_is_wrong_is_told_with_its_line) {
    expect_refused("BAYES\n", LK_ERROR_SYNTAX, 2, "number of variables, found the end");
    expect_refused("BAYES\n1\n0\n1\n1 0\n0\n", LK_ERROR_DATA, 3, "needs a state");
    expect_refused("BAYES\n1\n-2\n", LK_ERROR_SYNTAX, 3, "number of states, found \"-2\"");
    expect_refused("BAYES\n1\n2\n1\n1 1\n2 1 0\n", LK_ERROR_DATA, 5, "1 is too large");
    expect_refused("BAYES\n2\n2 2\n1\n1 0\n2 1 0\n", LK_ERROR_DATA, 4, "as many functions");
    expect_refused("BAYES\n2\n2 2\n2\n1 0\n1 0\n2 1 0\n2 1 0", LK_ERROR_DATA, 6, "already");
    expect_refused("BAYES\n1\n2\n1\n1 0\n3 .1 .2 .7\n", LK_ERROR_DATA, 6, "needs 2 values");
    expect_refused("BAYES\n1\n2\n1\n1 0\n2 .5 x\n", LK_ERROR_SYNTAX, 6, "found \"x\"");
    expect_refused("BAYES\n1\n2\n1\n1 0\n2 .5\n", LK_ERROR_SYNTAX, 7, "end of the file");
    expect_refused("BAYES\n1\n2\n1\n1 0\n2 .5 .5 1\n", LK_ERROR_SYNTAX, 6, "the end of the file");
    expect_refused("BAYES\n1\n2\n1\n1 0\n2 .5 .6\n", LK_ERROR_DATA, 6, "sum 1");
    expect_refused("BAYES\n1\n2\n1\n1 0\n2 1.5 -.5\n", LK_ERROR_DATA, 6, "-0.5");
    expect_refused("BAYES\n1\n2\n1\n2 0 0\n4 1 0 1 0\n", LK_ERROR_DATA, 5, "own parent");
    expect_refused("BAYES\n1\n2\n1\n0\n1 1\n", LK_ERROR_DATA, 5, "empty");
    expect_refused("BAYES\n2\n2 2\n2\n2 0 1\n2 1 0\n4 1 0 1 0\n4 1 0 1 0\n", LK_ERROR_DATA, 6,
                   "cycle");
    expect_refused("MARKOV\n1\n2\n1\n1 0\n2 0 0\n", LK_ERROR_DATA, 6, "nothing but zeros");
    expect_refused("MARKOV\n1\n2\n1\n1 0\n2 nan 0\n", LK_ERROR_SYNTAX, 6, "nan");
    expect_refused("MARKOV\n1\n2\n1\n1 0\n2 1e999 0\n", LK_ERROR_DATA, 6, "inf");
    expect_refused("MARKOV\n1\n2\n1\n2 0 0\n4 1 1 1 1\n", LK_ERROR_DATA, 6, "twice");
    expect_refused("MARKOV\n2\n9999999 9999999\n0\n", LK_ERROR_LIMIT, 3, "far more");
    expect_refused("MARKOV\n99999999\n2\n", LK_ERROR_DATA, 2, "too large");
    expect_refused("MARKOV\n0\n\n0\n", LK_ERROR_DATA, 0, "no variables");
}

// ---- Evidence and results ----------------------------------------------------------------------

static size_t read_evidence(const lk_network *network, lk_finding *findings, const char *text) {
    lk_evidence evidence = {0};
    lk_status status = lk_evidence_add_uai(network, &evidence, text, strlen(text), "test.evid");
    cr_assert(status == LK_OK, "%s: %s", text, lk_context_error(context).message);
    size_t count = evidence.count;
    for (size_t i = 0; i < count; i++) findings[i] = evidence.findings[i];
    lk_evidence_free(network, &evidence);
    return count;
}

Test(uai, evidence_is_read_with_and_without_the_number_of_samples) {
    lk_network *network = parse(BAYES);
    lk_finding findings[2];
    static const char *const none[] = {"0", "0\n", "0 \n", "1 0", "1\n0\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_assert(read_evidence(network, findings, none[i]) == 0, "%s", none[i]);
    static const char *const one[] = {"1 1 2", "1\n1 1 2\n", "# x\n1 1 2"};
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
        cr_assert(read_evidence(network, findings, one[i]) == 1, "%s", one[i]);
        cr_assert(findings[0].variable == 1 && findings[0].state == 2, "%s", one[i]);
    }
    static const char *const two[] = {"2 1 2 0 1", "1\n2 1 2 0 1\n"};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
        cr_assert(read_evidence(network, findings, two[i]) == 2, "%s", two[i]);
        cr_assert(findings[1].variable == 0 && findings[1].state == 1, "%s", two[i]);
    }
    lk_network_free(network);
}

Test(uai, wrong_evidence_is_refused) {
    lk_network *network = parse(BAYES);
    static const struct {
        const char *text;
        lk_status status;
        const char *words;
    } cases[] = {
        {"", LK_ERROR_SYNTAX, "number of findings"},
        {"1 2 0", LK_ERROR_DATA, "too large"},
        {"1 0 2", LK_ERROR_DATA, "too large"},
        {"2 0 1 0 0", LK_ERROR_DATA, "two states"},
        {"2 0 1", LK_ERROR_DATA, "there are 3 numbers"},
        {"2 0 1 x 5", LK_ERROR_SYNTAX, "found \"x\""},
        {"2 1 0 0 1 0 0", LK_ERROR_DATA, "there are 7 numbers"},
        {"1 1 0 0 1", LK_ERROR_SYNTAX, "end of the file"},
        {"2\n1 0 1\n2 0 0 1 1\n\n", LK_ERROR_DATA, "there are 9 numbers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lk_evidence evidence = {0};
        lk_status status = lk_evidence_add_uai(network, &evidence, cases[i].text,
                                               strlen(cases[i].text), "test.evid");
        expect_failure(context, status, cases[i].status, cases[i].words);
        lk_evidence_free(network, &evidence);
    }
    lk_network_free(network);
}

Test(uai, results_have_every_variable_and_observed_ones_as_0_and_1) {
    lk_network *network = parse(BAYES);
    lk_query *query;
    uint32_t observed = 1, target = 0;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, &observed, 1, NULL) == LK_OK);
    cr_assert(lk_query_set_evidence(query, 0, 2) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_query_to_uai_pr(&text, query) == LK_OK);
    cr_assert(strncmp(lk_buffer_text(&text), "PR\n-0.58502", 11) == 0, "%s", lk_buffer_text(&text));
    lk_buffer_clear(&text);
    cr_assert(lk_query_to_uai_mar(&text, query) == LK_OK);
    double p = 0.4 * 0.5 / 0.26, q = 0;
    int read = 0;
    cr_assert(sscanf(lk_buffer_text(&text), "MAR\n2 2 %lf %*f 3 0 0 1%n", &q, &read) == 1);
    cr_assert(read > 0 && fabs(p - q) < 1e-15, "%s", lk_buffer_text(&text));
    lk_query_free(query);
    lk_query_options joint = {.joint = true};
    cr_assert(lk_query_new(context, &query, network, &target, 1, NULL, 0, &joint) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    expect_failure(context, lk_query_to_uai_mar(&text, query), LK_ERROR_USAGE, "every variable");
    lk_query_free(query);
    lk_buffer_free(&text);
    lk_network_free(network);
}

// ---- Names beside ------------------------------------------------------------------------------

static void write_beside(const char *path, const char *ending, const lk_buffer *text) {
    char full[256];
    snprintf(full, sizeof full, "%s%s", path, ending);
    cr_assert(lk_file_write(context, full, text->data, text->length, true) == LK_OK);
}

Test(uai, names_are_kept_in_a_file_beside) {
    lk_network *network = uneven_network(context, "\t\\n\n é");
    char path[64];
    snprintf(path, sizeof path, "/tmp/likelore-names-%p.uai", (void *)network);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_network_write(&text, network, "uai") == LK_OK);
    write_beside(path, "", &text);
    lk_buffer_clear(&text);
    cr_assert(lk_network_write_uai_names(&text, network) == LK_OK);
    write_beside(path, ".names", &text);
    lk_network *read;
    cr_assert(lk_network_load(context, &read, path, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    expect_same_network(network, read);
    lk_network_free(read);
    lk_buffer_append_text(&text, "one\ttoo\tmany\n");
    write_beside(path, ".names", &text);
    expect_failure(context, lk_network_load(context, &read, path, NULL), LK_ERROR_DATA,
                   "more lines of names");
    lk_buffer_clear(&text);
    lk_buffer_append_text(&text, "A\ta\n");
    write_beside(path, ".names", &text);
    expect_failure(context, lk_network_load(context, &read, path, NULL), LK_ERROR_DATA,
                   "more states than names");
    remove(path);
    strcat(path, ".names");
    remove(path);
    lk_buffer_free(&text);
    lk_network_free(network);
}

static void expect_mpe(const lk_map *map, const char *mpe, const char *mmap) {
    lk_buffer text = lk_buffer_make(context);
    if (mpe) {
        cr_assert(lk_map_to_uai_mpe(&text, map) == LK_OK);
        cr_assert(strcmp(lk_buffer_text(&text), mpe) == 0, "%s", lk_buffer_text(&text));
    } else {
        expect_failure(context, lk_map_to_uai_mpe(&text, map), LK_ERROR_USAGE, "every variable");
    }
    lk_buffer_clear(&text);
    cr_assert(lk_map_to_uai_mmap(&text, map) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&text), mmap) == 0, "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
}

// φ(v0,v1) φ(v1,v2) has its largest value, 80, at 1 1 2.
Test(uai, most_probable_states_are_written_by_number_for_all_variables_or_for_the_targets) {
    lk_network *network = parse("MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n");
    lk_finding seen = {2, 1};
    lk_map *map;
    cr_assert(lk_map_new(context, &map, network, NULL, 0, NULL, 0) == LK_OK);
    expect_mpe(map, "MPE\n3 1 1 2\n", "MMAP\n3 0 1 1 1 2 2\n");
    lk_map_free(map);
    cr_assert(lk_map_new(context, &map, network, NULL, 0, &seen, 1) == LK_OK);
    expect_mpe(map, "MPE\n3 1 1 1\n", "MMAP\n2 0 1 1 1\n");
    lk_map_free(map);
    cr_assert(lk_map_new(context, &map, network, (uint32_t[]){1}, 1, NULL, 0) == LK_OK);
    expect_mpe(map, NULL, "MMAP\n1 1 1\n");
    lk_map_free(map);
    lk_network_free(network);
}

// ---- Results -----------------------------------------------------------------------------------

static const char MARKOV_3[] = "MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n";

static lk_status read_result(lk_uai_result **result, const lk_network *network, const char *text) {
    return lk_uai_result_read(context, result, network, text, strlen(text), "x.MAR");
}

static lk_query *ask_all(const lk_network *network) {
    lk_query *query;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, NULL, 0, NULL) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    return query;
}

static lk_uai_difference compare(const lk_network *network, const char *text) {
    lk_uai_result *result;
    lk_uai_difference difference;
    lk_query *query = ask_all(network);
    cr_assert(read_result(&result, network, text) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_query_compare_uai(query, result, &difference) == LK_OK);
    lk_uai_result_free(result);
    lk_query_free(query);
    return difference;
}

Test(uai, results_that_are_written_agree_when_they_are_read) {
    lk_network *network = parse(MARKOV_3);
    lk_query *query = ask_all(network);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_query_to_uai_mar(&text, query) == LK_OK);
    cr_assert(compare(network, lk_buffer_text(&text)).largest == 0);
    lk_buffer_clear(&text);
    cr_assert(lk_query_to_uai_pr(&text, query) == LK_OK);
    cr_assert(compare(network, lk_buffer_text(&text)).largest == 0);
    lk_buffer_free(&text);
    lk_query_free(query);
    lk_network_free(network);
}

// Z = (1 + 3) 1 + (2 + 4) 21 = 130; P(v1 = 1) = 126/130.
Test(uai, comparisons_name_the_largest_difference) {
    lk_network *network = parse(MARKOV_3);
    lk_uai_difference d =
        compare(network, "MAR 1 3 2 .338461538461538 .661538461538462 2 0.25 0.75 "
                         "3 .0307692307692308 .0461538461538462 .923076923076923\n");
    cr_assert(d.variable == 1 && fabs(d.largest - (126.0 / 130 - 0.75)) < 1e-12, "%u %g",
              d.variable, d.largest);
    cr_assert(fabs(d.here - (d.state ? 126.0 : 4.0) / 130) < 1e-12);
    cr_assert(d.there == (d.state ? 0.75 : 0.25));
    d = compare(network, "PR\n1\n3\n");
    cr_assert(fabs(d.largest - (3 - log10(130))) < 1e-12 && d.there == 3, "%g", d.largest);
    lk_network_free(network);
}

Test(uai, results_of_states_are_read) {
    lk_network *network = parse(MARKOV_3);
    lk_uai_result *result;
    static const char *const texts[] = {"MPE\n3 1 0 2\n", "MPE\n1\n3 1 0 2"};
    for (int i = 0; i < 2; i++) {
        cr_assert(read_result(&result, network, texts[i]) == LK_OK);
        cr_assert(lk_uai_result_task(result) == LK_UAI_MPE);
        cr_assert(lk_uai_result_state(result, 0) == 1 && lk_uai_result_state(result, 1) == 0 &&
                  lk_uai_result_state(result, 2) == 2);
        lk_uai_result_free(result);
    }
    lk_network_free(network);
}

Test(uai, results_of_the_states_of_targets_are_read) {
    lk_network *network = parse(MARKOV_3);
    lk_uai_result *result;
    static const char *const texts[] = {"MMAP\n2 2 1 0 1\n", "MMAP\n1\n2 2 1 0 1"};
    for (int i = 0; i < 2; i++) {
        size_t count;
        cr_assert(read_result(&result, network, texts[i]) == LK_OK);
        cr_assert(lk_uai_result_task(result) == LK_UAI_MMAP);
        const uint32_t *targets = lk_uai_result_targets(result, &count);
        cr_assert(count == 2 && targets[0] == 2 && targets[1] == 0);
        cr_assert(lk_uai_result_state(result, 2) == 1 && lk_uai_result_state(result, 0) == 1);
        lk_uai_result_free(result);
    }
    lk_network_free(network);
}

static lk_status compare_states(const lk_network *network, const uint32_t *targets, size_t count,
                                const char *text, lk_uai_difference *difference) {
    lk_uai_result *result;
    lk_map *map;
    lk_finding seen = {1, 1};
    cr_assert(lk_map_new(context, &map, network, targets, count, &seen, 1) == LK_OK);
    cr_assert(read_result(&result, network, text) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_status status = lk_map_compare_uai(map, result, difference);
    lk_uai_result_free(result);
    lk_map_free(map);
    return status;
}

// With v1 = 1: v0 weighs 2 and 4, v2 weighs 0, 1 and 20.
Test(uai, states_are_compared_by_the_probability_they_have_with_the_evidence) {
    lk_network *network = parse(MARKOV_3);
    static const struct {
        uint32_t targets[2];
        size_t count; // 0: all
        const char *text;
        double here, there;
    } cases[] = {
        {{0}, 0, "MPE 3 1 1 2", 80, 80},      {{0}, 0, "MPE 3 0 1 1", 80, 2},
        {{0}, 0, "MPE 3 1 0 2", 80, 0},       {{0}, 0, "MPE 3 1 1 0", 80, 0},
        {{0}, 1, "MMAP 1 0 0", 84, 42},       {{2}, 1, "MMAP 1 2 2", 120, 120},
        {{2, 0}, 2, "MMAP 2 0 0 2 1", 80, 2}, {{2}, 1, "MMAP 2 2 1 1 1", 120, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_uai_difference d;
        cr_assert(compare_states(network, cases[i].targets, cases[i].count, cases[i].text, &d) ==
                  LK_OK);
        cr_assert(fabs(d.here - log10(cases[i].here)) < 1e-12, "case %zu: %g", i, d.here);
        double there = log10(cases[i].there);
        cr_assert(isinf(there) ? d.there == there && isinf(d.largest)
                               : fabs(d.there - there) < 1e-12 &&
                                     fabs(d.largest - fabs(d.here - there)) < 1e-12,
                  "case %zu: %g", i, d.there);
    }
    lk_network_free(network);
}

Test(uai, states_of_other_variables_are_not_compared) {
    lk_network *network = parse(MARKOV_3);
    static const struct {
        size_t count;
        const char *text, *words;
    } cases[] = {
        {2, "MMAP 1 0 1", "no state of \"v2\""},
        {1, "MMAP 2 0 1 2 0", "states of 1 variables that are not asked for"},
        {0, "MMAP 1 0 1", "no state of \"v2\""},
        {1, "MPE 3 0 1 0", "states of 1 variables"},
        {1, "PR 1", "the task PR has no states"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_uai_difference d;
        uint32_t targets[] = {0, 2};
        cr_assert(compare_states(network, targets, cases[i].count, cases[i].text, &d) ==
                  LK_ERROR_USAGE);
        cr_assert(strstr(lk_context_error(context).message, cases[i].words), "case %zu: %s", i,
                  lk_context_error(context).message);
    }
    lk_network_free(network);
}

Test(uai, a_result_or_evidence_cut_off_anywhere_is_read_or_refused) {
    lk_network *network = parse(MARKOV_3);
    static const char *const texts[] = {"PR\n-12.5\n", "MAR\n3 2 .25 .75 2 1 0 3 0 .5 .5\n",
                                        "MPE\n1\n3 1 0 2\n", "MMAP\n2 2 1 0 1\n", "2 0 1 2 2\n"};
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            // In a block of its own size, so that reading beyond its end is noticed.
            char *copy = malloc(length ? length : 1);
            cr_assert(copy);
            memcpy(copy, texts[i], length);
            lk_uai_result *result = NULL;
            lk_evidence evidence = {0};
            lk_status read = lk_uai_result_read(context, &result, network, copy, length, "x");
            lk_status added = lk_evidence_add_uai(network, &evidence, copy, length, "x");
            cr_assert(read != LK_ERROR_INTERNAL && added != LK_ERROR_INTERNAL);
            cr_assert(length < strlen(texts[i]) || read == LK_OK || added == LK_OK);
            free(copy);
            if (read == LK_OK) lk_uai_result_free(result);
            lk_evidence_free(network, &evidence);
            cr_assert(lk_context_memory_usage(context).live_bytes == before);
        }
    lk_network_free(network);
}

Test(uai, results_that_do_not_fit_are_refused_with_their_place) {
    static const struct {
        const char *text;
        lk_status status;
        int line, column;
        const char *words;
    } cases[] = {
        {"", LK_ERROR_UNSUPPORTED, 1, 1, "begins with PR, MAR, MPE or MMAP"},
        {"BEL\n1\n", LK_ERROR_UNSUPPORTED, 1, 1, "begins with PR, MAR, MPE or MMAP"},
        {"PR\nx\n", LK_ERROR_SYNTAX, 2, 1, "a logarithm"},
        {"PR\n1 2 3\n", LK_ERROR_SYNTAX, 2, 3, "the end of the file"},
        {"MAR\n4000000000 2 0 1\n", LK_ERROR_DATA, 2, 1, "has 3 variables, not 4000000000"},
        {"MAR\n99999999999999999999 2 0 1\n", LK_ERROR_DATA, 2, 1, "too large"},
        {"MAR\n3 2 0 1\n4000000000 0 1\n", LK_ERROR_DATA, 3, 1, "has 2 states, not 4000000000"},
        {"MAR\n3 2 0 1 2 0 1 3 0 0\n", LK_ERROR_SYNTAX, 3, 1, "a probability"},
        {"MAR\n3 2 0 nan 2 0 1 3 0 0 1\n", LK_ERROR_SYNTAX, 2, 7, "a probability"},
        {"MPE\n3 0 2 0\n", LK_ERROR_DATA, 2, 5, "too large"},
        {"MPE\n3 0 1\n", LK_ERROR_SYNTAX, 3, 1, "end of the file"},
        {"MMAP\n", LK_ERROR_SYNTAX, 2, 1, "end of the file"},
        {"MMAP\n4 0 1\n", LK_ERROR_DATA, 2, 1, "too large"},
        {"MMAP\n2 0 1 3 0\n", LK_ERROR_DATA, 2, 7, "too large"},
        {"MMAP\n2 0 1 0 1\n", LK_ERROR_DATA, 2, 7, "a second time"},
        {"MMAP\n1 0 2\n", LK_ERROR_DATA, 2, 5, "too large"},
        {"MMAP\n2 0 1\n1 1 1\n", LK_ERROR_SYNTAX, 3, 5, "the end of the file"},
    };
    lk_network *network = parse(MARKOV_3);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_uai_result *result;
        lk_status status = read_result(&result, network, cases[i].text);
        lk_location place = lk_context_error(context).location;
        cr_assert(status == cases[i].status, "case %zu: %s", i, lk_context_error(context).message);
        cr_assert(strstr(lk_context_error(context).message, cases[i].words), "case %zu: %s", i,
                  lk_context_error(context).message);
        cr_assert(place.line == cases[i].line && place.column == cases[i].column,
                  "case %zu: %lld:%lld", i, (long long)place.line, (long long)place.column);
    }
    lk_network_free(network);
}
