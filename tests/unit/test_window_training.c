// Training the models of makemore: bigram, perceptron, WaveNet.
#include "test_directory.h"
#include "window_trainer.h"

#include <math.h>

TestSuite(window_training, .init = enter_fresh_directory, .fini = leave_fresh_directory);

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

// ---- The end of a run ---------------------------------------------------------------------------

static double loss_one_by_one(const lk_trainer *trainer, lk_split split) {
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(trainer->context, &decoder, trainer->model) == LK_OK);
    uint64_t count = lk_dataset_examples(trainer->dataset, split);
    double sum = 0;
    for (uint64_t i = 0; i < count; i++) {
        double log_probs[8];
        uint32_t ids[3], target = lk_dataset_example(trainer->dataset, ids, split, i);
        const float *logits;
        lk_decoder_reset(decoder);
        cr_assert(lk_decoder_feed(decoder, &logits, ids, 3) == LK_OK);
        lk_log_softmax(log_probs, logits, trainer->model->config.vocab_size);
        sum -= log_probs[target];
    }
    lk_decoder_free(decoder);
    return sum / (double)count;
}

// Evaluated on everything, a part's loss is that of its examples one by one.
static void expect_losses_of_all_parts(const lk_trainer *trainer, const lk_train_report *report) {
    double reported[] = {report->train_loss, report->val_loss, report->test_loss};
    for (int split = 0; split < LK_SPLIT_COUNT; split++) {
        double expected = loss_one_by_one(trainer, (lk_split)split);
        cr_assert(fabs(expected - reported[split]) < 1e-5, "part %d: %g, not %g", split,
                  reported[split], expected);
    }
}

Test(window_training, the_last_evaluation_covers_every_example_of_all_three_parts) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "mlp-bn", NULL);
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        if (report.event == LK_TRAIN_EVALUATED && report.step < 40)
            cr_assert(isnan(report.test_loss));
    } while (report.event != LK_TRAIN_DONE);
    expect_losses_of_all_parts(trainer, &report);
    lk_trainer_free(trainer);
    free_context(context);
}

// So many words that an evaluation takes several batches.
static lk_trainer *make_trainer_on_many_words(lk_context *context, const pair *more) {
    enum { TIMES = 40 };
    lk_settings *settings = make_settings(context, "mlp-bn", more);
    lk_buffer text = lk_buffer_make(context);
    for (int i = 0; i < TIMES; i++) lk_buffer_append_text(&text, WORDS "\n");
    lk_trainer *trainer;
    cr_assert(lk_trainer_new_from_text(context, &trainer, settings, text.data, text.length) ==
              LK_OK);
    cr_assert(lk_batches_count(&trainer->batches, LK_SPLIT_TRAIN) > 2);
    lk_buffer_free(&text);
    lk_settings_free(settings);
    return trainer;
}

// When the caller lets a run end.
static bool never(const lk_train_report *report) { return report->step == SIZE_MAX; }
static bool after_an_evaluation(const lk_train_report *report) {
    return report->event == LK_TRAIN_EVALUATED && report->step == 20;
}
static bool within_an_evaluation(const lk_train_report *report) {
    return report->event == LK_TRAIN_EVALUATING && report->step == 20;
}
static bool between_evaluations(const lk_train_report *report) { return report->step == 13; }

static lk_train_report train_until_told(lk_trainer *trainer,
                                        bool (*is_told)(const lk_train_report *)) {
    lk_train_report report;
    do {
        cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
        if (is_told(&report)) lk_trainer_finish(trainer);
    } while (report.event != LK_TRAIN_DONE);
    return report;
}

Test(window_training, however_a_run_ends_it_is_calibrated_and_tested) {
    static const struct {
        const char *max_iters;
        pair more;
        bool (*is_told)(const lk_train_report *);
        int step; // of the end; -1: where patience ends, before max_iters
    } ends[] = {{"40", {0}, never, 40},
                {"33", {0}, never, 33},
                {"0", {0}, never, 0},
                {"40", {"eval_last", "True"}, never, 40},
                {"4000", {"patience", "1"}, never, -1},
                {"40", {0}, after_an_evaluation, 20},
                {"40", {0}, within_an_evaluation, 20},
                {"40", {0}, between_evaluations, 13}};
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        lk_trainer *trainer = make_trainer_on_many_words(
            context,
            (pair[]){{"calibrate", "True"}, {"max_iters", ends[i].max_iters}, ends[i].more, {0}});
        lk_train_report end = train_until_told(trainer, ends[i].is_told);
        cr_assert(end.out_of_patience ? ends[i].step == -1 && end.step < 4000
                                      : (int)end.step == ends[i].step,
                  "end %zu: step %llu", i, (unsigned long long)end.step);
        cr_assert(trainer->calibration.done, "end %zu", i);
        expect_losses_of_all_parts(trainer, &end);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

// With texts, windows one after another cover all but the first token, and none twice.
Test(window_training, windows_in_order_have_each_target_once) {
    lk_context *context = make_context();
    for (int block = 1; block < 9; block++) {
        char length[16];
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
