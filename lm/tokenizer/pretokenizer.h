// Cuts a text into pieces, within which byte-pair encoding merges: the splitting patterns of the
// usual tokenizers as state machines, without a regular-expression engine. For some patterns the
// machine only runs where whole blocks of the text cannot be cut at once.
#ifndef LK_PRETOKENIZER_H
#define LK_PRETOKENIZER_H

#include "tokenizer/piece_begins.h"
#include "tokenizer/piece_masks.h"

typedef struct lk_pretokenizer {
    lk_pattern pattern;
    char *expression;       // of LK_PATTERN_CUSTOM; NULL: not set yet, texts are one piece
    struct lk_regex *regex; // made of it
    const lk_byte_kernels *kernels;
    uint8_t *classes; // of code points, LK_UNICODE_DENSE of them; NULL where no pattern needs them
} lk_pretokenizer;

lk_status lk_pretokenizer_make(lk_context *context, lk_pretokenizer *pretokenizer,
                               lk_pattern pattern);
// Makes texts be cut by a regular expression, as lk_regex_new takes it.
lk_status lk_pretokenizer_set_expression(lk_context *context, lk_pretokenizer *pretokenizer,
                                         const char *expression);
// The expression of the pattern, or one's own.
const char *lk_pretokenizer_expression(const lk_pretokenizer *pretokenizer);
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
    // Of a regular expression: the UTF-8 around `at`, its next match, where to look for another,
    // and why it failed, without a message.
    struct lk_regex *regex;
    size_t valid_begin, valid_end;
    size_t match_begin, match_end, search;
    lk_status failure;
} lk_piece_scan;

void lk_piece_scan_begin(lk_piece_scan *scan, const lk_pretokenizer *pretokenizer,
                         const uint8_t *text, size_t length, bool is_last);
// Finds where the next pieces end, at most `capacity` of them, and moves `at` to the end of the
// last. Returns their number: 0 at the end of the text, or where the next piece might go on in
// what follows it, or after a failure.
size_t lk_piece_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity);
// The same with an expression.
size_t lk_expression_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity);

#endif
