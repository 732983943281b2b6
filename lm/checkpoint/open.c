// Finds out what a path holds, and reads it.
#include "checkpoint/checkpoint.h"
#include "checkpoint/flat_weights.h"
#include "checkpoint/npy_tensors.h"
#include "checkpoint/pickle.h"

#include "directory.h"

// ---- Directories --------------------------------------------------------------------------------

static lk_status find_tokenizer(lk_checkpoint *checkpoint) {
    const char *directory = lk_checkpoint_files_directory(checkpoint->files);
    return lk_tokenizer_load(checkpoint->context, &checkpoint->tokenizer, directory, NULL);
}

static lk_status open_directory(lk_checkpoint *checkpoint, const char *directory) {
    LK_TRY(lk_checkpoint_files_open(checkpoint->context, &checkpoint->files, directory));
    return lk_checkpoint_read(checkpoint, lk_npy_tensors_read, find_tokenizer);
}

static lk_status open_run(lk_checkpoint *checkpoint, const char *path, bool want_best) {
    lk_buffer directory = lk_buffer_make(checkpoint->context);
    lk_status status = lk_checkpoint_resolve(checkpoint->context, &directory, path, want_best);
    if (status == LK_OK) status = open_directory(checkpoint, directory.data);
    lk_buffer_free(&directory);
    return status;
}

// ---- Files --------------------------------------------------------------------------------------

// The tokenizer.bin beside a file, or else what else is in its directory.
static lk_status load_tokenizer_beside(lk_checkpoint *checkpoint, const char *path) {
    lk_context *context = checkpoint->context;
    lk_buffer directory = lk_buffer_make(context), file = lk_buffer_make(context);
    lk_status status = lk_path_parent(&directory, path);
    if (status == LK_OK) status = lk_path_join(&file, directory.data, "tokenizer.bin");
    if (status == LK_OK) {
        bool is_there = lk_path_get_kind(file.data) == LK_PATH_FILE;
        status = lk_tokenizer_load(context, &checkpoint->tokenizer,
                                   is_there ? file.data : directory.data, NULL);
    }
    lk_buffer_free(&directory);
    lk_buffer_free(&file);
    return status == LK_ERROR_NO_INPUT
               ? lk_fail_with_remedy(context, LK_REMEDY_NAME_TOKENIZER,
                                     lk_fail(context, status, "there is no tokenizer beside it"))
               : status;
}

// A file that holds nothing but weights is one of a directory.
static lk_status open_safetensors(lk_checkpoint *checkpoint, const char *path, const uint8_t *bytes,
                                  size_t length) {
    lk_safetensors *tensors;
    LK_TRY(lk_safetensors_parse(checkpoint->context, &tensors, path, bytes, length));
    bool is_single = lk_checkpoint_is_single(tensors);
    lk_status status = is_single ? lk_checkpoint_read_single(checkpoint, tensors, path) : LK_OK;
    lk_safetensors_free(tensors);
    if (is_single) return status;
    return lk_fail(checkpoint->context, LK_ERROR_DATA,
                   "the metadata have no config.json and tokenizer.json: name the directory that "
                   "holds them beside the weights");
}

typedef lk_status flat_reader(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length);

static lk_status open_flat(lk_checkpoint *checkpoint, const char *path, const uint8_t *bytes,
                           size_t length, flat_reader *read) {
    LK_TRY(read(checkpoint, bytes, length));
    LK_TRY(lk_model_digest(checkpoint->digest, checkpoint->model));
    if (!checkpoint->tokenizer) LK_TRY(load_tokenizer_beside(checkpoint, path));
    return lk_checkpoint_check_tokenizer(checkpoint);
}

// Transformers puts config.json beside its pickle; nanoGPT's has everything inside.
static lk_status refuse_pickle(lk_context *context, const char *path) {
    const char *slash = strrchr(path, '/');
    return lk_pickle_is_of_transformers(slash ? slash + 1 : path)
               ? lk_pickle_refuse_transformers(context)
               : lk_pickle_refuse_nanogpt(context);
}

static bool is_safetensors(const uint8_t *bytes, size_t length) {
    return length > 8 && bytes[8] == '{' && lk_flat_u32(bytes + 4) == 0;
}

static lk_status open_bytes(lk_checkpoint *checkpoint, const char *path, const uint8_t *bytes,
                            size_t length) {
    if (lk_pickle_is(bytes, length)) return refuse_pickle(checkpoint->context, path);
    if (is_safetensors(bytes, length)) return open_safetensors(checkpoint, path, bytes, length);
    if (lk_llmc_is(bytes, length)) return open_flat(checkpoint, path, bytes, length, lk_llmc_read);
    if (lk_llama2c_is(bytes, length))
        return open_flat(checkpoint, path, bytes, length, lk_llama2c_read);
    return lk_fail(checkpoint->context, LK_ERROR_UNSUPPORTED,
                   "the file is no model in a format that is read: safetensors with configuration "
                   "and tokenizer, llama2.c, llm.c");
}

static lk_status open_file(lk_checkpoint *checkpoint, const char *path) {
    lk_file *file;
    LK_TRY(lk_file_open(checkpoint->context, &file, path));
    lk_status status = open_bytes(checkpoint, path, lk_file_bytes(file), lk_file_length(file));
    lk_file_free(file);
    return status == LK_OK ? LK_OK : lk_fail_in_file(checkpoint->context, status, path);
}

// ---- Paths --------------------------------------------------------------------------------------

static lk_status open_path(lk_checkpoint *checkpoint, const char *path, const char *tokenizer,
                           bool want_best) {
    if (tokenizer)
        LK_TRY(lk_tokenizer_load(checkpoint->context, &checkpoint->tokenizer, tokenizer, NULL));
    bool is_file = lk_path_get_kind(path) == LK_PATH_FILE;
    return is_file ? open_file(checkpoint, path) : open_run(checkpoint, path, want_best);
}

lk_status lk_checkpoint_open(lk_context *context, lk_checkpoint **out, const char *path,
                             const char *tokenizer, bool want_best) {
    *out = NULL;
    lk_checkpoint *checkpoint;
    LK_TRY(lk_checkpoint_new(context, &checkpoint));
    return lk_checkpoint_finish(out, checkpoint, open_path(checkpoint, path, tokenizer, want_best));
}

lk_status lk_checkpoint_load(lk_context *context, lk_checkpoint **checkpoint, const char *path) {
    return lk_checkpoint_open(context, checkpoint, path, NULL, true);
}

lk_status lk_checkpoint_load_with(lk_context *context, lk_checkpoint **checkpoint, const char *path,
                                  const char *tokenizer) {
    return lk_checkpoint_open(context, checkpoint, path, tokenizer, true);
}
