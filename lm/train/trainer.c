// One call of lk_trainer_next does one piece of work; what is next follows from the progress:
//
//     an evaluation is running           → its next batch of each part of the data
//     one is due before this step        → it begins
//     it concludes the run and           → before it, batch normalisation is measured
//     `calibrate` is set
//     the run is at its end              → nothing
//     else                               → an optimizer step: batches drawn by (seed, step), the
//                                          gradients of the micro-batches averaged, clipped,
//                                          applied
//
// Ranks that train together do the same pieces and share the work of each (accumulate.c); what
// follows from the progress is the same on all, because they have told each other all numbers in
// it.
#include "train/trainer.h"

#include "models/tape_plan.h"
#include "train/accumulate.h"
#include "train/evaluation.h"
#include "train/finite.h"
#include "train/settings_cost.h"

#include <math.h>

// ---- Making -------------------------------------------------------------------------------------

static lk_optimizer_options optimizer_of(const lk_settings *settings) {
    return (lk_optimizer_options){.kind = (lk_optimizer_kind)settings->optimizer,
                                  .beta1 = settings->beta1,
                                  .beta2 = settings->beta2,
                                  .epsilon = settings->epsilon,
                                  .momentum = settings->momentum,
                                  .weight_decay = settings->weight_decay,
                                  .decay_matrices_only = !settings->decay_all};
}

static lk_schedule schedule_of(const lk_settings *settings) {
    return (lk_schedule){.shape = (lk_schedule_shape)settings->schedule,
                         .warmup_from_zero = settings->warmup_from_zero,
                         .learning_rate = settings->learning_rate,
                         .min_learning_rate = settings->min_lr,
                         .warmup = (uint64_t)settings->warmup_iters,
                         .decay_end = (uint64_t)settings->lr_decay_iters,
                         .fall = (uint64_t)settings->wsd_decay_iters};
}

static lk_status check_fit(const lk_trainer *trainer) {
    const lk_settings *settings = trainer->settings;
    const lk_model_config *config = &trainer->model->config;
    if (settings->documents == LK_DOCUMENTS_LINES && !lk_model_config_has_one_target(config))
        return lk_fail(trainer->context, LK_ERROR_USAGE,
                       "documents = lines is for the models bigram, mlp and wavenet: a transformer "
                       "reads one text, line ends and all");
    if (settings->optimizer == LK_OPTIMIZER_COUNTS && config->family != LK_FAMILY_BIGRAM)
        return lk_fail(trainer->context, LK_ERROR_USAGE,
                       "optimizer = counts is for the model bigram: the others learn by gradients");
    return LK_OK;
}

// Whether the ranks can share out the work.
static lk_status check_ranks(const lk_trainer *trainer) {
    const lk_settings *settings = trainer->settings;
    int ranks = lk_ranks_count(trainer->parts.ranks);
    if (ranks > 1 && trainer->model->tensor_count > trainer->model->parameter_count)
        return lk_fail(trainer->context, LK_ERROR_UNSUPPORTED,
                       "batch normalisation keeps statistics of the batches in their order: train "
                       "such a model in one process, with threads");
    if (settings->gradient_accumulation_steps >= ranks) return LK_OK;
    return lk_fail(trainer->context, LK_ERROR_USAGE,
                   "gradient_accumulation_steps is %lld, but there are %d ranks, which take whole "
                   "micro-batches: raise it and lower batch_size, or start fewer processes",
                   (long long)settings->gradient_accumulation_steps, ranks);
}

// Of the penalty: a few scalars for each matrix.
static uint64_t penalty_bytes(const lk_trainer *trainer) {
    lk_tape_plan plan = {0};
    if (trainer->settings->l2 == 0) return 0;
    for (size_t i = 0; i < 2 * trainer->model->parameter_count + 2; i++) {
        lk_plan_op(&plan, 1);
        lk_plan_borrow(&plan, 1);
    }
    return plan.bytes;
}

