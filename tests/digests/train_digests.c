// Trains small models of every shape in reproducible mode and prints their digests, one line each:
// SHAPE WEIGHTS OPTIMIZER. The same lines must come from every compiler, at every level of
// optimisation. Each shape is trained with 1, 2, 3 and 8 threads; it is a failure if these differ.
#include "training_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 12, MOST_SETTINGS = 4 };

typedef struct shape {
    const char *name, *preset;
    bool lines; // it learns from lines
    training_setting settings[MOST_SETTINGS];
} shape;

static const char lines[] = "ana\nbab\nabba\nanna\nnab\nban\nbanana\nnana\naba\nbanal\nlana\nalba\n"
                            "nala\nlab\nballa\nalan\nblab\nlalla\nnabla\nallan\n";

// Wide enough that every kernel meets whole vectors and rests.
#define WIDE                                                                                       \
    {"n_embd", "72"}, { "block_size", "37" }

static const shape shapes[] = {
    {"nanogpt", "nanogpt", false, {WIDE, {"split", "0.8"}}},
    {"nanogpt-rope", "nanogpt-rope", false, {WIDE, {"split", "0.8"}}},
    {"gpt2", "gpt2", false, {WIDE, {"split", "0.8"}, {"bias", "False"}}},
    {"chargpt", "chargpt", false, {WIDE, {"split", "0.8"}}},
    {"cs336", "cs336", false, {WIDE, {"split", "0.8"}, {"n_kv_head", "1"}}},
    {"llama", "llama", false, {WIDE, {"split", "0.8"}, {"optimizer", "sgd"}}},
    {"post-norm", "cs336", false, {WIDE, {"split", "0.8"}, {"norm_place", "post"}}},
    {"silu", "cs336", false, {WIDE, {"split", "0.8"}, {"activation", "silu"}}},
    {"bigram", "bigram", true, {{"block_size", "1"}}},
    {"mlp-bn6", "mlp-bn6", true, {{"block_size", "3"}, {"batch_size", "7"}}},
    {"wavenet", "wavenet", true, {{"block_size", "4"}, {"batch_size", "7"}}},
};

typedef struct digests {
    char weights[65], optimizer[65];
} digests;

static void fail(const lk_context *context) {
    fprintf(stderr, "%s\n", lk_context_error(context).message);
    exit(1);
}

static size_t count_settings(const shape *s) {
    size_t count = 0;
    while (count < MOST_SETTINGS && s->settings[count].key) count++;
    return count;
}

static lk_status make_trainer(lk_context *context, lk_trainer **trainer, const shape *s) {
    const char *text = s->lines ? lines : TRAINING_TEXT;
    lk_settings *settings;
    lk_status status =
        make_tiny_settings(context, &settings, s->preset, s->settings, count_settings(s));
    if (status != LK_OK) return status;
    status = lk_trainer_new_from_text(context, trainer, settings, text, strlen(text));
    lk_settings_free(settings);
    return status;
}

static digests train(const shape *s, int threads) {
    lk_context *context;
    lk_trainer *trainer;
    digests result;
    lk_train_report report = {0};
    lk_options options = {.threads = threads, .deterministic = true};
    if (lk_context_new(&context, &options) != LK_OK) exit(1);
    if (make_trainer(context, &trainer, s) != LK_OK) fail(context);
    while (report.step < STEPS)
        if (lk_trainer_next(trainer, &report) != LK_OK) fail(context);
    if (lk_trainer_digest(trainer, result.weights, result.optimizer) != LK_OK) fail(context);
    lk_trainer_free(trainer);
    lk_context_free(context);
    return result;
}

int main(void) {
    static const int threads[] = {2, 3, 8};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        digests one = train(&shapes[i], 1);
        printf("%s %s %s\n", shapes[i].name, one.weights, one.optimizer);
        for (size_t j = 0; j < sizeof threads / sizeof *threads; j++) {
            digests more = train(&shapes[i], threads[j]);
            if (strcmp(one.weights, more.weights) == 0 &&
                strcmp(one.optimizer, more.optimizer) == 0)
                continue;
            fprintf(stderr, "%s: %d threads give other bits than one\n", shapes[i].name,
                    threads[j]);
            return 1;
        }
    }
    return 0;
}
