// Encoding against the definition, merge by merge: for lists of merges that training made and for
// lists that it never would make, on one thread and on several, at once and in parts.
#include "tokenizer/bpe_encoder.h"
#include "tokenizer/token_list.h"

#include "test_context.h"

#include <stdlib.h>

enum { BYTES = 256, MOST_TEXT = 1 << 14 };

// ---- Tokenizers of random merges ----------------------------------------------------------------

typedef struct vocabulary {
    lk_token_list tokens;
    lk_merge merges[400];
    uint32_t count, merge_count;
    char bytes[700][64];
    size_t lengths[700];
} vocabulary;

static uint32_t find_token(const vocabulary *v, const char *bytes, size_t length) {
    for (uint32_t i = 0; i < v->count; i++)
        if (v->lengths[i] == length && memcmp(v->bytes[i], bytes, length) == 0) return i;
    return LK_NO_TOKEN;
}

static uint32_t add_token(vocabulary *v, const char *bytes, size_t length) {
    uint32_t id = find_token(v, bytes, length);
    if (id != LK_NO_TOKEN) return id;
    memcpy(v->bytes[v->count], bytes, length);
    v->lengths[v->count] = length;
    return v->count++;
}

// Mostly letters a, b, c, of which pieces and merges are made.
static uint32_t random_token(const vocabulary *v, lk_random *random) {
    if (v->count > BYTES && lk_random_below(random, 3))
        return BYTES + (uint32_t)lk_random_below(random, v->count - BYTES);
    return 'a' + (uint32_t)lk_random_below(random, 3);
}

// Two tokens that are there already, so that a merge may come long before those it needs, or never;
// several merges may give the same bytes.
static void add_random_merge(vocabulary *v, lk_random *random) {
    uint32_t left = random_token(v, random), right = random_token(v, random);
    char joined[128];
    size_t length = v->lengths[left] + v->lengths[right];
    if (length > sizeof v->bytes[0]) return;
    memcpy(joined, v->bytes[left], v->lengths[left]);
    memcpy(joined + v->lengths[left], v->bytes[right], v->lengths[right]);
    v->merges[v->merge_count++] = (lk_merge){left, right, add_token(v, joined, length)};
}

static void shuffle_merges(vocabulary *v, lk_random *random) {
    for (uint32_t i = v->merge_count; i > 1; i--) {
        uint32_t j = (uint32_t)lk_random_below(random, i);
        lk_merge kept = v->merges[i - 1];
        v->merges[i - 1] = v->merges[j];
        v->merges[j] = kept;
    }
}

static void random_vocabulary(vocabulary *v, lk_random *random) {
    v->count = v->merge_count = 0;
    for (int byte = 0; byte < BYTES; byte++) add_token(v, &(char){(char)byte}, 1);
    uint32_t merges = 1 + (uint32_t)lk_random_below(random, lk_random_below(random, 2) ? 8 : 400);
    for (uint32_t i = 0; i < merges; i++) add_random_merge(v, random);
    if (lk_random_below(random, 2)) shuffle_merges(v, random);
}

static lk_tokenizer *make_tokenizer(lk_context *context, const vocabulary *v, lk_pattern pattern) {
    static const lk_special specials[] = {{"<|a|>", 5, 0}, {"<|a|>b", 6, 0}, {"\xC3\xA9", 2, 0}};
    enum { SPECIALS = sizeof specials / sizeof specials[0] };
    lk_special numbered[SPECIALS];
    lk_token_list list = lk_token_list_make(context);
    for (uint32_t i = 0; i < v->count; i++)
        cr_assert(lk_token_list_add(&list, i, v->bytes[i], v->lengths[i], false) == LK_OK);
    for (uint32_t i = 0; i < SPECIALS; i++) {
        numbered[i] = specials[i];
        numbered[i].id = v->count + i;
        cr_assert(lk_token_list_add(&list, v->count + i, specials[i].text, specials[i].length,
                                    false) == LK_OK);
    }
    lk_bpe_parts parts = {.specials = numbered, .special_count = SPECIALS, .pattern = pattern};
    cr_assert(lk_token_list_finish(&list, &parts) == LK_OK);
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_new_bpe(context, &tokenizer, &parts) == LK_OK);
    cr_assert(lk_bpe_set_merges(tokenizer, v->merges, v->merge_count) == LK_OK);
    lk_token_list_free(&list);
    return tokenizer;
}

// ---- The definition -----------------------------------------------------------------------------

// The rank of the last merge of the list that has this pair.
static uint32_t naive_rank(const vocabulary *v, uint32_t left, uint32_t right) {
    for (uint32_t rank = v->merge_count; rank-- > 0;)
        if (v->merges[rank].left == left && v->merges[rank].right == right) return rank;
    return LK_NO_RANK;
}