// What a step or an evaluation needs comes from one block, so that nothing is lost between blocks.
static lk_status reserve_tape(lk_trainer *trainer) {
    lk_training_memory memory;
    uint64_t sequences = lk_batches_drawn(&trainer->batches, LK_SPLIT_TRAIN);
    LK_TRY(lk_settings_check_memory(trainer->context, &memory, trainer->settings,
                                    &trainer->model->config, sequences,
                                    lk_ranks_count(trainer->parts.ranks)));
    return lk_arena_reserve(&trainer->tape.arena,
                            (size_t)(memory.activations + memory.backward + memory.evaluation +
                                     penalty_bytes(trainer)));
}

bool lk_trainer_is_sharded(const lk_trainer *trainer) {
    return trainer->settings->shard_optimizer && trainer->parts.ranks;
}

lk_status lk_trainer_make_optimizer(const lk_trainer *trainer, lk_optimizer *optimizer,
                                    const lk_model *model, const lk_parts *parts) {
    lk_optimizer_options options = optimizer_of(trainer->settings);
    if (!lk_trainer_is_sharded(trainer)) return lk_optimizer_make(optimizer, model, &options);
    return lk_optimizer_make_part(optimizer, model, &options, lk_parts_begin(parts),
                                  lk_parts_end(parts));
}

// Room for a number of each micro-batch, of each piece, or of each batch of an evaluation's round.
static lk_status make_numbers(lk_trainer *trainer) {
    size_t count = (size_t)trainer->settings->gradient_accumulation_steps;
    size_t pieces = lk_gradient_pieces(trainer->model);
    size_t round = 2 * LK_SPLIT_COUNT * (size_t)lk_ranks_count(trainer->parts.ranks);
    if (count < pieces) count = pieces;
    if (count < round) count = round;
    LK_NEED(trainer->numbers = lk_alloc(trainer->context, count, sizeof *trainer->numbers));
    return LK_OK;
}

static lk_status prepare(lk_trainer *trainer, lk_ranks *ranks) {
    LK_TRY(check_fit(trainer));
    LK_TRY(lk_parts_make(trainer->context, &trainer->parts, trainer->model, ranks));
    LK_TRY(check_ranks(trainer));
    LK_TRY(lk_batches_make(trainer->context, &trainer->batches, trainer->dataset,
                           &trainer->model->config, (uint64_t)trainer->settings->batch_size));
    LK_TRY(reserve_tape(trainer));
    LK_TRY(lk_model_need_gradients(trainer->model));
    if (trainer->settings->stats > 0)
        LK_TRY(lk_statistics_make(&trainer->statistics, trainer->model));
    LK_TRY(make_numbers(trainer));
    LK_TRY(lk_trainer_make_sum(trainer));
    return lk_trainer_make_optimizer(trainer, &trainer->optimizer, trainer->model, &trainer->parts);
}

lk_status lk_trainer_assemble(lk_context *context, lk_trainer **out, lk_settings *settings,
                              lk_dataset *dataset, lk_tokenizer *tokenizer, lk_model *model,
                              lk_ranks *ranks) {
    lk_trainer *trainer = lk_alloc_zero(context, 1, sizeof *trainer);
    lk_trainer parts = {
        .context = context,
        .settings = settings,
        .dataset = dataset,
        .tokenizer = tokenizer,
        .model = model,
        .schedule = schedule_of(settings),
        .progress = {.best_val_loss = INFINITY,
                     .best_step = LK_NEVER,
                     .evaluated_step = LK_NEVER,
                     .concluded_step = LK_NEVER,
                     .test_loss = NAN},
        .tape = lk_tape_make(context),
        .batches = {.context = context},
    };
    lk_status status = LK_ERROR_MEMORY;
    if (trainer) {
        *trainer = parts;
        trainer->tape.seed = (uint64_t)settings->seed;
        status = prepare(trainer, ranks);
    }
    if (status == LK_OK)
        *out = trainer;
    else if (trainer)
        lk_trainer_free(trainer);
    else {
        lk_settings_free(settings);
        lk_dataset_free(dataset);
        lk_tokenizer_free(tokenizer);
        lk_model_free(model);
    }
    return status;
}

