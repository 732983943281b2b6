// Trainers of the models of makemore on a few short words.
#ifndef WINDOW_TRAINER_H
#define WINDOW_TRAINER_H

#include "train/trainer.h"

#include "test_context.h"

#include <stdio.h>
#include <stdlib.h>

// Short words with repeated endings; the last line has no end, one is empty.
#define WORDS                                                                                      \
    "ana\nbab\nabba\n\nanna\nnab\nban\nbanana\nnana\naba\nbanal\nlana\nalba\nnala\nlab\nballa\n"   \
    "alan\nblab\nlalla\nnabla\nallan"

enum { WORD_COUNT = 20 };

typedef struct pair {
    const char *key, *value;
} pair;

// Settings of a preset for a quick training, then those given (ended by a NULL key).
static inline lk_settings *make_settings(lk_context *context, const char *preset,
                                         const pair *more) {
    static const pair quick[] = {{"max_iters", "40"},
                                 {"eval_interval", "20"},
                                 {"n_hidden", "12"},
                                 {"batch_size", "6"},
                                 {"n_embd", "4"}};
    lk_settings *settings;
    cr_assert(lk_settings_new(context, &settings, preset) == LK_OK, "%s",
              lk_context_error(context).message);
    bool counts = strncmp(preset, "bigram", 6) == 0;
    for (size_t i = 0; !counts && i < sizeof quick / sizeof *quick; i++)
        cr_assert(lk_settings_set(settings, quick[i].key, quick[i].value) == LK_OK);
    for (; more && more->key; more++)
        cr_assert(lk_settings_set(settings, more->key, more->value) == LK_OK, "%s",
                  lk_context_error(context).message);
    return settings;
}

static inline lk_status try_trainer(lk_context *context, lk_trainer **trainer, const char *preset,
                                    const pair *more) {
    lk_settings *settings = make_settings(context, preset, more);
    *trainer = NULL;
    lk_status status = lk_trainer_new_from_text(context, trainer, settings, WORDS, strlen(WORDS));
    lk_settings_free(settings);
    return status;
}

static inline lk_trainer *make_trainer(lk_context *context, const char *preset, const pair *more) {
    lk_trainer *trainer;
    cr_assert(try_trainer(context, &trainer, preset, more) == LK_OK, "%s",
              lk_context_error(context).message);
    return trainer;
}

static inline lk_train_report train(lk_trainer *trainer) {
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK, "%s",
                  lk_context_error(trainer->context).message);
    } while (report.event != LK_TRAIN_DONE);
    return report;
}

static inline void digest_of(const lk_trainer *trainer, char weights[65]) {
    char optimizer[65];
    cr_assert(lk_trainer_digest(trainer, weights, optimizer) == LK_OK);
}

#endif
