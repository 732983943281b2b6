// The most probable states where the range of doubles does not suffice for a tree.
#ifndef LK_MAP_WIDE_H
#define LK_MAP_WIDE_H

#include "inference/map.h"

// Finds the states of the targets, p_joint (0: the evidence is impossible) and ties by eliminating
// the variables of the map's tree in its order, with numbers of any range. LK_ERROR_LIMIT when the
// tables, all of which are kept, need more than lk_context_memory_limit.
lk_status lk_map_eliminate(lk_map *map);

#endif
