#include "formats/bif_lexer.h"

lk_bif_lexer lk_bif_lexer_make(lk_context *context, const lk_source *source) {
    return (lk_bif_lexer){.context = context, .source = source, .line = 1};
}

lk_location lk_bif_location(const lk_bif_lexer *lexer, const lk_bif_token *token) {
    int64_t column = 1;
    for (size_t i = token->line_start; i < token->offset; i++)
        if (((uint8_t)lexer->source->bytes[i] & 0xC0) != 0x80) column++;
    return (lk_location){lexer->source->file, token->line, column, (int64_t)token->offset};
}

lk_status lk_bif_unexpected(const lk_bif_lexer *lexer, const lk_bif_token *token,
                            const char *expected) {
    lk_location location = lk_bif_location(lexer, token);
    if (token->kind == LK_BIF_END)
        return lk_fail_at(lexer->context, LK_ERROR_SYNTAX, location,
                          "expected %s, found the end of the file", expected);
    int length = token->length < 60 ? (int)token->length : 60;
    return lk_fail_at(lexer->context, LK_ERROR_SYNTAX, location, "expected %s, found \"%.*s\"",
                      expected, length, token->text);
}

bool lk_bif_is_word(const lk_bif_token *token, const char *word) {
    return token->kind == LK_BIF_WORD && !token->quoted && token->length == strlen(word) &&
           memcmp(token->text, word, token->length) == 0;
}

bool lk_bif_is_symbol(const lk_bif_token *token, char symbol) {
    return token->kind == LK_BIF_SYMBOL && token->text[0] == symbol;
}

// The byte at `ahead` of the cursor, 0 beyond the end (the text holds no zero byte).
static char peek(const lk_bif_lexer *lexer, size_t ahead) {
    size_t left = lexer->source->length - lexer->offset;
    return ahead < left ? lexer->source->bytes[lexer->offset + ahead] : 0;
}

static void advance(lk_bif_lexer *lexer) {
    if (lexer->source->bytes[lexer->offset++] != '\n') return;
    lexer->line++;
    lexer->line_start = lexer->offset;
}

enum { SPACE = 1, SYMBOL = 2 };

static const uint8_t classes[256] = {
    [' '] = SPACE,  ['\t'] = SPACE, ['\r'] = SPACE, ['\n'] = SPACE, ['\f'] = SPACE,
    ['\v'] = SPACE, [','] = SPACE,  ['|'] = SPACE,  ['{'] = SYMBOL, ['}'] = SYMBOL,
    ['['] = SYMBOL, [']'] = SYMBOL, ['('] = SYMBOL, [')'] = SYMBOL, [';'] = SYMBOL,
};

static bool is_space(char c) { return classes[(uint8_t)c] == SPACE; }
static bool is_symbol(char c) { return classes[(uint8_t)c] == SYMBOL; }

static bool at_comment(const lk_bif_lexer *lexer) {
    return peek(lexer, 0) == '/' && (peek(lexer, 1) == '/' || peek(lexer, 1) == '*');
}

static lk_bif_token here(const lk_bif_lexer *lexer) {
    return (lk_bif_token){.offset = lexer->offset,
                          .line_start = lexer->line_start,
                          .line = lexer->line,
                          .text = lexer->source->bytes + lexer->offset};
}

static lk_status skip_comment(lk_bif_lexer *lexer) {
    lk_bif_token start = here(lexer);
    bool to_line_end = peek(lexer, 1) == '/';
    advance(lexer);
    advance(lexer);
    while (peek(lexer, 0)) {
        bool ends =
            to_line_end ? peek(lexer, 0) == '\n' : peek(lexer, 0) == '*' && peek(lexer, 1) == '/';
        if (ends) {
            if (!to_line_end) lexer->offset += 2;
            return LK_OK;
        }
        advance(lexer);
    }
    if (to_line_end) return LK_OK;
    return lk_fail_at(lexer->context, LK_ERROR_SYNTAX, lk_bif_location(lexer, &start),
                      "this comment does not end");
}

static lk_status skip_space(lk_bif_lexer *lexer) {
    for (;;) {
        if (is_space(peek(lexer, 0)))
            advance(lexer);
        else if (at_comment(lexer))
            LK_TRY(skip_comment(lexer));
        else
            return LK_OK;
    }
}

static lk_status read_quoted(lk_bif_lexer *lexer, lk_bif_token *token) {
    lk_bif_token start = *token;
    advance(lexer);
    token->text++;
    token->quoted = true;
    while (peek(lexer, 0) && peek(lexer, 0) != '"') advance(lexer);
    if (!peek(lexer, 0))
        return lk_fail_at(lexer->context, LK_ERROR_SYNTAX, lk_bif_location(lexer, &start),
                          "this quote does not end");
    token->length = (size_t)(lexer->source->bytes + lexer->offset - token->text);
    advance(lexer);
    return LK_OK;
}

static void read_word(lk_bif_lexer *lexer, lk_bif_token *token) {
    while (peek(lexer, 0) && !is_space(peek(lexer, 0)) && !is_symbol(peek(lexer, 0)) &&
           peek(lexer, 0) != '"' && !at_comment(lexer))
        lexer->offset++;
    token->length = lexer->offset - token->offset;
}

lk_status lk_bif_next(lk_bif_lexer *lexer, lk_bif_token *token) {
    LK_TRY(skip_space(lexer));
    *token = here(lexer);
    char c = peek(lexer, 0);
    if (c == 0) return LK_OK;
    if (is_symbol(c)) {
        token->kind = LK_BIF_SYMBOL;
        token->length = 1;
        lexer->offset++;
        return LK_OK;
    }
    token->kind = LK_BIF_WORD;
    if (c == '"') return read_quoted(lexer, token);
    read_word(lexer, token);
    return LK_OK;
}

static bool is_keyword(const lk_bif_token *token) {
    return lk_bif_is_word(token, "network") || lk_bif_is_word(token, "variable") ||
           lk_bif_is_word(token, "probability");
}

lk_status lk_bif_next_keyword(lk_bif_lexer *lexer, lk_bif_token *token) {
    for (;;) {
        LK_TRY(skip_space(lexer));
        *token = here(lexer);
        char c = peek(lexer, 0);
        if (c == 0) return LK_OK;
        if (is_symbol(c) || c == '"') { // in prose, quotes need not come in pairs
            advance(lexer);
            continue;
        }
        token->kind = LK_BIF_WORD;
        read_word(lexer, token);
        if (is_keyword(token)) return LK_OK;
    }
}
