// Speeds by a clock that goes on by one second each time it is read.
#include "context.h"
#include "kernels/kernels.h"
#include "likelore/bench.h"
#include "matmul.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static double seconds_so_far;
static double tick(void) { return seconds_so_far++; }

static lk_context *context_with(int threads) {
    lk_context *context;
    cr_assert(lk_context_new(&context, &(lk_options){.threads = threads}) == LK_OK);
    return context;
}

Test(bench, multiplies_and_adds_on_every_thread) {
    lk_context *one = context_with(1), *three = context_with(3);
    double speed = lk_bench_multiply_add(one, tick, 0);
    cr_assert(speed > 0);
    cr_assert_float_eq(lk_bench_multiply_add(three, tick, 0), 3 * speed, 1e-12);
    lk_context_free(one);
    lk_context_free(three);
}

Test(bench, counts_two_operations_for_each_term_of_a_product) {
    lk_context *context = context_with(2);
    double speed;
    cr_assert(lk_bench_product(context, &speed, (lk_product_shape){20, 30, 50}, tick, 0) == LK_OK);
    cr_assert_float_eq(speed, 2 * 20 * 30 * 50 / 1e9, 1e-15);
    lk_context_free(context);
}

Test(bench, goes_through_memory_that_no_cache_holds) {
    lk_context *context = context_with(2);
    for (int traffic = 0; traffic < LK_TRAFFIC_COUNT; traffic++) {
        double speed;
        cr_assert(lk_bench_memory(context, &speed, (lk_traffic)traffic, tick, 0) == LK_OK);
        cr_assert_float_eq(speed, (double)(1 << 28) / 1e9, 1e-12);
    }
    lk_context_free(context);
}

Test(bench, repeats_for_as_long_as_it_is_told) {
    lk_context *context = context_with(1);
    double speed;
    seconds_so_far = 0;
    cr_assert(lk_bench_product(context, &speed, (lk_product_shape){1, 1, 1}, tick, 5) == LK_OK);
    cr_assert(seconds_so_far == 6); // the clock is read before the first and after each
    lk_context_free(context);
}

Test(bench, fails_without_memory) {
    lk_context *context = context_with(1);
    double speed = -1;
    lk_context_fail_allocation(context, 1);
    cr_assert(lk_bench_memory(context, &speed, LK_TRAFFIC_READ, tick, 0) == LK_ERROR_MEMORY);
    lk_context_fail_allocation(context, 1);
    cr_assert(lk_bench_product(context, &speed, (lk_product_shape){4, 4, 4}, tick, 0) ==
              LK_ERROR_MEMORY);
    lk_ceilings ceilings = {-1, -1};
    lk_context_fail_allocation(context, 1);
    cr_assert(lk_bench_ceilings(context, &ceilings, tick, 0) == LK_ERROR_MEMORY);
    cr_assert(speed == -1 && ceilings.compute == -1);
    lk_context_free(context);
}

// ---- Kernels ------------------------------------------------------------------------------------

Test(bench, multiplies_with_the_kernels_that_are_named) {
    float a[6] = {1, 2, 3, 4, 5, 6}, c[4];
    for (int backend = 0; backend < LK_BACKEND_COUNT; backend++) {
        lk_context *context = context_with(1);
        lk_status status = lk_context_use_backend(context, (lk_backend)backend);
        if (status != LK_OK) {
            cr_assert(status == LK_ERROR_UNSUPPORTED && backend == LK_BACKEND_OPENBLAS);
        } else {
            const char *name = lk_context_kernels_name(context);
            if (backend != LK_BACKEND_FAST)
                cr_assert(strstr(name, lk_backend_name((lk_backend)backend)), "%s", name);
            lk_matmul(context, false, true, 2, 2, 3, a, 3, a, 3, c, 2, false);
            cr_assert(c[0] == 14 && c[1] == 32 && c[2] == 32 && c[3] == 77);
        }
        lk_context_free(context);
    }
}

// Only where OpenBLAS runs and the processor has more than the core that is asked for.
Test(bench, says_what_the_environment_holds_back) {
    setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
    lk_context *context = context_with(1);
    lk_buffer remark = lk_buffer_make(context);
    bool openblas = lk_context_use_backend(context, LK_BACKEND_OPENBLAS) == LK_OK;
#if defined(__x86_64__)
    if (openblas && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        cr_assert(lk_context_kernels_remark(&remark, context));
        cr_assert(strstr(lk_buffer_text(&remark), "OPENBLAS_CORETYPE=Nehalem"));
    }
#endif
    (void)openblas;
    lk_buffer_clear(&remark);
    cr_assert(lk_context_use_backend(context, LK_BACKEND_REFERENCE) == LK_OK);
    cr_assert(!lk_context_kernels_remark(&remark, context));
    cr_assert(remark.length == 0);
    lk_buffer_free(&remark);
    lk_context_free(context);
}

Test(bench, has_nothing_to_say_of_an_environment_that_sets_nothing) {
    unsetenv("OPENBLAS_CORETYPE");
    lk_context *context = context_with(1);
    lk_buffer remark = lk_buffer_make(context);
    cr_assert(!lk_context_kernels_remark(&remark, context));
    lk_buffer_free(&remark);
    lk_context_free(context);
}
