// Sheets of questions, worked out in every format.
#include "fuzz.h"

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_network *network = fuzz_network(context);
    for (int i = 0; i < 8; i++) { // formats and languages
        const lk_document_options options = {(lk_document_format)(i % 4), (lk_language)(i / 4)};
        lk_buffer out = lk_buffer_make(context);
        fuzz_expect(lk_report_write(context, &out, network, bytes, length, "fuzz", &options));
        lk_buffer_free(&out);
    }
    lk_network_free(network);
}
