#include "tokenizer/bpe_encoder.h"

lk_status lk_bpe_encoder_new(lk_context *context, lk_bpe_encoder **out,
                             const lk_tokenizer *tokenizer) {
    *out = NULL;
    lk_bpe_encoder *encoder = lk_alloc_zero(context, 1, sizeof *encoder);
    LK_NEED(encoder);
    encoder->context = context;
    encoder->tokenizer = tokenizer;
    lk_status status = lk_batch_encoder_make(context, &encoder->batches, tokenizer);
    if (status != LK_OK) {
        lk_bpe_encoder_free(encoder);
        return status;
    }
    *out = encoder;
    return LK_OK;
}

void lk_bpe_encoder_free(lk_bpe_encoder *encoder) {
    if (!encoder) return;
    lk_batch_encoder_release(&encoder->batches);
    lk_free(encoder->context, encoder);
}

static lk_status append_pieces(lk_bpe_encoder *encoder, lk_ids *ids, const lk_piece_batch *batch) {
    size_t bytes = batch->ends[batch->count - 1] - batch->begin, added;
    LK_TRY(lk_ids_reserve(ids, bytes + LK_CACHED_IDS));
    LK_TRY(
        lk_batch_encode(&encoder->batches, ids->ids + ids->count, &added, &encoder->pieces, batch));
    ids->count += added;
    return LK_OK;
}

static lk_status append_special(lk_bpe_encoder *encoder, lk_ids *ids, const lk_special_match *match,
                                lk_special_rules rules) {
    const lk_special *special = &encoder->tokenizer->bpe->specials.list[match->index];
    if (lk_special_rule_of(rules, match->index) == LK_SPECIAL_ERROR)
        return encoder->batches.is_confined
                   ? LK_ERROR_LIMIT
                   : lk_special_refuse(encoder->context, special, encoder->offset + match->begin);
    return lk_ids_append(ids, &special->id, 1);
}

// Some vocabularies lack tokens of single bytes: then a text may hold what cannot be encoded.
static lk_status check_bytes(const lk_bpe_encoder *encoder, const uint8_t *text, size_t length) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    for (size_t i = 0; bpe->lacks_bytes && i < length; i++)
        if (bpe->bytes_as.ids[text[i]] == LK_NO_TOKEN)
            return encoder->batches.is_confined
                       ? LK_ERROR_LIMIT
                       : lk_fail_at(encoder->context, LK_ERROR_DATA,
                                    (lk_location){.byte = (int64_t)(encoder->offset + i)},
                                    "the vocabulary has no token for the byte %02X", text[i]);
    return LK_OK;
}

lk_status lk_bpe_encoder_encode(lk_bpe_encoder *encoder, lk_ids *ids, size_t *used,
                                const uint8_t *text, size_t length, bool is_last,
                                lk_special_rules rules) {
    const lk_bpe *bpe = encoder->tokenizer->bpe;
    LK_TRY(check_bytes(encoder, text, length));
    lk_text_pieces_begin(&encoder->pieces, &bpe->pretokenizer, &bpe->specials, rules, text, length,
                         is_last);
    lk_piece_batch batch;
    while (lk_text_pieces_next(&encoder->pieces, &batch))
        if (batch.special)
            LK_TRY(append_special(encoder, ids, batch.special, rules));
        else
            LK_TRY(append_pieces(encoder, ids, &batch));
    LK_TRY(lk_text_pieces_check(encoder->context, &encoder->pieces, &encoder->offset));
    *used = encoder->pieces.at;
    return LK_OK;
}
