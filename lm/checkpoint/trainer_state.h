// What saving and resuming share.
#ifndef LK_TRAINER_STATE_H
#define LK_TRAINER_STATE_H

#include "likelore/lm.h"
#include "train/trainer.h"

// Removes checkpoints of a run but the `keep` newest and those that are pointed at, and what killed
// processes left behind.
lk_status lk_run_prune(lk_context *context, const char *run, size_t keep);

#endif
