// The classes: their tensors here, their keys in config_….c.
#include "checkpoint/config_keys.h"
#include "checkpoint/layout.h"

#define ROWS(list) .rows = (list), .row_count = sizeof(list) / sizeof(list)[0]

static bool is_norm(lk_part part) {
    return part == LK_PART_NORM1 || part == LK_PART_NORM2 || part == LK_PART_FINAL_NORM;
}

static bool is_feed_forward(lk_part part) { return part == LK_PART_UP || part == LK_PART_DOWN; }

static bool is_attention(lk_part part) { return part == LK_PART_QKV || part == LK_PART_PROJECTION; }

// What all classes of transformers have in common: no bias of the head, norms before the parts.
static bool is_usual(const lk_model_config *config, lk_norm norm, lk_positions positions) {
    return !config->head_bias && config->norm == norm && config->norm_place == LK_NORM_PRE &&
           config->positions == positions;
}

// ---- GPT-2 --------------------------------------------------------------------------------------

// Its matrices are of the type Conv1D: (in, out), as ours.
static const lk_layout_row gpt2_rows[] = {
    {"transformer.wte", LK_PART_TOKENS, LK_SLICE_ALL},
    {"transformer.wpe", LK_PART_POSITIONS, LK_SLICE_ALL},
    {"transformer.h.%u.ln_1", LK_PART_NORM1, LK_SLICE_ALL},
    {"transformer.h.%u.attn.c_attn", LK_PART_QKV, LK_SLICE_ALL},
    {"transformer.h.%u.attn.c_proj", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"transformer.h.%u.ln_2", LK_PART_NORM2, LK_SLICE_ALL},
    {"transformer.h.%u.mlp.c_fc", LK_PART_UP, LK_SLICE_ALL},
    {"transformer.h.%u.mlp.c_proj", LK_PART_DOWN, LK_SLICE_ALL},
    {"transformer.ln_f", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"lm_head", LK_PART_HEAD, LK_SLICE_ALL},
};

static bool fits_gpt2(const lk_model_config *config) {
    return is_usual(config, LK_NORM_LAYER, LK_POSITIONS_LEARNED) &&
           config->activation != LK_ACTIVATION_SWIGLU && config->n_kv_head == config->n_head;
}

static bool gpt2_has_bias(const lk_model_config *config, lk_part part) {
    (void)config;
    return is_norm(part) || is_attention(part) || is_feed_forward(part);
}

const lk_weight_layout lk_layout_gpt2 = {
    .model_type = "gpt2",
    .architecture = "GPT2LMHeadModel",
    .prefix = "transformer.",
    ROWS(gpt2_rows),
    .fits = fits_gpt2,
    .has_bias = gpt2_has_bias,
    .write_keys = lk_gpt2_write_keys,
    .read_keys = lk_gpt2_read_keys,
};

// ---- Llama --------------------------------------------------------------------------------------

static const lk_layout_row llama_rows[] = {
    {"model.embed_tokens", LK_PART_TOKENS, LK_SLICE_ALL},
    {"model.layers.%u.input_layernorm", LK_PART_NORM1, LK_SLICE_ALL},
    {"model.layers.%u.self_attn.q_proj", LK_PART_QKV, LK_SLICE_QUERIES},
    {"model.layers.%u.self_attn.k_proj", LK_PART_QKV, LK_SLICE_KEYS},
    {"model.layers.%u.self_attn.v_proj", LK_PART_QKV, LK_SLICE_VALUES},
    {"model.layers.%u.self_attn.o_proj", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"model.layers.%u.post_attention_layernorm", LK_PART_NORM2, LK_SLICE_ALL},
    {"model.layers.%u.mlp.gate_proj", LK_PART_UP, LK_SLICE_GATE},
    {"model.layers.%u.mlp.up_proj", LK_PART_UP, LK_SLICE_INNER},
    {"model.layers.%u.mlp.down_proj", LK_PART_DOWN, LK_SLICE_ALL},
    {"model.norm", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"lm_head", LK_PART_HEAD, LK_SLICE_ALL},
};

static bool fits_llama(const lk_model_config *config) {
    return is_usual(config, LK_NORM_RMS, LK_POSITIONS_ROPE) &&
           config->activation == LK_ACTIVATION_SWIGLU;
}

static bool llama_has_bias(const lk_model_config *config, lk_part part) {
    return (is_attention(part) && lk_llama_has_attention_bias(config)) ||
           (is_feed_forward(part) && config->bias);
}

