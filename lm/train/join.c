// Whether ranks can train together: all of them have made their trainers, of the same things.
#include "train/trainer.h"

#include "checkpoint/tensor_list.h"
#include "digest.h"

// Of settings, data, weights and progress.
static lk_status digest_of(const lk_trainer *trainer, char hex[LK_SHA256_HEX + 1]) {
    char data[65], weights[65];
    lk_buffer settings = lk_buffer_make(trainer->context);
    lk_dataset_digest(trainer->dataset, data);
    lk_status status = lk_model_digest(weights, trainer->model);
    if (status == LK_OK) status = lk_settings_write(trainer->context, &settings, trainer->settings);
    if (status == LK_OK) {
        lk_sha256 digest;
        lk_sha256_begin(&digest);
        lk_sha256_add(&digest, settings.data, settings.length);
        lk_sha256_add(&digest, data, sizeof data);
        lk_sha256_add(&digest, weights, sizeof weights);
        lk_sha256_add(&digest, &trainer->progress.step, sizeof trainer->progress.step);
        lk_sha256_end(&digest, hex);
    }
    lk_buffer_free(&settings);
    return status;
}

static lk_status compare(const lk_trainer *trainer, lk_ranks *ranks) {
    char hex[LK_SHA256_HEX + 1] = "";
    LK_TRY(lk_ranks_agree(ranks, digest_of(trainer, hex)));
    lk_status status = LK_OK;
    if (!lk_ranks_is_same(ranks, hex))
        status = lk_fail(trainer->context, LK_ERROR_DATA,
                         "the ranks have other settings, data or weights than each other: give all "
                         "machines the same files and the same version of Likelore");
    return lk_ranks_agree(ranks, status);
}

lk_status lk_trainer_join(lk_trainer **trainer, lk_ranks *ranks, lk_status status) {
    if (!ranks) return status;
    status = lk_ranks_agree(ranks, status);
    if (status == LK_OK) status = compare(*trainer, ranks);
    if (status == LK_OK) return LK_OK;
    lk_trainer_free(*trainer);
    *trainer = NULL;
    return status;
}
