// What a family of models is, its arithmetic apart (which is models/network.h): a table of
// functions, so that nothing above asks for a family by name.
#ifndef LK_FAMILY_H
#define LK_FAMILY_H

#include "likelore/lm_cost.h"
#include "models/model.h"

// Configurations are complete, but for those of `check` and `complete`.
typedef struct lk_family_form {
    bool one_target; // a sequence has one target, the token after its last, not one a position
    // LK_ERROR_USAGE, naming the field.
    lk_status (*check)(lk_context *context, const lk_model_config *config);
    void (*complete)(lk_model_config *config); // NULL: nothing is left open
    // Makes the list of parameters and their places in the network.
    lk_status (*build)(lk_model *model);
    // Weights of the matrices.
    double (*matrix_weights)(const lk_model_config *config);
    // Adds the rows of its costs.
    void (*count_cost)(lk_model_cost *cost, const lk_model_config *config);
    // Bytes of a micro-batch on the tape: what it keeps for its backward pass, and what that adds.
    void (*count_memory)(lk_context *context, lk_training_memory *memory,
                         const lk_model_config *config, uint32_t sequences);
    // Appends kind and sizes of the network, in words.
    void (*describe)(lk_buffer *out, const lk_model_config *config);
} lk_family_form;

const lk_family_form *lk_family_form_of(lk_family family);

extern const lk_family_form lk_transformer_form, lk_bigram_form, lk_mlp_form, lk_wavenet_form;

#endif
