// The searches for an order of elimination, by name.
#include "inference/order.h"

#include "inference/order_greedy.h"
#include "likelore/bayes.h"

static const struct heuristic {
    const char *name;
    lk_order_cost cost;
} greedy[] = {
    {"min-fill", LK_COST_FILL},
    {"min-weight", LK_COST_WEIGHT},
    {"min-degree", LK_COST_DEGREE},
    {"weighted-min-fill", LK_COST_WEIGHTED_FILL},
};

enum { GREEDY_COUNT = sizeof greedy / sizeof greedy[0], HEURISTIC_COUNT = GREEDY_COUNT + 1 };

const char *lk_order_heuristic_name(size_t index) {
    if (index < GREEDY_COUNT) return greedy[index].name;
    return index == GREEDY_COUNT ? "optimal" : NULL;
}

static lk_status fail_unknown(lk_context *context, const char *name) {
    const char *names[HEURISTIC_COUNT];
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) names[i] = lk_order_heuristic_name(i);
    const char *nearest = lk_suggest(name, names, HEURISTIC_COUNT);
    if (!nearest) return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "there is no order \"%s\"", name);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "there is no order \"%s\"; did you mean \"%s\"?",
                   name, nearest);
}

static lk_status find_optimal(lk_arena *arena, lk_order *order, const lk_order_problem *problem) {
    LK_TRY(lk_order_check_bound(arena, order, problem));
    return order->is_bound ? LK_OK : lk_order_find_optimal(arena, order, problem);
}

static lk_status find(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                      const char *name) {
    if (!name) return lk_order_find_best(arena, order, problem);
    for (size_t i = 0; i < GREEDY_COUNT; i++)
        if (strcmp(greedy[i].name, name) == 0)
            return lk_order_find_greedy(arena, order, problem, greedy[i].cost);
    if (strcmp(name, "optimal") == 0) return find_optimal(arena, order, problem);
    return fail_unknown(arena->context, name);
}

const char *lk_order_refusal(const lk_order *order) {
    return order->is_bound ? "every order has a join of at least" : "the best order found joins";
}

lk_status lk_order_find(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                        const char *name) {
    uint32_t *nodes = lk_arena_alloc(arena, problem->graph->count, sizeof *nodes);
    LK_NEED(nodes);
    *order = (lk_order){.nodes = nodes};
    lk_arena_mark mark = lk_arena_get_mark(arena);
    lk_status status = find(arena, order, problem, name);
    lk_arena_rewind(arena, mark);
    return status;
}
