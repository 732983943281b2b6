// How the families count what they cost.
#ifndef LK_COST_H
#define LK_COST_H

#include "likelore/lm_cost.h"

// Adds a row and what it counts for the sums.
void lk_cost_add(lk_model_cost *cost, lk_cost_row row);
void lk_transformer_count_cost(lk_model_cost *cost, const lk_model_config *config);
void lk_transformer_count_memory(lk_context *context, lk_training_memory *memory,
                                 const lk_model_config *config, uint32_t sequences);

// Bytes of the weights and of the tables that go with them. The configuration is complete.
uint64_t lk_weight_bytes(const lk_model_config *config, const lk_model_cost *cost);

#endif
