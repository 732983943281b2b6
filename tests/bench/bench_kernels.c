// Kernels beside the ceilings of this machine, measured in the same run:
//
//     bench_kernels [--quick]
#include "ceilings.h"
#include "context.h"
#include "kernels/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds = 1;

static lk_context *context_with(int threads, bool deterministic) {
    lk_context *context;
    lk_options options = {.threads = threads, .deterministic = deterministic};
    if (lk_context_new(&context, &options) != LK_OK) exit(71);
    return context;
}

static void bench_gemm(lk_context *context, double fma, size_t m, size_t n, size_t k) {
    double speed = ceiling_gemm(context, m, n, k, seconds);
    printf("    %5zu × %4zu × %4zu  %7.1f GFLOP/s", m, n, k, speed);
    if (fma > 0) printf("  %3.0f %% of FMA peak", 100 * speed / fma);
    putchar('\n');
}

static void bench_products(int threads, bool deterministic, double fma) {
    lk_context *context = context_with(threads, deterministic);
    printf("  %s\n", lk_context_kernels_name(context));
    bench_gemm(context, fma, 1024, 1024, 1024);
    bench_gemm(context, fma, 4096, 384, 384);
    bench_gemm(context, fma, 256, 256, 64);
    bench_gemm(context, fma, 1, 1536, 384);
    lk_context_free(context);
}

static void bench_threads(int threads) {
    lk_context *context = context_with(threads, true);
    double fma = ceiling_fma(context, seconds);
    printf("%d thread%s: FMA peak %.1f GFLOP/s, reading memory %.1f GB/s\n", threads,
           threads == 1 ? "" : "s", fma, ceiling_read(context, seconds));
    lk_context_free(context);
    bench_products(threads, false, fma);
    bench_products(threads, true, fma);
}

// ---- Element by element, one thread -------------------------------------------------------------

enum { ELEMENTS = 4096, REPETITIONS = 50 };

static float x[ELEMENTS], y[ELEMENTS];

static double nanoseconds_of(void (*kernel)(float *, const float *, size_t)) {
    double best = 1e30;
    for (int i = 0; i < REPETITIONS; i++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        kernel(y, x, ELEMENTS);
        clock_gettime(CLOCK_MONOTONIC, &end);
        double time =
            1e9 * (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec);
        if (time < best) best = time;
    }
    return best / (double)ELEMENTS;
}

static void bench_unary(void) {
    static const char *const names[] = {
#define UNARY_NAME(CODE, name) #name,
        LK_UNARY_LIST(UNARY_NAME)
#undef UNARY_NAME
    };
    lk_kernels kernels;
    lk_kernels_select(&kernels, true);
    for (int i = 0; i < ELEMENTS; i++) x[i] = 0.001f * (float)(i + 1);
    printf("%s, nanoseconds an element:", kernels.name);
    for (int f = 0; f < LK_UNARY_COUNT; f++)
        printf(" %s %.2f", names[f], nanoseconds_of(kernels.unary[f]));
    putchar('\n');
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--quick") == 0) seconds = 0.02;
    bench_threads(1);
    bench_threads(2);
    bench_unary();
    return 0;
}
