// The words after `likelore noun verb`, parsed by a table of options.
#ifndef LIKELORE_OPTIONS_H
#define LIKELORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct option {
    const char *name;  // "evidence", written --evidence
    char letter;       // 'e', written -e; 0: none
    const char *value; // how its value is called in the help, NULL for a flag; "[=NAME]" of one
                       // that may be left out
    const char *help;
} option;

// A word of the command line that is an option, and its value (NULL for a flag).
typedef struct given_option {
    const option *option; // NULL for a setting, --key=value
    const char *key;      // of a setting; not zero-terminated: key_length characters
    size_t key_length;
    const char *value;
} given_option;

typedef struct arguments {
    given_option *given;
    size_t given_count;
    const char **operands;
    size_t operand_count;
} arguments;

// Parses `count` words by two tables (each ends with a row whose name is NULL). With `settings`,
// --key=value of an unknown key is kept as a setting. Returns false with a message in `error`.
// `--` ends the options; `-` alone is an operand. The words must outlive the result.
bool arguments_parse(arguments *parsed, char *error, size_t error_bytes, int count,
                     char *const *words, const option *own, const option *common, bool settings);
void arguments_free(arguments *parsed);

bool has_flag(const arguments *given, const char *name);
// The last value given, or the fallback.
const char *option_value(const arguments *given, const char *name, const char *fallback);
// The i-th value of an option that may be repeated, NULL beyond the last.
const char *option_value_at(const arguments *given, const char *name, size_t index);
// Numbers; false when the text is none or out of range. *value is unchanged when the option is not
// given.
bool option_integer(const arguments *given, const char *name, uint64_t *value, uint64_t least,
                    uint64_t most);
bool option_number(const arguments *given, const char *name, double *value, double least,
                   double most);
// A size such as 4096, 512M, 2G (powers of 1024).
bool parse_size(const char *text, uint64_t *bytes);

#endif
