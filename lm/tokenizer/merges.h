// The merges of a byte-pair encoding: which pairs of tokens become one, and which first.
#ifndef LK_MERGES_H
#define LK_MERGES_H

#include "context.h"

// A pair and its rank lie in one word.
enum { LK_ID_BITS = 20, LK_RANK_BITS = 24, LK_MOST_MERGES = (1 << LK_RANK_BITS) - 1 };
#define LK_NO_ID ((UINT32_C(1) << LK_ID_BITS) - 1) // the id of no token: its pairs do not merge
#define LK_NO_RANK ((uint32_t)LK_MOST_MERGES)
#define LK_NO_PAIR UINT64_MAX

enum { LK_PAIR_BUCKET = 4 }; // slots that are compared at once

// Two tokens that become one. The rank of a merge is its place in the list: lower ones come first.
typedef struct lk_merge {
    uint32_t left, right;
    uint32_t result;
} lk_merge;

typedef struct lk_merges {
    lk_merge *list;
    uint32_t count; // at most LK_MOST_MERGES
    // A hash table: left, right and rank from the highest bit on, or LK_NO_PAIR. A pair lies in its
    // bucket, or where that is full in the next one.
    uint64_t *slots; // in the block, so that no bucket lies across two lines of the cache
    void *block;
    unsigned bucket_bits;
    // Where every result is this and its rank, as training gives them; else LK_NO_RANK.
    uint32_t first_result;
} lk_merges;

// Makes room for so many merges, of which there are none yet.
lk_status lk_merges_make(lk_context *context, lk_merges *merges, uint32_t capacity);
// Adds a merge, the last one so far; of a pair that comes twice the last merge counts. All ids are
// below LK_NO_ID.
void lk_merges_add(lk_merges *merges, const lk_merge *merge);
void lk_merges_release(lk_context *context, lk_merges *merges);

static inline uint64_t lk_pair_key(uint32_t left, uint32_t right) {
    return (uint64_t)left << LK_ID_BITS | right;
}

// The first slot of the bucket of a pair.
static inline size_t lk_pair_place(const lk_merges *merges, uint64_t pair) {
    uint64_t mixed = pair * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)((mixed ^ mixed << 27) >> (64 - merges->bucket_bits)) * LK_PAIR_BUCKET;
}

// The rank of a pair, LK_NO_RANK where it does not merge. Without branches, but for full buckets.
static inline uint32_t lk_merge_rank(const lk_merges *merges, uint64_t pair) {
    size_t mask = ((size_t)LK_PAIR_BUCKET << merges->bucket_bits) - 1;
    for (size_t i = lk_pair_place(merges, pair);; i = (i + LK_PAIR_BUCKET) & mask) {
        const uint64_t *bucket = &merges->slots[i];
        uint32_t rank = LK_NO_RANK;
        for (size_t k = 0; k < LK_PAIR_BUCKET; k++)
            rank = bucket[k] >> LK_RANK_BITS == pair ? (uint32_t)bucket[k] & LK_NO_RANK : rank;
        if (rank != LK_NO_RANK || bucket[LK_PAIR_BUCKET - 1] == LK_NO_PAIR) return rank;
    }
}

// The token that a merge gives. Most lists need not be looked at.
static inline uint32_t lk_merge_result(const lk_merges *merges, uint32_t rank) {
    return merges->first_result == LK_NO_RANK ? merges->list[rank].result
                                              : merges->first_result + rank;
}

#endif
