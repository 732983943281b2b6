// Evidence that cannot be.
#ifndef LK_CONFLICT_H
#define LK_CONFLICT_H

#include "inference/wide.h"
#include "network/network.h"

// P(evidence) by variable elimination: states[v] for each observed variable v.
lk_status lk_evidence_probability(const lk_network *network, lk_wide *probability,
                                  const bool *observed, const uint32_t *states);

// Fails with LK_ERROR_IMPOSSIBLE and the names of findings of which none can be left out for the
// rest to stay impossible. The evidence has probability zero.
lk_status lk_fail_impossible(const lk_network *network, const bool *observed,
                             const uint32_t *states);

#endif
