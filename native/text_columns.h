// Texts side by side.
#ifndef LIKELORE_TEXT_COLUMNS_H
#define LIKELORE_TEXT_COLUMNS_H

#include "likelore/core.h"

// Appends `count` texts (UTF-8) as columns of `width` characters each, their lines broken between
// words where they are too long, and within words that are longer than a column.
void append_columns(lk_buffer *out, const char *const *texts, size_t count, int width);

#endif
