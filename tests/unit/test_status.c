#include "likelore/core.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

static const lk_status all[] = {
#define CODE(code, name, text, exit) code,
    LK_STATUS_LIST(CODE)
#undef CODE
};
enum { COUNT = sizeof all / sizeof all[0] };

static bool is_name(const char *name) {
    for (const char *at = name; *at; at++)
        if (!islower((unsigned char)*at) && *at != '-') return false;
    return *name != 0;
}

Test(status, every_status_has_a_name_of_its_own_and_a_text) {
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert(is_name(lk_status_name(all[i])), "%s", lk_status_name(all[i]));
        cr_assert(strlen(lk_status_text(all[i])) > 0);
        for (size_t j = 0; j < i; j++)
            cr_assert(strcmp(lk_status_name(all[i]), lk_status_name(all[j])) != 0);
    }
}

Test(status, only_success_exits_with_zero) {
    for (size_t i = 0; i < COUNT; i++)
        cr_assert((lk_status_exit_code(all[i]) == 0) == (all[i] == LK_OK), "%s",
                  lk_status_name(all[i]));
}

Test(status, exit_codes_are_those_of_the_manual) {
    cr_assert(lk_status_exit_code(LK_ERROR_USAGE) == 2);
    cr_assert(lk_status_exit_code(LK_ERROR_UNKNOWN_NAME) == 2);
    cr_assert(lk_status_exit_code(LK_ERROR_SYNTAX) == 65);
    cr_assert(lk_status_exit_code(LK_ERROR_DATA) == 65);
    cr_assert(lk_status_exit_code(LK_ERROR_IMPOSSIBLE) == 65);
    cr_assert(lk_status_exit_code(LK_ERROR_NO_INPUT) == 66);
    cr_assert(lk_status_exit_code(LK_ERROR_INTERNAL) == 70);
    cr_assert(lk_status_exit_code(LK_ERROR_LIMIT) == 71);
    cr_assert(lk_status_exit_code(LK_ERROR_MEMORY) == 71);
    cr_assert(lk_status_exit_code(LK_ERROR_CREATE) == 73);
    cr_assert(lk_status_exit_code(LK_ERROR_IO) == 74);
    cr_assert(lk_status_exit_code(LK_ERROR_INTERRUPTED) == 130);
}

Test(status, a_number_that_is_no_status_counts_as_internal) {
    cr_assert(strcmp(lk_status_name((lk_status)9999), "internal") == 0);
    cr_assert(lk_status_exit_code((lk_status)-1) == 70);
}
