// Byte-pair encoding from characters in `tokenizer.json`, as Llama's are there: a normalizer puts a
// mark before the text and in the place of every space, bytes are tokens <0x00> … <0xFF>
// (byte_fallback), and a decoder takes all of that back.
#include "tokenizer/character_bpe.h"
#include "tokenizer/tokenizer_json.h"
#include "tokenizer/vocabulary_text.h"

#include "unicode.h"

static lk_status unsupported(lk_context *context, const char *what) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "the tokenizer has byte_fallback, and %s, which is not supported", what);
}

// ---- Checks -------------------------------------------------------------------------------------

static bool has_text(const lk_json *object, const char *key, const char *text) {
    return strcmp(lk_json_string(lk_json_get(object, key), ""), text) == 0;
}

// {"type": "Prepend", "prepend": "▁"}
static bool is_prepend(const lk_json *value) {
    return has_text(value, "type", "Prepend") && has_text(value, "prepend", LK_SPACE_MARK);
}

// {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
static bool is_replace(const lk_json *value) {
    return has_text(value, "type", "Replace") && has_text(value, "content", LK_SPACE_MARK) &&
           has_text(lk_json_get(value, "pattern"), "String", " ");
}

static bool is_normalizer(const lk_json *value) {
    const lk_json *list = lk_json_get(value, "normalizers");
    const lk_json *prepend = list ? lk_json_first(list) : NULL;
    const lk_json *replace = prepend ? lk_json_next(prepend) : NULL;
    return replace && !lk_json_next(replace) && is_prepend(prepend) && is_replace(replace);
}

static bool has_normalized(const lk_json *added_tokens) {
    const lk_json *token = added_tokens ? lk_json_first(added_tokens) : NULL;
    while (token && !lk_json_bool(lk_json_get(token, "normalized"), false))
        token = lk_json_next(token);
    return token != NULL;
}

lk_status lk_character_bpe_check(lk_context *context, const lk_json *document,
                                 const lk_json *model) {
    if (!is_normalizer(lk_json_get(document, "normalizer")))
        return unsupported(context, "a normalizer other than Prepend and Replace by U+2581");
    if (!lk_json_is_absent(lk_json_get(document, "pre_tokenizer")))
        return unsupported(context, "a pre_tokenizer");
    if (lk_json_bool(lk_json_get(model, "ignore_merges"), false))
        return unsupported(context, "ignore_merges");
    if (has_normalized(lk_json_get(document, "added_tokens")))
        return unsupported(context, "added_tokens that are normalized");
    return LK_OK;
}

// ---- Vocabulary, reading ------------------------------------------------------------------------

// The byte of a name <0x0A>, -1 where it is none.
static int byte_of(const char *name, size_t length) {
    static const char digits[] = "0123456789ABCDEF";
    if (length != 6 || memcmp(name, "<0x", 3) != 0 || name[5] != '>') return -1;
    const char *high = memchr(digits, name[3], 16), *low = memchr(digits, name[4], 16);
    return high && low ? (int)(16 * (high - digits) + (low - digits)) : -1;
}

// Appends the bytes of a name that is not of a byte: a mark is a space.
static void append_bytes(lk_buffer *bytes, const char *name, size_t length) {
    const size_t mark = strlen(LK_SPACE_MARK);
    for (size_t i = 0; i < length;) {
        bool is_mark = length - i >= mark && memcmp(name + i, LK_SPACE_MARK, mark) == 0;
        lk_buffer_append_byte(bytes, is_mark ? ' ' : name[i]);
        i += is_mark ? mark : 1;
    }
}

static bool is_added(const lk_json *added_tokens, const char *name) {
    const lk_json *token = added_tokens ? lk_json_first(added_tokens) : NULL;
    while (token && !has_text(token, "content", name)) token = lk_json_next(token);
    return token != NULL;
}

static lk_status add_token(lk_token_list *list, uint32_t byte_ids[256], lk_buffer *bytes,
                           const char *name, uint32_t id) {
    size_t length = strlen(name);
    int byte = byte_of(name, length);
    if (length == 0)
        return lk_fail(bytes->context, LK_ERROR_DATA, "the token with the id %u is empty", id);
    lk_buffer_clear(bytes);
    if (byte >= 0) {
        byte_ids[byte] = id;
        lk_buffer_append_byte(bytes, (char)byte);
    } else {
        append_bytes(bytes, name, length);
    }
    LK_TRY(lk_buffer_status(bytes));
    return lk_token_list_add(list, id, bytes->data, bytes->length, false);
}

