#include "serve_answer.h"

#include "serve_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add_field(serve_answer *answer, const char *name, const char *value) {
    answer->fields[answer->field_count++] = (serve_field){name, value};
}

// Of every answer, errors too: threads share memory only in a page all of whose parts say so, and
// nobody else's page gets to see ours.
static void add_isolation(serve_answer *answer) {
    add_field(answer, "Cross-Origin-Opener-Policy", "same-origin");
    add_field(answer, "Cross-Origin-Embedder-Policy", "require-corp");
    add_field(answer, "Cross-Origin-Resource-Policy", "same-origin");
    add_field(answer, "X-Content-Type-Options", "nosniff");
}

static void say(serve_answer *answer, unsigned status, const char *text) {
    answer->status = status;
    answer->text = text;
    add_field(answer, "Content-Type", "text/plain; charset=utf-8");
    add_field(answer, "Cache-Control", "no-cache");
}

static void refuse(serve_answer *answer, unsigned status) {
    static const struct {
        unsigned status;
        const char *text;
    } texts[] = {
        {400, "400: this is no address of a file.\n"},
        {404, "404: there is no such file.\n"},
        {414, "414: the address is too long.\n"},
        {421, "421: this server answers to the names 127.0.0.1 and localhost only.\n"},
        {503, "503: too many files are open, try again.\n"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].status == status) say(answer, status, texts[i].text);
}

// ---- Finding the file ---------------------------------------------------------------------------

// Goes down from the directory name by name. A symbolic link is never followed, so that nothing
// outside can be reached; the directory itself may be one. Returns -1 when there is nothing.
static int open_below(const char *directory, const char *path) {
    int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (at >= 0) {
        char name[SERVE_NAME_BYTES + 1];
        size_t length = strcspn(path, "/");
        bool is_last = path[length] == 0;
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        // A pipe does not answer before somebody writes to it, hence O_NONBLOCK.
        int kind = is_last ? O_NONBLOCK : O_DIRECTORY;
        int next = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
        int error = errno;
        close(at);
        errno = error;
        if (is_last) return next;
        at = next;
        path += length + 1;
    }
    return -1;
}

// Opens a regular file. Otherwise returns -1, and what is there in `found`, all zero for nothing.
static int open_file(struct stat *found, const char *directory, const char *path) {
    *found = (struct stat){0};
    int file = open_below(directory, path);
    if (file < 0) return -1;
    if (fstat(file, found) == 0 && S_ISREG(found->st_mode)) return file;
    close(file);
    errno = ENOENT;
    return -1;
}

bool serve_has_file(const char *directory, const char *name) {
    struct stat found;
    int file = open_file(&found, directory, name);
    if (file >= 0) close(file);
    return file >= 0;
}

static const char *find_root(const char **path, const serve_site *site) {
    static const char mount[] = "likelore/";
    if (!site->package || strncmp(*path, mount, sizeof mount - 1) != 0) return site->directory;
    *path += sizeof mount - 1;
    return site->package;
}

// Relative addresses in the index of a directory want a slash at the end of its own.
static void redirect(serve_answer *answer, const char *target) {
    int length = (int)strcspn(target, "?#");
    snprintf(answer->location, sizeof answer->location, "%.*s/", length, target);
    say(answer, 301, "301: this is a directory, its address ends with a slash.\n");
    add_field(answer, "Location", answer->location);
}

// Whether `path` is a directory with an index in it.
static bool has_index(const char *root, const char *path) {
    char index[SERVE_PATH_BYTES + 16];
    snprintf(index, sizeof index, "%s/index.html", path);
    return serve_has_file(root, index);
}

static void answer_without_file(serve_answer *answer, const struct stat *found, int error,
                                const char *root, const char *path, const char *target) {
    if (error == EMFILE || error == ENFILE)
        refuse(answer, 503);
    else if (S_ISDIR(found->st_mode) && has_index(root, path))
        redirect(answer, target);
    else
        refuse(answer, 404);
}

