#include "generate/sampler.h"

#include "context.h"

#include <math.h>

struct lk_generator {
    lk_context *context;
    const lk_tokenizer *tokenizer;
    lk_decoder *decoder;
    lk_ids prompt;
    lk_sampling sampling;
    uint32_t model_tokens; // V of the model
    uint32_t tokens;       // of these, those the tokenizer counts; the rest is padding
    lk_ids gaps;           // ids below `tokens` that the tokenizer does not have
    uint32_t max_tokens, count;
    uint32_t last; // token drawn last
    bool finished;
    bool drops_space;              // the space before a text is none of it
    float *logits, *probabilities; // (V)
    uint32_t *order;               // (V)
    char *stop, *tail;             // tail: the last stop_length bytes generated
    size_t stop_length, tail_length;
};

// ---- Making -------------------------------------------------------------------------------------

static lk_status allocate(lk_generator *generator, const char *stop) {
    lk_context *context = generator->context;
    size_t count = generator->model_tokens;
    LK_NEED(generator->logits = lk_alloc(context, count, sizeof(float)));
    LK_NEED(generator->probabilities = lk_alloc(context, count, sizeof(float)));
    LK_NEED(generator->order = lk_alloc(context, count, sizeof(uint32_t)));
    generator->stop_length = stop ? strlen(stop) : 0;
    LK_NEED(generator->stop = lk_copy_text(context, stop ? stop : "", generator->stop_length));
    LK_NEED(generator->tail = lk_alloc_zero(context, generator->stop_length + 1, 1));
    return LK_OK;
}

// An empty prompt begins with token 0, as nanoGPT and makemore do, or with the padding that a model
// of lines has seen before each.
static lk_status read_prompt(lk_generator *generator, const lk_model *model, const char *prompt,
                             size_t length) {
    uint32_t first = lk_model_config_get(model).padding, begin;
    generator->drops_space = lk_tokenizer_begin_token(generator->tokenizer, &begin) && length == 0;
    if (lk_tokenizer_begin_token(generator->tokenizer, &begin))
        LK_TRY(lk_ids_append(&generator->prompt, &begin, 1));
    LK_TRY(lk_tokenizer_encode(generator->context, &generator->prompt, generator->tokenizer, prompt,
                               length, NULL));
    if (generator->prompt.count == 0) return lk_ids_append(&generator->prompt, &first, 1);
    return LK_OK;
}

static lk_status find_gaps(lk_generator *generator) {
    size_t length;
    for (uint32_t id = 0; id < generator->tokens; id++)
        if (!lk_tokenizer_token_at(generator->tokenizer, id, &length))
            LK_TRY(lk_ids_append(&generator->gaps, &id, 1));
    if (generator->gaps.count < generator->tokens) return LK_OK;
    return lk_fail(generator->context, LK_ERROR_DATA, "the tokenizer has no tokens");
}

static lk_status set_up(lk_generator *generator, const lk_model *model, const char *prompt,
                        size_t length, const char *stop) {
    LK_TRY(lk_sampling_check(generator->context, &generator->sampling));
    LK_TRY(find_gaps(generator));
    LK_TRY(read_prompt(generator, model, prompt, length));
    LK_TRY(allocate(generator, stop));
    return lk_decoder_new(generator->context, &generator->decoder, model);
}

lk_status lk_generator_new(lk_context *context, lk_generator **out, const lk_model *model,
                           const lk_tokenizer *tokenizer, const char *prompt, size_t length,
                           const lk_sampling *sampling, uint32_t max_tokens, const char *stop) {
    *out = NULL;
    lk_generator *generator = lk_alloc_zero(context, 1, sizeof *generator);
    LK_NEED(generator);
    generator->context = context;
    generator->tokenizer = tokenizer;
    generator->prompt = lk_ids_make(context);
    generator->gaps = lk_ids_make(context);
    generator->sampling = *sampling;
    generator->model_tokens = lk_model_config_get(model).vocab_size;
    generator->tokens = lk_tokenizer_count(tokenizer);
    if (generator->tokens > generator->model_tokens) generator->tokens = generator->model_tokens;
    generator->max_tokens = max_tokens;
    generator->finished = max_tokens == 0;
    lk_status status = set_up(generator, model, prompt, length, stop);
    if (status != LK_OK) {
        lk_generator_free(generator);
        return status;
    }
    *out = generator;
    return LK_OK;
}

