// A text to learn from and settings of a tiny model, for tests of training.
#ifndef TRAINING_TEXT_H
#define TRAINING_TEXT_H

#include "likelore/lm.h"

#include <string.h>

#define TRAINING_TEXT                                                                              \
    "the quick brown fox jumps over the lazy dog; the dog sleeps and the fox runs home again, "    \
    "over the hills and far away, where the river bends and the old mill turns in the wind. "      \
    "pack my box with five dozen jugs; how vexingly quick daft zebras jump at dawn! "

typedef struct training_setting {
    const char *key, *value;
} training_setting;

// Dropout on, several micro-batches, sizes that divide nothing.
static const training_setting tiny_settings[] = {
    {"n_layer", "2"},       {"n_head", "2"},       {"n_embd", "12"},
    {"block_size", "11"},   {"batch_size", "3"},   {"gradient_accumulation_steps", "2"},
    {"dropout", "0.2"},     {"max_iters", "40"},   {"learning_rate", "1e-2"},
    {"min_lr", "1e-3"},     {"warmup_iters", "5"}, {"lr_decay_iters", "40"},
    {"eval_interval", "8"}, {"eval_iters", "2"},   {"seed", "7"},
};

// Settings of `preset` with the tiny ones on top and, last, those given (`count`).
static inline lk_status make_tiny_settings(lk_context *context, lk_settings **settings,
                                           const char *preset, const training_setting *more,
                                           size_t count) {
    lk_status status = lk_settings_new(context, settings, preset);
    if (status != LK_OK) return status;
    size_t tiny = sizeof tiny_settings / sizeof *tiny_settings;
    for (size_t i = 0; i < tiny + count && status == LK_OK; i++) {
        const training_setting *setting = i < tiny ? &tiny_settings[i] : &more[i - tiny];
        status = lk_settings_set(*settings, setting->key, setting->value);
    }
    if (status != LK_OK) {
        lk_settings_free(*settings);
        *settings = NULL;
    }
    return status;
}

// A trainer of those settings on TRAINING_TEXT.
static inline lk_status make_tiny_trainer(lk_context *context, lk_trainer **trainer,
                                          const char *preset, const training_setting *more,
                                          size_t count) {
    lk_settings *settings;
    *trainer = NULL;
    lk_status status = make_tiny_settings(context, &settings, preset, more, count);
    if (status != LK_OK) return status;
    status =
        lk_trainer_new_from_text(context, trainer, settings, TRAINING_TEXT, strlen(TRAINING_TEXT));
    lk_settings_free(settings);
    return status;
}

#endif
