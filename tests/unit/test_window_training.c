// Training, saving and using the models of makemore: bigram, perceptron, WaveNet.
#include "generate/decoder.h"
#include "train/trainer.h"

#include "test_context.h"
#include "test_directory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(window_training, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// Short words with repeated endings; the last line has no end, one is empty.
#define WORDS                                                                                      \
    "ana\nbab\nabba\n\nanna\nnab\nban\nbanana\nnana\naba\nbanal\nlana\nalba\nnala\nlab\nballa\n"   \
    "alan\nblab\nlalla\nnabla\nallan"

enum { WORD_COUNT = 20 };

typedef struct pair {
    const char *key, *value;
} pair;

// Settings of a preset for a quick training, then those given (ended by a NULL key).
static lk_settings *make_settings(lk_context *context, const char *preset, const pair *more) {
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

static lk_status try_trainer(lk_context *context, lk_trainer **trainer, const char *preset,
                             const pair *more) {
    lk_settings *settings = make_settings(context, preset, more);
    *trainer = NULL;
    lk_status status = lk_trainer_new_from_text(context, trainer, settings, WORDS, strlen(WORDS));
    lk_settings_free(settings);
    return status;
}

static lk_trainer *make_trainer(lk_context *context, const char *preset, const pair *more) {
    lk_trainer *trainer;
    cr_assert(try_trainer(context, &trainer, preset, more) == LK_OK, "%s",
              lk_context_error(context).message);
    return trainer;
}

static lk_train_report train(lk_trainer *trainer) {
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK, "%s",
                  lk_context_error(trainer->context).message);
    } while (report.event != LK_TRAIN_DONE);
    return report;
}

static void digest_of(const lk_trainer *trainer, char weights[65]) {
    char optimizer[65];
    cr_assert(lk_trainer_digest(trainer, weights, optimizer) == LK_OK);
}

// ---- Sizes of the sources -----------------------------------------------------------------------

Test(window_training, presets_have_the_weights_that_the_sources_count) {
    static const struct {
        const char *preset;
        uint64_t count;
    } sizes[] = {{"bigram", 729},   {"bigram-counts", 729}, {"mlp", 11897},
                 {"mlp-bn", 12097}, {"mlp-bn6", 47024},     {"wavenet", 76579}};
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        lk_settings *settings;
        lk_model *model;
        cr_assert(lk_settings_new(context, &settings, sizes[i].preset) == LK_OK);
        lk_model_config config = lk_settings_model_config(settings, 27);
        cr_assert(lk_model_new(context, &model, &config, 1) == LK_OK, "%s",
                  lk_context_error(context).message);
        uint64_t count = lk_model_parameter_count(model, false);
        cr_assert(count == sizes[i].count, "%s has %llu", sizes[i].preset,
                  (unsigned long long)count);
        lk_model_free(model);
        lk_settings_free(settings);
    }
    free_context(context);
}

static double deviation_of(const lk_model *model, const char *name) {
    const lk_parameter *parameter = lk_model_find(model, name);
    cr_assert(parameter, "%s", name);
    double squares = 0;
    for (size_t i = 0; i < parameter->tensor.count; i++)
        squares += pow((double)parameter->tensor.value[i], 2);
    return sqrt(squares / (double)parameter->tensor.count);
}

Test(window_training, weights_start_with_the_deviations_of_the_sources) {
    static const struct {
        const char *preset, *name;
        double deviation;
    } starts[] = {{"mlp", "embedding.weight", 1},
                  {"mlp", "layers.0.weight", 5 / 3. / 5.477225575},
                  {"mlp", "head.weight", .01},
                  {"mlp", "head.bias", 0},
                  {"mlp-bn", "layers.0.norm.weight", 1},
                  {"mlp-bn", "layers.0.norm.running_std", 1},
                  {"mlp-bn", "layers.0.norm.running_mean", 0},
                  {"mlp-bn6", "layers.4.weight", .1},
                  {"mlp-bn6", "head.weight", .1},
                  {"mlp-bn6", "head.norm.weight", .1},
                  {"wavenet", "layers.2.weight", 1 / 16.},
                  {"wavenet", "layers.2.norm.running_var", 1},
                  {"wavenet", "head.weight", .1 / 11.3137085},
                  {"bigram", "table", 1}};
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        lk_settings *settings;
        lk_model *model;
        cr_assert(lk_settings_new(context, &settings, starts[i].preset) == LK_OK);
        lk_model_config config = lk_settings_model_config(settings, 27);
        cr_assert(lk_model_new(context, &model, &config, 1) == LK_OK);
        double got = deviation_of(model, starts[i].name), expected = starts[i].deviation;
        cr_assert(fabs(got - expected) <= .15 * expected + 1e-7, "%s of %s: %g, not %g",
                  starts[i].name, starts[i].preset, got, expected);
        lk_model_free(model);
        lk_settings_free(settings);
    }
    free_context(context);
}