void lk_generator_free(lk_generator *generator) {
    if (!generator) return;
    lk_context *context = generator->context;
    lk_decoder_free(generator->decoder);
    lk_ids_free(&generator->prompt);
    lk_ids_free(&generator->gaps);
    lk_free(context, generator->logits);
    lk_free(context, generator->probabilities);
    lk_free(context, generator->order);
    lk_free(context, generator->stop);
    lk_free(context, generator->tail);
    lk_free(context, generator);
}

// ---- A token ------------------------------------------------------------------------------------

// Logits for the next token, with ids that stand for nothing made impossible.
static lk_status feed(lk_generator *generator) {
    const float *logits;
    bool first = generator->count == 0;
    LK_TRY(lk_decoder_feed(generator->decoder, &logits,
                           first ? generator->prompt.ids : &generator->last,
                           first ? generator->prompt.count : 1));
    memcpy(generator->logits, logits, generator->tokens * sizeof(float));
    for (uint32_t id = generator->tokens; id < generator->model_tokens; id++)
        generator->logits[id] = -INFINITY;
    for (size_t i = 0; i < generator->gaps.count; i++)
        generator->logits[generator->gaps.ids[i]] = -INFINITY;
    return LK_OK;
}

// The most probable tokens, by insertion into a short sorted list.
static void find_candidates(const lk_generator *generator, lk_generated *token) {
    lk_candidate *list = token->candidates;
    uint32_t count = 0;
    for (uint32_t id = 0; id < generator->model_tokens; id++) {
        float probability = generator->probabilities[id];
        bool room = count < LK_CANDIDATES;
        if (probability == 0 || (!room && probability <= list[count - 1].probability)) continue;
        uint32_t at = room ? count++ : count - 1;
        for (; at > 0 && list[at - 1].probability < probability; at--) list[at] = list[at - 1];
        list[at] = (lk_candidate){id, probability};
    }
    token->candidate_count = count;
}

static void extend_tail(lk_generator *generator, char byte) {
    size_t size = generator->stop_length;
    if (generator->tail_length == size)
        memmove(generator->tail, generator->tail + 1, --generator->tail_length);
    generator->tail[generator->tail_length++] = byte;
}

// The begin of another text ends this one.
static bool begins_another(const lk_generator *generator, uint32_t id) {
    uint32_t begin;
    return lk_tokenizer_begin_token(generator->tokenizer, &begin) && id == begin;
}

static void set_text(lk_generator *generator, lk_generated *token) {
    token->text = lk_tokenizer_token_at(generator->tokenizer, token->id, &token->text_length);
    bool has_none = !token->text || begins_another(generator, token->id);
    if (has_none) token->text_length = 0;
    if (generator->drops_space && !has_none && token->text[0] == ' ') {
        token->text++;
        token->text_length--;
    }
    generator->drops_space = false;
}

// Whether the stop text is complete after some byte of the token.
static bool reached_stop(lk_generator *generator, uint32_t id) {
    if (begins_another(generator, id)) return true;
    if (generator->stop_length == 0) return false;
    size_t length = 0;
    const char *bytes = lk_tokenizer_token_at(generator->tokenizer, id, &length);
    for (size_t i = 0; i < length; i++) {
        extend_tail(generator, bytes[i]);
        if (generator->tail_length == generator->stop_length &&
            memcmp(generator->tail, generator->stop, generator->stop_length) == 0)
            return true;
    }
    return false;
}

lk_status lk_generator_next(lk_generator *generator, lk_generated *token) {
    if (generator->finished)
        return lk_fail(generator->context, LK_ERROR_USAGE, "the text is complete already");
    LK_TRY(feed(generator));
    LK_TRY(lk_sampling_distribution(generator->context, generator->probabilities, generator->order,
                                    generator->logits, generator->model_tokens,
                                    &generator->sampling));
    lk_random random = lk_random_stream(generator->sampling.seed, LK_RANDOM_SAMPLE,
                                        generator->count, generator->sampling.sample);
    uint32_t id = lk_sampling_draw(generator->probabilities, generator->model_tokens,
                                   lk_random_uniform(&random));
    generator->last = id;
    generator->count++;
    bool stopped = reached_stop(generator, id);
    generator->finished = stopped || generator->count == generator->max_tokens;
    find_candidates(generator, token);
    token->id = id;
    set_text(generator, token);
    token->log_prob = (double)generator->logits[id] -
                      lk_sampling_log_sum(generator->logits, generator->model_tokens);
    token->finish = stopped               ? LK_FINISH_STOP
                    : generator->finished ? LK_FINISH_LENGTH
                                          : LK_FINISH_NONE;
    return LK_OK;
}
