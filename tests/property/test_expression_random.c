// Tokenizers that cut by regular expressions: those of the known patterns give the ids of the
// machines, texts in parts the ids of the whole, and nothing is lost.
#include "likelore/tokenizer.h"
#include "unicode.h"

#include "test_context.h"

#include <stdio.h>

enum { MOST = 2000, TRIALS = 60 };

// ---- Texts --------------------------------------------------------------------------------------

static const uint32_t characters[] = {
    ' ',   ' ',   '\n',  '\r',   '\t',   '\'',   's',    'L',     'l',     'v',    'e',
    'a',   'Z',   '1',   '9',    '/',    '!',    0xA0,   0xE9,    0xC9,    0x17F,  0x1C5,
    0x2B0, 0x301, 0x660, 0x2028, 0x3042, 0x4E00, 0xAC00, 0x10D4A, 0x1F600, 0x323AF};

static size_t make_text(char *text, lk_random *random) {
    size_t count = sizeof characters / sizeof characters[0], length = 0;
    size_t wanted = lk_random_below(random, MOST - 20);
    while (length < wanted) {
        uint32_t character = characters[lk_random_below(random, count)];
        for (uint64_t run = lk_random_below(random, 4); run > 0 && length < wanted; run--)
            length += lk_utf8_encode((uint8_t *)text + length, character);
        if (lk_random_below(random, 60) || length > MOST - 20) continue;
        memcpy(text + length, "<|end|>", 7);
        length += 7;
    }
    return length;
}

static lk_tokenizer *train(lk_context *context, const char *text, size_t length, lk_pattern pattern,
                           const char *expression) {
    static const char *const specials[] = {"<|end|>"};
    lk_tokenizer_training training = {.vocab_size = 330,
                                      .specials = specials,
                                      .special_count = 1,
                                      .pattern = pattern,
                                      .expression = expression};
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    lk_merge_report report;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    for (size_t at = 0; at < length; at += 100)
        cr_assert(lk_tokenizer_trainer_feed(trainer, text + at,
                                            length - at < 100 ? length - at : 100, false) == LK_OK);
    cr_assert(lk_tokenizer_trainer_feed(trainer, "", 0, true) == LK_OK);
    do cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    while (!report.is_done);
    cr_assert(lk_tokenizer_trainer_finish(trainer, &tokenizer) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
    return tokenizer;
}

// ---- Ids ----------------------------------------------------------------------------------------

static lk_ids encode(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                     size_t length) {
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, length, NULL) == LK_OK);
    return ids;
}

static void expect_same(lk_ids a, lk_ids b) {
    cr_assert(a.count == b.count, "%zu and %zu ids", a.count, b.count);
    cr_assert(a.count == 0 || memcmp(a.ids, b.ids, a.count * sizeof *a.ids) == 0);
    lk_ids_free(&a);
    lk_ids_free(&b);
}

static lk_ids encode_in_parts(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                              size_t length, lk_random *random) {
    lk_ids ids = lk_ids_make(context);
    lk_encoder *encoder;
    cr_assert(lk_encoder_new(context, &encoder, tokenizer, NULL) == LK_OK);
    for (size_t at = 0, part; at < length; at += part) {
        part = 1 + lk_random_below(random, 60);
        if (part > length - at) part = length - at;
        cr_assert(lk_encoder_feed(encoder, &ids, text + at, part, false) == LK_OK);
    }
    cr_assert(lk_encoder_feed(encoder, &ids, "", 0, true) == LK_OK);
    lk_encoder_free(encoder);
    return ids;
}

static lk_tokenizer *write_and_read(lk_context *context, const lk_tokenizer *tokenizer) {
    lk_buffer text = lk_buffer_make(context);
    lk_tokenizer *read;
    cr_assert(lk_tokenizer_write(context, &text, tokenizer) == LK_OK);
    cr_assert(lk_tokenizer_parse(context, &read, text.data, text.length) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_buffer_free(&text);
    return read;
}

// A group around it hides the expression from those that look for a known one.
Test(expression_random, known_expressions_give_the_ids_of_the_machines) {
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 0, trial);
        lk_pattern pattern = (lk_pattern)(trial % LK_PATTERN_NONE);
        char text[MOST], expression[1000];
        size_t length = make_text(text, &random);
        snprintf(expression, sizeof expression, "(?:%s)", lk_pattern_expression(pattern));
        lk_tokenizer *machine = train(context, text, length, pattern, NULL);
        lk_tokenizer *regex = train(context, text, length, LK_PATTERN_NONE, expression);
        lk_tokenizer *read = write_and_read(context, regex);
        for (int i = 0; i < 3; i++) {
            length = make_text(text, &random);
            expect_same(encode(context, machine, text, length),
                        encode(context, regex, text, length));
            expect_same(encode(context, machine, text, length),
                        encode(context, read, text, length));
            expect_same(encode(context, machine, text, length),
                        encode_in_parts(context, regex, text, length, &random));
        }
        lk_tokenizer_free(machine);
        lk_tokenizer_free(regex);
        lk_tokenizer_free(read);
    }
    free_context(context);
}

Test(expression_random, nothing_is_lost_by_any_expression) {
    static const char *const expressions[] = {"\\p{L}+",    "a*",  "(?=a)", "x",   "$|^",
                                              "(?<=a)b?",   "\\b", "[^a]",  "\\R", "a\\Ka?",
                                              "\\p{Han}|.", "",    "(?s).*"};
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(12, LK_RANDOM_TEST, 0, trial);
        char text[MOST];
        size_t length = make_text(text, &random);
        for (uint64_t i = lk_random_below(&random, 20); i > 0 && length > 0; i--)
            text[lk_random_below(&random, length)] = (char)lk_random_below(&random, 256);
        const char *expression = expressions[trial % (sizeof expressions / sizeof expressions[0])];
        lk_tokenizer *tokenizer = train(context, text, length, LK_PATTERN_NONE, expression);
        lk_ids ids = encode(context, tokenizer, text, length);
        lk_buffer decoded = lk_buffer_make(context);
        cr_assert(lk_tokenizer_decode(context, &decoded, tokenizer, ids.ids, ids.count) == LK_OK);
        cr_assert(decoded.length == length && !memcmp(lk_buffer_text(&decoded), text, length));
        expect_same(ids, encode_in_parts(context, tokenizer, text, length, &random));
        lk_buffer_free(&decoded);
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

Test(expression_random, too_many_steps_are_told_with_their_place) {
    lk_context *context = make_context();
    char text[MOST];
    memset(text, 'a', sizeof text);
    memcpy(text + 99, "b<|end|>", 8);
    lk_tokenizer *tokenizer = train(context, "aaab", 4, LK_PATTERN_NONE, "(?:a|aa)+[bc]|a");
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, 107, NULL) == LK_OK);
    size_t count = ids.count;
    expect_failure(context, lk_tokenizer_encode(context, &ids, tokenizer, text, sizeof text, NULL),
                   LK_ERROR_LIMIT, "too many steps");
    cr_assert(lk_context_error(context).location.byte == 107 && ids.count == count);
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}
