// `likelore net orders`: orders of elimination, side by side.
#include "command_net.h"

#include "net_question.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CHOICES = 100 };

typedef struct choices {
    lk_order_choice list[MOST_CHOICES];
    lk_variable_list orders[MOST_CHOICES]; // of the choices that are variables
    size_t count;
    bool has_heuristic;
} choices;

static bool is_heuristic(const char *text) {
    const char *name;
    for (size_t i = 0; (name = lk_order_heuristic_name(i)) != NULL; i++)
        if (strcmp(name, text) == 0) return true;
    return false;
}

static lk_status add_choice(invocation *call, const question *q, choices *c, const char *text) {
    if (c->count == MOST_CHOICES)
        return usage_error(call, "at most %d orders can be compared", MOST_CHOICES);
    lk_order_choice *choice = &c->list[c->count];
    lk_variable_list *order = &c->orders[c->count++];
    if (is_heuristic(text)) {
        choice->heuristic = text;
        c->has_heuristic = true;
        return LK_OK;
    }
    LK_TRY(lk_variable_list_add_text(q->network, order, text));
    choice->variables = order->variables;
    choice->count = order->count;
    return LK_OK;
}

// The orders that are given; unless a heuristic is among them, all heuristics as well.
static lk_status read_choices(invocation *call, const question *q, choices *c) {
    const char *text;
    for (size_t i = 0; (text = option_value_at(call->arguments, "order", i)) != NULL; i++)
        LK_TRY(add_choice(call, q, c, text));
    if (c->has_heuristic) return LK_OK;
    for (size_t i = 0; (text = lk_order_heuristic_name(i)) != NULL; i++)
        LK_TRY(add_choice(call, q, c, text));
    return LK_OK;
}

static lk_status compare(invocation *call, const question *q, const choices *c, lk_buffer *out) {
    explanation_format format = {0};
    lk_orders *made;
    LK_TRY(read_format(call, &format));
    LK_TRY(lk_orders_new(call->context, &made, q->network, q->targets.variables, q->targets.count,
                         q->evidence.findings, q->evidence.count, c->list, c->count));
    lk_status status = format.json ? lk_orders_to_json(out, made, format.document.language)
                                   : lk_orders_to_document(out, made, &format.document);
    if (format.json) lk_buffer_append_byte(out, '\n');
    lk_orders_free(made);
    return status;
}

static lk_status orders(invocation *call, const question *q, lk_buffer *out) {
    if (q->targets.count == 0) return usage_error(call, "which probability? name a target with -t");
    choices *c = calloc(1, sizeof *c);
    if (!c) return LK_ERROR_MEMORY;
    lk_status status = read_choices(call, q, c);
    if (status == LK_OK) status = compare(call, q, c, out);
    for (size_t i = 0; i < c->count; i++) lk_variable_list_free(q->network, &c->orders[i]);
    free(c);
    return status;
}

static const option options[] = {
    NET_TARGET,
    NET_EVIDENCE,
    {"order", 0, "ORDER",
     "an order to compare: variables such as A,B,C, or a heuristic, which leaves out those that "
     "are not named; repeats"},
    NET_FORMAT,
    LANGUAGE,
    NET_NORMALIZE,
    {0}};

static lk_status run(invocation *call) { return run_question(call, orders); }

const command net_orders_command = {
    .noun = "net",
    .verb = "orders",
    .operands = "FILE",
    .summary = "compare orders of elimination",
    .details =
        "Shows for each order its width (variables of the largest join, less one), the largest "
        "factor it generates, the largest join before a sum, the cells of all generated factors, "
        "multiplications and additions, and tells in words where orders differ. The structure "
        "alone is enough. Without --order, all heuristics.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