void lk_trainer_free(lk_trainer *trainer) {
    if (!trainer) return;
    lk_context *context = trainer->context;
    lk_tape_release(&trainer->tape);
    lk_optimizer_release(&trainer->optimizer);
    lk_parts_release(&trainer->parts);
    lk_free(context, trainer->sum);
    lk_free(context, trainer->numbers);
    lk_statistics_release(&trainer->statistics);
    lk_profile_free(trainer->profile);
    lk_batches_release(&trainer->batches);
    lk_calibration_release(context, &trainer->calibration);
    lk_model_free(trainer->model);
    lk_tokenizer_free(trainer->tokenizer);
    lk_dataset_free(trainer->dataset);
    lk_settings_free(trainer->settings);
    lk_free(context, trainer);
}

// Tokens that a model has beside those of the tokenizer are padding.
static lk_status check_vocabulary(lk_context *context, const lk_model_config *config,
                                  const lk_tokenizer *tokenizer) {
    uint32_t count = lk_tokenizer_count(tokenizer);
    if (count <= config->vocab_size) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE, "vocab_size is %lu, but the tokenizer has %lu tokens",
                   (unsigned long)config->vocab_size, (unsigned long)count);
}

// Makes model and trainer for a dataset; takes over dataset and tokenizer.
static lk_status make_trainer(lk_context *context, lk_trainer **trainer,
                              const lk_settings *settings, lk_dataset *dataset,
                              lk_tokenizer *tokenizer, lk_ranks *ranks) {
    lk_settings *copy = NULL;
    lk_model *model = NULL;
    lk_status status = lk_settings_copy(context, &copy, settings);
    lk_model_config config = lk_settings_model_config(settings, lk_tokenizer_count(tokenizer));
    config.padding = lk_dataset_padding(dataset);
    config.of_lines = settings->documents == LK_DOCUMENTS_LINES;
    if (status == LK_OK) status = check_vocabulary(context, &config, tokenizer);
    lk_training_memory memory;
    if (status == LK_OK)
        status =
            lk_settings_check_memory(context, &memory, settings, &config, 1, lk_ranks_count(ranks));
    if (status == LK_OK) status = lk_model_new(context, &model, &config, (uint64_t)settings->seed);
    if (status == LK_OK)
        return lk_trainer_assemble(context, trainer, copy, dataset, tokenizer, model, ranks);
    lk_settings_free(copy);
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    return status;
}

// What even the smallest vocabulary would ask for is known before the data are read.
static lk_status check_shape(lk_context *context, const lk_settings *settings, int ranks) {
    lk_model_config config = lk_settings_model_config(settings, 1);
    lk_training_memory memory;
    return lk_settings_check_memory(context, &memory, settings, &config, 1, ranks);
}

static lk_status read_and_make(lk_context *context, lk_trainer **trainer,
                               const lk_settings *settings, lk_ranks *ranks) {
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    LK_TRY(check_shape(context, settings, lk_ranks_count(ranks)));
    LK_TRY(lk_dataset_new(context, &dataset, &tokenizer, settings));
    return make_trainer(context, trainer, settings, dataset, tokenizer, ranks);
}

lk_status lk_trainer_new_in_ranks(lk_context *context, lk_trainer **trainer,
                                  const lk_settings *settings, lk_ranks *ranks) {
    *trainer = NULL;
    lk_status status = read_and_make(context, trainer, settings, ranks);
    return lk_trainer_join(trainer, ranks, status);
}

lk_status lk_trainer_new(lk_context *context, lk_trainer **trainer, const lk_settings *settings) {
    return lk_trainer_new_in_ranks(context, trainer, settings, NULL);
}

