#include "bif_text.h"

#include <math.h>

#define AB BIF_VARIABLE("A", "a0, a1", "2") BIF_VARIABLE("B", "b0, b1, b2", "3")
#define P_B "probability ( B ) { table 0.2 0.3 0.5; }\n"
#define ROWS "(b0) 0.1, 0.9; (b1) 0.2, 0.8; (b2) 0.3, 0.7;"

static lk_context *context;

static void expect_table(const char *text, const char *name, const double *expected,
                         size_t expected_count) {
    lk_network *network = parse_bif(context, text);
    size_t count;
    const double *table = lk_network_table(network, variable_of(network, name), &count);
    cr_assert(count == expected_count, "%zu values", count);
    for (size_t i = 0; i < count; i++)
        cr_assert(fabs(table[i] - expected[i]) < 1e-15, "value %zu is %g", i, table[i]);
    lk_network_free(network);
}

static const double a_given_b[] = {0.1, 0.9, 0.2, 0.8, 0.3, 0.7};

static void expect_a_given_b(const char *text) { expect_table(text, "A", a_given_b, 6); }

static void expect_error(const char *text, lk_status expected, int line, int column,
                         const char *words) {
    lk_network *network = NULL;
    lk_status status = read_bif(context, &network, text);
    expect_failure(context, status, expected, words);
    lk_location location = lk_context_error(context).location;
    cr_assert(location.line == line && location.column == column, "%s at %lld:%lld", words,
              (long long)location.line, (long long)location.column);
    cr_assert(location.file && strcmp(location.file, "test.bif") == 0);
    cr_assert(network == NULL);
}

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(bif, .init = begin, .fini = end);

// ---- Variants ----------------------------------------------------------------------------------

Test(bif, rows_may_come_in_any_order) {
    expect_a_given_b(AB P_B "probability ( A | B ) { (b2) 0.3, 0.7; (b0) 0.1, 0.9; "
                            "(b1) 0.2, 0.8; }");
}

Test(bif, a_table_has_the_child_slowest) {
    expect_a_given_b(AB P_B "probability ( A | B ) { table 0.1 0.2 0.3 0.9 0.8 0.7; }");
}

Test(bif, the_default_row_fills_what_is_not_given_wherever_it_stands) {
    const double expected[] = {0.1, 0.9, 0.4, 0.6, 0.4, 0.6};
    expect_table(AB P_B "probability ( A | B ) { default 0.4 0.6; (b0) 0.1 0.9; }", "A", expected,
                 6);
    expect_table(AB P_B "probability ( A | B ) { (b0) 0.1 0.9; default 0.4 0.6; }", "A", expected,
                 6);
}

Test(bif, parents_keep_the_order_of_the_header) {
    const double expected[] = {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.5, 0.6, 0.4};
    expect_table(BIF_VARIABLE("C", "c0, c1", "2") AB P_B
                 "probability ( C ) { table 0.5 0.5; }\n"
                 "probability ( A | C, B ) { (c0, b0) 0.1 0.9; (c1, b0) 0.4 0.6; (c0, b1) 0.2 0.8;"
                 "(c1, b1) 0.5 0.5; (c0, b2) 0.3 0.7; (c1, b2) 0.6 0.4; }",
                 "A", expected, 12);
}

Test(bif, commas_and_bars_are_white_space) {
    expect_a_given_b(AB P_B "probability(A B){" ROWS "}");
    expect_a_given_b(AB P_B "probability ( A , B ) { (b0|) 0.1 0.9; (,b1) 0.2 , , 0.8;"
                            "(b2) 0.3|0.7; }");
}

Test(bif, comments_are_skipped_everywhere) {
    expect_a_given_b("/* before */ " AB P_B "// a line { of ( anything\n"
                     "probability ( A /* child */ | B ) { // rows\n" ROWS "/* } */ }");
}

Test(bif, text_outside_of_blocks_is_comment) {
    expect_a_given_b("Made by a program; don't trust the network \"x, or its variable here.\n" AB
                     "The probability of B (see below) } follows:\n" P_B
                     "probability ( A | B ) { " ROWS " } the end");
}

