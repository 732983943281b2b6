// Encodes texts with byte-pair encoding. An encoder belongs to one thread; its memory, which does
// not grow with the text, is made with it (but for pieces of more than LK_SHORT_PIECE bytes).
#ifndef LK_BPE_ENCODER_H
#define LK_BPE_ENCODER_H

#include "tokenizer/piece.h"
#include "tokenizer/piece_key.h"
#include "tokenizer/text_pieces.h"
#include "tokenizer/tokenizer.h"

enum { LK_CACHED_IDS = 6 };

// The ids of a piece that was met: half a line of the processor's cache.
typedef struct lk_cached_piece {
    lk_piece_key key; // all 0: empty
    uint64_t ids[2];  // three of LK_ID_BITS each, from the lowest bit on; the first begins with
                      // their number in its highest bits
} lk_cached_piece;

typedef struct lk_bpe_encoder {
    lk_context *context;
    const lk_tokenizer *tokenizer;
    lk_piece_memory memory;
    void *cache_block;
    lk_cached_piece *cache; // in the block, so that a pair does not lie across two lines
    lk_text_pieces pieces;
    uint64_t offset;  // of the text in what the caller gave, for messages
    bool is_confined; // the encoder may not allocate: it works for a task of the pool
} lk_bpe_encoder;

lk_status lk_bpe_encoder_new(lk_context *context, lk_bpe_encoder **encoder,
                             const lk_tokenizer *tokenizer);
void lk_bpe_encoder_free(lk_bpe_encoder *encoder);

// Appends the ids of a text, or of that part of it that does not depend on what may follow, unless
// `is_last`. *used is its length in bytes. A confined encoder needs room for length + LK_CACHED_IDS
// ids, and gives up with LK_ERROR_LIMIT, without a message, where it needs memory or finds an
// error.
lk_status lk_bpe_encoder_encode(lk_bpe_encoder *encoder, lk_ids *ids, size_t *used,
                                const uint8_t *text, size_t length, bool is_last,
                                lk_special_rules rules);

#endif
