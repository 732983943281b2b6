// Likelore core: statuses, contexts, memory, byte buffers and random streams.
//
// Everything above (bayes, lm) and everything outside (the command, the WebAssembly bridge) begins
// with a context. Conventions that hold for every function of Likelore:
//
//  * `lk_thing_new` gives an object to be released with `lk_thing_free` (which accepts NULL);
//    `_get`/`_at` borrow; `_copy` duplicates.
//  * Arguments come in the order: context, outputs, in-outs, inputs; a length follows its array;
//    flags are last.
//  * Whatever can fail returns an lk_status. When it is not LK_OK the outputs are unchanged (or
//    NULL), nothing leaks, and lk_context_error tells what happened and where.
//  * A context and what was made with it belong to one thread at a time. Contexts share nothing.
//  * Strings are UTF-8 and end with a zero byte unless a length is passed beside them.
#ifndef LIKELORE_CORE_H
#define LIKELORE_CORE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LK_PRINTF(format_index, first_argument)                                                    \
    __attribute__((format(printf, format_index, first_argument)))
#else
#define LK_PRINTF(format_index, first_argument)
#endif

// ---- Status ---------------------------------------------------------------------------------

// Every status: X(code, name, text, exit). `name` is what `--json` errors and JavaScript see;
// `exit` is the exit code of the `likelore` command.
#define LK_STATUS_LIST(X)                                                                          \
    X(LK_OK, "ok", "success", 0)                                                                   \
    X(LK_ERROR_USAGE, "usage", "an argument is not valid", 2)                                      \
    X(LK_ERROR_UNKNOWN_NAME, "unknown-name", "no such name", 2)                                    \
    X(LK_ERROR_SYNTAX, "syntax", "the text does not follow its format", 65)                        \
    X(LK_ERROR_DATA, "data", "the data contradict themselves", 65)                                 \
    X(LK_ERROR_IMPOSSIBLE, "impossible-evidence", "the evidence has probability zero", 65)         \
    X(LK_ERROR_UNSUPPORTED, "unsupported", "a feature of the file is not supported", 65)           \
    X(LK_ERROR_NO_INPUT, "no-input", "no such input", 66)                                          \
    X(LK_ERROR_INTERNAL, "internal", "a mistake inside Likelore", 70)                              \
    X(LK_ERROR_LIMIT, "limit", "the work exceeds a limit", 71)                                     \
    X(LK_ERROR_MEMORY, "memory", "out of memory", 71)                                              \
    X(LK_ERROR_CREATE, "cannot-create", "the output cannot be created", 73)                        \
    X(LK_ERROR_IO, "io", "reading or writing failed", 74)                                          \
    X(LK_ERROR_INTERRUPTED, "interrupted", "the work was interrupted", 130)

typedef enum lk_status {
#define LK_STATUS_ENUM(code, name, text, exit) code,
    LK_STATUS_LIST(LK_STATUS_ENUM)
#undef LK_STATUS_ENUM
} lk_status;

// Short name such as "syntax", for machines.
const char *lk_status_name(lk_status status);
// One sentence fragment, for people, when no detailed message is at hand.
const char *lk_status_text(lk_status status);
// Exit code of the command for this status.
int lk_status_exit_code(lk_status status);

// Forwards a failure to the caller.
#define LK_TRY(expression)                                                                         \
    do {                                                                                           \
        lk_status lk_try_status = (expression);                                                    \
        if (lk_try_status != LK_OK) return lk_try_status;                                          \
    } while (0)

// ---- Context --------------------------------------------------------------------------------

typedef struct lk_context lk_context;

// Memory comes from here and nowhere else. `resize` is realloc with both sizes told: block NULL
// allocates, new_bytes 0 frees (and returns NULL); it returns NULL when there is no memory, the
// old block then being unchanged. Blocks are aligned as malloc's.
typedef struct lk_allocator {
    void *(*resize)(void *user, void *block, size_t old_bytes, size_t new_bytes);
    void *user;
} lk_allocator;

// Receives remarks that are no errors ("rows were normalised"). `text` is borrowed for the call.
typedef void (*lk_note_function)(void *user, const char *text);

