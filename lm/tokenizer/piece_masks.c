#include "tokenizer/piece_masks.h"

#include "unicode.h"
#include "unicode_classes.h"

#include <assert.h>

enum { BLOCK = LK_BYTE_BLOCK };

// A character of more than one byte, or a byte that is no UTF-8.
typedef struct wide_character {
    size_t size; // in bytes
    uint8_t label;
} wide_character;

static inline bool continues(uint8_t byte) { return (byte & 0xC0) == 0x80; }

static wide_character read_any_character(const lk_masked_text *text, size_t at) {
    uint32_t code_point;
    bool valid;
    size_t size = lk_utf8_decode(text->bytes + at, text->length - at, &code_point, &valid);
    if (!valid) return (wide_character){1, LK_UNICODE_OTHER};
    bool is_dense = code_point < LK_UNICODE_DENSE;
    return (wide_character){size, is_dense ? text->classes[code_point]
                                           : (uint8_t)lk_unicode_class_of(code_point)};
}

// The character that begins with the byte at `at`, which is not ASCII. The common ones have two
// or three bytes.
static inline wide_character read_character(const lk_masked_text *text, size_t at) {
    const uint8_t *bytes = text->bytes + at, *classes = text->classes;
    if (text->length - at >= 3 && continues(bytes[1])) {
        uint32_t lead = bytes[0];
        if (lead >= 0xC2 && lead < 0xE0)
            return (wide_character){2, classes[(lead & 0x1F) << 6 | (bytes[1] & 0x3F)]};
        // Neither the forms that are too long (E0) nor the surrogates (ED).
        if (lead > 0xE0 && lead < 0xF0 && lead != 0xED && continues(bytes[2]))
            return (wide_character){
                3, classes[(lead & 0x0F) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3F)]};
    }
    return read_any_character(text, at);
}

// Without branches: in many texts classes alternate.
static inline void add_class(lk_piece_masks *masks, uint64_t bytes, uint8_t label) {
    uint64_t cased = label >= LK_UNICODE_MARK ? bytes : 0;
    masks->letter |= label >= LK_UNICODE_LETTER ? bytes : 0;
    masks->upper |= label != LK_UNICODE_LOWER ? cased : 0;
    masks->lower |= label != LK_UNICODE_UPPER ? cased : 0;
    masks->number |= label == LK_UNICODE_NUMBER ? bytes : 0;
    masks->space |= label == LK_UNICODE_SPACE ? bytes : 0;
}

// Adds the characters that begin at the bytes `high` of a block. Returns the last one, its size
// being what lies in the next block.
static wide_character add_characters(const lk_masked_text *text, lk_piece_masks *masks,
                                     size_t block, uint64_t high) {
    wide_character character = {0, LK_UNICODE_OTHER};
    size_t end = 0;
    while (high) {
        size_t i = (size_t)__builtin_ctzll(high);
        character = read_character(text, block * BLOCK + i);
        end = i + character.size;
        uint64_t bytes = lk_mask_bits(i, end);
        add_class(masks, bytes, character.label);
        masks->start &= ~(bytes & (bytes - 1));
        high &= ~bytes;
    }
    character.size = end > BLOCK ? end - BLOCK : 0;
    return character;
}

// Adds the bytes of a character that begins in the block before.
static void add_rest(lk_piece_masks *masks, wide_character rest) {
    uint64_t bytes = lk_mask_bits(0, rest.size);
    add_class(masks, bytes, rest.label);
    masks->start &= ~bytes;
}

// What of a character lies in a block, and begins before it.
static wide_character rest_before(const lk_masked_text *text, size_t block) {
    size_t begin = block * BLOCK;
    for (size_t back = 1; back <= 3 && back <= begin && continues(text->bytes[begin]); back++) {
        if (text->bytes[begin - back] < 0xC0) continue;
        wide_character character = read_character(text, begin - back);
        if (character.size <= back) break;
        return (wide_character){character.size - back, character.label};
    }
    return (wide_character){0, LK_UNICODE_OTHER};
}

static void classify_blocks(lk_byte_masks *raw, size_t count, const lk_masked_text *text,
                            size_t block) {
    const uint8_t *bytes = text->bytes + block * BLOCK;
    size_t left = text->length - block * BLOCK;
    size_t whole = left / BLOCK < count ? left / BLOCK : count;
    text->kernels->classify(raw, bytes, whole);
    if (whole == count) return;
    uint8_t last[BLOCK] = {0};
    memcpy(last, bytes + whole * BLOCK, left - whole * BLOCK);
    text->kernels->classify(raw + whole, last, 1);
}

void lk_piece_masks_make(lk_piece_masks *masks, size_t count, const lk_masked_text *text,
                         size_t block) {
    assert(count <= LK_PIECE_BLOCKS);
    lk_byte_masks raw[LK_PIECE_BLOCKS];
    classify_blocks(raw, count, text, block);
    wide_character rest = rest_before(text, block);
    for (size_t i = 0; i < count; i++) {
        masks[i] = (lk_piece_masks){.letter = raw[i].upper | raw[i].lower,
                                    .number = raw[i].digit,
                                    .space = raw[i].space,
                                    .newline = raw[i].newline,
                                    .start = UINT64_MAX,
                                    .upper = raw[i].upper,
                                    .lower = raw[i].lower,
                                    .wide = raw[i].high,
                                    .blank = raw[i].blank,
                                    .quote = raw[i].quote};
        uint64_t high = raw[i].high & ~lk_mask_bits(0, rest.size);
        if (rest.size) add_rest(&masks[i], rest);
        rest = (wide_character){0, LK_UNICODE_OTHER};
        if (high) rest = add_characters(text, &masks[i], block + i, high);
        uint64_t inside = lk_mask_bits(0, text->length - (block + i) * BLOCK);
        masks[i].other = ~(masks[i].letter | masks[i].number | masks[i].space) & inside;
    }
}
