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

#include "checkpoint/safetensors.h"
#include "likelore/json.h"
#include "likelore/lm.h"
#include "models/model.h"

#define LK_FILE_MODEL "model.safetensors"
#define LK_FILE_CONFIG "config.json"
#define LK_FILE_TOKENIZER "tokenizer.json"
#define LK_FILE_TRAINER_STATE "trainer.safetensors"
#define LK_FILE_TRAINER "trainer.json"
#define LK_FILE_MANIFEST "manifest.json"
#define LK_FILE_LOG "log.jsonl"

enum { LK_CHECKPOINT_VERSION = 1 };

// ---- The files of a checkpoint, from a directory or from memory --------------------------------

typedef struct lk_checkpoint_files lk_checkpoint_files;

lk_status lk_checkpoint_files_open(lk_context *context, lk_checkpoint_files **files,
                                   const char *directory);
// The memory files are borrowed.
lk_status lk_checkpoint_files_from_memory(lk_context *context, lk_checkpoint_files **files,
                                          const lk_memory_file *memory, size_t count);
void lk_checkpoint_files_free(lk_checkpoint_files *files);
// The bytes of a file, borrowed, and its name for messages. Length and SHA-256 are checked against
// the manifest where there is one. LK_ERROR_NO_INPUT when the file is not there; with `optional`,
// *bytes is then NULL.
lk_status lk_checkpoint_files_get(lk_checkpoint_files *files, const uint8_t **bytes, size_t *length,
                                  const char **shown_name, const char *name, bool optional);

// Finds the checkpoint a path means: itself, or a run's `best` (first, when it is wanted) or
// `latest`. Replaces the content of `directory`.
lk_status lk_checkpoint_resolve(lk_context *context, lk_buffer *directory, const char *path,
                                bool want_best);
// Replaces the content of `name` with what the pointer file says; empty when there is none.
lk_status lk_run_read_pointer(lk_context *context, lk_buffer *name, const char *run,
                              const char *pointer);

// ---- config.json -------------------------------------------------------------------------------

// Whether the Hugging Face class GPT2LMHeadModel can hold the model.
bool lk_config_fits_gpt2(const lk_model_config *config);
lk_status lk_config_write(lk_context *context, lk_buffer *out, const lk_model_config *config);
// Our keys of config.json, added to an object that is open.
void lk_config_add(lk_json_writer *writer, const lk_model_config *config);
lk_status lk_config_parse(lk_context *context, lk_model_config *config, const char *file,
                          const char *text, size_t length);

// ---- Weights -----------------------------------------------------------------------------------

// The tensors of a file, in its order, with their names in memory of their own.
typedef struct lk_tensor_list {
    lk_arena arena;
    lk_tensor_source *sources;
    size_t count;
} lk_tensor_list;

// The weights as model.safetensors holds them.
lk_status lk_tensor_list_make_weights(lk_tensor_list *list, const lk_model *model);
// Blocks laid out as the model's values, under the names of the weights with `prefixes` before
// them.
lk_status lk_tensor_list_make_state(lk_tensor_list *list, const lk_model *model,
                                    const char *const *prefixes, lk_real *const *blocks,
                                    size_t count);
void lk_tensor_list_release(lk_tensor_list *list);
// Fills the model from a file; every weight must be there and nothing else.
lk_status lk_weights_read(lk_context *context, lk_model *model, const char *file,
                          const lk_safetensors *tensors);
// Fills the blocks of lk_tensor_list_make_state.
lk_status lk_state_read(lk_context *context, const lk_model *model, const char *file,
                        const lk_safetensors *tensors, const char *const *prefixes,
                        lk_real *const *blocks, size_t count);
// Whether a model of this shape has no more weights than `bytes` of a file can hold, so that a
// forged configuration is refused before memory is asked for.
bool lk_config_fits_bytes(const lk_model_config *config, size_t bytes);

// ---- The object --------------------------------------------------------------------------------

struct lk_checkpoint {
    lk_context *context;
    lk_checkpoint_files *files;
    lk_model *model;
    lk_tokenizer *tokenizer;
    lk_json *trainer; // trainer.json; NULL where there is none
    char digest[65];  // of the weights
};

// As lk_checkpoint_load; of a run the `latest` where `want_best` is false.
lk_status lk_checkpoint_open(lk_context *context, lk_checkpoint **checkpoint, const char *path,
                             bool want_best);
// The same from files in memory, which are borrowed until the checkpoint is freed.
lk_status lk_checkpoint_open_files(lk_context *context, lk_checkpoint **checkpoint,
                                   const lk_memory_file *files, size_t count);

#endif
