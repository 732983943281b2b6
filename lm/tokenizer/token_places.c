// The bytes of the tokens of a text, one after another, are the text: so where a token is follows
// from the tokens before it. A byte begins a character unless it goes on with the one before, which
// the bytes so far decide (Unicode 16, table 3-7): what is no UTF-8 counts as lk_text_repair has
// it.
#include "tokenizer/tokenizer.h"

// How many bytes a character that begins with this byte still needs, and the range of the next.
static void begin_character(lk_token_walk *walk, uint8_t byte) {
    walk->needed = byte < 0xC2 || byte > 0xF4 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    walk->least = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    walk->most = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    walk->latest_units = walk->needed == 3 ? 2 : 1;
    walk->characters++;
    walk->units += walk->latest_units;
}

static bool goes_on(const lk_token_walk *walk, uint8_t byte) {
    return walk->needed > 0 && byte >= walk->least && byte <= walk->most;
}

static void walk_byte(lk_token_walk *walk, uint8_t byte) {
    if (goes_on(walk, byte)) {
        walk->needed--;
        walk->least = 0x80;
        walk->most = 0xBF;
    } else {
        begin_character(walk, byte);
    }
    walk->bytes++;
}

lk_token_place lk_token_walk_next(lk_token_walk *walk, const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length = 0;
    const uint8_t *bytes = (const uint8_t *)lk_tokenizer_token_at(tokenizer, id, &length);
    lk_token_place place = {
        .byte = walk->bytes, .character = walk->characters, .unit = walk->units};
    if (bytes && goes_on(walk, *bytes)) {
        place.character--;
        place.unit -= walk->latest_units;
    }
    for (size_t i = 0; bytes && i < length; i++) walk_byte(walk, bytes[i]);
    place.byte_end = walk->bytes;
    place.character_end = walk->characters;
    place.unit_end = walk->units;
    return place;
}
