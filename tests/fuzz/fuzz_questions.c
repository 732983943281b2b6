// Sheets of questions, worked out in every format.
#include "fuzz.h"

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_network *network = fuzz_network(context);
    for (int format = LK_DOCUMENT_TEXT; format <= LK_DOCUMENT_HTML; format++) {
        lk_buffer out = lk_buffer_make(context);
        fuzz_expect(lk_report_write(context, &out, network, bytes, length, "fuzz",
                                    (lk_document_format)format));
        lk_buffer_free(&out);
    }
    lk_network_free(network);
}
