// `likelore lm train` and `likelore lm resume`: the loop around lk_trainer_next.
#include "command_lm.h"
#include "train_report.h"

#include "likelore/json.h"
#include "likelore/lm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const option train_options[] = {
    {"preset", 0, "NAME", "settings to begin with: nanogpt, chargpt, chargpt-tied"},
    {0},
};

// ---- Settings -----------------------------------------------------------------------------------

// The settings among the words of the command line, as keys and values that end with a zero byte.
typedef struct given_settings {
    char **keys;
    const char **values;
    size_t count;
} given_settings;

static void free_given(given_settings *given) {
    for (size_t i = 0; i < given->count; i++) free(given->keys[i]);
    free(given->keys);
    free(given->values);
}

static lk_status add_given(given_settings *given, const char *key, size_t length,
                           const char *value) {
    char *copy = strndup(key, length);
    if (!copy) return LK_ERROR_MEMORY;
    given->keys[given->count] = copy;
    given->values[given->count++] = value;
    return LK_OK;
}

// --seed is an option of every command, and a setting of this one.
static lk_status collect_given(const invocation *call, given_settings *given) {
    const arguments *words = call->arguments;
    *given = (given_settings){0};
    given->keys = calloc(words->given_count + 1, sizeof *given->keys);
    given->values = calloc(words->given_count + 1, sizeof *given->values);
    if (!given->keys || !given->values) return LK_ERROR_MEMORY;
    for (size_t i = 0; i < words->given_count; i++) {
        const given_option *word = &words->given[i];
        if (!word->option)
            LK_TRY(add_given(given, word->key, word->key_length, word->value));
        else if (strcmp(word->option->name, "seed") == 0)
            LK_TRY(add_given(given, "seed", strlen("seed"), word->value));
    }
    return LK_OK;
}

static lk_status read_configuration(invocation *call, lk_settings *settings) {
    if (call->arguments->operand_count == 0) return LK_OK;
    const char *path = call->arguments->operands[0];
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, path));
    lk_status status =
        lk_settings_read(settings, path, (const char *)lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return status;
}

// A run without a name of its own is runs/PRESET.
static lk_status name_run(invocation *call, lk_settings *settings) {
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = lk_settings_get(&out, settings, "out");
    if (status == LK_OK && out.length == 0) {
        lk_buffer_append_text(&out, "runs/");
        status = lk_settings_get(&out, settings, "preset");
        if (status == LK_OK) status = lk_settings_set(settings, "out", lk_buffer_text(&out));
    }
    lk_buffer_free(&out);
    return status;
}

static lk_status apply_settings(invocation *call, lk_settings *settings,
                                const given_settings *given) {
    LK_TRY(read_configuration(call, settings));
    for (size_t i = 0; i < given->count; i++)
        LK_TRY(lk_settings_set(settings, given->keys[i], given->values[i]));
    return name_run(call, settings);
}

static lk_status make_settings(invocation *call, lk_settings **settings,
                               const given_settings *given) {
    const char *preset = option_value(call->arguments, "preset", NULL);
    if (!preset && call->arguments->operand_count == 0 && given->count == 0)
        return usage_error(call, "what to train is missing: a configuration, or --preset NAME and "
                                 "--data=FILES");
    LK_TRY(lk_settings_new(call->context, settings, preset));
    lk_status status = apply_settings(call, *settings, given);
    if (status == LK_OK) return LK_OK;
    lk_settings_free(*settings);
    return status;
}

// ---- The loop -----------------------------------------------------------------------------------

typedef struct training {
    invocation *call;
    lk_trainer *trainer;
    const char *run;
    bool always_save;
    bool eval_only;         // nothing is learned, so nothing is saved
    double seconds_allowed; // 0: no limit
    uint64_t saved_step;    // of the checkpoint written last
    bool saved;
    train_report *report;
} training;

static lk_status save(training *t, uint64_t step, bool best) {
    LK_TRY(lk_trainer_save_in_run(t->trainer, t->run, best));
    t->saved_step = step;
    t->saved = true;
    report_pause(t->report);
    return LK_OK;
}

// The model at step 0 is not worth keeping.
static lk_status after_evaluation(training *t, const lk_train_report *event) {
    LK_TRY(report_evaluation(t->report, event));
    if (event->step == 0 || t->eval_only || (!event->best && !t->always_save)) return LK_OK;
    return save(t, event->step, event->best);
}

