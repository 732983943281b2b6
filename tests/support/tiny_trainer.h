// Trainers of the tiny model, for tests by Criterion that look inside.
#ifndef TINY_TRAINER_H
#define TINY_TRAINER_H

#include "train/trainer.h"

#include "test_context.h"
#include "training_text.h"

static inline lk_context *make_training_context(int threads, bool deterministic) {
    lk_context *context = NULL;
    lk_options options = {.threads = threads, .deterministic = deterministic};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    return context;
}

static inline lk_trainer *make_trainer(lk_context *context, const char *preset,
                                       const training_setting *more, size_t count) {
    lk_trainer *trainer;
    lk_status status = make_tiny_trainer(context, &trainer, preset, more, count);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return trainer;
}

static inline lk_train_report next(lk_trainer *trainer) {
    lk_train_report report;
    lk_status status = lk_trainer_next(trainer, &report);
    cr_assert(status == LK_OK, "%s", lk_context_error(trainer->context).message);
    return report;
}

// Goes on until `step` optimizer steps are done, or the training is.
static inline void train_until(lk_trainer *trainer, uint64_t step) {
    while (trainer->progress.step < step && next(trainer).event != LK_TRAIN_DONE) {
    }
}

static inline lk_train_report next_step(lk_trainer *trainer) {
    lk_train_report report = next(trainer);
    while (report.event != LK_TRAIN_STEPPED) report = next(trainer);
    return report;
}

typedef struct digests {
    char weights[65], optimizer[65];
} digests;

static inline digests digests_of(const lk_trainer *trainer) {
    digests d;
    cr_assert(lk_trainer_digest(trainer, d.weights, d.optimizer) == LK_OK);
    return d;
}

static inline bool same(digests a, digests b) {
    return strcmp(a.weights, b.weights) == 0 && strcmp(a.optimizer, b.optimizer) == 0;
}

#endif
