// The door to the instructions of x86, with what kernels share of them: vectors of which only the
// first lanes are there.
#ifndef LK_X86_H
#define LK_X86_H

#include "variant.h"

#include <immintrin.h>

#ifndef LK_REAL_IS_DOUBLE

// The first `count` lanes, at most all, are those below it. Others are read as 0, or as those of
// `other`, and not written.
#if defined(__AVX512F__)

typedef __mmask16 lk_lanes;

LK_INLINE lk_lanes lk_lanes_below(size_t count) { return (lk_lanes)((1u << count) - 1); }
LK_INLINE lk_vector lk_load_lanes(const float *p, lk_lanes lanes) {
    return _mm512_maskz_loadu_ps(lanes, p);
}
LK_INLINE lk_vector lk_load_lanes_or(const float *p, lk_lanes lanes, lk_vector other) {
    return _mm512_mask_loadu_ps(other, lanes, p);
}
LK_INLINE void lk_store_lanes(float *p, lk_vector v, lk_lanes lanes) {
    _mm512_mask_storeu_ps(p, lanes, v);
}

// The largest lane, and the sum of all.
LK_INLINE float lk_max_of_lanes(lk_vector v) { return _mm512_reduce_max_ps(v); }
LK_INLINE float lk_sum_of_lanes(lk_vector v) { return _mm512_reduce_add_ps(v); }

#elif defined(__AVX2__)

typedef __m256i lk_lanes;

LK_INLINE lk_lanes lk_lanes_below(size_t count) {
    __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), index);
}
LK_INLINE lk_vector lk_load_lanes(const float *p, lk_lanes lanes) {
    return _mm256_maskload_ps(p, lanes);
}
LK_INLINE lk_vector lk_load_lanes_or(const float *p, lk_lanes lanes, lk_vector other) {
    return _mm256_blendv_ps(other, lk_load_lanes(p, lanes), _mm256_castsi256_ps(lanes));
}
LK_INLINE void lk_store_lanes(float *p, lk_vector v, lk_lanes lanes) {
    _mm256_maskstore_ps(p, lanes, v);
}

LK_INLINE float lk_max_of_lanes(lk_vector v) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}
LK_INLINE float lk_sum_of_lanes(lk_vector v) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#endif

#endif // LK_REAL_IS_DOUBLE

#endif
