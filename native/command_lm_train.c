// `likelore lm train` and `likelore lm resume`: the loop around lk_trainer_next.
#include "command_lm.h"
#include "lm_settings.h"
#include "train_find_rate.h"
#include "train_profile.h"
#include "train_report.h"
#include "train_run.h"
#include "train_sweep.h"

#include "likelore/json.h"
#include "likelore/lm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const option train_options[] = {
    {"preset", 0, "NAME",
     "settings to begin with: nanogpt, nanogpt-rope, cs336, gpt2, llama, chargpt, chargpt-tied, "
     "bigram, bigram-counts, mlp, mlp-bn, mlp-bn6, wavenet"},
    {"find-lr", 0, "[=FROM:TO[:STEPS]]",
     "look for a learning rate from 1e-3 to 1 in 1000 steps, and train nothing"},
    {"sweep", 0, "KEY=V1,V2",
     "train with each of these values in turn, in OUT/KEY=V1 …; repeated: with all combinations"},
    TRAIN_PROFILE_OPTION,
    {0},
};

const option resume_options[] = {TRAIN_PROFILE_OPTION, {0}};

// ---- Settings -----------------------------------------------------------------------------------

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

static lk_status make_settings(invocation *call, lk_settings **settings,
                               const given_settings *given) {
    const arguments *words = call->arguments;
    if (!option_value(words, "preset", NULL) && words->operand_count == 0 && given->count == 0)
        return usage_error(call, "what to train is missing: a configuration, or --preset NAME and "
                                 "--data=FILES");
    LK_TRY(settings_of_call(call, settings, given));
    lk_status status = name_run(call, *settings);
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
    train_profile profile;
    train_mode *mode;
} training;

// The end of a piece of work of all ranks, of which rank 0 has printed and written.
static lk_status agree(const training *t, lk_status mine) {
    return lk_ranks_agree(t->call->ranks, mine);
}

static lk_status save(training *t, uint64_t step, bool best) {
    LK_TRY(lk_trainer_save_in_run(t->trainer, t->run, best));
    t->saved_step = step;
    t->saved = true;
    report_pause(t->report);
    return LK_OK;
}

