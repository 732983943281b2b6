// Byte-pair encoding from characters: tokenizer.bin against llama2.c's own loop, which joins
// strings and takes the best score; and tokenizer.json, which comes of it and gives the same ids.
#include "tokenizer/character_bpe.h"
#include "tokenizer/scores.h"

#include "test_context.h"
#include "unicode.h"

#include <stdio.h>

enum {
    BYTES = 256,
    CONTROLS = 3,
    MOST_PIECES = 420,
    MOST_PIECE = 48,
    TEXT_BYTES = 300,
    TRIALS = 120
};

// ---- Vocabularies -------------------------------------------------------------------------------

typedef struct vocabulary {
    char pieces[MOST_PIECES][MOST_PIECE];
    float scores[MOST_PIECES];
    uint32_t count;
} vocabulary;

static const char *const characters[] = {
    " ", "a", "b", "c", "\xC3\xA9", "\xE6\x97\xA5", "\xF0\x9F\x99\x82"};
enum { CHARACTERS = sizeof characters / sizeof *characters };

static uint32_t find_piece(const vocabulary *v, const char *text, size_t length) {
    for (uint32_t i = CONTROLS + BYTES; i < v->count; i++)
        if (strlen(v->pieces[i]) == length && memcmp(v->pieces[i], text, length) == 0) return i;
    return LK_NO_TOKEN;
}

static uint32_t add_piece(vocabulary *v, const char *text, float score) {
    snprintf(v->pieces[v->count], MOST_PIECE, "%s", text);
    v->scores[v->count] = score;
    return v->count++;
}

// Some characters have no token.
static void begin_vocabulary(vocabulary *v, lk_random *random) {
    v->count = 0;
    add_piece(v, "<unk>", 0);
    add_piece(v, "\n<s>\n", 0);
    add_piece(v, "\n</s>\n", 0);
    for (int byte = 0; byte < BYTES; byte++) {
        char name[8];
        snprintf(name, sizeof name, "<0x%02X>", byte);
        add_piece(v, name, 0);
    }
    for (int i = 0; i < CHARACTERS; i++)
        if (i < 3 || lk_random_below(random, 3)) add_piece(v, characters[i], -1000.0f - (float)i);
}

// ---- Texts --------------------------------------------------------------------------------------

// Few characters, several spaces, others that have no token, and bytes that are no characters.
static size_t make_text(char *text, lk_random *random) {
    static const char *const others[] = {
        "\n",   "z",        "\xC2\xBF", "\xE2\x82\xAC", "\xF0\x90\x8D\x88",
        "\xFF", "\xE2\x82", "  ",       "<s>",          "<0x41>"};
    enum { OTHERS = sizeof others / sizeof *others };
    size_t length = 0, wanted = lk_random_below(random, TEXT_BYTES - 8);
    while (length < wanted) {
        const char *part = lk_random_below(random, 12)
                               ? characters[lk_random_below(random, CHARACTERS)]
                               : others[lk_random_below(random, OTHERS)];
        memcpy(text + length, part, strlen(part));
        length += strlen(part);
    }
    return length;
}

// ---- The oracle ---------------------------------------------------------------------------------

static bool joins(const vocabulary *v, uint32_t left, uint32_t right, uint32_t *joined) {
    char text[2 * MOST_PIECE];
    int length = snprintf(text, sizeof text, "%s%s", v->pieces[left], v->pieces[right]);
    *joined = find_piece(v, text, (size_t)length);
    return *joined != LK_NO_TOKEN;
}

static bool merge_best(const vocabulary *v, uint32_t *ids, size_t *count) {
    uint32_t best = LK_NO_TOKEN, joined;
    size_t place = 0;
    for (size_t i = 0; i + 1 < *count; i++) {
        if (!joins(v, ids[i], ids[i + 1], &joined)) continue;
        if (best != LK_NO_TOKEN && !(v->scores[joined] > v->scores[best])) continue;
        best = joined;
        place = i;
    }
    if (best == LK_NO_TOKEN) return false;
    ids[place] = best;
    memmove(ids + place + 1, ids + place + 2, (*count - place - 2) * sizeof *ids);
    --*count;
    return true;
}

