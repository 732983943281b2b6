// Greedy search: eliminate the node of least cost, connect its neighbours, and go on. Heuristics
// differ in the cost alone (Kjaerulff, "Triangulation of graphs", 1990; Koller and Friedman,
// Probabilistic Graphical Models, 2009, section 9.4). Ties go to the node that comes first.
//
// An elimination changes the costs of the neighbours of the node and, because they have new
// neighbours and the neighbourhoods of others have new edges, of the neighbours of these: only
// those are computed again.
#include "order.h"

#include "likelore/bayes.h"

typedef struct search {
    const lk_order_problem *problem;
    lk_graph graph; // of what is left
    double *costs;
    bool *stale;
    bool *left; // still to be eliminated
    uint32_t *neighbours;
    uint32_t *second; // room for neighbours of neighbours
} search;

typedef double cost_function(const search *s, uint32_t node, const uint32_t *neighbours,
                             uint32_t count);

static double product_of_cardinalities(const search *s, const uint32_t *nodes, uint32_t count) {
    double product = 1;
    for (uint32_t i = 0; i < count; i++) product *= s->problem->cardinalities[nodes[i]];
    return product;
}

static double degree_cost(const search *s, uint32_t node, const uint32_t *neighbours,
                          uint32_t count) {
    (void)s, (void)node, (void)neighbours;
    return count;
}

static double weight_cost(const search *s, uint32_t node, const uint32_t *neighbours,
                          uint32_t count) {
    (void)node;
    return product_of_cardinalities(s, neighbours, count);
}

// One word of the set of `nodes` that are not neighbours of `node`.
static uint64_t missing_bits(const search *s, const uint64_t *nodes, uint32_t node, size_t word) {
    return nodes[word] & ~lk_graph_row(&s->graph, node)[word];
}

static double fill_cost(const search *s, uint32_t node, const uint32_t *neighbours,
                        uint32_t count) {
    const uint64_t *nodes = lk_graph_row(&s->graph, node);
    uint64_t missing = 0;
    for (uint32_t i = 0; i < count; i++)
        for (size_t w = 0; w < s->graph.words; w++)
            missing += (uint64_t)__builtin_popcountll(missing_bits(s, nodes, neighbours[i], w));
    return (double)(missing - count) / 2; // each is missing from itself, and each edge counts twice
}

static double weighted_fill_cost(const search *s, uint32_t node, const uint32_t *neighbours,
                                 uint32_t count) {
    (void)node;
    double cost = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (!lk_graph_connected(&s->graph, neighbours[i], neighbours[j]))
                cost += (double)s->problem->cardinalities[neighbours[i]] *
                        s->problem->cardinalities[neighbours[j]];
    return cost;
}

static const struct heuristic {
    const char *name;
    cost_function *cost; // NULL: not greedy
} heuristics[] = {
    {"min-fill", fill_cost},     {"min-weight", weight_cost},
    {"min-degree", degree_cost}, {"weighted-min-fill", weighted_fill_cost},
    {"optimal", NULL},
};

enum { HEURISTIC_COUNT = sizeof heuristics / sizeof heuristics[0] };

const char *lk_order_heuristic_name(size_t index) {
    return index < HEURISTIC_COUNT ? heuristics[index].name : NULL;
}

// ---- The greedy loop ---------------------------------------------------------------------------

static lk_status start_search(lk_arena *arena, search *s, const lk_order_problem *problem) {
    uint32_t n = problem->graph->count;
    s->problem = problem;
    LK_TRY(lk_graph_copy(arena, &s->graph, problem->graph));
    s->costs = lk_arena_alloc(arena, n, sizeof *s->costs);
    s->stale = lk_arena_alloc(arena, n, sizeof *s->stale);
    s->left = lk_arena_alloc(arena, n, sizeof *s->left);
    s->neighbours = lk_arena_alloc(arena, n, sizeof *s->neighbours);
    s->second = lk_arena_alloc(arena, n, sizeof *s->second);
    LK_NEED(s->costs);
    LK_NEED(s->stale);
    LK_NEED(s->left);
    LK_NEED(s->neighbours);
    LK_NEED(s->second);
    for (uint32_t i = 0; i < n; i++) {
        s->left[i] = !problem->kept[i];
        s->stale[i] = true;
    }
    return LK_OK;
}

