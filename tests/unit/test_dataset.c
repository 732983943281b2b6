#include "train/dataset.h"
#include "train/settings.h"

#include "test_context.h"
#include "test_directory.h"

TestSuite(dataset, .init = enter_fresh_directory, .fini = leave_fresh_directory);

static void put(lk_context *context, const char *path, const char *text) {
    cr_assert(lk_file_write(context, path, text, strlen(text), true) == LK_OK);
}

static lk_settings *make_settings(lk_context *context, const char *lines) {
    lk_settings *settings;
    cr_assert(lk_settings_new(context, &settings, NULL) == LK_OK);
    cr_assert(lk_settings_read(settings, "test", lines, strlen(lines)) == LK_OK, "%s",
              lk_context_error(context).message);
    return settings;
}

static void expect_part(const lk_dataset *dataset, const lk_tokenizer *tokenizer, lk_split split,
                        const char *expected) {
    uint32_t ids[100];
    size_t count = lk_dataset_count(dataset, split);
    cr_assert(count == strlen(expected), "%zu tokens", count);
    lk_dataset_read(dataset, ids, split, 0, count);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *token = lk_tokenizer_token_at(tokenizer, ids[i], &length);
        cr_assert(length == 1 && token[0] == expected[i]);
    }
}

Test(dataset, a_text_is_cut_by_position) {
    lk_context *context = make_context();
    lk_settings *settings = make_settings(context, "block_size = 2\nsplit = 0.7");
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_dataset_new_from_text(context, &dataset, &tokenizer, settings, "abcdefghij", 10) ==
              LK_OK);
    expect_part(dataset, tokenizer, LK_SPLIT_TRAIN, "abcdefg");
    expect_part(dataset, tokenizer, LK_SPLIT_VAL, "hij");
    cr_assert(lk_dataset_starts(dataset, LK_SPLIT_TRAIN) == 5);
    cr_assert(lk_dataset_starts(dataset, LK_SPLIT_VAL) == 1);
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    lk_settings_free(settings);
    free_context(context);
}

Test(dataset, files_are_joined_in_their_order) {
    lk_context *context = make_context();
    put(context, "b.txt", "dcba");
    put(context, "a.txt", "efgh");
    lk_settings *settings =
        make_settings(context, "data = 'b.txt, a.txt'\nblock_size = 1\nsplit = 0.5");
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_dataset_new(context, &dataset, &tokenizer, settings) == LK_OK);
    expect_part(dataset, tokenizer, LK_SPLIT_TRAIN, "dcba");
    expect_part(dataset, tokenizer, LK_SPLIT_VAL, "efgh");
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    lk_settings_free(settings);
    free_context(context);
}

Test(dataset, bytes_are_tokens_of_any_text) {
    lk_context *context = make_context();
    lk_settings *settings =
        make_settings(context, "tokenizer = 'byte'\nblock_size = 1\nsplit = 0.5");
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    const char text[] = "the\xff the"; // no word of which is ever merged, and one is no UTF-8
    cr_assert(lk_dataset_new_from_text(context, &dataset, &tokenizer, settings, text, 8) == LK_OK,
              "%s", lk_context_error(context).message);
    cr_assert(lk_tokenizer_count(tokenizer) == 256);
    uint32_t ids[8];
    lk_dataset_read(dataset, ids, LK_SPLIT_TRAIN, 0, 4);
    lk_dataset_read(dataset, ids + 4, LK_SPLIT_VAL, 0, 4);
    for (size_t i = 0; i < 8; i++) cr_assert(ids[i] == (uint8_t)text[i], "%zu", i);
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    lk_settings_free(settings);
    free_context(context);
}

