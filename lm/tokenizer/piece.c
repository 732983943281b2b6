// Short pieces keep the rank of each pair in an array and look for the least. For long ones that
// would take time that grows with the square of the length: there the pairs wait in buckets, one a
// rank. Of merges that training has made, both parts of a merge are older than it is. So a pass
// through the ranks in increasing order meets each bucket once, with its pairs from left to right,
// in linear time. A list that was made otherwise may break this order; then the piece is done again
// with a heap.
//
// All of this is for stretches of a piece between whose ends merges join tokens; what lies on
// either side of an end is encoded by itself.
#include "tokenizer/piece.h"

#include "kernels/kernels.h"

#include <assert.h>

#define NONE UINT32_MAX

// ---- Short pieces -------------------------------------------------------------------------------

// A pair's key: its rank, then its place, so that the least key is the leftmost of lowest rank.
enum { PLACE_BITS = 11, PLACES = 1 << PLACE_BITS, MOST_RANKED = (1 << (32 - PLACE_BITS)) - 1 };
static_assert((int)LK_SHORT_PIECE < (int)PLACES, "places fit the key");

typedef struct short_piece {
    uint32_t ids[PLACES];
    uint32_t keys[PLACES];
    uint16_t next[PLACES];
    uint16_t before[PLACES];
    size_t length;
} short_piece;

static uint32_t pair_key(const short_piece *piece, const lk_merges *merges, size_t at) {
    size_t next = piece->next[at];
    if (next == piece->length) return NONE;
    uint32_t rank = lk_merge_rank(merges, lk_pair_key(piece->ids[at], piece->ids[next]));
    return rank == LK_NO_RANK ? NONE : rank << PLACE_BITS | (uint32_t)at;
}

static uint32_t least_key(const short_piece *piece) {
    enum { FEW = 24 };
    if (piece->length > FEW) return lk_byte_kernels_select()->least(piece->keys, piece->length);
    uint32_t least = NONE;
    for (size_t i = 0; i < piece->length; i++)
        least = piece->keys[i] < least ? piece->keys[i] : least;
    return least;
}

static void merge_short(short_piece *piece, const lk_merges *merges) {
    for (uint32_t key; (key = least_key(piece)) != NONE;) {
        size_t at = key % PLACES, gone = piece->next[at];
        piece->ids[at] = lk_merge_result(merges, key >> PLACE_BITS);
        piece->next[at] = piece->next[gone];
        piece->before[piece->next[gone]] = (uint16_t)at;
        piece->keys[gone] = NONE;
        piece->keys[at] = pair_key(piece, merges, at);
        if (at > 0) piece->keys[piece->before[at]] = pair_key(piece, merges, piece->before[at]);
    }
}

static size_t encode_short(uint32_t *ids, const lk_merges *merges, const lk_byte_tokens *bytes_as,
                           const uint8_t *bytes, size_t length) {
    short_piece piece;
    piece.length = length;
    for (size_t i = 0; i < length; i++) {
        piece.ids[i] = bytes_as->ids[bytes[i]];
        piece.next[i] = (uint16_t)(i + 1);
        piece.before[i + 1] = (uint16_t)i;
    }
    for (size_t i = 0; i + 1 < length; i++) {
        uint32_t rank = bytes_as->ranks[bytes[i]][bytes[i + 1]];
        piece.keys[i] = rank == LK_NO_RANK ? NONE : rank << PLACE_BITS | (uint32_t)i;
    }
    piece.keys[length - 1] = NONE;
    merge_short(&piece, merges);
    size_t count = 0;
    for (size_t i = 0; i < length; i = piece.next[i]) ids[count++] = piece.ids[i];
    return count;
}

// ---- Long pieces --------------------------------------------------------------------------------

// A token of the piece, with the pair that it and the next one are. The symbols lie where their
// first bytes do.
typedef struct lk_symbol {
    uint32_t id;
    uint32_t next, before;   // NONE: at the ends
    uint32_t rank;           // of the pair, LK_NO_RANK: it does not merge
    uint32_t later, earlier; // pairs in the same bucket
} lk_symbol;

typedef struct lk_bucket {
    uint32_t first, last; // from left to right
} lk_bucket;

typedef struct long_piece {
    lk_symbol *symbols;
    lk_bucket *buckets;
    uint64_t *heap;
    size_t heaped;
    const lk_merges *merges;
    const uint32_t *turns; // of the merges, for the heap; NULL: their ranks
    uint32_t length;
} long_piece;

static void begin_symbols(long_piece *piece, const uint32_t *ids) {
    for (uint32_t i = 0; i < piece->length; i++)
        piece->symbols[i] = (lk_symbol){.id = ids[i],
                                        .next = i + 1 < piece->length ? i + 1 : NONE,
                                        .before = i > 0 ? i - 1 : NONE,
                                        .rank = LK_NO_RANK};
}

static uint32_t rank_at(const long_piece *piece, uint32_t at) {
    uint32_t next = piece->symbols[at].next;
    if (next == NONE) return LK_NO_RANK;
    return lk_merge_rank(piece->merges,
                         lk_pair_key(piece->symbols[at].id, piece->symbols[next].id));
}

