#include "directory.h"
#include "file_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef __EMSCRIPTEN__ // where mapping a file copies it
#include <sys/mman.h>
#define LK_MAP_FILES 1
#endif

enum { READ_BYTES = 16 << 10 };

struct lk_file {
    lk_context *context;
    char *path;
    const uint8_t *bytes;
    size_t length;
    bool is_mapped;
    lk_buffer content; // of what is not mapped
};

// ---- Reading ------------------------------------------------------------------------------------

// read(2) again where a signal interrupted it.
static ssize_t read_some(int descriptor, void *bytes, size_t length) {
    ssize_t got;
    do got = read(descriptor, bytes, length);
    while (got < 0 && errno == EINTR);
    return got;
}

static lk_status read_all(lk_file *file, int descriptor) {
    char bytes[READ_BYTES];
    ssize_t got;
    while ((got = read_some(descriptor, bytes, sizeof bytes)) > 0) {
        lk_buffer_append(&file->content, bytes, (size_t)got);
        LK_TRY(lk_buffer_status(&file->content));
    }
    if (got < 0) return lk_fail_errno(file->context, LK_ERROR_IO, file->path, "cannot be read");
    file->bytes = (const uint8_t *)lk_buffer_text(&file->content);
    file->length = file->content.length;
    return LK_OK;
}

static bool map(lk_file *file, int descriptor, const struct stat *status) {
#ifdef LK_MAP_FILES
    if (!S_ISREG(status->st_mode) || status->st_size <= 0) return false;
    if ((uintmax_t)status->st_size > SIZE_MAX) return false;
    size_t length = (size_t)status->st_size;
    void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes == MAP_FAILED) return false;
    file->bytes = bytes;
    file->length = length;
    file->is_mapped = true;
    return true;
#else
    (void)file, (void)descriptor, (void)status;
    return false;
#endif
}

static lk_status load(lk_file *file, int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return lk_fail_errno(file->context, LK_ERROR_IO, file->path, "cannot be read");
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return lk_fail_errno(file->context, LK_ERROR_IO, file->path, "cannot be read");
    }
    return map(file, descriptor, &status) ? LK_OK : read_all(file, descriptor);
}

static lk_status open_and_load(lk_file *file) {
    if (strcmp(file->path, "-") == 0) return load(file, STDIN_FILENO);
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        bool absent = errno == ENOENT || errno == ENOTDIR;
        return absent ? lk_fail_at(file->context, LK_ERROR_NO_INPUT,
                                   (lk_location){.file = file->path, .byte = -1}, "no such file")
                      : lk_fail_errno(file->context, LK_ERROR_IO, file->path, "cannot be opened");
    }
    lk_status status = load(file, descriptor);
    close(descriptor);
    return status;
}

lk_status lk_file_open(lk_context *context, lk_file **file, const char *path) {
    lk_file *made = lk_alloc_zero(context, 1, sizeof *made);
    LK_NEED(made);
    made->context = context;
    made->content = lk_buffer_make(context);
    made->path = lk_copy_text(context, path, strlen(path));
    lk_status status = made->path ? open_and_load(made) : LK_ERROR_MEMORY;
    if (status == LK_OK)
        *file = made;
    else
        lk_file_free(made);
    return status;
}

void lk_file_free(lk_file *file) {
    if (!file) return;
#ifdef LK_MAP_FILES
    if (file->is_mapped) munmap((void *)(uintptr_t)file->bytes, file->length);
#endif
    lk_buffer_free(&file->content);
    lk_free(file->context, file->path);
    lk_free(file->context, file);
}

const char *lk_file_path(const lk_file *file) { return file->path; }
const uint8_t *lk_file_bytes(const lk_file *file) { return file->bytes; }
size_t lk_file_length(const lk_file *file) { return file->length; }

// ---- Writing ------------------------------------------------------------------------------------

// 0, or -1 and errno.
static int write_all(int descriptor, const void *bytes, size_t length) {
    for (const char *at = bytes; length > 0;) {
        ssize_t written = write(descriptor, at, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -1;
        at += written;
        length -= (size_t)written;
    }
    return 0;
}

// Devices and pipes cannot be replaced, and need not be: what is written to them is gone.
static lk_status write_to_device(lk_context *context, const char *path, const void *bytes,
                                 size_t length) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) return lk_fail_errno(context, LK_ERROR_CREATE, path, "cannot be opened");
    lk_status status = LK_OK;
    if (write_all(descriptor, bytes, length) != 0)
        status = lk_fail_errno(context, LK_ERROR_IO, path, "cannot be written");
    if (close(descriptor) != 0 && status == LK_OK)
        status = lk_fail_errno(context, LK_ERROR_IO, path, "cannot be written");
    return status;
}

// Makes a new file beside `path`, whose name replaces the content of `name`. O_EXCL makes sure that
// it is new and not somebody's symbolic link.
static lk_status make_temporary(lk_context *context, lk_buffer *name, int *descriptor,
                                const char *path) {
    for (unsigned attempt = 0; attempt < LK_TEMPORARY_ATTEMPTS; attempt++) {
        LK_TRY(lk_path_temporary(name, path, attempt));
        *descriptor = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*descriptor >= 0) return LK_OK;
        if (errno != EEXIST) break;
    }
    return lk_fail_errno(context, LK_ERROR_CREATE, path, "cannot be created");
}

// Writes, syncs and closes.
static lk_status fill(lk_context *context, int descriptor, const char *path, const void *bytes,
                      size_t length) {
    int result = write_all(descriptor, bytes, length);
    if (result == 0) result = fsync(descriptor);
    int reason = errno;
    if (close(descriptor) != 0 && result == 0) result = -1, reason = errno;
    errno = reason;
    return result == 0 ? LK_OK : lk_fail_errno(context, LK_ERROR_IO, path, "cannot be written");
}

static lk_status fail_exists(lk_context *context, const char *path) {
    return lk_fail_at(context, LK_ERROR_CREATE, (lk_location){.file = path, .byte = -1},
                      "exists already, and is not to be overwritten");
}

static lk_status write_and_rename(lk_context *context, lk_buffer *temporary, const char *path,
                                  const void *bytes, size_t length, bool replace) {
    int descriptor;
    LK_TRY(make_temporary(context, temporary, &descriptor, path));
    lk_status status = fill(context, descriptor, path, bytes, length);
    if (status == LK_OK && lk_rename(temporary->data, path, replace) != 0)
        status = errno == EEXIST ? fail_exists(context, path)
                                 : lk_fail_errno(context, LK_ERROR_CREATE, path, "cannot be made");
    if (status != LK_OK) unlink(temporary->data);
    return status;
}

lk_status lk_file_write(lk_context *context, const char *path, const void *bytes, size_t length,
                        bool replace) {
    lk_path_kind kind = lk_path_get_kind(path);
    if (kind == LK_PATH_OTHER) return write_to_device(context, path, bytes, length);
    if (kind == LK_PATH_DIRECTORY)
        return lk_fail_at(context, LK_ERROR_CREATE, (lk_location){.file = path, .byte = -1},
                          "is a directory; name a file in it");
    if (kind == LK_PATH_FILE && !replace) return fail_exists(context, path);
    lk_buffer name = lk_buffer_make(context);
    lk_status status = write_and_rename(context, &name, path, bytes, length, replace);
    if (status == LK_OK) status = lk_path_parent(&name, path);
    if (status == LK_OK) status = lk_directory_sync(context, name.data);
    lk_buffer_free(&name);
    return status;
}
