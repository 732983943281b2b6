#include "models/network.h"

#include "grad/ops.h"
#include "models/model.h"

typedef struct network {
    lk_tensor *(*logits)(lk_tape *tape, const lk_model *model, const lk_batch *batch);
    lk_tensor *(*loss)(lk_tape *tape, const lk_model *model, const lk_batch *batch);
    // NULL without batch normalisation.
    lk_tensor *(*norm_input)(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                             size_t layer);
} network;

static const network networks[] = {
    [LK_FAMILY_TRANSFORMER] = {lk_transformer_logits, lk_transformer_loss, NULL},
    [LK_FAMILY_BIGRAM] = {lk_bigram_logits, NULL, NULL},
    [LK_FAMILY_MLP] = {lk_window_logits, NULL, lk_window_norm_input},
    [LK_FAMILY_WAVENET] = {lk_window_logits, NULL, lk_window_norm_input},
};

lk_tensor *lk_model_logits(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    return networks[model->config.family].logits(tape, model, batch);
}

lk_tensor *lk_model_loss(lk_tape *tape, const lk_model *model, const lk_batch *batch) {
    const network *of = &networks[model->config.family];
    if (of->loss) return of->loss(tape, model, batch);
    return lk_cross_entropy(tape, of->logits(tape, model, batch), NULL, NULL, batch->targets);
}

lk_tensor *lk_model_mean_squares(lk_tape *tape, lk_model *model) {
    lk_tensor *total = NULL;
    for (size_t i = 0; i < model->parameter_count; i++) {
        lk_tensor *weight = &model->parameters[i].tensor;
        if (weight->rank < 2) continue;
        lk_tensor *mean = lk_mean_square(tape, weight);
        total = total ? lk_add(tape, total, mean) : mean;
    }
    return total;
}

// ---- Batch normalisation ------------------------------------------------------------------------

size_t lk_model_norm_layers(const lk_model *model) {
    return networks[model->config.family].norm_input ? lk_window_layer_count(model) : 0;
}

bool lk_model_norm_statistics(const lk_model *model, lk_batch_statistics *kept, size_t layer) {
    const lk_window_layer *of = &model->window.layers[layer];
    if (!of->norm.gain) return false;
    *kept = lk_window_statistics(model, of);
    return true;
}

lk_tensor *lk_model_norm_input(lk_tape *tape, const lk_model *model, const lk_batch *batch,
                               size_t layer) {
    return networks[model->config.family].norm_input(tape, model, batch, layer);
}
