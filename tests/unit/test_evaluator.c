#include "likelore/lm_evaluate.h"
#include "train/trainer.h"

#include "test_context.h"
#include "training_text.h"

#include <math.h>

enum { TOKENS = 9, BLOCK = 8, LENGTH = 61 };

static lk_model *make_model(lk_context *context) {
    lk_model_config config = {.vocab_size = TOKENS,
                              .block_size = BLOCK,
                              .n_layer = 2,
                              .n_head = 2,
                              .n_embd = 12,
                              .dropout = 0.3f,
                              .bias = true,
                              .qkv_bias = true,
                              .norm_epsilon = 1e-5f};
    lk_model *model;
    cr_assert(lk_model_new(context, &model, &config, 3) == LK_OK);
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < lk_model_tensor_count(model); i++) {
        lk_tensor_view view = lk_model_tensor_at(model, i);
        size_t count = view.shape[0] * (view.rank == 2 ? view.shape[1] : 1);
        for (size_t j = 0; j < count; j++) view.data[j] += (float)(.3 * lk_random_normal(&random));
    }
    return model;
}

static void fill(uint32_t ids[LENGTH]) {
    lk_random random = lk_random_stream(6, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < LENGTH; i++) ids[i] = (uint32_t)lk_random_below(&random, TOKENS);
}

static lk_score evaluate(lk_evaluator *evaluator) {
    lk_score score = {0};
    uint64_t before;
    do {
        before = score.tokens;
        cr_assert(lk_evaluator_next(evaluator, &score) == LK_OK);
    } while (score.tokens > before);
    return score;
}

// Each token from those the definition gives it, one decoder call after another. The window that
// predicts token i is the first one that reaches it.
static double naive_loss(lk_context *context, const lk_model *model, const uint32_t *ids,
                         size_t count, size_t stride) {
    lk_decoder *decoder;
    cr_assert(lk_decoder_new(context, &decoder, model) == LK_OK);
    double loss = 0;
    for (size_t i = 1; i < count; i++) {
        size_t begin = 0;
        while (begin + BLOCK < i) begin += stride;
        const float *logits;
        double log_probs[TOKENS];
        lk_decoder_reset(decoder);
        cr_assert(lk_decoder_feed(decoder, &logits, ids + begin, i - begin) == LK_OK);
        lk_log_softmax(log_probs, logits, TOKENS);
        loss -= log_probs[ids[i]];
    }
    lk_decoder_free(decoder);
    return loss;
}

Test(evaluator, predicts_every_token_once_from_the_window_that_reaches_it) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "abcdefgh\xC3\xA9", 10) == LK_OK);
    uint32_t ids[LENGTH];
    fill(ids);
    for (uint32_t stride = 0; stride <= BLOCK; stride++) {
        lk_evaluator *evaluator;
        cr_assert(lk_evaluator_new(context, &evaluator, model, tokenizer, stride) == LK_OK);
        for (size_t count = 2; count <= LENGTH; count++) {
            cr_assert(lk_evaluator_open_ids(evaluator, ids, count) == LK_OK);
            lk_score score = evaluate(evaluator);
            double expected = naive_loss(context, model, ids, count, stride ? stride : BLOCK);
            uint64_t bytes = 0;
            for (size_t i = 1; i < count; i++) bytes += ids[i] == TOKENS - 1 ? 2 : 1;
            cr_assert(score.tokens == count - 1 && score.bytes == bytes);
            cr_assert(lk_evaluator_count(evaluator) == count - 1);
            cr_assert(fabs(score.loss / expected - 1) < 1e-5, "stride %u, %zu tokens: %g, not %g",
                      stride, count, score.loss, expected);
        }
        lk_evaluator_free(evaluator);
    }
    lk_tokenizer_free(tokenizer);
    lk_model_free(model);
    free_context(context);
}

Test(evaluator, means_are_of_tokens_and_of_bytes) {
    lk_score score = {.tokens = 4, .bytes = 6, .loss = 4 * log(8)};
    cr_assert(fabs(lk_score_mean(&score) - log(8)) < 1e-15);
    cr_assert(fabs(lk_score_perplexity(&score) - 8) < 1e-13);
    cr_assert(fabs(lk_score_bits_per_byte(&score) - 2) < 1e-15);
}

// With a text of exactly one window the trainer's evaluation and this one are the same.
Test(evaluator, agrees_with_the_trainer) {
    lk_context *context = make_context();
    training_setting more[] = {{"max_iters", "3"}, {"eval_iters", "1"}, {"split", "0.5"}};
    lk_trainer *trainer;
    cr_assert(make_tiny_trainer(context, &trainer, "nanogpt", more, 3) == LK_OK);
    lk_train_report report;
    do cr_assert(lk_trainer_next(trainer, &report) == LK_OK);
    while (report.event != LK_TRAIN_DONE);
    size_t length = (size_t)trainer->settings->block_size;
    size_t sequences = (size_t)trainer->settings->batch_size;
    lk_evaluator *evaluator;
    cr_assert(lk_evaluator_new(context, &evaluator, trainer->model, trainer->tokenizer, 0) ==
              LK_OK);
    // The windows of the last evaluation, which the trainer still holds.
    double sum = 0;
    for (size_t b = 0; b < sequences; b++) {
        uint32_t ids[256];
        memcpy(ids, trainer->batches.ids + b * length, length * sizeof *ids);
        ids[length] = (uint32_t)trainer->batches.targets[(b + 1) * length - 1];
        cr_assert(lk_evaluator_open_ids(evaluator, ids, length + 1) == LK_OK);
        lk_score score = evaluate(evaluator);
        sum += lk_score_mean(&score);
    }
    double mean = sum / (double)sequences;
    cr_assert(fabs(mean / report.val_loss - 1) < 1e-6, "%g, not %g", mean, report.val_loss);
    lk_evaluator_free(evaluator);
    lk_trainer_free(trainer);
    free_context(context);
}

Test(evaluator, texts_that_cannot_be_predicted_are_refused) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_tokenizer *tokenizer;
    lk_evaluator *evaluator;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "abc", 3) == LK_OK);
    expect_failure(context, lk_evaluator_new(context, &evaluator, model, tokenizer, BLOCK + 1),
                   LK_ERROR_USAGE, "stride");
    cr_assert(lk_evaluator_new(context, &evaluator, model, tokenizer, 0) == LK_OK);
    expect_failure(context, lk_evaluator_open_ids(evaluator, (uint32_t[]){1}, 1), LK_ERROR_DATA,
                   "nothing to predict");
    expect_failure(context, lk_evaluator_open_ids(evaluator, (uint32_t[]){1, TOKENS}, 2),
                   LK_ERROR_DATA, "not in the vocabulary");
    expect_failure(context, lk_evaluator_open(evaluator, "no such file"), LK_ERROR_NO_INPUT, "");
    lk_evaluator_free(evaluator);
    lk_tokenizer_free(tokenizer);
    lk_model_free(model);
    free_context(context);
}

Test(evaluator, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_model *model = make_model(context);
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "abc", 3) == LK_OK);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_evaluator *evaluator = NULL;
        lk_score score;
        lk_context_fail_allocation(context, k);
        status = lk_evaluator_new(context, &evaluator, model, tokenizer, 0);
        if (status == LK_OK) status = lk_evaluator_open_ids(evaluator, (uint32_t[]){0, 1, 2}, 3);
        if (status == LK_OK) status = lk_evaluator_next(evaluator, &score);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_evaluator_free(evaluator);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_tokenizer_free(tokenizer);
    lk_model_free(model);
    free_context(context);
}
