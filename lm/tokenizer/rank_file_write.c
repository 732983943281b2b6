// Rank files, as rank_file.c reads them. A rank is the id of a token, and two neighbours merge
// where their joined bytes are a token, of lowest rank first. That gives the ids of a list of
// merges where (1) every merge is one of that rule, in the same order, and (2) every merge that the
// rule needs is in the list. For lists that training gives both hold.
#include "tokenizer/tokenizer.h"

static lk_status unsupported(lk_context *context, uint32_t id, const char *what) {
    return lk_fail(context, LK_ERROR_UNSUPPORTED,
                   "a file of ranks cannot tell the merges of this tokenizer: token %u %s", id,
                   what);
}

// ---- Writing ------------------------------------------------------------------------------------

static void append_base64(lk_buffer *out, const uint8_t *bytes, size_t length) {
    static const char symbols[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        if (count > 1) bits |= (uint32_t)bytes[i + 1] << 8;
        if (count > 2) bits |= bytes[i + 2];
        for (size_t k = 0; k < 4; k++)
            lk_buffer_append_byte(out, k <= count ? symbols[bits >> (18 - 6 * k) & 63] : '=');
    }
}

static lk_status write_tokens(lk_buffer *out, const lk_tokenizer *tokenizer) {
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
        if (!bytes || lk_bpe_is_special(tokenizer->bpe, id)) continue;
        append_base64(out, (const uint8_t *)bytes, length);
        lk_buffer_printf(out, " %u\n", id);
    }
    return lk_buffer_status(out);
}

// ---- Checking -----------------------------------------------------------------------------------

static lk_status check_order(lk_context *context, const lk_tokenizer *tokenizer) {
    const lk_merges *merges = &tokenizer->bpe->merges;
    uint32_t before = 0;
    for (uint32_t rank = 0; rank < merges->count; rank++) {
        uint32_t id = merges->list[rank].result;
        if (id < before)
            return unsupported(context, id, "comes of a later merge than one of higher id");
        if (lk_bpe_is_special(tokenizer->bpe, id))
            return unsupported(context, id, "comes of a merge and is special");
        before = id;
    }
    return LK_OK;
}

// `read` is what the ranks give. A token without a merge would be one where it is a whole piece.
static lk_status check_merges(lk_context *context, const lk_tokenizer *tokenizer,
                              const lk_tokenizer *read) {
    const lk_merges *merges = &tokenizer->bpe->merges, *needed = &read->bpe->merges;
    for (uint32_t rank = 0; rank < needed->count; rank++) {
        const lk_merge *merge = &needed->list[rank];
        uint32_t own = lk_merge_rank(merges, lk_pair_key(merge->left, merge->right));
        if (own == LK_NO_RANK || merges->list[own].result != merge->result)
            return unsupported(context, merge->result, "does not come of the merge of its ranks");
    }
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        if (!lk_tokenizer_token_at(tokenizer, id, &length) || length == 1) continue;
        if (!lk_bpe_is_special(tokenizer->bpe, id) && !read->bpe->stands_alone[id])
            return unsupported(context, id, "comes of no merge");
    }
    return LK_OK;
}

static lk_status check(lk_context *context, const lk_buffer *text, const lk_tokenizer *tokenizer) {
    lk_tokenizer *read;
    lk_pattern pattern = tokenizer->bpe->pretokenizer.pattern;
    LK_TRY(check_order(context, tokenizer));
    LK_TRY(lk_tokenizer_parse_ranks(context, &read, text->data, text->length, &pattern));
    lk_status status = check_merges(context, tokenizer, read);
    lk_tokenizer_free(read);
    return status;
}

// ---- The file -----------------------------------------------------------------------------------

static void note_rest(lk_context *context, const lk_tokenizer *tokenizer) {
    const lk_specials *specials = &tokenizer->bpe->specials;
    lk_buffer list = lk_buffer_make(context);
    for (size_t i = 0; i < specials->count; i++)
        lk_buffer_printf(&list, "%s'%s': %u", i ? ", " : "", specials->list[i].text,
                         specials->list[i].id);
    const lk_pretokenizer *pretokenizer = &tokenizer->bpe->pretokenizer;
    const char *pattern = pretokenizer->expression ? pretokenizer->expression
                                                   : lk_pattern_name(pretokenizer->pattern);
    lk_note(context,
            "a file of ranks does not tell the pattern by which texts are cut, %s%s%s: readers "
            "must be told",
            pattern, specials->count ? ", nor special tokens, " : "", lk_buffer_text(&list));
    lk_buffer_free(&list);
}

lk_status lk_tokenizer_write_ranks(lk_context *context, lk_buffer *out,
                                   const lk_tokenizer *tokenizer) {
    if (!tokenizer->bpe)
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "a file of ranks cannot tell a tokenizer that is not byte-level");
    lk_buffer text = lk_buffer_make(context);
    lk_status status = write_tokens(&text, tokenizer);
    if (status == LK_OK) status = check(context, &text, tokenizer);
    if (status == LK_OK) {
        lk_buffer_append(out, text.data, text.length);
        status = lk_buffer_status(out);
        note_rest(context, tokenizer);
    }
    lk_buffer_free(&text);
    return status;
}
