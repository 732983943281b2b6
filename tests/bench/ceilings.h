// What this machine can do: the ceilings that figures of speed are compared with. Each measurement
// runs on all threads of the context for about `seconds` and keeps the fastest repetition.
#ifndef CEILINGS_H
#define CEILINGS_H

#include "likelore/core.h"

// Fused multiply-adds in registers with the widest vectors, in GFLOP/s; 0 where there are none.
double ceiling_fma(lk_context *context, double seconds);
// The context's matrix product of m×k by k×n, in GFLOP/s; 0 when there is no memory.
double ceiling_gemm(lk_context *context, size_t m, size_t n, size_t k, double seconds);
// Reading memory that no cache holds, in GB/s; 0 when there is no memory.
double ceiling_read(lk_context *context, double seconds);

#endif
