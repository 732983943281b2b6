// The words of requests: addresses, Host, ranges, entity tags, and the media types of answers.
#include "serve_fields.h"
#include "serve_path.h"

#include "test_context.h"

#include <stdio.h>

// ---- Addresses ----------------------------------------------------------------------------------

static void expect_path(const char *target, const char *expected) {
    char path[SERVE_PATH_BYTES];
    unsigned status = serve_path(path, target);
    cr_assert(status == 200, "%s: %u", target, status);
    cr_assert(strcmp(path, expected) == 0, "%s: %s", target, path);
}

static void expect_refusal(const char *target, unsigned expected) {
    char path[SERVE_PATH_BYTES];
    unsigned status = serve_path(path, target);
    cr_assert(status == expected, "%s: %u", target, status);
}

Test(serve_path, a_target_is_decoded_up_to_its_query) {
    expect_path("/a.js", "a.js");
    expect_path("/assets/a%20b.js?x=%2F..", "assets/a b.js");
    expect_path("/%e4%B8%ad.html", "\xe4\xb8\xad.html");
    expect_path("/a%25b%3Fc", "a%b?c");
    expect_path("/a..b/c...", "a..b/c...");
}

Test(serve_path, a_directory_becomes_its_index) {
    expect_path("/", "index.html");
    expect_path("/?lang=zh", "index.html");
    expect_path("/a/b/", "a/b/index.html");
}

Test(serve_path, what_is_no_path_of_ours_is_refused) {
    static const char *const targets[] = {
        "",       "a.js",  "*",     "http://127.0.0.1/",
        "/a%",    "/a%4",  "/a%zz", "/a%00",
        "/a\nb",  "/a%0d", "/a\\b", "/a%5cb",
        "/a%2fb", "/%2F",  "/a%7f", "/%2e%2e%2f",
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) expect_refusal(targets[i], 400);
}

Test(serve_path, hidden_and_empty_names_and_ways_up_are_not_there) {
    static const char *const targets[] = {
        "/..", "/../a", "/a/../b", "/%2e%2e/a", "/.%2E/a", "/.",    "/./a", "//",
        "//a", "/a//b", "/.git/x", "/%2egit",   "/a/.b",   "/a/./", "/...",
    };
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) expect_refusal(targets[i], 404);
}

// A target of `count` letters, all encoded if that is wanted, in names of `length`.
static const char *long_target(size_t count, size_t length, bool encoded) {
    static char target[4 * SERVE_PATH_BYTES];
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (i % length == 0) target[at++] = '/';
        at += (size_t)snprintf(target + at, sizeof target - at, encoded ? "%%61" : "a");
    }
    target[at] = 0;
    return target;
}

Test(serve_path, names_and_paths_may_be_as_long_as_there_is_room) {
    char path[SERVE_PATH_BYTES];
    for (int encoded = 0; encoded < 2; encoded++) {
        cr_assert(serve_path(path, long_target(255, 255, encoded)) == 200);
        cr_assert(strlen(path) == 255);
        expect_refusal(long_target(256, 256, encoded), 414);
        cr_assert(serve_path(path, long_target(1020, 255, encoded)) == 200); // and three slashes
        cr_assert(strlen(path) == SERVE_PATH_BYTES - 1);
        expect_refusal(long_target(1021, 255, encoded), 414);
    }
    char target[SERVE_PATH_BYTES + 2];
    snprintf(target, sizeof target, "%s/", long_target(1010, 255, false));
    expect_refusal(target, 414); // no room for the index
}

Test(serve_path, hashed_names_are_those_that_the_build_gives) {
    static const char *const hashed[] = {"assets/index-BlPXTS6z.js", "assets/x-a-b_c-d_.wasm",
                                         "assets/likelore-bayes-start-DEHoGbNo.wasm",
                                         "assets/fonts/a-12345678.woff2"};
    static const char *const plain[] = {
        "index-BlPXTS6z.js",         "assets/index.js",     "assets/BlPXTS6z.js",
        "assets/index-BlPXTS6z",     "assets/a-1234567.js", "assets/-12345678/a.js",
        "assets/index-BlPXTS6!.css", "assets/-.js",         "other/index-BlPXTS6z.js",
    };
    for (size_t i = 0; i < sizeof hashed / sizeof hashed[0]; i++)
        cr_assert(serve_name_is_hashed(hashed[i]), "%s", hashed[i]);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        cr_assert(!serve_name_is_hashed(plain[i]), "%s", plain[i]);
}

