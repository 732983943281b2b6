// The keys of the classes. Where a key is missing, what the class takes then.
#include "checkpoint/config_keys.h"

#include <stdio.h>
#include <string.h>

static void write_embedding_dropout(lk_json_writer *writer, const char *key,
                                    const lk_model_config *config) {
    lk_key_write_float(writer, key, config->embedding_dropout ? config->dropout : 0);
}

// ---- GPT-2 --------------------------------------------------------------------------------------

void lk_gpt2_write_keys(lk_json_writer *writer, const lk_model_config *config) {
    static const char *const drops[] = {"attn_pdrop", "resid_pdrop"};
    lk_json_add_integer(writer, "vocab_size", config->vocab_size);
    lk_json_add_integer(writer, "n_positions", config->block_size);
    lk_json_add_integer(writer, "n_ctx", config->block_size);
    lk_json_add_integer(writer, "n_embd", config->n_embd);
    lk_json_add_integer(writer, "n_layer", config->n_layer);
    lk_json_add_integer(writer, "n_head", config->n_head);
    lk_json_add_integer(writer, "n_inner", config->d_ff);
    lk_key_write_activation(writer, "activation_function", config->activation, "gelu_new");
    lk_key_write_float(writer, "layer_norm_epsilon", config->norm_epsilon);
    for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++)
        lk_key_write_float(writer, drops[i], config->dropout);
    write_embedding_dropout(writer, "embd_pdrop", config);
    lk_key_write_usual(writer, config);
}

// What the class can switch on and is not done here.
static void refuse_gpt2_variants(lk_key_reader *reader) {
    if (!lk_key_switch(reader, "scale_attn_weights", true) ||
        lk_key_switch(reader, "scale_attn_by_inverse_layer_idx", false))
        lk_key_refuse(reader, "the scaling of attention this model asks for is not supported");
    if (lk_key_switch(reader, "add_cross_attention", false))
        lk_key_refuse(reader, "models with add_cross_attention are not supported");
}

lk_model_config lk_gpt2_read_keys(lk_key_reader *reader) {
    refuse_gpt2_variants(reader);
    return (lk_model_config){
        .vocab_size = lk_key_count(reader, "vocab_size"),
        .block_size = lk_key_count(reader, "n_positions"),
        .n_layer = lk_key_count(reader, "n_layer"),
        .n_head = lk_key_count(reader, "n_head"),
        .n_embd = lk_key_count(reader, "n_embd"),
        .d_ff = lk_key_count_or(reader, "n_inner", 0),
        .dropout = lk_key_number(reader, "resid_pdrop", 0.1),
        .embedding_dropout = lk_key_number(reader, "embd_pdrop", 0.1) > 0,
        .activation = lk_key_activation(reader, "activation_function", LK_ACTIVATION_GELU_TANH),
        .bias = true,
        .qkv_bias = true,
        .rope_theta = 10000,
        .tied_head = lk_key_switch(reader, "tie_word_embeddings", true),
        .norm_epsilon = lk_key_number(reader, "layer_norm_epsilon", 1e-5),
        .scaled_residual_init = true,
    };
}

// ---- What Llama and StarCoder2 share ------------------------------------------------------------

static void write_shape(lk_json_writer *writer, const lk_model_config *config) {
    lk_json_add_integer(writer, "vocab_size", config->vocab_size);
    lk_json_add_integer(writer, "max_position_embeddings", config->block_size);
    lk_json_add_integer(writer, "hidden_size", config->n_embd);
    lk_json_add_integer(writer, "intermediate_size", config->d_ff);
    lk_json_add_integer(writer, "num_hidden_layers", config->n_layer);
    lk_json_add_integer(writer, "num_attention_heads", config->n_head);
    lk_json_add_integer(writer, "num_key_value_heads", config->n_kv_head);
    lk_json_add_integer(writer, "head_dim", lk_model_config_head_width(config));
}

static lk_model_config read_shape(lk_key_reader *reader) {
    lk_model_config config = {
        .vocab_size = lk_key_count(reader, "vocab_size"),
        .block_size = lk_key_count(reader, "max_position_embeddings"),
        .n_layer = lk_key_count(reader, "num_hidden_layers"),
        .n_head = lk_key_count(reader, "num_attention_heads"),
        .n_kv_head = lk_key_count_or(reader, "num_key_value_heads", 0),
        .n_embd = lk_key_count(reader, "hidden_size"),
        .d_ff = lk_key_count(reader, "intermediate_size"),
        .positions = LK_POSITIONS_ROPE,
        .rope_theta = lk_key_rope_theta(reader),
    };
    lk_key_check_head_width(reader, &config);
    return config;
}

// ---- Llama --------------------------------------------------------------------------------------

bool lk_llama_has_attention_bias(const lk_model_config *config) {
    return config->qkv_bias || config->bias;
}

void lk_llama_write_keys(lk_json_writer *writer, const lk_model_config *config) {
    write_shape(writer, config);
    lk_json_add_string(writer, "hidden_act", "silu");
    lk_key_write_float(writer, "rms_norm_eps", config->norm_epsilon);
    lk_key_write_rope(writer, config);
    lk_json_add_bool(writer, "attention_bias", lk_llama_has_attention_bias(config));
    lk_json_add_bool(writer, "mlp_bias", config->bias);
    lk_key_write_float(writer, "attention_dropout", config->dropout);
    lk_key_write_usual(writer, config);
}

