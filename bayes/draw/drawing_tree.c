// Triangulation and junction trees for drawings.
//
// Eliminating a variable makes a clique of it and its neighbours. Such a set lies within another
// just when a clique that it comes next to has exactly one variable more (Blair and Peyton, "An
// introduction to chordal graphs and clique trees", 1993). A tree of the others with separators of
// the greatest total size is a junction tree (Jensen and Jensen, "Optimal junction trees", 1994);
// it is grown from the largest clique, and ties go to the separator with fewer cells.
#include "draw/drawing.h"

#include "inference/order.h"

static const uint32_t NONE = UINT32_MAX;

typedef struct eliminator {
    lk_arena *arena;
    const lk_network *network;
    lk_clique_tree *tree;
    uint32_t *positions;  // of the variables in the order
    uint32_t **sets;      // of each variable: its neighbours when it is eliminated
    uint32_t *sizes;      // of the sets
    bool *within_another; // of each variable: whether its clique is not maximal
} eliminator;

double lk_cells_of(const lk_network *network, const uint32_t *variables, uint32_t count) {
    double cells = 1;
    for (uint32_t i = 0; i < count; i++) cells *= network->variables[variables[i]].state_count;
    return cells;
}

uint32_t lk_drawn_count(const lk_network *network) {
    uint32_t count = network->count;
    while (count > 0 && network->variables[count - 1].seen_of != LK_NO_VARIABLE) count--;
    return count;
}

lk_status lk_network_moral_graph(lk_arena *arena, lk_graph *graph, const lk_network *network) {
    uint32_t count = lk_drawn_count(network);
    double bytes = (double)count * count / 8;
    if (bytes > (double)lk_context_memory_limit(network->context))
        return lk_fail(network->context, LK_ERROR_LIMIT,
                       "the graph of %u variables takes %.4g bytes; the memory limit is %.4g bytes",
                       count, bytes, (double)lk_context_memory_limit(network->context));
    LK_TRY(lk_graph_make(arena, graph, count));
    for (uint32_t t = 0; t < lk_network_table_count(network); t++) {
        const lk_table *table = lk_network_table_at(network, t);
        if (table->owner != LK_NO_VARIABLE && table->owner >= count) continue;
        lk_graph_connect_all(graph, table->scope, table->size);
    }
    return LK_OK;
}

// ---- The order ---------------------------------------------------------------------------------

static lk_status check_order(const lk_network *network, bool *named, const uint32_t *order,
                             size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (order[i] >= lk_drawn_count(network))
            return lk_fail(network->context, LK_ERROR_USAGE, "there is no variable %u", order[i]);
        if (named[order[i]])
            return lk_fail(network->context, LK_ERROR_USAGE, "the order names \"%s\" twice",
                           network->variables[order[i]].name);
        named[order[i]] = true;
    }
    for (uint32_t v = 0; v < lk_drawn_count(network); v++)
        if (!named[v])
            return lk_fail(network->context, LK_ERROR_USAGE, "the order must also name \"%s\"",
                           network->variables[v].name);
    return LK_OK;
}

static lk_status search_order(lk_arena *arena, const uint32_t **order, const lk_network *network,
                              const lk_graph *graph, const char *heuristic) {
    uint32_t *cardinalities = lk_arena_alloc(arena, lk_drawn_count(network), sizeof *cardinalities);
    bool *kept = lk_arena_alloc_zero(arena, lk_drawn_count(network), sizeof *kept);
    LK_NEED(cardinalities);
    LK_NEED(kept);
    for (uint32_t v = 0; v < lk_drawn_count(network); v++)
        cardinalities[v] = network->variables[v].state_count;
    // Nothing is computed, so that no join is too large.
    lk_order_problem problem = {graph, cardinalities, kept, 1e300};
    lk_order found;
    LK_TRY(lk_order_find(arena, &found, &problem, heuristic));
    if (found.too_large != 0)
        return lk_fail(network->context, LK_ERROR_LIMIT,
                       "the best order found has a clique of %.4g cells", found.too_large);
    *order = found.nodes;
    return LK_OK;
}

static lk_status find_order(lk_arena *arena, const uint32_t **order, const lk_network *network,
                            const lk_graph *graph, const lk_draw_options *options) {
    if (!options->order) return search_order(arena, order, network, graph, options->heuristic);
    bool *named = lk_arena_alloc_zero(arena, lk_drawn_count(network), sizeof *named);
    LK_NEED(named);
    LK_TRY(check_order(network, named, options->order, options->order_count));
    *order = options->order;
    return LK_OK;
}

// ---- Elimination -------------------------------------------------------------------------------

