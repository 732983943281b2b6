// AdamW (Loshchilov and Hutter 2019) in PyTorch's form: decay before the step, ε added after the
// bias correction; and clipping by the global norm.
#ifndef LK_OPTIMIZER_H
#define LK_OPTIMIZER_H

#include "models/model.h"

typedef struct lk_adamw {
    double beta1, beta2, epsilon;
    double weight_decay;
    bool decay_matrices_only; // nanoGPT: parameters of rank 1 do not decay
} lk_adamw;

// The moments, in blocks laid out as the model's values.
typedef struct lk_optimizer {
    lk_adamw settings;
    lk_arena arena;
    lk_real *m; // block_count elements each, zero at first
    lk_real *v;
    uint64_t step; // t of the bias correction: steps done
} lk_optimizer;

lk_status lk_optimizer_make(lk_optimizer *optimizer, const lk_model *model,
                            const lk_adamw *settings);
void lk_optimizer_release(lk_optimizer *optimizer);
// Euclidean norm of all gradients, accumulated in double in a fixed order.
double lk_gradient_norm(const lk_model *model, const lk_kernels *kernels);
// min(1, limit / (norm + 1e-6)); 1 when limit is 0.
double lk_clip_scale(double norm, double limit);
// One step with the gradients times `gradient_scale`.
void lk_optimizer_step(lk_optimizer *optimizer, lk_model *model, const lk_kernels *kernels,
                       double learning_rate, double gradient_scale);

#endif
