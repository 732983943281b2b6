// The tensors of a checkpoint, which may lie in several files.
#ifndef LK_TENSOR_FILES_H
#define LK_TENSOR_FILES_H

#include "arena.h"
#include "checkpoint/checkpoint_files.h"
#include "checkpoint/tensor_set.h"

typedef struct lk_tensor_files {
    lk_context *context;
    lk_checkpoint_files *files; // whose bytes the tensors are
    lk_tensor_set *set;
    lk_arena arena;   // names, where a file does not hold them
    lk_buffer parsed; // addresses of lk_safetensors
    const char *name; // of the file that tells of all, for messages
} lk_tensor_files;

// Reads tensors that lie in files of another format; those of the set are then as its own.
typedef lk_status lk_tensor_reader(lk_tensor_files *tensors);

// Opens model.safetensors, or the files that model.safetensors.index.json names, or else what
// `other` (NULL: nothing) finds. The files must outlive the result. LK_ERROR_NO_INPUT when there
// are none.
lk_status lk_tensor_files_open(lk_context *context, lk_tensor_files **tensors,
                               lk_checkpoint_files *files, lk_tensor_reader *other);
void lk_tensor_files_free(lk_tensor_files *tensors);

#endif
