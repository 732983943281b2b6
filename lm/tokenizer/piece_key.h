// Keys of pieces: their bytes in two words, so that equality is two comparisons and no call.
#ifndef LK_PIECE_KEY_H
#define LK_PIECE_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    LK_KEY_BYTES = 16,
    LK_MOST_KEYED = LK_KEY_BYTES - 1 // bytes of a piece that has a key: the last byte is its length
};

typedef struct lk_piece_key {
    uint64_t words[2]; // little-endian
} lk_piece_key;

static const lk_piece_key LK_NO_KEY = {{UINT64_MAX, UINT64_MAX}}; // equals that of no piece

static inline uint64_t lk_load_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

// The low `bytes` bytes, fewer than 8.
static inline uint64_t lk_low_bytes(uint64_t word, size_t bytes) {
    return word & ((UINT64_C(1) << 8 * bytes) - 1);
}

// LK_KEY_BYTES bytes are read, whatever the length.
static inline lk_piece_key lk_piece_key_of(const uint8_t *bytes, size_t length) {
    uint64_t first = lk_load_word(bytes), second = lk_load_word(bytes + 8);
    first = length < 8 ? lk_low_bytes(first, length) : first;
    second = length > 8 ? lk_low_bytes(second, length - 8) : 0;
    return (lk_piece_key){{first, second | (uint64_t)length << 56}};
}

// The same where no byte after the piece may be read.
static inline lk_piece_key lk_piece_key_at_end(const uint8_t *bytes, size_t length) {
    uint8_t copy[LK_KEY_BYTES] = {0};
    memcpy(copy, bytes, length);
    return lk_piece_key_of(copy, length);
}

static inline int lk_piece_key_equals(const lk_piece_key *a, const lk_piece_key *b) {
    return ((a->words[0] ^ b->words[0]) | (a->words[1] ^ b->words[1])) == 0;
}

static inline uint64_t lk_mix_words(uint64_t a, uint64_t b) {
    a *= UINT64_C(0x9E3779B97F4A7C15);
    b *= UINT64_C(0xC2B2AE3D27D4EB4F);
    return a ^ (b >> 31 | b << 33);
}

// The high bits are the best ones.
static inline uint64_t lk_piece_key_hash(const lk_piece_key *key) {
    uint64_t hash = lk_mix_words(key->words[0], key->words[1]);
    return (hash ^ hash >> 29) * UINT64_C(0xD6E8FEB86659FD93);
}

// A hash of any bytes.
static inline uint64_t lk_bytes_hash(const uint8_t *bytes, size_t length) {
    uint64_t hash = length;
    for (; length > LK_MOST_KEYED; bytes += 16, length -= 16) {
        hash = lk_mix_words(hash ^ lk_load_word(bytes), lk_load_word(bytes + 8));
        hash ^= hash >> 29;
    }
    lk_piece_key key = lk_piece_key_at_end(bytes, length);
    return lk_mix_words(hash, lk_piece_key_hash(&key)) * UINT64_C(0xD6E8FEB86659FD93);
}

#endif
