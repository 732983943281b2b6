// config.json. Where a class of transformers can hold the model its keys are written, with ours in
// an object "likelore" beside them (the classes have no word for some of our settings, such as a
// model without biases, whose missing ones are written as zeros); otherwise "model_type" is
// "likelore" and the keys of that object stand by themselves.
#include "checkpoint/checkpoint.h"
#include "models/family.h"

#include <stdio.h>

// ---- Our own keys -------------------------------------------------------------------------------

static void write_choice(lk_json_writer *writer, const char *key, const char *choices, int index) {
    char name[LK_CHOICE_BYTES];
    lk_choice_name(name, choices, index);
    lk_json_add_string(writer, key, name);
}

static void write_transformer_keys(lk_json_writer *writer, const lk_model_config *config) {
    lk_json_add_integer(writer, "n_layer", config->n_layer);
    lk_json_add_integer(writer, "n_head", config->n_head);
    lk_json_add_integer(writer, "n_kv_head", config->n_kv_head);
    lk_json_add_integer(writer, "n_embd", config->n_embd);
    lk_json_add_integer(writer, "d_ff", config->d_ff);
    lk_key_write_float(writer, "dropout", config->dropout);
    lk_json_add_bool(writer, "embedding_dropout", config->embedding_dropout);
    write_choice(writer, "activation", LK_ACTIVATION_CHOICES, (int)config->activation);
    write_choice(writer, "norm", LK_NORM_CHOICES, (int)config->norm);
    write_choice(writer, "norm_place", LK_NORM_PLACE_CHOICES, (int)config->norm_place);
    write_choice(writer, "positions", LK_POSITIONS_CHOICES, (int)config->positions);
    lk_key_write_float(writer, "rope_theta", config->rope_theta);
    lk_json_add_bool(writer, "bias", config->bias);
    lk_json_add_bool(writer, "qkv_bias", config->qkv_bias);
    lk_json_add_bool(writer, "tied_head", config->tied_head);
    lk_json_add_bool(writer, "head_bias", config->head_bias);
    lk_key_write_float(writer, "norm_epsilon", config->norm_epsilon);
    write_choice(writer, "init", LK_INIT_CHOICES, (int)config->init);
    lk_json_add_bool(writer, "scaled_residual_init", config->scaled_residual_init);
}

static void write_window_keys(lk_json_writer *writer, const lk_model_config *config) {
    lk_json_add_integer(writer, "n_layer", config->n_layer);
    lk_json_add_integer(writer, "n_embd", config->n_embd);
    lk_json_add_integer(writer, "n_hidden", config->n_hidden);
    write_choice(writer, "norm", LK_NORM_CHOICES, (int)config->norm);
    lk_json_add_bool(writer, "head_norm", config->head_norm);
    write_choice(writer, "running", LK_RUNNING_CHOICES, (int)config->running);
    lk_key_write_float(writer, "norm_momentum", config->norm_momentum);
    lk_key_write_float(writer, "norm_epsilon", config->norm_epsilon);
    lk_json_add_bool(writer, "bias", config->bias);
    lk_json_add_bool(writer, "head_bias", config->head_bias);
    lk_key_write_float(writer, "init_gain", config->init_gain);
    lk_key_write_float(writer, "head_scale", config->head_scale);
}

void lk_config_add(lk_json_writer *writer, const lk_model_config *config) {
    if (config->family != LK_FAMILY_TRANSFORMER) {
        write_choice(writer, "family", LK_FAMILY_CHOICES, (int)config->family);
        lk_json_add_integer(writer, "padding", config->padding);
        lk_json_add_bool(writer, "of_lines", config->of_lines);
    }
    lk_json_add_integer(writer, "vocab_size", config->vocab_size);
    lk_json_add_integer(writer, "block_size", config->block_size);
    switch (config->family) {
    case LK_FAMILY_TRANSFORMER:
        write_transformer_keys(writer, config);
        break;
    case LK_FAMILY_MLP:
    case LK_FAMILY_WAVENET:
        write_window_keys(writer, config);
        break;
    case LK_FAMILY_BIGRAM:
        break;
    }
}

static lk_model_config read_transformer_keys(lk_key_reader *reader) {
    return (lk_model_config){
        .vocab_size = lk_key_count(reader, "vocab_size"),
        .block_size = lk_key_count(reader, "block_size"),
        .n_layer = lk_key_count(reader, "n_layer"),
        .n_head = lk_key_count(reader, "n_head"),
        .n_kv_head = lk_key_count_or(reader, "n_kv_head", 0),
        .n_embd = lk_key_count(reader, "n_embd"),
        .d_ff = lk_key_count(reader, "d_ff"),
        .dropout = lk_key_number(reader, "dropout", 0),
        .embedding_dropout = lk_key_switch(reader, "embedding_dropout", true),
        .activation =
            (lk_activation)lk_key_need_choice(reader, "activation", LK_ACTIVATION_CHOICES),
        .norm = (lk_norm)lk_key_choice(reader, "norm", LK_NORM_CHOICES),
        .norm_place = (lk_norm_place)lk_key_choice(reader, "norm_place", LK_NORM_PLACE_CHOICES),
        .positions = (lk_positions)lk_key_choice(reader, "positions", LK_POSITIONS_CHOICES),
        .rope_theta = lk_key_number(reader, "rope_theta", 10000),
        .bias = lk_key_switch(reader, "bias", true),
        .qkv_bias = lk_key_switch(reader, "qkv_bias", true),
        .tied_head = lk_key_switch(reader, "tied_head", true),
        .head_bias = lk_key_switch(reader, "head_bias", false),
        .norm_epsilon = lk_key_number(reader, "norm_epsilon", 1e-5),
        .init = (lk_init)lk_key_choice(reader, "init", LK_INIT_CHOICES),
        .scaled_residual_init = lk_key_switch(reader, "scaled_residual_init", true),
    };
}

