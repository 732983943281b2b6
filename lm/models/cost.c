// Parameters and operations, part by part: the rows of the table that Stanford's CS336 asks for in
// its first assignment, for every choice of a configuration.
#include "models/cost.h"

#include "models/config.h"
#include "models/family.h"

#include <assert.h>

// The sizes of a configuration, in the letters of the formulas. All products of them fit a double
// exactly as long as they are below 2^53; parameters always fit 64 bits.
typedef struct sizes {
    const lk_model_config *config;
    uint64_t s, d, f, h, k, v;
} sizes;

static sizes sizes_of(const lk_model_config *config) {
    return (sizes){.config = config,
                   .s = config->block_size,
                   .d = config->n_embd,
                   .f = config->d_ff,
                   .h = config->n_head,
                   .k = lk_model_config_kv_width(config),
                   .v = config->vocab_size};
}

static double product(uint64_t factor, uint64_t a, uint64_t b, uint64_t c) {
    return (double)factor * (double)a * (double)b * (double)c;
}

void lk_cost_add(lk_model_cost *cost, lk_cost_row row) {
    assert(cost->row_count < LK_COST_MOST_ROWS);
    cost->rows[cost->row_count++] = row;
    double operations = row.times * row.operations;
    cost->parameters += row.times * row.parameters;
    cost->operations += operations;
    if (row.matrix_product) cost->matrix_products += operations;
    if (row.between_tokens) cost->between_tokens += operations;
}

// ---- Embeddings ---------------------------------------------------------------------------------

static void add_embeddings(lk_model_cost *cost, const sizes *n) {
    lk_cost_add(cost, (lk_cost_row){"token embedding", "", 1, n->v * n->d, 0, false, false});
    if (n->config->positions != LK_POSITIONS_LEARNED) return;
    cost->position_parameters = n->s * n->d;
    lk_cost_add(cost, (lk_cost_row){"position embedding", "", 1, n->s * n->d, 0, false, false});
}

// ---- Norms --------------------------------------------------------------------------------------

// Operations of a channel. RMSNorm: square, sum, division by the root, gain, and one for the root
// and ε. LayerNorm: the sum of the mean and its subtraction beside these, and a bias.
enum { RMSNORM = 5, LAYERNORM = 7, LAYERNORM_WITH_BIAS = 8 };

static void add_norm(lk_model_cost *cost, const sizes *n, const char *part, uint32_t times) {
    const lk_model_config *config = n->config;
    if (config->norm == LK_NORM_NONE) return;
    lk_cost_row row = {part, "5ds", times, n->d, product(RMSNORM, n->d, n->s, 1), false, false};
    if (config->norm == LK_NORM_LAYER && config->bias) {
        row.formula = "8ds";
        row.parameters = 2 * n->d;
        row.operations = product(LAYERNORM_WITH_BIAS, n->d, n->s, 1);
    } else if (config->norm == LK_NORM_LAYER) {
        row.formula = "7ds";
        row.operations = product(LAYERNORM, n->d, n->s, 1);
    }
    lk_cost_add(cost, row);
}

// ---- Layers -------------------------------------------------------------------------------------

// A matrix of `inputs` × `outputs`, applied to every token.
static void add_linear(lk_model_cost *cost, const sizes *n, const char *part, const char *formula,
                       uint32_t times, uint64_t inputs, uint64_t outputs, bool bias) {
    lk_cost_add(cost, (lk_cost_row){part, formula, times, inputs * outputs + (bias ? outputs : 0),
                                    product(2, inputs, outputs, n->s), true, false});
}

// Turning a pair of channels takes four multiplications and two additions.
static void add_rotation(lk_model_cost *cost, const sizes *n, uint32_t layers) {
    if (n->config->positions != LK_POSITIONS_ROPE) return;
    lk_cost_add(cost, (lk_cost_row){"rope", "3(d+k)s", layers, 0, product(3, n->d + n->k, n->s, 1),
                                    false, false});
}

static void add_attention(lk_model_cost *cost, const sizes *n, uint32_t layers) {
    const lk_model_config *config = n->config;
    double between = product(2, n->d, n->s, n->s);
    add_linear(cost, n, "queries", "2d²s", layers, n->d, n->d, config->qkv_bias);
    add_linear(cost, n, "keys", "2dks", layers, n->d, n->k, config->qkv_bias);
    add_linear(cost, n, "values", "2dks", layers, n->d, n->k, config->qkv_bias);
    add_rotation(cost, n, layers);
    lk_cost_add(cost, (lk_cost_row){"scores QKᵀ", "2ds²", layers, 0, between, true, true});
    // Of a score: the largest, its subtraction, exp, sum, division.
    lk_cost_add(cost, (lk_cost_row){"softmax", "5hs²", layers, 0, product(5, n->h, n->s, n->s),
                                    false, false});
    lk_cost_add(cost, (lk_cost_row){"weighted values", "2ds²", layers, 0, between, true, true});
    add_linear(cost, n, "output", "2d²s", layers, n->d, n->d, config->bias);
}

// SwiGLU has two matrices up, whose biases lie side by side.
static void add_feed_forward(lk_model_cost *cost, const sizes *n, uint32_t layers) {
    const lk_model_config *config = n->config;
    if (config->activation == LK_ACTIVATION_SWIGLU)
        add_linear(cost, n, "feed forward, gate", "2dfs", layers, n->d, n->f, config->bias);
    add_linear(cost, n, "feed forward, up", "2dfs", layers, n->d, n->f, config->bias);
    add_linear(cost, n, "feed forward, down", "2dfs", layers, n->f, n->d, config->bias);
}

static void add_head(lk_model_cost *cost, const sizes *n) {
    const lk_model_config *config = n->config;
    lk_cost_row row = {"head", "2dvs", 1, 0, product(2, n->d, n->v, n->s), true, false};
    if (config->tied_head) row.part = "head, tied";
    if (!config->tied_head) row.parameters += n->v * n->d;
    if (config->head_bias) row.parameters += n->v;
    lk_cost_add(cost, row);
}

void lk_transformer_count_cost(lk_model_cost *cost, const lk_model_config *config) {
    sizes n = sizes_of(config);
    add_embeddings(cost, &n);
    add_norm(cost, &n, "norm of attention", config->n_layer);
    add_attention(cost, &n, config->n_layer);
    add_norm(cost, &n, "norm of feed forward", config->n_layer);
    add_feed_forward(cost, &n, config->n_layer);
    if (config->norm_place == LK_NORM_PRE) add_norm(cost, &n, "last norm", 1);
    add_head(cost, &n);
}

// ---- Any family ---------------------------------------------------------------------------------

lk_status lk_model_cost_count(lk_context *context, lk_model_cost *cost,
                              const lk_model_config *given) {
    LK_TRY(lk_model_config_check(context, given));
    lk_model_config config = *given;
    lk_model_config_complete(&config);
    *cost = (lk_model_cost){0};
    lk_family_form_of(config.family)->count_cost(cost, &config);
    return LK_OK;
}

double lk_model_cost_training(const lk_model_cost *cost, uint32_t block_size, double sequences) {
    double s = block_size, seen = (s + 1) / (2 * s); // of the pairs, by a causal model
    return 3 * sequences * (cost->matrix_products - cost->between_tokens * (1 - seen));
}
