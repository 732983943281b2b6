// Training within a memory limit, and training that is interrupted: the merges are those of a
// training with all memory that comes to its end.
#include "tokenizer/tokenizer.h"
#include "tokenizer/word_counter.h"

#include "test_context.h"
#include "test_directory.h"

enum { TEXT_BYTES = 1 << 20, MERGES = 200 };

static char text[TEXT_BYTES];

// Words of random letters, most of them seldom; some are long, and one is a twentieth of the text.
static void make_text(void) {
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = lk_random_below(&random, 5) ? (char)('a' + lk_random_below(&random, 26)) : ' ';
    memset(text + TEXT_BYTES / 2, 'x', TEXT_BYTES / 20);
}

static lk_context *make_limited(int threads, uint64_t limit) {
    lk_context *context;
    cr_assert(lk_context_new(&context, &(lk_options){.threads = threads, .memory_limit = limit}) ==
              LK_OK);
    return context;
}

static lk_tokenizer_training training_beside(const char *scratch) {
    return (lk_tokenizer_training){
        .vocab_size = 256 + MERGES, .pattern = LK_PATTERN_WHITESPACE, .scratch = scratch};
}

// Then its peak may be that of something else.
static bool context_is_used;

static lk_status learn(lk_tokenizer_trainer *trainer, lk_buffer *written) {
    lk_tokenizer *tokenizer;
    lk_merge_report report;
    lk_context *context = written->context;
    do LK_TRY(lk_tokenizer_trainer_step(trainer, &report));
    while (!report.is_done);
    uint64_t peak = lk_context_memory_usage(context).peak_bytes;
    cr_assert(peak <= lk_context_memory_limit(context) || context_is_used);
    LK_TRY(lk_tokenizer_trainer_finish(trainer, &tokenizer));
    lk_status status = lk_tokenizer_write(context, written, tokenizer);
    lk_tokenizer_free(tokenizer);
    return status;
}

static lk_status train(lk_context *context, lk_buffer *written, const char *scratch) {
    lk_tokenizer_training training = training_beside(scratch);
    lk_tokenizer_trainer *trainer;
    LK_TRY(lk_tokenizer_trainer_new(context, &trainer, &training));
    lk_status status = lk_tokenizer_trainer_feed(trainer, text, TEXT_BYTES, true);
    if (status == LK_OK) status = learn(trainer, written);
    lk_tokenizer_trainer_free(trainer);
    return status;
}

static lk_buffer expected;

static void begin(void) {
    enter_fresh_directory();
    make_text();
    expected = lk_buffer_make(make_context());
    cr_assert(train(expected.context, &expected, NULL) == LK_OK);
}

static void end(void) {
    lk_context *context = expected.context;
    lk_buffer_free(&expected);
    free_context(context);
    leave_fresh_directory();
}

TestSuite(train_limit, .init = begin, .fini = end);

static void expect_same(const lk_buffer *written) {
    cr_assert(written->length == expected.length);
    cr_assert(memcmp(written->data, expected.data, expected.length) == 0);
}

// ---- Counts -------------------------------------------------------------------------------------

static void count_text(lk_context *context, lk_word_counter *counter, const char *place) {
    size_t used;
    cr_assert(lk_word_counter_make(context, counter, LK_PATTERN_WHITESPACE, NULL, 0, place) ==
              LK_OK);
    cr_assert(lk_word_counter_add(counter, &used, (const uint8_t *)text, TEXT_BYTES, true) ==
                  LK_OK &&
              used == TEXT_BYTES);
    cr_assert(lk_word_counter_finish(counter) == LK_OK);
}

// Adds the words to a table that has them all: each is met once, and every count is doubled.
static void add_known_words(lk_word_counts *table, lk_word_counter *counter) {
    uint64_t words, bytes, sum = 0;
    size_t before = table->count;
    lk_word_counter_measure(counter, &words, &bytes);
    lk_word_counter_begin(counter);
    for (uint64_t i = 0;; i++) {
        lk_word word;
        bool found;
        cr_assert(lk_word_counter_next(counter, &word, &found) == LK_OK);
        if (!found) cr_assert(i == words && i == before && sum == bytes);
        if (!found) return;
        cr_assert(lk_word_counts_add(table, &word) && table->count == before);
        sum += word.length;
    }
}

