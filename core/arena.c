#include "arena.h"

#if LK_ARENA_IS_WATCHED
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = LK_ARENA_ALIGNMENT };
#define POISON(pointer, bytes) ASAN_POISON_MEMORY_REGION(pointer, bytes)
#define UNPOISON(pointer, bytes) ASAN_UNPOISON_MEMORY_REGION(pointer, bytes)
#else
enum { RED_ZONE = 0 };
#define POISON(pointer, bytes) ((void)0)
#define UNPOISON(pointer, bytes) ((void)0)
#endif

struct lk_arena_block {
    lk_arena_block *next;
    uint8_t *bytes; // the aligned part that is handed out
    size_t capacity;
};

enum {
    HEADER_BYTES = sizeof(lk_arena_block) + LK_ARENA_ALIGNMENT,
    MOST_OVERHEAD = 2 * LK_ARENA_ALIGNMENT + HEADER_BYTES + 64 // of one allocation
};

lk_arena lk_arena_make(lk_context *context, size_t block_bytes) {
    if (block_bytes == 0) block_bytes = LK_KEPT_BLOCK_BYTES - HEADER_BYTES;
    return (lk_arena){.context = context, .block_bytes = block_bytes};
}

void lk_arena_release(lk_arena *arena) {
    for (lk_arena_block *block = arena->first; block;) {
        lk_arena_block *next = block->next;
        UNPOISON(block->bytes, block->capacity);
        lk_free(arena->context, block);
        block = next;
    }
    arena->first = NULL;
    lk_arena_reset(arena);
}

static size_t align_down(size_t bytes) { return bytes & ~(size_t)(LK_ARENA_ALIGNMENT - 1); }
static size_t align_up(size_t bytes) { return align_down(bytes + (LK_ARENA_ALIGNMENT - 1)); }

// Inserts a block of at least `bytes` behind the current one.
static lk_arena_block *add_block(lk_arena *arena, size_t bytes) {
    size_t capacity = bytes > arena->block_bytes ? bytes : arena->block_bytes;
    lk_arena_block *block = lk_alloc(arena->context, HEADER_BYTES + capacity, 1);
    if (!block) return NULL;
    uint8_t *start = (uint8_t *)(block + 1);
    block->bytes = start + (align_up((uintptr_t)start) - (uintptr_t)start);
    block->capacity = capacity;
    lk_arena_block **link = arena->current ? &arena->current->next : &arena->first;
    block->next = *link;
    *link = block;
    POISON(block->bytes, capacity);
    return block;
}

// The next block of the chain that can hold `bytes`. One that cannot is put behind a new one, where
// smaller requests will find it.
static lk_arena_block *next_block(lk_arena *arena, size_t bytes) {
    lk_arena_block *next = arena->current ? arena->current->next : arena->first;
    return next && next->capacity >= bytes ? next : add_block(arena, bytes);
}

static lk_status enter_next_block(lk_arena *arena, size_t bytes) {
    lk_arena_block *block = next_block(arena, bytes);
    LK_NEED(block);
    arena->current = block;
    arena->next = block->bytes;
    arena->left = align_down(block->capacity);
    return LK_OK;
}

void *lk_arena_alloc_anywhere(lk_arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - MOST_OVERHEAD) {
        lk_fail(arena->context, LK_ERROR_MEMORY, "out of memory: %zu elements of %zu bytes", count,
                size);
        return NULL;
    }
    bytes = align_up(bytes) + RED_ZONE;
    if (!arena->current || bytes > arena->left)
        if (enter_next_block(arena, bytes) != LK_OK) return NULL;
    void *result = arena->next;
    arena->next += bytes;
    arena->left -= bytes;
    UNPOISON(result, count * size);
    return result;
}

lk_status lk_arena_reserve(lk_arena *arena, size_t bytes) {
    if (bytes <= arena->left || bytes <= arena->block_bytes) return LK_OK;
    if (bytes > SIZE_MAX - MOST_OVERHEAD)
        return lk_fail(arena->context, LK_ERROR_MEMORY, "out of memory: %zu bytes", bytes);
    LK_NEED(next_block(arena, bytes));
    return LK_OK;
}

void *lk_arena_alloc_zero(lk_arena *arena, size_t count, size_t size) {
    void *result = lk_arena_alloc(arena, count, size);
    if (result) memset(result, 0, count * size);
    return result;
}

char *lk_arena_copy_text(lk_arena *arena, const char *text, size_t length) {
    char *copy = lk_arena_alloc(arena, length + 1, 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

lk_arena_mark lk_arena_get_mark(const lk_arena *arena) {
    return (lk_arena_mark){arena->current, arena->next, arena->left};
}

void lk_arena_rewind(lk_arena *arena, lk_arena_mark mark) {
#if LK_ARENA_IS_WATCHED
    lk_arena_block *block = mark.block ? mark.block->next : arena->first;
    for (; block; block = block->next) POISON(block->bytes, block->capacity);
    if (mark.block) POISON(mark.next, mark.left);
#endif
    arena->current = mark.block;
    arena->next = mark.next;
    arena->left = mark.left;
}

void lk_arena_reset(lk_arena *arena) { lk_arena_rewind(arena, (lk_arena_mark){0}); }

size_t lk_arena_capacity(const lk_arena *arena) {
    size_t bytes = 0;
    for (const lk_arena_block *block = arena->first; block; block = block->next)
        bytes += block->capacity;
    return bytes;
}
