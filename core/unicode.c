#include "unicode.h"

enum { REPLACEMENT = 0xFFFD };

// What a lead byte says of its sequence: its length, and the range of the second byte, which is
// where overlong forms, surrogates and what is above U+10FFFF are told from the rest (Unicode 16,
// table 3-7). Length 0: no lead byte.
typedef struct lead {
    unsigned length;
    uint8_t low, high;
} lead;

static lead lead_of(uint8_t byte) {
    if (byte < 0x80) return (lead){1, 0, 0};
    if (byte < 0xC2) return (lead){0, 0, 0};
    if (byte < 0xE0) return (lead){2, 0x80, 0xBF};
    if (byte == 0xE0) return (lead){3, 0xA0, 0xBF};
    if (byte == 0xED) return (lead){3, 0x80, 0x9F};
    if (byte < 0xF0) return (lead){3, 0x80, 0xBF};
    if (byte == 0xF0) return (lead){4, 0x90, 0xBF};
    if (byte < 0xF4) return (lead){4, 0x80, 0xBF};
    if (byte == 0xF4) return (lead){4, 0x80, 0x8F};
    return (lead){0, 0, 0};
}

// Number of bytes, at most expected.length, that go together from the start: the maximal subpart,
// or the whole sequence.
static unsigned well_formed_prefix(const uint8_t *bytes, size_t length, lead expected) {
    unsigned count = 1;
    while (count < expected.length && count < length) {
        uint8_t low = count == 1 ? expected.low : 0x80;
        uint8_t high = count == 1 ? expected.high : 0xBF;
        if (bytes[count] < low || bytes[count] > high) break;
        count++;
    }
    return count;
}

size_t lk_utf8_decode(const uint8_t *bytes, size_t length, uint32_t *code_point, bool *valid) {
    lead expected = lead_of(bytes[0]);
    unsigned count = well_formed_prefix(bytes, length, expected);
    bool complete = count == expected.length;
    if (valid) *valid = complete;
    *code_point = REPLACEMENT;
    if (!complete) return count;
    uint32_t value = count == 1 ? bytes[0] : bytes[0] & (0x7Fu >> count);
    for (unsigned i = 1; i < count; i++) value = value << 6 | (bytes[i] & 0x3Fu);
    *code_point = value;
    return count;
}

size_t lk_utf8_encode(uint8_t out[4], uint32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code_point >>= 6)
        out[i] = (uint8_t)(0x80 | (code_point & 0x3F));
    out[0] = (uint8_t)((0xF00u >> length) | code_point);
    return length;
}

size_t lk_utf8_validate(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint32_t code_point;
        bool valid;
        size_t taken = lk_utf8_decode(bytes + at, length - at, &code_point, &valid);
        if (!valid) return at;
        at += taken;
    }
    return length;
}

size_t lk_utf8_incomplete_tail(const uint8_t *bytes, size_t length) {
    for (size_t tail = 1; tail <= 3 && tail <= length; tail++) {
        const uint8_t *start = bytes + length - tail;
        lead expected = lead_of(*start);
        if (expected.length > tail)
            return well_formed_prefix(start, tail, expected) == tail ? tail : 0;
        if (expected.length != 0) return 0;
    }
    return 0;
}
