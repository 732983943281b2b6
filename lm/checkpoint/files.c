#include "checkpoint/checkpoint.h"

#include "digest.h"
#include "directory.h"

enum { MOST_POINTER_BYTES = 256 };

typedef struct open_file {
    struct open_file *next;
    char *name;
    lk_buffer shown_name; // with its directory
    lk_file *file;        // NULL for one in memory
    const uint8_t *bytes;
    size_t length;
} open_file;

struct lk_checkpoint_files {
    lk_context *context;
    char *directory; // NULL when the files are in memory
    const lk_memory_file *memory;
    size_t memory_count;
    open_file *opened;
    lk_json *manifest; // NULL where there is none
};

// ---- Opening -----------------------------------------------------------------------------------

// The part of a path behind its last separator.
static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static lk_status open_in_memory(lk_checkpoint_files *files, open_file *opened) {
    for (size_t i = 0; i < files->memory_count; i++) {
        const lk_memory_file *file = &files->memory[i];
        if (strcmp(base_name(file->name), opened->name) != 0) continue;
        lk_buffer_append_text(&opened->shown_name, file->name);
        opened->bytes = file->bytes;
        opened->length = file->length;
        return lk_buffer_status(&opened->shown_name);
    }
    return lk_fail(files->context, LK_ERROR_NO_INPUT, "the file %s is missing", opened->name);
}

static lk_status open_in_directory(lk_checkpoint_files *files, open_file *opened) {
    LK_TRY(lk_path_join(&opened->shown_name, files->directory, opened->name));
    LK_TRY(lk_file_open(files->context, &opened->file, opened->shown_name.data));
    opened->bytes = lk_file_bytes(opened->file);
    opened->length = lk_file_length(opened->file);
    return LK_OK;
}

static void close_file(lk_context *context, open_file *opened) {
    if (!opened) return;
    lk_file_free(opened->file);
    lk_buffer_free(&opened->shown_name);
    lk_free(context, opened->name);
    lk_free(context, opened);
}

static open_file *new_file(lk_context *context, const char *name) {
    open_file *opened = lk_alloc_zero(context, 1, sizeof *opened);
    if (!opened) return NULL;
    opened->shown_name = lk_buffer_make(context);
    opened->name = lk_copy_text(context, name, strlen(name));
    if (opened->name) return opened;
    close_file(context, opened);
    return NULL;
}

static lk_status check_against_manifest(const lk_checkpoint_files *files, const open_file *opened) {
    const lk_json *entry = lk_json_get(lk_json_get(files->manifest, "files"), opened->name);
    if (!entry) return LK_OK;
    int64_t bytes = -1;
    bool counted = lk_json_integer(lk_json_get(entry, "bytes"), &bytes, 0, INT64_C(1) << 53);
    lk_sha256 digest;
    char hex[LK_SHA256_HEX + 1];
    lk_sha256_begin(&digest);
    lk_sha256_add(&digest, opened->bytes, opened->length);
    lk_sha256_end(&digest, hex);
    if (counted && (uint64_t)bytes == opened->length &&
        strcmp(hex, lk_json_string(lk_json_get(entry, "sha256"), "")) == 0)
        return LK_OK;
    lk_fail(files->context, LK_ERROR_DATA, "the file is not the one that was saved: its %s",
            counted && (uint64_t)bytes != opened->length ? "length is not that of the manifest"
                                                         : "SHA-256 is not that of the manifest");
    return lk_fail_in_file(files->context, LK_ERROR_DATA, opened->shown_name.data);
}

static open_file *find_opened(const lk_checkpoint_files *files, const char *name) {
    open_file *opened = files->opened;
    while (opened && strcmp(opened->name, name) != 0) opened = opened->next;
    return opened;
}

bool lk_checkpoint_files_is_open(const lk_checkpoint_files *files, const char *name) {
    return find_opened(files, name) != NULL;
}

const char *lk_checkpoint_files_directory(const lk_checkpoint_files *files) {
    return files->directory;
}

static lk_status open_checked(lk_checkpoint_files *files, open_file *opened) {
    LK_TRY(files->directory ? open_in_directory(files, opened) : open_in_memory(files, opened));
    return check_against_manifest(files, opened);
}

lk_status lk_checkpoint_files_get(lk_checkpoint_files *files, const uint8_t **bytes, size_t *length,
                                  const char **shown_name, const char *name, bool optional) {
    *bytes = NULL;
    *length = 0;
    open_file *opened = find_opened(files, name);
    if (!opened) {
        opened = new_file(files->context, name);
        LK_NEED(opened);
        lk_status status = open_checked(files, opened);
        if (status != LK_OK) {
            close_file(files->context, opened);
            return optional && status == LK_ERROR_NO_INPUT ? LK_OK : status;
        }
        opened->next = files->opened;
        files->opened = opened;
    }
    *bytes = opened->bytes ? opened->bytes : (const uint8_t *)"";
    *length = opened->length;
    *shown_name = opened->shown_name.data;
    return LK_OK;
}

// ---- Manifest ----------------------------------------------------------------------------------

static lk_status check_version(lk_checkpoint_files *files, const char *shown_name) {
    int64_t version = 0;
    if (lk_json_integer(lk_json_get(files->manifest, "version"), &version, 1,
                        LK_CHECKPOINT_VERSION))
        return LK_OK;
    lk_fail(files->context, LK_ERROR_UNSUPPORTED,
            "the checkpoint has a format version that is not supported; this program reads "
            "version %d",
            LK_CHECKPOINT_VERSION);
    return lk_fail_in_file(files->context, LK_ERROR_UNSUPPORTED, shown_name);
}

