// Scripts of tokens, told by blocks of code points.
#include "likelore/tokenizer_insight.h"

#include "tokenizer/token_text.h"
#include "unicode.h"
#include "unicode_classes.h"

const char *lk_script_name(lk_script script) {
    static const char *const names[] = {
#define LK_SCRIPT_NAME(CODE, name) name,
        LK_SCRIPT_LIST(LK_SCRIPT_NAME)
#undef LK_SCRIPT_NAME
    };
    return names[script];
}

// The script of a letter or mark.
static lk_script script_of_letter(uint32_t c) {
    static const struct {
        uint32_t first, last;
        lk_script script;
    } blocks[] = {
        {0x0041, 0x02AF, LK_SCRIPT_LATIN},
        {0x0370, 0x03FF, LK_SCRIPT_GREEK},
        {0x0400, 0x052F, LK_SCRIPT_CYRILLIC},
        {0x0530, 0x058F, LK_SCRIPT_ARMENIAN},
        {0x0590, 0x05FF, LK_SCRIPT_HEBREW},
        {0x0600, 0x06FF, LK_SCRIPT_ARABIC},
        {0x0750, 0x077F, LK_SCRIPT_ARABIC},
        {0x0870, 0x08FF, LK_SCRIPT_ARABIC},
        {0x0900, 0x0DFF, LK_SCRIPT_INDIC},
        {0x0E00, 0x0EFF, LK_SCRIPT_SOUTHEAST_ASIAN},
        {0x1000, 0x109F, LK_SCRIPT_SOUTHEAST_ASIAN},
        {0x10A0, 0x10FF, LK_SCRIPT_GEORGIAN},
        {0x1100, 0x11FF, LK_SCRIPT_HANGUL},
        {0x1200, 0x139F, LK_SCRIPT_ETHIOPIC},
        {0x1780, 0x17FF, LK_SCRIPT_SOUTHEAST_ASIAN},
        {0x1950, 0x19FF, LK_SCRIPT_SOUTHEAST_ASIAN},
        {0x1C80, 0x1C8F, LK_SCRIPT_CYRILLIC},
        {0x1C90, 0x1CBF, LK_SCRIPT_GEORGIAN},
        {0x1D00, 0x1D25, LK_SCRIPT_LATIN},
        {0x1E00, 0x1EFF, LK_SCRIPT_LATIN},
        {0x1F00, 0x1FFF, LK_SCRIPT_GREEK},
        {0x212A, 0x212B, LK_SCRIPT_LATIN},
        {0x2C60, 0x2C7F, LK_SCRIPT_LATIN},
        {0x2D00, 0x2D2F, LK_SCRIPT_GEORGIAN},
        {0x2D80, 0x2DDF, LK_SCRIPT_ETHIOPIC},
        {0x2DE0, 0x2DFF, LK_SCRIPT_CYRILLIC},
        {0x2E80, 0x2FDF, LK_SCRIPT_HAN},
        {0x3005, 0x3007, LK_SCRIPT_HAN},
        {0x3021, 0x303B, LK_SCRIPT_HAN},
        {0x3040, 0x30FF, LK_SCRIPT_KANA},
        {0x3130, 0x318F, LK_SCRIPT_HANGUL},
        {0x31F0, 0x31FF, LK_SCRIPT_KANA},
        {0x3400, 0x4DBF, LK_SCRIPT_HAN},
        {0x4E00, 0x9FFF, LK_SCRIPT_HAN},
        {0xA640, 0xA69F, LK_SCRIPT_CYRILLIC},
        {0xA722, 0xA7FF, LK_SCRIPT_LATIN},
        {0xA8E0, 0xA8FF, LK_SCRIPT_INDIC},
        {0xA960, 0xA97F, LK_SCRIPT_HANGUL},
        {0xAB30, 0xAB6F, LK_SCRIPT_LATIN},
        {0xAC00, 0xD7FF, LK_SCRIPT_HANGUL},
        {0xF900, 0xFAFF, LK_SCRIPT_HAN},
        {0xFB00, 0xFB06, LK_SCRIPT_LATIN},
        {0xFB13, 0xFB17, LK_SCRIPT_ARMENIAN},
        {0xFB1D, 0xFB4F, LK_SCRIPT_HEBREW},
        {0xFB50, 0xFDFF, LK_SCRIPT_ARABIC},
        {0xFE70, 0xFEFE, LK_SCRIPT_ARABIC},
        {0xFF21, 0xFF5A, LK_SCRIPT_LATIN},
        {0xFF66, 0xFF9F, LK_SCRIPT_KANA},
        {0xFFA0, 0xFFDC, LK_SCRIPT_HANGUL},
        {0x1B000, 0x1B16F, LK_SCRIPT_KANA},
        {0x20000, 0x3FFFD, LK_SCRIPT_HAN},
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (c >= blocks[i].first && c <= blocks[i].last) return blocks[i].script;
    return LK_SCRIPT_OTHER;
}

// Marks that go with letters of any script.
static bool is_common_mark(uint32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
           (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE00 && c <= 0xFE2F);
}

static bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

static lk_script script_of_character(uint32_t c) {
    switch (lk_unicode_class_of(c)) {
    case LK_UNICODE_SPACE:
        return LK_SCRIPT_SPACES;
    case LK_UNICODE_NUMBER:
        return LK_SCRIPT_DIGITS;
    case LK_UNICODE_OTHER:
        return is_control(c) ? LK_SCRIPT_CONTROLS : LK_SCRIPT_SYMBOLS;
    case LK_UNICODE_MARK:
        return is_common_mark(c) ? LK_SCRIPT_SYMBOLS : script_of_letter(c);
    default:
        return script_of_letter(c);
    }
}

// What a token is that has characters of both: letters decide, then digits, then symbols.
static lk_script join_scripts(lk_script a, lk_script b) {
    bool a_has_letters = a <= LK_SCRIPT_MIXED, b_has_letters = b <= LK_SCRIPT_MIXED;
    if (a == b) return a;
    if (a_has_letters && b_has_letters) return LK_SCRIPT_MIXED;
    if (a_has_letters || b_has_letters) return a_has_letters ? a : b;
    if (a == LK_SCRIPT_SPACES || b == LK_SCRIPT_SPACES) return a == LK_SCRIPT_SPACES ? b : a;
    return a < b ? a : b;
}

lk_script lk_script_of(const char *bytes, size_t length) {
    if (!lk_is_utf8(bytes, length)) return LK_SCRIPT_PARTS;
    lk_script script = LK_SCRIPT_SPACES;
    for (size_t at = 0; at < length;) {
        uint32_t c;
        at += lk_utf8_decode((const uint8_t *)bytes + at, length - at, &c, NULL);
        script = join_scripts(script, script_of_character(c));
    }
    return script;
}
