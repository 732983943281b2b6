#include "models/bigram.h"

#include "context.h"
#include "grad/ops.h"
#include "mathfn.h"
#include "models/cost.h"
#include "models/family.h"
#include "models/tape_plan.h"

// ---- Form ---------------------------------------------------------------------------------------

// The table grows with the square of the vocabulary.
enum { MOST_TOKENS = 1 << 14 };

static lk_status check(lk_context *context, const lk_model_config *config) {
    const lk_size_check checks[] = {
        {"block_size", config->block_size, 1, 1},
        {"vocab_size", config->vocab_size, 1, MOST_TOKENS},
    };
    return lk_check_sizes(context, checks, sizeof checks / sizeof *checks);
}

// It has none of the other families' parts.
static void complete(lk_model_config *config) {
    *config = (lk_model_config){.family = config->family,
                                .vocab_size = config->vocab_size,
                                .block_size = config->block_size,
                                .padding = config->padding,
                                .of_lines = config->of_lines};
}

static lk_status build(lk_model *model) {
    size_t tokens = model->config.vocab_size;
    LK_TRY(lk_model_reserve(model, 1));
    return lk_model_add_parameter(model, &model->bigram.table, "table", tokens, tokens,
                                  (lk_initial){.deviation = 1});
}

static double matrix_weights(const lk_model_config *config) {
    return (double)config->vocab_size * config->vocab_size;
}

// A row is looked up, not multiplied.
static void count_cost(lk_model_cost *cost, const lk_model_config *config) {
    uint64_t tokens = config->vocab_size;
    lk_cost_add(cost, (lk_cost_row){"table", "", 1, tokens * tokens, 0, false, false});
}

// The logits are rows of the table: their gradient goes there.
static void count_memory(lk_context *context, lk_training_memory *memory,
                         const lk_model_config *config, uint32_t sequences) {
    (void)context;
    uint64_t logits = (uint64_t)sequences * config->vocab_size;
    lk_tape_plan plan = {0};
    lk_plan_op(&plan, logits);
    lk_plan_cross_entropy(&plan, sequences, config->vocab_size);
    memory->activations = plan.bytes;
    lk_plan_borrow(&plan, 1);
    lk_plan_borrow(&plan, logits);
    memory->backward = plan.bytes - memory->activations;
}

static void describe(lk_buffer *out, const lk_model_config *config) {
    lk_buffer_printf(out, "bigram: a table of %u × %u", config->vocab_size, config->vocab_size);
}

const lk_family_form lk_bigram_form = {.one_target = true,
                                       .check = check,
                                       .complete = complete,
                                       .build = build,
                                       .matrix_weights = matrix_weights,
                                       .count_cost = count_cost,
                                       .count_memory = count_memory,
                                       .describe = describe};

// ---- Network ------------------------------------------------------------------------------------

lk_tensor *lk_bigram_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    return lk_embedding(tape, &model->bigram.table->tensor, batch->ids, 1, &batch->sequences);
}

// ---- Counts -------------------------------------------------------------------------------------

// What stands for the logarithm of 0: its probability is 0, and it is a number in every file.
static const double impossible = -1e30;

static lk_real logit(uint64_t count, double smoothing) {
    double smoothed = (double)count + smoothing;
    return (lk_real)(smoothed > 0 ? lk_log(smoothed) : impossible);
}

// Returns Σ of the losses of what was counted behind one token.
static double set_row(lk_real *row, const uint64_t *counts, size_t tokens, double smoothing) {
    double total = 0, loss = 0;
    for (size_t j = 0; j < tokens; j++) total += (double)counts[j];
    double log_sum = lk_log(total + smoothing * (double)tokens);
    for (size_t j = 0; j < tokens; j++) {
        row[j] = total > 0 ? logit(counts[j], smoothing) : 0;
        if (counts[j])
            loss += (double)counts[j] * (log_sum - lk_log((double)counts[j] + smoothing));
    }
    return loss;
}

double lk_bigram_set_counts(lk_model *model, const uint64_t *counts, double smoothing) {
    lk_tensor *table = &model->bigram.table->tensor;
    size_t tokens = table->shape[0];
    double loss = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < tokens; i++) {
        const uint64_t *row = counts + i * tokens;
        loss += set_row(table->value + i * tokens, row, tokens, smoothing);
        for (size_t j = 0; j < tokens; j++) total += row[j];
    }
    return total ? loss / (double)total : 0;
}
