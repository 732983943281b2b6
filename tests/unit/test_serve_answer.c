// Answers to requests, from a directory with everything that could be in one.
#include "serve_answer.h"

#include "test_directory.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void put(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void make_site(void) {
    enter_fresh_directory();
    static const char *const folders[] = {"site", "site/assets", "site/likelore", "package"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        cr_assert(mkdir(folders[i], 0777) == 0);
    put("site/index.html", "the index");
    put("site/assets/a-12345678.js", "hashed");
    put("site/likelore/index.js", "of the site");
    put("package/index.js", "of the package");
    put("package/a-12345678.js", "of the package");
    put("secret", "secret");
}

TestSuite(serve_answer, .init = make_site, .fini = leave_fresh_directory);

static const serve_site plain_site = {.directory = "site"};
static const serve_site page_site = {.directory = "site", .package = "package", .is_page = true};

static const char *field_of(const serve_answer *answer, const char *name) {
    for (size_t i = 0; i < answer->field_count; i++)
        if (strcmp(answer->fields[i].name, name) == 0) return answer->fields[i].value;
    return NULL;
}

// The fields of each answer differ from another, and isolate.
static void check_fields(const serve_answer *answer) {
    cr_assert(strcmp(field_of(answer, "Cross-Origin-Embedder-Policy"), "require-corp") == 0);
    cr_assert(field_of(answer, "Cache-Control"));
    cr_assert(answer->field_count <= SERVE_MOST_FIELDS);
    for (size_t i = 0; i < answer->field_count; i++)
        cr_assert(field_of(answer, answer->fields[i].name) == answer->fields[i].value, "%s twice",
                  answer->fields[i].name);
}

// Asks and closes the file; what it holds is compared with `text`, unless that is NULL.
static void expect_answer(const serve_site *site, serve_request request, unsigned status,
                          const char *text) {
    serve_answer answer;
    char bytes[100] = "";
    request.host = "localhost";
    if (!request.method) request.method = "GET";
    serve_request_answer(&answer, site, &request);
    cr_assert(answer.status == status, "%s: %u", request.target, answer.status);
    check_fields(&answer);
    if (answer.file >= 0) {
        cr_assert(pread(answer.file, bytes, answer.length, (off_t)answer.first) ==
                  (ssize_t)answer.length);
        close(answer.file);
    }
    if (text) cr_assert(strcmp(bytes, text) == 0, "%s", bytes);
}

Test(serve_answer, files_are_found_by_their_address) {
    expect_answer(&plain_site, (serve_request){.target = "/"}, 200, "the index");
    expect_answer(&plain_site, (serve_request){.target = "/likelore/index.js"}, 200, "of the site");
    expect_answer(&plain_site, (serve_request){.target = "/nothing"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/index.html/x"}, 404, "");
}

Test(serve_answer, the_package_is_below_its_own_address) {
    expect_answer(&page_site, (serve_request){.target = "/likelore/index.js"}, 200,
                  "of the package");
    expect_answer(&page_site, (serve_request){.target = "/likelore/../secret"}, 404, "");
    expect_answer(&page_site, (serve_request){.target = "/likelore/"}, 404, "");
    expect_answer(&page_site, (serve_request){.target = "/likelorex/index.js"}, 404, "");
}

static void expect_cache(const serve_site *site, const char *target, const char *expected) {
    serve_answer answer;
    serve_request request = {.method = "GET", .target = target, .host = "localhost"};
    serve_request_answer(&answer, site, &request);
    cr_assert(answer.status == 200);
    close(answer.file);
    cr_assert(strstr(field_of(&answer, "Cache-Control"), expected), "%s", target);
}

Test(serve_answer, only_hashed_files_of_the_built_page_are_immutable) {
    expect_cache(&page_site, "/assets/a-12345678.js", "immutable");
    expect_cache(&page_site, "/index.html", "no-cache");
    expect_cache(&page_site, "/likelore/a-12345678.js", "no-cache");
    expect_cache(&plain_site, "/assets/a-12345678.js", "no-cache");
}

Test(serve_answer, links_are_not_followed_except_the_directory_itself) {
    cr_assert(symlink("../secret", "site/file") == 0 && symlink("..", "site/up") == 0 &&
              symlink("assets", "site/inside") == 0 && symlink("site", "other") == 0);
    expect_answer(&plain_site, (serve_request){.target = "/file"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/up/secret"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/up/"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/inside/a-12345678.js"}, 404, "");
    expect_answer(&(serve_site){.directory = "other"}, (serve_request){.target = "/"}, 200,
                  "the index");
}

static void make_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    cr_assert(made >= 0 && bind(made, (struct sockaddr *)&address, sizeof address) == 0);
    close(made);
}

Test(serve_answer, only_regular_files_are_given) {
    cr_assert(mkfifo("site/pipe", 0666) == 0);
    make_socket("site/socket");
    expect_answer(&plain_site, (serve_request){.target = "/pipe"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/socket"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/assets"}, 404, "");
    expect_answer(&plain_site, (serve_request){.target = "/assets/"}, 404, "");
}

Test(serve_answer, ranges_and_tags_work_together) {
    serve_answer answer;
    serve_request request = {.method = "GET", .target = "/", .host = "localhost"};
    serve_request_answer(&answer, &plain_site, &request);
    close(answer.file);
    const char *tag = answer.tag;
    expect_answer(&plain_site, (serve_request){.target = "/", .range = "bytes=4-8"}, 206, "index");
    expect_answer(&plain_site, (serve_request){.target = "/", .range = "bytes=9-"}, 416, "");
    expect_answer(&plain_site, (serve_request){.target = "/", .if_none_match = tag}, 304, "");
    expect_answer(&plain_site,
                  (serve_request){.target = "/", .if_none_match = tag, .range = "bytes=9-"}, 304,
                  "");
    expect_answer(&plain_site,
                  (serve_request){.target = "/", .if_range = tag, .range = "bytes=0-2"}, 206,
                  "the");
    expect_answer(&plain_site,
                  (serve_request){.target = "/", .if_range = "\"x\"", .range = "bytes=0-2"}, 200,
                  "the index");
    expect_answer(&plain_site,
                  (serve_request){.method = "HEAD", .target = "/", .range = "bytes=0-2"}, 200,
                  NULL);
}

Test(serve_answer, a_file_that_changes_has_another_tag) {
    serve_answer first, second;
    serve_request request = {.method = "HEAD", .target = "/", .host = "localhost"};
    serve_request_answer(&first, &plain_site, &request);
    put("new", "the index");
    cr_assert(rename("new", "site/index.html") == 0);
    serve_request_answer(&second, &plain_site, &request);
    cr_assert(strcmp(first.tag, second.tag) != 0);
    close(first.file);
    close(second.file);
}

Test(serve_answer, the_host_and_the_method_come_first) {
    serve_answer answer;
    serve_request request = {.method = "GET", .target = "/", .host = NULL};
    serve_request_answer(&answer, &plain_site, &request);
    cr_assert(answer.status == 421 && answer.file < 0);
    request = (serve_request){.method = "POST", .target = "/%", .host = "localhost"};
    serve_request_answer(&answer, &plain_site, &request);
    cr_assert(answer.status == 405 && strcmp(field_of(&answer, "Allow"), "GET, HEAD") == 0);
}
