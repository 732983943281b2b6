// The pairs of neighbouring tokens in the words of a training: how often each stands there, and in
// which words.
#ifndef LK_PAIR_TABLE_H
#define LK_PAIR_TABLE_H

#include "arena.h"

typedef struct lk_pair {
    uint32_t left, right;
    uint64_t count;  // over all words, with their counts
    uint32_t *words; // in which it stands, or stood; increasing
    uint32_t word_count;
    uint32_t is_used; // 0: the slot is empty
} lk_pair;

typedef struct lk_pair_table {
    lk_context *context;
    lk_pair *pairs; // slots of a hash table
    unsigned bits;
    size_t count;
} lk_pair_table;

lk_status lk_pair_table_make(lk_context *context, lk_pair_table *table);
void lk_pair_table_release(lk_pair_table *table);
// Makes room for so many more; pairs move.
lk_status lk_pair_table_reserve(lk_pair_table *table, size_t more);
// The pair, with a count of 0 if it is new. There must be room.
lk_pair *lk_pair_table_at(lk_pair_table *table, uint32_t left, uint32_t right);
// The pair, or NULL.
lk_pair *lk_pair_table_find(const lk_pair_table *table, uint32_t left, uint32_t right);

#endif
