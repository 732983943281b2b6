// Greedy search for orders of elimination, with costs that are kept up to date edge by edge.
#ifndef LK_ORDER_GREEDY_H
#define LK_ORDER_GREEDY_H

#include "inference/order.h"

typedef enum lk_order_cost {
    LK_COST_FILL,         // edges that the elimination adds
    LK_COST_WEIGHT,       // cells of the factor that it makes
    LK_COST_DEGREE,       // variables of that factor
    LK_COST_WEIGHTED_FILL // the edges it adds, each the product of its ends' cardinalities
} lk_order_cost;

// Eliminates the node of least cost, connects its neighbours, and goes on (Kjaerulff,
// "Triangulation of graphs", 1990; Koller and Friedman, Probabilistic Graphical Models, 2009,
// section 9.4). Ties go to the node that comes first. An order that is too large is asked for a
// bound (lk_order_check_bound).
lk_status lk_order_find_greedy(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                               lk_order_cost cost);

// The best order of several searches: nodes whose neighbours are connected with each other first,
// which is never wrong; then, on what is left, the greedy ones, and with costs disturbed at random
// for as long as a better order may pay. All threads of the context search; the order is the same
// with any number of them.
lk_status lk_order_find_best(lk_arena *arena, lk_order *order, const lk_order_problem *problem);

#endif
