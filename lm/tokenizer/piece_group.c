#include "tokenizer/piece_group.h"

#include <assert.h>

enum { PLACE_BITS = 6 };
static_assert((int)LK_GROUPED_PLACES == 1 << PLACE_BITS, "places fit a key");
static_assert(LK_RANK_BITS + PLACE_BITS < 31, "keys are positive");

static inline int32_t key_of(uint32_t rank, size_t place) {
    return (int32_t)(rank << PLACE_BITS | (uint32_t)place);
}

// How many lanes are looked through: one of three numbers that the compiler knows.
static uint8_t lanes_for(size_t length) { return length < 16 ? 16 : length < 32 ? 32 : 64; }

void lk_piece_group_add(lk_piece_group *group, const lk_byte_tokens *bytes_as, const uint8_t *bytes,
                        size_t length) {
    assert(group->count < LK_GROUP_PIECES && length > 0 && length <= LK_GROUPED_BYTES);
    lk_grouped_piece *piece = &group->pieces[group->count++];
    piece->lanes = lanes_for(length);
    for (size_t i = 0; i < piece->lanes; i++) piece->keys[i] = key_of(LK_NO_RANK, i);
    for (size_t i = 0; i + 1 < length; i++)
        piece->keys[i + 1] = key_of(bytes_as->ranks[bytes[i]][bytes[i + 1]], i + 1);
    for (size_t i = 0; i < length; i++) piece->ids[i + 1] = bytes_as->ids[bytes[i]];
    piece->ids[0] = piece->ids[length + 1] = LK_NO_ID;
    piece->begins = UINT64_MAX >> (LK_GROUPED_BYTES - length);
}

// ---- Merging ------------------------------------------------------------------------------------

static inline size_t place_after(uint64_t begins, size_t place) {
    return (size_t)__builtin_ctzll(begins & (UINT64_MAX - 1) << place);
}

static inline size_t place_before(uint64_t begins, size_t place) {
    return 63 - (size_t)__builtin_clzll(begins & ((UINT64_C(1) << place) - 1));
}

typedef int32_t four_keys __attribute__((vector_size(16)));

static inline four_keys lesser(four_keys a, four_keys b) {
    four_keys is_less = a < b;
    return (a & is_less) | (b & ~is_less);
}

static inline four_keys load_keys(const int32_t *keys) {
    four_keys loaded;
    memcpy(&loaded, keys, sizeof loaded);
    return loaded;
}

static inline int32_t least_of(const int32_t *keys, size_t lanes) {
    four_keys least = load_keys(keys);
    for (size_t i = 4; i < lanes; i += 4) least = lesser(least, load_keys(keys + i));
    least = lesser(least, __builtin_shufflevector(least, least, 2, 3, 0, 1));
    return least[0] < least[1] ? least[0] : least[1];
}

static inline uint64_t pair_at(const lk_grouped_piece *piece, size_t place) {
    return lk_pair_key(piece->ids[place], piece->ids[place_after(piece->begins, place)]);
}

static inline void rank_pair(lk_grouped_piece *piece, const lk_merges *merges, size_t place) {
    piece->keys[place] = key_of(lk_merge_rank(merges, pair_at(piece, place)), place);
}

static inline void fetch_pair(const lk_grouped_piece *piece, const lk_merges *merges,
                              size_t place) {
    __builtin_prefetch(&merges->slots[lk_pair_place(merges, pair_at(piece, place))]);
}

// Makes the next merge. Returns whether there was one.
static inline bool merge_once(lk_grouped_piece *piece, const lk_merges *merges, size_t lanes) {
    uint32_t key = (uint32_t)least_of(piece->keys, lanes), rank = key >> PLACE_BITS;
    if (rank == LK_NO_RANK) return false;
    size_t place = key % LK_GROUPED_PLACES, gone = place_after(piece->begins, place);
    size_t before = place_before(piece->begins, place);
    piece->begins &= ~(UINT64_C(1) << gone);
    piece->keys[gone] = key_of(LK_NO_RANK, gone);
    piece->ids[place] = lk_merge_result(merges, rank);
    piece->changed[0] = (uint8_t)before;
    piece->changed[1] = (uint8_t)place;
    fetch_pair(piece, merges, before);
    fetch_pair(piece, merges, place);
    return true;
}

// Ranks the pairs that the last merge has changed.
static inline void rank_changed(lk_grouped_piece *piece, const lk_merges *merges) {
    rank_pair(piece, merges, piece->changed[0]);
    rank_pair(piece, merges, piece->changed[1]);
}

static inline void merge_those_of(lk_piece_group *group, const lk_merges *merges, uint8_t lanes) {
    uint8_t active[LK_GROUP_PIECES];
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        active[count] = (uint8_t)i;
        count += group->pieces[i].lanes == lanes;
    }
    while (count) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            uint8_t piece = active[i];
            active[kept] = piece;
            kept += merge_once(&group->pieces[piece], merges, lanes);
        }
        count = kept;
        for (size_t i = 0; i < count; i++) rank_changed(&group->pieces[active[i]], merges);
    }
}

void lk_piece_group_merge(lk_piece_group *group, const lk_merges *merges) {
    merge_those_of(group, merges, 16);
    merge_those_of(group, merges, 32);
    merge_those_of(group, merges, 64);
}

size_t lk_grouped_piece_ids(uint32_t *ids, const lk_grouped_piece *piece) {
    size_t count = 0;
    uint64_t tokens = piece->begins & ~UINT64_C(1);
    for (; tokens & (tokens - 1); tokens &= tokens - 1)
        ids[count++] = piece->ids[__builtin_ctzll(tokens)];
    return count;
}
