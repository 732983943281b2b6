// The text a model learns from, as token ids, cut into a part that is trained on, a part that is
// evaluated on, and one that is kept for the end: by position, or, where each line is a document of
// its own, into whole lines in an order drawn from the seed. Files are texts, or shards of ids that
// were written before.
#ifndef LK_DATASET_H
#define LK_DATASET_H

#include "likelore/lm.h"

typedef struct lk_dataset lk_dataset;

typedef enum lk_split { LK_SPLIT_TRAIN, LK_SPLIT_VAL, LK_SPLIT_TEST, LK_SPLIT_COUNT } lk_split;

typedef enum lk_document_kind {
    LK_DOCUMENTS_TEXT, // the text is one
    LK_DOCUMENTS_LINES // each line is one
} lk_document_kind;
#define LK_DOCUMENTS_CHOICES "text|lines"

// Reads the files that `data` and `val_data` name. With *tokenizer NULL the tokenizer is made as
// the settings say, from both, and belongs to the caller; otherwise the one given encodes the text
// (a run that goes on). LK_ERROR_DATA when a part is shorter than block_size + 1 tokens, or has no
// line; the part for the end may be empty. LK_ERROR_USAGE when there are shards and no tokenizer
// but that of characters. With all lines in the part for training, they are evaluated on too.
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
size_t lk_dataset_block_size(const lk_dataset *dataset);
// An example is a token and what comes before it. In a text it has block_size tokens before it; in
// lines each token is one, and what its line lacks of block_size is the line end's token.
uint64_t lk_dataset_examples(const lk_dataset *dataset, lk_split split);
// Writes the block_size ids before the token, and returns it.
uint32_t lk_dataset_example(const lk_dataset *dataset, uint32_t *ids, lk_split split,
                            uint64_t index);
// Begins to fetch an example that will be asked for soon, where it lies in memory.
void lk_dataset_prefetch(const lk_dataset *dataset, lk_split split, uint64_t index);
// The token before the first of a text: that of the line end where documents are lines, else 0.
uint32_t lk_dataset_padding(const lk_dataset *dataset);
// SHA-256 over the ids of both parts, by which a run that goes on knows its data again.
void lk_dataset_digest(const lk_dataset *dataset, char hex[65]);

#endif
