#include "file_writer.h"

#include "directory.h"
#include "file_system.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct lk_file_writer {
    lk_context *context;
    char *path;
    lk_buffer temporary; // the name of the sibling; empty for streams
    int descriptor;      // -1: none
    bool replace;
};

// ---- Opening ------------------------------------------------------------------------------------

static lk_status fail_exists(lk_context *context, const char *path) {
    return lk_fail_at(context, LK_ERROR_CREATE, (lk_location){.file = path, .byte = -1},
                      "exists already, and is not to be overwritten");
}

// Makes a new file beside the path. O_EXCL makes sure that it is new and not somebody's symbolic
// link.
static lk_status make_temporary(lk_file_writer *writer) {
    for (unsigned attempt = 0; attempt < LK_TEMPORARY_ATTEMPTS; attempt++) {
        LK_TRY(lk_path_temporary(&writer->temporary, writer->path, attempt));
        writer->descriptor =
            open(writer->temporary.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->descriptor >= 0) return LK_OK;
        if (errno != EEXIST) break;
    }
    lk_buffer_clear(&writer->temporary);
    return lk_fail_errno(writer->context, LK_ERROR_CREATE, writer->path, "cannot be created");
}

// Devices and pipes cannot be replaced, and need not be: what is written to them is gone.
static lk_status open_stream(lk_file_writer *writer) {
    bool is_output = strcmp(writer->path, "-") == 0;
    writer->descriptor = is_output ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : open(writer->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (writer->descriptor >= 0) return LK_OK;
    return lk_fail_errno(writer->context, LK_ERROR_CREATE, writer->path, "cannot be opened");
}

static lk_status open_writer(lk_file_writer *writer) {
    const char *path = writer->path;
    lk_path_kind kind = strcmp(path, "-") == 0 ? LK_PATH_OTHER : lk_path_get_kind(path);
    if (kind == LK_PATH_OTHER) return open_stream(writer);
    if (kind == LK_PATH_DIRECTORY)
        return lk_fail_at(writer->context, LK_ERROR_CREATE, (lk_location){.file = path, .byte = -1},
                          "is a directory; name a file in it");
    if (kind == LK_PATH_FILE && !writer->replace) return fail_exists(writer->context, path);
    return make_temporary(writer);
}

lk_status lk_file_writer_new(lk_context *context, lk_file_writer **out, const char *path,
                             bool replace) {
    *out = NULL;
    lk_file_writer *writer = lk_alloc_zero(context, 1, sizeof *writer);
    LK_NEED(writer);
    writer->context = context;
    writer->temporary = lk_buffer_make(context);
    writer->descriptor = -1;
    writer->replace = replace;
    writer->path = lk_copy_text(context, path, strlen(path));
    lk_status status = writer->path ? open_writer(writer) : LK_ERROR_MEMORY;
    if (status == LK_OK)
        *out = writer;
    else
        lk_file_writer_free(writer);
    return status;
}

void lk_file_writer_free(lk_file_writer *writer) {
    if (!writer) return;
    if (writer->descriptor >= 0) close(writer->descriptor);
    if (writer->temporary.length) unlink(writer->temporary.data);
    lk_buffer_free(&writer->temporary);
    lk_free(writer->context, writer->path);
    lk_free(writer->context, writer);
}

const char *lk_file_writer_path(const lk_file_writer *writer) { return writer->path; }

bool lk_file_writer_is_stream(const lk_file_writer *writer) {
    return writer->temporary.length == 0;
}

// ---- Bytes --------------------------------------------------------------------------------------

static lk_status fail_writing(const lk_file_writer *writer) {
    return lk_fail_errno(writer->context, LK_ERROR_IO, writer->path, "cannot be written");
}

lk_status lk_file_writer_append(lk_file_writer *writer, const void *bytes, size_t length) {
    for (const char *at = bytes; length > 0;) {
        ssize_t written = write(writer->descriptor, at, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_writing(writer);
        at += written;
        length -= (size_t)written;
    }
    return LK_OK;
}

lk_status lk_file_writer_replace(lk_file_writer *writer, uint64_t offset, const void *bytes,
                                 size_t length) {
    for (const char *at = bytes; length > 0;) {
        ssize_t written = pwrite(writer->descriptor, at, length, (off_t)offset);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_writing(writer);
        at += written;
        offset += (uint64_t)written;
        length -= (size_t)written;
    }
    return LK_OK;
}

lk_status lk_file_writer_read(lk_file_writer *writer, uint64_t offset, void *bytes, size_t length) {
    for (char *at = bytes; length > 0;) {
        ssize_t got = pread(writer->descriptor, at, length, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; // somebody has shortened it
        if (got <= 0)
            return lk_fail_errno(writer->context, LK_ERROR_IO, writer->path, "cannot be read");
        at += got;
        offset += (uint64_t)got;
        length -= (size_t)got;
    }
    return LK_OK;
}

lk_status lk_file_writer_shorten(lk_file_writer *writer, uint64_t length) {
    return ftruncate(writer->descriptor, (off_t)length) == 0 ? LK_OK : fail_writing(writer);
}

void lk_file_writer_hide(lk_file_writer *writer) {
    if (writer->temporary.length) unlink(writer->temporary.data);
    lk_buffer_clear(&writer->temporary);
}

// ---- Finishing ----------------------------------------------------------------------------------

static lk_status sync_and_close(lk_file_writer *writer) {
    int result = lk_file_writer_is_stream(writer) ? 0 : fsync(writer->descriptor);
    int reason = errno;
    if (close(writer->descriptor) != 0 && result == 0) result = -1, reason = errno;
    writer->descriptor = -1;
    errno = reason;
    return result == 0 ? LK_OK : fail_writing(writer);
}

// In the memory of the name that is no longer needed: what has its name now must not fail for lack
// of some bytes.
static lk_status sync_parent(lk_file_writer *writer) {
    lk_buffer *parent = &writer->temporary;
    lk_status status = lk_path_parent(parent, writer->path);
    if (status == LK_OK) status = lk_directory_sync(writer->context, parent->data);
    lk_buffer_clear(parent);
    return status;
}

lk_status lk_file_writer_finish(lk_file_writer *writer) {
    LK_TRY(sync_and_close(writer));
    if (lk_file_writer_is_stream(writer)) return LK_OK;
    if (lk_rename(writer->temporary.data, writer->path, writer->replace) != 0)
        return errno == EEXIST ? fail_exists(writer->context, writer->path)
                               : lk_fail_errno(writer->context, LK_ERROR_CREATE, writer->path,
                                               "cannot be made");
    return sync_parent(writer);
}

// ---- At once ------------------------------------------------------------------------------------

lk_status lk_file_write(lk_context *context, const char *path, const void *bytes, size_t length,
                        bool replace) {
    lk_file_writer *writer;
    LK_TRY(lk_file_writer_new(context, &writer, path, replace));
    lk_status status = lk_file_writer_append(writer, bytes, length);
    if (status == LK_OK) status = lk_file_writer_finish(writer);
    lk_file_writer_free(writer);
    return status;
}
