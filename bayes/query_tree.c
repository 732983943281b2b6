#include "query_tree.h"

#include "order.h"
#include "separation.h"

typedef struct planner {
    lk_query *query;
    const lk_query_options *options;
    lk_relevance *relevance;
    bool *relevant;      // of each table
    uint32_t *node_of;   // of each variable; UINT32_MAX: not a node
    uint32_t *variables; // of each node
    uint32_t nodes;
} planner;

static lk_status find_relevant_tables(planner *p) {
    lk_query *q = p->query;
    const lk_network *network = q->network;
    uint32_t tables = lk_network_table_count(network);
    p->relevance = lk_arena_alloc_zero(&q->scratch, network->count, sizeof *p->relevance);
    p->relevant = lk_arena_alloc(&q->scratch, tables, sizeof *p->relevant);
    LK_NEED(p->relevance);
    LK_NEED(p->relevant);
    if (!p->options->no_prune)
        LK_TRY(lk_find_relevance(&q->scratch, p->relevance, network, q->targets, q->target_count,
                                 q->observed, true));
    for (uint32_t i = 0; i < tables; i++) {
        const lk_table *table = lk_network_table_at(network, i);
        p->relevant[i] = lk_table_matters(table, p->relevance, q->observed, true);
        if (p->relevant[i] && !table->values)
            return lk_fail(q->context, LK_ERROR_DATA, "variable \"%s\" has no table of numbers",
                           network->variables[table->owner].name);
    }
    return LK_OK;
}

static lk_status number_nodes(planner *p) {
    lk_query *q = p->query;
    uint32_t n = q->network->count;
    p->node_of = lk_arena_alloc(&q->scratch, n, sizeof *p->node_of);
    p->variables = lk_arena_alloc(&q->scratch, n, sizeof *p->variables);
    LK_NEED(p->node_of);
    LK_NEED(p->variables);
    for (uint32_t v = 0; v < n; v++) {
        p->node_of[v] = UINT32_MAX;
        if (q->observed[v] || p->relevance[v] != LK_RELEVANT) continue;
        p->node_of[v] = p->nodes;
        p->variables[p->nodes++] = v;
    }
    return LK_OK;
}

static lk_status connect_tables(planner *p, lk_graph *graph) {
    lk_query *q = p->query;
    LK_TRY(lk_graph_make(&q->scratch, graph, p->nodes));
    uint32_t *scope = lk_arena_alloc(&q->scratch, q->network->count, sizeof *scope);
    LK_NEED(scope);
    for (uint32_t i = 0; i < lk_network_table_count(q->network); i++) {
        const lk_table *table = lk_network_table_at(q->network, i);
        uint32_t size = 0;
        for (uint32_t k = 0; p->relevant[i] && k < table->size; k++)
            if (p->node_of[table->scope[k]] != UINT32_MAX)
                scope[size++] = p->node_of[table->scope[k]];
        lk_graph_connect_all(graph, scope, size);
    }
    return LK_OK;
}

// An order given by the user need not name the targets: they come last.
static lk_status take_given_order(planner *p, uint32_t *order, uint32_t *count) {
    lk_query *q = p->query;
    bool *named = lk_arena_alloc_zero(&q->scratch, q->network->count, sizeof *named);
    LK_NEED(named);
    for (size_t i = 0; i < p->options->order_count; i++) {
        uint32_t variable = p->options->order[i];
        named[variable] = true;
        if (p->node_of[variable] != UINT32_MAX) order[(*count)++] = variable;
    }
    for (size_t i = 0; i < q->target_count; i++) {
        if (!named[q->targets[i]]) order[(*count)++] = q->targets[i];
        named[q->targets[i]] = true;
    }
    for (uint32_t i = 0; i < p->nodes; i++)
        if (!named[p->variables[i]])
            return lk_fail(q->context, LK_ERROR_USAGE,
                           "the order must also name \"%s\", on which the answer depends",
                           q->network->variables[p->variables[i]].name);
    return LK_OK;
}

static lk_status search_order(planner *p, uint32_t *order, uint32_t *count) {
    lk_query *q = p->query;
    lk_graph graph;
    LK_TRY(connect_tables(p, &graph));
    uint32_t *cardinalities = lk_arena_alloc(&q->scratch, p->nodes, sizeof *cardinalities);
    bool *kept = lk_arena_alloc_zero(&q->scratch, p->nodes, sizeof *kept);
    LK_NEED(cardinalities);
    LK_NEED(kept);
    for (uint32_t i = 0; i < p->nodes; i++)
        cardinalities[i] = q->network->variables[p->variables[i]].state_count;
    // Joins are never stored: what limits them is that their cells can be counted.
    lk_order_problem problem = {&graph, cardinalities, kept, LK_LARGEST_JOIN};
    lk_order found;
    LK_TRY(lk_order_find(&q->scratch, &found, &problem, p->options->heuristic));
    if (found.too_large != 0)
        return lk_plan_refuse(q->context, "the best order found joins", found.too_large);
    for (uint32_t i = 0; i < found.count; i++) order[(*count)++] = p->variables[found.nodes[i]];
    return LK_OK;
}

static lk_status plan_tree(planner *p) {
    lk_query *q = p->query;
    LK_TRY(find_relevant_tables(p));
    LK_TRY(number_nodes(p));
    uint32_t *order = lk_arena_alloc(&q->arena, q->network->count, sizeof *order), count = 0;
    bool *wanted = lk_arena_alloc_zero(&q->scratch, q->network->count, sizeof *wanted);
    LK_NEED(order);
    LK_NEED(wanted);
    if (p->options->order)
        LK_TRY(take_given_order(p, order, &count));
    else
        LK_TRY(search_order(p, order, &count));
    for (size_t i = 0; i < q->target_count; i++) wanted[q->targets[i]] = true;
    lk_tree_request request = {.network = q->network,
                               .observed = q->observed,
                               .relevant = p->relevant,
                               .wanted = wanted,
                               .order = order,
                               .order_count = count};
    return lk_junction_tree_make(&q->arena, &q->tree, &q->scratch, &request);
}

lk_status lk_query_plan_tree(lk_query *query, const lk_query_options *options) {
    planner p = {.query = query, .options = options};
    return plan_tree(&p);
}

void lk_query_run_tree(lk_query *q, bool *done) {
    lk_propagation result = lk_junction_tree_propagate(&q->tree, q->states);
    *done = result != LK_PROPAGATED_WIDE;
    q->p_evidence = (lk_wide){0, 0};
    if (result != LK_PROPAGATED) return;
    q->p_evidence = q->tree.total;
    for (size_t i = 0; i < q->target_count; i++)
        memcpy(q->tables[i], q->tree.marginals[q->targets[i]], q->table_cells[i] * sizeof(double));
}
