// Whether training still goes on with numbers. Failures are LK_ERROR_DATA and name the step and the
// first tensor that is not finite.
#ifndef LK_FINITE_H
#define LK_FINITE_H

#include "train/trainer.h"

// The weights: what is not finite is not worth a checkpoint.
lk_status lk_trainer_check_weights(const lk_trainer *trainer);
// A loss and the norm of its gradient, before the step.
lk_status lk_trainer_check_step(const lk_trainer *trainer, double loss, double norm);
// The losses of the evaluation that is in the progress.
lk_status lk_trainer_check_evaluation(const lk_trainer *trainer);

#endif
