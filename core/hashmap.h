// A hash map from byte strings to 64-bit values: open addressing, insertion order kept, keys
// copied.
#ifndef LK_HASHMAP_H
#define LK_HASHMAP_H

#include "context.h"

typedef struct lk_hashmap lk_hashmap;

lk_status lk_hashmap_new(lk_context *context, lk_hashmap **map);
void lk_hashmap_free(lk_hashmap *map);
size_t lk_hashmap_count(const lk_hashmap *map);
// The value of a key to read or change in place (valid until the next insertion); NULL when absent.
uint64_t *lk_hashmap_get(const lk_hashmap *map, const void *key, size_t length);
// Inserts the key with `value` unless present; *slot (may be NULL) is its value, *added (may be
// NULL) whether it was new.
lk_status lk_hashmap_insert(lk_hashmap *map, uint64_t **slot, bool *added, const void *key,
                            size_t length, uint64_t value);
// Entries in the order of insertion, 0 … count-1. A key is valid as long as the map, and ends with
// a zero byte that does not count.
const char *lk_hashmap_key_at(const lk_hashmap *map, size_t index, size_t *length);
uint64_t lk_hashmap_value_at(const lk_hashmap *map, size_t index);

#endif
