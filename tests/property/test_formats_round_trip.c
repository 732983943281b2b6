// What is written in one format and read, written in another and read again, is the same network:
// for each pair of formats, and names on which formats differ.
#include "random_network.h"
#include "same_network.h"

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(round_trip, .init = begin, .fini = end);

// The UAI format keeps its names in a second file.
static bool keeps_names(const char *format) { return strcmp(format, "uai") != 0; }

static lk_network *read_back(const lk_buffer *text, const char *format) {
    lk_network *network;
    // Without a name: the content alone tells the format.
    lk_status status = lk_network_read(context, &network, text->data, text->length, NULL, NULL);
    lk_error error = lk_context_error(context);
    cr_assert(status == LK_OK, "%s: %lld:%lld %s\n%s", format, (long long)error.location.line,
              (long long)error.location.column, error.message, lk_buffer_text(text));
    return network;
}

static lk_network *pass_through(const lk_network *network, const char *format) {
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_network_write(&text, network, format) == LK_OK, "%s: %s", format,
              lk_context_error(context).message);
    lk_network *read = read_back(&text, format);
    lk_buffer_free(&text);
    return read;
}

static void check_pairs(const lk_network *network, bool with_numbers_for_names) {
    const char *first, *second;
    for (size_t i = 0; (first = lk_network_format_name(i)) != NULL; i++) {
        if (!keeps_names(first) && !with_numbers_for_names) continue;
        lk_network *once = pass_through(network, first);
        expect_same_network(network, once);
        for (size_t j = 0; (second = lk_network_format_name(j)) != NULL; j++) {
            if (!keeps_names(second) && !with_numbers_for_names) continue;
            lk_network *twice = pass_through(once, second);
            expect_same_network(network, twice);
            lk_network_free(twice);
        }
        lk_network_free(once);
    }
}

Test(round_trip, every_pair_of_formats_keeps_tables_without_symmetry) {
    lk_network *network = uneven_network(context, "");
    check_pairs(network, false);
    // With the names of the UAI format, all pairs.
    lk_network *numbered = pass_through(network, "uai");
    check_pairs(numbered, true);
    for (uint32_t v = 0; v < 4; v++) {
        size_t count, numbered_count;
        const double *table = lk_network_table(network, v, &count);
        const double *numbered_table = lk_network_table(numbered, v, &numbered_count);
        expect_same_doubles(table, count, numbered_table, numbered_count, "uai");
    }
    lk_network_free(numbered);
    lk_network_free(network);
}

Test(round_trip, every_format_keeps_odd_names_or_says_that_it_cannot) {
    static const char *const suffixes[] = {
        " with spaces", "\"quoted\"", "<&>'",          "äöü→",        " ",  "\ttab", ".-/",
        "{(|)}",        "%;,:=!",     "lk__",          "\\t\\",       "//", "/**/",  "]]>",
        "#c",           "\r\n",       "a\xEF\xBF\xBF", "\xEF\xBF\xBE"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        lk_network *network = uneven_network(context, suffixes[i]);
        const char *format;
        for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
            if (!keeps_names(format)) continue;
            lk_buffer text = lk_buffer_make(context);
            lk_status status = lk_network_write(&text, network, format);
            if (status == LK_OK) {
                lk_network *read = read_back(&text, format);
                expect_same_network(network, read);
                lk_network_free(read);
            } else {
                cr_assert(strcmp(format, "bif") == 0 && strchr(suffixes[i], '"'), "%s: %s", format,
                          lk_context_error(context).message);
                expect_failure(context, status, LK_ERROR_UNSUPPORTED, "quote in the name");
            }
            lk_buffer_free(&text);
        }
        lk_network_free(network);
    }
}

