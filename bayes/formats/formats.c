// Choosing a format: by the content, and where that does not tell by the extension of the name.
#include "formats/formats.h"

#include "unicode.h"

#include <strings.h>

const char *lk_network_format_name(size_t index) {
    return index < lk_network_format_count ? lk_network_formats[index].name : NULL;
}

const char *lk_network_format_extensions(size_t index) {
    return index < lk_network_format_count ? lk_network_formats[index].extensions : NULL;
}

static bool has_extension(const char *file, const char *extensions) {
    const char *dot = strrchr(file, '.');
    if (!dot) return false;
    size_t length = strlen(dot);
    for (const char *at = extensions; *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == length && strncasecmp(at, dot, length) == 0) return true;
    return false;
}

static const lk_network_format *choose(const lk_source *source) {
    for (size_t i = 0; i < lk_network_format_count; i++)
        if (lk_network_formats[i].probe(source)) return &lk_network_formats[i];
    for (size_t i = 0; i < lk_network_format_count; i++)
        if (source->file && has_extension(source->file, lk_network_formats[i].extensions))
            return &lk_network_formats[i];
    return NULL;
}

lk_status lk_network_check_text(lk_context *context, const lk_source *source) {
    size_t valid = lk_utf8_validate((const uint8_t *)source->bytes, source->length);
    const char *zero = source->length ? memchr(source->bytes, 0, source->length) : NULL;
    if (zero && (size_t)(zero - source->bytes) < valid) valid = (size_t)(zero - source->bytes);
    if (valid == source->length) return LK_OK;
    lk_location location = {.file = source->file, .byte = (int64_t)valid};
    return lk_fail_at(context, LK_ERROR_SYNTAX, location, "this is not UTF-8 text");
}

static void append_format_names(lk_buffer *text) {
    for (size_t i = 0; i < lk_network_format_count; i++)
        lk_buffer_printf(text, "%s%s", i ? ", " : "", lk_network_formats[i].name);
}

static lk_status fail_unknown_format(lk_context *context, lk_status status, const char *what,
                                     const char *name) {
    lk_buffer text = lk_buffer_make(context);
    append_format_names(&text);
    lk_status built = lk_buffer_status(&text);
    if (built == LK_OK)
        built = lk_fail(context, status, "%s%s (%s)", what, name, lk_buffer_text(&text));
    lk_buffer_free(&text);
    return built;
}

static lk_status read_source(lk_network *network, const lk_source *source,
                             const lk_network_read_options *options) {
    const lk_network_format *format = choose(source);
    if (!format)
        return fail_unknown_format(network->context, LK_ERROR_UNSUPPORTED,
                                   "this is not a network in a format that can be read", "");
    if (!format->any_encoding) LK_TRY(lk_network_check_text(network->context, source));
    if (source->side) LK_TRY(lk_network_check_text(network->context, source->side));
    if (source->file) {
        network->file = lk_arena_copy_text(&network->names, source->file, strlen(source->file));
        LK_NEED(network->file);
    }
    LK_TRY(format->read(network, source, options));
    return lk_network_finish(network);
}

static lk_status read_network(lk_context *context, lk_network **out, const lk_source *source,
                              const lk_network_read_options *options) {
    lk_network *network;
    LK_TRY(lk_network_new(context, &network, ""));
    lk_status status = read_source(network, source, options);
    if (status != LK_OK) {
        lk_network_free(network);
        return lk_fail_in_file(context, status, source->file);
    }
    *out = network;
    return LK_OK;
}

lk_status lk_network_read(lk_context *context, lk_network **out, const void *bytes, size_t length,
                          const char *file_name, const lk_network_read_options *options) {
    return read_network(context, out, &(lk_source){bytes, length, file_name, NULL}, options);
}

// Opens the file beside a file; leaves NULL when there is none.
static lk_status open_side(lk_context *context, lk_file **side, const lk_source *source) {
    *side = NULL;
    const lk_network_format *format = choose(source);
    if (!format || !format->side_ending || strcmp(source->file, "-") == 0) return LK_OK;
    lk_buffer path = lk_buffer_make(context);
    lk_buffer_printf(&path, "%s%s", source->file, format->side_ending);
    lk_status status = lk_buffer_status(&path);
    if (status == LK_OK) status = lk_file_open(context, side, lk_buffer_text(&path));
    lk_buffer_free(&path);
    return status == LK_ERROR_NO_INPUT ? LK_OK : status;
}

static lk_source source_of(const lk_file *file) {
    return (lk_source){(const char *)lk_file_bytes(file), lk_file_length(file), lk_file_path(file),
                       NULL};
}

lk_status lk_network_load(lk_context *context, lk_network **network, const char *path,
                          const lk_network_read_options *options) {
    lk_file *file, *side;
    LK_TRY(lk_file_open(context, &file, path));
    lk_source source = source_of(file), side_source;
    lk_status status = open_side(context, &side, &source);
    if (side) {
        side_source = source_of(side);
        source.side = &side_source;
    }
    if (status == LK_OK) status = read_network(context, network, &source, options);
    lk_file_free(side);
    lk_file_free(file);
    return status;
}

lk_status lk_network_write(lk_buffer *out, const lk_network *network, const char *name) {
    LK_TRY(lk_network_need_finished(network->context, network));
    for (size_t i = 0; i < lk_network_format_count; i++) {
        if (strcmp(lk_network_formats[i].name, name) != 0 || !lk_network_formats[i].write) continue;
        LK_TRY(lk_network_formats[i].write(out, network));
        return lk_buffer_status(out);
    }
    return fail_unknown_format(network->context, LK_ERROR_USAGE,
                               "there is no format of networks called ", name);
}

const char *lk_network_format_of_name(const char *file_name) {
    for (size_t i = 0; i < lk_network_format_count; i++)
        if (has_extension(file_name, lk_network_formats[i].extensions))
            return lk_network_formats[i].name;
    return NULL;
}