// The model at step 0 is not worth keeping.
static lk_status after_evaluation(training *t, const lk_train_report *event) {
    LK_TRY(agree(t, report_evaluation(t->report, event)));
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

static lk_status tell_profile(training *t) {
    report_end(t->report);
    LK_TRY(train_profile_end(&t->profile));
    report_pause(t->report);
    return LK_OK;
}

static lk_status after_step(training *t, const lk_train_report *event) {
    LK_TRY(report_step(t->report, event));
    return train_profile_is_due(&t->profile) ? tell_profile(t) : LK_OK;
}

static bool out_of_time(const training *t) {
    return report_seconds(t->report) >= t->seconds_allowed;
}

static lk_status loop(training *t) {
    lk_ranks *ranks = t->call->ranks;
    lk_train_report event;
    do {
        LK_TRY(lk_trainer_next(t->trainer, &event));
        if (event.event == LK_TRAIN_STEPPED) LK_TRY(agree(t, after_step(t, &event)));
        if (event.event == LK_TRAIN_EVALUATING) report_evaluating(t->report, &event);
        if (event.event == LK_TRAIN_EVALUATED) LK_TRY(after_evaluation(t, &event));
        if (event.event != LK_TRAIN_DONE && lk_ranks_any(ranks, terminal_interrupted()))
            return interrupted(t, event.step);
        if (t->seconds_allowed > 0 && lk_ranks_any(ranks, out_of_time(t)))
            lk_trainer_finish(t->trainer);
    } while (event.event != LK_TRAIN_DONE);
    LK_TRY(agree(t, tell_profile(t)));
    if (event.step > 0 && !t->eval_only && (!t->saved || t->saved_step != event.step))
        LK_TRY(save(t, event.step, false));
    return t->mode->one_of_many ? LK_OK : report_summary(t->report, &event);
}

static lk_status run_training(invocation *call, lk_trainer *trainer, const char *run, bool resumed,
                              train_mode *mode) {
    const lk_settings *settings = lk_trainer_settings(trainer);
    training t = {.call = call, .trainer = trainer, .run = run, .mode = mode};
    t.always_save = setting_number(call->context, settings, "always_save_checkpoint") != 0;
    t.eval_only = setting_number(call->context, settings, "eval_only") != 0;
    t.seconds_allowed = 60 * setting_number(call->context, settings, "max_minutes");
    LK_TRY(train_profile_begin(&t.profile, call, trainer, run));
    lk_status status = report_begin(&t.report, call, trainer, run, resumed);
    terminal_catch_interrupts();
    status = lk_ranks_agree(call->ranks, status);
    if (status == LK_OK) status = loop(&t);
    report_free(t.report);
    mode->diverged = mode->one_of_many && status == LK_ERROR_DATA;
    return mode->diverged ? LK_OK : status;
}

// ---- lm train -----------------------------------------------------------------------------------

lk_status train_new_run(invocation *call, const lk_settings *settings, const char *run,
                        bool replace, train_mode *mode) {
    lk_trainer *trainer;
    LK_TRY(lk_trainer_new_in_ranks(call->context, &trainer, settings, call->ranks));
    lk_status status = LK_OK;
    if (lk_ranks_rank(call->ranks) == 0) status = lk_run_start(call->context, run, replace);
    if (status == LK_ERROR_CREATE && !replace)
        snprintf(call->message, sizeof call->message,
                 "%s: replace it with --force, or go on with it: likelore lm resume %s",
                 lk_context_error(call->context).message, run);
    status = lk_ranks_agree(call->ranks, status);
    if (status == LK_OK) status = run_training(call, trainer, run, false, mode);
    lk_trainer_free(trainer);
    return status;
}

static lk_status train_as_asked(invocation *call, const lk_settings *settings,
                                const given_settings *given, const char *out) {
    bool finds = option_value(call->arguments, "find-lr", NULL);
    bool sweeps = option_value(call->arguments, "sweep", NULL);
    if (finds && sweeps) return usage_error(call, "--find-lr and --sweep exclude each other");
    if (finds && option_value(call->arguments, "profile", NULL))
        return usage_error(call, "--find-lr and --profile exclude each other");
    if (sweeps && call->ranks)
        return usage_error(call, "--sweep trains in one process: start it without mpirun");
    if (finds) return find_rate(call, settings);
    if (sweeps) return train_sweep(call, given, out);
    return train_new_run(call, settings, out, has_flag(call->arguments, "force"), &(train_mode){0});
}

static lk_status train(invocation *call, const given_settings *given) {
    lk_settings *settings = NULL;
    LK_TRY(make_settings(call, &settings, given));
    lk_buffer run = lk_buffer_make(call->context);
    lk_status status = lk_settings_get(&run, settings, "out");
    if (status == LK_OK) status = train_as_asked(call, settings, given, lk_buffer_text(&run));
    lk_buffer_free(&run);
    lk_settings_free(settings);
    return status;
}

lk_status run_train(invocation *call) {
    given_settings given;
    lk_status status = given_settings_collect(call, &given);
    if (status == LK_OK) status = train(call, &given);
    given_settings_free(&given);
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

static lk_status resume(invocation *call, const char *path, const given_settings *given,
                        train_mode *mode) {
    lk_trainer *trainer;
    LK_TRY(lk_trainer_resume_in_ranks(call->context, &trainer, path,
                                      (const char *const *)given->keys, given->values, given->count,
                                      call->ranks));
    lk_buffer run = lk_buffer_make(call->context);
    find_run(&run, path);
    lk_status status = lk_buffer_status(&run);
    if (status == LK_OK) status = run_training(call, trainer, run.data, true, mode);
    lk_buffer_free(&run);
    lk_trainer_free(trainer);
    return status;
}

lk_status train_old_run(invocation *call, const char *run, train_mode *mode) {
    return resume(call, run, &(given_settings){0}, mode);
}

lk_status run_resume(invocation *call) {
    given_settings given;
    lk_status status = given_settings_collect(call, &given);
    if (status == LK_OK)
        status = resume(call, call->arguments->operands[0], &given, &(train_mode){0});
    given_settings_free(&given);
    return status;
}
