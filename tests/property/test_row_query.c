// Rows of evidence answered one after another, against queries made afresh for each.
#include "likelore/learn.h"

#include "bif_text.h"
#include "random_network.h"

#include <math.h>

enum { VARIABLES = 14, ROWS = 40, NETWORKS = 60, PATTERNS = 12 };

static const double TOLERANCE = 1e-11;

// Each row observes the variables of one of a few patterns, more of them than queries that stand.
static void append_row(lk_buffer *text, const lk_network *network, lk_random *random,
                       const uint32_t *patterns) {
    uint32_t pattern = patterns[lk_random_below(random, PATTERNS)];
    for (uint32_t v = 0; v < VARIABLES; v++) {
        if (v > 0) lk_buffer_append_byte(text, ',');
        uint32_t state = (uint32_t)lk_random_below(random, lk_network_state_count(network, v));
        lk_buffer_append_text(text,
                              pattern >> v & 1 ? lk_network_state_name(network, v, state) : "?");
    }
    lk_buffer_append_byte(text, '\n');
}

static void write_table(lk_buffer *text, const lk_network *network, lk_random *random) {
    uint32_t patterns[PATTERNS];
    for (int i = 0; i < PATTERNS; i++)
        patterns[i] = (uint32_t)(lk_random_below(random, 1u << VARIABLES) &
                                 lk_random_below(random, 1u << VARIABLES));
    for (uint32_t v = 0; v < VARIABLES; v++)
        lk_buffer_printf(text, "%s%s", v ? "," : "", lk_network_variable_name(network, v));
    lk_buffer_append_byte(text, '\n');
    for (int i = 0; i < ROWS; i++) append_row(text, network, random, patterns);
}

static lk_query *make_fresh(lk_context *context, const lk_network *network,
                            const lk_finding *findings, size_t count) {
    uint32_t variables[VARIABLES];
    lk_query *query = NULL;
    for (size_t i = 0; i < count; i++) variables[i] = findings[i].variable;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, variables, count, NULL) == LK_OK);
    for (size_t i = 0; i < count; i++)
        cr_assert(lk_query_set_evidence(query, i, findings[i].state) == LK_OK);
    return query;
}

static void compare(const lk_network *network, const lk_query *query, const lk_query *fresh) {
    cr_assert(fabs(lk_query_p_evidence(query) / lk_query_p_evidence(fresh) - 1) <= TOLERANCE);
    cr_assert(lk_query_target_count(query) == lk_query_target_count(fresh));
    for (size_t i = 0; i < lk_query_target_count(fresh); i++) {
        const double *a = lk_query_posterior(query, i), *b = lk_query_posterior(fresh, i);
        cr_assert(lk_query_target(query, i) == lk_query_target(fresh, i));
        for (uint32_t k = 0; k < lk_network_state_count(network, lk_query_target(fresh, i)); k++)
            cr_assert(fabs(a[k] - b[k]) <= TOLERANCE, "%.17g is not %.17g", a[k], b[k]);
    }
}

static bool check_row(lk_context *context, const lk_network *network, lk_row_query *rows) {
    size_t count;
    const lk_query *query;
    const lk_finding *findings = lk_row_query_evidence(rows, &count);
    lk_query *fresh = make_fresh(context, network, findings, count);
    lk_status expected = lk_query_run(fresh), status = lk_row_query_run(rows, &query);
    cr_assert(status == expected, "%s", lk_context_error(context).message);
    if (status == LK_OK) compare(network, query, fresh);
    lk_query_free(fresh);
    return status == LK_OK;
}

static int check_table(lk_context *context, const lk_network *network, const char *text) {
    lk_csv *table;
    lk_row_query *rows;
    int possible = 0, read = 0;
    cr_assert(lk_csv_new(context, &table, text, strlen(text), NULL, NULL) == LK_OK);
    cr_assert(lk_row_query_new(context, &rows, network, NULL, 0, NULL, 0, NULL, table, false) ==
              LK_OK);
    for (bool more;; read++) {
        cr_assert(lk_row_query_next(rows, &more) == LK_OK, "%s", lk_context_error(context).message);
        if (!more) break;
        possible += check_row(context, network, rows);
    }
    cr_assert(read == ROWS);
    lk_row_query_free(rows);
    lk_csv_free(table);
    return possible;
}

