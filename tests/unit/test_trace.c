// The textbook exercise: P(B | W=w) in the network B, E → A → H, W.
#include "likelore/exact.h"

#include "bif_text.h"

static lk_context *context;

static lk_trace *make_trace(lk_network *network, const char *order_text) {
    uint32_t target = variable_of(network, "B");
    lk_evidence evidence = {0};
    lk_variable_list order = {0};
    cr_assert(lk_evidence_add_text(network, &evidence, "W=w") == LK_OK);
    if (order_text) cr_assert(lk_variable_list_add_text(network, &order, order_text) == LK_OK);
    lk_query_options options = {.order = order.variables, .order_count = order.count};
    lk_trace *trace = NULL;
    lk_status status = lk_trace_new(context, &trace, network, &target, 1, evidence.findings,
                                    evidence.count, &options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    lk_evidence_free(network, &evidence);
    lk_variable_list_free(network, &order);
    return trace;
}

static void expect_text(const char *example, const char *order, const char *expected) {
    lk_network *network = load_example(context, example);
    lk_trace *trace = make_trace(network, order);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_to_text(&text, trace) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&text), expected) == 0, "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_trace_free(trace);
    lk_network_free(network);
}

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(trace, .init = begin, .fini = end);

#define FACTORS "factors: P(B), P(E), P(A|B,E), P(H|A), P(W=w|A)\n"
#define ELIMINATE_E                                                                                   \
    "eliminate E: f1(A,B) = Σ_E P(E) P(A|B,E)   join {A,B,E} size 3, 8 cells → size 2, 4 cells   " \
    "remaining: P(B), f1(A,B), P(H|A), P(W=w|A)\n"
#define ELIMINATE_H                                                                                \
    "eliminate H: f2(A) = Σ_H P(H|A) (= 1)   join {A,H} size 2, 4 cells → size 1, 2 cells   "   \
    "remaining: P(B), f1(A,B), f2(A), P(W=w|A)\n"
#define ELIMINATE_A                                                                                  \
    "eliminate A: f3(B,W=w) = Σ_A f1(A,B) f2(A) P(W=w|A)   join {A,B} size 2, 4 cells → size 1, " \
    "2 cells   remaining: P(B), f3(B,W=w)\n"
#define RESULT "result: P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)\n"
#define LARGEST                                                                                    \
    "largest generated f1: size 2, 4 cells\n"                                                      \
    "largest join {A,B,E}: size 3, 8 cells\n"                                                      \
    "largest initial P(A|B,E): size 3, 8 cells\n"
#define TOTAL_EHA "total: 8 generated cells, 16 multiplications, 8 additions\n"

Test(trace, order_e_h_a_reads_as_in_the_textbook) {
    expect_text("homework-structure", "E,H,A",
                FACTORS ELIMINATE_E ELIMINATE_H ELIMINATE_A RESULT LARGEST TOTAL_EHA);
}

Test(trace, order_e_a_h_has_a_second_factor_of_size_2_and_does_more_work) {
    expect_text("homework-structure", "E,A,H",
                FACTORS ELIMINATE_E
                "eliminate A: f2(B,H,W=w) = Σ_A f1(A,B) P(H|A) P(W=w|A)   join {A,B,H} size 3, 8 "
                "cells → size 2, 4 cells   remaining: P(B), f2(B,H,W=w)\n"
                "eliminate H: f3(B,W=w) = Σ_H f2(B,H,W=w)   join {B,H} size 2, 4 cells → size 1, 2 "
                "cells   remaining: P(B), f3(B,W=w)\n" RESULT LARGEST
                "total: 10 generated cells, 24 multiplications, 10 additions\n");
}

Test(trace, prints_tables_below_the_lines_where_there_are_numbers) {
    expect_text("homework", "E,H,A",
                FACTORS "    B      P(B)\n"
                        "    b      0.001\n"
                        "    not_b  0.999\n\n"
                        "    E      P(E)\n"
                        "    e      0.002\n"
                        "    not_e  0.998\n\n"
                        "    A      B      E      P(A|B,E)\n"
                        "    a      b      e      0.95\n"
                        "    a      b      not_e  0.94\n"
                        "    a      not_b  e      0.29\n"
                        "    a      not_b  not_e  0.001\n"
                        "    not_a  b      e      0.05\n"
                        "    not_a  b      not_e  0.06\n"
                        "    not_a  not_b  e      0.71\n"
                        "    not_a  not_b  not_e  0.999\n\n"
                        "    A      H      P(H|A)\n"
                        "    a      h      0.9\n"
                        "    a      not_h  0.1\n"
                        "    not_a  h      0.05\n"
                        "    not_a  not_h  0.95\n\n"
                        "    A      P(W=w|A)\n"
                        "    a      0.7\n"
                        "    not_a  0.01\n\n" ELIMINATE_E "    A      B      f1(A,B)\n"
                        "    a      b      0.94002\n"
                        "    a      not_b  0.001578\n"
                        "    not_a  b      0.05998\n"
                        "    not_a  not_b  0.998422\n\n" ELIMINATE_H "    A      f2(A)\n"
                        "    a      1\n"
                        "    not_a  1\n\n" ELIMINATE_A "    B      f3(B,W=w)\n"
                        "    b      0.658614\n"
                        "    not_b  0.0110888\n\n" RESULT
                        "normalization: Σ_B P(B) f3(B,W=w) = 0.0117363\n"
                        "    B      P(B|W=w)\n"
                        "    b      0.0561175\n"
                        "    not_b  0.943883\n\n" LARGEST TOTAL_EHA);
}