static void expect_multiples(const lk_word_counts *many, const lk_word_counts *once,
                             uint64_t times) {
    uint8_t scratch[LK_KEY_BYTES], other_scratch[LK_KEY_BYTES];
    lk_word a, b;
    size_t i = 0, j = 0;
    while (lk_word_counts_next(many, &a, &i, scratch)) {
        cr_assert(lk_word_counts_next(once, &b, &j, other_scratch));
        cr_assert(a.hash == b.hash && a.count == times * b.count);
    }
}

Test(train_limit, words_in_runs_are_those_in_memory) {
    lk_context *plenty = make_context();
    lk_word_counter all, again;
    count_text(plenty, &all, NULL);
    count_text(plenty, &again, NULL);
    for (int threads = 1; threads <= 3; threads++) {
        const uint64_t limit = 5 << 20;
        lk_context *context = make_limited(threads, limit);
        lk_word_counter some;
        count_text(context, &some, "scratch");
        cr_assert(some.runs.count == 1 && some.tables[0].slots == NULL);
        cr_assert(lk_context_memory_usage(context).peak_bytes <= limit);
        add_known_words(&all.tables[0], &some);
        expect_multiples(&all.tables[0], &again.tables[0], 1 + (uint64_t)threads);
        lk_word_counter_release(&some);
        lk_context_free(context);
    }
    lk_word_counter_release(&all);
    lk_word_counter_release(&again);
    free_context(plenty);
}

Test(train_limit, merges_are_the_same_within_any_limit_that_suffices) {
    int limited = 0, sufficient = 0;
    for (uint64_t limit = 1 << 20; limit < 1 << 26; limit += limit / 3)
        for (int threads = 1; threads <= 3; threads += 2) {
            lk_context *context = make_limited(threads, limit);
            lk_buffer written = lk_buffer_make(context);
            lk_status status = train(context, &written, "scratch");
            if (status == LK_OK) expect_same(&written);
            if (status != LK_OK) expect_failure(context, status, LK_ERROR_LIMIT, "memory limit");
            sufficient += status == LK_OK;
            limited += status != LK_OK;
            lk_buffer_free(&written);
            lk_context_free(context);
        }
    cr_assert(limited > 0 && sufficient > 0);
    cr_assert(access("scratch", F_OK) != 0, "nothing is left");
}

Test(train_limit, without_a_place_for_files_a_low_limit_is_told) {
    lk_context *context = make_limited(2, 2 << 20);
    lk_buffer written = lk_buffer_make(context);
    expect_failure(context, train(context, &written, NULL), LK_ERROR_LIMIT, "memory limit");
    lk_context_free(context);
}

