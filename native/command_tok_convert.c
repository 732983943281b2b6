// `likelore tok convert`.
#include "command_tok.h"

#include <string.h>

lk_status choose_tokenizer_format(invocation *call, lk_tokenizer_format *format) {
    const char *path = option_value(call->arguments, "output", "-");
    const char *name = option_value(call->arguments, "to", NULL);
    *format = lk_tokenizer_format_of(path);
    for (int i = 0; name && i < LK_TOKENIZER_FORMAT_COUNT; i++) {
        *format = (lk_tokenizer_format)i;
        if (strcmp(lk_tokenizer_format_name(*format), name) == 0) name = NULL;
    }
    if (name) return usage_error(call, "--to takes json, merges or tiktoken, not '%s'", name);
    if (*format == LK_TOKENIZER_MERGES && strcmp(path, "-") == 0)
        return usage_error(call, "--to merges writes two files: add --output DIRECTORY");
    return LK_OK;
}

lk_status save_tokenizer(invocation *call, const lk_tokenizer *tokenizer,
                         lk_tokenizer_format format) {
    return lk_tokenizer_save(call->context, option_value(call->arguments, "output", "-"), tokenizer,
                             format, has_flag(call->arguments, "force"));
}

static lk_status run(invocation *call) {
    lk_tokenizer_format format;
    lk_tokenizer *tokenizer;
    LK_TRY(choose_tokenizer_format(call, &format));
    LK_TRY(load_tokenizer_at(call, &tokenizer, call->arguments->operands[0]));
    lk_status status = save_tokenizer(call, tokenizer, format);
    lk_tokenizer_free(tokenizer);
    return status;
}

static const option options[] = {TOK_PATTERN, TOK_TO, {0}};

const command tok_convert_command = {
    .noun = "tok",
    .verb = "convert",
    .operands = "TOKENIZER",
    .summary = "write a tokenizer in another format",
    .details = "A tokenizer is a tokenizer.json, a file of ranks (.tiktoken), llama2.c's "
               "tokenizer.bin, vocab.json with merges.txt, or a directory that holds one of them. "
               "What a format cannot tell is refused, or a note "
               "says it: a file of ranks tells neither "
               "special tokens nor the pattern.\n"
               "\n"
               "  likelore tok convert tokenizer.json -o gpt2-like/ --to merges\n"
               "  likelore tok convert tokenizer.json -o mine.tiktoken\n",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
