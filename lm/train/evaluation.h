// Evaluations of the model a trainer trains. Each call does a batch of every part of the data, on
// every rank.
#ifndef LK_EVALUATION_H
#define LK_EVALUATION_H

#include "train/trainer.h"

// Whether so many evaluations have passed without a better one that the run ends.
bool lk_trainer_out_of_patience(const lk_trainer *trainer);
// Whether no step is left.
bool lk_trainer_is_last(const lk_trainer *trainer);
// At every eval_interval steps, and at the end.
bool lk_trainer_evaluation_is_due(const lk_trainer *trainer);
// Begins an evaluation or goes on with it; the last call sets the losses of the progress.
lk_status lk_trainer_evaluate(lk_trainer *trainer, lk_train_report *report);

#endif
