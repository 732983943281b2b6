// Walks through the pieces of a text and the special tokens between them.
#ifndef LK_TEXT_PIECES_H
#define LK_TEXT_PIECES_H

#include "tokenizer/piece_key.h"
#include "tokenizer/pretokenizer.h"
#include "tokenizer/specials.h"

enum { LK_PIECE_BATCH = 256 };

typedef struct lk_text_pieces {
    const lk_pretokenizer *pretokenizer;
    const lk_specials *specials;
    lk_special_rules rules;
    const uint8_t *text;
    size_t length;
    bool is_last; // the text ends here; otherwise only what is certain is given
    size_t at;    // up to where the text was given
    lk_special_match next_special;
    bool is_inside; // of the text before that
    lk_piece_scan scan;
} lk_text_pieces;

// Pieces one after another, or a special token.
typedef struct lk_piece_batch {
    size_t begin; // of the first piece
    size_t count;
    size_t ends[LK_PIECE_BATCH];
    const lk_special_match *special; // where `count` is 0; NULL: nothing more is certain
} lk_piece_batch;

void lk_text_pieces_begin(lk_text_pieces *pieces, const lk_pretokenizer *pretokenizer,
                          const lk_specials *specials, lk_special_rules rules, const uint8_t *text,
                          size_t length, bool is_last);
// Gives what comes next. False when there is nothing more.
bool lk_text_pieces_next(lk_text_pieces *pieces, lk_piece_batch *batch);

// LK_OK, or why a regular expression could not cut further; `offset` is that of the text in what
// the caller gave, NULL where it is not known.
lk_status lk_text_pieces_check(lk_context *context, const lk_text_pieces *pieces,
                               const uint64_t *offset);

// Keys of the pieces of a batch; those of more than LK_MOST_KEYED bytes have LK_NO_KEY.
typedef struct lk_batch_keys {
    lk_piece_key keys[LK_PIECE_BATCH];
    uint64_t hashes[LK_PIECE_BATCH];
} lk_batch_keys;

// Makes the keys, and lets the slots where they will be looked for come from memory: a table of
// 2^slot_bits slots, in which the highest bits of the hash are the place.
static inline void lk_batch_keys_make(lk_batch_keys *keys, const lk_text_pieces *pieces,
                                      const lk_piece_batch *batch, const void *slots,
                                      size_t slot_bytes, unsigned slot_bits) {
    size_t begin = batch->begin;
    for (size_t i = 0; i < batch->count; i++) {
        size_t length = batch->ends[i] - begin;
        const uint8_t *piece = pieces->text + begin;
        bool is_inside = pieces->length - begin >= LK_KEY_BYTES;
        begin = batch->ends[i];
        if (length > LK_MOST_KEYED) {
            keys->keys[i] = LK_NO_KEY;
            keys->hashes[i] = 0;
            continue;
        }
        keys->keys[i] =
            is_inside ? lk_piece_key_of(piece, length) : lk_piece_key_at_end(piece, length);
        keys->hashes[i] = lk_piece_key_hash(&keys->keys[i]);
        size_t place = (size_t)(keys->hashes[i] >> (64 - slot_bits));
        __builtin_prefetch((const char *)slots + place * slot_bytes);
    }
}

#endif
