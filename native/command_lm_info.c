// `likelore lm info`: of a checkpoint what it holds, of a bare shape what it would cost.
#include "command_lm.h"
#include "kernels_remark.h"
#include "lm_settings.h"

#include "terminal.h"

#include "likelore/lm_cost.h"
#include "likelore/lm_speed.h"

#include <string.h>
#include <sys/stat.h>

const option info_options[] = {
    {"preset", 0, "NAME", "settings that a shape begins with, as of lm train"},
    {"measure", 0, NULL, "take some steps of training, and foretell its speed and time"},
    {0},
};

static lk_status emit_document(invocation *call, lk_buffer *text, lk_status status) {
    if (status == LK_OK && has_flag(call->arguments, "json")) lk_buffer_append_byte(text, '\n');
    if (status == LK_OK) status = emit(call, text);
    lk_buffer_free(text);
    return status;
}

// *speed is `room`, filled, with --measure; else NULL.
static lk_status measure(invocation *call, const lk_training_speed **speed, lk_training_speed *room,
                         const lk_settings *settings, uint32_t vocab_size) {
    const double seconds = 2;
    *speed = NULL;
    if (!has_flag(call->arguments, "measure")) return LK_OK;
    LK_TRY(lk_training_speed_measure(call->context, room, settings, vocab_size, terminal_seconds,
                                     seconds));
    *speed = room;
    return LK_OK;
}

static lk_status measure_checkpoint(invocation *call, const lk_training_speed **speed,
                                    lk_training_speed *room, const lk_checkpoint *checkpoint) {
    lk_settings *settings;
    *speed = NULL;
    if (!has_flag(call->arguments, "measure")) return LK_OK;
    LK_TRY(lk_checkpoint_settings(&settings, checkpoint));
    uint32_t vocab_size = lk_model_config_get(lk_checkpoint_model(checkpoint)).vocab_size;
    lk_status status = measure(call, speed, room, settings, vocab_size);
    lk_settings_free(settings);
    return status;
}

// `tokenizer` NULL: that of the checkpoint.
static lk_status show_checkpoint(invocation *call, const char *tokenizer) {
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_load_with(call->context, &checkpoint, call->arguments->operands[0],
                                   tokenizer));
    lk_buffer text = lk_buffer_make(call->context);
    lk_training_speed room;
    const lk_training_speed *speed;
    lk_status status = measure_checkpoint(call, &speed, &room, checkpoint);
    if (status == LK_OK)
        status = has_flag(call->arguments, "json")
                     ? lk_checkpoint_info_json(call->context, &text, checkpoint, speed)
                     : lk_checkpoint_info_text(call->context, &text, checkpoint, speed);
    lk_checkpoint_free(checkpoint);
    return emit_document(call, &text, status);
}

// ---- A bare shape -------------------------------------------------------------------------------

static lk_status show_settings(invocation *call, const given_settings *given) {
    lk_settings *settings;
    LK_TRY(settings_of_call(call, &settings, given));
    lk_buffer text = lk_buffer_make(call->context);
    lk_training_speed room;
    const lk_training_speed *speed;
    lk_status status = measure(call, &speed, &room, settings, 0);
    if (status == LK_OK)
        status = has_flag(call->arguments, "json") ? lk_settings_cost_json(&text, settings, speed)
                                                   : lk_settings_cost_text(&text, settings, speed);
    lk_settings_free(settings);
    return emit_document(call, &text, status);
}

// A file without zero bytes at its beginning is a configuration: those that hold weights in one
// file begin with numbers.
static bool is_configuration(invocation *call, const char *path) {
    struct stat facts;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
    lk_file *file;
    if (lk_file_open(call->context, &file, path) != LK_OK) return false;
    enum { BEGINNING = 16 };
    size_t length = lk_file_length(file) < BEGINNING ? lk_file_length(file) : BEGINNING;
    bool is = length == 0 || !memchr(lk_file_bytes(file), 0, length);
    lk_file_free(file);
    return is;
}

static lk_status show(invocation *call, const given_settings *given) {
    const arguments *words = call->arguments;
    bool shaped = option_value(words, "preset", NULL) || given->count > 0;
    if (words->operand_count == 0 && !shaped)
        return usage_error(call, "what to show is missing: a checkpoint, a run, a configuration, "
                                 "or --preset NAME and settings such as --n_layer=12");
    if (words->operand_count == 0 || is_configuration(call, words->operands[0]))
        return show_settings(call, given);
    // Of a checkpoint nothing can be set but the tokenizer it may lack.
    bool tokenizer = given->count == 1 && strcmp(given->keys[0], "tokenizer") == 0;
    if (shaped && !(tokenizer && !option_value(words, "preset", NULL)))
        return usage_error(call, "%s is no configuration: the shape of a checkpoint is settled",
                           words->operands[0]);
    return show_checkpoint(call, tokenizer ? given->values[0] : NULL);
}

lk_status run_info(invocation *call) {
    given_settings given;
    lk_status status = given_settings_collect(call, &given);
    if (status == LK_OK) status = show(call, &given);
    if (status == LK_OK) print_kernels_remark(call);
    given_settings_free(&given);
    return status;
}
