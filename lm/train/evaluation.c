// Evaluations of a model in training: when they are due, and their batches.
#include "train/evaluation.h"

#include "train/accumulate.h"
#include "train/finite.h"

#include <math.h>

// ---- When ---------------------------------------------------------------------------------------

bool lk_trainer_out_of_patience(const lk_trainer *trainer) {
    uint64_t patience = (uint64_t)trainer->settings->patience;
    return patience > 0 && trainer->progress.evaluations_since_best >= patience;
}

bool lk_trainer_is_last(const lk_trainer *trainer) {
    uint64_t steps = (uint64_t)trainer->settings->max_iters;
    return trainer->settings->eval_only || trainer->finishing ||
           lk_trainer_out_of_patience(trainer) || trainer->progress.step >= steps;
}

// nanoGPT evaluates before the update, so the model that the last update made is evaluated too;
// with eval_last the end is the model before it. A model that was evaluated already, as when
// patience ends, is evaluated again where the end brings more: a calibration, or a part of the data
// that is kept for it.
static bool conclusion_is_due(const lk_trainer *trainer) {
    const lk_settings *settings = trainer->settings;
    const lk_progress *progress = &trainer->progress;
    int64_t step = (int64_t)progress->step;
    if (progress->concluded_step == step) return false;
    if (settings->calibrate || lk_dataset_examples(trainer->dataset, LK_SPLIT_TEST) > 0)
        return true;
    bool left_out = settings->eval_last && step >= settings->max_iters;
    return progress->evaluated_step != step && !left_out;
}

bool lk_trainer_evaluation_is_due(const lk_trainer *trainer) {
    const lk_settings *settings = trainer->settings;
    int64_t step = (int64_t)trainer->progress.step;
    if (settings->eval_only) return !trainer->has_evaluated;
    if (lk_trainer_is_last(trainer)) return conclusion_is_due(trainer);
    if (trainer->progress.evaluated_step == step) return false;
    return step % settings->eval_interval == 0 ||
           (settings->eval_last && step + 1 == settings->max_iters);
}

// ---- A batch ------------------------------------------------------------------------------------

// The streams of train and val have their batches in turn; that of test is behind them.
static lk_random evaluation_stream(const lk_trainer *trainer, lk_split split, uint64_t batch) {
    uint32_t index = split == LK_SPLIT_TEST ? UINT32_C(1) << 31 | (uint32_t)batch
                                            : (uint32_t)(2 * batch + split);
    return lk_random_stream((uint64_t)trainer->settings->seed, LK_RANDOM_EVAL,
                            trainer->progress.step, index);
}

static uint64_t evaluation_batches(const lk_trainer *trainer, lk_split split) {
    if (split == LK_SPLIT_TEST &&
        (!trainer->evaluation.concludes || lk_dataset_examples(trainer->dataset, split) == 0))
        return 0;
    uint64_t wanted = (uint64_t)trainer->settings->eval_iters;
    return wanted ? wanted : lk_batches_count(&trainer->batches, split);
}

static lk_batch evaluation_batch(lk_trainer *trainer, uint64_t *counted, lk_split split,
                                 uint64_t batch) {
    if (trainer->settings->eval_iters == 0)
        return lk_batches_at(&trainer->batches, counted, split, batch);
    lk_random random = evaluation_stream(trainer, split, batch);
    *counted = lk_batches_drawn_targets(&trainer->batches, split);
    return lk_batches_draw(&trainer->batches, split, &random);
}

// Of one batch: its loss times its targets, and these.
static lk_status evaluate_batch(lk_trainer *trainer, double numbers[2], lk_split split,
                                uint64_t batch) {
    uint64_t counted;
    if (batch >= evaluation_batches(trainer, split)) return LK_OK;
    lk_trainer_begin_pass(trainer, false);
    lk_batch sequences = evaluation_batch(trainer, &counted, split, batch);
    const lk_tensor *loss = lk_model_loss(&trainer->tape, trainer->model, &sequences);
    LK_TRY(lk_tape_status(&trainer->tape));
    numbers[0] = (double)*loss->value * (double)counted;
    numbers[1] = (double)counted;
    return LK_OK;
}

