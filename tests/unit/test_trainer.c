#include "directory.h"
#include "gradient_norm.h"
#include "test_directory.h"
#include "tiny_trainer.h"

#include <math.h>
#include <stdlib.h>

// ---- Steps and evaluations ----------------------------------------------------------------------

Test(trainer, evaluates_before_every_interval_and_at_the_end_and_then_is_done) {
    lk_context *context = make_context();
    training_setting more[] = {{"max_iters", "20"}};
    lk_trainer *trainer = make_trainer(context, "nanogpt", more, 1);
    uint64_t evaluated[8], count = 0, steps = 0;
    for (;;) {
        lk_train_report report = next(trainer);
        if (report.event == LK_TRAIN_DONE) break;
        if (report.event == LK_TRAIN_EVALUATED) {
            cr_assert(count < 8 && report.val_loss > 0 && report.train_loss > 0);
            evaluated[count++] = report.step;
        }
        if (report.event == LK_TRAIN_STEPPED) cr_assert(report.step == ++steps);
        cr_assert(report.tokens == steps * 2 * 3 * 11);
    }
    cr_assert(steps == 20 && count == 4);
    cr_assert(memcmp(evaluated, (uint64_t[]){0, 8, 16, 20}, 4 * sizeof *evaluated) == 0);
    cr_assert(next(trainer).event == LK_TRAIN_DONE);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(trainer, with_eval_last_evaluates_before_the_last_step) {
    lk_context *context = make_context();
    training_setting more[] = {{"max_iters", "20"}};
    lk_trainer *trainer = make_trainer(context, "chargpt", more, 1);
    uint64_t evaluated[8], count = 0;
    for (lk_train_report report; report = next(trainer), report.event != LK_TRAIN_DONE;)
        if (report.event == LK_TRAIN_EVALUATED) evaluated[count++] = report.step;
    cr_assert(count == 4);
    cr_assert(memcmp(evaluated, (uint64_t[]){0, 8, 16, 19}, 4 * sizeof *evaluated) == 0);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(trainer, with_eval_only_evaluates_once_and_changes_nothing) {
    lk_context *context = make_context();
    training_setting more[] = {{"eval_only", "True"}};
    lk_trainer *trainer = make_trainer(context, "nanogpt", more, 1);
    digests before = digests_of(trainer);
    cr_assert(next(trainer).event == LK_TRAIN_EVALUATING);
    cr_assert(next(trainer).event == LK_TRAIN_EVALUATED);
    cr_assert(next(trainer).event == LK_TRAIN_DONE);
    cr_assert(same(before, digests_of(trainer)));
    lk_trainer_free(trainer);
    free_context(context);
}

Test(trainer, starts_near_the_uniform_guess_and_learns) {
    const char *presets[] = {"chargpt", "chargpt-tied", "nanogpt"};
    lk_context *context = make_context();
    for (int i = 0; i < 3; i++) {
        training_setting more[] = {{"max_iters", "150"},      {"dropout", "0"},
                                   {"n_embd", "32"},          {"eval_interval", "1000"},
                                   {"lr_decay_iters", "150"}, {"learning_rate", "1e-2"}};
        lk_trainer *trainer = make_trainer(context, presets[i], more, 6);
        double uniform = log(lk_tokenizer_count(lk_trainer_tokenizer(trainer))), loss = 0;
        train_until(trainer, 0);
        while (trainer->progress.step < 150) {
            lk_train_report report = next(trainer);
            if (report.event != LK_TRAIN_STEPPED) continue;
            if (report.step == 1) cr_assert(fabs(report.loss - uniform) < .2, "%g", report.loss);
            loss = report.loss;
        }
        cr_assert(loss < uniform - 1, "%s: the loss is still %g", presets[i], loss);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

Test(trainer, best_is_the_lowest_validation_loss_so_far) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "nanogpt", NULL, 0);
    double lowest = INFINITY;
    for (lk_train_report report; report = next(trainer), report.event != LK_TRAIN_DONE;) {
        if (report.event != LK_TRAIN_EVALUATED) continue;
        cr_assert(report.best == (report.val_loss < lowest));
        if (report.val_loss < lowest) lowest = report.val_loss;
        cr_assert(trainer->progress.best_val_loss == lowest);
    }
    cr_assert(isfinite(lowest));
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- The best, and the end of patience ----------------------------------------------------------

// The text is learned by heart, so that the validation loss soon rises.
static const training_setting by_heart[] = {
    {"data", "text.txt"}, {"schedule", "constant"}, {"dropout", "0"},       {"n_embd", "32"},
    {"max_iters", "400"}, {"patience", "3"},        {"eval_interval", "10"}};
enum { BY_HEART = sizeof by_heart / sizeof by_heart[0] };

typedef struct ending {
    uint64_t step;
    lk_train_report report;
} ending;

static ending train_to_the_end(lk_trainer *trainer) {
    lk_train_report report;
    while (report = next(trainer), report.event != LK_TRAIN_DONE) {
    }
    return (ending){trainer->progress.step, report};
}

static lk_trainer *make_by_heart(lk_context *context) {
    lk_settings *settings;
    lk_trainer *trainer;
    cr_assert(make_tiny_settings(context, &settings, "nanogpt", by_heart, BY_HEART) == LK_OK);
    cr_assert(lk_file_write(context, "text.txt", TRAINING_TEXT, strlen(TRAINING_TEXT), true) ==
              LK_OK);
    cr_assert(lk_trainer_new(context, &trainer, settings) == LK_OK);
    lk_settings_free(settings);
    return trainer;
}

Test(trainer, ends_when_patience_does) {
    enter_fresh_directory();
    lk_context *context = make_context();
    lk_trainer *trainer = make_by_heart(context);
    ending end = train_to_the_end(trainer);
    cr_assert(end.report.out_of_patience && end.step < 400);
    cr_assert((int64_t)end.step == end.report.best_step + 3 * 10, "three evaluations were worse");
    cr_assert(end.report.val_loss > end.report.best_val_loss);
    cr_assert(next(trainer).event == LK_TRAIN_DONE);
    cr_assert(lk_trainer_save(trainer, "end") == LK_OK);
    lk_trainer_free(trainer);
    // One that goes on keeps the count: at the end, and one evaluation before it.
    cr_assert(lk_trainer_resume(context, &trainer, "end", NULL, NULL, 0) == LK_OK);
    cr_assert(next(trainer).event == LK_TRAIN_DONE);
    lk_trainer_free(trainer);
    trainer = make_by_heart(context);
    train_until(trainer, end.step - 5);
    cr_assert(lk_trainer_save(trainer, "before") == LK_OK);
    lk_trainer_free(trainer);
    cr_assert(lk_trainer_resume(context, &trainer, "before", NULL, NULL, 0) == LK_OK);
    cr_assert(train_to_the_end(trainer).step == end.step);
    lk_trainer_free(trainer);
    const char *key = "patience", *value = "0";
    cr_assert(lk_trainer_resume(context, &trainer, "before", &key, &value, 1) == LK_OK);
    cr_assert(train_to_the_end(trainer).step == 400, "without patience it goes on");
    lk_trainer_free(trainer);
    free_context(context);
    leave_fresh_directory();
}

// ---- Micro-batches ------------------------------------------------------------------------------

// One batch of the windows that the micro-batches of the first step have.
static lk_batch join_micro_batches(const lk_trainer *trainer, uint32_t *ids, int32_t *targets) {
    const lk_settings *s = trainer->settings;
    size_t length = (size_t)s->block_size, sequences = 0;
    for (uint32_t i = 0; i < (uint32_t)s->gradient_accumulation_steps; i++) {
        lk_random random = lk_random_stream((uint64_t)s->seed, LK_RANDOM_DATA, 0, i);
        for (int64_t b = 0; b < s->batch_size; b++, sequences++) {
            uint64_t starts = lk_dataset_starts(trainer->dataset, LK_SPLIT_TRAIN);
            uint32_t window[64];
            lk_dataset_read(trainer->dataset, window, LK_SPLIT_TRAIN,
                            (size_t)lk_random_below(&random, starts), length + 1);
            for (size_t t = 0; t < length; t++) {
                ids[sequences * length + t] = window[t];
                targets[sequences * length + t] = (int32_t)window[t + 1];
            }
        }
    }
    return (lk_batch){sequences, length, ids, targets};
}

static void expect_same_gradients(const lk_model *a, const lk_model *b) {
    for (size_t i = 0; i < a->parameter_count; i++) {
        const lk_tensor *x = &a->parameters[i].tensor, *y = &b->parameters[i].tensor;
        double most = 1e-6, apart = 0;
        for (size_t j = 0; j < x->count; j++) {
            most = fmax(most, fabs((double)x->gradient[j]));
            apart = fmax(apart, fabs((double)(x->gradient[j] - y->gradient[j])));
        }
        cr_assert(apart <= 2e-6 * most + 1e-9, "%s: %g of %g", a->parameters[i].name, apart, most);
    }
}

// Loss and gradients within 2e-6 of the largest one.
Test(trainer, micro_batches_are_one_batch_of_them_all) {
    lk_context *context = make_context();
    training_setting more[] = {
        {"gradient_accumulation_steps", "5"}, {"dropout", "0"}, {"eval_interval", "1000"}};
    lk_trainer *accumulating = make_trainer(context, "nanogpt", more, 3);
    lk_trainer *whole = make_trainer(context, "nanogpt", more, 3);
    lk_train_report report = next_step(accumulating);
    uint32_t ids[5 * 3 * 11];
    int32_t targets[5 * 3 * 11];
    lk_batch batch = join_micro_batches(whole, ids, targets);
    cr_assert(batch.sequences == 15);
    whole->tape.recording = true;
    lk_tensor *loss = lk_transformer_loss(&whole->tape, whole->model, &batch);
    lk_model_clear_gradients(whole->model);
    cr_assert(lk_tape_backward(&whole->tape, loss, 1) == LK_OK);
    lk_model_complete_gradients(whole->model);
    cr_assert(fabs(report.loss - (double)*loss->value) < 2e-6 * report.loss,
              "the loss that is told is the mean");
    expect_same_gradients(accumulating->model, whole->model);
    double norm = gradient_norm(whole->model, &whole->tape.kernels);
    cr_assert(fabs(report.grad_norm - norm) < 2e-6 * norm);
    lk_trainer_free(accumulating);
    lk_trainer_free(whole);
    free_context(context);
}

Test(trainer, evaluations_do_not_touch_the_training) {
    lk_context *context = make_context();
    training_setting rarely[] = {{"eval_interval", "1000"}};
    lk_trainer *often = make_trainer(context, "nanogpt", NULL, 0);
    lk_trainer *seldom = make_trainer(context, "nanogpt", rarely, 1);
    train_until(often, 20);
    train_until(seldom, 20);
    cr_assert(same(digests_of(often), digests_of(seldom)));
    lk_trainer_free(often);
    lk_trainer_free(seldom);
    free_context(context);
}

// ---- The same bits ------------------------------------------------------------------------------

static digests trained_digests(int threads, bool deterministic, const char *seed) {
    lk_context *context = make_training_context(threads, deterministic);
    training_setting more[] = {{"seed", seed}};
    lk_trainer *trainer = make_trainer(context, "nanogpt", more, 1);
    train_until(trainer, 10);
    digests d = digests_of(trainer);
    lk_trainer_free(trainer);
    lk_context_free(context);
    return d;
}

Test(trainer, the_number_of_threads_leaves_no_trace) {
    for (int deterministic = 0; deterministic < 2; deterministic++) {
        digests one = trained_digests(1, deterministic, "7");
        cr_assert(same(one, trained_digests(2, deterministic, "7")));
        cr_assert(same(one, trained_digests(3, deterministic, "7")));
        cr_assert(!same(one, trained_digests(1, deterministic, "8")), "but the seed does");
    }
}

// 40 steps at once and 17, saved, loaded, and 23.
static void check_resume(int threads, bool deterministic, const char *optimizer,
                         const char *momentum) {
    lk_context *context = make_training_context(threads, deterministic);
    lk_settings *settings;
    training_setting more[] = {
        {"data", "text.txt"}, {"optimizer", optimizer}, {"momentum", momentum}};
    cr_assert(make_tiny_settings(context, &settings, "nanogpt", more, 3) == LK_OK);
    lk_trainer *trainer;
    cr_assert(lk_trainer_new(context, &trainer, settings) == LK_OK);
    train_until(trainer, 17);
    lk_status status = lk_trainer_save(trainer, "half");
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    train_until(trainer, 40);
    digests straight = digests_of(trainer);
    lk_trainer_free(trainer);
    status = lk_trainer_resume(context, &trainer, "half", NULL, NULL, 0);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    cr_assert(trainer->progress.step == 17 && !same(straight, digests_of(trainer)));
    train_until(trainer, 40);
    cr_assert(same(straight, digests_of(trainer)), "%s, %d threads", optimizer, threads);
    lk_trainer_free(trainer);
    lk_settings_free(settings);
    lk_context_free(context);
}

Test(trainer, a_run_that_was_stopped_goes_on_bit_for_bit) {
    enter_fresh_directory();
    lk_context *context = make_context();
    cr_assert(lk_file_write(context, "text.txt", TRAINING_TEXT, strlen(TRAINING_TEXT), false) ==
              LK_OK);
    static const char *const optimizers[][2] = {
        {"adamw", "0"}, {"adamw_cs336", "0"}, {"sgd", "0"}, {"sgd", "0.9"}};
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++)
        for (int threads = 1; threads <= 2; threads++)
            for (int deterministic = 0; deterministic < 2; deterministic++) {
                check_resume(threads, deterministic, optimizers[i][0], optimizers[i][1]);
                cr_assert(system("rm -r half") == 0);
            }
    free_context(context);
    leave_fresh_directory();
}

// ---- Optimizers ---------------------------------------------------------------------------------

Test(trainer, every_optimizer_learns) {
    static const char *const optimizers[][3] = {{"adamw", "0", "1e-2"},
                                                {"adamw_cs336", "0", "1e-2"},
                                                {"sgd", "0", "0.5"},
                                                {"sgd", "0.9", "0.1"}};
    lk_context *context = make_context();
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
        training_setting more[] = {{"optimizer", optimizers[i][0]},
                                   {"momentum", optimizers[i][1]},
                                   {"learning_rate", optimizers[i][2]},
                                   {"decay_lr", "False"},
                                   {"weight_decay", "1e-3"},
                                   {"dropout", "0"},
                                   {"n_embd", "32"},
                                   {"eval_interval", "100"},
                                   {"max_iters", "100"}};
        lk_trainer *trainer = make_trainer(context, "nanogpt", more, sizeof more / sizeof more[0]);
        train_until(trainer, 1);
        double first = trainer->progress.train_loss;
        while (trainer->progress.evaluated_step != 100) next(trainer);
        cr_assert(trainer->progress.train_loss < first - .3, "%s: from %g to %g", optimizers[i][0],
                  first, trainer->progress.train_loss);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

Test(trainer, the_groups_of_decay_are_all_weights) {
    lk_context *context = make_context();
    training_setting all[] = {{"decay_all", "True"}}, none[] = {{"weight_decay", "0"}};
    const training_setting *cases[] = {NULL, all, none};
    for (int i = 0; i < 3; i++) {
        lk_trainer *trainer = make_trainer(context, "nanogpt", cases[i], i > 0);
        lk_decay_groups groups = lk_trainer_decay_groups(trainer);
        const lk_model *model = lk_trainer_model(trainer);
        uint64_t matrices = 0, matrix_weights = 0;
        for (size_t j = 0; j < lk_model_tensor_count(model); j++) {
            lk_tensor_view view = lk_model_tensor_at(model, j);
            bool decayed = i == 1 || (i == 0 && view.rank == 2);
            matrices += decayed;
            if (decayed) matrix_weights += view.shape[0] * view.shape[1];
        }
        cr_assert(groups.decayed_tensors == matrices && groups.decayed_weights == matrix_weights);
        cr_assert(groups.other_tensors == lk_model_tensor_count(model) - matrices);
        cr_assert(groups.other_weights == lk_model_parameter_count(model, false) - matrix_weights);
        lk_trainer_free(trainer);
    }
    free_context(context);
}

// ---- Failures and memory ------------------------------------------------------------------------

Test(trainer, a_loss_that_is_not_finite_stops_with_step_and_tensor) {
    lk_context *context = make_context();
    training_setting more[] = {{"learning_rate", "1e6"}, {"decay_lr", "False"},
                               {"weight_decay", "1e6"},  {"eval_interval", "1000"},
                               {"grad_clip", "0"},       {"max_iters", "1000"}};
    lk_trainer *trainer = make_trainer(context, "nanogpt", more, 6);
    lk_train_report report;
    lk_status status = LK_OK;
    digests before = digests_of(trainer);
    for (int i = 0; i < 200 && status == LK_OK; i++) {
        before = digests_of(trainer);
        status = lk_trainer_next(trainer, &report);
    }
    expect_failure(context, status, LK_ERROR_DATA, "transformer.");
    expect_failure(context, status, LK_ERROR_DATA, "step ");
    cr_assert(same(before, digests_of(trainer)), "the model is as the step before left it");
    lk_trainer_free(trainer);
    free_context(context);
}

Test(trainer, weights_that_are_not_finite_are_not_saved) {
    enter_fresh_directory();
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "nanogpt", NULL, 0);
    train_until(trainer, 3);
    lk_model *model = trainer->model;
    const lk_parameter *last = &model->parameters[model->parameter_count - 1];
    last->tensor.value[last->tensor.count - 1] = INFINITY;
    lk_status status = lk_trainer_save_in_run(trainer, "run", true);
    expect_failure(context, status, LK_ERROR_DATA, last->name);
    expect_failure(context, status, LK_ERROR_DATA, "step 3");
    cr_assert(lk_path_get_kind("run/latest") == LK_PATH_NONE);
    lk_trainer_free(trainer);
    free_context(context);
    leave_fresh_directory();
}

Test(trainer, an_evaluation_that_is_not_finite_stops_with_step_and_tensor) {
    lk_context *context = make_context();
    lk_trainer *trainer = make_trainer(context, "nanogpt", NULL, 0);
    train_until(trainer, 8);
    lk_parameter *wte = lk_model_find(trainer->model, "transformer.wte.weight");
    for (size_t i = 0; i < wte->tensor.count; i++) wte->tensor.value[i] = NAN;
    lk_train_report report;
    lk_status status = LK_OK;
    for (int i = 0; i < 10 && status == LK_OK; i++) status = lk_trainer_next(trainer, &report);
    expect_failure(context, status, LK_ERROR_DATA, "step 8: the training loss");
    expect_failure(context, status, LK_ERROR_DATA, "transformer.wte.weight");
    cr_assert(isfinite(trainer->progress.best_val_loss));
    lk_trainer_free(trainer);
    free_context(context);
}

Test(trainer, a_step_allocates_nothing_after_the_first) {
    lk_context *context = make_training_context(2, false);
    lk_trainer *trainer = make_trainer(context, "nanogpt", NULL, 0);
    train_until(trainer, 1);
    lk_memory_usage before = lk_context_memory_usage(context);
    train_until(trainer, 30); // evaluations among them
    cr_assert(lk_context_memory_usage(context).allocations == before.allocations);
    lk_trainer_free(trainer);
    lk_context_free(context);
}

Test(trainer, refuses_what_does_not_fit_in_memory_with_the_number) {
    lk_context *context = NULL;
    lk_options options = {.threads = 1, .memory_limit = 100000};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    lk_trainer *trainer;
    lk_status status = make_tiny_trainer(context, &trainer, "nanogpt", NULL, 0);
    expect_failure(context, status, LK_ERROR_LIMIT, "MB");
    cr_assert(trainer == NULL);
    free_context(context);
}

Test(trainer, making_one_survives_every_allocation_that_fails) {
    lk_context *context = make_context();
    uint64_t k = 0;
    for (lk_status status = LK_ERROR_MEMORY; status != LK_OK;) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_trainer *trainer;
        lk_context_fail_allocation(context, ++k);
        status = make_tiny_trainer(context, &trainer, "chargpt", NULL, 0);
        lk_context_fail_allocation(context, 0);
        if (status != LK_OK) expect_failure(context, status, LK_ERROR_MEMORY, "memory");
        lk_trainer_free(trainer);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %llu leaks",
                  (unsigned long long)k);
    }
    cr_assert(k > 10);
    free_context(context);
}

