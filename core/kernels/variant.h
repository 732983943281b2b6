// One source, several builds: the reference kernels are compiled for each instruction set (and for
// double), the external names ending in the name of the build, LK_VARIANT. Vectors are the
// compiler's generic ones, so that every build does the same operations in the same order.
#ifndef LK_VARIANT_H
#define LK_VARIANT_H

#include "kernels.h"

#define LK_JOIN_NAMES(name, variant) name##_##variant
#define LK_JOIN_EXPANDED(name, variant) LK_JOIN_NAMES(name, variant)
#define LK_NAME(name) LK_JOIN_EXPANDED(name, LK_VARIANT)

#define LK_INLINE static inline __attribute__((always_inline))

// Before a loop whose iterations do not depend on each other, although y may be x.
#if defined(__clang__)
#define LK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define LK_INDEPENDENT _Pragma("GCC ivdep")
#endif

// Before a loop of a constant number of turns, whose arrays are to become registers.
#if defined(__clang__)
#define LK_UNROLL _Pragma("unroll")
#else
#define LK_UNROLL _Pragma("GCC unroll 16")
#endif

#if defined(__AVX512F__)
enum { LK_VECTOR_BYTES = 64 };
#elif defined(__AVX2__)
enum { LK_VECTOR_BYTES = 32 };
#else
enum { LK_VECTOR_BYTES = 16 };
#endif
enum { LK_VECTOR = LK_VECTOR_BYTES / sizeof(lk_real) }; // elements of a vector

typedef lk_real lk_vector __attribute__((vector_size(LK_VECTOR_BYTES)));
typedef lk_real lk_vector_unaligned
    __attribute__((vector_size(LK_VECTOR_BYTES), aligned(sizeof(lk_real)), may_alias));

LK_INLINE lk_vector lk_load(const lk_real *p) { return *(const lk_vector_unaligned *)p; }
LK_INLINE void lk_store(lk_real *p, lk_vector v) { *(lk_vector_unaligned *)p = v; }

// ---- Reductions in lanes ------------------------------------------------------------------------

enum { LK_LANES = 16 };

// The pairwise tree that joins the lanes; overwrites them.
LK_INLINE double lk_join_lanes(double lanes[LK_LANES]) {
    for (int half = LK_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

// The sum of term(operands, i) over i below n.
typedef double lk_term(const void *operands, size_t i);
LK_INLINE double lk_sum_terms(size_t n, lk_term *term, const void *operands) {
    double lanes[LK_LANES] = {0};
    size_t i = 0;
    for (; i + LK_LANES <= n; i += LK_LANES)
        for (size_t lane = 0; lane < LK_LANES; lane++) lanes[lane] += term(operands, i + lane);
    for (size_t lane = 0; i + lane < n; lane++) lanes[lane] += term(operands, i + lane);
    return lk_join_lanes(lanes);
}

// ---- Parts of the table that have files of their own --------------------------------------------

void LK_NAME(lk_gemm)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                      const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                      size_t ldc, bool accumulate);
// The same of operands that the nearest caches hold, from two rows up: gemm's sums, bit for bit.
// False, and nothing done, when they are larger.
bool LK_NAME(lk_gemm_small)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                            const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                            size_t ldc, bool accumulate);
// Sets gemm and the form of it for a packed B.
void LK_NAME(lk_set_gemm)(lk_kernels *kernels);
// Sets softmax, layernorm, rmsnorm and their backward passes.
void LK_NAME(lk_set_norms)(lk_kernels *kernels);
// Sets unary, unary_with_slope and unary_backward.
void LK_NAME(lk_set_unary)(lk_kernels *kernels);
// Replaces these three, in a fused build.
void LK_NAME(lk_kernels_install)(lk_kernels *kernels);
// The tables of this build.
void LK_NAME(lk_kernels_reference)(lk_kernels *kernels);
extern const lk_table_kernels LK_NAME(lk_table_kernels);
extern const lk_byte_kernels LK_NAME(lk_byte_kernels);

#endif
