// The tokenizer whose tokens are characters: code points.
#include "tokenizer/tokenizer.h"

#include "unicode.h"

enum { CODE_POINTS = 0x110000 };

// ---- From a text --------------------------------------------------------------------------------

static lk_location byte_location(uint64_t byte) { return (lk_location){.byte = (int64_t)byte}; }

// Marks each code point of the text in `seen`, one byte each, and counts the distinct ones.
static lk_status mark_characters(lk_context *context, uint8_t *seen, uint32_t *count,
                                 const char *text, size_t length) {
    *count = 0;
    for (size_t i = 0; i < length;) {
        uint32_t code_point;
        bool valid;
        size_t taken = lk_utf8_decode((const uint8_t *)text + i, length - i, &code_point, &valid);
        if (!valid)
            return lk_fail_at(context, LK_ERROR_DATA, byte_location(i), "the text is not UTF-8");
        if (code_point == 0)
            return lk_fail_at(context, LK_ERROR_DATA, byte_location(i),
                              "the text holds the character U+0000, so it is no text");
        *count += !seen[code_point];
        seen[code_point] = 1;
        i += taken;
    }
    return LK_OK;
}

static uint32_t last_marked(const uint8_t *seen) {
    uint32_t code_point = CODE_POINTS - 1;
    while (code_point > 0 && !seen[code_point]) code_point--;
    return code_point;
}

static lk_status fill_from_marks(lk_tokenizer *tokenizer, const uint8_t *seen, uint32_t count) {
    uint32_t characters = last_marked(seen) + 1;
    LK_TRY(lk_tokenizer_reserve_characters(tokenizer, count, characters));
    for (uint32_t code_point = 0; code_point < characters; code_point++)
        if (seen[code_point]) lk_tokenizer_add_character(tokenizer, code_point);
    return LK_OK;
}

lk_status lk_tokenizer_new_characters(lk_context *context, lk_tokenizer **out, const char *text,
                                      size_t length) {
    *out = NULL;
    uint8_t *seen = lk_alloc_zero(context, CODE_POINTS, 1);
    LK_NEED(seen);
    uint32_t count;
    lk_tokenizer *tokenizer = NULL;
    lk_status status = mark_characters(context, seen, &count, text, length);
    if (status == LK_OK) status = lk_tokenizer_new_empty(context, &tokenizer);
    if (status == LK_OK) status = fill_from_marks(tokenizer, seen, count);
    lk_free(context, seen);
    if (status != LK_OK) {
        lk_tokenizer_free(tokenizer);
        return status;
    }
    *out = tokenizer;
    return LK_OK;
}

// ---- Encoding -----------------------------------------------------------------------------------

static lk_status unknown_character(lk_context *context, const char *bytes, size_t taken,
                                   uint32_t code_point, bool valid, uint64_t at) {
    if (!valid)
        return lk_fail_at(context, LK_ERROR_DATA, byte_location(at), "the text is not UTF-8");
    return lk_fail_at(context, LK_ERROR_DATA, byte_location(at),
                      "the vocabulary has no character '%.*s' (U+%04X)", (int)taken,
                      code_point < 0x20 ? "?" : bytes, (unsigned)code_point);
}

lk_status lk_characters_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                               const char *text, size_t length, uint64_t offset) {
    enum { BLOCK = 256 }; // ids that are appended together
    uint32_t block[BLOCK];
    size_t filled = 0;
    for (size_t i = 0; i < length;) {
        uint32_t code_point;
        bool valid;
        const char *at = text + i;
        size_t taken = lk_utf8_decode((const uint8_t *)at, length - i, &code_point, &valid);
        uint32_t id = valid && code_point < tokenizer->character_count
                          ? tokenizer->character_ids[code_point]
                          : LK_NO_TOKEN;
        lk_status status = LK_OK;
        if (id == LK_NO_TOKEN)
            status = unknown_character(context, at, taken, code_point, valid, offset + i);
        block[filled++] = id;
        i += taken;
        if (status == LK_OK && (filled == BLOCK || i == length)) {
            status = lk_ids_append(ids, block, filled);
            filled = 0;
        }
        if (status != LK_OK) return status;
    }
    return LK_OK;
}
