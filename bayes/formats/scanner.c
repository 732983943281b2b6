#include "formats/scanner.h"

lk_scanner lk_scanner_make(lk_context *context, const lk_source *source) {
    lk_scanner scanner = {.context = context, .source = source, .column = 1, .line = 1};
    bool has_mark = source->length >= 3 && memcmp(source->bytes, "\xEF\xBB\xBF", 3) == 0;
    scanner.offset = scanner.line_start = has_mark ? 3 : 0;
    return scanner;
}

char lk_scanner_peek(const lk_scanner *scanner, size_t ahead) {
    size_t left = scanner->source->length - scanner->offset;
    return ahead < left ? scanner->source->bytes[scanner->offset + ahead] : 0;
}

void lk_scanner_advance(lk_scanner *scanner) {
    char passed = scanner->source->bytes[scanner->offset++];
    if (((uint8_t)passed & 0xC0) != 0x80) scanner->column++;
    if (passed != '\n') return;
    scanner->line++;
    scanner->column = 1;
    scanner->line_start = scanner->offset;
}

void lk_scanner_skip_line(lk_scanner *scanner) {
    while (lk_scanner_peek(scanner, 0) && lk_scanner_peek(scanner, 0) != '\n')
        lk_scanner_advance(scanner);
}

bool lk_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

lk_word lk_scanner_here(const lk_scanner *scanner) {
    return (lk_word){.text = scanner->source->bytes + scanner->offset,
                     .offset = scanner->offset,
                     .column = scanner->column,
                     .line = scanner->line};
}

lk_location lk_scanner_location(const lk_scanner *scanner, const lk_word *word) {
    return (lk_location){scanner->source->file, word->line, word->column, (int64_t)word->offset};
}

lk_status lk_scanner_unexpected(const lk_scanner *scanner, const lk_word *word,
                                const char *expected) {
    lk_location location = lk_scanner_location(scanner, word);
    if (word->length == 0)
        return lk_fail_at(scanner->context, LK_ERROR_SYNTAX, location,
                          "expected %s, found the end of the file", expected);
    int length = word->length < 60 ? (int)word->length : 60;
    return lk_fail_at(scanner->context, LK_ERROR_SYNTAX, location, "expected %s, found \"%.*s\"",
                      expected, length, word->text);
}
