#include "likelore/lm_evaluate.h"

#include "mathfn.h"
#include "models/model.h"
#include "train/token_source.h"

#include <math.h>

enum { BATCH_TOKENS = 1024 }; // of the windows that are predicted together, about

struct lk_evaluator {
    lk_context *context;
    const lk_model *model;
    const lk_tokenizer *tokenizer;
    uint32_t block_size, stride;
    lk_token_source source;
    uint64_t begin; // of the next window
    lk_score score; // so far: tokens 1 … score.tokens are predicted
    lk_tape tape;
    size_t batch;     // windows of a batch
    uint32_t *window; // (block_size + 1)
    uint32_t *ids;    // (batch, block_size)
    int32_t *targets;
};

// ---- Scores -------------------------------------------------------------------------------------

double lk_score_mean(const lk_score *score) { return score->loss / (double)score->tokens; }
double lk_score_perplexity(const lk_score *score) { return lk_exp(lk_score_mean(score)); }
double lk_score_bits_per_byte(const lk_score *score) {
    return score->loss / lk_log(2) / (double)score->bytes;
}

// ---- Making -------------------------------------------------------------------------------------

static lk_status allocate(lk_evaluator *evaluator) {
    size_t tokens = evaluator->batch * evaluator->block_size;
    LK_NEED(evaluator->window =
                lk_alloc(evaluator->context, (size_t)evaluator->block_size + 1, sizeof(uint32_t)));
    LK_NEED(evaluator->ids = lk_alloc(evaluator->context, tokens, sizeof(uint32_t)));
    LK_NEED(evaluator->targets = lk_alloc(evaluator->context, tokens, sizeof(int32_t)));
    return LK_OK;
}

lk_status lk_evaluator_new(lk_context *context, lk_evaluator **out, const lk_model *model,
                           const lk_tokenizer *tokenizer, uint32_t stride) {
    *out = NULL;
    uint32_t block_size = lk_model_config_get(model).block_size;
    if (stride > block_size)
        return lk_fail(context, LK_ERROR_USAGE,
                       "the stride is %lu, more than the model's block_size of %lu",
                       (unsigned long)stride, (unsigned long)block_size);
    lk_evaluator *evaluator = lk_alloc_zero(context, 1, sizeof *evaluator);
    LK_NEED(evaluator);
    *evaluator = (lk_evaluator){.context = context,
                                .model = model,
                                .tokenizer = tokenizer,
                                .block_size = block_size,
                                .stride = stride ? stride : block_size,
                                .source = lk_token_source_make(context),
                                .tape = lk_tape_make(context),
                                .batch = block_size < BATCH_TOKENS ? BATCH_TOKENS / block_size : 1};
    lk_status status = allocate(evaluator);
    if (status != LK_OK) {
        lk_evaluator_free(evaluator);
        return status;
    }
    *out = evaluator;
    return LK_OK;
}

void lk_evaluator_free(lk_evaluator *evaluator) {
    if (!evaluator) return;
    lk_token_source_release(&evaluator->source);
    lk_tape_release(&evaluator->tape);
    lk_free(evaluator->context, evaluator->window);
    lk_free(evaluator->context, evaluator->ids);
    lk_free(evaluator->context, evaluator->targets);
    lk_free(evaluator->context, evaluator);
}

// ---- Texts --------------------------------------------------------------------------------------

static void forget_text(lk_evaluator *evaluator) {
    lk_token_source_release(&evaluator->source);
    evaluator->begin = 0;
    evaluator->score = (lk_score){0};
}

static lk_status check_count(const lk_evaluator *evaluator) {
    uint64_t count = evaluator->source.count;
    if (count >= 2) return LK_OK;
    return lk_fail(evaluator->context, LK_ERROR_DATA,
                   "there is nothing to predict: the text has %u token%s, and the first is not "
                   "predicted",
                   (unsigned)count, count == 1 ? "" : "s");
}

static lk_status read_file(lk_evaluator *evaluator, const char *path) {
    LK_TRY(lk_token_source_add_file(&evaluator->source, path));
    LK_TRY(lk_token_source_load(&evaluator->source, evaluator->tokenizer));
    return check_count(evaluator);
}

lk_status lk_evaluator_open(lk_evaluator *evaluator, const char *path) {
    forget_text(evaluator);
    lk_status status = read_file(evaluator, path);
    if (status == LK_OK) return LK_OK;
    forget_text(evaluator);
    return lk_fail_in_file(evaluator->context, status, path);
}

