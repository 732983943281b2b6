// Orders of elimination compared, on the textbook exercise and beyond.
#include "bif_text.h"
#include "likelore/json.h"

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(orders, .init = begin, .fini = end);

enum { HEURISTICS = 5 };

// The given orders and all heuristics.
static lk_orders *compare(lk_network *network, const char *target, const char *evidence_text,
                          const char *const *given, size_t count) {
    lk_variable_list lists[4] = {0};
    lk_order_choice choices[4 + HEURISTICS] = {0};
    lk_evidence evidence = {0};
    lk_orders *orders = NULL;
    uint32_t variable = variable_of(network, target);
    if (evidence_text) cr_assert(lk_evidence_add_text(network, &evidence, evidence_text) == LK_OK);
    for (size_t i = 0; i < count; i++) {
        cr_assert(lk_variable_list_add_text(network, &lists[i], given[i]) == LK_OK);
        choices[i] = (lk_order_choice){.variables = lists[i].variables, .count = lists[i].count};
    }
    for (size_t i = 0; i < HEURISTICS; i++)
        choices[count + i].heuristic = lk_order_heuristic_name(i);
    lk_status status = lk_orders_new(context, &orders, network, &variable, 1, evidence.findings,
                                     evidence.count, choices, count + HEURISTICS);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    for (size_t i = 0; i < count; i++) lk_variable_list_free(network, &lists[i]);
    lk_evidence_free(network, &evidence);
    return orders;
}

static lk_json *json_of(const lk_orders *orders) {
    lk_buffer text = lk_buffer_make(context);
    lk_json *json;
    cr_assert(lk_orders_to_json(&text, orders, LK_ENGLISH) == LK_OK);
    cr_assert(lk_json_parse(context, &json, text.data, text.length) == LK_OK);
    lk_buffer_free(&text);
    return json;
}

static double figure(const lk_json *order, const char *key) {
    return lk_json_number(lk_json_get(order, key), -1);
}

Test(orders, e_h_a_and_e_a_h_have_the_same_largest_factor_and_different_work) {
    static const char *const given[] = {"E,H,A", "E,A,H"};
    static const double expected[][5] = {{2, 4, 8, 16, 8}, {2, 4, 10, 24, 10}};
    lk_network *network = load_example(context, "homework-structure");
    lk_orders *orders = compare(network, "B", "W=w", given, 2);
    lk_json *json = json_of(orders);
    const lk_json *order = lk_json_first(lk_json_get(json, "orders"));
    for (int i = 0; i < 2; i++, order = lk_json_next(order)) {
        cr_assert_str_eq(lk_json_string(lk_json_get(order, "name"), ""), given[i]);
        cr_assert(figure(order, "width") == 2);
        cr_assert(figure(lk_json_get(order, "largest_generated"), "size") == expected[i][0]);
        cr_assert(figure(lk_json_get(order, "largest_generated"), "cells") == expected[i][1]);
        cr_assert(figure(lk_json_get(order, "largest_join"), "size") == 3);
        cr_assert(figure(lk_json_get(order, "largest_join"), "cells") == 8);
        cr_assert(figure(order, "cells") == expected[i][2]);
        cr_assert(figure(order, "multiplications") == expected[i][3]);
        cr_assert(figure(order, "additions") == expected[i][4]);
    }
    cr_assert_str_eq(
        lk_json_string(lk_json_first(lk_json_get(json, "words")), ""),
        "E,H,A and E,A,H: The largest generated factor is the same (2 variables, 4 values), but "
        "E,A,H makes two of them and one more join of 8 rows, so E,A,H does more work: 24 "
        "multiplications and 10 additions against 16 multiplications and 8 additions.");
    lk_json_free(context, json);
    lk_orders_free(orders);
    lk_network_free(network);
}

