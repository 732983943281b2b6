// The door to the instructions of x86, with what kernels share of them: vectors of which only the
// first lanes are there.
#ifndef LK_X86_H
#define LK_X86_H

#include "variant.h"

#include <immintrin.h>

// The first `count` lanes, at most all, are those below it. Others are read as 0 and not written.
#if defined(__AVX512F__)

typedef __mmask16 lk_lanes;

LK_INLINE lk_lanes lk_lanes_below(size_t count) { return (lk_lanes)((1u << count) - 1); }
LK_INLINE lk_vector lk_load_lanes(const float *p, lk_lanes lanes) {
    return _mm512_maskz_loadu_ps(lanes, p);
}
LK_INLINE void lk_store_lanes(float *p, lk_vector v, lk_lanes lanes) {
    _mm512_mask_storeu_ps(p, lanes, v);
}

#elif defined(__AVX2__)

typedef __m256i lk_lanes;

LK_INLINE lk_lanes lk_lanes_below(size_t count) {
    __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), index);
}
LK_INLINE lk_vector lk_load_lanes(const float *p, lk_lanes lanes) {
    return _mm256_maskload_ps(p, lanes);
}
LK_INLINE void lk_store_lanes(float *p, lk_vector v, lk_lanes lanes) {
    _mm256_maskstore_ps(p, lanes, v);
}

#endif

#endif
