// Speeds of training foretold by clocks that go on by a fixed time when they are read, so that a
// pass takes as long as any other.
#include "likelore/lm_speed.h"

#include "test_context.h"
#include "training_text.h"

#include <math.h>

static double now;
static double slow_clock(void) { return now += 1; }
static double fast_clock(void) { return now += 1e-3; }

static lk_settings *settings_of(lk_context *context, const char *preset,
                                const training_setting *more, size_t count) {
    lk_settings *settings;
    cr_assert(make_tiny_settings(context, &settings, preset, more, count) == LK_OK);
    return settings;
}

static lk_training_speed measure(lk_context *context, lk_clock *clock, const char *preset,
                                 const training_setting *more, size_t count) {
    lk_settings *settings = settings_of(context, preset, more, count);
    lk_training_speed speed;
    lk_status status = lk_training_speed_measure(context, &speed, settings, 0, clock, 0);
    cr_assert(status == LK_OK, "%s: %s", preset, lk_context_error(context).message);
    lk_settings_free(settings);
    return speed;
}

static bool near(double a, double b) { return fabs(a - b) <= 1e-9 * fabs(b); }

Test(speed, a_run_is_made_of_micro_batches_updates_and_evaluations) {
    lk_context *context = make_context();
    training_setting more[] = {{"vocab_size", "50"}, {"max_iters", "20"}};
    lk_training_speed s = measure(context, fast_clock, "nanogpt", more, 2);
    cr_assert(s.layers == 0 && s.sequences == 3 && s.micro_batches >= 1 && s.steps == 20);
    cr_assert(s.forward_seconds > 0 && s.forward_seconds < s.micro_batch_seconds);
    cr_assert(near(s.update_seconds, 2e-3)); // the norm and the optimizer
    cr_assert(near(s.step_seconds, 2 * s.micro_batch_seconds + s.update_seconds));
    cr_assert(s.step_tokens == 2 * 3 * 11);
    cr_assert(near(s.tokens_per_second, 66 / s.step_seconds));
    cr_assert(near(s.training_seconds, 20 * s.step_seconds));
    // Before steps 0, 8 and 16 and at the end, two batches of both parts each.
    cr_assert(near(s.evaluation_seconds, 4 * 2 * 2 * s.forward_seconds));
    free_context(context);
}

// By the slow clock a micro-batch of six layers would take too long, by the fast one not.
Test(speed, of_many_layers_follows_from_that_of_two) {
    static const char *const presets[] = {"nanogpt", "llama"};
    training_setting more[] = {{"vocab_size", "50"}, {"n_layer", "6"},     {"n_embd", "64"},
                               {"n_head", "2"},      {"block_size", "64"}, {"batch_size", "8"}};
    for (int i = 0; i < 2; i++) {
        lk_context *context = make_context();
        lk_training_speed whole = measure(context, fast_clock, presets[i], more, 6);
        lk_training_speed part = measure(context, slow_clock, presets[i], more, 6);
        cr_assert(whole.layers == 0 && part.layers == 2 && part.sequences == 8);
        cr_assert(near(part.forward_seconds, 1e3 * whole.forward_seconds));
        cr_assert(near(part.micro_batch_seconds, 1e3 * whole.micro_batch_seconds));
        cr_assert(part.update_seconds > 2 && part.update_seconds < 6);
        cr_assert(part.step_tokens == whole.step_tokens);
        free_context(context);
    }
}

Test(speed, of_large_batches_follows_from_that_of_smaller_ones) {
    lk_context *context = make_context();
    training_setting more[] = {{"vocab_size", "50"}, {"n_layer", "1"},     {"n_embd", "64"},
                               {"n_head", "2"},      {"block_size", "64"}, {"batch_size", "64"}};
    lk_training_speed s = measure(context, slow_clock, "nanogpt", more, 6);
    cr_assert(s.layers == 0 && s.sequences < 64 && 64 % s.sequences == 0);
    cr_assert(s.step_tokens == 2 * 64 * 64);
    free_context(context);
}

Test(speed, of_every_family) {
    static const struct {
        const char *preset, *block_size;
    } families[] = {
        {"bigram", "1"}, {"mlp", "3"}, {"mlp-bn", "3"}, {"wavenet", "4"}, {"chargpt", "8"}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        lk_context *context = make_context();
        training_setting more[] = {{"vocab_size", "27"}, {"block_size", families[i].block_size}};
        cr_assert(measure(context, fast_clock, families[i].preset, more, 2).tokens_per_second > 0);
        free_context(context);
    }
}

static void check_refusal(const char *preset, const training_setting *more, size_t count,
                          lk_status expected, const char *words) {
    lk_context *context;
    lk_options options = {.threads = 1, .memory_limit = 1 << 20};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    lk_settings *settings = settings_of(context, preset, more, count);
    lk_training_speed speed;
    lk_status status = lk_training_speed_measure(context, &speed, settings, 0, fast_clock, 0);
    expect_failure(context, status, expected, words);
    lk_settings_free(settings);
    free_context(context);
}

Test(speed, what_depends_on_data_or_has_no_room_is_refused) {
    training_setting all[] = {{"vocab_size", "27"}, {"batch_size", "0"}};
    check_refusal("mlp", all, 2, LK_ERROR_USAGE, "batch_size");
    check_refusal("bigram-counts", all, 1, LK_ERROR_USAGE, "counts");
    check_refusal("nanogpt", all + 1, 0, LK_ERROR_USAGE, "vocabulary");
    training_setting wide[] = {{"vocab_size", "50"}, {"n_embd", "512"}};
    check_refusal("nanogpt", wide, 2, LK_ERROR_LIMIT, "limit of 1 MB");
}
