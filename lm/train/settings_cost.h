// Costs of what settings describe, before anything of it is made.
#ifndef LK_SETTINGS_COST_H
#define LK_SETTINGS_COST_H

#include "likelore/lm_cost.h"

// What a training with these settings does, with at least `least_sequences` sequences in a batch.
lk_training_load lk_settings_load(const lk_settings *settings, const lk_model_config *config,
                                  uint64_t least_sequences);
// What training a model of this shape needs in each of so many ranks, with batches of batch_size,
// at least `least_sequences`, sequences; LK_ERROR_LIMIT with the number where that is more than the
// context may use.
lk_status lk_settings_check_memory(lk_context *context, lk_training_memory *memory,
                                   const lk_settings *settings, const lk_model_config *config,
                                   uint64_t least_sequences, int ranks);

#endif
