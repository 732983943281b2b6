// The lower bound of the largest join against the joins of orders that were found.
#include "inference/order.h"

#include "test_context.h"

#include <math.h>

enum { NODES = 300 };

static lk_context *context;

typedef struct problem {
    lk_arena arena;
    lk_graph graph;
    uint32_t cardinalities[NODES];
    bool kept[NODES];
} problem;

static void make_problem(problem *p, lk_random *random, uint32_t edges) {
    *p = (problem){.arena = lk_arena_make(context, 0)};
    cr_assert(lk_graph_make(&p->arena, &p->graph, NODES) == LK_OK);
    for (uint32_t i = 0; i < edges; i++) {
        uint32_t a = (uint32_t)lk_random_below(random, NODES);
        uint32_t b = (uint32_t)lk_random_below(random, NODES);
        if (a != b) lk_graph_connect(&p->graph, a, b);
    }
    for (uint32_t v = 0; v < NODES; v++) {
        p->cardinalities[v] = 1 + (uint32_t)lk_random_below(random, 3);
        p->kept[v] = lk_random_below(random, 20) == 0;
    }
}

// The cells of the largest join when nodes are eliminated in an order.
static double largest_join(const problem *p, const lk_order *order) {
    uint32_t neighbours[NODES];
    lk_graph left;
    cr_assert(lk_graph_copy((lk_arena *)&p->arena, &left, &p->graph) == LK_OK);
    double largest = 1;
    for (uint32_t i = 0; i < order->count; i++) {
        uint32_t node = order->nodes[i];
        uint32_t count = lk_graph_neighbours(&left, neighbours, node);
        double cells = p->cardinalities[node];
        for (uint32_t k = 0; k < count; k++) cells *= p->cardinalities[neighbours[k]];
        if (cells > largest) largest = cells;
        lk_graph_eliminate(&left, node, neighbours, count);
    }
    return largest;
}

static bool is_refused(problem *p, double limit) {
    lk_order_problem question = {&p->graph, p->cardinalities, p->kept, limit};
    lk_order order = {0};
    cr_assert(lk_order_check_bound(&p->arena, &order, &question) == LK_OK);
    cr_assert(order.is_bound == (order.too_large != 0));
    cr_assert(!order.is_bound || order.too_large > limit);
    return order.is_bound;
}

Test(order_bound, refuses_nothing_for_which_an_order_is_known) {
    context = make_context();
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 40; i++) {
        lk_random random = lk_random_stream(16, LK_RANDOM_TEST, i, 0);
        problem p;
        make_problem(&p, &random, 100 + (uint32_t)lk_random_below(&random, 700));
        lk_order_problem question = {&p.graph, p.cardinalities, p.kept, 1e290};
        lk_order order;
        cr_assert(lk_order_find(&p.arena, &order, &question, "min-fill") == LK_OK);
        cr_assert(order.too_large == 0);
        double largest = largest_join(&p, &order);
        cr_assert(!is_refused(&p, largest), "%u: %g cells", i, largest);
        refused += is_refused(&p, 16);
        lk_arena_release(&p.arena);
    }
    cr_assert(refused > 10, "%u graphs are known to need more than 16 cells", refused);
    free_context(context);
}

Test(order_bound, a_complete_graph_needs_all_its_nodes) {
    context = make_context();
    problem p = {.arena = lk_arena_make(context, 0)};
    uint32_t nodes[NODES];
    cr_assert(lk_graph_make(&p.arena, &p.graph, NODES) == LK_OK);
    for (uint32_t v = 0; v < NODES; v++) {
        nodes[v] = v;
        p.cardinalities[v] = v < 40 ? 2 : 1;
    }
    lk_graph_connect_all(&p.graph, nodes, NODES);
    cr_assert(is_refused(&p, ldexp(1, 39)));
    cr_assert(!is_refused(&p, ldexp(1, 40)), "single states multiply nothing");
    p.kept[0] = true;
    cr_assert(!is_refused(&p, ldexp(1, 39)), "what is kept is not eliminated");
    lk_arena_release(&p.arena);
    free_context(context);
}