Test(round_trip, random_networks_keep_their_bits) {
    for (uint32_t i = 0; i < 60; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        lk_network *network =
            random_network(context, &random, 1 + (uint32_t)lk_random_below(&random, 9));
        lk_network *numbered = pass_through(network, "uai");
        const char *format;
        for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
            lk_network *read = pass_through(numbered, format);
            expect_same_network(numbered, read);
            lk_network_free(read);
        }
        lk_network_free(numbered);
        lk_network_free(network);
    }
}

Test(round_trip, tiny_and_long_numbers_keep_their_bits) {
    lk_network *network;
    static const char *const states[] = {"a", "b", "c", "d"};
    uint32_t v;
    cr_assert(lk_network_new(context, &network, "") == LK_OK);
    cr_assert(lk_network_add_variable(network, &v, "v0", (const char *const[]){"0", "1", "2", "3"},
                                      4) == LK_OK);
    (void)states;
    const double values[] = {5e-324, 1e-300, 0.1 + 0.2, 1 - (0.1 + 0.2)};
    cr_assert(lk_network_set_table(network, v, values, 4, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    check_pairs(network, true);
    lk_network_free(network);
}

Test(round_trip, formats_that_know_potentials_keep_them_and_the_others_say_no) {
    lk_network *network = uneven_markov(context);
    const char *format;
    int kept = 0;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
        lk_buffer text = lk_buffer_make(context);
        lk_status status = lk_network_write(&text, network, format);
        if (status == LK_OK) {
            lk_network *read = read_back(&text, format);
            for (uint32_t i = 0; i < lk_network_potential_count(network); i++)
                expect_same_potential(network, read, i);
            lk_network_free(read);
            kept++;
        } else {
            expect_failure(context, status, LK_ERROR_UNSUPPORTED, "potentials without arrows");
        }
        lk_buffer_free(&text);
    }
    cr_assert(kept >= 1);
    lk_network_free(network);
}

Test(round_trip, an_unknown_format_is_refused_with_the_known_ones) {
    lk_network *network = uneven_network(context, "");
    lk_buffer text = lk_buffer_make(context);
    expect_failure(context, lk_network_write(&text, network, "dsc"), LK_ERROR_USAGE,
                   "(xmlbif, xdsl");
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(round_trip, every_failed_allocation_of_a_write_is_a_clean_error) {
    lk_network *network = uneven_network(context, " x");
    const char *format;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
        uint64_t before = lk_context_memory_usage(context).live_bytes;
        for (uint64_t k = 1;; k++) {
            cr_assert(k < 5000);
            lk_buffer text = lk_buffer_make(context);
            lk_context_fail_allocation(context, k);
            lk_status status = lk_network_write(&text, network, format);
            lk_context_fail_allocation(context, 0);
            lk_buffer_free(&text);
            cr_assert(lk_context_memory_usage(context).live_bytes == before);
            if (status == LK_OK) break;
            cr_assert(status == LK_ERROR_MEMORY, "%s: allocation %llu", format,
                      (unsigned long long)k);
        }
    }
    lk_network_free(network);
}

Test(round_trip, every_failed_allocation_of_a_read_is_a_clean_error) {
    lk_network *network = uneven_network(context, "");
    const char *format;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_network_write(&text, network, format) == LK_OK);
        uint64_t before = lk_context_memory_usage(context).live_bytes;
        for (uint64_t k = 1;; k++) {
            cr_assert(k < 20000);
            lk_network *read = NULL;
            lk_context_fail_allocation(context, k);
            lk_status status = lk_network_read(context, &read, text.data, text.length, NULL, NULL);
            lk_context_fail_allocation(context, 0);
            lk_network_free(read);
            cr_assert(lk_context_memory_usage(context).live_bytes == before, "%s: %llu", format,
                      (unsigned long long)k);
            if (status == LK_OK) break;
            cr_assert(status == LK_ERROR_MEMORY, "%s: allocation %llu: %s", format,
                      (unsigned long long)k, lk_context_error(context).message);
        }
        lk_buffer_free(&text);
    }
    lk_network_free(network);
}
