// Vocabularies and merges as files of text write them: with printable characters for bytes.
#ifndef LK_VOCABULARY_TEXT_H
#define LK_VOCABULARY_TEXT_H

#include "likelore/json.h"
#include "tokenizer/token_list.h"

// The id of a token, with which messages name it.
lk_status lk_token_id_read(lk_context *context, uint32_t *id, const lk_json *value,
                           const char *token);
// Adds the tokens of an object {"token": id, …}. `bytes` is scratch.
lk_status lk_vocabulary_read(lk_token_list *list, lk_buffer *bytes, const lk_json *vocabulary);

// The two tokens of a merge.
typedef struct lk_merge_text {
    const char *left, *right;
    size_t left_length, right_length;
} lk_merge_text;

// Looks up the tokens of the merge `index` of a list: both parts, and what they give together.
lk_status lk_merge_find(lk_merge *merge, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                        const lk_merge_text *text, size_t index);

// LK_ERROR_DATA, naming the merge, where the vocabulary lacks one of its tokens.
lk_status lk_merge_check(lk_context *context, const lk_merge *merge, const lk_merge_text *text,
                         size_t index);

// Writes the object {"token": id, …}. `text` is scratch; `lists_specials` tells whether the file
// names special tokens in another place as well.
lk_status lk_vocabulary_write(lk_json_writer *writer, const char *name, lk_buffer *text,
                              const lk_tokenizer *tokenizer, bool lists_specials);
// Appends the two tokens of a merge with a space between them.
lk_status lk_merge_write(lk_buffer *text, const lk_tokenizer *tokenizer, const lk_merge *merge);

#endif
