#include "directory.h"

#include "file_system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- Paths --------------------------------------------------------------------------------------

lk_path_kind lk_path_get_kind(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return LK_PATH_NONE;
    if (S_ISREG(status.st_mode)) return LK_PATH_FILE;
    return S_ISDIR(status.st_mode) ? LK_PATH_DIRECTORY : LK_PATH_OTHER;
}

lk_status lk_path_join(lk_buffer *out, const char *directory, const char *name) {
    size_t length = strlen(directory);
    lk_buffer_clear(out);
    lk_buffer_append(out, directory, length);
    if (length > 0 && directory[length - 1] != '/') lk_buffer_append_byte(out, '/');
    lk_buffer_append_text(out, name);
    return lk_buffer_status(out);
}

lk_status lk_path_parent(lk_buffer *out, const char *path) {
    size_t length = lk_drop_slashes(path, strlen(path));
    while (length > 0 && path[length - 1] != '/') length--;
    lk_buffer_clear(out);
    if (length == 0)
        lk_buffer_append_byte(out, '.');
    else
        lk_buffer_append(out, path, lk_drop_slashes(path, length));
    return lk_buffer_status(out);
}

// ---- Making -------------------------------------------------------------------------------------

// Makes the directory that the first `length` bytes name, if it is not there.
static lk_status make_prefix(lk_context *context, lk_buffer *path, size_t length) {
    char next = path->data[length];
    path->data[length] = 0;
    lk_status status = LK_OK;
    if (mkdir(path->data, 0777) != 0) {
        int reason = errno;
        if (lk_path_get_kind(path->data) != LK_PATH_DIRECTORY) {
            errno = reason;
            status =
                lk_fail_errno(context, LK_ERROR_CREATE, path->data, "the directory cannot be made");
        }
    }
    path->data[length] = next;
    return status;
}

lk_status lk_directory_make_all(lk_context *context, const char *path) {
    lk_buffer copy = lk_buffer_make(context);
    lk_buffer_append_text(&copy, path);
    lk_status status = lk_buffer_status(&copy);
    for (size_t at = 1; status == LK_OK && at < copy.length; at++)
        if (copy.data[at] == '/') status = make_prefix(context, &copy, at);
    if (status == LK_OK) status = make_prefix(context, &copy, copy.length);
    lk_buffer_free(&copy);
    return status;
}

// ---- Listing ------------------------------------------------------------------------------------

struct lk_directory {
    lk_context *context;
    lk_buffer text; // the names, each with its zero byte
    const char **names;
    size_t count;
};

static bool is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

