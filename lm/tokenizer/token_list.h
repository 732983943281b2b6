// Tokens as a file gives them, in any order, to be put in the order of their ids.
#ifndef LK_TOKEN_LIST_H
#define LK_TOKEN_LIST_H

#include "tokenizer/tokenizer.h"

typedef struct lk_token_list {
    lk_buffer bytes;   // of all tokens, one after another, as they came
    lk_buffer entries; // of struct listed_token
    lk_buffer sorted;  // the bytes in the order of ids
    size_t *offsets;
} lk_token_list;

lk_token_list lk_token_list_make(lk_context *context);
void lk_token_list_free(lk_token_list *list);
// Adds a token, which may `replace` one of the same id.
lk_status lk_token_list_add(lk_token_list *list, uint32_t id, const char *bytes, size_t length,
                            bool replaces);
size_t lk_token_list_count(const lk_token_list *list);
// Sets bytes, offsets and count of the parts, which the list keeps. LK_ERROR_DATA when two tokens
// have one id, or the ids leave large gaps.
lk_status lk_token_list_finish(lk_token_list *list, lk_bpe_parts *parts);

#endif
