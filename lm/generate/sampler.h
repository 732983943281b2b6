// Drawing a token from logits. All arithmetic is in double with core/mathfn, in a fixed order, so
// that the same logits and seed give the same token on every machine.
#ifndef LK_SAMPLER_H
#define LK_SAMPLER_H

#include "likelore/lm.h"

lk_status lk_sampling_check(lk_context *context, const lk_sampling *sampling);
// Draws an id by probabilities (which need not be normalised), with u uniform on [0, 1): the first
// id whose cumulative probability exceeds u times the sum.
uint32_t lk_sampling_draw(const float *probabilities, uint32_t vocab_size, double u);
// The id with the largest logit, the lower among equals.
uint32_t lk_sampling_best(const float *logits, uint32_t vocab_size);
// log Σ exp(logit): the logarithm of the probability of a token is its logit less this.
double lk_sampling_log_sum(const float *logits, uint32_t vocab_size);

#endif
