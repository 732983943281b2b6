#include "tokenizer/vocabulary_text.h"

#include "tokenizer/stand_ins.h"
#include "tokenizer/tokenizer_json.h"

// ---- Reading ------------------------------------------------------------------------------------

// Appends the bytes of a token. One whose characters do not all stand for bytes is one that no
// merge gives: its text is meant.
static void append_token(lk_buffer *bytes, const char *text, size_t length) {
    if (!lk_stand_ins_read(bytes, text, length)) lk_buffer_append(bytes, text, length);
}

lk_status lk_token_id_read(lk_context *context, uint32_t *id, const lk_json *value,
                           const char *token) {
    int64_t number;
    if (!lk_json_integer(value, &number, 0, LK_MOST_TOKENS - 1))
        return lk_fail(context, LK_ERROR_DATA,
                       "the id of token '%s' is not a whole number from 0 to %d", token,
                       LK_MOST_TOKENS - 1);
    *id = (uint32_t)number;
    return LK_OK;
}

lk_status lk_vocabulary_read(lk_token_list *list, lk_buffer *bytes, const lk_json *vocabulary) {
    lk_context *context = bytes->context;
    for (const lk_json *token = lk_json_first(vocabulary); token; token = lk_json_next(token)) {
        const char *text = lk_json_name(token);
        uint32_t id = 0;
        LK_TRY(lk_token_id_read(context, &id, token, text));
        lk_buffer_clear(bytes);
        append_token(bytes, text, strlen(text));
        LK_TRY(lk_buffer_status(bytes));
        if (bytes->length == 0)
            return lk_fail(context, LK_ERROR_DATA, "the token with the id %u is empty", id);
        LK_TRY(lk_token_list_add(list, id, bytes->data, bytes->length, false));
    }
    return LK_OK;
}

lk_status lk_merge_find(lk_merge *merge, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                        const lk_merge_text *text, size_t index) {
    lk_buffer_clear(bytes);
    append_token(bytes, text->left, text->left_length);
    size_t left = bytes->length;
    append_token(bytes, text->right, text->right_length);
    LK_TRY(lk_buffer_status(bytes));
    const uint8_t *joined = (const uint8_t *)bytes->data;
    merge->left = lk_bpe_token_of(tokenizer, joined, left);
    merge->right = lk_bpe_token_of(tokenizer, joined + left, bytes->length - left);
    merge->result = lk_bpe_token_of(tokenizer, joined, bytes->length);
    return lk_merge_check(tokenizer->context, merge, text, index);
}

lk_status lk_merge_check(lk_context *context, const lk_merge *merge, const lk_merge_text *text,
                         size_t index) {
    const char *missing = merge->left == LK_NO_TOKEN     ? "the left token"
                          : merge->right == LK_NO_TOKEN  ? "the right token"
                          : merge->result == LK_NO_TOKEN ? "what they give together"
                                                         : NULL;
    if (!missing) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA,
                   "merge %zu, '%.*s' and '%.*s': %s is not in the vocabulary", index + 1,
                   (int)text->left_length, text->left, (int)text->right_length, text->right,
                   missing);
}

// ---- Writing ------------------------------------------------------------------------------------

// Whether the text of a special token, taken for bytes, would be something else.
static bool looks_like_bytes(lk_buffer *scratch, const char *text, size_t length) {
    lk_buffer_clear(scratch);
    return lk_stand_ins_read(scratch, text, length) &&
           (scratch->length != length || memcmp(scratch->data, text, length) != 0);
}

// The text of a token: characters that stand for its bytes. Special tokens and those of characters
// are written as they are; but a special one that another token is written as, or, where the file
// does not list special tokens elsewhere, that would be read as bytes, is written like others.
static lk_status write_token(lk_buffer *text, const lk_tokenizer *tokenizer, uint32_t id,
                             bool lists_specials) {
    size_t length;
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
    lk_buffer_clear(text);
    if (tokenizer->character_bpe) return lk_character_name_write(text, tokenizer, id);
    bool is_plain = !tokenizer->bpe || lk_bpe_is_special(tokenizer->bpe, id);
    if (is_plain && tokenizer->bpe && looks_like_bytes(text, bytes, length)) {
        LK_TRY(lk_buffer_status(text));
        is_plain = lists_specials && lk_bpe_token_of(tokenizer, (const uint8_t *)text->data,
                                                     text->length) == LK_NO_TOKEN;
    }
    lk_buffer_clear(text);
    if (is_plain)
        lk_buffer_append(text, bytes, length);
    else
        lk_stand_ins_write(text, bytes, length);
    return lk_buffer_status(text);
}

lk_status lk_vocabulary_write(lk_json_writer *writer, const char *name, lk_buffer *text,
                              const lk_tokenizer *tokenizer, bool lists_specials) {
    lk_json_begin_object(writer, name);
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        if (!lk_tokenizer_token_at(tokenizer, id, &length)) continue;
        LK_TRY(write_token(text, tokenizer, id, lists_specials));
        lk_json_add_integer(writer, lk_buffer_text(text), id);
    }
    lk_json_end(writer);
    return LK_OK;
}

static lk_status append_part(lk_buffer *text, const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length;
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
    if (tokenizer->character_bpe) return lk_character_name_write(text, tokenizer, id);
    lk_stand_ins_write(text, bytes, length);
    return lk_buffer_status(text);
}

lk_status lk_merge_write(lk_buffer *text, const lk_tokenizer *tokenizer, const lk_merge *merge) {
    LK_TRY(append_part(text, tokenizer, merge->left));
    lk_buffer_append_byte(text, ' ');
    return append_part(text, tokenizer, merge->right);
}
