// Memory that is given back together. An arena is a chain of blocks; allocating moves a cursor,
// rewinding to a mark moves it back and keeps the blocks, so that work which repeats (a training
// step, a query, a decoded token) allocates nothing once it has run.
//
//     block 0                    block 1
//     [ a | b | c |  free  ]  →  [ d | e |      free      ]  →  NULL
//                                        ^ cursor
#ifndef LK_ARENA_H
#define LK_ARENA_H

#include "context.h"

// Whether a tool looks after each allocation.
#if defined(__SANITIZE_ADDRESS__)
#define LK_ARENA_IS_WATCHED 1
#elif defined(__has_feature)
#define LK_ARENA_IS_WATCHED __has_feature(address_sanitizer)
#else
#define LK_ARENA_IS_WATCHED 0
#endif

// Whether allocations are made where they stand. A page has to load the code: there they are calls.
#if defined(__wasm__)
#define LK_ARENA_IN_LINE 0
#else
#define LK_ARENA_IN_LINE !LK_ARENA_IS_WATCHED
#endif

enum { LK_ARENA_ALIGNMENT = 64 }; // a cache line, and the widest vector register

typedef struct lk_arena_block lk_arena_block;

typedef struct lk_arena {
    lk_context *context;
    lk_arena_block *first;
    lk_arena_block *current; // NULL while nothing was allocated
    uint8_t *next;           // the cursor: where `current` has so many bytes
    size_t left;             // (a multiple of the alignment)
    size_t block_bytes;      // of a new block, unless more is asked for at once
} lk_arena;

typedef struct lk_arena_mark {
    lk_arena_block *block;
    uint8_t *next;
    size_t left;
} lk_arena_mark;

// Takes no memory yet. `block_bytes` 0: blocks of LK_KEPT_BLOCK_BYTES.
lk_arena lk_arena_make(lk_context *context, size_t block_bytes);
void lk_arena_release(lk_arena *arena);

// lk_arena_alloc where the current block may have no room.
void *lk_arena_alloc_anywhere(lk_arena *arena, size_t count, size_t size);

// `count` elements of `size` bytes, aligned to LK_ARENA_ALIGNMENT, not initialised; NULL with the
// failure recorded when there is no memory.
static inline void *lk_arena_alloc(lk_arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (!LK_ARENA_IN_LINE || __builtin_mul_overflow(count, size, &bytes) || bytes >= arena->left)
        return lk_arena_alloc_anywhere(arena, count, size);
    void *result = arena->next;
    bytes = (bytes + (LK_ARENA_ALIGNMENT - 1)) & ~(size_t)(LK_ARENA_ALIGNMENT - 1);
    arena->next += bytes;
    arena->left -= bytes;
    return result;
}

void *lk_arena_alloc_zero(lk_arena *arena, size_t count, size_t size);
char *lk_arena_copy_text(lk_arena *arena, const char *text, size_t length);

// Sees to it that allocations of together so many bytes (each rounded up to LK_ARENA_ALIGNMENT)
// come from one block.
lk_status lk_arena_reserve(lk_arena *arena, size_t bytes);

lk_arena_mark lk_arena_get_mark(const lk_arena *arena);
// Gives back what was allocated since the mark; under AddressSanitizer it becomes untouchable.
void lk_arena_rewind(lk_arena *arena, lk_arena_mark mark);
// Gives back everything.
void lk_arena_reset(lk_arena *arena);
// Bytes of all blocks, in use or not.
size_t lk_arena_capacity(const lk_arena *arena);

#endif
