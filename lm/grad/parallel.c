// How ops spread over the threads: always by the size of the problem, so that results do not depend
// on the number of threads.
#include "grad/op.h"

#include "pool.h"

// ---- Ranges -------------------------------------------------------------------------------------

typedef struct range_job {
    size_t count;
    size_t grain;
    lk_range_task task;
    void *argument;
} range_job;

static void run_range(void *argument, size_t index) {
    const range_job *job = argument;
    size_t begin = index * job->grain;
    size_t end = job->count - begin < job->grain ? job->count : begin + job->grain;
    job->task(job->argument, begin, end);
}

void lk_parallel_ranges(const lk_tape *tape, size_t count, size_t grain, lk_range_task task,
                        void *argument) {
    range_job job = {count, grain, task, argument};
    size_t tasks = (count + grain - 1) / grain;
    lk_pool_run(lk_context_pool(tape->context), tasks, run_range, &job);
}

size_t lk_row_grain(size_t columns) {
    return columns < LK_GRAIN ? LK_GRAIN / (columns + 1) + 1 : 1;
}

// ---- Sums of columns ----------------------------------------------------------------------------

typedef struct column_job {
    const lk_kernels *kernels;
    const lk_real *x;
    lk_real *partial; // a row of n for each block
    size_t n;
    lk_range_task make;
    void *argument;
} column_job;

static void sum_block(void *argument, size_t begin, size_t end) {
    const column_job *job = argument;
    lk_real *partial = job->partial + begin / LK_SUM_BLOCK_ROWS * job->n;
    if (job->make) job->make(job->argument, begin * job->n, end * job->n);
    memset(partial, 0, job->n * sizeof *partial);
    job->kernels->accumulate_columns(partial, job->x + begin * job->n, end - begin, job->n);
}

void lk_make_and_sum_columns(lk_tape *tape, lk_tensor *target, const lk_real *x, size_t m, size_t n,
                             lk_range_task make, void *argument) {
    lk_real *sums = lk_gradient_sum(tape, target);
    size_t blocks = (m + LK_SUM_BLOCK_ROWS - 1) / LK_SUM_BLOCK_ROWS;
    lk_real *partial = lk_tape_borrow(tape, blocks * n);
    if (!sums || !partial) return;
    column_job job = {&tape->kernels, x, partial, n, make, argument};
    lk_parallel_ranges(tape, m, LK_SUM_BLOCK_ROWS, sum_block, &job);
    tape->kernels.accumulate_columns(sums, partial, blocks, n);
    lk_tape_give_back(tape, partial);
}

void lk_sum_columns(lk_tape *tape, lk_tensor *target, const lk_real *x, size_t m, size_t n) {
    lk_make_and_sum_columns(tape, target, x, m, n, NULL, NULL);
}

// ---- Matrix products ----------------------------------------------------------------------------

void lk_tape_gemm(const lk_tape *tape, bool transpose_a, bool transpose_b, size_t m, size_t n,
                  size_t k, const lk_real *a, size_t lda, const lk_real *b, size_t ldb, lk_real *c,
                  size_t ldc, bool accumulate) {
#ifdef LK_REAL_IS_DOUBLE
    tape->kernels.gemm(transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
#else
    lk_matmul(tape->context, transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
#endif
}

void lk_tape_gemm_then(const lk_tape *tape, size_t m, size_t n, size_t k, const lk_real *a,
                       const lk_real *b, lk_real *c, const lk_epilogue *epilogue) {
#ifdef LK_REAL_IS_DOUBLE
    tape->kernels.gemm(false, false, m, n, k, a, k, b, n, c, n, false);
    if (epilogue) epilogue->run(epilogue->argument, 0, m, 0, n);
#else
    lk_matmul_then(tape->context, false, false, m, n, k, a, k, b, n, c, n, false, epilogue);
#endif
}
