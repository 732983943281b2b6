// The bigram model: row i of a table (V, V) holds the logits of what follows token i.
//
// It is learned by gradients, as a network of one layer whose input is the token's unit vector, or
// read off a text: the logarithm of how often each token follows each is the maximum of likelihood.
#ifndef LK_BIGRAM_H
#define LK_BIGRAM_H

#include "models/network.h"

typedef struct lk_parameter lk_parameter;

typedef struct lk_bigram {
    lk_parameter *table; // (V, V)
} lk_bigram;

lk_tensor *lk_bigram_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// Row i of the table: log(counts[i][j] + smoothing), the rest of the softmax being left to it; a
// row without any count is uniform. counts (V, V). Returns the mean loss of what was counted.
double lk_bigram_set_counts(lk_model *model, const uint64_t *counts, double smoothing);

#endif
