// `likelore tok …`: tokenizers.
#include "command_tok.h"

#include "terminal.h"

#include <stdio.h>
#include <string.h>

lk_status choose(invocation *call, int *chosen, const char *name, const char *const *choices,
                 int count) {
    const char *value = option_value(call->arguments, name, choices[0]);
    for (*chosen = 0; *chosen < count; ++*chosen)
        if (strcmp(choices[*chosen], value) == 0) return LK_OK;
    char list[128] = "";
    for (int i = 0; i < count; i++) {
        strncat(list, i == 0 ? "" : i + 1 < count ? ", " : " or ", sizeof list - strlen(list) - 1);
        strncat(list, choices[i], sizeof list - strlen(list) - 1);
    }
    return usage_error(call, "--%s takes %s, not '%s'", name, list, value);
}

lk_status load_tokenizer(invocation *call, lk_tokenizer **tokenizer) {
    const char *path = option_value(call->arguments, "tokenizer", NULL);
    *tokenizer = NULL;
    if (!path) return usage_error(call, "--tokenizer PATH is missing");
    return load_tokenizer_at(call, tokenizer, path);
}

lk_status read_pattern(invocation *call, lk_pattern *pattern, const char **expression,
                       const char *value) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    *pattern = LK_PATTERN_CUSTOM;
    *expression = value;
    if (value[strspn(value, letters)] != 0) return LK_OK;
    *expression = NULL;
    return lk_pattern_find(call->context, pattern, value);
}

static lk_status set_expression(lk_tokenizer **tokenizer, const char *expression) {
    lk_status status = lk_tokenizer_set_expression(*tokenizer, expression);
    if (status == LK_OK) return LK_OK;
    lk_tokenizer_free(*tokenizer);
    *tokenizer = NULL;
    return status;
}

lk_status load_tokenizer_at(invocation *call, lk_tokenizer **tokenizer, const char *path) {
    const char *value = option_value(call->arguments, "pattern", NULL), *expression = NULL;
    lk_pattern pattern;
    *tokenizer = NULL;
    if (value) LK_TRY(read_pattern(call, &pattern, &expression, value));
    LK_TRY(lk_tokenizer_load(call->context, tokenizer, path, value ? &pattern : NULL));
    return expression ? set_expression(tokenizer, expression) : LK_OK;
}

// ---- Texts --------------------------------------------------------------------------------------

static lk_status interrupted(invocation *call) {
    snprintf(call->message, sizeof call->message, "interrupted");
    return LK_ERROR_INTERRUPTED;
}

static lk_status read_standard_input(invocation *call, take_text *take, void *user) {
    static char part[1 << 16];
    ssize_t length;
    while ((length = terminal_read_input(part, sizeof part)) > 0)
        LK_TRY(take(user, part, (size_t)length, false));
    if (terminal_interrupted()) return interrupted(call);
    if (length < 0) {
        snprintf(call->message, sizeof call->message, "standard input cannot be read");
        return LK_ERROR_IO;
    }
    return take(user, "", 0, true);
}

static lk_status read_file(invocation *call, lk_file *file, take_text *take, void *user) {
    enum { PART = 1 << 22 };
    const char *text = (const char *)lk_file_bytes(file);
    size_t length = lk_file_length(file), at = 0;
    do {
        if (terminal_interrupted()) return interrupted(call);
        size_t part = length - at < PART ? length - at : PART;
        LK_TRY(take(user, text + at, part, at + part == length));
        at += part;
        lk_file_forget(file, at);
    } while (at < length);
    return LK_OK;
}

lk_status read_in_parts(invocation *call, const char *path, take_text *take, void *user) {
    if (strcmp(path, "-") == 0) return read_standard_input(call, take, user);
    lk_file *file;
    LK_TRY(lk_file_open(call->context, &file, path));
    lk_status status = read_file(call, file, take, user);
    lk_file_free(file);
    return status;
}

static const command *const commands[] = {
    &tok_train_command,   &tok_encode_command, &tok_decode_command,
    &tok_convert_command, &tok_info_command,   &tok_compare_command,
    &tok_explain_command, &tok_bytes_command,  NULL};

const command_group tok_commands = {"tok", commands};
