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
// Where documents end: the end of document i is ends[i], the beginning of the next.
typedef struct lk_documents {
    uint64_t *ends;
    size_t count;
    uint32_t line_end; // the token that closes each
} lk_documents;

// Encodes the text line by line: each line that is not empty is a document, closed by the token of
// the line end, and their order is drawn from the seed. LK_ERROR_USAGE for shards; LK_ERROR_DATA
// when the tokenizer has no token for the line end, or there is no document. documents->ends is the
// caller's.
lk_status lk_token_source_load_lines(lk_token_source *source, lk_documents *documents,
                                     const lk_tokenizer *tokenizer, uint64_t seed);
// Copies ids. start + count must be within the source.
void lk_token_source_read(const lk_token_source *source, uint32_t *ids, uint64_t start,
                          size_t count);

#endif
