// The operations on tensors. Each puts itself on the tape, runs, and gives its result, which lives
// until the tape is reset; NULL when the tape has failed (shapes that do not fit are
// LK_ERROR_USAGE). Arguments marked "or NULL" are optional.
//
// Broadcasting: where two tensors meet element by element, the second may have fewer dimensions;
// its shape must then equal the last dimensions of the first, and it is repeated over the leading
// ones ((B, T, C) + (T, C), (B, T, C) + (C), anything + scalar).
#ifndef LK_OPS_H
#define LK_OPS_H

#include "grad/tape.h"

// Every op: X(CODE, name). The functions of a row are lk_NAME_shape, _forward and _backward.
#define LK_OP_LIST(X)                                                                              \
    X(ADD, add)                                                                                    \
    X(MULTIPLY, multiply)                                                                          \
    X(SCALE, scale)                                                                                \
    X(UNARY, unary)                                                                                \
    X(SUM, sum)                                                                                    \
    X(MEAN, mean)                                                                                  \
    X(DROPOUT, dropout)                                                                            \
    X(LINEAR, linear)                                                                              \
    X(MATMUL, matmul)                                                                              \
    X(EMBEDDING, embedding)                                                                        \
    X(LAYERNORM, layernorm)                                                                        \
    X(RMSNORM, rmsnorm)                                                                            \
    X(ATTENTION, attention)                                                                        \
    X(CROSS_ENTROPY, cross_entropy)

typedef enum lk_op_code {
#define LK_OP_ENUM(CODE, name) LK_OP_##CODE,
    LK_OP_LIST(LK_OP_ENUM)
#undef LK_OP_ENUM
        LK_OP_COUNT
} lk_op_code;

typedef struct lk_op lk_op;

// The table; lk_op_at(LK_OP_LINEAR)->name is "linear".
const lk_op *lk_op_at(lk_op_code code);
const char *lk_op_name(lk_op_code code);

// A stream of dropout: which elements are kept, and their factor 1/(1-p).
typedef struct lk_dropout {
    bool active;
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t threshold;
    lk_real scale;
} lk_dropout;

lk_tensor *lk_add(lk_tape *tape, lk_tensor *a, lk_tensor *b);
lk_tensor *lk_multiply(lk_tape *tape, lk_tensor *a, lk_tensor *b);
lk_tensor *lk_scale(lk_tape *tape, lk_tensor *x, double factor);
lk_tensor *lk_apply_unary(lk_tape *tape, lk_tensor *x, lk_unary function);
// Scalars: Σ x and its mean, accumulated in double.
lk_tensor *lk_sum(lk_tape *tape, lk_tensor *x);
lk_tensor *lk_mean(lk_tape *tape, lk_tensor *x);
// Zeroes each element with probability p and multiplies the others by 1/(1-p); x itself unless the
// tape is training. 0 <= p < 1.
lk_tensor *lk_drop(lk_tape *tape, lk_tensor *x, double p);

// x (…, K), weight (K, N), bias (N) or NULL → activation(x weight + bias) (…, N).
lk_tensor *lk_linear(lk_tape *tape, lk_tensor *x, lk_tensor *weight, lk_tensor *bias);
lk_tensor *lk_linear_activated(lk_tape *tape, lk_tensor *x, lk_tensor *weight, lk_tensor *bias,
                               lk_unary activation);
// a (…, M, K), b (…, K, N) with the same leading dimensions → (…, M, N).
lk_tensor *lk_matrix_product(lk_tape *tape, lk_tensor *a, lk_tensor *b);
// Rows of table (V, C) named by ids, whose shape has `rank` dimensions (at most 3) → (…ids, C).
// `ids` is borrowed until the tape is reset and each must be below V.
lk_tensor *lk_embedding(lk_tape *tape, lk_tensor *table, const uint32_t *ids, int rank,
                        const size_t *shape);

// x (…, C), gain (C), bias (C) or NULL.
lk_tensor *lk_layernorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, lk_tensor *bias,
                        double epsilon);
lk_tensor *lk_rmsnorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, double epsilon);

// Causal self-attention of several heads (Vaswani et al. 2017): qkv (B, T, 3C) holds queries, keys
// and values, each with its heads side by side → (B, T, C). Scores are scaled by 1/√(C/heads);
// position i sees 0 … i; the weights are dropped out with probability p while training.
lk_tensor *lk_attention(lk_tape *tape, lk_tensor *qkv, size_t heads, double p);

// Mean over the positions whose target is not -1 of -log softmax(x headᵀ + bias)[target], as one op
// that never holds all logits: x (…, C), head (V, C), bias (V) or NULL, targets one for each row of
// x, borrowed until the tape is reset. Without any target the loss is 0.
lk_tensor *lk_cross_entropy(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias,
                            const int32_t *targets);
// x headᵀ + bias (…, V), for looking at.
lk_tensor *lk_head_logits(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias);

#endif