Test(trace, a_heuristic_order_prunes_what_does_not_matter_and_says_so) {
    expect_text("homework-structure", NULL,
                "factors: P(B), P(E), P(A|B,E), P(W=w|A)\n"
                "pruned: H (barren)\n"
                "eliminate E: f1(A,B) = Σ_E P(E) P(A|B,E)   join {A,B,E} size 3, 8 cells → size 2, "
                "4 cells   remaining: P(B), f1(A,B), P(W=w|A)\n"
                "eliminate A: f2(B,W=w) = Σ_A f1(A,B) P(W=w|A)   join {A,B} size 2, 4 cells → size "
                "1, 2 cells   remaining: P(B), f2(B,W=w)\n"
                "result: P(B|W=w) = P(B) f2(B,W=w) / Σ_B P(B) f2(B,W=w)\n" LARGEST
                "total: 6 generated cells, 12 multiplications, 6 additions\n");
}

Test(trace, json_has_the_structure_and_the_values) {
    lk_network *network = load_example(context, "homework");
    lk_trace *trace = make_trace(network, "E,H,A");
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_to_json(&text, trace) == LK_OK);
    const char *const parts[] = {
        "\"query\":\"P(B|W=w)\"",
        "\"evidence\":{\"W\":\"w\"},\"order\":[\"E\",\"H\",\"A\"],\"pruned\":[]",
        "{\"eliminate\":\"A\",\"inputs\":[\"f1(A,B)\",\"f2(A)\",\"P(W=w|A)\"],"
        "\"join\":{\"scope\":[\"A\",\"B\"],\"size\":2,\"cells\":4},"
        "\"output\":{\"name\":\"f3(B,W=w)\",\"symbol\":\"f3\","
        "\"expression\":\"Σ_A f1(A,B) f2(A) P(W=w|A)\",\"scope\":[\"B\"],"
        "\"observed\":{\"W\":\"w\"},\"size\":1,\"cells\":2,\"all_ones\":false,"
        "\"states\":[[\"b\",\"not_b\"]],\"values\":[",
        "\"multiplications\":8,\"additions\":2,\"remaining\":[\"P(B)\",\"f3(B,W=w)\"]}",
        "\"largest_generated\":{\"name\":\"f1(A,B)\",\"size\":2,\"cells\":4}",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        cr_assert(strstr(lk_buffer_text(&text), parts[i]), "%s", parts[i]);
    lk_buffer_free(&text);
    lk_trace_free(trace);
    lk_network_free(network);
}

Test(trace, what_evidence_separates_is_pruned_and_kept_when_the_order_names_it) {
    lk_network *network = parse_bif(
        context, BIF_VARIABLE("X", "x0, x1", "2") BIF_VARIABLE("Y", "y0, y1", "2") BIF_VARIABLE(
                     "Z", "z0, z1", "2") "probability(X){} probability(Y|X){} probability(Z|Y){}");
    uint32_t z = variable_of(network, "Z"), x = variable_of(network, "X");
    lk_finding y0 = {variable_of(network, "Y"), 0};
    lk_query_options options[] = {{0}, {.order = &x, .order_count = 1}};
    const char *const expected[] = {
        "pruned: X (d-separated), Y (d-separated)\nresult: P(Z|Y=y0) = P(Z|Y=y0) / Σ_Z P(Z|Y=y0)",
        "factors: P(X), P(Y=y0|X), P(Z|Y=y0)\neliminate X: f1(Y=y0) = Σ_X P(X) P(Y=y0|X)"};
    for (int i = 0; i < 2; i++) {
        lk_trace *trace;
        cr_assert(lk_trace_new(context, &trace, network, &z, 1, &y0, 1, &options[i]) == LK_OK);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_trace_to_text(&text, trace) == LK_OK);
        cr_assert(strstr(lk_buffer_text(&text), expected[i]), "%s", lk_buffer_text(&text));
        lk_buffer_free(&text);
        lk_trace_free(trace);
    }
    lk_network_free(network);
}

