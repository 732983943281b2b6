// The pairs that may merge next, the most frequent first.
#ifndef LK_PAIR_QUEUE_H
#define LK_PAIR_QUEUE_H

#include "context.h"

typedef struct lk_queued_pair {
    uint64_t count;
    uint32_t left, right;
} lk_queued_pair;

// Whether `a` goes before `b`, which is as frequent.
typedef bool lk_pair_precedes(const void *user, const lk_queued_pair *a, const lk_queued_pair *b);

typedef struct lk_pair_queue {
    lk_context *context;
    lk_queued_pair *heap; // each has four children, and goes before them
    size_t count, capacity;
    lk_pair_precedes *precedes;
    const void *user;
} lk_pair_queue;

void lk_pair_queue_release(lk_pair_queue *queue);
lk_status lk_pair_queue_push(lk_pair_queue *queue, lk_queued_pair pair);
// Takes out the first pair; the queue is not empty.
lk_queued_pair lk_pair_queue_pop(lk_pair_queue *queue);

#endif
