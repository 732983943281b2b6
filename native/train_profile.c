#include "train_profile.h"

#include "terminal.h"

#include "likelore/lm_profile.h"

#include <stdio.h>
#include <stdlib.h>

enum { STANDARD_STEPS = 20, WARMUP = 3, MOST_STEPS = 1000000 };

// Of each ceiling.
static const double ceiling_seconds = .1;

static lk_status read_steps(invocation *call, uint64_t *steps) {
    const char *text = option_value(call->arguments, "profile", NULL);
    if (text && text[0] == 0)
        *steps = STANDARD_STEPS;
    else if (!option_integer(call->arguments, "profile", steps, 1, MOST_STEPS))
        return usage_error(call, "--profile takes a number of steps from 1 to %d, not '%s'",
                           MOST_STEPS, text);
    return LK_OK;
}

lk_status train_profile_begin(train_profile *profile, invocation *call, lk_trainer *trainer,
                              const char *run) {
    *profile = (train_profile){.call = call, .trainer = trainer, .run = run};
    LK_TRY(read_steps(call, &profile->steps));
    if (lk_ranks_rank(call->ranks) > 0) profile->steps = 0; // of rank 0 alone
    if (profile->steps == 0) return LK_OK;
    return lk_trainer_profile_begin(trainer, terminal_seconds, WARMUP);
}

bool train_profile_is_due(const train_profile *profile) {
    return profile->steps > 0 && lk_trainer_profile_get(profile->trainer).steps >= profile->steps;
}

static lk_status write_json(const train_profile *profile, const lk_step_profile *measured,
                            const lk_ceilings *ceilings) {
    lk_context *context = profile->call->context;
    lk_buffer path = lk_buffer_make(context), json = lk_buffer_make(context);
    lk_buffer_printf(&path, "%s/profile.json", profile->run);
    lk_status status = lk_step_profile_json(context, &json, measured, ceilings);
    lk_buffer_append_byte(&json, '\n');
    if (status == LK_OK) status = lk_buffer_status(&path);
    if (status == LK_OK) status = lk_buffer_status(&json);
    if (status == LK_OK) status = lk_file_write(context, path.data, json.data, json.length, true);
    lk_buffer_free(&path);
    lk_buffer_free(&json);
    return status;
}

static lk_status print_text(const train_profile *profile, const lk_step_profile *measured,
                            const lk_ceilings *ceilings) {
    if (has_flag(profile->call->arguments, "quiet")) return LK_OK;
    lk_buffer text = lk_buffer_make(profile->call->context);
    lk_step_profile_text(&text, measured, ceilings);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK) fprintf(stderr, "\n%s\n", lk_buffer_text(&text));
    lk_buffer_free(&text);
    return status;
}

// Without memory to measure the ceilings by, speeds are told alone.
lk_status train_profile_end(train_profile *profile) {
    if (profile->steps == 0) return LK_OK;
    profile->steps = 0;
    lk_trainer_profile_end(profile->trainer);
    lk_step_profile measured = lk_trainer_profile_get(profile->trainer);
    lk_ceilings measured_ceilings, *ceilings = &measured_ceilings;
    if (measured.steps == 0 || lk_bench_ceilings(profile->call->context, ceilings, terminal_seconds,
                                                 ceiling_seconds) != LK_OK)
        ceilings = NULL;
    LK_TRY(print_text(profile, &measured, ceilings));
    return measured.steps ? write_json(profile, &measured, ceilings) : LK_OK;
}
