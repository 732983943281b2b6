#include "tokenizer/scores.h"

#include "tokenizer/tokenizer.h"
#include "unicode.h"

enum { HEADER_BYTES = 4, ENTRY_BYTES = 8, MOST_LENGTH = 4096, BYTE_TOKENS = 256 };

static uint32_t read_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

// ---- Reading ------------------------------------------------------------------------------------

bool lk_scores_is(const uint8_t *bytes, size_t length) {
    if (length < HEADER_BYTES + ENTRY_BYTES) return false;
    uint32_t most = read_u32(bytes);
    return most > 0 && most <= MOST_LENGTH && read_u32(bytes + 8) <= most;
}

static bool is_byte(uint32_t id) {
    return id >= LK_SCORES_BYTES && id < LK_SCORES_BYTES + BYTE_TOKENS;
}

// How many tokens there are; none lies beyond the end of the file.
static lk_status count_tokens(lk_context *context, uint32_t *count, const uint8_t *bytes,
                              size_t length) {
    size_t at = HEADER_BYTES;
    for (*count = 0; at < length; ++*count) {
        size_t left = length - at;
        if (left < ENTRY_BYTES || read_u32(bytes + at + 4) > left - ENTRY_BYTES ||
            *count == LK_MOST_TOKENS)
            return lk_fail_at(context, LK_ERROR_DATA, (lk_location){.byte = (int64_t)at},
                              "token %u does not end within the file", (unsigned)*count);
        at += ENTRY_BYTES + read_u32(bytes + at + 4);
    }
    if (*count >= LK_SCORES_BYTES + BYTE_TOKENS) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA,
                   "there are only %u tokens: those of the 256 bytes are missing",
                   (unsigned)*count);
}

static lk_status allocate(lk_tokenizer *tokenizer, uint32_t count, size_t bytes) {
    lk_context *context = tokenizer->context;
    tokenizer->scores = lk_alloc_zero(context, 1, sizeof *tokenizer->scores);
    LK_NEED(tokenizer->scores);
    LK_NEED(tokenizer->scores->scores = lk_alloc(context, count, sizeof(float)));
    LK_TRY(lk_hashmap_new(context, &tokenizer->scores->by_bytes));
    LK_NEED(tokenizer->bytes = lk_alloc(context, bytes + LK_COPIED_BYTES, 1));
    LK_NEED(tokenizer->offsets = lk_alloc_zero(context, (size_t)count + 1, sizeof(size_t)));
    return LK_OK;
}

// The bytes a token stands for: <0x0A> for one.
static lk_status add_token(lk_tokenizer *tokenizer, float score, const uint8_t *bytes,
                           size_t length) {
    uint32_t id = tokenizer->count++;
    uint8_t byte[1] = {(uint8_t)(id - LK_SCORES_BYTES)};
    if (is_byte(id)) {
        bytes = byte;
        length = 1;
    } else if (length) {
        LK_TRY(lk_hashmap_insert(tokenizer->scores->by_bytes, NULL, NULL, bytes, length, id));
    }
    tokenizer->scores->scores[id] = score;
    if (length) memcpy(tokenizer->bytes + tokenizer->offsets[id], bytes, length);
    tokenizer->offsets[id + 1] = tokenizer->offsets[id] + length;
    return LK_OK;
}

static lk_status fill(lk_tokenizer *tokenizer, const uint8_t *bytes, size_t length) {
    uint32_t count;
    LK_TRY(count_tokens(tokenizer->context, &count, bytes, length));
    LK_TRY(allocate(tokenizer, count, length));
    for (size_t at = HEADER_BYTES; at < length;) {
        float score;
        uint32_t token_length = read_u32(bytes + at + 4);
        memcpy(&score, bytes + at, sizeof score);
        LK_TRY(add_token(tokenizer, score, bytes + at + ENTRY_BYTES, token_length));
        at += ENTRY_BYTES + token_length;
    }
    return LK_OK;
}

