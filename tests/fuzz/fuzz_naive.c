// Models of naive Bayes: what can be read can be shown, converted, written and read again.
#include "fuzz.h"

static void convert(const lk_naive *model) {
    lk_network *network;
    if (fuzz_expect(lk_naive_to_network(model, &network)) == LK_OK) lk_network_free(network);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_naive *model, *again;
    if (fuzz_expect(lk_naive_read(context, &model, bytes, length, "fuzz")) != LK_OK) return;
    lk_buffer text = lk_buffer_make(context);
    fuzz_must(lk_naive_to_text(&text, model, 5, LK_ENGLISH));
    lk_buffer_clear(&text);
    fuzz_must(lk_naive_to_json(&text, model));
    fuzz_must(lk_naive_read(context, &again, text.data, text.length, NULL));
    lk_naive_free(again);
    lk_buffer_free(&text);
    convert(model);
    lk_naive_free(model);
}
