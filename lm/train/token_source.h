// Tokens that a model learns from, one after another: those of texts, which are encoded, or those
// of shards, which are read where they lie.
#ifndef LK_TOKEN_SOURCE_H
#define LK_TOKEN_SOURCE_H

#include "likelore/tokenizer.h"

// A shard, and the file that it lies in.
typedef struct lk_shard_file {
    lk_file *file;
    lk_shard *shard; // NULL until the tokenizer is known
} lk_shard_file;

typedef struct lk_token_source {
    lk_context *context;
    lk_buffer text; // before it is encoded
    lk_ids ids;     // after that
    lk_shard_file *shards;
    size_t shard_count;
    uint64_t count; // of tokens, after loading
} lk_token_source;

lk_token_source lk_token_source_make(lk_context *context);
void lk_token_source_release(lk_token_source *source);

// Takes a file. All are texts, or all are shards: LK_ERROR_USAGE otherwise.
lk_status lk_token_source_add_file(lk_token_source *source, const char *path);
// Takes the files of a list separated by commas (spaces around a name do not count).
lk_status lk_token_source_add_files(lk_token_source *source, const char *list);
lk_status lk_token_source_add_text(lk_token_source *source, const char *text, size_t length);

// Encodes the text, or checks the shards. LK_ERROR_DATA when these are another tokenizer's.
lk_status lk_token_source_load(lk_token_source *source, const lk_tokenizer *tokenizer);
// Copies ids. start + count must be within the source.
void lk_token_source_read(const lk_token_source *source, uint32_t *ids, uint64_t start,
                          size_t count);

#endif
