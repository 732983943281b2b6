// Orders of elimination.
#ifndef LK_ORDER_H
#define LK_ORDER_H

#include "network/graph.h"

#define LK_LARGEST_JOIN 9007199254740992.0 // cells: all beyond cannot be counted exactly

// The nodes are the unobserved variables that matter; two are connected when a table has both.
typedef struct lk_order_problem {
    const lk_graph *graph;
    const uint32_t *cardinalities;
    const bool *kept;    // not to be eliminated: the targets
    double largest_join; // give up when a join has more cells
} lk_order_problem;

typedef struct lk_order {
    uint32_t *nodes; // all that are not kept
    uint32_t count;
    double cells;     // of all joins: the sum that orders are compared by
    double too_large; // cells of the join at which the search gave up; 0: it did not
    bool is_bound;    // no order does with less than that
} lk_order;

// Finds an order by the named heuristic; NULL: the best of the greedy ones. The order is in the
// arena; what else is taken from it is given back. LK_ERROR_UNKNOWN_NAME; LK_ERROR_LIMIT when
// "optimal" has too many nodes.
lk_status lk_order_find(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                        const char *heuristic);

// How a refusal of an order that is too large begins.
const char *lk_order_refusal(const lk_order *order);

// Whether every order has a join of more cells than the problem allows: then too_large and is_bound
// are set (order_bound.c).
lk_status lk_order_check_bound(lk_arena *arena, lk_order *order, const lk_order_problem *problem);

// Exhaustive search over all orders for the least sum of cells, by dynamic programming over sets
// of eliminated nodes (Bertelè and Brioschi, Nonserial Dynamic Programming, 1972).
enum { LK_OPTIMAL_NODES = 18 };
lk_status lk_order_find_optimal(lk_arena *arena, lk_order *order, const lk_order_problem *problem);

#endif
