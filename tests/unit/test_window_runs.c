// Saving, resuming, reproducing, calibrating and using the models of makemore.
#include "generate/decoder.h"

#include "test_directory.h"
#include "window_trainer.h"

#include <math.h>

TestSuite(window_runs, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// ---- Checkpoints --------------------------------------------------------------------------------

static const char *const presets[] = {"bigram", "mlp", "mlp-bn", "mlp-bn6", "wavenet"};
enum { PRESETS = sizeof presets / sizeof *presets };

static lk_trainer *make_from_file(lk_context *context, const char *preset, const pair *more) {
    cr_assert(lk_file_write(context, "words.txt", WORDS, strlen(WORDS), true) == LK_OK);
    lk_settings *settings = make_settings(context, preset, more);
    cr_assert(lk_settings_set(settings, "data", "words.txt") == LK_OK);
    lk_trainer *trainer;
    cr_assert(lk_trainer_new(context, &trainer, settings) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_settings_free(settings);
    return trainer;
}

Test(window_runs, goes_on_from_a_checkpoint_with_the_same_bits) {
    lk_context *context = make_context();
    for (int i = 0; i < PRESETS; i++) {
        char straight[65], resumed[65];
        lk_trainer *trainer =
            make_from_file(context, presets[i], (pair[]){{"max_iters", "40"}, {0}});
        lk_train_report report;
        do {
            cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        } while (report.step < 23);
        cr_assert(lk_trainer_save(trainer, presets[i]) == LK_OK, "%s",
                  lk_context_error(context).message);
        train(trainer);
        digest_of(trainer, straight);
        lk_trainer_free(trainer);
        cr_assert(lk_trainer_resume(context, &trainer, presets[i], NULL, NULL, 0) == LK_OK, "%s",
                  lk_context_error(context).message);
        train(trainer);
        digest_of(trainer, resumed);
        lk_trainer_free(trainer);
        cr_assert(strcmp(straight, resumed) == 0, "%s", presets[i]);
    }
    free_context(context);
}

// Saved when patience has ended the run and again when it is calibrated and tested.
Test(window_runs, a_run_that_patience_ended_is_concluded_once) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_from_file(
        context, "mlp-bn",
        (pair[]){{"patience", "1"}, {"max_iters", "4000"}, {"calibrate", "True"}, {0}});
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
    } while (!report.out_of_patience);
    cr_assert(report.event == LK_TRAIN_EVALUATED && isnan(report.test_loss));
    cr_assert(lk_trainer_save(trainer, "ended") == LK_OK);
    lk_train_report end = train(trainer);
    cr_assert(end.step == report.step && end.out_of_patience && !isnan(end.test_loss));
    char concluded[65], resumed[65];
    digest_of(trainer, concluded);
    cr_assert(lk_trainer_save(trainer, "concluded") == LK_OK);
    lk_trainer_free(trainer);
    cr_assert(lk_trainer_resume(context, &trainer, "ended", NULL, NULL, 0) == LK_OK);
    cr_assert(train(trainer).test_loss == end.test_loss);
    digest_of(trainer, resumed);
    cr_assert(strcmp(concluded, resumed) == 0);
    lk_trainer_free(trainer);
    cr_assert(lk_trainer_resume(context, &trainer, "concluded", NULL, NULL, 0) == LK_OK);
    cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
    cr_assert(report.event == LK_TRAIN_DONE && report.test_loss == end.test_loss);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(window_runs, a_checkpoint_holds_the_model_with_all_it_keeps) {
    lk_context *context = make_context();
    for (int i = 0; i < PRESETS; i++) {
        lk_trainer *trainer =
            make_from_file(context, presets[i], (pair[]){{"max_iters", "40"}, {0}});
        lk_checkpoint *checkpoint;
        train(trainer);
        cr_assert(lk_trainer_save(trainer, presets[i]) == LK_OK);
        cr_assert(lk_checkpoint_load(context, &checkpoint, presets[i]) == LK_OK, "%s",
                  lk_context_error(context).message);
        const lk_model *loaded = lk_checkpoint_model(checkpoint);
        lk_model_config before = trainer->model->config, after = loaded->config;
        cr_assert(before.family == after.family && before.padding == after.padding);
        if (before.family != LK_FAMILY_BIGRAM) { // which has nothing else
            cr_assert(before.running == after.running && before.norm == after.norm &&
                      before.head_norm == after.head_norm && before.bias == after.bias);
            cr_assert(before.norm_momentum == after.norm_momentum &&
                      before.norm_epsilon == after.norm_epsilon);
        }
        cr_assert(loaded->tensor_count == trainer->model->tensor_count);
        for (size_t k = 0; k < loaded->tensor_count; k++)
            cr_assert(memcmp(loaded->parameters[k].tensor.value,
                             trainer->model->parameters[k].tensor.value,
                             loaded->parameters[k].tensor.count * sizeof(float)) == 0);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_checkpoint_info_text(context, &text, checkpoint, NULL) == LK_OK);
        cr_assert(strstr(text.data, i == 0 ? "bigram" : i == 4 ? "wavenet: 3 hidden" : "mlp: "));
        lk_buffer_clear(&text);
        cr_assert(lk_checkpoint_info_json(context, &text, checkpoint, NULL) == LK_OK);
        lk_buffer_free(&text);
        lk_checkpoint_free(checkpoint);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

// ---- Reproducible mode, threads -----------------------------------------------------------------

Test(window_runs, reproducible_mode_gives_one_digest_for_all_numbers_of_threads) {
    for (int i = 0; i < PRESETS; i++) {
        char digests[3][65];
        for (int threads = 1; threads <= 3; threads++) {
            lk_context *context = NULL;
            lk_options options = {.threads = threads, .deterministic = true};
            cr_assert(lk_context_new(&context, &options) == LK_OK);
            // Wide enough that columns are shared.
            lk_trainer *trainer = make_trainer(
                context, presets[i],
                (pair[]){{"n_hidden", "160"}, {"batch_size", "70"}, {"max_iters", "5"}, {0}});
            train(trainer);
            digest_of(trainer, digests[threads - 1]);
            lk_trainer_free(trainer);
            lk_context_free(context);
        }
        cr_assert(strcmp(digests[0], digests[1]) == 0 && strcmp(digests[0], digests[2]) == 0, "%s",
                  presets[i]);
    }
}

// ---- Decoding -----------------------------------------------------------------------------------

// Logits after `length` ids by the network that trains, normalised by what is kept.
static void network_logits(lk_context *context, const lk_model *model, float *logits,
                           const uint32_t *ids, size_t length) {
    uint32_t window[8];
    size_t size = model->config.block_size;
    for (size_t i = 0; i < size; i++)
        window[i] = i + length >= size ? ids[i + length - size] : model->config.padding;
    lk_window_forget_lines(&model->config, window);
    lk_tape tape = lk_tape_make(context);
    const lk_tensor *all =
        lk_model_logits(&tape, model, &(lk_batch){.sequences = 1, .length = size, .ids = window});
    cr_assert(all && all->count == model->config.vocab_size);
    memcpy(logits, all->value, all->count * sizeof *logits);
    lk_tape_release(&tape);
}

Test(window_runs, the_decoder_says_to_the_bit_what_the_network_says) {
    for (int i = 0; i < PRESETS; i++) {
        lk_context *context = NULL;
        lk_options options = {.threads = 1, .deterministic = true};
        cr_assert(lk_context_new(&context, &options) == LK_OK);
        lk_trainer *trainer = make_trainer(context, presets[i], NULL);
        train(trainer);
        uint32_t ids[20], tokens = trainer->model->config.vocab_size;
        for (uint32_t k = 0; k < 20; k++) ids[k] = k * k % tokens;
        lk_decoder *decoder;
        cr_assert(lk_decoder_new(context, &decoder, trainer->model) == LK_OK);
        const uint32_t *last = &trainer->model->config.padding; // before the first token
        const float *got;
        for (size_t length = 0; length < 20; length++) {
            float expected[16];
            cr_assert(tokens <= 16);
            network_logits(context, trainer->model, expected, ids, length);
            cr_assert(lk_decoder_feed(decoder, &got, last, 1) == LK_OK);
            cr_assert(memcmp(got, expected, tokens * sizeof *got) == 0, "%s after %zu", presets[i],
                      length);
            last = &ids[length];
        }
        expect_failure(context, lk_decoder_feed(decoder, &got, &tokens, 1), LK_ERROR_USAGE,
                       "vocabulary");
        lk_decoder_free(decoder);
        lk_trainer_free(trainer);
        lk_context_free(context);
    }
}

Test(window_runs, samples_begin_at_a_line_and_end_with_it) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "bigram-counts", (pair[]){{"smoothing", "0"}, {0}});
    train(trainer);
    for (uint32_t sample = 0; sample < 20; sample++) {
        lk_sampling sampling = {.temperature = 1, .top_p = 1, .seed = 1, .sample = sample};
        lk_generator *generator;
        cr_assert(lk_generator_new(context, &generator, trainer->model, trainer->tokenizer, "", 0,
                                   &sampling, 500, "\n") == LK_OK);
        lk_generated token = {0};
        size_t length, letters = 0;
        for (; token.finish == LK_FINISH_NONE; letters++) {
            cr_assert(lk_generator_next(generator, &token) == LK_OK);
            const char *text = lk_tokenizer_token_at(trainer->tokenizer, token.id, &length);
            if (letters == 0) cr_assert(strchr("abnl", *text), "no word is empty");
        }
        cr_assert(token.finish == LK_FINISH_STOP && letters >= 2);
        lk_generator_free(generator);
    }
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Calibration --------------------------------------------------------------------------------

static double distance_from_moments(lk_trainer *trainer, size_t layer) {
    lk_batch_statistics kept;
    if (!lk_model_norm_statistics(trainer->model, &kept, layer)) return 0;
    size_t columns = kept.mean->count;
    uint64_t counted;
    lk_batch batch = lk_batches_at(&trainer->batches, &counted, LK_SPLIT_TRAIN, 0);
    lk_tape_reset(&trainer->tape);
    trainer->tape.recording = trainer->tape.training = false;
    const lk_tensor *x = lk_model_norm_input(&trainer->tape, trainer->model, &batch, layer);
    double rows = (double)lk_tensor_rows(x), worst = 0;
    for (size_t j = 0; j < columns; j++) {
        double mean = 0, squares = 0;
        for (size_t i = 0; i < (size_t)rows; i++) mean += (double)x->value[i * columns + j] / rows;
        for (size_t i = 0; i < (size_t)rows; i++)
            squares += pow((double)x->value[i * columns + j] - mean, 2);
        double variance = squares / (rows - 1);
        double spread = kept.deviation ? sqrt(variance + kept.epsilon) : variance;
        worst = fmax(worst, fabs(mean - (double)kept.mean->value[j]));
        worst = fmax(worst, fabs(spread - (double)kept.spread->value[j]));
    }
    return worst;
}

Test(window_runs, calibration_measures_every_layer_on_all_the_data) {
    lk_context *context = make_context();
    for (int i = 2; i < PRESETS; i++) {
        lk_trainer *calibrated =
            make_trainer(context, presets[i], (pair[]){{"calibrate", "True"}, {0}});
        lk_trainer *not = make_trainer(context, presets[i], NULL);
        train(calibrated);
        train(not );
        double remembered = 0;
        for (size_t layer = 0; layer < lk_model_norm_layers(not ->model); layer++) {
            remembered = fmax(remembered, distance_from_moments(not, layer));
            double distance = distance_from_moments(calibrated, layer);
            cr_assert(distance < 1e-5, "%s, layer %zu: off by %g", presets[i], layer, distance);
        }
        cr_assert(remembered > 1e-3);
        lk_trainer_free(calibrated);
        lk_trainer_free(not );
    }
    free_context(context);
}

// Moments of parts joined are those of the whole.
Test(window_runs, moments_of_batches_add_up) {
    lk_real values[30 * 35];
    double means[2][35] = {{0}}, squares[2][35] = {{0}};
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < 30 * 35; i++) values[i] = (lk_real)lk_random_normal(&random) + 1000;
    lk_moments whole = {means[0], squares[0], 0}, parts = {means[1], squares[1], 0};
    lk_tensor x = {.rank = 2, .shape = {30, 35}, .count = 30 * 35, .value = values};
    lk_moments_add(&whole, &x);
    for (size_t begin = 0; begin < 30; begin += 6) {
        lk_tensor part = {
            .rank = 2, .shape = {6, 35}, .count = 6 * 35, .value = values + begin * 35};
        lk_moments_add(&parts, &part);
    }
    cr_assert(whole.rows == 30 && parts.rows == 30);
    for (size_t j = 0; j < 35; j++) {
        cr_assert(fabs(whole.mean[j] - parts.mean[j]) < 1e-10);
        cr_assert(fabs(whole.squares[j] - parts.squares[j]) < 1e-8);
    }
}

// ---- Allocation ---------------------------------------------------------------------------------

Test(window_runs, a_step_allocates_nothing_once_warm) {
    lk_context *context = make_context();
    for (int i = 0; i < PRESETS; i++) {
        lk_trainer *trainer = make_trainer(
            context, presets[i], (pair[]){{"eval_interval", "1000"}, {"max_iters", "60"}, {0}});
        lk_train_report report;
        do {
            cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        } while (report.step < 5);
        uint64_t before = lk_context_memory_usage(context).allocations;
        do {
            cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        } while (report.step < 25);
        cr_assert(lk_context_memory_usage(context).allocations == before, "%s", presets[i]);
        lk_trainer_free(trainer);
    }
    free_context(context);
}
