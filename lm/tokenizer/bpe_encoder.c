// Most pieces of a text have been met before: their ids are kept in a cache of fixed size, a table
// of pairs of lines, the older of which gives way. Pieces are cut, hashed and looked up in batches,
// so that the lines are on their way from memory before they are needed.
#include "tokenizer/bpe_encoder.h"

enum { CACHE_BITS = 17, CACHE_LINES = 1 << CACHE_BITS, PAIR_BYTES = 2 * sizeof(lk_cached_piece) };

lk_status lk_bpe_encoder_new(lk_context *context, lk_bpe_encoder **out,
                             const lk_tokenizer *tokenizer) {
    *out = NULL;
    lk_bpe_encoder *encoder = lk_alloc_zero(context, 1, sizeof *encoder);
    LK_NEED(encoder);
    encoder->context = context;
    encoder->tokenizer = tokenizer;
    encoder->memory = (lk_piece_memory){.context = context};
    encoder->cache_block = lk_alloc_zero(context, CACHE_LINES + 2, sizeof *encoder->cache);
    if (!encoder->cache_block) {
        lk_bpe_encoder_free(encoder);
        return LK_ERROR_MEMORY;
    }
    size_t past = (uintptr_t)encoder->cache_block % PAIR_BYTES;
    encoder->cache = (void *)((char *)encoder->cache_block + (past ? PAIR_BYTES - past : 0));
    *out = encoder;
    return LK_OK;
}

void lk_bpe_encoder_free(lk_bpe_encoder *encoder) {
    if (!encoder) return;
    lk_piece_memory_release(&encoder->memory);
    lk_free(encoder->context, encoder->cache_block);
    lk_free(encoder->context, encoder);
}

// ---- Pieces -------------------------------------------------------------------------------------

// Writes at most `length` ids.
static lk_status encode_piece(lk_bpe_encoder *encoder, uint32_t *ids, size_t *count,
                              const uint8_t *piece, size_t length) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    uint32_t id = lk_bpe_token_of(encoder->tokenizer, piece, length);
    if (id != LK_NO_TOKEN && bpe->stands_alone[id]) {
        *ids = id;
        *count = 1;
        return LK_OK;
    }
    if (encoder->is_confined && length > LK_SHORT_PIECE) return LK_ERROR_LIMIT;
    return lk_piece_encode(ids, count, &encoder->memory, &bpe->merges, &bpe->bytes_as, piece,
                           length);
}

static void pack(lk_cached_piece *line, const uint32_t *ids, size_t count) {
    uint64_t words[2] = {(uint64_t)count << 3 * LK_ID_BITS, 0};
    for (size_t i = 0; i < count; i++) words[i / 3] |= (uint64_t)ids[i] << i % 3 * LK_ID_BITS;
    memcpy(line->ids, words, sizeof words);
}

// Writes LK_CACHED_IDS ids, of which as many as it returns matter.
static inline size_t unpack(uint32_t *ids, const lk_cached_piece *line) {
    uint32_t mask = LK_MOST_TOKENS - 1;
    for (size_t i = 0; i < LK_CACHED_IDS; i++)
        ids[i] = (uint32_t)(line->ids[i / 3] >> i % 3 * LK_ID_BITS) & mask;
    return line->ids[0] >> 3 * LK_ID_BITS;
}

// Encodes a piece that is in neither line of its pair, and keeps it.
static lk_status encode_and_keep(lk_bpe_encoder *encoder, uint32_t *ids, size_t *count,
                                 const lk_piece_key *key, uint32_t line, const uint8_t *piece,
                                 size_t length) {
    LK_TRY(encode_piece(encoder, ids, count, piece, length));
    if (*count > LK_CACHED_IDS) return LK_OK;
    lk_cached_piece *cached = &encoder->cache[line];
    encoder->cache[line ^ 1] = *cached;
    cached->key = *key;
    pack(cached, ids, *count);
    return LK_OK;
}