// ---- Answering with a file ----------------------------------------------------------------------

// Changes whenever the file is replaced or written to.
static void tag_file(serve_answer *answer, const struct stat *found) {
    snprintf(answer->tag, sizeof answer->tag, "\"%jx-%jx-%jx%08lx\"", (uintmax_t)found->st_ino,
             (uintmax_t)found->st_size, (uintmax_t)found->st_mtim.tv_sec,
             (unsigned long)found->st_mtim.tv_nsec);
    add_field(answer, "ETag", answer->tag);
}

static void close_file(serve_answer *answer) {
    close(answer->file);
    answer->file = -1;
}

static void answer_not_modified(serve_answer *answer) {
    close_file(answer);
    answer->status = 304;
}

static void answer_outside(serve_answer *answer, uint64_t size) {
    close_file(answer);
    snprintf(answer->content_range, sizeof answer->content_range, "bytes */%" PRIu64, size);
    add_field(answer, "Content-Range", answer->content_range);
    say(answer, 416, "416: the file is shorter.\n");
}

static void answer_part(serve_answer *answer, uint64_t size) {
    answer->status = 206;
    snprintf(answer->content_range, sizeof answer->content_range,
             "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, answer->first,
             answer->first + answer->length - 1, size);
    add_field(answer, "Content-Range", answer->content_range);
}

// A range counts for GET alone, and not when the file is another than the one that was begun.
static serve_range wanted_range(serve_answer *answer, const serve_request *request, uint64_t size) {
    if (strcmp(request->method, "GET") != 0) return SERVE_WHOLE;
    if (request->if_range && strcmp(request->if_range, answer->tag) != 0) return SERVE_WHOLE;
    return serve_range_of(&answer->first, &answer->length, request->range, size);
}

static void answer_file(serve_answer *answer, const serve_request *request, const char *path,
                        const struct stat *found, bool never_changes) {
    static const char forever[] = "public, max-age=31536000, immutable";
    uint64_t size = (uint64_t)found->st_size;
    answer->status = 200;
    answer->length = size;
    tag_file(answer, found);
    if (request->if_none_match && serve_tag_is_listed(request->if_none_match, answer->tag)) {
        add_field(answer, "Cache-Control", never_changes ? forever : "no-cache");
        answer_not_modified(answer);
        return;
    }
    serve_range range = wanted_range(answer, request, size);
    if (range == SERVE_OUTSIDE) {
        answer_outside(answer, size);
        return;
    }
    if (range == SERVE_PART) answer_part(answer, size);
    add_field(answer, "Content-Type", serve_media_type(path));
    add_field(answer, "Cache-Control", never_changes ? forever : "no-cache");
    add_field(answer, "Accept-Ranges", "bytes");
}

static void answer_target(serve_answer *answer, const serve_site *site,
                          const serve_request *request) {
    char buffer[SERVE_PATH_BYTES];
    unsigned status = serve_path(buffer, request->target);
    if (status != 200) {
        refuse(answer, status);
        return;
    }
    const char *path = buffer;
    const char *root = find_root(&path, site);
    struct stat found;
    answer->file = open_file(&found, root, path);
    if (answer->file < 0) {
        answer_without_file(answer, &found, errno, root, path, request->target);
        return;
    }
    bool is_asset = site->is_page && root == site->directory && serve_name_is_hashed(path);
    answer_file(answer, request, path, &found, is_asset);
}

void serve_request_answer(serve_answer *answer, const serve_site *site,
                          const serve_request *request) {
    *answer = (serve_answer){.file = -1, .text = ""};
    add_isolation(answer);
    if (!request->host || !serve_host_is_local(request->host)) {
        refuse(answer, 421);
    } else if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        say(answer, 405, "405: files can be read, by GET and HEAD, and nothing else.\n");
        add_field(answer, "Allow", "GET, HEAD");
    } else {
        answer_target(answer, site, request);
    }
}
