// How well a language model predicts a text: every token from those before it, in windows of
// block_size.
#ifndef LIKELORE_LM_EVALUATE_H
#define LIKELORE_LM_EVALUATE_H

#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

// What was predicted so far. The first token of a text has nothing before it: it is read, but does
// not count, nor do its bytes.
typedef struct lk_score {
    uint64_t tokens; // predicted
    uint64_t bytes;  // that these tokens stand for
    double loss;     // Σ -log P(token), in nats
} lk_score;

// Mean loss of a token in nats; its exponential; and log2 of a byte's probability, which does not
// depend on the tokenizer. NaN where nothing was predicted.
double lk_score_mean(const lk_score *score);
double lk_score_perplexity(const lk_score *score);
double lk_score_bits_per_byte(const lk_score *score);

// Predicts a text, some windows at a time:
//
//     tokens    0 1 2 3 4 5 6 7 8 9          block_size 4
//     window 1  0 1 2 3             predicts 1 2 3 4
//     window 2          4 5 6 7     predicts 5 6 7 8
//     window 3                  8   predicts 9
//
// With a stride below block_size windows overlap, and each predicts only what the one before did
// not: a token then has at least block_size - stride tokens before it, once there are so many. Of
// the families whose sequences have one target each token has a window of its own, whatever the
// stride.
typedef struct lk_evaluator lk_evaluator;

// `stride` 0: block_size; LK_ERROR_USAGE when it is larger. Model and tokenizer are borrowed.
lk_status lk_evaluator_new(lk_context *context, lk_evaluator **evaluator, const lk_model *model,
                           const lk_tokenizer *tokenizer, uint32_t stride);
void lk_evaluator_free(lk_evaluator *evaluator);
// Begins with the tokens of a file, a text or a shard, or with ids, which are copied. LK_ERROR_DATA
// when there are fewer than two tokens, or some that the model does not have.
lk_status lk_evaluator_open(lk_evaluator *evaluator, const char *path);
lk_status lk_evaluator_open_ids(lk_evaluator *evaluator, const uint32_t *ids, size_t count);
// Predicts some more; *score is of all so far, and complete when its tokens are
// lk_evaluator_count. After that nothing happens.
lk_status lk_evaluator_next(lk_evaluator *evaluator, lk_score *score);
// How many tokens there are to predict.
uint64_t lk_evaluator_count(const lk_evaluator *evaluator);

#ifdef __cplusplus
}
#endif

#endif
