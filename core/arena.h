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

enum { LK_ARENA_ALIGNMENT = 64 }; // a cache line, and the widest vector register

typedef struct lk_arena_block lk_arena_block;

typedef struct lk_arena {
    lk_context *context;
    lk_arena_block *first;
    lk_arena_block *current; // NULL while nothing was allocated
    size_t used;             // bytes of `current`
    size_t block_bytes;      // of a new block, unless more is asked for at once
} lk_arena;

typedef struct lk_arena_mark {
    lk_arena_block *block;
    size_t used;
} lk_arena_mark;

// Takes no memory yet. `block_bytes` 0: blocks of LK_KEPT_BLOCK_BYTES.
lk_arena lk_arena_make(lk_context *context, size_t block_bytes);
void lk_arena_release(lk_arena *arena);

// `count` elements of `size` bytes, aligned to LK_ARENA_ALIGNMENT, not initialised; NULL with the
// failure recorded when there is no memory.
void *lk_arena_alloc(lk_arena *arena, size_t count, size_t size);
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

#endif
