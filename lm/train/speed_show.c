#include "likelore/lm_speed.h"

#include "context.h"

#include <math.h>
#include <stdio.h>

enum { DURATION_BYTES = 64 };

static const char *duration(char text[DURATION_BYTES], double seconds) {
    const double minute = 60, hour = 60 * minute, day = 24 * hour;
    if (seconds < 10)
        snprintf(text, DURATION_BYTES, "%.2g s", seconds);
    else if (seconds < minute)
        snprintf(text, DURATION_BYTES, "%.0f s", seconds);
    else if (seconds < hour)
        snprintf(text, DURATION_BYTES, "%.0f min %.0f s", floor(seconds / minute),
                 floor(fmod(seconds, minute)));
    else if (seconds < day)
        snprintf(text, DURATION_BYTES, "%.0f h %.0f min", floor(seconds / hour),
                 floor(fmod(seconds, hour) / minute));
    else
        snprintf(text, DURATION_BYTES, "%.0f days %.0f h", floor(seconds / day),
                 floor(fmod(seconds, day) / hour));
    return text;
}

static void append_measured(lk_buffer *out, const lk_training_speed *speed) {
    lk_buffer_printf(out, "measured    %u micro-batch%s of %u sequence%s of random tokens",
                     speed->micro_batches, speed->micro_batches == 1 ? "" : "es", speed->sequences,
                     speed->sequences == 1 ? "" : "s");
    if (speed->layers) lk_buffer_printf(out, ", with %u layers", speed->layers);
    lk_buffer_printf(out, ";\n            %s, %d thread%s\n", lk_context_kernels_name(out->context),
                     lk_context_threads(out->context),
                     lk_context_threads(out->context) == 1 ? "" : "s");
}

void lk_training_speed_text(lk_buffer *out, const lk_training_speed *speed) {
    char text[DURATION_BYTES];
    lk_buffer_printf(out, "\nprediction  %.0f tokens/s, a step of %llu tokens in %s\n",
                     speed->tokens_per_second, (unsigned long long)speed->step_tokens,
                     duration(text, speed->step_seconds));
    lk_buffer_printf(out, "            %llu steps in %s", (unsigned long long)speed->steps,
                     duration(text, speed->training_seconds));
    if (isnan(speed->evaluation_seconds))
        lk_buffer_append_text(out, ", without evaluations, which go through all data\n");
    else
        lk_buffer_printf(out, ", evaluations in %s\n", duration(text, speed->evaluation_seconds));
    append_measured(out, speed);
}

void lk_training_speed_add_json(lk_json_writer *writer, const char *name,
                                const lk_training_speed *speed) {
    lk_json_begin_object(writer, name);
    lk_json_add_number(writer, "tokens_per_s", speed->tokens_per_second);
    lk_json_add_integer(writer, "steps", (int64_t)speed->steps);
    lk_json_add_integer(writer, "step_tokens", (int64_t)speed->step_tokens);
    lk_json_add_number(writer, "step_seconds", speed->step_seconds);
    lk_json_add_number(writer, "micro_batch_seconds", speed->micro_batch_seconds);
    lk_json_add_number(writer, "forward_seconds", speed->forward_seconds);
    lk_json_add_number(writer, "update_seconds", speed->update_seconds);
    lk_json_add_number(writer, "training_seconds", speed->training_seconds);
    lk_json_add_number(writer, "evaluation_seconds", speed->evaluation_seconds);
    lk_json_begin_object(writer, "measured");
    lk_json_add_integer(writer, "micro_batches", speed->micro_batches);
    lk_json_add_integer(writer, "sequences", speed->sequences);
    lk_json_add_integer(writer, "layers", speed->layers);
    lk_json_end(writer);
    lk_json_end(writer);
}
