#include "checkpoint/config_keys.h"

#include "context.h"

#include <stdio.h>
#include <stdlib.h>

// ---- Reading ------------------------------------------------------------------------------------

static void wrong_key(lk_key_reader *reader, const char *key, const char *expected) {
    if (reader->status == LK_OK)
        reader->status = lk_fail(reader->context, LK_ERROR_DATA, "%s must be %s", key, expected);
}

void lk_key_refuse(lk_key_reader *reader, const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (reader->status == LK_OK)
        reader->status = lk_fail(reader->context, LK_ERROR_UNSUPPORTED, "%s", text);
}

bool lk_key_is_set(const lk_key_reader *reader, const char *key) {
    const lk_json *value = lk_json_get(reader->object, key);
    return value && lk_json_get_type(value) != LK_JSON_NULL;
}

uint32_t lk_key_count(lk_key_reader *reader, const char *key) {
    int64_t value = 0;
    if (!lk_json_integer(lk_json_get(reader->object, key), &value, 0, UINT32_MAX))
        wrong_key(reader, key, "a whole number");
    return (uint32_t)value;
}

uint32_t lk_key_count_or(lk_key_reader *reader, const char *key, uint32_t standard) {
    return lk_key_is_set(reader, key) ? lk_key_count(reader, key) : standard;
}

static const lk_safetensor *find_tensor(const lk_key_reader *reader, const char *name) {
    return reader->tensors && name ? lk_tensor_set_find(reader->tensors, name) : NULL;
}

bool lk_key_has_tensor(const lk_key_reader *reader, const char *tensor) {
    return find_tensor(reader, tensor) != NULL;
}

uint32_t lk_key_count_or_extent(lk_key_reader *reader, const char *key, const char *tensor,
                                int axis) {
    const lk_safetensor *found = find_tensor(reader, tensor);
    if (lk_key_is_set(reader, key)) return lk_key_count(reader, key);
    if (found && axis < found->rank && found->shape[axis] <= UINT32_MAX)
        return (uint32_t)found->shape[axis];
    wrong_key(reader, key, "there, a whole number: the tensors do not tell it");
    return 0;
}

float lk_key_number(lk_key_reader *reader, const char *key, double standard) {
    const lk_json *value = lk_json_get(reader->object, key);
    if (value && lk_json_get_type(value) != LK_JSON_NUMBER) wrong_key(reader, key, "a number");
    return (float)lk_json_number(value, standard);
}

bool lk_key_switch(lk_key_reader *reader, const char *key, bool standard) {
    const lk_json *value = lk_json_get(reader->object, key);
    if (value && lk_json_get_type(value) != LK_JSON_BOOL) wrong_key(reader, key, "true or false");
    return lk_json_bool(value, standard);
}

int lk_key_choice(lk_key_reader *reader, const char *key, const char *choices) {
    const lk_json *value = lk_json_get(reader->object, key);
    if (value && lk_json_get_type(value) != LK_JSON_STRING) wrong_key(reader, key, choices);
    const char *name = lk_json_string(value, NULL);
    int index = name ? lk_choice_index(choices, name) : 0;
    if (index < 0)
        lk_key_refuse(reader, "the %s '%s' is not supported: there are %s", key, name, choices);
    return index < 0 ? 0 : index;
}

int lk_key_need_choice(lk_key_reader *reader, const char *key, const char *choices) {
    if (!lk_key_is_set(reader, key)) wrong_key(reader, key, choices);
    return lk_key_choice(reader, key, choices);
}

// The names that transformers has for our activations; of several the first is the usual one.
static const struct {
    const char *name;
    lk_activation activation;
} activations[] = {
    {"relu", LK_ACTIVATION_RELU},          {"gelu", LK_ACTIVATION_GELU},
    {"gelu_new", LK_ACTIVATION_GELU_TANH}, {"gelu_pytorch_tanh", LK_ACTIVATION_GELU_TANH},
    {"silu", LK_ACTIVATION_SILU},          {"swish", LK_ACTIVATION_SILU},
};
enum { ACTIVATION_COUNT = sizeof activations / sizeof activations[0] };

