// Tokenizers against the ids of tiktoken for GPT-2, cl100k and o200k. Skipped unless
// LIKELORE_CONFORMANCE names the directory.
#include "likelore/json.h"
#include "likelore/tokenizer.h"
#include "unicode_classes.h"

#include "test_context.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    lk_pattern pattern;
} encodings[] = {{"gpt2", LK_PATTERN_GPT2},
                 {"cl100k_base", LK_PATTERN_CL100K},
                 {"o200k_base", LK_PATTERN_O200K}};
enum { ENCODINGS = sizeof encodings / sizeof encodings[0] };

static lk_context *context;
static lk_tokenizer *tokenizers[ENCODINGS];

static lk_file *open_file(const char *name) {
    char path[1024];
    snprintf(path, sizeof path, "%s/tokenizer/%s", getenv("LIKELORE_CONFORMANCE"), name);
    lk_file *file;
    cr_assert(lk_file_open(context, &file, path) == LK_OK, "%s", path);
    return file;
}

static lk_json *parse_json(const char *text, size_t length) {
    lk_json *json;
    cr_assert(lk_json_parse(context, &json, text, length) == LK_OK, "%s",
              lk_context_error(context).message);
    return json;
}

static void load_encodings(void) {
    for (int i = 0; i < ENCODINGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "vocabularies/%s.tiktoken", encodings[i].name);
        lk_file *file = open_file(name);
        lk_status status = lk_tokenizer_parse_ranks(
            context, &tokenizers[i], (const char *)lk_file_bytes(file), lk_file_length(file), NULL);
        cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
        lk_file_free(file);
    }
}

static void begin(void) {
    if (!getenv("LIKELORE_CONFORMANCE")) cr_skip_test("LIKELORE_CONFORMANCE is not set");
    context = make_context();
    load_encodings();
}

static void end(void) {
    for (int i = 0; i < ENCODINGS; i++) lk_tokenizer_free(tokenizers[i]);
    free_context(context);
}

// The JSON reader refuses U+0000 in strings: they are looked at with U+E000 in its place.
static void replace_all(lk_buffer *out, const char *text, size_t length, const char *what,
                        size_t what_length, const char *by) {
    for (size_t i = 0; i < length;) {
        bool is_here = length - i >= what_length && memcmp(text + i, what, what_length) == 0;
        lk_buffer_append(out, is_here ? by : text + i, is_here ? strlen(by) : 1);
        i += is_here ? what_length : 1;
    }
}

static lk_json *parse_line(const char *text, size_t length) {
    lk_buffer line = lk_buffer_make(context);
    replace_all(&line, text, length, "\\u0000", 6, "\\uE000");
    lk_json *json = parse_json(line.data, line.length);
    lk_buffer_free(&line);
    return json;
}

// Calls `check` with each line of a file, a JSON object.
static void for_each_line(const char *name, void (*check)(const lk_json *line)) {
    lk_file *file = open_file(name);
    const char *text = (const char *)lk_file_bytes(file);
    size_t lines = 0;
    for (size_t at = 0, length = lk_file_length(file); at < length; lines++) {
        const char *newline = memchr(text + at, '\n', length - at);
        size_t size = newline ? (size_t)(newline - text) - at : length - at;
        lk_json *line = parse_line(text + at, size);
        check(line);
        lk_json_free(context, line);
        at += size + 1;
    }
    cr_assert(lines > 0);
    lk_file_free(file);
}

static void read_hex(lk_buffer *bytes, const lk_json *line) {
    const char *hex = lk_json_string(lk_json_get(line, "hex"), "");
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned byte;
        cr_assert(sscanf(hex, "%2x", &byte) == 1);
        lk_buffer_append_byte(bytes, (char)byte);
    }
}

static void read_ids(lk_ids *ids, const lk_json *list) {
    for (const lk_json *value = lk_json_first(list); value; value = lk_json_next(value))
        cr_assert(lk_ids_append(ids, &(uint32_t){(uint32_t)lk_json_number(value, -1)}, 1) == LK_OK);
}

