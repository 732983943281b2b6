// The gradients of a step: of its micro-batches, which the ranks take in turn, averaged.
#ifndef LK_ACCUMULATE_H
#define LK_ACCUMULATE_H

#include "train/trainer.h"

// Empties the tape for a pass of the step that is next.
void lk_trainer_begin_pass(lk_trainer *trainer, bool training);
// What has just ended in a profile was done with other ranks, where there are some.
void lk_trainer_lap_of_ranks(const lk_trainer *trainer);
// Whether that step is one of those the settings want statistics of.
bool lk_trainer_stats_are_due(const lk_trainer *trainer);
// Makes room for the sum of the own part, where one is needed beside the gradients, in the place of
// what there was.
lk_status lk_trainer_make_sum(lk_trainer *trainer);
// Together: fills the own part of the model's gradients, and gives mean loss and norm of all, the
// same on all ranks.
lk_status lk_trainer_accumulate(lk_trainer *trainer, double *loss, double *norm);

#endif
