// What a byte-pair encoding is made of, checked and indexed once.
#include "tokenizer/tokenizer.h"

#include "tokenizer/bpe_encoder.h"
#include "tokenizer/piece_key.h"

// ---- Tokens by their bytes ----------------------------------------------------------------------

// Half of the hash, so that a search seldom compares bytes that differ.
typedef struct lk_token_slot {
    uint32_t hash;
    uint32_t id; // LK_NO_TOKEN: empty
} lk_token_slot;

static bool has_bytes(const lk_tokenizer *tokenizer, uint32_t id, const uint8_t *bytes,
                      size_t length) {
    size_t token_length;
    const char *token = lk_tokenizer_token_at(tokenizer, id, &token_length);
    return token && token_length == length && memcmp(token, bytes, length) == 0;
}

// The slot of these bytes, or the empty one where they would be.
static lk_token_slot *find_slot(const lk_tokenizer *tokenizer, const uint8_t *bytes, size_t length,
                                uint64_t hash) {
    const lk_bpe *bpe = tokenizer->bpe;
    size_t mask = ((size_t)1 << bpe->slot_bits) - 1;
    for (size_t i = (size_t)(hash >> (64 - bpe->slot_bits));; i = (i + 1) & mask) {
        lk_token_slot *slot = &bpe->slots[i];
        if (slot->id == LK_NO_TOKEN) return slot;
        if (slot->hash == (uint32_t)hash && has_bytes(tokenizer, slot->id, bytes, length))
            return slot;
    }
}

uint32_t lk_bpe_token_of(const lk_tokenizer *tokenizer, const uint8_t *bytes, size_t length) {
    return find_slot(tokenizer, bytes, length, lk_bytes_hash(bytes, length))->id;
}

static lk_status index_tokens(lk_tokenizer *tokenizer) {
    lk_bpe *bpe = tokenizer->bpe;
    bpe->slot_bits = 4;
    while (((size_t)1 << bpe->slot_bits) < 2 * (size_t)tokenizer->count + 2) bpe->slot_bits++;
    size_t slots = (size_t)1 << bpe->slot_bits;
    bpe->slots = lk_alloc(tokenizer->context, slots, sizeof *bpe->slots);
    LK_NEED(bpe->slots);
    memset(bpe->slots, 0xFF, slots * sizeof *bpe->slots);
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        const uint8_t *bytes = (const uint8_t *)lk_tokenizer_token_at(tokenizer, id, &length);
        if (!bytes) continue;
        uint64_t hash = lk_bytes_hash(bytes, length);
        lk_token_slot *slot = find_slot(tokenizer, bytes, length, hash);
        if (slot->id == LK_NO_TOKEN) *slot = (lk_token_slot){(uint32_t)hash, id};
    }
    return LK_OK;
}

// ---- Making -------------------------------------------------------------------------------------

lk_status lk_tokenizer_copy_tokens(lk_tokenizer *tokenizer, const lk_bpe_parts *parts) {
    lk_context *context = tokenizer->context;
    size_t bytes = parts->offsets[parts->count];
    tokenizer->bytes = lk_alloc(context, bytes + LK_COPIED_BYTES, 1);
    LK_NEED(tokenizer->bytes);
    tokenizer->offsets = lk_alloc(context, (size_t)parts->count + 1, sizeof *parts->offsets);
    LK_NEED(tokenizer->offsets);
    if (bytes) memcpy(tokenizer->bytes, parts->bytes, bytes);
    memcpy(tokenizer->offsets, parts->offsets, ((size_t)parts->count + 1) * sizeof(size_t));
    tokenizer->count = parts->count;
    return LK_OK;
}

static void find_byte_ids(lk_tokenizer *tokenizer) {
    for (int byte = 0; byte < 256; byte++) {
        uint8_t bytes[1] = {(uint8_t)byte};
        tokenizer->bpe->bytes_as.ids[byte] = lk_bpe_token_of(tokenizer, bytes, 1);
        tokenizer->bpe->lacks_bytes |= tokenizer->bpe->bytes_as.ids[byte] == LK_NO_TOKEN;
    }
}

static lk_status make_bpe(lk_tokenizer *tokenizer, const lk_bpe_parts *parts) {
    lk_context *context = tokenizer->context;
    lk_bpe *bpe = tokenizer->bpe = lk_alloc_zero(context, 1, sizeof *bpe);
    LK_NEED(bpe);
    bpe->ignores_merges = parts->ignores_merges;
    LK_TRY(lk_tokenizer_copy_tokens(tokenizer, parts));
    LK_TRY(lk_specials_make(context, &bpe->specials, parts->specials, parts->special_count));
    LK_TRY(lk_pretokenizer_make(context, &bpe->pretokenizer, parts->pattern));
    if (parts->expression)
        LK_TRY(lk_pretokenizer_set_expression(context, &bpe->pretokenizer, parts->expression));
    LK_TRY(index_tokens(tokenizer));
    find_byte_ids(tokenizer);
    return lk_bpe_encoder_new(context, &tokenizer->encoder, tokenizer);
}

