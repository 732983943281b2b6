// Encodes a text, and each of its words by itself, with several tokenizers.
#include "tokenizer/comparison.h"

#include "tokenizer/tokenizer.h"
#include "unicode.h"
#include "unicode_classes.h"

#include <stdio.h>

void lk_tokenizer_comparison_free(lk_tokenizer_comparison *c) {
    if (!c) return;
    for (size_t i = 0; i < c->count; i++) lk_ids_free(&c->ids[i]);
    lk_hashmap_free(c->words);
    lk_free(c->context, c->kept);
    lk_free(c->context, c);
}

const lk_ids *lk_tokenizer_comparison_ids(const lk_tokenizer_comparison *c, size_t index) {
    return &c->ids[index];
}

size_t lk_tokenizer_comparison_word_count(const lk_tokenizer_comparison *c) {
    return c->kept_count;
}

lk_compared_word lk_tokenizer_comparison_word_at(const lk_tokenizer_comparison *c, size_t index) {
    const lk_word_record *record = &c->kept[index];
    lk_compared_word word = {.times = lk_hashmap_value_at(c->words, record->index),
                             .tokens = record->tokens};
    word.bytes = lk_hashmap_key_at(c->words, record->index, &word.length);
    return word;
}

// ---- Words --------------------------------------------------------------------------------------

static lk_status count_word(lk_tokenizer_comparison *c, const char *word, size_t length) {
    uint64_t *times;
    LK_TRY(lk_hashmap_insert(c->words, &times, NULL, word, length, 0));
    ++*times;
    return LK_OK;
}

// The pattern leaves pieces of white space between the words, too.
static bool is_word(const char *piece, size_t length) {
    size_t at = length > 1 && *piece == ' ';
    uint32_t c;
    lk_utf8_decode((const uint8_t *)piece + at, length - at, &c, NULL);
    return lk_unicode_class_of(c) != LK_UNICODE_SPACE;
}

static lk_status count_pieces(lk_tokenizer_comparison *c, lk_piece_scan *scan) {
    enum { BATCH = 256 };
    size_t ends[BATCH], begin = 0, count;
    while ((count = lk_piece_scan_next(scan, ends, BATCH)) > 0)
        for (size_t i = 0; i < count; i++) {
            const char *piece = c->text + begin;
            if (is_word(piece, ends[i] - begin)) LK_TRY(count_word(c, piece, ends[i] - begin));
            begin = ends[i];
        }
    return LK_OK;
}

static lk_status count_words(lk_tokenizer_comparison *c) {
    LK_TRY(lk_hashmap_new(c->context, &c->words));
    lk_pretokenizer words = {0};
    lk_piece_scan scan;
    lk_status status = lk_pretokenizer_make(c->context, &words, LK_PATTERN_WHITESPACE);
    if (status == LK_OK) {
        lk_piece_scan_begin(&scan, &words, (const uint8_t *)c->text, c->length, true);
        status = count_pieces(c, &scan);
    }
    lk_pretokenizer_release(c->context, &words);
    return status;
}

// ---- Differences --------------------------------------------------------------------------------

// The words that differ most come first; of equals that which the text has first.
static void keep_word(lk_tokenizer_comparison *c, const lk_word_record *word) {
    size_t at = c->kept_count;
    while (at > 0 && c->kept[at - 1].weight < word->weight) at--;
    if (word->weight == 0 || at == c->most) return;
    if (c->kept_count < c->most) c->kept_count++;
    memmove(c->kept + at + 1, c->kept + at, (c->kept_count - at - 1) * sizeof *c->kept);
    c->kept[at] = *word;
}

static lk_status encode_word(lk_tokenizer_comparison *c, lk_ids *scratch, lk_word_record *word) {
    size_t length;
    const char *bytes = lk_hashmap_key_at(c->words, word->index, &length);
    uint32_t least = UINT32_MAX, most = 0;
    for (size_t i = 0; i < c->count; i++) {
        scratch->count = 0;
        LK_TRY(lk_tokenizer_encode(c->context, scratch, c->tokenizers[i], bytes, length, NULL));
        uint32_t tokens = scratch->count < UINT32_MAX ? (uint32_t)scratch->count : UINT32_MAX;
        word->tokens[i] = tokens;
        least = tokens < least ? tokens : least;
        most = tokens > most ? tokens : most;
    }
    word->weight = (most - least) * lk_hashmap_value_at(c->words, word->index);
    return LK_OK;
}

static lk_status compare_words(lk_tokenizer_comparison *c) {
    size_t count = lk_hashmap_count(c->words);
    if (c->most > count) c->most = count;
    c->kept = lk_alloc(c->context, c->most, sizeof *c->kept);
    LK_NEED(c->kept);
    lk_ids scratch = lk_ids_make(c->context);
    lk_status status = LK_OK;
    for (size_t i = 0; c->most && i < count && status == LK_OK; i++) {
        lk_word_record word = {.index = i};
        status = encode_word(c, &scratch, &word);
        if (status == LK_OK) keep_word(c, &word);
    }
    lk_ids_free(&scratch);
    return status;
}

// Adds to a failure which tokenizer it is of; places in it are those of the text.
static lk_status fail_with_name(const lk_tokenizer_comparison *c, lk_status status, size_t index) {
    if (status != LK_ERROR_DATA) return status;
    lk_error error = lk_context_error(c->context);
    char message[256];
    snprintf(message, sizeof message, "%s", error.message);
    return lk_fail_at(c->context, status, error.location, "with the tokenizer '%s' %s",
                      c->names[index], message);
}

static lk_status compare(lk_tokenizer_comparison *c) {
    for (size_t i = 0; i < c->count; i++) {
        lk_status status =
            lk_tokenizer_encode(c->context, &c->ids[i], c->tokenizers[i], c->text, c->length, NULL);
        if (status != LK_OK) return fail_with_name(c, status, i);
    }
    if (c->count < 2) c->most = 0;
    LK_TRY(count_words(c));
    return compare_words(c);
}

lk_status lk_tokenizer_compare(lk_context *context, lk_tokenizer_comparison **out,
                               const lk_tokenizer *const *tokenizers, const char *const *names,
                               size_t count, const char *text, size_t length, size_t most) {
    *out = NULL;
    if (count == 0 || count > LK_MOST_COMPARED)
        return lk_fail(context, LK_ERROR_LIMIT,
                       "%zu tokenizers cannot be compared: from 1 to %d can", count,
                       LK_MOST_COMPARED);
    lk_tokenizer_comparison *c = lk_alloc_zero(context, 1, sizeof *c);
    LK_NEED(c);
    *c = (lk_tokenizer_comparison){
        .context = context, .count = count, .text = text, .length = length, .most = most};
    for (size_t i = 0; i < count; i++) {
        c->tokenizers[i] = tokenizers[i];
        c->names[i] = names[i];
        c->ids[i] = lk_ids_make(context);
    }
    lk_status status = compare(c);
    if (status != LK_OK) {
        lk_tokenizer_comparison_free(c);
        return status;
    }
    *out = c;
    return LK_OK;
}
