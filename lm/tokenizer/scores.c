#include "tokenizer/scores.h"

#include "tokenizer/character_bpe.h"

#include <math.h>
#include <stdlib.h>

enum {
    HEADER_BYTES = 4,
    ENTRY_BYTES = 8,
    MOST_LENGTH = 1024,
    CONTROL_TOKENS = 3, // <unk>, <s>, </s>
    BEGIN_TOKEN = 1,
    BYTE_TOKENS = 256 // that follow
};

static uint32_t read_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

bool lk_scores_is(const uint8_t *bytes, size_t length) {
    if (length < HEADER_BYTES + ENTRY_BYTES) return false;
    uint32_t most = read_u32(bytes);
    return most > 0 && most <= MOST_LENGTH && read_u32(bytes + 8) <= most;
}

// ---- Tokens -------------------------------------------------------------------------------------

typedef struct score_reader {
    lk_context *context;
    const uint8_t *file;
    size_t length;
    lk_bpe_parts parts;
    char *bytes; // of the parts, as the next ones
    size_t *offsets;
    lk_special controls[CONTROL_TOKENS];
    float *scores; // of each token
    lk_buffer splits;
} score_reader;

static lk_status wrong_token(const score_reader *reader, size_t at, const char *what) {
    return lk_fail_at(reader->context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)at},
                      "token %u %s", (unsigned)reader->parts.count, what);
}

// How many tokens there are; none lies beyond the end of the file.
static lk_status count_tokens(score_reader *reader) {
    if (!lk_scores_is(reader->file, reader->length))
        return lk_fail(reader->context, LK_ERROR_DATA, "the file is no tokenizer.bin of llama2.c");
    uint32_t most = read_u32(reader->file);
    for (size_t at = HEADER_BYTES; at < reader->length; reader->parts.count++) {
        size_t left = reader->length - at;
        if (left < ENTRY_BYTES || read_u32(reader->file + at + 4) > left - ENTRY_BYTES)
            return wrong_token(reader, at, "does not end within the file");
        if (read_u32(reader->file + at + 4) > most)
            return wrong_token(reader, at, "is longer than the header tells");
        if (reader->parts.count == LK_MOST_TOKENS)
            return wrong_token(reader, at, "is one too many");
        at += ENTRY_BYTES + read_u32(reader->file + at + 4);
    }
    if (reader->parts.count >= CONTROL_TOKENS + BYTE_TOKENS) return LK_OK;
    return lk_fail(reader->context, LK_ERROR_DATA,
                   "there are only %u tokens: those of the 256 bytes are missing",
                   (unsigned)reader->parts.count);
}

static lk_status allocate(score_reader *reader) {
    size_t count = reader->parts.count;
    LK_NEED(reader->scores = lk_alloc(reader->context, count, sizeof *reader->scores));
    LK_NEED(reader->bytes = lk_alloc(reader->context, reader->length, 1));
    LK_NEED(reader->offsets = lk_alloc_zero(reader->context, count + 1, sizeof(size_t)));
    reader->parts.bytes = reader->bytes;
    reader->parts.offsets = reader->offsets;
    return LK_OK;
}

// Appends a token to the parts.
static void add_token(score_reader *reader, uint32_t id, const uint8_t *bytes, size_t length) {
    size_t begin = reader->offsets[id];
    if (length) memcpy(reader->bytes + begin, bytes, length);
    reader->offsets[id + 1] = begin + length;
}

// Control tokens are in files with an end of a line on either side, which is not of their names.
static void add_control(score_reader *reader, uint32_t id, const uint8_t *bytes, size_t length) {
    while (length && bytes[length - 1] == '\n') length--;
    for (; length && *bytes == '\n'; length--) bytes++;
    add_token(reader, id, bytes, length);
    if (length)
        reader->controls[reader->parts.special_count++] =
            (lk_special){reader->bytes + reader->offsets[id], length, id};
}

// Those of bytes are named <0x00> … <0xFF>, and stand for one each.
static void take_token(score_reader *reader, uint32_t id, const uint8_t *bytes, size_t length) {
    if (id < CONTROL_TOKENS)
        add_control(reader, id, bytes, length);
    else if (id < CONTROL_TOKENS + BYTE_TOKENS)
        add_token(reader, id, &(uint8_t){(uint8_t)(id - CONTROL_TOKENS)}, 1);
    else
        add_token(reader, id, bytes, length);
}

