// The transformer's loss in plain loops and double precision, written from the formulas, with
// nothing of the library but the layout of its parameters. Gradients come from central differences
// of it.
#ifndef NAIVE_TRANSFORMER_H
#define NAIVE_TRANSFORMER_H

#include "models/model.h"

// Mean cross-entropy over targets that are not -1. `logits` (B, T, V) may be NULL.
double naive_loss(const lk_model *model, const lk_batch *batch, double *logits);

#endif
