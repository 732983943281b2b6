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
    lk_range ranges[MOST_CHUNKS]; // of each chunk
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
    table_job job = {.y = x, .n = n, .chunk = chunk_size(n)};
    lk_pool_run(worker.pool, chunk_count(&job), clear_chunk, &job);
}

static void measure_chunk(void *argument, size_t index) {
    table_job *job = argument;
    lk_range *range = &job->ranges[index];
    *range = LK_NO_RANGE;
    size_t end = end_of(job, index);
    for (size_t at = index * job->chunk; at < end; at += BLOCK) {
        size_t n = end - at < BLOCK ? end - at : BLOCK;
        if (job->d) job->kernels->divide(job->y + at, job->x + at, job->d + at, n);
        job->kernels->range(range, job->y + at, n);
    }
}

static lk_range measure(lk_table_worker worker, table_job *job) {
    lk_range all = LK_NO_RANGE;
    lk_pool_run(worker.pool, chunk_count(job), measure_chunk, job);
    for (size_t i = 0; i < chunk_count(job); i++) {
        const lk_range *r = &job->ranges[i];
        if (r->largest > all.largest) all.largest = r->largest;
        if (r->smallest < all.smallest) all.smallest = r->smallest;
        all.has_zeros = all.has_zeros || r->has_zeros;
    }
    return all;
}

lk_range lk_table_range(lk_table_worker worker, const double *x, size_t n) {
    table_job job = {.kernels = worker.kernels, .y = (double *)x, .n = n, .chunk = chunk_size(n)};
    return measure(worker, &job);
}

lk_range lk_table_divide(lk_table_worker worker, double *y, const double *x, const double *d,
                         size_t n) {
    table_job job = {
        .kernels = worker.kernels, .y = y, .x = x, .d = d, .n = n, .chunk = chunk_size(n)};
    return measure(worker, &job);
}