Test(dataset, a_text_of_its_own_for_evaluation_leaves_the_data_whole) {
    lk_context *context = make_context();
    put(context, "train.txt", "abc");
    put(context, "val.txt", "xyz");
    lk_settings *settings =
        make_settings(context, "data = train.txt\nval_data = val.txt\nblock_size = 2");
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_dataset_new(context, &dataset, &tokenizer, settings) == LK_OK);
    cr_assert(lk_tokenizer_count(tokenizer) == 6);
    expect_part(dataset, tokenizer, LK_SPLIT_TRAIN, "abc");
    expect_part(dataset, tokenizer, LK_SPLIT_VAL, "xyz");
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    lk_settings_free(settings);
    free_context(context);
}

Test(dataset, the_digest_tells_other_data_and_other_cuts) {
    lk_context *context = make_context();
    static const char *const texts[] = {"abcdef", "abcdef", "abcdfe", "abcdef"};
    static const char *const splits[] = {"0.5", "0.5", "0.5", "0.7"};
    char digests[4][65];
    for (int i = 0; i < 4; i++) {
        lk_settings *settings = make_settings(context, "block_size = 1");
        cr_assert(lk_settings_set(settings, "split", splits[i]) == LK_OK);
        lk_dataset *dataset;
        lk_tokenizer *tokenizer = NULL;
        cr_assert(lk_dataset_new_from_text(context, &dataset, &tokenizer, settings, texts[i], 6) ==
                  LK_OK);
        lk_dataset_digest(dataset, digests[i]);
        lk_dataset_free(dataset);
        lk_tokenizer_free(tokenizer);
        lk_settings_free(settings);
    }
    cr_assert(strcmp(digests[0], digests[1]) == 0);
    cr_assert(strcmp(digests[0], digests[2]) != 0 && strcmp(digests[0], digests[3]) != 0);
    free_context(context);
}

// ---- Shards -------------------------------------------------------------------------------------

// A tokenizer of the characters a … j, as a file.
static lk_tokenizer *put_tokenizer(lk_context *context, const char *path) {
    lk_tokenizer *tokenizer;
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "abcdefghij", 10) == LK_OK);
    cr_assert(lk_tokenizer_write(context, &text, tokenizer) == LK_OK);
    put(context, path, lk_buffer_text(&text));
    lk_buffer_free(&text);
    return tokenizer;
}

static void put_shard(lk_context *context, const char *path, lk_shard_format format,
                      const lk_tokenizer *tokenizer, const char *text) {
    lk_ids ids = lk_ids_make(context);
    lk_shard_writer *writer;
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, strlen(text), NULL) == LK_OK);
    cr_assert(lk_shard_writer_new(context, &writer, path, format, lk_tokenizer_count(tokenizer),
                                  false) == LK_OK);
    cr_assert(lk_shard_writer_append(writer, ids.ids, ids.count) == LK_OK);
    cr_assert(lk_shard_writer_finish(writer) == LK_OK);
    lk_shard_writer_free(writer);
    lk_ids_free(&ids);
}

static void digest_of(lk_context *context, char digest[65], const char *lines) {
    lk_settings *settings = make_settings(context, lines);
    lk_dataset *dataset;
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_dataset_new(context, &dataset, &tokenizer, settings) == LK_OK, "%s",
              lk_context_error(context).message);
    expect_part(dataset, tokenizer, LK_SPLIT_TRAIN, "abcdefg");
    expect_part(dataset, tokenizer, LK_SPLIT_VAL, "hij");
    lk_dataset_digest(dataset, digest);
    lk_dataset_free(dataset);
    lk_tokenizer_free(tokenizer);
    lk_settings_free(settings);
}

