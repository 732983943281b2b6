// Example networks with random bytes changed, removed, repeated or cut off: reading them gives a
// network that answers a query, or a clean error, and never anything else.
#include "bif_text.h"

#include <stdlib.h>

static const char *const examples[] = {
    "asia", "cancer", "earthquake", "homework", "homework-structure", "sprinkler", "student"};
enum { EXAMPLES = sizeof examples / sizeof examples[0], MOST_BYTES = 4096 };

static char original[MOST_BYTES];
static size_t original_length;

static void load_bytes(lk_context *context, const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/docs/examples/networks/%s.bif", LIKELORE_SOURCE_DIR, name);
    lk_file *file;
    cr_assert(lk_file_open(context, &file, path) == LK_OK);
    original_length = lk_file_length(file);
    cr_assert(original_length <= MOST_BYTES);
    memcpy(original, lk_file_bytes(file), original_length);
    lk_file_free(file);
}

static size_t mutate(lk_random *random, char bytes[2 * MOST_BYTES]) {
    static const char interesting[] = "{}[]();,|\"/*0123456789.e-+\n\r \xff\x80<";
    size_t length = original_length;
    memcpy(bytes, original, length);
    for (uint64_t edits = 1 + lk_random_below(random, 4); edits > 0 && length > 0; edits--) {
        size_t at = lk_random_below(random, length);
        size_t run = 1 + lk_random_below(random, 12);
        if (run > length - at) run = length - at;
        switch (lk_random_below(random, 5)) {
        case 0:
            bytes[at] = (char)lk_random_below(random, 256);
            break;
        case 1:
            bytes[at] = interesting[lk_random_below(random, sizeof interesting - 1)];
            break;
        case 2:
            memmove(bytes + at, bytes + at + run, length - at - run);
            length -= run;
            break;
        case 3:
            if (length + run > MOST_BYTES) break;
            memmove(bytes + at + run, bytes + at, length - at);
            length += run;
            break;
        default:
            length = at;
        }
    }
    return length;
}

static bool try_reading(lk_context *context, const char *bytes, size_t length) {
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
    if (status == LK_OK && lk_network_has_tables(network)) {
        lk_query *query;
        uint32_t target = 0;
        if (lk_query_new(context, &query, network, &target, 1, NULL, 0, NULL) == LK_OK) {
            cr_assert(lk_query_run(query) == LK_OK);
            lk_query_free(query);
        }
    }
    lk_network_free(network);
    return status == LK_OK;
}

static void run_mutations(uint64_t count) {
    lk_context *context;
    lk_options options = {.threads = 1, .memory_limit = 16 << 20};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    uint64_t baseline = lk_context_memory_usage(context).live_bytes;
    static char bytes[2 * MOST_BYTES];
    uint64_t read = 0;
    for (uint64_t i = 0; i < count; i++) {
        lk_random random = lk_random_stream(3, LK_RANDOM_TEST, i, 0);
        load_bytes(context, examples[i % EXAMPLES]);
        size_t length = mutate(&random, bytes);
        read += try_reading(context, bytes, length);
        cr_assert(lk_context_memory_usage(context).live_bytes == baseline, "mutation %llu",
                  (unsigned long long)i);
    }
    cr_assert(read > count / 100 && read < count, "%llu read", (unsigned long long)read);
    lk_context_free(context);
}

Test(bif_mutations, a_damaged_file_is_read_or_refused_cleanly) {
    run_mutations(getenv("LIKELORE_LONG") ? 500000 : 7000);
}

Test(bif_mutations, a_file_cut_off_anywhere_is_read_or_refused_cleanly) {
    lk_context *context = make_context();
    for (size_t e = 0; e < EXAMPLES; e++) {
        load_bytes(context, examples[e]);
        for (size_t length = 0; length < original_length; length++)
            try_reading(context, original, length);
    }
    free_context(context);
}
