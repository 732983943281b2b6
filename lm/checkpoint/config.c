// config.json. Where the Hugging Face class GPT2LMHeadModel can hold the model its keys are
// written, with ours in an object "likelore" beside them (the class has no word for a model without
// biases, whose missing ones are written as zeros); otherwise "model_type" is "likelore" and the
// keys of that object stand by themselves.
#include "checkpoint/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>

// What GPT-2's class calls our activations: those that it has.
static const char gpt2_activations[] = "relu|gelu|gelu_new";

bool lk_config_fits_gpt2(const lk_model_config *config) {
    return !config->head_bias && config->norm == LK_NORM_LAYER &&
           config->norm_place == LK_NORM_PRE && config->positions == LK_POSITIONS_LEARNED &&
           config->activation <= LK_ACTIVATION_GELU_TANH && config->n_kv_head == config->n_head;
}

// ---- Writing -----------------------------------------------------------------------------------

// The shortest decimal that reads back as the same float, as a double.
static double as_short_double(float value) {
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) break;
    }
    return strtod(text, NULL);
}

static void write_choice(lk_json_writer *writer, const char *key, const char *choices, int index) {
    char name[LK_CHOICE_BYTES];
    lk_choice_name(name, choices, index);
    lk_json_add_string(writer, key, name);
}

void lk_config_add(lk_json_writer *writer, const lk_model_config *config) {
    lk_json_add_integer(writer, "vocab_size", config->vocab_size);
    lk_json_add_integer(writer, "block_size", config->block_size);
    lk_json_add_integer(writer, "n_layer", config->n_layer);
    lk_json_add_integer(writer, "n_head", config->n_head);
    lk_json_add_integer(writer, "n_kv_head", config->n_kv_head);
    lk_json_add_integer(writer, "n_embd", config->n_embd);
    lk_json_add_integer(writer, "d_ff", config->d_ff);
    lk_json_add_number(writer, "dropout", as_short_double(config->dropout));
    write_choice(writer, "activation", LK_ACTIVATION_CHOICES, (int)config->activation);
    write_choice(writer, "norm", LK_NORM_CHOICES, (int)config->norm);
    write_choice(writer, "norm_place", LK_NORM_PLACE_CHOICES, (int)config->norm_place);
    write_choice(writer, "positions", LK_POSITIONS_CHOICES, (int)config->positions);
    lk_json_add_number(writer, "rope_theta", as_short_double(config->rope_theta));
    lk_json_add_bool(writer, "bias", config->bias);
    lk_json_add_bool(writer, "qkv_bias", config->qkv_bias);
    lk_json_add_bool(writer, "tied_head", config->tied_head);
    lk_json_add_bool(writer, "head_bias", config->head_bias);
    lk_json_add_number(writer, "norm_epsilon", as_short_double(config->norm_epsilon));
    write_choice(writer, "init", LK_INIT_CHOICES, (int)config->init);
    lk_json_add_bool(writer, "scaled_residual_init", config->scaled_residual_init);
}

static void write_gpt2_keys(lk_json_writer *writer, const lk_model_config *config) {
    static const char *const drops[] = {"attn_pdrop", "embd_pdrop", "resid_pdrop"};
    lk_json_begin_array(writer, "architectures");
    lk_json_add_string(writer, NULL, "GPT2LMHeadModel");
    lk_json_end(writer);
    lk_json_add_integer(writer, "vocab_size", config->vocab_size);
    lk_json_add_integer(writer, "n_positions", config->block_size);
    lk_json_add_integer(writer, "n_ctx", config->block_size);
    lk_json_add_integer(writer, "n_embd", config->n_embd);
    lk_json_add_integer(writer, "n_layer", config->n_layer);
    lk_json_add_integer(writer, "n_head", config->n_head);
    lk_json_add_integer(writer, "n_inner", config->d_ff);
    write_choice(writer, "activation_function", gpt2_activations, (int)config->activation);
    lk_json_add_number(writer, "layer_norm_epsilon", as_short_double(config->norm_epsilon));
    for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++)
        lk_json_add_number(writer, drops[i], as_short_double(config->dropout));
    lk_json_add_bool(writer, "tie_word_embeddings", config->tied_head);
    lk_json_add_string(writer, "torch_dtype", "float32");
    lk_json_add_null(writer, "bos_token_id");
    lk_json_add_null(writer, "eos_token_id");
    lk_json_begin_object(writer, "likelore");
    lk_config_add(writer, config);
    lk_json_end(writer);
}

