#include "fuzz.h"

static lk_context *context;
static uint64_t live_at_first;

lk_context *fuzz_context(void) {
    lk_options options = {.threads = 1, .memory_limit = 8 << 20};
    if (context) return context;
    if (lk_context_new(&context, &options) != LK_OK) abort();
    live_at_first = lk_context_memory_usage(context).live_bytes;
    return context;
}

void fuzz_expect_all_given_back(void) {
    if (lk_context_memory_usage(context).live_bytes != live_at_first) abort();
}
