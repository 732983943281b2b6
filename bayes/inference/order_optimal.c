// The best order of a small problem. After a set S of nodes has been eliminated, the neighbours of
// a node v are those of the kept and remaining nodes that v reaches through S, in whatever order S
// was eliminated. So the least cost of eliminating S follows from those of the sets one smaller.
#include "inference/order.h"

#include <math.h>

typedef struct table {
    const lk_order_problem *problem;
    uint32_t nodes[LK_OPTIMAL_NODES]; // those to be eliminated: bit i of a set is nodes[i]
    uint32_t count;
    double *costs; // of each set
    uint8_t *last; // the node of the set that is eliminated last
    bool *reached; // room: of each node of the graph
    uint32_t *stack;
    uint32_t *neighbours;
    uint32_t *bit_of; // of each node of the graph; LK_OPTIMAL_NODES: kept
} table;

static bool is_in(const table *t, uint32_t node, uint32_t set) {
    return t->bit_of[node] < LK_OPTIMAL_NODES && (set >> t->bit_of[node] & 1);
}

// Cells of the join that eliminates `start` when the nodes of `set` have gone.
static double join_cells(table *t, uint32_t start, uint32_t set) {
    const lk_graph *graph = t->problem->graph;
    memset(t->reached, 0, graph->count * sizeof *t->reached);
    double cells = t->problem->cardinalities[start];
    uint32_t depth = 0;
    t->reached[start] = true;
    t->stack[depth++] = start;
    while (depth > 0) {
        uint32_t count = lk_graph_neighbours(graph, t->neighbours, t->stack[--depth]);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t node = t->neighbours[i];
            if (t->reached[node]) continue;
            t->reached[node] = true;
            if (is_in(t, node, set))
                t->stack[depth++] = node;
            else
                cells *= t->problem->cardinalities[node];
        }
    }
    return cells;
}

static void fill_table(table *t) {
    t->costs[0] = 0;
    for (uint32_t set = 1; set < UINT32_C(1) << t->count; set++) {
        t->costs[set] = INFINITY;
        for (uint32_t bit = 0; bit < t->count; bit++) {
            if (!(set >> bit & 1)) continue;
            uint32_t before = set & ~(UINT32_C(1) << bit);
            if (t->costs[before] >= t->costs[set]) continue;
            double cost = t->costs[before] + join_cells(t, t->nodes[bit], before);
            if (cost >= t->costs[set]) continue;
            t->costs[set] = cost;
            t->last[set] = (uint8_t)bit;
        }
    }
}

// Walks back from the full set.
static void read_order(lk_order *order, table *t) {
    uint32_t set = (UINT32_C(1) << t->count) - 1;
    order->cells = t->costs[set];
    order->count = t->count;
    for (uint32_t i = t->count; i-- > 0;) {
        uint32_t node = t->nodes[t->last[set]];
        order->nodes[i] = node;
        set &= ~(UINT32_C(1) << t->last[set]);
        double join = join_cells(t, node, set);
        if (join > t->problem->largest_join) order->too_large = join;
    }
}

static lk_status make_table(lk_arena *arena, table *t) {
    uint32_t n = t->problem->graph->count;
    t->costs = lk_arena_alloc(arena, (size_t)1 << t->count, sizeof *t->costs);
    t->last = lk_arena_alloc(arena, (size_t)1 << t->count, sizeof *t->last);
    t->reached = lk_arena_alloc(arena, n, sizeof *t->reached);
    t->stack = lk_arena_alloc(arena, n, sizeof *t->stack);
    t->neighbours = lk_arena_alloc(arena, n, sizeof *t->neighbours);
    LK_NEED(t->costs);
    LK_NEED(t->last);
    LK_NEED(t->reached);
    LK_NEED(t->stack);
    LK_NEED(t->neighbours);
    return LK_OK;
}

static lk_status number_nodes(lk_arena *arena, table *t) {
    uint32_t n = t->problem->graph->count, left = 0;
    t->bit_of = lk_arena_alloc(arena, n, sizeof *t->bit_of);
    LK_NEED(t->bit_of);
    for (uint32_t i = 0; i < n; i++) {
        t->bit_of[i] = LK_OPTIMAL_NODES;
        if (t->problem->kept[i]) continue;
        if (left < LK_OPTIMAL_NODES) {
            t->bit_of[i] = left;
            t->nodes[left] = i;
        }
        left++;
    }
    t->count = left;
    if (left <= LK_OPTIMAL_NODES) return LK_OK;
    return lk_fail(arena->context, LK_ERROR_LIMIT,
                   "the optimal order can be searched for %d variables at most; here are %u",
                   LK_OPTIMAL_NODES, left);
}

lk_status lk_order_find_optimal(lk_arena *arena, lk_order *order, const lk_order_problem *problem) {
    lk_arena_mark mark = lk_arena_get_mark(arena);
    table t = {.problem = problem};
    LK_TRY(number_nodes(arena, &t));
    LK_TRY(make_table(arena, &t));
    fill_table(&t);
    read_order(order, &t);
    lk_arena_rewind(arena, mark);
    return LK_OK;
}
