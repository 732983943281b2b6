// A comparison of tokenizers, inside.
#ifndef LK_COMPARISON_H
#define LK_COMPARISON_H

#include "likelore/tokenizer_insight.h"

#include "hashmap.h"

typedef struct lk_word_record {
    size_t index; // in the map of words
    uint64_t weight;
    uint32_t tokens[LK_MOST_COMPARED];
} lk_word_record;

struct lk_tokenizer_comparison {
    lk_context *context;
    const lk_tokenizer *tokenizers[LK_MOST_COMPARED];
    const char *names[LK_MOST_COMPARED];
    size_t count;
    const char *text;
    size_t length;
    lk_ids ids[LK_MOST_COMPARED];
    lk_hashmap *words; // times they occur
    lk_word_record *kept;
    size_t kept_count, most;
};

#endif
