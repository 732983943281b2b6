// Visiting the cliques of a junction tree on several threads: those of different branches at once.
#ifndef LK_TREE_WALK_H
#define LK_TREE_WALK_H

#include "inference/junction_tree.h"

// Does what is to be done at a clique, on the calling thread; false stops the walk.
typedef bool lk_clique_visit(void *argument, lk_clique *clique);

// Sets `is_large` of each clique and makes room for walks.
lk_status lk_tree_prepare_walks(lk_junction_tree *tree);
// Whether walks are worth it: the tree is large enough, and there are threads.
bool lk_tree_has_walks(const lk_junction_tree *tree);

// Visits the cliques that are not large, each after its children, or each after its parent. False
// when a visit was.
bool lk_tree_walk_up(lk_junction_tree *tree, lk_clique_visit *visit, void *argument);
bool lk_tree_walk_down(lk_junction_tree *tree, lk_clique_visit *visit, void *argument);

#endif