static void expect_ids(const lk_json *line, int encoding, const char *text, size_t length,
                       const lk_encode_options *options) {
    const lk_json *list = lk_json_get(line, encodings[encoding].name);
    if (!list) return;
    lk_ids expected = lk_ids_make(context), got = lk_ids_make(context);
    read_ids(&expected, list);
    cr_assert(lk_tokenizer_encode(context, &got, tokenizers[encoding], text, length, options) ==
              LK_OK);
    cr_assert(
        got.count == expected.count &&
            (got.count == 0 || memcmp(got.ids, expected.ids, got.count * sizeof *got.ids) == 0),
        "%s: %s", encodings[encoding].name, lk_json_string(lk_json_get(line, "hex"), ""));
    lk_ids_free(&expected);
    lk_ids_free(&got);
}

static void expect_all_ids(const lk_json *line, const lk_encode_options *options) {
    lk_buffer text = lk_buffer_make(context);
    read_hex(&text, line);
    for (int i = 0; i < ENCODINGS; i++)
        expect_ids(line, i, lk_buffer_text(&text), text.length, options);
    lk_buffer_free(&text);
}

static void check_text(const lk_json *line) {
    expect_all_ids(line, &(lk_encode_options){.special = LK_SPECIAL_TEXT});
}

Test(tokenizer_conformance, texts_have_the_ids_of_tiktoken, .init = begin, .fini = end) {
    for_each_line("vectors/text.jsonl", check_text);
}

static void check_specials(const lk_json *line) { expect_all_ids(line, NULL); }

Test(tokenizer_conformance, special_tokens_have_their_ids, .init = begin, .fini = end) {
    for_each_line("vectors/special.jsonl", check_specials);
}

static void check_invalid(const lk_json *line) {
    expect_all_ids(line,
                   &(lk_encode_options){.special = LK_SPECIAL_TEXT, .invalid = LK_INVALID_REPLACE});
}

Test(tokenizer_conformance, what_is_no_utf8_is_replaced_as_tiktoken_does, .init = begin,
     .fini = end) {
    for_each_line("vectors/invalid_utf8.jsonl", check_invalid);
}

static int encoding_of(const lk_json *line) {
    const char *name = lk_json_string(lk_json_get(line, "enc"), "");
    for (int i = 0; i < ENCODINGS; i++)
        if (strcmp(name, encodings[i].name) == 0) return i;
    cr_assert_fail("%s", name);
    return -1;
}

static void check_decode(const lk_json *line) {
    lk_ids ids = lk_ids_make(context);
    lk_buffer expected = lk_buffer_make(context), got = lk_buffer_make(context),
              repaired = lk_buffer_make(context), shown = lk_buffer_make(context);
    read_ids(&ids, lk_json_get(line, "ids"));
    read_hex(&expected, line);
    const lk_tokenizer *tokenizer = tokenizers[encoding_of(line)];
    cr_assert(lk_tokenizer_decode(context, &got, tokenizer, ids.ids, ids.count) == LK_OK);
    cr_assert(got.length == expected.length);
    cr_assert(memcmp(lk_buffer_text(&got), lk_buffer_text(&expected), got.length) == 0);
    cr_assert(lk_text_repair(&repaired, NULL, lk_buffer_text(&got), got.length, true) == LK_OK);
    replace_all(&shown, lk_buffer_text(&repaired), repaired.length, "", 1, "\uE000");
    cr_assert_str_eq(lk_buffer_text(&shown), lk_json_string(lk_json_get(line, "text"), ""));
    lk_ids_free(&ids);
    lk_buffer_free(&expected);
    lk_buffer_free(&got);
    lk_buffer_free(&repaired);
    lk_buffer_free(&shown);
}

Test(tokenizer_conformance, ids_have_the_bytes_and_text_of_tiktoken, .init = begin, .fini = end) {
    for_each_line("vectors/decode.jsonl", check_decode);
}

// ---- Regular expressions ------------------------------------------------------------------------

// The same vocabularies, with the patterns as expressions for PCRE2.
static void begin_with_expressions(void) {
    begin();
    for (int i = 0; i < ENCODINGS; i++) {
        char name[64];
        lk_pattern custom = LK_PATTERN_CUSTOM;
        snprintf(name, sizeof name, "vocabularies/%s.tiktoken", encodings[i].name);
        lk_file *file = open_file(name);
        lk_tokenizer_free(tokenizers[i]);
        cr_assert(lk_tokenizer_parse_ranks(context, &tokenizers[i],
                                           (const char *)lk_file_bytes(file), lk_file_length(file),
                                           &custom) == LK_OK);
        cr_assert(lk_tokenizer_set_expression(tokenizers[i],
                                              lk_pattern_expression(encodings[i].pattern)) == LK_OK,
                  "%s", lk_context_error(context).message);
        lk_file_free(file);
    }
}

