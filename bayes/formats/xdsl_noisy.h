// Noisy-MAX nodes as tables.
#ifndef LK_XDSL_NOISY_H
#define LK_XDSL_NOISY_H

#include "formats/values.h"

// Turns the parameters of a noisy-MAX variable, whose parents are set, into its table (F. J. Díez,
// "Parameter adjustment in Bayes networks: the generalized noisy OR-gate", UAI 1993; M. Henrion,
// 1989, for the leak). Parameters are, for each parent and each of its states, a distribution of
// the variable, and then that of the leak; states are ordered from the strongest to the weakest, so
// that the variable is at most as strong as a state if every cause leaves it so. LK_ERROR_DATA for
// a wrong number of them and for what are no distributions.
lk_status lk_noisy_max_expand(lk_network *network, uint32_t variable, lk_values *parameters);

#endif
