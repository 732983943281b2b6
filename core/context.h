// What the libraries themselves need of a context: memory, failures, notes, pool and kernels.
#ifndef LK_CONTEXT_H
#define LK_CONTEXT_H

#include "likelore/core.h"

#include <string.h>

typedef struct lk_kernels lk_kernels;
typedef struct lk_table_kernels lk_table_kernels;
typedef struct lk_byte_kernels lk_byte_kernels;
typedef struct lk_pool lk_pool;

// ---- Failures ---------------------------------------------------------------------------------

// Records the failure in the context and returns `status`, so that `return lk_fail(…)` reads well.
// A message is one sentence without a full stop that says what is wrong and, where it is not
// plain, what to do.
lk_status lk_fail(lk_context *context, lk_status status, const char *format, ...) LK_PRINTF(3, 4);
lk_status lk_fail_at(lk_context *context, lk_status status, lk_location location,
                     const char *format, ...) LK_PRINTF(4, 5);
// Names the file of the failure recorded last, where it has none yet; returns `status`.
lk_status lk_fail_in_file(lk_context *context, lk_status status, const char *file);

// Says what the failure recorded last is about: names, each ended by a zero byte. More than some
// thousand bytes of them are left out, all of them.
void lk_fail_about(lk_context *context, const lk_buffer *names);

// Says what may help against the failure recorded last; returns `status`.
lk_status lk_fail_with_remedy(lk_context *context, lk_remedy remedy, lk_status status);

void lk_note(lk_context *context, const char *format, ...) LK_PRINTF(2, 3);

// Who hears the notes of a context.
typedef struct lk_note_receiver {
    lk_note_function function;
    void *user;
} lk_note_receiver;

// Sends notes elsewhere; returns where they went before.
lk_note_receiver lk_context_exchange_notes(lk_context *context, lk_note_receiver receiver);

// ---- Memory -----------------------------------------------------------------------------------

// `count` elements of `size` bytes, aligned for any type, not initialised; NULL, with the failure
// recorded, when there is no memory or the product overflows. A count of 0 gives a valid block.
// Only the thread that owns the context allocates; workers of the pool get their memory from it.
void *lk_alloc(lk_context *context, size_t count, size_t size);
void *lk_alloc_zero(lk_context *context, size_t count, size_t size);
// Grows or shrinks; on failure the old block is unchanged.
void *lk_resize(lk_context *context, void *block, size_t count, size_t size);

// Where the first line of the processor's cache begins in a block, which is LK_LINE_BYTES larger
// than what will lie there.
enum { LK_LINE_BYTES = 64 };
static inline void *lk_line_in(void *block) {
    size_t past = (uintptr_t)block % LK_LINE_BYTES;
    return (char *)block + (past ? LK_LINE_BYTES - past : 0);
}
void lk_free(lk_context *context, void *block);
// Whether from now on allocations beyond the memory limit fail, with LK_ERROR_LIMIT as the
// context's last error; at first they do not. Returns what was before.
bool lk_context_bound_memory(lk_context *context, bool is_bounded);
char *lk_copy_text(lk_context *context, const char *text, size_t length);
// Makes room for `more` bytes and the zero behind them, for who writes them himself; false where
// the buffer has failed.
bool lk_buffer_reserve(lk_buffer *buffer, size_t more);

// A few freed blocks of this size, of which arenas are made, are kept for the next that asks for as
// much: to get fresh pages from the system takes longer than a query of a small network.
#define LK_KEPT_BLOCK_BYTES ((size_t)64 << 10)

// Leaves with LK_ERROR_MEMORY when an allocation gave NULL.
#define LK_NEED(pointer)                                                                           \
    do {                                                                                           \
        if (!(pointer)) return LK_ERROR_MEMORY;                                                    \
    } while (0)

// ---- Parts of a context ---------------------------------------------------------------------

lk_pool *lk_context_pool(const lk_context *context);
// Room for so many bytes, on a cache line, which the next call may hand out again: for what lives
// no longer than one call of a function. NULL when there is no memory.
void *lk_context_scratch(lk_context *context, size_t bytes);
void lk_context_release_scratch(lk_context *context);
// Chosen when they are first asked for, by any thread.
const lk_kernels *lk_context_kernels(lk_context *context);
// Chosen by the caller, before others ask.
void lk_context_set_kernels(lk_context *context, const lk_kernels *kernels);
const lk_table_kernels *lk_context_table_kernels(const lk_context *context);
const lk_byte_kernels *lk_context_byte_kernels(const lk_context *context);

#endif
