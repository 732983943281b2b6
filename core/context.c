#include "context.h"

#include "kernels/kernels.h"
#include "pool.h"
#include "unicode.h"

#include <assert.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MESSAGE_BYTES = 1024,
    FILE_NAME_BYTES = 512,
    NAMES_BYTES = 4096,
    MOST_DEFAULT_THREADS = 256,
    MOST_KEPT_BLOCKS = 16,
    LEAST_HUGE_BYTES = 4 << 20 // of a block that is worth huge pages
};

// Each block is preceded by its size, so that freeing needs none and live bytes are exact.
typedef union block_header {
    size_t bytes; // of the whole block, header included
    max_align_t align;
} block_header;

#define KEPT_BYTES (sizeof(block_header) + LK_KEPT_BLOCK_BYTES)

struct lk_context {
    lk_allocator allocator;
    lk_note_function note;
    void *note_user;
    uint64_t memory_limit;
    bool is_bounded; // by that
    lk_memory_usage usage;
    uint64_t fail_at; // allocations left until one fails; 0: none will
    block_header *kept[MOST_KEPT_BLOCKS];
    uint32_t kept_count;
    lk_pool *pool;
    void *scratch;
    size_t scratch_bytes;
    lk_kernels kernels; // once they are CHOSEN
    atomic_int kernels_state;
    bool deterministic;
    lk_status status;
    lk_location location;
    char message[MESSAGE_BYTES];
    char file[FILE_NAME_BYTES];
    char names[NAMES_BYTES];
    lk_remedy remedy;
};

// Not where a tool watches for blocks that are used once they are freed.
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_BLOCKS false
#elif defined(__has_feature)
#define KEEPS_BLOCKS !__has_feature(address_sanitizer)
#else
#define KEEPS_BLOCKS true
#endif

// Large blocks are touched all over: with huge pages the system is asked for memory, and the
// processor for addresses, five hundred times less.
static void advise_huge_pages(void *block, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (!block || bytes < LEAST_HUGE_BYTES) return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)block;
    uintptr_t first = (start + page - 1) / page * page, last = (start + bytes) / page * page;
    madvise((void *)first, last - first, MADV_HUGEPAGE); // where it fails nothing is lost
#else
    (void)block;
    (void)bytes;
#endif
}

static void *default_resize(void *user, void *block, size_t old_bytes, size_t new_bytes) {
    (void)user;
    (void)old_bytes;
    if (new_bytes == 0) {
        free(block);
        return NULL;
    }
    void *resized = realloc(block, new_bytes);
    advise_huge_pages(resized, new_bytes);
    return resized;
}

// What Linux can give without swapping, which is more than what is free: it drops cached files. 0
// where it does not tell, and in WebAssembly, which has no files.
static uint64_t available_memory(void) {
#ifdef __EMSCRIPTEN__
    return 0;
#else
    char text[4096];
    int descriptor = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t length = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    text[length > 0 ? length : 0] = 0;
    const char *line = strstr(text, "MemAvailable:");
    return line ? strtoull(line + strlen("MemAvailable:"), NULL, 10) << 10 : 0;
#endif
}

// Half of what is available; where the system does not tell, half of what a 32-bit WebAssembly
// module can address.
static uint64_t default_memory_limit(void) {
    uint64_t available = available_memory();
    return available ? available / 2 : UINT64_C(1) << 31;
}

// The processors that this process may run on.
static int default_threads(void) {
#ifdef __EMSCRIPTEN__
    int processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
#else
    cpu_set_t allowed;
    bool known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    int processors = known ? CPU_COUNT(&allowed) : 1;
#endif
    if (processors < 1) return 1;
    return processors < MOST_DEFAULT_THREADS ? processors : MOST_DEFAULT_THREADS;
}

lk_status lk_context_new(lk_context **out, const lk_options *options) {
    static const lk_options defaults;
    *out = NULL;
    if (!options) options = &defaults;
    lk_allocator allocator = options->allocator;
    if (!allocator.resize) allocator = (lk_allocator){default_resize, NULL};
    lk_context *context = allocator.resize(allocator.user, NULL, 0, sizeof *context);
    LK_NEED(context);
    memset(context, 0, sizeof *context);
    context->allocator = allocator;
    context->note = options->note;
    context->note_user = options->note_user;
    context->deterministic = options->deterministic;
    context->memory_limit = options->memory_limit ? options->memory_limit : default_memory_limit();
    context->location.byte = -1;
    int threads = options->threads > 0 ? options->threads : default_threads();
    lk_status status = lk_pool_new(context, &context->pool, threads);
    if (status != LK_OK) {
        lk_context_free(context);
        return status;
    }
    *out = context;
    return LK_OK;
}