// How to make a context; all zero is a good default.
typedef struct lk_options {
    lk_allocator allocator; // resize NULL: the C library's
    int threads;            // of the pool, the caller included; 0: one per processor
    bool deterministic;     // reproducible kernels: the same bits everywhere
    uint64_t memory_limit;  // bytes that plans may use; 0: half of what is available now
    lk_note_function note;  // NULL: remarks are dropped
    void *note_user;
} lk_options;

// Makes a context. `options` may be NULL. Fails with LK_ERROR_MEMORY only (the context being NULL
// then, there is no message).
lk_status lk_context_new(lk_context **context, const lk_options *options);
// Frees a context; everything made with it must have been freed before.
void lk_context_free(lk_context *context);

// Where an input is wrong. Zero or NULL means "does not apply": line and column count from 1 (the
// column in characters), byte counts from 0 and is -1 when it does not apply.
typedef struct lk_location {
    const char *file;
    int64_t line;
    int64_t column;
    int64_t byte;
} lk_location;

// What may help against a failure, where it is for the caller to offer: the command has an option
// for it, a page a button.
#define LK_REMEDY_LIST(X)                                                                          \
    X(NONE, "none")                                                                                \
    X(NORMALIZE, "normalize")      /* divide rows by their sums */                                 \
    X(LEARN_INCOMPLETE, "em")      /* expectation-maximization learns from incomplete records */   \
    X(SMOOTH, "smooth")            /* count everything as seen a little more often */              \
    X(IGNORE_UNSEEN, "unseen")     /* leave out what training did not see */                       \
    X(IGNORE_COLUMN, "ignore")     /* leave the column out */                                      \
    X(NAME_DATA, "data")           /* name the data to go on with */                               \
    X(NAME_PATTERN, "pattern")     /* name the pattern by which texts are cut */                   \
    X(NAME_TOKENIZER, "tokenizer") /* name the tokenizer of the model */

#define LK_REMEDY_ENUM(name, text) LK_REMEDY_##name,
typedef enum lk_remedy { LK_REMEDY_LIST(LK_REMEDY_ENUM) LK_REMEDY_COUNT } lk_remedy;
#undef LK_REMEDY_ENUM

const char *lk_remedy_name(lk_remedy remedy);

// What the last failed call of this context has to say; valid until the next failure.
typedef struct lk_error {
    lk_status status;
    const char *message; // never NULL; without the location
    lk_location location;
    // What the message is about, where the call that failed says so: names one after another, each
    // ended by a zero byte, and an empty one at the end. Never NULL.
    const char *names;
    lk_remedy remedy;
} lk_error;

lk_error lk_context_error(const lk_context *context);

// Memory accounting, for tests and reports.
typedef struct lk_memory_usage {
    uint64_t live_bytes;  // allocated and not freed
    uint64_t peak_bytes;  // largest live_bytes so far
    uint64_t allocations; // successful calls that allocated or resized a block so far
} lk_memory_usage;

lk_memory_usage lk_context_memory_usage(const lk_context *context);
uint64_t lk_context_memory_limit(const lk_context *context);
// Makes the k-th allocation from now on fail (k = 1 is the next), once; 0 switches it off.
void lk_context_fail_allocation(lk_context *context, uint64_t k);

int lk_context_threads(const lk_context *context);
bool lk_context_deterministic(const lk_context *context);
// The kernels of language models, such as "reference avx512" or "openblas 0.3.21 SkylakeX", those
// of exact inference and those of tokenizers; borrowed. Asking for the first chooses them, which
// may load OpenBLAS.
const char *lk_context_kernels_name(lk_context *context);
const char *lk_context_table_kernels_name(const lk_context *context);
const char *lk_context_byte_kernels_name(const lk_context *context);

// ---- Buffer ---------------------------------------------------------------------------------

// Growing bytes that text and files are written into. A failure to grow is remembered: later
// appends do nothing, and lk_buffer_status tells, so that writers need not check each call.
typedef struct lk_buffer {
    lk_context *context;
    char *data; // `length` bytes and one zero byte after them; NULL while nothing was appended
    size_t length;
    size_t capacity;
    lk_status status;
} lk_buffer;

