// The names of the files that tokenizers are in.
#ifndef LK_TOKENIZER_FILE_H
#define LK_TOKENIZER_FILE_H

#include "context.h"

// Whether the name of the file, without its directory, has this part.
bool lk_file_name_has(const char *path, const char *part);
// Appends the path of the other file of two: "vocab" and ".json" become "merges" and ".txt", or
// the reverse.
lk_status lk_path_partner(lk_buffer *out, const char *path, bool is_vocab);

#endif
