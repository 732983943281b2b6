#include "train/optimizer.h"

#include "mathfn.h"
#include "pool.h"

#include <math.h>

// ---- Making -------------------------------------------------------------------------------------

size_t lk_optimizer_block_count(const lk_optimizer_options *options) {
    if (options->kind == LK_OPTIMIZER_COUNTS) return 0;
    if (options->kind == LK_OPTIMIZER_SGD) return options->momentum > 0 ? 1 : 0;
    return 2;
}

lk_status lk_optimizer_make(lk_optimizer *optimizer, const lk_model *model,
                            const lk_optimizer_options *options) {
    return lk_optimizer_make_part(optimizer, model, options, 0, model->block_count);
}

lk_status lk_optimizer_make_part(lk_optimizer *optimizer, const lk_model *model,
                                 const lk_optimizer_options *options, size_t begin, size_t end) {
    *optimizer = (lk_optimizer){.options = *options,
                                .arena = lk_arena_make(model->context, 0),
                                .begin = begin,
                                .end = end,
                                .block_count = lk_optimizer_block_count(options)};
    for (size_t i = 0; i < optimizer->block_count; i++) {
        optimizer->blocks[i] = lk_arena_alloc_zero(&optimizer->arena, end - begin, sizeof(lk_real));
        if (optimizer->blocks[i]) continue;
        lk_optimizer_release(optimizer);
        return LK_ERROR_MEMORY;
    }
    return LK_OK;
}

void lk_optimizer_release(lk_optimizer *optimizer) {
    if (optimizer->block_count) lk_arena_release(&optimizer->arena);
    *optimizer = (lk_optimizer){0};
}

const char *const *lk_optimizer_block_names(const lk_optimizer *optimizer) {
    static const char *const moments[] = {"m.", "v."}, *const velocity[] = {"velocity."};
    return optimizer->options.kind == LK_OPTIMIZER_SGD ? velocity : moments;
}

// ---- Decay --------------------------------------------------------------------------------------

static bool decays(const lk_optimizer_options *options, const lk_parameter *parameter) {
    return options->weight_decay > 0 &&
           (!options->decay_matrices_only || parameter->tensor.rank >= 2);
}

lk_decay_groups lk_optimizer_decay_groups(const lk_optimizer *optimizer, const lk_model *model) {
    lk_decay_groups groups = {0};
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        bool decayed = decays(&optimizer->options, parameter);
        *(decayed ? &groups.decayed_tensors : &groups.other_tensors) += 1;
        *(decayed ? &groups.decayed_weights : &groups.other_weights) += parameter->tensor.count;
    }
    return groups;
}

// ---- Pieces -------------------------------------------------------------------------------------

static size_t piece_count(const lk_parameter *parameter) {
    return (parameter->tensor.count + LK_PIECE - 1) / LK_PIECE;
}

size_t lk_gradient_pieces(const lk_model *model) {
    size_t count = 0;
    for (size_t i = 0; i < model->parameter_count; i++) count += piece_count(&model->parameters[i]);
    return count;
}

// Pieces first … end-1 of a tensor.
typedef struct piece_range {
    size_t first, end;
} piece_range;

// Those that lie within elements begin … end-1 of the block, which are the ends of pieces.
static piece_range pieces_within(const lk_parameter *parameter, size_t begin, size_t end) {
    size_t offset = parameter->offset, all = piece_count(parameter);
    size_t first = begin > offset ? (begin - offset - 1) / LK_PIECE + 1 : 0;
    size_t last = end > offset ? (end - offset - 1) / LK_PIECE + 1 : 0;
    return (piece_range){first, last < all ? last : all};
}

static size_t elements_of(const lk_tensor *tensor, size_t piece) {
    size_t begin = piece * LK_PIECE;
    return tensor->count - begin < LK_PIECE ? tensor->count - begin : LK_PIECE;
}

// ---- Norm of the gradient -----------------------------------------------------------------------

typedef struct square_job {
    const lk_kernels *kernels;
    const lk_tensor *tensor;
    size_t first;    // piece
    double *squares; // of that piece and those behind it
} square_job;

static void run_squares(void *argument, size_t index) {
    const square_job *job = argument;
    size_t piece = job->first + index;
    job->squares[index] = job->kernels->square_sum(job->tensor->gradient + piece * LK_PIECE,
                                                   elements_of(job->tensor, piece));
}

void lk_gradient_squares(double *squares, const lk_model *model, const lk_kernels *kernels,
                         size_t begin, size_t end) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        size_t all = piece_count(parameter);
        piece_range range = pieces_within(parameter, begin, end);
        memset(squares, 0, all * sizeof *squares);
        square_job job = {kernels, &parameter->tensor, range.first, squares + range.first};
        if (range.first < range.end)
            lk_pool_run(lk_context_pool(model->context), range.end - range.first, run_squares,
                        &job);
        squares += all;
    }
}

