// Models that see a window of the last block_size tokens and say what follows it: the multilayer
// perceptron of Bengio et al. 2003 and a WaveNet (van den Oord et al. 2016) as Karpathy's makemore
// has them.
//
//     x = embedding[ids]                                                   (B, T, C)
//     for each hidden layer:  x = tanh(norm(join(x) weight + bias))
//     logits = norm(x weight + bias), of the head                          (B, V)
//
// join puts neighbours side by side: (B, T, C) → (B, T/j, j C). The perceptron's first layer joins
// the whole window, j = T, and the others nothing; each layer of the WaveNet joins two.
#ifndef LK_WINDOW_H
#define LK_WINDOW_H

#include "grad/ops.h"
#include "models/network.h"

typedef struct lk_parameter lk_parameter;

// Batch normalisation; all NULL where there is none.
typedef struct lk_window_norm {
    lk_parameter *gain, *bias;   // (N)
    lk_parameter *mean, *spread; // (N), what is kept
} lk_window_norm;

typedef struct lk_window_layer {
    size_t join;                 // neighbours that it takes together
    lk_parameter *weight, *bias; // (K, N), (N); the bias may be NULL
    lk_window_norm norm;
} lk_window_layer;

typedef struct lk_window {
    lk_parameter *embedding; // (V, C)
    lk_window_layer *layers; // n_layer hidden ones, and the head
} lk_window;

// Puts padding in the place of what a model of lines does not see: all before the last line end of
// a window of block_size ids.
void lk_window_forget_lines(const lk_model_config *config, uint32_t *ids);
// Layers, the head included.
size_t lk_window_layer_count(const lk_model *model);
lk_tensor *lk_window_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// What the norm of this layer (which has one) sees: (…, N).
lk_tensor *lk_window_norm_input(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                                size_t layer);
lk_batch_statistics lk_window_statistics(const lk_model *model, const lk_window_layer *layer);

#endif
