// The text that a verb of `likelore tok` is about: a word of the command line, or standard input.
#ifndef LIKELORE_TOK_TEXT_H
#define LIKELORE_TOK_TEXT_H

#include "command_tok.h"

#define TOK_HEX                                                                                    \
    { "hex", 0, NULL, "TEXT is bytes in hexadecimal, such as \"C3 29\"" }
#define TOK_MOST(what)                                                                             \
    { "most", 0, "N", what }

// Appends the operand, or standard input where there is none or it is "-"; its bytes with --hex.
lk_status read_text(invocation *call, lk_buffer *text);
// Appends what is in a file, or standard input.
lk_status read_whole(invocation *call, const char *path, lk_buffer *text);
// The value of --most.
lk_status read_most(invocation *call, size_t *most, size_t fallback);
// Whether the answer goes to a terminal with colours.
bool colors_wanted(const invocation *call);

#endif