double lk_clip_scale(double norm, double limit) {
    if (limit <= 0) return 1;
    double scale = limit / (norm + 1e-6);
    return scale < 1 ? scale : 1;
}

// ---- Scalars of a step --------------------------------------------------------------------------

// The step of both kinds; only the one that is wanted is made.
typedef union step_scalars {
    lk_adamw_step adamw;
    lk_sgd_step sgd;
} step_scalars;

// The corrections are those of the rounded β the moments are made with: 1 - β is so small that its
// rounding would show.
static lk_adamw_step adamw_step(const lk_optimizer *optimizer, double rate, double weight_decay,
                                double gradient_scale) {
    const lk_optimizer_options *options = &optimizer->options;
    lk_real beta1 = (lk_real)options->beta1, beta2 = (lk_real)options->beta2;
    double t = (double)optimizer->step, decay = rate * weight_decay;
    double step_size = rate / (1 - lk_pow((double)beta1, t));
    double correction2 = sqrt(1 - lk_pow((double)beta2, t));
    bool cs336 = options->kind == LK_OPTIMIZER_ADAMW_CS336;
    return (lk_adamw_step){
        .gradient_scale = (lk_real)gradient_scale,
        .beta1 = beta1,
        .beta2 = beta2,
        .step_size = (lk_real)(cs336 ? step_size * correction2 : step_size),
        .inverse_correction2 = (lk_real)(cs336 ? 1 : 1 / correction2),
        .epsilon = (lk_real)options->epsilon,
        .keep = (lk_real)(cs336 ? 1 : 1 - decay),
        .shrink = (lk_real)(cs336 ? decay : 0),
    };
}

static lk_sgd_step sgd_step(const lk_optimizer *optimizer, double rate, double weight_decay,
                            double gradient_scale) {
    return (lk_sgd_step){.gradient_scale = (lk_real)gradient_scale,
                         .weight_decay = (lk_real)weight_decay,
                         .momentum = (lk_real)optimizer->options.momentum,
                         .step_size = (lk_real)rate};
}

static step_scalars scalars_of(const lk_optimizer *optimizer, double rate, bool decayed,
                               double gradient_scale) {
    double weight_decay = decayed ? optimizer->options.weight_decay : 0;
    step_scalars scalars;
    if (optimizer->options.kind == LK_OPTIMIZER_SGD)
        scalars.sgd = sgd_step(optimizer, rate, weight_decay, gradient_scale);
    else
        scalars.adamw = adamw_step(optimizer, rate, weight_decay, gradient_scale);
    return scalars;
}

// ---- Step ---------------------------------------------------------------------------------------

typedef struct step_job {
    const lk_kernels *kernels;
    const lk_optimizer *optimizer;
    const lk_parameter *parameter;
    size_t first; // piece
    step_scalars scalars;
} step_job;

static void run_step(void *argument, size_t index) {
    const step_job *job = argument;
    const lk_optimizer *optimizer = job->optimizer;
    const lk_tensor *tensor = &job->parameter->tensor;
    size_t piece = job->first + index, begin = piece * LK_PIECE, count = elements_of(tensor, piece);
    lk_real *value = tensor->value + begin, *blocks[LK_OPTIMIZER_BLOCKS] = {NULL};
    const lk_real *gradient = tensor->gradient + begin;
    for (size_t i = 0; i < optimizer->block_count; i++)
        blocks[i] = optimizer->blocks[i] + (job->parameter->offset + begin - optimizer->begin);
    if (optimizer->options.kind == LK_OPTIMIZER_SGD)
        job->kernels->sgd(value, blocks[0], gradient, &job->scalars.sgd, count);
    else
        job->kernels->adamw(value, blocks[0], blocks[1], gradient, &job->scalars.adamw, count);
}

void lk_optimizer_step(lk_optimizer *optimizer, lk_model *model, const lk_kernels *kernels,
                       double learning_rate, double gradient_scale) {
    optimizer->step++;
    const step_scalars of_decay[] = {
        scalars_of(optimizer, learning_rate, false, gradient_scale),
        scalars_of(optimizer, learning_rate, true, gradient_scale),
    };
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        piece_range range = pieces_within(parameter, optimizer->begin, optimizer->end);
        step_job job = {kernels, optimizer, parameter, range.first,
                        of_decay[decays(&optimizer->options, parameter)]};
        if (range.first < range.end)
            lk_pool_run(lk_context_pool(model->context), range.end - range.first, run_step, &job);
    }
}
