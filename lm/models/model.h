// A model inside: its parameters in one block of memory, found by name, by index, or by their place
// in the network.
//
//     values     [ wte | wpe | h.0.ln_1.weight | … ]   one block, each tensor 64-byte aligned
//     gradients  [ the same places ]                   only after lk_model_need_gradients
//
// Optimizer state uses the same offsets. Gaps between tensors hold zeros for ever.
#ifndef LK_MODEL_H
#define LK_MODEL_H

#include "arena.h"
#include "grad/tensor.h"
#include "likelore/lm.h"
#include "models/transformer.h"

// A weight tensor. Matrices of linear layers are stored (in, out), so that the forward product is
// row-major times row-major and the file layout is GPT-2's as Hugging Face has it; embeddings and
// the head are (V, C) and (T, C).
typedef struct lk_parameter {
    const char *name;
    lk_tensor tensor;      // rank 1 or 2
    size_t offset;         // in the blocks, in elements
    double init_deviation; // standard deviation at the start; 0: constant
    double init_value;     // of constant ones
} lk_parameter;

struct lk_model {
    lk_context *context;
    lk_model_config config;   // with d_ff filled in
    lk_arena arena;           // everything below
    lk_parameter *parameters; // in the order of the safetensors file
    size_t parameter_count;
    size_t block_count; // elements of a block, gaps included
    lk_real *values;
    lk_real *gradients;  // NULL in a model that does not learn
    uint32_t *positions; // 0 … block_size-1
    lk_transformer transformer;
};

// Checks a configuration: LK_ERROR_USAGE, naming the field.
lk_status lk_model_config_check(lk_context *context, const lk_model_config *config);
// A model whose weights are all zero, to be filled from a file.
lk_status lk_model_new_empty(lk_context *context, lk_model **model, const lk_model_config *config);
// Draws the weights from (seed, LK_RANDOM_INIT, 0, index of the tensor).
void lk_model_initialise(lk_model *model, uint64_t seed);
// Gives every parameter room for its gradient.
lk_status lk_model_need_gradients(lk_model *model);
// Forgets the gradients: the next backward pass overwrites them.
void lk_model_clear_gradients(lk_model *model);
// Sets gradients that no backward pass has reached since to zero.
void lk_model_complete_gradients(lk_model *model);
// NULL when there is none.
lk_parameter *lk_model_find(const lk_model *model, const char *name);

#endif
