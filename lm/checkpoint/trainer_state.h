// What saving and resuming share.
#ifndef LK_TRAINER_STATE_H
#define LK_TRAINER_STATE_H

#include "checkpoint/tensor_list.h"
#include "likelore/lm.h"
#include "train/trainer.h"

// The tensors of trainer.safetensors, in its order.
lk_status lk_trainer_list_state(lk_tensor_list *list, const lk_trainer *trainer);

// Removes checkpoints of a run but the `keep` newest and those that are pointed at, and what killed
// processes left behind.
lk_status lk_run_prune(lk_context *context, const char *run, size_t keep);

#endif
