// What the benchmarks share: the clock, and the end where something fails.
#ifndef BENCH_H
#define BENCH_H

#include "likelore/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double bench_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Seconds of the process on all its threads, and seconds since some time in the past.
static inline double bench_cpu_seconds(void) { return bench_clock(CLOCK_PROCESS_CPUTIME_ID); }
static inline double bench_seconds(void) { return bench_clock(CLOCK_MONOTONIC); }

static inline void bench_need(const lk_context *context, lk_status status) {
    if (status == LK_OK) return;
    fprintf(stderr, "%s\n", lk_context_error(context).message);
    exit(1);
}

#endif
