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

extern const lk_table_kernels lk_table_kernels_baseline;
extern const lk_table_kernels lk_table_kernels_simd128;
extern const lk_table_kernels lk_table_kernels_avx2;
extern const lk_table_kernels lk_table_kernels_avx512;

extern const lk_byte_kernels lk_byte_kernels_baseline;
extern const lk_byte_kernels lk_byte_kernels_simd128;
extern const lk_byte_kernels lk_byte_kernels_avx2;
extern const lk_byte_kernels lk_byte_kernels_avx512;

void lk_kernels_reference(lk_kernels *kernels) {
#ifdef __EMSCRIPTEN__
    lk_kernels_reference_simd128(kernels);
#else
    lk_kernels_reference_baseline(kernels);
#endif
}

const lk_table_kernels *lk_table_kernels_reference(void) {
#ifdef __EMSCRIPTEN__
    return &lk_table_kernels_simd128;
#else
    return &lk_table_kernels_baseline;
#endif
}

const lk_byte_kernels *lk_byte_kernels_reference(void) {
#ifdef __EMSCRIPTEN__
    return &lk_byte_kernels_simd128;
#else
    return &lk_byte_kernels_baseline;
#endif
}

// ---- The widest vectors that there are: all builds give the same bits ---------------------------

#if defined(__x86_64__)
static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

static void select_reference(lk_kernels *kernels) {
#if defined(__x86_64__)
    if (has_avx512())
        lk_kernels_reference_avx512(kernels);
    else if (__builtin_cpu_supports("avx2"))
        lk_kernels_reference_avx2(kernels);
    else
#endif
        lk_kernels_reference(kernels);
}

const lk_table_kernels *lk_table_kernels_select(void) {
#if defined(__x86_64__)
    if (has_avx512()) return &lk_table_kernels_avx512;
    if (__builtin_cpu_supports("avx2")) return &lk_table_kernels_avx2;
#endif
    return lk_table_kernels_reference();
}

const lk_byte_kernels *lk_byte_kernels_select(void) {
#if defined(__x86_64__)
    if (has_avx512()) return &lk_byte_kernels_avx512;
    if (__builtin_cpu_supports("avx2")) return &lk_byte_kernels_avx2;
#endif
    return lk_byte_kernels_reference();
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
