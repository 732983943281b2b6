// Reading `tokenizer.json`: byte-level byte-pair encoding, or that from characters, which has
// byte_fallback. A tokenizer of characters is there a BPE model whose vocabulary holds single
// characters and which has no merges; its decoder "Fuse" joins tokens without spaces between them.
#include "tokenizer/tokenizer_json.h"

#include "tokenizer/character_bpe.h"

static lk_status unsupported(lk_context *context, const char *part) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "the tokenizer has a part that is not supported: %s", part);
}

static bool is_empty_text(const lk_json *value) { return *lk_json_string(value, "") == 0; }

static bool has_byte_fallback(const lk_json *model) {
    return lk_json_bool(lk_json_get(model, "byte_fallback"), false);
}

// Refuses what would change the ids and is not done here.
static lk_status check_supported(lk_context *context, const lk_json *document,
                                 const lk_json *model) {
    if (strcmp(lk_json_string(lk_json_get(model, "type"), "BPE"), "BPE") != 0)
        return lk_fail(context, LK_ERROR_UNSUPPORTED, "the tokenizer's model is no BPE");
    bool from_characters = has_byte_fallback(model);
    if (from_characters) LK_TRY(lk_character_bpe_check(context, document, model));
    if (!from_characters && !lk_json_is_absent(lk_json_get(document, "normalizer")))
        return unsupported(context, "normalizer");
    if (lk_json_number(lk_json_get(model, "dropout"), 0) != 0)
        return unsupported(context, "dropout");
    static const char *const affixes[] = {"continuing_subword_prefix", "end_of_word_suffix"};
    for (size_t i = 0; i < sizeof affixes / sizeof affixes[0]; i++)
        if (!is_empty_text(lk_json_get(model, affixes[i]))) return unsupported(context, affixes[i]);
    return LK_OK;
}

// ---- Byte-level vocabularies --------------------------------------------------------------------

typedef struct document_reader {
    lk_context *context;
    const lk_json *document, *model;
    lk_token_list tokens;
    lk_buffer specials; // of lk_special
    lk_buffer bytes;    // scratch
} document_reader;

// Tokens that were added to the vocabulary are special here: each is found before the text is cut.
static lk_status read_added_token(document_reader *reader, const lk_json *added) {
    static const char *const switches[] = {"lstrip", "rstrip", "single_word"};
    const char *text = lk_json_string(lk_json_get(added, "content"), "");
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        if (lk_json_bool(lk_json_get(added, switches[i]), false))
            return lk_fail(reader->context, LK_ERROR_UNSUPPORTED,
                           "the added token '%s' asks for %s, which is not supported", text,
                           switches[i]);
    lk_special special = {.text = text, .length = strlen(text)};
    LK_TRY(lk_token_id_read(reader->context, &special.id, lk_json_get(added, "id"), text));
    lk_buffer_append(&reader->specials, &special, sizeof special);
    LK_TRY(lk_buffer_status(&reader->specials));
    return lk_token_list_add(&reader->tokens, special.id, text, special.length, true);
}

static lk_status read_added_tokens(document_reader *reader) {
    const lk_json *list = lk_json_get(reader->document, "added_tokens");
    for (const lk_json *added = list ? lk_json_first(list) : NULL; added;
         added = lk_json_next(added))
        LK_TRY(read_added_token(reader, added));
    return LK_OK;
}

// ---- Merges -------------------------------------------------------------------------------------

static bool split_merge(lk_merge_text *merge, const lk_json *value) {
    if (lk_json_get_type(value) == LK_JSON_ARRAY) {
        const lk_json *left = lk_json_first(value), *right = left ? lk_json_next(left) : NULL;
        merge->left = lk_json_string(left, NULL);
        merge->right = lk_json_string(right, NULL);
        if (!merge->left || !merge->right || lk_json_next(right)) return false;
        merge->left_length = strlen(merge->left);
    } else {
        merge->left = lk_json_string(value, "");
        merge->left_length = strcspn(merge->left, " ");
        merge->right = merge->left + merge->left_length;
        merge->right += *merge->right == ' ';
    }
    merge->right_length = strlen(merge->right);
    return merge->left_length && merge->right_length;
}

typedef lk_status merge_finder(lk_merge *merge, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                               const lk_merge_text *text, size_t index);

static lk_status find_merges(lk_merge *merges, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                             const lk_json *list) {
    merge_finder *find = tokenizer->bpe ? lk_merge_find : lk_character_merge_find;
    size_t index = 0;
    for (const lk_json *value = lk_json_first(list); value; value = lk_json_next(value), index++) {
        lk_merge_text text;
        if (!split_merge(&text, value))
            return lk_fail(tokenizer->context, LK_ERROR_DATA, "merge %zu is not of two tokens",
                           index + 1);
        LK_TRY(find(&merges[index], tokenizer, bytes, &text, index));
    }
    return LK_OK;
}

