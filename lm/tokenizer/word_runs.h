// Counted words that do not fit into memory: runs of them, each in the order of lk_word_compare, in
// a file without a name.
#ifndef LK_WORD_RUNS_H
#define LK_WORD_RUNS_H

#include "file_writer.h"
#include "tokenizer/word_counts.h"

enum { LK_MOST_RUNS = 64, LK_RUN_BLOCK = 1 << 14 };

typedef struct lk_word_run {
    uint64_t begin, end; // in the file
    uint64_t words, bytes;
} lk_word_run;

typedef struct lk_word_runs {
    lk_context *context;
    const char *place;    // the file is made beside this path; NULL: there is no place for it
    lk_file_writer *file; // NULL until there are runs
    uint64_t length;      // of the file
    lk_word_run list[LK_MOST_RUNS];
    size_t count;
    lk_buffer block; // written next
} lk_word_runs;

void lk_word_runs_release(lk_word_runs *runs);
// Writes the words, which come in their order, as one more run. There must be fewer than
// LK_MOST_RUNS.
lk_status lk_word_runs_begin(lk_word_runs *runs);
lk_status lk_word_runs_add(lk_word_runs *runs, const lk_word *word);
lk_status lk_word_runs_end(lk_word_runs *runs);
// Makes one run of all.
lk_status lk_word_runs_merge(lk_word_runs *runs);

// Appends a word: its length and its count, seven bits a byte from the lowest on, and its bytes.
void lk_word_append(lk_buffer *out, const lk_word *word);
// Reads one of `length` bytes at most; 0 where these are not the whole word, else how many it has.
size_t lk_word_parse(lk_word *word, const uint8_t *bytes, size_t length);

typedef struct lk_run_reader {
    const lk_word_runs *runs;
    uint64_t at, end; // in the file, of what is not in the block yet
    lk_buffer block;
    size_t used; // of the block
    lk_word word;
} lk_run_reader;

lk_run_reader lk_run_reader_make(const lk_word_runs *runs, size_t run);
void lk_run_reader_release(lk_run_reader *reader);
// The next word is in reader->word, until the next call.
lk_status lk_run_reader_next(lk_run_reader *reader, bool *found);

#endif