lk_model_config lk_llama_read_keys(lk_key_reader *reader) {
    bool attention_bias = lk_key_switch(reader, "attention_bias", false);
    bool feed_forward_bias = lk_key_switch(reader, "mlp_bias", false);
    lk_model_config config = read_shape(reader);
    if (lk_key_activation(reader, "hidden_act", LK_ACTIVATION_SILU) != LK_ACTIVATION_SILU)
        lk_key_refuse(reader, "a llama whose hidden_act is not silu is not supported");
    config.activation = LK_ACTIVATION_SWIGLU;
    config.norm = LK_NORM_RMS;
    config.norm_epsilon = lk_key_number(reader, "rms_norm_eps", 1e-6);
    config.dropout = lk_key_number(reader, "attention_dropout", 0);
    config.bias = attention_bias || feed_forward_bias;
    config.qkv_bias = attention_bias;
    config.tied_head = lk_key_switch(reader, "tie_word_embeddings", false);
    reader->lacks_biases = attention_bias != feed_forward_bias;
    return config;
}

// ---- StarCoder2 ---------------------------------------------------------------------------------

bool lk_starcoder2_uses_bias(const lk_model_config *config) {
    return config->qkv_bias || config->bias;
}

void lk_starcoder2_write_keys(lk_json_writer *writer, const lk_model_config *config) {
    static const char *const drops[] = {"attention_dropout", "residual_dropout"};
    write_shape(writer, config);
    lk_key_write_activation(writer, "hidden_act", config->activation, "gelu_pytorch_tanh");
    lk_json_add_string(writer, "norm_type", "layer_norm");
    lk_key_write_float(writer, "norm_epsilon", config->norm_epsilon);
    lk_key_write_rope(writer, config);
    lk_json_add_bool(writer, "use_bias", lk_starcoder2_uses_bias(config));
    lk_json_add_null(writer, "sliding_window");
    for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++)
        lk_key_write_float(writer, drops[i], config->dropout);
    write_embedding_dropout(writer, "embedding_dropout", config);
    lk_key_write_usual(writer, config);
}

static void check_window(lk_key_reader *reader, uint32_t positions) {
    uint32_t window = lk_key_count_or(reader, "sliding_window", positions);
    if (window < positions)
        lk_key_refuse(reader, "a sliding_window of %u tokens in a context of %u is not supported",
                      (unsigned)window, (unsigned)positions);
}

lk_model_config lk_starcoder2_read_keys(lk_key_reader *reader) {
    lk_model_config config = read_shape(reader);
    bool bias = lk_key_switch(reader, "use_bias", true);
    check_window(reader, config.block_size);
    const char *norm = lk_json_string(lk_json_get(reader->object, "norm_type"), "layer_norm");
    if (strcmp(norm, "layer_norm") != 0)
        lk_key_refuse(reader, "the norm_type '%s' is not supported: there is layer_norm", norm);
    config.n_kv_head = lk_key_count_or(reader, "num_key_value_heads", 2);
    config.activation = lk_key_activation(reader, "hidden_act", LK_ACTIVATION_GELU_TANH);
    config.norm = LK_NORM_LAYER;
    config.norm_epsilon = lk_key_number(reader, "norm_epsilon", 1e-5);
    config.dropout = lk_key_number(reader, "residual_dropout", 0);
    config.embedding_dropout = lk_key_number(reader, "embedding_dropout", 0) > 0;
    config.bias = true; // that of the norms is always there
    config.qkv_bias = bias;
    config.tied_head = lk_key_switch(reader, "tie_word_embeddings", true);
    reader->lacks_biases = !bias;
    return config;
}

// ---- CS336 --------------------------------------------------------------------------------------

// Layers whose tensors are there.
static uint32_t count_layers(const lk_key_reader *reader) {
    char name[64];
    for (uint32_t count = 0;; count++) {
        snprintf(name, sizeof name, "layers.%u.attn.q_proj.weight", (unsigned)count);
        if (!lk_key_has_tensor(reader, name)) return count;
    }
}

lk_model_config lk_cs336_read_keys(lk_key_reader *reader) {
    static const char embedding[] = "token_embeddings.weight";
    static const char positions[] = "position_embeddings.weight";
    bool is_learned = lk_key_has_tensor(reader, positions);
    bool is_gated = !reader->tensors || lk_key_has_tensor(reader, "layers.0.ffn.w3.weight");
    return (lk_model_config){
        .n_head = lk_key_count_or_extent(reader, "num_heads", NULL, 0),
        .block_size = lk_key_count_or_extent(reader, "context_length", positions, 0),
        .n_kv_head = lk_key_count_or(reader, "num_kv_heads", 0),
        .vocab_size = lk_key_count_or_extent(reader, "vocab_size", embedding, 0),
        .n_embd = lk_key_count_or_extent(reader, "d_model", embedding, 1),
        .n_layer = lk_key_count_or(reader, "num_layers", count_layers(reader)),
        .d_ff = lk_key_count_or_extent(reader, "d_ff", "layers.0.ffn.w1.weight", 0),
        .norm = LK_NORM_RMS,
        .norm_epsilon = lk_key_number(reader, "rms_norm_eps", 1e-5),
        .activation = is_gated ? LK_ACTIVATION_SWIGLU : LK_ACTIVATION_GELU,
        .positions = is_learned ? LK_POSITIONS_LEARNED : LK_POSITIONS_ROPE,
        .rope_theta = lk_key_number(reader, "rope_theta", 10000),
        .tied_head = reader->tensors && !lk_key_has_tensor(reader, "lm_head.weight"),
    };
}
