#include "ceilings.h"

#include "context.h"
#include "kernels/kernels.h"
#include "matmul.h"
#include "pool.h"

#include <time.h>

double fma_peak_run_avx2(size_t rounds);
double fma_peak_run_avx512(size_t rounds);

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// The shortest time of one call, over calls that last `seconds` together.
static double fastest(void (*work)(void *), void *argument, double seconds) {
    double best = 1e30, start = now();
    do {
        double begin = now();
        work(argument);
        double time = now() - begin;
        if (time < best) best = time;
    } while (now() - start < seconds);
    return best;
}

// ---- Fused multiply-add -------------------------------------------------------------------------

enum { FMA_ROUNDS = 2000000 };

typedef double fma_run(size_t rounds);

static fma_run *widest_fma(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return fma_peak_run_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return fma_peak_run_avx2;
#endif
    return NULL;
}

typedef struct fma_job {
    lk_context *context;
    fma_run *run;
} fma_job;

static void run_fma_part(void *argument, size_t part) {
    (void)part;
    const fma_job *job = argument;
    job->run(FMA_ROUNDS);
}

static void run_fma(void *argument) {
    fma_job *job = argument;
    lk_pool_run(lk_context_pool(job->context), (size_t)lk_context_threads(job->context),
                run_fma_part, job);
}

double ceiling_fma(lk_context *context, double seconds) {
    fma_job job = {context, widest_fma()};
    if (!job.run) return 0;
    double operations = job.run(FMA_ROUNDS) * lk_context_threads(context);
    return operations / fastest(run_fma, &job, seconds) * 1e-9;
}

// ---- Matrix product -----------------------------------------------------------------------------

typedef struct gemm_job {
    lk_context *context;
    size_t m, n, k;
    float *a, *b, *c;
} gemm_job;

static void run_gemm(void *argument) {
    const gemm_job *j = argument;
    lk_matmul(j->context, false, false, j->m, j->n, j->k, j->a, j->k, j->b, j->n, j->c, j->n,
              false);
}

double ceiling_gemm(lk_context *context, size_t m, size_t n, size_t k, double seconds) {
    gemm_job job = {context,
                    m,
                    n,
                    k,
                    lk_alloc_zero(context, m * k, sizeof(float)),
                    lk_alloc_zero(context, k * n, sizeof(float)),
                    lk_alloc_zero(context, m * n, sizeof(float))};
    double speed = 0;
    if (job.a && job.b && job.c) {
        double operations = 2.0 * (double)m * (double)n * (double)k;
        speed = operations / fastest(run_gemm, &job, seconds) * 1e-9;
    }
    lk_free(context, job.a);
    lk_free(context, job.b);
    lk_free(context, job.c);
    return speed;
}

// ---- Memory -------------------------------------------------------------------------------------

enum { READ_BYTES = 1 << 28, READ_PARTS = 64 };

typedef struct read_job {
    lk_context *context;
    float *data;
    double sums[READ_PARTS];
} read_job;

static void run_read_part(void *argument, size_t part) {
    read_job *job = argument;
    size_t count = READ_BYTES / READ_PARTS / sizeof(float);
    job->sums[part] = lk_context_kernels(job->context)->sum(job->data + part * count, count);
}

static void run_read(void *argument) {
    read_job *job = argument;
    lk_pool_run(lk_context_pool(job->context), READ_PARTS, run_read_part, job);
}

double ceiling_read(lk_context *context, double seconds) {
    read_job job = {.context = context, .data = lk_alloc_zero(context, READ_BYTES, 1)};
    if (!job.data) return 0;
    double speed = (double)READ_BYTES / fastest(run_read, &job, seconds) * 1e-9;
    lk_free(context, job.data);
    return speed;
}
