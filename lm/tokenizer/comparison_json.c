// A comparison of tokenizers as JSON.
#include "tokenizer/comparison.h"

#include "tokenizer/token_text.h"

static void add_short_text(lk_json_writer *json, lk_buffer *scratch,
                           const lk_tokenizer_comparison *c, size_t index) {
    const lk_ids *ids = &c->ids[index];
    lk_json_begin_array(json, "ids");
    for (size_t i = 0; i < ids->count; i++) lk_json_add_integer(json, NULL, ids->ids[i]);
    lk_json_end(json);
    lk_json_begin_array(json, "pieces");
    for (size_t i = 0; i < ids->count; i++) {
        size_t length;
        const char *bytes = lk_token_bytes(c->tokenizers[index], ids->ids[i], &length);
        lk_add_escaped_bytes(json, NULL, scratch, bytes, length);
    }
    lk_json_end(json);
}

static void add_tokenizer(lk_json_writer *json, lk_buffer *scratch,
                          const lk_tokenizer_comparison *c, size_t index) {
    size_t tokens = c->ids[index].count;
    lk_json_begin_object(json, NULL);
    lk_json_add_string(json, "name", c->names[index]);
    lk_json_add_integer(json, "vocabulary", lk_tokenizer_count(c->tokenizers[index]));
    lk_json_add_integer(json, "tokens", (int64_t)tokens);
    if (tokens)
        lk_json_add_number(json, "bytes_per_token", (double)c->length / (double)tokens);
    else
        lk_json_add_null(json, "bytes_per_token");
    if (c->length <= LK_SHORT_TEXT) add_short_text(json, scratch, c, index);
    lk_json_end(json);
}

static void add_word(lk_json_writer *json, lk_buffer *scratch, const lk_tokenizer_comparison *c,
                     size_t index) {
    lk_compared_word word = lk_tokenizer_comparison_word_at(c, index);
    lk_json_begin_object(json, NULL);
    lk_add_escaped_bytes(json, "word", scratch, word.bytes, word.length);
    lk_json_add_integer(json, "times", (int64_t)word.times);
    lk_json_begin_array(json, "tokens");
    for (size_t i = 0; i < c->count; i++) lk_json_add_integer(json, NULL, word.tokens[i]);
    lk_json_end(json);
    lk_json_end(json);
}

static void add_document(lk_json_writer *json, lk_buffer *scratch,
                         const lk_tokenizer_comparison *c) {
    lk_json_begin_object(json, NULL);
    lk_json_add_integer(json, "version", 1);
    lk_json_add_integer(json, "bytes", (int64_t)c->length);
    lk_json_begin_array(json, "tokenizers");
    for (size_t i = 0; i < c->count; i++) add_tokenizer(json, scratch, c, i);
    lk_json_end(json);
    lk_json_begin_array(json, "words");
    for (size_t i = 0; i < c->kept_count; i++) add_word(json, scratch, c, i);
    lk_json_end(json);
    lk_json_end(json);
}

lk_status lk_tokenizer_comparison_to_json(lk_buffer *out, const lk_tokenizer_comparison *c) {
    lk_json_writer *json;
    LK_TRY(lk_json_writer_new(out->context, &json));
    lk_buffer scratch = lk_buffer_make(out->context);
    add_document(json, &scratch, c);
    lk_status status = lk_json_finish(json, out, false);
    if (status == LK_OK) status = lk_buffer_status(&scratch);
    lk_buffer_free(&scratch);
    lk_json_writer_free(json);
    return status;
}
