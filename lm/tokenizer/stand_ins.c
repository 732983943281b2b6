#include "tokenizer/stand_ins.h"

#include "unicode.h"

static bool stands_for_itself(uint32_t byte) {
    return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
}

// The bytes that do not stand for themselves: 00 … 20, 7F … A0, AD.
enum { FIRST_HIGH = 0x7F, LAST_HIGH = 0xA0, LOW_COUNT = 0x21, SOFT_HYPHEN = 0xAD };

uint32_t lk_stand_in_of(uint8_t byte) {
    if (stands_for_itself(byte)) return byte;
    if (byte < LOW_COUNT) return 0x100u + byte;
    if (byte <= LAST_HIGH) return 0x100u + LOW_COUNT + byte - FIRST_HIGH;
    return 0x100u + LOW_COUNT + (LAST_HIGH - FIRST_HIGH + 1);
}

// The byte, or -1.
static int byte_of(uint32_t character) {
    if (character < 0x100) return stands_for_itself(character) ? (int)character : -1;
    character -= 0x100;
    if (character < LOW_COUNT) return (int)character;
    character -= LOW_COUNT;
    if (character <= LAST_HIGH - FIRST_HIGH) return (int)character + FIRST_HIGH;
    return character == LAST_HIGH - FIRST_HIGH + 1 ? SOFT_HYPHEN : -1;
}

bool lk_stand_ins_read(lk_buffer *bytes, const char *text, size_t length) {
    size_t before = bytes->length;
    for (size_t i = 0; i < length;) {
        uint32_t character;
        bool valid;
        i += lk_utf8_decode((const uint8_t *)text + i, length - i, &character, &valid);
        int byte = valid ? byte_of(character) : -1;
        if (byte < 0) {
            bytes->length = before;
            return false;
        }
        lk_buffer_append_byte(bytes, (char)byte);
    }
    return true;
}

void lk_stand_ins_write(lk_buffer *text, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        uint8_t encoded[4];
        size_t size = lk_utf8_encode(encoded, lk_stand_in_of((uint8_t)bytes[i]));
        lk_buffer_append(text, encoded, size);
    }
}