// Merges the leftmost pair of lowest rank, until none merges.
static size_t naive_piece(uint32_t *ids, const vocabulary *v, const uint8_t *piece, size_t length) {
    static uint32_t ranks[MOST_TEXT];
    for (size_t i = 0; i < length; i++) ids[i] = piece[i];
    for (size_t i = 0; i + 1 < length; i++) ranks[i] = naive_rank(v, ids[i], ids[i + 1]);
    while (length > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < length; i++)
            if (ranks[i] < ranks[best]) best = i;
        if (ranks[best] == LK_NO_RANK) break;
        ids[best] = v->merges[ranks[best]].result;
        length--;
        for (size_t i = best + 1; i < length; i++) ids[i] = ids[i + 1];
        for (size_t i = best + 1; i + 1 < length; i++) ranks[i] = ranks[i + 1];
        if (best + 1 < length) ranks[best] = naive_rank(v, ids[best], ids[best + 1]);
        if (best > 0) ranks[best - 1] = naive_rank(v, ids[best - 1], ids[best]);
    }
    return length;
}

// The pieces one after another. They lie as the tokenizer cuts them.
static size_t naive_text(uint32_t *ids, const vocabulary *v, const lk_tokenizer *tokenizer,
                         const uint8_t *text, size_t length) {
    static lk_piece_scan scan;
    size_t count = 0, begin = 0, end;
    lk_piece_scan_begin(&scan, &tokenizer->bpe->pretokenizer, text, length, true);
    for (; lk_piece_scan_next(&scan, &end, 1); begin = end)
        count += naive_piece(ids + count, v, text + begin, end - begin);
    return count;
}

// ---- Texts --------------------------------------------------------------------------------------

// Few letters, with a space every so many bytes.
static size_t random_text(uint8_t *text, size_t most, lk_random *random) {
    size_t length = lk_random_below(random, most), word = 2 + lk_random_below(random, 100);
    uint64_t letters = 1 + lk_random_below(random, 3);
    for (size_t i = 0; i < length; i++)
        text[i] =
            lk_random_below(random, word) ? (uint8_t)('a' + lk_random_below(random, letters)) : ' ';
    return length;
}

// Bytes of all kinds, among them the beginnings of special tokens.
static size_t random_bytes(uint8_t *text, size_t most, lk_random *random) {
    static const char *const parts[] = {"<|a|>", "<|a|>b", "<|a|", "\xC3\xA9", "\xC3", "é",
                                        " a",    "\n",     "字",   "abcabc",   "  ",   "1234"};
    size_t length = 0, wanted = lk_random_below(random, most - 8);
    while (length < wanted)
        if (lk_random_below(random, 3)) {
            const char *part = parts[lk_random_below(random, sizeof parts / sizeof parts[0])];
            memcpy(text + length, part, strlen(part));
            length += strlen(part);
        } else
            text[length++] = (uint8_t)lk_random_below(random, 256);
    return length;
}

static void encode(lk_ids *ids, const lk_tokenizer *tokenizer, const uint8_t *text, size_t length,
                   const lk_encode_options *options) {
    ids->count = 0;
    cr_assert(lk_tokenizer_encode(ids->context, ids, tokenizer, (const char *)text, length,
                                  options) == LK_OK,
              "%s", lk_context_error(ids->context).message);
}

static void expect_same(const lk_ids *got, const uint32_t *expected, size_t count) {
    cr_assert(got->count == count, "%zu ids, not %zu", got->count, count);
    for (size_t i = 0; i < count; i++)
        cr_assert(got->ids[i] == expected[i], "id %zu is %u, not %u", i, got->ids[i], expected[i]);
}

// ---- What holds ---------------------------------------------------------------------------------

Test(encode_random, pieces_are_merged_by_the_definition) {
    lk_context *context = make_context();
    static vocabulary v;
    static uint8_t text[MOST_TEXT];
    static uint32_t expected[MOST_TEXT];
    lk_ids ids = lk_ids_make(context);
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    int rounds = getenv("LIKELORE_LONG") ? 2000 : 100;
    for (int round = 0; round < rounds; round++) {
        random_vocabulary(&v, &random);
        lk_pattern pattern = round % 2 ? LK_PATTERN_NONE : LK_PATTERN_WHITESPACE;
        lk_tokenizer *tokenizer = make_tokenizer(context, &v, pattern);
        for (int i = 0; i < 20; i++) {
            // Short, and long enough for buckets and heap.
            size_t length = random_text(text, i < 19 ? 150 : 3500, &random);
            size_t count = naive_text(expected, &v, tokenizer, text, length);
            encode(&ids, tokenizer, text, length, NULL);
            expect_same(&ids, expected, count);
        }
        lk_tokenizer_free(tokenizer);
    }
    lk_ids_free(&ids);
    free_context(context);
}

