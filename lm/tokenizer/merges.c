#include "tokenizer/merges.h"

// At most half of the slots are taken, so that a search ends, and most buckets are not full.
static unsigned bucket_bits_for(uint32_t count) {
    unsigned bits = 2;
    while (((uint64_t)LK_PAIR_BUCKET << bits) < 2 * (uint64_t)count + 2) bits++;
    return bits;
}

static void insert(lk_merges *merges, uint64_t pair, uint32_t rank) {
    size_t mask = ((size_t)LK_PAIR_BUCKET << merges->bucket_bits) - 1;
    size_t i = lk_pair_place(merges, pair);
    while (merges->slots[i] != LK_NO_PAIR && merges->slots[i] >> LK_RANK_BITS != pair)
        i = (i + 1) & mask;
    merges->slots[i] = pair << LK_RANK_BITS | rank;
}

static uint32_t find_first_result(const lk_merge *list, uint32_t count) {
    for (uint32_t rank = 1; rank < count; rank++)
        if (list[rank].result != list[0].result + rank) return LK_NO_RANK;
    return count ? list[0].result : LK_NO_RANK;
}

lk_status lk_merges_make(lk_context *context, lk_merges *merges, lk_merge *list, uint32_t count) {
    *merges = (lk_merges){.list = list,
                          .count = count,
                          .bucket_bits = bucket_bits_for(count),
                          .first_result = find_first_result(list, count)};
    size_t slots = (size_t)LK_PAIR_BUCKET << merges->bucket_bits;
    merges->block =
        lk_alloc(context, slots + LK_LINE_BYTES / sizeof *merges->slots, sizeof *merges->slots);
    LK_NEED(merges->block);
    merges->slots = lk_line_in(merges->block);
    memset(merges->slots, 0xFF, slots * sizeof *merges->slots);
    for (uint32_t rank = 0; rank < count; rank++)
        insert(merges, lk_pair_key(list[rank].left, list[rank].right), rank);
    return LK_OK;
}

void lk_merges_release(lk_context *context, lk_merges *merges) {
    lk_free(context, merges->list);
    lk_free(context, merges->block);
    *merges = (lk_merges){0};
}
