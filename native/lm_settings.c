#include "lm_settings.h"

#include <stdlib.h>
#include <string.h>

void given_settings_free(given_settings *given) {
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

lk_status given_settings_collect(const invocation *call, given_settings *given) {
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

static lk_status apply_settings(invocation *call, lk_settings *settings,
                                const given_settings *given) {
    LK_TRY(read_configuration(call, settings));
    for (size_t i = 0; i < given->count; i++)
        LK_TRY(lk_settings_set(settings, given->keys[i], given->values[i]));
    return LK_OK;
}

lk_status settings_of_call(invocation *call, lk_settings **settings, const given_settings *given) {
    LK_TRY(lk_settings_new(call->context, settings, option_value(call->arguments, "preset", NULL)));
    lk_status status = apply_settings(call, *settings, given);
    if (status == LK_OK) return LK_OK;
    lk_settings_free(*settings);
    *settings = NULL;
    return status;
}