static size_t begin_ids(const vocabulary *v, uint32_t *ids, const char *text, size_t length) {
    size_t count = 0;
    if (length) ids[count++] = find_piece(v, " ", 1);
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t code_point;
        taken = lk_utf8_decode((const uint8_t *)text + at, length - at, &code_point, NULL);
        uint32_t id = find_piece(v, text + at, taken);
        if (id != LK_NO_TOKEN) ids[count++] = id;
        for (size_t i = 0; id == LK_NO_TOKEN && i < taken; i++)
            ids[count++] = CONTROLS + (uint8_t)text[at + i];
    }
    return count;
}

static size_t oracle(const vocabulary *v, uint32_t *ids, const char *text, size_t length) {
    size_t count = begin_ids(v, ids, text, length);
    while (merge_best(v, ids, &count)) continue;
    return count;
}

// ---- Making vocabularies ------------------------------------------------------------------------

// As SentencePiece learns: the pair whose join is most frequent becomes a piece.
static void train(vocabulary *v, lk_random *random) {
    char text[TEXT_BYTES];
    uint32_t ids[TEXT_BYTES + 1];
    size_t length = make_text(text, random), count = begin_ids(v, ids, text, length);
    bool cuts = lk_random_below(random, 2); // at spaces
    for (int step = 0; step < 60; step++) {
        char best[2 * MOST_PIECE] = "";
        size_t most = 1;
        for (size_t i = 0; i + 1 < count; i++) {
            const char *left = v->pieces[ids[i]], *right = v->pieces[ids[i + 1]];
            if (ids[i] < CONTROLS + BYTES || ids[i + 1] < CONTROLS + BYTES) continue;
            if ((cuts && *right == ' ') || strlen(left) + strlen(right) >= MOST_PIECE) continue;
            size_t times = 0;
            for (size_t j = 0; j + 1 < count; j++)
                times += ids[j] == ids[i] && ids[j + 1] == ids[i + 1];
            if (times > most) snprintf(best, sizeof best, "%s%s", left, right);
            if (times > most) most = times;
        }
        if (!*best) return;
        add_piece(v, best, -(float)step);
        while (merge_best(v, ids, &count)) continue;
    }
}

// Joins of any two pieces, with scores that need not fit together.
static void draw_pieces(vocabulary *v, lk_random *random) {
    for (int i = 0; i < 60; i++) {
        uint32_t first = CONTROLS + BYTES, known = v->count - first;
        char text[2 * MOST_PIECE];
        snprintf(text, sizeof text, "%s%s", v->pieces[first + lk_random_below(random, known)],
                 v->pieces[first + lk_random_below(random, known)]);
        if (strlen(text) >= 12 || find_piece(v, text, strlen(text)) != LK_NO_TOKEN) continue;
        add_piece(v, text, -(float)lk_random_below(random, 15));
    }
}

// ---- Files --------------------------------------------------------------------------------------

static void append_u32(lk_buffer *file, uint32_t value) {
    lk_buffer_append(file, &value, sizeof value);
}

static lk_buffer file_of(lk_context *context, const vocabulary *v) {
    lk_buffer file = lk_buffer_make(context);
    append_u32(&file, MOST_PIECE);
    for (uint32_t id = 0; id < v->count; id++) {
        lk_buffer_append(&file, &v->scores[id], sizeof v->scores[id]);
        append_u32(&file, (uint32_t)strlen(v->pieces[id]));
        lk_buffer_append_text(&file, v->pieces[id]);
    }
    return file;
}

static lk_tokenizer *parse_scores(lk_context *context, const vocabulary *v) {
    lk_tokenizer *tokenizer;
    lk_buffer file = file_of(context, v);
    cr_assert(lk_tokenizer_parse_scores(context, &tokenizer, (const uint8_t *)file.data,
                                        file.length) == LK_OK,
              "%s", lk_context_error(context).message);
    lk_buffer_free(&file);
    return tokenizer;
}

static lk_buffer json_of(lk_context *context, const lk_tokenizer *tokenizer) {
    lk_buffer json = lk_buffer_make(context);
    cr_assert(lk_tokenizer_write(context, &json, tokenizer) == LK_OK, "%s",
              lk_context_error(context).message);
    return json;
}

static lk_tokenizer *parse_json(lk_context *context, const lk_buffer *json) {
    lk_tokenizer *tokenizer;
    cr_assert(lk_tokenizer_parse(context, &tokenizer, json->data, json->length) == LK_OK, "%s",
              lk_context_error(context).message);
    return tokenizer;
}

// ---- Ids ----------------------------------------------------------------------------------------

