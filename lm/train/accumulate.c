// Micro-batch i is rank i mod N's. In fast mode a rank adds the gradients of its own micro-batches
// to each other while they are made, and the ranks' are added once, in their order:
//
//     (g_0 + g_N + …) + (g_1 + g_N+1 + …) + …
//
// In reproducible mode each micro-batch's gradient is made by itself and they are added in the
// order of the micro-batches, so that the number of ranks leaves no trace:
//
//     g_0 + g_1 + g_2 + …
//
// which costs a message of the size of the model for each micro-batch instead of each step, and
// room for the sum.
#include "train/accumulate.h"

#include <math.h>

// Dropout's masks are told apart by micro-batch and place in it: no model has more ops than this.
enum { DROPOUT_BITS = 12 };

static uint32_t micro_batches(const lk_trainer *trainer) {
    return (uint32_t)trainer->settings->gradient_accumulation_steps;
}

static uint32_t ranks(const lk_trainer *trainer) {
    return (uint32_t)lk_ranks_count(trainer->parts.ranks);
}

// ---- One micro-batch ----------------------------------------------------------------------------

void lk_trainer_begin_pass(lk_trainer *trainer, bool training) {
    lk_tape_reset(&trainer->tape);
    trainer->tape.recording = trainer->tape.training = training;
    trainer->tape.step = trainer->progress.step;
}

void lk_trainer_lap_of_ranks(const lk_trainer *trainer) {
    lk_profile_lap(trainer->profile, trainer->parts.ranks ? LK_PROFILE_RANKS : LK_PROFILE_OTHER);
}

static lk_tensor *penalised_loss(lk_trainer *trainer, const lk_batch *batch) {
    lk_tape *tape = &trainer->tape;
    lk_tensor *loss = lk_model_loss(tape, trainer->model, batch);
    if (trainer->settings->l2 == 0) return loss;
    lk_tensor *squares = lk_model_mean_squares(tape, trainer->model);
    return lk_add(tape, loss, lk_scale(tape, squares, trainer->settings->l2));
}

// Adds the gradients of one micro-batch, 1/micro_batches of its loss being differentiated.
static lk_status run_micro_batch(lk_trainer *trainer, uint32_t index, double *loss_value) {
    double share = 1 / (double)micro_batches(trainer);
    lk_random random = lk_random_stream((uint64_t)trainer->settings->seed, LK_RANDOM_DATA,
                                        trainer->progress.step, index);
    lk_trainer_begin_pass(trainer, true);
    trainer->tape.dropout_index = index << DROPOUT_BITS;
    lk_batch batch = lk_batches_draw(&trainer->batches, LK_SPLIT_TRAIN, &random);
    lk_profile_lap(trainer->profile, LK_PROFILE_DATA);
    lk_tensor *loss = penalised_loss(trainer, &batch);
    LK_TRY(lk_tape_status(&trainer->tape));
    *loss_value = (double)*loss->value;
    return lk_tape_backward(&trainer->tape, loss, share);
}

bool lk_trainer_stats_are_due(const lk_trainer *trainer) {
    uint64_t interval = (uint64_t)trainer->settings->stats;
    return interval > 0 && (trainer->progress.step + 1) % interval == 0;
}

// The first one of a step is looked at.
static lk_status watch_micro_batch(lk_trainer *trainer, uint32_t index, double *loss_value) {
    if (index > 0 || !lk_trainer_stats_are_due(trainer))
        return run_micro_batch(trainer, index, loss_value);
    lk_statistics_watch(&trainer->statistics, &trainer->tape);
    lk_status status = run_micro_batch(trainer, index, loss_value);
    lk_statistics_unwatch(&trainer->statistics);
    return status;
}

// ---- All of a step ------------------------------------------------------------------------------

// Micro-batches whose gradients are added up at once, by all ranks.
static uint32_t stride(const lk_trainer *trainer) {
    return lk_context_deterministic(trainer->context) ? ranks(trainer) : micro_batches(trainer);
}

lk_status lk_trainer_make_sum(lk_trainer *trainer) {
    size_t count = lk_parts_end(&trainer->parts) - lk_parts_begin(&trainer->parts);
    lk_free(trainer->context, trainer->sum);
    trainer->sum = NULL;
    if (stride(trainer) >= micro_batches(trainer)) return LK_OK;
    LK_NEED(trainer->sum = lk_alloc(trainer->context, count, sizeof *trainer->sum));
    return LK_OK;
}

// Those of micro-batches first … end-1 that are this rank's.
static lk_status run_own(lk_trainer *trainer, double *losses, uint32_t first, uint32_t end) {
    lk_model_clear_gradients(trainer->model);
    lk_profile_lap(trainer->profile, LK_PROFILE_OTHER);
    uint32_t own = first + (uint32_t)lk_ranks_rank(trainer->parts.ranks);
    for (uint32_t i = own; i < end; i += ranks(trainer))
        LK_TRY(watch_micro_batch(trainer, i, &losses[i]));
    lk_model_complete_gradients(trainer->model);
    lk_profile_lap(trainer->profile, LK_PROFILE_OTHER);
    return LK_OK;
}

static void add_gradients(const lk_trainer *trainer, uint32_t first, uint32_t end) {
    lk_real *own = trainer->model->gradients + lk_parts_begin(&trainer->parts);
    uint32_t summands = end - first < ranks(trainer) ? end - first : ranks(trainer);
    lk_parts_sum(&trainer->parts, &trainer->tape.kernels, trainer->sum ? trainer->sum : own,
                 trainer->model->gradients, (int)summands, first > 0);
}

static lk_status add_micro_batches(lk_trainer *trainer, double *losses) {
    uint32_t all = micro_batches(trainer), step = stride(trainer);
    lk_model_clear_statistics(trainer->model);
    for (uint32_t first = 0; first < all; first += step) {
        uint32_t end = all - first < step ? all : first + step;
        LK_TRY(lk_ranks_agree(trainer->parts.ranks, run_own(trainer, losses, first, end)));
        add_gradients(trainer, first, end);
        lk_trainer_lap_of_ranks(trainer);
    }
    if (!trainer->sum) return LK_OK;
    size_t begin = lk_parts_begin(&trainer->parts), end = lk_parts_end(&trainer->parts);
    memcpy(trainer->model->gradients + begin, trainer->sum, (end - begin) * sizeof *trainer->sum);
    return LK_OK;
}

// ---- Loss and norm ------------------------------------------------------------------------------

// Of numbers that the ranks have one each of.
static double sum_in_order(const lk_trainer *trainer, size_t count) {
    double sum = 0;
    lk_ranks_collect(trainer->parts.ranks, trainer->numbers, count);
    for (size_t i = 0; i < count; i++) sum += trainer->numbers[i];
    return sum;
}

static double norm_of_gradients(lk_trainer *trainer) {
    lk_gradient_squares(trainer->numbers, trainer->model, &trainer->tape.kernels,
                        lk_parts_begin(&trainer->parts), lk_parts_end(&trainer->parts));
    return sqrt(sum_in_order(trainer, lk_gradient_pieces(trainer->model)));
}

lk_status lk_trainer_accumulate(lk_trainer *trainer, double *loss, double *norm) {
    uint32_t count = micro_batches(trainer);
    memset(trainer->numbers, 0, count * sizeof *trainer->numbers);
    LK_TRY(add_micro_batches(trainer, trainer->numbers));
    *loss = sum_in_order(trainer, count) / count;
    lk_trainer_lap_of_ranks(trainer);
    *norm = norm_of_gradients(trainer);
    lk_profile_lap(trainer->profile, LK_PROFILE_NORM);
    return LK_OK;
}
