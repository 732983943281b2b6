// Tokenizers of the bridge. Objects that a page has of one, such as an encoder, outlive its
// closing.
#ifndef LK_BRIDGE_TOK_H
#define LK_BRIDGE_TOK_H

#include "bridge.h"

#include "likelore/tokenizer.h"

typedef struct lk_shared_tokenizer {
    lk_tokenizer *tokenizer;
    unsigned users;
} lk_shared_tokenizer;

// Takes over the tokenizer, also where it fails.
lk_status lk_shared_tokenizer_new(lk_shared_tokenizer **made, lk_tokenizer *tokenizer);
// One user less; the last one's frees it. It may be NULL.
void lk_shared_tokenizer_leave(lk_shared_tokenizer *shared);

#endif
