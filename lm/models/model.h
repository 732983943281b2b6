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
#include "grad/ops.h"
#include "likelore/lm.h"
#include "models/bigram.h"
#include "models/config.h"
#include "models/transformer.h"
#include "models/window.h"

// How a tensor is drawn at the start.
typedef struct lk_initial {
    double value;     // of every element, where the deviation is 0
    double deviation; // standard, of a normal distribution around 0
    size_t rest;      // where a matrix is two put side by side: the first column of the second …
    double rest_deviation; // … and its deviation; 0 columns: there is one
    bool cut;              // what lies beyond three deviations is drawn again
} lk_initial;

// A weight tensor, or (rank 1) what batch normalisation keeps, which needs no gradient. Matrices of
// linear layers are stored (in, out), so that the forward product is row-major times row-major and
// the file layout is GPT-2's as Hugging Face has it; embeddings and the head are (V, C) and (T, C).
typedef struct lk_parameter {
    const char *name;
    lk_tensor tensor; // rank 1 or 2
    size_t offset;    // in the blocks, in elements
    lk_initial initial;
} lk_parameter;

struct lk_model {
    lk_context *context;
    lk_model_config config;   // complete
    lk_arena arena;           // everything below
    lk_parameter *parameters; // what learns, then what batch normalisation keeps
    size_t parameter_count;   // of those that learn
    size_t tensor_count;      // of all
    size_t tensor_room;       // that were reserved
    size_t block_count;       // elements of a block, gaps included
    lk_real *values;
    lk_real *gradients;  // NULL in a model that does not learn
    uint32_t *positions; // 0 … block_size-1
    lk_real *cosines;    // with rope: tables (block_size, C/H/2)
    lk_real *sines;
    // The places of the tensors in the network: that of the configuration's family is filled.
    lk_transformer transformer;
    lk_bigram bigram;
    lk_window window;
};

// ---- For the families' build --------------------------------------------------------------------

// Room for `most` tensors.
lk_status lk_model_reserve(lk_model *model, size_t most);
// Adds a parameter that learns at the end of the list; `columns` 0: a vector of `rows`. *place is
// set when it has been made. The name is copied.
lk_status lk_model_add_parameter(lk_model *model, lk_parameter **place, const char *name,
                                 size_t rows, size_t columns, lk_initial initial);
// Adds a vector that is kept and does not learn, after all that learn.
lk_status lk_model_add_statistic(lk_model *model, lk_parameter **place, const char *name,
                                 size_t count, double value);

// ---- Life ---------------------------------------------------------------------------------------

// A model whose weights are all zero, to be filled from a file.
lk_status lk_model_new_empty(lk_context *context, lk_model **model, const lk_model_config *config);
// Draws the weights from (seed, LK_RANDOM_INIT, 0, index of the tensor); what is drawn again from
// step 1, 2, … of the same stream.
void lk_model_initialise(lk_model *model, uint64_t seed);
// Gives every parameter room for its gradient, and every statistic for what it will be.
lk_status lk_model_need_gradients(lk_model *model);
// Forgets the gradients: the next backward pass overwrites them.
void lk_model_clear_gradients(lk_model *model);
// Forgets what passes have made of the statistics and was not kept.
void lk_model_clear_statistics(lk_model *model);
// Takes over the statistics that the passes since then have made.
void lk_model_keep_statistics(lk_model *model);
// Sets gradients that no backward pass has reached since to zero.
void lk_model_complete_gradients(lk_model *model);
// How queries and keys are turned; only with rope. Positions count from 0.
lk_rotation lk_model_rotation(const lk_model *model);
// NULL when there is none.
lk_parameter *lk_model_find(const lk_model *model, const char *name);

#endif
