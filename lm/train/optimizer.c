#include "train/optimizer.h"

#include "mathfn.h"
#include "pool.h"

#include <math.h>

// Elements of one task: with values, gradients and both moments half a megabyte.
enum { GRAIN = 32768 };

lk_status lk_optimizer_make(lk_optimizer *optimizer, const lk_model *model,
                            const lk_adamw *settings) {
    lk_arena arena = lk_arena_make(model->context, 0);
    lk_real *m = lk_arena_alloc_zero(&arena, model->block_count, sizeof *m);
    lk_real *v = m ? lk_arena_alloc_zero(&arena, model->block_count, sizeof *v) : NULL;
    if (!v) {
        lk_arena_release(&arena);
        return LK_ERROR_MEMORY;
    }
    *optimizer = (lk_optimizer){.settings = *settings, .arena = arena, .m = m, .v = v};
    return LK_OK;
}

void lk_optimizer_release(lk_optimizer *optimizer) {
    if (optimizer->m) lk_arena_release(&optimizer->arena);
    *optimizer = (lk_optimizer){0};
}

// ---- Norm of the gradient -----------------------------------------------------------------------

// Tensors are added in order, by one thread: the work is one pass over memory.
double lk_gradient_norm(const lk_model *model, const lk_kernels *kernels) {
    double total = 0;
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_tensor *tensor = &model->parameters[i].tensor;
        total += kernels->square_sum(tensor->gradient, tensor->count);
    }
    return sqrt(total);
}

double lk_clip_scale(double norm, double limit) {
    if (limit <= 0) return 1;
    double scale = limit / (norm + 1e-6);
    return scale < 1 ? scale : 1;
}

// ---- Step ---------------------------------------------------------------------------------------

typedef struct step_job {
    const lk_kernels *kernels;
    const lk_optimizer *optimizer;
    const lk_parameter *parameter;
    const lk_adamw_step *step;
} step_job;

static void run_step(void *argument, size_t index) {
    const step_job *job = argument;
    const lk_tensor *tensor = &job->parameter->tensor;
    size_t begin = index * GRAIN, offset = job->parameter->offset + begin;
    size_t count = tensor->count - begin < GRAIN ? tensor->count - begin : GRAIN;
    job->kernels->adamw(tensor->value + begin, job->optimizer->m + offset,
                        job->optimizer->v + offset, tensor->gradient + begin, job->step, count);
}

void lk_optimizer_step(lk_optimizer *optimizer, lk_model *model, const lk_kernels *kernels,
                       double learning_rate, double gradient_scale) {
    const lk_adamw *settings = &optimizer->settings;
    // The corrections are those of the rounded β the moments are made with: 1 - β is so small that
    // its rounding would show.
    lk_real beta1 = (lk_real)settings->beta1, beta2 = (lk_real)settings->beta2;
    double t = (double)++optimizer->step;
    lk_adamw_step step = {
        .gradient_scale = (lk_real)gradient_scale,
        .beta1 = beta1,
        .beta2 = beta2,
        .step_size = (lk_real)(learning_rate / (1 - lk_pow((double)beta1, t))),
        .inverse_correction2 = (lk_real)(1 / sqrt(1 - lk_pow((double)beta2, t))),
        .epsilon = (lk_real)settings->epsilon,
    };
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        bool decays = !settings->decay_matrices_only || parameter->tensor.rank >= 2;
        step.decay = (lk_real)(decays ? 1 - learning_rate * settings->weight_decay : 1);
        step_job job = {kernels, optimizer, parameter, &step};
        lk_pool_run(lk_context_pool(model->context), (parameter->tensor.count + GRAIN - 1) / GRAIN,
                    run_step, &job);
    }
}
