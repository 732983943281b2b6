// Bytes become masks: each range of characters is a comparison of a whole vector, whose lanes are
// then gathered into bits.
#include "variant.h"

#ifdef __AVX512F__
#include "avx512.h"
#endif

#include <string.h>

// ---- Which bytes are in a range -----------------------------------------------------------------

#if defined(__AVX512F__)

typedef __m512i block_bytes;

static inline block_bytes load_block(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }

static inline uint64_t between(const block_bytes *block, uint8_t first, uint8_t last) {
    return lk_avx512_between(*block, first, last);
}

#elif defined(__AVX2__) || defined(__SSE2__) || defined(__wasm_simd128__)

#ifdef __AVX2__
enum { WIDTH = 32 };
#else
enum { WIDTH = 16 };
#endif
typedef uint8_t byte_vector __attribute__((vector_size(WIDTH)));
typedef char lanes_vector __attribute__((vector_size(WIDTH)));
typedef struct block_bytes {
    byte_vector parts[LK_BYTE_BLOCK / WIDTH];
} block_bytes;

// Bit i is the highest bit of lane i.
static inline uint64_t highest_bits(lanes_vector lanes) {
#if defined(__AVX2__)
    return (uint32_t)__builtin_ia32_pmovmskb256(lanes);
#elif defined(__SSE2__)
    return (uint32_t)__builtin_ia32_pmovmskb128(lanes);
#else
    return __builtin_wasm_bitmask_i8x16((signed char __attribute__((vector_size(16))))lanes);
#endif
}

static inline block_bytes load_block(const uint8_t *bytes) {
    block_bytes block;
    memcpy(&block, bytes, sizeof block);
    return block;
}

static inline uint64_t between(const block_bytes *block, uint8_t first, uint8_t last) {
    uint64_t mask = 0;
    for (int i = LK_BYTE_BLOCK / WIDTH - 1; i >= 0; i--) {
        byte_vector above = block->parts[i] - first;
        lanes_vector in = (lanes_vector)(above <= (byte_vector){0} + (uint8_t)(last - first));
        mask = mask << WIDTH | highest_bits(in);
    }
    return mask;
}

#else

typedef struct block_bytes {
    uint8_t bytes[LK_BYTE_BLOCK];
} block_bytes;

static inline block_bytes load_block(const uint8_t *bytes) {
    block_bytes block;
    memcpy(block.bytes, bytes, sizeof block.bytes);
    return block;
}

static inline uint64_t between(const block_bytes *block, uint8_t first, uint8_t last) {
    uint64_t mask = 0;
    for (int i = 0; i < LK_BYTE_BLOCK; i++)
        mask |= (uint64_t)((uint8_t)(block->bytes[i] - first) <= (uint8_t)(last - first)) << i;
    return mask;
}

#endif

// ---- The kernels --------------------------------------------------------------------------------

static void classify(lk_byte_masks *masks, const uint8_t *bytes, size_t blocks) {
    for (size_t i = 0; i < blocks; i++) {
        block_bytes block = load_block(bytes + i * LK_BYTE_BLOCK);
        uint64_t blank = between(&block, ' ', ' ');
        masks[i] = (lk_byte_masks){
            .upper = between(&block, 'A', 'Z'),
            .lower = between(&block, 'a', 'z'),
            .digit = between(&block, '0', '9'),
            .space = between(&block, '\t', '\r') | blank,
            .newline = between(&block, '\n', '\n') | between(&block, '\r', '\r'),
            .blank = blank,
            .quote = between(&block, '\'', '\''),
            .high = between(&block, 0x80, 0xFF),
        };
    }
}

static uint32_t least(const uint32_t *numbers, size_t n) {
    uint32_t smallest = UINT32_MAX;
    for (size_t i = 0; i < n; i++) smallest = numbers[i] < smallest ? numbers[i] : smallest;
    return smallest;
}

const lk_byte_kernels LK_NAME(lk_byte_kernels) = {
    .name = LK_VARIANT_NAME, .classify = classify, .least = least};
