#include "test_context.h"
#include "context.h"

#include <stdio.h>
#include <stdlib.h>

// ---- Failures -----------------------------------------------------------------------------------

Test(context, a_new_context_tells_of_no_failure) {
    lk_context *context = make_context();
    lk_error error = lk_context_error(context);
    cr_assert(error.status == LK_OK);
    cr_assert(error.message != NULL);
    cr_assert(error.location.file == NULL);
    cr_assert(error.location.byte == -1);
    free_context(context);
}

Test(context, a_failure_keeps_status_message_and_place) {
    lk_context *context = make_context();
    char file[] = "net.bif";
    lk_location place = {.file = file, .line = 3, .column = 7, .byte = 41};
    lk_status status = lk_fail_at(context, LK_ERROR_SYNTAX, place, "expected %s", "“{”");
    file[0] = 'X'; // the context has its own copy
    expect_failure(context, status, LK_ERROR_SYNTAX, "expected “{”");
    lk_location told = lk_context_error(context).location;
    cr_assert(strcmp(told.file, "net.bif") == 0);
    cr_assert(told.line == 3 && told.column == 7 && told.byte == 41);
    free_context(context);
}

Test(context, the_next_failure_replaces_all_of_the_last) {
    lk_context *context = make_context();
    lk_fail_at(context, LK_ERROR_SYNTAX, (lk_location){"a", 1, 2, 3}, "first");
    lk_fail(context, LK_ERROR_DATA, "second");
    lk_error error = lk_context_error(context);
    cr_assert(error.status == LK_ERROR_DATA && strcmp(error.message, "second") == 0);
    cr_assert(error.location.file == NULL && error.location.line == 0);
    cr_assert(error.location.byte == -1);
    free_context(context);
}

Test(context, a_remedy_belongs_to_the_failure_it_was_named_for) {
    lk_context *context = make_context();
    lk_fail_with_remedy(context, LK_REMEDY_SMOOTH, lk_fail(context, LK_ERROR_DATA, "first"));
    cr_assert(lk_context_error(context).remedy == LK_REMEDY_SMOOTH);
    cr_assert_str_eq(lk_remedy_name(LK_REMEDY_SMOOTH), "smooth");
    lk_fail(context, LK_ERROR_DATA, "second");
    cr_assert(lk_context_error(context).remedy == LK_REMEDY_NONE);
    free_context(context);
}

Test(context, the_file_is_added_only_where_there_is_none) {
    lk_context *context = make_context();
    lk_fail_at(context, LK_ERROR_SYNTAX, (lk_location){.line = 2, .byte = -1}, "wrong");
    cr_assert(lk_fail_in_file(context, LK_ERROR_SYNTAX, "inner") == LK_ERROR_SYNTAX);
    lk_fail_in_file(context, LK_ERROR_SYNTAX, "outer");
    cr_assert(strcmp(lk_context_error(context).location.file, "inner") == 0);
    cr_assert(lk_context_error(context).location.line == 2);
    free_context(context);
}

Test(context, a_failure_can_be_told_again_in_other_words) {
    lk_context *context = make_context();
    lk_fail_at(context, LK_ERROR_SYNTAX, (lk_location){"f", 5, 0, -1}, "inner reason");
    lk_error inner = lk_context_error(context);
    lk_fail_at(context, LK_ERROR_DATA, inner.location, "outer: %s", inner.message);
    lk_error error = lk_context_error(context);
    cr_assert(strcmp(error.message, "outer: inner reason") == 0, "%s", error.message);
    cr_assert(strcmp(error.location.file, "f") == 0 && error.location.line == 5);
    free_context(context);
}

Test(context, a_long_message_is_cut_between_characters) {
    for (size_t shift = 0; shift < 3; shift++) {
        lk_context *context = make_context();
        char text[6000] = "ab";
        text[shift] = 0;
        for (int i = 0; i < 1500; i++) strcat(text, "ℓ");
        lk_fail(context, LK_ERROR_DATA, "%s", text);
        const char *message = lk_context_error(context).message;
        size_t length = strlen(message);
        cr_assert(length > 900 && length < 1024);
        cr_assert((length - shift) % strlen("ℓ") == 0, "cut within a character");
        cr_assert(strncmp(message, text, length) == 0);
        free_context(context);
    }
}

static void collect_note(void *user, const char *text) {
    strcat(user, text);
    strcat(user, ";");
}

