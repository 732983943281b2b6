#include "likelore/tokenizer_insight.h"

#include "likelore/json.h"
#include "tokenizer/tokenizer.h"

#include "test_context.h"

#include <stdlib.h>

// ---- Texts --------------------------------------------------------------------------------------

static lk_text_sizes sizes_of(const char *text) { return lk_text_get_sizes(text, strlen(text)); }

static void expect_words(const lk_buffer *out, const char *words) {
    cr_assert(strstr(lk_buffer_text(out), words), "“%s” is not in\n%s", words, lk_buffer_text(out));
}

Test(text_bytes, sizes_are_those_of_the_three_encodings) {
    lk_text_sizes hello = sizes_of("Hello"), chinese = sizes_of("hello, 你好"),
                  face = sizes_of("😀");
    cr_assert(hello.utf8 == 5 && hello.utf16 + LK_UTF16_MARK_BYTES == 12 &&
              hello.utf32 + LK_UTF32_MARK_BYTES == 24);
    cr_assert(chinese.utf8 == 13 && chinese.utf16 == 18 && chinese.utf32 == 36);
    cr_assert(chinese.characters == 9 && chinese.alone == 6 && chinese.invalid == 0);
    cr_assert(face.utf8 == 4 && face.utf16 == 4 && face.utf32 == 4 && face.characters == 1);
}

Test(text_bytes, an_empty_text_has_no_bytes_and_no_characters) {
    lk_text_sizes sizes = sizes_of("");
    cr_assert(sizes.bytes == 0 && sizes.characters == 0 && sizes.utf8 == 0 && sizes.utf16 == 0);
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_text_bytes_to_text(&out, "", 0, 100) == LK_OK);
    expect_words(&out, "0 bytes, 0 characters");
    lk_buffer_free(&out);
    free_context(context);
}

Test(text_bytes, bytes_that_are_no_utf8_are_told_with_the_reason) {
    static const struct {
        const char *text, *words;
    } cases[] = {{"\xC3)", "C3 begins a character of 2 bytes, and 29 does not go on with it"},
                 {"\x80", "80 goes on with a character, and none began"},
                 {"\xC0\xAF", "no character begins with C0"},
                 {"\xFF", "no character begins with FF"},
                 {"a\xF0\x9F", "F0 begins a character of 4 bytes, and the text ends"},
                 {"\xED\xA0\x80", "no character has A0 after ED"},
                 {"\xE0\x80", "no character has 80 after E0"}};
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lk_buffer_clear(&out);
        cr_assert(lk_text_bytes_to_text(&out, cases[i].text, strlen(cases[i].text), 100) == LK_OK);
        expect_words(&out, cases[i].words);
        cr_assert(sizes_of(cases[i].text).invalid > 0);
    }
    lk_buffer_free(&out);
    free_context(context);
}

Test(text_bytes, what_is_invisible_or_would_steer_the_terminal_is_escaped) {
    static const char text[] = "\0\033[2J\n\\\xE2\x80\xAE\xC2\x9B\xCC\x81";
    lk_context *context = make_context();
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_text_bytes_to_json(&out, text, sizeof text - 1, 100) == LK_OK);
    for (size_t i = 0; i < out.length; i++) cr_assert((uint8_t)out.data[i] >= ' ');
    expect_words(&out, "\"text\":\"\\\\x00\\\\x1B[2J\\\\n\\\\\\\\\\\\u{202E}\\\\u{9B}");
    expect_words(&out, "\"code_point\":769,\"text\":\"\\\\u{301}\"");
    lk_buffer_free(&out);
    free_context(context);
}

// ---- Random tokenizers --------------------------------------------------------------------------

enum { BYTES = 256, MOST_MERGES = 60, MOST_TOKEN = 24 };

typedef struct vocabulary {
    char bytes[BYTES + MOST_MERGES + 1][MOST_TOKEN];
    size_t offsets[BYTES + MOST_MERGES + 2];
    char joined[(BYTES + MOST_MERGES + 1) * MOST_TOKEN];
    size_t lengths[BYTES + MOST_MERGES + 1];
    lk_merge merges[MOST_MERGES];
    uint32_t count, merge_count;
} vocabulary;

