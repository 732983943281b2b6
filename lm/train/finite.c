#include "train/finite.h"

#include <math.h>

static bool weights_are_finite(const lk_trainer *trainer, const lk_tensor *tensor) {
    return isfinite(trainer->tape.kernels.sum(tensor->value, tensor->count));
}

static bool gradients_are_finite(const lk_trainer *trainer, const lk_tensor *tensor) {
    return isfinite(trainer->tape.kernels.square_sum(tensor->gradient, tensor->count));
}

// NULL when all are.
static const char *first_not_finite(const lk_trainer *trainer, bool with_gradients) {
    const lk_model *model = trainer->model;
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_tensor *tensor = &model->parameters[i].tensor;
        if (!weights_are_finite(trainer, tensor) ||
            (with_gradients && !gradients_are_finite(trainer, tensor)))
            return model->parameters[i].name;
    }
    return NULL;
}

// What to name where the weights are finite all the same.
static const char *named(const char *tensor) {
    return tensor ? tensor : "none: the logits alone are not finite";
}

// Some processors make a NaN with a sign, which would be printed.
static double shown(double x) { return isnan(x) ? (double)NAN : x; }

#define REMEDY "A lower learning_rate may help"

lk_status lk_trainer_check_weights(const lk_trainer *trainer) {
    const char *tensor = first_not_finite(trainer, false);
    if (!tensor) return LK_OK;
    return lk_fail(trainer->context, LK_ERROR_DATA,
                   "step %llu: the weights are not finite and are not saved; first tensor that is "
                   "not: %s. " REMEDY,
                   (unsigned long long)trainer->progress.step, tensor);
}

lk_status lk_trainer_check_step(const lk_trainer *trainer, double loss, double norm) {
    if (isfinite(loss) && isfinite(norm)) return LK_OK;
    return lk_fail(
        trainer->context, LK_ERROR_DATA,
        "step %llu: the loss is %g and the norm of the gradient %g; first tensor that is "
        "not finite: %s. " REMEDY,
        (unsigned long long)trainer->progress.step, shown(loss), shown(norm),
        named(first_not_finite(trainer, true)));
}

lk_status lk_trainer_check_evaluation(const lk_trainer *trainer) {
    const lk_progress *progress = &trainer->progress;
    if (isfinite(progress->train_loss) && isfinite(progress->val_loss)) return LK_OK;
    return lk_fail(trainer->context, LK_ERROR_DATA,
                   "step %llu: the training loss is %g and the validation loss %g; first tensor "
                   "that is not finite: %s. " REMEDY,
                   (unsigned long long)progress->step, shown(progress->train_loss),
                   shown(progress->val_loss), named(first_not_finite(trainer, false)));
}