static void expect_ids(lk_context *context, const lk_tokenizer *tokenizer, const vocabulary *v,
                       const char *text, size_t length) {
    uint32_t expected[TEXT_BYTES + 1];
    size_t count = oracle(v, expected, text, length);
    lk_ids ids = lk_ids_make(context);
    lk_encode_options options = {.special = LK_SPECIAL_TEXT};
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, length, &options) == LK_OK);
    cr_assert(ids.count == count &&
                  (!count || !memcmp(ids.ids, expected, count * sizeof *expected)),
              "%.*s", (int)length, text);
    lk_buffer decoded = lk_buffer_make(context);
    cr_assert(lk_tokenizer_decode(context, &decoded, tokenizer, ids.ids, ids.count) == LK_OK);
    cr_assert(decoded.length == length + (length > 0));
    cr_assert(!length || memcmp(decoded.data + 1, text, length) == 0);
    lk_buffer_free(&decoded);
    lk_ids_free(&ids);
}

static void expect_ids_of_texts(lk_context *context, const lk_tokenizer *tokenizer,
                                const vocabulary *v, lk_random *random) {
    char text[TEXT_BYTES];
    expect_ids(context, tokenizer, v, "", 0);
    for (int i = 0; i < 20; i++) expect_ids(context, tokenizer, v, text, make_text(text, random));
}

static void check_json(lk_context *context, const lk_tokenizer *tokenizer, const vocabulary *v,
                       lk_random *random) {
    lk_buffer json = json_of(context, tokenizer);
    lk_tokenizer *read = parse_json(context, &json);
    lk_buffer again = json_of(context, read);
    uint32_t begin = 0;
    cr_assert(again.length == json.length && memcmp(again.data, json.data, json.length) == 0);
    cr_assert(lk_tokenizer_begin_token(read, &begin) && begin == 1);
    cr_assert(lk_tokenizer_count(read) == v->count && lk_tokenizer_special_count(read) == CONTROLS);
    expect_ids_of_texts(context, read, v, random);
    lk_tokenizer_free(read);
    lk_buffer_free(&json);
    lk_buffer_free(&again);
}

Test(character_bpe, ids_are_those_of_llama2c_and_stay_in_tokenizer_json) {
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 0, trial);
        static vocabulary v;
        begin_vocabulary(&v, &random);
        train(&v, &random);
        lk_tokenizer *tokenizer = parse_scores(context, &v);
        expect_ids_of_texts(context, tokenizer, &v, &random);
        check_json(context, tokenizer, &v, &random);
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

// No training gives these: a merge may come before those it needs, and many scores are the same.
Test(character_bpe, any_scores_give_the_ids_of_llama2c) {
    lk_context *context = make_context();
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 1, trial);
        static vocabulary v;
        begin_vocabulary(&v, &random);
        draw_pieces(&v, &random);
        lk_tokenizer *tokenizer = parse_scores(context, &v);
        expect_ids_of_texts(context, tokenizer, &v, &random);
        lk_tokenizer_free(tokenizer);
    }
    free_context(context);
}

Test(character_bpe, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 2, 0);
    static vocabulary v;
    begin_vocabulary(&v, &random);
    train(&v, &random);
    lk_buffer file = file_of(context, &v);
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_tokenizer *tokenizer = NULL, *read = NULL;
        lk_buffer json = lk_buffer_make(context);
        lk_ids ids = lk_ids_make(context);
        lk_context_fail_allocation(context, k);
        status =
            lk_tokenizer_parse_scores(context, &tokenizer, (const uint8_t *)file.data, file.length);
        if (status == LK_OK) status = lk_tokenizer_write(context, &json, tokenizer);
        if (status == LK_OK) status = lk_tokenizer_parse(context, &read, json.data, json.length);
        if (status == LK_OK) status = lk_tokenizer_encode(context, &ids, read, "ab <s>a", 7, NULL);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_ids_free(&ids);
        lk_buffer_free(&json);
        lk_tokenizer_free(tokenizer);
        lk_tokenizer_free(read);
        cr_assert(lk_context_memory_usage(context).live_bytes == live);
    }
    lk_buffer_free(&file);
    free_context(context);
}

// ---- Special tokens and marks -------------------------------------------------------------------

// A vocabulary of single characters, and "ab".
static lk_tokenizer *small(lk_context *context) {
    static vocabulary v;
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 3, 0);
    begin_vocabulary(&v, &random);
    v.count = CONTROLS + BYTES;
    add_piece(&v, " ", -10);
    add_piece(&v, "a", -11);
    add_piece(&v, "b", -12);
    add_piece(&v, "ab", -1);
    return parse_scores(context, &v);
}

