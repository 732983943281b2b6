// Tokens of the Bayesian interchange format. Commas and bars are white space to it, and so are
// comments (// to the end of the line, /* to */). A word is any run of other characters, so that
// names with . - / < and numbers are words; a quoted name may hold anything but a quote.
#ifndef LK_BIF_LEXER_H
#define LK_BIF_LEXER_H

#include "formats/formats.h"

typedef enum lk_bif_kind {
    LK_BIF_END,
    LK_BIF_WORD,   // quoted or not
    LK_BIF_SYMBOL, // one of { } [ ] ( ) ;
} lk_bif_kind;

typedef struct lk_bif_token {
    lk_bif_kind kind;
    const char *text; // without the quotes
    size_t length;
    bool quoted;
    size_t offset;     // of its first byte
    size_t line_start; // offset at which its line begins
    uint32_t line;     // from 1
} lk_bif_token;

typedef struct lk_bif_lexer {
    lk_context *context;
    const lk_source *source;
    size_t offset;
    size_t line_start;
    uint32_t line;
} lk_bif_lexer;

lk_bif_lexer lk_bif_lexer_make(lk_context *context, const lk_source *source);
// LK_ERROR_SYNTAX for a comment or quote that does not end.
lk_status lk_bif_next(lk_bif_lexer *lexer, lk_bif_token *token);
// Skips text outside of blocks, which is comment, up to a word `network`, `variable` or
// `probability` (the token), or the end.
lk_status lk_bif_next_keyword(lk_bif_lexer *lexer, lk_bif_token *token);

bool lk_bif_is_word(const lk_bif_token *token, const char *word);
bool lk_bif_is_symbol(const lk_bif_token *token, char symbol);

lk_location lk_bif_location(const lk_bif_lexer *lexer, const lk_bif_token *token);
// "expected X, found Y".
lk_status lk_bif_unexpected(const lk_bif_lexer *lexer, const lk_bif_token *token,
                            const char *expected);

#endif
