#include "tokenizer/batch_encoder.h"

#include "tokenizer/piece_group.h"

#include <assert.h>

// ---- Packed ids ---------------------------------------------------------------------------------

// The ids of a piece: three of LK_ID_BITS each, from the lowest bit on, in a word; the first word
// begins with their number in its highest bits.
typedef struct packed_ids {
    uint64_t words[2];
} packed_ids;

enum { COUNT_SHIFT = 3 * LK_ID_BITS };

static packed_ids pack(const uint32_t *ids, size_t count) {
    packed_ids packed = {{(uint64_t)count << COUNT_SHIFT, 0}};
    for (size_t i = 0; i < count; i++)
        packed.words[i / 3] |= (uint64_t)ids[i] << i % 3 * LK_ID_BITS;
    return packed;
}

static inline size_t packed_count(const packed_ids *packed) {
    return packed->words[0] >> COUNT_SHIFT;
}

static inline void unpack_three(uint32_t *ids, uint64_t word) {
    for (unsigned i = 0; i < 3; i++) ids[i] = (uint32_t)(word >> i * LK_ID_BITS) & LK_NO_ID;
}

// ---- Making -------------------------------------------------------------------------------------

// A piece that was met: half a line of the processor's cache.
typedef struct lk_cached_piece {
    lk_piece_key key; // all 0: empty
    packed_ids ids;
} lk_cached_piece;

enum { CACHE_BITS = 17, CACHE_LINES = 1 << CACHE_BITS };
static_assert(2 * sizeof(lk_cached_piece) == LK_LINE_BYTES, "a pair fills a line");

enum {
    SPILLED = LK_CACHED_IDS + 1, // for the number of ids that cannot be packed: they are in `spill`
    SPILL = 4 * LK_PIECE_BATCH
};

// A batch on its way to ids.
typedef struct lk_batch_work {
    const uint8_t *text;
    const lk_piece_batch *batch;
    lk_batch_keys keys;
    const packed_ids *packed[LK_PIECE_BATCH]; // NULL: the piece is to be encoded by itself
    size_t missed_count;
    uint32_t missed[LK_PIECE_BATCH]; // pieces that are in no line
    packed_ids own[LK_PIECE_BATCH];  // ids of those; if spilled, their place and number
    size_t spilled;
    uint32_t spill[SPILL + LK_GROUPED_BYTES];
    uint32_t grouped[LK_GROUP_PIECES]; // which of those missed are in the group
    lk_piece_group group;
} lk_batch_work;

lk_status lk_batch_encoder_make(lk_context *context, lk_batch_encoder *encoder,
                                const lk_tokenizer *tokenizer) {
    *encoder = (lk_batch_encoder){.tokenizer = tokenizer, .memory = {.context = context}};
    size_t cache_bytes = CACHE_LINES * sizeof *encoder->cache + LK_LINE_BYTES;
    encoder->cache_block = lk_alloc_zero(context, cache_bytes, 1);
    LK_NEED(encoder->cache_block);
    encoder->cache = lk_line_in(encoder->cache_block);
    encoder->work = lk_alloc(context, 1, sizeof *encoder->work);
    LK_NEED(encoder->work);
    return LK_OK;
}

void lk_batch_encoder_release(lk_batch_encoder *encoder) {
    lk_context *context = encoder->memory.context;
    lk_piece_memory_release(&encoder->memory);
    lk_free(context, encoder->cache_block);
    lk_free(context, encoder->work);
}

// ---- The cache ----------------------------------------------------------------------------------

static inline size_t line_of(const lk_batch_work *work, size_t piece) {
    return (size_t)(work->keys.hashes[piece] >> (64 - CACHE_BITS));
}

// Without branches: whether a piece was met before is hard to foresee.
static void look_up(lk_batch_work *work, const lk_cached_piece *cache) {
    size_t missed = 0;
    for (size_t i = 0; i < work->batch->count; i++) {
        size_t line = line_of(work, i);
        const lk_cached_piece *first = &cache[line], *second = &cache[line ^ 1];
        const lk_piece_key *key = &work->keys.keys[i];
        bool is_second = lk_piece_key_equals(&second->key, key);
        work->packed[i] = is_second ? &second->ids : &first->ids;
        work->missed[missed] = (uint32_t)i;
        missed += !(is_second | lk_piece_key_equals(&first->key, key));
    }
    work->missed_count = missed;
}

static void keep(const lk_batch_work *work, lk_cached_piece *cache) {
    for (size_t m = 0; m < work->missed_count; m++) {
        size_t piece = work->missed[m], line = line_of(work, piece);
        const lk_piece_key *key = &work->keys.keys[piece];
        if (!work->packed[piece] || packed_count(&work->own[m]) == SPILLED ||
            lk_piece_key_equals(key, &LK_NO_KEY))
            continue;
        cache[line ^ 1] = cache[line];
        cache[line] = (lk_cached_piece){*key, work->own[m]};
    }
}

// ---- Pieces that are in no line -----------------------------------------------------------------

