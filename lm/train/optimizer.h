// The optimizers, and clipping by the global norm. g is the gradient after clipping, α the learning
// rate, λ the weight decay of the tensor, t the number of the step from 1 on.
//
//     adamw        θ *= 1 - αλ, then θ -= α m̂ / (sqrt(v̂) + ε) with m̂ = m / (1 - β1^t) and
//                  v̂ = v / (1 - β2^t): PyTorch's form
//     adamw_cs336  θ -= α_t m / (sqrt(v) + ε) with α_t = α sqrt(1 - β2^t) / (1 - β1^t), then
//                  θ *= 1 - αλ: the form of Stanford's CS336 (and of Kingma and Ba 2015, section 2)
//     sgd          v = μ v + g + λθ, θ -= α v: PyTorch's form of momentum and L2 decay
//     counts       none: each step of the trainer sets a bigram's table from the counts of the text
#ifndef LK_OPTIMIZER_H
#define LK_OPTIMIZER_H

#include "models/model.h"

// In the order of the names below, which are those of the setting `optimizer`.
typedef enum lk_optimizer_kind {
    LK_OPTIMIZER_ADAMW,
    LK_OPTIMIZER_ADAMW_CS336,
    LK_OPTIMIZER_SGD,
    LK_OPTIMIZER_COUNTS
} lk_optimizer_kind;
#define LK_OPTIMIZER_CHOICES "adamw|adamw_cs336|sgd|counts"

typedef struct lk_optimizer_options {
    lk_optimizer_kind kind;
    double beta1, beta2, epsilon; // AdamW
    double momentum;              // SGD
    double weight_decay;
    bool decay_matrices_only; // nanoGPT: parameters of rank 1 do not decay
} lk_optimizer_options;

enum { LK_OPTIMIZER_BLOCKS = 2 };

// Work is done, and norms are added up, piece by piece: a piece is as many elements of one tensor,
// the last one what is left of it. With values, gradients and both moments half a megabyte.
enum { LK_PIECE = 32768 };

// What it keeps of the gradients so far, in blocks laid out as the model's values, zero at first.
// AdamW: m, v. SGD: its velocity, or nothing where there is no momentum. An optimizer for a part of
// the model keeps that part of the blocks, and changes those weights alone.
typedef struct lk_optimizer {
    lk_optimizer_options options;
    lk_arena arena;
    size_t begin, end;                    // of the model's elements; the ends of pieces
    lk_real *blocks[LK_OPTIMIZER_BLOCKS]; // end - begin elements each
    size_t block_count;                   // of those used
    uint64_t step;                        // steps done: t of the last one
} lk_optimizer;

// How many blocks such an optimizer uses.
size_t lk_optimizer_block_count(const lk_optimizer_options *options);
lk_status lk_optimizer_make(lk_optimizer *optimizer, const lk_model *model,
                            const lk_optimizer_options *options);
lk_status lk_optimizer_make_part(lk_optimizer *optimizer, const lk_model *model,
                                 const lk_optimizer_options *options, size_t begin, size_t end);
void lk_optimizer_release(lk_optimizer *optimizer);
// Names of the blocks, as many as are used: "m." and "v.", or "velocity.".
const char *const *lk_optimizer_block_names(const lk_optimizer *optimizer);
// The two groups of parameters: those that decay, and the others.
lk_decay_groups lk_optimizer_decay_groups(const lk_optimizer *optimizer, const lk_model *model);
// Pieces of all tensors that learn.
size_t lk_gradient_pieces(const lk_model *model);
// Σ g² of each piece, in double, where it is among elements begin … end-1 of the block, else 0. The
// square of the Euclidean norm of all gradients is their sum, in order.
void lk_gradient_squares(double *squares, const lk_model *model, const lk_kernels *kernels,
                         size_t begin, size_t end);
// min(1, limit / (norm + 1e-6)); 1 when limit is 0.
double lk_clip_scale(double norm, double limit);
// One step with the gradients times `gradient_scale`, for the part of the model it was made for.
void lk_optimizer_step(lk_optimizer *optimizer, lk_model *model, const lk_kernels *kernels,
                       double learning_rate, double gradient_scale);

#endif
