#include "bridge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take_note(void *user, const char *text) {
    lk_bridge *bridge = user;
    if (bridge->notes) lk_json_add_string(bridge->notes, NULL, text);
}

LK_EXPORT void lk_bridge_free(lk_bridge *bridge) {
    if (!bridge) return;
    lk_buffer_free(&bridge->output);
    lk_json_writer_free(bridge->writer);
    lk_json_writer_free(bridge->notes);
    lk_context_free(bridge->context);
    free(bridge);
}

static lk_status make_parts(lk_bridge *bridge, bool deterministic) {
    lk_options options = {.threads = 1, .deterministic = deterministic};
    options.note = take_note;
    options.note_user = bridge;
    LK_TRY(lk_context_new(&bridge->context, &options));
    bridge->output = lk_buffer_make(bridge->context);
    LK_TRY(lk_json_writer_new(bridge->context, &bridge->writer));
    LK_TRY(lk_json_writer_new(bridge->context, &bridge->notes));
    lk_json_begin_array(bridge->notes, NULL);
    return LK_OK;
}

// NULL when there is no memory. `deterministic` chooses the reproducible kernels.
LK_EXPORT lk_bridge *lk_bridge_new(bool deterministic) {
    lk_bridge *bridge = calloc(1, sizeof *bridge);
    if (bridge && make_parts(bridge, deterministic) != LK_OK) {
        lk_bridge_free(bridge);
        bridge = NULL;
    }
    return bridge;
}

LK_EXPORT const char *lk_bridge_output(const lk_bridge *bridge) {
    return lk_buffer_text(&bridge->output);
}

LK_EXPORT size_t lk_bridge_output_length(const lk_bridge *bridge) { return bridge->output.length; }

lk_status lk_bridge_answer(lk_bridge *bridge) {
    lk_buffer_clear(&bridge->output);
    return lk_json_finish(bridge->writer, &bridge->output, false);
}

lk_status lk_bridge_fail(lk_bridge *bridge, lk_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bridge->message, sizeof bridge->message, format, arguments);
    va_end(arguments);
    bridge->failure = status;
    return status;
}

static void add_location(lk_json_writer *writer, const lk_location *location) {
    if (location->file) lk_json_add_string(writer, "file", location->file);
    if (location->line > 0) lk_json_add_integer(writer, "line", location->line);
    if (location->column > 0) lk_json_add_integer(writer, "column", location->column);
    if (location->byte >= 0) lk_json_add_integer(writer, "byte", location->byte);
}

static void add_names(lk_json_writer *writer, const char *key, const char *names) {
    if (!names || !*names) return;
    lk_json_begin_array(writer, key);
    for (; *names; names += strlen(names) + 1) lk_json_add_string(writer, NULL, names);
    lk_json_end(writer);
}

// The failure that a call has just returned: {"code","message","file","line","column","byte",
// "conflict","remedy"}, without what does not apply.
LK_EXPORT lk_status lk_bridge_error(lk_bridge *bridge, lk_status status) {
    lk_error error = lk_context_error(bridge->context);
    if (bridge->failure != LK_OK)
        error = (lk_error){bridge->failure, bridge->message, {.byte = -1}, "", LK_REMEDY_NONE};
    bridge->failure = LK_OK;
    bool is_described = error.status == status;
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_string(writer, "code", lk_status_name(status));
    lk_json_add_string(writer, "message", is_described ? error.message : lk_status_text(status));
    if (is_described) add_location(writer, &error.location);
    if (is_described && status == LK_ERROR_IMPOSSIBLE) add_names(writer, "conflict", error.names);
    if (is_described && error.remedy != LK_REMEDY_NONE)
        lk_json_add_string(writer, "remedy", lk_remedy_name(error.remedy));
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// The remarks since the last time: an array of texts.
LK_EXPORT lk_status lk_bridge_notes(lk_bridge *bridge) {
    lk_buffer_clear(&bridge->output);
    lk_json_end(bridge->notes);
    lk_status status = lk_json_finish(bridge->notes, &bridge->output, false);
    lk_json_begin_array(bridge->notes, NULL);
    return status;
}

// Bytes that the bridge's objects hold. A double, since JavaScript has no other number.
LK_EXPORT double lk_bridge_live_bytes(const lk_bridge *bridge) {
    return (double)lk_context_memory_usage(bridge->context).live_bytes;
}
