// Trainings that are stopped and go on: from directories, from memory, with other settings.
#include "saved_trainer.h"
#include "test_directory.h"

#include <stdio.h>
#include <stdlib.h>

TestSuite(resume, .init = enter_fresh_directory, .fini = leave_fresh_directory);

// ---- Resuming -----------------------------------------------------------------------------------

static void resume_at_every_kind_of_moment(int threads, bool deterministic, const char *preset) {
    lk_context *context = make_training_context(threads, deterministic);
    lk_trainer *straight = new_trainer(context, preset);
    train_until(straight, 40);
    lk_trainer *stopped = new_trainer(context, preset);
    static const uint64_t stops[] = {0, 1, 8, 17, 39};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        char directory[64];
        train_until(stopped, stops[i]);
        snprintf(directory, sizeof directory, "%s-%d-%d-%d", preset, threads, deterministic,
                 (int)stops[i]);
        save(stopped, directory);
        lk_trainer_free(stopped);
        stopped = resume(context, directory);
    }
    train_until(stopped, 40);
    expect_same(digests_of(straight), digests_of(stopped));
    cr_assert(straight->progress.tokens == stopped->progress.tokens);
    cr_assert(straight->progress.best_val_loss == stopped->progress.best_val_loss);
    cr_assert(straight->progress.best_step == stopped->progress.best_step);
    cr_assert(straight->progress.val_loss == stopped->progress.val_loss);
    lk_trainer_free(straight);
    lk_trainer_free(stopped);
    lk_context_free(context);
}

Test(resume, a_resumed_training_is_the_one_that_never_stopped) {
    for (int threads = 1; threads <= 2; threads++) {
        resume_at_every_kind_of_moment(threads, true, "nanogpt");
        resume_at_every_kind_of_moment(threads, false, "nanogpt");
    }
    resume_at_every_kind_of_moment(1, false, "chargpt");
    resume_at_every_kind_of_moment(1, false, "chargpt-tied");
    resume_at_every_kind_of_moment(2, false, "nanogpt-rope");
    resume_at_every_kind_of_moment(1, true, "cs336");
}

// ---- In memory ----------------------------------------------------------------------------------

enum { MOST_FILES = 8 };

typedef struct memory_directory {
    lk_memory_file files[MOST_FILES];
    size_t count;
} memory_directory;

static lk_status keep_file(void *argument, const char *name, const void *bytes, size_t length) {
    memory_directory *directory = argument;
    cr_assert(directory->count < MOST_FILES);
    uint8_t *copy = malloc(length);
    memcpy(copy, bytes, length);
    directory->files[directory->count++] = (lk_memory_file){strdup(name), copy, length};
    return LK_OK;
}

static void forget(memory_directory *directory) {
    for (size_t i = 0; i < directory->count; i++) {
        free((void *)(uintptr_t)directory->files[i].name);
        free((void *)(uintptr_t)directory->files[i].bytes);
    }
}

static lk_trainer *resume_shorter(lk_context *context, const char *path, const char *block_size) {
    static const char *const keys[] = {"block_size"};
    lk_trainer *trainer = NULL;
    cr_assert(lk_trainer_resume(context, &trainer, path, keys, &block_size, 1) == LK_OK, "%s",
              lk_context_error(context).message);
    return trainer;
}

static void expect_same_logits(lk_context *context, const lk_model *a, const lk_model *b,
                               size_t length) {
    uint32_t ids[16];
    for (size_t i = 0; i < length; i++) ids[i] = (uint32_t)(i * 5 % 20);
    lk_tape tape = lk_tape_make(context);
    lk_batch batch = {1, length, ids, NULL};
    const lk_tensor *x = lk_transformer_logits(&tape, a, &batch);
    const lk_tensor *y = lk_transformer_logits(&tape, b, &batch);
    cr_assert(memcmp(x->value, y->value, x->count * sizeof *x->value) == 0);
    lk_tape_release(&tape);
}

static void expect_same_moments(const lk_trainer *whole, const lk_trainer *cropped) {
    for (size_t i = 0; i < cropped->model->parameter_count; i++) {
        const lk_parameter *a = &whole->model->parameters[i], *b = &cropped->model->parameters[i];
        for (size_t k = 0; k < whole->optimizer.block_count; k++)
            cr_assert(memcmp(whole->optimizer.blocks[k] + a->offset,
                             cropped->optimizer.blocks[k] + b->offset,
                             b->tensor.count * sizeof(float)) == 0,
                      "%s", a->name);
    }
}