Test(tokenizer_conformance, expressions_give_the_ids_of_tiktoken, .init = begin_with_expressions,
     .fini = end) {
    for_each_line("vectors/text.jsonl", check_text);
    for_each_line("vectors/special.jsonl", check_specials);
    for_each_line("vectors/invalid_utf8.jsonl", check_invalid);
}

// ---- Classes of characters ----------------------------------------------------------------------

static void mark_ranges(uint8_t *marks, const lk_json *document, const char *name, uint8_t mark) {
    const lk_json *list = lk_json_get(document, name);
    cr_assert(list, "%s", name);
    for (const lk_json *range = lk_json_first(list); range; range = lk_json_next(range)) {
        const lk_json *first = lk_json_first(range);
        uint32_t last = (uint32_t)lk_json_number(lk_json_next(first), 0);
        for (uint32_t c = (uint32_t)lk_json_number(first, 0); c <= last; c++) marks[c] = mark;
    }
}

Test(tokenizer_conformance, classes_are_those_that_tiktoken_sees, .init = begin, .fini = end) {
    static uint8_t expected[0x110000], table[LK_UNICODE_DENSE];
    lk_file *file = open_file("unicode_classes.json");
    lk_json *document = parse_json((const char *)lk_file_bytes(file), lk_file_length(file));
    static const struct {
        const char *name;
        lk_unicode_class label;
    } classes[] = {{"s", LK_UNICODE_SPACE},   {"N", LK_UNICODE_NUMBER},  {"M", LK_UNICODE_MARK},
                   {"Lm", LK_UNICODE_LETTER}, {"Lo", LK_UNICODE_LETTER}, {"Lu", LK_UNICODE_UPPER},
                   {"Lt", LK_UNICODE_UPPER},  {"Ll", LK_UNICODE_LOWER}};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        mark_ranges(expected, document, classes[i].name, (uint8_t)classes[i].label);
    lk_unicode_class_table(table);
    for (uint32_t c = 0; c < 0x110000; c++) {
        cr_assert(lk_unicode_class_of(c) == expected[c], "U+%04X", c);
        cr_assert(c >= LK_UNICODE_DENSE || table[c] == expected[c], "U+%04X", c);
    }
    lk_json_free(context, document);
    lk_file_free(file);
}

// ---- Training -----------------------------------------------------------------------------------

static lk_tokenizer *train_on(const char *name, uint32_t vocab_size) {
    static const char *const specials[] = {"<|endoftext|>"};
    lk_tokenizer_training training = {
        .vocab_size = vocab_size, .specials = specials, .special_count = 1};
    lk_tokenizer_trainer *trainer;
    lk_tokenizer *tokenizer;
    lk_file *file = open_file(name);
    cr_assert(lk_tokenizer_trainer_new(context, &trainer, &training) == LK_OK);
    cr_assert(lk_tokenizer_trainer_feed(trainer, (const char *)lk_file_bytes(file),
                                        lk_file_length(file), true) == LK_OK);
    lk_merge_report report;
    do cr_assert(lk_tokenizer_trainer_step(trainer, &report) == LK_OK);
    while (!report.is_done);
    cr_assert(lk_tokenizer_trainer_finish(trainer, &tokenizer) == LK_OK);
    lk_tokenizer_trainer_free(trainer);
    lk_file_free(file);
    return tokenizer;
}

static lk_json *write_and_parse(const lk_tokenizer *tokenizer) {
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_tokenizer_write(context, &text, tokenizer) == LK_OK);
    lk_json *document = parse_json(text.data, text.length);
    lk_buffer_free(&text);
    return document;
}

// The merges of the tokenizer, as its file writes them, against the lines of a file.
static void expect_merges(lk_tokenizer *tokenizer, const char *name) {
    lk_json *document = write_and_parse(tokenizer);
    lk_file *file = open_file(name);
    const char *line = (const char *)lk_file_bytes(file), *end = line + lk_file_length(file);
    const lk_json *merges = lk_json_get(lk_json_get(document, "model"), "merges");
    size_t count = 0;
    if (strncmp(line, "#version", 8) == 0) line = strchr(line, '\n') + 1;
    for (const lk_json *merge = lk_json_first(merges); merge;
         merge = lk_json_next(merge), count++) {
        const char *text = lk_json_string(merge, "");
        cr_assert(line < end, "there are more than %zu merges", count);
        cr_assert(strncmp(line, text, strlen(text)) == 0, "merge %zu is '%s'", count, text);
        line += strlen(text) + 1;
    }
    cr_assert(line >= end, "%zu merges are not all", count);
    lk_json_free(context, document);
    lk_file_free(file);
    lk_tokenizer_free(tokenizer);
}