// ---- Bigrams ------------------------------------------------------------------------------------

// The mean loss of the words under their own counts, straight from the text.
static double counted_loss(double smoothing) {
    double counts[256][256] = {{0}}, loss = 0, total = 0;
    bool seen[256] = {0};
    int tokens = 0;
    unsigned char before = '\n';
    for (const char *c = WORDS "\n"; *c; c++) {
        unsigned char after = (unsigned char)*c;
        tokens += !seen[after];
        seen[after] = true;
        if (before == '\n' && after == '\n') continue; // the empty line
        counts[before][after]++;
        before = after;
    }
    for (int i = 0; i < 256; i++) {
        double sum = 0;
        for (int j = 0; j < 256; j++) sum += counts[i][j];
        total += sum;
        for (int j = 0; j < 256; j++)
            if (counts[i][j] > 0)
                loss -= counts[i][j] * log((counts[i][j] + smoothing) / (sum + smoothing * tokens));
    }
    return loss / total;
}

Test(window_training, counting_gives_the_bigram_the_frequencies_of_the_text) {
    lk_context *context = make_context();
    for (int smoothed = 0; smoothed < 2; smoothed++) {
        lk_trainer *trainer = make_trainer(context, "bigram-counts",
                                           (pair[]){{"smoothing", smoothed ? "1" : "0"}, {0}});
        lk_train_report report = train(trainer);
        double expected = counted_loss(smoothed);
        cr_assert(fabs(report.train_loss - expected) < 1e-6, "%g, not %g", report.train_loss,
                  expected);
        cr_assert(report.val_loss == report.train_loss && report.step == 1);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

Test(window_training, the_bigram_that_learns_comes_to_the_one_that_counts) {
    lk_context *context = make_context();
    lk_trainer *trainer =
        make_trainer(context, "bigram",
                     (pair[]){{"max_iters", "400"}, {"learning_rate", "10"}, {"l2", "0"}, {0}});
    lk_train_report report = train(trainer);
    cr_assert(fabs(report.train_loss - counted_loss(0)) < .01, "%g, not %g", report.train_loss,
              counted_loss(0));
    lk_trainer_free(trainer);
    free_context(context);
}

// 32,033 words, 228,146 bigrams: the figures of the lecture.
Test(window_training, the_bigrams_of_the_names_have_the_loss_of_the_source) {
    const char *texts = getenv("LIKELORE_TEXTS");
    char path[4096];
    snprintf(path, sizeof path, "%s/names.txt", texts ? texts : "");
    if (!texts || access(path, R_OK) != 0) cr_skip_test("LIKELORE_TEXTS has no names.txt");
    lk_context *context = make_context();
    for (int smoothed = 0; smoothed < 2; smoothed++) {
        lk_settings *settings =
            make_settings(context, "bigram-counts",
                          (pair[]){{"data", path}, {"smoothing", smoothed ? "1" : "0"}, {0}});
        lk_trainer *trainer;
        cr_assert(lk_trainer_new(context, &trainer, settings) == LK_OK);
        lk_train_report report = train(trainer);
        cr_assert(report.tokens == 228146);
        cr_assert(fabs(report.train_loss - (smoothed ? 2.454577 : 2.454014)) < 1e-6, "%.7f",
                  report.train_loss);
        lk_trainer_free(trainer);
        lk_settings_free(settings);
    }
    free_context(context);
}

// ---- Lines --------------------------------------------------------------------------------------

Test(window_training, each_token_of_a_line_is_an_example_and_no_context_crosses_lines) {
    lk_context *context = make_context();
    lk_trainer *trainer =
        make_trainer(context, "mlp", (pair[]){{"split", "1"}, {"test_split", "0"}, {0}});
    const lk_dataset *dataset = trainer->dataset;
    char words[256] = "\n", *end = words + 1;
    uint64_t count = lk_dataset_examples(dataset, LK_SPLIT_TRAIN);
    cr_assert(count == strlen(WORDS), "an empty line less, a line end more: %llu",
              (unsigned long long)count);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t ids[3], target = lk_dataset_example(dataset, ids, LK_SPLIT_TRAIN, i);
        size_t length;
        *end = *lk_tokenizer_token_at(trainer->tokenizer, target, &length);
        for (int k = 0; k < 3; k++) { // what is before, up to the line's begin
            const char *token = lk_tokenizer_token_at(trainer->tokenizer, ids[2 - k], &length);
            bool inside = end - k > words + 1 && !memchr(end - 1 - k, '\n', (size_t)k + 1);
            cr_assert(*token == (inside ? end[-1 - k] : '\n'), "example %llu",
                      (unsigned long long)i);
        }
        end++;
    }
    *end = 0;
    int found = 0;
    for (const char *word = strtok((char[]){WORDS}, "\n"); word; word = strtok(NULL, "\n")) {
        char line[32];
        snprintf(line, sizeof line, "\n%s\n", word);
        cr_assert(strstr(words, line), "%s", word);
        found++;
    }
    cr_assert(found == WORD_COUNT);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(window_training, lines_are_cut_into_three_parts_and_shuffled_by_the_seed) {
    lk_context *context = make_context();
    char digests[3][65];
    for (int i = 0; i < 3; i++) {
        lk_trainer *trainer =
            make_trainer(context, "mlp", (pair[]){{"seed", i < 2 ? "1" : "2"}, {0}});
        uint64_t lines[LK_SPLIT_COUNT] = {0}, all = 0;
        for (int split = 0; split < LK_SPLIT_COUNT; split++) {
            uint64_t count = lk_dataset_examples(trainer->dataset, (lk_split)split);
            all += count;
            for (uint64_t k = 0; k < count; k++) {
                uint32_t ids[3];
                lines[split] += lk_dataset_example(trainer->dataset, ids, (lk_split)split, k) == 0;
            }
        }
        cr_assert(lines[0] == 16 && lines[1] == 2 && lines[2] == 2 && all == strlen(WORDS));
        lk_dataset_digest(trainer->dataset, digests[i]);
        lk_trainer_free(trainer);
    }
    cr_assert(strcmp(digests[0], digests[1]) == 0 && strcmp(digests[0], digests[2]) != 0);
    free_context(context);
}

// Evaluated on everything, a part's loss is that of its examples one by one.
Test(window_training, the_last_evaluation_covers_every_example_of_all_three_parts) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "mlp-bn", NULL);
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        if (report.event == LK_TRAIN_EVALUATED && report.step < 40)
            cr_assert(isnan(report.test_loss));
    } while (report.event != LK_TRAIN_DONE);
    double reported[] = {report.train_loss, report.val_loss, report.test_loss};
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, trainer->model) == LK_OK);
    for (int split = 0; split < LK_SPLIT_COUNT; split++) {
        uint64_t count = lk_dataset_examples(trainer->dataset, (lk_split)split);
        double sum = 0;
        for (uint64_t i = 0; i < count; i++) {
            double log_probs[8];
            uint32_t ids[3], target = lk_dataset_example(trainer->dataset, ids, (lk_split)split, i);
            const float *logits;
            lk_decoder_reset(decoder);
            cr_assert(lk_decoder_feed(decoder, &logits, ids, 3) == LK_OK);
            lk_log_softmax(log_probs, logits, trainer->model->config.vocab_size);
            sum -= log_probs[target];
        }
        cr_assert(fabs(sum / (double)count - reported[split]) < 1e-5, "part %d: %g, not %g", split,
                  reported[split], sum / (double)count);
    }
    lk_decoder_free(decoder);
    lk_trainer_free(trainer);
    free_context(context);
}

