#include "tokenizer/pair_queue.h"

enum { CHILDREN = 4 };

void lk_pair_queue_release(lk_pair_queue *queue) {
    lk_free(queue->context, queue->heap);
    queue->heap = NULL;
    queue->count = queue->capacity = 0;
}

static inline bool goes_before(const lk_pair_queue *queue, const lk_queued_pair *a,
                               const lk_queued_pair *b) {
    if (a->count != b->count) return a->count > b->count;
    return queue->precedes(queue->user, a, b);
}

static lk_status grow(lk_pair_queue *queue) {
    size_t capacity = queue->capacity ? 2 * queue->capacity : 1024;
    lk_queued_pair *heap = lk_resize(queue->context, queue->heap, capacity, sizeof *heap);
    LK_NEED(heap);
    queue->heap = heap;
    queue->capacity = capacity;
    return LK_OK;
}

lk_status lk_pair_queue_push(lk_pair_queue *queue, lk_queued_pair pair) {
    if (queue->count == queue->capacity) LK_TRY(grow(queue));
    size_t i = queue->count++;
    while (i > 0 && goes_before(queue, &pair, &queue->heap[(i - 1) / CHILDREN])) {
        queue->heap[i] = queue->heap[(i - 1) / CHILDREN];
        i = (i - 1) / CHILDREN;
    }
    queue->heap[i] = pair;
    return LK_OK;
}

// The child that goes before the others; `count` where there is none.
static size_t first_child(const lk_pair_queue *queue, size_t parent) {
    size_t first = CHILDREN * parent + 1, best = first;
    for (size_t i = first + 1; i < first + CHILDREN && i < queue->count; i++)
        if (goes_before(queue, &queue->heap[i], &queue->heap[best])) best = i;
    return best < queue->count ? best : queue->count;
}

lk_queued_pair lk_pair_queue_pop(lk_pair_queue *queue) {
    lk_queued_pair top = queue->heap[0], moved = queue->heap[--queue->count];
    size_t i = 0;
    for (size_t child; (child = first_child(queue, i)) < queue->count; i = child) {
        if (!goes_before(queue, &queue->heap[child], &moved)) break;
        queue->heap[i] = queue->heap[child];
    }
    queue->heap[i] = moved;
    return top;
}