Test(tokenizer_conformance, training_gives_the_merges_of_the_reference, .init = begin,
     .fini = end) {
    expect_merges(train_on("cs336/corpus.en", 500), "cs336/train-bpe-reference-merges.txt");
    expect_merges(train_on("tinystories_197k.txt", 1000), "train_tinystories197k_1000.merges.txt");
}

// As sets: the reference has other ids.
Test(tokenizer_conformance, training_gives_the_vocabulary_of_the_reference, .init = begin,
     .fini = end) {
    lk_tokenizer *tokenizer = train_on("cs336/corpus.en", 500);
    lk_json *document = write_and_parse(tokenizer);
    lk_file *file = open_file("cs336/train-bpe-reference-vocab.json");
    lk_json *reference = parse_json((const char *)lk_file_bytes(file), lk_file_length(file));
    const lk_json *vocabulary = lk_json_get(lk_json_get(document, "model"), "vocab");
    cr_assert(lk_json_count(vocabulary) == 500 && lk_json_count(reference) == 500);
    for (const lk_json *token = lk_json_first(reference); token; token = lk_json_next(token))
        cr_assert(lk_json_get(vocabulary, lk_json_name(token)), "%s", lk_json_name(token));
    lk_json_free(context, reference);
    lk_json_free(context, document);
    lk_file_free(file);
    lk_tokenizer_free(tokenizer);
}

// ---- Texts --------------------------------------------------------------------------------------

// FNV-1a over the ids as little-endian bytes.
static uint64_t digest_ids(const lk_ids *ids) {
    uint64_t digest = 0xCBF29CE484222325;
    for (size_t i = 0; i < ids->count; i++)
        for (int shift = 0; shift < 32; shift += 8)
            digest = (digest ^ (ids->ids[i] >> shift & 0xFF)) * 0x100000001B3;
    return digest;
}

static void expect_same_ids(const lk_ids *got, const lk_ids *expected, size_t part) {
    cr_assert(got->count == expected->count, "%zu ids in parts of %zu bytes", got->count, part);
    cr_assert(memcmp(got->ids, expected->ids, got->count * sizeof *got->ids) == 0);
}

static void encode_in_parts(lk_ids *ids, const char *text, size_t length, size_t part) {
    lk_encoder *encoder;
    cr_assert(lk_encoder_new(context, &encoder, tokenizers[0], NULL) == LK_OK);
    for (size_t at = 0; at < length; at += part) {
        size_t size = length - at < part ? length - at : part;
        cr_assert(lk_encoder_feed(encoder, ids, text + at, size, at + size == length) == LK_OK);
    }
    lk_encoder_free(encoder);
}

static void expect_text_back(const lk_ids *ids, const char *text, size_t length) {
    lk_buffer decoded = lk_buffer_make(context);
    cr_assert(lk_tokenizer_decode(context, &decoded, tokenizers[0], ids->ids, ids->count) == LK_OK);
    cr_assert(decoded.length == length && memcmp(decoded.data, text, length) == 0);
    lk_buffer_free(&decoded);
}

static void check_text_of(const char *name, size_t count, uint64_t digest) {
    static const size_t parts[] = {1, 2, 3, 7, 64, 1000};
    lk_file *file = open_file(name);
    const char *text = (const char *)lk_file_bytes(file);
    size_t length = lk_file_length(file);
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizers[0], text, length, NULL) == LK_OK);
    cr_assert(ids.count == count && digest_ids(&ids) == digest, "%s: %zu ids", name, ids.count);
    expect_text_back(&ids, text, length);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        lk_ids streamed = lk_ids_make(context);
        encode_in_parts(&streamed, text, length, parts[i]);
        expect_same_ids(&streamed, &ids, parts[i]);
        lk_ids_free(&streamed);
    }
    lk_ids_free(&ids);
    lk_file_free(file);
}