Test(orders, all_heuristics_and_the_optimum_are_offered_and_leave_out_what_does_not_matter) {
    lk_network *network = load_example(context, "homework-structure");
    lk_orders *orders = compare(network, "B", "W=w", NULL, 0);
    lk_json *json = json_of(orders);
    size_t i = 0;
    const lk_json *order = lk_json_first(lk_json_get(json, "orders"));
    for (; order; order = lk_json_next(order), i++) {
        cr_assert_str_eq(lk_json_string(lk_json_get(order, "name"), ""),
                         lk_order_heuristic_name(i));
        cr_assert_str_eq(lk_json_string(lk_json_first(lk_json_get(order, "pruned")), ""), "H");
        cr_assert(figure(order, "multiplications") == 12);
        cr_assert(figure(order, "additions") == 6);
    }
    cr_assert(i == HEURISTICS);
    lk_json_free(context, json);
    lk_orders_free(orders);
    lk_network_free(network);
}

Test(orders, figures_are_those_of_the_traces) {
    lk_network *network = load_example(context, "student");
    uint32_t target = lk_network_variable_count(network) - 1;
    lk_orders *orders = compare(network, lk_network_variable_name(network, target), NULL, NULL, 0);
    lk_json *json = json_of(orders);
    const lk_json *order = lk_json_first(lk_json_get(json, "orders"));
    for (size_t i = 0; i < HEURISTICS; i++, order = lk_json_next(order)) {
        lk_query_options options = {.heuristic = lk_order_heuristic_name(i)};
        lk_trace *trace;
        lk_buffer text = lk_buffer_make(context);
        lk_json *other;
        cr_assert(lk_trace_new(context, &trace, network, &target, 1, NULL, 0, &options) == LK_OK);
        cr_assert(lk_trace_to_json(&text, trace) == LK_OK);
        cr_assert(lk_json_parse(context, &other, text.data, text.length) == LK_OK);
        const lk_json *summary = lk_json_get(other, "summary");
        cr_assert(figure(order, "cells") == figure(summary, "cells"));
        cr_assert(figure(order, "multiplications") == figure(summary, "multiplications"));
        cr_assert(figure(order, "additions") == figure(summary, "additions"));
        cr_assert(figure(lk_json_get(order, "largest_join"), "cells") ==
                  figure(lk_json_get(summary, "largest_join"), "cells"));
        lk_json_free(context, other);
        lk_buffer_free(&text);
        lk_trace_free(trace);
    }
    lk_json_free(context, json);
    lk_orders_free(orders);
    lk_network_free(network);
}

// A chain that is too long for the exhaustive search.
Test(orders, an_order_beyond_a_limit_is_listed_with_the_reason) {
    static const char *const states[] = {"s", "t"};
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "chain") == LK_OK);
    for (uint32_t v = 0; v < 40; v++) {
        char name[16];
        uint32_t index, parent = v - 1;
        snprintf(name, sizeof name, "X%u", v);
        cr_assert(lk_network_add_variable(network, &index, name, states, 2) == LK_OK);
        if (v > 0) cr_assert(lk_network_set_parents(network, v, &parent, 1) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_orders *orders = compare(network, "X39", NULL, NULL, 0);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_orders_to_document(&text, orders, NULL) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "No order by optimal: "), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_orders_free(orders);
    lk_network_free(network);
}

Test(orders, every_failed_allocation_is_a_clean_error) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_order_choice choices[] = {{.heuristic = "min-fill"}, {.heuristic = "optimal"}};
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 3000);
        lk_orders *orders = NULL;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status =
            lk_orders_new(context, &orders, network, &target, 1, NULL, 0, choices, 2);
        if (status == LK_OK)
            status = lk_orders_to_document(&text, orders,
                                           &(lk_document_options){LK_DOCUMENT_LATEX, LK_ENGLISH});
        if (status == LK_OK) status = lk_orders_to_json(&text, orders, LK_ENGLISH);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        lk_orders_free(orders);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY);
    }
    lk_network_free(network);
}
