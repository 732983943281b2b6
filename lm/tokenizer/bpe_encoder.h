// Encodes texts with byte-pair encoding. An encoder belongs to one thread; its memory, which does
// not grow with the text, is made with it (but for pieces of more than LK_SHORT_PIECE bytes).
#ifndef LK_BPE_ENCODER_H
#define LK_BPE_ENCODER_H

#include "tokenizer/batch_encoder.h"

typedef struct lk_bpe_encoder {
    lk_context *context;
    const lk_tokenizer *tokenizer;
    lk_batch_encoder batches;
    lk_text_pieces pieces;
    uint64_t offset; // of the text in what the caller gave, for messages
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