// Counts and digests are those of the ids that tiktoken gives.
Test(tokenizer_conformance, texts_and_their_streams_have_the_ids_of_tiktoken, .init = begin,
     .fini = end) {
    check_text_of("cs336/special_token_trailing_newlines.txt", 2, 0xB3970DB011A78E27);
    check_text_of("cs336/special_token_double_newlines_non_whitespace.txt", 5, 0x49ED602E690CA30);
    check_text_of("cs336/address.txt", 320, 0x60360839884EB952);
    check_text_of("cs336/german.txt", 190, 0xD510E8D21E4D2A23);
    check_text_of("cs336/tinystories_sample.txt", 923, 0x21E0D2D2276F9D2A);
    check_text_of("cs336/corpus.en", 30854, 0x5AF761CFA3754E3);
}

// ---- Formats ------------------------------------------------------------------------------------

static lk_tokenizer *load(const char *name) {
    char path[1024];
    lk_tokenizer *tokenizer;
    snprintf(path, sizeof path, "%s/tokenizer/%s", getenv("LIKELORE_CONFORMANCE"), name);
    cr_assert(lk_tokenizer_load(context, &tokenizer, path, NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    return tokenizer;
}

static lk_tokenizer *write_and_read(const lk_tokenizer *tokenizer) {
    lk_buffer text = lk_buffer_make(context);
    lk_tokenizer *read;
    cr_assert(lk_tokenizer_write(context, &text, tokenizer) == LK_OK);
    cr_assert(lk_tokenizer_parse(context, &read, text.data, text.length) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_buffer_free(&text);
    return read;
}

// Replaces an encoding by the same one from other files, and looks at all texts again.
static void check_as(int encoding, lk_tokenizer *tokenizer) {
    lk_tokenizer_free(tokenizers[encoding]);
    tokenizers[encoding] = tokenizer;
    for_each_line("vectors/text.jsonl", check_text);
    for_each_line("vectors/special.jsonl", check_specials);
}

Test(tokenizer_conformance, all_files_of_gpt2_give_the_same_ids, .init = begin, .fini = end) {
    check_as(0, load("vocabularies/gpt2.tokenizer.json"));
    check_as(0, load("cs336/gpt2_vocab.json"));
    check_as(0, load("cs336/gpt2_merges.txt"));
}

Test(tokenizer_conformance, what_is_written_gives_the_same_ids, .init = begin, .fini = end) {
    for (int i = 0; i < ENCODINGS; i++) check_as(i, write_and_read(tokenizers[i]));
}

Test(tokenizer_conformance, files_of_ranks_are_written_as_they_were, .init = begin, .fini = end) {
    for (int i = 0; i < ENCODINGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "vocabularies/%s.tiktoken", encodings[i].name);
        lk_file *file = open_file(name);
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_tokenizer_write_ranks(context, &text, tokenizers[i]) == LK_OK, "%s",
                  lk_context_error(context).message);
        cr_assert(text.length == lk_file_length(file), "%zu bytes", text.length);
        cr_assert(memcmp(text.data, lk_file_bytes(file), text.length) == 0);
        lk_buffer_free(&text);
        lk_file_free(file);
    }
}

Test(tokenizer_conformance, vocabulary_and_merges_are_written_as_they_were, .init = begin,
     .fini = end) {
    static const char header[] = "#version: 0.2\n";
    lk_tokenizer *gpt2 = load("cs336/gpt2_merges.txt"), *read;
    lk_file *file = open_file("cs336/gpt2_merges.txt");
    lk_buffer vocab = lk_buffer_make(context), merges = lk_buffer_make(context);
    cr_assert(lk_tokenizer_write_merges(context, &vocab, &merges, gpt2) == LK_OK, "%s",
              lk_context_error(context).message);
    size_t length = merges.length - strlen(header);
    cr_assert(memcmp(merges.data, header, strlen(header)) == 0);
    cr_assert(length >= lk_file_length(file) && length <= lk_file_length(file) + 1);
    cr_assert(memcmp(merges.data + strlen(header), lk_file_bytes(file), lk_file_length(file)) == 0);
    cr_assert(lk_tokenizer_parse_merges(context, &read, vocab.data, vocab.length, merges.data,
                                        merges.length, LK_PATTERN_GPT2) == LK_OK);
    check_as(0, read);
    lk_buffer_free(&vocab);
    lk_buffer_free(&merges);
    lk_file_free(file);
    lk_tokenizer_free(gpt2);
}
