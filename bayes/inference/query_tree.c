#include "inference/query_tree.h"

#include "inference/tree_plan.h"

lk_status lk_query_plan_tree(lk_query *q, const lk_query_options *options) {
    lk_tree_question question = {.network = q->network,
                                 .observed = q->observed,
                                 .targets = q->targets,
                                 .target_count = q->target_count,
                                 .no_prune = options->no_prune,
                                 .heuristic = options->heuristic,
                                 .order = options->order,
                                 .order_count = options->order_count};
    return lk_tree_plan(&q->arena, &q->tree, &q->scratch, &question);
}

lk_status lk_query_run_tree(lk_query *q, bool *done) {
    if (q->was_run && !q->tree.has_turns)
        LK_TRY(lk_junction_tree_expect_changes(&q->tree, &q->scratch));
    q->was_run = true;
    lk_propagation result = lk_junction_tree_propagate(&q->tree, q->states);
    *done = result != LK_PROPAGATED_WIDE;
    q->p_evidence = (lk_wide){0, 0};
    if (result != LK_PROPAGATED) return LK_OK;
    q->p_evidence = q->tree.total;
    for (size_t i = 0; i < q->target_count; i++)
        memcpy(q->tables[i], q->tree.marginals[q->targets[i]], q->table_cells[i] * sizeof(double));
    return LK_OK;
}
