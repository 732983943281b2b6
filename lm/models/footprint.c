// Memory of training and of generation: a walk through a step as lm/models/transformer.c takes it,
// which adds up what it would ask the tape's arena for.
#include "likelore/lm_cost.h"

#include "context.h"
#include "models/config.h"
#include "models/cost.h"
#include "models/family.h"
#include "models/tape_plan.h"
#include "pool.h"

typedef struct step_plan {
    lk_tape_plan tape;
    const lk_model_config *config; // complete
    uint64_t rows;                 // tokens of a micro-batch
    uint64_t threads;
} step_plan;

// ---- Sizes --------------------------------------------------------------------------------------

static uint64_t channels(const step_plan *plan) { return plan->rows * plan->config->n_embd; }
static uint64_t hidden(const step_plan *plan) { return plan->rows * plan->config->d_ff; }
static bool gated(const step_plan *plan) {
    return plan->config->activation == LK_ACTIVATION_SWIGLU;
}
static uint64_t queries_keys_values(const step_plan *plan) {
    return plan->rows *
           (plan->config->n_embd + 2 * (uint64_t)lk_model_config_kv_width(plan->config));
}
static uint64_t logits(const step_plan *plan) {
    return lk_plan_logits(plan->rows, plan->config->vocab_size);
}
static uint64_t attention_scratch(const step_plan *plan) {
    return plan->threads * lk_attention_scratch(plan->tape.kernels,
                                                lk_model_config_head_width(plan->config),
                                                plan->config->block_size);
}

// ---- Forward ------------------------------------------------------------------------------------

static void plan_norm(step_plan *plan) {
    if (plan->config->norm == LK_NORM_NONE) return;
    lk_plan_op(&plan->tape, channels(plan));
    lk_plan_room(&plan->tape, plan->rows);
    if (plan->config->norm == LK_NORM_LAYER) lk_plan_room(&plan->tape, plan->rows);
}

static void plan_drop(step_plan *plan) {
    if (plan->config->dropout > 0) lk_plan_op(&plan->tape, channels(plan));
}

static void plan_embedding(step_plan *plan) {
    lk_plan_op(&plan->tape, channels(plan));
    if (plan->config->positions == LK_POSITIONS_LEARNED) {
        lk_plan_op(&plan->tape, (uint64_t)plan->config->block_size * plan->config->n_embd);
        lk_plan_op(&plan->tape, channels(plan));
    }
    if (plan->config->embedding_dropout) plan_drop(plan);
}

static void plan_linear(step_plan *plan, uint64_t inputs, uint64_t outputs) {
    lk_plan_linear(&plan->tape, plan->rows, inputs, outputs);
}

static void plan_attention(step_plan *plan) {
    plan_linear(plan, plan->config->n_embd, queries_keys_values(plan) / plan->rows);
    plan_linear(plan, plan->config->n_embd, plan->config->n_embd);
    lk_plan_op(&plan->tape, queries_keys_values(plan)); // rope turns them where they lie
    if (plan->config->positions == LK_POSITIONS_ROPE) lk_plan_view(&plan->tape);
    lk_plan_op(&plan->tape, channels(plan));
    lk_plan_borrow(&plan->tape, attention_scratch(plan));
    lk_plan_give_back(&plan->tape, attention_scratch(plan));
    lk_plan_op(&plan->tape, channels(plan));
    plan_drop(plan);
}

static void plan_feed_forward(step_plan *plan) {
    uint64_t d_ff = plan->config->d_ff;
    plan_linear(plan, plan->config->n_embd, gated(plan) ? 2 * d_ff : d_ff);
    plan_linear(plan, d_ff, plan->config->n_embd);
    lk_plan_op(&plan->tape, gated(plan) ? 2 * hidden(plan) : hidden(plan));
    if (gated(plan))
        lk_plan_op(&plan->tape, hidden(plan));
    else if (plan->config->activation != LK_ACTIVATION_RELU)
        lk_plan_room(&plan->tape, hidden(plan)); // what the activation was applied to
    lk_plan_op(&plan->tape, channels(plan));
    plan_drop(plan);
}

static void plan_layer(step_plan *plan, void (*part)(step_plan *plan)) {
    bool before = plan->config->norm_place == LK_NORM_PRE;
    if (before) plan_norm(plan);
    part(plan);
    lk_plan_op(&plan->tape, channels(plan)); // the sum
    if (!before) plan_norm(plan);
}

static void plan_forward(step_plan *plan) {
    plan_embedding(plan);
    for (uint32_t i = 0; i < plan->config->n_layer; i++) {
        plan_layer(plan, plan_attention);
        plan_layer(plan, plan_feed_forward);
    }
    if (plan->config->norm_place == LK_NORM_PRE) plan_norm(plan);
    lk_plan_cross_entropy(&plan->tape, plan->rows, plan->config->vocab_size);
    lk_plan_head(&plan->tape, plan->rows, plan->config->n_embd, plan->config->vocab_size);
}

// ---- Backward -----------------------------------------------------------------------------------

// The sums of gain and bias are held while one of them is added up.
static void plan_norm_backward(step_plan *plan) {
    if (plan->config->norm == LK_NORM_NONE) return;
    uint64_t sums = lk_plan_sums_count(plan->rows, plan->config->n_embd);
    for (int i = 0; i < 3; i++) lk_plan_borrow(&plan->tape, sums);
    for (int i = 0; i < 3; i++) lk_plan_give_back(&plan->tape, sums);
}

