// Directories, and the steps by which a whole directory appears at once.
//
// A directory that must be complete whenever it is seen (a checkpoint) is written so:
//
//     lk_directory_make_temporary(context, &temporary, "run/step-000500");   a sibling
//     lk_file_write(context, "run/step-000500.….tmp/model.safetensors", …);  each file, synced
//     lk_directory_publish(context, temporary.data, "run/step-000500", …);   sync, rename, sync
//
// and lk_directory_remove_tree takes back a temporary one when a step fails.
#ifndef LK_DIRECTORY_H
#define LK_DIRECTORY_H

#include "context.h"

// ---- Paths --------------------------------------------------------------------------------------

typedef enum lk_path_kind {
    LK_PATH_NONE, // nothing there, or not to be seen
    LK_PATH_FILE,
    LK_PATH_DIRECTORY,
    LK_PATH_OTHER // a device, a pipe, a socket
} lk_path_kind;

// What a path leads to, through symbolic links.
lk_path_kind lk_path_get_kind(const char *path);
// Replaces the content of `out` with directory/name; an empty directory is the current one.
lk_status lk_path_join(lk_buffer *out, const char *directory, const char *name);
// Replaces the content of `out` with the directory that holds `path`: "." for a bare name.
lk_status lk_path_parent(lk_buffer *out, const char *path);

// ---- Directories --------------------------------------------------------------------------------

// Makes a directory and those above it; what exists is fine. LK_ERROR_CREATE otherwise.
lk_status lk_directory_make_all(lk_context *context, const char *path);

// The names in a directory, without "." and "..", in the order of their bytes.
typedef struct lk_directory lk_directory;

// LK_ERROR_NO_INPUT when there is no such directory, LK_ERROR_IO when it cannot be read.
lk_status lk_directory_list(lk_context *context, lk_directory **list, const char *path);
void lk_directory_free(lk_directory *list);
size_t lk_directory_count(const lk_directory *list);
const char *lk_directory_name_at(const lk_directory *list, size_t index);

// Makes names that were added, renamed or removed in a directory last. LK_ERROR_IO.
lk_status lk_directory_sync(lk_context *context, const char *path);

// Makes an empty sibling of `path` with a name of its own, which replaces the content of `out`.
lk_status lk_directory_make_temporary(lk_context *context, lk_buffer *out, const char *path);
// Renames a complete sibling directory to `path`, for good. What is there already stays when
// `replace` is false (LK_ERROR_CREATE), and is exchanged and removed when it is true. On failure
// `temporary` is still there.
lk_status lk_directory_publish(lk_context *context, const char *temporary, const char *path,
                               bool replace);
// Removes a directory and all in it. Symbolic links are removed, never followed. LK_ERROR_NO_INPUT
// when there is none, LK_ERROR_IO when something in it cannot be removed.
lk_status lk_directory_remove_tree(lk_context *context, const char *path);
// Removes a file or a symbolic link. LK_ERROR_NO_INPUT when there is none, LK_ERROR_IO when it
// cannot be removed.
lk_status lk_file_remove(lk_context *context, const char *path);

#endif