Test(context, notes_reach_the_function_that_was_given) {
    char notes[100] = "";
    lk_context *context = NULL;
    lk_options options = {.threads = 1, .note = collect_note, .note_user = notes};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    lk_note(context, "%d rows", 3);
    lk_note(context, "done");
    cr_assert(strcmp(notes, "3 rows;done;") == 0, "%s", notes);
    free_context(context);
}

Test(context, notes_are_dropped_when_nobody_listens) {
    lk_context *context = make_context();
    lk_note(context, "nobody hears this");
    free_context(context);
}

// ---- Options ------------------------------------------------------------------------------------

Test(context, options_may_be_absent) {
    lk_context *context = NULL;
    cr_assert(lk_context_new(&context, NULL) == LK_OK);
    cr_assert(lk_context_threads(context) >= 1);
    cr_assert(!lk_context_deterministic(context));
    cr_assert(lk_context_memory_limit(context) > 0);
    cr_assert(strlen(lk_context_kernels_name(context)) > 0);
    cr_assert(strlen(lk_context_byte_kernels_name(context)) > 0);
    lk_context_free(context);
    lk_context_free(NULL);
}

Test(context, options_are_kept) {
    lk_context *context = NULL;
    lk_options options = {.threads = 3, .deterministic = true, .memory_limit = 12345};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    cr_assert(lk_context_threads(context) == 3);
    cr_assert(lk_context_deterministic(context));
    cr_assert(lk_context_memory_limit(context) == 12345);
    lk_context_free(context);
}

// ---- Memory -------------------------------------------------------------------------------------

Test(memory, blocks_are_counted_while_they_live) {
    lk_context *context = make_context();
    lk_memory_usage before = lk_context_memory_usage(context);
    char *block = lk_alloc(context, 100, 8);
    lk_memory_usage during = lk_context_memory_usage(context);
    cr_assert(during.live_bytes >= before.live_bytes + 800);
    cr_assert(during.allocations == before.allocations + 1);
    block = lk_resize(context, block, 10, 8);
    cr_assert(lk_context_memory_usage(context).live_bytes == during.live_bytes - 720);
    lk_free(context, block);
    lk_memory_usage after = lk_context_memory_usage(context);
    cr_assert(after.live_bytes == before.live_bytes);
    cr_assert(after.peak_bytes >= during.live_bytes);
    free_context(context);
}

Test(memory, resizing_keeps_the_content) {
    lk_context *context = make_context();
    uint8_t *block = NULL;
    for (size_t size = 1; size <= 5000; size += 37) {
        block = lk_resize(context, block, size, 1);
        cr_assert(block);
        for (size_t i = size > 37 ? size - 37 : 0; i < size; i++) block[i] = (uint8_t)(i * 7);
        for (size_t i = 0; i < size; i++) cr_assert(block[i] == (uint8_t)(i * 7));
    }
    lk_free(context, block);
    free_context(context);
}

Test(memory, blocks_are_aligned_for_any_type) {
    lk_context *context = make_context();
    void *blocks[20];
    for (size_t i = 0; i < 20; i++) {
        blocks[i] = lk_alloc(context, i, 1);
        cr_assert(blocks[i], "a count of 0 gives a block too");
        cr_assert((uintptr_t)blocks[i] % _Alignof(max_align_t) == 0);
    }
    for (size_t i = 0; i < 20; i++) lk_free(context, blocks[i]);
    free_context(context);
}

Test(memory, zeroed_blocks_are_zero) {
    lk_context *context = make_context();
    for (int round = 0; round < 10; round++) {
        uint8_t *block = lk_alloc_zero(context, 33, 3);
        for (size_t i = 0; i < 99; i++) cr_assert(block[i] == 0);
        memset(block, 0xFF, 99);
        lk_free(context, block);
    }
    free_context(context);
}

Test(memory, products_that_overflow_are_refused) {
    lk_context *context = make_context();
    cr_assert(!lk_alloc(context, SIZE_MAX / 2, 3));
    expect_failure(context, LK_ERROR_MEMORY, LK_ERROR_MEMORY, "out of memory");
    cr_assert(!lk_alloc(context, SIZE_MAX, 1));
    cr_assert(
        !lk_alloc(context, (size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4)));
    cr_assert(!lk_alloc_zero(context, SIZE_MAX, SIZE_MAX));
    free_context(context);
}