Test(encode_random, decoding_gives_back_all_bytes) {
    lk_context *context = make_context();
    static vocabulary v;
    static uint8_t text[MOST_TEXT];
    lk_ids ids = lk_ids_make(context);
    lk_buffer decoded = lk_buffer_make(context);
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    int rounds = getenv("LIKELORE_LONG") ? 10000 : 50;
    for (int round = 0; round < rounds; round++) {
        random_vocabulary(&v, &random);
        lk_pattern pattern = (lk_pattern)lk_random_below(&random, LK_PATTERN_COUNT);
        lk_tokenizer *tokenizer = make_tokenizer(context, &v, pattern);
        for (int i = 0; i < 100; i++) {
            size_t length = random_bytes(text, i % 20 ? 60 : 5000, &random);
            encode(&ids, tokenizer, text, length,
                   &(lk_encode_options){.special = i % 2 ? LK_SPECIAL_TEXT : LK_SPECIAL_RECOGNISE});
            lk_buffer_clear(&decoded);
            cr_assert(lk_tokenizer_decode(context, &decoded, tokenizer, ids.ids, ids.count) ==
                      LK_OK);
            cr_assert(decoded.length == length);
            cr_assert(memcmp(lk_buffer_text(&decoded), text, length) == 0);
        }
        lk_tokenizer_free(tokenizer);
    }
    lk_ids_free(&ids);
    lk_buffer_free(&decoded);
    free_context(context);
}

// Feeds the text in parts of random sizes.
static void encode_in_parts(lk_ids *ids, lk_encoder *encoder, const uint8_t *text, size_t length,
                            lk_random *random) {
    ids->count = 0;
    for (size_t at = 0; at < length;) {
        size_t part = lk_random_below(random, lk_random_below(random, 2) ? 4 : 400);
        part = part < length - at ? part : length - at;
        cr_assert(lk_encoder_feed(encoder, ids, (const char *)text + at, part, false) == LK_OK);
        at += part;
    }
    cr_assert(lk_encoder_feed(encoder, ids, "", 0, true) == LK_OK);
}

Test(encode_random, parts_of_a_text_have_the_ids_of_the_whole) {
    lk_context *context = make_context();
    static vocabulary v;
    static uint8_t text[MOST_TEXT];
    lk_ids whole = lk_ids_make(context), parts = lk_ids_make(context);
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 60; round++) {
        random_vocabulary(&v, &random);
        lk_pattern pattern = (lk_pattern)lk_random_below(&random, LK_PATTERN_COUNT);
        lk_tokenizer *tokenizer = make_tokenizer(context, &v, pattern);
        lk_encode_options options = {.special = (lk_special_rule)lk_random_below(&random, 2),
                                     .invalid = (lk_invalid_rule)lk_random_below(&random, 2)};
        lk_encoder *encoder;
        cr_assert(lk_encoder_new(context, &encoder, tokenizer, &options) == LK_OK);
        for (int i = 0; i < 20; i++) {
            size_t length = random_bytes(text, i % 10 ? 300 : 6000, &random);
            encode(&whole, tokenizer, text, length, &options);
            encode_in_parts(&parts, encoder, text, length, &random);
            expect_same(&parts, whole.ids, whole.count);
        }
        lk_encoder_free(encoder);
        lk_tokenizer_free(tokenizer);
    }
    lk_ids_free(&whole);
    lk_ids_free(&parts);
    free_context(context);
}

Test(encode_random, ids_do_not_depend_on_the_number_of_threads) {
    lk_context *one = make_context(), *three;
    cr_assert(lk_context_new(&three, &(lk_options){.threads = 3}) == LK_OK);
    static vocabulary v;
    size_t most = 3 << 20;
    uint8_t *text = malloc(most);
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    for (int pattern = 0; pattern < LK_PATTERN_COUNT; pattern++) {
        random_vocabulary(&v, &random);
        size_t length = 0;
        while (length < most / 2) length += random_bytes(text + length, MOST_TEXT, &random);
        // A piece that a task of the pool cannot encode.
        memset(text + length, 'a', 10000);
        length += 10000;
        lk_tokenizer *first = make_tokenizer(one, &v, (lk_pattern)pattern);
        lk_tokenizer *second = make_tokenizer(three, &v, (lk_pattern)pattern);
        lk_ids expected = lk_ids_make(one), got = lk_ids_make(three);
        encode(&expected, first, text, length, NULL);
        encode(&got, second, text, length, NULL);
        expect_same(&got, expected.ids, expected.count);
        lk_ids_free(&expected);
        lk_ids_free(&got);
        lk_tokenizer_free(first);
        lk_tokenizer_free(second);
    }
    free(text);
    free_context(one);
    lk_context_free(three);
}