static lk_status allocate_eliminator(eliminator *e) {
    uint32_t n = lk_drawn_count(e->network);
    e->positions = lk_arena_alloc(e->arena, n, sizeof *e->positions);
    e->sets = lk_arena_alloc(e->arena, n, sizeof *e->sets);
    e->sizes = lk_arena_alloc(e->arena, n, sizeof *e->sizes);
    e->within_another = lk_arena_alloc_zero(e->arena, n, sizeof *e->within_another);
    LK_NEED(e->positions);
    LK_NEED(e->sets);
    LK_NEED(e->sizes);
    LK_NEED(e->within_another);
    return LK_OK;
}

static lk_status eliminate_all(eliminator *e, lk_graph *left) {
    uint32_t n = lk_drawn_count(e->network);
    uint32_t *neighbours = lk_arena_alloc(e->arena, n, sizeof *neighbours);
    LK_NEED(neighbours);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = e->tree->order[i], count = lk_graph_neighbours(left, neighbours, v);
        e->positions[v] = i;
        e->sizes[v] = count;
        e->sets[v] = lk_arena_alloc(e->arena, count, sizeof **e->sets);
        LK_NEED(e->sets[v]);
        if (count) memcpy(e->sets[v], neighbours, count * sizeof **e->sets);
        lk_graph_connect_all(&e->tree->filled, neighbours, count);
        lk_graph_eliminate(left, v, neighbours, count);
    }
    return LK_OK;
}

// Of a set, the variable that is eliminated next.
static uint32_t next_of(const eliminator *e, uint32_t v) {
    uint32_t next = NONE;
    for (uint32_t i = 0; i < e->sizes[v]; i++)
        if (next == NONE || e->positions[e->sets[v][i]] < e->positions[next]) next = e->sets[v][i];
    return next;
}

static void find_maximal(eliminator *e) {
    for (uint32_t v = 0; v < lk_drawn_count(e->network); v++) {
        uint32_t next = next_of(e, v);
        if (next != NONE && e->sizes[v] == e->sizes[next] + 1) e->within_another[next] = true;
    }
}

// The set of a variable and the variable, in the order of the file.
static void write_clique(const eliminator *e, uint32_t *members, uint32_t v) {
    uint32_t at = 0, count = e->sizes[v];
    while (at < count && e->sets[v][at] < v) at++;
    if (at > 0) memcpy(members, e->sets[v], at * sizeof *members);
    members[at] = v;
    if (count > at) memcpy(members + at + 1, e->sets[v] + at, (count - at) * sizeof *members);
}

static lk_status write_cliques(eliminator *e) {
    lk_clique_tree *tree = e->tree;
    uint32_t n = lk_drawn_count(e->network);
    size_t total = 0;
    for (uint32_t v = 0; v < n; v++) total += e->within_another[v] ? 0 : (size_t)e->sizes[v] + 1;
    tree->starts = lk_arena_alloc_zero(e->arena, (size_t)n + 1, sizeof *tree->starts);
    tree->members = lk_arena_alloc(e->arena, total, sizeof *tree->members);
    LK_NEED(tree->starts);
    LK_NEED(tree->members);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = tree->order[i];
        if (e->within_another[v]) continue;
        uint32_t start = tree->starts[tree->count++];
        write_clique(e, tree->members + start, v);
        tree->starts[tree->count] = start + e->sizes[v] + 1;
    }
    return LK_OK;
}

static lk_status find_cliques(eliminator *e, const lk_graph *graph) {
    lk_graph left;
    LK_TRY(allocate_eliminator(e));
    LK_TRY(lk_graph_copy(e->arena, &e->tree->filled, graph));
    LK_TRY(lk_graph_copy(e->arena, &left, graph));
    LK_TRY(eliminate_all(e, &left));
    find_maximal(e);
    return write_cliques(e);
}

// ---- The tree ----------------------------------------------------------------------------------

// Prim's algorithm. The best link of a clique outside the tree is to `parents` of it.
typedef struct grower {
    const lk_network *network;
    lk_clique_tree *tree;
    uint32_t *having_starts; // of each variable: the cliques that have it
    uint32_t *having;
    bool *done;
    uint32_t *shared; // variables of the best link
    double *cells;    // of its separator, or of a clique that has none yet
    uint32_t *common; // with the clique added last
    double *common_cells;
} grower;