// ---- Fields -------------------------------------------------------------------------------------

Test(serve_fields, hosts_are_this_machine_or_refused) {
    static const char *const local[] = {"127.0.0.1",      "127.0.0.1:8017", "localhost",
                                        "LocalHost:1",    "localhost:",     "[::1]",
                                        "127.0.0.1:65535"};
    static const char *const others[] = {
        "",
        "example.org",
        "127.0.0.1.example.org",
        "localhost.example.org:8017",
        "127.0.0.1:8017.example.org",
        "127.0.0.1:123456",
        "localhost:x",
        "127.0.0.10",
        " localhost",
        "localhost ",
        "user@localhost",
        "127.0.0.1, example.org",
        "[::1]x",
    };
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        cr_assert(serve_host_is_local(local[i]), "%s", local[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_assert(!serve_host_is_local(others[i]), "%s", others[i]);
}

Test(serve_fields, the_ending_tells_the_media_type) {
    static const char *const cases[][2] = {
        {"index.html", "text/html; charset=utf-8"},
        {"a/b.JS", "text/javascript; charset=utf-8"},
        {"m.wasm", "application/wasm"},
        {"files.json", "application/json"},
        {"icon.svg", "image/svg+xml"},
        {"app.webmanifest", "application/manifest+json"},
        {"model.safetensors", "application/octet-stream"},
        {"noextension", "application/octet-stream"},
        {"dir.html/noextension", "application/octet-stream"},
        {"a.", "application/octet-stream"},
        {"a.htmlx", "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert(strcmp(serve_media_type(cases[i][0]), cases[i][1]) == 0, "%s: %s", cases[i][0],
                  serve_media_type(cases[i][0]));
}

Test(serve_fields, tags_are_found_in_lists) {
    static const char tag[] = "\"a-1\"";
    static const char *const with[] = {"*",
                                       "\"a-1\"",
                                       " W/\"a-1\" ",
                                       "\"b\", \"a-1\"",
                                       "\"b\" ,, W/\"c,d\",\"a-1\"",
                                       "\"a\",\"a-1\", \"b\""};
    static const char *const without[] = {"",          "\"a\"",     "a-1",          "\"a-1",
                                          "\"a-1 \"",  "\"A-1\"",   "\"b\"\"a-1\"", "x, \"a-1\"",
                                          "**\"a-1\"", "w/\"a-1\"", "\"b\", *",     ","};
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        cr_assert(serve_tag_is_listed(with[i], tag), "%s", with[i]);
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        cr_assert(!serve_tag_is_listed(without[i], tag), "%s", without[i]);
}

// ---- Ranges -------------------------------------------------------------------------------------

static void expect_range(const char *field, uint64_t size, serve_range expected,
                         uint64_t expected_first, uint64_t expected_length) {
    uint64_t first = 0, length = 0;
    serve_range got = serve_range_of(&first, &length, field, size);
    cr_assert(got == expected, "%s: %d", field ? field : "none", got);
    if (got != SERVE_PART) return;
    cr_assert(first == expected_first && length == expected_length, "%s: %llu, %llu", field,
              (unsigned long long)first, (unsigned long long)length);
}

Test(serve_range, one_range_gives_its_part) {
    expect_range("bytes=0-0", 10, SERVE_PART, 0, 1);
    expect_range("bytes=2-5", 10, SERVE_PART, 2, 4);
    expect_range("BYTES= 2-5 ", 10, SERVE_PART, 2, 4);
    expect_range("bytes=2-", 10, SERVE_PART, 2, 8);
    expect_range("bytes=9-10", 10, SERVE_PART, 9, 1);
    expect_range("bytes=0-18446744073709551615", 10, SERVE_PART, 0, 10);
    expect_range("bytes=-3", 10, SERVE_PART, 7, 3);
    expect_range("bytes=-30", 10, SERVE_PART, 0, 10);
    expect_range("bytes=1-99999999999999999999999", UINT64_MAX, SERVE_PART, 1, UINT64_MAX - 1);
}

Test(serve_range, what_begins_behind_the_end_is_outside) {
    expect_range("bytes=10-", 10, SERVE_OUTSIDE, 0, 0);
    expect_range("bytes=99999999999999999999999-", 10, SERVE_OUTSIDE, 0, 0);
    expect_range("bytes=-0", 10, SERVE_OUTSIDE, 0, 0);
    expect_range("bytes=0-", 0, SERVE_OUTSIDE, 0, 0);
    expect_range("bytes=-1", 0, SERVE_OUTSIDE, 0, 0);
}

Test(serve_range, what_is_not_understood_gives_the_whole) {
    static const char *const fields[] = {"",           "bytes",      "bytes=",        "bytes=-",
                                         "bytes=5-2",  "bytes=a-b",  "bytes=0-1,3-4", "items=0-1",
                                         "bytes=0-1x", "bytes=+1-2", "bytes=--1",     "bytes 0-1",
                                         "bytes=1",    "bytes=0x1-2"};
    expect_range(NULL, 10, SERVE_WHOLE, 0, 0);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        expect_range(fields[i], 10, SERVE_WHOLE, 0, 0);
}

// ---- Random words -------------------------------------------------------------------------------

// Text that is likely to mean something: `length` of the pieces in a row.
static void random_text(char *text, size_t bytes, lk_random *random, const char *const *pieces,
                        size_t count) {
    text[0] = 0;
    for (uint64_t left = lk_random_below(random, 12); left > 0; left--) {
        const char *piece = pieces[lk_random_below(random, count)];
        if (strlen(text) + strlen(piece) < bytes) strcat(text, piece);
    }
}

// The oracle: walks as a file system would, and must never leave, hide or stand still.
static bool is_inside(const char *path) {
    char copy[SERVE_PATH_BYTES], *rest = copy;
    snprintf(copy, sizeof copy, "%s", path);
    if (path[0] == 0 || path[0] == '/' || path[strlen(path) - 1] == '/') return false;
    if (strstr(path, "//") || strpbrk(path, "\\\n\r")) return false;
    for (char *name; (name = strtok_r(rest, "/", &rest));)
        if (name[0] == '.' || strlen(name) > SERVE_NAME_BYTES) return false;
    return true;
}

Test(serve_path, no_random_target_leads_outside) {
    static const char *const pieces[] = {"/",   "..", ".",   "%2e", "%2E", "%2f", "%5c", "\\", "a",
                                         "b.c", "%",  "%00", "%41", "?",   "#",   "%25", "//", "~"};
    lk_random random = lk_random_stream(42, LK_RANDOM_TEST, 1, 0);
    int found = 0;
    for (int i = 0; i < 200000; i++) {
        char target[128], path[SERVE_PATH_BYTES];
        random_text(target, sizeof target, &random, pieces, sizeof pieces / sizeof pieces[0]);
        if (serve_path(path, target) != 200) continue;
        cr_assert(is_inside(path), "%s: %s", target, path);
        found++;
    }
    cr_assert(found > 500, "%d", found);
}

Test(serve_range, random_ranges_lie_within_the_file) {
    static const char *const pieces[] = {"bytes=", "-", "0", "1", "7", "12", "18446744073709551615",
                                         ",",      " "};
    lk_random random = lk_random_stream(42, LK_RANDOM_TEST, 2, 0);
    int found = 0;
    for (int i = 0; i < 200000; i++) {
        char field[256] = "bytes=";
        random_text(field + 6, sizeof field - 6, &random, pieces, sizeof pieces / sizeof pieces[0]);
        uint64_t size = lk_random_below(&random, 30), first = 0, length = 0;
        if (serve_range_of(&first, &length, field, size) != SERVE_PART) continue;
        cr_assert(length > 0 && first < size && length <= size - first, "%s of %llu", field,
                  (unsigned long long)size);
        found++;
    }
    cr_assert(found > 500, "%d", found);
}
