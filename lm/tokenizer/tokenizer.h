// Inside a tokenizer: its vocabulary. The bytes of all tokens lie one after another; token i is
// bytes[offsets[i]] … bytes[offsets[i + 1] - 1].
#ifndef LK_TOKENIZER_H
#define LK_TOKENIZER_H

#include "likelore/lm.h"

#include "context.h"

enum {
    LK_CHARACTER_BYTES = 4 // longest UTF-8 of a code point
};
#define LK_NO_TOKEN UINT32_MAX

struct lk_tokenizer {
    lk_context *context;
    uint32_t count;
    char *bytes;
    size_t *offsets;          // count + 1
    uint32_t *character_ids;  // by code point, LK_NO_TOKEN where the vocabulary has none
    uint32_t character_count; // entries of character_ids: the largest code point + 1
};

lk_status lk_tokenizer_new_empty(lk_context *context, lk_tokenizer **tokenizer);
// Makes room for `count` tokens of one character each, all below `characters`.
lk_status lk_tokenizer_reserve_characters(lk_tokenizer *tokenizer, uint32_t count,
                                          uint32_t characters);
// Gives the next id to a character. The room must be there.
void lk_tokenizer_add_character(lk_tokenizer *tokenizer, uint32_t code_point);

#endif
