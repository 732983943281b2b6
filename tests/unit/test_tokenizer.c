#include "likelore/lm.h"

#include "test_context.h"

static lk_tokenizer *characters_of(lk_context *context, const char *text) {
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, text, strlen(text)) == LK_OK, "%s",
              lk_context_error(context).message);
    return tokenizer;
}

static lk_tokenizer *parse(lk_context *context, const char *json, size_t length) {
    lk_tokenizer *tokenizer = NULL;
    cr_assert(lk_tokenizer_parse(context, &tokenizer, json, length) == LK_OK, "%s",
              lk_context_error(context).message);
    return tokenizer;
}

static void expect_token(const lk_tokenizer *tokenizer, uint32_t id, const char *expected) {
    size_t length = 0;
    const char *token = lk_tokenizer_token_at(tokenizer, id, &length);
    cr_assert(token && length == strlen(expected) && memcmp(token, expected, length) == 0,
              "token %u is not '%s'", id, expected);
}

static void expect_parse_failure(const char *json, lk_status status, const char *words) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = NULL;
    expect_failure(context, lk_tokenizer_parse(context, &tokenizer, json, strlen(json)), status,
                   words);
    cr_assert(!tokenizer);
    free_context(context);
}

// One, two, three and four bytes of UTF-8; what JSON must escape; a control character; a combining
// one; U+FFFD itself and the last code point there is.
static const char awkward[] = "a\"\\/\n\t\x01\x7F é€😀\xCC\x81\xEF\xBF\xBD\xF4\x8F\xBF\xBF<>&'";

Test(tokenizer, characters_are_numbered_in_the_order_of_their_code_points) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, "b€a😀éa\n");
    static const char *const expected[] = {"\n", "a", "b", "é", "€", "😀"};
    cr_assert(lk_tokenizer_count(tokenizer) == 6);
    for (uint32_t id = 0; id < 6; id++) expect_token(tokenizer, id, expected[id]);
    size_t length;
    cr_assert(!lk_tokenizer_token_at(tokenizer, 6, &length));
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, decoding_undoes_encoding) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, awkward);
    lk_ids ids = lk_ids_make(context);
    lk_buffer text = lk_buffer_make(context);
    for (int round = 0; round < 100; round++) // more than a block of ids
        cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, awkward, strlen(awkward), NULL) ==
                  LK_OK);
    cr_assert(ids.count % 100 == 0 && ids.count > 1000);
    cr_assert(lk_tokenizer_decode(context, &text, tokenizer, ids.ids, ids.count) == LK_OK);
    cr_assert(text.length == 100 * strlen(awkward));
    for (size_t i = 0; i < 100; i++)
        cr_assert(memcmp(text.data + i * strlen(awkward), awkward, strlen(awkward)) == 0);
    lk_buffer_free(&text);
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, a_file_written_and_read_gives_the_same_tokens) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, awkward);
    lk_buffer json = lk_buffer_make(context), again = lk_buffer_make(context);
    cr_assert(lk_tokenizer_write(context, &json, tokenizer) == LK_OK);
    lk_tokenizer *read = parse(context, json.data, json.length);
    cr_assert(lk_tokenizer_count(read) == lk_tokenizer_count(tokenizer));
    for (uint32_t id = 0; id < lk_tokenizer_count(read); id++) {
        size_t a_length, b_length;
        const char *a = lk_tokenizer_token_at(tokenizer, id, &a_length);
        const char *b = lk_tokenizer_token_at(read, id, &b_length);
        cr_assert(a_length == b_length && memcmp(a, b, a_length) == 0);
    }
    cr_assert(lk_tokenizer_write(context, &again, read) == LK_OK);
    cr_assert(strcmp(json.data, again.data) == 0, "writing is deterministic");
    lk_buffer_free(&json);
    lk_buffer_free(&again);
    lk_tokenizer_free(read);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, ids_in_a_file_may_be_in_any_order) {
    static const char json[] =
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"b\":2,\"a\":0,\"\\u00e9\":1},\"merges\":[]}}";
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = parse(context, json, strlen(json));
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, "abé", 4, NULL) == LK_OK);
    cr_assert(ids.count == 3 && ids.ids[0] == 0 && ids.ids[1] == 2 && ids.ids[2] == 1);
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, ids_that_do_not_exist_decode_to_the_replacement_character) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, "ab");
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_tokenizer_decode(context, &text, tokenizer, (uint32_t[]){0, 2, UINT32_MAX, 1},
                                  4) == LK_OK);
    cr_assert(strcmp(text.data, "a\xEF\xBF\xBD\xEF\xBF\xBD"
                                "b") == 0);
    lk_buffer_free(&text);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, an_unknown_character_is_named_with_its_place_and_nothing_is_appended) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, "abé");
    lk_ids ids = lk_ids_make(context);
    expect_failure(context, lk_tokenizer_encode(context, &ids, tokenizer, "aébz", 5, NULL),
                   LK_ERROR_DATA, "'z' (U+007A)");
    cr_assert(lk_context_error(context).location.byte == 4 && ids.count == 0);
    expect_failure(context, lk_tokenizer_encode(context, &ids, tokenizer, "a\xFF", 2, NULL),
                   LK_ERROR_DATA, "not UTF-8");
    cr_assert(lk_context_error(context).location.byte == 1 && ids.count == 0);
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(tokenizer, a_text_that_is_no_text_is_refused_with_its_byte) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer;
    expect_failure(context, lk_tokenizer_new_characters(context, &tokenizer, "ab\xC3", 3),
                   LK_ERROR_DATA, "not UTF-8");
    cr_assert(lk_context_error(context).location.byte == 2);
    expect_failure(context, lk_tokenizer_new_characters(context, &tokenizer, "a\0b", 3),
                   LK_ERROR_DATA, "U+0000");
    cr_assert(lk_context_error(context).location.byte == 1);
    free_context(context);
}

