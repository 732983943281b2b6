// Encodes pieces in batches. Most pieces of a text have been met before: their ids are kept in a
// cache of fixed size, a table of pairs of lines, the older of which gives way. Pieces are hashed
// and looked up together, so that the lines are on their way from memory before they are needed,
// and merge side by side where they are in none.
#ifndef LK_BATCH_ENCODER_H
#define LK_BATCH_ENCODER_H

#include "tokenizer/piece.h"
#include "tokenizer/text_pieces.h"
#include "tokenizer/tokenizer.h"

enum { LK_CACHED_IDS = 6 };

// One encoder belongs to one thread. Its memory is made with it, but for what pieces of more than
// LK_SHORT_PIECE bytes need.
typedef struct lk_batch_encoder {
    const lk_tokenizer *tokenizer;
    lk_piece_memory memory;
    void *cache_block;
    struct lk_cached_piece *cache; // in the block, so that a pair does not lie across two lines
    struct lk_batch_work *work;
    bool is_confined; // it may not allocate: it works for a task of the pool
} lk_batch_encoder;

// `encoder` is to be released also when this fails.
lk_status lk_batch_encoder_make(lk_context *context, lk_batch_encoder *encoder,
                                const lk_tokenizer *tokenizer);
void lk_batch_encoder_release(lk_batch_encoder *encoder);

// Writes the ids of the pieces of a batch, which is not empty; there is room for an id a byte and
// LK_CACHED_IDS more. A confined encoder gives up with LK_ERROR_LIMIT, without a message, where it
// needs memory.
lk_status lk_batch_encode(lk_batch_encoder *encoder, uint32_t *ids, size_t *count,
                          const lk_text_pieces *pieces, const lk_piece_batch *batch);

#endif
