// Requests to `likelore serve`: the first line is an address, the second a range, the third a list
// of entity tags, the fourth a host.
#include "fuzz.h"

#include "serve_fields.h"
#include "serve_path.h"

#include <string.h>

static void check_path(const char *target) {
    char path[SERVE_PATH_BYTES];
    if (serve_path(path, target) != 200) return;
    if (path[0] == 0 || strlen(path) >= SERVE_PATH_BYTES) abort();
    for (const char *name = path; name; name = strchr(name, '/')) {
        name += name > path;
        size_t length = strcspn(name, "/");
        if (length == 0 || length > SERVE_NAME_BYTES || name[0] == '.') abort();
    }
    for (const char *c = path; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == '\\') abort();
    serve_name_is_hashed(path);
    serve_media_type(path);
}

static void check_range(const char *field) {
    static const uint64_t sizes[] = {0, 1, 10, UINT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t first, length;
        if (serve_range_of(&first, &length, field, sizes[i]) != SERVE_PART) continue;
        if (length == 0 || first >= sizes[i] || length > sizes[i] - first) abort();
    }
}

// A tag is found in a list only if it is written there.
static void check_tags(const char *field) {
    static const char tag[] = "\"1a-2b-3c\"";
    if (serve_tag_is_listed(field, tag) && !strstr(field, tag) && !strchr(field, '*')) abort();
}

static void check_host(const char *host) {
    if (serve_host_is_local(host) && strpbrk(host, "/@,")) abort();
}

void fuzz_use(lk_context *context, const char *bytes, size_t length) {
    static void (*const checks[])(const char *) = {check_path, check_range, check_tags, check_host};
    (void)context;
    (void)length;
    char *text = strdup(bytes), *rest = text;
    if (!text) abort();
    for (size_t i = 0; rest && i < sizeof checks / sizeof checks[0]; i++)
        checks[i](strsep(&rest, "\n"));
    free(text);
}
