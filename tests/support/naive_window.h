// The models of a window in plain loops and double precision, written from the formulas, with
// nothing of the library but the layout of their parameters. Gradients come from central
// differences of it.
#ifndef NAIVE_WINDOW_H
#define NAIVE_WINDOW_H

#include "models/model.h"

// Mean cross-entropy of (B, T) ids and a target each. With `training` batch normalisation takes
// mean and unbiased variance of the batch, else what is kept. `logits` (B, V) may be NULL.
double naive_window_loss(const lk_model *model, const lk_batch *batch, bool training,
                         double *logits);

#endif
