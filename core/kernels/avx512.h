// What the loop nests need of AVX-512 that compilers do not find by themselves: rearranging the
// cells of a line. Lines have room for whole vectors, which are stored whole: a load of cells that
// a masked store has just written waits until they are in the cache.
#ifndef LK_AVX512_H
#define LK_AVX512_H

#include "x86.h"

#include <stdint.h>

// The lanes of a vector that are below n, which is at least 1.
static inline __mmask8 lk_avx512_lanes(uint32_t n) {
    return (__mmask8)(n >= 8 ? 0xFFu : (1u << n) - 1);
}

// line[j] = cells[offsets[j]] for j below n, where every offset is below `count`, at most 16: the
// cells stay in two registers.
static inline void lk_avx512_spread_16(double *line, const double *cells, const uint32_t *offsets,
                                       uint32_t n, uint32_t count) {
    __m512d low = _mm512_maskz_loadu_pd(lk_avx512_lanes(count), cells);
    __m512d high = count > 8 ? _mm512_maskz_loadu_pd(lk_avx512_lanes(count - 8), cells + 8) : low;
    for (uint32_t j = 0; j < n; j += 8) {
        __mmask8 lanes = lk_avx512_lanes(n - j);
        __m256i narrow = _mm256_maskz_loadu_epi32(lanes, offsets + j);
        __m512i index = _mm512_cvtepu32_epi64(narrow);
        _mm512_storeu_pd(line + j, _mm512_permutex2var_pd(low, index, high));
    }
}

// The same for any offsets.
static inline void lk_avx512_spread(double *line, const double *cells, const uint32_t *offsets,
                                    uint32_t n) {
    for (uint32_t j = 0; j < n; j += 8) {
        __mmask8 lanes = lk_avx512_lanes(n - j);
        __m256i index = _mm256_maskz_loadu_epi32(lanes, offsets + j);
        __m512d zero = _mm512_setzero_pd();
        _mm512_storeu_pd(line + j, _mm512_mask_i32gather_pd(zero, lanes, index, cells, 8));
    }
}

// sums[i] = Σ_k line[offsets[k m + i]] over k below n / m, for i below m, in increasing k.
static inline void lk_avx512_gather_sums(double *sums, const double *line, const uint32_t *offsets,
                                         uint32_t n, uint32_t m) {
    for (uint32_t i = 0; i < m; i += 8) {
        __mmask8 lanes = lk_avx512_lanes(m - i);
        __m512d zero = _mm512_setzero_pd(), sum = zero;
        for (uint32_t first = 0; first < n; first += m) {
            __m256i index = _mm256_maskz_loadu_epi32(lanes, offsets + first + i);
            sum = _mm512_add_pd(sum, _mm512_mask_i32gather_pd(zero, lanes, index, line, 8));
        }
        _mm512_storeu_pd(sums + i, sum);
    }
}

// Which of 64 bytes are from `first` to `last`.
static inline uint64_t lk_avx512_between(__m512i bytes, uint8_t first, uint8_t last) {
    __m512i above = _mm512_sub_epi8(bytes, _mm512_set1_epi8((char)first));
    return _mm512_cmple_epu8_mask(above, _mm512_set1_epi8((char)(last - first)));
}

#endif
