// The header of NumPy's .npy files: a magic number, a version, a length, and a dictionary in the
// syntax of Python: {'descr': '<f4', 'fortran_order': False, 'shape': (1000, 3), }.
#ifndef LK_NPY_H
#define LK_NPY_H

#include "context.h"

#define LK_NPY_MAGIC "\x93NUMPY"
enum { LK_NPY_MAGIC_BYTES = 6, LK_NPY_MOST_RANK = 8, LK_NPY_HEADER_BYTES = 256 };

typedef struct lk_npy_header {
    size_t data;    // where the elements begin
    char kind;      // 'u' or 'i', whole numbers without and with a sign; 'f', floating-point
    unsigned width; // bytes of an element: 1, 2, 4 or 8
    int rank;       // 0: a single number
    size_t shape[LK_NPY_MOST_RANK]; // the last dimension fastest
    uint64_t count;                 // of elements
} lk_npy_header;

// Reads the header of an array of such numbers, little-endian. LK_ERROR_SYNTAX with the byte where
// it is not as it should be, LK_ERROR_UNSUPPORTED for arrays of other kinds. Whether the elements
// are all there is the caller's to check.
lk_status lk_npy_header_read(lk_context *context, lk_npy_header *header, const uint8_t *bytes,
                             size_t length);
// Writes that of an array of `header`'s kind, width, rank and shape, and gives its length, a
// multiple of 64.
size_t lk_npy_header_write(char bytes[LK_NPY_HEADER_BYTES], const lk_npy_header *header);

#endif
