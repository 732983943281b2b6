// The transformer of Radford et al. 2019 (GPT-2): decoder-only, learned positions, normalisation
// before each part (Vaswani et al. 2017 for the parts).
//
//     x = wte[ids] + wpe[0…T-1], dropout
//     for each layer:  x = x + dropout(projection(attention(norm1(x) qkv)))
//                      x = x + dropout(down(activation(up(norm2(x)))))
//     logits = final_norm(x) headᵀ + head_bias
#ifndef LK_TRANSFORMER_H
#define LK_TRANSFORMER_H

#include "grad/tape.h"
#include "likelore/lm.h"

typedef struct lk_parameter lk_parameter;

// The weights of a layer; NULL where the configuration has none.
typedef struct lk_layer {
    lk_parameter *norm1_gain, *norm1_bias;             // (C)
    lk_parameter *qkv_weight, *qkv_bias;               // (C, 3C), (3C): queries, keys, values; in
                                                       // each the heads in order, C/H wide
    lk_parameter *projection_weight, *projection_bias; // (C, C), (C)
    lk_parameter *norm2_gain, *norm2_bias;
    lk_parameter *up_weight, *up_bias;     // (C, F), (F)
    lk_parameter *down_weight, *down_bias; // (F, C), (C)
} lk_layer;

typedef struct lk_transformer {
    lk_parameter *token_embedding;    // (V, C)
    lk_parameter *position_embedding; // (block_size, C)
    lk_layer *layers;                 // n_layer
    lk_parameter *final_norm_gain, *final_norm_bias;
    lk_parameter *head_weight; // (V, C); the token embedding itself when the head is tied
    lk_parameter *head_bias;   // (V)
} lk_transformer;

// Tensors at the places of a batch: ids and targets are (B, T), a target of -1 does not count.
typedef struct lk_batch {
    size_t sequences; // B
    size_t length;    // T, at most block_size
    const uint32_t *ids;
    const int32_t *targets;
} lk_batch;

// Makes the list of parameters and their places in the network; called by lk_model_new_empty.
lk_status lk_transformer_build(lk_model *model);
// (B, T, V). NULL on failure, as all ops.
lk_tensor *lk_transformer_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// Mean cross-entropy over the targets that count, a scalar.
lk_tensor *lk_transformer_loss(lk_tape *tape, const lk_model *model, const lk_batch *batch);

#endif
