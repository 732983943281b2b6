// Regular expressions: classes are those of Unicode 16 wherever they stand, mistakes are told with
// their place, and nothing takes for ever.
#include "regex.h"
#include "unicode.h"
#include "unicode_classes.h"

#include "test_context.h"

#include <stdio.h>
#include <stdlib.h>

static lk_regex *make(lk_context *context, const char *expression) {
    lk_regex *regex;
    cr_assert(lk_regex_new(context, &regex, expression) == LK_OK, "%s: %s", expression,
              lk_context_error(context).message);
    return regex;
}

static bool matches(lk_regex *regex, uint32_t character) {
    uint8_t text[4];
    size_t length = lk_utf8_encode(text, character), begin, end;
    lk_regex_begin(regex, length);
    cr_assert(lk_regex_find(regex, &begin, &end, text, length, 0) == LK_OK);
    cr_assert(begin == length || end == length);
    return begin == 0 && end == length;
}

static bool is_letter(uint32_t c) { return lk_unicode_class_of(c) >= LK_UNICODE_LETTER; }
static bool is_number(uint32_t c) { return lk_unicode_class_of(c) == LK_UNICODE_NUMBER; }
static bool is_mark(uint32_t c) { return lk_unicode_class_of(c) == LK_UNICODE_MARK; }
static bool is_space(uint32_t c) { return lk_unicode_class_of(c) == LK_UNICODE_SPACE; }
static bool is_lower(uint32_t c) { return lk_unicode_class_of(c) == LK_UNICODE_LOWER; }
static bool is_title(uint32_t c) {
    return lk_unicode_class_of(c) == LK_UNICODE_UPPER && lk_unicode_is_title(c);
}
static bool is_upper(uint32_t c) {
    return lk_unicode_class_of(c) == LK_UNICODE_UPPER && !lk_unicode_is_title(c);
}
static bool is_modifier(uint32_t c) {
    return lk_unicode_class_of(c) == LK_UNICODE_LETTER && lk_unicode_is_modifier(c);
}
static bool is_other_letter(uint32_t c) {
    return lk_unicode_class_of(c) == LK_UNICODE_LETTER && !lk_unicode_is_modifier(c);
}
static bool is_cased(uint32_t c) { return lk_unicode_class_of(c) >= LK_UNICODE_UPPER; }

static void check_class(lk_context *context, const char *expression, bool expected(uint32_t c),
                        bool negated) {
    lk_regex *regex = make(context, expression);
    for (uint32_t c = 0; c < 0xE0200; c++) {
        if (c == 0xD800) c = 0xE000;
        if (c >= LK_UNICODE_DENSE && c < 0xE0000) c += 96; // nothing is there
        cr_assert(matches(regex, c) == (expected(c) != negated), "%s: U+%04X", expression, c);
    }
    lk_regex_free(regex);
}

Test(regex, classes_are_those_of_unicode_16) {
    static const struct {
        const char *name;
        bool (*is)(uint32_t c);
    } classes[] = {{"p{L}", is_letter}, {"p{N}", is_number},    {"p{M}", is_mark},
                   {"p{Ll}", is_lower}, {"p{Lt}", is_title},    {"p{Lu}", is_upper},
                   {"pL", is_letter},   {"p{Lm}", is_modifier}, {"p{Lo}", is_other_letter},
                   {"s", is_space},     {"p{L&}", is_cased}};
    lk_context *context = make_context();
    char expression[64];
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        const char *name = classes[i].name;
        static const struct {
            const char *before, *after;
            bool capital, negated;
        } forms[] = {{"\\", "", false, false},   {"\\", "", true, true},
                     {"[\\", "]", false, false}, {"[\\", "]", true, true},
                     {"[^\\", "]", false, true}, {"[^\\", "]", true, false}};
        for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
            char first = forms[f].capital ? (char)(*name - 'a' + 'A') : *name;
            snprintf(expression, sizeof expression, "%s%c%s%s", forms[f].before, first, name + 1,
                     forms[f].after);
            check_class(context, expression, classes[i].is, forms[f].negated);
        }
    }
    check_class(context, "\\p{^L}", is_letter, true);
    check_class(context, "\\P{^L}", is_letter, false);
    free_context(context);
}

static void expect_match(lk_context *context, const char *expression, const char *text, size_t from,
                         size_t begin, size_t end) {
    lk_regex *regex = make(context, expression);
    size_t got_begin, got_end;
    lk_regex_begin(regex, strlen(text));
    cr_assert(lk_regex_find(regex, &got_begin, &got_end, (const uint8_t *)text, strlen(text),
                            from) == LK_OK);
    cr_assert(got_begin == begin && got_end == end, "%s: %zu to %zu", expression, got_begin,
              got_end);
    lk_regex_free(regex);
}

