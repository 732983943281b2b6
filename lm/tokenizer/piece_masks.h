// What patterns see of a text: not characters but masks. For each block of 64 bytes there is one
// word a class, bit i being byte i; all bytes of a character have its class. A run of letters ends
// at the first zero bit. Vector instructions make the masks of ASCII; other characters are looked
// up one by one.
#ifndef LK_PIECE_MASKS_H
#define LK_PIECE_MASKS_H

#include "context.h"
#include "kernels/kernels.h"

// Classes of the 64 bytes of a block. What is no UTF-8 is `other`, each byte a character. Beyond
// the end of the text nothing is of any class.
typedef struct lk_piece_masks {
    uint64_t letter;  // \p{L}
    uint64_t number;  // \p{N}
    uint64_t space;   // \s
    uint64_t newline; // \r \n
    uint64_t other;   // [^\s\p{L}\p{N}]
    uint64_t start;   // first bytes of characters
    uint64_t upper;   // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
    uint64_t lower;   // [\p{Ll}\p{Lm}\p{Lo}\p{M}]
    uint64_t wide;    // not ASCII
    uint64_t blank;   // the space
    uint64_t quote;   // '
} lk_piece_masks;

// A text, and what its masks are made with.
typedef struct lk_masked_text {
    const lk_byte_kernels *kernels;
    const uint8_t *classes; // of code points, LK_UNICODE_DENSE of them
    const uint8_t *bytes;
    size_t length;
} lk_masked_text;

// The bits from `from` to below `to`; what is beyond the block is left out.
static inline uint64_t lk_mask_bits(size_t from, size_t to) {
    uint64_t below = to >= LK_BYTE_BLOCK ? UINT64_MAX : (UINT64_C(1) << to) - 1;
    return below & (UINT64_MAX << from);
}

enum { LK_PIECE_BLOCKS = 32 }; // of masks that are made together

// Makes the masks of at most LK_PIECE_BLOCKS blocks from `block` on, all of which begin before the
// end of the text.
void lk_piece_masks_make(lk_piece_masks *masks, size_t count, const lk_masked_text *text,
                         size_t block);

#endif
