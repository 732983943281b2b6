// tokenizer.bin of llama2.c: byte-pair encoding from characters whose tokens have scores. Two
// neighbours merge whose joined bytes are the token of the highest score, the leftmost among
// equals.
#ifndef LK_SCORES_H
#define LK_SCORES_H

#include "likelore/tokenizer.h"

// Whether a file begins as tokenizer.bin: the longest length, then a score and a length.
bool lk_scores_is(const uint8_t *bytes, size_t length);
lk_status lk_tokenizer_parse_scores(lk_context *context, lk_tokenizer **tokenizer,
                                    const uint8_t *bytes, size_t length);

#endif
