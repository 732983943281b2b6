// What file.c, file_writer.c and directory.c share: failures with the system's reason, and names
// that appear at once.
#ifndef LK_FILE_SYSTEM_H
#define LK_FILE_SYSTEM_H

#include "context.h"

// Records "`what`: <reason in errno>" for the file `path`; returns `status`.
lk_status lk_fail_errno(lk_context *context, lk_status status, const char *path, const char *what);

// The length of the path's first `length` bytes without slashes at their end; "/" keeps its own.
size_t lk_drop_slashes(const char *path, size_t length);
// Replaces the content of `out` with the `attempt`-th name for a temporary sibling of `path`.
lk_status lk_path_temporary(lk_buffer *out, const char *path, unsigned attempt);
enum { LK_TEMPORARY_ATTEMPTS = 100 };

// rename(2) that, unless `replace`, fails with EEXIST where something is there. 0 or -1 and errno.
int lk_rename(const char *from, const char *to, bool replace);

#endif
