// The text a model learns from, as token ids, cut by position into a part that is trained on and a
// part that is evaluated on. Files are texts, or shards of ids that were written before.
#ifndef LK_DATASET_H
#define LK_DATASET_H

#include "likelore/lm.h"

typedef struct lk_dataset lk_dataset;

typedef enum lk_split { LK_SPLIT_TRAIN, LK_SPLIT_VAL, LK_SPLIT_COUNT } lk_split;

// Reads the files that `data` and `val_data` name. With *tokenizer NULL the tokenizer is made as
// the settings say, from both, and belongs to the caller; otherwise the one given encodes the text
// (a run that goes on). LK_ERROR_DATA when a part is shorter than block_size + 1 tokens;
// LK_ERROR_USAGE when there are shards and no tokenizer but that of characters.
lk_status lk_dataset_new(lk_context *context, lk_dataset **dataset, lk_tokenizer **tokenizer,
                         const lk_settings *settings);
// The same with `text` in the place of the files of `data`.
lk_status lk_dataset_new_from_text(lk_context *context, lk_dataset **dataset,
                                   lk_tokenizer **tokenizer, const lk_settings *settings,
                                   const char *text, size_t length);
void lk_dataset_free(lk_dataset *dataset);

// Tokens of a part.
size_t lk_dataset_count(const lk_dataset *dataset, lk_split split);
// Where a window of block_size inputs and their targets may begin: 0 … starts-1 (nanoGPT draws from
// length - block_size). Never 0.
uint64_t lk_dataset_starts(const lk_dataset *dataset, lk_split split);
// Copies `count` ids from `start` on. start + count must be within the part.
void lk_dataset_read(const lk_dataset *dataset, uint32_t *ids, lk_split split, size_t start,
                     size_t count);
// SHA-256 over the ids of both parts, by which a run that goes on knows its data again.
void lk_dataset_digest(const lk_dataset *dataset, char hex[65]);

#endif
