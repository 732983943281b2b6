// The bytes and characters of a text, without a tokenizer.
#include "likelore/tokenizer_insight.h"

#include "tokenizer/token_text.h"
#include "unicode.h"

#include <inttypes.h>

// A character, or a maximal subpart that is none.
typedef struct character {
    size_t at, length;
    uint32_t code_point;
    bool valid;
} character;

static character character_at(const char *text, size_t length, size_t at) {
    character c = {.at = at};
    c.length = lk_utf8_decode((const uint8_t *)text + at, length - at, &c.code_point, &c.valid);
    return c;
}

lk_text_sizes lk_text_get_sizes(const char *text, size_t length) {
    lk_text_sizes sizes = {.bytes = length};
    for (size_t at = 0; at < length;) {
        character c = character_at(text, length, at);
        uint8_t utf8[4];
        sizes.characters++;
        sizes.invalid += !c.valid;
        sizes.zeros += c.valid && c.code_point == 0;
        sizes.utf8 += lk_utf8_encode(utf8, c.code_point);
        sizes.utf16 += c.code_point < 0x10000 ? 2 : 4;
        sizes.utf32 += 4;
        for (size_t i = 0; i < c.length; i++) sizes.alone += (uint8_t)text[at + i] >= 0x80;
        at += c.length;
    }
    return sizes;
}

// ---- What is wrong with bytes -------------------------------------------------------------------

