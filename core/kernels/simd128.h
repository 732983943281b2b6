#ifndef LK_SIMD128_H
#define LK_SIMD128_H

#include "kernels.h"

// Replaces kernels of the table by those written for WebAssembly's SIMD128, which give the same
// bits.
void lk_simd128_install(lk_kernels *kernels);

#endif
