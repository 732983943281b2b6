// `tokenizer.json`, the format of the Hugging Face tokenizers. A tokenizer of characters is a BPE
// model whose vocabulary holds single characters and which has no merges; the decoder "Fuse" joins
// tokens without spaces between them.
#include "tokenizer/tokenizer.h"

#include "likelore/json.h"
#include "unicode.h"

// ---- Reading ------------------------------------------------------------------------------------

static bool is_absent(const lk_json *value) {
    return !value || lk_json_get_type(value) == LK_JSON_NULL || lk_json_count(value) == 0;
}

// Refuses what would change the ids and is not done here.
static lk_status check_supported(lk_context *context, const lk_json *document,
                                 const lk_json *model) {
    if (strcmp(lk_json_string(lk_json_get(model, "type"), "BPE"), "BPE") != 0)
        return lk_fail(context, LK_ERROR_UNSUPPORTED, "the tokenizer's model is no BPE");
    if (!is_absent(lk_json_get(model, "merges")))
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "the tokenizer has merges; only characters are supported");
    static const char *const parts[] = {"normalizer", "pre_tokenizer", "added_tokens"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!is_absent(lk_json_get(document, parts[i])))
            return lk_fail(context, LK_ERROR_UNSUPPORTED,
                           "the tokenizer has a part that is not supported: %s", parts[i]);
    return LK_OK;
}

// Puts the code point of each token at its id; every id below the count exactly once.
static lk_status read_vocabulary(lk_context *context, uint32_t *code_points, uint32_t *largest,
                                 const lk_json *vocabulary, size_t count) {
    *largest = 0;
    memset(code_points, 0xFF, count * sizeof *code_points);
    for (const lk_json *token = lk_json_first(vocabulary); token; token = lk_json_next(token)) {
        const char *text = lk_json_name(token);
        size_t length = strlen(text);
        uint32_t code_point = 0;
        if (length == 0 ||
            lk_utf8_decode((const uint8_t *)text, length, &code_point, NULL) != length)
            return lk_fail(context, LK_ERROR_UNSUPPORTED, "the token '%s' is no single character",
                           text);
        int64_t id;
        if (!lk_json_integer(token, &id, 0, (int64_t)count - 1))
            return lk_fail(context, LK_ERROR_DATA,
                           "the id of token '%s' is not a whole number from 0 to %zu", text,
                           count - 1);
        if (code_points[id] != UINT32_MAX)
            return lk_fail(context, LK_ERROR_DATA, "two tokens have the id %d", (int)id);
        code_points[id] = code_point;
        if (code_point > *largest) *largest = code_point;
    }
    return LK_OK;
}

static lk_status add_characters(lk_tokenizer *tokenizer, const uint32_t *code_points, size_t count,
                                uint32_t largest) {
    LK_TRY(lk_tokenizer_reserve_characters(tokenizer, (uint32_t)count, largest + 1));
    for (size_t i = 0; i < count; i++) {
        if (tokenizer->character_ids[code_points[i]] != LK_NO_TOKEN)
            return lk_fail(tokenizer->context, LK_ERROR_DATA,
                           "the character U+%04X is in the vocabulary twice",
                           (unsigned)code_points[i]);
        lk_tokenizer_add_character(tokenizer, code_points[i]);
    }
    return LK_OK;
}

static lk_status read_document(lk_tokenizer *tokenizer, const lk_json *document) {
    lk_context *context = tokenizer->context;
    const lk_json *model = lk_json_get(document, "model");
    const lk_json *vocabulary = lk_json_get(model, "vocab");
    size_t count = vocabulary ? lk_json_count(vocabulary) : 0;
    if (count == 0 || lk_json_get_type(vocabulary) != LK_JSON_OBJECT)
        return lk_fail(context, LK_ERROR_DATA, "the tokenizer has no vocabulary: model.vocab");
    LK_TRY(check_supported(context, document, model));
    uint32_t *code_points = lk_alloc(context, count, sizeof *code_points);
    LK_NEED(code_points);
    uint32_t largest;
    lk_status status = read_vocabulary(context, code_points, &largest, vocabulary, count);
    if (status == LK_OK) status = add_characters(tokenizer, code_points, count, largest);
    lk_free(context, code_points);
    return status;
}

lk_status lk_tokenizer_parse(lk_context *context, lk_tokenizer **out, const char *json,
                             size_t length) {
    *out = NULL;
    lk_json *document;
    LK_TRY(lk_json_parse(context, &document, json, length));
    lk_tokenizer *tokenizer = NULL;
    lk_status status = lk_tokenizer_new_empty(context, &tokenizer);
    if (status == LK_OK) status = read_document(tokenizer, document);
    lk_json_free(context, document);
    if (status != LK_OK) {
        lk_tokenizer_free(tokenizer);
        return status;
    }
    *out = tokenizer;
    return LK_OK;
}

// ---- Writing ------------------------------------------------------------------------------------

static void write_model(lk_json_writer *writer, const lk_tokenizer *tokenizer) {
    static const char *const nulls[] = {"dropout", "unk_token", "continuing_subword_prefix",
                                        "end_of_word_suffix"};
    static const char *const switches[] = {"fuse_unk", "byte_fallback", "ignore_merges"};
    lk_json_begin_object(writer, "model");
    lk_json_add_string(writer, "type", "BPE");
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) lk_json_add_null(writer, nulls[i]);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        lk_json_add_bool(writer, switches[i], false);
    lk_json_begin_object(writer, "vocab");
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
        char token[LK_CHARACTER_BYTES + 1] = {0};
        memcpy(token, bytes, length);
        lk_json_add_integer(writer, token, id);
    }
    lk_json_end(writer);
    lk_json_begin_array(writer, "merges");
    lk_json_end(writer);
    lk_json_end(writer);
}

static void write_document(lk_json_writer *writer, const lk_tokenizer *tokenizer) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "version", "1.0");
    lk_json_add_null(writer, "truncation");
    lk_json_add_null(writer, "padding");
    lk_json_begin_array(writer, "added_tokens");
    lk_json_end(writer);
    lk_json_add_null(writer, "normalizer");
    lk_json_add_null(writer, "pre_tokenizer");
    lk_json_add_null(writer, "post_processor");
    lk_json_begin_object(writer, "decoder");
    lk_json_add_string(writer, "type", "Fuse");
    lk_json_end(writer);
    write_model(writer, tokenizer);
    lk_json_end(writer);
}

lk_status lk_tokenizer_write(lk_context *context, lk_buffer *out, const lk_tokenizer *tokenizer) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    write_document(writer, tokenizer);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    return status;
}
