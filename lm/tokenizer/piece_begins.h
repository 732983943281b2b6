// Where pieces begin, found for whole blocks of 64 bytes by operations on their masks: no branch
// depends on the text, but for rare things.
#ifndef LK_PIECE_BEGINS_H
#define LK_PIECE_BEGINS_H

#include "likelore/tokenizer.h"
#include "tokenizer/piece_masks.h"

// Of a run of blocks.
typedef struct lk_piece_begins {
    size_t count;                    // of blocks; 0: none are known
    uint64_t words[LK_PIECE_BLOCKS]; // bit i: a piece begins at byte i
    uint32_t rare;                   // bit i: in block i is what the words do not tell
} lk_piece_begins;

// Whether there are begins of this pattern.
bool lk_piece_begins_has(lk_pattern pattern);
// Finds the begins after `at`, where one is, in the blocks whose masks are given: the first is that
// of `at`, and all of them lie within the text. The last block only tells of the one before it.
void lk_piece_begins_find(lk_piece_begins *begins, lk_pattern pattern, const lk_piece_masks *masks,
                          size_t count, const uint8_t *text, size_t at);

// '(?:[sdmt]|ll|ve|re), in any case if `fold`, which makes ſ (U+017F) an s. Returns the length, 0
// where there is none.
size_t lk_contraction_length(const uint8_t *text, size_t left, bool fold);

#endif
