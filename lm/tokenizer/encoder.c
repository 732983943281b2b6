// A text that comes in parts waits until its pieces are certain. It is taken in as much as waits
// already, at least WINDOW bytes at a time: then a long piece is looked through a few times only.
#include "tokenizer/character_bpe.h"
#include "tokenizer/parallel_encode.h"

#include "unicode.h"

enum { WINDOW = 1 << 16 };

struct lk_encoder {
    lk_context *context;
    const lk_tokenizer *tokenizer;
    lk_encode_options options;
    lk_bpe_encoder *bpe; // NULL: another kind of tokenizer
    lk_buffer unchecked; // bytes of which it is not known yet whether they are UTF-8
    lk_buffer waiting;   // text without ids yet
    uint64_t offset;     // of what waits, in the whole text
    size_t tried;        // bytes of what waited when no piece of it was certain
};

lk_status lk_encoder_new(lk_context *context, lk_encoder **out, const lk_tokenizer *tokenizer,
                         const lk_encode_options *options) {
    *out = NULL;
    lk_encoder *encoder = lk_alloc_zero(context, 1, sizeof *encoder);
    LK_NEED(encoder);
    encoder->context = context;
    encoder->tokenizer = tokenizer;
    encoder->unchecked = lk_buffer_make(context);
    encoder->waiting = lk_buffer_make(context);
    if (options) encoder->options = *options;
    lk_status status = LK_OK;
    if (tokenizer->bpe) status = lk_bpe_encoder_new(context, &encoder->bpe, tokenizer);
    if (status != LK_OK) {
        lk_encoder_free(encoder);
        return status;
    }
    *out = encoder;
    return LK_OK;
}

void lk_encoder_free(lk_encoder *encoder) {
    if (!encoder) return;
    lk_bpe_encoder_free(encoder->bpe);
    lk_buffer_free(&encoder->unchecked);
    lk_buffer_free(&encoder->waiting);
    lk_free(encoder->context, encoder);
}

static lk_special_rules rules_of(const lk_encode_options *options) {
    return (lk_special_rules){options->special, options->special_rules};
}

// ---- Bytes that are not UTF-8 -------------------------------------------------------------------

lk_status lk_text_repair(lk_buffer *repaired, size_t *used, const char *text, size_t length,
                         bool is_last) {
    const uint8_t *bytes = (const uint8_t *)text;
    if (!is_last) length -= lk_utf8_incomplete_tail(bytes, length);
    if (used) *used = length;
    for (size_t at = 0; at < length;) {
        size_t valid = lk_utf8_validate(bytes + at, length - at);
        lk_buffer_append(repaired, text + at, valid);
        at += valid;
        uint32_t character;
        if (at == length) break;
        at += lk_utf8_decode(bytes + at, length - at, &character, NULL);
        lk_buffer_append_text(repaired, "\xEF\xBF\xBD");
    }
    return lk_buffer_status(repaired);
}

static lk_status check_utf8(lk_context *context, const char *text, size_t length, uint64_t offset) {
    size_t valid = lk_utf8_validate((const uint8_t *)text, length);
    if (valid == length) return LK_OK;
    return lk_fail_at(context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)(offset + valid)},
                      "the text is not UTF-8");
}

static void drop_front(lk_buffer *buffer, size_t length) {
    if (!length) return;
    buffer->length -= length;
    memmove(buffer->data, buffer->data + length, buffer->length);
}

// Moves what is known to be UTF-8 by now, or made so, to what waits.
static lk_status check_bytes(lk_encoder *encoder, bool is_last) {
    lk_buffer *unchecked = &encoder->unchecked;
    const char *text = lk_buffer_text(unchecked);
    size_t length = unchecked->length;
    if (!is_last) length -= lk_utf8_incomplete_tail((const uint8_t *)text, length);
    if (encoder->options.invalid == LK_INVALID_ERROR)
        LK_TRY(
            check_utf8(encoder->context, text, length, encoder->offset + encoder->waiting.length));
    LK_TRY(lk_text_repair(&encoder->waiting, NULL, text, length, true));
    drop_front(unchecked, length);
    return LK_OK;
}

// ---- Encoding -----------------------------------------------------------------------------------

