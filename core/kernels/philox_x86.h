// Blocks of Philox4x32 (core/philox.h) side by side, with the products of 32 by 32 bits that
// compilers do not find in loops.
#ifndef LK_PHILOX_X86_H
#define LK_PHILOX_X86_H

#include "x86.h"

#include "philox.h"

#if defined(__AVX512F__)
typedef __m512i lk_words;
#define LK_WORDS(name) _mm512_##name
#define LK_WORDS_XOR(a, b) _mm512_xor_si512(a, b)
#define LK_WORDS_STORE(p, v) _mm512_storeu_si512(p, v)
// Odd words from b, even ones from a.
#define LK_WORDS_MIX(a, b) _mm512_mask_blend_epi32(0xaaaa, a, b)
#else
typedef __m256i lk_words;
#define LK_WORDS(name) _mm256_##name
#define LK_WORDS_XOR(a, b) _mm256_xor_si256(a, b)
#define LK_WORDS_STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define LK_WORDS_MIX(a, b) _mm256_blend_epi32(a, b, 0xaa)
#endif

enum { LK_ABREAST = sizeof(lk_words) / sizeof(uint32_t) }; // blocks

// The halves of the products of x and a number.
LK_INLINE void lk_multiply_words(lk_words *high, lk_words *low, lk_words x, uint32_t factor) {
    lk_words f = LK_WORDS(set1_epi32)((int)factor);
    lk_words even = LK_WORDS(mul_epu32)(x, f);
    lk_words odd = LK_WORDS(mul_epu32)(LK_WORDS(srli_epi64)(x, 32), f);
    *high = LK_WORDS_MIX(LK_WORDS(srli_epi64)(even, 32), odd);
    *low = LK_WORDS_MIX(even, LK_WORDS(slli_epi64)(odd, 32));
}

LK_INLINE void lk_philox_round(lk_words c[4], uint32_t key0, uint32_t key1) {
    lk_words high0, low0, high1, low1;
    lk_multiply_words(&high0, &low0, c[0], LK_PHILOX_M0);
    lk_multiply_words(&high1, &low1, c[2], LK_PHILOX_M1);
    c[0] = LK_WORDS_XOR(LK_WORDS_XOR(high1, c[1]), LK_WORDS(set1_epi32)((int)key0));
    c[1] = low1;
    c[2] = LK_WORDS_XOR(LK_WORDS_XOR(high0, c[3]), LK_WORDS(set1_epi32)((int)key1));
    c[3] = low0;
}

// Writes the words of LK_ABREAST blocks one behind the other. A block is a matrix's row of four
// within a quarter (half) of the registers; they were numbered so that these come out in order.
LK_INLINE void lk_store_blocks(uint32_t *words, const lk_words c[4]) {
    lk_words low01 = LK_WORDS(unpacklo_epi32)(c[0], c[1]);
    lk_words high01 = LK_WORDS(unpackhi_epi32)(c[0], c[1]);
    lk_words low23 = LK_WORDS(unpacklo_epi32)(c[2], c[3]);
    lk_words high23 = LK_WORDS(unpackhi_epi32)(c[2], c[3]);
    LK_WORDS_STORE(words, LK_WORDS(unpacklo_epi64)(low01, low23));
    LK_WORDS_STORE(words + LK_ABREAST, LK_WORDS(unpackhi_epi64)(low01, low23));
    LK_WORDS_STORE(words + 2 * LK_ABREAST, LK_WORDS(unpacklo_epi64)(high01, high23));
    LK_WORDS_STORE(words + 3 * LK_ABREAST, LK_WORDS(unpackhi_epi64)(high01, high23));
}

// The words of blocks first … first+LK_ABREAST-1 of the stream.
LK_INLINE void lk_draw_blocks(uint32_t *words, const uint32_t key[2], const uint32_t counter[4],
                              uint32_t first) {
#if defined(__AVX512F__)
    lk_words numbers = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
#else
    lk_words numbers = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
#endif
    lk_words c[4] = {
        LK_WORDS(add_epi32)(numbers, LK_WORDS(set1_epi32)((int)(counter[0] + first))),
        LK_WORDS(set1_epi32)((int)counter[1]),
        LK_WORDS(set1_epi32)((int)counter[2]),
        LK_WORDS(set1_epi32)((int)counter[3]),
    };
    for (uint32_t round = 0; round < LK_PHILOX_ROUNDS; round++)
        lk_philox_round(c, key[0] + round * LK_PHILOX_W0, key[1] + round * LK_PHILOX_W1);
    lk_store_blocks(words, c);
}

#endif
