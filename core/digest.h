// The door to libmd: SHA-256.
#ifndef LK_DIGEST_H
#define LK_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef struct lk_sha256 {
    uint64_t state[32]; // opaque room for the library's own context
} lk_sha256;

enum { LK_SHA256_HEX = 64 };

void lk_sha256_begin(lk_sha256 *digest);
void lk_sha256_add(lk_sha256 *digest, const void *bytes, size_t length);
// Writes 64 hexadecimal digits and a zero byte.
void lk_sha256_end(lk_sha256 *digest, char hex[LK_SHA256_HEX + 1]);

#endif
