#include "models/config.h"

#include "context.h"

#include <stdio.h>

// ---- Names of choices ---------------------------------------------------------------------------

// The name that begins at `names`, and where the next one begins (NULL after the last).
static const char *next_choice(const char *names, size_t *length) {
    *length = strcspn(names, "|");
    return names[*length] ? names + *length + 1 : NULL;
}

int lk_choice_index(const char *choices, const char *name) {
    size_t length;
    for (int index = 0; choices; index++) {
        const char *next = next_choice(choices, &length);
        if (strlen(name) == length && memcmp(choices, name, length) == 0) return index;
        choices = next;
    }
    return -1;
}

void lk_choice_name(char name[LK_CHOICE_BYTES], const char *choices, int index) {
    size_t length;
    const char *next = next_choice(choices, &length);
    for (; index > 0 && next; index--) {
        choices = next;
        next = next_choice(choices, &length);
    }
    snprintf(name, LK_CHOICE_BYTES, "%.*s", (int)length, choices);
}

// ---- Checks -------------------------------------------------------------------------------------

typedef struct size_check {
    const char *name;
    uint32_t value;
    uint32_t least, most;
} size_check;

static lk_status check_sizes(lk_context *context, const lk_model_config *config) {
    const size_check checks[] = {
        {"vocab_size", config->vocab_size, 1, 1u << 24},
        {"block_size", config->block_size, 1, 1u << 20},
        {"n_layer", config->n_layer, 1, 1024},
        {"n_head", config->n_head, 1, 1024},
        {"n_kv_head", config->n_kv_head, 0, 1024},
        {"n_embd", config->n_embd, 1, 1u << 16},
        {"d_ff", config->d_ff, 0, 1u << 20},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].value < checks[i].least || checks[i].value > checks[i].most)
            return lk_fail(context, LK_ERROR_USAGE, "%s is %lu; it must be from %lu to %lu",
                           checks[i].name, (unsigned long)checks[i].value,
                           (unsigned long)checks[i].least, (unsigned long)checks[i].most);
    return LK_OK;
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
    if (!(config->norm_epsilon > 0 && config->norm_epsilon <= 1))
        return lk_fail(context, LK_ERROR_USAGE,
                       "norm_epsilon is %g; it must be above 0 and at most 1",
                       (double)config->norm_epsilon);
    if (config->positions == LK_POSITIONS_ROPE &&
        !(config->rope_theta >= 1 && config->rope_theta <= 1e9f))
        return lk_fail(context, LK_ERROR_USAGE, "rope_theta is %g; it must be from 1 to 1e9",
                       (double)config->rope_theta);
    return LK_OK;
}

static lk_status check_choices(lk_context *context, const lk_model_config *config) {
    bool exist = (unsigned)config->activation <= LK_ACTIVATION_SWIGLU &&
                 (unsigned)config->norm <= LK_NORM_NONE &&
                 (unsigned)config->norm_place <= LK_NORM_POST &&
                 (unsigned)config->positions <= LK_POSITIONS_NONE &&
                 (unsigned)config->init <= LK_INIT_XAVIER;
    if (exist) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE,
                   "a choice of the model's configuration is not one of its enumeration");
}

lk_status lk_model_config_check(lk_context *context, const lk_model_config *config) {
    LK_TRY(check_choices(context, config));
    LK_TRY(check_sizes(context, config));
    LK_TRY(check_heads(context, config));
    return check_numbers(context, config);
}

// ---- What follows -------------------------------------------------------------------------------

// int(8/3 C) rounded up to a multiple of 64: two matrices of SwiGLU are then as large as one of
// 4 C would be, and its rows whole cache lines.
static uint32_t gated_width(uint32_t channels) { return (8 * channels / 3 + 63) / 64 * 64; }

void lk_model_config_complete(lk_model_config *config) {
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
