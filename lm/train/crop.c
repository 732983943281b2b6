#include "train/crop.h"

#include "context.h"

// Positions are rows, so that the first of them are the first of the tensor.
static void copy_first(const lk_model *to, lk_real *to_block, const lk_model *from,
                       const lk_real *from_block) {
    for (size_t i = 0; i < to->parameter_count; i++) {
        const lk_parameter *short_one = &to->parameters[i], *long_one = &from->parameters[i];
        memcpy(to_block + short_one->offset, from_block + long_one->offset,
               short_one->tensor.count * sizeof *to_block);
    }
}

static lk_status crop_optimizer(lk_optimizer *cropped, const lk_model *model,
                                const lk_optimizer *whole, const lk_model *whole_model) {
    LK_TRY(lk_optimizer_make(cropped, model, &whole->options));
    for (size_t i = 0; i < whole->block_count; i++)
        copy_first(model, cropped->blocks[i], whole_model, whole->blocks[i]);
    cropped->step = whole->step;
    return LK_OK;
}

// The trainer's own are replaced when both are complete.
static lk_status crop(lk_trainer *trainer, lk_model *model) {
    lk_optimizer optimizer;
    copy_first(model, model->values, trainer->model, trainer->model->values);
    LK_TRY(lk_model_need_gradients(model));
    LK_TRY(crop_optimizer(&optimizer, model, &trainer->optimizer, trainer->model));
    lk_optimizer_release(&trainer->optimizer);
    lk_model_free(trainer->model);
    trainer->optimizer = optimizer;
    trainer->model = model;
    return LK_OK;
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
    lk_model *model;
    LK_TRY(lk_model_new_empty(context, &model, &config));
    lk_status status = crop(trainer, model);
    if (status != LK_OK) lk_model_free(model);
    return status;
}
