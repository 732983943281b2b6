// How the tensors of a file lie in the memory of a model, for each class of models, as data: a row
// of the table says where a tensor of that name belongs, and what the class does to all of them.
//
//     in memory                             in a file of LlamaForCausalLM
//     h.0.attn.c_attn.weight (C, C + 2 K)   self_attn.q_proj.weight (C, C)   columns 0 … C-1
//       inputs × outputs,                   self_attn.k_proj.weight (K, C)   columns C … C+K-1
//       queries | keys | values             self_attn.v_proj.weight (K, C)   the last K columns
//                                           outputs × inputs; queries and keys half-split
#ifndef LK_LAYOUT_H
#define LK_LAYOUT_H

#include "checkpoint/stored_tensor.h"
#include "models/model.h"

typedef struct lk_json_writer lk_json_writer;
typedef struct lk_key_reader lk_key_reader;

// What a row is about: weight and bias of a part of the network.
typedef enum lk_part {
    LK_PART_TOKENS,
    LK_PART_POSITIONS,
    LK_PART_FINAL_NORM,
    LK_PART_HEAD,
    LK_PART_NORM1, // from here on one for each layer
    LK_PART_QKV,
    LK_PART_PROJECTION,
    LK_PART_NORM2,
    LK_PART_UP,
    LK_PART_DOWN
} lk_part;

// Which columns of it.
typedef enum lk_part_slice {
    LK_SLICE_ALL,
    LK_SLICE_QUERIES,
    LK_SLICE_KEYS,
    LK_SLICE_VALUES,
    LK_SLICE_GATE,
    LK_SLICE_INNER // the half of SwiGLU that is not the gate
} lk_part_slice;

typedef struct lk_layout_row {
    const char *name; // without .weight and .bias; with %u for the layer
    lk_part part;
    lk_part_slice slice;
} lk_layout_row;

typedef struct lk_weight_layout {
    const char *model_type;   // of config.json
    const char *architecture; // its class in transformers; NULL: none
    const char *prefix;       // of names, which some files leave out; "": none
    const lk_layout_row *rows;
    size_t row_count; // 0: the tensors are stored as they are in memory, under our own names
    bool transposed;  // matrices of linear layers are (out, in)
    bool half_split;  // rotary pairs are half a head apart
    // Whether the class can hold the model.
    bool (*fits)(const lk_model_config *config);
    // Whether a part has a bias in the class; where the model has none it is stored as zeros.
    bool (*has_bias)(const lk_model_config *config, lk_part part);
    // Keys of config.json that are the class's own. NULL: none are written, or read.
    void (*write_keys)(lk_json_writer *writer, const lk_model_config *config);
    lk_model_config (*read_keys)(lk_key_reader *reader);
} lk_weight_layout;

extern const lk_weight_layout lk_layout_gpt2;       // GPT2LMHeadModel
extern const lk_weight_layout lk_layout_llama;      // LlamaForCausalLM
extern const lk_weight_layout lk_layout_starcoder2; // Starcoder2ForCausalLM
extern const lk_weight_layout lk_layout_likelore;   // all models, as they are in memory
extern const lk_weight_layout lk_layout_cs336;      // TransformerLM of Stanford's CS336, read only

// The class that the model is written in: the first of transformers that it fits, else our own.
const lk_weight_layout *lk_layout_of(const lk_model_config *config);
// NULL when there is none.
const lk_weight_layout *lk_layout_find(const char *model_type);

// What a config.json tells.
typedef struct lk_stored_config {
    lk_model_config config;
    const lk_weight_layout *layout;
    bool lacks_biases; // the file need not have all biases of the configuration
} lk_stored_config;

// A list of tensors, with their names in memory of their own.
typedef struct lk_tensor_list {
    lk_arena arena;
    lk_stored_tensor *tensors;
    size_t count;
} lk_tensor_list;

// The weights of a model as a file of the layout has them, in the order of its rows: of each row
// first the weights of all layers, then the biases. The model's memory is borrowed.
lk_status lk_layout_list(lk_tensor_list *list, const lk_model *model,
                         const lk_weight_layout *layout);
void lk_tensor_list_release(lk_tensor_list *list);

#endif
