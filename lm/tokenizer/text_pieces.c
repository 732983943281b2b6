#include "tokenizer/text_pieces.h"

#include "unicode.h"

void lk_text_pieces_begin(lk_text_pieces *pieces, const lk_pretokenizer *pretokenizer,
                          const lk_specials *specials, lk_special_rules rules, const uint8_t *text,
                          size_t length, bool is_last) {
    if (!is_last) length -= lk_utf8_incomplete_tail(text, length);
    pieces->pretokenizer = pretokenizer;
    pieces->specials = specials;
    pieces->rules = rules;
    pieces->text = text;
    pieces->length = length;
    pieces->is_last = is_last;
    pieces->at = 0;
    pieces->is_inside = false;
    pieces->scan.failure = LK_OK;
}

// Looks for the next special token and begins with the text before it.
static void enter_text(lk_text_pieces *pieces) {
    lk_special_match *next = &pieces->next_special;
    *next = lk_specials_find(pieces->specials, pieces->rules, pieces->text, pieces->length,
                             pieces->at, pieces->is_last);
    bool ends = pieces->is_last || (next->begin < pieces->length && !next->is_open);
    lk_piece_scan_begin(&pieces->scan, pieces->pretokenizer, pieces->text + pieces->at,
                        next->begin - pieces->at, ends);
    pieces->is_inside = true;
}

static size_t next_pieces(lk_text_pieces *pieces, lk_piece_batch *batch) {
    const lk_piece_scan *scan = &pieces->scan;
    size_t base = (size_t)(scan->text.bytes - pieces->text);
    batch->begin = pieces->at;
    batch->count = lk_piece_scan_next(&pieces->scan, batch->ends, LK_PIECE_BATCH);
    for (size_t i = 0; i < batch->count; i++) batch->ends[i] += base;
    pieces->at = base + scan->at;
    return batch->count;
}

bool lk_text_pieces_next(lk_text_pieces *pieces, lk_piece_batch *batch) {
    const lk_special_match *special = &pieces->next_special;
    batch->special = NULL;
    batch->count = 0;
    if (!pieces->is_inside && pieces->at < pieces->length) enter_text(pieces);
    if (!pieces->is_inside) return false;
    if (next_pieces(pieces, batch)) return true;
    if (pieces->at < special->begin || special->begin == pieces->length || special->is_open)
        return false;
    batch->special = special;
    pieces->at = special->end;
    pieces->is_inside = false;
    return true;
}

lk_status lk_text_pieces_check(lk_context *context, const lk_text_pieces *pieces,
                               const uint64_t *offset) {
    lk_status status = pieces->scan.failure;
    if (status != LK_ERROR_LIMIT) return status;
    lk_location place = {.byte = offset ? (int64_t)(*offset + pieces->at) : -1};
    return lk_fail_at(context, status, place,
                      "the regular expression by which texts are cut takes too many steps: let it "
                      "try less, for example with possessive quantifiers such as ++");
}