lk_status lk_evaluator_open_ids(lk_evaluator *evaluator, const uint32_t *ids, size_t count) {
    uint32_t tokens = evaluator->model->config.vocab_size;
    forget_text(evaluator);
    for (size_t i = 0; i < count; i++)
        if (ids[i] >= tokens)
            return lk_fail(evaluator->context, LK_ERROR_DATA,
                           "the id %lu is not in the vocabulary of %lu tokens",
                           (unsigned long)ids[i], (unsigned long)tokens);
    LK_TRY(lk_ids_append(&evaluator->source.ids, ids, count));
    evaluator->source.count = count;
    return check_count(evaluator);
}

uint64_t lk_evaluator_count(const lk_evaluator *evaluator) {
    return evaluator->source.count ? evaluator->source.count - 1 : 0;
}

// ---- Windows ------------------------------------------------------------------------------------

static void count_bytes(lk_evaluator *evaluator, uint32_t id) {
    size_t length = 0;
    lk_tokenizer_token_at(evaluator->tokenizer, id, &length);
    evaluator->score.bytes += length;
}

// Puts the next window into row `row` of the batch; what was predicted already has the target -1.
static void take_window(lk_evaluator *evaluator, size_t row, size_t length) {
    uint32_t *ids = evaluator->ids + row * length;
    int32_t *targets = evaluator->targets + row * length;
    lk_token_source_read(&evaluator->source, evaluator->window, evaluator->begin, length + 1);
    memcpy(ids, evaluator->window, length * sizeof *ids);
    for (size_t t = 0; t < length; t++) {
        uint64_t position = evaluator->begin + t + 1;
        bool counts = position > evaluator->score.tokens;
        targets[t] = counts ? (int32_t)evaluator->window[t + 1] : -1;
        if (!counts) continue;
        evaluator->score.tokens = position;
        count_bytes(evaluator, evaluator->window[t + 1]);
    }
    evaluator->begin += evaluator->stride;
}

// Windows that are complete go together; the last one, which is shorter, by itself.
static size_t take_windows(lk_evaluator *evaluator, size_t *length) {
    uint64_t all = lk_evaluator_count(evaluator);
    uint64_t left = all - evaluator->begin;
    *length = left < evaluator->block_size ? (size_t)left : evaluator->block_size;
    size_t taken = 0;
    while (taken < evaluator->batch && evaluator->score.tokens < all &&
           all - evaluator->begin >= *length && (taken == 0 || *length == evaluator->block_size))
        take_window(evaluator, taken++, *length);
    return taken;
}

// Of a model of a window: puts the tokens before the next one that is predicted into row `row`.
static void take_example(lk_evaluator *evaluator, size_t row) {
    const lk_model_config *config = &evaluator->model->config;
    uint32_t *ids = evaluator->ids + row * config->block_size, target;
    uint64_t position = ++evaluator->score.tokens;
    size_t known = position < config->block_size ? (size_t)position : config->block_size;
    size_t missing = config->block_size - known;
    for (size_t i = 0; i < missing; i++) ids[i] = config->padding;
    lk_token_source_read(&evaluator->source, ids + missing, position - known, known);
    lk_token_source_read(&evaluator->source, &target, position, 1);
    lk_window_forget_lines(config, ids);
    evaluator->targets[row] = (int32_t)target;
    count_bytes(evaluator, target);
}

static size_t take_examples(lk_evaluator *evaluator) {
    size_t taken = 0;
    while (taken < evaluator->batch && evaluator->score.tokens < lk_evaluator_count(evaluator))
        take_example(evaluator, taken++);
    return taken;
}

static lk_batch next_batch(lk_evaluator *evaluator) {
    size_t length = evaluator->block_size;
    size_t sequences = lk_model_config_has_one_target(&evaluator->model->config)
                           ? take_examples(evaluator)
                           : take_windows(evaluator, &length);
    return (lk_batch){sequences, length, evaluator->ids, evaluator->targets};
}

lk_status lk_evaluator_next(lk_evaluator *evaluator, lk_score *score) {
    *score = evaluator->score;
    if (evaluator->score.tokens >= lk_evaluator_count(evaluator)) return LK_OK;
    lk_batch batch = next_batch(evaluator);
    lk_tape_reset(&evaluator->tape);
    const lk_tensor *mean = lk_model_loss(&evaluator->tape, evaluator->model, &batch);
    LK_TRY(lk_tape_status(&evaluator->tape));
    evaluator->score.loss +=
        (double)*mean->value * (double)(evaluator->score.tokens - score->tokens);
    *score = evaluator->score;
    return LK_OK;
}