void lk_context_free(lk_context *context) {
    if (!context) return;
    lk_context_release_scratch(context);
    lk_pool_free(context->pool);
    lk_allocator *allocator = &context->allocator;
    while (context->kept_count > 0)
        allocator->resize(allocator->user, context->kept[--context->kept_count], KEPT_BYTES, 0);
    context->allocator.resize(context->allocator.user, context, sizeof *context, 0);
}

// ---- Failures -----------------------------------------------------------------------------------

// Formats a text of at most `capacity` bytes, the final zero included; what is cut off is cut off
// between characters.
static void format_text(char *out, size_t capacity, const char *format, va_list arguments) {
    int length = vsnprintf(out, capacity, format, arguments);
    if (length < 0) out[0] = 0;
    if (length < (int)capacity) return;
    size_t kept = capacity - 1;
    out[kept - lk_utf8_incomplete_tail((const uint8_t *)out, kept)] = 0;
}

// The arguments may point into the last failure, so that it can be told again in other words.
static lk_status fail(lk_context *context, lk_status status, lk_location location,
                      const char *format, va_list arguments) {
    assert(status != LK_OK);
    char message[MESSAGE_BYTES];
    format_text(message, sizeof message, format, arguments);
    memcpy(context->message, message, strlen(message) + 1);
    context->names[0] = 0;
    context->remedy = LK_REMEDY_NONE;
    context->status = status;
    context->location = location;
    if (location.file != context->file) {
        context->location.file = NULL;
        lk_fail_in_file(context, status, location.file);
    }
    return status;
}

lk_status lk_fail(lk_context *context, lk_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fail(context, status, (lk_location){.byte = -1}, format, arguments);
    va_end(arguments);
    return status;
}

lk_status lk_fail_at(lk_context *context, lk_status status, lk_location location,
                     const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fail(context, status, location, format, arguments);
    va_end(arguments);
    return status;
}

lk_status lk_fail_in_file(lk_context *context, lk_status status, const char *file) {
    if (!context->location.file && file) {
        snprintf(context->file, sizeof context->file, "%s", file);
        context->location.file = context->file;
    }
    return status;
}

void lk_fail_about(lk_context *context, const lk_buffer *names) {
    if (lk_buffer_status(names) != LK_OK || names->length >= sizeof context->names) return;
    memcpy(context->names, lk_buffer_text(names), names->length);
    context->names[names->length] = 0;
}

lk_status lk_fail_with_remedy(lk_context *context, lk_remedy remedy, lk_status status) {
    context->remedy = remedy;
    return status;
}

lk_error lk_context_error(const lk_context *context) {
    const char *message = context->message[0] ? context->message : lk_status_text(context->status);
    return (lk_error){context->status, message, context->location, context->names, context->remedy};
}

lk_note_receiver lk_context_exchange_notes(lk_context *context, lk_note_receiver receiver) {
    lk_note_receiver before = {context->note, context->note_user};
    context->note = receiver.function;
    context->note_user = receiver.user;
    return before;
}

void lk_note(lk_context *context, const char *format, ...) {
    if (!context->note) return;
    char text[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    format_text(text, sizeof text, format, arguments);
    va_end(arguments);
    context->note(context->note_user, text);
}

// ---- Memory -------------------------------------------------------------------------------------

static bool allocation_is_to_fail(lk_context *context) {
    return context->fail_at != 0 && --context->fail_at == 0;
}

static block_header *take_or_resize(lk_context *context, block_header *header, size_t bytes) {
    if (allocation_is_to_fail(context)) return NULL;
    if (!header && bytes == KEPT_BYTES && context->kept_count > 0)
        return context->kept[--context->kept_count];
    const lk_allocator *allocator = &context->allocator;
    return allocator->resize(allocator->user, header, header ? header->bytes : 0, bytes);
}

static bool is_beyond_limit(const lk_context *context, size_t old_bytes, size_t bytes) {
    return context->is_bounded && bytes > old_bytes &&
           context->usage.live_bytes + (bytes - old_bytes) > context->memory_limit;
}

static void *resize_bytes(lk_context *context, block_header *header, size_t bytes) {
    size_t old_bytes = header ? header->bytes : 0;
    if (is_beyond_limit(context, old_bytes, bytes)) {
        lk_fail(context, LK_ERROR_LIMIT, "%zu bytes more exceed the memory limit", bytes);
        return NULL;
    }
    block_header *grown = take_or_resize(context, header, bytes);
    if (!grown) {
        lk_fail(context, LK_ERROR_MEMORY, "out of memory: %zu bytes were asked for", bytes);
        return NULL;
    }
    grown->bytes = bytes;
    lk_memory_usage *usage = &context->usage;
    usage->live_bytes += bytes - old_bytes;
    if (usage->live_bytes > usage->peak_bytes) usage->peak_bytes = usage->live_bytes;
    usage->allocations++;
    return grown + 1;
}

void *lk_resize(lk_context *context, void *block, size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX - sizeof(block_header)) / size) {
        lk_fail(context, LK_ERROR_MEMORY, "out of memory: %zu elements of %zu bytes", count, size);
        return NULL;
    }
    block_header *header = block ? (block_header *)block - 1 : NULL;
    return resize_bytes(context, header, sizeof(block_header) + count * size);
}

