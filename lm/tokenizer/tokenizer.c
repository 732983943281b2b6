#include "tokenizer/tokenizer.h"

#include "tokenizer/bpe_encoder.h"
#include "tokenizer/character_bpe.h"
#include "unicode.h"

lk_status lk_tokenizer_new_empty(lk_context *context, lk_tokenizer **tokenizer) {
    *tokenizer = lk_alloc_zero(context, 1, sizeof **tokenizer);
    LK_NEED(*tokenizer);
    (*tokenizer)->context = context;
    return LK_OK;
}

void lk_tokenizer_free(lk_tokenizer *tokenizer) {
    if (!tokenizer) return;
    lk_bpe_encoder_free(tokenizer->encoder);
    lk_bpe_free(tokenizer->context, tokenizer->bpe);
    lk_character_bpe_free(tokenizer->context, tokenizer->character_bpe);
    lk_free(tokenizer->context, tokenizer->bytes);
    lk_free(tokenizer->context, tokenizer->offsets);
    lk_free(tokenizer->context, tokenizer->character_ids);
    lk_free(tokenizer->context, tokenizer);
}

lk_status lk_tokenizer_reserve_characters(lk_tokenizer *tokenizer, uint32_t count,
                                          uint32_t characters) {
    lk_context *context = tokenizer->context;
    tokenizer->bytes = lk_alloc(context, LK_CHARACTER_BYTES * (size_t)count + LK_COPIED_BYTES, 1);
    LK_NEED(tokenizer->bytes);
    tokenizer->offsets = lk_alloc_zero(context, (size_t)count + 1, sizeof *tokenizer->offsets);
    LK_NEED(tokenizer->offsets);
    tokenizer->character_ids = lk_alloc(context, characters, sizeof(uint32_t));
    LK_NEED(tokenizer->character_ids);
    for (uint32_t i = 0; i < characters; i++) tokenizer->character_ids[i] = LK_NO_TOKEN;
    tokenizer->character_count = characters;
    return LK_OK;
}

void lk_tokenizer_add_character(lk_tokenizer *tokenizer, uint32_t code_point) {
    uint32_t id = tokenizer->count++;
    uint8_t *end = (uint8_t *)tokenizer->bytes + tokenizer->offsets[id];
    tokenizer->offsets[id + 1] = tokenizer->offsets[id] + lk_utf8_encode(end, code_point);
    tokenizer->character_ids[code_point] = id;
}

uint32_t lk_tokenizer_count(const lk_tokenizer *tokenizer) { return tokenizer->count; }

bool lk_tokenizer_begin_token(const lk_tokenizer *tokenizer, uint32_t *id) {
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    *id = bpe ? bpe->begin : 0;
    return bpe && bpe->has_begin;
}

const char *lk_tokenizer_token_at(const lk_tokenizer *tokenizer, uint32_t id, size_t *length) {
    if (id >= tokenizer->count) return NULL;
    *length = tokenizer->offsets[id + 1] - tokenizer->offsets[id];
    return *length ? tokenizer->bytes + tokenizer->offsets[id] : NULL;
}

const lk_specials *lk_tokenizer_specials(const lk_tokenizer *tokenizer) {
    if (tokenizer->bpe) return &tokenizer->bpe->specials;
    return tokenizer->character_bpe ? &tokenizer->character_bpe->specials : NULL;
}

const lk_merges *lk_tokenizer_merges(const lk_tokenizer *tokenizer) {
    if (tokenizer->bpe) return &tokenizer->bpe->merges;
    return tokenizer->character_bpe ? &tokenizer->character_bpe->merges : NULL;
}

size_t lk_tokenizer_special_count(const lk_tokenizer *tokenizer) {
    const lk_specials *specials = lk_tokenizer_specials(tokenizer);
    return specials ? specials->count : 0;
}

const char *lk_tokenizer_special_at(const lk_tokenizer *tokenizer, size_t index, uint32_t *id) {
    const lk_special *special = &lk_tokenizer_specials(tokenizer)->list[index];
    *id = special->id;
    return special->text;
}

// ---- Decoding -----------------------------------------------------------------------------------

static const char replacement[LK_COPIED_BYTES] = "\xEF\xBF\xBD";

static inline const char *decoded_token(const lk_tokenizer *tokenizer, uint32_t id,
                                        size_t *length) {
    const char *token = lk_tokenizer_token_at(tokenizer, id, length);
    if (!token) *length = 3;
    return token ? token : replacement;
}

static size_t decoded_length(const lk_tokenizer *tokenizer, const uint32_t *ids, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length;
        decoded_token(tokenizer, ids[i], &length);
        sum += length;
    }
    return sum < SIZE_MAX / 2 ? (size_t)sum : SIZE_MAX / 2;
}

// Copies of a fixed size take a fraction of the time of others, and tokens are short.
static inline char *copy_token(char *to, const char *token, size_t length) {
    memcpy(to, token, LK_COPIED_BYTES);
    if (length > LK_COPIED_BYTES)
        memcpy(to + LK_COPIED_BYTES, token + LK_COPIED_BYTES, length - LK_COPIED_BYTES);
    return to + length;
}

lk_status lk_tokenizer_decode(lk_context *context, lk_buffer *text, const lk_tokenizer *tokenizer,
                              const uint32_t *ids, size_t count) {
    (void)context;
    size_t room = decoded_length(tokenizer, ids, count) + LK_COPIED_BYTES;
    if (!lk_buffer_reserve(text, room)) return lk_buffer_status(text);
    char *to = text->data + text->length;
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *token = decoded_token(tokenizer, ids[i], &length);
        to = copy_token(to, token, length);
    }
    *to = 0;
    text->length = (size_t)(to - text->data);
    return LK_OK;
}
