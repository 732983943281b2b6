// Regular expressions, where they are built in: those of PCRE2, in which \p{L}, \p{N}, \p{M}, the
// categories of letters and \s are those of Unicode 16, whatever the library's tables are.
#ifndef LK_REGEX_H
#define LK_REGEX_H

#include "context.h"

typedef struct lk_regex lk_regex;

// LK_ERROR_SYNTAX with the byte of the expression where it is wrong; LK_ERROR_UNSUPPORTED where
// there are no regular expressions.
lk_status lk_regex_new(lk_context *context, lk_regex **regex, const char *expression);
void lk_regex_free(lk_regex *regex);

// Allows steps in proportion to the length of a text, for all matches in it.
void lk_regex_begin(lk_regex *regex, size_t length);
// The first match at or after `from` in a text that is UTF-8; *begin = *end = length where there is
// none. LK_ERROR_LIMIT, without a message, where the steps are used up; LK_ERROR_MEMORY.
lk_status lk_regex_find(lk_regex *regex, size_t *begin, size_t *end, const uint8_t *text,
                        size_t length, size_t from);

// Appends the expression with the classes above spelled out as ranges.
lk_status lk_regex_spell_out(lk_context *context, lk_buffer *out, const char *expression);

#endif