static uint32_t cheapest_node(search *s, cost_function *cost) {
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < s->graph.count; i++) {
        if (!s->left[i]) continue;
        if (s->stale[i]) {
            uint32_t count = lk_graph_neighbours(&s->graph, s->neighbours, i);
            s->costs[i] = cost(s, i, s->neighbours, count);
            s->stale[i] = false;
        }
        if (best == UINT32_MAX || s->costs[i] < s->costs[best]) best = i;
    }
    return best;
}

static void mark_stale_around(search *s, const uint32_t *neighbours, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        s->stale[neighbours[i]] = true;
        uint32_t second_count = lk_graph_neighbours(&s->graph, s->second, neighbours[i]);
        for (uint32_t j = 0; j < second_count; j++) s->stale[s->second[j]] = true;
    }
}

static void run_greedy(search *s, lk_order *order, cost_function *cost) {
    for (;;) {
        uint32_t node = cheapest_node(s, cost);
        if (node == UINT32_MAX) return;
        uint32_t count = lk_graph_neighbours(&s->graph, s->neighbours, node);
        double join =
            product_of_cardinalities(s, s->neighbours, count) * s->problem->cardinalities[node];
        order->cells += join;
        if (join > s->problem->largest_join) {
            order->too_large = join;
            return;
        }
        order->nodes[order->count++] = node;
        s->left[node] = false;
        lk_graph_eliminate(&s->graph, node, s->neighbours, count);
        mark_stale_around(s, s->neighbours, count);
    }
}

static lk_status find_greedy(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                             cost_function *cost) {
    order->count = 0;
    order->cells = order->too_large = 0;
    lk_arena_mark mark = lk_arena_get_mark(arena);
    search s;
    LK_TRY(start_search(arena, &s, problem));
    run_greedy(&s, order, cost);
    lk_arena_rewind(arena, mark);
    return LK_OK;
}

static lk_status make_order(lk_arena *arena, lk_order *order, uint32_t count) {
    *order = (lk_order){.nodes = lk_arena_alloc(arena, count, sizeof *order->nodes)};
    LK_NEED(order->nodes);
    return LK_OK;
}

// Whether an order is to be preferred: one that was completed, then the fewer cells.
static bool is_better(const lk_order *a, const lk_order *b) {
    if ((a->too_large == 0) != (b->too_large == 0)) return a->too_large == 0;
    return a->too_large != 0 ? a->too_large < b->too_large : a->cells < b->cells;
}

static lk_status find_best_greedy(lk_arena *arena, lk_order *best,
                                  const lk_order_problem *problem) {
    lk_order other;
    LK_TRY(make_order(arena, &other, problem->graph->count));
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) {
        if (!heuristics[i].cost) continue;
        LK_TRY(find_greedy(arena, &other, problem, heuristics[i].cost));
        if (i > 0 && !is_better(&other, best)) continue;
        lk_order swap = *best;
        *best = other;
        other = swap;
    }
    return LK_OK;
}

lk_status lk_order_find(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                        const char *name) {
    LK_TRY(make_order(arena, order, problem->graph->count));
    if (!name) return find_best_greedy(arena, order, problem);
    const char *names[HEURISTIC_COUNT];
    for (size_t i = 0; i < HEURISTIC_COUNT; i++) {
        names[i] = heuristics[i].name;
        if (strcmp(names[i], name) != 0) continue;
        if (heuristics[i].cost) return find_greedy(arena, order, problem, heuristics[i].cost);
        return lk_order_find_optimal(arena, order, problem);
    }
    const char *nearest = lk_suggest(name, names, HEURISTIC_COUNT);
    if (!nearest)
        return lk_fail(arena->context, LK_ERROR_UNKNOWN_NAME, "there is no order \"%s\"", name);
    return lk_fail(arena->context, LK_ERROR_UNKNOWN_NAME,
                   "there is no order \"%s\"; did you mean \"%s\"?", name, nearest);
}
