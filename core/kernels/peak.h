// Loops that do nothing but what a processor is measured by (likelore/bench.h).
#ifndef LK_PEAK_H
#define LK_PEAK_H

#include <stddef.h>

typedef struct lk_peak_kernels {
    const char *vectors; // "avx512"
    // Multiplies and adds in registers, fused where the processor can; returns the operations done.
    double (*multiply_add)(size_t rounds);
    // Reads n floats and returns something of them.
    float (*read)(const float *x, size_t n);
    void (*write)(float *y, size_t n);
} lk_peak_kernels;

// Those of the widest vectors of this processor.
const lk_peak_kernels *lk_peak_kernels_select(void);

#endif
