// The configuration of a transformer: checks, and what follows from it.
#include "models/family.h"

#include "context.h"
#include "models/cost.h"
#include "models/transformer.h"

// ---- Checks -------------------------------------------------------------------------------------

static lk_status check_sizes(lk_context *context, const lk_model_config *config) {
    const lk_size_check checks[] = {
        {"n_layer", config->n_layer, 1, 1024},     {"n_head", config->n_head, 1, 1024},
        {"n_kv_head", config->n_kv_head, 0, 1024}, {"n_embd", config->n_embd, 1, 1u << 16},
        {"d_ff", config->d_ff, 0, 1u << 20},
    };
    return lk_check_sizes(context, checks, sizeof checks / sizeof *checks);
}

static lk_status check_heads(lk_context *context, const lk_model_config *config) {
    unsigned long heads = config->n_head, kv_heads = config->n_kv_head;
    if (config->n_embd % config->n_head != 0)
        return lk_fail(context, LK_ERROR_USAGE, "n_embd (%lu) is not a multiple of n_head (%lu)",
                       (unsigned long)config->n_embd, heads);
    if (kv_heads != 0 && heads % kv_heads != 0)
        return lk_fail(context, LK_ERROR_USAGE, "n_head (%lu) is not a multiple of n_kv_head (%lu)",
                       heads, kv_heads);
    uint32_t width = lk_model_config_head_width(config);
    if (config->positions == LK_POSITIONS_ROPE && width % 2 != 0)
        return lk_fail(context, LK_ERROR_USAGE,
                       "rope turns pairs of channels, but n_embd/n_head is %lu, an odd number",
                       (unsigned long)width);
    return LK_OK;
}

static lk_status check_numbers(lk_context *context, const lk_model_config *config) {
    if (!(config->dropout >= 0 && config->dropout < 1))
        return lk_fail(context, LK_ERROR_USAGE, "dropout is %g; it must be at least 0 and below 1",
                       (double)config->dropout);
    LK_TRY(lk_check_epsilon(context, config));
    if (config->positions == LK_POSITIONS_ROPE &&
        !(config->rope_theta >= 1 && config->rope_theta <= 1e9f))
        return lk_fail(context, LK_ERROR_USAGE, "rope_theta is %g; it must be from 1 to 1e9",
                       (double)config->rope_theta);
    return LK_OK;
}

static lk_status check(lk_context *context, const lk_model_config *config) {
    if (config->norm == LK_NORM_BATCH)
        return lk_fail(context, LK_ERROR_USAGE,
                       "batch normalisation is for the models mlp and wavenet: a transformer has "
                       "the norm layernorm, rmsnorm or none");
    LK_TRY(check_sizes(context, config));
    LK_TRY(check_heads(context, config));
    return check_numbers(context, config);
}

// ---- What follows -------------------------------------------------------------------------------

// int(8/3 C) rounded up to a multiple of 64: two matrices of SwiGLU are then as large as one of
// 4 C would be, and its rows whole cache lines.
static uint32_t gated_width(uint32_t channels) { return (8 * channels / 3 + 63) / 64 * 64; }

static void complete(lk_model_config *config) {
    bool gated = config->activation == LK_ACTIVATION_SWIGLU;
    if (config->n_kv_head == 0) config->n_kv_head = config->n_head;
    if (config->d_ff == 0) config->d_ff = gated ? gated_width(config->n_embd) : 4 * config->n_embd;
}

uint32_t lk_model_config_head_width(const lk_model_config *config) {
    return config->n_embd / config->n_head;
}

uint32_t lk_model_config_kv_width(const lk_model_config *config) {
    return config->n_kv_head * lk_model_config_head_width(config);
}

// ---- Sizes --------------------------------------------------------------------------------------

// The inner matrices of a layer are two, and with a gate three.
static double layer_weights(const lk_model_config *config) {
    double width = config->n_embd, kv_width = lk_model_config_kv_width(config);
    double inner_matrices = config->activation == LK_ACTIVATION_SWIGLU ? 3 : 2;
    return 2 * width * (width + kv_width) + inner_matrices * width * config->d_ff;
}

static double matrix_weights(const lk_model_config *config) {
    double positions = config->positions == LK_POSITIONS_LEARNED ? config->block_size : 0;
    return (config->vocab_size + positions) * config->n_embd +
           config->n_layer * layer_weights(config);
}

static void describe(lk_buffer *out, const lk_model_config *config) {
    char activation[LK_CHOICE_BYTES], norm[LK_CHOICE_BYTES], positions[LK_CHOICE_BYTES];
    lk_choice_name(activation, LK_ACTIVATION_CHOICES, (int)config->activation);
    lk_choice_name(norm, LK_NORM_CHOICES, (int)config->norm);
    lk_choice_name(positions, LK_POSITIONS_CHOICES, (int)config->positions);
    lk_buffer_printf(out, "transformer: %u layers × %u wide, %u heads", config->n_layer,
                     config->n_embd, config->n_head);
    if (config->n_kv_head != config->n_head)
        lk_buffer_printf(out, " (%u of keys and values)", config->n_kv_head);
    lk_buffer_printf(out, ", %s %u\n            norm %s%s, positions %s", activation, config->d_ff,
                     norm, config->norm_place == LK_NORM_POST ? " after each part" : "", positions);
}

const lk_family_form lk_transformer_form = {.check = check,
                                            .complete = complete,
                                            .build = lk_transformer_build,
                                            .matrix_weights = matrix_weights,
                                            .count_cost = lk_transformer_count_cost,
                                            .count_memory = lk_transformer_count_memory,
                                            .describe = describe};
