// How often each piece of a text was met: a hash table of pieces. Short ones lie in the table
// itself.
#ifndef LK_WORD_COUNTS_H
#define LK_WORD_COUNTS_H

#include "context.h"
#include "tokenizer/piece_key.h"

// Of a word longer than LK_MOST_KEYED the key is its hash and, marked, where its bytes are.
typedef struct lk_word_slot {
    lk_piece_key key; // all 0: empty
    uint64_t count;
} lk_word_slot;

typedef struct lk_word_counts {
    lk_context *context;
    lk_word_slot *slots; // the highest bits of the hash are the place
    unsigned bits;       // of the number of slots
    size_t count;        // of words
    uint8_t *bytes;      // of long words, each with its length before it
    size_t byte_count, byte_capacity;
} lk_word_counts;

lk_status lk_word_counts_make(lk_context *context, lk_word_counts *counts);
void lk_word_counts_release(lk_word_counts *counts);
// Forgets all words and keeps the memory.
void lk_word_counts_clear(lk_word_counts *counts);
// Makes room for at least this much more: words, and bytes of long ones.
lk_status lk_word_counts_reserve(lk_word_counts *counts, size_t words, size_t bytes);
// The bytes that the words would take after that.
uint64_t lk_word_counts_memory(const lk_word_counts *counts, size_t words, size_t bytes);

// What adds a word allocates nothing, so that threads may do it, and returns false where there is
// no room: then nothing was added.
bool lk_word_counts_add_short(lk_word_counts *counts, const lk_piece_key *key, uint64_t hash,
                              uint64_t count);
bool lk_word_counts_add_long(lk_word_counts *counts, const uint8_t *word, size_t length,
                             uint64_t hash, uint64_t count);

typedef struct lk_word {
    const uint8_t *bytes;
    size_t length;
    uint64_t hash;
    uint64_t count;
} lk_word;

// The hash of any word.
uint64_t lk_word_hash(const uint8_t *bytes, size_t length);
bool lk_word_counts_add(lk_word_counts *counts, const lk_word *word);
// Below 0, 0 or above 0: the order of hashes, then of lengths, then of bytes.
int lk_word_compare(const lk_word *a, const lk_word *b);
// Walks through all words, in any order: *cursor is 0 at first. False at the end. The bytes of the
// word may be in `scratch`.
bool lk_word_counts_next(const lk_word_counts *counts, lk_word *word, size_t *cursor,
                         uint8_t scratch[LK_KEY_BYTES]);
// Brings the words into their order. Until the table is cleared they can only be walked through.
void lk_word_counts_sort(lk_word_counts *counts);

#endif
