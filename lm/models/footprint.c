// Memory of training and of generation: a walk through a step as lm/models/transformer.c takes it,
// which adds up what it would ask the tape's arena for.
#include "likelore/lm_cost.h"

#include "context.h"
#include "grad/op.h"
#include "models/config.h"
#include "models/cost.h"
#include "models/family.h"
#include "pool.h"

// ---- A plan of the tape -------------------------------------------------------------------------

enum { MOST_BUFFERS = 16 };

// A size of buffers that are borrowed, and how many of them wait to be used again.
typedef struct spare_size {
    uint64_t count;
    unsigned free;
} spare_size;

typedef struct tape_plan {
    uint64_t bytes;
    spare_size spares[MOST_BUFFERS];
    size_t spare_sizes;
    const lk_model_config *config; // complete
    uint64_t rows;                 // tokens of a micro-batch
    uint64_t threads;
} tape_plan;

static void take(tape_plan *plan, uint64_t bytes) {
    const uint64_t grain = LK_ARENA_ALIGNMENT;
    plan->bytes += (bytes + grain - 1) / grain * grain;
}

static void room(tape_plan *plan, uint64_t count) { take(plan, count * sizeof(lk_real)); }

// An op: its node and its result.
static void op(tape_plan *plan, uint64_t count) {
    take(plan, sizeof(lk_node));
    room(plan, count);
}

static spare_size *spares_of(tape_plan *plan, uint64_t count) {
    size_t i = 0;
    while (i < plan->spare_sizes && plan->spares[i].count != count) i++;
    if (i == plan->spare_sizes) plan->spares[plan->spare_sizes++] = (spare_size){count, 0};
    return &plan->spares[i];
}

static void borrow(tape_plan *plan, uint64_t count) {
    spare_size *spares = spares_of(plan, count);
    if (spares->free)
        spares->free--;
    else
        take(plan, LK_ARENA_ALIGNMENT + count * sizeof(lk_real));
}

static void give_back(tape_plan *plan, uint64_t count) { spares_of(plan, count)->free++; }

// ---- Sizes --------------------------------------------------------------------------------------

static uint64_t channels(const tape_plan *plan) { return plan->rows * plan->config->n_embd; }
static uint64_t hidden(const tape_plan *plan) { return plan->rows * plan->config->d_ff; }
static bool gated(const tape_plan *plan) {
    return plan->config->activation == LK_ACTIVATION_SWIGLU;
}
static uint64_t queries_keys_values(const tape_plan *plan) {
    return plan->rows *
           (plan->config->n_embd + 2 * (uint64_t)lk_model_config_kv_width(plan->config));
}
static uint64_t logits(const tape_plan *plan) {
    size_t vocabulary = plan->config->vocab_size;
    return (uint64_t)lk_cross_entropy_chunk((size_t)plan->rows, vocabulary) * vocabulary;
}
static uint64_t attention_scratch(const tape_plan *plan) {
    return plan->threads *
           lk_attention_scratch(lk_model_config_head_width(plan->config), plan->config->block_size);
}

// ---- Forward ------------------------------------------------------------------------------------

static void plan_norm(tape_plan *plan) {
    if (plan->config->norm == LK_NORM_NONE) return;
    op(plan, channels(plan));
    room(plan, plan->rows);
    if (plan->config->norm == LK_NORM_LAYER) room(plan, plan->rows);
}

static void plan_drop(tape_plan *plan) {
    if (plan->config->dropout > 0) op(plan, channels(plan));
}

static void plan_embedding(tape_plan *plan) {
    op(plan, channels(plan));
    if (plan->config->positions == LK_POSITIONS_LEARNED) {
        op(plan, (uint64_t)plan->config->block_size * plan->config->n_embd);
        op(plan, channels(plan));
    }
    plan_drop(plan);
}

static void plan_attention(tape_plan *plan) {
    op(plan, queries_keys_values(plan)); // rope turns them where they lie
    if (plan->config->positions == LK_POSITIONS_ROPE) take(plan, sizeof(lk_node));
    op(plan, channels(plan));
    borrow(plan, attention_scratch(plan));
    give_back(plan, attention_scratch(plan));
    op(plan, channels(plan));
    plan_drop(plan);
}

static void plan_feed_forward(tape_plan *plan) {
    op(plan, gated(plan) ? 2 * hidden(plan) : hidden(plan));
    if (gated(plan))
        op(plan, hidden(plan));
    else if (plan->config->activation != LK_ACTIVATION_RELU)
        room(plan, hidden(plan)); // what the activation was applied to
    op(plan, channels(plan));
    plan_drop(plan);
}