static lk_model_config read_window_keys(lk_key_reader *reader, lk_family family) {
    return (lk_model_config){
        .family = family,
        .vocab_size = lk_key_count(reader, "vocab_size"),
        .block_size = lk_key_count(reader, "block_size"),
        .padding = lk_key_count(reader, "padding"),
        .of_lines = lk_key_switch(reader, "of_lines", false),
        .n_layer = lk_key_count(reader, "n_layer"),
        .n_embd = lk_key_count(reader, "n_embd"),
        .n_hidden = lk_key_count(reader, "n_hidden"),
        .norm = (lk_norm)lk_key_need_choice(reader, "norm", LK_NORM_CHOICES),
        .head_norm = lk_key_switch(reader, "head_norm", false),
        .running = (lk_running)lk_key_choice(reader, "running", LK_RUNNING_CHOICES),
        .norm_momentum = lk_key_number(reader, "norm_momentum", 0.1),
        .norm_epsilon = lk_key_number(reader, "norm_epsilon", 1e-5),
        .bias = lk_key_switch(reader, "bias", false),
        .head_bias = lk_key_switch(reader, "head_bias", true),
        .init_gain = lk_key_number(reader, "init_gain", 1),
        .head_scale = lk_key_number(reader, "head_scale", 1),
    };
}

static lk_model_config read_bigram_keys(lk_key_reader *reader) {
    return (lk_model_config){.family = LK_FAMILY_BIGRAM,
                             .vocab_size = lk_key_count(reader, "vocab_size"),
                             .block_size = lk_key_count(reader, "block_size"),
                             .padding = lk_key_count(reader, "padding"),
                             .of_lines = lk_key_switch(reader, "of_lines", false)};
}

lk_model_config lk_likelore_read_keys(lk_key_reader *reader) {
    lk_family family = (lk_family)lk_key_choice(reader, "family", LK_FAMILY_CHOICES);
    switch (family) {
    case LK_FAMILY_BIGRAM:
        return read_bigram_keys(reader);
    case LK_FAMILY_MLP:
    case LK_FAMILY_WAVENET:
        return read_window_keys(reader, family);
    case LK_FAMILY_TRANSFORMER:
        break;
    }
    return read_transformer_keys(reader);
}

// ---- Writing ------------------------------------------------------------------------------------

static void write_keys(lk_json_writer *writer, const lk_weight_layout *layout,
                       const lk_model_config *config) {
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "model_type", layout->model_type);
    if (layout->architecture) {
        lk_json_begin_array(writer, "architectures");
        lk_json_add_string(writer, NULL, layout->architecture);
        lk_json_end(writer);
    }
    layout->write_keys(writer, config);
    if (layout != &lk_layout_likelore) {
        lk_json_begin_object(writer, "likelore");
        lk_config_add(writer, config);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

lk_status lk_config_write(lk_context *context, lk_buffer *out, const lk_weight_layout *layout,
                          const lk_model_config *config) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(context, &writer));
    write_keys(writer, layout, config);
    lk_status status = lk_json_finish(writer, out, true);
    lk_json_writer_free(writer);
    lk_buffer_append_byte(out, '\n');
    return status;
}

// ---- Reading ------------------------------------------------------------------------------------

static lk_status read_document(lk_context *context, lk_stored_config *stored,
                               const lk_json *document, const lk_tensor_set *tensors) {
    const char *type = lk_json_string(lk_json_get(document, "model_type"), "");
    const lk_json *ours = lk_json_get(document, "likelore");
    stored->layout = lk_layout_find(type);
    if (!stored->layout)
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "the model type '%s' is not supported: there are gpt2, llama, starcoder2, "
                       "cs336 and likelore",
                       type);
    lk_key_reader reader = {
        .context = context, .object = ours ? ours : document, .tensors = tensors};
    stored->config = ours ? lk_likelore_read_keys(&reader) : stored->layout->read_keys(&reader);
    stored->lacks_biases = reader.lacks_biases;
    return reader.status;
}

// The mistake is the file's, not the caller's.
static lk_status check(lk_context *context, lk_stored_config *stored) {
    lk_status status = lk_model_config_check(context, &stored->config);
    if (status == LK_ERROR_USAGE) {
        char message[1024];
        snprintf(message, sizeof message, "%s", lk_context_error(context).message);
        status = lk_fail(context, LK_ERROR_DATA, "%s", message);
    }
    LK_TRY(status);
    lk_model_config_complete(&stored->config);
    bool ours = stored->layout == &lk_layout_likelore;
    if ((ours || stored->config.family == LK_FAMILY_TRANSFORMER) &&
        stored->layout->fits(&stored->config))
        return LK_OK;
    return lk_fail(context, LK_ERROR_DATA, "the keys of 'likelore' tell of a model that is no %s",
                   stored->layout->model_type);
}

lk_status lk_config_parse(lk_context *context, lk_stored_config *stored, const char *file,
                          const char *text, size_t length, const lk_tensor_set *tensors) {
    lk_json *document;
    lk_status status = lk_json_parse(context, &document, text, length);
    if (status == LK_OK) {
        status = read_document(context, stored, document, tensors);
        lk_json_free(context, document);
    }
    if (status == LK_OK) status = check(context, stored);
    return status == LK_OK ? LK_OK : lk_fail_in_file(context, status, file);
}

bool lk_config_fits_bytes(const lk_model_config *config, uint64_t bytes) {
    lk_model_config whole = *config;
    lk_model_config_complete(&whole);
    const double least_bytes = 2; // of a weight
    return lk_family_form_of(whole.family)->matrix_weights(&whole) * least_bytes <= (double)bytes;
}
