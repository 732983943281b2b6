// The digest of a training state, by which two runs are compared.
#include "digest.h"

#include "train/trainer.h"

// Adds the part of a block that holds each parameter, in their order.
static void add_block(lk_sha256 *digest, const lk_model *model, const lk_real *block) {
    for (size_t i = 0; i < model->parameter_count; i++) {
        const lk_parameter *parameter = &model->parameters[i];
        lk_sha256_add(digest, block + parameter->offset, parameter->tensor.count * sizeof(lk_real));
    }
}

lk_status lk_trainer_digest(const lk_trainer *trainer, char weights_hex[65],
                            char optimizer_hex[65]) {
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    add_block(&digest, trainer->model, trainer->model->values);
    lk_sha256_end(&digest, weights_hex);
    lk_sha256_begin(&digest);
    add_block(&digest, trainer->model, trainer->optimizer.m);
    add_block(&digest, trainer->model, trainer->optimizer.v);
    lk_sha256_end(&digest, optimizer_hex);
    return LK_OK;
}