lk_activation lk_key_activation(lk_key_reader *reader, const char *key, lk_activation standard) {
    const char *name = lk_json_string(lk_json_get(reader->object, key), NULL);
    if (!name) return standard;
    for (int i = 0; i < ACTIVATION_COUNT; i++)
        if (strcmp(activations[i].name, name) == 0) return activations[i].activation;
    lk_key_refuse(reader,
                  "the %s '%s' is not supported: there are relu, gelu, gelu_new, "
                  "gelu_pytorch_tanh and silu",
                  key, name);
    return standard;
}

static bool is_object(const lk_json *value) {
    return value && lk_json_get_type(value) == LK_JSON_OBJECT;
}

// Plain rotary positions are of the type "default", in older files by the name "type".
static void check_rope(lk_key_reader *reader, const char *key) {
    const lk_json *rope = lk_json_get(reader->object, key);
    if (!is_object(rope)) return;
    const char *type =
        lk_json_string(lk_json_get(rope, "rope_type"),
                       lk_json_string(lk_json_get(rope, "type"),
                                      strcmp(key, "rope_scaling") == 0 ? "" : "default"));
    if (strcmp(type, "default") != 0)
        lk_key_refuse(reader, "%s of the type '%s' is not supported: only plain rope is", key,
                      type);
    for (const lk_json *value = lk_json_first(rope); value; value = lk_json_next(value))
        if (is_object(value))
            lk_key_refuse(reader, "%s by kinds of layers ('%s') are not supported", key,
                          lk_json_name(value));
    if (lk_json_number(lk_json_get(rope, "partial_rotary_factor"), 1) != 1)
        lk_key_refuse(reader, "the partial_rotary_factor of %s is not supported", key);
}

float lk_key_rope_theta(lk_key_reader *reader) {
    check_rope(reader, "rope_scaling");
    check_rope(reader, "rope_parameters");
    if (lk_key_number(reader, "partial_rotary_factor", 1) != 1.0f)
        lk_key_refuse(reader, "a partial_rotary_factor is not supported");
    float standard = lk_key_number(reader, "rope_theta", 10000);
    lk_key_reader inner = *reader;
    inner.object = lk_json_get(reader->object, "rope_parameters");
    if (!is_object(inner.object)) return standard;
    float theta = lk_key_number(&inner, "rope_theta", (double)standard);
    reader->status = inner.status;
    return theta;
}

void lk_key_check_head_width(lk_key_reader *reader, const lk_model_config *config) {
    uint32_t heads = config->n_head, standard = heads ? config->n_embd / heads : 0;
    uint32_t width = lk_key_count_or(reader, "head_dim", standard);
    if (width != standard)
        lk_key_refuse(reader,
                      "a head_dim of %u is not supported: it must be "
                      "hidden_size / num_attention_heads, %u",
                      (unsigned)width, (unsigned)standard);
}

// ---- Writing ------------------------------------------------------------------------------------

void lk_key_write_float(lk_json_writer *writer, const char *key, float value) {
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) break;
    }
    lk_json_add_number(writer, key, strtod(text, NULL));
}

void lk_key_write_activation(lk_json_writer *writer, const char *key, lk_activation activation,
                             const char *tanh_name) {
    int i = 0;
    while (activations[i].activation != activation) i++;
    bool is_tanh = activation == LK_ACTIVATION_GELU_TANH;
    lk_json_add_string(writer, key, is_tanh ? tanh_name : activations[i].name);
}

void lk_key_write_rope(lk_json_writer *writer, const lk_model_config *config) {
    lk_key_write_float(writer, "rope_theta", config->rope_theta);
    lk_json_add_null(writer, "rope_scaling");
}

void lk_key_write_usual(lk_json_writer *writer, const lk_model_config *config) {
    lk_json_add_bool(writer, "tie_word_embeddings", config->tied_head);
    lk_json_add_string(writer, "torch_dtype", "float32");
    lk_json_add_null(writer, "bos_token_id");
    lk_json_add_null(writer, "eos_token_id");
}
