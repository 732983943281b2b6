#include "fuzz.h"

#include <string.h>

static const char network_text[] =
    "network n { }\n"
    "variable A { type discrete [ 2 ] { yes, no }; }\n"
    "variable B { type discrete [ 3 ] { low, mid, high }; }\n"
    "variable C { type discrete [ 2 ] { yes, no }; }\n"
    "probability ( A ) { table 0.25, 0.75; }\n"
    "probability ( B | A ) { (yes) 0.5, 0.5, 0; (no) 0.1, 0.2, 0.7; }\n"
    "probability ( C | B ) { (low) 0.5, 0.5; (mid) 0.25, 0.75; (high) 1, 0; }\n";

lk_network *fuzz_network(lk_context *context) {
    lk_network *network;
    if (lk_network_read(context, &network, network_text, sizeof network_text - 1, NULL, NULL))
        abort();
    return network;
}

// The copy ends where the input ends, so that the sanitizer sees each byte read beyond it.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    char *text = malloc(length + 1);
    if (!text) abort();
    memcpy(text, bytes, length);
    text[length] = 0;
    fuzz_use(fuzz_context(), text, length);
    free(text);
    fuzz_expect_all_given_back();
    return 0;
}