// A chain whose evidence is too improbable for a double.
Test(trace, the_normalization_is_told_beyond_the_range_of_doubles) {
    lk_network *network;
    lk_buffer bif = lk_buffer_make(context);
    lk_buffer_append_text(&bif,
                          BIF_VARIABLE("X", "x, y", "2") "probability (X) { table 0.5 0.5; }");
    lk_finding evidence[4];
    for (uint32_t i = 0; i < 4; i++) {
        lk_buffer_printf(&bif, "variable E%u { type discrete [ 2 ] { e, f }; }\n", i);
        lk_buffer_printf(&bif, "probability (E%u | X) { (x) 4e-200 1; (y) 2e-200 1; }\n", i);
        evidence[i] = (lk_finding){1 + i, 0};
    }
    network = parse_bif(context, lk_buffer_text(&bif));
    const char *const expected[] = {"= 1.36e-798\n", "≈ 1.36e-798\n"};
    for (int exact = 0; exact < 2; exact++) {
        lk_trace *trace;
        lk_buffer_clear(&bif);
        cr_assert((exact ? lk_trace_new_exact : lk_trace_new)(
                      context, &trace, network, (uint32_t[]){0}, 1, evidence, 4, NULL) == LK_OK);
        cr_assert(lk_trace_to_text(&bif, trace) == LK_OK);
        cr_assert(strstr(lk_buffer_text(&bif), expected[exact]), "%s", lk_buffer_text(&bif));
        lk_buffer_clear(&bif);
        cr_assert(lk_trace_to_json(&bif, trace) == LK_OK);
        cr_assert(strstr(lk_buffer_text(&bif),
                         "\"normalization\":null,\"log10_normalization\":-797.866"));
        lk_trace_free(trace);
    }
    lk_buffer_free(&bif);
    lk_network_free(network);
}

// With one kind of numbers or the other.
typedef lk_status (*trace_maker)(lk_context *, lk_trace **, const lk_network *, const uint32_t *,
                                 size_t, const lk_finding *, size_t, const lk_query_options *);

static void fail_allocations(trace_maker make) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_finding finding = {variable_of(network, "W"), 0};
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 2000);
        lk_trace *trace = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = make(context, &trace, network, &target, 1, &finding, 1, NULL);
        if (status == LK_OK) status = lk_trace_to_text(&text, trace);
        if (status == LK_OK) status = lk_trace_to_json(&text, trace);
        if (status == LK_OK)
            status = lk_trace_to_document(&text, trace,
                                          &(lk_document_options){LK_DOCUMENT_LATEX, LK_ENGLISH});
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_trace_free(trace);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                  lk_context_error(context).message);
    }
    lk_network_free(network);
}

static size_t occurrences(const char *text, const char *part) {
    size_t count = 0;
    for (; (text = strstr(text, part)); text++) count++;
    return count;
}

// In the textbook network P(A|B,E) alone has more than 4 cells.
static void expect_no_large_tables(trace_maker make) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_finding finding = {variable_of(network, "W"), 0};
    lk_query_options options = {.most_values = 4};
    lk_trace *trace = NULL;
    cr_assert(make(context, &trace, network, &target, 1, &finding, 1, &options) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_to_json(&text, trace) == LK_OK);
    cr_assert(occurrences(lk_buffer_text(&text), "\"values\":null") == 1);
    cr_assert(strstr(lk_buffer_text(&text), "[\"not_e\",\"e\"]],\"values\":null") ||
              strstr(lk_buffer_text(&text), "[\"e\",\"not_e\"]],\"values\":null"));
    lk_buffer_free(&text);
    lk_trace_free(trace);
    lk_network_free(network);
}

Test(trace, tables_larger_than_asked_for_are_left_out) {
    expect_no_large_tables(lk_trace_new);
    expect_no_large_tables(lk_trace_new_exact);
}

Test(trace, every_failed_allocation_is_a_clean_error) { fail_allocations(lk_trace_new); }

Test(trace, every_failed_allocation_of_a_trace_in_fractions_is_a_clean_error) {
    fail_allocations(lk_trace_new_exact);
}

Test(trace, fractions_too_long_for_the_memory_limit_are_refused) {
    lk_context *small = NULL;
    cr_assert(lk_context_new(&small, &(lk_options){.threads = 1, .memory_limit = 1000}) == LK_OK);
    lk_network *network = load_example(small, "homework");
    uint32_t target = variable_of(network, "B");
    lk_trace *trace;
    expect_failure(small,
                   lk_trace_new_exact(small, &trace, network, &target, 1, NULL, 0,
                                      &(lk_query_options){.no_prune = true}),
                   LK_ERROR_LIMIT, "the memory limit is 1000 bytes");
    lk_network_free(network);
    lk_context_free(small);
}
