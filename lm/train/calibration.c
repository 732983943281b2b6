#include "train/calibration.h"

#include "context.h"

void lk_calibration_release(lk_context *context, lk_calibration *calibration) {
    lk_free(context, calibration->moments.mean);
    lk_free(context, calibration->moments.squares);
    calibration->moments = (lk_moments){0};
}

static lk_status begin_layer(lk_context *context, lk_calibration *calibration, size_t columns) {
    lk_moments *moments = &calibration->moments;
    lk_calibration_release(context, calibration);
    calibration->batch = 0;
    LK_NEED(moments->mean = lk_alloc_zero(context, columns, sizeof(double)));
    LK_NEED(moments->squares = lk_alloc_zero(context, columns, sizeof(double)));
    return LK_OK;
}

// The next layer that has a norm, from this one on.
static bool find_layer(lk_calibration *calibration, lk_batch_statistics *kept,
                       const lk_model *model) {
    for (; calibration->layer < lk_model_norm_layers(model); calibration->layer++)
        if (lk_model_norm_statistics(model, kept, calibration->layer)) return true;
    return false;
}

static lk_status measure_batch(lk_calibration *calibration, lk_tape *tape, const lk_model *model,
                               lk_batches *batches) {
    uint64_t counted;
    lk_batch batch = lk_batches_at(batches, &counted, LK_SPLIT_TRAIN, calibration->batch);
    lk_tape_reset(tape);
    tape->recording = tape->training = false;
    const lk_tensor *x = lk_model_norm_input(tape, model, &batch, calibration->layer);
    LK_TRY(lk_tape_status(tape));
    lk_moments_add(&calibration->moments, x);
    calibration->batch++;
    return LK_OK;
}

lk_status lk_calibration_next(lk_context *context, lk_calibration *calibration, lk_tape *tape,
                              const lk_model *model, lk_batches *batches) {
    lk_batch_statistics kept;
    if (!find_layer(calibration, &kept, model)) {
        lk_calibration_release(context, calibration);
        calibration->done = true;
        return LK_OK;
    }
    if (!calibration->moments.mean || !calibration->moments.squares)
        LK_TRY(begin_layer(context, calibration, kept.mean->count));
    LK_TRY(measure_batch(calibration, tape, model, batches));
    if (calibration->batch < lk_batches_count(batches, LK_SPLIT_TRAIN)) return LK_OK;
    if (calibration->moments.rows > 1) lk_batch_statistics_set(&kept, &calibration->moments);
    lk_calibration_release(context, calibration);
    calibration->layer++;
    return LK_OK;
}