lk_status lk_character_vocabulary_read(lk_token_list *list, uint32_t byte_ids[256],
                                       lk_buffer *bytes, const lk_json *vocabulary,
                                       const lk_json *added_tokens) {
    for (int byte = 0; byte < 256; byte++) byte_ids[byte] = LK_NO_TOKEN;
    for (const lk_json *token = lk_json_first(vocabulary); token; token = lk_json_next(token)) {
        const char *name = lk_json_name(token);
        uint32_t id = 0;
        LK_TRY(lk_token_id_read(bytes->context, &id, token, name));
        if (strchr(name, ' ') && !is_added(added_tokens, name))
            return lk_fail(bytes->context, LK_ERROR_UNSUPPORTED,
                           "the token '%s' holds a space, where the normalizer leaves none", name);
        LK_TRY(add_token(list, byte_ids, bytes, name, id));
    }
    for (int byte = 0; byte < 256; byte++)
        if (byte_ids[byte] == LK_NO_TOKEN)
            return lk_fail(bytes->context, LK_ERROR_DATA,
                           "the tokenizer has byte_fallback, but no token <0x%02X>",
                           (unsigned)byte);
    return LK_OK;
}

// Of a part that is the name of a byte, nothing is found: such merges are not done here.
lk_status lk_character_merge_find(lk_merge *merge, const lk_tokenizer *tokenizer, lk_buffer *bytes,
                                  const lk_merge_text *text, size_t index) {
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    lk_buffer_clear(bytes);
    append_bytes(bytes, text->left, text->left_length);
    size_t left = bytes->length;
    append_bytes(bytes, text->right, text->right_length);
    LK_TRY(lk_buffer_status(bytes));
    *merge = (lk_merge){lk_character_bpe_find(bpe, bytes->data, left),
                        lk_character_bpe_find(bpe, bytes->data + left, bytes->length - left),
                        lk_character_bpe_find(bpe, bytes->data, bytes->length)};
    return lk_merge_check(tokenizer->context, merge, text, index);
}

// The id that a TemplateProcessing puts before a text.
lk_status lk_character_begin_read(lk_tokenizer *tokenizer, const lk_json *processor) {
    lk_character_bpe *bpe = tokenizer->character_bpe;
    const lk_json *single = lk_json_get(processor, "single");
    const lk_json *first = single ? lk_json_first(single) : NULL;
    const char *name = lk_json_string(lk_json_get(lk_json_get(first, "SpecialToken"), "id"), NULL);
    if (!has_text(processor, "type", "TemplateProcessing") || !name) return LK_OK;
    const lk_json *special = lk_json_get(lk_json_get(processor, "special_tokens"), name);
    const lk_json *ids = lk_json_get(special, "ids");
    int64_t id;
    if (!ids || !lk_json_integer(lk_json_first(ids), &id, 0, (int64_t)tokenizer->count - 1))
        return lk_fail(tokenizer->context, LK_ERROR_DATA,
                       "the post_processor puts '%s' before a text, which is no token", name);
    bpe->has_begin = true;
    bpe->begin = (uint32_t)id;
    return LK_OK;
}

// ---- Writing ------------------------------------------------------------------------------------

// Why a token, by its text, would not be read back as itself; NULL: it would be.
static const char *why_not(const lk_tokenizer *tokenizer, uint32_t id, bool is_special,
                           const char *text, size_t length) {
    uint32_t found = lk_character_bpe_find(tokenizer->character_bpe, text, length);
    if (found != (is_special ? LK_NO_TOKEN : id)) return "has the text of another token";
    if (byte_of(text, length) >= 0) return "has the name of a byte";
    if (memchr(text, 0, length) || lk_utf8_validate((const uint8_t *)text, length) != length)
        return "is no text";
    for (size_t i = 0; !is_special && i + strlen(LK_SPACE_MARK) <= length; i++)
        if (memcmp(text + i, LK_SPACE_MARK, strlen(LK_SPACE_MARK)) == 0) return "holds U+2581";
    return NULL;
}

static void append_name(lk_buffer *name, const char *text, size_t length, bool is_special) {
    for (size_t i = 0; i < length; i++)
        if (text[i] == ' ' && !is_special)
            lk_buffer_append_text(name, LK_SPACE_MARK);
        else
            lk_buffer_append_byte(name, text[i]);
}