Test(regex, what_only_looks_like_a_class_is_left_alone) {
    lk_context *context = make_context();
    expect_match(context, "\\Q\\p{L}\\E", "a\\p{L}", 0, 1, 6);
    expect_match(context, "\\\\p", "a\\p", 0, 1, 3);
    expect_match(context, "[]\\p{L}]+", "1]a1", 0, 1, 3);
    expect_match(context, "[^]\\p{L}]+", "]a12a", 0, 2, 4);
    expect_match(context, "[[:digit:]\\p{L}]+", " a1]", 0, 1, 3);
    expect_match(context, "[\\]\\p{L}]+", "1]a1", 0, 1, 3);
    expect_match(context, "(?#[)\\p{L}+", "1ab", 0, 1, 3);
    expect_match(context, "(?x) # [ a comment\n\\p{L}+ [#] ", "1ab#", 0, 1, 4);
    expect_match(context, "#\\p{L}", "#a", 0, 0, 2);
    expect_match(context, "[\\p{L}\\p{N}_-]+", " a-1_ ", 0, 1, 5);
    expect_match(context, "(?i)k", "\xE2\x84\xAA", 0, 0, 3);
    free_context(context);
}

Test(regex, ends_are_those_of_the_text) {
    lk_context *context = make_context();
    expect_match(context, "a$", "a\n", 0, 2, 2);
    expect_match(context, "\\n$", "a\n", 0, 1, 2);
    expect_match(context, "\\s+(?!\\S)|\\s+", "   a", 0, 0, 2);
    expect_match(context, "(?<=a)b", "ab", 1, 1, 2);
    expect_match(context, "^b", "ab", 1, 2, 2);
    expect_match(context, "x*", "ab", 1, 1, 1);
    free_context(context);
}

static void expect_refused(const char *expression, lk_status expected, const char *words,
                           int64_t byte) {
    lk_context *context = make_context();
    lk_regex *regex;
    expect_failure(context, lk_regex_new(context, &regex, expression), expected, words);
    cr_assert(!regex && lk_context_error(context).location.byte == byte, "byte %lld",
              (long long)lk_context_error(context).location.byte);
    free_context(context);
}

Test(regex, mistakes_are_told_with_their_place) {
    expect_refused("\\p{L}(", LK_ERROR_SYNTAX, "missing closing parenthesis", 6);
    expect_refused("\\p{L}|[a", LK_ERROR_SYNTAX, "missing terminating ]", 8);
    expect_refused("\\s\\p{Nothing}", LK_ERROR_SYNTAX, "unknown property", 13);
    expect_refused("\\p{L}+\\C", LK_ERROR_SYNTAX, "\\C", 8);
    expect_refused("a\xFF", LK_ERROR_SYNTAX, "UTF-8", 1);
    expect_refused("\\", LK_ERROR_SYNTAX, "\\ at end of pattern", 1);
    expect_refused("(a)\\1", LK_ERROR_UNSUPPORTED, "refers back", -1);
}

Test(regex, expressions_of_any_length_are_done_with_soon) {
    enum { COUNT = 100000 };
    lk_context *context = make_context();
    lk_regex *regex;
    char *expression = malloc(3 * COUNT + 1);
    for (int i = 0; i < COUNT; i++) memcpy(expression + 3 * i, "\\pL", 3);
    expression[3 * COUNT] = 0;
    lk_status status = lk_regex_new(context, &regex, expression);
    cr_assert(status == LK_ERROR_LIMIT || status == LK_ERROR_SYNTAX);
    free(expression);
    free_context(context);
}

Test(regex, steps_are_limited) {
    enum { LENGTH = 1 << 16 };
    lk_context *context = make_context();
    uint8_t *text = malloc(LENGTH);
    memset(text, 'a', LENGTH);
    static const char *const hostile[] = {"(a+)+[bc]", "(?:a|a)*[bc]", "(a*)*[bc]"};
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        lk_regex *regex = make(context, hostile[i]);
        size_t begin, end;
        lk_regex_begin(regex, LENGTH);
        cr_assert(lk_regex_find(regex, &begin, &end, text, LENGTH, 0) == LK_ERROR_LIMIT, "%s",
                  hostile[i]);
        lk_regex_free(regex);
    }
    free(text);
    free_context(context);
}

Test(regex, long_runs_are_no_too_many_steps) {
    enum { LENGTH = 10 << 20 };
    lk_context *context = make_context();
    uint8_t *text = malloc(LENGTH);
    memset(text, ' ', LENGTH);
    text[LENGTH - 1] = 'a';
    static const char *const expressions[] = {"\\s*[\\r\\n]+|\\s+(?!\\S)", "\\s+(?!\\S)|\\s+"};
    for (size_t i = 0; i < sizeof expressions / sizeof expressions[0]; i++) {
        lk_regex *regex = make(context, expressions[i]);
        size_t begin, end;
        lk_regex_begin(regex, LENGTH);
        lk_status status = lk_regex_find(regex, &begin, &end, text, LENGTH, 0);
        cr_assert(status == LK_OK, "%s: %s", expressions[i], lk_status_name(status));
        cr_assert(begin == 0 && end == LENGTH - 2, "%s: %zu to %zu", expressions[i], begin, end);
        lk_regex_free(regex);
    }
    free(text);
    free_context(context);
}

Test(regex, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_regex *regex = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_regex_new(context, &regex, "\\p{N}|(?:\\S+)");
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY, "%s", lk_status_name(status));
        lk_regex_free(regex);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    free_context(context);
}
