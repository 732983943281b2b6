// Files of each format with random bytes changed, removed, repeated or cut off: reading them gives
// a network that answers a query, or a clean error, and never anything else.
#include "same_network.h"

#include <stdlib.h>

enum { MOST_BYTES = 1 << 16, SAMPLES = 3 };

static const char *const examples[] = {"asia", "sprinkler", "student"};

typedef struct sample {
    char *bytes;
    size_t length;
} sample;

static lk_context *context;

static void begin(void) {
    lk_options options = {.threads = 1, .memory_limit = 16 << 20};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
}
static void end(void) { lk_context_free(context); }
TestSuite(formats_mutations, .init = begin, .fini = end);

static sample sample_of(const lk_network *network, const char *format) {
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_network_write(&text, network, format) == LK_OK, "%s: %s", format,
              lk_context_error(context).message);
    cr_assert(text.length <= MOST_BYTES);
    sample s = {malloc(text.length), text.length};
    cr_assert(s.bytes);
    memcpy(s.bytes, text.data, text.length);
    lk_buffer_free(&text);
    return s;
}

static sample file_sample(const char *path) {
    lk_file *file;
    cr_assert(lk_file_open(context, &file, path) == LK_OK);
    sample s = {malloc(lk_file_length(file)), lk_file_length(file)};
    cr_assert(s.bytes && s.length <= MOST_BYTES);
    memcpy(s.bytes, lk_file_bytes(file), s.length);
    lk_file_free(file);
    return s;
}

// The examples are BIF: that one as people wrote it, with comments; the others as we do.
static sample example_sample(size_t index, const char *format) {
    char path[1024];
    snprintf(path, sizeof path, "%s/docs/examples/networks/%s.bif", LIKELORE_SOURCE_DIR,
             examples[index]);
    if (strcmp(format, "bif") == 0) return file_sample(path);
    lk_network *network;
    cr_assert(lk_network_load(context, &network, path, NULL) == LK_OK);
    sample s = sample_of(network, format);
    lk_network_free(network);
    return s;
}

static size_t mutate(lk_random *random, char *bytes, const sample *original) {
    static const char interesting[] = "{}[]();,|\"/*0123456789.e-+\n\r \xff\x80<>&=%#";
    size_t length = original->length;
    memcpy(bytes, original->bytes, length);
    for (uint64_t edits = 1 + lk_random_below(random, 4); edits > 0 && length > 0; edits--) {
        size_t at = lk_random_below(random, length);
        size_t run = 1 + lk_random_below(random, 12);
        if (run > length - at) run = length - at;
        switch (lk_random_below(random, 6)) {
        case 0:
            bytes[at] = (char)lk_random_below(random, 256);
            break;
        case 1:
        case 2:
            bytes[at] = interesting[lk_random_below(random, sizeof interesting - 1)];
            break;
        case 3:
            memmove(bytes + at, bytes + at + run, length - at - run);
            length -= run;
            break;
        case 4:
            if (length + run > 2 * MOST_BYTES) break;
            memmove(bytes + at + run, bytes + at, length - at);
            length += run;
            break;
        default:
            if (lk_random_below(random, 4) == 0) length = at;
        }
    }
    return length;
}

static void ask(const lk_network *network) {
    lk_query *query;
    uint32_t target = 0;
    if (lk_query_new(context, &query, network, &target, 1, NULL, 0, NULL) != LK_OK) return;
    lk_status status = lk_query_run(query);
    cr_assert(status == LK_OK || (status == LK_ERROR_IMPOSSIBLE && lk_network_is_markov(network)));
    lk_query_free(query);
}

static bool try_reading(const char *bytes, size_t length) {
    // In a block of its own size, so that reading beyond its end is noticed.
    char *copy = malloc(length ? length : 1);
    cr_assert(copy);
    memcpy(copy, bytes, length);
    lk_network *network = NULL;
    lk_status status = lk_network_read(context, &network, copy, length, "mutated", NULL);
    free(copy);
    cr_assert(status == LK_OK ||
                  (status != LK_ERROR_INTERNAL && lk_context_error(context).message[0] != 0),
              "%s", lk_status_name(status));
    if (status == LK_OK) ask(network);
    lk_network_free(network);
    return status == LK_OK;
}

static void mutate_format(const char *format, uint64_t count) {
    uint64_t baseline = lk_context_memory_usage(context).live_bytes, read = 0;
    static char bytes[2 * MOST_BYTES];
    for (size_t e = 0; e < SAMPLES; e++) {
        sample original = example_sample(e, format);
        for (uint64_t i = 0; i < count; i++) {
            lk_random random = lk_random_stream(6, LK_RANDOM_TEST, i, (uint32_t)e);
            size_t length = mutate(&random, bytes, &original);
            read += try_reading(bytes, length);
            cr_assert(lk_context_memory_usage(context).live_bytes == baseline, "%s, mutation %llu",
                      format, (unsigned long long)i);
        }
        free(original.bytes);
    }
    cr_assert(read > count / 100 && read < SAMPLES * count, "%s: %llu read", format,
              (unsigned long long)read);
}

Test(formats_mutations, a_damaged_file_is_read_or_refused_cleanly) {
    const char *format;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++)
        mutate_format(format, getenv("LIKELORE_LONG") ? 100000 : 600);
}

Test(formats_mutations, a_file_cut_off_anywhere_is_read_or_refused_cleanly) {
    const char *format;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++)
        for (size_t e = 0; e < (getenv("LIKELORE_LONG") ? SAMPLES : 1); e++) {
            sample original = example_sample(e, format);
            for (size_t length = 0; length < original.length; length++)
                try_reading(original.bytes, length);
            cr_assert(try_reading(original.bytes, original.length), "%s", format);
            free(original.bytes);
        }
}
