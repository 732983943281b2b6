// Groups of factors: the tables that a clique joins.
#ifndef LK_TREE_GROUP_H
#define LK_TREE_GROUP_H

#include "inference/junction_tree.h"

enum { LK_LEAST_EXPONENT = -900 }; // of products: beyond, doubles lose digits

// Multiplies the factors of a group, with the states of the observed variables. False when the
// product may be too small for doubles.
bool lk_tree_group_refresh(const lk_junction_tree *tree, lk_tree_group *group,
                           const uint32_t *states);

#endif
