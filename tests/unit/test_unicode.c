#include "unicode.h"

#include "likelore/core.h"

#include <criterion/criterion.h>
#include <string.h>

// ---- The oracle: straight from the definition ---------------------------------------------------

// Unicode 16, table 3-6; 0 for what has no UTF-8.
static size_t naive_encode(uint8_t out[4], uint32_t c) {
    static const uint8_t marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, c /= 64) out[i] = (uint8_t)(0x80 + c % 64);
    out[0] = (uint8_t)(marks[size] + c);
    return size;
}

// Whether these are all bytes of a character: the one that their bits spell must have them.
static bool naive_is_character(const uint8_t *bytes, size_t size, uint32_t *code_point) {
    static const uint8_t masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint8_t encoded[4];
    uint32_t c = bytes[0] & masks[size];
    for (size_t i = 1; i < size; i++) c = c * 64 + bytes[i] % 64;
    *code_point = c;
    return naive_encode(encoded, c) == size && memcmp(encoded, bytes, size) == 0;
}

// Whether some character's bytes begin with these. The ranges of table 3-7 all begin or end at one
// of the four bytes tried for what is missing.
static bool naive_begins_character(const uint8_t *bytes, size_t length) {
    static const uint8_t fills[] = {0x80, 0x90, 0xA0, 0xBF};
    uint32_t code_point;
    for (size_t size = length; size <= 4; size++)
        for (size_t i = 0; i < sizeof fills; i++) {
            uint8_t filled[4];
            memset(filled, fills[i], sizeof filled);
            memcpy(filled, bytes, length);
            if (naive_is_character(filled, size, &code_point)) return true;
        }
    return false;
}

// Unicode 16, section 3.9, D93b: the longest beginning of a well-formed sequence, else one byte.
static size_t naive_decode(const uint8_t *bytes, size_t length, uint32_t *code_point, bool *valid) {
    size_t taken = 0;
    *valid = false;
    while (taken < length && taken < 4 && !*valid && naive_begins_character(bytes, taken + 1))
        *valid = naive_is_character(bytes, ++taken, code_point);
    if (!*valid) *code_point = 0xFFFD;
    return taken ? taken : 1;
}

// ---- Encoding -----------------------------------------------------------------------------------

Test(unicode, every_code_point_goes_there_and_back) {
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint8_t expected[4], bytes[4];
        size_t size = naive_encode(expected, c);
        if (size == 0) continue;
        cr_assert(lk_utf8_encode(bytes, c) == size && memcmp(bytes, expected, size) == 0, "U+%04X",
                  c);
        uint32_t decoded;
        bool valid;
        cr_assert(lk_utf8_decode(bytes, size, &decoded, &valid) == size);
        cr_assert(valid && decoded == c, "U+%04X", c);
    }
}

Test(unicode, what_is_no_character_is_encoded_as_the_replacement) {
    static const uint32_t wrong[] = {0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x110000, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint8_t bytes[4];
        cr_assert(lk_utf8_encode(bytes, wrong[i]) == 3);
        cr_assert(memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
    }
}

// ---- Decoding -----------------------------------------------------------------------------------

static void expect_decoded(const char *bytes, size_t length, const uint32_t *expected,
                           size_t count) {
    const uint8_t *at = (const uint8_t *)bytes, *end = at + length;
    size_t i = 0;
    while (at < end) {
        uint32_t code_point;
        at += lk_utf8_decode(at, (size_t)(end - at), &code_point, NULL);
        cr_assert(i < count && code_point == expected[i], "character %zu is U+%04X", i, code_point);
        i++;
    }
    cr_assert(i == count);
}

// Unicode 16, tables 3-8 to 3-11.
Test(unicode, maximal_subparts_are_replaced_as_the_standard_shows) {
    enum { R = 0xFFFD };
    expect_decoded("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9,
                   (uint32_t[]){R, R, R, R, R, R, R, R, 0x41}, 9);
    expect_decoded("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9,
                   (uint32_t[]){R, R, R, R, R, R, R, R, 0x41}, 9);
    expect_decoded("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9,
                   (uint32_t[]){R, R, R, R, R, 0x41, R, R, 0x42}, 9);
    expect_decoded("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, (uint32_t[]){R, R, R, R, 0x41}, 5);
}

// Bytes that are often the beginnings of something.
static uint8_t random_byte(lk_random *random) {
    static const uint8_t interesting[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                          0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                          0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    if (lk_random_below(random, 8) == 0) return (uint8_t)lk_random_u32(random);
    return interesting[lk_random_below(random, sizeof interesting)];
}

Test(unicode, random_bytes_decode_as_by_the_definition) {
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 100000; i++) {
        uint8_t bytes[5];
        size_t length = 1 + lk_random_below(&random, 5);
        for (size_t j = 0; j < length; j++) bytes[j] = random_byte(&random);
        uint32_t code_point, expected_point;
        bool valid, expected_valid;
        size_t taken = lk_utf8_decode(bytes, length, &code_point, &valid);
        size_t expected = naive_decode(bytes, length, &expected_point, &expected_valid);
        cr_assert(taken == expected && valid == expected_valid && code_point == expected_point,
                  "%02X %02X %02X %02X of %zu: %zu bytes, not %zu", bytes[0], bytes[1], bytes[2],
                  bytes[3], length, taken, expected);
    }
}

Test(unicode, the_first_ill_formed_sequence_is_found) {
    const char *text = "λόγος \xF0\x9F\x8E\x93.";
    size_t length = strlen(text);
    cr_assert(lk_utf8_validate((const uint8_t *)text, length) == length);
    cr_assert(lk_utf8_validate((const uint8_t *)text, 0) == 0);
    cr_assert(lk_utf8_validate((const uint8_t *)text, length - 2) == length - 5, "cut short");
    cr_assert(lk_utf8_validate((const uint8_t *)"ab\xED\xA0\x80", 5) == 2, "a surrogate");
    cr_assert(lk_utf8_validate((const uint8_t *)"\xC0\xAF", 2) == 0, "an overlong form");
}

// A text cut anywhere: what is before the incomplete tail is whole, and the tail is the beginning
// of the character that the cut goes through.
Test(unicode, the_incomplete_tail_is_what_a_cut_leaves_of_a_character) {
    const uint8_t *text = (const uint8_t *)"aé€\xF0\x9F\x8E\x93z\xF4\x8F\xBF\xBF";
    static const size_t ends[] = {0, 1, 3, 6, 10, 11, 15};
    for (size_t i = 0; i + 1 < sizeof ends / sizeof ends[0]; i++)
        for (size_t cut = ends[i]; cut < ends[i + 1]; cut++)
            cr_assert(lk_utf8_incomplete_tail(text, cut) == cut - ends[i], "cut at %zu", cut);
}

Test(unicode, bytes_that_nothing_can_complete_are_no_incomplete_tail) {
    static const char *const tails[] = {"\x80",         "\xFF",          "\xC0",
                                        "\xE0\x80",     "\xED\xA0",      "\xF4\x90",
                                        "\xF0\x80\x80", "a\x80\x80\x80", "\xC3\xA9"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        cr_assert(lk_utf8_incomplete_tail((const uint8_t *)tails[i], strlen(tails[i])) == 0, "%zu",
                  i);
}
