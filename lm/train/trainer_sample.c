// Texts that are drawn while a model is trained. A generator reads the weights and has random
// streams of its own, so that the training goes on as if nothing had been drawn.
#include "train/trainer.h"

#include "context.h"

#include <stdio.h>

static lk_status draw(lk_generator *generator, lk_buffer *text) {
    lk_generated token = {0};
    while (token.finish == LK_FINISH_NONE) {
        LK_TRY(lk_generator_next(generator, &token));
        for (size_t i = 0; i < token.text_length; i++) {
            char byte = token.text[i];
            lk_buffer_append(text, byte ? &byte : "\xEF\xBF\xBD", byte ? 1 : 3);
        }
    }
    return lk_buffer_status(text);
}

// Tells of a failure which setting it comes from.
static lk_status name_prompt(lk_context *context, lk_status status) {
    char message[256];
    if (status == LK_OK || status == LK_ERROR_MEMORY) return status;
    snprintf(message, sizeof message, "%s", lk_context_error(context).message);
    return lk_fail(context, status, "sample_prompt: %s", message);
}

lk_status lk_trainer_sample(const lk_trainer *trainer, lk_buffer *text) {
    const lk_settings *settings = trainer->settings;
    if (settings->sample_tokens == 0) return LK_OK;
    if (!trainer->tokenizer)
        return lk_fail(trainer->context, LK_ERROR_USAGE,
                       "there is no tokenizer to draw texts with: name one, or set sample_tokens "
                       "to 0");
    lk_sampling sampling = lk_sampling_default();
    sampling.seed = (uint64_t)settings->seed;
    lk_generator *generator;
    lk_status status = lk_generator_new(
        trainer->context, &generator, trainer->model, trainer->tokenizer, settings->sample_prompt,
        strlen(settings->sample_prompt), &sampling, (uint32_t)settings->sample_tokens, NULL);
    if (status != LK_OK) return name_prompt(trainer->context, status);
    lk_buffer drawn = lk_buffer_make(trainer->context);
    lk_buffer_append_text(&drawn, settings->sample_prompt);
    status = draw(generator, &drawn);
    if (status == LK_OK)
        status = lk_text_repair(text, NULL, lk_buffer_text(&drawn), drawn.length, true);
    lk_buffer_free(&drawn);
    lk_generator_free(generator);
    return status;
}
