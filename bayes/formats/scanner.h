// A place in a text, and the words there: what readers of line-oriented formats share.
#ifndef LK_SCANNER_H
#define LK_SCANNER_H

#include "formats/formats.h"

typedef struct lk_scanner {
    lk_context *context;
    const lk_source *source; // without zero bytes
    size_t offset;
    size_t line_start; // offset at which the line begins
    int64_t column;    // from 1; kept, since a line may be as long as the file
    uint32_t line;     // from 1
} lk_scanner;

typedef struct lk_word {
    const char *text; // length 0: the end of the text
    size_t length;
    size_t offset;
    int64_t column;
    uint32_t line;
} lk_word;

lk_scanner lk_scanner_make(lk_context *context, const lk_source *source);
// The byte at `ahead` of the cursor, 0 beyond the end.
char lk_scanner_peek(const lk_scanner *scanner, size_t ahead);
void lk_scanner_advance(lk_scanner *scanner);
void lk_scanner_skip_line(lk_scanner *scanner);
bool lk_is_space(char c);

// A word of length 0 at the cursor.
lk_word lk_scanner_here(const lk_scanner *scanner);
lk_location lk_scanner_location(const lk_scanner *scanner, const lk_word *word);
// "expected X, found Y".
lk_status lk_scanner_unexpected(const lk_scanner *scanner, const lk_word *word,
                                const char *expected);

#endif
