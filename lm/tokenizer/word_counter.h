// Counts the pieces of texts on all threads, within the context's memory limit: what does not fit
// goes to files.
#ifndef LK_WORD_COUNTER_H
#define LK_WORD_COUNTER_H

#include "tokenizer/pretokenizer.h"
#include "tokenizer/specials.h"
#include "tokenizer/word_runs.h"

typedef struct lk_word_counter {
    lk_context *context;
    lk_pretokenizer pretokenizer;
    lk_specials specials;   // which are not counted, and which no piece crosses
    lk_word_counts *tables; // one a thread
    size_t threads;
    struct lk_counted_part *parts;
    size_t open_end;   // up to where an open text was counted
    lk_word_runs runs; // words that are in no table
    size_t cursor;     // of the walk through the words
    lk_run_reader reader;
    uint8_t scratch[LK_KEY_BYTES];
} lk_word_counter;

// Files for what does not fit are made beside the path `place`, which must outlive the counter;
// NULL: there is no place for them, and too many words are LK_ERROR_LIMIT.
lk_status lk_word_counter_make(lk_context *context, lk_word_counter *counter, lk_pattern pattern,
                               const lk_special *specials, size_t special_count, const char *place);
void lk_word_counter_release(lk_word_counter *counter);

// Counts the pieces of a text, or of that part of it that does not depend on what may follow,
// unless `is_last`. *used is its length in bytes.
lk_status lk_word_counter_add(lk_word_counter *counter, size_t *used, const uint8_t *text,
                              size_t length, bool is_last);
// Adds a word that was counted elsewhere.
lk_status lk_word_counter_add_word(lk_word_counter *counter, const lk_word *word);

// What was counted, of all threads: to be asked when everything was. Each word is there once.
lk_status lk_word_counter_finish(lk_word_counter *counter);
// Then, the words may be moved from memory to a file, if there is a place for it.
lk_status lk_word_counter_unload(lk_word_counter *counter);
// The number of words, and that of their bytes.
void lk_word_counter_measure(const lk_word_counter *counter, uint64_t *words, uint64_t *bytes);
// Walks through them, in any order.
void lk_word_counter_begin(lk_word_counter *counter);
lk_status lk_word_counter_next(lk_word_counter *counter, lk_word *word, bool *found);
// Gives the memory and the file of the words back.
void lk_word_counter_forget(lk_word_counter *counter);

#endif
