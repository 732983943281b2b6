// Model files that have no names: a header of sizes, then the weights in an order that all know.
#ifndef LK_FLAT_WEIGHTS_H
#define LK_FLAT_WEIGHTS_H

#include "checkpoint/checkpoint.h"

// A file that is read from its begin to its end.
typedef struct lk_flat_file {
    lk_context *context;
    const uint8_t *bytes;
    size_t length, at;
} lk_flat_file;

// Goes past `count` elements of `size` bytes, and gives where they are. LK_ERROR_DATA when the file
// ends before.
lk_status lk_flat_take(lk_flat_file *file, const uint8_t **bytes, size_t count, size_t size);
uint32_t lk_flat_u32(const uint8_t *bytes);
// Goes past the elements of a tensor, and fills it with them.
lk_status lk_flat_fill(lk_flat_file *file, const lk_stored_tensor *tensor, lk_dtype type);
// LK_ERROR_DATA unless the file ends here.
lk_status lk_flat_end(const lk_flat_file *file);
// Checks the configuration of a header, against the bytes there are for weights of `weight_bytes`,
// and makes the model of the checkpoint.
lk_status lk_flat_make_model(lk_checkpoint *checkpoint, const lk_flat_file *file,
                             const lk_model_config *config, double weight_bytes);

// ---- llama2.c: https://github.com/karpathy/llama2.c, export.py ----------------------------------

// Whether a file may be of version 0, whose header is nothing but sizes, or has the mark of others.
bool lk_llama2c_is(const uint8_t *bytes, size_t length);
lk_status lk_llama2c_read(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length);
// Sends a file of version 0. LK_ERROR_UNSUPPORTED, naming the setting, when it cannot hold the
// model.
lk_status lk_llama2c_send(const lk_model *model, lk_byte_sink *sink, void *user);

// ---- llm.c: https://github.com/karpathy/llm.c, train_gpt2.py ------------------------------------

bool lk_llmc_is(const uint8_t *bytes, size_t length);
lk_status lk_llmc_read(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length);

#endif
