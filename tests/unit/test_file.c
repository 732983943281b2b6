#include "directory.h"
#include "test_context.h"
#include "test_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

TestSuite(file, .init = enter_fresh_directory, .fini = leave_fresh_directory);

static void put(lk_context *context, const char *path, const char *text) {
    cr_assert(lk_file_write(context, path, text, strlen(text), true) == LK_OK, "%s",
              lk_context_error(context).message);
}

static void expect_content(lk_context *context, const char *path, const char *text) {
    lk_file *file = NULL;
    cr_assert(lk_file_open(context, &file, path) == LK_OK, "%s", lk_context_error(context).message);
    cr_assert(lk_file_length(file) == strlen(text));
    cr_assert(memcmp(lk_file_bytes(file), text, strlen(text)) == 0);
    cr_assert(strcmp(lk_file_path(file), path) == 0);
    lk_file_free(file);
}

static size_t count_names(lk_context *context) {
    lk_directory *list = NULL;
    cr_assert(lk_directory_list(context, &list, ".") == LK_OK);
    size_t count = lk_directory_count(list);
    lk_directory_free(list);
    return count;
}

// ---- Reading ------------------------------------------------------------------------------------

Test(file, what_was_written_is_read) {
    lk_context *context = make_context();
    put(context, "a", "some text");
    expect_content(context, "a", "some text");
    put(context, "empty", "");
    expect_content(context, "empty", "");
    lk_file_free(NULL);
    free_context(context);
}

Test(file, a_missing_file_is_no_input) {
    lk_context *context = make_context();
    lk_file *file = NULL;
    expect_failure(context, lk_file_open(context, &file, "absent"), LK_ERROR_NO_INPUT,
                   "no such file");
    cr_assert(strcmp(lk_context_error(context).location.file, "absent") == 0 && !file);
    expect_failure(context, lk_file_open(context, &file, ""), LK_ERROR_NO_INPUT, "no such file");
    put(context, "file", "x");
    expect_failure(context, lk_file_open(context, &file, "file/below"), LK_ERROR_NO_INPUT,
                   "no such");
    free_context(context);
}

Test(file, a_directory_cannot_be_read) {
    lk_context *context = make_context();
    lk_file *file = NULL;
    expect_failure(context, lk_file_open(context, &file, "."), LK_ERROR_IO, "directory");
    free_context(context);
}

Test(file, a_pipe_is_read_to_its_end) {
    lk_context *context = make_context();
    int ends[2];
    cr_assert(pipe(ends) == 0);
    cr_assert(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    char bytes[40000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 13);
    cr_assert(write(ends[1], bytes, sizeof bytes) == sizeof bytes);
    close(ends[1]);
    lk_file *file = NULL;
    cr_assert(lk_file_open(context, &file, "-") == LK_OK);
    cr_assert(lk_file_length(file) == sizeof bytes);
    cr_assert(memcmp(lk_file_bytes(file), bytes, sizeof bytes) == 0);
    lk_file_free(file);
    free_context(context);
}

Test(file, files_that_do_not_tell_their_size_are_read) {
    lk_context *context = make_context();
    lk_file *file = NULL;
    cr_assert(lk_file_open(context, &file, "/proc/self/status") == LK_OK);
    cr_assert(lk_file_length(file) > 100);
    cr_assert(memcmp(lk_file_bytes(file), "Name:", 5) == 0);
    lk_file_free(file);
    free_context(context);
}

Test(file, opening_fails_cleanly_at_every_allocation) {
    lk_context *context = make_context();
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        lk_file *file = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = lk_file_open(context, &file, "/proc/self/status");
        lk_context_fail_allocation(context, 0);
        lk_file_free(file);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
        if (status == LK_OK) {
            cr_assert(k > 3);
            break;
        }
        cr_assert(status == LK_ERROR_MEMORY);
    }
    free_context(context);
}

// ---- Writing ------------------------------------------------------------------------------------

Test(file, an_existing_file_is_replaced_only_when_asked) {
    lk_context *context = make_context();
    put(context, "a", "old");
    lk_status status = lk_file_write(context, "a", "new", 3, false);
    expect_failure(context, status, LK_ERROR_CREATE, "exists");
    expect_content(context, "a", "old");
    put(context, "a", "new");
    expect_content(context, "a", "new");
    cr_assert(lk_file_write(context, "b", "first", 5, false) == LK_OK);
    expect_content(context, "b", "first");
    cr_assert(count_names(context) == 2, "no temporary file is left");
    free_context(context);
}

