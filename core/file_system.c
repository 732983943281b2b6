#include "file_system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

lk_status lk_fail_errno(lk_context *context, lk_status status, const char *path, const char *what) {
    return lk_fail_at(context, status, (lk_location){.file = path, .byte = -1}, "%s: %s", what,
                      strerror(errno));
}

size_t lk_drop_slashes(const char *path, size_t length) {
    while (length > 1 && path[length - 1] == '/') length--;
    return length;
}

lk_status lk_path_temporary(lk_buffer *out, const char *path, unsigned attempt) {
    lk_buffer_clear(out);
    lk_buffer_append(out, path, lk_drop_slashes(path, strlen(path)));
    lk_buffer_printf(out, ".%ld-%u.tmp", (long)getpid(), attempt);
    return lk_buffer_status(out);
}

int lk_rename(const char *from, const char *to, bool replace) {
    if (replace) return rename(from, to);
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
    // The file system cannot do both at once.
    struct stat there;
    if (lstat(to, &there) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}