static uint32_t add_token(vocabulary *v, const char *bytes, size_t length) {
    for (uint32_t id = 0; id < v->count; id++)
        if (v->lengths[id] == length && memcmp(v->bytes[id], bytes, length) == 0) return id;
    memcpy(v->bytes[v->count], bytes, length);
    v->lengths[v->count] = length;
    return v->count++;
}

static uint32_t random_token(const vocabulary *v, lk_random *random) {
    if (v->count > BYTES && lk_random_below(random, 2))
        return BYTES + (uint32_t)lk_random_below(random, v->count - BYTES);
    return 'a' + (uint32_t)lk_random_below(random, 3);
}

// Ranks in an order that no training would give.
static void make_merges(vocabulary *v, lk_random *random) {
    for (int byte = 0; byte < BYTES; byte++) add_token(v, &(char){(char)byte}, 1);
    for (int i = 0; i < MOST_MERGES; i++) {
        uint32_t left = random_token(v, random), right = random_token(v, random);
        char joined[2 * MOST_TOKEN];
        size_t length = v->lengths[left] + v->lengths[right];
        if (length > MOST_TOKEN) continue;
        memcpy(joined, v->bytes[left], v->lengths[left]);
        memcpy(joined + v->lengths[left], v->bytes[right], v->lengths[right]);
        lk_merge merge = {left, right, add_token(v, joined, length)};
        uint32_t at = (uint32_t)lk_random_below(random, v->merge_count + 1);
        v->merges[v->merge_count++] = v->merges[at];
        v->merges[at] = merge;
    }
}

static lk_tokenizer *random_tokenizer(lk_context *context, lk_random *random, bool whole) {
    vocabulary *v = lk_alloc_zero(context, 1, sizeof *v);
    make_merges(v, random);
    uint32_t special = add_token(v, "<|end|>", 7);
    for (uint32_t id = 0; id < v->count; id++) {
        memcpy(v->joined + v->offsets[id], v->bytes[id], v->lengths[id]);
        v->offsets[id + 1] = v->offsets[id] + v->lengths[id];
    }
    lk_bpe_parts parts = {.bytes = v->joined,
                          .offsets = v->offsets,
                          .count = v->count,
                          .specials = &(lk_special){"<|end|>", 7, special},
                          .special_count = 1,
                          .pattern = (lk_pattern)lk_random_below(random, LK_PATTERN_COUNT),
                          .ignores_merges = whole};
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_new_bpe(context, &tokenizer, &parts) == LK_OK);
    cr_assert(lk_bpe_set_merges(tokenizer, v->merges, v->merge_count) == LK_OK);
    lk_free(context, v);
    return tokenizer;
}

static size_t random_text(char *text, size_t most, lk_random *random) {
    static const char *const parts[] = {"a",   "b",  "c",  "ab",   " ",
                                        "cab", "\n", "你", "\xE4", "<|end|>"};
    size_t length = 0, wanted = lk_random_below(random, most - 8);
    while (length < wanted) {
        const char *part = parts[lk_random_below(random, sizeof parts / sizeof *parts)];
        memcpy(text + length, part, strlen(part));
        length += strlen(part);
    }
    return length;
}

// ---- Merges -------------------------------------------------------------------------------------