lk_status lk_config_write(lk_context *context, lk_buffer *out, const lk_model_config *config) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    lk_json_begin_object(writer, NULL);
    bool gpt2 = lk_config_fits_gpt2(config);
    lk_json_add_string(writer, "model_type", gpt2 ? "gpt2" : "likelore");
    if (gpt2)
        write_gpt2_keys(writer, config);
    else
        lk_config_add(writer, config);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// ---- Reading -----------------------------------------------------------------------------------

// Reads keys one after another; the first that is wrong is remembered.
typedef struct key_reader {
    lk_context *context;
    const lk_json *object;
    lk_status status;
} key_reader;

static void wrong_key(key_reader *reader, const char *key, const char *expected) {
    if (reader->status == LK_OK)
        reader->status = lk_fail(reader->context, LK_ERROR_DATA, "%s must be %s", key, expected);
}

static uint32_t read_count(key_reader *reader, const char *key) {
    int64_t value = 0;
    if (!lk_json_integer(lk_json_get(reader->object, key), &value, 0, UINT32_MAX))
        wrong_key(reader, key, "a whole number");
    return (uint32_t)value;
}

static uint32_t read_optional_count(key_reader *reader, const char *key) {
    return lk_json_get(reader->object, key) ? read_count(reader, key) : 0;
}

static float read_number(key_reader *reader, const char *key, double standard) {
    const lk_json *value = lk_json_get(reader->object, key);
    if (value && lk_json_get_type(value) != LK_JSON_NUMBER) wrong_key(reader, key, "a number");
    return (float)lk_json_number(value, standard);
}

static bool read_switch(key_reader *reader, const char *key, bool standard) {
    const lk_json *value = lk_json_get(reader->object, key);
    if (value && lk_json_get_type(value) != LK_JSON_BOOL) wrong_key(reader, key, "true or false");
    return lk_json_bool(value, standard);
}

// The index of a choice, 0 where the key is not there.
static int read_choice(key_reader *reader, const char *key, const char *choices) {
    const char *name = lk_json_string(lk_json_get(reader->object, key), NULL);
    int index = name ? lk_choice_index(choices, name) : 0;
    if (index < 0 && reader->status == LK_OK)
        reader->status = lk_fail(reader->context, LK_ERROR_UNSUPPORTED,
                                 "the %s '%s' is not supported: there are %s", key, name, choices);
    return index < 0 ? 0 : index;
}

// A choice that has always been written.
static int need_choice(key_reader *reader, const char *key, const char *choices) {
    if (!lk_json_string(lk_json_get(reader->object, key), NULL)) wrong_key(reader, key, choices);
    return read_choice(reader, key, choices);
}

static lk_activation read_gpt2_activation(key_reader *reader) {
    const char *key = "activation_function";
    const char *name = lk_json_string(lk_json_get(reader->object, key), "gelu_new");
    if (strcmp(name, "gelu_new") == 0 || strcmp(name, "gelu_pytorch_tanh") == 0)
        return LK_ACTIVATION_GELU_TANH;
    return (lk_activation)read_choice(reader, key, gpt2_activations);
}

static lk_model_config read_our_keys(key_reader *reader) {
    return (lk_model_config){
        .vocab_size = read_count(reader, "vocab_size"),
        .block_size = read_count(reader, "block_size"),
        .n_layer = read_count(reader, "n_layer"),
        .n_head = read_count(reader, "n_head"),
        .n_kv_head = read_optional_count(reader, "n_kv_head"),
        .n_embd = read_count(reader, "n_embd"),
        .d_ff = read_count(reader, "d_ff"),
        .dropout = read_number(reader, "dropout", 0),
        .activation = (lk_activation)need_choice(reader, "activation", LK_ACTIVATION_CHOICES),
        .norm = (lk_norm)read_choice(reader, "norm", LK_NORM_CHOICES),
        .norm_place = (lk_norm_place)read_choice(reader, "norm_place", LK_NORM_PLACE_CHOICES),
        .positions = (lk_positions)read_choice(reader, "positions", LK_POSITIONS_CHOICES),
        .rope_theta = read_number(reader, "rope_theta", 10000),
        .bias = read_switch(reader, "bias", true),
        .qkv_bias = read_switch(reader, "qkv_bias", true),
        .tied_head = read_switch(reader, "tied_head", true),
        .head_bias = read_switch(reader, "head_bias", false),
        .norm_epsilon = read_number(reader, "norm_epsilon", 1e-5),
        .init = (lk_init)read_choice(reader, "init", LK_INIT_CHOICES),
        .scaled_residual_init = read_switch(reader, "scaled_residual_init", true),
    };
}

