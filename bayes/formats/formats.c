// Choosing a format: by the content, and where that does not tell by the extension of the name.
#include "formats.h"

#include "unicode.h"

#include <strings.h>

static const lk_network_format formats[] = {
    {"bif", ".bif", lk_bif_probe, lk_bif_read},
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

static lk_status check_text(lk_context *context, const lk_source *source) {
    size_t valid = lk_utf8_validate((const uint8_t *)source->bytes, source->length);
    const char *zero = source->length ? memchr(source->bytes, 0, source->length) : NULL;
    if (zero && (size_t)(zero - source->bytes) < valid) valid = (size_t)(zero - source->bytes);
    if (valid == source->length) return LK_OK;
    lk_location location = {.file = source->file, .byte = (int64_t)valid};
    return lk_fail_at(context, LK_ERROR_SYNTAX, location, "this is not UTF-8 text");
}

static lk_status read_source(lk_network *network, const lk_source *source,
                             const lk_network_read_options *options) {
    const lk_network_format *format = choose(source);
    if (!format)
        return lk_fail(network->context, LK_ERROR_UNSUPPORTED,
                       "this is not a network in a format that can be read (%s)", formats[0].name);
    LK_TRY(check_text(network->context, source));
    LK_TRY(format->read(network, source, options));
    return lk_network_finish(network);
}

lk_status lk_network_read(lk_context *context, lk_network **out, const void *bytes, size_t length,
                          const char *file_name, const lk_network_read_options *options) {
    lk_network *network;
    LK_TRY(lk_network_new(context, &network, ""));
    lk_source source = {bytes, length, file_name};
    lk_status status = read_source(network, &source, options);
    if (status != LK_OK) {
        lk_network_free(network);
        return lk_fail_in_file(context, status, file_name);
    }
    *out = network;
    return LK_OK;
}

lk_status lk_network_load(lk_context *context, lk_network **network, const char *path,
                          const lk_network_read_options *options) {
    lk_file *file;
    LK_TRY(lk_file_open(context, &file, path));
    lk_status status =
        lk_network_read(context, network, lk_file_bytes(file), lk_file_length(file), path, options);
    lk_file_free(file);
    return status;
}
