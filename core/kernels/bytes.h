// Kernels that scan bytes and small integers: what tokenizers spend their time on.
#ifndef LK_BYTES_H
#define LK_BYTES_H

#include <stddef.h>
#include <stdint.h>

enum { LK_BYTE_BLOCK = 64 };

// Which bytes of a block are what: bit i is byte i.
typedef struct lk_byte_masks {
    uint64_t upper;   // A … Z
    uint64_t lower;   // a … z
    uint64_t digit;   // 0 … 9
    uint64_t space;   // \t \n \v \f \r and the space
    uint64_t newline; // \n \r
    uint64_t blank;   // the space
    uint64_t quote;   // '
    uint64_t high;    // 0x80 …: not ASCII
} lk_byte_masks;

typedef struct lk_byte_kernels {
    const char *name;
    // The masks of each of so many blocks of LK_BYTE_BLOCK bytes.
    void (*classify)(lk_byte_masks *masks, const uint8_t *bytes, size_t blocks);
    // The least of n numbers; UINT32_MAX when there is none.
    uint32_t (*least)(const uint32_t *numbers, size_t n);
} lk_byte_kernels;

#endif
