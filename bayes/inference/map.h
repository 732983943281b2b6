// Most probable states, as their modules see them.
#ifndef LK_MAP_H
#define LK_MAP_H

#include "inference/junction_tree.h"

// Max-marginals this close to the maximum, relative to it, tie.
#define LK_TIE_TOLERANCE 1e-12

struct lk_map {
    lk_context *context;
    const lk_network *network;
    lk_arena arena;
    lk_arena scratch;
    uint32_t *targets;
    size_t target_count;
    uint32_t *evidence;
    size_t evidence_count;
    bool *observed;   // of each variable
    uint32_t *states; // of each observed variable, and then of each target
    lk_junction_tree best;
    lk_junction_tree sum; // for P(evidence)
    lk_wide p_joint;
    lk_wide p_evidence;
    bool ties;
};

#endif
