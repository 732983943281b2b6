// How OpenBLAS is loaded. Criterion runs each test in a process of its own, so that each loads it
// anew.
#include "likelore/core.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char name[64];

// The kernels that a new context uses.
static const char *kernels_of(bool deterministic) {
    lk_context *context;
    lk_options options = {.threads = 1, .deterministic = deterministic};
    setenv("LIKELORE_KERNELS", "openblas", 1);
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    strcpy(name, lk_context_kernels_name(context));
    lk_context_free(context);
    return name;
}

static void need_openblas(void) {
    if (strncmp(name, "openblas", strlen("openblas")) != 0)
        cr_skip("OpenBLAS is not used here: %s", name);
}

Test(openblas, is_not_used_in_reproducible_mode) {
    cr_assert(strncmp(kernels_of(true), "reference", strlen("reference")) == 0);
}

Test(openblas, leaves_the_environment_as_it_was) {
    setenv("OPENBLAS_NUM_THREADS", "7", 1);
    unsetenv("OMP_NUM_THREADS");
    unsetenv("OPENBLAS_CORETYPE");
    kernels_of(false);
    need_openblas();
    cr_assert(strcmp(getenv("OPENBLAS_NUM_THREADS"), "7") == 0);
    cr_assert(getenv("OMP_NUM_THREADS") == NULL);
    cr_assert(getenv("OPENBLAS_CORETYPE") == NULL);
}

Test(openblas, keeps_the_core_that_the_user_has_set) {
    setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
    kernels_of(false);
    need_openblas();
    cr_assert(strstr(name, "Nehalem"), "the kernels are %s", name);
    cr_assert(strcmp(getenv("OPENBLAS_CORETYPE"), "Nehalem") == 0);
}

Test(openblas, runs_on_the_vectors_of_this_processor) {
    unsetenv("OPENBLAS_CORETYPE");
    kernels_of(false);
    need_openblas();
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl"))
        cr_assert(!strstr(name, "Prescott") && !strstr(name, "Haswell"), "%s", name);
    if (__builtin_cpu_supports("avx2"))
        cr_assert(!strstr(name, "Prescott") && !strstr(name, "Nehalem"), "%s", name);
#endif
}
