// Explanations of networks for JavaScript: traces, orders, independence, reports, checks, drawings;
// and files. Where a request has the member "format", it is "json" (the default), "text",
// "markdown", "latex" or "html", and the answer is what the command prints with --format;
// "language" is "en" (the default) or "zh", as with --language.
#include "bridge_request.h"

#include "likelore/exact.h"

#include <stdlib.h>
#include <string.h>

// Whether the numbers are to be fractions: the member "exact".
static bool is_exact(const lk_request *request) {
    return lk_json_bool(lk_json_get(request->document, "exact"), false);
}

// ---- Traces ---------------------------------------------------------------------------------

static lk_status answer_trace(lk_bridge *bridge, const lk_request *request) {
    bool json;
    lk_document_options options;
    LK_TRY(lk_request_format(bridge, request, &json, &options));
    LK_TRY(lk_request_need_target(bridge, request));
    lk_trace *trace;
    LK_TRY((is_exact(request) ? lk_trace_new_exact : lk_trace_new)(
        bridge->context, &trace, request->network, request->targets.variables,
        request->targets.count, request->evidence.findings, request->evidence.count,
        &request->options));
    lk_status status = json ? lk_trace_to_json(&bridge->output, trace)
                            : lk_trace_to_document(&bridge->output, trace, &options);
    lk_trace_free(trace);
    return status;
}

// What `likelore net trace` prints, with "exact":true as with --exact; the engine is not looked at.
LK_EXPORT lk_status lk_bridge_network_trace_document(lk_bridge *bridge, lk_network *network,
                                                     const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_trace);
}

// ---- Orders ---------------------------------------------------------------------------------

// Orders to compare; `lists` has the variables of those that are no heuristics.
typedef struct choices {
    lk_order_choice *list;
    lk_variable_list *lists;
    size_t count;
} choices;

static lk_status add_choice(const lk_request *request, choices *c, const char *text) {
    lk_order_choice *choice = &c->list[c->count];
    lk_variable_list *list = &c->lists[c->count++];
    if (lk_is_heuristic(text)) {
        choice->heuristic = text;
        return LK_OK;
    }
    LK_TRY(lk_variable_list_add_text(request->network, list, text));
    choice->variables = list->variables;
    choice->count = list->count;
    return LK_OK;
}

// The orders that are given; unless a heuristic is among them, all heuristics as well.
static lk_status read_choices(const lk_request *request, choices *c, const lk_json *orders) {
    bool has_heuristic = false;
    for (const lk_json *order = lk_json_first(orders); order; order = lk_json_next(order)) {
        LK_TRY(add_choice(request, c, lk_json_string(order, "")));
        has_heuristic |= c->list[c->count - 1].heuristic != NULL;
    }
    for (size_t i = 0; !has_heuristic && lk_order_heuristic_name(i); i++)
        LK_TRY(add_choice(request, c, lk_order_heuristic_name(i)));
    return LK_OK;
}

static lk_status compare_orders(lk_bridge *bridge, const lk_request *request, const choices *c) {
    bool json;
    lk_document_options options;
    LK_TRY(lk_request_format(bridge, request, &json, &options));
    lk_orders *orders;
    LK_TRY(lk_orders_new(bridge->context, &orders, request->network, request->targets.variables,
                         request->targets.count, request->evidence.findings,
                         request->evidence.count, c->list, c->count));
    lk_status status = json ? lk_orders_to_json(&bridge->output, orders, options.language)
                            : lk_orders_to_document(&bridge->output, orders, &options);
    lk_orders_free(orders);
    return status;
}

static size_t heuristic_count(void) {
    size_t count = 0;
    while (lk_order_heuristic_name(count)) count++;
    return count;
}

static lk_status answer_orders(lk_bridge *bridge, const lk_request *request) {
    LK_TRY(lk_request_need_target(bridge, request));
    const lk_json *orders = lk_json_get(request->document, "orders");
    size_t most = lk_json_count(orders) + heuristic_count();
    choices c = {calloc(most, sizeof *c.list), calloc(most, sizeof *c.lists), 0};
    lk_status status = c.list && c.lists ? LK_OK : LK_ERROR_MEMORY;
    if (status == LK_OK) status = read_choices(request, &c, orders);
    if (status == LK_OK) status = compare_orders(bridge, request, &c);
    for (size_t i = 0; i < c.count; i++) lk_variable_list_free(request->network, &c.lists[i]);
    free(c.lists);
    free(c.list);
    return status;
}

// What `likelore net orders` prints; "orders":["A,B","min-fill"] are those to compare.
LK_EXPORT lk_status lk_bridge_network_orders(lk_bridge *bridge, lk_network *network,
                                             const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_orders);
}

// ---- Independence ---------------------------------------------------------------------------

typedef struct sides {
    lk_variable_list left, right, given;
} sides;

static lk_status read_side(const lk_request *request, lk_variable_list *list, const char *name) {
    const char *text = lk_json_string(lk_json_get(request->document, name), NULL);
    return text ? lk_variable_list_add_text(request->network, list, text) : LK_OK;
}

static lk_status read_sides(const lk_request *request, sides *s) {
    LK_TRY(read_side(request, &s->left, "left"));
    LK_TRY(read_side(request, &s->right, "right"));
    return read_side(request, &s->given, "given");
}

