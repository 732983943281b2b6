// Parts of a job are handed out by one atomic word, the ticket: the number of the job in its upper
// half and the next part in its lower half. A thread takes a part by a compare-and-swap of the
// whole word, so one that comes late cannot take a part of a job that is over, and the caller
// never waits for a thread that is asleep: it does the parts itself.
//
// Between jobs the lower half is NO_PART. The fields of a job are written only then, and a
// successful swap proves that the job read was the job whose part was taken: a thread that reads a
// field of the next job sees NO_PART too, because that was written before.
#include "pool.h"

#include <assert.h>
#include <stdatomic.h>

#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
#define HAVE_THREADS 1
#include <pthread.h>
#else
#define HAVE_THREADS 0
#endif

static _Thread_local int thread_index;
static _Thread_local bool inside_task;

static void run_part(lk_pool_task task, void *argument, size_t index) {
    inside_task = true;
    task(argument, index);
    inside_task = false;
}

static void run_alone(size_t count, lk_pool_task task, void *argument) {
    bool was_inside = inside_task;
    for (size_t i = 0; i < count; i++) run_part(task, argument, i);
    inside_task = was_inside;
}

int lk_pool_thread_index(void) { return thread_index; }

#if HAVE_THREADS

#define NO_PART UINT32_MAX
enum { SPINS = 2000 }; // some tens of microseconds before a thread goes to sleep

typedef struct worker {
    lk_pool *pool;
    pthread_t thread;
    int index;
} worker;

struct lk_pool {
    lk_context *context;
    worker *workers;
    int threads;                // the caller included
    char before[LK_LINE_BYTES]; // the job has a line of the caches for itself
    _Atomic uint64_t ticket;
    _Atomic(lk_pool_task) task;
    _Atomic(void *) argument;
    _Atomic uint32_t count;
    _Atomic uint32_t unfinished; // parts of the job that are not done
    char behind[LK_LINE_BYTES];
    atomic_int sleepers;
    atomic_bool caller_sleeps;
    atomic_bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t wake; // for the workers: there is a job, or the end
    pthread_cond_t done; // for the caller: the last part is done
};

static uint64_t ticket_of(uint32_t job, uint32_t part) { return (uint64_t)job << 32 | part; }
static uint32_t job_of(uint64_t ticket) { return (uint32_t)(ticket >> 32); }
static uint32_t part_of(uint64_t ticket) { return (uint32_t)ticket; }

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void finish_part(lk_pool *pool) {
    if (atomic_fetch_sub(&pool->unfinished, 1) != 1) return;
    if (!atomic_load(&pool->caller_sleeps)) return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->mutex);
}

// Does parts of the current job until none is left to take; returns the ticket that told so.
static uint64_t take_parts(lk_pool *pool) {
    uint64_t ticket = atomic_load(&pool->ticket);
    for (;;) {
        lk_pool_task task = atomic_load(&pool->task);
        void *argument = atomic_load(&pool->argument);
        uint32_t part = part_of(ticket);
        if (part == NO_PART || part >= atomic_load(&pool->count)) return ticket;
        if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket + 1)) continue;
        run_part(task, argument, part);
        finish_part(pool);
        ticket = atomic_load(&pool->ticket);
    }
}

// Waits for a job after `last`; false at the end of the pool.
static bool await_job(lk_pool *pool, uint64_t last) {
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load(&pool->ticket) != last || atomic_load(&pool->stop)) break;
        pause_briefly();
    }
    if (atomic_load(&pool->ticket) == last && !atomic_load(&pool->stop)) {
        pthread_mutex_lock(&pool->mutex);
        atomic_fetch_add(&pool->sleepers, 1);
        while (atomic_load(&pool->ticket) == last && !atomic_load(&pool->stop))
            pthread_cond_wait(&pool->wake, &pool->mutex);
        atomic_fetch_sub(&pool->sleepers, 1);
        pthread_mutex_unlock(&pool->mutex);
    }
    return !atomic_load(&pool->stop);
}