// Makes the merges that are told, in their order, and checks that they lead from the bytes to the
// ids.
static void replay(const lk_explanation *e, const lk_explained_piece *piece,
                   const lk_tokenizer *tokenizer, const char *text) {
    uint32_t ids[512];
    size_t count = piece->end - piece->begin;
    for (size_t i = 0; i < count; i++)
        ids[i] = lk_bpe_token_of(tokenizer, (const uint8_t *)text + piece->begin + i, 1);
    for (size_t i = 0; i < piece->listed; i++) {
        const lk_explained_merge *merge = &piece->merges[i];
        size_t length, begin = piece->begin;
        for (size_t k = 0; k < merge->place; k++) {
            lk_tokenizer_token_at(tokenizer, ids[k], &length);
            begin += length;
        }
        cr_assert(merge->begin == begin && merge->place + 1 < count);
        cr_assert(ids[merge->place] == merge->left && ids[merge->place + 1] == merge->right);
        ids[merge->place] = merge->result;
        memmove(ids + merge->place + 1, ids + merge->place + 2,
                (count - merge->place - 2) * sizeof *ids);
        count--;
    }
    cr_assert(piece->listed == piece->merge_count && count == piece->id_count);
    cr_assert(memcmp(ids, piece->ids, count * sizeof *ids) == 0);
    cr_assert(lk_explanation_count(e) > 0);
}

static void expect_same_ids(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                            size_t length, size_t most, lk_special_rule special) {
    lk_ids ids = lk_ids_make(context);
    lk_explanation *e;
    lk_encode_options how = {.special = special};
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, length, &how) == LK_OK);
    cr_assert(lk_tokenizer_explain(context, &e, tokenizer, text, length,
                                   &(lk_explain_options){.special = special, .most = most}) ==
              LK_OK);
    size_t at = 0, byte = 0;
    for (size_t i = 0; i < lk_explanation_count(e); i++) {
        lk_explained_piece piece = lk_explanation_at(e, i);
        cr_assert(piece.begin == byte && piece.listed <= most);
        cr_assert(at + piece.id_count <= ids.count);
        for (size_t k = 0; k < piece.id_count; k++) cr_assert(piece.ids[k] == ids.ids[at++]);
        if (piece.kind == LK_PIECE_MERGED && most >= length) replay(e, &piece, tokenizer, text);
        byte = piece.end;
    }
    cr_assert(lk_explanation_id_count(e) == ids.count);
    if (most >= length) cr_assert(at == ids.count && byte == length);
    lk_explanation_free(e);
    lk_ids_free(&ids);
}