lk_status lk_tokenizer_new_bpe(lk_context *context, lk_tokenizer **out, const lk_bpe_parts *parts) {
    *out = NULL;
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_new_empty(context, &tokenizer));
    lk_status status = make_bpe(tokenizer, parts);
    if (status != LK_OK) {
        lk_tokenizer_free(tokenizer);
        return status;
    }
    *out = tokenizer;
    return LK_OK;
}

lk_status lk_tokenizer_set_expression(lk_tokenizer *tokenizer, const char *expression) {
    if (!tokenizer->bpe || tokenizer->bpe->pretokenizer.pattern != LK_PATTERN_CUSTOM) return LK_OK;
    return lk_pretokenizer_set_expression(tokenizer->context, &tokenizer->bpe->pretokenizer,
                                          expression);
}

bool lk_bpe_is_special(const lk_bpe *bpe, uint32_t id) {
    return lk_specials_by_id(&bpe->specials, id) != NULL;
}

// ---- Merges -------------------------------------------------------------------------------------

lk_status lk_bpe_reserve_merges(lk_tokenizer *tokenizer, uint32_t count) {
    lk_bpe *bpe = tokenizer->bpe;
    for (int left = 0; left < 256; left++)
        for (int right = 0; right < 256; right++) bpe->bytes_as.ranks[left][right] = LK_NO_RANK;
    bpe->stands_alone = lk_alloc_zero(tokenizer->context, tokenizer->count, 1);
    LK_NEED(bpe->stands_alone);
    return lk_merges_make(tokenizer->context, &bpe->merges, count);
}

void lk_bpe_add_merge(lk_tokenizer *tokenizer, const lk_merge *merge) {
    lk_byte_tokens *bytes_as = &tokenizer->bpe->bytes_as;
    size_t left_length, right_length;
    const char *left = lk_tokenizer_token_at(tokenizer, merge->left, &left_length);
    const char *right = lk_tokenizer_token_at(tokenizer, merge->right, &right_length);
    uint8_t last = (uint8_t)left[left_length - 1], first = (uint8_t)right[0];
    bytes_as->may_join[last][first] = true;
    if (bytes_as->ids[last] == merge->left && bytes_as->ids[first] == merge->right)
        bytes_as->ranks[last][first] = tokenizer->bpe->merges.count;
    lk_merges_add(&tokenizer->bpe->merges, merge);
}

// Whether the merges make this token of its bytes, and nothing else.
static lk_status comes_of_merges(lk_tokenizer *tokenizer, lk_piece_memory *memory, uint32_t id,
                                 uint8_t *comes) {
    const lk_bpe *bpe = tokenizer->bpe;
    size_t length, count;
    const uint8_t *bytes = (const uint8_t *)lk_tokenizer_token_at(tokenizer, id, &length);
    uint32_t ids[LK_SHORT_PIECE];
    if (length > LK_SHORT_PIECE || lk_bpe_token_of(tokenizer, bytes, length) != id) return LK_OK;
    LK_TRY(lk_piece_encode(ids, &count, memory, &bpe->merges, &bpe->bytes_as, bytes, length));
    *comes = count == 1 && ids[0] == id;
    return LK_OK;
}

// Tokens that training has made all stand alone; others may not.
static lk_status find_standing_alone(lk_tokenizer *tokenizer) {
    lk_bpe *bpe = tokenizer->bpe;
    lk_piece_memory memory = {.context = tokenizer->context};
    lk_status status = LK_OK;
    for (uint32_t id = 0; id < tokenizer->count && status == LK_OK; id++) {
        size_t length;
        if (!lk_tokenizer_token_at(tokenizer, id, &length)) continue;
        if (bpe->ignores_merges && !lk_bpe_is_special(bpe, id))
            bpe->stands_alone[id] = 1;
        else
            status = comes_of_merges(tokenizer, &memory, id, &bpe->stands_alone[id]);
    }
    lk_piece_memory_release(&memory);
    return status;
}

lk_status lk_bpe_set_merges(lk_tokenizer *tokenizer, const lk_merge *list, uint32_t count) {
    LK_TRY(lk_bpe_reserve_merges(tokenizer, count));
    for (uint32_t rank = 0; rank < count; rank++) lk_bpe_add_merge(tokenizer, &list[rank]);
    return find_standing_alone(tokenizer);
}

void lk_bpe_free(lk_context *context, lk_bpe *bpe) {
    if (!bpe) return;
    lk_pretokenizer_release(context, &bpe->pretokenizer);
    lk_merges_release(context, &bpe->merges);
    lk_specials_release(context, &bpe->specials);
    lk_free(context, bpe->slots);
    lk_free(context, bpe->stands_alone);
    lk_free(context, bpe);
}