// ---- Conclusion ---------------------------------------------------------------------------------

static double mean_loss(const lk_evaluation *evaluation, lk_split split) {
    return evaluation->sums[split] / (double)evaluation->counts[split];
}

// A validation loss that is not lower never takes the place of the best one. Where patience has
// ended the run, a calibration that makes the model the best one does not begin it again.
static void compare_with_best(lk_trainer *trainer, lk_train_report *report) {
    lk_progress *progress = &trainer->progress;
    report->best = progress->val_loss < progress->best_val_loss;
    if (!lk_trainer_out_of_patience(trainer))
        progress->evaluations_since_best = report->best ? 0 : progress->evaluations_since_best + 1;
    if (!report->best) return;
    progress->best_val_loss = progress->val_loss;
    progress->best_step = (int64_t)progress->step;
}

static lk_status conclude_evaluation(lk_trainer *trainer, lk_train_report *report) {
    lk_evaluation *evaluation = &trainer->evaluation;
    lk_progress *progress = &trainer->progress;
    progress->train_loss = mean_loss(evaluation, LK_SPLIT_TRAIN);
    progress->val_loss = mean_loss(evaluation, LK_SPLIT_VAL);
    progress->test_loss =
        evaluation->counts[LK_SPLIT_TEST] ? mean_loss(evaluation, LK_SPLIT_TEST) : NAN;
    progress->evaluated_step = (int64_t)progress->step;
    if (evaluation->concludes) progress->concluded_step = (int64_t)progress->step;
    trainer->has_evaluated = true;
    *evaluation = (lk_evaluation){0};
    LK_TRY(lk_trainer_check_evaluation(trainer));
    report->event = LK_TRAIN_EVALUATED;
    compare_with_best(trainer, report);
    return LK_OK;
}

// ---- Rounds -------------------------------------------------------------------------------------

static bool evaluation_is_complete(const lk_trainer *trainer) {
    for (int split = 0; split < LK_SPLIT_COUNT; split++)
        if (trainer->evaluation.batch < evaluation_batches(trainer, (lk_split)split)) return false;
    return true;
}

// The place of what rank r tells of a part of the data, in a round of batches.
static double *numbers_of(const lk_trainer *trainer, int rank, int split) {
    return trainer->numbers + 2 * (rank * LK_SPLIT_COUNT + split);
}

// A batch of each part of the data for each rank.
static lk_status evaluate_round(lk_trainer *trainer) {
    lk_ranks *ranks = trainer->parts.ranks;
    int rank = lk_ranks_rank(ranks);
    size_t count = 2 * LK_SPLIT_COUNT * (size_t)lk_ranks_count(ranks);
    lk_status status = LK_OK;
    memset(trainer->numbers, 0, count * sizeof *trainer->numbers);
    for (int split = 0; split < LK_SPLIT_COUNT && status == LK_OK; split++)
        status = evaluate_batch(trainer, numbers_of(trainer, rank, split), (lk_split)split,
                                trainer->evaluation.batch + (uint64_t)rank);
    LK_TRY(lk_ranks_agree(ranks, status));
    lk_ranks_collect(ranks, trainer->numbers, count);
    return LK_OK;
}

lk_status lk_trainer_evaluate(lk_trainer *trainer, lk_train_report *report) {
    lk_evaluation *evaluation = &trainer->evaluation;
    int ranks = lk_ranks_count(trainer->parts.ranks);
    if (!evaluation->running) evaluation->concludes = lk_trainer_is_last(trainer);
    LK_TRY(evaluate_round(trainer));
    for (int rank = 0; rank < ranks; rank++)
        for (int split = 0; split < LK_SPLIT_COUNT; split++) {
            const double *numbers = numbers_of(trainer, rank, split);
            evaluation->sums[split] += numbers[0];
            evaluation->counts[split] += (uint64_t)numbers[1];
        }
    evaluation->running = true;
    evaluation->batch += (uint64_t)ranks;
    report->event = LK_TRAIN_EVALUATING;
    if (evaluation_is_complete(trainer)) return conclude_evaluation(trainer, report);
    return LK_OK;
}
