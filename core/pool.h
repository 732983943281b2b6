// The worker threads of a context.
#ifndef LK_POOL_H
#define LK_POOL_H

#include "context.h"

// Does the part `index` of a job. Called on several threads at once.
typedef void (*lk_pool_task)(void *argument, size_t index);

// A pool of `threads` threads, the caller's included, so that 1 starts none. In builds without
// threads it always has one.
lk_status lk_pool_new(lk_context *context, lk_pool **pool, int threads);
void lk_pool_free(lk_pool *pool);
int lk_pool_threads(const lk_pool *pool);

// Calls task(argument, i) for every i below `count`, in any order, on all threads, and returns when
// all are done. Split work by the size of the problem, never by the number of threads: then results
// do not depend on it. Allocates nothing. A task must not allocate, fail, or run the pool. Without
// a pool (NULL) the calling thread, which may be in a task, does all.
void lk_pool_run(lk_pool *pool, size_t count, lk_pool_task task, void *argument);

// Index of the calling thread within its pool, 0 … threads-1, for per-thread scratch memory; valid
// within a task.
int lk_pool_thread_index(void);

#endif
