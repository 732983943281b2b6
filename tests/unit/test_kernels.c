#include "kernel_checks.h"
#include "mathfn.h"

#include <criterion/criterion.h>
#include <math.h>

static void expect_all(const lk_kernels *kernels, double tolerance) {
    kernel_checks checks = check_kernels(kernels, tolerance);
    cr_assert(checks.done > 500, "only %d checks were done", checks.done);
    cr_assert(checks.failed == 0, "%s: %d of %d checks failed: %s", kernels->name, checks.failed,
              checks.done, checks.message);
}

Test(kernels, baseline_agrees_with_the_naive_versions_bit_for_bit) {
    lk_kernels kernels;
    lk_kernels_reference(&kernels);
    expect_all(&kernels, 0);
    uint64_t digest = digest_of_kernels(&kernels);
    cr_assert(digest == EXPECTED_KERNELS_DIGEST, "digest %016llx", (unsigned long long)digest);
}

#if defined(__x86_64__)

void lk_kernels_reference_avx2(lk_kernels *kernels);
void lk_kernels_reference_avx512(lk_kernels *kernels);
void lk_kernels_install_fused_avx2(lk_kernels *kernels);
void lk_kernels_install_fused_avx512(lk_kernels *kernels);

Test(kernels, avx2_gives_the_bits_of_the_baseline) {
    if (!__builtin_cpu_supports("avx2")) cr_skip("this processor has no AVX2");
    lk_kernels kernels;
    lk_kernels_reference_avx2(&kernels);
    expect_all(&kernels, 0);
    cr_assert(digest_of_kernels(&kernels) == EXPECTED_KERNELS_DIGEST);
}

Test(kernels, avx512_gives_the_bits_of_the_baseline) {
    if (!__builtin_cpu_supports("avx512vl")) cr_skip("this processor has no AVX-512");
    lk_kernels kernels;
    lk_kernels_reference_avx512(&kernels);
    expect_all(&kernels, 0);
    cr_assert(digest_of_kernels(&kernels) == EXPECTED_KERNELS_DIGEST);
}

Test(kernels, fused_avx2_agrees_within_rounding) {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        cr_skip("this processor has no AVX2 with FMA");
    lk_kernels kernels;
    lk_kernels_reference_avx2(&kernels);
    lk_kernels_install_fused_avx2(&kernels);
    expect_all(&kernels, 1e-6);
}

Test(kernels, fused_avx512_agrees_within_rounding) {
    if (!__builtin_cpu_supports("avx512vl")) cr_skip("this processor has no AVX-512");
    lk_kernels kernels;
    lk_kernels_reference_avx512(&kernels);
    lk_kernels_install_fused_avx512(&kernels);
    expect_all(&kernels, 1e-6);
}

#endif

// ---- The choice ---------------------------------------------------------------------------------

#if defined(__x86_64__)

static void expect_chosen(const char *variable, bool deterministic, const char *name) {
    lk_kernels kernels;
    if (variable) setenv("LIKELORE_KERNELS", variable, 1);
    lk_kernels_select(&kernels, deterministic);
    cr_assert(strcmp(kernels.name, name) == 0, "'%s' instead of '%s'", kernels.name, name);
}

Test(kernels, the_environment_holds_the_choice_down) {
    if (!__builtin_cpu_supports("avx512vl")) cr_skip("this processor has no AVX-512");
    unsetenv("LIKELORE_KERNELS");
    expect_chosen(NULL, false, "fused avx512");
    expect_chosen("avx512", true, "reference avx512");
    expect_chosen("avx2", false, "fused avx2");
    expect_chosen("avx2", true, "reference avx2");
    expect_chosen("sse2", false, "reference");
    expect_chosen("sse2", true, "reference");
    cr_assert(strstr(lk_table_kernels_select()->name, "avx") == NULL);
    cr_assert(strstr(lk_byte_kernels_select()->name, "avx") == NULL);
}

#endif

Test(kernels, those_of_reproducible_mode_give_its_bits) {
    lk_kernels kernels;
    lk_kernels_select(&kernels, true);
    expect_all(&kernels, 0);
    cr_assert(digest_of_kernels(&kernels) == EXPECTED_KERNELS_DIGEST);
}

Test(kernels, those_of_fast_mode_agree_within_rounding) {
    lk_kernels kernels;
    lk_kernels_select(&kernels, false);
    expect_all(&kernels, 1e-6);
}

Test(mathfn, gives_the_same_bits_on_every_compiler_and_target) {
    uint64_t digest = digest_of_mathfn();
    cr_assert(digest == EXPECTED_MATHFN_DIGEST, "digest %016llx", (unsigned long long)digest);
}
