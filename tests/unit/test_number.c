// Numbers in files, and what a network keeps of them.
#include "network/network.h"
#include "number.h"

#include "bif_text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(number, .init = begin, .fini = end);

static void expect_number(const char *text, double value, bool plain) {
    lk_number number;
    cr_assert(lk_number_read(&number, text, strlen(text)), "%s", text);
    cr_assert(number.value == value, "%s is %.17g", text, number.value);
    cr_assert(number.plain == plain, "%s", text);
}

Test(number, decimals_and_fractions_are_read) {
    expect_number("0", 0, true);
    expect_number("-0.000e99999999999999999999", 0, true);
    expect_number("0.25", 0.25, true);
    expect_number(".5", 0.5, true);
    expect_number("5.", 5, true);
    expect_number("+1e-300", 1e-300, true);
    expect_number("-12.5E+1", -125, true);
    expect_number("0.000000000000000000000000000001", 1e-30, true);
    expect_number("0.50000000000000000000000000", 0.5, true);
    expect_number("123456789012345", 123456789012345, true);
    expect_number("1/3", 1.0 / 3, false);
    expect_number("1e1/.4e2", 0.25, false);
    expect_number("-1/2", -0.5, false);
}

Test(number, what_a_double_does_not_hold_is_not_plain) {
    expect_number("0.1234567890123456", 0.1234567890123456, false);
    expect_number("0.333333333333333333333333333333", 0.333333333333333333333333333333, false);
    expect_number("1e-310", 1e-310, false);
    expect_number("1e-400", 0, false);
    expect_number("1e-99999999999999999999", 0, false);
    expect_number("1e400", INFINITY, false);
    expect_number("-1e-400", -DBL_TRUE_MIN, false);
}

Test(number, other_words_are_none) {
    const char *const words[] = {"",         "-",       ".",       "e5",  "1e",   "1e+",  "1.2.3",
                                 "0x1",      "nan",     "inf",     "1,5", " 1",   "1 ",   "1/",
                                 "/3",       "1//3",    "1/2/3",   "1/0", "1/-3", "1/+3", "1/0.0",
                                 "1/1e-400", "1e400/2", "1/1e400", "--1", "1d5",  "½"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        lk_number number;
        cr_assert(!lk_number_read(&number, words[i], strlen(words[i])), "%s", words[i]);
    }
    lk_number number;
    cr_assert(!lk_number_read(&number, "1\0", 2));
}

// A decimal of up to `most` digits with a point and an exponent at random places.
static size_t random_decimal(lk_random *random, char *text, uint32_t most) {
    size_t length = 0;
    uint32_t digits = 1 + (uint32_t)lk_random_below(random, most);
    uint32_t point = (uint32_t)lk_random_below(random, digits + 1);
    for (uint32_t i = 0; i < digits; i++) {
        if (i == point) text[length++] = '.';
        text[length++] = (char)('0' + lk_random_below(random, 10));
    }
    uint32_t range = lk_random_below(random, 2) ? 25 : 350;
    int exponent = (int)lk_random_below(random, 2 * (uint64_t)range) - (int)range;
    return length + (size_t)snprintf(text + length, 16, "e%d", exponent);
}

Test(number, the_value_is_the_nearest_double_as_strtod_has_it) {
    char text[2100];
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 20000; i++) {
        size_t length = random_decimal(&random, text, i % 100 ? 30 : 2000);
        lk_number number;
        cr_assert(lk_number_read(&number, text, length));
        cr_assert(number.value == strtod(text, NULL), "%s", text);
    }
}

// 1 + 2^-53 lies halfway between two doubles; what follows a thousand zeros later decides.
Test(number, digits_far_behind_still_decide_between_two_doubles) {
    char text[1400];
    snprintf(text, sizeof text, "1.00000000000000011102230246251565404236316680908203125");
    expect_number(text, 1, false);
    size_t length = strlen(text);
    memset(text + length, '0', 1000);
    text[length + 1000] = '1';
    text[length + 1001] = 0;
    expect_number(text, 1 + ldexp(1, -52), false);
}

// ---- What a network keeps ----------------------------------------------------------------------