// Takes bytes of the text to those that wait.
static lk_status take(lk_encoder *encoder, const char *text, size_t length, bool is_last) {
    bool keeps = encoder->options.invalid == LK_INVALID_KEEP;
    lk_buffer *buffer = keeps ? &encoder->waiting : &encoder->unchecked;
    lk_buffer_append(buffer, text, length);
    LK_TRY(lk_buffer_status(buffer));
    return keeps ? LK_OK : check_bytes(encoder, is_last);
}

static lk_status encode_waiting(lk_encoder *encoder, lk_ids *ids, bool is_last) {
    const uint8_t *text = (const uint8_t *)lk_buffer_text(&encoder->waiting);
    size_t length = encoder->waiting.length, used;
    if (encoder->bpe) {
        encoder->bpe->offset = encoder->offset;
        LK_TRY(lk_bpe_encoder_encode(encoder->bpe, ids, &used, text, length, is_last,
                                     rules_of(&encoder->options)));
    } else if (encoder->tokenizer->character_bpe) { // any two characters may merge
        used = is_last ? length : 0;
        LK_TRY(lk_character_bpe_encode(encoder->context, ids, encoder->tokenizer, text, used,
                                       rules_of(&encoder->options)));
    } else {
        used = is_last ? length : length - lk_utf8_incomplete_tail(text, length);
        LK_TRY(lk_characters_encode(encoder->context, ids, encoder->tokenizer, (const char *)text,
                                    used, encoder->offset));
    }
    drop_front(&encoder->waiting, used);
    encoder->tried = encoder->waiting.length;
    encoder->offset = is_last ? 0 : encoder->offset + used;
    return LK_OK;
}

// A regular expression makes no piece certain before the next special token, which is looked for
// again when there is twice as much.
static bool is_enough(const lk_encoder *encoder) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    return !bpe || bpe->pretokenizer.pattern != LK_PATTERN_CUSTOM ||
           encoder->waiting.length >= 2 * encoder->tried;
}

static void start_again(lk_encoder *encoder) {
    lk_buffer_clear(&encoder->unchecked);
    lk_buffer_clear(&encoder->waiting);
    encoder->tried = 0;
    encoder->offset = 0;
}

lk_status lk_encoder_feed(lk_encoder *encoder, lk_ids *ids, const char *text, size_t length,
                          bool is_last) {
    size_t before = ids->count;
    do {
        size_t most = encoder->waiting.length > WINDOW ? encoder->waiting.length : WINDOW;
        size_t taken = length < most ? length : most;
        bool ends = is_last && taken == length;
        lk_status status = take(encoder, text, taken, ends);
        if (status == LK_OK && (ends || is_enough(encoder)))
            status = encode_waiting(encoder, ids, ends);
        if (status != LK_OK) {
            ids->count = before;
            start_again(encoder);
            return status;
        }
        text += taken;
        length -= taken;
    } while (length);
    return LK_OK;
}

static lk_status encode_at_once(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                                const char *text, size_t length, const lk_encode_options *options) {
    if (tokenizer->character_bpe)
        return lk_character_bpe_encode(context, ids, tokenizer, (const uint8_t *)text, length,
                                       rules_of(options));
    if (!tokenizer->bpe) return lk_characters_encode(context, ids, tokenizer, text, length, 0);
    tokenizer->encoder->offset = 0;
    return lk_bpe_encode_text(tokenizer->encoder, ids, (const uint8_t *)text, length,
                              rules_of(options));
}

static lk_status encode_in_parts(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                                 const char *text, size_t length,
                                 const lk_encode_options *options) {
    lk_encoder *encoder;
    LK_TRY(lk_encoder_new(context, &encoder, tokenizer, options));
    lk_status status = lk_encoder_feed(encoder, ids, text, length, true);
    lk_encoder_free(encoder);
    return status;
}

lk_status lk_tokenizer_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                              const char *text, size_t length, const lk_encode_options *options) {
    static const lk_encode_options defaults;
    if (!options) options = &defaults;
    size_t before = ids->count;
    bool is_valid = options->invalid == LK_INVALID_KEEP ||
                    lk_utf8_validate((const uint8_t *)text, length) == length;
    lk_status status = is_valid ? encode_at_once(context, ids, tokenizer, text, length, options)
                                : encode_in_parts(context, ids, tokenizer, text, length, options);
    if (status != LK_OK) ids->count = before;
    return status;
}
