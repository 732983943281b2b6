// Chooses the kernels for the processor the program runs on.
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

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

void lk_kernels_install_fused_avx2(lk_kernels *kernels);
void lk_kernels_install_fused_avx512(lk_kernels *kernels);

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

// ---- What the processor has, and what it may use ------------------------------------------------

#if defined(__x86_64__)

// The environment variable that holds the choice down, to compare kernels and to test those of
// other processors: one of the names below, or "openblas" for its matrix product in fast mode.
static const char variable[] = "LIKELORE_KERNELS";

typedef enum level { LEVEL_SSE2, LEVEL_AVX2, LEVEL_AVX512 } level;

static level level_of_processor(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return LEVEL_AVX512;
    return __builtin_cpu_supports("avx2") ? LEVEL_AVX2 : LEVEL_SSE2;
}

// Unknown names hold nothing down.
static level level_allowed(void) {
    const char *name = getenv(variable);
    if (name && strcmp(name, "sse2") == 0) return LEVEL_SSE2;
    if (name && strcmp(name, "avx2") == 0) return LEVEL_AVX2;
    return LEVEL_AVX512;
}

static level level_used(void) {
    level has = level_of_processor(), allowed = level_allowed();
    return has < allowed ? has : allowed;
}

#endif

// ---- The widest vectors that there are: all builds give the same bits ---------------------------

static void select_reference(lk_kernels *kernels) {
#if defined(__x86_64__)
    if (level_used() == LEVEL_AVX512)
        lk_kernels_reference_avx512(kernels);
    else if (level_used() == LEVEL_AVX2)
        lk_kernels_reference_avx2(kernels);
    else
#endif
        lk_kernels_reference(kernels);
}

const lk_table_kernels *lk_table_kernels_select(void) {
#if defined(__x86_64__)
    if (level_used() == LEVEL_AVX512) return &lk_table_kernels_avx512;
    if (level_used() == LEVEL_AVX2) return &lk_table_kernels_avx2;
#endif
    return lk_table_kernels_reference();
}

const lk_byte_kernels *lk_byte_kernels_select(void) {
#if defined(__x86_64__)
    if (level_used() == LEVEL_AVX512) return &lk_byte_kernels_avx512;
    if (level_used() == LEVEL_AVX2) return &lk_byte_kernels_avx2;
#endif
    return lk_byte_kernels_reference();
}

// ---- Fast mode ----------------------------------------------------------------------------------

#if defined(__x86_64__)

// The kernels with fused operations; false where the processor has none or may not use them.
static bool install_fused(lk_kernels *kernels) {
    level used = level_used();
    if (used == LEVEL_SSE2 || !__builtin_cpu_supports("fma")) return false;
    if (used == LEVEL_AVX512)
        lk_kernels_install_fused_avx512(kernels);
    else
        lk_kernels_install_fused_avx2(kernels);
    return true;
}

#endif

static void select_fast(lk_kernels *kernels) {
#if defined(__x86_64__)
    const char *name = getenv(variable);
    bool wants_openblas = name && strcmp(name, "openblas") == 0;
    if (!wants_openblas && (install_fused(kernels) || level_allowed() == LEVEL_SSE2)) return;
#endif
#ifdef LK_HAVE_OPENBLAS
    lk_openblas_install(kernels);
#else
    (void)kernels;
#endif
}

void lk_kernels_select(lk_kernels *kernels, bool deterministic) {
    select_reference(kernels);
#ifdef __EMSCRIPTEN__
    lk_simd128_install(kernels);
#endif
    if (!deterministic) select_fast(kernels);
}
