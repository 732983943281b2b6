// The joint distribution of each family, from a junction tree (lk_tree_request.joints).
#ifndef LK_TREE_JOINT_H
#define LK_TREE_JOINT_H

#include "inference/junction_tree.h"

// After a propagation of a tree that was made for joints: fills tree->joints, each with the sum 1.
// The joint of a table's unobserved variables is that of its factor's number. LK_PROPAGATED_WIDE
// when the range of doubles does not suffice. Allocates nothing.
lk_propagation lk_junction_tree_read_joints(lk_junction_tree *tree);

// Two steps of making a tree: which joints there are and which cliques are asked for them, before
// the tree is compiled; and the passes that read them, after it.
lk_status lk_tree_place_joints(lk_junction_tree *tree, lk_arena *scratch);
lk_status lk_tree_compile_joints(lk_junction_tree *tree, lk_arena *scratch);

// What a pass through a clique reads when all messages have arrived: the scopes of its inputs, and
// the tables themselves (UINT32_MAX when their product may be too small for doubles). Room for
// LK_NEST_OPERANDS; both return their number.
uint32_t lk_clique_scopes(lk_junction_tree *tree, const lk_clique *clique, lk_scope *scopes);
uint32_t lk_clique_tables(lk_junction_tree *tree, const lk_clique *clique, double **tables);

#endif