Test(bif, properties_are_skipped) {
    expect_a_given_b(
        "network n { property version 1; property \"a; b } c\"; }\n"
        "variable A { property position = (1, 2); type discrete [2] { a0 a1 };"
        "property color red; }\n" BIF_VARIABLE(
            "B", "b0 b1 b2", "3") "probability ( B ) { property by hand; table 0.2 0.3 0.5; }"
                                  "probability ( A | B ) { " ROWS " property last; }");
}

Test(bif, blocks_may_come_in_any_order) {
    expect_a_given_b("probability ( A | B ) { " ROWS " }\n" P_B AB "network late { }");
}

Test(bif, windows_line_ends_and_a_byte_order_mark_are_read) {
    expect_a_given_b("\xEF\xBB\xBFnetwork n {\r\n}\r\n" AB "\r\n" P_B
                     "probability ( A | B ) {\r\n" ROWS "\r\n}\r\n");
}

Test(bif, names_may_be_quoted_numeric_or_odd) {
    lk_network *network = parse_bif(context, "network \"my net\" { }\n"
                                             "variable \"a variable, quoted\" {"
                                             "type discrete [ 3 ] { 0, 1.5, \"x | y\" }; }\n"
                                             "variable X.y-z/w<5 { type discrete[2]{<5,>=5}; }\n"
                                             "variable Größe { type discrete [1] { ja }; }\n"
                                             "probability(\"a variable, quoted\"){table .2 .3 .5;}"
                                             "probability(Größe){table 1;}"
                                             "probability(X.y-z/w<5|\"a variable, quoted\"){"
                                             "(0) 1 0; (1.5) 0 1; (\"x | y\") 1e-1 9E-1;}");
    cr_assert(strcmp(lk_network_name(network), "my net") == 0);
    uint32_t variable = variable_of(network, "a variable, quoted"), state;
    cr_assert(lk_network_find_state(network, &state, variable, "x | y") == LK_OK && state == 2);
    cr_assert(lk_network_table(network, variable_of(network, "X.y-z/w<5"), NULL)[4] == 0.1);
    variable_of(network, "Größe");
    lk_network_free(network);
}

Test(bif, a_block_without_numbers_is_structure_alone) {
    lk_network *network = parse_bif(context, AB "probability(A|B){} probability(B){}");
    uint32_t a = variable_of(network, "A");
    cr_assert(!lk_network_has_tables(network) && lk_network_table(network, a, NULL) == NULL);
    cr_assert(lk_network_parent_count(network, a) == 1);
    cr_assert(lk_network_parents(network, a)[0] == variable_of(network, "B"));
    lk_network_free(network);
}

// ---- Rows that do not sum to 1 -----------------------------------------------------------------

static char note_text[256];
static int note_count;

static void keep_note(void *user, const char *text) {
    (void)user;
    snprintf(note_text, sizeof note_text, "%s", text);
    note_count++;
}

Test(bif, rows_within_one_percent_are_divided_with_one_note_a_file) {
    lk_context *noting;
    cr_assert(lk_context_new(&noting, &(lk_options){.threads = 1, .note = keep_note}) == LK_OK);
    note_count = 0;
    lk_network *network = parse_bif(noting, AB "probability ( B ) { table 0.201 0.3 0.5; }"
                                               "probability ( A | B ) { (b0) 0.1 0.905;"
                                               "(b1) 0.2 0.8; (b2) 0.3 0.7; }");
    cr_assert(note_count == 1, "%d notes", note_count);
    cr_assert(strstr(note_text, "2 rows") && strstr(note_text, "\"A\""), "%s", note_text);
    const double *table = lk_network_table(network, variable_of(network, "B"), NULL);
    cr_assert(table[0] == 0.201 / (0.201 + 0.3 + 0.5));
    lk_network_free(network);
    free_context(noting);
}

Test(bif, rows_farther_off_are_refused_unless_asked) {
    const char *text = AB P_B "probability ( A | B ) { (b0) 0.1 0.9;\n"
                              " (b1) 0.2 0.9;\n (b2) 0.3 0.7; }";
    expect_error(text, LK_ERROR_DATA, 5, 0, "the distribution of \"A\" where B=b1 must have");
    lk_network *network;
    lk_network_read_options options = {.normalize = true};
    cr_assert(lk_network_read(context, &network, text, strlen(text), "x", &options) == LK_OK);
    cr_assert(lk_network_table(network, variable_of(network, "A"), NULL)[2] == 0.2 / (0.2 + 0.9));
    lk_network_free(network);
}

