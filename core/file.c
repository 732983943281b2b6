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
    size_t forgotten; // of what is mapped
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

void lk_file_forget(lk_file *file, size_t length) {
#ifdef LK_MAP_FILES
    size_t page = (size_t)sysconf(_SC_PAGESIZE), end = length / page * page;
    if (!file->is_mapped || end <= file->forgotten) return;
    madvise((void *)(uintptr_t)(file->bytes + file->forgotten), end - file->forgotten,
            MADV_DONTNEED);
    file->forgotten = end;
#else
    (void)file, (void)length;
#endif
}

const char *lk_file_path(const lk_file *file) { return file->path; }
const uint8_t *lk_file_bytes(const lk_file *file) { return file->bytes; }
size_t lk_file_length(const lk_file *file) { return file->length; }
