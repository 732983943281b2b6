// Merges are made here as they are defined, by looking at all pairs for each: an encoder of its
// own, which is not that of pieces, for as many as are listed.
#include "tokenizer/explanation.h"

#include "tokenizer/text_pieces.h"

enum { MOST_BY_DEFAULT = 100 };

const char *lk_piece_kind_name(lk_piece_kind kind) {
    static const char *const names[] = {"merged", "whole", "special", "characters"};
    return names[kind];
}

void lk_explanation_free(lk_explanation *e) {
    if (!e) return;
    lk_buffer_free(&e->pieces);
    lk_buffer_free(&e->merges);
    lk_ids_free(&e->ids);
    lk_piece_memory_release(&e->memory);
    lk_free(e->context, e->state);
    lk_free(e->context, e);
}

size_t lk_explanation_count(const lk_explanation *e) {
    return e->pieces.length / sizeof(lk_piece_record);
}

size_t lk_explanation_piece_count(const lk_explanation *e) { return e->all_pieces; }

size_t lk_explanation_id_count(const lk_explanation *e) { return e->all_ids; }

lk_explained_piece lk_explanation_at(const lk_explanation *e, size_t index) {
    const lk_piece_record *record = &((const lk_piece_record *)(const void *)e->pieces.data)[index];
    const lk_explained_merge *merges = (const lk_explained_merge *)(const void *)e->merges.data;
    return (lk_explained_piece){
        .kind = record->kind,
        .begin = record->begin,
        .end = record->end,
        .merges = merges ? merges + record->first_merge : NULL,
        .listed = record->listed,
        .merge_count = record->merge_count,
        .ids = e->ids.ids ? e->ids.ids + record->first_id : NULL,
        .id_count = record->id_count,
    };
}

// ---- Merging ------------------------------------------------------------------------------------

static lk_status begin_state(lk_explanation *e, const uint8_t *piece, size_t length) {
    if (length > e->state_capacity) {
        lk_free(e->context, e->state);
        e->state_capacity = 0;
        e->state = lk_alloc(e->context, length, sizeof *e->state);
        LK_NEED(e->state);
        e->state_capacity = length;
    }
    for (size_t i = 0; i < length; i++) e->state[i] = e->tokenizer->bpe->bytes_as.ids[piece[i]];
    return LK_OK;
}

// The leftmost pair of lowest rank; LK_NO_RANK: none merges.
static uint32_t find_pair(const lk_explanation *e, size_t count, size_t *place) {
    const lk_merges *merges = &e->tokenizer->bpe->merges;
    uint32_t least = LK_NO_RANK;
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t rank = lk_merge_rank(merges, lk_pair_key(e->state[i], e->state[i + 1]));
        if (rank >= least) continue;
        least = rank;
        *place = i;
    }
    return least;
}

static size_t bytes_before(const lk_explanation *e, size_t place) {
    size_t bytes = 0;
    for (size_t i = 0; i < place; i++) {
        size_t length = 0;
        if (lk_tokenizer_token_at(e->tokenizer, e->state[i], &length)) bytes += length;
    }
    return bytes;
}

static void merge_pair(lk_explanation *e, lk_piece_record *piece, size_t *count, uint32_t rank,
                       size_t place) {
    uint32_t *left = e->state + place;
    lk_explained_merge merge = {.left = left[0],
                                .right = left[1],
                                .result = lk_merge_result(&e->tokenizer->bpe->merges, rank),
                                .rank = rank,
                                .place = place,
                                .begin = piece->begin + bytes_before(e, place)};
    lk_buffer_append(&e->merges, &merge, sizeof merge);
    left[0] = merge.result;
    memmove(left + 1, left + 2, (*count - place - 2) * sizeof *left);
    --*count;
    piece->listed++;
}

// Merges until the listing is full or no pair merges. Returns whether the latter.
static bool merge_listed(lk_explanation *e, lk_piece_record *piece, size_t *count) {
    size_t place = 0;
    uint32_t rank;
    while ((rank = find_pair(e, *count, &place)) != LK_NO_RANK) {
        if (piece->listed == e->most) return false;
        merge_pair(e, piece, count, rank, place);
    }
    return true;
}

static lk_status merge_piece(lk_explanation *e, lk_piece_record *piece) {
    const lk_bpe *bpe = e->tokenizer->bpe;
    const uint8_t *bytes = (const uint8_t *)e->text + piece->begin;
    size_t length = piece->end - piece->begin, count = length;
    piece->first_merge = e->merges.length / sizeof(lk_explained_merge);
    LK_TRY(begin_state(e, bytes, length));
    if (!merge_listed(e, piece, &count))
        LK_TRY(lk_piece_encode(e->state, &count, &e->memory, &bpe->merges, &bpe->bytes_as, bytes,
                               length));
    piece->merge_count = length - count;
    piece->id_count = count;
    return lk_ids_append(&e->ids, e->state, count);
}

