#include "learn/naive.h"
#include "unicode.h"
#include "unicode_classes.h"

lk_words lk_words_make(const char *text, size_t length) {
    const uint8_t *bytes = (const uint8_t *)text;
    return (lk_words){.at = bytes, .end = length ? bytes + length : bytes};
}

static size_t decode(const lk_words *words, uint32_t *code_point, bool *valid) {
    *code_point = *words->at;
    *valid = true;
    if (*code_point < 0x80) return 1;
    return lk_utf8_decode(words->at, (size_t)(words->end - words->at), code_point, valid);
}

static bool belongs(uint32_t code_point, bool first) {
    lk_unicode_class label = lk_unicode_class_of(code_point);
    return label >= LK_UNICODE_NUMBER && !(first && label == LK_UNICODE_MARK);
}

// Reads a run, or passes one character that begins none. A word that is too long keeps a length
// that says so.
static void read_run(lk_words *words) {
    words->length = 0;
    while (words->at < words->end) {
        uint32_t code_point;
        bool valid;
        size_t taken = decode(words, &code_point, &valid);
        bool in = valid && belongs(code_point, words->length == 0);
        if (in || words->length == 0) words->at += taken;
        if (!in) return;
        if (words->length > LK_WORD_BYTES) continue;
        uint8_t *place = (uint8_t *)words->word + words->length;
        words->length += lk_utf8_encode(place, lk_unicode_lower(code_point));
    }
}

bool lk_words_next(lk_words *words) {
    while (words->at < words->end) {
        read_run(words);
        if (words->length > 0 && words->length <= LK_WORD_BYTES) return true;
    }
    return false;
}
