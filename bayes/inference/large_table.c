#include "inference/large_table.h"

#include <string.h>

enum {
    CHUNK = 1 << 14, // cells that are worth a thread's attention
    BLOCK = 1 << 10, // cells that stay in the nearest cache from one pass to the next
    MOST_CHUNKS = 64
};

typedef struct table_job {
    const lk_table_kernels *kernels;
    double *y;
    const double *x, *d; // d NULL: nothing is divided
    size_t n, chunk;
    lk_range *ranges; // of each chunk
} table_job;

static size_t chunk_size(size_t n) {
    size_t least = (n + MOST_CHUNKS - 1) / MOST_CHUNKS;
    return least > CHUNK ? least : CHUNK;
}

static size_t chunk_count(const table_job *job) { return (job->n + job->chunk - 1) / job->chunk; }

static size_t end_of(const table_job *job, size_t index) {
    size_t end = (index + 1) * job->chunk;
    return end < job->n ? end : job->n;
}

static void clear_chunk(void *argument, size_t index) {
    const table_job *job = argument;
    size_t start = index * job->chunk;
    memset(job->y + start, 0, (end_of(job, index) - start) * sizeof *job->y);
}

void lk_table_clear(lk_table_worker worker, double *x, size_t n) {
    if (n <= CHUNK) {
        memset(x, 0, n * sizeof *x);
        return;
    }
    table_job job = {.y = x, .n = n, .chunk = chunk_size(n)};
    lk_pool_run(worker.pool, chunk_count(&job), clear_chunk, &job);
}

// Block by block, so that what was divided is still at hand when it is measured.
static void measure_cells(lk_range *range, const table_job *job, size_t start, size_t end) {
    for (size_t at = start; at < end; at += BLOCK) {
        size_t n = end - at < BLOCK ? end - at : BLOCK;
        if (job->d) job->kernels->divide(job->y + at, job->x + at, job->d + at, n);
        job->kernels->range(range, job->y + at, n);
    }
}

static void measure_chunk(void *argument, size_t index) {
    const table_job *job = argument;
    job->ranges[index] = LK_NO_RANGE;
    measure_cells(&job->ranges[index], job, index * job->chunk, end_of(job, index));
}

static void widen(lk_range *range, const lk_range *other) {
    if (other->largest > range->largest) range->largest = other->largest;
    if (other->smallest < range->smallest) range->smallest = other->smallest;
    range->has_zeros = range->has_zeros || other->has_zeros;
}

static lk_range measure(lk_table_worker worker, table_job *job) {
    lk_range all = LK_NO_RANGE, ranges[MOST_CHUNKS];
    if (job->n <= CHUNK) {
        measure_cells(&all, job, 0, job->n);
        return all;
    }
    job->ranges = ranges;
    lk_pool_run(worker.pool, chunk_count(job), measure_chunk, job);
    for (size_t i = 0; i < chunk_count(job); i++) widen(&all, &ranges[i]);
    return all;
}

lk_range lk_table_range(lk_table_worker worker, const double *x, size_t n) {
    // Nothing is written where nothing is divided.
    table_job job = {.kernels = worker.kernels, .y = (double *)x, .n = n, .chunk = chunk_size(n)};
    return measure(worker, &job);
}

lk_range lk_table_divide(lk_table_worker worker, double *y, const double *x, const double *d,
                         size_t n) {
    table_job job = {
        .kernels = worker.kernels, .y = y, .x = x, .d = d, .n = n, .chunk = chunk_size(n)};
    return measure(worker, &job);
}
