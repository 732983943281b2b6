// Parts of reading and writing `tokenizer.json`, the format of the Hugging Face tokenizers.
#ifndef LK_TOKENIZER_JSON_H
#define LK_TOKENIZER_JSON_H

#include "likelore/json.h"
#include "tokenizer/tokenizer.h"

// Whether there is nothing: no value, null, or an empty list.
static inline bool lk_json_is_absent(const lk_json *value) {
    return !value || lk_json_get_type(value) == LK_JSON_NULL || lk_json_count(value) == 0;
}

// Fills the tokenizer, which is empty, with a vocabulary of single characters.
lk_status lk_characters_read(lk_tokenizer *tokenizer, const lk_json *vocabulary);

// Sets the pattern, or the expression, by which a document's pre_tokenizer cuts texts.
// LK_ERROR_UNSUPPORTED where it does something else.
lk_status lk_pre_tokenizer_read(lk_context *context, lk_bpe_parts *parts, const lk_json *value);
// Adds the pre_tokenizer to a document.
void lk_pre_tokenizer_write(lk_json_writer *writer, const lk_pretokenizer *pretokenizer);

#endif
