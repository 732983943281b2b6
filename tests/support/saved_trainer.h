// Trainers whose text is in a file, so that their runs can go on: for tests of checkpoints.
#ifndef SAVED_TRAINER_H
#define SAVED_TRAINER_H

#include "checkpoint/checkpoint.h"
#include "tiny_trainer.h"

static inline void expect_same(digests a, digests b) {
    cr_assert(strcmp(a.weights, b.weights) == 0, "the weights differ");
    cr_assert(strcmp(a.optimizer, b.optimizer) == 0, "the optimizer's state differs");
}

// The tiny settings, with the text in a file, so that a run can go on with it.
static inline lk_trainer *new_trainer(lk_context *context, const char *preset) {
    lk_settings *settings;
    lk_trainer *trainer = NULL;
    static const training_setting more[] = {{"data", "text.txt"}};
    cr_assert(lk_file_write(context, "text.txt", TRAINING_TEXT, strlen(TRAINING_TEXT), true) ==
              LK_OK);
    cr_assert(make_tiny_settings(context, &settings, preset, more, 1) == LK_OK);
    lk_status status = lk_trainer_new(context, &trainer, settings);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    lk_settings_free(settings);
    return trainer;
}

static inline void save(lk_trainer *trainer, const char *directory) {
    cr_assert(lk_trainer_save(trainer, directory) == LK_OK, "%s",
              lk_context_error(trainer->context).message);
}

static inline lk_trainer *resume(lk_context *context, const char *path) {
    lk_trainer *trainer = NULL;
    cr_assert(lk_trainer_resume(context, &trainer, path, NULL, NULL, 0) == LK_OK, "%s",
              lk_context_error(context).message);
    return trainer;
}

static inline lk_checkpoint *load(lk_context *context, const char *path) {
    lk_checkpoint *checkpoint = NULL;
    cr_assert(lk_checkpoint_load(context, &checkpoint, path) == LK_OK, "%s",
              lk_context_error(context).message);
    return checkpoint;
}

#endif
