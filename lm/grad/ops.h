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

// Every op: X(CODE, name). The functions of a row are lk_NAME_shape, _forward, _backward and
// _cost.
#define LK_OP_LIST(X)                                                                              \
    X(ADD, add)                                                                                    \
    X(MULTIPLY, multiply)                                                                          \
    X(SUBTRACT, subtract)                                                                          \
    X(DIVIDE, divide)                                                                              \
    X(POWER, power)                                                                                \
    X(SCALE, scale)                                                                                \
    X(UNARY, unary)                                                                                \
    X(SUM, sum)                                                                                    \
    X(MEAN, mean)                                                                                  \
    X(MEAN_SQUARE, mean_square)                                                                    \
    X(SOFTMAX, softmax)                                                                            \
    X(SLICE, slice)                                                                                \
    X(CONCATENATE, concatenate)                                                                    \
    X(TRANSPOSE, transpose)                                                                        \
    X(RESHAPE, reshape)                                                                            \
    X(DROPOUT, dropout)                                                                            \
    X(LINEAR, linear)                                                                              \
    X(MATMUL, matmul)                                                                              \
    X(EMBEDDING, embedding)                                                                        \
    X(LAYERNORM, layernorm)                                                                        \
    X(RMSNORM, rmsnorm)                                                                            \
    X(BATCHNORM, batchnorm)                                                                        \
    X(SWIGLU, swiglu)                                                                              \
    X(ROPE, rope)                                                                                  \
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
lk_tensor *lk_subtract(lk_tape *tape, lk_tensor *a, lk_tensor *b);
lk_tensor *lk_divide(lk_tape *tape, lk_tensor *a, lk_tensor *b);
// a^b, of core/mathfn. At b = 0 its derivative by a is 0, and at a = 0 that by b is 0 for b >= 0;
// the derivative by b of a negative base is NaN.
lk_tensor *lk_power(lk_tape *tape, lk_tensor *a, lk_tensor *b);
lk_tensor *lk_scale(lk_tape *tape, lk_tensor *x, double factor);
lk_tensor *lk_apply_unary(lk_tape *tape, lk_tensor *x, lk_unary function);
// Scalars: Σ x, its mean, and the mean of x², accumulated in double.
lk_tensor *lk_sum(lk_tape *tape, lk_tensor *x);
lk_tensor *lk_mean(lk_tape *tape, lk_tensor *x);
lk_tensor *lk_mean_square(lk_tape *tape, lk_tensor *x);
// Zeroes each element with probability p and multiplies the others by 1/(1-p); x itself unless the
// tape is training. 0 <= p < 1.
lk_tensor *lk_drop(lk_tape *tape, lk_tensor *x, double p);

// Softmax over the last dimension; a row of -∞ only gives zeros. x has a dimension at least.
lk_tensor *lk_softmax(lk_tape *tape, lk_tensor *x);

// The columns begin … end-1 of the last dimension: x (…, C) → (…, end-begin).
lk_tensor *lk_slice(lk_tape *tape, lk_tensor *x, size_t begin, size_t end);
// a (…, M), b (…, N) → (…, M+N).
lk_tensor *lk_concatenate(lk_tape *tape, lk_tensor *a, lk_tensor *b);
// x (…, M, N) → (…, N, M).
lk_tensor *lk_transpose(lk_tape *tape, lk_tensor *x);
// The same elements in another shape of as many: the result is a view, which shares the memory.
lk_tensor *lk_reshape(lk_tape *tape, lk_tensor *x, int rank, const size_t *shape);

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

// What batch normalisation keeps of the batches it was trained on, for use afterwards: (C) each,
// mean and variance v, or the deviation √(v + ε) in the place of v. They need no gradient; while
// training, `gradient` takes what they will be after the step (lk_model_keep_statistics).
typedef struct lk_batch_statistics {
    lk_tensor *mean, *spread;
    bool deviation;  // spread is the deviation
    double momentum; // kept = (1 - momentum) kept + momentum of this batch
    double epsilon;
} lk_batch_statistics;