lk_buffer lk_buffer_make(lk_context *context);
void lk_buffer_free(lk_buffer *buffer);
// Forgets the content (and a failure) and keeps the memory.
void lk_buffer_clear(lk_buffer *buffer);
void lk_buffer_append(lk_buffer *buffer, const void *bytes, size_t length);
void lk_buffer_append_text(lk_buffer *buffer, const char *text);
void lk_buffer_append_byte(lk_buffer *buffer, char byte);
void lk_buffer_printf(lk_buffer *buffer, const char *format, ...) LK_PRINTF(2, 3);
// In decimal.
void lk_buffer_append_natural(lk_buffer *buffer, uint64_t value);
// The shortest decimal that reads back as the same double: 0.1, 1e-300, 5.
void lk_buffer_append_double(lk_buffer *buffer, double value);
// 10 to the power `log10`, which need not be the logarithm of a double, with six digits: 2.5e-1500.
void lk_buffer_append_power(lk_buffer *buffer, double log10);
// The content as a string; "" when empty.
const char *lk_buffer_text(const lk_buffer *buffer);
// LK_OK, or LK_ERROR_MEMORY when an append was lost.
lk_status lk_buffer_status(const lk_buffer *buffer);

// ---- Random streams -------------------------------------------------------------------------

// Counter-based random numbers, Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", SC 2011. A stream is named by (seed, purpose, step, index) and
// nothing else, so it is the same natively and in WebAssembly, for any number of threads, and its
// position needs no saving beyond those four numbers.
typedef enum lk_random_purpose {
    LK_RANDOM_INIT = 1,    // parameters; index: tensor
    LK_RANDOM_DATA = 2,    // batches; step: iteration
    LK_RANDOM_DROPOUT = 3, // masks; step: iteration, index: 4096 micro-batch + op
    LK_RANDOM_SAMPLE = 4,  // drawn tokens and cases; step: position, index: sample
    LK_RANDOM_EVAL = 5,    // batches of evaluations
    LK_RANDOM_TEST = 6,
    LK_RANDOM_SEARCH = 7, // disturbed orders of elimination; step: attempt
    LK_RANDOM_SHUFFLE = 8 // the order of documents
} lk_random_purpose;

typedef struct lk_random {
    uint32_t key[2];
    uint32_t counter[4]; // [0] counts blocks of four words within the stream
    uint32_t block[4];
    unsigned used; // words of `block` handed out already
} lk_random;

// `step` below 2^56.
lk_random lk_random_stream(uint64_t seed, lk_random_purpose purpose, uint64_t step, uint32_t index);
uint32_t lk_random_u32(lk_random *random);
uint64_t lk_random_u64(lk_random *random);
// Uniform on [0, 1): multiples of 2^-53 and of 2^-24.
double lk_random_uniform(lk_random *random);
float lk_random_uniform_float(lk_random *random);
// Uniform on 0 … bound-1 without bias (Lemire 2019); bound > 0.
uint64_t lk_random_below(lk_random *random, uint64_t bound);
// Standard normal, by Box and Muller's transform.
double lk_random_normal(lk_random *random);
// The block function itself: out = Philox4x32-10(counter, key).
void lk_philox4x32(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

// ---- Files ----------------------------------------------------------------------------------

// A whole file, mapped where the system can and read otherwise ("-" is standard input).
typedef struct lk_file lk_file;

// LK_ERROR_NO_INPUT when there is no such file, LK_ERROR_IO when it cannot be read.
lk_status lk_file_open(lk_context *context, lk_file **file, const char *path);
void lk_file_free(lk_file *file);
const char *lk_file_path(const lk_file *file);
const uint8_t *lk_file_bytes(const lk_file *file); // lk_file_length bytes; not zero-terminated
size_t lk_file_length(const lk_file *file);
// Says that the first `length` bytes are not needed any more, so that memory which holds them can
// be used otherwise. They can still be read.
void lk_file_forget(lk_file *file, size_t length);

// Writes a whole file so that at every instant either the old or the complete new one is there: a
// temporary sibling is written, synced and renamed. LK_ERROR_CREATE when it cannot be made there
// (or exists and `replace` is false), LK_ERROR_IO when writing fails.
lk_status lk_file_write(lk_context *context, const char *path, const void *bytes, size_t length,
                        bool replace);

// ---- Suggestions ------------------------------------------------------------------------------

// The candidate nearest to a mistyped word, for "did you mean": by edit distance with transposed
// neighbours counted once (Damerau 1964), case ignored; NULL when none is near enough to be meant.
const char *lk_suggest(const char *word, const char *const *candidates, size_t count);

#ifdef __cplusplus
}
#endif

#endif