// ---- Pieces -------------------------------------------------------------------------------------

static bool is_whole(const lk_tokenizer *tokenizer, uint32_t id) {
    return id != LK_NO_TOKEN && tokenizer->bpe->ignores_merges && tokenizer->bpe->stands_alone[id];
}

// Whether a piece, the next one of the text, is to be explained.
static bool is_wanted(lk_explanation *e, size_t begin, size_t end) {
    e->all_pieces++;
    return end > e->begin && begin < e->end && lk_explanation_count(e) < e->most;
}

static lk_status take_piece(lk_explanation *e, size_t begin, size_t end) {
    if (!is_wanted(e, begin, end)) return LK_OK;
    lk_piece_record piece = {.begin = begin, .end = end, .first_id = e->ids.count};
    uint32_t id = lk_bpe_token_of(e->tokenizer, (const uint8_t *)e->text + begin, end - begin);
    if (is_whole(e->tokenizer, id)) {
        piece.kind = LK_PIECE_WHOLE;
        piece.id_count = 1;
        LK_TRY(lk_ids_append(&e->ids, &id, 1));
    } else {
        LK_TRY(merge_piece(e, &piece));
    }
    lk_buffer_append(&e->pieces, &piece, sizeof piece);
    return LK_OK;
}

static lk_status take_special(lk_explanation *e, const lk_special_match *match) {
    if (!is_wanted(e, match->begin, match->end)) return LK_OK;
    uint32_t id = e->tokenizer->bpe->specials.list[match->index].id;
    lk_piece_record piece = {.kind = LK_PIECE_SPECIAL,
                             .begin = match->begin,
                             .end = match->end,
                             .first_id = e->ids.count,
                             .id_count = 1};
    lk_buffer_append(&e->pieces, &piece, sizeof piece);
    return lk_ids_append(&e->ids, &id, 1);
}

static lk_status take_batch(lk_explanation *e, const lk_piece_batch *batch) {
    if (batch->special) return take_special(e, batch->special);
    size_t begin = batch->begin;
    for (size_t i = 0; i < batch->count; i++) {
        LK_TRY(take_piece(e, begin, batch->ends[i]));
        begin = batch->ends[i];
    }
    return LK_OK;
}

static lk_status explain_pieces(lk_explanation *e, lk_special_rule special) {
    const lk_bpe *bpe = e->tokenizer->bpe;
    lk_text_pieces pieces;
    lk_text_pieces_begin(&pieces, &bpe->pretokenizer, &bpe->specials,
                         (lk_special_rules){.all = special}, (const uint8_t *)e->text, e->length,
                         true);
    lk_piece_batch batch;
    while (lk_text_pieces_next(&pieces, &batch)) LK_TRY(take_batch(e, &batch));
    return lk_text_pieces_check(e->context, &pieces, &(uint64_t){0});
}

static lk_status explain_characters(lk_explanation *e, const lk_ids *all) {
    if (!e->length) return LK_OK;
    lk_piece_record piece = {.kind = LK_PIECE_CHARACTERS, .end = e->length, .id_count = all->count};
    e->all_pieces = 1;
    lk_buffer_append(&e->pieces, &piece, sizeof piece);
    return lk_ids_append(&e->ids, all->ids, all->count);
}

// Encodes the text first: what is wrong with it is found there.
static lk_status explain(lk_explanation *e, lk_special_rule special) {
    lk_ids all = lk_ids_make(e->context);
    lk_encode_options how = {.special = special};
    lk_status status =
        lk_tokenizer_encode(e->context, &all, e->tokenizer, e->text, e->length, &how);
    e->all_ids = all.count;
    if (status == LK_OK)
        status = e->tokenizer->bpe ? explain_pieces(e, special) : explain_characters(e, &all);
    lk_ids_free(&all);
    if (status == LK_OK) status = lk_buffer_status(&e->pieces);
    return status == LK_OK ? lk_buffer_status(&e->merges) : status;
}

lk_status lk_tokenizer_explain(lk_context *context, lk_explanation **out,
                               const lk_tokenizer *tokenizer, const char *text, size_t length,
                               const lk_explain_options *options) {
    *out = NULL;
    lk_explanation *e = lk_alloc_zero(context, 1, sizeof *e);
    LK_NEED(e);
    *e = (lk_explanation){.context = context,
                          .tokenizer = tokenizer,
                          .text = text,
                          .length = length,
                          .most = options && options->most ? options->most : MOST_BY_DEFAULT,
                          .begin = options ? options->begin : 0,
                          .end = options && options->end ? options->end : length,
                          .pieces = lk_buffer_make(context),
                          .merges = lk_buffer_make(context),
                          .ids = lk_ids_make(context),
                          .memory = {.context = context}};
    lk_status status = explain(e, options ? options->special : LK_SPECIAL_RECOGNISE);
    if (status != LK_OK) {
        lk_explanation_free(e);
        return status;
    }
    *out = e;
    return LK_OK;
}
