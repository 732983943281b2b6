#include "train/settings.h"

#include "train/presets.h"
#include "train/settings_value.h"

#include "context.h"
#include "likelore/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// ---- The table ----------------------------------------------------------------------------------

typedef enum setting_type { TEXT, CHOICE, INTEGER, NUMBER, SWITCH } setting_type;

typedef struct setting {
    const char *name;
    setting_type type;
    size_t offset;       // of the field in lk_settings
    const char *text;    // default of a text
    const char *choices; // names of a choice, separated by '|'
    double standard;     // default of the others
    double least, most;  // range of integers and numbers
    const char *meaning;
} setting;

#define OFFSET(name) offsetof(lk_settings, name)
#define TEXT_ROW(name, standard, meaning)                                                          \
    {#name, TEXT, OFFSET(name), standard, NULL, 0, 0, 0, meaning},
#define CHOICE_ROW(name, standard, names, meaning)                                                 \
    {#name, CHOICE, OFFSET(name), NULL, names, standard, 0, 0, meaning},
#define INTEGER_ROW(name, standard, least, most, meaning)                                          \
    {#name, INTEGER, OFFSET(name), NULL, NULL, standard, least, most, meaning},
#define NUMBER_ROW(name, standard, least, most, meaning)                                           \
    {#name, NUMBER, OFFSET(name), NULL, NULL, standard, least, most, meaning},
#define SWITCH_ROW(name, standard, meaning)                                                        \
    {#name, SWITCH, OFFSET(name), NULL, NULL, standard, 0, 0, meaning},

static const setting table[] = {
    LK_SETTINGS_LIST(TEXT_ROW, CHOICE_ROW, INTEGER_ROW, NUMBER_ROW, SWITCH_ROW)};

enum { SETTING_COUNT = sizeof table / sizeof table[0] };

// Of nanoGPT, without a meaning here: one kind of processor, float32, compiled already.
static const char *const ignored[] = {"device", "dtype", "compile"};

static bool is_ignored(const char *key) {
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (strcmp(key, ignored[i]) == 0) return true;
    return false;
}

static const setting *find(const char *key) {
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (strcmp(key, table[i].name) == 0) return &table[i];
    return NULL;
}

static lk_status unknown_key(lk_context *context, const char *key) {
    const char *names[SETTING_COUNT + 1];
    for (size_t i = 0; i < SETTING_COUNT; i++) names[i] = table[i].name;
    names[SETTING_COUNT] = "preset";
    const char *nearest = lk_suggest(key, names, SETTING_COUNT + 1);
    if (nearest)
        return lk_fail(context, LK_ERROR_UNKNOWN_NAME,
                       "there is no setting '%s'; did you mean '%s'?", key, nearest);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "there is no setting '%s'", key);
}

// ---- Fields -------------------------------------------------------------------------------------

static char **text_field(const lk_settings *settings, const setting *row) {
    return (char **)((char *)settings + row->offset);
}
static int64_t *integer_field(const lk_settings *settings, const setting *row) {
    return (int64_t *)((char *)settings + row->offset);
}
static double *number_field(const lk_settings *settings, const setting *row) {
    return (double *)((char *)settings + row->offset);
}
static bool *switch_field(const lk_settings *settings, const setting *row) {
    return (bool *)((char *)settings + row->offset);
}

static lk_status set_text(lk_settings *settings, const setting *row, const char *text) {
    char *copy = lk_copy_text(settings->context, text, strlen(text));
    LK_NEED(copy);
    lk_free(settings->context, *text_field(settings, row));
    *text_field(settings, row) = copy;
    return LK_OK;
}

static lk_status set_standard(lk_settings *settings, const setting *row) {
    switch (row->type) {
    case TEXT:
        return set_text(settings, row, row->text);
    case NUMBER:
        *number_field(settings, row) = row->standard;
        break;
    case SWITCH:
        *switch_field(settings, row) = row->standard != 0;
        break;
    case CHOICE:
    case INTEGER:
        *integer_field(settings, row) = (int64_t)row->standard;
        break;
    }
    return LK_OK;
}

// ---- Values from text ---------------------------------------------------------------------------

static lk_status wrong_type(lk_context *context, const setting *row, const char *what,
                            const lk_setting_value *value) {
    return lk_fail(context, LK_ERROR_USAGE, "%s takes %s, not '%s'", row->name, what, value->text);
}

static bool is_truth(const char *text, bool *on) {
    *on = strcmp(text, "True") == 0 || strcmp(text, "true") == 0;
    return *on || strcmp(text, "False") == 0 || strcmp(text, "false") == 0;
}

// What looks like a switch, such as `stats`, says what it counts.
static lk_status no_number(lk_context *context, const setting *row, const lk_setting_value *value) {
    const char *what = row->type == INTEGER ? "a whole number" : "a number";
    if (value->quoted || !is_truth(value->text, &(bool){0}))
        return wrong_type(context, row, what, value);
    return lk_fail(context, LK_ERROR_USAGE, "%s takes %s, not '%s' (%s)", row->name, what,
                   value->text, row->meaning);
}

// One factor of a product, such as 5, 6e-4 or -1. Returns where it ends, NULL when there is none.
static const char *read_factor(const char *text, double *factor) {
    while (*text == ' ' || *text == '\t') text++;
    size_t length = strspn(text, "+-.0123456789eE");
    char *end;
    *factor = strtod(text, &end);
    if (length == 0 || end != text + length || !isfinite(*factor)) return NULL;
    while (*end == ' ' || *end == '\t') end++;
    return end;
}

// A number or a product of numbers, such as 5 * 8.
static bool read_number(const char *text, double *number) {
    double product = 1, factor;
    for (;;) {
        text = read_factor(text, &factor);
        if (!text) return false;
        product *= factor;
        if (*text == 0) break;
        if (*text++ != '*') return false;
    }
    *number = product;
    return true;
}

static lk_status set_number(lk_settings *settings, const setting *row,
                            const lk_setting_value *value) {
    lk_context *context = settings->context;
    bool whole = row->type == INTEGER;
    double number;
    if (value->quoted || !read_number(value->text, &number) || (whole && number != floor(number)))
        return no_number(context, row, value);
    if (number < row->least || number > row->most)
        return lk_fail(context, LK_ERROR_USAGE, "%s must be from %.16g to %.16g, not %s", row->name,
                       row->least, row->most, value->text);
    if (whole)
        *integer_field(settings, row) = (int64_t)number;
    else
        *number_field(settings, row) = number;
    return LK_OK;
}

static lk_status read_switch(lk_context *context, bool *on, const setting *row,
                             const lk_setting_value *value) {
    bool yes;
    if (value->quoted || !is_truth(value->text, &yes))
        return wrong_type(context, row, "True or False", value);
    *on = yes;
    return LK_OK;
}

static lk_status set_choice(lk_settings *settings, const setting *row,
                            const lk_setting_value *value) {
    int index = lk_choice_index(row->choices, value->text);
    if (index >= 0) {
        *integer_field(settings, row) = index;
        return LK_OK;
    }
    char what[128];
    snprintf(what, sizeof what, "one of %s", row->choices);
    return wrong_type(settings->context, row, what, value);
}

static lk_status set_row(lk_settings *settings, const setting *row, const lk_setting_value *value) {
    switch (row->type) {
    case TEXT:
        return set_text(settings, row, value->text);
    case CHOICE:
        return set_choice(settings, row, value);
    case SWITCH:
        return read_switch(settings->context, switch_field(settings, row), row, value);
    case INTEGER:
    case NUMBER:
        break;
    }
    return set_number(settings, row, value);
}

// ---- Presets ------------------------------------------------------------------------------------

static lk_status apply_preset(lk_settings *settings, const lk_preset *preset) {
    if (preset->base) {
        const lk_preset *base;
        LK_TRY(lk_preset_find(settings->context, &base, preset->base));
        LK_TRY(apply_preset(settings, base));
    } else {
        for (size_t i = 0; i < SETTING_COUNT; i++) LK_TRY(set_standard(settings, &table[i]));
    }
    LK_TRY(lk_settings_read(settings, preset->name, preset->lines, strlen(preset->lines)));
    settings->preset = preset->name;
    settings->changed = false;
    return LK_OK;
}

static lk_status set_preset(lk_settings *settings, const char *name) {
    if (settings->changed && strcmp(name, settings->preset) != 0)
        return lk_fail(settings->context, LK_ERROR_USAGE,
                       "preset must come before the other settings");
    const lk_preset *preset;
    LK_TRY(lk_preset_find(settings->context, &preset, name));
    return settings->changed ? LK_OK : apply_preset(settings, preset);
}

// nanoGPT's switch between a constant rate and its cosine, which `schedule` has more names for.
static lk_status set_decay_lr(lk_settings *settings, const lk_setting_value *value) {
    static const setting row = {.name = "decay_lr", .type = SWITCH};
    bool decays = true;
    LK_TRY(read_switch(settings->context, &decays, &row, value));
    if (!decays)
        settings->schedule = LK_SCHEDULE_CONSTANT;
    else if (settings->schedule == LK_SCHEDULE_CONSTANT)
        settings->schedule = LK_SCHEDULE_COSINE;
    settings->changed = true;
    return LK_OK;
}

lk_status lk_settings_assign(lk_settings *settings, const char *key,
                             const lk_setting_value *value) {
    if (strcmp(key, "preset") == 0) return set_preset(settings, value->text);
    if (is_ignored(key)) {
        lk_note(settings->context, "the setting '%s' has no meaning here and is ignored", key);
        return LK_OK;
    }
    if (strcmp(key, "decay_lr") == 0) return set_decay_lr(settings, value);
    const setting *row = find(key);
    if (!row) return unknown_key(settings->context, key);
    settings->changed = true;
    return set_row(settings, row, value);
}

// ---- The public functions -----------------------------------------------------------------------

static lk_status new_bare(lk_context *context, lk_settings **settings) {
    *settings = lk_alloc_zero(context, 1, sizeof **settings);
    LK_NEED(*settings);
    (*settings)->context = context;
    return LK_OK;
}

lk_status lk_settings_new(lk_context *context, lk_settings **out, const char *name) {
    *out = NULL;
    const lk_preset *preset;
    LK_TRY(lk_preset_find(context, &preset, name ? name : "nanogpt"));
    lk_settings *settings;
    LK_TRY(new_bare(context, &settings));
    lk_status status = apply_preset(settings, preset);
    if (status != LK_OK) {
        lk_settings_free(settings);
        return status;
    }
    *out = settings;
    return LK_OK;
}

void lk_settings_free(lk_settings *settings) {
    if (!settings) return;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (table[i].type == TEXT) lk_free(settings->context, *text_field(settings, &table[i]));
    lk_free(settings->context, settings);
}

lk_status lk_settings_copy(lk_context *context, lk_settings **out, const lk_settings *settings) {
    lk_settings *copy;
    LK_TRY(new_bare(context, &copy));
    *copy = *settings;
    copy->context = context;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (table[i].type == TEXT) *text_field(copy, &table[i]) = NULL;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (table[i].type != TEXT) continue;
        lk_status status = set_text(copy, &table[i], *text_field(settings, &table[i]));
        if (status != LK_OK) {
            lk_settings_free(copy);
            return status;
        }
    }
    *out = copy;
    return LK_OK;
}

lk_status lk_settings_set(lk_settings *settings, const char *key, const char *value) {
    return lk_settings_assign(settings, key, &(lk_setting_value){value, false});
}

lk_model_config lk_settings_model_config(const lk_settings *settings, uint32_t vocab_size) {
    return (lk_model_config){
        .family = (lk_family)settings->model,
        .vocab_size = settings->vocab_size ? (uint32_t)settings->vocab_size : vocab_size,
        .block_size = (uint32_t)settings->block_size,
        .n_hidden = (uint32_t)settings->n_hidden,
        .head_norm = settings->head_norm,
        .running = (lk_running)settings->running,
        .norm_momentum = (float)settings->norm_momentum,
        .init_gain = (float)settings->init_gain,
        .head_scale = (float)settings->head_scale,
        .n_layer = (uint32_t)settings->n_layer,
        .n_head = (uint32_t)settings->n_head,
        .n_kv_head = (uint32_t)settings->n_kv_head,
        .n_embd = (uint32_t)settings->n_embd,
        .d_ff = (uint32_t)settings->d_ff,
        .dropout = (float)settings->dropout,
        .embedding_dropout = settings->embedding_dropout,
        .activation = (lk_activation)settings->activation,
        .norm = (lk_norm)settings->norm,
        .norm_place = (lk_norm_place)settings->norm_place,
        .positions = (lk_positions)settings->positions,
        .rope_theta = (float)settings->rope_theta,
        .bias = settings->bias,
        .qkv_bias = settings->bias && settings->qkv_bias,
        .tied_head = settings->tied_head,
        .head_bias = settings->head_bias,
        .norm_epsilon = (float)settings->norm_epsilon,
        .init = (lk_init)settings->init,
        .scaled_residual_init = settings->scaled_residual_init,
    };
}

// ---- Writing ------------------------------------------------------------------------------------

static void write_json(lk_json_writer *writer, const lk_settings *settings, const setting *row) {
    char name[LK_CHOICE_BYTES];
    switch (row->type) {
    case TEXT:
        lk_json_add_string(writer, row->name, *text_field(settings, row));
        break;
    case NUMBER:
        lk_json_add_number(writer, row->name, *number_field(settings, row));
        break;
    case INTEGER:
        lk_json_add_integer(writer, row->name, *integer_field(settings, row));
        break;
    case SWITCH:
        lk_json_add_bool(writer, row->name, *switch_field(settings, row));
        break;
    case CHOICE:
        lk_choice_name(name, row->choices, (int)*integer_field(settings, row));
        lk_json_add_string(writer, row->name, name);
        break;
    }
}

void lk_settings_add_json(lk_json_writer *writer, const char *name, const lk_settings *settings) {
    lk_json_begin_object(writer, name);
    lk_json_add_string(writer, "preset", settings->preset);
    for (size_t i = 0; i < SETTING_COUNT; i++) write_json(writer, settings, &table[i]);
    lk_json_end(writer);
}

lk_status lk_settings_write(lk_context *context, lk_buffer *out, const lk_settings *settings) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    lk_settings_add_json(writer, NULL, settings);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    return status;
}

// The value as --key=value takes it.
static void write_value(lk_buffer *out, const lk_settings *settings, const setting *row) {
    char name[LK_CHOICE_BYTES];
    switch (row->type) {
    case TEXT:
        lk_buffer_append_text(out, *text_field(settings, row));
        break;
    case NUMBER:
        lk_buffer_append_double(out, *number_field(settings, row));
        break;
    case INTEGER:
        lk_buffer_printf(out, "%lld", (long long)*integer_field(settings, row));
        break;
    case SWITCH:
        lk_buffer_append_text(out, *switch_field(settings, row) ? "True" : "False");
        break;
    case CHOICE:
        lk_choice_name(name, row->choices, (int)*integer_field(settings, row));
        lk_buffer_append_text(out, name);
        break;
    }
}

lk_status lk_settings_get(lk_buffer *out, const lk_settings *settings, const char *key) {
    if (strcmp(key, "preset") == 0) {
        lk_buffer_append_text(out, settings->preset);
    } else {
        const setting *row = find(key);
        if (!row) return unknown_key(settings->context, key);
        write_value(out, settings, row);
    }
    return lk_buffer_status(out);
}

// A text in quotes that settings_read takes apart again.
static void write_quoted(lk_buffer *out, const char *text) {
    lk_buffer_append_byte(out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') lk_buffer_append_byte(out, '\\');
        if (*text == '\n')
            lk_buffer_append_text(out, "\\n");
        else
            lk_buffer_append_byte(out, *text);
    }
    lk_buffer_append_byte(out, '\'');
}

lk_status lk_settings_write_lines(lk_buffer *out, const lk_settings *settings) {
    lk_buffer_printf(out, "preset = '%s'\n", settings->preset);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const setting *row = &table[i];
        size_t start = out->length;
        lk_buffer_printf(out, "%s = ", row->name);
        if (row->type == TEXT)
            write_quoted(out, *text_field(settings, row));
        else
            write_value(out, settings, row);
        int padding = (int)(start + 38) - (int)out->length;
        lk_buffer_printf(out, "%*s  # %s", padding > 0 ? padding : 0, "", row->meaning);
        if (row->type == CHOICE) lk_buffer_printf(out, ": %s", row->choices);
        lk_buffer_append_byte(out, '\n');
    }
    return lk_buffer_status(out);
}
