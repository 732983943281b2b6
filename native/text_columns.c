#include "text_columns.h"

#include "text_table.h"

#include <string.h>

static bool continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

// Bytes of the first `width` characters of a line, or of all.
static size_t first_characters(const char *text, size_t length, int width) {
    size_t at = 0;
    for (int i = 0; i < width && at < length; i++) do
            at++;
        while (at < length && continues(text[at]));
    return at;
}

// Length of the line that a column shows next, and where the one after it begins.
static size_t next_line(const char *text, int width, const char **rest) {
    size_t length = strcspn(text, "\n"), end = first_characters(text, length, width);
    if (end == length) {
        *rest = text + length + (text[length] == '\n');
        return length;
    }
    size_t space = end;
    while (space > 0 && text[space] != ' ') space--;
    if (space > 0) end = space;
    *rest = text + end + (text[end] == ' ');
    return end;
}

// One line of every column; columns that have come to their end are empty.
static void append_line(lk_buffer *out, const char **texts, size_t count, int width) {
    for (size_t i = 0; i < count; i++) {
        const char *rest = texts[i];
        size_t length = next_line(texts[i], width, &rest);
        lk_buffer cell = lk_buffer_make(out->context);
        lk_buffer_append(&cell, texts[i], length);
        if (i + 1 < count) {
            append_padded(out, lk_buffer_text(&cell), width);
            lk_buffer_append_text(out, " │ ");
        } else {
            lk_buffer_append_text(out, lk_buffer_text(&cell));
        }
        lk_buffer_free(&cell);
        texts[i] = rest;
    }
    lk_buffer_append_byte(out, '\n');
}

static bool anything_left(const char *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (*texts[i]) return true;
    return false;
}

void append_columns(lk_buffer *out, const char *const *texts, size_t count, int width) {
    enum { MOST_COLUMNS = 8 };
    const char *left[MOST_COLUMNS];
    if (count > MOST_COLUMNS) count = MOST_COLUMNS;
    for (size_t i = 0; i < count; i++) left[i] = texts[i];
    while (anything_left(left, count)) append_line(out, left, count, width);
}
