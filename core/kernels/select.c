// Chooses the kernels for the processor the program runs on.
#include "kernels.h"

#ifdef LK_HAVE_OPENBLAS
#include "openblas.h"
#endif
#ifdef __EMSCRIPTEN__
#include "simd128.h"
#endif

void lk_kernels_reference_baseline(lk_kernels *kernels);
void lk_kernels_reference_simd128(lk_kernels *kernels);
void lk_kernels_reference_avx2(lk_kernels *kernels);
void lk_kernels_reference_avx512(lk_kernels *kernels);

void lk_kernels_reference(lk_kernels *kernels) {
#ifdef __EMSCRIPTEN__
    lk_kernels_reference_simd128(kernels);
#else
    lk_kernels_reference_baseline(kernels);
#endif
}

// The reference kernels with the widest vectors that there are; all builds give the same bits.
static void select_reference(lk_kernels *kernels) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        lk_kernels_reference_avx512(kernels);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        lk_kernels_reference_avx2(kernels);
        return;
    }
#endif
    lk_kernels_reference(kernels);
}

void lk_kernels_select(lk_kernels *kernels, bool deterministic) {
    select_reference(kernels);
#ifdef __EMSCRIPTEN__
    lk_simd128_install(kernels);
#endif
#ifdef LK_HAVE_OPENBLAS
    if (!deterministic) lk_openblas_install(kernels);
#else
    (void)deterministic;
#endif
}
