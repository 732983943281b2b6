// The decoder-only transformer: GPT-2 (Radford et al. 2019), Llama (Touvron et al. 2023) and what
// lies between, as the configuration says (Vaswani et al. 2017 for the parts).
//
//     x = wte[ids], with learned positions + wpe[0…T-1], dropout (embedding_dropout)
//     for each layer, the norm before:  x = x + dropout(projection(attention(norm1(x) qkv)))
//                                       x = x + dropout(down(activation(up(norm2(x)))))
//                     the norm after:   x = norm1(x + …(x)), x = norm2(x + …(x))
//     logits = final_norm(x) headᵀ + head_bias; no final norm where norms come after
#ifndef LK_TRANSFORMER_H
#define LK_TRANSFORMER_H

#include "models/network.h"

typedef struct lk_parameter lk_parameter;

// The weights of a layer; NULL where the configuration has none.
typedef struct lk_layer {
    lk_parameter *norm1_gain, *norm1_bias;             // (C)
    lk_parameter *qkv_weight, *qkv_bias;               // (C, C + 2 G C/H): queries, keys, values;
                                                       // in each the heads in order, C/H wide
    lk_parameter *projection_weight, *projection_bias; // (C, C), (C)
    lk_parameter *norm2_gain, *norm2_bias;
    lk_parameter *up_weight, *up_bias;     // (C, F), (F); with SwiGLU (C, 2 F): gate | up
    lk_parameter *down_weight, *down_bias; // (F, C), (C)
} lk_layer;

typedef struct lk_transformer {
    lk_parameter *token_embedding;    // (V, C)
    lk_parameter *position_embedding; // (block_size, C); NULL unless positions are learned
    lk_layer *layers;                 // n_layer
    lk_parameter *final_norm_gain, *final_norm_bias;
    lk_parameter *head_weight; // (V, C); the token embedding itself when the head is tied
    lk_parameter *head_bias;   // (V)
} lk_transformer;

// The function an activation applies; SwiGLU's to its gate.
lk_unary lk_activation_function(lk_activation activation);
// Makes the list of parameters and their places in the network; called by lk_model_new_empty.
lk_status lk_transformer_build(lk_model *model);
// (B, T, V). NULL on failure, as all ops.
lk_tensor *lk_transformer_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch);
// Mean cross-entropy over the targets that count, a scalar.
lk_tensor *lk_transformer_loss(lk_tape *tape, const lk_model *model, const lk_batch *batch);

#endif