// Makes one symbol of that at `at` and the next one. Their pairs are not ranked anew.
static void join(long_piece *piece, uint32_t at) {
    lk_symbol *symbol = &piece->symbols[at], *gone = &piece->symbols[symbol->next];
    symbol->id = lk_merge_result(piece->merges, symbol->rank);
    symbol->next = gone->next;
    if (gone->next != NONE) piece->symbols[gone->next].before = at;
    symbol->rank = gone->rank = LK_NO_RANK;
}

static size_t copy_ids(uint32_t *ids, const long_piece *piece) {
    size_t count = 0;
    for (uint32_t i = 0; i != NONE; i = piece->symbols[i].next) ids[count++] = piece->symbols[i].id;
    return count;
}

// ---- Long pieces: buckets -----------------------------------------------------------------------

static void leave_bucket(long_piece *piece, uint32_t at) {
    lk_symbol *symbol = &piece->symbols[at];
    if (symbol->rank == LK_NO_RANK) return;
    lk_bucket *bucket = &piece->buckets[symbol->rank];
    uint32_t *to_later =
        symbol->earlier == NONE ? &bucket->first : &piece->symbols[symbol->earlier].later;
    uint32_t *to_earlier =
        symbol->later == NONE ? &bucket->last : &piece->symbols[symbol->later].earlier;
    *to_later = symbol->later;
    *to_earlier = symbol->earlier;
    symbol->rank = LK_NO_RANK;
}

// Puts the pair at `at` last into its bucket. Returns whether that is its place, and its turn still
// to come.
static bool enter_bucket(long_piece *piece, uint32_t at, uint32_t least_rank) {
    uint32_t rank = rank_at(piece, at);
    if (rank == LK_NO_RANK) return true;
    lk_symbol *symbol = &piece->symbols[at];
    lk_bucket *bucket = &piece->buckets[rank];
    if (rank < least_rank || (bucket->last != NONE && bucket->last > at)) return false;
    symbol->rank = rank;
    symbol->later = NONE;
    symbol->earlier = bucket->last;
    *(bucket->last == NONE ? &bucket->first : &piece->symbols[bucket->last].later) = at;
    bucket->last = at;
    return true;
}

static bool merge_first_of_bucket(long_piece *piece, uint32_t rank) {
    uint32_t at = piece->buckets[rank].first;
    uint32_t before = piece->symbols[at].before, next = piece->symbols[at].next;
    leave_bucket(piece, at);
    leave_bucket(piece, next);
    if (before != NONE) leave_bucket(piece, before);
    piece->symbols[at].rank = rank;
    join(piece, at);
    return (before == NONE || enter_bucket(piece, before, rank + 1)) &&
           enter_bucket(piece, at, rank + 1);
}

// Returns whether the ranks came in order.
static bool merge_by_buckets(long_piece *piece) {
    for (uint32_t at = 0; at < piece->length; at++)
        if (!enter_bucket(piece, at, 0)) return false;
    for (uint32_t rank = 0; rank < piece->merges->count; rank++)
        while (piece->buckets[rank].first != NONE)
            if (!merge_first_of_bucket(piece, rank)) return false;
    return true;
}

static void empty_buckets(long_piece *piece) {
    memset(piece->buckets, 0xFF, (size_t)piece->merges->count * sizeof *piece->buckets);
}

// ---- Long pieces: a heap ------------------------------------------------------------------------

static uint32_t turn_of(const long_piece *piece, uint32_t rank) {
    return piece->turns && rank != LK_NO_RANK ? piece->turns[rank] : rank;
}

// The heap holds turn and place of every pair that there was, those too that are gone since: the
// symbols tell.
static void push(long_piece *piece, uint64_t key) {
    size_t i = piece->heaped++;
    for (; i > 0 && piece->heap[(i - 1) / 2] > key; i = (i - 1) / 2)
        piece->heap[i] = piece->heap[(i - 1) / 2];
    piece->heap[i] = key;
}

static uint64_t pop(long_piece *piece) {
    uint64_t *heap = piece->heap, top = heap[0], moved = heap[--piece->heaped];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < piece->heaped; i = child) {
        if (child + 1 < piece->heaped && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= moved) break;
        heap[i] = heap[child];
    }
    heap[i] = moved;
    return top;
}

static void rank_anew(long_piece *piece, uint32_t at) {
    uint32_t rank = piece->symbols[at].rank = rank_at(piece, at);
    if (rank != LK_NO_RANK) push(piece, (uint64_t)turn_of(piece, rank) << 32 | at);
}

static void merge_by_heap(long_piece *piece) {
    piece->heaped = 0;
    for (uint32_t at = 0; at < piece->length; at++) rank_anew(piece, at);
    while (piece->heaped) {
        uint64_t key = pop(piece);
        uint32_t at = (uint32_t)key;
        if (turn_of(piece, piece->symbols[at].rank) != key >> 32) continue;
        join(piece, at);
        if (piece->symbols[at].before != NONE) rank_anew(piece, piece->symbols[at].before);
        rank_anew(piece, at);
    }
}

