#include "likelore/learn.h"

#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(fit, .init = begin, .fini = end);

static const char structure[] = BIF_VARIABLE("A", "no, yes", "2") BIF_VARIABLE(
    "B", "x, y, z", "3") "probability ( A ) { table 0.5, 0.5; }"
                         "probability ( B | A ) { (no) 0.2, 0.3, 0.5; (yes) 1, 0, 0; }";

static lk_status read_table(lk_cases **cases, const lk_network *network, const char *text,
                            bool ignore_unknown) {
    lk_csv *table;
    cr_assert(lk_csv_new(context, &table, text, strlen(text), "data.csv", NULL) == LK_OK);
    lk_status status = lk_cases_read(context, cases, network, table, ignore_unknown);
    lk_csv_free(table);
    return status;
}

static lk_status fit_text(const lk_network *network, const char *text,
                          const lk_fit_options *options, double *table_of_b) {
    lk_cases *cases;
    LK_TRY(read_table(&cases, network, text, false));
    lk_fit *fit = NULL;
    lk_fit_report report = {0};
    lk_status status = lk_fit_new(context, &fit, network, cases, options);
    while (status == LK_OK && !report.done) status = lk_fit_next(fit, &report);
    if (status == LK_OK && table_of_b)
        memcpy(table_of_b, lk_network_table(lk_fit_network(fit), 1, NULL), 6 * sizeof(double));
    lk_fit_free(fit);
    lk_cases_free(cases);
    return status;
}

static void expect_table(const char *text, lk_fit_options options, const double *expected) {
    lk_network *network = parse_bif(context, structure);
    double table[6];
    lk_status status = fit_text(network, text, &options, table);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (int i = 0; i < 6; i++)
        cr_assert(fabs(table[i] - expected[i]) < 1e-15, "%d: %.17g", i, table[i]);
    lk_network_free(network);
}

Test(fit, each_method_adds_what_it_says) {
    static const char text[] = "B,A\nx,no\nx,no\ny,no\n";
    expect_table(text, (lk_fit_options){0},
                 (double[]){2.0 / 3, 1.0 / 3, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3});
    expect_table(text, (lk_fit_options){.method = LK_FIT_LAPLACE},
                 (double[]){3.0 / 6, 2.0 / 6, 1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 3});
    expect_table(text, (lk_fit_options){.method = LK_FIT_BDEU, .ess = 6},
                 (double[]){3.0 / 6, 2.0 / 6, 1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 3});
    expect_table(text, (lk_fit_options){.method = LK_FIT_BDEU, .ess = 12},
                 (double[]){4.0 / 9, 3.0 / 9, 2.0 / 9, 1.0 / 3, 1.0 / 3, 1.0 / 3});
}

static void count_note(void *user, const char *text) {
    cr_assert(strstr(text, "no record has the parents' states of 1 row of the tables, which is "
                           "uniform"));
    ++*(int *)user;
}

Test(fit, rows_that_no_record_speaks_of_are_noted) {
    int notes = 0;
    lk_context *noting;
    cr_assert(lk_context_new(
                  &noting, &(lk_options){.threads = 1, .note = count_note, .note_user = &notes}) ==
              LK_OK);
    lk_context *usual = context;
    context = noting;
    lk_network *network = parse_bif(context, structure);
    cr_assert(fit_text(network, "A,B\nno,x\n", NULL, NULL) == LK_OK);
    cr_assert(notes == 1);
    lk_network_free(network);
    context = usual;
    lk_context_free(noting);
}

Test(fit, data_that_do_not_fit_the_network_are_refused_with_their_place) {
    static const struct {
        const char *text;
        lk_fit_options options;
        lk_status status;
        int line, column;
        const char *words;
    } cases[] = {
        {"A,BB\nno,x\n", {0}, LK_ERROR_UNKNOWN_NAME, 0, 0, "no variable \"BB\""},
        {"A,B\nno,x\nyess,x\n", {0}, LK_ERROR_UNKNOWN_NAME, 3, 1, "did you mean \"yes\"?"},
        {"A,B\n", {0}, LK_ERROR_DATA, 0, 0, "there are no records"},
        {"A,B\nno,x\nno,?\n", {0}, LK_ERROR_DATA, 3, 0, "does not tell \"B\""},
        {"A\nno\n", {0}, LK_ERROR_DATA, 2, 0, "does not tell \"B\""},
        {"A,B\nno,x\n", {.method = LK_FIT_LAPLACE, .alpha = -1}, LK_ERROR_USAGE, 0, 0, "alpha"},
        {"A,B\nno,x\n", {.method = LK_FIT_BDEU, .ess = NAN}, LK_ERROR_USAGE, 0, 0, "sample size"},
        {"A,B\nno,x\n", {.em = true, .tolerance = 1}, LK_ERROR_USAGE, 0, 0, "tolerance"},
    };
    lk_network *network = parse_bif(context, structure);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_failure(context, fit_text(network, cases[i].text, &cases[i].options, NULL),
                       cases[i].status, cases[i].words);
        lk_location place = lk_context_error(context).location;
        cr_assert(place.line == cases[i].line && place.column == cases[i].column, "case %zu", i);
    }
    lk_network_free(network);
}

Test(fit, soft_evidence_is_refused_with_its_place) {
    static const char *const texts[] = {"A,B\nno,x\n!yes,y\n", "A,B\nno,x\n!=yes,y\n",
                                        "A,B\nno,x\n\"no:0.5,yes:1\",y\n"};
    lk_network *network = parse_bif(context, structure);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lk_cases *cases;
        expect_failure(context, read_table(&cases, network, texts[i], false), LK_ERROR_UNSUPPORTED,
                       "likelihoods and excluded states cannot be counted");
        cr_assert(lk_context_error(context).location.line == 3 &&
                  lk_context_error(context).location.column == 1);
    }
    lk_network_free(network);
}