// Positions and their moments are cut, nothing else changes, and training goes on.
static void crop_context(const char *preset) {
    lk_context *context = make_training_context(1, true);
    lk_trainer *whole = new_trainer(context, preset), *refused = NULL;
    train_until(whole, 6);
    save(whole, preset);
    lk_trainer *cropped = resume_shorter(context, preset, "5");
    cr_assert(cropped->model->config.block_size == 5);
    expect_same_logits(context, whole->model, cropped->model, 5);
    expect_same_moments(whole, cropped);
    train_until(cropped, 12);
    char shorter[32];
    snprintf(shorter, sizeof shorter, "%s-shorter", preset);
    save(cropped, shorter);
    lk_trainer *again = resume(context, shorter);
    cr_assert(again->model->config.block_size == 5);
    expect_same(digests_of(cropped), digests_of(again));
    const char *keys[] = {"block_size"}, *values[] = {"6"};
    expect_failure(context, lk_trainer_resume(context, &refused, shorter, keys, values, 1),
                   LK_ERROR_USAGE, "shorter, not longer");
    lk_trainer_free(whole);
    lk_trainer_free(cropped);
    lk_trainer_free(again);
    lk_context_free(context);
}

Test(resume, the_context_of_a_trained_model_can_become_shorter) {
    crop_context("nanogpt");
    crop_context("cs336");
}

Test(resume, training_goes_on_from_files_in_memory_with_the_same_bits) {
    lk_context *context = make_context();
    lk_trainer *straight = new_trainer(context, "nanogpt"), *resumed = NULL;
    memory_directory directory = {0};
    train_until(straight, 10);
    cr_assert(lk_trainer_save_files(straight, keep_file, &directory) == LK_OK);
    cr_assert(lk_trainer_resume_files(context, &resumed, directory.files, directory.count,
                                      TRAINING_TEXT, strlen(TRAINING_TEXT), NULL, NULL, 0) == LK_OK,
              "%s", lk_context_error(context).message);
    train_until(straight, 25);
    train_until(resumed, 25);
    expect_same(digests_of(straight), digests_of(resumed));
    lk_trainer_free(resumed);
    expect_failure(context,
                   lk_trainer_resume_files(context, &resumed, directory.files, directory.count,
                                           TRAINING_TEXT, strlen(TRAINING_TEXT) - 1, NULL, NULL, 0),
                   LK_ERROR_DATA, "not those the run has learned from");
    lk_trainer_free(straight);
    forget(&directory);
    free_context(context);
}

static lk_status refuse_second_file(void *argument, const char *name, const void *bytes,
                                    size_t length) {
    (void)name, (void)bytes, (void)length;
    return ++*(int *)argument == 2 ? LK_ERROR_LIMIT : LK_OK;
}

Test(resume, the_first_file_that_is_not_taken_ends_the_writing) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    int files = 0;
    cr_assert(lk_trainer_save_files(trainer, refuse_second_file, &files) == LK_ERROR_LIMIT);
    cr_assert(files == 2);
    lk_trainer_free(trainer);
    free_context(context);
}

// ---- Runs that go on ----------------------------------------------------------------------------

Test(resume, an_interrupted_evaluation_is_made_again) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt");
    lk_train_report report;
    train_until(trainer, 8);
    cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
    cr_assert(report.event == LK_TRAIN_EVALUATING);
    save(trainer, "within");
    lk_trainer *resumed = resume(context, "within");
    train_until(trainer, 9);
    train_until(resumed, 9);
    cr_assert(trainer->progress.val_loss == resumed->progress.val_loss);
    expect_same(digests_of(trainer), digests_of(resumed));
    lk_trainer_free(trainer);
    lk_trainer_free(resumed);
    free_context(context);
}

Test(resume, settings_may_be_replaced_where_the_weights_allow_it) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt"), *resumed = NULL;
    train_until(trainer, 3);
    save(trainer, "a");
    lk_trainer_free(trainer);
    const char *const keys[] = {"max_iters", "dropout"}, *const values[] = {"50", "0.5"};
    cr_assert(lk_trainer_resume(context, &resumed, "a", keys, values, 2) == LK_OK);
    cr_assert(resumed->settings->max_iters == 50 && resumed->model->config.dropout == 0.5f);
    cr_assert(resumed->settings->n_embd == 12 && resumed->progress.step == 3);
    lk_trainer_free(resumed);
    const char *const fixed[] = {"n_layer"}, *const two[] = {"2"};
    expect_failure(context, lk_trainer_resume(context, &resumed, "a", fixed, two, 1),
                   LK_ERROR_USAGE, "'n_layer' of a run cannot change");
    cr_assert(!resumed);
    free_context(context);
}

Test(resume, a_run_goes_on_with_its_own_data_only) {
    lk_context *context = make_context();
    lk_trainer *trainer = new_trainer(context, "nanogpt"), *resumed = NULL;
    save(trainer, "a");
    lk_trainer_free(trainer);
    char other[] = TRAINING_TEXT;
    other[0] = 'w';
    cr_assert(lk_file_write(context, "text.txt", other, strlen(other), true) == LK_OK);
    expect_failure(context, lk_trainer_resume(context, &resumed, "a", NULL, NULL, 0), LK_ERROR_DATA,
                   "not those the run has learned from");
    const char *const keys[] = {"data"}, *const values[] = {"text.txt"};
    cr_assert(lk_trainer_resume(context, &resumed, "a", keys, values, 1) == LK_OK);
    lk_trainer_free(resumed);
    free_context(context);
}
