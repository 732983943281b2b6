// Cuts a text into pieces, within which byte-pair encoding merges: the splitting patterns of the
// usual tokenizers as state machines, without a regular-expression engine.
//
// A machine sees not characters but masks: for each block of 64 bytes one word a class, bit i being
// byte i; all bytes of a character have its class. A run of letters ends at the first zero bit.
// Vector instructions make the masks of ASCII; other characters are looked up one by one.
#ifndef LK_PRETOKENIZER_H
#define LK_PRETOKENIZER_H

#include "context.h"
#include "likelore/lm.h"

enum { LK_PIECE_BLOCKS = 32 }; // of masks that are made together

// Classes of the 64 bytes of a block. What is no UTF-8 is `other`, each byte a character.
typedef struct lk_piece_masks {
    uint64_t letter;  // \p{L}
    uint64_t number;  // \p{N}
    uint64_t space;   // \s
    uint64_t newline; // \r \n
    uint64_t other;   // [^\s\p{L}\p{N}]
    uint64_t start;   // first bytes of characters
    uint64_t upper;   // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
    uint64_t lower;   // [\p{Ll}\p{Lm}\p{Lo}\p{M}]
} lk_piece_masks;

typedef struct lk_pretokenizer {
    lk_pattern pattern;
    const lk_byte_kernels *kernels;
    uint8_t *classes; // of code points, LK_UNICODE_DENSE of them; NULL where no pattern needs them
} lk_pretokenizer;

lk_status lk_pretokenizer_make(lk_context *context, lk_pretokenizer *pretokenizer,
                               lk_pattern pattern);
void lk_pretokenizer_release(lk_context *context, lk_pretokenizer *pretokenizer);

// A text that is being cut.
typedef struct lk_piece_scan {
    const lk_pretokenizer *pretokenizer;
    const uint8_t *text;
    size_t length;
    size_t at;    // where the next piece begins
    bool is_last; // the text ends here; otherwise more of it may follow
    bool touched; // the end of the text was seen
    size_t first; // block of the first mask
    size_t count; // of masks
    lk_piece_masks masks[LK_PIECE_BLOCKS];
} lk_piece_scan;

void lk_piece_scan_begin(lk_piece_scan *scan, const lk_pretokenizer *pretokenizer,
                         const uint8_t *text, size_t length, bool is_last);
// Finds where the next pieces end, at most `capacity` of them, and moves `at` to the end of the
// last. Returns their number: 0 at the end of the text, or where the next piece might go on in
// what follows it.
size_t lk_piece_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity);

#endif
