// The files of a checkpoint, from a directory or from memory; and which directory a run means.
#ifndef LK_CHECKPOINT_FILES_H
#define LK_CHECKPOINT_FILES_H

#include "likelore/lm.h"

#define LK_FILE_MODEL "model.safetensors"
#define LK_FILE_INDEX "model.safetensors.index.json"
#define LK_FILE_CONFIG "config.json"
#define LK_FILE_TOKENIZER "tokenizer.json"
#define LK_FILE_TRAINER_STATE "trainer.safetensors"
#define LK_FILE_TRAINER "trainer.json"
#define LK_FILE_MANIFEST "manifest.json"
#define LK_FILE_LOG "log.jsonl"

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

// Whether the file was got already.
bool lk_checkpoint_files_is_open(const lk_checkpoint_files *files, const char *name);
// NULL when the files are in memory.
const char *lk_checkpoint_files_directory(const lk_checkpoint_files *files);
// Whether a name is without a path, so that it never leads out of its directory.
bool lk_is_plain_name(const char *name);

// Finds the checkpoint a path means: itself, or a run's `best` (first, when it is wanted) or
// `latest`. Replaces the content of `directory`.
lk_status lk_checkpoint_resolve(lk_context *context, lk_buffer *directory, const char *path,
                                bool want_best);
// Replaces the content of `name` with what the pointer file says; empty when there is none.
lk_status lk_run_read_pointer(lk_context *context, lk_buffer *name, const char *run,
                              const char *pointer);

#endif
