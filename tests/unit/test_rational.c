// Rational numbers, against GMP's own.
#include "exact/rational.h"
#include "number.h"

#include "test_context.h"

#include <gmp.h>
#include <stdio.h>

static lk_context *context;
static lk_arena arena;

static void begin(void) {
    context = make_context();
    arena = lk_arena_make(context, 0);
}
static void end(void) {
    lk_arena_release(&arena);
    free_context(context);
}
TestSuite(rational, .init = begin, .fini = end);

static lk_rational parse(const char *text) {
    lk_rational number;
    lk_status status = lk_rational_parse(&arena, &number, text, strlen(text));
    cr_assert(status == LK_OK, "%s: %s", text, lk_context_error(context).message);
    return number;
}

static void expect_text(lk_rational number, const char *expected) {
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_rational_append(&arena, &text, number) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&text), expected) == 0, "%s is not %s", lk_buffer_text(&text),
              expected);
    lk_buffer_free(&text);
}

Test(rational, texts_are_read_exactly_and_brought_to_lowest_terms) {
    const char *const pairs[][2] = {
        {"0", "0"},
        {"-0.0e7", "0"},
        {"0e999999999999999999999", "0"},
        {"1", "1"},
        {"100", "100"},
        {"0.25", "1/4"},
        {"0.1", "1/10"},
        {".50000", "1/2"},
        {"+12.5e+1", "125"},
        {"125e-2", "5/4"},
        {"1/3", "1/3"},
        {"6/4", "3/2"},
        {"0.2/0.3", "2/3"},
        {"1e-3/2e2", "1/200000"},
        {"0.333333333333333333333333333333",
         "333333333333333333333333333333/1000000000000000000000000000000"},
        {"0.70093457943925233644859813084112149532710280373831775700934579",
         "70093457943925233644859813084112149532710280373831775700934579/"
         "100000000000000000000000000000000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        expect_text(parse(pairs[i][0]), pairs[i][1]);
}

Test(rational, a_small_power_of_ten_has_all_its_zeros) {
    char expected[400] = "1/1";
    memset(expected + 3, '0', 300);
    expected[303] = 0;
    expect_text(parse("1e-300"), expected);
}

Test(rational, exponents_beyond_the_limit_are_refused) {
    const char *const texts[] = {"1e-19001", "1e999999999999999999999999", "1/3e-20000"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lk_rational number;
        expect_failure(context, lk_rational_parse(&arena, &number, texts[i], strlen(texts[i])),
                       LK_ERROR_LIMIT, "more than 19000 digits");
    }
}

static void random_text(lk_random *random, char *text, size_t bytes) {
    unsigned long long a = lk_random_u64(random) >> lk_random_below(random, 60);
    unsigned long long b = 1 + (lk_random_u64(random) >> (1 + lk_random_below(random, 60)));
    snprintf(text, bytes, "%llu/%llu", lk_random_below(random, 9) ? a : 0, b);
}

static void expect_mpq(lk_rational number, const mpq_t expected) {
    char text[400];
    gmp_snprintf(text, sizeof text, "%Qd", expected);
    expect_text(number, text);
}

Test(rational, arithmetic_is_that_of_gmp) {
    mpq_t a, b, c;
    mpq_inits(a, b, c, NULL);
    for (uint32_t i = 0; i < 1000; i++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, i, 0);
        char first[64], second[64];
        random_text(&random, first, sizeof first);
        random_text(&random, second, sizeof second);
        lk_rational x = parse(first), y = parse(second), z;
        mpq_set_str(a, first, 10);
        mpq_set_str(b, second, 10);
        mpq_canonicalize(a);
        mpq_canonicalize(b);
        expect_mpq(x, a);
        cr_assert(lk_rational_add(&arena, &z, x, y) == LK_OK);
        mpq_add(c, a, b);
        expect_mpq(z, c);
        cr_assert(lk_rational_difference(&arena, &z, x, y) == LK_OK);
        mpq_sub(c, a, b);
        mpq_abs(c, c);
        expect_mpq(z, c);
        cr_assert(lk_rational_multiply(&arena, &z, x, y) == LK_OK);
        mpq_mul(c, a, b);
        expect_mpq(z, c);
        if (y.numerator.count) {
            cr_assert(lk_rational_divide(&arena, &z, x, y) == LK_OK);
            mpq_div(c, a, b);
            expect_mpq(z, c);
        }
        int order = 2, expected = mpq_cmp(a, b);
        cr_assert(lk_rational_compare(&arena, &order, x, y) == LK_OK);
        cr_assert((order > 0) - (order < 0) == (expected > 0) - (expected < 0));
        cr_assert(lk_rational_equal(x, y) == (expected == 0));
        cr_assert(lk_rational_equal(x, x));
        lk_arena_reset(&arena);
    }
    mpq_clears(a, b, c, NULL);
}

// What a file's number is as a double and as a fraction must be the same number.
Test(rational, the_double_of_a_decimal_is_the_one_that_the_readers_of_files_find) {
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 3000; i++) {
        char text[64];
        snprintf(text, sizeof text, "0.%llu%llue%d", (unsigned long long)lk_random_u64(&random),
                 (unsigned long long)lk_random_u64(&random),
                 (int)lk_random_below(&random, 640) - 330);
        lk_number number;
        double value = -1;
        cr_assert(lk_number_read(&number, text, strlen(text)));
        cr_assert(lk_rational_to_double(&arena, &value, parse(text)) == LK_OK);
        cr_assert(value == number.value, "%s", text);
        lk_arena_reset(&arena);
    }
}

Test(rational, every_failed_allocation_is_a_clean_error) {
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 100);
        lk_arena small = lk_arena_make(context, 64); // so that every number asks for memory
        lk_rational a, b;
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status = lk_rational_parse(&small, &a, "0.123456789", 11);
        if (status == LK_OK) status = lk_rational_parse(&small, &b, "17/51", 5);
        if (status == LK_OK) status = lk_rational_add(&small, &a, a, b);
        if (status == LK_OK) status = lk_rational_append(&small, &text, a);
        lk_context_fail_allocation(context, 0);
        if (status == LK_OK) cr_assert(strcmp(lk_buffer_text(&text), "1370370367/3000000000") == 0);
        lk_buffer_free(&text);
        lk_arena_release(&small);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY);
    }
}
