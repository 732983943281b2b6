#include "models/config.h"

#include "context.h"
#include "models/family.h"

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

lk_status lk_check_sizes(lk_context *context, const lk_size_check *checks, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (checks[i].value < checks[i].least || checks[i].value > checks[i].most)
            return lk_fail(context, LK_ERROR_USAGE, "%s is %lu; it must be from %lu to %lu",
                           checks[i].name, (unsigned long)checks[i].value,
                           (unsigned long)checks[i].least, (unsigned long)checks[i].most);
    return LK_OK;
}

static lk_status check_sizes(lk_context *context, const lk_model_config *config) {
    const lk_size_check checks[] = {
        {"vocab_size", config->vocab_size, 1, 1u << 24},
        {"block_size", config->block_size, 1, 1u << 20},
    };
    LK_TRY(lk_check_sizes(context, checks, sizeof checks / sizeof *checks));
    if (config->padding < config->vocab_size) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE, "padding is %lu, which is no token of %lu",
                   (unsigned long)config->padding, (unsigned long)config->vocab_size);
}

lk_status lk_check_epsilon(lk_context *context, const lk_model_config *config) {
    if (config->norm_epsilon > 0 && config->norm_epsilon <= 1) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE, "norm_epsilon is %g; it must be above 0 and at most 1",
                   (double)config->norm_epsilon);
}

static lk_status check_choices(lk_context *context, const lk_model_config *config) {
    bool exist = (unsigned)config->family <= LK_FAMILY_WAVENET &&
                 (unsigned)config->activation <= LK_ACTIVATION_SWIGLU &&
                 (unsigned)config->norm <= LK_NORM_BATCH &&
                 (unsigned)config->norm_place <= LK_NORM_POST &&
                 (unsigned)config->positions <= LK_POSITIONS_NONE &&
                 (unsigned)config->running <= LK_RUNNING_DEVIATION &&
                 (unsigned)config->init <= LK_INIT_XAVIER;
    if (exist) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE,
                   "a choice of the model's configuration is not one of its enumeration");
}

lk_status lk_model_config_check(lk_context *context, const lk_model_config *config) {
    LK_TRY(check_choices(context, config));
    LK_TRY(check_sizes(context, config));
    return lk_family_form_of(config->family)->check(context, config);
}

void lk_model_config_complete(lk_model_config *config) {
    const lk_family_form *form = lk_family_form_of(config->family);
    if (form->complete) form->complete(config);
}

bool lk_model_config_has_one_target(const lk_model_config *config) {
    return lk_family_form_of(config->family)->one_target;
}
