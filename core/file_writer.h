// A file that is written bit by bit and appears, whole, when it is finished: until then its bytes
// are in a temporary sibling. What is no file, such as a pipe, and standard output ("-") get them
// at once.
#ifndef LK_FILE_WRITER_H
#define LK_FILE_WRITER_H

#include "context.h"

typedef struct lk_file_writer lk_file_writer;

// LK_ERROR_CREATE when the file cannot be made there (or exists and `replace` is false).
lk_status lk_file_writer_new(lk_context *context, lk_file_writer **writer, const char *path,
                             bool replace);
// Takes back what was not finished.
void lk_file_writer_free(lk_file_writer *writer);
const char *lk_file_writer_path(const lk_file_writer *writer);
// What was written once is gone.
bool lk_file_writer_is_stream(const lk_file_writer *writer);

// LK_ERROR_IO each.
lk_status lk_file_writer_append(lk_file_writer *writer, const void *bytes, size_t length);
// The others are not for streams. What is replaced or read must have been written.
lk_status lk_file_writer_replace(lk_file_writer *writer, uint64_t offset, const void *bytes,
                                 size_t length);
lk_status lk_file_writer_read(lk_file_writer *writer, uint64_t offset, void *bytes, size_t length);
lk_status lk_file_writer_shorten(lk_file_writer *writer, uint64_t length);

// Takes the name of the sibling away: the bytes are there until the writer is freed, or the process
// ends, and nowhere afterwards. Such a file is not to be finished.
void lk_file_writer_hide(lk_file_writer *writer);

// Syncs the file and gives it its name.
lk_status lk_file_writer_finish(lk_file_writer *writer);

#endif
