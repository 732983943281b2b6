// A comparison of tokenizers as text. The tokens of a short text stand below each other: where one
// of the tokenizers has a boundary, all have a column for it.
#include "tokenizer/comparison.h"

#include "tokenizer/token_text.h"
#include "unicode.h"

#include <inttypes.h>

// ---- Short texts --------------------------------------------------------------------------------

enum { BOUNDARY = 1, START = 2 /* a character begins here */ };

typedef struct short_text {
    uint8_t places[LK_MOST_COMPARED][LK_SHORT_TEXT + 1]; // BOUNDARY of each tokenizer
    uint8_t any[LK_SHORT_TEXT + 1];                      // BOUNDARY of one of them, and START
} short_text;

static void mark_characters(short_text *shown, const lk_tokenizer_comparison *c) {
    for (size_t at = 0; at < c->length;) {
        uint32_t code_point;
        shown->any[at] |= START;
        at += lk_utf8_decode((const uint8_t *)c->text + at, c->length - at, &code_point, NULL);
    }
    shown->any[c->length] |= START;
}

static void mark_boundaries(short_text *shown, const lk_tokenizer_comparison *c, size_t index) {
    const lk_ids *ids = &c->ids[index];
    size_t at = 0;
    for (size_t i = 0; i < ids->count; i++) {
        size_t length;
        lk_token_bytes(c->tokenizers[index], ids->ids[i], &length);
        at += length;
        if (at >= c->length) return;
        shown->places[index][at] = BOUNDARY;
        shown->any[at] |= BOUNDARY;
    }
}

// The end of what is shown together: a character, or each of its bytes where a tokenizer parts
// them.
static size_t unit_end(const short_text *shown, size_t length, size_t at) {
    size_t end = at + 1;
    bool is_parted = !(shown->any[at] & START);
    while (end < length && !(shown->any[end] & START)) {
        is_parted |= shown->any[end] & BOUNDARY;
        end++;
    }
    return is_parted ? at + 1 : end;
}

static void append_unit(lk_buffer *out, const char *bytes, size_t length, bool shows_spaces) {
    if (length == 1 && *bytes == ' ')
        lk_buffer_append_text(out, shows_spaces ? "␣" : " ");
    else
        lk_escape_bytes(out, bytes, length);
}

static void append_tokens(lk_buffer *out, const short_text *shown, const lk_tokenizer_comparison *c,
                          size_t index, bool colors) {
    size_t token = 0;
    if (colors) lk_begin_color(out, token);
    for (size_t at = 0, end; at < c->length; at = end) {
        bool is_boundary = shown->places[index][at] != 0;
        end = unit_end(shown, c->length, at);
        if (colors && is_boundary) lk_begin_color(out, ++token);
        if (!colors && (shown->any[at] & BOUNDARY))
            lk_buffer_append_text(out, is_boundary ? "│" : " ");
        append_unit(out, c->text + at, end - at, !colors);
    }
    if (colors) lk_end_color(out);
    lk_buffer_append_byte(out, '\n');
}

static void append_short_text(lk_buffer *out, const lk_tokenizer_comparison *c, size_t names,
                              bool colors) {
    short_text shown = {0};
    mark_characters(&shown, c);
    for (size_t i = 0; i < c->count; i++) mark_boundaries(&shown, c, i);
    lk_buffer_append_byte(out, '\n');
    for (size_t i = 0; i < c->count; i++) {
        lk_append_padded_name(out, c->names[i], names);
        append_tokens(out, &shown, c, i, colors);
    }
    lk_buffer_append_byte(out, '\n');
    for (size_t i = 0; i < c->count; i++) {
        lk_append_padded_name(out, c->names[i], names);
        for (size_t k = 0; k < c->ids[i].count; k++)
            lk_buffer_printf(out, "%s%" PRIu32, k ? " " : "", c->ids[i].ids[k]);
        lk_buffer_append_byte(out, '\n');
    }
}

// ---- Tables -------------------------------------------------------------------------------------

static size_t names_width(const lk_tokenizer_comparison *c) {
    size_t width = strlen("tokenizer");
    for (size_t i = 0; i < c->count; i++) {
        size_t name = lk_escaped_width(c->names[i], strlen(c->names[i]));
        width = name > width ? name : width;
    }
    return width;
}

static void append_totals(lk_buffer *out, const lk_tokenizer_comparison *c, size_t names) {
    lk_append_padded_name(out, "tokenizer", names);
    lk_buffer_append_text(out, "vocabulary      tokens  bytes per token\n");
    for (size_t i = 0; i < c->count; i++) {
        size_t tokens = c->ids[i].count;
        lk_append_padded_name(out, c->names[i], names);
        lk_buffer_printf(out, "%10" PRIu32 "%12zu", lk_tokenizer_count(c->tokenizers[i]), tokens);
        if (tokens)
            lk_buffer_printf(out, "%17.4f\n", (double)c->length / (double)tokens);
        else
            lk_buffer_append_text(out, "                -\n");
    }
}

static void append_words(lk_buffer *out, const lk_tokenizer_comparison *c) {
    if (c->count < 2) return;
    if (!c->kept_count) {
        lk_buffer_append_text(out,
                              c->most ? "\nno word has more tokens with one than another\n" : "");
        return;
    }
    lk_buffer_append_text(
        out, "\nwords on which they differ most; t1, t2, … are the tokens of each\n     times");
    for (size_t i = 0; i < c->count; i++) lk_buffer_printf(out, "%6s%zu", "t", i + 1);
    lk_buffer_append_text(out, "  word\n");
    for (size_t w = 0; w < c->kept_count; w++) {
        lk_compared_word word = lk_tokenizer_comparison_word_at(c, w);
        enum { MOST_WORD_BYTES = 60 };
        size_t shown = word.length < MOST_WORD_BYTES ? word.length : MOST_WORD_BYTES;
        lk_buffer_printf(out, "%10" PRIu64, word.times);
        for (size_t i = 0; i < c->count; i++) lk_buffer_printf(out, "%7" PRIu32, word.tokens[i]);
        lk_buffer_append_text(out, "  ");
        lk_quote_bytes(out, word.bytes, shown);
        lk_buffer_append_text(out, shown < word.length ? "…\n" : "\n");
    }
}

lk_status lk_tokenizer_comparison_to_text(lk_buffer *out, const lk_tokenizer_comparison *c,
                                          bool colors) {
    size_t names = names_width(c);
    lk_buffer_printf(out, "%zu byte%s of text\n\n", c->length, lk_plural_ending(c->length));
    append_totals(out, c, names);
    if (c->length && c->length <= LK_SHORT_TEXT) append_short_text(out, c, names, colors);
    append_words(out, c);
    return lk_buffer_status(out);
}