// With texts, windows one after another cover all but the first token, and none twice.
Test(window_training, windows_in_order_have_each_target_once) {
    lk_context *context = make_context();
    for (int block = 1; block < 9; block++) {
        char length[8];
        snprintf(length, sizeof length, "%d", block);
        lk_trainer *trainer = make_trainer(
            context, "chargpt",
            (pair[]){{"block_size", length}, {"n_head", "1"}, {"eval_iters", "0"}, {0}});
        uint64_t targets = 0, batches = lk_batches_count(&trainer->batches, LK_SPLIT_TRAIN);
        for (uint64_t i = 0; i < batches; i++) {
            uint64_t counted, found = 0;
            lk_batch batch = lk_batches_at(&trainer->batches, &counted, LK_SPLIT_TRAIN, i);
            for (size_t k = 0; k < batch.sequences * batch.length; k++)
                found += batch.targets[k] >= 0;
            cr_assert(found == counted);
            targets += counted;
        }
        cr_assert(targets == lk_dataset_count(trainer->dataset, LK_SPLIT_TRAIN) - 1);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

// ---- Refusals -----------------------------------------------------------------------------------

Test(window_training, refuses_what_does_not_go_together) {
    static const struct {
        const char *preset;
        pair more[3];
        const char *words;
    } cases[] = {
        {"mlp", {{"model", "transformer"}, {"n_head", "2"}}, "documents = lines"},
        {"mlp", {{"optimizer", "counts"}}, "optimizer = counts"},
        {"mlp", {{"split", "0.9"}, {"test_split", "0.2"}}, "more than the whole"},
        {"mlp", {{"split", "0.01"}}, "no line to train on"},
        {"chargpt", {{"batch_size", "0"}, {"block_size", "4"}, {"n_head", "2"}}, "batch_size is 0"},
    };
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pair more[4] = {cases[i].more[0], cases[i].more[1], cases[i].more[2], {0}};
        lk_trainer *trainer;
        lk_status status = try_trainer(context, &trainer, cases[i].preset, more);
        cr_assert(!trainer && status != LK_OK);
        cr_assert(strstr(lk_context_error(context).message, cases[i].words), "%s",
                  lk_context_error(context).message);
    }
    free_context(context);
}

Test(window_training, a_batch_of_one_row_is_refused_where_it_would_be_normalised) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "mlp-bn", (pair[]){{"batch_size", "1"}, {0}});
    lk_train_report report;
    lk_status status = LK_OK;
    while (status == LK_OK) status = lk_trainer_next(trainer, &report);
    expect_failure(context, status, LK_ERROR_USAGE, "raise batch_size");
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Checkpoints --------------------------------------------------------------------------------