static void expect(lk_context *context, const lk_tokenizer *tokenizer, const char *text,
                   const uint32_t *expected, size_t count) {
    lk_ids ids = lk_ids_make(context);
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, strlen(text), NULL) == LK_OK);
    cr_assert(ids.count == count && memcmp(ids.ids, expected, count * sizeof *expected) == 0, "%s",
              text);
    lk_ids_free(&ids);
}

Test(character_bpe, tokenizer_json_finds_special_tokens_and_marks_in_texts) {
    lk_context *context = make_context();
    lk_tokenizer *scores = small(context);
    lk_buffer json = json_of(context, scores);
    lk_tokenizer *read = parse_json(context, &json);
    expect(context, read, "<s>ab</s>", (uint32_t[]){1, 259, 262, 2}, 4);
    expect(context, read,
           "a\xE2\x96\x81"
           "b",
           (uint32_t[]){259, 260, 259, 261}, 4);
    expect(context, scores, "<s>", (uint32_t[]){259, 3 + '<', 3 + 's', 3 + '>'}, 4);
    expect(context, scores, "\xE2\x96\x81", (uint32_t[]){259, 3 + 0xE2, 3 + 0x96, 3 + 0x81}, 4);
    lk_encode_options options = {.special = LK_SPECIAL_ERROR};
    lk_ids ids = lk_ids_make(context);
    expect_failure(context, lk_tokenizer_encode(context, &ids, read, "a<s>", 4, &options),
                   LK_ERROR_DATA, "special token '<s>'");
    cr_assert(lk_context_error(context).location.byte == 1);
    lk_ids_free(&ids);
    lk_buffer_free(&json);
    lk_tokenizer_free(read);
    lk_tokenizer_free(scores);
    free_context(context);
}

// ---- What is refused ----------------------------------------------------------------------------

// Replaces one text by another in the file of `small`.
static void expect_refused(lk_context *context, const char *from, const char *to, lk_status status,
                           const char *words) {
    lk_tokenizer *scores = small(context), *read;
    lk_buffer json = json_of(context, scores), changed = lk_buffer_make(context);
    const char *at = strstr(json.data, from);
    cr_assert(at, "%s", from);
    lk_buffer_append(&changed, json.data, (size_t)(at - json.data));
    lk_buffer_append_text(&changed, to);
    lk_buffer_append_text(&changed, at + strlen(from));
    expect_failure(context, lk_tokenizer_parse(context, &read, changed.data, changed.length),
                   status, words);
    lk_buffer_free(&json);
    lk_buffer_free(&changed);
    lk_tokenizer_free(scores);
}

Test(character_bpe, what_is_not_done_is_refused_by_name) {
    lk_context *context = make_context();
    const lk_status data = LK_ERROR_DATA, unsupported = LK_ERROR_UNSUPPORTED;
    expect_refused(context, "\"Prepend\"", "\"NFKC\"", unsupported, "normalizer");
    expect_refused(context, "\"pre_tokenizer\": null",
                   "\"pre_tokenizer\": {\"type\": \"Metaspace\"}", unsupported, "pre_tokenizer");
    expect_refused(context, "\"ignore_merges\": false", "\"ignore_merges\": true", unsupported,
                   "ignore_merges");
    expect_refused(context, "\"normalized\": false", "\"normalized\": true", unsupported,
                   "normalized");
    expect_refused(context, "\"<0x42>\": 69", "\"c\": 69", data, "no token <0x42>");
    expect_refused(context, "\"b\": 261", "\"b c\": 261", unsupported, "holds a space");
    expect_refused(context, "\"b\": 261", "\"\": 261", data, "is empty");
    expect_refused(context, "\"a b\"", "\"a <0x42>\"", data, "the right token");
    expect_refused(context, "\"special_tokens\"", "\"others\"", data, "which is no token");
    expect_refused(context, "\"id\": 2,", "\"id\": 70,", data, "another token too");
    free_context(context);
}

static void expect_unwritable(lk_context *context, const char *piece, const char *words) {
    static vocabulary v;
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 3, 0);
    begin_vocabulary(&v, &random);
    add_piece(&v, piece, -1);
    lk_tokenizer *tokenizer = parse_scores(context, &v);
    lk_buffer json = lk_buffer_make(context);
    expect_failure(context, lk_tokenizer_write(context, &json, tokenizer), LK_ERROR_UNSUPPORTED,
                   words);
    lk_buffer_free(&json);
    lk_tokenizer_free(tokenizer);
}