static lk_status read_merges(document_reader *reader, lk_tokenizer *tokenizer) {
    const lk_json *list = lk_json_get(reader->model, "merges");
    size_t count = list ? lk_json_count(list) : 0;
    if (count > LK_MOST_MERGES)
        return lk_fail(reader->context, LK_ERROR_LIMIT, "there are more than %d merges",
                       LK_MOST_MERGES);
    lk_merge *merges = lk_alloc(reader->context, count, sizeof *merges);
    LK_NEED(merges);
    lk_status status = count ? find_merges(merges, tokenizer, &reader->bytes, list) : LK_OK;
    if (status == LK_OK)
        status = tokenizer->bpe ? lk_bpe_set_merges(tokenizer, merges, (uint32_t)count)
                                : lk_character_bpe_set_merges(tokenizer, merges, (uint32_t)count);
    lk_free(reader->context, merges);
    return status;
}

// ---- Documents ----------------------------------------------------------------------------------

// Completes the parts, behind the vocabulary.
static lk_status finish_parts(lk_bpe_parts *parts, document_reader *reader) {
    LK_TRY(read_added_tokens(reader));
    LK_TRY(lk_token_list_finish(&reader->tokens, parts));
    parts->specials = (const lk_special *)(const void *)reader->specials.data;
    parts->special_count = reader->specials.length / sizeof(lk_special);
    return LK_OK;
}

static lk_status read_character_bpe(lk_tokenizer **tokenizer, document_reader *reader,
                                    const lk_json *vocabulary) {
    lk_bpe_parts parts = {0};
    uint32_t byte_ids[256];
    LK_TRY(lk_character_vocabulary_read(&reader->tokens, byte_ids, &reader->bytes, vocabulary,
                                        lk_json_get(reader->document, "added_tokens")));
    LK_TRY(finish_parts(&parts, reader));
    LK_TRY(lk_tokenizer_new_character_bpe(reader->context, tokenizer, &parts, byte_ids));
    (*tokenizer)->character_bpe->finds_specials = true;
    (*tokenizer)->character_bpe->reads_marks = true;
    LK_TRY(lk_character_begin_read(*tokenizer, lk_json_get(reader->document, "post_processor")));
    return read_merges(reader, *tokenizer);
}

static lk_status read_bpe(lk_tokenizer **tokenizer, document_reader *reader,
                          const lk_json *vocabulary) {
    lk_bpe_parts parts = {0};
    LK_TRY(lk_pre_tokenizer_read(reader->context, &parts,
                                 lk_json_get(reader->document, "pre_tokenizer")));
    LK_TRY(lk_vocabulary_read(&reader->tokens, &reader->bytes, vocabulary));
    LK_TRY(finish_parts(&parts, reader));
    parts.ignores_merges = lk_json_bool(lk_json_get(reader->model, "ignore_merges"), false);
    LK_TRY(lk_tokenizer_new_bpe(reader->context, tokenizer, &parts));
    return read_merges(reader, *tokenizer);
}

static lk_status read_characters(lk_tokenizer **tokenizer, const document_reader *reader,
                                 const lk_json *vocabulary) {
    if (!lk_json_is_absent(lk_json_get(reader->model, "merges")))
        return lk_fail(
            reader->context, LK_ERROR_UNSUPPORTED,
            "the tokenizer has merges, but neither a pre_tokenizer, as byte-level ones have, "
            "nor byte_fallback");
    if (!lk_json_is_absent(lk_json_get(reader->document, "added_tokens")))
        return unsupported(reader->context, "added_tokens");
    LK_TRY(lk_tokenizer_new_empty(reader->context, tokenizer));
    return lk_characters_read(*tokenizer, vocabulary);
}

static lk_status read_document(lk_tokenizer **tokenizer, document_reader *reader) {
    reader->model = lk_json_get(reader->document, "model");
    const lk_json *vocabulary = lk_json_get(reader->model, "vocab");
    if (!vocabulary || lk_json_get_type(vocabulary) != LK_JSON_OBJECT ||
        lk_json_count(vocabulary) == 0)
        return lk_fail(reader->context, LK_ERROR_DATA,
                       "the tokenizer has no vocabulary: model.vocab");
    LK_TRY(check_supported(reader->context, reader->document, reader->model));
    if (has_byte_fallback(reader->model)) return read_character_bpe(tokenizer, reader, vocabulary);
    bool cuts = !lk_json_is_absent(lk_json_get(reader->document, "pre_tokenizer"));
    return cuts ? read_bpe(tokenizer, reader, vocabulary)
                : read_characters(tokenizer, reader, vocabulary);
}

lk_status lk_tokenizer_parse(lk_context *context, lk_tokenizer **out, const char *json,
                             size_t length) {
    *out = NULL;
    lk_json *document;
    LK_TRY(lk_json_parse(context, &document, json, length));
    document_reader reader = {.context = context,
                              .document = document,
                              .tokens = lk_token_list_make(context),
                              .specials = lk_buffer_make(context),
                              .bytes = lk_buffer_make(context)};
    lk_tokenizer *tokenizer = NULL;
    lk_status status = read_document(&tokenizer, &reader);
    lk_token_list_free(&reader.tokens);
    lk_buffer_free(&reader.specials);
    lk_buffer_free(&reader.bytes);
    lk_json_free(context, document);
    if (status == LK_OK)
        *out = tokenizer;
    else
        lk_tokenizer_free(tokenizer);
    return status;
}
