// Choosing a format: by the content, and where that does not tell by the extension of the name.
#include "formats/formats.h"

#include "unicode.h"

#include <strings.h>

static const lk_network_format formats[] = {
    {"xmlbif", ".xmlbif .xml .bifxml", lk_xmlbif_probe, lk_xmlbif_read, lk_xmlbif_write, NULL,
     true},
    {"xdsl", ".xdsl", lk_xdsl_probe, lk_xdsl_read, lk_xdsl_write, NULL, true},
    {"json", ".json", lk_network_json_probe, lk_network_json_read, lk_network_json_write, NULL,
     false},
    {"uai", ".uai", lk_uai_probe, lk_uai_read, lk_uai_write, ".names", false},
    {"hugin", ".net .hugin", lk_hugin_probe, lk_hugin_read, lk_hugin_write, NULL, false},
    {"bif", ".bif", lk_bif_probe, lk_bif_read, lk_bif_write, NULL, false},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

const char *lk_network_format_name(size_t index) {
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

const char *lk_network_format_extensions(size_t index) {
    return index < FORMAT_COUNT ? formats[index].extensions : NULL;
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
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].probe(source)) return &formats[i];
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (source->file && has_extension(source->file, formats[i].extensions)) return &formats[i];
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
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        lk_buffer_printf(text, "%s%s", i ? ", " : "", formats[i].name);
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
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(formats[i].name, name) != 0) continue;
        LK_TRY(formats[i].write(out, network));
        return lk_buffer_status(out);
    }
    return fail_unknown_format(network->context, LK_ERROR_USAGE,
                               "there is no format of networks called ", name);
}

const char *lk_network_format_of_name(const char *file_name) {
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (has_extension(file_name, formats[i].extensions)) return formats[i].name;
    return NULL;
}
