// The vocabulary of a tokenizer of characters in `tokenizer.json`: single characters.
#include "tokenizer/tokenizer_json.h"

#include "unicode.h"

// Puts the code point of each token at its id; every id below the count exactly once.
static lk_status read_vocabulary(lk_context *context, uint32_t *code_points, uint32_t *largest,
                                 const lk_json *vocabulary, size_t count) {
    *largest = 0;
    memset(code_points, 0xFF, count * sizeof *code_points);
    for (const lk_json *token = lk_json_first(vocabulary); token; token = lk_json_next(token)) {
        const char *text = lk_json_name(token);
        size_t length = strlen(text);
        uint32_t code_point = 0;
        if (length == 0 ||
            lk_utf8_decode((const uint8_t *)text, length, &code_point, NULL) != length)
            return lk_fail(context, LK_ERROR_UNSUPPORTED, "the token '%s' is no single character",
                           text);
        int64_t id;
        if (!lk_json_integer(token, &id, 0, (int64_t)count - 1))
            return lk_fail(context, LK_ERROR_DATA,
                           "the id of token '%s' is not a whole number from 0 to %zu", text,
                           count - 1);
        if (code_points[id] != UINT32_MAX)
            return lk_fail(context, LK_ERROR_DATA, "two tokens have the id %d", (int)id);
        code_points[id] = code_point;
        if (code_point > *largest) *largest = code_point;
    }
    return LK_OK;
}

static lk_status add_characters(lk_tokenizer *tokenizer, const uint32_t *code_points, size_t count,
                                uint32_t largest) {
    LK_TRY(lk_tokenizer_reserve_characters(tokenizer, (uint32_t)count, largest + 1));
    for (size_t i = 0; i < count; i++) {
        if (tokenizer->character_ids[code_points[i]] != LK_NO_TOKEN)
            return lk_fail(tokenizer->context, LK_ERROR_DATA,
                           "the character U+%04X is in the vocabulary twice",
                           (unsigned)code_points[i]);
        lk_tokenizer_add_character(tokenizer, code_points[i]);
    }
    return LK_OK;
}

lk_status lk_characters_read(lk_tokenizer *tokenizer, const lk_json *vocabulary) {
    lk_context *context = tokenizer->context;
    size_t count = lk_json_count(vocabulary);
    uint32_t *code_points = lk_alloc(context, count, sizeof *code_points);
    LK_NEED(code_points);
    uint32_t largest;
    lk_status status = read_vocabulary(context, code_points, &largest, vocabulary, count);
    if (status == LK_OK) status = add_characters(tokenizer, code_points, count, largest);
    lk_free(context, code_points);
    return status;
}