// x (…, C), gain (C), bias (C): each column less its mean, divided by √(v + ε), times gain, plus
// bias. While the tape is training, mean and unbiased variance v are those of x over all rows (at
// least two: LK_ERROR_USAGE); otherwise those that were kept.
lk_tensor *lk_batchnorm(lk_tape *tape, lk_tensor *x, lk_tensor *gain, lk_tensor *bias,
                        const lk_batch_statistics *kept);

// Mean and Σ (x - mean)² of columns over many batches, zeros at first.
typedef struct lk_moments {
    double *mean, *squares; // (C)
    uint64_t rows;
} lk_moments;

void lk_moments_add(lk_moments *moments, const lk_tensor *x);
// Keeps these moments (of two rows or more) in the place of the running ones.
void lk_batch_statistics_set(const lk_batch_statistics *kept, const lk_moments *moments);
// rstd (C) = 1/√(v + ε) of what was kept.
void lk_batch_statistics_inverse(const lk_batch_statistics *kept, lk_real *rstd);

typedef struct lk_batchnorm_columns {
    const lk_real *mean, *rstd, *gain, *bias; // (C)
} lk_batchnorm_columns;

// y = (x - mean) rstd gain + bias for columns begin … end-1 of all rows; y may be x.
void lk_batchnorm_rows(lk_real *y, const lk_real *x, const lk_batchnorm_columns *by, size_t rows,
                       size_t columns, size_t begin, size_t end);

// x (…, 2 F), its rows gate | up → silu(gate) up (…, F) (Shazeer 2020).
lk_tensor *lk_swiglu(lk_tape *tape, lk_tensor *x);

// How positions turn channels (Su et al. 2021): the pair i of a head at position p by the angle
// p θ^(-2i/width), whose cosine and sine stand in row p of tables of width/2 columns.
typedef struct lk_rotation {
    const lk_real *cosines, *sines; // borrowed until the tape is reset
    const uint32_t *positions;      // one for each row of a sequence; NULL: 0, 1, 2, …
    size_t heads;                   // that are turned: the first of each row
    size_t width;                   // of a head, even
} lk_rotation;

// Fills tables of positions × width/2.
void lk_rotation_tables(lk_real *cosines, lk_real *sines, size_t positions, size_t width,
                        double theta);

// x (B, T, heads width + rest): turns the pairs (0, 1), (2, 3), … of the first heads and leaves the
// rest. The result of a linear layer is overwritten rather than copied: no other op may use it.
lk_tensor *lk_rope(lk_tape *tape, lk_tensor *x, const lk_rotation *rotation);

typedef struct lk_attention_options {
    size_t heads;        // H, of queries
    size_t kv_heads;     // G, of keys and values: each is for H/G heads of queries
    bool causal;         // position i sees 0 … i
    const uint8_t *mask; // (Tq, Tk), 0 where a query must not look; NULL: none. Borrowed until the
                         // tape is reset. A query that sees nothing gets zeros
    size_t mask_stride;  // from the mask of one sequence to the next; 0: all have the same
    double dropout;      // probability with which a weight is dropped while training
} lk_attention_options;

// Attention of several heads, d wide, scores scaled by 1/√d (Vaswani et al. 2017).
// qkv (B, T, (H + 2 G) d): queries, keys and values, in each the heads side by side → (B, T, H d).
lk_tensor *lk_self_attention(lk_tape *tape, lk_tensor *qkv, const lk_attention_options *options);
// q (B, Tq, H d), k and v (B, Tk, G d), of another sequence → (B, Tq, H d). Causal only where both
// are equally long.
lk_tensor *lk_cross_attention(lk_tape *tape, lk_tensor *q, lk_tensor *k, lk_tensor *v,
                              const lk_attention_options *options);

// Mean over the positions whose target is not -1 of -log softmax(x headᵀ + bias)[target], as one op
// that never holds all logits: x (…, C), head (V, C), bias (V) or NULL, targets one for each row of
// x, borrowed until the tape is reset. Without any target the loss is 0. With head NULL the logits
// are x (…, V) itself.
lk_tensor *lk_cross_entropy(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias,
                            const int32_t *targets);
// x headᵀ + bias (…, V), for looking at.
lk_tensor *lk_head_logits(lk_tape *tape, lk_tensor *x, lk_tensor *head, lk_tensor *bias);

#endif
