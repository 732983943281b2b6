// The arithmetic of models on a tape, whatever their family.
#ifndef LK_NETWORK_H
#define LK_NETWORK_H

#include "grad/ops.h"
#include "likelore/lm.h"

// Sequences of tokens and what follows them. A transformer has a target for each position; the
// other families one for each sequence, the token after its last. A target of -1 does not count.
typedef struct lk_batch {
    size_t sequences;       // B
    size_t length;          // T; at most block_size, of the other families block_size itself
    const uint32_t *ids;    // (B, T)
    const int32_t *targets; // (B, T), or (B)
} lk_batch;

// (B, T, V), or (B, V) where a sequence has one target. NULL on failure, as all ops.
lk_tensor *lk_model_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// Mean cross-entropy over the targets that count, a scalar.
lk_tensor *lk_model_loss(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// Σ over the matrices of mean(W²), a scalar.
lk_tensor *lk_model_mean_squares(lk_tape *tape, lk_model *model);

// Layers that may have batch normalisation; 0 in a family without it.
size_t lk_model_norm_layers(const lk_model *model);
// What the norm of a layer keeps; false when the layer has none.
bool lk_model_norm_statistics(const lk_model *model, lk_batch_statistics *kept, size_t layer);
// What the norm of a layer sees: (…, N).
lk_tensor *lk_model_norm_input(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                               size_t layer);

#endif