static lk_status read_manifest(lk_checkpoint_files *files) {
    const uint8_t *bytes;
    size_t length;
    const char *shown_name;
    LK_TRY(lk_checkpoint_files_get(files, &bytes, &length, &shown_name, LK_FILE_MANIFEST, true));
    if (!bytes) return LK_OK;
    lk_status status = lk_json_parse(files->context, &files->manifest, (const char *)bytes, length);
    if (status != LK_OK) return lk_fail_in_file(files->context, status, shown_name);
    return check_version(files, shown_name);
}

// ---- Making ------------------------------------------------------------------------------------

static lk_status new_files(lk_context *context, lk_checkpoint_files **files) {
    *files = lk_alloc_zero(context, 1, sizeof **files);
    LK_NEED(*files);
    (*files)->context = context;
    return LK_OK;
}

static lk_status finish(lk_checkpoint_files **out, lk_checkpoint_files *files) {
    lk_status status = read_manifest(files);
    if (status != LK_OK) {
        lk_checkpoint_files_free(files);
        return status;
    }
    *out = files;
    return LK_OK;
}

lk_status lk_checkpoint_files_open(lk_context *context, lk_checkpoint_files **out,
                                   const char *directory) {
    *out = NULL;
    lk_checkpoint_files *files;
    LK_TRY(new_files(context, &files));
    files->directory = lk_copy_text(context, directory, strlen(directory));
    if (!files->directory) {
        lk_checkpoint_files_free(files);
        return LK_ERROR_MEMORY;
    }
    return finish(out, files);
}

lk_status lk_checkpoint_files_from_memory(lk_context *context, lk_checkpoint_files **out,
                                          const lk_memory_file *memory, size_t count) {
    *out = NULL;
    lk_checkpoint_files *files;
    LK_TRY(new_files(context, &files));
    files->memory = memory;
    files->memory_count = count;
    return finish(out, files);
}

void lk_checkpoint_files_free(lk_checkpoint_files *files) {
    if (!files) return;
    for (open_file *next, *opened = files->opened; opened; opened = next) {
        next = opened->next;
        close_file(files->context, opened);
    }
    lk_json_free(files->context, files->manifest);
    lk_free(files->context, files->directory);
    lk_free(files->context, files);
}

// ---- Runs --------------------------------------------------------------------------------------

bool lk_is_plain_name(const char *name) { return name[0] && name[0] != '.' && !strchr(name, '/'); }

lk_status lk_run_read_pointer(lk_context *context, lk_buffer *name, const char *run,
                              const char *pointer) {
    lk_file *file = NULL;
    LK_TRY(lk_path_join(name, run, pointer));
    if (lk_path_get_kind(name->data) != LK_PATH_FILE) {
        lk_buffer_clear(name);
        return LK_OK;
    }
    LK_TRY(lk_file_open(context, &file, name->data));
    size_t length = lk_file_length(file);
    const char *bytes = (const char *)lk_file_bytes(file);
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) length--;
    lk_buffer_clear(name);
    lk_buffer_append(name, bytes, length < MOST_POINTER_BYTES ? length : MOST_POINTER_BYTES);
    lk_file_free(file);
    LK_TRY(lk_buffer_status(name));
    if (lk_is_plain_name(lk_buffer_text(name))) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA, "%s/%s does not name a checkpoint of the run", run,
                   pointer);
}

// Sets *is whether the directory holds a checkpoint; `path` is scratch.
static lk_status is_checkpoint(lk_buffer *path, bool *is, const char *directory) {
    LK_TRY(lk_path_join(path, directory, LK_FILE_CONFIG));
    *is = lk_path_get_kind(path->data) == LK_PATH_FILE;
    return LK_OK;
}

// `path` is scratch.
static lk_status refuse_directory(lk_context *context, lk_buffer *path, const char *directory) {
    static const char *const weights[] = {LK_FILE_MODEL, "token_embeddings.weight.npy"};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        LK_TRY(lk_path_join(path, directory, weights[i]));
        if (lk_path_get_kind(path->data) == LK_PATH_FILE)
            return lk_fail(context, LK_ERROR_NO_INPUT,
                           "%s holds weights, but no %s; for tensors with the names of CS336 it "
                           "must be {\"model_type\": \"cs336\", \"num_heads\": …, "
                           "\"context_length\": …}",
                           directory, LK_FILE_CONFIG);
    }
    return lk_fail(context, LK_ERROR_NO_INPUT,
                   "%s is neither a checkpoint (it has no %s) nor a run (it has no file 'latest')",
                   directory, LK_FILE_CONFIG);
}

static lk_status resolve_run(lk_context *context, lk_buffer *directory, lk_buffer *name,
                             const char *run, bool want_best) {
    lk_buffer_clear(name);
    if (want_best) LK_TRY(lk_run_read_pointer(context, name, run, "best"));
    if (name->length == 0) LK_TRY(lk_run_read_pointer(context, name, run, "latest"));
    if (name->length == 0) return refuse_directory(context, name, run);
    return lk_path_join(directory, run, name->data);
}

lk_status lk_checkpoint_resolve(lk_context *context, lk_buffer *directory, const char *path,
                                bool want_best) {
    if (lk_path_get_kind(path) != LK_PATH_DIRECTORY)
        return lk_fail(context, LK_ERROR_NO_INPUT, "there is no directory %s", path);
    lk_buffer scratch = lk_buffer_make(context);
    bool found = false;
    lk_status status = is_checkpoint(&scratch, &found, path);
    if (status == LK_OK && found) {
        lk_buffer_clear(directory);
        lk_buffer_append_text(directory, path);
        status = lk_buffer_status(directory);
    } else if (status == LK_OK) {
        status = resolve_run(context, directory, &scratch, path, want_best);
    }
    lk_buffer_free(&scratch);
    return status;
}