Test(memory, the_chosen_allocation_fails_once) {
    lk_context *context = make_context();
    lk_context_fail_allocation(context, 3);
    void *blocks[5];
    for (int i = 0; i < 5; i++) blocks[i] = lk_alloc(context, 1, 1);
    for (int i = 0; i < 5; i++) cr_assert((blocks[i] == NULL) == (i == 2), "allocation %d", i + 1);
    expect_failure(context, LK_ERROR_MEMORY, LK_ERROR_MEMORY, "out of memory");
    for (int i = 0; i < 5; i++) lk_free(context, blocks[i]);
    lk_context_fail_allocation(context, 1);
    lk_context_fail_allocation(context, 0);
    void *block = lk_alloc(context, 1, 1);
    cr_assert(block, "0 switches it off");
    lk_free(context, block);
    free_context(context);
}

Test(memory, a_failed_resize_leaves_the_old_block) {
    lk_context *context = make_context();
    char *block = lk_copy_text(context, "likelore!", 8);
    cr_assert(strcmp(block, "likelore") == 0);
    lk_context_fail_allocation(context, 1);
    cr_assert(!lk_resize(context, block, 1000, 1));
    cr_assert(strcmp(block, "likelore") == 0);
    lk_free(context, block);
    lk_free(context, NULL);
    free_context(context);
}

// An allocator that checks the sizes it is told and counts what is out.
typedef struct ledger {
    size_t blocks;
    size_t bytes;
    size_t most_bytes; // refuses beyond; 0: never
} ledger;

static void *ledger_resize(void *user, void *block, size_t old_bytes, size_t new_bytes) {
    ledger *book = user;
    size_t *header = block ? (size_t *)block - 2 : NULL;
    cr_assert(old_bytes == (header ? header[0] : 0), "the old size is told right");
    if (book->most_bytes && book->bytes - old_bytes + new_bytes > book->most_bytes) return NULL;
    book->blocks += (size_t)(new_bytes != 0) - (size_t)(block != NULL);
    book->bytes += new_bytes - old_bytes;
    if (new_bytes == 0) {
        free(header);
        return NULL;
    }
    header = realloc(header, new_bytes + 2 * sizeof(size_t));
    header[0] = new_bytes;
    return header + 2;
}

Test(memory, everything_comes_from_the_allocator_that_was_given) {
    ledger book = {0};
    lk_options options = {.allocator = {ledger_resize, &book}, .threads = 2};
    lk_context *context = NULL;
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    size_t own_blocks = book.blocks, own_bytes = book.bytes;
    cr_assert(own_blocks >= 1);
    void *block = lk_alloc(context, 1000, 1);
    cr_assert(book.blocks == own_blocks + 1);
    cr_assert(book.bytes >= own_bytes + 1000);
    block = lk_resize(context, block, 2000, 1);
    lk_free(context, block);
    cr_assert(book.blocks == own_blocks && book.bytes == own_bytes);
    lk_context_free(context);
    cr_assert(book.blocks == 0 && book.bytes == 0, "freeing a context gives everything back");
}

#ifndef __SANITIZE_ADDRESS__ // which is told of each block
Test(memory, a_few_blocks_of_arenas_are_kept_for_the_next) {
    enum { BLOCKS = 100 };
    ledger book = {0};
    lk_options options = {.allocator = {ledger_resize, &book}, .threads = 1};
    lk_context *context = NULL;
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    size_t own_blocks = book.blocks;
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    void *blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) blocks[i] = lk_alloc(context, LK_KEPT_BLOCK_BYTES, 1);
    for (int i = 0; i < BLOCKS; i++) lk_free(context, blocks[i]);
    size_t kept = book.blocks - own_blocks;
    cr_assert(kept > 0 && kept < BLOCKS / 2);
    cr_assert(lk_context_memory_usage(context).live_bytes == live);
    blocks[0] = lk_alloc(context, LK_KEPT_BLOCK_BYTES, 1);
    cr_assert(book.blocks - own_blocks == kept, "the allocator was not asked");
    lk_free(context, blocks[0]);
    lk_context_free(context);
    cr_assert(book.blocks == 0 && book.bytes == 0);
}
#endif

Test(memory, a_context_that_gets_no_memory_fails_cleanly) {
    size_t reached = 0;
    for (size_t most = 1; most < 100000 && !reached; most = most * 3 / 2 + 1) {
        ledger book = {.most_bytes = most};
        lk_options options = {.allocator = {ledger_resize, &book}, .threads = 2};
        lk_context *context = (lk_context *)&book;
        lk_status status = lk_context_new(&context, &options);
        if (status == LK_OK) {
            reached = most;
            lk_context_free(context);
        } else {
            cr_assert(status == LK_ERROR_MEMORY && context == NULL);
        }
        cr_assert(book.blocks == 0, "with %zu bytes", most);
    }
    cr_assert(reached > 0);
}