static lk_status separate(lk_bridge *bridge, const lk_request *request, const sides *s) {
    bool json;
    lk_document_options written;
    LK_TRY(lk_request_format(bridge, request, &json, &written));
    double tolerance = lk_json_number(lk_json_get(request->document, "tolerance"), 0);
    if (!(tolerance >= 0 && tolerance <= 1))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "a tolerance is a number from 0 to 1");
    if (is_exact(request) && lk_json_get(request->document, "tolerance"))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "fractions are equal or not: leave the tolerance out");
    double most = lk_json_number(lk_json_get(request->document, "most_operations"), 0);
    if (!(most >= 0))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "a limit of operations is 0 or more");
    lk_independence_options options = {.tolerance = tolerance, .most_operations = most};
    lk_independence *made;
    LK_TRY((is_exact(request) ? lk_independence_new_exact : lk_independence_new)(
        bridge->context, &made, request->network, s->left.variables, s->left.count,
        s->right.variables, s->right.count, s->given.variables, s->given.count, &options));
    lk_status status = json ? lk_independence_to_json(&bridge->output, made, written.language)
                            : lk_independence_to_document(&bridge->output, made, &written);
    lk_independence_free(made);
    return status;
}

// Without a right side.
static lk_status list_independent(lk_bridge *bridge, const lk_request *request, const sides *s) {
    bool json;
    lk_document_options written;
    LK_TRY(lk_request_format(bridge, request, &json, &written));
    lk_independence_list *made;
    LK_TRY(lk_independence_list_new(bridge->context, &made, request->network, s->left.variables,
                                    s->left.count, s->given.variables, s->given.count));
    lk_status status = json ? lk_independence_list_to_json(&bridge->output, made)
                            : lk_independence_list_to_document(&bridge->output, made, &written);
    lk_independence_list_free(made);
    return status;
}

static lk_status answer_separate(lk_bridge *bridge, const lk_request *request) {
    sides s = {0};
    lk_status status = read_sides(request, &s);
    bool has_right = lk_json_get(request->document, "right") != NULL;
    if (status == LK_OK) status = (has_right ? separate : list_independent)(bridge, request, &s);
    lk_variable_list_free(request->network, &s.left);
    lk_variable_list_free(request->network, &s.right);
    lk_variable_list_free(request->network, &s.given);
    return status;
}

// What `likelore net separate` prints for
// {"left":"A","right":"B,C","given":"D","tolerance","most_operations","exact"}; without "right",
// with which all other variables are compared.
LK_EXPORT lk_status lk_bridge_network_separate(lk_bridge *bridge, lk_network *network,
                                               const char *text, size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_separate);
}

// ---- Reports --------------------------------------------------------------------------------

// What `likelore net report` prints for a sheet of questions, with `exact` as with --exact, in a
// language: "en" or "zh".
LK_EXPORT lk_status lk_bridge_network_report(lk_bridge *bridge, const lk_network *network,
                                             const char *questions, size_t length,
                                             const char *format_name, bool exact,
                                             const char *language) {
    lk_document_options options;
    LK_TRY(lk_request_language(bridge, &options.language, language));
    if (!lk_document_format_find(&options.format, format_name))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "there is no format '%s'; there are text, markdown, latex and html",
                              format_name);
    lk_buffer_clear(&bridge->output);
    return (exact ? lk_report_write_exact : lk_report_write)(
        bridge->context, &bridge->output, network, questions, length, NULL, &options);
}

// ---- Checks ---------------------------------------------------------------------------------

// What `likelore net check --json` prints of a file with this content.
LK_EXPORT lk_status lk_bridge_check(lk_bridge *bridge, const char *text, size_t length,
                                    const char *file_name, bool normalize) {
    lk_network_read_options options = {.normalize = normalize};
    lk_check *check;
    LK_TRY(lk_check_read(bridge->context, &check, text, length, file_name, &options));
    lk_buffer_clear(&bridge->output);
    lk_status status = lk_check_to_json(&bridge->output, check);
    lk_check_free(check);
    return status;
}

// ---- Files ----------------------------------------------------------------------------------

// The network in a format, such as "bif"; "uai-names" for the names that go with "uai".
LK_EXPORT lk_status lk_bridge_network_write(lk_bridge *bridge, const lk_network *network,
                                            const char *format) {
    lk_buffer_clear(&bridge->output);
    if (strcmp(format, "uai-names") == 0)
        return lk_network_write_uai_names(&bridge->output, network);
    return lk_network_write(&bridge->output, network, format);
}

// ---- Drawings -------------------------------------------------------------------------------

static lk_status draw_with(lk_bridge *bridge, const lk_request *request, const lk_query *bars) {
    const lk_json *document = request->document;
    lk_draw_options options = {.graph = lk_json_string(lk_json_get(document, "graph"), NULL),
                               .format = lk_json_string(lk_json_get(document, "format"), NULL),
                               .posteriors = bars,
                               .evidence = request->evidence.findings,
                               .evidence_count = request->evidence.count,
                               .heuristic = request->options.heuristic,
                               .order = request->options.order,
                               .order_count = request->options.order_count};
    return lk_network_draw(&bridge->output, request->network, &options);
}

static lk_status answer_draw(lk_bridge *bridge, const lk_request *request) {
    if (!lk_json_bool(lk_json_get(request->document, "bars"), false))
        return draw_with(bridge, request, NULL);
    // The order is that of the figure, not of the query.
    lk_request asked = *request;
    asked.options = (lk_query_options){0};
    lk_query *query;
    lk_status status = lk_request_query(bridge, &query, &asked);
    if (status == LK_OK) status = draw_with(bridge, request, query);
    lk_query_free(query);
    return status;
}

// What `likelore net draw` prints; further members "graph", "bars", and "format": "svg" or "dot".
LK_EXPORT lk_status lk_bridge_network_draw(lk_bridge *bridge, lk_network *network, const char *text,
                                           size_t length) {
    return lk_request_answer(bridge, network, text, length, answer_draw);
}
