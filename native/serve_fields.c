#include "serve_fields.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

// ---- Host ---------------------------------------------------------------------------------------

static bool is_port(const char *text) {
    enum { MOST_DIGITS = 5 };
    size_t digits = strspn(text, "0123456789");
    return digits <= MOST_DIGITS && text[digits] == 0;
}

bool serve_host_is_local(const char *host) {
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) != 0) continue;
        if (host[length] == 0 || (host[length] == ':' && is_port(host + length + 1))) return true;
    }
    return false;
}

// ---- Media types --------------------------------------------------------------------------------

static const struct {
    const char *ending;
    const char *type;
} media_types[] = {
    {"html", "text/html; charset=utf-8"},
    {"htm", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"jsonl", "application/jsonl"},
    {"webmanifest", "application/manifest+json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"ico", "image/x-icon"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"ttf", "font/ttf"},
    {"mp4", "video/mp4"},
    {"webm", "video/webm"},
    {"mp3", "audio/mpeg"},
    {"pdf", "application/pdf"},
    {"csv", "text/csv; charset=utf-8"},
    {"xml", "application/xml"},
    {"xmlbif", "application/xml"},
    {"xdsl", "application/xml"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"ts", "text/plain; charset=utf-8"},
    {"bif", "text/plain; charset=utf-8"},
    {"net", "text/plain; charset=utf-8"},
    {"uai", "text/plain; charset=utf-8"},
};

// safetensors, gguf and whatever else are bytes.
const char *serve_media_type(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; dot && i < sizeof media_types / sizeof media_types[0]; i++)
        if (strcasecmp(dot + 1, media_types[i].ending) == 0) return media_types[i].type;
    return "application/octet-stream";
}

// ---- Entity tags --------------------------------------------------------------------------------

static const char *skip_spaces(const char *text) { return text + strspn(text, " \t"); }

// The tags are compared weakly: a W/ before one does not matter (RFC 9110, 8.8.3.2).
bool serve_tag_is_listed(const char *field, const char *tag) {
    size_t length = strlen(tag);
    field = skip_spaces(field);
    if (strcmp(field, "*") == 0) return true;
    while (*field) {
        if (strncmp(field, "W/", 2) == 0) field += 2;
        if (*field != '"') return false;
        const char *end = strchr(field + 1, '"');
        if (!end) return false;
        if ((size_t)(end + 1 - field) == length && memcmp(field, tag, length) == 0) return true;
        field = skip_spaces(end + 1);
        if (*field && *field != ',') return false;
        field += strspn(field, ", \t");
    }
    return false;
}

// ---- Ranges -------------------------------------------------------------------------------------

// Reads digits, at least one; what is larger than 64 bits becomes UINT64_MAX.
static bool read_number(const char **text, uint64_t *number) {
    const char *start = *text;
    *number = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        *number = *number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : 10 * *number + digit;
    }
    return *text > start;
}

static serve_range take_last(uint64_t *first, uint64_t *length, uint64_t count, uint64_t size) {
    if (count == 0 || size == 0) return SERVE_OUTSIDE;
    *length = count < size ? count : size;
    *first = size - *length;
    return SERVE_PART;
}

static serve_range take_from(uint64_t *first, uint64_t *length, uint64_t from, uint64_t to,
                             uint64_t size) {
    if (from > to) return SERVE_WHOLE;
    if (from >= size) return SERVE_OUTSIDE;
    *first = from;
    *length = (to < size ? to : size - 1) - from + 1;
    return SERVE_PART;
}

static bool is_end(const char *text) { return *skip_spaces(text) == 0; }

serve_range serve_range_of(uint64_t *first, uint64_t *length, const char *field, uint64_t size) {
    uint64_t from, to = UINT64_MAX;
    if (!field || strncasecmp(field, "bytes=", 6) != 0) return SERVE_WHOLE;
    field = skip_spaces(field + 6);
    bool begins = read_number(&field, &from);
    if (*field++ != '-') return SERVE_WHOLE;
    bool ends = read_number(&field, &to);
    if ((!begins && !ends) || !is_end(field)) return SERVE_WHOLE;
    if (!begins) return take_last(first, length, to, size);
    return take_from(first, length, from, ends ? to : UINT64_MAX, size);
}
