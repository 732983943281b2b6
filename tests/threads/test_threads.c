// The pool and the matrix products on it; a plain program, for the thread sanitizer.
#include "likelore/core.h"
#include "matmul.h"
#include "pool.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(bool holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "%s does not hold\n", what);
    exit(1);
}

static lk_context *context_with(int threads, bool deterministic) {
    lk_context *context;
    lk_options options = {.threads = threads, .deterministic = deterministic};
    expect(lk_context_new(&context, &options) == LK_OK, "making a context");
    return context;
}

// ---- Pool ---------------------------------------------------------------------------------------

enum { MAX_PARTS = 1000 };

typedef struct counts {
    atomic_int done[MAX_PARTS];
    int threads;
    atomic_bool index_out_of_range;
} counts;

static void count_part(void *argument, size_t index) {
    counts *c = argument;
    atomic_fetch_add(&c->done[index], 1);
    int thread = lk_pool_thread_index();
    if (thread < 0 || thread >= c->threads) atomic_store(&c->index_out_of_range, true);
}

static void each_part_is_done_once(int threads, size_t parts, int jobs) {
    lk_context *context = context_with(threads, true);
    static counts c;
    memset(&c, 0, sizeof c);
    c.threads = threads;
    for (int job = 0; job < jobs; job++)
        lk_pool_run(lk_context_pool(context), parts, count_part, &c);
    for (size_t i = 0; i < parts; i++)
        expect(atomic_load(&c.done[i]) == jobs, "each part is done once a job");
    expect(!atomic_load(&c.index_out_of_range), "thread indices are below the number of threads");
    lk_context_free(context);
}

// Plain memory written by one job is read by the next, on whatever thread.
typedef struct relay {
    int values[2][MAX_PARTS];
    int round;
} relay;

static void pass_on(void *argument, size_t index) {
    relay *r = argument;
    int from = r->round % 2;
    r->values[1 - from][index] = r->values[from][MAX_PARTS - 1 - index] + 1;
}

static void jobs_see_what_earlier_jobs_wrote(int threads, int rounds) {
    lk_context *context = context_with(threads, true);
    static relay r;
    memset(&r, 0, sizeof r);
    for (r.round = 0; r.round < rounds; r.round++)
        lk_pool_run(lk_context_pool(context), MAX_PARTS, pass_on, &r);
    for (size_t i = 0; i < MAX_PARTS; i++)
        expect(r.values[rounds % 2][i] == rounds, "jobs see what earlier jobs wrote");
    lk_context_free(context);
}

static void running_allocates_nothing(void) {
    lk_context *context = context_with(3, true);
    static counts c;
    c.threads = 3;
    uint64_t before = lk_context_memory_usage(context).allocations;
    lk_pool_run(lk_context_pool(context), MAX_PARTS, count_part, &c);
    expect(lk_context_memory_usage(context).allocations == before, "running allocates nothing");
    lk_context_free(context);
}

// ---- Matrix products ----------------------------------------------------------------------------

enum { M = 201, N = 333, K = 170 };

static float a[M * K], b[K * N], results[4][M * N];

static void multiply(float *c, int threads, bool deterministic, int kind) {
    lk_context *context = context_with(threads, deterministic);
    bool ta = kind & 1, tb = kind & 2;
    for (int i = 0; i < M * N; i++) c[i] = 1;
    lk_matmul(context, ta, tb, M, N, K, a, ta ? M : K, b, tb ? K : N, c, N, kind & 4);
    lk_context_free(context);
}

static void products_do_not_depend_on_the_threads(bool deterministic) {
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < M * K; i++) a[i] = lk_random_uniform_float(&random) - 0.5f;
    for (int i = 0; i < K * N; i++) b[i] = lk_random_uniform_float(&random) - 0.5f;
    for (int kind = 0; kind < 8; kind++) {
        for (int threads = 1; threads <= 3; threads++)
            multiply(results[threads], threads, deterministic, kind);
        for (int threads = 2; threads <= 3; threads++)
            expect(memcmp(results[1], results[threads], sizeof results[1]) == 0,
                   "products have the same bits on any number of threads");
    }
}

// The product cut into blocks has the bits of the whole one.
static void cutting_changes_nothing_in_reproducible_mode(void) {
    lk_context *context = context_with(2, true);
    const lk_kernels *kernels = lk_context_kernels(context);
    lk_matmul(context, false, false, M, N, K, a, K, b, N, results[0], N, false);
    kernels->gemm(false, false, M, N, K, a, K, b, N, results[1], N, false);
    expect(memcmp(results[0], results[1], sizeof results[0]) == 0, "cutting changes nothing");
    lk_context_free(context);
}

int main(void) {
    for (int threads = 1; threads <= 4; threads++) {
        each_part_is_done_once(threads, 0, 3);
        each_part_is_done_once(threads, 1, 3);
        each_part_is_done_once(threads, 3, 2000);
        each_part_is_done_once(threads, MAX_PARTS, 20);
        jobs_see_what_earlier_jobs_wrote(threads, 50);
    }
    running_allocates_nothing();
    products_do_not_depend_on_the_threads(true);
    products_do_not_depend_on_the_threads(false);
    cutting_changes_nothing_in_reproducible_mode();
    puts("all hold");
    return 0;
}