const lk_weight_layout lk_layout_llama = {
    .model_type = "llama",
    .architecture = "LlamaForCausalLM",
    .prefix = "model.",
    ROWS(llama_rows),
    .transposed = true,
    .half_split = true,
    .fits = fits_llama,
    .has_bias = llama_has_bias,
    .write_keys = lk_llama_write_keys,
    .read_keys = lk_llama_read_keys,
};

// ---- StarCoder2 ---------------------------------------------------------------------------------

static const lk_layout_row starcoder2_rows[] = {
    {"model.embed_tokens", LK_PART_TOKENS, LK_SLICE_ALL},
    {"model.layers.%u.input_layernorm", LK_PART_NORM1, LK_SLICE_ALL},
    {"model.layers.%u.self_attn.q_proj", LK_PART_QKV, LK_SLICE_QUERIES},
    {"model.layers.%u.self_attn.k_proj", LK_PART_QKV, LK_SLICE_KEYS},
    {"model.layers.%u.self_attn.v_proj", LK_PART_QKV, LK_SLICE_VALUES},
    {"model.layers.%u.self_attn.o_proj", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"model.layers.%u.post_attention_layernorm", LK_PART_NORM2, LK_SLICE_ALL},
    {"model.layers.%u.mlp.c_fc", LK_PART_UP, LK_SLICE_ALL},
    {"model.layers.%u.mlp.c_proj", LK_PART_DOWN, LK_SLICE_ALL},
    {"model.norm", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"lm_head", LK_PART_HEAD, LK_SLICE_ALL},
};

static bool fits_starcoder2(const lk_model_config *config) {
    return is_usual(config, LK_NORM_LAYER, LK_POSITIONS_ROPE) &&
           config->activation != LK_ACTIVATION_SWIGLU;
}

static bool starcoder2_has_bias(const lk_model_config *config, lk_part part) {
    return is_norm(part) ||
           ((is_attention(part) || is_feed_forward(part)) && lk_starcoder2_uses_bias(config));
}

const lk_weight_layout lk_layout_starcoder2 = {
    .model_type = "starcoder2",
    .architecture = "Starcoder2ForCausalLM",
    .prefix = "model.",
    ROWS(starcoder2_rows),
    .transposed = true,
    .half_split = true,
    .fits = fits_starcoder2,
    .has_bias = starcoder2_has_bias,
    .write_keys = lk_starcoder2_write_keys,
    .read_keys = lk_starcoder2_read_keys,
};

// ---- CS336 --------------------------------------------------------------------------------------

// TransformerLM of the first assignment of Stanford's CS336, "Language Modeling from Scratch": that
// of 2025, and that of 2024, which has positions that are learned and no gate w3. Its matrices are
// (out, in), its rotary pairs side by side.
static const lk_layout_row cs336_rows[] = {
    {"token_embeddings", LK_PART_TOKENS, LK_SLICE_ALL},
    {"position_embeddings", LK_PART_POSITIONS, LK_SLICE_ALL},
    {"layers.%u.ln1", LK_PART_NORM1, LK_SLICE_ALL},
    {"layers.%u.attn.q_proj", LK_PART_QKV, LK_SLICE_QUERIES},
    {"layers.%u.attn.k_proj", LK_PART_QKV, LK_SLICE_KEYS},
    {"layers.%u.attn.v_proj", LK_PART_QKV, LK_SLICE_VALUES},
    {"layers.%u.attn.output_proj", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"layers.%u.ln2", LK_PART_NORM2, LK_SLICE_ALL},
    {"layers.%u.ffn.w1", LK_PART_UP, LK_SLICE_GATE},
    {"layers.%u.ffn.w2", LK_PART_DOWN, LK_SLICE_ALL},
    {"layers.%u.ffn.w3", LK_PART_UP, LK_SLICE_INNER},
    {"ln_final", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"lm_head", LK_PART_HEAD, LK_SLICE_ALL},
};

static bool fits_cs336(const lk_model_config *config) {
    return !config->bias && !config->qkv_bias && !config->head_bias;
}

static bool cs336_has_bias(const lk_model_config *config, lk_part part) {
    (void)config;
    (void)part;
    return false;
}

const lk_weight_layout lk_layout_cs336 = {
    .model_type = "cs336",
    .prefix = "",
    ROWS(cs336_rows),
    .transposed = true,
    .fits = fits_cs336,
    .has_bias = cs336_has_bias,
    .read_keys = lk_cs336_read_keys,
};

// ---- Our own ------------------------------------------------------------------------------------

static bool fits_all(const lk_model_config *config) {
    (void)config;
    return true;
}

const lk_weight_layout lk_layout_likelore = {
    .model_type = "likelore",
    .prefix = "",
    .fits = fits_all,
    .write_keys = lk_config_add,
    .read_keys = lk_likelore_read_keys,
};