Test(row_query, equals_fresh_queries_on_random_networks_and_rows) {
    lk_context *context = make_context();
    int possible = 0;
    for (uint32_t i = 0; i < NETWORKS; i++) {
        lk_random random = lk_random_stream(7, LK_RANDOM_SAMPLE, i, 0);
        lk_network *network = random_network_of(context, &random, VARIABLES, 1 + i % 3);
        lk_buffer text = lk_buffer_make(context);
        write_table(&text, network, &random);
        possible += check_table(context, network, lk_buffer_text(&text));
        lk_buffer_free(&text);
        lk_network_free(network);
    }
    cr_assert(possible > NETWORKS * ROWS / 4 && possible < NETWORKS * ROWS, "%d", possible);
    free_context(context);
}

// ---- By hand ----------------------------------------------------------------------------------

static const char *const LUNG_ROWS = "smoke,xray\nyes,yes\nno,?\nno,yes\n";

static lk_status answer_all(lk_context *context, const lk_network *network, const char *text,
                            const uint32_t *targets, size_t target_count,
                            const lk_finding *evidence, size_t evidence_count) {
    lk_csv *table;
    lk_row_query *rows = NULL;
    LK_TRY(lk_csv_new(context, &table, text, strlen(text), "rows.csv", NULL));
    lk_status status = lk_row_query_new(context, &rows, network, targets, target_count, evidence,
                                        evidence_count, NULL, table, false);
    for (bool more = true; status == LK_OK && more;) {
        const lk_query *query;
        status = lk_row_query_next(rows, &more);
        if (status == LK_OK && more) status = lk_row_query_run(rows, &query);
    }
    lk_row_query_free(rows);
    lk_csv_free(table);
    return status;
}

Test(row_query, what_does_not_fit_is_refused_with_its_place) {
    lk_context *context = make_context();
    lk_network *network = load_example(context, "asia");
    uint32_t lung = variable_of(network, "lung"), either = variable_of(network, "either");
    lk_finding given[] = {{either, 1}};
    static const struct {
        const char *text;
        lk_status status;
        int line, column;
        const char *words;
    } cases[] = {
        {"smoke,xrey\nyes,no\n", LK_ERROR_UNKNOWN_NAME, 0, 0, "did you mean \"xray\"?"},
        {"smoke,xray\nyes,no\nyess,no\n", LK_ERROR_UNKNOWN_NAME, 3, 1, "did you mean \"yes\"?"},
        {"smoke,xray\nyes,!no\n", LK_ERROR_UNSUPPORTED, 2, 5, "said of all rows"},
        {"smoke,lung\nyes,\nyes,no\n", LK_ERROR_DATA, 3, 5, "is asked for and observed here"},
        {"smoke,either\nyes,no\nyes,yes\n", LK_ERROR_DATA, 3, 5, "has another state here"},
        {"smoke,tub\nyes,no\nyes,yes\n", LK_ERROR_IMPOSSIBLE, 3, 0, "never occur together"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_failure(context, answer_all(context, network, cases[i].text, &lung, 1, given, 1),
                       cases[i].status, cases[i].words);
        lk_location place = lk_context_error(context).location;
        cr_assert(place.line == cases[i].line && place.column == cases[i].column, "case %zu", i);
        cr_assert_str_eq(place.file, "rows.csv");
    }
    lk_network_free(network);
    free_context(context);
}

Test(row_query, survives_every_failing_allocation) {
    lk_context *context = make_context();
    lk_network *network = load_example(context, "asia");
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status == LK_ERROR_MEMORY; k++) {
        lk_context_fail_allocation(context, k);
        status = answer_all(context, network, LUNG_ROWS, NULL, 0, NULL, 0);
        lk_context_fail_allocation(context, 0);
        cr_assert(lk_context_memory_usage(context).live_bytes == before, "k = %llu",
                  (unsigned long long)k);
        cr_assert(k < 10000);
    }
    cr_assert(status == LK_OK);
    lk_network_free(network);
    free_context(context);
}
