// A lower bound of the largest join that any order has, so that networks far beyond reach are
// refused before many searches spend their time on them.
//
// An order of elimination has a join of at least d + 1 nodes when some minor of the graph has no
// node of fewer than d neighbours. Contracting a node of the fewest neighbours with that one of
// them with which it shares the fewest finds such minors (H. Bodlaender and A. Koster, "Treewidth
// computations II. Lower bounds", 2011: MMD+, least-c).
#include "inference/order.h"

#include <math.h>

enum { FEW_NODES = 256 }; // are searched fast enough

typedef struct bound {
    lk_graph graph;
    uint32_t *degrees; // UINT32_MAX: no longer in the graph
    uint32_t *neighbours;
} bound;

// The graph without nodes that no order has to eliminate or that multiply no cells; every other one
// at least doubles them.
static lk_status start(lk_arena *arena, bound *b, const lk_order_problem *problem) {
    uint32_t n = problem->graph->count;
    LK_TRY(lk_graph_copy(arena, &b->graph, problem->graph));
    b->degrees = lk_arena_alloc(arena, n, sizeof *b->degrees);
    b->neighbours = lk_arena_alloc(arena, n, sizeof *b->neighbours);
    LK_NEED(b->degrees);
    LK_NEED(b->neighbours);
    for (uint32_t v = 0; v < n; v++) {
        if (problem->cardinalities[v] > 1 && !(problem->kept && problem->kept[v])) continue;
        uint32_t count = lk_graph_neighbours(&b->graph, b->neighbours, v);
        lk_graph_remove(&b->graph, v, b->neighbours, count);
    }
    for (uint32_t v = 0; v < n; v++) {
        bool is_out = problem->cardinalities[v] < 2 || (problem->kept && problem->kept[v]);
        b->degrees[v] = is_out ? UINT32_MAX : lk_graph_neighbours(&b->graph, b->neighbours, v);
    }
    return LK_OK;
}

static uint32_t least_degree(const bound *b) {
    uint32_t best = UINT32_MAX, least = UINT32_MAX;
    for (uint32_t v = 0; v < b->graph.count; v++) {
        if (b->degrees[v] >= least) continue;
        least = b->degrees[v];
        best = v;
    }
    return best;
}

static uint32_t count_common(const bound *b, uint32_t u, uint32_t v) {
    const uint64_t *a = lk_graph_row(&b->graph, u), *c = lk_graph_row(&b->graph, v);
    uint32_t count = 0;
    for (size_t w = 0; w < b->graph.words; w++)
        count += (uint32_t)__builtin_popcountll(a[w] & c[w]);
    return count;
}

// Takes a node out; its neighbours become those of `heir`, one of them.
static void contract(bound *b, uint32_t node, uint32_t count, uint32_t heir) {
    lk_graph_remove(&b->graph, node, b->neighbours, count);
    b->degrees[node] = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = b->neighbours[i];
        b->degrees[other]--;
        if (other == heir || lk_graph_connected(&b->graph, other, heir)) continue;
        lk_graph_connect(&b->graph, other, heir);
        b->degrees[other]++;
        b->degrees[heir]++;
    }
}

static uint32_t choose_heir(const bound *b, uint32_t node, uint32_t count) {
    uint32_t best = b->neighbours[0], least = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t common = count_common(b, node, b->neighbours[i]);
        if (common >= least) continue;
        least = common;
        best = b->neighbours[i];
    }
    return best;
}

lk_status lk_order_check_bound(lk_arena *arena, lk_order *order, const lk_order_problem *problem) {
    if (problem->graph->count < FEW_NODES) return LK_OK;
    bound b;
    LK_TRY(start(arena, &b, problem));
    for (uint32_t node; (node = least_degree(&b)) != UINT32_MAX;) {
        double cells = ldexp(1, b.degrees[node] < 1000 ? (int)b.degrees[node] + 1 : 1001);
        if (cells > problem->largest_join) {
            order->too_large = cells;
            order->is_bound = true;
            return LK_OK;
        }
        uint32_t count = lk_graph_neighbours(&b.graph, b.neighbours, node);
        if (count == 0) {
            b.degrees[node] = UINT32_MAX;
            continue;
        }
        contract(&b, node, count, choose_heir(&b, node, count));
    }
    return LK_OK;
}