// ---- Long pieces: memory ------------------------------------------------------------------------

void lk_piece_memory_release(lk_piece_memory *memory) {
    lk_free(memory->context, memory->symbols);
    lk_free(memory->context, memory->buckets);
    lk_free(memory->context, memory->heap);
    *memory = (lk_piece_memory){.context = memory->context};
}

static lk_status reserve_symbols(lk_piece_memory *memory, size_t length) {
    if (length <= memory->symbol_capacity) return LK_OK;
    lk_free(memory->context, memory->symbols);
    memory->symbol_capacity = 0;
    memory->symbols = lk_alloc(memory->context, length, sizeof *memory->symbols);
    LK_NEED(memory->symbols);
    memory->symbol_capacity = length;
    return LK_OK;
}

static lk_status reserve_buckets(lk_piece_memory *memory, uint32_t count) {
    if (memory->buckets && memory->bucket_count == count) return LK_OK;
    lk_free(memory->context, memory->buckets);
    memory->buckets = lk_alloc(memory->context, count, sizeof *memory->buckets);
    LK_NEED(memory->buckets);
    memset(memory->buckets, 0xFF, (size_t)count * sizeof *memory->buckets);
    memory->bucket_count = count;
    return LK_OK;
}

// A pair enters at the start, and two do after each merge.
static lk_status reserve_heap(lk_piece_memory *memory, size_t length) {
    if (3 * length <= memory->heap_capacity) return LK_OK;
    lk_free(memory->context, memory->heap);
    memory->heap_capacity = 0;
    memory->heap = lk_alloc(memory->context, 3 * length, sizeof *memory->heap);
    LK_NEED(memory->heap);
    memory->heap_capacity = 3 * length;
    return LK_OK;
}

static lk_status check_length(lk_context *context, size_t length) {
    if (length < NONE / 3) return LK_OK;
    return lk_fail(context, LK_ERROR_LIMIT,
                   "a piece of %zu bytes is too long to be encoded; give the text in parts, or "
                   "choose a pattern that cuts it",
                   length);
}

static lk_status encode_long(uint32_t *ids, size_t *count, lk_piece_memory *memory,
                             const lk_merges *merges, const lk_byte_tokens *bytes_as,
                             const uint8_t *bytes, size_t length) {
    LK_TRY(check_length(memory->context, length));
    LK_TRY(reserve_symbols(memory, length));
    LK_TRY(reserve_buckets(memory, merges->count));
    for (size_t i = 0; i < length; i++) ids[i] = bytes_as->ids[bytes[i]];
    long_piece piece = {.symbols = memory->symbols,
                        .buckets = memory->buckets,
                        .merges = merges,
                        .length = (uint32_t)length};
    begin_symbols(&piece, ids);
    if (!merge_by_buckets(&piece)) {
        empty_buckets(&piece);
        LK_TRY(reserve_heap(memory, length));
        piece.heap = memory->heap;
        begin_symbols(&piece, ids);
        merge_by_heap(&piece);
    }
    *count = copy_ids(ids, &piece);
    return LK_OK;
}

lk_status lk_piece_merge(uint32_t *ids, size_t *count, lk_piece_memory *memory,
                         const lk_merges *merges, const uint32_t *turns) {
    LK_TRY(check_length(memory->context, *count));
    LK_TRY(reserve_symbols(memory, *count));
    LK_TRY(reserve_heap(memory, *count));
    long_piece piece = {.symbols = memory->symbols,
                        .heap = memory->heap,
                        .merges = merges,
                        .turns = turns,
                        .length = (uint32_t)*count};
    begin_symbols(&piece, ids);
    merge_by_heap(&piece);
    *count = copy_ids(ids, &piece);
    return LK_OK;
}

// ---- Stretches ----------------------------------------------------------------------------------

static size_t end_of_stretch(const lk_byte_tokens *bytes_as, const uint8_t *piece, size_t begin,
                             size_t length) {
    size_t end = begin + 1;
    while (end < length && bytes_as->may_join[piece[end - 1]][piece[end]]) end++;
    return end;
}

lk_status lk_piece_encode(uint32_t *ids, size_t *count, lk_piece_memory *memory,
                          const lk_merges *merges, const lk_byte_tokens *bytes_as,
                          const uint8_t *piece, size_t length) {
    *count = 0;
    for (size_t begin = 0, end; begin < length; begin = end) {
        end = end_of_stretch(bytes_as, piece, begin, length);
        size_t added = 0;
        if (end - begin > LK_SHORT_PIECE || merges->count > MOST_RANKED) {
            if (!memory) return LK_ERROR_LIMIT;
            LK_TRY(encode_long(ids + *count, &added, memory, merges, bytes_as, piece + begin,
                               end - begin));
        } else {
            added = encode_short(ids + *count, merges, bytes_as, piece + begin, end - begin);
        }
        *count += added;
    }
    return LK_OK;
}
