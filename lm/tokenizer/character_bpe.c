#include "tokenizer/character_bpe.h"

#include "unicode.h"

// ---- Making -------------------------------------------------------------------------------------

bool lk_character_bpe_is_byte(const lk_tokenizer *tokenizer, uint32_t id) {
    size_t length;
    const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
    return bytes && length == 1 && tokenizer->character_bpe->byte_ids[(uint8_t)*bytes] == id;
}

static lk_status check_bytes(const lk_tokenizer *tokenizer) {
    const uint32_t *byte_ids = tokenizer->character_bpe->byte_ids;
    for (unsigned byte = 0; byte < 256; byte++)
        if (!lk_character_bpe_is_byte(tokenizer, byte_ids[byte]))
            return lk_fail(tokenizer->context, LK_ERROR_DATA,
                           "the token of the byte %02X is another token too", byte);
    return LK_OK;
}

// Of two tokens of the same bytes the first counts.
static lk_status index_tokens(lk_tokenizer *tokenizer) {
    lk_character_bpe *bpe = tokenizer->character_bpe;
    LK_TRY(lk_hashmap_new(tokenizer->context, &bpe->by_bytes));
    for (uint32_t id = 0; id < tokenizer->count; id++) {
        size_t length;
        const char *bytes = lk_tokenizer_token_at(tokenizer, id, &length);
        if (!bytes || lk_character_bpe_is_byte(tokenizer, id) ||
            lk_specials_by_id(&bpe->specials, id))
            continue;
        LK_TRY(lk_hashmap_insert(bpe->by_bytes, NULL, NULL, bytes, length, id));
    }
    return LK_OK;
}

static lk_status make(lk_tokenizer *tokenizer, const lk_bpe_parts *parts,
                      const uint32_t byte_ids[256]) {
    lk_context *context = tokenizer->context;
    lk_character_bpe *bpe = tokenizer->character_bpe = lk_alloc_zero(context, 1, sizeof *bpe);
    LK_NEED(bpe);
    memcpy(bpe->byte_ids, byte_ids, sizeof bpe->byte_ids);
    LK_TRY(lk_tokenizer_copy_tokens(tokenizer, parts));
    LK_TRY(lk_specials_make(context, &bpe->specials, parts->specials, parts->special_count));
    LK_TRY(check_bytes(tokenizer));
    return index_tokens(tokenizer);
}

lk_status lk_tokenizer_new_character_bpe(lk_context *context, lk_tokenizer **out,
                                         const lk_bpe_parts *parts, const uint32_t byte_ids[256]) {
    *out = NULL;
    lk_tokenizer *tokenizer;
    LK_TRY(lk_tokenizer_new_empty(context, &tokenizer));
    lk_status status = make(tokenizer, parts, byte_ids);
    if (status == LK_OK)
        *out = tokenizer;
    else
        lk_tokenizer_free(tokenizer);
    return status;
}

void lk_character_bpe_free(lk_context *context, lk_character_bpe *bpe) {
    if (!bpe) return;
    lk_hashmap_free(bpe->by_bytes);
    lk_merges_release(context, &bpe->merges);
    lk_specials_release(context, &bpe->specials);
    lk_free(context, bpe->turns);
    lk_free(context, bpe);
}

uint32_t lk_character_bpe_find(const lk_character_bpe *bpe, const void *bytes, size_t length) {
    const uint64_t *found = lk_hashmap_get(bpe->by_bytes, bytes, length);
    return found ? (uint32_t)*found : LK_NO_TOKEN;
}

static void note_joint(lk_tokenizer *tokenizer, const lk_merge *merge) {
    size_t left_length, right_length;
    const char *left = lk_tokenizer_token_at(tokenizer, merge->left, &left_length);
    const char *right = lk_tokenizer_token_at(tokenizer, merge->right, &right_length);
    uint8_t last = (uint8_t)left[left_length - 1], first = (uint8_t)*right;
    tokenizer->character_bpe->may_join[last][first] = true;
}