Test(tokenizer, hostile_files_are_refused) {
    static const struct {
        const char *json;
        lk_status status;
        const char *words;
    } cases[] = {
        {"", LK_ERROR_SYNTAX, ""},
        {"{}", LK_ERROR_DATA, "no vocabulary"},
        {"[]", LK_ERROR_DATA, "no vocabulary"},
        {"{\"model\":{\"vocab\":{}}}", LK_ERROR_DATA, "no vocabulary"},
        {"{\"model\":{\"vocab\":[\"a\"]}}", LK_ERROR_DATA, "no vocabulary"},
        {"{\"model\":{\"type\":\"Unigram\",\"vocab\":{\"a\":0}}}", LK_ERROR_UNSUPPORTED, "no BPE"},
        {"{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}", LK_ERROR_UNSUPPORTED, "merges"},
        {"{\"model\":{\"vocab\":{\"ab\":0}}}", LK_ERROR_UNSUPPORTED, "no single character"},
        {"{\"model\":{\"vocab\":{\"\":0}}}", LK_ERROR_UNSUPPORTED, "no single character"},
        {"{\"model\":{\"vocab\":{\"a\":1}}}", LK_ERROR_DATA, "from 0 to 0"},
        {"{\"model\":{\"vocab\":{\"a\":-1}}}", LK_ERROR_DATA, "from 0 to 0"},
        {"{\"model\":{\"vocab\":{\"a\":0.5,\"b\":1}}}", LK_ERROR_DATA, "whole number"},
        {"{\"model\":{\"vocab\":{\"a\":1e300,\"b\":1}}}", LK_ERROR_DATA, "whole number"},
        {"{\"model\":{\"vocab\":{\"a\":\"0\",\"b\":1}}}", LK_ERROR_DATA, "whole number"},
        {"{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}}", LK_ERROR_DATA, "two tokens"},
        {"{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}", LK_ERROR_DATA, "twice"},
        {"{\"normalizer\":{\"type\":\"NFC\"},\"model\":{\"vocab\":{\"a\":0}}}",
         LK_ERROR_UNSUPPORTED, "normalizer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_parse_failure(cases[i].json, cases[i].status, cases[i].words);
}

Test(tokenizer, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = characters_of(context, awkward);
    lk_buffer json = lk_buffer_make(context);
    cr_assert(lk_tokenizer_write(context, &json, tokenizer) == LK_OK);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_tokenizer *read = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_tokenizer_parse(context, &read, json.data, json.length);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_tokenizer_free(read);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %d leaks",
                  (int)k);
    }
    lk_buffer_free(&json);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

// ---- Byte-level vocabularies --------------------------------------------------------------------

// Bytes a and b, a merge, and a long token that no merge gives.
#define BYTE_LEVEL(ignore_merges)                                                                  \
    "{\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"ByteLevel\","          \
    "\"add_prefix_space\":false,\"use_regex\":true},\"model\":{\"type\":\"BPE\","                  \
    "\"ignore_merges\":" ignore_merges ",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,"                     \
    "\"abababababababababab\":3},\"merges\":[\"a b\"]}}"

static size_t count_ids(const char *json, const char *text) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer = parse(context, json, strlen(json));
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, strlen(text), NULL) == LK_OK);
    size_t count = ids.count;
    lk_ids_free(&ids);
    lk_tokenizer_free(tokenizer);
    free_context(context);
    return count;
}

