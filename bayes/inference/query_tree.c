#include "inference/query_tree.h"

#include "inference/separation.h"
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
    LK_TRY(lk_tree_plan(&q->arena, &q->tree, &q->scratch, &question));
    q->tree.repeatable = options->repeatable;
    return LK_OK;
}

// What the finding has to do with, once there are messages that may stay as they are.
lk_status lk_query_touch_tree(lk_query *q, uint32_t variable) {
    if (!q->was_run) return LK_OK; // a new tree computes all
    if (q->tree.all_affected || q->tree.repeatable) {
        lk_junction_tree_touch(&q->tree, variable, NULL);
        return LK_OK;
    }
    lk_arena_mark mark = lk_arena_get_mark(&q->scratch);
    bool *affected = lk_arena_alloc(&q->scratch, q->network->count, sizeof *affected);
    LK_NEED(affected);
    q->observed[variable] = false; // given the others
    lk_status status =
        lk_find_connected(&q->scratch, affected, q->network, &variable, 1, q->observed);
    q->observed[variable] = true;
    if (status == LK_OK) lk_junction_tree_touch(&q->tree, variable, affected);
    lk_arena_rewind(&q->scratch, mark);
    return status;
}

lk_status lk_query_run_tree(lk_query *q, bool *done) {
    if (q->was_run && !q->tree.has_turns && !q->tree.repeatable)
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