Test(explanation, ids_are_those_of_encoding_and_the_merges_lead_to_them) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(1, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 40; round++) {
        char text[400];
        lk_tokenizer *tokenizer = random_tokenizer(context, &random, round % 4 == 0);
        for (int i = 0; i < 10; i++) {
            size_t length = random_text(text, sizeof text, &random);
            lk_special_rule special = i % 2 ? LK_SPECIAL_TEXT : LK_SPECIAL_RECOGNISE;
            expect_same_ids(context, tokenizer, text, length, 1000, special);
            expect_same_ids(context, tokenizer, text, length, 1 + (size_t)i, special);
        }
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

Test(explanation, of_some_bytes_alone_their_pieces_are_explained) {
    static const char text[] = "abc de fgh";
    static const struct {
        size_t begin, end, most, first, count;
    } cases[] = {{0, 0, 9, 0, 3}, {3, 4, 9, 3, 1},  {2, 4, 9, 0, 2},
                 {2, 4, 1, 0, 1}, {9, 10, 9, 6, 1}, {10, 99, 9, 0, 0}};
    lk_context *context = make_context();
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    lk_tokenizer *tokenizer = random_tokenizer(context, &random, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lk_explanation *e;
        cr_assert(lk_tokenizer_explain(context, &e, tokenizer, text, strlen(text),
                                       &(lk_explain_options){.most = cases[i].most,
                                                             .begin = cases[i].begin,
                                                             .end = cases[i].end}) == LK_OK);
        cr_expect(lk_explanation_count(e) == cases[i].count);
        cr_expect(lk_explanation_piece_count(e) == 3);
        if (cases[i].count) cr_expect(lk_explanation_at(e, 0).begin == cases[i].first);
        lk_explanation_free(e);
    }
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(explanation, a_long_piece_is_listed_in_part_and_counted_as_a_whole) {
    enum { LENGTH = 100000 };
    static const char ranks[] = "YQ== 0\nYWE= 1\nYWFhYQ== 2\n"; // a, aa, aaaa
    static char text[LENGTH];
    memset(text, 'a', LENGTH);
    lk_context *context = make_context();
    lk_tokenizer *tokenizer;
    lk_pattern pattern = LK_PATTERN_NONE;
    cr_assert(lk_tokenizer_parse_ranks(context, &tokenizer, ranks, strlen(ranks), &pattern) ==
              LK_OK);
    lk_explanation *e;
    cr_assert(lk_tokenizer_explain(context, &e, tokenizer, text, LENGTH, NULL) == LK_OK);
    lk_explained_piece piece = lk_explanation_at(e, 0);
    cr_assert(piece.listed == 100 && piece.merge_count == LENGTH / 4 * 3);
    cr_assert(piece.id_count == LENGTH / 4 && piece.ids[0] == 2);
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_explanation_to_text(&out, e, false) == LK_OK);
    expect_words(&out, "the first 100 of 75000 merges");
    cr_assert(out.length < 40000, "%zu bytes are too many to read", out.length);
    lk_buffer_free(&out);
    lk_explanation_free(e);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(explanation, a_text_that_cannot_be_encoded_is_refused_as_encoding_does) {
    static const char ranks[] = "YQ== 0\nYg== 1\n";
    lk_context *context = make_context();
    lk_tokenizer *tokenizer;
    lk_explanation *e;
    lk_pattern pattern = LK_PATTERN_GPT2;
    cr_assert(lk_tokenizer_parse_ranks(context, &tokenizer, ranks, strlen(ranks), &pattern) ==
              LK_OK);
    expect_failure(context, lk_tokenizer_explain(context, &e, tokenizer, "abc", 3, NULL),
                   LK_ERROR_DATA, "no token for the byte 63");
    cr_assert(!e);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

Test(explanation, characters_are_a_piece_of_their_own) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer;
    lk_explanation *e;
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "ab你", 5) == LK_OK);
    cr_assert(lk_tokenizer_explain(context, &e, tokenizer, "b你", 4, NULL) == LK_OK);
    lk_explained_piece piece = lk_explanation_at(e, 0);
    cr_assert(lk_explanation_count(e) == 1 && piece.kind == LK_PIECE_CHARACTERS);
    cr_assert(piece.id_count == 2 && piece.ids[0] == 1 && piece.ids[1] == 2);
    lk_explanation_free(e);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

// ---- Vocabularies -------------------------------------------------------------------------------

Test(scripts, a_token_has_the_script_of_its_letters) {
    static const struct {
        const char *text;
        lk_script script;
    } cases[] = {{" the", LK_SCRIPT_LATIN},      {"ñé", LK_SCRIPT_LATIN},
                 {"e\xCC\x81", LK_SCRIPT_LATIN}, {"λόγος", LK_SCRIPT_GREEK},
                 {"слово", LK_SCRIPT_CYRILLIC},  {"你好", LK_SCRIPT_HAN},
                 {"ひらカナ", LK_SCRIPT_KANA},   {"한국", LK_SCRIPT_HANGUL},
                 {"عرب", LK_SCRIPT_ARABIC},      {"עברית", LK_SCRIPT_HEBREW},
                 {"हिन्दी", LK_SCRIPT_INDIC},     {"ไทย", LK_SCRIPT_SOUTHEAST_ASIAN},
                 {"漢字かな", LK_SCRIPT_MIXED},  {"aя", LK_SCRIPT_MIXED},
                 {"a1", LK_SCRIPT_LATIN},        {" 12,", LK_SCRIPT_DIGITS},
                 {"!?", LK_SCRIPT_SYMBOLS},      {"😀", LK_SCRIPT_SYMBOLS},
                 {" \n", LK_SCRIPT_SPACES},      {"\x01", LK_SCRIPT_CONTROLS},
                 {"\xE4\xBD", LK_SCRIPT_PARTS},  {"a\xFF", LK_SCRIPT_PARTS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lk_script script = lk_script_of(cases[i].text, strlen(cases[i].text));
        cr_assert(script == cases[i].script, "%s is %s", cases[i].text, lk_script_name(script));
    }
}

Test(figures, bins_of_lengths_follow_each_other) {
    size_t least, most, next = 1;
    for (size_t bin = 0; bin < LK_TOKEN_LENGTHS; bin++, next = most + 1) {
        lk_token_length_bin(bin, &least, &most);
        cr_assert(least == next && most >= least, "bin %zu", bin);
    }
    cr_assert(most == SIZE_MAX);
}

static uint32_t sum(const uint32_t *counts, size_t count) {
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++) total += counts[i];
    return total;
}

Test(figures, every_token_is_counted_once_and_the_longest_are_found) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 20; round++) {
        lk_tokenizer *tokenizer = random_tokenizer(context, &random, false);
        lk_tokenizer_figures f = lk_tokenizer_get_figures(tokenizer);
        size_t length, longest = 0, before = SIZE_MAX;
        for (uint32_t id = 0; id + 1 < f.ids; id++) { // the last is the special one
            lk_tokenizer_token_at(tokenizer, id, &length);
            longest = length > longest ? length : longest;
        }
        cr_assert(f.tokens == f.ids && f.specials == 1 && f.scripts[LK_SCRIPT_SPECIAL] == 1);
        cr_assert(sum(f.scripts, LK_SCRIPT_COUNT) == f.tokens);
        cr_assert(sum(f.lengths, LK_TOKEN_LENGTHS) == f.tokens - 1);
        cr_assert(f.invalid == 128 && f.longest_count == LK_LONGEST_TOKENS);
        for (size_t i = 0; i < f.longest_count; i++, before = length) {
            lk_tokenizer_token_at(tokenizer, f.longest[i], &length);
            cr_assert(length <= before && (i > 0 || length == longest));
        }
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

Test(figures, a_sample_foretells_the_time_of_a_corpus) {
    lk_context *context = make_context();
    lk_tokenizer *tokenizer;
    lk_buffer out = lk_buffer_make(context);
    cr_assert(lk_tokenizer_new_characters(context, &tokenizer, "ab", 2) == LK_OK);
    lk_tokenizer_sample sample = {850000, 200000, 1, 1, 825000000000};
    cr_assert(lk_tokenizer_info_to_text(&out, tokenizer, &sample) == LK_OK);
    expect_words(&out, "bytes per token  4.2500");
    expect_words(&out, "0.85 MB/s on 1 thread\n");
    expect_words(&out, "825 GB would take 11.2 days");
    lk_buffer_free(&out);
    lk_tokenizer_free(tokenizer);
    free_context(context);
}

// ---- Comparing ----------------------------------------------------------------------------------

Test(comparison, words_are_those_that_cost_most_more_tokens) {
    static const char few[] = "YQ== 0\nYg== 1\nIA== 2\nCg== 3\n",    // a b space newline
        more[] = "YQ== 0\nYg== 1\nIA== 2\nCg== 3\nIGE= 4\nIGFh 5\n"; // and " a", " aa"
    static const char text[] = "b aa b\naa aa ba aa";
    lk_context *context = make_context();
    lk_tokenizer *tokenizers[2];
    lk_pattern pattern = LK_PATTERN_NONE;
    cr_assert(lk_tokenizer_parse_ranks(context, &tokenizers[0], few, strlen(few), &pattern) ==
              LK_OK);
    cr_assert(lk_tokenizer_parse_ranks(context, &tokenizers[1], more, strlen(more), &pattern) ==
              LK_OK);
    lk_tokenizer_comparison *c;
    cr_assert(lk_tokenizer_compare(context, &c, (const lk_tokenizer *const *)tokenizers,
                                   (const char *const[]){"few", "more"}, 2, text, strlen(text),
                                   10) == LK_OK);
    cr_assert(lk_tokenizer_comparison_ids(c, 0)->count == strlen(text));
    cr_assert(lk_tokenizer_comparison_ids(c, 1)->count == strlen(text) - 6);
    cr_assert(lk_tokenizer_comparison_word_count(c) == 1);
    lk_compared_word word = lk_tokenizer_comparison_word_at(c, 0);
    cr_assert(word.length == 3 && memcmp(word.bytes, " aa", 3) == 0 && word.times == 3);
    cr_assert(word.tokens[0] == 3 && word.tokens[1] == 1);
    lk_tokenizer_comparison_free(c);
    for (int i = 0; i < 2; i++) lk_tokenizer_free(tokenizers[i]);
    free_context(context);
}

// ---- Everything ---------------------------------------------------------------------------------

static void expect_json(lk_context *context, lk_buffer *out) {
    lk_json *document;
    cr_assert(lk_json_parse(context, &document, lk_buffer_text(out), out->length) == LK_OK,
              "%s in %s", lk_context_error(context).message, lk_buffer_text(out));
    lk_json_free(context, document);
    lk_buffer_clear(out);
}

// All renderings; the first failure is returned.
static lk_status render_all(lk_context *context, const lk_tokenizer *const *tokenizers,
                            const char *text, size_t length, bool checks) {
    lk_buffer out = lk_buffer_make(context);
    lk_explanation *e = NULL;
    lk_tokenizer_comparison *c = NULL;
    lk_tokenizer_sample sample = {length, 1, 0, 1, 0};
    lk_status status = lk_tokenizer_explain(context, &e, tokenizers[0], text, length, NULL);
    if (status == LK_OK) status = lk_explanation_to_text(&out, e, true);
    lk_buffer_clear(&out);
    if (status == LK_OK) status = lk_explanation_to_json(&out, e);
    if (status == LK_OK && checks) expect_json(context, &out);
    if (status == LK_OK)
        status = lk_tokenizer_compare(context, &c, tokenizers, (const char *const[]){"a", "b\xFF"},
                                      2, text, length, 5);
    if (status == LK_OK) status = lk_tokenizer_comparison_to_text(&out, c, false);
    if (status == LK_OK) status = lk_tokenizer_comparison_to_text(&out, c, true);
    lk_buffer_clear(&out);
    if (status == LK_OK) status = lk_tokenizer_comparison_to_json(&out, c);
    if (status == LK_OK && checks) expect_json(context, &out);
    if (status == LK_OK) status = lk_tokenizer_info_to_text(&out, tokenizers[1], &sample);
    lk_buffer_clear(&out);
    if (status == LK_OK) status = lk_tokenizer_info_to_json(&out, tokenizers[1], &sample);
    if (status == LK_OK && checks) expect_json(context, &out);
    if (status == LK_OK) status = lk_text_bytes_to_text(&out, text, length, 10);
    lk_buffer_clear(&out);
    if (status == LK_OK) status = lk_text_bytes_to_json(&out, text, length, 10);
    if (status == LK_OK && checks) expect_json(context, &out);
    lk_tokenizer_comparison_free(c);
    lk_explanation_free(e);
    lk_buffer_free(&out);
    return status;
}

Test(insight, whatever_the_text_the_json_is_json) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 40; round++) {
        char text[300];
        size_t length = random_text(text, sizeof text, &random);
        for (size_t i = 0; round % 2 && i < length; i++)
            text[i] = (char)lk_random_below(&random, 256);
        lk_tokenizer *tokenizers[2] = {random_tokenizer(context, &random, false),
                                       random_tokenizer(context, &random, true)};
        cr_assert(render_all(context, (const lk_tokenizer *const *)tokenizers, text, length,
                             true) == LK_OK);
        for (int i = 0; i < 2; i++) lk_tokenizer_free(tokenizers[i]);
    }
    free_context(context);
}

Test(insight, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(4, LK_RANDOM_TEST, 0, 0);
    lk_tokenizer *tokenizers[2] = {random_tokenizer(context, &random, false),
                                   random_tokenizer(context, &random, true)};
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_context_fail_allocation(context, k);
        status = render_all(context, (const lk_tokenizer *const *)tokenizers, "abc 你\xFF cab", 12,
                            false);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY, "allocation %d: %s", (int)k,
                  lk_context_error(context).message);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %d leaks",
                  (int)k);
    }
    for (int i = 0; i < 2; i++) lk_tokenizer_free(tokenizers[i]);
    free_context(context);
}
