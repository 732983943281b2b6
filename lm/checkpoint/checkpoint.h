// What the parts of the checkpoint share.
//
// A checkpoint is a directory:
//
//     model.safetensors    the weights
//     config.json          the shape of the model (config.c)
//     tokenizer.json
//     trainer.safetensors  what the optimizer keeps: m.NAME and v.NAME (AdamW) or velocity.NAME
//     trainer.json         step, losses, settings: what a run needs to go on
//     manifest.json        length and SHA-256 of each file above
//
// A run is a directory of checkpoints step-000500, … with two small files, `latest` and `best`,
// that hold the name of one of them.
#ifndef LK_CHECKPOINT_H
#define LK_CHECKPOINT_H

#include "checkpoint/checkpoint_files.h"
#include "checkpoint/config_keys.h"
#include "checkpoint/tensor_files.h"
#include "checkpoint/tensor_list.h"
#include "likelore/json.h"
#include "likelore/lm.h"

enum { LK_CHECKPOINT_VERSION = 1 };

// ---- config.json -------------------------------------------------------------------------------

lk_status lk_config_write(lk_context *context, lk_buffer *out, const lk_weight_layout *layout,
                          const lk_model_config *config);
// The configuration is complete; `tensors` (NULL: not known) may tell what the text does not.
lk_status lk_config_parse(lk_context *context, lk_stored_config *stored, const char *file,
                          const char *text, size_t length, const lk_tensor_set *tensors);
// Whether a model of this shape has no more weights than `bytes` of a file can hold, so that a
// forged configuration is refused before memory is asked for.
bool lk_config_fits_bytes(const lk_model_config *config, uint64_t bytes);

// ---- The object --------------------------------------------------------------------------------

struct lk_checkpoint {
    lk_context *context;
    lk_checkpoint_files *files;
    lk_model *model;
    lk_tokenizer *tokenizer;
    lk_json *trainer; // trainer.json; NULL where there is none
    char digest[65];  // of the weights
};

// Loads what a checkpoint has no tokenizer.json for.
typedef lk_status lk_tokenizer_finder(lk_checkpoint *checkpoint);

lk_status lk_checkpoint_new(lk_context *context, lk_checkpoint **checkpoint);
// Gives the object out, or frees it after a failure; returns `status`.
lk_status lk_checkpoint_finish(lk_checkpoint **out, lk_checkpoint *checkpoint, lk_status status);

// Reads model, tokenizer (unless it is there) and trainer from the files. `other` and `find` read
// what is in other formats; NULL: nothing else is read.
lk_status lk_checkpoint_read(lk_checkpoint *checkpoint, lk_tensor_reader *other,
                             lk_tokenizer_finder *find);
// Whether a file has configuration and tokenizer in its metadata.
bool lk_checkpoint_is_single(const lk_safetensors *tensors);
lk_status lk_checkpoint_read_single(lk_checkpoint *checkpoint, const lk_safetensors *tensors,
                                    const char *file);

// Makes the model from all tensors of a set.
lk_status lk_checkpoint_fill_model(lk_checkpoint *checkpoint, const lk_stored_config *stored,
                                   lk_tensor_set *set, const char *file);
lk_status lk_checkpoint_parse_tokenizer(lk_checkpoint *checkpoint, const char *file,
                                        const char *text, size_t length);
// LK_ERROR_DATA when the tokenizer has more tokens than the model.
lk_status lk_checkpoint_check_tokenizer(const lk_checkpoint *checkpoint);

// As lk_checkpoint_save, each weight in a file NAME.npy of its own.
lk_status lk_checkpoint_save_arrays(const lk_checkpoint *checkpoint, const char *directory,
                                    bool replace);

// As lk_checkpoint_load; of a run the `latest` where `want_best` is false. `tokenizer` is the path
// of one; NULL: that of the checkpoint.
lk_status lk_checkpoint_open(lk_context *context, lk_checkpoint **checkpoint, const char *path,
                             const char *tokenizer, bool want_best);

// The same from files in memory, which are borrowed until the checkpoint is freed.
lk_status lk_checkpoint_open_files(lk_context *context, lk_checkpoint **checkpoint,
                                   const lk_memory_file *files, size_t count);

#endif
