// Functions of one variable, in nanoseconds an element on one thread. (Products and memory:
// `likelore bench`.)
#include "bench.h"
#include "kernels/kernels.h"

#include <stdio.h>

enum { ELEMENTS = 4096, REPETITIONS = 50 };

static float x[ELEMENTS], y[ELEMENTS];

static double nanoseconds_of(void (*kernel)(float *, const float *, size_t)) {
    double best = 1e30;
    for (int i = 0; i < REPETITIONS; i++) {
        double begin = bench_seconds();
        kernel(y, x, ELEMENTS);
        double time = bench_seconds() - begin;
        if (time < best) best = time;
    }
    return 1e9 * best / (double)ELEMENTS;
}

int main(void) {
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
    return 0;
}
