// From a question to its junction tree: what matters, in which order, and the tree.
#ifndef LK_TREE_PLAN_H
#define LK_TREE_PLAN_H

#include "inference/junction_tree.h"

typedef struct lk_tree_question {
    const lk_network *network;
    const bool *observed;    // of each variable
    const uint32_t *targets; // whose marginals are asked for
    size_t target_count;
    bool maximize; // asks for the most probable states of the targets; all else is summed out
    bool no_prune;
    const char *heuristic; // NULL: the best order
    const uint32_t *order; // a given one, which need not name the targets; not with `maximize`
    size_t order_count;
    // Instead of marginals, the joint of the unobserved variables of each table (tree_joint.h).
    // Tables of which all is observed are left out, and P(evidence) is without them.
    bool joints;
} lk_tree_question;

// Plans within the arena. Errors as lk_plan_make.
lk_status lk_tree_plan(lk_arena *arena, lk_junction_tree *tree, lk_arena *scratch,
                       const lk_tree_question *question);

#endif