static lk_status take_tokens(score_reader *reader) {
    size_t at = HEADER_BYTES;
    for (uint32_t id = 0; id < reader->parts.count; id++) {
        uint32_t length = read_u32(reader->file + at + 4);
        memcpy(&reader->scores[id], reader->file + at, sizeof *reader->scores);
        if (isnan(reader->scores[id]))
            return lk_fail_at(reader->context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)at},
                              "the score of token %u is not a number", (unsigned)id);
        take_token(reader, id, reader->file + at + ENTRY_BYTES, length);
        at += ENTRY_BYTES + length;
    }
    reader->parts.specials = reader->controls;
    return LK_OK;
}

// ---- Merges -------------------------------------------------------------------------------------

// A token as the join of two others.
typedef struct split {
    lk_merge merge;
    float score;
    size_t left_length;
} split;

// The highest score first; of one token's splits that with the longest left part, as the converters
// of Hugging Face have it.
static int compare_splits(const void *first, const void *second) {
    const split *a = first, *b = second;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    if (a->merge.result != b->merge.result) return a->merge.result < b->merge.result ? -1 : 1;
    return (a->left_length < b->left_length) - (a->left_length > b->left_length);
}

static lk_status add_splits(score_reader *reader, const lk_tokenizer *tokenizer, uint32_t id) {
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    size_t length;
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
    if (!bytes || lk_character_bpe_find(bpe, bytes, length) != id) return LK_OK;
    for (size_t left = 1; left < length; left++) {
        split s = {{lk_character_bpe_find(bpe, bytes, left),
                    lk_character_bpe_find(bpe, bytes + left, length - left), id},
                   reader->scores[id],
                   left};
        if (s.merge.left != LK_NO_TOKEN && s.merge.right != LK_NO_TOKEN)
            lk_buffer_append(&reader->splits, &s, sizeof s);
    }
    return lk_buffer_status(&reader->splits);
}

// Merges of the same score have the turn of the first.
static lk_status set_merges(score_reader *reader, lk_tokenizer *tokenizer, const split *splits,
                            uint32_t count) {
    uint32_t *turns = lk_alloc(reader->context, count, sizeof *turns);
    LK_NEED(tokenizer->character_bpe->turns = turns);
    lk_merge *list = lk_alloc(reader->context, count, sizeof *list);
    LK_NEED(list);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = splits[i].merge;
        turns[i] = i > 0 && splits[i].score == splits[i - 1].score ? turns[i - 1] : i;
    }
    lk_status status = lk_character_bpe_set_merges(tokenizer, list, count);
    lk_free(reader->context, list);
    return status;
}

static lk_status find_merges(score_reader *reader, lk_tokenizer *tokenizer) {
    for (uint32_t id = 0; id < tokenizer->count; id++) LK_TRY(add_splits(reader, tokenizer, id));
    size_t count = reader->splits.length / sizeof(split);
    split *splits = (split *)(void *)reader->splits.data;
    if (count > LK_MOST_MERGES)
        return lk_fail(reader->context, LK_ERROR_LIMIT, "there are more than %d merges",
                       LK_MOST_MERGES);
    if (count) qsort(splits, count, sizeof *splits, compare_splits);
    return set_merges(reader, tokenizer, splits, (uint32_t)count);
}

// ---- Files --------------------------------------------------------------------------------------

static lk_status read_scores(score_reader *reader, lk_tokenizer **tokenizer) {
    uint32_t byte_ids[BYTE_TOKENS];
    for (uint32_t byte = 0; byte < BYTE_TOKENS; byte++) byte_ids[byte] = CONTROL_TOKENS + byte;
    LK_TRY(count_tokens(reader));
    LK_TRY(allocate(reader));
    LK_TRY(take_tokens(reader));
    LK_TRY(lk_tokenizer_new_character_bpe(reader->context, tokenizer, &reader->parts, byte_ids));
    (*tokenizer)->character_bpe->has_begin = true;
    (*tokenizer)->character_bpe->begin = BEGIN_TOKEN;
    return find_merges(reader, *tokenizer);
}

lk_status lk_tokenizer_parse_scores(lk_context *context, lk_tokenizer **out, const uint8_t *bytes,
                                    size_t length) {
    score_reader reader = {
        .context = context, .file = bytes, .length = length, .splits = lk_buffer_make(context)};
    lk_tokenizer *tokenizer = NULL;
    *out = NULL;
    lk_status status = read_scores(&reader, &tokenizer);
    lk_buffer_free(&reader.splits);
    lk_free(context, reader.scores);
    lk_free(context, reader.bytes);
    lk_free(context, reader.offsets);
    if (status == LK_OK)
        *out = tokenizer;
    else
        lk_tokenizer_free(tokenizer);
    return status;
}