// What the GPT-2 class can switch on and is not done here.
static void refuse_gpt2_variants(key_reader *reader) {
    bool scaled = read_switch(reader, "scale_attn_weights", true);
    bool by_layer = read_switch(reader, "scale_attn_by_inverse_layer_idx", false);
    if (reader->status == LK_OK && (!scaled || by_layer))
        reader->status = lk_fail(reader->context, LK_ERROR_UNSUPPORTED,
                                 "the scaling of attention this model asks for is not supported");
}

static lk_model_config read_gpt2_keys(key_reader *reader) {
    refuse_gpt2_variants(reader);
    const lk_json *inner = lk_json_get(reader->object, "n_inner");
    bool has_inner = inner && lk_json_get_type(inner) != LK_JSON_NULL;
    return (lk_model_config){
        .vocab_size = read_count(reader, "vocab_size"),
        .block_size = read_count(reader, "n_positions"),
        .n_layer = read_count(reader, "n_layer"),
        .n_head = read_count(reader, "n_head"),
        .n_embd = read_count(reader, "n_embd"),
        .d_ff = has_inner ? read_count(reader, "n_inner") : 0,
        .dropout = read_number(reader, "resid_pdrop", 0.1),
        .activation = read_gpt2_activation(reader),
        .bias = true,
        .qkv_bias = true,
        .rope_theta = 10000,
        .tied_head = read_switch(reader, "tie_word_embeddings", true),
        .norm_epsilon = read_number(reader, "layer_norm_epsilon", 1e-5),
        .scaled_residual_init = true,
    };
}

static lk_status read_document(lk_context *context, lk_model_config *config,
                               const lk_json *document) {
    const char *type = lk_json_string(lk_json_get(document, "model_type"), "");
    const lk_json *ours = lk_json_get(document, "likelore");
    key_reader reader = {context, document, LK_OK};
    if (strcmp(type, "likelore") == 0) {
        *config = read_our_keys(&reader);
    } else if (strcmp(type, "gpt2") != 0) {
        return lk_fail(context, LK_ERROR_UNSUPPORTED, "the model type '%s' is not supported", type);
    } else if (ours) {
        reader.object = ours;
        *config = read_our_keys(&reader);
    } else {
        *config = read_gpt2_keys(&reader);
    }
    return reader.status;
}

// The mistake is the file's, not the caller's.
static lk_status check(lk_context *context, const lk_model_config *config) {
    lk_status status = lk_model_config_check(context, config);
    if (status != LK_ERROR_USAGE) return status;
    char message[1024];
    snprintf(message, sizeof message, "%s", lk_context_error(context).message);
    return lk_fail(context, LK_ERROR_DATA, "%s", message);
}

lk_status lk_config_parse(lk_context *context, lk_model_config *config, const char *file,
                          const char *text, size_t length) {
    lk_json *document;
    lk_status status = lk_json_parse(context, &document, text, length);
    if (status == LK_OK) {
        status = read_document(context, config, document);
        lk_json_free(context, document);
    }
    if (status == LK_OK) status = check(context, config);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, file);
}

bool lk_config_fits_bytes(const lk_model_config *config, size_t bytes) {
    lk_model_config whole = *config;
    lk_model_config_complete(&whole);
    double width = whole.n_embd, kv_width = lk_model_config_kv_width(&whole);
    double inner_matrices = whole.activation == LK_ACTIVATION_SWIGLU ? 3 : 2;
    double layer = 2 * width * (width + kv_width) + inner_matrices * width * whole.d_ff;
    double positions = whole.positions == LK_POSITIONS_LEARNED ? whole.block_size : 0;
    double weights = (whole.vocab_size + positions) * width + whole.n_layer * layer;
    const double least_bytes = 2; // of a weight
    return weights * least_bytes <= (double)bytes;
}
