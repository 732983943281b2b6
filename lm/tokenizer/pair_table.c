#include "tokenizer/pair_table.h"

enum { FIRST_BITS = 12 };

static size_t slots(unsigned bits) { return (size_t)1 << bits; }

lk_status lk_pair_table_make(lk_context *context, lk_pair_table *table) {
    *table = (lk_pair_table){.context = context, .bits = FIRST_BITS};
    table->pairs = lk_alloc_zero(context, slots(FIRST_BITS), sizeof *table->pairs);
    LK_NEED(table->pairs);
    return LK_OK;
}

void lk_pair_table_release(lk_pair_table *table) {
    lk_free(table->context, table->pairs);
    *table = (lk_pair_table){.context = table->context};
}

// The slot of the pair, or the empty one where it would be.
static lk_pair *find_slot(const lk_pair_table *table, uint32_t left, uint32_t right) {
    uint64_t mixed = ((uint64_t)left << 32 | right) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 29) * UINT64_C(0xD6E8FEB86659FD93);
    lk_pair *pair = &table->pairs[mixed >> (64 - table->bits)];
    const lk_pair *end = table->pairs + slots(table->bits);
    while (pair->is_used && (pair->left != left || pair->right != right))
        if (++pair == end) pair = table->pairs;
    return pair;
}

// At most two thirds of the slots are taken.
lk_status lk_pair_table_reserve(lk_pair_table *table, size_t more) {
    unsigned bits = table->bits;
    while (table->count + more > slots(bits) / 3 * 2) bits++;
    if (bits == table->bits) return LK_OK;
    lk_pair *old = table->pairs, *end = old + slots(table->bits);
    lk_pair *grown = lk_alloc_zero(table->context, slots(bits), sizeof *grown);
    LK_NEED(grown);
    table->pairs = grown;
    table->bits = bits;
    for (lk_pair *pair = old; pair < end; pair++)
        if (pair->is_used) *find_slot(table, pair->left, pair->right) = *pair;
    lk_free(table->context, old);
    return LK_OK;
}

lk_pair *lk_pair_table_at(lk_pair_table *table, uint32_t left, uint32_t right) {
    lk_pair *pair = find_slot(table, left, right);
    table->count += !pair->is_used;
    pair->is_used = 1;
    pair->left = left;
    pair->right = right;
    return pair;
}

lk_pair *lk_pair_table_find(const lk_pair_table *table, uint32_t left, uint32_t right) {
    lk_pair *pair = find_slot(table, left, right);
    return pair->is_used ? pair : NULL;
}
