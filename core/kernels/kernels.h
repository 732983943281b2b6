// The table of numeric kernels. What is above names no processor: it calls through this table.
//
// Two modes (docs/architecture.md, "Numbers"):
//  * Reproducible: the same bits for every thread count, compiler and target. An element of a
//    matrix product is the sum over k in increasing order, starting from 0 (or from the old value
//    when accumulating), one multiplication and one addition at a time, never fused. A reduction
//    accumulates in 16 lanes, lane = index mod 16, joined by a pairwise tree (lane i += lane i+8,
//    then +4, +2, +1). Functions are core/mathfn's.
//  * Fast: any order, any rounding; independent of the thread count all the same.
//
// The source of the reference kernels is compiled for float (models) and for double (expressions,
// and tests that check gradients far below float's noise): lk_real is the one or the other.
//
// Kernels never allocate, never fail, keep to one thread, and accept sizes of zero. Matrices are
// row-major; a stride ("ld…") is the distance between rows in elements.
#ifndef LK_KERNELS_H
#define LK_KERNELS_H

#include "bytes.h"
#include "nest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef LK_REAL_IS_DOUBLE
typedef double lk_real;
#else
typedef float lk_real;
#endif

// Functions of one variable, applied to each element. X(CODE, name): y = f(x).
#define LK_UNARY_LIST(X)                                                                           \
    X(EXP, exp)                                                                                    \
    X(LOG, log)                                                                                    \
    X(TANH, tanh)                                                                                  \
    X(SIGMOID, sigmoid)     /* 1 / (1 + e^-x) */                                                   \
    X(RELU, relu)           /* max(x, 0); derivative 0 at 0 */                                     \
    X(GELU, gelu)           /* x Φ(x), by erf: Hendrycks and Gimpel 2016 */                       \
    X(GELU_TANH, gelu_tanh) /* its tanh approximation, as GPT-2 */                                 \
    X(SILU, silu)           /* x sigmoid(x) */

typedef enum lk_unary {
#define LK_UNARY_ENUM(CODE, name) LK_UNARY_##CODE,
    LK_UNARY_LIST(LK_UNARY_ENUM)
#undef LK_UNARY_ENUM
        LK_UNARY_COUNT
} lk_unary;

// One step of AdamW over a tensor (Loshchilov and Hutter 2019):
//
//     m = β1 m + (1 - β1) g;  v = β2 v + (1 - β2) g²
//     θ = keep θ - step_size m / (sqrt(v) inverse_correction2 + ε);  θ -= shrink θ
//
// The caller computes the scalars in double and rounds them once; its forms differ by them alone
// (lm/train/optimizer.h).
typedef struct lk_adamw_step {
    lk_real gradient_scale; // clipping: g is multiplied by it first
    lk_real beta1, beta2;
    lk_real step_size;
    lk_real inverse_correction2;
    lk_real epsilon;
    lk_real keep;   // of decay before the step: 1 - αλ
    lk_real shrink; // of decay after the step: αλ
} lk_adamw_step;

// One step of stochastic gradient descent over a tensor, in PyTorch's form: g += λ θ (after the
// scale of clipping), v = μ v + g, θ -= step_size v.
typedef struct lk_sgd_step {
    lk_real gradient_scale;
    lk_real weight_decay; // λ
    lk_real momentum;     // μ
    lk_real step_size;
} lk_sgd_step;

