// The header of NumPy's .npy files: a magic number, a version, a length, and a dictionary in the
// syntax of Python: {'descr': '<u2', 'fortran_order': False, 'shape': (1000,), }.
#ifndef LK_NPY_HEADER_H
#define LK_NPY_HEADER_H

#include "context.h"

#define LK_NPY_MAGIC "\x93NUMPY"
enum { LK_NPY_MAGIC_BYTES = 6, LK_NPY_HEADER_BYTES = 128 };

typedef struct lk_npy_header {
    size_t data;    // where the elements begin
    unsigned width; // bytes of an element
    uint64_t count;
} lk_npy_header;

// Reads the header of a file, which must be a list of u2, u4, u8, i4 or i8, little-endian.
// LK_ERROR_SYNTAX with the byte where it is not as it should be, LK_ERROR_UNSUPPORTED for arrays of
// other kinds.
lk_status lk_npy_header_read(lk_context *context, lk_npy_header *header, const uint8_t *bytes,
                             size_t length);
// That of a list of `count` unsigned numbers.
void lk_npy_header_write(char header[LK_NPY_HEADER_BYTES], unsigned width, uint64_t count);

#endif