static lk_status read_names(lk_directory *list, DIR *stream, const char *path) {
    errno = 0;
    for (const struct dirent *entry; (entry = readdir(stream)); errno = 0) {
        if (is_dots(entry->d_name)) continue;
        lk_buffer_append(&list->text, entry->d_name, strlen(entry->d_name) + 1);
        list->count++;
    }
    if (errno != 0)
        return lk_fail_errno(list->context, LK_ERROR_IO, path, "the directory cannot be read");
    return lk_buffer_status(&list->text);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static lk_status sort_names(lk_directory *list) {
    list->names = lk_alloc(list->context, list->count, sizeof *list->names);
    LK_NEED(list->names);
    const char *name = lk_buffer_text(&list->text);
    for (size_t i = 0; i < list->count; i++, name += strlen(name) + 1) list->names[i] = name;
    qsort(list->names, list->count, sizeof *list->names, compare_names);
    return LK_OK;
}

static lk_status fill_list(lk_directory *list, const char *path) {
    DIR *stream = opendir(path);
    if (!stream) {
        bool absent = errno == ENOENT || errno == ENOTDIR;
        return lk_fail_errno(list->context, absent ? LK_ERROR_NO_INPUT : LK_ERROR_IO, path,
                             "the directory cannot be read");
    }
    lk_status status = read_names(list, stream, path);
    closedir(stream);
    return status == LK_OK ? sort_names(list) : status;
}

lk_status lk_directory_list(lk_context *context, lk_directory **list, const char *path) {
    lk_directory *made = lk_alloc(context, 1, sizeof *made);
    LK_NEED(made);
    *made = (lk_directory){.context = context, .text = lk_buffer_make(context)};
    lk_status status = fill_list(made, path);
    if (status == LK_OK)
        *list = made;
    else
        lk_directory_free(made);
    return status;
}

void lk_directory_free(lk_directory *list) {
    if (!list) return;
    lk_buffer_free(&list->text);
    lk_free(list->context, list->names);
    lk_free(list->context, list);
}

size_t lk_directory_count(const lk_directory *list) { return list->count; }

const char *lk_directory_name_at(const lk_directory *list, size_t index) {
    return list->names[index];
}

// ---- Publishing ---------------------------------------------------------------------------------

// Some file systems cannot sync a directory and say so with EINVAL; there is nothing to be done.
lk_status lk_directory_sync(lk_context *context, const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = descriptor < 0 ? -1 : fsync(descriptor);
    int reason = errno;
    if (descriptor >= 0) close(descriptor);
    if (result == 0 || reason == EINVAL) return LK_OK;
    errno = reason;
    return lk_fail_errno(context, LK_ERROR_IO, path, "the directory cannot be synced");
}

lk_status lk_directory_make_temporary(lk_context *context, lk_buffer *out, const char *path) {
    for (unsigned attempt = 0; attempt < LK_TEMPORARY_ATTEMPTS; attempt++) {
        LK_TRY(lk_path_temporary(out, path, attempt));
        if (mkdir(out->data, 0777) == 0) return LK_OK;
        if (errno != EEXIST) break;
    }
    return lk_fail_errno(context, LK_ERROR_CREATE, path, "the directory cannot be made");
}

// Exchanges the two, or, where the file system cannot, moves the old one aside first.
static int exchange(const char *temporary, const char *path, const char *aside) {
#ifdef RENAME_EXCHANGE
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
    if (rename(path, aside) != 0) return -1;
    if (rename(temporary, path) == 0) return rename(aside, temporary);
    int reason = errno;
    rename(aside, path);
    errno = reason;
    return -1;
}

// Afterwards `temporary` holds what `path` held, if anything.
static lk_status put_in_place(lk_context *context, const char *temporary, const char *path,
                              bool replace, const char *aside) {
    int result = lk_rename(temporary, path, false);
    if (result != 0 && errno == EEXIST && replace) result = exchange(temporary, path, aside);
    if (result == 0) return LK_OK;
    return lk_fail_errno(context, LK_ERROR_CREATE, path, "the directory cannot be made");
}

lk_status lk_directory_publish(lk_context *context, const char *temporary, const char *path,
                               bool replace) {
    LK_TRY(lk_directory_sync(context, temporary));
    lk_buffer name = lk_buffer_make(context);
    lk_status status = lk_path_temporary(&name, path, LK_TEMPORARY_ATTEMPTS);
    if (status == LK_OK) status = put_in_place(context, temporary, path, replace, name.data);
    if (status == LK_OK) status = lk_path_parent(&name, path);
    if (status == LK_OK) status = lk_directory_sync(context, name.data);
    lk_buffer_free(&name);
    if (status == LK_OK && lk_path_get_kind(temporary) != LK_PATH_NONE)
        status = lk_directory_remove_tree(context, temporary);
    return status;
}

// ---- Removing -----------------------------------------------------------------------------------

static int remove_content(int descriptor);

// Removes an entry of the open directory `parent`. 0, or -1 and errno.
static int remove_entry(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0) return 0;
    if (errno != EISDIR && errno != EPERM) return -1;
    int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0 || remove_content(descriptor) != 0) return -1;
    return unlinkat(parent, name, AT_REMOVEDIR);
}

// Removes what is in an open directory, and closes it.
static int remove_content(int descriptor) {
    DIR *stream = fdopendir(descriptor);
    if (!stream) {
        close(descriptor);
        return -1;
    }
    int result = 0, reason = 0;
    for (const struct dirent *entry; result == 0 && (entry = readdir(stream));) {
        if (is_dots(entry->d_name)) continue;
        result = remove_entry(dirfd(stream), entry->d_name);
        reason = errno;
    }
    closedir(stream);
    errno = reason;
    return result;
}

lk_status lk_directory_remove_tree(lk_context *context, const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return lk_fail_errno(context, errno == ENOENT ? LK_ERROR_NO_INPUT : LK_ERROR_IO, path,
                             "the directory cannot be removed");
    if (remove_content(descriptor) == 0 && rmdir(path) == 0) return LK_OK;
    return lk_fail_errno(context, LK_ERROR_IO, path, "the directory cannot be removed");
}

lk_status lk_file_remove(lk_context *context, const char *path) {
    if (unlink(path) == 0) return LK_OK;
    return lk_fail_errno(context, errno == ENOENT ? LK_ERROR_NO_INPUT : LK_ERROR_IO, path,
                         "the file cannot be removed");
}