Test(bif, negative_infinite_and_all_zero_rows_are_refused) {
    expect_error(AB "probability ( B ) { table -0.1 0.6 0.5; }", LK_ERROR_DATA, 3, 0, "-0.1");
    expect_error(AB "probability ( B ) { table 0 0 0; }", LK_ERROR_DATA, 3, 0, "sum 0");
    expect_error(AB "probability ( B ) { table 1e999 0 0; }", LK_ERROR_DATA, 3, 0, "inf");
    expect_error(AB "probability ( B ) { table nan 0 1; }", LK_ERROR_SYNTAX, 3, 27, "a number");
    expect_error(AB "probability ( B ) { table 0x1 0 1; }", LK_ERROR_SYNTAX, 3, 27, "a number");
}

// ---- Errors ------------------------------------------------------------------------------------

Test(bif, missing_rows_and_blocks_are_named) {
    expect_error(AB P_B "probability ( A | B ) { (b0) 0.1 0.9; (b2) 0.3 0.7; }", LK_ERROR_DATA, 4,
                 15, "the row (b1) of \"A\" is missing");
    expect_error(AB P_B, LK_ERROR_DATA, 1, 10, "no probability block for variable \"A\"");
}

Test(bif, duplicates_are_refused) {
    expect_error(AB "variable A { type discrete [1] { x }; }", LK_ERROR_DATA, 3, 10,
                 "\"A\" is there already");
    expect_error(BIF_VARIABLE("A", "x, y, x", "3"), LK_ERROR_DATA, 1, 10, "state \"x\" twice");
    expect_error(AB P_B P_B, LK_ERROR_DATA, 4, 15, "block already");
    expect_error(AB P_B "probability ( A | B, B ) { }", LK_ERROR_DATA, 4, 15, "\"B\" twice");
    expect_error(AB P_B "probability ( A | A ) { }", LK_ERROR_DATA, 4, 15, "its own parent");
    expect_error(AB P_B "probability ( A | B ) { (b0) 0.1 0.9; (b0) 0.1 0.9; }", LK_ERROR_DATA, 4,
                 39, "given already");
    expect_error(AB "probability ( B ) { table 1 0 0; table 1 0 0; }", LK_ERROR_DATA, 3, 34,
                 "given already");
    expect_error(AB "probability ( B ) { default 1 0 0; default 1 0 0; }", LK_ERROR_DATA, 3, 36,
                 "given already");
}

Test(bif, unknown_names_are_answered_with_the_nearest) {
    expect_error(BIF_VARIABLE("Cancer", "yes, no", "2") "probability ( Cancr ) { table 1 0; }",
                 LK_ERROR_DATA, 2, 15, "did you mean \"Cancer\"?");
    expect_error(BIF_VARIABLE("Cancer", "yes, no", "2")
                     BIF_VARIABLE("B", "b", "1") "probability ( Cancer ) { table 1 0; }\n"
                                                 "probability ( B | Cancer ) { (yess) 1; }",
                 LK_ERROR_DATA, 4, 31, "did you mean \"yes\"?");
}

Test(bif, wrong_counts_are_refused) {
    expect_error(BIF_VARIABLE("A", "x, y", "3"), LK_ERROR_DATA, 1, 30, "3 states are declared");
    expect_error(AB "probability ( B ) { table 0.5 0.5; }", LK_ERROR_DATA, 3, 34, "3 numbers");
    expect_error(AB "probability ( B ) { table 0.5 0.2 0.2 0.1; }", LK_ERROR_DATA, 3, 39, "more");
    expect_error(AB P_B "probability ( A | B ) { (b0, b1) 0.5 0.5; }", LK_ERROR_SYNTAX, 4, 30,
                 "expected \")\"");
    expect_error(AB P_B "probability ( A | B ) { () 0.5 0.5; }", LK_ERROR_SYNTAX, 4, 26,
                 "the state of a parent");
}