Test(file, the_old_file_stays_when_writing_fails) {
    lk_context *context = make_context();
    put(context, "a", "old content");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, limit;
    cr_assert(getrlimit(RLIMIT_FSIZE, &old) == 0);
    limit = old;
    limit.rlim_cur = 1000;
    cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    char *large = calloc(1, 5000);
    lk_status status = lk_file_write(context, "a", large, 5000, true);
    cr_assert(setrlimit(RLIMIT_FSIZE, &old) == 0);
    free(large);
    expect_failure(context, status, LK_ERROR_IO, "cannot be written");
    expect_content(context, "a", "old content");
    cr_assert(count_names(context) == 1, "no temporary file is left");
    free_context(context);
}

Test(file, what_cannot_be_made_is_told) {
    lk_context *context = make_context();
    lk_status status = lk_file_write(context, "absent/a", "x", 1, true);
    expect_failure(context, status, LK_ERROR_CREATE, "No such file");
    cr_assert(strcmp(lk_context_error(context).location.file, "absent/a") == 0);
    cr_assert(mkdir("directory", 0777) == 0);
    cr_assert(lk_file_write(context, "directory", "x", 1, true) == LK_ERROR_CREATE);
    cr_assert(lk_file_write(context, "directory", "x", 1, false) == LK_ERROR_CREATE);
    cr_assert(lk_file_write(context, "", "x", 1, true) == LK_ERROR_CREATE);
    cr_assert(count_names(context) == 1);
    free_context(context);
}

Test(file, a_symbolic_link_is_replaced_and_its_target_untouched) {
    lk_context *context = make_context();
    put(context, "target", "precious");
    cr_assert(symlink("target", "link") == 0 && symlink("nowhere", "dangling") == 0);
    cr_assert(lk_file_write(context, "link", "x", 1, false) == LK_ERROR_CREATE);
    cr_assert(lk_file_write(context, "dangling", "x", 1, false) == LK_ERROR_CREATE);
    put(context, "link", "new");
    put(context, "dangling", "new too");
    expect_content(context, "target", "precious");
    expect_content(context, "link", "new");
    cr_assert(lk_path_get_kind("nowhere") == LK_PATH_NONE);
    struct stat status;
    cr_assert(lstat("link", &status) == 0 && S_ISREG(status.st_mode));
    free_context(context);
}

Test(file, a_file_in_the_place_of_the_temporary_one_is_left_alone) {
    lk_context *context = make_context();
    char name[64];
    snprintf(name, sizeof name, "a.%ld-0.tmp", (long)getpid());
    put(context, "precious", "precious");
    cr_assert(symlink("precious", name) == 0);
    put(context, "a", "new");
    expect_content(context, "a", "new");
    expect_content(context, "precious", "precious");
    cr_assert(lk_path_get_kind(name) == LK_PATH_FILE, "the link is still there");
    free_context(context);
}

Test(file, devices_are_written_to_and_not_replaced) {
    lk_context *context = make_context();
    cr_assert(lk_file_write(context, "/dev/null", "x", 1, false) == LK_OK);
    cr_assert(lk_path_get_kind("/dev/null") == LK_PATH_OTHER);
    lk_status status = lk_file_write(context, "/dev/full", "x", 1, true);
    expect_failure(context, status, LK_ERROR_IO, "cannot be written");
    free_context(context);
}

Test(file, new_files_have_the_usual_permissions) {
    lk_context *context = make_context();
    umask(027);
    put(context, "a", "x");
    struct stat status;
    cr_assert(stat("a", &status) == 0 && (status.st_mode & 0777) == 0640);
    free_context(context);
}

Test(file, writing_fails_cleanly_at_every_allocation) {
    lk_context *context = make_context();
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        lk_context_fail_allocation(context, k);
        lk_status status = lk_file_write(context, "a", "x", 1, true);
        lk_context_fail_allocation(context, 0);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
        if (status == LK_OK) {
            cr_assert(k > 1);
            break;
        }
        cr_assert(status == LK_ERROR_MEMORY);
        cr_assert(count_names(context) == 0);
    }
    free_context(context);
}
