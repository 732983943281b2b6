#include "tokenizer/vocabulary_text.h"

#include "tokenizer/stand_ins.h"

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
    const char *missing = merge->left == LK_NO_TOKEN     ? "the left token"
                          : merge->right == LK_NO_TOKEN  ? "the right token"
                          : merge->result == LK_NO_TOKEN ? "what they give together"
                                                         : NULL;
    if (!missing) return LK_OK;
    return lk_fail(tokenizer->context, LK_ERROR_DATA,
                   "merge %zu, '%.*s' and '%.*s': %s is not in the vocabulary", index + 1,
                   (int)text->left_length, text->left, (int)text->right_length, text->right,
                   missing);
}