// How many bytes a character takes that begins so; 0: none does.
static int promised_length(uint8_t byte) {
    if (byte < 0xC2 || byte > 0xF4) return byte < 0x80;
    return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

static void append_why(lk_buffer *out, const char *text, size_t length, character c) {
    uint8_t first = (uint8_t)text[c.at];
    size_t next = c.at + c.length;
    int promised = promised_length(first);
    if (first >= 0x80 && first < 0xC0)
        lk_buffer_printf(out, "%02X goes on with a character, and none began", first);
    else if (promised == 0)
        lk_buffer_printf(out, "no character begins with %02X", first);
    else if (next == length)
        lk_buffer_printf(out, "%02X begins a character of %d bytes, and the text ends", first,
                         promised);
    else if (((uint8_t)text[next] & 0xC0) == 0x80)
        lk_buffer_printf(out, "no character has %02X after %02X", (uint8_t)text[next],
                         (uint8_t)text[next - 1]);
    else
        lk_buffer_printf(out,
                         "%02X begins a character of %d bytes, and %02X does not go on with it",
                         first, promised, (uint8_t)text[next]);
}

// The text as it is read when each byte is decoded by itself.
static void append_byte_by_byte(lk_buffer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((uint8_t)text[i] < 0x80)
            lk_escape_bytes(out, text + i, 1);
        else
            lk_buffer_append_text(out, "\xEF\xBF\xBD");
}

// ---- Text ---------------------------------------------------------------------------------------

static void append_character(lk_buffer *out, const char *text, size_t length, character c) {
    lk_buffer_printf(out, "%8zu  ", c.at);
    lk_hex_bytes(out, text + c.at, c.length);
    lk_append_spaces(out, 13 - 3 * c.length);
    if (c.valid) {
        lk_buffer_printf(out, "U+%04" PRIX32 "%s", c.code_point,
                         c.code_point < 0x10000    ? "    "
                         : c.code_point < 0x100000 ? "   "
                                                   : "  ");
        lk_quote_bytes(out, text + c.at, c.length);
    } else {
        lk_buffer_append_text(out, "no UTF-8: ");
        append_why(out, text, length, c);
    }
    lk_buffer_append_byte(out, '\n');
}

static void append_characters(lk_buffer *out, const char *text, size_t length, size_t most,
                              uint64_t count) {
    if (length) lk_buffer_append_text(out, "    byte  in hex      code point\n");
    size_t listed = 0;
    for (size_t at = 0; at < length && listed < most; listed++) {
        character c = character_at(text, length, at);
        append_character(out, text, length, c);
        at += c.length;
    }
    if (listed < count)
        lk_buffer_printf(out, "       … the first %zu of %" PRIu64 " characters\n", listed, count);
}

static void append_size(lk_buffer *out, const char *name, uint64_t bytes, int mark) {
    lk_buffer_printf(out, "%-8s%10" PRIu64 "%24" PRIu64 "\n", name, bytes, bytes + (uint64_t)mark);
}

static void append_sizes(lk_buffer *out, const lk_text_sizes *sizes) {
    lk_buffer_append_text(out, "\n             bytes    with byte-order mark\n");
    append_size(out, "UTF-8", sizes->utf8, LK_UTF8_MARK_BYTES);
    append_size(out, "UTF-16", sizes->utf16, LK_UTF16_MARK_BYTES);
    append_size(out, "UTF-32", sizes->utf32, LK_UTF32_MARK_BYTES);
}

static void append_notes(lk_buffer *out, const char *text, size_t length, size_t most,
                         const lk_text_sizes *sizes) {
    if (sizes->zeros)
        lk_buffer_printf(out,
                         "\nThe text has U+0000 %" PRIu64 " time%s: a character for which nothing "
                         "is shown when it is printed; it is written \\x00 above.\n",
                         sizes->zeros, lk_plural_ending(sizes->zeros));
    if (sizes->invalid)
        lk_buffer_printf(out,
                         "\nThe text is not UTF-8: at %" PRIu64 " place%s U+FFFD stands for what "
                         "cannot be decoded, and counts in the sizes.\n",
                         sizes->invalid, lk_plural_ending(sizes->invalid));
    if (!sizes->alone) return;
    lk_buffer_printf(out,
                     "\n%" PRIu64 " of the %" PRIu64 " bytes %s no character by %s. Decoded one "
                     "byte at a time the text would be\n  ",
                     sizes->alone, sizes->bytes, sizes->alone == 1 ? "is" : "are",
                     sizes->alone == 1 ? "itself" : "themselves");
    append_byte_by_byte(out, text, length < most ? length : most);
    lk_buffer_append_text(out, length > most ? "…\n" : "\n");
}

lk_status lk_text_bytes_to_text(lk_buffer *out, const char *text, size_t length, size_t most) {
    lk_text_sizes sizes = lk_text_get_sizes(text, length);
    lk_buffer_printf(out, "%" PRIu64 " byte%s, %" PRIu64 " character%s\n", sizes.bytes,
                     lk_plural_ending(sizes.bytes), sizes.characters,
                     lk_plural_ending(sizes.characters));
    append_characters(out, text, length, most, sizes.characters);
    append_sizes(out, &sizes);
    append_notes(out, text, length, most, &sizes);
    return lk_buffer_status(out);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_character(lk_json_writer *json, lk_buffer *scratch, const char *text, size_t length,
                          character c) {
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "at", (int64_t)c.at);
    lk_add_hex_bytes(json, "bytes", scratch, text + c.at, c.length);
    if (c.valid)
        lk_json_add_integer(json, "code_point", c.code_point);
    else
        lk_json_add_null(json, "code_point");
    lk_add_escaped_bytes(json, "text", scratch, text + c.at, c.length);
    if (!c.valid) {
        lk_buffer_clear(scratch);
        append_why(scratch, text, length, c);
        lk_json_add_string(json, "why", lk_buffer_text(scratch));
    }
    lk_json_end(json);
}

static void add_size(lk_json_writer *json, const char *name, uint64_t bytes, int mark) {
    lk_json_begin_object(json, name);
    lk_json_add_integer(json, "bytes", (int64_t)bytes);
    lk_json_add_integer(json, "with_mark", (int64_t)bytes + mark);
    lk_json_end(json);
}

static void add_sizes(lk_json_writer *json, const lk_text_sizes *sizes) {
    lk_json_begin_object(json, "sizes");
    add_size(json, "utf-8", sizes->utf8, LK_UTF8_MARK_BYTES);
    add_size(json, "utf-16", sizes->utf16, LK_UTF16_MARK_BYTES);
    add_size(json, "utf-32", sizes->utf32, LK_UTF32_MARK_BYTES);
    lk_json_end(json);
}

static void add_document(lk_json_writer *json, lk_buffer *scratch, const char *text, size_t length,
                         size_t most) {
    lk_text_sizes sizes = lk_text_get_sizes(text, length);
    size_t shown = length < most ? length : most;
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_add_escaped_bytes(json, "text", scratch, text, shown);
    lk_json_add_integer(json, "bytes", (int64_t)sizes.bytes);
    lk_json_begin_array(json, "characters");
    for (size_t at = 0, listed = 0; at < length && listed < most; listed++) {
        character c = character_at(text, length, at);
        add_character(json, scratch, text, length, c);
        at += c.length;
    }
    lk_json_end(json);
    lk_json_add_integer(json, "character_count", (int64_t)sizes.characters);
    lk_json_add_bool(json, "valid", sizes.invalid == 0);
    add_sizes(json, &sizes);
    lk_buffer_clear(scratch);
    append_byte_by_byte(scratch, text, shown);
    lk_json_add_string(json, "byte_by_byte", lk_buffer_text(scratch));
    lk_json_end(json);
}

lk_status lk_text_bytes_to_json(lk_buffer *out, const char *text, size_t length, size_t most) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(out->context, &json));
    lk_buffer scratch = lk_buffer_make(out->context);
    add_document(json, &scratch, text, length, most);
    lk_status status = lk_json_finish(json, out, false);
    if (status == LK_OK) status = lk_buffer_status(&scratch);
    lk_buffer_free(&scratch);
    lk_json_writer_free(json);
    return status;
}
