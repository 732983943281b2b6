// Contexts for tests, and the check at the end of each that everything was given back.
#ifndef LK_TEST_CONTEXT_H
#define LK_TEST_CONTEXT_H

#include "likelore/core.h"

#include <criterion/criterion.h>
#include <string.h>

// A context with one thread.
static inline lk_context *make_context(void) {
    lk_context *context = NULL;
    lk_status status = lk_context_new(&context, &(lk_options){.threads = 1});
    cr_assert(status == LK_OK, "a context can be made");
    return context;
}

// What a new context holds for itself (the pool).
static inline uint64_t baseline_bytes(void) {
    lk_context *context = make_context();
    uint64_t bytes = lk_context_memory_usage(context).live_bytes;
    lk_context_free(context);
    return bytes;
}

static inline void free_context(lk_context *context) {
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    uint64_t baseline = baseline_bytes();
    lk_context_free(context);
    cr_assert(live == baseline, "%llu bytes were not given back",
              (unsigned long long)(live - baseline));
}

// The status, and the words that the message must have.
static inline void expect_failure(lk_context *context, lk_status got, lk_status expected,
                                  const char *words) {
    lk_error error = lk_context_error(context);
    cr_assert(got == expected, "expected %s, got %s: %s", lk_status_name(expected),
              lk_status_name(got), error.message);
    cr_assert(error.status == expected, "the context tells %s", lk_status_name(error.status));
    cr_assert(strstr(error.message, words), "“%s” does not have the words “%s”", error.message,
              words);
}

#endif
