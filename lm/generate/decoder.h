// What all decoders share, and the kinds of them: a struct that begins with lk_decoder, and a few
// functions.
#ifndef LK_DECODER_H
#define LK_DECODER_H

#include "arena.h"
#include "models/model.h"

typedef struct lk_decoder_kind {
    size_t size; // of the struct
    // Allocates what is needed, in the arena.
    lk_status (*prepare)(lk_decoder *decoder);
    // Reads ids, at least one, all of the vocabulary, and sets the logits of what follows them.
    void (*feed)(lk_decoder *decoder, const uint32_t *ids, size_t count);
    void (*reset)(lk_decoder *decoder);
    // Elements that it holds beside keys and values and the logits. The configuration is complete.
    uint64_t (*work)(const lk_model_config *config);
} lk_decoder_kind;

struct lk_decoder {
    const lk_decoder_kind *kind;
    lk_context *context;
    const lk_model *model;
    lk_arena arena;
    lk_real *logits; // (V)
};

// Elements that a decoder holds beside keys and values. The configuration is complete.
uint64_t lk_decoder_work(const lk_model_config *config);

extern const lk_decoder_kind lk_transformer_decoder, lk_window_decoder;

#endif
