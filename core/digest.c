#include "digest.h"

#include <sha2.h>

_Static_assert(sizeof(SHA2_CTX) <= sizeof(lk_sha256), "room for libmd's context");
_Static_assert(_Alignof(SHA2_CTX) <= _Alignof(lk_sha256), "alignment of libmd's context");
_Static_assert(SHA256_DIGEST_STRING_LENGTH == LK_SHA256_HEX + 1, "length of the hexadecimal form");

static SHA2_CTX *inner(lk_sha256 *digest) { return (SHA2_CTX *)(void *)digest->state; }

void lk_sha256_begin(lk_sha256 *digest) { SHA256Init(inner(digest)); }

void lk_sha256_add(lk_sha256 *digest, const void *bytes, size_t length) {
    SHA256Update(inner(digest), bytes, length);
}

void lk_sha256_end(lk_sha256 *digest, char hex[LK_SHA256_HEX + 1]) {
    SHA256End(inner(digest), hex);
}
