#include "generate/decoder.h"

#include "context.h"

static const lk_decoder_kind *kind_of(const lk_model_config *config) {
    bool window = lk_model_config_has_one_target(config);
    return window ? &lk_window_decoder : &lk_transformer_decoder;
}

uint64_t lk_decoder_work(const lk_model_config *config) {
    return kind_of(config)->work(config) + config->vocab_size;
}

// ---- Making -------------------------------------------------------------------------------------

static lk_status prepare(lk_decoder *decoder) {
    size_t tokens = decoder->model->config.vocab_size;
    LK_NEED(decoder->logits = lk_arena_alloc(&decoder->arena, tokens, sizeof(lk_real)));
    return decoder->kind->prepare(decoder);
}

lk_status lk_decoder_new(lk_context *context, lk_decoder **out, const lk_model *model) {
    *out = NULL;
    const lk_decoder_kind *kind = kind_of(&model->config);
    lk_decoder *decoder = lk_alloc_zero(context, 1, kind->size);
    LK_NEED(decoder);
    decoder->kind = kind;
    decoder->context = context;
    decoder->model = model;
    decoder->arena = lk_arena_make(context, 0);
    lk_status status = prepare(decoder);
    if (status != LK_OK) {
        lk_decoder_free(decoder);
        return status;
    }
    kind->reset(decoder);
    *out = decoder;
    return LK_OK;
}

void lk_decoder_free(lk_decoder *decoder) {
    if (!decoder) return;
    lk_arena_release(&decoder->arena);
    lk_free(decoder->context, decoder);
}

// ---- Feeding ------------------------------------------------------------------------------------

void lk_decoder_reset(lk_decoder *decoder) { decoder->kind->reset(decoder); }

lk_status lk_decoder_feed(lk_decoder *decoder, const float **logits, const uint32_t *ids,
                          size_t count) {
    uint32_t tokens = decoder->model->config.vocab_size;
    if (count == 0) return lk_fail(decoder->context, LK_ERROR_USAGE, "no ids were given");
    for (size_t i = 0; i < count; i++)
        if (ids[i] >= tokens)
            return lk_fail(decoder->context, LK_ERROR_USAGE,
                           "the id %u is not in the vocabulary of %u tokens", (unsigned)ids[i],
                           (unsigned)tokens);
    decoder->kind->feed(decoder, ids, count);
    *logits = decoder->logits;
    return LK_OK;
}
