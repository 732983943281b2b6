#include "serve_places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Cuts the last name off a path.
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (!slash) return false;
    *slash = 0;
    return true;
}

// The path of what is installed as share/likelore/NAME, from that of this program, so that the two
// can be moved together. (CMake gives LIKELORE_DATA_FROM_COMMAND, and puts links in its place into
// the build directory.) False where the system does not tell a program its path.
static bool beside_command(char place[PLACE_BYTES], const char *name) {
    char program[PLACE_BYTES];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program);
    if (length <= 0 || length == sizeof program) return false;
    program[length] = 0;
    if (!go_up(program)) return false;
    const char *way = LIKELORE_DATA_FROM_COMMAND;
    for (; strncmp(way, "../", 3) == 0; way += 3)
        if (!go_up(program)) return false;
    return snprintf(place, PLACE_BYTES, "%s/%s/%s", program, way, name) < PLACE_BYTES;
}

static lk_status fail_without_page(invocation *call, const char *place) {
    snprintf(
        call->message, sizeof call->message,
        "there is no page at %.250s; name the directory of a built one (./quickstart --prepare "
        "in the source builds it in web/dist)",
        place);
    return LK_ERROR_NO_INPUT;
}

static lk_status find_page(serve_places *places, invocation *call) {
    if (!beside_command(places->directory, "page"))
        return fail_without_page(call, "share/likelore/page");
    if (serve_has_file(places->directory, "index.html")) return LK_OK;
    return fail_without_page(call, places->directory);
}

static bool is_directory(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static lk_status find_given(serve_places *places, invocation *call, const char *given) {
    if (is_directory(given) && serve_has_file(given, "index.html") &&
        snprintf(places->directory, PLACE_BYTES, "%s", given) < PLACE_BYTES)
        return LK_OK;
    snprintf(call->message, sizeof call->message,
             is_directory(given) ? "%s has no index.html" : "there is no directory %s", given);
    return LK_ERROR_NO_INPUT;
}

lk_status find_places(serve_places *places, invocation *call) {
    const arguments *given = call->arguments;
    LK_TRY(given->operand_count > 0 ? find_given(places, call, given->operands[0])
                                    : find_page(places, call));
    bool has_package = beside_command(places->package, "package") &&
                       serve_has_file(places->package, "worker/index.js");
    places->site = (serve_site){.directory = places->directory,
                                .package = has_package ? places->package : NULL,
                                // Written by the build, with the list of its files.
                                .is_page = serve_has_file(places->directory, "files.json")};
    return LK_OK;
}