Test(tokenizer, a_piece_that_is_a_token_is_taken_whole_where_merges_are_ignored) {
    cr_assert(count_ids(BYTE_LEVEL("false"), "abababababababababab") == 10);
    cr_assert(count_ids(BYTE_LEVEL("true"), "abababababababababab") == 1);
    cr_assert(count_ids(BYTE_LEVEL("true"), "ababababababababababab") == 11);
}

Test(tokenizer, a_merge_of_unknown_tokens_is_refused) {
    expect_parse_failure("{\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false},"
                         "\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
                         LK_ERROR_DATA, "merge 1, 'a' and 'b': the right token");
}

Test(tokenizer, parts_of_a_file_that_would_change_ids_are_refused) {
    expect_parse_failure("{\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":true},"
                         "\"model\":{\"vocab\":{\"a\":0}}}",
                         LK_ERROR_UNSUPPORTED, "add_prefix_space");
    expect_parse_failure("{\"normalizer\":{\"type\":\"NFC\"},\"model\":{\"vocab\":{\"a\":0}}}",
                         LK_ERROR_UNSUPPORTED, "normalizer");
}

Test(tokenizer, byte_level_files_survive_failing_allocations) {
    static const char json[] = BYTE_LEVEL("false");
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        lk_context *context = make_context();
        lk_tokenizer *tokenizer = NULL;
        lk_ids ids = lk_ids_make(context);
        lk_context_fail_allocation(context, k);
        status = lk_tokenizer_parse(context, &tokenizer, json, strlen(json));
        if (status == LK_OK)
            status = lk_tokenizer_encode(context, &ids, tokenizer, "abab ab", 4, NULL);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_context_fail_allocation(context, 0);
        lk_ids_free(&ids);
        lk_tokenizer_free(tokenizer);
        free_context(context);
    }
}

static lk_status train_once(lk_context *context, lk_tokenizer **tokenizer) {
    static const char *const specials[] = {"<|e|>"};
    lk_tokenizer_training training = {.vocab_size = 262, .specials = specials, .special_count = 1};
    lk_tokenizer_trainer *trainer;
    lk_merge_report report = {0};
    LK_TRY(lk_tokenizer_trainer_new(context, &trainer, &training));
    lk_status status = lk_tokenizer_trainer_feed(trainer, "abab abc<|e|>a", 14, true);
    while (status == LK_OK && !report.is_done) status = lk_tokenizer_trainer_step(trainer, &report);
    if (status == LK_OK) status = lk_tokenizer_trainer_finish(trainer, tokenizer);
    lk_tokenizer_trainer_free(trainer);
    return status;
}

Test(tokenizer, training_survives_failing_allocations) {
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        lk_context *context = make_context();
        lk_tokenizer *tokenizer = NULL;
        lk_context_fail_allocation(context, k);
        status = train_once(context, &tokenizer);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_context_fail_allocation(context, 0);
        lk_tokenizer_free(tokenizer);
        free_context(context);
    }
}
