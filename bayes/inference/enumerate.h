// Inference by definition: the sum over all joint states of the product of all tables. Slow, and
// simple enough to be believed: what the other engines are tested against.
#ifndef LK_ENUMERATE_H
#define LK_ENUMERATE_H

#include "inference/wide.h"
#include "network/network.h"

enum { LK_ENUMERATION_STATES = 1 << 24 }; // most joint states that are summed over

// Number of joint states of the unobserved variables; LK_ERROR_LIMIT above the most.
lk_status lk_enumerate_states(double *joint_states, const lk_network *network,
                              const bool *observed);

// Calls `add` with the probability of each joint state that agrees with the evidence. states[v] is
// set for each observed variable on entry and for all variables at each call.
typedef void lk_enumerate_add(void *argument, const uint32_t *states, lk_wide probability);
void lk_enumerate(const lk_network *network, const bool *observed, uint32_t *states,
                  lk_enumerate_add *add, void *argument);

#endif
