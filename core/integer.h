// Integers wider than a word.
#ifndef LK_INTEGER_H
#define LK_INTEGER_H

#include <stdint.h>

// High and low half of a 128-bit product, without a 128-bit type (WebAssembly would call a helper).
static inline uint64_t lk_multiply_wide(uint64_t *low, uint64_t a, uint64_t b) {
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    uint64_t carry = a0 * b1 + (uint32_t)middle;
    *low = a * b;
    return a1 * b1 + (middle >> 32) + (carry >> 32);
}

#endif
