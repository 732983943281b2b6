// Worked solutions of sheets of questions: what homework asks, answered as homework is.
#include "likelore/exact.h"

#include "bif_text.h"

#include <math.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(report, .init = begin, .fini = end);

static bool in_fractions; // what the reports of the test compute in

static lk_status write_report(lk_buffer *out, const lk_network *network, const char *sheet) {
    const lk_document_options markdown = {.format = LK_DOCUMENT_MARKDOWN};
    return (in_fractions ? lk_report_write_exact : lk_report_write)(
        context, out, network, sheet, strlen(sheet), "sheet.txt", &markdown);
}

// Every part is in the report on the sheet.
static void expect(const char *example, const char *sheet, const char *const *parts) {
    lk_network *network = load_example(context, example);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(write_report(&text, network, sheet) == LK_OK, "%s",
              lk_context_error(context).message);
    for (; *parts; parts++)
        cr_assert(strstr(lk_buffer_text(&text), *parts), "%s is not in %s", *parts,
                  lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

#define EXPECT(example, sheet, ...) expect(example, sheet, (const char *const[]){__VA_ARGS__, NULL})

Test(report, fractions_stand_in_products_sums_and_bayes_rule) {
    in_fractions = true;
    EXPECT("abcd", "P(-a,-b,-c,+d)\nP(+b)\nP(-a | +b)\nP(A|+c)",
           " P(D=d) = 3/5 × 4/5 × 1/2 × 1/4 = 3/50 ≈ 0.06\n",
           "P(B=b) = Σ_{A} P(A) P(B=b|A) = 2/5 ≈ 0.4\n",
           "P(A=not_a|B=b) = P(A=not_a,B=b) / P(B=b) = (3/25) / (2/5) = 3/10 ≈ 0.3\n",
           "| `A` | `P(A\\|C=c)` | decimal |\n| --- | ---: | ---: |\n"
           "| `a` | 9/13 | 0.692308 |\n| `not_a` | 4/13 | 0.307692 |\n");
}

Test(report, fractions_are_equal_or_not) {
    in_fractions = true;
    EXPECT("abcd", "P(+b) = P(+b | -d) ?\nP(-a | +c) = P(-a | +c, -d) ?\nP(A) = P(A | +c)",
           "P(B=b|D=not_d) = 2/5 ≈ 0.4\n\n**By the numbers: equal**, as fractions.\n",
           "**By the numbers: not equal**; they differ by `7/65 ≈ 0.107692`.\n",
           "Structure and numbers agree: the two are not equal.");
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("X", "x0, x1", "2") BIF_VARIABLE(
            "Y", "y0, y1",
            "2") "probability(X){ table 1/2, 1/2; }"
                 "probability(Y|X){ (x0) 1/3, 2/3; (x1) 0.33333333333333, 0.66666666666667; }");
    lk_buffer text = lk_buffer_make(context);
    cr_assert(write_report(&text, network, "P(Y|X=x0) = P(Y|X=x1) ?") == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "not equal**; they differ by `1/300000000000000 ≈ "),
              "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(report, fractions_stand_in_traces_and_questions_of_independence) {
    in_fractions = true;
    EXPECT("abcd", "trace P(B|C=c)\nindependent A, D given C\n", "≈ ",
           "The largest difference is `14/55 ≈ 0.254545`", "| decimal |");
}

Test(report, a_full_joint_is_the_product_of_one_entry_a_variable) {
    EXPECT("abcd", "P(-a,-b,-c,+d)",
           "P(A=not_a,B=not_b,C=not_c,D=d) = P(A=not_a) P(B=not_b|A=not_a) P(C=not_c|A=not_a,D=d) "
           "P(D=d) = 0.6 × 0.8 × 0.5 × 0.25 = 0.06\n");
}

Test(report, a_marginal_leaves_out_what_is_barren_and_has_the_same_number) {
    EXPECT("abcd", "P(+b)", "Barren, and so left out of `P(B=b)`, because they sum to 1: `C`, `D`.",
           "P(B=b) = Σ_{A} P(A) P(B=b|A) = 0.4\n");
    lk_network *network = load_example(context, "abcd");
    uint32_t b = variable_of(network, "B");
    lk_query *query;
    lk_query_options whole = {.no_prune = true};
    cr_assert(lk_query_new(context, &query, network, &b, 1, NULL, 0, &whole) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK);
    cr_assert(fabs(lk_query_posterior(query, 0)[0] - 0.4) < 1e-15);
    lk_query_free(query);
    lk_network_free(network);
}

Test(report, a_posterior_follows_from_bayes_rule_with_the_probability_of_the_evidence) {
    EXPECT("abcd", "P(-a | +b)", "P(A=not_a|B=b) = P(A=not_a,B=b) / P(B=b) = 0.12 / 0.4 = 0.3\n");
}

Test(report, evidence_of_probability_zero_is_named_and_the_next_question_answered) {
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("X", "x0, x1", "2")
            BIF_VARIABLE("Y", "y0, y1", "2") "probability(X){ table 1, 0; } "
                                             "probability(Y|X){ (x0) 0.5, 0.5; (x1) 0.4, 0.6; }");
    lk_buffer text = lk_buffer_make(context);
    cr_assert(write_report(&text, network, "P(Y=y0 | X=x1)\nP(Y=y0)\n") == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "**No answer**: "), "%s", lk_buffer_text(&text));
    cr_assert(strstr(lk_buffer_text(&text), "P(Y=y0) = Σ_{X} P(X) P(Y=y0|X) = 0.5"));
    cr_assert(!strstr(lk_buffer_text(&text), "nan"));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(report, equal_probabilities_are_explained_by_the_blocked_trail) {
    EXPECT("abcd", "P(+b) = P(+b | -d) ?", "P(B=b) = 0.4\n", "P(B=b|D=not_d) = 0.4\n",
           "**By the numbers: equal**", "By the structure: are B and D independent?",
           "**Yes: d-separated.**", "`B ← A → C ← D` is blocked at `C`.",
           "`C`: collider, neither it nor a descendant is observed, blocks.",
           "Structure and numbers agree: the two are equal.");
}

