// What this machine can do: the ceilings that speeds are compared with, measured. All functions
// repeat their work on all threads of the context for about `seconds`, at least once, and tell the
// speed of the fastest repetition. The clock is the caller's. Not in WebAssembly.
#ifndef LIKELORE_BENCH_H
#define LIKELORE_BENCH_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

// Seconds of a clock that never goes back.
typedef double lk_clock(void);

// The widest vectors of this processor that are measured: "avx512", "avx2", or "baseline".
const char *lk_bench_vectors(void);
// Multiplications and additions in registers, fused where the processor can, in GFLOP/s.
double lk_bench_multiply_add(lk_context *context, lk_clock *clock, double seconds);

// Bytes that go between the processor and memory that no cache holds. Copying counts them in both
// directions.
typedef enum lk_traffic { LK_TRAFFIC_READ, LK_TRAFFIC_WRITE, LK_TRAFFIC_COPY } lk_traffic;
enum { LK_TRAFFIC_COUNT = 3 };

// In GB/s. LK_ERROR_MEMORY when there is no memory to go through.
lk_status lk_bench_memory(lk_context *context, double *speed, lk_traffic traffic, lk_clock *clock,
                          double seconds);

// A product of m×k by k×n.
typedef struct lk_product_shape {
    size_t m, k, n;
} lk_product_shape;

// With the context's kernels, in GFLOP/s.
lk_status lk_bench_product(lk_context *context, double *speed, lk_product_shape shape,
                           lk_clock *clock, double seconds);

// What training runs into: multiplications and additions, and memory that is copied.
typedef struct lk_ceilings {
    double compute; // GFLOP/s
    double memory;  // GB/s
} lk_ceilings;

lk_status lk_bench_ceilings(lk_context *context, lk_ceilings *ceilings, lk_clock *clock,
                            double seconds);

// ---- Kernels of matrix products -------------------------------------------------------------

// X(CODE, name): those that are chosen where nothing is asked for, OpenBLAS's, and the reproducible
// ones.
#define LK_BACKEND_LIST(X)                                                                         \
    X(FAST, "fast")                                                                                \
    X(OPENBLAS, "openblas")                                                                        \
    X(REFERENCE, "reference")

typedef enum lk_backend {
#define LK_BACKEND_ENUM(CODE, name) LK_BACKEND_##CODE,
    LK_BACKEND_LIST(LK_BACKEND_ENUM)
#undef LK_BACKEND_ENUM
        LK_BACKEND_COUNT
} lk_backend;

const char *lk_backend_name(lk_backend backend);
// From now on the context multiplies with these, whatever it was made for; lk_context_kernels_name
// says what they are. LK_ERROR_UNSUPPORTED where they are not there: then nothing changes.
lk_status lk_context_use_backend(lk_context *context, lk_backend backend);
// What the environment keeps the context's kernels from, as a sentence without its end: a setting
// of the user wins, and should be known. False, nothing appended, where it does not.
bool lk_context_kernels_remark(lk_buffer *out, lk_context *context);

#ifdef __cplusplus
}
#endif

#endif
