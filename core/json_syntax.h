// The grammar of JSON (RFC 8259), checked before a text is parsed: so errors say exactly where and
// what was expected, and a lenient parser behind it sees nothing it could misread.
#ifndef LK_JSON_SYNTAX_H
#define LK_JSON_SYNTAX_H

#include "context.h"

enum {
    LK_JSON_NESTING = 1000,     // arrays and objects within one another
    LK_JSON_NUMBER_LENGTH = 63, // characters of a number
};

// LK_ERROR_SYNTAX with line, column and byte when the text is not exactly one JSON document in
// UTF-8 (a byte order mark before it is allowed); LK_ERROR_UNSUPPORTED for the character U+0000 in
// a string, which no C string can hold, and for numbers longer than LK_JSON_NUMBER_LENGTH;
// LK_ERROR_LIMIT for deeper nesting than LK_JSON_NESTING.
lk_status lk_json_check(lk_context *context, const char *text, size_t length);

#endif
