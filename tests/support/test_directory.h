// A fresh directory for a test, the current one until it is left.
#ifndef LK_TEST_DIRECTORY_H
#define LK_TEST_DIRECTORY_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void enter_fresh_directory(void) {
    char path[] = "/tmp/likelore-test-XXXXXX";
    cr_assert(mkdtemp(path) && chdir(path) == 0);
}

// Removes the current directory, which must be one of enter_fresh_directory's.
static inline void leave_fresh_directory(void) {
    char path[4096], command[4200];
    cr_assert(getcwd(path, sizeof path));
    cr_assert(strncmp(path, "/tmp/likelore-test-", strlen("/tmp/likelore-test-")) == 0);
    snprintf(command, sizeof command, "rm -rf -- '%s'", path);
    cr_assert(chdir("/") == 0 && system(command) == 0);
}

#endif
