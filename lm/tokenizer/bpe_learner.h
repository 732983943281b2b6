// Learns merges from counted words: the most frequent pair of neighbours becomes a token, again and
// again (Sennrich, Haddow and Birch 2016).
#ifndef LK_BPE_LEARNER_H
#define LK_BPE_LEARNER_H

#include "likelore/tokenizer.h"
#include "tokenizer/pair_queue.h"
#include "tokenizer/pair_table.h"
#include "tokenizer/word_counter.h"

#include "hashmap.h"

// A word as the tokens that it consists of by now.
typedef struct lk_learned_word {
    uint32_t begin; // in the symbols
    uint32_t length;
    uint64_t count;
} lk_learned_word;

// Merges change the pairs that a token forms with its neighbours, on one side.
typedef struct lk_neighbour {
    uint64_t count;      // of all words that hold the pair, with their counts; 0: none does
    uint32_t word_count; // of those words
    uint32_t last_word;  // the last of them, and 1
    uint32_t *list;      // where the next word of the new pair goes
} lk_neighbour;

typedef struct lk_noted_word {
    uint32_t neighbour;
    uint32_t word;
} lk_noted_word;

typedef struct lk_neighbours {
    lk_neighbour *by_token; // as many as there may be tokens
    uint32_t *touched;      // which of them
    uint32_t touched_count;
    lk_noted_word *noted;
    size_t noted_count, noted_capacity;
} lk_neighbours;

typedef struct lk_bpe_learner {
    lk_context *context;
    uint64_t least_count; // of a pair that merges
    uint32_t *symbols;    // of all words
    lk_learned_word *words;
    size_t word_count;
    lk_pair_table pairs;
    lk_pair_queue queue;
    lk_arena lists; // of words, by pairs
    uint32_t *list_room;
    size_t list_left;
    lk_neighbours before, after; // a merged pair
    lk_neighbours doubled;       // of one token: a merged pair after a merged pair
    // The tokens: the 256 bytes, then what the merges gave.
    uint32_t token_count, most_tokens;
    lk_buffer token_bytes;
    size_t *token_ends;
    lk_hashmap *token_ids; // by bytes
    lk_buffer merges;      // of lk_merge
} lk_bpe_learner;

typedef struct lk_learned_merge {
    uint32_t left, right, result;
    uint64_t count;
    bool is_done; // no pair is left, or there are as many tokens as asked for
} lk_learned_merge;

// The memory that learning from words takes at least.
uint64_t lk_bpe_learner_memory(uint64_t words, uint64_t bytes);
// Takes the words. `most_tokens` counts the 256 bytes too.
lk_status lk_bpe_learner_make(lk_context *context, lk_bpe_learner *learner, lk_word_counter *words,
                              uint32_t most_tokens, lk_tie tie, uint64_t least_count);
void lk_bpe_learner_release(lk_bpe_learner *learner);
// Learns one merge. Where its bytes are a token already, it gives that one.
lk_status lk_bpe_learner_step(lk_bpe_learner *learner, lk_learned_merge *merge);
// Appends the bytes of the word at `index`, whatever has merged in it.
void lk_learned_word_spell(lk_buffer *bytes, const lk_bpe_learner *learner, size_t index);
const char *lk_learned_token_at(const lk_bpe_learner *learner, uint32_t token, size_t *length);

#endif
