// A libFuzzer target for the reader of one format, which the build names: FUZZ_READ is its
// function. What is read must answer a small query or say why not, must be written in every format,
// and must be read again from each.
#include "formats/formats.h"
#include "fuzz.h"

#include <stdlib.h>

static void answer(lk_context *context, const lk_network *network) {
    lk_query *query;
    uint32_t target = 0;
    if (lk_query_new(context, &query, network, &target, 1, NULL, 0, NULL) != LK_OK) return;
    lk_status status = lk_query_run(query);
    if (status != LK_OK && status != LK_ERROR_IMPOSSIBLE && status != LK_ERROR_LIMIT) abort();
    lk_query_free(query);
}

static void write_all(lk_context *context, const lk_network *network) {
    const char *format;
    for (size_t i = 0; (format = lk_network_format_name(i)) != NULL; i++) {
        lk_buffer text = lk_buffer_make(context);
        if (lk_network_write(&text, network, format) == LK_OK) {
            lk_network *again;
            if (lk_network_read(context, &again, text.data, text.length, NULL, NULL) != LK_OK)
                abort();
            lk_network_free(again);
        }
        lk_buffer_free(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    lk_context *context = fuzz_context();
    lk_network *network;
    if (lk_network_new(context, &network, "") != LK_OK) abort();
    lk_source source = {(const char *)bytes, length, "fuzz", NULL};
    lk_status status = lk_network_check_text(context, &source);
    if (status == LK_OK) status = FUZZ_READ(network, &source, NULL);
    if (status == LK_OK) status = lk_network_finish(network);
    if (status == LK_OK) {
        answer(context, network);
        write_all(context, network);
    } else if (status == LK_ERROR_INTERNAL) {
        abort();
    }
    lk_network_free(network);
    fuzz_expect_all_given_back();
    return 0;
}