Test(dataset, shards_are_the_same_data_as_their_text) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = put_tokenizer(context, "t.json");
    put(context, "all.txt", "abcdefghij");
    put_shard(context, "all.bin", LK_SHARD_LLMC, tokenizer, "abcdefghij");
    put_shard(context, "train.bin", LK_SHARD_RAW, tokenizer, "abcdefg");
    put_shard(context, "val.npy", LK_SHARD_NPY, tokenizer, "hij");
    put_shard(context, "first.npy", LK_SHARD_NPY, tokenizer, "abc");
    put_shard(context, "none.npy", LK_SHARD_NPY, tokenizer, "");
    put_shard(context, "rest.bin", LK_SHARD_RAW, tokenizer, "defghij");
    put(context, "val.txt", "hij");
    static const char *const settings[] = {
        "data = all.txt\nsplit = 0.7", "data = all.bin\nsplit = 0.7",
        "data = train.bin\nval_data = val.npy", "data = train.bin\nval_data = val.txt",
        "data = 'first.npy, none.npy, rest.bin'\nsplit = 0.7"};
    char lines[200], digests[5][65];
    for (int i = 0; i < 5; i++) {
        snprintf(lines, sizeof lines, "block_size = 2\ntokenizer = t.json\n%s", settings[i]);
        digest_of(context, digests[i], lines);
        cr_assert_str_eq(digests[i], digests[0]);
    }
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

static void expect_refused(const char *lines, const char *text, lk_status status,
                           const char *words) {
    lk_context *context = make_context();
    lk_settings *settings = make_settings(context, lines);
    lk_dataset *dataset = NULL;
    lk_tokenizer *tokenizer = NULL;
    lk_status got =
        text ? lk_dataset_new_from_text(context, &dataset, &tokenizer, settings, text, strlen(text))
             : lk_dataset_new(context, &dataset, &tokenizer, settings);
    expect_failure(context, got, status, words);
    cr_assert(!dataset && !tokenizer);
    lk_settings_free(settings);
    free_context(context);
}

Test(dataset, what_cannot_be_learned_from_is_refused) {
    expect_refused("block_size = 9", "abcdefghij", LK_ERROR_DATA, "train on has 9 tokens");
    expect_refused("block_size = 4", "abcdefghij", LK_ERROR_DATA, "evaluate on has 1 tokens");
    expect_refused("block_size = 4", "", LK_ERROR_DATA, "train on has 0 tokens");
    expect_refused("block_size = 4", NULL, LK_ERROR_USAGE, "names no file");
    expect_refused("data = missing.txt", NULL, LK_ERROR_NO_INPUT, "");
    expect_refused("block_size = 1\ntokenizer = missing.json", "abc", LK_ERROR_NO_INPUT, "");
    expect_refused("block_size = 1", "ab\xFF", LK_ERROR_DATA, "not UTF-8");
}

Test(dataset, shards_that_cannot_be_learned_from_are_refused) {
    lk_context *context = make_context();
    lk_tokenizer_free(put_tokenizer(context, "t.json"));
    put(context, "a.txt", "abc");
    put(context, "a.bin", "aabbcc");
    put(context, "odd.bin", "aab");
    expect_refused("block_size = 1\ndata = a.bin", NULL, LK_ERROR_USAGE, "'tokenizer'");
    expect_refused("block_size = 1\ntokenizer = t.json\ndata = 'a.txt, a.bin'", NULL,
                   LK_ERROR_USAGE, "cannot be joined");
    expect_refused("block_size = 1\ntokenizer = t.json\ndata = a.bin", NULL, LK_ERROR_DATA,
                   "another tokenizer's");
    expect_refused("block_size = 1\ntokenizer = t.json\ndata = odd.bin", NULL, LK_ERROR_DATA,
                   "does not consist of ids");
    free_context(context);
}

Test(dataset, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    put(context, "train.txt", "abcabc");
    put(context, "val.txt", "cba");
    lk_settings *settings =
        make_settings(context, "data = train.txt\nval_data = val.txt\nblock_size = 2");
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_dataset *dataset = NULL;
        lk_tokenizer *tokenizer = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_dataset_new(context, &dataset, &tokenizer, settings);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_dataset_free(dataset);
        lk_tokenizer_free(tokenizer);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_settings_free(settings);
    free_context(context);
}
