// Merges within many pieces side by side. A merge asks a table that is larger than the processor's
// nearest caches about two pairs, and which merge comes next depends on the answers; so each piece
// in turn makes one merge, and while its answers come from memory the others go on.
#ifndef LK_PIECE_GROUP_H
#define LK_PIECE_GROUP_H

#include "tokenizer/piece.h"

enum {
    // A place for each byte of a piece, from 1 on, and one on either side where no token is.
    LK_GROUPED_PLACES = 64,
    LK_GROUPED_BYTES = LK_GROUPED_PLACES - 2,
    LK_GROUP_PIECES = 64
};

typedef struct lk_grouped_piece {
    int32_t keys[LK_GROUPED_PLACES]; // rank and place of the pair that begins at a place
    uint32_t ids[LK_GROUPED_PLACES];
    uint64_t begins;    // bit i: a token begins at place i, or none is there
    uint8_t changed[2]; // places whose pairs the last merge has changed
    uint8_t lanes;      // of the keys, those that are looked through
} lk_grouped_piece;

typedef struct lk_piece_group {
    size_t count;
    lk_grouped_piece pieces[LK_GROUP_PIECES];
} lk_piece_group;

// Adds a piece of 1 to LK_GROUPED_BYTES bytes, all of which have tokens. There must be room.
void lk_piece_group_add(lk_piece_group *group, const lk_byte_tokens *bytes_as, const uint8_t *bytes,
                        size_t length);
// Merges within all pieces until no pair merges.
void lk_piece_group_merge(lk_piece_group *group, const lk_merges *merges);
// Writes the ids of a piece and returns their number.
size_t lk_grouped_piece_ids(uint32_t *ids, const lk_grouped_piece *piece);

#endif