Test(bif, broken_syntax_is_told_with_line_and_column) {
    expect_error("variable A {\n  type discrete [ 2 ] { a, b }\n}", LK_ERROR_SYNTAX, 3, 1,
                 "expected \";\"");
    expect_error("variable A { typ discrete [ 1 ] { a }; }", LK_ERROR_SYNTAX, 1, 14, "\"type\"");
    expect_error("variable A { type continuous; }", LK_ERROR_UNSUPPORTED, 1, 19, "discrete");
    expect_error("variable A { }", LK_ERROR_DATA, 1, 10, "no type");
    expect_error("network n {\n", LK_ERROR_SYNTAX, 1, 1, "does not end");
    expect_error("variable A /* x", LK_ERROR_SYNTAX, 1, 12, "comment does not end");
    expect_error("variable ü { type discrete [1] { \"x }", LK_ERROR_SYNTAX, 1, 34,
                 "quote does not end");
    expect_error("variable", LK_ERROR_DATA, 0, 0, "no variables");
    expect_error("variable A \xff { }", LK_ERROR_SYNTAX, 0, 0, "UTF-8");
}

Test(bif, what_is_no_network_is_refused) {
    lk_network *network;
    lk_status status = lk_network_read(context, &network, "<?xml?>", 7, "x.txt", NULL);
    expect_failure(context, status, LK_ERROR_UNSUPPORTED, "not a network");
    status = lk_network_read(context, &network, "", 0, NULL, NULL);
    expect_failure(context, status, LK_ERROR_UNSUPPORTED, "not a network");
}

Test(bif, cycles_are_refused_with_their_path) {
    expect_error(BIF_VARIABLE("A", "x", "1") BIF_VARIABLE("B", "x", "1") BIF_VARIABLE(
                     "C", "x", "1") "probability(A|C){} probability(B|A){} probability(C|B){}",
                 LK_ERROR_DATA, 1, 10, "A → B → C → A");
}

Test(bif, places_in_a_line_count_characters) {
    expect_error(
        "variable ü { type discrete [1] { x }; } variable \"é è\" { type discrete [1] { x }; } "
        "variable C { type discrete [1] { x }; } probability(ü){table 1;} probability(C){table 1;}",
        LK_ERROR_DATA, 1, 50, "no probability block for variable \"é è\"");
    expect_error(
        "network n {} variable A { type discrete [1] { x }; } variable B { type discrete [1] "
        "{ x }; }\n  variable C { type discrete [1] { x }; } probability(A){table 1;} "
        "probability(B){table 1;}",
        LK_ERROR_DATA, 2, 12, "no probability block for variable \"C\"");
}

Test(bif, a_table_beyond_the_memory_limit_is_refused_before_it_is_made) {
    lk_context *small;
    lk_options options = {.threads = 1, .memory_limit = 1 << 20};
    cr_assert(lk_context_new(&small, &options) == LK_OK);
    lk_buffer text = lk_buffer_make(small);
    for (int i = 0; i < 80; i++)
        lk_buffer_printf(&text, "variable V%d { type discrete [2] { a b }; }\n", i);
    for (int i = 1; i < 80; i++) lk_buffer_printf(&text, "probability(V%d){table 1 0;}\n", i);
    lk_buffer_append_text(&text, "probability(V0 |");
    for (int i = 1; i < 80; i++) lk_buffer_printf(&text, " V%d", i);
    lk_buffer_append_text(&text, ") { default 1 0; }");
    lk_network *network;
    lk_status status = read_bif(small, &network, lk_buffer_text(&text));
    expect_failure(small, status, LK_ERROR_LIMIT, "1.209e+24 cells");
    lk_buffer_free(&text);
    free_context(small);
}

Test(bif, every_failed_allocation_of_a_load_is_a_clean_error) {
    const char *text = AB P_B "probability ( A | B ) { " ROWS " }";
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 1000);
        lk_network *network = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = read_bif(context, &network, text);
        lk_context_fail_allocation(context, 0);
        lk_network_free(network);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
        cr_assert(lk_context_memory_usage(context).live_bytes == baseline_bytes());
    }
}
