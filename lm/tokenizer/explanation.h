// An explanation, inside.
#ifndef LK_EXPLANATION_H
#define LK_EXPLANATION_H

#include "likelore/tokenizer_insight.h"

#include "tokenizer/tokenizer.h"

// A piece; its merges and ids are among those of all.
typedef struct lk_piece_record {
    lk_piece_kind kind;
    size_t begin, end; // in the text
    size_t first_merge, listed, merge_count;
    size_t first_id, id_count;
} lk_piece_record;

struct lk_explanation {
    lk_context *context;
    const lk_tokenizer *tokenizer;
    const char *text;
    size_t length;
    size_t most;
    size_t begin, end; // of the bytes whose pieces are explained
    lk_buffer pieces;  // of lk_piece_record
    lk_buffer merges;  // of lk_explained_merge
    lk_ids ids;        // of the pieces
    size_t all_pieces, all_ids;
    lk_piece_memory memory;
    uint32_t *state; // tokens of the piece that is being explained
    size_t state_capacity;
};

#endif