static void plan_layer(tape_plan *plan, void (*part)(tape_plan *plan)) {
    bool before = plan->config->norm_place == LK_NORM_PRE;
    if (before) plan_norm(plan);
    part(plan);
    op(plan, channels(plan)); // the sum
    if (!before) plan_norm(plan);
}

static void plan_forward(tape_plan *plan) {
    plan_embedding(plan);
    for (uint32_t i = 0; i < plan->config->n_layer; i++) {
        plan_layer(plan, plan_attention);
        plan_layer(plan, plan_feed_forward);
    }
    if (plan->config->norm_place == LK_NORM_PRE) plan_norm(plan);
    op(plan, 1);
    take(plan, logits(plan) / plan->config->vocab_size * sizeof(double)); // losses
    borrow(plan, logits(plan));
}

// ---- Backward -----------------------------------------------------------------------------------

// Sums over the rows of a gradient of `columns`, as biases and gains need them: a row of sums for
// each block of rows.
static uint64_t sums_count(uint64_t rows, uint64_t columns) {
    return (rows + LK_SUM_BLOCK_ROWS - 1) / LK_SUM_BLOCK_ROWS * columns;
}

static void plan_sums(tape_plan *plan, uint64_t rows, uint64_t columns) {
    borrow(plan, sums_count(rows, columns));
    give_back(plan, sums_count(rows, columns));
}

// The sums of gain and bias are held while one of them is added up.
static void plan_norm_backward(tape_plan *plan) {
    if (plan->config->norm == LK_NORM_NONE) return;
    uint64_t sums = sums_count(plan->rows, plan->config->n_embd);
    for (int i = 0; i < 3; i++) borrow(plan, sums);
    for (int i = 0; i < 3; i++) give_back(plan, sums);
}

// The gradient of the sum goes on to the residual stream; dropout needs one of its own for the
// part. Then each linear layer borrows the gradient of what it was given, and gives back that of
// its result.
static void plan_part_backward(tape_plan *plan, uint64_t inner, uint64_t before_activation) {
    if (plan->config->dropout > 0) borrow(plan, channels(plan));
    plan_sums(plan, plan->rows, plan->config->n_embd);
    borrow(plan, inner);
    if (plan->config->dropout > 0) give_back(plan, channels(plan));
    if (before_activation != inner) {
        borrow(plan, before_activation);
        give_back(plan, inner);
    }
    plan_sums(plan, plan->rows, before_activation / plan->rows);
    borrow(plan, channels(plan));
    give_back(plan, before_activation);
    plan_norm_backward(plan);
    give_back(plan, channels(plan));
}

static void plan_attention_backward(tape_plan *plan) {
    borrow(plan, attention_scratch(plan));
    plan_part_backward(plan, channels(plan), queries_keys_values(plan));
    give_back(plan, attention_scratch(plan));
}

// The gradient of a position embedding is that of the sequences, added up.
static void plan_embedding_backward(tape_plan *plan) {
    uint64_t table = (uint64_t)plan->config->block_size * plan->config->n_embd;
    if (plan->config->positions != LK_POSITIONS_LEARNED) return;
    borrow(plan, table);
    plan_sums(plan, plan->rows / plan->config->block_size, table);
    give_back(plan, table);
}

// Every layer uses the buffers of the one after it again, so that one is enough.
static void plan_backward(tape_plan *plan) {
    borrow(plan, 1);
    borrow(plan, channels(plan)); // the gradient of the residual stream
    if (plan->config->head_bias)
        plan_sums(plan, logits(plan) / plan->config->vocab_size, plan->config->vocab_size);
    give_back(plan, logits(plan));
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
    tape_plan plan = {.config = config,
                      .rows = (uint64_t)sequences * config->block_size,
                      .threads = (uint64_t)lk_pool_threads(lk_context_pool(context))};
    plan_forward(&plan);
    memory->activations = plan.bytes;
    plan_backward(&plan);
    memory->backward = plan.bytes - memory->activations;
}

// ---- Any family ---------------------------------------------------------------------------------

lk_status lk_training_memory_count(lk_context *context, lk_training_memory *memory,
                                   const lk_model_config *given, uint32_t sequences,
                                   uint32_t optimizer_blocks) {
    lk_model_cost cost;
    LK_TRY(lk_model_cost_count(context, &cost, given));
    lk_model_config config = *given;
    lk_model_config_complete(&config);
    uint64_t parameters = cost.parameters * sizeof(lk_real);
    *memory = (lk_training_memory){.weights = lk_weight_bytes(&config, &cost),
                                   .gradients = parameters,
                                   .optimizer = optimizer_blocks * parameters};
    lk_family_form_of(config.family)->count_memory(context, memory, &config, sequences);
    memory->total = memory->weights + memory->gradients + memory->optimizer + memory->activations +
                    memory->backward;
    return LK_OK;
}
