// The verbs of `likelore tok`, each in a file of its own, and what they share.
#ifndef LIKELORE_COMMAND_TOK_H
#define LIKELORE_COMMAND_TOK_H

#include "command.h"

#include "likelore/tokenizer.h"

extern const command tok_train_command;
extern const command tok_convert_command;
extern const command tok_encode_command;
extern const command tok_decode_command;
extern const command tok_bytes_command;
extern const command tok_explain_command;
extern const command tok_info_command;
extern const command tok_compare_command;

#define TOK_TOKENIZER                                                                              \
    {                                                                                              \
        "tokenizer", 't', "PATH",                                                                  \
            "a tokenizer.json, a file of ranks (.tiktoken), vocab.json with merges.txt, or a "     \
            "directory that holds one of them"                                                     \
    }
#define TOK_PATTERN                                                                                \
    {                                                                                              \
        "pattern", 0, "NAME",                                                                      \
            "how texts are cut into pieces where the file does not say it: gpt2, cl100k, llama3, " \
            "o200k, whitespace, none, or a regular expression"                                     \
    }
#define TOK_TO                                                                                     \
    {                                                                                              \
        "to", 0, "FORMAT",                                                                         \
            "how the tokenizer is written: json (tokenizer.json; default), merges (vocab.json "    \
            "and merges.txt, to the directory that --output names), or tiktoken (ranks; default "  \
            "for names in .tiktoken)"                                                              \
    }

// The format that --to or the name of --output gives; LK_ERROR_USAGE where it needs a name.
lk_status choose_tokenizer_format(invocation *call, lk_tokenizer_format *format);
// Writes the tokenizer to --output.
lk_status save_tokenizer(invocation *call, const lk_tokenizer *tokenizer,
                         lk_tokenizer_format format);
// What --pattern says: the name of a pattern, or a regular expression, which is anything that does
// not look like a name. *expression is NULL for names.
lk_status read_pattern(invocation *call, lk_pattern *pattern, const char **expression,
                       const char *value);
// Loads what --tokenizer names.
lk_status load_tokenizer(invocation *call, lk_tokenizer **tokenizer);
// Loads what is at `path`, with the pattern that --pattern names.
lk_status load_tokenizer_at(invocation *call, lk_tokenizer **tokenizer, const char *path);
// The index of the option's value among `choices`, 0 when it is not given.
lk_status choose(invocation *call, int *chosen, const char *name, const char *const *choices,
                 int count);

// Calls `take` with a file's bytes, or with standard input's ("-") as they come; the last call has
// `is_last`.
typedef lk_status take_text(void *user, const char *text, size_t length, bool is_last);
lk_status read_in_parts(invocation *call, const char *path, take_text *take, void *user);

#endif
