#include "tokenizer/token_text.h"

#include "unicode.h"
#include "unicode_classes.h"

// ---- Escapes ------------------------------------------------------------------------------------

// Characters that show nothing, or change what is around them.
static bool is_invisible(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x0, 0x1F},        {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
                  {0x180B, 0x180F},   {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
                  {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE000, 0xF8FF},
                  {0xE0000, 0x10FFFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    return false;
}

static void escape_character(lk_buffer *out, uint32_t c) {
    if (c == '\n' || c == '\t' || c == '\r')
        lk_buffer_printf(out, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
    else if (c < 0x80)
        lk_buffer_printf(out, "\\x%02X", (unsigned)c);
    else
        lk_buffer_printf(out, "\\u{%X}", (unsigned)c);
}

void lk_escape_bytes(lk_buffer *out, const char *bytes, size_t length) {
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t c;
        bool valid;
        taken = lk_utf8_decode((const uint8_t *)bytes + at, length - at, &c, &valid);
        // A mark would combine with what is not of the text.
        bool leads = at == 0 && lk_unicode_class_of(c) == LK_UNICODE_MARK;
        for (size_t i = 0; !valid && i < taken; i++)
            lk_buffer_printf(out, "\\x%02X", (uint8_t)bytes[at + i]);
        if (!valid) continue;
        if (c == '\\')
            lk_buffer_append_text(out, "\\\\");
        else if (is_invisible(c) || leads)
            escape_character(out, c);
        else
            lk_buffer_append(out, bytes + at, taken);
    }
}

void lk_quote_bytes(lk_buffer *out, const char *bytes, size_t length) {
    lk_buffer_append_byte(out, '\'');
    lk_escape_bytes(out, bytes, length);
    lk_buffer_append_byte(out, '\'');
}

void lk_hex_bytes(lk_buffer *out, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        lk_buffer_printf(out, "%s%02X", i ? " " : "", (uint8_t)bytes[i]);
}

void lk_add_escaped_bytes(lk_json_writer *json, const char *name, lk_buffer *scratch,
                          const char *bytes, size_t length) {
    lk_buffer_clear(scratch);
    lk_escape_bytes(scratch, bytes, length);
    lk_json_add_string(json, name, lk_buffer_text(scratch));
}

void lk_add_hex_bytes(lk_json_writer *json, const char *name, lk_buffer *scratch, const char *bytes,
                      size_t length) {
    lk_buffer_clear(scratch);
    lk_hex_bytes(scratch, bytes, length);
    lk_json_add_string(json, name, lk_buffer_text(scratch));
}

// ---- Columns ------------------------------------------------------------------------------------

static size_t escaped_columns(uint32_t c) {
    if (c == '\n' || c == '\t' || c == '\r' || c == '\\') return 2;
    if (c < 0x80) return 4;
    size_t digits = 0;
    for (uint32_t rest = c; rest; rest >>= 4) digits++;
    return digits + 4;
}

// East Asian characters and pictures, as terminals have them.
static bool is_wide(uint32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

size_t lk_escaped_width(const char *bytes, size_t length) {
    size_t width = 0;
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t c;
        bool valid;
        taken = lk_utf8_decode((const uint8_t *)bytes + at, length - at, &c, &valid);
        bool is_mark = lk_unicode_class_of(c) == LK_UNICODE_MARK;
        if (!valid)
            width += 4 * taken;
        else if (c == '\\' || is_invisible(c) || (is_mark && at == 0))
            width += escaped_columns(c);
        else if (!is_mark)
            width += is_wide(c) ? 2 : 1;
    }
    return width;
}

void lk_append_spaces(lk_buffer *out, size_t count) {
    for (size_t i = 0; i < count; i++) lk_buffer_append_byte(out, ' ');
}

void lk_append_padded_name(lk_buffer *out, const char *name, size_t width) {
    size_t length = strlen(name), taken = lk_escaped_width(name, length);
    lk_escape_bytes(out, name, length);
    lk_append_spaces(out, (width > taken ? width - taken : 0) + 2);
}

// ---- Words --------------------------------------------------------------------------------------

const char *lk_plural_ending(uint64_t count) { return count == 1 ? "" : "s"; }

bool lk_is_utf8(const char *bytes, size_t length) {
    return lk_utf8_validate((const uint8_t *)bytes, length) == length;
}

const char *lk_token_bytes(const lk_tokenizer *tokenizer, uint32_t id, size_t *length) {
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, length);
    if (bytes) return bytes;
    *length = 0;
    return "";
}

void lk_begin_color(lk_buffer *out, size_t index) {
    lk_buffer_append_text(out, index % 2 ? "\033[30;46m" : "\033[30;43m");
}

void lk_end_color(lk_buffer *out) { lk_buffer_append_text(out, "\033[0m"); }
