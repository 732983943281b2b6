#include "arena.h"
#include "test_context.h"

Test(arena, takes_no_memory_before_it_is_used) {
    lk_context *context = make_context();
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    lk_arena arena = lk_arena_make(context, 0);
    cr_assert(lk_context_memory_usage(context).live_bytes == live);
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, pieces_are_aligned_and_do_not_overlap) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 4096);
    enum { PIECES = 300 };
    uint8_t *pieces[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = lk_arena_alloc(&arena, i, 3);
        cr_assert(pieces[i] && (uintptr_t)pieces[i] % LK_ARENA_ALIGNMENT == 0);
        memset(pieces[i], (int)i, 3 * i);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < 3 * i; j++) cr_assert(pieces[i][j] == (uint8_t)i);
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, a_piece_larger_than_a_block_gets_one_of_its_own) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 100);
    uint8_t *small = lk_arena_alloc(&arena, 10, 1);
    uint8_t *large = lk_arena_alloc_zero(&arena, 100000, 1);
    memset(small, 1, 10);
    for (size_t i = 0; i < 100000; i++) cr_assert(large[i] == 0);
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, rewinding_gives_the_same_memory_again) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 1024);
    char *kept = lk_arena_copy_text(&arena, "kept text", 4);
    lk_arena_mark mark = lk_arena_get_mark(&arena);
    void *first = lk_arena_alloc(&arena, 100, 1);
    for (int i = 0; i < 50; i++) cr_assert(lk_arena_alloc(&arena, 500, 1));
    lk_arena_rewind(&arena, mark);
    cr_assert(lk_arena_alloc(&arena, 100, 1) == first);
    cr_assert(strcmp(kept, "kept") == 0, "what is older than the mark stays");
    lk_arena_release(&arena);
    free_context(context);
}

static void work(lk_arena *arena) {
    lk_arena_reset(arena);
    for (size_t i = 1; i < 200; i++) {
        lk_arena_mark mark = lk_arena_get_mark(arena);
        cr_assert(lk_arena_alloc(arena, i * i % 977, 8));
        if (i % 3 == 0) lk_arena_rewind(arena, mark);
    }
}

Test(arena, work_that_repeats_allocates_nothing_after_the_first_time) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 2000);
    work(&arena);
    lk_memory_usage warm = lk_context_memory_usage(context);
    for (int round = 0; round < 10; round++) work(&arena);
    lk_memory_usage after = lk_context_memory_usage(context);
    cr_assert(after.allocations == warm.allocations);
    cr_assert(after.live_bytes == warm.live_bytes);
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, what_was_reserved_comes_from_one_block) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 1024);
    cr_assert(lk_arena_alloc(&arena, 1000, 1));
    cr_assert(lk_arena_reserve(&arena, 40 * 512) == LK_OK);
    uint64_t allocations = lk_context_memory_usage(context).allocations;
    for (size_t i = 0; i < 40; i++) cr_assert(lk_arena_alloc(&arena, 512 - 64, 1));
    cr_assert(lk_context_memory_usage(context).allocations == allocations);
    cr_assert(lk_arena_reserve(&arena, SIZE_MAX - 10) == LK_ERROR_MEMORY);
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, sizes_that_overflow_are_refused) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 0);
    cr_assert(!lk_arena_alloc(&arena, SIZE_MAX, 1));
    cr_assert(!lk_arena_alloc(&arena, SIZE_MAX - 64, 1));
    cr_assert(!lk_arena_alloc(&arena, SIZE_MAX / 2, 3));
    expect_failure(context, LK_ERROR_MEMORY, LK_ERROR_MEMORY, "out of memory");
    cr_assert(lk_arena_alloc(&arena, 10, 1), "and it goes on afterwards");
    lk_arena_release(&arena);
    free_context(context);
}

Test(arena, survives_the_failure_of_any_allocation) {
    for (uint64_t k = 1; k < 10; k++) {
        lk_context *context = make_context();
        lk_arena arena = lk_arena_make(context, 256);
        lk_context_fail_allocation(context, k);
        int failures = 0;
        for (int i = 0; i < 10; i++) failures += lk_arena_alloc(&arena, 300, 1) == NULL;
        cr_assert(failures == 1, "k = %d", (int)k);
        lk_arena_release(&arena);
        free_context(context);
    }
}

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>

Test(arena, rewound_memory_and_the_gaps_between_pieces_are_poisoned) {
    lk_context *context = make_context();
    lk_arena arena = lk_arena_make(context, 1024);
    uint8_t *kept = lk_arena_alloc(&arena, 10, 1);
    cr_assert(!__asan_region_is_poisoned(kept, 10));
    cr_assert(__asan_address_is_poisoned(kept + 10 + 8));
    lk_arena_mark mark = lk_arena_get_mark(&arena);
    uint8_t *gone = lk_arena_alloc(&arena, 64, 1);
    cr_assert(!__asan_region_is_poisoned(gone, 64));
    cr_assert(__asan_address_is_poisoned(gone + 64), "one byte past the end");
    uint8_t *far = lk_arena_alloc(&arena, 5000, 1);
    lk_arena_rewind(&arena, mark);
    cr_assert(__asan_address_is_poisoned(gone));
    cr_assert(__asan_address_is_poisoned(far));
    cr_assert(!__asan_region_is_poisoned(kept, 10));
    lk_arena_release(&arena);
    free_context(context);
}
#endif
