// Text in drawings. No font is at hand where they are made, so widths are averages of the common
// sans-serif fonts, and boxes leave some room.
#include "draw/svg_text.h"

#include "unicode.h"

#include <math.h>

// Characters of about the same width, in hundredths of the font size.
static const struct group {
    const char *characters;
    uint8_t width;
} groups[] = {
    {"'|", 25},
    {"ijl.,:;!", 29},
    {" I", 31},
    {"ft()[]/\\r-\"`{}", 38},
    {"*^", 48},
    {"csxyzkvJ_", 53},
    {"aeghnopqbdu?$L0123456789#", 59},
    {"TFZXYEPSBKVA&+<=>~", 66},
    {"CRUNDHGOQ", 74},
    {"w", 78},
    {"mM%", 88},
    {"W@", 98},
};

enum { GROUP_COUNT = sizeof groups / sizeof groups[0], OTHER_WIDTH = 62, WIDE_WIDTH = 100 };

typedef struct range {
    uint32_t first, last;
} range;

// Combining marks and other characters without a width of their own, and characters that fill a
// square (Unicode Standard Annex 11, East Asian width W and F, by blocks).
static const range marks[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                              {0x610, 0x61A},   {0x64B, 0x65F},   {0x1AB0, 0x1AFF},
                              {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                              {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
static const range squares[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                                {0xA960, 0xA97F},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
                                {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};

static bool is_among(uint32_t code_point, const range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last) return true;
    return false;
}

static double width_of(uint32_t code_point) {
    if (code_point < 0x7F) {
        for (size_t i = 0; i < GROUP_COUNT; i++)
            if (code_point && strchr(groups[i].characters, (int)code_point))
                return groups[i].width / 100.0;
        return OTHER_WIDTH / 100.0;
    }
    if (is_among(code_point, marks, sizeof marks / sizeof marks[0])) return 0;
    if (is_among(code_point, squares, sizeof squares / sizeof squares[0]))
        return WIDE_WIDTH / 100.0;
    return OTHER_WIDTH / 100.0;
}

// The characters that XML 1.0 has (section 2.2); line ends would be lost as blanks.
static bool is_in_xml(uint32_t c) {
    return c >= 0x20 && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF && c != 0x7F;
}

static void append_code_point(lk_buffer *out, uint32_t c, const char *bytes, size_t length) {
    if (c == '&')
        lk_buffer_append_text(out, "&amp;");
    else if (c == '<')
        lk_buffer_append_text(out, "&lt;");
    else if (c == '>')
        lk_buffer_append_text(out, "&gt;");
    else if (c == '"')
        lk_buffer_append_text(out, "&quot;");
    else if (!is_in_xml(c) || c == 0xFFFD)
        lk_buffer_append_text(out, "\xEF\xBF\xBD");
    else
        lk_buffer_append(out, bytes, length);
}

double lk_text_width(const char *text, double size) {
    size_t length = strlen(text);
    double width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t c;
        at += lk_utf8_decode((const uint8_t *)text + at, length - at, &c, NULL);
        width += width_of(c);
    }
    return width * size;
}

void lk_append_fitting(lk_buffer *out, const char *text, double size, double most) {
    bool fits = lk_text_width(text, size) <= most;
    double left = fits ? INFINITY : most / size - OTHER_WIDTH / 100.0; // room for the ellipsis
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t c;
        size_t bytes = lk_utf8_decode((const uint8_t *)text + at, length - at, &c, NULL);
        left -= width_of(c);
        if (left < 0) break;
        append_code_point(out, c, text + at, bytes);
        at += bytes;
    }
    if (!fits) lk_buffer_append_text(out, "…");
}

void lk_append_escaped_part(lk_buffer *out, const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        uint32_t c;
        size_t bytes = lk_utf8_decode((const uint8_t *)text + at, length - at, &c, NULL);
        append_code_point(out, c, text + at, bytes);
        at += bytes;
    }
}

void lk_append_escaped(lk_buffer *out, const char *text) {
    lk_append_escaped_part(out, text, strlen(text));
}

// Not by printf, whose decimal point is the locale's.
static void append_tenths(lk_buffer *out, int64_t tenths, bool always) {
    if (tenths < 0) lk_buffer_append_byte(out, '-');
    if (tenths < 0) tenths = -tenths;
    lk_buffer_printf(out, "%lld", (long long)(tenths / 10));
    if (always || tenths % 10) lk_buffer_printf(out, ".%d", (int)(tenths % 10));
}

void lk_append_length(lk_buffer *out, double value) {
    append_tenths(out, (int64_t)floor(value * 10 + 0.5), false);
}

void lk_append_attribute(lk_buffer *out, const char *name, double length) {
    lk_buffer_printf(out, " %s=\"", name);
    lk_append_length(out, length);
    lk_buffer_append_byte(out, '"');
}

void lk_append_percentage(lk_buffer *out, double p, const char *less, const char *more) {
    int64_t tenths = (int64_t)floor(p * 1000 + 0.5);
    if (tenths == 0 && p > 0) {
        lk_buffer_printf(out, "%s0.1", less);
    } else if (tenths == 1000 && p < 1 - 1e-12) {
        lk_buffer_printf(out, "%s99.9", more);
    } else {
        append_tenths(out, tenths, true);
    }
    lk_buffer_append_byte(out, '%');
}