lk_status lk_trainer_new_from_text(lk_context *context, lk_trainer **trainer,
                                   const lk_settings *settings, const char *text, size_t length) {
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    LK_TRY(lk_dataset_new_from_text(context, &dataset, &tokenizer, settings, text, length));
    return make_trainer(context, trainer, settings, dataset, tokenizer, NULL);
}

// ---- Calibration --------------------------------------------------------------------------------

static bool calibration_is_due(const lk_trainer *trainer) {
    return trainer->settings->calibrate && lk_trainer_is_last(trainer) &&
           !trainer->calibration.done && !trainer->evaluation.running &&
           lk_trainer_evaluation_is_due(trainer);
}

static lk_status calibrate(lk_trainer *trainer, lk_train_report *report) {
    report->event = LK_TRAIN_EVALUATING;
    return lk_calibration_next(trainer->context, &trainer->calibration, &trainer->tape,
                               trainer->model, &trainer->batches);
}

// ---- Optimizer step -----------------------------------------------------------------------------

static void share(const lk_trainer *trainer, lk_real *block) {
    lk_parts_share(&trainer->parts, block);
    lk_trainer_lap_of_ranks(trainer);
}

static void update_weights(lk_trainer *trainer, double rate, double norm) {
    bool with_stats = lk_trainer_stats_are_due(trainer);
    if (with_stats) lk_statistics_before_step(&trainer->statistics);
    lk_profile_lap(trainer->profile, LK_PROFILE_OTHER);
    lk_optimizer_step(&trainer->optimizer, trainer->model, &trainer->tape.kernels, rate,
                      lk_clip_scale(norm, trainer->settings->grad_clip));
    lk_profile_lap(trainer->profile, LK_PROFILE_OPTIMIZER);
    if (lk_trainer_is_sharded(trainer)) share(trainer, trainer->model->values);
    lk_model_keep_statistics(trainer->model);
    if (!with_stats) return;
    lk_statistics_after_step(&trainer->statistics);
    trainer->step_stats = lk_statistics_get(&trainer->statistics);
}

// The bigram of the highest likelihood, smoothing apart, in one step. Returns its mean loss.
static double set_from_counts(lk_trainer *trainer, uint64_t *counts) {
    size_t tokens = trainer->model->config.vocab_size;
    uint64_t examples = lk_dataset_examples(trainer->dataset, LK_SPLIT_TRAIN);
    for (uint64_t i = 0; i < examples; i++) {
        uint32_t before, after = lk_dataset_example(trainer->dataset, &before, LK_SPLIT_TRAIN, i);
        counts[before * tokens + after]++;
    }
    return lk_bigram_set_counts(trainer->model, counts, trainer->settings->smoothing);
}

static lk_status count(lk_trainer *trainer, lk_train_report *report) {
    size_t tokens = trainer->model->config.vocab_size;
    uint64_t *counts = lk_alloc_zero(trainer->context, tokens * tokens, sizeof *counts);
    LK_NEED(counts);
    report->loss = set_from_counts(trainer, counts);
    lk_free(trainer->context, counts);
    return LK_OK;
}

// Whoever looks at the gradients of all weights has to have them.
static void share_gradients(lk_trainer *trainer, double norm) {
    if (!lk_trainer_is_sharded(trainer) || lk_trainer_stats_are_due(trainer) || !isfinite(norm))
        share(trainer, trainer->model->gradients);
}

static lk_status learn(lk_trainer *trainer, double rate, lk_train_report *report) {
    double loss, norm;
    LK_TRY(lk_trainer_accumulate(trainer, &loss, &norm));
    share_gradients(trainer, norm);
    LK_TRY(lk_trainer_check_step(trainer, loss, norm));
    report->stats = lk_trainer_stats_are_due(trainer) ? &trainer->step_stats : NULL;
    update_weights(trainer, rate, norm);
    report->loss = loss;
    report->learning_rate = rate;
    report->grad_norm = norm;
    return LK_OK;
}

