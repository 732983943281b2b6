// What a language model costs: parameters, floating-point operations and memory, from its
// configuration alone. Nothing is built, so that shapes far beyond this machine can be asked for.
//
// Letters of formulas: s tokens of a sequence (block_size), d channels (n_embd), f width of the
// feed-forward layer, h heads, k channels of the keys of all heads (d n_kv_head / n_head), v tokens
// of the vocabulary.
#ifndef LIKELORE_LM_COST_H
#define LIKELORE_LM_COST_H

#include "likelore/lm.h"

#ifdef __cplusplus
extern "C" {
#endif

// A part of the network, and what it takes to run it forward over one sequence of s tokens.
// Operations are whole numbers, exact below 2^53; a multiplication and an addition are two.
typedef struct lk_cost_row {
    const char *part;    // "queries", …
    const char *formula; // of the operations; "" where there are none
    uint32_t times;      // how often the network has it: 1 or n_layer
    uint64_t parameters; // of one
    double operations;   // of one
    bool matrix_product; // else rotations, softmax and norms
    bool between_tokens; // of the matrix products those that grow with s²
} lk_cost_row;

enum { LK_COST_MOST_ROWS = 20 };

// Not counted: looking up embeddings, adding biases and residuals, activations, dropout; together
// they are a few operations for each activation. The products between tokens are counted over all
// s² pairs, as is usual, although a causal model needs only half of them.
typedef struct lk_model_cost {
    lk_cost_row rows[LK_COST_MOST_ROWS];
    size_t row_count;
    uint64_t parameters;          // what lk_model_parameter_count says of such a model
    uint64_t position_parameters; // of these: the position embedding
    double matrix_products;       // operations of the rows that are matrix products
    double between_tokens;        // of these: those of attention's scores and weighted values
    double operations;            // of all rows
} lk_model_cost;

// Checks the configuration (LK_ERROR_USAGE, naming the field) and adds up.
lk_status lk_model_cost_count(lk_context *context, lk_model_cost *cost,
                              const lk_model_config *config);
// Operations of the matrix products of training on `sequences` sequences, forward and backward:
// three times those of the forward pass, the products between tokens halved by causality.
double lk_model_cost_training(const lk_model_cost *cost, uint32_t block_size, double sequences);

// Bytes of training, as lk_context_memory_usage counts them: within a twentieth where they are more
// than some megabytes.
typedef struct lk_training_memory {
    uint64_t weights;
    uint64_t gradients;
    uint64_t optimizer;   // its blocks
    uint64_t statistics;  // the weights before a step that is watched
    uint64_t activations; // what a micro-batch keeps for its backward pass
    uint64_t backward;    // gradients of activations, and scratch
    uint64_t panels;      // the operand of a matrix product that is packed
    uint64_t evaluation;  // what a batch of an evaluation takes beyond these two
    uint64_t total;
} lk_training_memory;

// What a training does, as far as it takes memory.
typedef struct lk_training_load {
    uint32_t sequences;        // of block_size tokens, in a micro-batch; 0: it makes none
    uint32_t evaluated;        // sequences in a batch of an evaluation; 0: not counted
    uint32_t optimizer_blocks; // numbers kept for each weight: AdamW 2, SGD 0, with momentum 1
    bool watched;              // statistics of some steps are wanted
} lk_training_load;

// Depends on the threads of the context.
lk_status lk_training_memory_count(lk_context *context, lk_training_memory *memory,
                                   const lk_model_config *config, const lk_training_load *load);

// Bytes of generating text.
typedef struct lk_inference_memory {
    uint64_t weights;
    uint64_t cache;           // keys and values of block_size tokens
    uint64_t cache_per_token; // of these: of each token
    uint64_t work;            // activations of the tokens that go through the layers together
    uint64_t total;
} lk_inference_memory;

lk_status lk_inference_memory_count(lk_context *context, lk_inference_memory *memory,
                                    const lk_model_config *config);

// The shape that settings give a model: their `vocab_size`, else that of the tokenizer that
// `tokenizer` names. LK_ERROR_USAGE where neither tells it.
lk_status lk_settings_shape(lk_context *context, lk_model_config *config,
                            const lk_settings *settings);
// The costs of that shape, with the batch and the optimizer of the settings, as tables of text and
// as a JSON document; with `speed` (NULL: without) how fast the training is foretold to be.
lk_status lk_settings_cost_text(lk_buffer *out, const lk_settings *settings,
                                const lk_training_speed *speed);
lk_status lk_settings_cost_json(lk_buffer *out, const lk_settings *settings,
                                const lk_training_speed *speed);

#ifdef __cplusplus
}
#endif

#endif