void *lk_alloc(lk_context *context, size_t count, size_t size) {
    return lk_resize(context, NULL, count, size);
}

void *lk_alloc_zero(lk_context *context, size_t count, size_t size) {
    void *block = lk_alloc(context, count, size);
    if (block) memset(block, 0, count * size);
    return block;
}

void lk_free(lk_context *context, void *block) {
    if (!block) return;
    block_header *header = (block_header *)block - 1;
    context->usage.live_bytes -= header->bytes;
    if (KEEPS_BLOCKS && header->bytes == KEPT_BYTES && context->kept_count < MOST_KEPT_BLOCKS) {
        context->kept[context->kept_count++] = header;
        return;
    }
    context->allocator.resize(context->allocator.user, header, header->bytes, 0);
}

void lk_context_release_scratch(lk_context *context) {
    lk_free(context, context->scratch);
    context->scratch = NULL;
    context->scratch_bytes = 0;
}

void *lk_context_scratch(lk_context *context, size_t bytes) {
    if (bytes > context->scratch_bytes) {
        lk_context_release_scratch(context);
        context->scratch = lk_alloc(context, bytes + LK_LINE_BYTES, 1);
        if (!context->scratch) return NULL;
        context->scratch_bytes = bytes;
    }
    return lk_line_in(context->scratch);
}

char *lk_copy_text(lk_context *context, const char *text, size_t length) {
    char *copy = lk_alloc(context, length + 1, 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

// ---- What a context tells -------------------------------------------------------------------

lk_memory_usage lk_context_memory_usage(const lk_context *context) { return context->usage; }
bool lk_context_bound_memory(lk_context *context, bool is_bounded) {
    bool before = context->is_bounded;
    context->is_bounded = is_bounded;
    return before;
}

uint64_t lk_context_memory_limit(const lk_context *context) { return context->memory_limit; }
void lk_context_fail_allocation(lk_context *context, uint64_t k) { context->fail_at = k; }
int lk_context_threads(const lk_context *context) { return lk_pool_threads(context->pool); }
bool lk_context_deterministic(const lk_context *context) { return context->deterministic; }
lk_pool *lk_context_pool(const lk_context *context) { return context->pool; }

// ---- Kernels ------------------------------------------------------------------------------------

typedef enum kernels_state { NOT_CHOSEN, CHOOSING, CHOSEN } kernels_state;

// Chosen by the first who asks, so that what never does (exact inference) neither loads OpenBLAS
// nor is linked with them. Others who ask meanwhile wait.
const lk_kernels *lk_context_kernels(lk_context *context) {
    int expected = NOT_CHOSEN;
    if (atomic_compare_exchange_strong(&context->kernels_state, &expected, CHOOSING)) {
        lk_kernels_select(&context->kernels, context->deterministic);
        atomic_store(&context->kernels_state, CHOSEN);
    }
    while (atomic_load(&context->kernels_state) != CHOSEN) sched_yield();
    return &context->kernels;
}

void lk_context_set_kernels(lk_context *context, const lk_kernels *kernels) {
    context->kernels = *kernels;
    atomic_store(&context->kernels_state, CHOSEN);
}

const char *lk_context_kernels_name(lk_context *context) {
    return lk_context_kernels(context)->name;
}

const lk_table_kernels *lk_context_table_kernels(const lk_context *context) {
    (void)context;
    return lk_table_kernels_select();
}

const lk_byte_kernels *lk_context_byte_kernels(const lk_context *context) {
    (void)context;
    return lk_byte_kernels_select();
}

const char *lk_context_table_kernels_name(const lk_context *context) {
    return lk_context_table_kernels(context)->name;
}

const char *lk_context_byte_kernels_name(const lk_context *context) {
    return lk_context_byte_kernels(context)->name;
}
