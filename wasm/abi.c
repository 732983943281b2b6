// Sizes and constants of the module as JSON, so that JavaScript types none of them.
#include "bridge.h"

static void add_statuses(lk_json_writer *writer) {
    lk_json_begin_array(writer, "statuses");
#define ADD_STATUS(code, name, text, exit)                                                         \
    lk_json_begin_object(writer, NULL);                                                            \
    lk_json_add_string(writer, "code", name);                                                      \
    lk_json_add_string(writer, "message", text);                                                   \
    lk_json_end(writer);
    LK_STATUS_LIST(ADD_STATUS)
#undef ADD_STATUS
    lk_json_end(writer);
}

// {"version","pointer_bytes","statuses":[{"code","message"}: in the order of their numbers],
// "kernels" and the other constants of the lab}
LK_EXPORT lk_status lk_bridge_abi(lk_bridge *bridge) {
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "version", LIKELORE_VERSION);
    lk_json_add_integer(writer, "pointer_bytes", sizeof(void *));
    add_statuses(writer);
    lk_bridge_add_lab_constants(bridge);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}
