// What batch normalisation keeps, measured on all the data trained on instead of being remembered
// from the last batches: layer by layer, since what a layer sees depends on those before it. Each
// layer takes one pass over the data, a batch at a time.
#ifndef LK_CALIBRATION_H
#define LK_CALIBRATION_H

#include "grad/ops.h"
#include "models/model.h"
#include "train/batches.h"

typedef struct lk_calibration {
    bool done;
    size_t layer;   // that is measured
    uint64_t batch; // of the pass
    lk_moments moments;
} lk_calibration;

// Does one batch, or sets `done` when all layers are measured (a model without such norms is at
// once). The tape is reset.
lk_status lk_calibration_next(lk_context *context, lk_calibration *calibration, lk_tape *tape,
                              const lk_model *model, lk_batches *batches);
void lk_calibration_release(lk_context *context, lk_calibration *calibration);

#endif
