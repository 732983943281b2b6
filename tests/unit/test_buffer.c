#include "context.h"
#include "test_context.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

Test(buffer, an_empty_buffer_is_an_empty_text) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    cr_assert(strcmp(lk_buffer_text(&buffer), "") == 0);
    lk_buffer_append(&buffer, NULL, 0);
    cr_assert(buffer.length == 0 && lk_buffer_status(&buffer) == LK_OK);
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, appends_follow_one_another) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    lk_buffer_append_text(&buffer, "P(");
    lk_buffer_append_byte(&buffer, 'X');
    lk_buffer_append(&buffer, "=1)rest", 3);
    lk_buffer_printf(&buffer, " = %d/%d", 3, 8);
    cr_assert(strcmp(lk_buffer_text(&buffer), "P(X=1) = 3/8") == 0, "%s", lk_buffer_text(&buffer));
    cr_assert(buffer.length == 12);
    lk_buffer_clear(&buffer);
    cr_assert(strcmp(lk_buffer_text(&buffer), "") == 0 && buffer.capacity > 0);
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, keeps_every_byte_at_every_length) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    for (size_t i = 0; i < 5000; i++) {
        lk_buffer_append_byte(&buffer, (char)(i % 251));
        cr_assert(buffer.length == i + 1 && buffer.data[i + 1] == 0);
        cr_assert(buffer.capacity > buffer.length);
    }
    for (size_t i = 0; i < 5000; i++) cr_assert(buffer.data[i] == (char)(i % 251));
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, grows_by_doubling) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    uint64_t before = lk_context_memory_usage(context).allocations;
    for (int i = 0; i < 1000000; i++) lk_buffer_append_byte(&buffer, 'x');
    cr_assert(lk_context_memory_usage(context).allocations - before < 20);
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, naturals_are_written_as_printf_does) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 1000; round++) {
        uint64_t value = round ? lk_random_u64(&random) >> lk_random_below(&random, 64) : 0;
        char expected[24];
        snprintf(expected, sizeof expected, "%llu", (unsigned long long)value);
        lk_buffer_clear(&buffer);
        lk_buffer_append_natural(&buffer, value);
        cr_assert(strcmp(lk_buffer_text(&buffer), expected) == 0, "%s", lk_buffer_text(&buffer));
    }
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, long_formatted_texts_are_whole) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    for (int width = 1; width < 3000; width += 61) lk_buffer_printf(&buffer, "%*d|", width, 7);
    const char *at = lk_buffer_text(&buffer);
    for (int width = 1; width < 3000; width += 61, at += 2) {
        at += strspn(at, " ");
        cr_assert(strncmp(at, "7|", 2) == 0);
    }
    cr_assert(*at == 0);
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, powers_of_ten_that_no_double_holds_have_six_digits) {
    static const struct {
        double log10;
        const char *text;
    } cases[] = {{-0.3010299956639812, "5e-01"},
                 {0, "1e+00"},
                 {-400, "1e-400"},
                 {-1499.8301, "1.47877e-1500"},
                 {5000.5, "3.16228e+5000"},
                 {-4e-8, "1e+00"},
                 {-320.00000001, "1e-320"}};
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lk_buffer_clear(&buffer);
        lk_buffer_append_power(&buffer, cases[i].log10);
        cr_assert_str_eq(lk_buffer_text(&buffer), cases[i].text);
    }
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, a_lost_append_is_remembered_until_cleared) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    lk_buffer_append_text(&buffer, "kept");
    lk_context_fail_allocation(context, 1);
    lk_buffer_printf(&buffer, "%1000d", 1);
    lk_buffer_append_text(&buffer, "!");
    cr_assert(lk_buffer_status(&buffer) == LK_ERROR_MEMORY);
    expect_failure(context, lk_buffer_status(&buffer), LK_ERROR_MEMORY, "out of memory");
    cr_assert(strcmp(lk_buffer_text(&buffer), "kept") == 0, "later appends do nothing");
    lk_buffer_clear(&buffer);
    cr_assert(lk_buffer_status(&buffer) == LK_OK);
    lk_buffer_append_text(&buffer, "again");
    cr_assert(strcmp(lk_buffer_text(&buffer), "again") == 0);
    lk_buffer_free(&buffer);
    free_context(context);
}

Test(buffer, lengths_that_overflow_are_refused) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    lk_buffer_append_text(&buffer, "0123456789");
    lk_buffer_append(&buffer, "", SIZE_MAX);
    expect_failure(context, lk_buffer_status(&buffer), LK_ERROR_MEMORY, "too long");
    lk_buffer_clear(&buffer);
    lk_buffer_append_text(&buffer, "0123456789");
    lk_buffer_append(&buffer, "", SIZE_MAX - 10);
    cr_assert(lk_buffer_status(&buffer) == LK_ERROR_MEMORY);
    lk_buffer_free(&buffer);
    free_context(context);
}

// ---- Numbers ------------------------------------------------------------------------------------

static const char *text_of(lk_buffer *buffer, double value) {
    lk_buffer_clear(buffer);
    lk_buffer_append_double(buffer, value);
    return lk_buffer_text(buffer);
}

Test(buffer, doubles_are_written_as_people_write_them) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},          {5, "5"},           {0.1, "0.1"},
        {-2.5, "-2.5"},    {1e-300, "1e-300"}, {1.0 / 3, "0.3333333333333333"},
        {1e23, "1e+23"},   {5e-324, "5e-324"}, {0.1 + 0.2, "0.30000000000000004"},
        {1e100, "1e+100"}, {-0.0, "-0"},       {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = text_of(&buffer, cases[i].value);
        cr_assert(strcmp(text, cases[i].text) == 0, "%s, not %s", text, cases[i].text);
    }
    lk_buffer_free(&buffer);
    free_context(context);
}

// The fewest digits, looked for from one on.
static int fewest_digits(double value) {
    char text[40];
    for (int digits = 1; digits < 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, value);
        if (strtod(text, NULL) == value) return digits;
    }
    return 17;
}

static int count_digits(const char *text) {
    int digits = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (*text == '0' && digits == 0)) continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        digits++;
    }
    return digits - zeros;
}

static double random_double(lk_random *random) {
    uint64_t bits = lk_random_u64(random);
    double value;
    switch (lk_random_below(random, 4)) {
    case 0:
        return lk_random_uniform(random);
    case 1:
        return (double)lk_random_below(random, 100000) / 1000;
    case 2:
        bits &= UINT64_C(0x800FFFFFFFFFFFFF); // subnormal
    }
    memcpy(&value, &bits, sizeof value);
    return isfinite(value) ? value : 1;
}

Test(buffer, random_doubles_read_back_the_same_in_the_fewest_digits) {
    lk_context *context = make_context();
    lk_buffer buffer = lk_buffer_make(context);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (int i = 0; i < 20000; i++) {
        double value = random_double(&random);
        const char *text = text_of(&buffer, value);
        cr_assert(strtod(text, NULL) == value, "%a became %s", value, text);
        if (value != 0)
            cr_assert(count_digits(text) == fewest_digits(value), "%s is not shortest", text);
    }
    lk_buffer_free(&buffer);
    free_context(context);
}
