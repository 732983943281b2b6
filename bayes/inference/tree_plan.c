#include "inference/tree_plan.h"

#include "inference/order.h"
#include "inference/plan.h"
#include "inference/separation.h"

typedef struct planner {
    lk_arena *arena;
    lk_arena *scratch;
    const lk_tree_question *question;
    const lk_network *network;
    lk_relevance *relevance;
    bool *relevant;      // of each table
    uint32_t *node_of;   // of each variable; UINT32_MAX: not a node
    uint32_t *variables; // of each node
    uint32_t nodes;
    uint32_t *order; // variables
    uint32_t count;
} planner;

static bool all_is_observed(const lk_tree_question *q, const lk_table *table) {
    for (uint32_t i = 0; i < table->size; i++)
        if (!q->observed[table->scope[i]]) return false;
    return true;
}

static lk_status find_relevant_tables(planner *p) {
    const lk_tree_question *q = p->question;
    const lk_network *network = p->network;
    uint32_t tables = lk_network_table_count(network);
    p->relevance = lk_arena_alloc_zero(p->scratch, network->count, sizeof *p->relevance);
    p->relevant = lk_arena_alloc(p->scratch, tables, sizeof *p->relevant);
    LK_NEED(p->relevance);
    LK_NEED(p->relevant);
    if (!q->no_prune)
        LK_TRY(lk_find_relevance(p->scratch, p->relevance, network, q->targets, q->target_count,
                                 q->observed, true));
    for (uint32_t i = 0; i < tables; i++) {
        const lk_table *table = lk_network_table_at(network, i);
        p->relevant[i] = lk_table_matters(table, p->relevance, q->observed, true) &&
                         !(q->joints && all_is_observed(q, table));
        if (p->relevant[i] && !table->values)
            return lk_network_fail_no_table(network, table->owner);
    }
    return LK_OK;
}

static lk_status number_nodes(planner *p) {
    const lk_tree_question *q = p->question;
    uint32_t n = p->network->count;
    p->node_of = lk_arena_alloc(p->scratch, n, sizeof *p->node_of);
    p->variables = lk_arena_alloc(p->scratch, n, sizeof *p->variables);
    LK_NEED(p->node_of);
    LK_NEED(p->variables);
    for (uint32_t v = 0; v < n; v++) {
        p->node_of[v] = UINT32_MAX;
        // Nothing is to be summed over a single state: such variables are in no clique.
        if (q->observed[v] || p->relevance[v] != LK_RELEVANT) continue;
        if (p->network->variables[v].state_count == 1) continue;
        p->node_of[v] = p->nodes;
        p->variables[p->nodes++] = v;
    }
    return LK_OK;
}

static lk_status connect_tables(planner *p, lk_graph *graph) {
    LK_TRY(lk_graph_make(p->scratch, graph, p->nodes));
    uint32_t *scope = lk_arena_alloc(p->scratch, p->network->count, sizeof *scope);
    LK_NEED(scope);
    for (uint32_t i = 0; i < lk_network_table_count(p->network); i++) {
        const lk_table *table = lk_network_table_at(p->network, i);
        uint32_t size = 0;
        for (uint32_t k = 0; p->relevant[i] && k < table->size; k++)
            if (p->node_of[table->scope[k]] != UINT32_MAX)
                scope[size++] = p->node_of[table->scope[k]];
        lk_graph_connect_all(graph, scope, size);
    }
    return LK_OK;
}

// An order given by the user need not name the targets: they come last.
static lk_status take_given_order(planner *p) {
    const lk_tree_question *q = p->question;
    bool *named = lk_arena_alloc_zero(p->scratch, p->network->count, sizeof *named);
    LK_NEED(named);
    for (size_t i = 0; i < q->order_count; i++) {
        uint32_t variable = q->order[i];
        named[variable] = true;
        if (p->node_of[variable] != UINT32_MAX) p->order[p->count++] = variable;
    }
    for (size_t i = 0; i < q->target_count; i++) {
        bool is_node = p->node_of[q->targets[i]] != UINT32_MAX;
        if (!named[q->targets[i]] && is_node) p->order[p->count++] = q->targets[i];
        named[q->targets[i]] = true;
    }
    for (uint32_t i = 0; i < p->nodes; i++)
        if (!named[p->variables[i]])
            return lk_fail(p->network->context, LK_ERROR_USAGE,
                           "the order must also name \"%s\", on which the answer depends",
                           p->network->variables[p->variables[i]].name);
    return LK_OK;
}

