// Targets that read something other than a network.
#ifndef LK_FUZZ_H
#define LK_FUZZ_H

#include "likelore/learn.h"

#include <stdint.h>
#include <stdlib.h>

// The context of all inputs: making one takes longer than most of them.
lk_context *fuzz_context(void);
// Aborts unless the input has given back what it took.
void fuzz_expect_all_given_back(void);

// What the target does with the bytes, which end before a zero byte; aborts for what must not be.
void fuzz_use(lk_context *context, const char *bytes, size_t length);

// No input is a mistake of ours.
static inline lk_status fuzz_expect(lk_status status) {
    if (status == LK_ERROR_INTERNAL) abort();
    return status;
}

// What was written must be readable.
static inline void fuzz_must(lk_status status) {
    if (status != LK_OK && status != LK_ERROR_LIMIT && status != LK_ERROR_MEMORY) abort();
}

// A finished network of three variables, A → B → C, which the caller frees.
lk_network *fuzz_network(lk_context *context);

#endif
