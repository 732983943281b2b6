// Parts of reading and writing `tokenizer.json`, the format of the Hugging Face tokenizers.
#ifndef LK_TOKENIZER_JSON_H
#define LK_TOKENIZER_JSON_H

#include "likelore/json.h"
#include "tokenizer/vocabulary_text.h"

// Whether there is nothing: no value, null, or an empty list.
static inline bool lk_json_is_absent(const lk_json *value) {
    return !value || lk_json_get_type(value) == LK_JSON_NULL || lk_json_count(value) == 0;
}

// Fills the tokenizer, which is empty, with a vocabulary of single characters.
lk_status lk_characters_read(lk_tokenizer *tokenizer, const lk_json *vocabulary);

// ---- Byte-pair encoding from characters (character_bpe_json.c) ----------------------------------

// LK_ERROR_UNSUPPORTED where the document asks for what is not done here.
lk_status lk_character_bpe_check(lk_context *context, const lk_json *document,
                                 const lk_json *model);
// Adds the tokens of an object {"token": id, …}, and tells which are those of bytes. `bytes` is
// scratch.
lk_status lk_character_vocabulary_read(lk_token_list *list, uint32_t byte_ids[256],
                                       lk_buffer *bytes, const lk_json *vocabulary,
                                       const lk_json *added_tokens);
// As lk_merge_find.
lk_status lk_character_merge_find(lk_merge *merge, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                                  const lk_merge_text *text, size_t index);
// Reads which token stands before every text, where one does.
lk_status lk_character_begin_read(lk_tokenizer *tokenizer, const lk_json *processor);

// Appends what a token is called. LK_ERROR_UNSUPPORTED where it could not be read back.
lk_status lk_character_name_write(lk_buffer *name, const lk_tokenizer *tokenizer, uint32_t id);
void lk_character_normalizer_write(lk_json_writer *writer);
void lk_character_decoder_write(lk_json_writer *writer);
// `name` is scratch.
lk_status lk_character_post_processor_write(lk_json_writer *writer, lk_buffer *name,
                                            const lk_tokenizer *tokenizer);

// ---- Pre-tokenizers -----------------------------------------------------------------------------

// Sets the pattern, or the expression, by which a document's pre_tokenizer cuts texts.
// LK_ERROR_UNSUPPORTED where it does something else.
lk_status lk_pre_tokenizer_read(lk_context *context, lk_bpe_parts *parts, const lk_json *value);
// Adds the pre_tokenizer to a document.
void lk_pre_tokenizer_write(lk_json_writer *writer, const lk_pretokenizer *pretokenizer);

#endif
