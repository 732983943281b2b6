// Tokenizers of llama2.c: byte-pair encoding whose tokens have scores. A text is cut into
// characters, those without a token into bytes, and then two neighbours merge whose joined bytes
// are the token of the highest score, the leftmost among equals, until there are none. A text
// begins with a space that decoding takes away again.
#ifndef LK_SCORES_H
#define LK_SCORES_H

#include "hashmap.h"
#include "likelore/tokenizer.h"

enum {
    LK_SCORES_BEGIN = 1, // the token before every text
    LK_SCORES_BYTES = 3  // the token of byte 0; those of the others follow
};

typedef struct lk_scores {
    float *scores;        // of each token
    lk_hashmap *by_bytes; // ids of tokens; not those of single bytes, <0x00> … <0xFF>
} lk_scores;

// Whether a file begins as tokenizer.bin: the longest length, then a score and a length.
bool lk_scores_is(const uint8_t *bytes, size_t length);
lk_status lk_tokenizer_parse_scores(lk_context *context, lk_tokenizer **tokenizer,
                                    const uint8_t *bytes, size_t length);
void lk_scores_free(lk_context *context, lk_scores *scores);
lk_status lk_scores_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                           const char *text, size_t length);

#endif