static inline const uint8_t *piece_at(const lk_batch_work *work, size_t i, size_t *length) {
    size_t begin = i ? work->batch->ends[i - 1] : work->batch->begin;
    *length = work->batch->ends[i] - begin;
    return work->text + begin;
}

static void set_ids(lk_batch_work *work, size_t m, const uint32_t *ids, size_t count) {
    work->packed[work->missed[m]] = &work->own[m];
    if (count <= LK_CACHED_IDS) {
        work->own[m] = pack(ids, count);
        return;
    }
    work->own[m] = (packed_ids){{(uint64_t)SPILLED << COUNT_SHIFT | work->spilled, count}};
    memcpy(work->spill + work->spilled, ids, count * sizeof *ids);
    work->spilled += count;
}

static void finish_group(lk_batch_work *work, const lk_merges *merges) {
    lk_piece_group_merge(&work->group, merges);
    for (size_t g = 0; g < work->group.count && work->spilled <= SPILL; g++) {
        uint32_t ids[LK_GROUPED_BYTES];
        size_t count = lk_grouped_piece_ids(ids, &work->group.pieces[g]);
        set_ids(work, work->grouped[g], ids, count);
    }
    work->group.count = 0;
}

// The token that the piece becomes whole, LK_NO_TOKEN where the merges have to tell.
static uint32_t whole_token(const lk_tokenizer *tokenizer, const uint8_t *piece, size_t length) {
    uint32_t id = lk_bpe_token_of(tokenizer, piece, length);
    return id != LK_NO_TOKEN && tokenizer->bpe->stands_alone[id] ? id : LK_NO_TOKEN;
}

// A short piece merges in less time than it takes to look for it among the tokens.
static bool set_whole(lk_batch_work *work, size_t m, const lk_tokenizer *tokenizer,
                      const uint8_t *piece, size_t length) {
    if (length <= LK_MOST_KEYED && !tokenizer->bpe->ignores_merges) return false;
    uint32_t id = whole_token(tokenizer, piece, length);
    if (id != LK_NO_TOKEN) set_ids(work, m, &id, 1);
    return id != LK_NO_TOKEN;
}

static void encode_missed(lk_batch_work *work, const lk_tokenizer *tokenizer) {
    const lk_bpe *bpe = tokenizer->bpe;
    work->group.count = work->spilled = 0;
    for (size_t m = 0; m < work->missed_count; m++) {
        size_t length;
        const uint8_t *piece = piece_at(work, work->missed[m], &length);
        work->packed[work->missed[m]] = NULL;
        if (set_whole(work, m, tokenizer, piece, length) || length > LK_GROUPED_BYTES) continue;
        work->grouped[work->group.count] = (uint32_t)m;
        lk_piece_group_add(&work->group, &bpe->bytes_as, piece, length);
        if (work->group.count == LK_GROUP_PIECES) finish_group(work, &bpe->merges);
    }
    finish_group(work, &bpe->merges);
}

// ---- Ids ----------------------------------------------------------------------------------------

static lk_status encode_piece(lk_batch_encoder *encoder, uint32_t *ids, size_t *count, size_t i) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    size_t length;
    const uint8_t *piece = piece_at(encoder->work, i, &length);
    lk_piece_memory *memory = encoder->is_confined ? NULL : &encoder->memory;
    return lk_piece_encode(ids, count, memory, &bpe->merges, &bpe->bytes_as, piece, length);
}

static size_t copy_spilled(uint32_t *ids, const lk_batch_work *work, const packed_ids *packed) {
    uint64_t place = packed->words[0] & ((UINT64_C(1) << COUNT_SHIFT) - 1);
    size_t count = (size_t)packed->words[1];
    memcpy(ids, work->spill + place, count * sizeof *ids);
    return count;
}

static lk_status write_ids(lk_batch_encoder *encoder, uint32_t *ids, size_t *count) {
    const lk_batch_work *work = encoder->work;
    *count = 0;
    for (size_t i = 0; i < work->batch->count; i++) {
        const packed_ids *packed = work->packed[i];
        uint32_t *end = ids + *count;
        size_t added;
        if (!packed) {
            LK_TRY(encode_piece(encoder, end, &added, i));
        } else if ((added = packed_count(packed)) == SPILLED) {
            added = copy_spilled(end, work, packed);
        } else {
            unpack_three(end, packed->words[0]);
            if (added > 3) unpack_three(end + 3, packed->words[1]);
        }
        *count += added;
    }
    return LK_OK;
}

lk_status lk_batch_encode(lk_batch_encoder *encoder, uint32_t *ids, size_t *count,
                          const lk_text_pieces *pieces, const lk_piece_batch *batch) {
    lk_batch_work *work = encoder->work;
    work->text = pieces->text;
    work->batch = batch;
    lk_batch_keys_make(&work->keys, pieces, batch, encoder->cache, sizeof *encoder->cache,
                       CACHE_BITS);
    look_up(work, encoder->cache);
    encode_missed(work, encoder->tokenizer);
    LK_TRY(write_ids(encoder, ids, count));
    keep(work, encoder->cache);
    return LK_OK;
}
