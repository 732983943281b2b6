#include "train/settings_cost.h"

#include "checkpoint/checkpoint.h"
#include "context.h"
#include "likelore/lm_speed.h"
#include "models/cost_show.h"
#include "train/batches.h"
#include "train/settings.h"

// Counts are made without a step; each of them, of 64 bits, is as large as two weights.
enum { COUNT_BLOCKS = 2 };

static uint32_t optimizer_blocks(const lk_settings *settings) {
    lk_optimizer_options options = {.kind = (lk_optimizer_kind)settings->optimizer,
                                    .momentum = settings->momentum};
    if (options.kind == LK_OPTIMIZER_COUNTS) return COUNT_BLOCKS;
    return (uint32_t)lk_optimizer_block_count(&options);
}

lk_training_load lk_settings_load(const lk_settings *settings, const lk_model_config *config,
                                  uint64_t least_sequences) {
    uint64_t sequences = (uint64_t)settings->batch_size;
    if (sequences < least_sequences) sequences = least_sequences;
    if (sequences > UINT32_MAX) sequences = UINT32_MAX;
    bool in_order = lk_model_config_has_one_target(config) &&
                    (settings->eval_iters == 0 || settings->calibrate);
    bool makes_steps = settings->optimizer != LK_OPTIMIZER_COUNTS;
    return (lk_training_load){.sequences = makes_steps ? (uint32_t)sequences : 0,
                              .evaluated = in_order ? LK_EXAMPLES_IN_ORDER : (uint32_t)sequences,
                              .optimizer_blocks = optimizer_blocks(settings),
                              .watched = makes_steps && settings->stats > 0};
}

// ---- The shape ----------------------------------------------------------------------------------

static lk_status find_vocabulary(lk_context *context, uint32_t *vocab_size,
                                 const lk_settings *settings) {
    *vocab_size = (uint32_t)settings->vocab_size;
    if (*vocab_size) return LK_OK;
    if (strcmp(settings->tokenizer, "char") == 0)
        return lk_fail(context, LK_ERROR_USAGE,
                       "how many tokens the vocabulary has is not known before there is a text: "
                       "set vocab_size, or name a tokenizer");
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_load(context, &tokenizer, settings->tokenizer, NULL));
    *vocab_size = lk_tokenizer_count(tokenizer);
    lk_tokenizer_free(tokenizer);
    return LK_OK;
}

lk_status lk_settings_shape(lk_context *context, lk_model_config *config,
                            const lk_settings *settings) {
    uint32_t vocab_size;
    LK_TRY(find_vocabulary(context, &vocab_size, settings));
    *config = lk_settings_model_config(settings, vocab_size);
    return LK_OK;
}

// ---- Memory -------------------------------------------------------------------------------------

// What differs in one of several ranks, and where gradients are added up apart (accumulate.c).
static void share_out(lk_training_memory *memory, const lk_settings *settings, bool deterministic,
                      uint64_t ranks) {
    uint64_t sum = memory->gradients / ranks, optimizer = memory->optimizer / ranks;
    memory->total -= memory->gradients + memory->optimizer;
    if (deterministic && settings->gradient_accumulation_steps > (int64_t)ranks)
        memory->gradients += sum;
    if (settings->shard_optimizer) memory->optimizer = optimizer;
    memory->total += memory->gradients + memory->optimizer;
}

lk_status lk_settings_check_memory(lk_context *context, lk_training_memory *memory,
                                   const lk_settings *settings, const lk_model_config *config,
                                   uint64_t least_sequences, int ranks) {
    lk_training_load load = lk_settings_load(settings, config, least_sequences);
    LK_TRY(lk_training_memory_count(context, memory, config, &load));
    share_out(memory, settings, lk_context_deterministic(context), (uint64_t)ranks);
    uint64_t limit = lk_context_memory_limit(context);
    if (memory->total <= limit && memory->total < SIZE_MAX / 2) return LK_OK;
    return lk_fail(context, LK_ERROR_LIMIT,
                   "training needs about %.0f MB, more than the limit of %.0f MB: lower "
                   "batch_size, block_size or the size of the model",
                   (double)memory->total / 1e6, (double)limit / 1e6);
}

// ---- Showing ------------------------------------------------------------------------------------

static lk_status make_report(lk_cost_report *report, const lk_settings *settings) {
    lk_model_config config;
    LK_TRY(lk_settings_shape(settings->context, &config, settings));
    lk_training_load load = lk_settings_load(settings, &config, 1);
    return lk_cost_report_make(settings->context, report, &config, &load);
}

lk_status lk_settings_cost_text(lk_buffer *out, const lk_settings *settings,
                                const lk_training_speed *speed) {
    lk_cost_report report;
    LK_TRY(make_report(&report, settings));
    lk_model_config_describe(out, &report.config);
    lk_buffer_printf(out, "context     %u tokens, of a vocabulary of %u\n",
                     report.config.block_size, report.config.vocab_size);
    lk_cost_report_parameters(out, &report);
    lk_cost_report_text(out, &report);
    if (speed) lk_training_speed_text(out, speed);
    return lk_buffer_status(out);
}

lk_status lk_settings_cost_json(lk_buffer *out, const lk_settings *settings,
                                const lk_training_speed *speed) {
    lk_cost_report report;
    LK_TRY(make_report(&report, settings));
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(settings->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_object(writer, "config");
    lk_config_add(writer, &report.config);
    lk_json_end(writer);
    lk_json_add_integer(writer, "parameters", (int64_t)report.cost.parameters);
    lk_json_add_integer(writer, "parameters_without_positions",
                        (int64_t)(report.cost.parameters - report.cost.position_parameters));
    lk_cost_report_add_json(writer, &report);
    if (speed) lk_training_speed_add_json(writer, "speed", speed);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    return status;
}
