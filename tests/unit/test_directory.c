#include "directory.h"

#include "test_context.h"
#include "test_directory.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

TestSuite(directory, .init = enter_fresh_directory, .fini = leave_fresh_directory);

static void put(lk_context *context, const char *path, const char *text) {
    cr_assert(lk_file_write(context, path, text, strlen(text), true) == LK_OK, "%s",
              lk_context_error(context).message);
}

static void expect_names(lk_context *context, const char *path, const char *expected) {
    lk_directory *list = NULL;
    char names[400] = "";
    cr_assert(lk_directory_list(context, &list, path) == LK_OK, "%s",
              lk_context_error(context).message);
    for (size_t i = 0; i < lk_directory_count(list); i++) {
        strcat(names, lk_directory_name_at(list, i));
        strcat(names, " ");
    }
    cr_assert(strcmp(names, expected) == 0, "%s", names);
    lk_directory_free(list);
}

// ---- Paths --------------------------------------------------------------------------------------

Test(directory, paths_are_joined_with_one_slash) {
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    static const char *const cases[][3] = {
        {"run", "latest", "run/latest"},
        {"run/", "latest", "run/latest"},
        {"", "latest", "latest"},
        {"/", "latest", "/latest"},
        {".", "a", "./a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert(lk_path_join(&out, cases[i][0], cases[i][1]) == LK_OK);
        cr_assert(strcmp(out.data, cases[i][2]) == 0, "%s", out.data);
    }
    lk_buffer_free(&out);
    free_context(context);
}

Test(directory, the_parent_is_what_holds_the_name) {
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    static const char *const cases[][2] = {
        {"a", "."}, {"a/b", "a"}, {"a/b/", "a"}, {"/a", "/"},
        {"/", "/"}, {"", "."},    {"a//b", "a"}, {"../x/y.json", "../x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert(lk_path_parent(&out, cases[i][0]) == LK_OK);
        cr_assert(strcmp(out.data, cases[i][1]) == 0, "%s: %s", cases[i][0], out.data);
    }
    lk_buffer_free(&out);
    free_context(context);
}

Test(directory, kinds_of_paths_are_told_apart) {
    lk_context *context = make_context();
    put(context, "file", "x");
    cr_assert(symlink("file", "link") == 0);
    cr_assert(lk_path_get_kind("file") == LK_PATH_FILE);
    cr_assert(lk_path_get_kind("link") == LK_PATH_FILE);
    cr_assert(lk_path_get_kind(".") == LK_PATH_DIRECTORY);
    cr_assert(lk_path_get_kind("/dev/null") == LK_PATH_OTHER);
    cr_assert(lk_path_get_kind("absent") == LK_PATH_NONE);
    free_context(context);
}

// ---- Making and listing -------------------------------------------------------------------------

Test(directory, a_path_of_directories_is_made_where_it_is_missing) {
    lk_context *context = make_context();
    cr_assert(lk_directory_make_all(context, "a/b//c/") == LK_OK);
    cr_assert(lk_directory_make_all(context, "a/b/d") == LK_OK);
    cr_assert(lk_directory_make_all(context, "a") == LK_OK);
    cr_assert(lk_directory_make_all(context, "/") == LK_OK);
    expect_names(context, "a/b", "c d ");
    put(context, "a/file", "x");
    expect_failure(context, lk_directory_make_all(context, "a/file/x"), LK_ERROR_CREATE, "made");
    expect_failure(context, lk_directory_make_all(context, "a/file"), LK_ERROR_CREATE, "made");
    expect_failure(context, lk_directory_make_all(context, ""), LK_ERROR_CREATE, "made");
    free_context(context);
}

Test(directory, names_are_listed_in_order) {
    lk_context *context = make_context();
    expect_names(context, ".", "");
    for (int i = 20; i > 0; i -= 3) {
        char name[20];
        snprintf(name, sizeof name, "step-%02d", i);
        put(context, name, "x");
    }
    put(context, ".hidden", "x");
    expect_names(context, ".", ".hidden step-02 step-05 step-08 step-11 step-14 step-17 step-20 ");
    free_context(context);
}

Test(directory, what_cannot_be_listed_is_told) {
    lk_context *context = make_context();
    lk_directory *list = NULL;
    expect_failure(context, lk_directory_list(context, &list, "absent"), LK_ERROR_NO_INPUT, "read");
    put(context, "file", "x");
    expect_failure(context, lk_directory_list(context, &list, "file"), LK_ERROR_NO_INPUT, "read");
    cr_assert(list == NULL);
    lk_directory_free(NULL);
    free_context(context);
}

Test(directory, listing_fails_cleanly_at_every_allocation) {
    lk_context *context = make_context();
    put(context, "a", "x");
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1; k <= 3; k++) {
        lk_directory *list = NULL;
        lk_context_fail_allocation(context, k);
        expect_failure(context, lk_directory_list(context, &list, "."), LK_ERROR_MEMORY, "memory");
        cr_assert(lk_context_memory_usage(context).live_bytes == live && !list);
    }
    free_context(context);
}

// ---- Publishing ---------------------------------------------------------------------------------

// Makes a temporary sibling of `path` with one file.
static lk_buffer make_filled(lk_context *context, const char *path, const char *file) {
    lk_buffer name = lk_buffer_make(context), inside = lk_buffer_make(context);
    cr_assert(lk_directory_make_temporary(context, &name, path) == LK_OK);
    cr_assert(lk_path_join(&inside, name.data, file) == LK_OK);
    put(context, inside.data, "content");
    lk_buffer_free(&inside);
    return name;
}

Test(directory, a_complete_directory_appears_at_once) {
    lk_context *context = make_context();
    lk_buffer temporary = make_filled(context, "step-1/", "model");
    cr_assert(lk_path_get_kind("step-1") == LK_PATH_NONE);
    cr_assert(lk_directory_publish(context, temporary.data, "step-1", false) == LK_OK);
    expect_names(context, ".", "step-1 ");
    expect_names(context, "step-1", "model ");
    lk_buffer_free(&temporary);
    free_context(context);
}

Test(directory, two_temporary_directories_have_different_names) {
    lk_context *context = make_context();
    lk_buffer first = make_filled(context, "x", "a"), second = make_filled(context, "x", "b");
    cr_assert(strcmp(first.data, second.data) != 0);
    lk_buffer_free(&first);
    lk_buffer_free(&second);
    free_context(context);
}

Test(directory, an_existing_directory_is_replaced_only_when_asked) {
    lk_context *context = make_context();
    lk_buffer old = make_filled(context, "step", "old");
    cr_assert(lk_directory_publish(context, old.data, "step", true) == LK_OK);
    lk_buffer new = make_filled(context, "step", "new");
    lk_status status = lk_directory_publish(context, new.data, "step", false);
    expect_failure(context, status, LK_ERROR_CREATE, "File exists");
    expect_names(context, "step", "old ");
    expect_names(context, new.data, "new ");
    cr_assert(lk_directory_publish(context, new.data, "step", true) == LK_OK);
    expect_names(context, "step", "new ");
    expect_names(context, ".", "step ");
    lk_buffer_free(&old);
    lk_buffer_free(&new);
    free_context(context);
}

Test(directory, an_empty_directory_counts_as_existing) {
    lk_context *context = make_context();
    cr_assert(lk_directory_make_all(context, "step") == LK_OK);
    lk_buffer temporary = make_filled(context, "step", "new");
    cr_assert(lk_directory_publish(context, temporary.data, "step", false) == LK_ERROR_CREATE);
    expect_names(context, "step", "");
    lk_buffer_free(&temporary);
    free_context(context);
}

Test(directory, syncing_a_directory_that_is_absent_fails) {
    lk_context *context = make_context();
    cr_assert(lk_directory_sync(context, ".") == LK_OK);
    expect_failure(context, lk_directory_sync(context, "absent"), LK_ERROR_IO, "synced");
    free_context(context);
}

// ---- Removing -----------------------------------------------------------------------------------

Test(directory, a_tree_is_removed_with_all_in_it) {
    lk_context *context = make_context();
    cr_assert(lk_directory_make_all(context, "tree/a/b") == LK_OK);
    put(context, "tree/1", "x");
    put(context, "tree/a/2", "x");
    put(context, "tree/a/b/3", "x");
    cr_assert(lk_directory_remove_tree(context, "tree") == LK_OK);
    expect_names(context, ".", "");
    free_context(context);
}

Test(directory, removing_follows_no_symbolic_link) {
    lk_context *context = make_context();
    cr_assert(lk_directory_make_all(context, "precious") == LK_OK);
    put(context, "precious/file", "x");
    cr_assert(lk_directory_make_all(context, "tree") == LK_OK);
    cr_assert(symlink("../precious", "tree/link") == 0 && symlink("precious", "top") == 0);
    cr_assert(lk_directory_remove_tree(context, "tree") == LK_OK);
    cr_assert(lk_directory_remove_tree(context, "top") == LK_ERROR_IO);
    expect_names(context, "precious", "file ");
    free_context(context);
}

Test(directory, removing_what_is_absent_is_told) {
    lk_context *context = make_context();
    expect_failure(context, lk_directory_remove_tree(context, "absent"), LK_ERROR_NO_INPUT,
                   "No such file");
    put(context, "file", "x");
    cr_assert(lk_directory_remove_tree(context, "file") == LK_ERROR_IO);
    cr_assert(lk_path_get_kind("file") == LK_PATH_FILE);
    free_context(context);
}
