// UTF-8.
#ifndef LK_UNICODE_H
#define LK_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decodes the code point at the start of `bytes` (length > 0) and returns how many bytes it takes.
// Ill-formed input gives U+FFFD for each maximal subpart (Unicode 16, section 3.9, as WHATWG), with
// *valid (may be NULL) false.
size_t lk_utf8_decode(const uint8_t *bytes, size_t length, uint32_t *code_point, bool *valid);
// Writes the 1 to 4 bytes of a code point; surrogates and what is above U+10FFFF become U+FFFD.
size_t lk_utf8_encode(uint8_t out[4], uint32_t code_point);
// Byte offset of the first ill-formed sequence; `length` when there is none.
size_t lk_utf8_validate(const uint8_t *bytes, size_t length);
// Number of trailing bytes that begin a sequence which may be completed by later bytes (0 … 3).
size_t lk_utf8_incomplete_tail(const uint8_t *bytes, size_t length);

#endif