static lk_status interrupted(training *t, uint64_t step) {
    if (t->eval_only) return LK_ERROR_INTERRUPTED;
    if (!t->saved || t->saved_step != step) LK_TRY(save(t, step, false));
    report_end(t->report);
    snprintf(t->call->message, sizeof t->call->message,
             "interrupted; saved at step %llu. Go on with: likelore lm resume %s",
             (unsigned long long)step, t->run);
    return LK_ERROR_INTERRUPTED;
}

static lk_status loop(training *t) {
    lk_train_report event;
    do {
        LK_TRY(lk_trainer_next(t->trainer, &event));
        if (event.event == LK_TRAIN_STEPPED) LK_TRY(report_step(t->report, &event));
        if (event.event == LK_TRAIN_EVALUATING) report_evaluating(t->report, &event);
        if (event.event == LK_TRAIN_EVALUATED) LK_TRY(after_evaluation(t, &event));
        if (event.event != LK_TRAIN_DONE && terminal_interrupted())
            return interrupted(t, event.step);
        if (t->seconds_allowed > 0 && report_seconds(t->report) >= t->seconds_allowed)
            lk_trainer_finish(t->trainer);
    } while (event.event != LK_TRAIN_DONE);
    if (event.step > 0 && !t->eval_only && (!t->saved || t->saved_step != event.step))
        LK_TRY(save(t, event.step, false));
    return report_summary(t->report, &event);
}

static lk_status run_training(invocation *call, lk_trainer *trainer, const char *run,
                              bool resumed) {
    const lk_settings *settings = lk_trainer_settings(trainer);
    training t = {.call = call, .trainer = trainer, .run = run};
    t.always_save = setting_number(call->context, settings, "always_save_checkpoint") != 0;
    t.eval_only = setting_number(call->context, settings, "eval_only") != 0;
    t.seconds_allowed = 60 * setting_number(call->context, settings, "max_minutes");
    LK_TRY(report_begin(&t.report, call, trainer, run, resumed));
    terminal_catch_interrupts();
    lk_status status = loop(&t);
    report_free(t.report);
    return status;
}

// ---- lm train -----------------------------------------------------------------------------------

static lk_status train_in(invocation *call, const lk_settings *settings, const char *run) {
    lk_trainer *trainer;
    LK_TRY(lk_trainer_new(call->context, &trainer, settings));
    lk_status status = lk_run_start(call->context, run, has_flag(call->arguments, "force"));
    if (status == LK_ERROR_CREATE && !has_flag(call->arguments, "force"))
        snprintf(call->message, sizeof call->message,
                 "%s: replace it with --force, or go on with it: likelore lm resume %s",
                 lk_context_error(call->context).message, run);
    if (status == LK_OK) status = run_training(call, trainer, run, false);
    lk_trainer_free(trainer);
    return status;
}

static lk_status train(invocation *call, const given_settings *given) {
    lk_settings *settings = NULL;
    LK_TRY(make_settings(call, &settings, given));
    lk_buffer run = lk_buffer_make(call->context);
    lk_status status = lk_settings_get(&run, settings, "out");
    if (status == LK_OK) status = train_in(call, settings, lk_buffer_text(&run));
    lk_buffer_free(&run);
    lk_settings_free(settings);
    return status;
}

lk_status run_train(invocation *call) {
    given_settings given;
    lk_status status = collect_given(call, &given);
    if (status == LK_OK) status = train(call, &given);
    free_given(&given);
    return status;
}

// ---- lm resume ----------------------------------------------------------------------------------

// The run a path means: itself, or the directory that holds the checkpoint.
static void find_run(lk_buffer *run, const char *path) {
    lk_buffer_append_text(run, path);
    lk_buffer_append_text(run, "/config.json");
    bool is_checkpoint = access(lk_buffer_text(run), F_OK) == 0;
    lk_buffer_clear(run);
    lk_buffer_append_text(run, path);
    lk_buffer_append_text(run, is_checkpoint ? "/.." : "");
}

static lk_status resume(invocation *call, const given_settings *given) {
    const char *path = call->arguments->operands[0];
    lk_trainer *trainer;
    LK_TRY(lk_trainer_resume(call->context, &trainer, path, (const char *const *)given->keys,
                             given->values, given->count));
    lk_buffer run = lk_buffer_make(call->context);
    find_run(&run, path);
    lk_status status = lk_buffer_status(&run);
    if (status == LK_OK) status = run_training(call, trainer, run.data, true);
    lk_buffer_free(&run);
    lk_trainer_free(trainer);
    return status;
}

lk_status run_resume(invocation *call) {
    given_settings given;
    lk_status status = collect_given(call, &given);
    if (status == LK_OK) status = resume(call, &given);
    free_given(&given);
    return status;
}
