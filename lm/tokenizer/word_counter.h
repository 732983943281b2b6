// Counts the pieces of texts on all threads.
#ifndef LK_WORD_COUNTER_H
#define LK_WORD_COUNTER_H

#include "tokenizer/pretokenizer.h"
#include "tokenizer/specials.h"
#include "tokenizer/word_counts.h"

typedef struct lk_word_counter {
    lk_context *context;
    lk_pretokenizer pretokenizer;
    lk_specials specials;   // which are not counted, and which no piece crosses
    lk_word_counts *tables; // one a thread
    size_t threads;
    struct lk_counted_part *parts;
    size_t open_end; // up to where an open text was counted
} lk_word_counter;

lk_status lk_word_counter_make(lk_context *context, lk_word_counter *counter, lk_pattern pattern,
                               const lk_special *specials, size_t special_count);
void lk_word_counter_release(lk_word_counter *counter);

// Counts the pieces of a text, or of that part of it that does not depend on what may follow,
// unless `is_last`. *used is its length in bytes.
lk_status lk_word_counter_add(lk_word_counter *counter, size_t *used, const uint8_t *text,
                              size_t length, bool is_last);
// All counts in the table of the first thread; the others are given back.
lk_status lk_word_counter_join(lk_word_counter *counter);

#endif
