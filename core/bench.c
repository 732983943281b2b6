#include "likelore/bench.h"

#include "context.h"
#include "kernels/kernels.h"
#include "kernels/peak.h"
#include "matmul.h"
#include "pool.h"

#include <stdlib.h>

#ifdef LK_HAVE_OPENBLAS
#include "kernels/openblas.h"
#endif

// The shortest time of one call.
static double fastest(void (*work)(void *), void *argument, lk_clock *clock, double seconds) {
    double start = clock(), end = start, best = -1;
    do {
        double begin = end;
        work(argument);
        end = clock();
        if (best < 0 || end - begin < best) best = end - begin;
    } while (end - start < seconds);
    return best;
}

static double giga(double count, double seconds) { return seconds > 0 ? count / seconds / 1e9 : 0; }

// ---- Multiplications and additions --------------------------------------------------------------

const char *lk_bench_vectors(void) { return lk_peak_kernels_select()->vectors; }

enum { ROUNDS = 1 << 20 };

static void run_arithmetic_part(void *argument, size_t part) {
    double *operations = argument;
    operations[part] = lk_peak_kernels_select()->multiply_add(ROUNDS);
}

enum { MOST_PARTS = 256 };

typedef struct arithmetic_job {
    lk_pool *pool;
    size_t parts;
    double operations[MOST_PARTS];
} arithmetic_job;

static void run_arithmetic(void *argument) {
    arithmetic_job *job = argument;
    lk_pool_run(job->pool, job->parts, run_arithmetic_part, job->operations);
}

double lk_bench_multiply_add(lk_context *context, lk_clock *clock, double seconds) {
    size_t threads = (size_t)lk_context_threads(context);
    arithmetic_job job = {.pool = lk_context_pool(context),
                          .parts = threads < MOST_PARTS ? threads : MOST_PARTS};
    double best = fastest(run_arithmetic, &job, clock, seconds), operations = 0;
    for (size_t i = 0; i < job.parts; i++) operations += job.operations[i];
    return giga(operations, best);
}

// ---- Memory -------------------------------------------------------------------------------------

enum { TRAFFIC_BYTES = 1 << 28, TRAFFIC_PARTS = 64 };

typedef struct traffic_job {
    lk_context *context;
    lk_traffic traffic;
    float *data;
    float seen[TRAFFIC_PARTS]; // so that what is read is used
} traffic_job;

static void run_traffic_part(void *argument, size_t part) {
    traffic_job *job = argument;
    const lk_peak_kernels *peak = lk_peak_kernels_select();
    size_t count = TRAFFIC_BYTES / TRAFFIC_PARTS / sizeof(float);
    float *data = job->data + part * count;
    if (job->traffic == LK_TRAFFIC_READ) job->seen[part] = peak->read(data, count);
    if (job->traffic == LK_TRAFFIC_WRITE) peak->write(data, count);
    if (job->traffic == LK_TRAFFIC_COPY)
        lk_context_kernels(job->context)->scale(data, data + count / 2, 1, count / 2);
}

static void run_traffic(void *argument) {
    traffic_job *job = argument;
    lk_pool_run(lk_context_pool(job->context), TRAFFIC_PARTS, run_traffic_part, job);
}

lk_status lk_bench_memory(lk_context *context, double *speed, lk_traffic traffic, lk_clock *clock,
                          double seconds) {
    void *block = lk_alloc_zero(context, TRAFFIC_BYTES + LK_LINE_BYTES, 1);
    LK_NEED(block);
    traffic_job job = {.context = context, .traffic = traffic, .data = lk_line_in(block)};
    *speed = giga(TRAFFIC_BYTES, fastest(run_traffic, &job, clock, seconds));
    lk_free(context, block);
    return LK_OK;
}

// ---- Matrix products ----------------------------------------------------------------------------

typedef struct product_job {
    lk_context *context;
    lk_product_shape shape;
    float *a, *b, *c;
} product_job;

static void run_product(void *argument) {
    const product_job *job = argument;
    lk_product_shape s = job->shape;
    lk_matmul(job->context, false, false, s.m, s.n, s.k, job->a, s.k, job->b, s.n, job->c, s.n,
              false);
}

lk_status lk_bench_product(lk_context *context, double *speed, lk_product_shape shape,
                           lk_clock *clock, double seconds) {
    size_t m = shape.m, k = shape.k, n = shape.n;
    size_t bytes = (m * k + k * n + m * n) * sizeof(float);
    void *block = lk_alloc_zero(context, bytes + LK_LINE_BYTES, 1);
    LK_NEED(block);
    float *data = lk_line_in(block);
    product_job job = {context, shape, data, data + m * k, data + m * k + k * n};
    double operations = 2 * (double)m * (double)k * (double)n;
    *speed = giga(operations, fastest(run_product, &job, clock, seconds));
    lk_context_release_scratch(context);
    lk_free(context, block);
    return LK_OK;
}

lk_status lk_bench_ceilings(lk_context *context, lk_ceilings *ceilings, lk_clock *clock,
                            double seconds) {
    lk_ceilings found = {.compute = lk_bench_multiply_add(context, clock, seconds)};
    LK_TRY(lk_bench_memory(context, &found.memory, LK_TRAFFIC_COPY, clock, seconds));
    *ceilings = found;
    return LK_OK;
}

// ---- Kernels of matrix products -----------------------------------------------------------------

const char *lk_backend_name(lk_backend backend) {
    static const char *const names[] = {
#define BACKEND_NAME(CODE, name) name,
        LK_BACKEND_LIST(BACKEND_NAME)
#undef BACKEND_NAME
    };
    return names[backend];
}

#ifdef LK_HAVE_OPENBLAS

bool lk_context_kernels_remark(lk_buffer *out, lk_context *context) {
    bool openblas = strstr(lk_context_kernels_name(context), "openblas");
    const char *core = openblas ? lk_openblas_withheld_core() : NULL;
    if (!core) return false;
    lk_buffer_printf(out,
                     "OPENBLAS_CORETYPE=%s keeps OpenBLAS from the kernels for this processor (%s)",
                     getenv("OPENBLAS_CORETYPE"), core);
    return true;
}

static bool install_openblas(lk_kernels *kernels) { return lk_openblas_install(kernels); }

#else

bool lk_context_kernels_remark(lk_buffer *out, lk_context *context) {
    (void)out;
    (void)context;
    return false;
}

static bool install_openblas(lk_kernels *kernels) {
    (void)kernels;
    return false;
}

#endif

lk_status lk_context_use_backend(lk_context *context, lk_backend backend) {
    lk_kernels kernels;
    lk_kernels_select(&kernels, backend != LK_BACKEND_FAST);
    if (backend == LK_BACKEND_OPENBLAS && !install_openblas(&kernels))
        return lk_fail(context, LK_ERROR_UNSUPPORTED,
                       "OpenBLAS is not on this machine, or gives wrong results on it");
    lk_context_set_kernels(context, &kernels);
    return LK_OK;
}
