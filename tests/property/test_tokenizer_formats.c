// Tokenizers trained on random texts: every format that is written gives the same ids when it is
// read again.
#include "likelore/tokenizer.h"

#include "test_context.h"
#include "test_directory.h"

TestSuite(tokenizer_formats, .init = enter_fresh_directory, .fini = leave_fresh_directory);

enum { TEXT_BYTES = 400, TRIALS = 150 };

// Few letters, so that there are merges; any byte now and then.
static size_t make_text(char *text, lk_random *random) {
    static const char letters[] = "abcab ab \n'se1\xC3\xA9";
    size_t length = lk_random_below(random, TEXT_BYTES);
    for (size_t i = 0; i < length; i++)
        text[i] = lk_random_below(random, 50) ? letters[lk_random_below(random, sizeof letters - 1)]
                                              : (char)lk_random_below(random, 256);
    return length;
}

static lk_tokenizer *train(lk_context *context, lk_pattern *pattern, lk_random *random) {
    static const char *const specials[] = {"<|end|>", "<s>", "<a b>", "<\xC3\xA9>"};
    char text[TEXT_BYTES];
    size_t length = make_text(text, random);
    *pattern = (lk_pattern)lk_random_below(random, LK_PATTERN_COUNT);
    lk_tokenizer_training training = {.vocab_size = (uint32_t)(260 + lk_random_below(random, 60)),
                                      .specials = specials,
                                      .special_count = lk_random_below(random, 5),
                                      .pattern = *pattern,
                                      .tie = (lk_tie)lk_random_below(random, 2),
                                      .layout = (lk_layout)lk_random_below(random, 3)};
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    lk_merge_report report;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    cr_assert(lk_tokenizer_trainer_feed(trainer, text, length, true) == LK_OK);
    do cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    while (!report.is_done);
    cr_assert(lk_tokenizer_trainer_finish(trainer, &tokenizer) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
    return tokenizer;
}

static void expect_same_ids(lk_context *context, const lk_tokenizer *a, const lk_tokenizer *b,
                            lk_random *random, lk_special_rule rule) {
    char text[TEXT_BYTES];
    lk_encode_options options = {.special = rule};
    for (int i = 0; i < 5; i++) {
        size_t length = make_text(text, random);
        if (length > 20) memcpy(text + 5, "<|end|><\xC3\xA9><s>", 14);
        lk_ids ids_a = lk_ids_make(context), ids_b = lk_ids_make(context);
        cr_assert(lk_tokenizer_encode(context, &ids_a, a, text, length, &options) == LK_OK);
        cr_assert(lk_tokenizer_encode(context, &ids_b, b, text, length, &options) == LK_OK);
        cr_assert(ids_a.count == ids_b.count);
        cr_assert(!ids_a.count || !memcmp(ids_a.ids, ids_b.ids, ids_a.count * sizeof *ids_a.ids));
        lk_ids_free(&ids_a);
        lk_ids_free(&ids_b);
    }
}

static const char *path_of(lk_tokenizer_format format) {
    static const char *const paths[] = {"tokenizer.json", "pair", "ranks.tiktoken"};
    return paths[format];
}

static void check_format(lk_context *context, const lk_tokenizer *tokenizer,
                         lk_tokenizer_format format, const lk_pattern *pattern, lk_random *random) {
    lk_tokenizer *read;
    const char *path = path_of(format);
    cr_assert(lk_tokenizer_save(context, path, tokenizer, format, true) == LK_OK, "%s",
              lk_context_error(context).message);
    cr_assert(lk_tokenizer_load(context, &read, path, pattern) == LK_OK, "%s",
              lk_context_error(context).message);
    bool has_specials = format != LK_TOKENIZER_RANKS;
    cr_assert(lk_tokenizer_special_count(read) ==
              (has_specials ? lk_tokenizer_special_count(tokenizer) : 0));
    expect_same_ids(context, tokenizer, read, random, LK_SPECIAL_TEXT);
    if (has_specials) expect_same_ids(context, tokenizer, read, random, LK_SPECIAL_RECOGNISE);
    lk_tokenizer_free(read);
}

Test(tokenizer_formats, what_is_written_gives_the_same_ids) {
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 0, trial);
        lk_pattern pattern;
        lk_tokenizer *tokenizer = train(context, &pattern, &random);
        for (int format = 0; format < LK_TOKENIZER_FORMAT_COUNT; format++)
            check_format(context, tokenizer, (lk_tokenizer_format)format, &pattern, &random);
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

Test(tokenizer_formats, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 1, 0);
    lk_pattern pattern;
    lk_tokenizer *tokenizer = train(context, &pattern, &random);
    for (int format = 0; format < LK_TOKENIZER_FORMAT_COUNT; format++) {
        lk_status status = LK_ERROR_MEMORY;
        for (uint64_t k = 1; status != LK_OK; k++) {
            uint64_t live = lk_context_memory_usage(context).live_bytes;
            lk_context_fail_allocation(context, k);
            status = lk_tokenizer_save(context, path_of((lk_tokenizer_format)format), tokenizer,
                                       (lk_tokenizer_format)format, true);
            lk_context_fail_allocation(context, 0);
            cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
            cr_assert(lk_context_memory_usage(context).live_bytes == live);
        }
    }
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer_formats, neither_of_two_files_is_written_over) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(7, LK_RANDOM_TEST, 2, 0);
    lk_pattern pattern;
    lk_tokenizer *tokenizer = train(context, &pattern, &random);
    cr_assert(lk_file_write(context, "merges.txt", "mine", 4, false) == LK_OK);
    expect_failure(context, lk_tokenizer_save(context, ".", tokenizer, LK_TOKENIZER_MERGES, false),
                   LK_ERROR_CREATE, "exists already");
    cr_assert(access("vocab.json", F_OK) != 0);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}
