// Requests for an operation on factors: what comes out is a factor, which can go in again.
#include "fuzz.h"

#include "likelore/factors.h"

static void use_again(lk_context *context, const lk_buffer *factor) {
    lk_buffer request = lk_buffer_make(context), out = lk_buffer_make(context);
    lk_buffer_append_text(&request, "{\"operation\":\"restrict\",\"factors\":[");
    lk_buffer_append(&request, factor->data, factor->length);
    lk_buffer_append_text(&request, "]}");
    fuzz_must(lk_buffer_status(&request));
    fuzz_must(lk_factor_combine_json(context, &out, request.data, request.length));
    lk_buffer_free(&out);
    lk_buffer_free(&request);
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    lk_buffer out = lk_buffer_make(context);
    if (fuzz_expect(lk_factor_combine_json(context, &out, bytes, length)) == LK_OK)
        use_again(context, &out);
    lk_buffer_free(&out);
}