Test(fit, states_that_look_like_soft_evidence_are_states) {
    static const char named[] =
        BIF_VARIABLE("A", "\"!no\", \"no:1\"", "2") "probability ( A ) { table 0.5, 0.5; }";
    lk_network *network = parse_bif(context, named);
    lk_status status = fit_text(network, "A\n!no\nno:1\n", NULL, NULL);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    lk_cases *cases;
    expect_failure(context, read_table(&cases, network, "A\nno:2\n", false), LK_ERROR_UNKNOWN_NAME,
                   "did you mean \"no:1\"");
    lk_network_free(network);
}

Test(fit, a_network_that_holds_evidence_is_refused) {
    for (int set = 0; set < 2; set++) {
        lk_network *network = parse_bif(context, structure);
        lk_evidence evidence = {0};
        lk_status status = set ? lk_evidence_set_state(network, &evidence, 1, 0)
                               : lk_evidence_exclude_state(network, &evidence, 1, 0);
        cr_assert(status == LK_OK);
        expect_failure(context, fit_text(network, "A,B\nno,x\n", NULL, NULL), LK_ERROR_USAGE,
                       "holds evidence");
        lk_evidence_free(network, &evidence);
        lk_network_free(network);
    }
}

Test(fit, unknown_columns_can_be_ignored_unless_none_is_left) {
    lk_network *network = parse_bif(context, structure);
    lk_cases *cases;
    cr_assert(read_table(&cases, network, "id,A,B\n7,no,x\n8,no,x\n", true) == LK_OK);
    cr_assert(lk_cases_records(cases) == 2);
    lk_cases_free(cases);
    expect_failure(context, read_table(&cases, network, "id\n7\n", true), LK_ERROR_DATA,
                   "no column has the name of a variable");
    lk_network_free(network);
}

// A hidden class with three symptoms: EM must find at least the likelihood of the tables that made
// the data up to a few units, from every seed here.
Test(fit, a_hidden_variable_is_learned_from_what_it_causes) {
    static const char text[] = BIF_VARIABLE("H", "a, b", "2") BIF_VARIABLE("X", "0, 1", "2")
        BIF_VARIABLE("Y", "0, 1", "2") BIF_VARIABLE(
            "Z", "0, 1",
            "2") "probability ( H ) { } probability ( X | H ) { } probability ( Y | H ) { }"
                 "probability ( Z | H ) { }";
    // 45 records of 000, 45 of 111 and 10 of the rest.
    lk_buffer data = lk_buffer_make(context);
    lk_buffer_append_text(&data, "X,Y,Z\n0,0,1\n0,1,0\n1,0,0\n1,1,0\n1,0,1\n0,1,1\n");
    for (int i = 0; i < 45; i++) lk_buffer_append_text(&data, "0,0,0\n1,1,1\n");
    lk_network *network = parse_bif(context, text);
    lk_cases *cases;
    cr_assert(read_table(&cases, network, lk_buffer_text(&data), false) == LK_OK);
    for (uint64_t seed = 0; seed < 5; seed++) {
        lk_fit_options options = {.em = true, .seed = seed, .tolerance = 1e-12};
        lk_fit *fit;
        lk_fit_report report = {0};
        cr_assert(lk_fit_new(context, &fit, network, cases, &options) == LK_OK);
        while (!report.done) cr_assert(lk_fit_next(fit, &report) == LK_OK);
        cr_assert(report.converged);
        const double *h = lk_network_table(lk_fit_network(fit), 0, NULL);
        const double *x = lk_network_table(lk_fit_network(fit), 1, NULL);
        cr_assert(fabs(h[0] - 0.5) < 0.01);
        cr_assert(fabs(x[0] - x[2]) > 0.9); // the two classes are far apart
        lk_fit_free(fit);
    }
    lk_cases_free(cases);
    lk_network_free(network);
    lk_buffer_free(&data);
}

Test(fit, the_same_seed_gives_the_same_tables) {
    lk_network *network = parse_bif(context, structure);
    double first[6], second[6], other[6];
    static const char text[] = "A,B\nno,x\n?,y\nyes,?\n?,z\n";
    lk_fit_options options = {.em = true, .seed = 1, .max_iterations = 3};
    cr_assert(fit_text(network, text, &options, first) == LK_OK);
    cr_assert(fit_text(network, text, &options, second) == LK_OK);
    options.seed = 2;
    cr_assert(fit_text(network, text, &options, other) == LK_OK);
    cr_assert(memcmp(first, second, sizeof first) == 0);
    cr_assert(memcmp(first, other, sizeof first) != 0);
    lk_network_free(network);
}

Test(fit, without_memory_fitting_fails_cleanly) {
    lk_network *network = parse_bif(context, structure);
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_fit_options options = {.em = true, .max_iterations = 2};
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 5000);
        lk_csv *table = NULL;
        lk_cases *cases = NULL;
        lk_fit *fit = NULL;
        lk_fit_report report = {0};
        static const char text[] = "A,B\nno,x\n?,y\nyes,?\n?,z\n";
        lk_context_fail_allocation(context, k);
        lk_status status = lk_csv_new(context, &table, text, strlen(text), NULL, NULL);
        if (status == LK_OK) status = lk_cases_read(context, &cases, network, table, false);
        if (status == LK_OK) status = lk_fit_new(context, &fit, network, cases, &options);
        while (status == LK_OK && !report.done) status = lk_fit_next(fit, &report);
        lk_context_fail_allocation(context, 0);
        lk_fit_free(fit);
        lk_cases_free(cases);
        lk_csv_free(table);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
    lk_network_free(network);
}