static void *worker_main(void *argument) {
    worker *self = argument;
    thread_index = self->index;
    uint64_t last = ticket_of(0, NO_PART);
    while (await_job(self->pool, last)) last = take_parts(self->pool);
    return NULL;
}

static void wake_workers(lk_pool *pool) {
    if (atomic_load(&pool->sleepers) == 0) return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

static void await_parts(lk_pool *pool) {
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load(&pool->unfinished) == 0) return;
        pause_briefly();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->caller_sleeps, true);
    while (atomic_load(&pool->unfinished) != 0) pthread_cond_wait(&pool->done, &pool->mutex);
    atomic_store(&pool->caller_sleeps, false);
    pthread_mutex_unlock(&pool->mutex);
}

void lk_pool_run(lk_pool *pool, size_t count, lk_pool_task task, void *argument) {
    assert((!pool || !inside_task) && "a task must not run the pool");
    if (!pool || pool->threads == 1 || count <= 1 || count >= NO_PART) {
        run_alone(count, task, argument);
        return;
    }
    atomic_store_explicit(&pool->task, task, memory_order_release);
    atomic_store_explicit(&pool->argument, argument, memory_order_release);
    atomic_store_explicit(&pool->count, (uint32_t)count, memory_order_release);
    atomic_store_explicit(&pool->unfinished, (uint32_t)count, memory_order_release);
    uint32_t job = job_of(atomic_load(&pool->ticket)) + 1;
    atomic_store(&pool->ticket, ticket_of(job, 0));
    wake_workers(pool);
    take_parts(pool);
    await_parts(pool);
    atomic_store_explicit(&pool->ticket, ticket_of(job, NO_PART), memory_order_release);
}

static void start_workers(lk_pool *pool, int threads) {
    for (; pool->threads < threads; pool->threads++) {
        worker *next = &pool->workers[pool->threads - 1];
        *next = (worker){.pool = pool, .index = pool->threads};
        if (pthread_create(&next->thread, NULL, worker_main, next) != 0) return;
    }
}

lk_status lk_pool_new(lk_context *context, lk_pool **out, int threads) {
    assert(threads >= 1);
    lk_pool *pool = lk_alloc_zero(context, 1, sizeof *pool);
    LK_NEED(pool);
    pool->workers = lk_alloc_zero(context, (size_t)threads, sizeof *pool->workers);
    if (!pool->workers) {
        lk_free(context, pool);
        return LK_ERROR_MEMORY;
    }
    pool->context = context;
    pool->threads = 1;
    atomic_store(&pool->ticket, ticket_of(0, NO_PART));
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    start_workers(pool, threads);
    *out = pool;
    return LK_OK;
}

void lk_pool_free(lk_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stop, true);
    wake_workers(pool);
    for (int i = 0; i < pool->threads - 1; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    lk_free(pool->context, pool->workers);
    lk_free(pool->context, pool);
}

int lk_pool_threads(const lk_pool *pool) { return pool->threads; }

#else // builds without threads

struct lk_pool {
    lk_context *context;
};

lk_status lk_pool_new(lk_context *context, lk_pool **out, int threads) {
    (void)threads;
    lk_pool *pool = lk_alloc_zero(context, 1, sizeof *pool);
    LK_NEED(pool);
    pool->context = context;
    *out = pool;
    return LK_OK;
}

void lk_pool_free(lk_pool *pool) {
    if (pool) lk_free(pool->context, pool);
}

void lk_pool_run(lk_pool *pool, size_t count, lk_pool_task task, void *argument) {
    (void)pool;
    assert((!pool || !inside_task) && "a task must not run the pool");
    run_alone(count, task, argument);
}

int lk_pool_threads(const lk_pool *pool) {
    (void)pool;
    return 1;
}

#endif