Test(train_limit, failing_allocations_leak_nothing) {
    lk_context *context = make_limited(3, 18 << 20);
    lk_status status = LK_ERROR_MEMORY;
    uint64_t live = lk_context_memory_usage(context).live_bytes;
    context_is_used = true;
    for (uint64_t k = 1; status != LK_OK; k += 1 + k / 2) {
        lk_buffer written = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        status = train(context, &written, "scratch");
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_buffer_free(&written);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_context_free(context);
}

// ---- Interruptions ------------------------------------------------------------------------------

// Two texts, in parts; the place tells where an interruption comes.
static lk_status feed_until(lk_tokenizer_trainer *trainer, size_t first, size_t stop) {
    for (size_t at = 0, length; at < stop; at += length) {
        size_t end = at < first ? first : TEXT_BYTES;
        length = end - at < 50000 ? end - at : 50000;
        LK_TRY(lk_tokenizer_trainer_feed(trainer, text + at, length, at + length == end));
    }
    return LK_OK;
}

// Saves after so many bytes, or after as many merges more as there are bytes above them.
static void interrupt(lk_context *context, bool resumes, size_t first, size_t stop) {
    lk_tokenizer_training training = training_beside("scratch");
    lk_tokenizer_trainer *trainer;
    lk_merge_report report;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    if (resumes) cr_assert(lk_tokenizer_trainer_resume(trainer, "counts", "a note") == LK_OK);
    cr_assert(feed_until(trainer, first, stop < TEXT_BYTES ? stop : TEXT_BYTES) == LK_OK);
    for (size_t i = TEXT_BYTES; i < stop; i++)
        cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    cr_assert(lk_tokenizer_trainer_save(trainer, "counts", "a note") == LK_OK);
    lk_tokenizer_trainer_free(trainer);
}

static void go_on(lk_context *context, lk_buffer *written, size_t first) {
    lk_tokenizer_training training = training_beside("scratch");
    lk_tokenizer_trainer *trainer;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    cr_assert(lk_tokenizer_trainer_resume(trainer, "counts", "a note") == LK_OK);
    cr_assert(feed_until(trainer, first, TEXT_BYTES) == LK_OK);
    cr_assert(learn(trainer, written) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
}

Test(train_limit, interrupted_trainings_come_to_the_same_merges) {
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 4; round++) {
        lk_context *context = make_limited(1 + round % 3, round % 2 ? 18 << 20 : 0);
        // The first text ends before a word, where one text would be cut as well.
        size_t first = 1 + lk_random_below(&random, TEXT_BYTES - 1), stop = 0;
        while (first < TEXT_BYTES && (text[first] != ' ' || text[first - 1] == ' ')) first++;
        for (int times = 0; times < 3; times++) {
            interrupt(context, times > 0, first, stop);
            stop += lk_random_below(&random, TEXT_BYTES / 2 + 100);
        }
        interrupt(context, true, first, round < 2 ? TEXT_BYTES + 50 : TEXT_BYTES / 3);
        lk_buffer written = lk_buffer_make(context);
        go_on(context, &written, first);
        expect_same(&written);
        lk_buffer_free(&written);
        lk_context_free(context);
    }
}

static lk_status resume(lk_context *context, const char *note) {
    lk_tokenizer_training training = training_beside(NULL);
    lk_tokenizer_trainer *trainer;
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    lk_status status = lk_tokenizer_trainer_resume(trainer, "counts", note);
    lk_tokenizer_trainer_free(trainer);
    return status;
}

Test(train_limit, counts_of_something_else_are_refused) {
    lk_context *context = make_context();
    expect_failure(context, resume(context, ""), LK_ERROR_NO_INPUT, "no such file");
    interrupt(context, false, TEXT_BYTES, 100000);
    expect_failure(context, resume(context, "another note"), LK_ERROR_DATA, "other texts");
    free_context(context);
}

Test(train_limit, broken_files_of_counts_are_refused) {
    lk_context *context = make_context();
    lk_file *file;
    interrupt(context, false, TEXT_BYTES, 50000);
    cr_assert(lk_file_open(context, &file, "counts") == LK_OK);
    size_t length = lk_file_length(file);
    lk_buffer bytes = lk_buffer_make(context);
    lk_buffer_append(&bytes, lk_file_bytes(file), length);
    lk_file_free(file);
    for (size_t cut = 0; cut < length; cut += cut < 60 ? 1 : 4999) {
        cr_assert(lk_file_write(context, "counts", bytes.data, cut, true) == LK_OK);
        expect_failure(context, resume(context, "a note"), LK_ERROR_SYNTAX,
                       cut < 8 ? "no file" : "ends within");
        cr_assert(lk_context_error(context).location.byte >= 0);
    }
    lk_buffer_append_byte(&bytes, 'x');
    cr_assert(lk_file_write(context, "counts", bytes.data, bytes.length, true) == LK_OK);
    expect_failure(context, resume(context, "a note"), LK_ERROR_SYNTAX, "more than the words");
    lk_buffer_free(&bytes);
    free_context(context);
}