// The gradient of the sum goes on to the residual stream; dropout needs one of its own for the
// part. Then each linear layer borrows the gradient of what it was given, and gives back that of
// its result.
static void plan_part_backward(step_plan *plan, uint64_t inner, uint64_t before_activation) {
    if (plan->config->dropout > 0) lk_plan_borrow(&plan->tape, channels(plan));
    lk_plan_sums(&plan->tape, plan->rows, plan->config->n_embd);
    lk_plan_borrow(&plan->tape, inner);
    if (plan->config->dropout > 0) lk_plan_give_back(&plan->tape, channels(plan));
    if (before_activation != inner) {
        lk_plan_borrow(&plan->tape, before_activation);
        lk_plan_give_back(&plan->tape, inner);
    }
    lk_plan_sums(&plan->tape, plan->rows, before_activation / plan->rows);
    lk_plan_borrow(&plan->tape, channels(plan));
    lk_plan_give_back(&plan->tape, before_activation);
    plan_norm_backward(plan);
    lk_plan_give_back(&plan->tape, channels(plan));
}

static void plan_attention_backward(step_plan *plan) {
    lk_plan_borrow(&plan->tape, attention_scratch(plan));
    plan_part_backward(plan, channels(plan), queries_keys_values(plan));
    lk_plan_give_back(&plan->tape, attention_scratch(plan));
}

// The gradient of a position embedding is that of the sequences, added up.
static void plan_embedding_backward(step_plan *plan) {
    uint64_t table = (uint64_t)plan->config->block_size * plan->config->n_embd;
    if (plan->config->positions != LK_POSITIONS_LEARNED) return;
    lk_plan_borrow(&plan->tape, table);
    lk_plan_sums(&plan->tape, plan->rows / plan->config->block_size, table);
    lk_plan_give_back(&plan->tape, table);
}

// Every layer uses the buffers of the one after it again, so that one is enough.
static void plan_backward(step_plan *plan) {
    lk_plan_borrow(&plan->tape, 1);
    lk_plan_borrow(&plan->tape, channels(plan)); // the gradient of the residual stream
    if (plan->config->head_bias)
        lk_plan_sums(&plan->tape, logits(plan) / plan->config->vocab_size,
                     plan->config->vocab_size);
    lk_plan_give_back(&plan->tape, logits(plan));
    plan_part_backward(plan, hidden(plan), gated(plan) ? 2 * hidden(plan) : hidden(plan));
    plan_attention_backward(plan);
    plan_embedding_backward(plan);
}

// ---- Totals -------------------------------------------------------------------------------------

// Weights, and the tables that go with them.
uint64_t lk_weight_bytes(const lk_model_config *config, const lk_model_cost *cost) {
    uint64_t positions = config->block_size, tables = 0;
    if (config->family == LK_FAMILY_TRANSFORMER && config->positions == LK_POSITIONS_ROPE)
        tables = positions * (lk_model_config_head_width(config) / 2) * 2 * sizeof(lk_real);
    return cost->parameters * sizeof(lk_real) + positions * sizeof(uint32_t) + tables;
}

void lk_transformer_count_memory(lk_context *context, lk_training_memory *memory,
                                 const lk_model_config *config, uint32_t sequences) {
    step_plan plan = {.tape.kernels = lk_context_kernels(context),
                      .config = config,
                      .rows = (uint64_t)sequences * config->block_size,
                      .threads = (uint64_t)lk_pool_threads(lk_context_pool(context))};
    plan_forward(&plan);
    memory->activations = plan.tape.bytes;
    plan_backward(&plan);
    memory->backward = plan.tape.bytes - memory->activations;
    memory->panels = plan.tape.scratch;
}

// ---- Any family ---------------------------------------------------------------------------------

// What a batch of an evaluation takes beyond a step. It has no backward pass, but the products of
// one may be in its panels: an upper bound.
static void count_evaluation(lk_context *context, lk_training_memory *step,
                             const lk_model_config *config, uint32_t sequences) {
    lk_training_memory memory = {0};
    lk_family_form_of(config->family)->count_memory(context, &memory, config, sequences);
    uint64_t tape = step->activations + step->backward;
    if (memory.activations > tape) step->evaluation = memory.activations - tape;
    if (memory.panels > step->panels) step->panels = memory.panels;
}

lk_status lk_training_memory_count(lk_context *context, lk_training_memory *memory,
                                   const lk_model_config *given, const lk_training_load *load) {
    lk_model_cost cost;
    LK_TRY(lk_model_cost_count(context, &cost, given));
    lk_model_config config = *given;
    lk_model_config_complete(&config);
    uint64_t parameters = cost.parameters * sizeof(lk_real);
    *memory = (lk_training_memory){.weights = lk_weight_bytes(&config, &cost),
                                   .gradients = parameters,
                                   .optimizer = load->optimizer_blocks * parameters,
                                   .statistics = load->watched ? parameters : 0};
    if (load->sequences)
        lk_family_form_of(config.family)->count_memory(context, memory, &config, load->sequences);
    if (load->evaluated) count_evaluation(context, memory, &config, load->evaluated);
    memory->total = memory->weights + memory->gradients + memory->optimizer + memory->statistics +
                    memory->activations + memory->backward + memory->panels + memory->evaluation;
    return LK_OK;
}
