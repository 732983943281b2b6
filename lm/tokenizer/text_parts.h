// Cuts long texts into parts whose pieces are those of the whole text, for threads to share.
#ifndef LK_TEXT_PARTS_H
#define LK_TEXT_PARTS_H

#include "tokenizer/specials.h"

enum { LK_TEXT_PART = 1 << 16 }; // bytes of a part, at least

// Whether a text can be cut at all: not where it is one piece, nor where a special token might be
// cut in two.
bool lk_text_has_parts(lk_pattern pattern, const lk_specials *specials);
// The end of the part that begins at `begin`; that of the text where no place to cut follows.
size_t lk_text_part_end(const uint8_t *text, size_t length, size_t begin);

#endif