lk_status lk_character_bpe_set_merges(lk_tokenizer *tokenizer, const lk_merge *list,
                                      uint32_t count) {
    lk_merges *merges = &tokenizer->character_bpe->merges;
    LK_TRY(lk_merges_make(tokenizer->context, merges, count));
    for (uint32_t i = 0; i < count; i++) {
        lk_merges_add(merges, &list[i]);
        note_joint(tokenizer, &list[i]);
    }
    return LK_OK;
}

// ---- Encoding -----------------------------------------------------------------------------------

// A walk through a text. What is behind the last place where nothing joins waits to be merged.
typedef struct text_walk {
    lk_ids *ids;
    const lk_character_bpe *bpe;
    lk_piece_memory memory;
    size_t waiting; // the first id that waits
    uint8_t last;   // byte of the text so far
} text_walk;

static lk_status merge_waiting(text_walk *walk) {
    size_t count = walk->ids->count - walk->waiting;
    if (count > 1)
        LK_TRY(lk_piece_merge(walk->ids->ids + walk->waiting, &count, &walk->memory,
                              &walk->bpe->merges, walk->bpe->turns));
    walk->ids->count = walk->waiting += count;
    return LK_OK;
}

static lk_status add_character(text_walk *walk, const uint8_t *bytes, size_t length) {
    const lk_character_bpe *bpe = walk->bpe;
    if (!bpe->may_join[walk->last][*bytes]) LK_TRY(merge_waiting(walk));
    walk->last = bytes[length - 1];
    uint32_t id = lk_character_bpe_find(bpe, bytes, length);
    if (id != LK_NO_TOKEN) return lk_ids_append(walk->ids, &id, 1);
    for (size_t i = 0; i < length; i++)
        LK_TRY(lk_ids_append(walk->ids, &bpe->byte_ids[bytes[i]], 1));
    return LK_OK;
}

static bool is_space_mark(const uint8_t *bytes, size_t length) {
    return length == strlen(LK_SPACE_MARK) && memcmp(bytes, LK_SPACE_MARK, length) == 0;
}

// A text, or what is between special tokens of one.
static lk_status encode_part(text_walk *walk, const uint8_t *text, size_t length) {
    static const uint8_t space[] = {' '};
    if (length == 0) return LK_OK;
    walk->waiting = walk->ids->count;
    LK_TRY(add_character(walk, space, 1));
    for (size_t at = 0, taken; at < length; at += taken) {
        uint32_t code_point;
        taken = lk_utf8_decode(text + at, length - at, &code_point, NULL);
        bool is_space = walk->bpe->reads_marks && is_space_mark(text + at, taken);
        LK_TRY(is_space ? add_character(walk, space, 1) : add_character(walk, text + at, taken));
    }
    return merge_waiting(walk);
}

static lk_status encode(text_walk *walk, const uint8_t *text, size_t length,
                        lk_special_rules rules) {
    const lk_specials *specials = &walk->bpe->specials;
    for (size_t at = 0; at < length;) {
        lk_special_match match = lk_specials_find(specials, rules, text, length, at, true);
        LK_TRY(encode_part(walk, text + at, match.begin - at));
        if (match.begin == length) return LK_OK;
        if (lk_special_rule_of(rules, match.index) == LK_SPECIAL_ERROR)
            return lk_special_refuse(walk->ids->context, &specials->list[match.index], match.begin);
        LK_TRY(lk_ids_append(walk->ids, &specials->list[match.index].id, 1));
        at = match.end;
    }
    return LK_OK;
}

lk_status lk_character_bpe_encode(lk_context *context, lk_ids *ids, const lk_tokenizer *tokenizer,
                                  const uint8_t *text, size_t length, lk_special_rules rules) {
    const lk_character_bpe *bpe = tokenizer->character_bpe;
    text_walk walk = {.ids = ids, .bpe = bpe, .memory = {.context = context}};
    if (!bpe->finds_specials) rules = (lk_special_rules){.all = LK_SPECIAL_TEXT};
    lk_status status = encode(&walk, text, length, rules);
    lk_piece_memory_release(&walk.memory);
    return status;
}
