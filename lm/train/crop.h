// A shorter context for a model that is trained already.
#ifndef LK_CROP_H
#define LK_CROP_H

#include "train/trainer.h"

// Cuts the context of the trainer's model to its first block_size positions: those of learned
// positions go with what the optimizer knows of them; rotary ones have nothing to lose. The logits
// of what fits do not change. LK_ERROR_USAGE when the context is shorter than that already.
lk_status lk_trainer_crop(lk_trainer *trainer, uint32_t block_size);

#endif
