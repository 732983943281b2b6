#include "train/profile.h"
#include "train/trainer.h"

// Each number of the model and of the optimizer's blocks is read and written, the gradients are
// read.
static double optimizer_numbers(const lk_trainer *trainer) {
    const lk_optimizer *optimizer = &trainer->optimizer;
    return (double)(optimizer->end - optimizer->begin) * (2 * (double)optimizer->block_count + 3);
}

static size_t own_part(const lk_trainer *trainer) {
    return lk_parts_end(&trainer->parts) - lk_parts_begin(&trainer->parts);
}

lk_status lk_trainer_profile_begin(lk_trainer *trainer, lk_clock *clock, uint64_t warmup) {
    lk_profile *profile;
    LK_TRY(lk_profile_new(trainer->context, &profile, clock, warmup));
    double number = sizeof(lk_real);
    lk_profile_set_bytes(profile, LK_PROFILE_NORM, number * (double)own_part(trainer));
    lk_profile_set_bytes(profile, LK_PROFILE_OPTIMIZER, number * optimizer_numbers(trainer));
    trainer->tape.meter = (lk_tape_meter){0};
    lk_profile_free(trainer->profile);
    trainer->profile = profile;
    return LK_OK;
}

void lk_trainer_profile_end(lk_trainer *trainer) { lk_profile_stop(trainer->profile); }

lk_step_profile lk_trainer_profile_get(const lk_trainer *trainer) {
    lk_step_profile profile = lk_profile_get(trainer->profile);
    uint64_t block = trainer->model->block_count * sizeof(lk_real);
    profile.step_tokens = lk_trainer_step_tokens(trainer);
    profile.model_bytes = block;
    profile.gradient_bytes = block + (trainer->sum ? own_part(trainer) * sizeof(lk_real) : 0);
    profile.optimizer_bytes = trainer->optimizer.block_count *
                              (trainer->optimizer.end - trainer->optimizer.begin) * sizeof(lk_real);
    profile.step_bytes = lk_arena_capacity(&trainer->tape.arena);
    return profile;
}
