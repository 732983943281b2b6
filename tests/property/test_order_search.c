// The searches for orders of elimination against searches that compute every cost anew, and with
// several threads against one.
#include "inference/order_greedy.h"

#include "test_context.h"

#include <math.h>

enum { MOST_NODES = 220, GRAPHS = 60 };

typedef struct problem {
    lk_arena arena;
    lk_graph graph;
    uint32_t cardinalities[MOST_NODES];
    bool kept[MOST_NODES];
    lk_order_problem question;
} problem;

// The same graph for the same number; neighbours are near each other.
static void make_problem(problem *p, lk_context *context, uint32_t number, double largest_join) {
    lk_random random = lk_random_stream(17, LK_RANDOM_TEST, number, 0);
    uint32_t n = 20 + (uint32_t)lk_random_below(&random, MOST_NODES - 20);
    uint32_t edges = n + (uint32_t)lk_random_below(&random, n);
    uint32_t reach = 2 + (uint32_t)lk_random_below(&random, n / 3);
    *p = (problem){.arena = lk_arena_make(context, 0)};
    cr_assert(lk_graph_make(&p->arena, &p->graph, n) == LK_OK);
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t a = (uint32_t)lk_random_below(&random, n);
        lk_graph_connect(&p->graph, a, (a + 1 + (uint32_t)lk_random_below(&random, reach)) % n);
    }
    for (uint32_t v = 0; v < n; v++) {
        p->cardinalities[v] = 2 + (uint32_t)lk_random_below(&random, 4);
        p->kept[v] = number % 2 && lk_random_below(&random, 20) == 0;
    }
    p->question = (lk_order_problem){&p->graph, p->cardinalities, p->kept, largest_join};
}

// ---- The naive search --------------------------------------------------------------------------

static double cost_of(const problem *p, const lk_graph *left, uint32_t node, lk_order_cost cost) {
    uint32_t neighbours[MOST_NODES];
    uint32_t count = lk_graph_neighbours(left, neighbours, node);
    double cells = 1, fill = 0, weighted_fill = 0;
    for (uint32_t i = 0; i < count; i++) {
        cells *= p->cardinalities[neighbours[i]];
        for (uint32_t k = 0; k < i; k++) {
            if (lk_graph_connected(left, neighbours[i], neighbours[k])) continue;
            fill++;
            weighted_fill += p->cardinalities[neighbours[i]] * p->cardinalities[neighbours[k]];
        }
    }
    if (cost == LK_COST_FILL) return fill;
    if (cost == LK_COST_WEIGHTED_FILL) return weighted_fill;
    return cost == LK_COST_DEGREE ? count : cells;
}

static void search_naively(problem *p, lk_order *order, lk_order_cost cost) {
    uint32_t neighbours[MOST_NODES];
    bool gone[MOST_NODES] = {0};
    lk_graph left;
    cr_assert(lk_graph_copy(&p->arena, &left, &p->graph) == LK_OK);
    order->nodes = lk_arena_alloc(&p->arena, left.count, sizeof *order->nodes);
    order->count = 0;
    for (;;) {
        uint32_t best = UINT32_MAX;
        double least = 0;
        for (uint32_t v = 0; v < left.count; v++) {
            if (gone[v] || p->kept[v]) continue;
            double own = cost_of(p, &left, v, cost);
            if (best != UINT32_MAX && own >= least) continue;
            best = v;
            least = own;
        }
        if (best == UINT32_MAX) return;
        order->nodes[order->count++] = best;
        gone[best] = true;
        uint32_t count = lk_graph_neighbours(&left, neighbours, best);
        lk_graph_eliminate(&left, best, neighbours, count);
    }
}

Test(order_search, costs_kept_up_to_date_give_the_orders_of_costs_computed_anew) {
    static const lk_order_cost costs[] = {LK_COST_FILL, LK_COST_WEIGHT, LK_COST_DEGREE,
                                          LK_COST_WEIGHTED_FILL};
    lk_context *context = make_context();
    for (uint32_t i = 0; i < GRAPHS; i++) {
        problem p;
        make_problem(&p, context, i, INFINITY);
        lk_order naive,
            order = {.nodes = lk_arena_alloc(&p.arena, p.graph.count, sizeof(uint32_t))};
        cr_assert(lk_order_find_greedy(&p.arena, &order, &p.question, costs[i % 4]) == LK_OK);
        search_naively(&p, &naive, costs[i % 4]);
        cr_assert(order.count == naive.count);
        cr_assert(memcmp(order.nodes, naive.nodes, naive.count * sizeof(uint32_t)) == 0, "%u", i);
        lk_arena_release(&p.arena);
    }
    free_context(context);
}

// ---- Several threads ---------------------------------------------------------------------------

static double cells_of(problem *p, const lk_order *order) {
    uint32_t neighbours[MOST_NODES];
    lk_graph left;
    double cells = 0;
    cr_assert(lk_graph_copy(&p->arena, &left, &p->graph) == LK_OK);
    for (uint32_t i = 0; i < order->count; i++) {
        uint32_t count = lk_graph_neighbours(&left, neighbours, order->nodes[i]);
        double join = p->cardinalities[order->nodes[i]];
        for (uint32_t k = 0; k < count; k++) join *= p->cardinalities[neighbours[k]];
        cells += join;
        lk_graph_eliminate(&left, order->nodes[i], neighbours, count);
    }
    return cells;
}

static void expect_the_same(const lk_order *a, const lk_order *b) {
    cr_assert(a->count == b->count);
    cr_assert(a->cells == b->cells);
    cr_assert(a->too_large == b->too_large);
    cr_assert(memcmp(a->nodes, b->nodes, a->count * sizeof *a->nodes) == 0);
}

// With limits under which all candidates, some and none of them give up.
Test(order_search, the_best_order_is_the_same_with_any_number_of_threads) {
    static const double limits[] = {INFINITY, 1e9, 1e6, 1e4};
    static const int threads[] = {1, 2, 3, 5};
    enum { RUNS = sizeof threads / sizeof threads[0] };
    lk_context *contexts[RUNS];
    uint32_t complete = 0, given_up = 0;
    for (int k = 0; k < RUNS; k++)
        cr_assert(lk_context_new(&contexts[k], &(lk_options){.threads = threads[k]}) == LK_OK);
    for (uint32_t i = 0; i < GRAPHS; i++) {
        problem p[RUNS];
        lk_order orders[RUNS];
        for (int k = 0; k < RUNS; k++) {
            make_problem(&p[k], contexts[k], i, limits[i % 4]);
            cr_assert(lk_order_find(&p[k].arena, &orders[k], &p[k].question, NULL) == LK_OK);
            expect_the_same(&orders[k], &orders[0]);
        }
        complete += orders[0].too_large == 0;
        given_up += orders[0].too_large != 0;
        if (orders[0].too_large == 0) cr_assert(cells_of(&p[0], &orders[0]) == orders[0].cells);
        for (int k = 0; k < RUNS; k++) lk_arena_release(&p[k].arena);
    }
    cr_assert(complete >= 10 && given_up >= 10, "%u and %u", complete, given_up);
    for (int k = 0; k < RUNS; k++) lk_context_free(contexts[k]);
}