// Appends the best order of the nodes that are not kept.
static lk_status append_order(planner *p, const lk_graph *graph, const bool *kept) {
    uint32_t *cardinalities = lk_arena_alloc(p->scratch, p->nodes, sizeof *cardinalities);
    LK_NEED(cardinalities);
    for (uint32_t i = 0; i < p->nodes; i++)
        cardinalities[i] = p->network->variables[p->variables[i]].state_count;
    // Joins are never stored: what limits them is that their cells can be counted.
    lk_order_problem problem = {graph, cardinalities, kept, LK_LARGEST_JOIN};
    lk_order found;
    LK_TRY(lk_order_find(p->scratch, &found, &problem, p->question->heuristic));
    if (found.too_large != 0)
        return lk_plan_refuse(p->network->context, lk_order_refusal(&found), found.too_large);
    for (uint32_t i = 0; i < found.count; i++) p->order[p->count++] = p->variables[found.nodes[i]];
    return LK_OK;
}

// Eliminates from the graph what has been put into the order.
static lk_status eliminate_ordered(planner *p, lk_graph *graph) {
    uint32_t *neighbours = lk_arena_alloc(p->scratch, p->nodes, sizeof *neighbours);
    LK_NEED(neighbours);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t node = p->node_of[p->order[i]];
        uint32_t count = lk_graph_neighbours(graph, neighbours, node);
        lk_graph_eliminate(graph, node, neighbours, count);
    }
    return LK_OK;
}

// Where only the targets are maximized over, all else is summed out before.
static lk_status search_order(planner *p, uint32_t *maximized_from) {
    const lk_tree_question *q = p->question;
    lk_graph graph;
    LK_TRY(connect_tables(p, &graph));
    bool *kept = lk_arena_alloc_zero(p->scratch, p->nodes, sizeof *kept);
    LK_NEED(kept);
    for (size_t i = 0; q->maximize && i < q->target_count; i++)
        if (p->node_of[q->targets[i]] != UINT32_MAX) kept[p->node_of[q->targets[i]]] = true;
    LK_TRY(append_order(p, &graph, kept));
    *maximized_from = p->count;
    if (!q->maximize) return LK_OK;
    LK_TRY(eliminate_ordered(p, &graph));
    for (uint32_t i = 0; i < p->nodes; i++) kept[i] = !kept[i];
    return append_order(p, &graph, kept);
}

static lk_status plan_tree(planner *p, lk_junction_tree *tree) {
    const lk_tree_question *q = p->question;
    LK_TRY(find_relevant_tables(p));
    LK_TRY(number_nodes(p));
    p->order = lk_arena_alloc(p->arena, p->network->count, sizeof *p->order);
    bool *wanted = lk_arena_alloc_zero(p->scratch, p->network->count, sizeof *wanted);
    LK_NEED(p->order);
    LK_NEED(wanted);
    uint32_t maximized_from = UINT32_MAX;
    if (q->order)
        LK_TRY(take_given_order(p));
    else
        LK_TRY(search_order(p, &maximized_from));
    for (size_t i = 0; !q->joints && i < q->target_count; i++) wanted[q->targets[i]] = true;
    lk_tree_request request = {.network = p->network,
                               .observed = q->observed,
                               .relevant = p->relevant,
                               .wanted = wanted,
                               .order = p->order,
                               .order_count = p->count,
                               .maximized_from = q->maximize ? maximized_from : p->count,
                               .joints = q->joints};
    return lk_junction_tree_make(p->arena, tree, p->scratch, &request);
}

lk_status lk_tree_plan(lk_arena *arena, lk_junction_tree *tree, lk_arena *scratch,
                       const lk_tree_question *question) {
    planner p = {
        .arena = arena, .scratch = scratch, .question = question, .network = question->network};
    return plan_tree(&p, tree);
}