// Looks the piece up, or encodes it and keeps it.
static lk_status encode_keyed(lk_bpe_encoder *encoder, uint32_t *ids, size_t *count,
                              const lk_piece_key *key, uint32_t line, const uint8_t *piece,
                              size_t length) {
    const lk_cached_piece *cached = &encoder->cache[line];
    if (!lk_piece_key_equals(&cached->key, key)) cached = &encoder->cache[line ^ 1];
    if (!lk_piece_key_equals(&cached->key, key))
        return encode_and_keep(encoder, ids, count, key, line, piece, length);
    *count = unpack(ids, cached);
    return LK_OK;
}

// Encodes the pieces; there is room for an id a byte and LK_CACHED_IDS more.
static lk_status encode_batch(lk_bpe_encoder *encoder, uint32_t *ids, size_t *count,
                              const lk_batch_keys *keys, const lk_piece_batch *batch) {
    size_t begin = batch->begin;
    *count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const uint8_t *piece = encoder->pieces.text + begin;
        size_t length = batch->ends[i] - begin, added = 0;
        begin = batch->ends[i];
        if (length > LK_MOST_KEYED)
            LK_TRY(encode_piece(encoder, ids + *count, &added, piece, length));
        else
            LK_TRY(encode_keyed(encoder, ids + *count, &added, &keys->keys[i],
                                (uint32_t)(keys->hashes[i] >> (64 - CACHE_BITS)), piece, length));
        *count += added;
    }
    return LK_OK;
}

// ---- Texts --------------------------------------------------------------------------------------

static lk_status append_pieces(lk_bpe_encoder *encoder, lk_ids *ids, const lk_piece_batch *batch) {
    lk_batch_keys keys;
    size_t bytes = batch->ends[batch->count - 1] - batch->begin, added;
    lk_batch_keys_make(&keys, &encoder->pieces, batch, encoder->cache, sizeof *encoder->cache,
                       CACHE_BITS);
    LK_TRY(lk_ids_reserve(ids, bytes + LK_CACHED_IDS));
    LK_TRY(encode_batch(encoder, ids->ids + ids->count, &added, &keys, batch));
    ids->count += added;
    return LK_OK;
}

static lk_status append_special(lk_bpe_encoder *encoder, lk_ids *ids, const lk_special_match *match,
                                lk_special_rules rules) {
    const lk_special *special = &encoder->tokenizer->bpe->specials.list[match->index];
    if (lk_special_rule_of(rules, match->index) == LK_SPECIAL_ERROR)
        return encoder->is_confined
                   ? LK_ERROR_LIMIT
                   : lk_fail_at(encoder->context, LK_ERROR_DATA,
                                (lk_location){.byte = (int64_t)(encoder->offset + match->begin)},
                                "the text holds the special token '%s'", special->text);
    return lk_ids_append(ids, &special->id, 1);
}

// Some vocabularies lack tokens of single bytes: then a text may hold what cannot be encoded.
static lk_status check_bytes(const lk_bpe_encoder *encoder, const uint8_t *text, size_t length) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    for (size_t i = 0; bpe->lacks_bytes && i < length; i++)
        if (bpe->bytes_as.ids[text[i]] == LK_NO_TOKEN)
            return encoder->is_confined
                       ? LK_ERROR_LIMIT
                       : lk_fail_at(encoder->context, LK_ERROR_DATA,
                                    (lk_location){.byte = (int64_t)(encoder->offset + i)},
                                    "the vocabulary has no token for the byte %02X", text[i]);
    return LK_OK;
}

lk_status lk_bpe_encoder_encode(lk_bpe_encoder *encoder, lk_ids *ids, size_t *used,
                                const uint8_t *text, size_t length, bool is_last,
                                lk_special_rules rules) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    LK_TRY(check_bytes(encoder, text, length));
    lk_text_pieces_begin(&encoder->pieces, &bpe->pretokenizer, &bpe->specials, rules, text, length,
                         is_last);
    lk_piece_batch batch;
    while (lk_text_pieces_next(&encoder->pieces, &batch))
        if (batch.special)
            LK_TRY(append_special(encoder, ids, batch.special, rules));
        else
            LK_TRY(append_pieces(encoder, ids, &batch));
    *used = encoder->pieces.at;
    return LK_OK;
}
