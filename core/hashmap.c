// Entries stand in the order of insertion; a table of entry numbers, addressed by hash with linear
// probing and at most three quarters full, finds them. Keys are copied into chunks that never move.
#include "hashmap.h"

#include <assert.h>

enum { FIRST_SLOTS = 16, CHUNK_BYTES = 4 << 10 };

typedef struct map_entry {
    uint64_t hash;
    uint64_t value;
    const char *key; // `length` bytes and one zero byte
    size_t length;
} map_entry;

typedef struct key_chunk {
    struct key_chunk *next;
    size_t used;
    size_t capacity;
    char bytes[];
} key_chunk;

struct lk_hashmap {
    lk_context *context;
    map_entry *entries;
    size_t count;
    size_t capacity;
    uint32_t *slots;   // number of an entry plus 1; 0: free
    size_t slot_count; // a power of two, or 0
    key_chunk *chunks; // the newest first
};

// FNV-1a (Fowler, Noll, Vo), then a mix (the finalizer of MurmurHash3), because the low bits alone
// choose the slot.
static uint64_t hash_of(const void *key, size_t length) {
    const uint8_t *bytes = key;
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    hash = (hash ^ hash >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    hash = (hash ^ hash >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 33;
}

lk_status lk_hashmap_new(lk_context *context, lk_hashmap **map) {
    lk_hashmap *made = lk_alloc_zero(context, 1, sizeof *made);
    LK_NEED(made);
    made->context = context;
    *map = made;
    return LK_OK;
}

void lk_hashmap_free(lk_hashmap *map) {
    if (!map) return;
    for (key_chunk *chunk = map->chunks; chunk;) {
        key_chunk *next = chunk->next;
        lk_free(map->context, chunk);
        chunk = next;
    }
    lk_free(map->context, map->slots);
    lk_free(map->context, map->entries);
    lk_free(map->context, map);
}

size_t lk_hashmap_count(const lk_hashmap *map) { return map->count; }

// ---- Finding ------------------------------------------------------------------------------------

static bool is_key(const map_entry *entry, uint64_t hash, const void *key, size_t length) {
    return entry->hash == hash && entry->length == length &&
           (length == 0 || memcmp(entry->key, key, length) == 0);
}

// The slot that holds the key, or the free slot where it belongs. There is always a free one.
static uint32_t *find_slot(const lk_hashmap *map, uint64_t hash, const void *key, size_t length) {
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &map->slots[i];
        if (*slot == 0 || is_key(&map->entries[*slot - 1], hash, key, length)) return slot;
    }
}

uint64_t *lk_hashmap_get(const lk_hashmap *map, const void *key, size_t length) {
    if (map->slot_count == 0) return NULL;
    uint32_t slot = *find_slot(map, hash_of(key, length), key, length);
    return slot ? &map->entries[slot - 1].value : NULL;
}

// ---- Inserting ----------------------------------------------------------------------------------

static void place(uint32_t *slots, size_t slot_count, uint64_t hash, uint32_t number) {
    size_t i = (size_t)hash & (slot_count - 1);
    while (slots[i] != 0) i = (i + 1) & (slot_count - 1);
    slots[i] = number;
}

static lk_status make_slots(lk_hashmap *map) {
    if (map->count < map->slot_count - map->slot_count / 4 && map->slot_count) return LK_OK;
    if (map->count >= UINT32_MAX / 4)
        return lk_fail(map->context, LK_ERROR_LIMIT, "a hash map holds at most %u entries",
                       UINT32_MAX / 4);
    size_t slot_count = map->slot_count ? 2 * map->slot_count : FIRST_SLOTS;
    uint32_t *slots = lk_alloc_zero(map->context, slot_count, sizeof *slots);
    LK_NEED(slots);
    assert(map->count == 0 || map->entries);
    for (size_t i = 0; i < map->count; i++)
        place(slots, slot_count, map->entries[i].hash, (uint32_t)i + 1);
    lk_free(map->context, map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    return LK_OK;
}

static lk_status make_entry(lk_hashmap *map) {
    assert(map->capacity == 0 || map->entries);
    if (map->count < map->capacity) return LK_OK;
    size_t capacity = map->capacity ? 2 * map->capacity : FIRST_SLOTS;
    map_entry *entries = lk_resize(map->context, map->entries, capacity, sizeof *entries);
    LK_NEED(entries);
    map->entries = entries;
    map->capacity = capacity;
    return LK_OK;
}

static char *copy_key(lk_hashmap *map, const void *key, size_t length) {
    key_chunk *chunk = map->chunks;
    if (!chunk || length >= chunk->capacity - chunk->used) {
        size_t capacity = length < CHUNK_BYTES ? CHUNK_BYTES : length + 1;
        chunk = lk_alloc(map->context, sizeof *chunk + capacity, 1);
        if (!chunk) return NULL;
        *chunk = (key_chunk){.next = map->chunks, .capacity = capacity};
        map->chunks = chunk;
    }
    char *copy = chunk->bytes + chunk->used;
    if (length) memcpy(copy, key, length);
    copy[length] = 0;
    chunk->used += length + 1;
    return copy;
}

static lk_status add(lk_hashmap *map, const void *key, size_t length, uint64_t value) {
    LK_TRY(make_slots(map));
    LK_TRY(make_entry(map));
    char *copy = copy_key(map, key, length);
    LK_NEED(copy);
    uint64_t hash = hash_of(key, length);
    map->entries[map->count++] = (map_entry){hash, value, copy, length};
    place(map->slots, map->slot_count, hash, (uint32_t)map->count);
    return LK_OK;
}

lk_status lk_hashmap_insert(lk_hashmap *map, uint64_t **slot, bool *added, const void *key,
                            size_t length, uint64_t value) {
    uint64_t *found = lk_hashmap_get(map, key, length);
    bool is_new = !found;
    if (is_new) {
        LK_TRY(add(map, key, length, value));
        found = &map->entries[map->count - 1].value;
    }
    if (slot) *slot = found;
    if (added) *added = is_new;
    return LK_OK;
}

const char *lk_hashmap_key_at(const lk_hashmap *map, size_t index, size_t *length) {
    if (length) *length = map->entries[index].length;
    return map->entries[index].key;
}

uint64_t lk_hashmap_value_at(const lk_hashmap *map, size_t index) {
    return map->entries[index].value;
}
