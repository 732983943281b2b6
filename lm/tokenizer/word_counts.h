// How often each piece of a text was met: hash tables of pieces. Short ones lie in the table
// itself.
#ifndef LK_WORD_COUNTS_H
#define LK_WORD_COUNTS_H

#include "context.h"
#include "tokenizer/piece_key.h"

typedef struct lk_short_word {
    lk_piece_key key; // all 0: empty
    uint64_t count;
} lk_short_word;

typedef struct lk_long_word {
    uint64_t hash;
    uint64_t count; // 0: empty
    size_t begin;   // in the bytes
    size_t length;
} lk_long_word;

typedef struct lk_word_counts {
    lk_context *context;
    lk_short_word *short_words; // the highest bits of the hash are the place
    lk_long_word *long_words;
    unsigned short_bits, long_bits; // of the numbers of slots
    size_t short_count, long_count;
    uint8_t *bytes; // of the long words
    size_t byte_count, byte_capacity;
} lk_word_counts;

lk_status lk_word_counts_make(lk_context *context, lk_word_counts *counts);
void lk_word_counts_release(lk_word_counts *counts);
// Forgets all words and keeps the memory.
void lk_word_counts_clear(lk_word_counts *counts);
size_t lk_word_counts_memory(const lk_word_counts *counts);
// The number of words.
size_t lk_word_counts_count(const lk_word_counts *counts);
// Makes room for at least this much more: words of each kind, and bytes of long ones.
lk_status lk_word_counts_reserve(lk_word_counts *counts, size_t words, size_t bytes);

// What adds a word allocates nothing, so that threads may do it, and returns false where there is
// no room: then nothing was added.
bool lk_word_counts_add_short(lk_word_counts *counts, const lk_piece_key *key, uint64_t hash,
                              uint64_t count);
bool lk_word_counts_add_long(lk_word_counts *counts, const uint8_t *word, size_t length,
                             uint64_t count);

// A word and its count; `bytes` is valid until the next call.
typedef struct lk_word {
    const uint8_t *bytes;
    size_t length;
    uint64_t count;
} lk_word;

// Walks through all words, in any order: *cursor is 0 at first. False at the end.
bool lk_word_counts_next(const lk_word_counts *counts, lk_word *word, size_t *cursor,
                         uint8_t scratch[LK_KEY_BYTES]);

#endif
