// Cuts a text into pieces, within which byte-pair encoding merges: the splitting patterns of the
// usual tokenizers as state machines, without a regular-expression engine. For some patterns the
// machine only runs where whole blocks of the text cannot be cut at once.
#ifndef LK_PRETOKENIZER_H
#define LK_PRETOKENIZER_H

#include "tokenizer/piece_begins.h"
#include "tokenizer/piece_masks.h"

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
    lk_pattern pattern;
    lk_masked_text text;
    size_t at;    // where the next piece begins
    bool is_last; // the text ends here; otherwise more of it may follow
    bool touched; // the end of the text was seen
    size_t first; // block of the first mask
    size_t count; // of masks
    lk_piece_masks masks[LK_PIECE_BLOCKS];
    lk_piece_begins begins; // in the blocks of the masks
} lk_piece_scan;

void lk_piece_scan_begin(lk_piece_scan *scan, const lk_pretokenizer *pretokenizer,
                         const uint8_t *text, size_t length, bool is_last);
// Finds where the next pieces end, at most `capacity` of them, and moves `at` to the end of the
// last. Returns their number: 0 at the end of the text, or where the next piece might go on in
// what follows it.
size_t lk_piece_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity);

#endif
