#include "network_file.h"

#include <string.h>

static bool has_extension(const char *path, const char *extensions) {
    const char *dot = strrchr(path, '.');
    if (!dot || strchr(dot, '/')) return false;
    for (const char *at = extensions; *at;) {
        size_t length = strcspn(at, " ");
        if (length == strlen(dot) && strncmp(at, dot, length) == 0) return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}

// The format whose extension --output has; without one BIF, or JSON with --json.
static const char *find_format(const invocation *call) {
    const char *path = option_value(call->arguments, "output", "-"), *name;
    for (size_t i = 0; (name = lk_network_format_name(i)) != NULL; i++)
        if (has_extension(path, lk_network_format_extensions(i))) return name;
    return has_flag(call->arguments, "json") || has_extension(path, ".json") ? "json" : "bif";
}

// A file in the UAI format has no names; they go to a file beside it.
static lk_status write_names(const invocation *call, const lk_network *network) {
    const char *path = option_value(call->arguments, "output", "-");
    if (strcmp(path, "-") == 0) return LK_OK;
    lk_buffer name = lk_buffer_make(call->context), out = lk_buffer_make(call->context);
    lk_buffer_printf(&name, "%s.names", path);
    lk_status status = lk_buffer_status(&name);
    if (status == LK_OK) status = lk_network_write_uai_names(&out, network);
    if (status == LK_OK)
        status = lk_file_write(call->context, lk_buffer_text(&name), lk_buffer_text(&out),
                               out.length, has_flag(call->arguments, "force"));
    lk_buffer_free(&name);
    lk_buffer_free(&out);
    return status;
}

lk_status emit_network(const invocation *call, const lk_network *network) {
    lk_buffer out = lk_buffer_make(call->context);
    const char *format = find_format(call);
    lk_status status = lk_network_write(&out, network, format);
    if (status == LK_OK) status = emit(call, &out);
    if (status == LK_OK && strcmp(format, "uai") == 0) status = write_names(call, network);
    lk_buffer_free(&out);
    return status;
}