Test(character_bpe, what_tokenizer_json_cannot_tell_is_not_written) {
    lk_context *context = make_context();
    expect_unwritable(context, "a\xFF", "is no text");
    expect_unwritable(context, "a", "has the text of another token");
    expect_unwritable(context, "<s>", "has the text of another token");
    expect_unwritable(context, "<0x41>", "has the name of a byte");
    expect_unwritable(context, "x\xE2\x96\x81", "holds U+2581");
    free_context(context);
}

Test(character_bpe, hostile_files_of_scores_are_refused) {
    lk_context *context = make_context();
    static vocabulary v;
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 4, 0);
    begin_vocabulary(&v, &random);
    lk_buffer file = file_of(context, &v);
    const uint8_t *bytes = (const uint8_t *)file.data;
    lk_tokenizer *tokenizer;
    for (size_t length = 12; length < file.length; length++)
        if (lk_tokenizer_parse_scores(context, &tokenizer, bytes, length) == LK_OK)
            lk_tokenizer_free(tokenizer);
    memcpy(file.data + 4, "\0\0\xC0\x7F", 4);
    expect_failure(context, lk_tokenizer_parse_scores(context, &tokenizer, bytes, file.length),
                   LK_ERROR_DATA, "not a number");
    memset(file.data + 4, 0, 4);
    *file.data = 5;
    expect_failure(context, lk_tokenizer_parse_scores(context, &tokenizer, bytes, file.length),
                   LK_ERROR_DATA, "longer than the header tells");
    lk_buffer_free(&file);
    free_context(context);
}

// ---- Mutations ----------------------------------------------------------------------------------

// Whatever was read encodes, is written or refused, and reads again.
static void use(lk_context *context, lk_tokenizer *tokenizer) {
    static const char text[] = "ab <s>ba \xE2\x96\x81\xFFz \xC3\xA9";
    lk_ids ids = lk_ids_make(context);
    lk_buffer json = lk_buffer_make(context), decoded = lk_buffer_make(context);
    lk_tokenizer *read;
    cr_assert(lk_tokenizer_encode(context, &ids, tokenizer, text, strlen(text), NULL) == LK_OK);
    cr_assert(lk_tokenizer_decode(context, &decoded, tokenizer, ids.ids, ids.count) == LK_OK);
    if (lk_tokenizer_write(context, &json, tokenizer) == LK_OK) {
        cr_assert(lk_tokenizer_parse(context, &read, json.data, json.length) == LK_OK, "%s",
                  lk_context_error(context).message);
        lk_tokenizer_free(read);
    }
    lk_ids_free(&ids);
    lk_buffer_free(&json);
    lk_buffer_free(&decoded);
    lk_tokenizer_free(tokenizer);
}

static void mutate(lk_buffer *file, const lk_buffer *source, lk_random *random) {
    lk_buffer_clear(file);
    lk_buffer_append(file, source->data, source->length);
    for (uint64_t i = lk_random_below(random, 3) + 1; i > 0; i--) {
        char *to = file->data + lk_random_below(random, file->length);
        *to = lk_random_below(random, 2) ? source->data[lk_random_below(random, source->length)]
                                         : (char)lk_random_below(random, 256);
    }
}

Test(character_bpe, files_with_wrong_bytes_break_nothing) {
    lk_context *context = make_context();
    static vocabulary v;
    lk_random random = lk_random_stream(11, LK_RANDOM_TEST, 5, 0);
    begin_vocabulary(&v, &random);
    train(&v, &random);
    lk_tokenizer *tokenizer = parse_scores(context, &v);
    lk_buffer scores = file_of(context, &v), json = json_of(context, tokenizer);
    lk_buffer file = lk_buffer_make(context);
    lk_tokenizer_free(tokenizer);
    for (int i = 0; i < 600; i++) {
        mutate(&file, i % 2 ? &json : &scores, &random);
        lk_status status = i % 2
                               ? lk_tokenizer_parse(context, &tokenizer, file.data, file.length)
                               : lk_tokenizer_parse_scores(context, &tokenizer,
                                                           (const uint8_t *)file.data, file.length);
        if (status == LK_OK) use(context, tokenizer);
    }
    lk_buffer_free(&file);
    lk_buffer_free(&scores);
    lk_buffer_free(&json);
    free_context(context);
}
