#include "network_file.h"

lk_status emit_network(const invocation *call, const lk_network *network) {
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = lk_network_to_json(&out, network);
    lk_buffer_append_byte(&out, '\n');
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    return status;
}