// A trainer before its first step, without the memory that the evaluation has warmed up.
static lk_trainer *make_cold_trainer(lk_context *context) {
    training_setting more[] = {
        {"n_embd", "64"}, {"batch_size", "40"}, {"eval_interval", "1000"}, {"stats", "1"}};
    lk_trainer *trainer = make_trainer(context, "nanogpt", more, 4);
    while (trainer->progress.evaluated_step != 0) next(trainer);
    lk_tape_release(&trainer->tape);
    return trainer;
}

// Allocations of a first step, whose digests are left in *digests.
static uint64_t count_allocations(lk_context *context, digests *left) {
    lk_trainer *trainer = make_cold_trainer(context);
    uint64_t before = lk_context_memory_usage(context).allocations;
    next(trainer);
    uint64_t count = lk_context_memory_usage(context).allocations - before;
    *left = digests_of(trainer);
    lk_trainer_free(trainer);
    return count;
}

// Some failures end it, and it can be tried again; others, of memory for panels, it does without.
Test(trainer, a_step_survives_every_allocation_that_fails_and_then_succeeds) {
    lk_context *context = make_context();
    digests expected;
    uint64_t count = count_allocations(context, &expected);
    cr_assert(count > 3, "%llu", (unsigned long long)count);
    for (uint64_t k = 1; k <= count; k++) {
        lk_trainer *trainer = make_cold_trainer(context);
        lk_train_report report;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_trainer_next(trainer, &report);
        lk_context_fail_allocation(context, 0);
        if (status != LK_OK) {
            expect_failure(context, status, LK_ERROR_MEMORY, "memory");
            cr_assert(next(trainer).event == LK_TRAIN_STEPPED, "it can be tried again");
        }
        cr_assert(trainer->progress.step == 1);
        cr_assert(same(expected, digests_of(trainer)), "allocation %llu leaves a trace",
                  (unsigned long long)k);
        lk_trainer_free(trainer);
    }
    free_context(context);
}
