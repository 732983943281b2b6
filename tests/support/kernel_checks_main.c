// The kernel checks as a program, for targets without a test framework: exits 0 when all hold.
#include "kernel_checks.h"

#include <stdio.h>

static int check(const lk_kernels *kernels) {
    kernel_checks checks = check_kernels(kernels, 0);
    uint64_t digest = digest_of_kernels(kernels);
    printf("%s: %d checks, %d failed%s%s, digest %016llx%s\n", kernels->name, checks.done,
           checks.failed, checks.failed ? ": " : "", checks.message, (unsigned long long)digest,
           digest == EXPECTED_KERNELS_DIGEST ? "" : ", which is wrong");
    return checks.failed != 0 || digest != EXPECTED_KERNELS_DIGEST;
}

int main(void) {
    lk_kernels kernels;
    lk_kernels_reference(&kernels);
    int failed = check(&kernels);
    lk_kernels_select(&kernels, true);
    failed |= check(&kernels);
    uint64_t digest = digest_of_mathfn();
    printf("functions: digest %016llx%s\n", (unsigned long long)digest,
           digest == EXPECTED_MATHFN_DIGEST ? "" : ", which is wrong");
    return failed || digest != EXPECTED_MATHFN_DIGEST;
}
