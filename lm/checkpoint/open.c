// Finds out what a path holds, and reads it.
#include "checkpoint/checkpoint.h"

#include "directory.h"

// ---- Directories --------------------------------------------------------------------------------

static lk_status find_tokenizer(lk_checkpoint *checkpoint) {
    const char *directory = lk_checkpoint_files_directory(checkpoint->files);
    return lk_tokenizer_load(checkpoint->context, &checkpoint->tokenizer, directory, NULL);
}

static lk_status open_directory(lk_checkpoint *checkpoint, const char *directory) {
    LK_TRY(lk_checkpoint_files_open(checkpoint->context, &checkpoint->files, directory));
    return lk_checkpoint_read(checkpoint, NULL, find_tokenizer);
}

static lk_status open_path(lk_checkpoint *checkpoint, const char *path, bool want_best) {
    lk_buffer directory = lk_buffer_make(checkpoint->context);
    lk_status status = lk_checkpoint_resolve(checkpoint->context, &directory, path, want_best);
    if (status == LK_OK) status = open_directory(checkpoint, directory.data);
    lk_buffer_free(&directory);
    return status;
}

lk_status lk_checkpoint_open(lk_context *context, lk_checkpoint **out, const char *path,
                             const char *tokenizer, bool want_best) {
    *out = NULL;
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_new(context, &checkpoint));
    lk_status status = LK_OK;
    if (tokenizer) status = lk_tokenizer_load(context, &checkpoint->tokenizer, tokenizer, NULL);
    if (status == LK_OK) status = open_path(checkpoint, path, want_best);
    return lk_checkpoint_finish(out, checkpoint, status);
}

lk_status lk_checkpoint_load(lk_context *context, lk_checkpoint **checkpoint, const char *path) {
    return lk_checkpoint_open(context, checkpoint, path, NULL, true);
}
