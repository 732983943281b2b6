// Queries answered by a junction tree.
#ifndef LK_QUERY_TREE_H
#define LK_QUERY_TREE_H

#include "inference/query.h"

// Plans the tree of the query's targets and evidence. Errors as lk_plan_make.
lk_status lk_query_plan_tree(lk_query *query, const lk_query_options *options);
// Tells the tree that the state of an observed variable has changed. The first change takes memory,
// later ones take none. LK_ERROR_MEMORY only.
lk_status lk_query_touch_tree(lk_query *query, uint32_t variable);
// Fills the tables of the targets and p_evidence, 0 when the evidence is impossible. *done is false
// when the range of doubles does not suffice: nothing is filled then.
// The second run makes the tree ready for changes, which takes memory; later ones take none.
lk_status lk_query_run_tree(lk_query *query, bool *done);

#endif