typedef struct lk_kernels {
    char name[64];

    // C (m×n) = op(A) op(B), or += when `accumulate`. op(A) is m×k: A is stored m×k, or k×m when
    // `transpose_a`; op(B) is k×n: B is stored k×n, or n×k when `transpose_b`.
    void (*gemm)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const lk_real *a,
                 size_t lda, const lk_real *b, size_t ldb, lk_real *c, size_t ldc, bool accumulate);

    // The same in two steps, bit for bit where gemm is a reference kernel and there are two rows or
    // more, so that many blocks of C share the panels of one B. A panel holds panel_columns columns
    // of op(B), of which the last panel may lack some, k by k: row k of op(B) and the columns from
    // j on, a multiple of panel_columns, begin at panels + j panel_depth + k panel_columns, where
    // panel_depth is at least the k of the product. `pack` packs n columns and k rows of them, from
    // where `panels` and b point.
    size_t panel_columns;
    bool prefers_panels; // for large products
    void (*pack)(lk_real *panels, size_t panel_depth, bool transpose_b, size_t n, size_t k,
                 const lk_real *b, size_t ldb);
    void (*gemm_packed)(bool transpose_a, size_t m, size_t n, size_t k, const lk_real *a,
                        size_t lda, const lk_real *panels, size_t panel_depth, lk_real *c,
                        size_t ldc, bool accumulate);

    // Reductions over n elements, in lanes of double.
    double (*sum)(const lk_real *x, size_t n);
    double (*dot)(const lk_real *x, const lk_real *y, size_t n);
    double (*square_sum)(const lk_real *x, size_t n);
    lk_real (*max)(const lk_real *x, size_t n); // n > 0

    // Element by element; y may be x.
    void (*unary[LK_UNARY_COUNT])(lk_real *y, const lk_real *x, size_t n);
    // y = f(x) and slope = f'(x), in less time than one after the other; slope may be x.
    void (*unary_with_slope[LK_UNARY_COUNT])(lk_real *y, lk_real *slope, const lk_real *x,
                                             size_t n);
    // dx = f'(x) dy, from the input x and the output y = f(x); dx may be dy.
    void (*unary_backward[LK_UNARY_COUNT])(lk_real *dx, const lk_real *dy, const lk_real *x,
                                           const lk_real *y, size_t n);
    void (*add)(lk_real *y, const lk_real *a, const lk_real *b, size_t n);      // y = a + b
    void (*multiply)(lk_real *y, const lk_real *a, const lk_real *b, size_t n); // y = a b
    void (*accumulate)(lk_real *y, const lk_real *x, size_t n);                 // y += x
    void (*multiply_accumulate)(lk_real *y, const lk_real *a, const lk_real *b, // y += a b
                                size_t n);
    void (*scale)(lk_real *y, const lk_real *x, lk_real factor, size_t n); // y = factor x
    void (*scale_where)(lk_real *y, const lk_real *x, const lk_real *mask, // y = factor x where the
                        lk_real factor, size_t n);                         // mask is not 0, else 0
    void (*scale_accumulate)(lk_real *y, const lk_real *x, lk_real factor, // y += factor x
                             size_t n);

    // Adds the bias (n) to each of the m rows of y.
    void (*add_bias)(lk_real *y, const lk_real *bias, size_t m, size_t n);
    // sums[j] += Σ_i x[i][j] over m rows of n, rows in increasing order.
    void (*accumulate_columns)(lk_real *sums, const lk_real *x, size_t m, size_t n);

    // y = softmax(x) over one row of n, the maximum subtracted; a row of -∞ only gives zeros. The
    // normaliser, where it is not NULL, is log Σ e^x.
    void (*softmax)(lk_real *y, double *normaliser, const lk_real *x, size_t n);
    // dx = or += factor y (dy - Σ y dy) for one row; dx may be dy where it does not accumulate.
    void (*softmax_backward)(lk_real *dx, const lk_real *dy, const lk_real *y, lk_real factor,
                             size_t n, bool accumulate);

    // Layer normalisation of m rows of n (Ba, Kiros and Hinton 2016); bias may be NULL; mean and
    // rstd (m) are kept for the backward pass.
    void (*layernorm)(lk_real *y, lk_real *mean, lk_real *rstd, const lk_real *x,
                      const lk_real *gain, const lk_real *bias, double epsilon, size_t m, size_t n);
    // dx +=; dgain += and dbias += (NULL when there is no bias), rows in increasing order.
    void (*layernorm_backward)(lk_real *dx, lk_real *dgain, lk_real *dbias, const lk_real *dy,
                               const lk_real *x, const lk_real *gain, const lk_real *mean,
                               const lk_real *rstd, size_t m, size_t n);
    // Root mean square normalisation (Zhang and Sennrich 2019).
    void (*rmsnorm)(lk_real *y, lk_real *rrms, const lk_real *x, const lk_real *gain,
                    double epsilon, size_t m, size_t n);
    void (*rmsnorm_backward)(lk_real *dx, lk_real *dgain, const lk_real *dy, const lk_real *x,
                             const lk_real *gain, const lk_real *rrms, size_t m, size_t n);

    // Turns each of `pairs` pairs (x[2i], x[2i+1]) by the angle whose cosine and sine are given; y
    // may be x. With `back` the other way round.
    void (*rotate)(lk_real *y, const lk_real *x, const lk_real *cosines, const lk_real *sines,
                   bool back, size_t pairs);

    // Inverted dropout (Srivastava et al. 2014): y = x scale where kept, else 0. Element i is kept
    // when word (first + i) of the Philox stream given by key and counter (whose word [0] counts
    // blocks of four words) is at least `threshold`. The mask is not stored: the backward pass
    // draws it again.
    void (*dropout)(lk_real *y, const lk_real *x, const uint32_t key[2], const uint32_t counter[4],
                    uint64_t first, uint32_t threshold, lk_real scale, size_t n);

    void (*adamw)(lk_real *parameter, lk_real *m, lk_real *v, const lk_real *gradient,
                  const lk_adamw_step *step, size_t n);
    // velocity is NULL without momentum, which is then not read.
    void (*sgd)(lk_real *parameter, lk_real *velocity, const lk_real *gradient,
                const lk_sgd_step *step, size_t n);
} lk_kernels;

#ifdef LK_REAL_IS_DOUBLE

// The reference kernels for double.
void lk_kernels_reference_f64(lk_kernels *kernels);

#else

// Fills the table with the kernels for this processor and mode.
void lk_kernels_select(lk_kernels *kernels, bool deterministic);
// The kernels of tables of probabilities for this processor. They are the same in both modes, and a
// table of their own, so that a module for networks does not hold the kernels of language models.
const lk_table_kernels *lk_table_kernels_select(void);
// The kernels of bytes for this processor, the same in both modes.
const lk_byte_kernels *lk_byte_kernels_select(void);

// The reference kernels without any instruction set beyond the target's baseline.
void lk_kernels_reference(lk_kernels *kernels);
const lk_table_kernels *lk_table_kernels_reference(void);
const lk_byte_kernels *lk_byte_kernels_reference(void);

#endif

#endif
