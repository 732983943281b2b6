#include "train/crop.h"

#include "checkpoint/trainer_state.h"
#include "context.h"
#include "train/accumulate.h"

// Copies elements begin … end-1 of a block of the short model from one of the long model. Positions
// are rows, so that the first of them are the first of the tensor. `to` is element `begin`.
static void copy_first(const lk_model *short_model, lk_real *to, const lk_model *long_model,
                       const lk_real *from, size_t begin, size_t end) {
    for (size_t i = 0; i < short_model->parameter_count; i++) {
        const lk_parameter *parameter = &short_model->parameters[i];
        size_t first = parameter->offset, last = first + parameter->tensor.count;
        if (first < begin) first = begin;
        if (last > end) last = end;
        if (first >= last) continue;
        memcpy(to + (first - begin),
               from + long_model->parameters[i].offset + (first - parameter->offset),
               (last - first) * sizeof *to);
    }
}

// What a trainer has for its model.
typedef struct trained_model {
    lk_model *model;
    lk_parts parts;
    lk_optimizer optimizer;
    lk_statistics statistics;
} trained_model;

static void release(trained_model *old) {
    lk_statistics_release(&old->statistics);
    lk_optimizer_release(&old->optimizer);
    lk_parts_release(&old->parts);
    lk_model_free(old->model);
}

static lk_status make(const lk_trainer *trainer, trained_model *cropped,
                      const lk_model_config *config) {
    LK_TRY(lk_model_new_empty(trainer->context, &cropped->model, config));
    LK_TRY(lk_model_need_gradients(cropped->model));
    if (trainer->settings->stats > 0)
        LK_TRY(lk_statistics_make(&cropped->statistics, cropped->model));
    LK_TRY(lk_parts_make(trainer->context, &cropped->parts, cropped->model, trainer->parts.ranks));
    return lk_trainer_make_optimizer(trainer, &cropped->optimizer, cropped->model, &cropped->parts);
}

static void fill(const lk_trainer *trainer, trained_model *cropped) {
    lk_optimizer *optimizer = &cropped->optimizer;
    copy_first(cropped->model, cropped->model->values, trainer->model, trainer->model->values, 0,
               cropped->model->block_count);
    for (size_t i = 0; i < optimizer->block_count; i++)
        copy_first(cropped->model, optimizer->blocks[i], trainer->model,
                   lk_trainer_whole_block(trainer, i), optimizer->begin, optimizer->end);
    optimizer->step = trainer->optimizer.step;
}

static trained_model replace(lk_trainer *trainer, const trained_model *by) {
    trained_model old = {trainer->model, trainer->parts, trainer->optimizer, trainer->statistics};
    trainer->model = by->model;
    trainer->parts = by->parts;
    trainer->optimizer = by->optimizer;
    trainer->statistics = by->statistics;
    return old;
}

// The trainer's own are replaced when all are complete.
static lk_status crop(lk_trainer *trainer, const lk_model_config *config) {
    trained_model cropped = {0}, unused;
    lk_status status = make(trainer, &cropped, config);
    status = lk_ranks_agree(trainer->parts.ranks, status);
    if (status == LK_OK) fill(trainer, &cropped);
    unused = status == LK_OK ? replace(trainer, &cropped) : cropped;
    release(&unused);
    return status == LK_OK ? lk_trainer_make_sum(trainer) : status;
}

lk_status lk_trainer_crop(lk_trainer *trainer, uint32_t block_size) {
    lk_context *context = trainer->context;
    lk_model_config config = trainer->model->config;
    if (block_size > config.block_size)
        return lk_fail(context, LK_ERROR_USAGE,
                       "block_size cannot become %lu: the context of a trained model, %lu tokens, "
                       "can become shorter, not longer",
                       (unsigned long)block_size, (unsigned long)config.block_size);
    if (block_size == config.block_size) return LK_OK;
    if (lk_model_config_has_one_target(&config))
        return lk_fail(context, LK_ERROR_USAGE,
                       "block_size cannot change: the weights of this model are made for it");
    config.block_size = block_size;
    return crop(trainer, &config);
}