lk_status lk_character_name_write(lk_buffer *name, const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length;
    const char *text = lk_tokenizer_token_at(tokenizer, id, &length);
    bool is_special = lk_specials_by_id(&tokenizer->character_bpe->specials, id) != NULL;
    if (lk_character_bpe_is_byte(tokenizer, id)) {
        lk_buffer_printf(name, "<0x%02X>", (unsigned)(uint8_t)*text);
        return lk_buffer_status(name);
    }
    const char *reason = why_not(tokenizer, id, is_special, text, length);
    if (reason)
        return lk_fail(name->context, LK_ERROR_UNSUPPORTED,
                       "the tokenizer cannot be written as tokenizer.json: token %u %s",
                       (unsigned)id, reason);
    append_name(name, text, length, is_special);
    return lk_buffer_status(name);
}

static void write_replace(lk_json_writer *writer, const char *from, const char *to) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "type", "Replace");
    lk_json_begin_object(writer, "pattern");
    lk_json_add_string(writer, "String", from);
    lk_json_end(writer);
    lk_json_add_string(writer, "content", to);
    lk_json_end(writer);
}

void lk_character_normalizer_write(lk_json_writer *writer) {
    lk_json_begin_object(writer, "normalizer");
    lk_json_add_string(writer, "type", "Sequence");
    lk_json_begin_array(writer, "normalizers");
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "type", "Prepend");
    lk_json_add_string(writer, "prepend", LK_SPACE_MARK);
    lk_json_end(writer);
    write_replace(writer, " ", LK_SPACE_MARK);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void write_type(lk_json_writer *writer, const char *type) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "type", type);
    lk_json_end(writer);
}

void lk_character_decoder_write(lk_json_writer *writer) {
    lk_json_begin_object(writer, "decoder");
    lk_json_add_string(writer, "type", "Sequence");
    lk_json_begin_array(writer, "decoders");
    write_replace(writer, LK_SPACE_MARK, " ");
    write_type(writer, "ByteFallback");
    write_type(writer, "Fuse");
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "type", "Strip");
    lk_json_add_string(writer, "content", " ");
    lk_json_add_integer(writer, "start", 1);
    lk_json_add_integer(writer, "stop", 0);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_json_end(writer);
}

// The begin token, then the text.
static void write_template(lk_json_writer *writer, const char *begin, const char *text, int type) {
    const char *const kinds[] = {"SpecialToken", "Sequence"}, *const ids[] = {begin, text};
    for (int i = 0; i < 2; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_begin_object(writer, kinds[i]);
        lk_json_add_string(writer, "id", ids[i]);
        lk_json_add_integer(writer, "type_id", type);
        lk_json_end(writer);
        lk_json_end(writer);
    }
}

static void write_begin(lk_json_writer *writer, const char *name, uint32_t id) {
    lk_json_begin_object(writer, "special_tokens");
    lk_json_begin_object(writer, name);
    lk_json_add_string(writer, "id", name);
    lk_json_begin_array(writer, "ids");
    lk_json_add_integer(writer, NULL, id);
    lk_json_end(writer);
    lk_json_begin_array(writer, "tokens");
    lk_json_add_string(writer, NULL, name);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_json_end(writer);
}

lk_status lk_character_post_processor_write(lk_json_writer *writer, lk_buffer *name,
                                            const lk_tokenizer *tokenizer) {
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    size_t length;
    if (!bpe->has_begin || !lk_tokenizer_token_at(tokenizer, bpe->begin, &length)) {
        lk_json_add_null(writer, "post_processor");
        return LK_OK;
    }
    lk_buffer_clear(name);
    LK_TRY(lk_character_name_write(name, tokenizer, bpe->begin));
    const char *begin = lk_buffer_text(name);
    lk_json_begin_object(writer, "post_processor");
    lk_json_add_string(writer, "type", "TemplateProcessing");
    lk_json_begin_array(writer, "single");
    write_template(writer, begin, "A", 0);
    lk_json_end(writer);
    lk_json_begin_array(writer, "pair");
    write_template(writer, begin, "A", 0);
    write_template(writer, begin, "B", 1);
    lk_json_end(writer);
    write_begin(writer, begin, bpe->begin);
    lk_json_end(writer);
    return LK_OK;
}
