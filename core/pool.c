// Every thread has a lane: parts of the job that follow each other, which it does first; then it
// helps in the lanes of the others. So the same part of two jobs of like size is mostly done by the
// same thread, in whose caches lies what the first of them wrote, and threads seldom meet in one
// line of the caches.
//
// The parts of a lane are handed out by one atomic word, its ticket: the number of the job in the
// upper half and how many parts are left in the lower half. A thread takes a part by a
// compare-and-swap of the whole word, so one that comes late cannot take a part of a job that is
// over, and the caller never waits for a thread that is asleep: it does the parts itself.
//
// What a lane says of its job is written only while no part of any lane is left, and a successful
// swap proves that the job read was the job whose part was taken.
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

enum { SPINS = 2000 }; // some tens of microseconds before a thread goes to sleep

typedef struct lane {
    _Atomic uint64_t ticket;
    _Atomic(lk_pool_task) task;
    _Atomic(void *) argument;
    _Atomic size_t end;        // of its parts
    char apart[LK_LINE_BYTES]; // from the next lane's line of the caches
} lane;

typedef struct worker {
    lk_pool *pool;
    pthread_t thread;
    int index;
} worker;

struct lk_pool {
    lk_context *context;
    worker *workers;
    lane *lanes;
    int threads; // the caller included
    uint32_t job;
    char before[LK_LINE_BYTES];
    _Atomic size_t unfinished; // parts of the job that are not done
    char behind[LK_LINE_BYTES];
    atomic_int sleepers;
    atomic_bool caller_sleeps;
    atomic_bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t wake; // for the workers: there is a job, or the end
    pthread_cond_t done; // for the caller: the last part is done
};

static uint64_t ticket_of(uint32_t job, uint32_t left) { return (uint64_t)job << 32 | left; }
static uint32_t left_of(uint64_t ticket) { return (uint32_t)ticket; }

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void finish_parts(lk_pool *pool, size_t count) {
    if (count == 0 || atomic_fetch_sub(&pool->unfinished, count) != count) return;
    if (!atomic_load(&pool->caller_sleeps)) return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->mutex);
}

// Does parts of the lane until none is left to take; returns the ticket that told so.
static uint64_t take_parts(lk_pool *pool, lane *from) {
    uint64_t ticket = atomic_load(&from->ticket);
    size_t taken = 0;
    while (left_of(ticket) > 0) {
        lk_pool_task task = atomic_load(&from->task);
        void *argument = atomic_load(&from->argument);
        size_t part = atomic_load(&from->end) - left_of(ticket);
        if (!atomic_compare_exchange_weak(&from->ticket, &ticket, ticket - 1)) continue;
        run_part(task, argument, part);
        taken++;
        ticket = atomic_load(&from->ticket);
    }
    finish_parts(pool, taken);
    return ticket;
}

// The parts of a thread's own lane, then those that are left in others. Returns the last ticket of
// its own.
static uint64_t take_all_parts(lk_pool *pool, int own) {
    uint64_t last = take_parts(pool, &pool->lanes[own]);
    for (int i = 1; i < pool->threads; i++)
        take_parts(pool, &pool->lanes[(own + i) % pool->threads]);
    return last;
}

// Waits for a job after the one of ticket `last`; false at the end of the pool.
static bool await_job(lk_pool *pool, const lane *own, uint64_t last) {
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load(&own->ticket) != last || atomic_load(&pool->stop)) break;
        pause_briefly();
    }
    if (atomic_load(&own->ticket) == last && !atomic_load(&pool->stop)) {
        pthread_mutex_lock(&pool->mutex);
        atomic_fetch_add(&pool->sleepers, 1);
        while (atomic_load(&own->ticket) == last && !atomic_load(&pool->stop))
            pthread_cond_wait(&pool->wake, &pool->mutex);
        atomic_fetch_sub(&pool->sleepers, 1);
        pthread_mutex_unlock(&pool->mutex);
    }
    return !atomic_load(&pool->stop);
}

static void *worker_main(void *argument) {
    worker *self = argument;
    lk_pool *pool = self->pool;
    thread_index = self->index;
    uint64_t last = ticket_of(0, 0);
    while (await_job(pool, &pool->lanes[self->index], last))
        last = take_all_parts(pool, self->index);
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

// The parts from begin to end-1.
static void open_lane(lane *to, uint32_t job, lk_pool_task task, void *argument, size_t begin,
                      size_t end) {
    if (begin == end) return;
    atomic_store_explicit(&to->task, task, memory_order_release);
    atomic_store_explicit(&to->argument, argument, memory_order_release);
    atomic_store_explicit(&to->end, end, memory_order_release);
    atomic_store(&to->ticket, ticket_of(job, (uint32_t)(end - begin)));
}

// The first part of lane i; where there are fewer parts than threads, the caller has one.
static size_t lane_begin(size_t i, size_t count, size_t threads) {
    return (i * count + threads - 1) / threads;
}

void lk_pool_run(lk_pool *pool, size_t count, lk_pool_task task, void *argument) {
    assert((!pool || !inside_task) && "a task must not run the pool");
    if (!pool || pool->threads == 1 || count <= 1 || count > UINT32_MAX) {
        run_alone(count, task, argument);
        return;
    }
    size_t threads = (size_t)pool->threads;
    atomic_store_explicit(&pool->unfinished, count, memory_order_release);
    pool->job++;
    for (size_t i = threads; i-- > 0;)
        open_lane(&pool->lanes[i], pool->job, task, argument, lane_begin(i, count, threads),
                  lane_begin(i + 1, count, threads));
    wake_workers(pool);
    take_all_parts(pool, 0);
    await_parts(pool);
}

static void start_workers(lk_pool *pool, int threads) {
    for (; pool->threads < threads; pool->threads++) {
        worker *next = &pool->workers[pool->threads - 1];
        *next = (worker){.pool = pool, .index = pool->threads};
        if (pthread_create(&next->thread, NULL, worker_main, next) != 0) return;
    }
}

static void free_memory(lk_pool *pool) {
    lk_free(pool->context, pool->lanes);
    lk_free(pool->context, pool->workers);
    lk_free(pool->context, pool);
}

lk_status lk_pool_new(lk_context *context, lk_pool **out, int threads) {
    assert(threads >= 1);
    lk_pool *pool = lk_alloc_zero(context, 1, sizeof *pool);
    LK_NEED(pool);
    pool->context = context;
    pool->workers = lk_alloc_zero(context, (size_t)threads, sizeof *pool->workers);
    pool->lanes = lk_alloc_zero(context, (size_t)threads, sizeof *pool->lanes);
    if (!pool->workers || !pool->lanes) {
        free_memory(pool);
        return LK_ERROR_MEMORY;
    }
    pool->threads = 1;
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
    free_memory(pool);
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