Test(report, different_probabilities_are_explained_by_the_active_trail) {
    EXPECT("abcd", "P(-a | +c) = P(-a | +c, -d) ?", "**By the numbers: not equal**",
           "are A and D independent given C?",
           "`A → C ← D` is active. `C`: collider, observed, open.",
           "Structure and numbers agree: the two are not equal.");
}

Test(report, equal_numbers_without_independence_are_told_apart) {
    lk_network *network = parse_bif(
        context,
        BIF_VARIABLE("X", "x0, x1", "2")
            BIF_VARIABLE("Y", "y0, y1", "2") "probability(X){ table 0.3, 0.7; } "
                                             "probability(Y|X){ (x0) 0.4, 0.6; (x1) 0.4, 0.6; }");
    lk_buffer text = lk_buffer_make(context);
    cr_assert(write_report(&text, network, "P(Y=y0) = P(Y=y0 | X=x1)") == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "The numbers happen to be equal, though the structure "
                                            "does not make them so."),
              "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(report, a_trace_prints_each_new_factor_and_what_remains) {
    EXPECT("homework-structure", "trace P(B | W=w) order E,H,A",
           "    f1(A,B) = Σ_E P(E) P(A|B,E)\n",
           "Remaining: `P(B)`, `f1(A,B)`, `P(H|A)`, `P(W=w|A)`.", "    f2(A) = Σ_H P(H|A) = 1\n",
           "Remaining: `P(B)`, `f1(A,B)`, `f2(A)`, `P(W=w|A)`.",
           "    f3(B,W=w) = Σ_A f1(A,B) f2(A) P(W=w|A)\n", "Remaining: `P(B)`, `f3(B,W=w)`.");
}

Test(report, a_trace_ends_with_the_normalised_product_and_three_kinds_of_sizes) {
    EXPECT("homework", "trace P(B | W=w) order E,H,A",
           "P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)\n", "| `b` | 0.0561175 |",
           "| `f1(A,B)` | largest generated factor | 2 | 4 |",
           "| `{A,B,E}` | largest join, before its sum | 3 | 8 |",
           "| `P(A\\|B,E)` | largest initial factor | 3 | 8 |");
}

Test(report, orders_are_compared_in_a_table_and_in_words) {
    EXPECT("homework-structure", "orders P(B|W=w): E,H,A; E,A,H",
           "| given | `E,H,A` | 2 | 2 | 4 | 3 | 8 | 8 | 16 | 8 |",
           "| given | `E,A,H` | 2 | 2 | 4 | 3 | 8 | 10 | 24 | 10 |",
           "The largest generated factor is the same (2 variables, 4 values), but E,A,H makes two "
           "of them and one more join of 8 rows");
}

Test(report, the_structure_answers_where_there_are_no_numbers) {
    EXPECT("homework-structure", "P(B=b) = P(B=b|E=e) ?\nP(B=b)\nindependent B, E given W ?",
           "The numbers do not tell: ", "**Yes: d-separated.**",
           "**No answer**: the network has no numbers.", "**No: d-connected.**");
}

