#include "kernels_remark.h"

#include "likelore/bench.h"

#include <stdio.h>

void print_remark(const invocation *call, const lk_buffer *remark) {
    if (remark->length == 0 || has_flag(call->arguments, "quiet")) return;
    fprintf(stderr, "likelore: note: %s\n", lk_buffer_text(remark));
}

void print_kernels_remark(const invocation *call) {
    lk_buffer remark = lk_buffer_make(call->context);
    if (lk_context_kernels_remark(&remark, call->context)) print_remark(call, &remark);
    lk_buffer_free(&remark);
}
