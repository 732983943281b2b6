// Every known pattern but `none` ends a piece, whatever stands around, between a letter or number
// and white space, and between anything else that is visible and a space.
#include "tokenizer/text_parts.h"

#include "unicode.h"
#include "unicode_classes.h"

static bool ends_word(const uint8_t *text, size_t end) {
    size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (text[begin] & 0xC0) == 0x80) begin--;
    uint32_t character;
    bool valid;
    size_t size = lk_utf8_decode(text + begin, end - begin, &character, &valid);
    lk_unicode_class label = lk_unicode_class_of(character);
    return valid && size == end - begin &&
           (label == LK_UNICODE_NUMBER || label >= LK_UNICODE_LETTER);
}

static bool may_cut(const uint8_t *text, size_t at) {
    uint8_t next = text[at], before = text[at - 1];
    if (next == ' ') return before > ' ' && before < 0x7F;
    return next == '\n' && ends_word(text, at);
}

size_t lk_text_part_end(const uint8_t *text, size_t length, size_t begin) {
    if (length - begin <= LK_TEXT_PART) return length;
    size_t at = begin + LK_TEXT_PART;
    while (at < length && !may_cut(text, at)) at++;
    return at;
}

bool lk_text_has_parts(lk_pattern pattern, const lk_specials *specials) {
    for (size_t i = 0; i < specials->count; i++) {
        const lk_special *special = &specials->list[i];
        if (memchr(special->text, ' ', special->length) ||
            memchr(special->text, '\n', special->length))
            return false;
    }
    return pattern != LK_PATTERN_NONE && pattern != LK_PATTERN_CUSTOM;
}
