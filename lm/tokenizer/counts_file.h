// Files that keep what a training has counted, for it to go on later.
#ifndef LK_COUNTS_FILE_H
#define LK_COUNTS_FILE_H

#include "tokenizer/bpe_learner.h"

// How far texts were counted: so many whole ones, and so many bytes of the next.
typedef struct lk_text_position {
    uint64_t texts, bytes;
} lk_text_position;

typedef struct lk_counts_header {
    const char *note; // the caller's
    lk_text_position counted;
} lk_counts_header;

// Replaces the file. The words are those of a counter that is finished, or of a learner.
lk_status lk_counts_write(lk_context *context, const char *path, const lk_counts_header *header,
                          lk_word_counter *counter);
lk_status lk_counts_write_learned(lk_context *context, const char *path,
                                  const lk_counts_header *header, const lk_bpe_learner *learner);
// Adds the words of a file to a counter. LK_ERROR_DATA when its note is not `note`.
lk_status lk_counts_parse(lk_context *context, const uint8_t *bytes, size_t length,
                          const char *note, lk_text_position *counted, lk_word_counter *counter);
lk_status lk_counts_read(lk_context *context, const char *path, const char *note,
                         lk_text_position *counted, lk_word_counter *counter);

#endif