Test(report, names_in_quotes_and_labels_and_comments_are_read) {
    EXPECT("abcd", "# a comment\r\ntitle: My <title>\n\n[1(a)] P( \"B\" = \"b\" | A=a )\r\n",
           "# My \\<title\\>", "## 1(a). P( \"B\" = \"b\" | A=a )",
           "P(B=b|A=a) = P(B=b,A=a) / P(A=a) = 0.28 / 0.4 = 0.7\n");
}

Test(report, questions_are_read_as_they_are_copied_from_a_printed_sheet) {
    static const char as_printed[] = "p(−a,−b,−c,+d)\np(+b) vs p(+b|−d)";
    EXPECT("abcd", as_printed, " = 0.6 × 0.8 × 0.5 × 0.25 = 0.06\n",
           "P(B=b|D=not_d) = 0.4\n\n**By the numbers: equal**");
}

Test(report, a_sheet_that_cannot_be_read_is_refused_with_the_place) {
    static const struct {
        const char *sheet;
        lk_status status;
        int line, column;
    } cases[] = {
        {"P(B=b)\nQ(B)", LK_ERROR_SYNTAX, 2, 1},
        {"P(X=b)", LK_ERROR_DATA, 1, 3},
        {"P(B=z)", LK_ERROR_DATA, 1, 5},
        {"P(B=b|A)", LK_ERROR_SYNTAX, 1, 8},
        {"P(B=b,B=b)", LK_ERROR_DATA, 1, 7},
        {"P(B=b", LK_ERROR_SYNTAX, 1, 6},
        {"P(B=b) and", LK_ERROR_SYNTAX, 1, 8},
        {"P(B=b,A)", LK_ERROR_SYNTAX, 1, 8},
        {"trace P(B) order A,A", LK_ERROR_DATA, 1, 20},
        {"orders P(B)", LK_ERROR_SYNTAX, 1, 12},
        {"independent A", LK_ERROR_SYNTAX, 1, 14},
        {"[a P(B)", LK_ERROR_SYNTAX, 1, 2},
        {"P(\"B)", LK_ERROR_SYNTAX, 1, 6},
    };
    lk_network *network = load_example(context, "abcd");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_buffer text = lk_buffer_make(context);
        lk_status status = write_report(&text, network, cases[i].sheet);
        lk_error error = lk_context_error(context);
        cr_assert(status == cases[i].status, "%s: %s", cases[i].sheet, error.message);
        cr_assert(error.location.line == cases[i].line && error.location.column == cases[i].column,
                  "%s: %d:%d %s", cases[i].sheet, (int)error.location.line,
                  (int)error.location.column, error.message);
        cr_assert_str_eq(error.location.file, "sheet.txt");
        lk_buffer_free(&text);
    }
    lk_network_free(network);
}

static void fail_allocations(void) {
    static const char sheet[] = "P(-a,-b,-c,+d)\nP(-a|+b)\nP(+b) = P(+b|-d)\ntrace P(B|C=c)\n"
                                "orders P(B|C=c): A,D; D,A\nindependent A, D given C\n";
    lk_network *network = load_example(context, "abcd");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 20000);
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = write_report(&text, network, sheet);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %d", (unsigned long long)k, status);
    }
    lk_network_free(network);
}

Test(report, every_failed_allocation_is_a_clean_error) { fail_allocations(); }

Test(report, every_failed_allocation_is_a_clean_error_in_fractions) {
    in_fractions = true;
    fail_allocations();
}

// Sheets with bytes changed at random are read or refused, and nothing else.
Test(report, mutated_sheets_are_read_or_refused) {
    static const char sheet[] = "title: t\n[a] P(-a,-b,-c,+d)\nP(\"A\"=a|+b)\nP(+b) = P(+b|-d) ?\n"
                                "trace P(B|C=c) order A,D\norders P(B|C=c): A,D; D,A\n"
                                "independent A, D given C ?\nindependent A;D,B\n";
    static const char letters[] = "P(|)=,;:?\"[]+-ABCDabcd \n\t\\\xFF";
    lk_network *network = load_example(context, "abcd");
    int accepted = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        char text[sizeof sheet];
        memcpy(text, sheet, sizeof sheet);
        for (uint64_t k = lk_random_below(&random, 4); k > 0; k--)
            text[lk_random_below(&random, sizeof sheet - 1)] =
                letters[lk_random_below(&random, sizeof letters - 1)];
        lk_buffer out = lk_buffer_make(context);
        lk_status status = write_report(&out, network, text);
        cr_assert(status == LK_OK || status == LK_ERROR_SYNTAX || status == LK_ERROR_DATA);
        accepted += status == LK_OK;
        lk_buffer_free(&out);
    }
    cr_assert(accepted > 100 && accepted < 900, "%d", accepted);
    lk_network_free(network);
}
