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

lk_status lk_merges_make(lk_context *context, lk_merges *merges, uint32_t capacity) {
    *merges = (lk_merges){.bucket_bits = bucket_bits_for(capacity), .first_result = LK_NO_RANK};
    size_t slots = (size_t)LK_PAIR_BUCKET << merges->bucket_bits;
    merges->list = lk_alloc(context, capacity, sizeof *merges->list);
    LK_NEED(merges->list);
    merges->block =
        lk_alloc(context, slots + LK_LINE_BYTES / sizeof *merges->slots, sizeof *merges->slots);
    LK_NEED(merges->block);
    merges->slots = lk_line_in(merges->block);
    memset(merges->slots, 0xFF, slots * sizeof *merges->slots);
    return LK_OK;
}

void lk_merges_add(lk_merges *merges, const lk_merge *merge) {
    uint32_t rank = merges->count++;
    merges->list[rank] = *merge;
    insert(merges, lk_pair_key(merge->left, merge->right), rank);
    if (rank == 0)
        merges->first_result = merge->result;
    else if (merges->first_result != LK_NO_RANK && merge->result != merges->first_result + rank)
        merges->first_result = LK_NO_RANK;
}

void lk_merges_release(lk_context *context, lk_merges *merges) {
    lk_free(context, merges->list);
    lk_free(context, merges->block);
    *merges = (lk_merges){0};
}