static lk_status allocate_grower(lk_arena *arena, grower *g) {
    uint32_t count = g->tree->count;
    g->having_starts = lk_arena_alloc_zero(arena, (size_t)lk_drawn_count(g->network) + 1,
                                           sizeof *g->having_starts);
    g->having = lk_arena_alloc(arena, g->tree->starts[count], sizeof *g->having);
    g->done = lk_arena_alloc_zero(arena, count, sizeof *g->done);
    g->shared = lk_arena_alloc_zero(arena, count, sizeof *g->shared);
    g->cells = lk_arena_alloc_zero(arena, count, sizeof *g->cells);
    g->common = lk_arena_alloc_zero(arena, count, sizeof *g->common);
    g->common_cells = lk_arena_alloc(arena, count, sizeof *g->common_cells);
    g->tree->parents = lk_arena_alloc(arena, count, sizeof *g->tree->parents);
    g->tree->sequence = lk_arena_alloc(arena, count, sizeof *g->tree->sequence);
    LK_NEED(g->having_starts);
    LK_NEED(g->having);
    LK_NEED(g->done);
    LK_NEED(g->shared);
    LK_NEED(g->cells);
    LK_NEED(g->common);
    LK_NEED(g->common_cells);
    LK_NEED(g->tree->parents);
    LK_NEED(g->tree->sequence);
    return LK_OK;
}

static void list_having(grower *g) {
    const lk_clique_tree *tree = g->tree;
    for (uint32_t i = 0; i < tree->starts[tree->count]; i++) g->having_starts[tree->members[i]]++;
    for (uint32_t v = 1; v <= lk_drawn_count(g->network); v++)
        g->having_starts[v] += g->having_starts[v - 1];
    for (uint32_t c = tree->count; c-- > 0;)
        for (uint32_t i = tree->starts[c]; i < tree->starts[c + 1]; i++)
            g->having[--g->having_starts[tree->members[i]]] = c;
}

// The clique outside with the best link; without any link, the largest.
static uint32_t best_clique(const grower *g) {
    uint32_t best = NONE;
    for (uint32_t c = 0; c < g->tree->count; c++) {
        if (g->done[c]) continue;
        if (best == NONE || g->shared[c] > g->shared[best] ||
            (g->shared[c] == g->shared[best] &&
             (g->shared[c] == 0 ? g->cells[c] > g->cells[best] : g->cells[c] < g->cells[best])))
            best = c;
    }
    return best;
}

static void count_common(grower *g, uint32_t added) {
    const lk_clique_tree *tree = g->tree;
    for (uint32_t i = tree->starts[added]; i < tree->starts[added + 1]; i++) {
        uint32_t v = tree->members[i];
        for (uint32_t k = g->having_starts[v]; k < g->having_starts[v + 1]; k++) {
            uint32_t c = g->having[k];
            if (g->common[c]++ == 0) g->common_cells[c] = 1;
            g->common_cells[c] *= g->network->variables[v].state_count;
        }
    }
}

static void offer_links(grower *g, uint32_t added) {
    const lk_clique_tree *tree = g->tree;
    count_common(g, added);
    for (uint32_t i = tree->starts[added]; i < tree->starts[added + 1]; i++) {
        uint32_t v = tree->members[i];
        for (uint32_t k = g->having_starts[v]; k < g->having_starts[v + 1]; k++) {
            uint32_t c = g->having[k];
            if (!g->done[c] &&
                (g->common[c] > g->shared[c] || (g->common[c] == g->shared[c] && g->common[c] > 0 &&
                                                 g->common_cells[c] < g->cells[c]))) {
                g->shared[c] = g->common[c];
                g->cells[c] = g->common_cells[c];
                tree->parents[c] = added;
            }
            g->common[c] = 0;
        }
    }
}

static lk_status grow_tree(lk_arena *arena, lk_clique_tree *tree, const lk_network *network) {
    grower g = {.network = network, .tree = tree};
    LK_TRY(allocate_grower(arena, &g));
    list_having(&g);
    for (uint32_t c = 0; c < tree->count; c++) {
        tree->parents[c] = c;
        g.cells[c] = lk_cells_of(network, tree->members + tree->starts[c],
                                 tree->starts[c + 1] - tree->starts[c]);
    }
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t c = best_clique(&g);
        g.done[c] = true;
        tree->sequence[i] = c;
        offer_links(&g, c);
    }
    return LK_OK;
}

lk_status lk_clique_tree_make(lk_arena *arena, lk_clique_tree *tree, const lk_network *network,
                              const lk_graph *graph, const lk_draw_options *options) {
    *tree = (lk_clique_tree){0};
    LK_TRY(find_order(arena, &tree->order, network, graph, options));
    eliminator e = {.arena = arena, .network = network, .tree = tree};
    LK_TRY(find_cliques(&e, graph));
    return grow_tree(arena, tree, network);
}
