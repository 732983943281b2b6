// Drawing cases from a network, as its modules see it.
//
// Case number i is drawn from a stream of its own, (seed, LK_RANDOM_SAMPLE, i, 0): it is the same
// whatever else is drawn, on however many threads.
#ifndef LK_SAMPLE_H
#define LK_SAMPLE_H

#include "inference/wide.h"
#include "likelore/learn.h"
#include "network/network.h"

// Draws the variables of `order` (parents before children) one after the other, except that those
// that are `observed` keep their state; *weight is the product of their probabilities. This is
// likelihood weighting: R. Fung and K.-C. Chang, "Weighing and integrating evidence for stochastic
// simulation in Bayesian networks", UAI 1989.
void lk_sample_case(const lk_network *network, const uint32_t *order, uint32_t order_count,
                    const bool *observed, uint32_t *states, lk_wide *weight, uint64_t seed,
                    uint64_t number);

#endif