lk_status lk_tokenizer_parse_scores(lk_context *context, lk_tokenizer **out, const uint8_t *bytes,
                                    size_t length) {
    *out = NULL;
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_new_empty(context, &tokenizer));
    lk_status status = fill(tokenizer, bytes, length);
    if (status == LK_OK)
        *out = tokenizer;
    else
        lk_tokenizer_free(tokenizer);
    return status;
}

void lk_scores_free(lk_context *context, lk_scores *scores) {
    if (!scores) return;
    lk_hashmap_free(scores->by_bytes);
    lk_free(context, scores->scores);
    lk_free(context, scores);
}

// ---- Encoding -----------------------------------------------------------------------------------

static lk_status add_character(lk_ids *ids, const lk_tokenizer *tokenizer, const uint8_t *bytes,
                               size_t length) {
    const uint64_t *found = lk_hashmap_get(tokenizer->scores->by_bytes, bytes, length);
    if (found) return lk_ids_append(ids, &(uint32_t){(uint32_t)*found}, 1);
    for (size_t i = 0; i < length; i++)
        LK_TRY(lk_ids_append(ids, &(uint32_t){bytes[i] + (uint32_t)LK_SCORES_BYTES}, 1));
    return LK_OK;
}

// The token of two neighbours' bytes, LK_NO_TOKEN where there is none; `joined` is scratch.
static uint32_t join(lk_buffer *joined, const lk_tokenizer *tokenizer, uint32_t left,
                     uint32_t right) {
    size_t left_length = 0, right_length = 0;
    const char *first = lk_tokenizer_token_at(tokenizer, left, &left_length);
    const char *second = lk_tokenizer_token_at(tokenizer, right, &right_length);
    // A byte's own token is not its character: it is joined by its name, which no token has.
    if (!first || !second || is_byte(left) || is_byte(right)) return LK_NO_TOKEN;
    lk_buffer_clear(joined);
    lk_buffer_append(joined, first, left_length);
    lk_buffer_append(joined, second, right_length);
    const uint64_t *found =
        lk_hashmap_get(tokenizer->scores->by_bytes, lk_buffer_text(joined), joined->length);
    return found ? (uint32_t)*found : LK_NO_TOKEN;
}

// Merges the best pair of ids[from] …; false where there is none.
static bool merge_best(lk_ids *ids, size_t from, lk_buffer *joined, const lk_tokenizer *tokenizer) {
    uint32_t best = LK_NO_TOKEN;
    size_t place = 0;
    for (size_t i = from; i + 1 < ids->count; i++) {
        uint32_t id = join(joined, tokenizer, ids->ids[i], ids->ids[i + 1]);
        const float *scores = tokenizer->scores->scores;
        if (id == LK_NO_TOKEN || (best != LK_NO_TOKEN && !(scores[id] > scores[best]))) continue;
        best = id;
        place = i;
    }
    if (best == LK_NO_TOKEN) return false;
    ids->ids[place] = best;
    memmove(ids->ids + place + 1, ids->ids + place + 2,
            (ids->count - place - 2) * sizeof *ids->ids);
    ids->count--;
    return true;
}

lk_status lk_scores_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                           const char *text, size_t length) {
    size_t from = ids->count;
    if (length == 0) return LK_OK;
    LK_TRY(add_character(ids, tokenizer, (const uint8_t *)" ", 1));
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t code_point;
        const uint8_t *bytes = (const uint8_t *)text + at;
        taken = lk_utf8_decode(bytes, length - at, &code_point, NULL);
        LK_TRY(add_character(ids, tokenizer, bytes, taken));
    }
    lk_buffer joined = lk_buffer_make(context);
    while (merge_best(ids, from, &joined, tokenizer)) continue;
    lk_status status = lk_buffer_status(&joined);
    lk_buffer_free(&joined);
    return status;
}