static const char *const presets[] = {"bigram", "mlp", "mlp-bn", "mlp-bn6", "wavenet"};
enum { PRESETS = sizeof presets / sizeof *presets };

static lk_trainer *make_from_file(lk_context *context, const char *preset) {
    cr_assert(lk_file_write(context, "words.txt", WORDS, strlen(WORDS), true) == LK_OK);
    lk_settings *settings =
        make_settings(context, preset, (pair[]){{"data", "words.txt"}, {"max_iters", "40"}, {0}});
    lk_trainer *trainer;
    cr_assert(lk_trainer_new(context, &trainer, settings) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_settings_free(settings);
    return trainer;
}

Test(window_training, goes_on_from_a_checkpoint_with_the_same_bits) {
    lk_context *context = make_context();
    for (int i = 0; i < PRESETS; i++) {
        char straight[65], resumed[65];
        lk_trainer *trainer = make_from_file(context, presets[i]);
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

Test(window_training, a_checkpoint_holds_the_model_with_all_it_keeps) {
    lk_context *context = make_context();
    for (int i = 0; i < PRESETS; i++) {
        lk_trainer *trainer = make_from_file(context, presets[i]);
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
        cr_assert(lk_checkpoint_info_text(context, &text, checkpoint) == LK_OK);
        cr_assert(strstr(text.data, i == 0 ? "bigram" : i == 4 ? "wavenet: 3 hidden" : "mlp: "));
        lk_buffer_clear(&text);
        cr_assert(lk_checkpoint_info_json(context, &text, checkpoint) == LK_OK);
        lk_buffer_free(&text);
        lk_checkpoint_free(checkpoint);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

// ---- Reproducible mode, threads -----------------------------------------------------------------

Test(window_training, reproducible_mode_gives_one_digest_for_all_numbers_of_threads) {
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

Test(window_training, the_decoder_says_to_the_bit_what_the_network_says) {
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
        double log_probs[20], expected_probs[20];
        for (size_t length = 0; length < 20; length++) {
            float expected[16];
            const float *got;
            double all[16];
            cr_assert(tokens <= 16);
            network_logits(context, trainer->model, expected, ids, length);
            lk_log_softmax(all, expected, tokens);
            expected_probs[length] = all[ids[length]];
            if (length == 0) continue;
            cr_assert(lk_decoder_feed(decoder, &got, ids + length - 1, 1) == LK_OK);
            cr_assert(memcmp(got, expected, tokens * sizeof *got) == 0, "%s after %zu", presets[i],
                      length);
        }
        cr_assert(lk_decoder_score(decoder, log_probs, ids, 20) == LK_OK);
        cr_assert(memcmp(log_probs, expected_probs, sizeof log_probs) == 0, "%s", presets[i]);
        expect_failure(context, lk_decoder_score(decoder, log_probs, &tokens, 1), LK_ERROR_USAGE,
                       "vocabulary");
        lk_decoder_free(decoder);
        lk_trainer_free(trainer);
        lk_context_free(context);
    }
}

Test(window_training, samples_begin_at_a_line_and_end_with_it) {
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

Test(window_training, calibration_measures_every_layer_on_all_the_data) {
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
Test(window_training, moments_of_batches_add_up) {
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

Test(window_training, a_step_allocates_nothing_once_warm) {
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