static lk_status step(lk_trainer *trainer, double rate, lk_train_report *report) {
    lk_progress *progress = &trainer->progress;
    lk_profile_step_begin(trainer->profile, &trainer->tape);
    if (trainer->settings->optimizer == LK_OPTIMIZER_COUNTS)
        LK_TRY(count(trainer, report));
    else
        LK_TRY(learn(trainer, rate, report));
    lk_profile_step_end(trainer->profile, &trainer->tape);
    progress->step++;
    progress->tokens += lk_trainer_step_tokens(trainer);
    report->event = LK_TRAIN_STEPPED;
    return LK_OK;
}

static void add_progress(const lk_trainer *trainer, lk_train_report *report) {
    const lk_progress *progress = &trainer->progress;
    report->step = progress->step;
    report->tokens = progress->tokens;
    report->train_loss = progress->train_loss;
    report->val_loss = progress->val_loss;
    report->test_loss = progress->test_loss;
    report->best_val_loss = progress->best_val_loss;
    report->best_step = progress->best_step;
    report->out_of_patience = lk_trainer_out_of_patience(trainer);
}

lk_status lk_trainer_next(lk_trainer *trainer, lk_train_report *report) {
    lk_progress *progress = &trainer->progress;
    lk_train_report result = {.event = LK_TRAIN_DONE};
    if (calibration_is_due(trainer))
        LK_TRY(calibrate(trainer, &result));
    else if (trainer->evaluation.running || lk_trainer_evaluation_is_due(trainer))
        LK_TRY(lk_trainer_evaluate(trainer, &result));
    else if (!lk_trainer_is_last(trainer))
        LK_TRY(step(trainer, lk_schedule_rate(&trainer->schedule, progress->step), &result));
    add_progress(trainer, &result);
    *report = result;
    return LK_OK;
}

lk_status lk_trainer_step_at(lk_trainer *trainer, double learning_rate, lk_train_report *report) {
    lk_train_report result = {0};
    LK_TRY(step(trainer, learning_rate, &result));
    add_progress(trainer, &result);
    *report = result;
    return LK_OK;
}

void lk_trainer_finish(lk_trainer *trainer) { trainer->finishing = true; }

// ---- Looking at a trainer -----------------------------------------------------------------------

const lk_settings *lk_trainer_settings(const lk_trainer *trainer) { return trainer->settings; }
uint64_t lk_trainer_step(const lk_trainer *trainer) { return trainer->progress.step; }
uint64_t lk_trainer_tokens(const lk_trainer *trainer) { return trainer->progress.tokens; }
const lk_model *lk_trainer_model(const lk_trainer *trainer) { return trainer->model; }
const lk_tokenizer *lk_trainer_tokenizer(const lk_trainer *trainer) { return trainer->tokenizer; }
lk_decay_groups lk_trainer_decay_groups(const lk_trainer *trainer) {
    return lk_optimizer_decay_groups(&trainer->optimizer, trainer->model);
}

uint64_t lk_trainer_step_tokens(const lk_trainer *trainer) {
    if (trainer->settings->optimizer == LK_OPTIMIZER_COUNTS)
        return lk_dataset_examples(trainer->dataset, LK_SPLIT_TRAIN);
    return (uint64_t)trainer->settings->gradient_accumulation_steps *
           lk_batches_drawn_targets(&trainer->batches, LK_SPLIT_TRAIN);
}

double lk_trainer_step_operations(const lk_trainer *trainer) {
    const lk_model_config *config = &trainer->model->config;
    lk_model_cost cost;
    if (lk_model_cost_count(trainer->context, &cost, config) != LK_OK) return 0;
    return lk_model_cost_training(&cost, config->block_size,
                                  (double)lk_trainer_step_tokens(trainer) /
                                      lk_model_targets(trainer->model));
}