static void expect_written(const lk_network *network, const char *name, const char *expected) {
    lk_buffer text = lk_buffer_make(context);
    size_t count;
    uint32_t variable = variable_of(network, name);
    cr_assert(lk_network_table(network, variable, &count));
    for (size_t cell = 0; cell < count; cell++) {
        if (cell) lk_buffer_append_byte(&text, ' ');
        lk_network_append_number(&text, network, variable, cell);
    }
    cr_assert(strcmp(lk_buffer_text(&text), expected) == 0, "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
}

#define AB BIF_VARIABLE("A", "a0, a1, a2", "3") BIF_VARIABLE("B", "b0, b1", "2")

Test(number, fractions_and_long_decimals_are_kept_as_written) {
    lk_network *network =
        parse_bif(context, AB "probability (B) { table 1/4 3/4; } probability (A | B) {"
                              "(b1) 0.1 0.2 0.7; (b0) 1/3 0.333333333333333333333333 1/3; }");
    expect_written(network, "B", "1/4 3/4");
    expect_written(network, "A", "1/3 0.333333333333333333333333 1/3 0.1 0.2 0.7");
    size_t count;
    cr_assert(lk_network_table(network, variable_of(network, "A"), &count)[0] == 1.0 / 3);
    lk_network_free(network);
}

Test(number, a_table_with_the_child_slowest_keeps_each_text_with_its_cell) {
    lk_network *network =
        parse_bif(context, AB "probability (B) { table 0.5 0.5; }"
                              "probability (A | B) { table 1/7 1/8 2/7 2/8 4/7 5/8; }");
    expect_written(network, "A", "1/7 2/7 4/7 1/8 2/8 5/8");
    lk_network_free(network);
}

Test(number, the_default_row_is_repeated_as_written) {
    lk_network *network = parse_bif(
        context, BIF_VARIABLE("C", "c0, c1, c2", "3") BIF_VARIABLE(
                     "B", "b0, b1", "2") "probability (C) { default 1/3 1/3 1/3; }"
                                         "probability (B | C) { default 1/3 2/3; (c1) 0.5 0.5; }");
    expect_written(network, "C", "1/3 1/3 1/3");
    expect_written(network, "B", "1/3 2/3 0.5 0.5 1/3 2/3");
    lk_network_free(network);
}

Test(number, rows_that_are_divided_by_their_sum_are_kept_as_they_were) {
    lk_network *network = parse_bif(context, AB "probability (B) { table 0.5 0.5; }"
                                                "probability (A | B) { (b0) 0.333 0.333 0.333;"
                                                "(b1) 0.1 0.2 0.7; }");
    expect_written(network, "A", "0.333 0.333 0.333 0.1 0.2 0.7");
    size_t count;
    const double *table = lk_network_table(network, variable_of(network, "A"), &count);
    cr_assert(fabs(table[0] - 1.0 / 3) < 1e-16);
    // The sum of the doubles 0.1, 0.2 and 0.7 is 0.9999999999999999, which is rounding.
    cr_assert(table[3] == 0.1 && table[4] == 0.2 && table[5] == 0.7);
    lk_network_free(network);
}

Test(number, a_new_table_forgets_what_was_written_in_the_old_one) {
    lk_network *network =
        parse_bif(context, BIF_VARIABLE("B", "b0, b1", "2") "probability (B) { table 1/3 2/3; }");
    cr_assert(lk_network_set_table(network, 0, (double[]){0.25, 0.75}, 2, NULL) == LK_OK);
    expect_written(network, "B", "0.25 0.75");
    lk_network_free(network);
}

Test(number, a_default_of_fractions_stays_within_the_memory_limit) {
    lk_context *small;
    lk_options options = {.threads = 1, .memory_limit = 1 << 20};
    cr_assert(lk_context_new(&small, &options) == LK_OK);
    lk_buffer text = lk_buffer_make(small);
    for (int i = 0; i < 17; i++)
        lk_buffer_printf(&text, "variable V%d { type discrete [2] { a b }; }\n", i);
    for (int i = 1; i < 17; i++) lk_buffer_printf(&text, "probability(V%d){table 1 0;}\n", i);
    lk_buffer_append_text(&text, "probability(V0 |");
    for (int i = 1; i < 17; i++) lk_buffer_printf(&text, " V%d", i);
    size_t header = text.length;
    lk_network *network;
    lk_buffer_append_text(&text, ") { default 0.5 0.5; }");
    cr_assert(read_bif(small, &network, lk_buffer_text(&text)) == LK_OK);
    lk_network_free(network);
    text.length = header;
    lk_buffer_append_text(&text, ") { default 1/2 1/2; }");
    lk_status status = read_bif(small, &network, lk_buffer_text(&text));
    expect_failure(small, status, LK_ERROR_LIMIT, "longer than a double");
    lk_buffer_free(&text);
    free_context(small);
}

Test(number, every_failed_allocation_of_keeping_is_a_clean_error) {
    const char *text = AB "probability (B) { table 1/4 3/4; } probability (A | B) {"
                          "(b1) 0.333 0.333 0.333; default 1/3 1/3 1/3; }";
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 1000);
        lk_network *network = NULL;
        lk_context_fail_allocation(context, k);
        lk_status status = read_bif(context, &network, text);
        lk_context_fail_allocation(context, 0);
        lk_network_free(network);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY);
        cr_assert(lk_context_memory_usage(context).live_bytes == baseline_bytes());
    }
}
