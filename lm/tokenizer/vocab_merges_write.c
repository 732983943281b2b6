// The two files of GPT-2, as vocab_merges.c reads them. What is written is read again: not every
// tokenizer can be told by them, and what they tell must be the same.
#include "tokenizer/vocabulary_text.h"

static lk_status unsupported(lk_context *context, const char *what) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED, "vocab.json and merges.txt cannot tell %s", what);
}

static lk_status write_merges(lk_buffer *out, const lk_tokenizer *tokenizer) {
    lk_buffer_append_text(out, "#version: 0.2\n");
    for (uint32_t rank = 0; rank < tokenizer->bpe->merges.count; rank++) {
        LK_TRY(lk_merge_write(out, tokenizer, &tokenizer->bpe->merges.list[rank]));
        lk_buffer_append_byte(out, '\n');
    }
    return lk_buffer_status(out);
}

static lk_status write_vocabulary(lk_buffer *out, const lk_tokenizer *tokenizer) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_buffer text = lk_buffer_make(out->context);
    lk_status status = lk_vocabulary_write(writer, NULL, &text, tokenizer, false);
    if (status == LK_OK) status = lk_json_finish(writer, out, true);
    lk_buffer_append_byte(out, '\n');
    lk_buffer_free(&text);
    lk_json_writer_free(writer);
    return status == LK_OK ? lk_buffer_status(out) : status;
}

// ---- What they tell -----------------------------------------------------------------------------

static bool has_same_bytes(const lk_tokenizer *a, const lk_tokenizer *b, uint32_t id) {
    size_t a_length = 0, b_length = 0;
    const char *a_bytes = lk_tokenizer_token_at(a, id, &a_length);
    const char *b_bytes = lk_tokenizer_token_at(b, id, &b_length);
    if (!a_bytes || !b_bytes) return a_bytes == b_bytes;
    return a_length == b_length && memcmp(a_bytes, b_bytes, a_length) == 0;
}

static lk_status compare_tokens(lk_context *context, const lk_tokenizer *tokenizer,
                                const lk_tokenizer *read) {
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        if (!has_same_bytes(tokenizer, read, id))
            return lk_fail(context, LK_ERROR_UNSUPPORTED,
                           "vocab.json cannot tell the token %u: its text is that of another, or "
                           "looks like bytes",
                           id);
        bool is_special = lk_bpe_is_special(tokenizer->bpe, id);
        if (is_special != lk_bpe_is_special(read->bpe, id))
            return lk_fail(context, LK_ERROR_UNSUPPORTED,
                           "vocab.json and merges.txt cannot tell that the token %u is %s: special "
                           "there are those that neither are a byte nor come of a merge",
                           id, is_special ? "special" : "not special");
    }
    return LK_OK;
}

static lk_status compare_merges(lk_context *context, const lk_tokenizer *tokenizer,
                                const lk_tokenizer *read) {
    const lk_merges *a = &tokenizer->bpe->merges, *b = &read->bpe->merges;
    bool same = a->count == b->count &&
                (a->count == 0 || memcmp(a->list, b->list, a->count * sizeof *a->list) == 0);
    return same ? LK_OK : unsupported(context, "merges whose bytes are those of several tokens");
}

static lk_status check_same(lk_context *context, const lk_buffer *vocab, const lk_buffer *merges,
                            const lk_tokenizer *tokenizer) {
    lk_tokenizer *read;
    LK_TRY(lk_tokenizer_parse_merges(context, &read, vocab->data, vocab->length, merges->data,
                                     merges->length, tokenizer->bpe->pretokenizer.pattern));
    lk_status status = LK_ERROR_UNSUPPORTED;
    if (read->count != tokenizer->count)
        unsupported(context, "tokens that have the same text");
    else
        status = compare_tokens(context, tokenizer, read);
    if (status == LK_OK) status = compare_merges(context, tokenizer, read);
    lk_tokenizer_free(read);
    return status;
}

// ---- Both files ---------------------------------------------------------------------------------

static lk_status write_both(lk_context *context, lk_buffer *vocab, lk_buffer *merges,
                            const lk_tokenizer *tokenizer) {
    if (!tokenizer->bpe) return unsupported(context, "a tokenizer that is not byte-level");
    if (tokenizer->bpe->ignores_merges)
        return unsupported(context, "that whole pieces that are tokens do not merge");
    LK_TRY(write_vocabulary(vocab, tokenizer));
    LK_TRY(write_merges(merges, tokenizer));
    return check_same(context, vocab, merges, tokenizer);
}

static void note_pattern(lk_context *context, const lk_pretokenizer *pretokenizer) {
    lk_pattern pattern = pretokenizer->pattern;
    if (pattern == LK_PATTERN_GPT2) return;
    lk_note(context,
            "vocab.json and merges.txt do not tell by which pattern texts are cut; readers take "
            "GPT-2's and not %s unless they are told",
            pattern == LK_PATTERN_CUSTOM ? lk_pretokenizer_expression(pretokenizer)
                                         : lk_pattern_name(pattern));
}

lk_status lk_tokenizer_write_merges(lk_context *context, lk_buffer *vocab, lk_buffer *merges,
                                    const lk_tokenizer *tokenizer) {
    lk_buffer own_vocab = lk_buffer_make(context), own_merges = lk_buffer_make(context);
    lk_status status = write_both(context, &own_vocab, &own_merges, tokenizer);
    if (status == LK_OK) {
        lk_buffer_append(vocab, own_vocab.data, own_vocab.length);
        lk_buffer_append(merges, own_merges.data, own_merges.length);
        status = lk_buffer_status(vocab);
        if (status == LK_OK) status = lk_buffer_status(merges);
        note_pattern(context, &tokenizer->bpe->pretokenizer);
    }
    lk_buffer_free(&own_vocab);
    lk_buffer_free(&own_merges);
    return status;
}
