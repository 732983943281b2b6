#include "hashmap.h"
#include "test_context.h"

#include <stdio.h>

Test(hashmap, an_empty_map_holds_nothing) {
    lk_context *context = make_context();
    lk_hashmap *map = NULL;
    cr_assert(lk_hashmap_new(context, &map) == LK_OK);
    cr_assert(lk_hashmap_count(map) == 0);
    cr_assert(!lk_hashmap_get(map, "x", 1));
    lk_hashmap_free(map);
    lk_hashmap_free(NULL);
    free_context(context);
}

Test(hashmap, a_present_key_keeps_its_value) {
    lk_context *context = make_context();
    lk_hashmap *map = NULL;
    cr_assert(lk_hashmap_new(context, &map) == LK_OK);
    bool added = false;
    uint64_t *slot = NULL;
    cr_assert(lk_hashmap_insert(map, &slot, &added, "key", 3, 7) == LK_OK);
    cr_assert(added && *slot == 7);
    cr_assert(lk_hashmap_insert(map, &slot, &added, "key", 3, 8) == LK_OK);
    cr_assert(!added && *slot == 7);
    *slot = 9;
    cr_assert(*lk_hashmap_get(map, "key", 3) == 9);
    cr_assert(lk_hashmap_insert(map, NULL, NULL, "other", 5, 1) == LK_OK);
    cr_assert(lk_hashmap_count(map) == 2);
    lk_hashmap_free(map);
    free_context(context);
}

Test(hashmap, keys_are_bytes_with_a_length_and_are_copied) {
    lk_context *context = make_context();
    lk_hashmap *map = NULL;
    cr_assert(lk_hashmap_new(context, &map) == LK_OK);
    char key[] = "a\0b";
    cr_assert(lk_hashmap_insert(map, NULL, NULL, key, 3, 1) == LK_OK);
    cr_assert(lk_hashmap_insert(map, NULL, NULL, key, 1, 2) == LK_OK);
    cr_assert(lk_hashmap_insert(map, NULL, NULL, NULL, 0, 3) == LK_OK);
    key[0] = 'z';
    cr_assert(*lk_hashmap_get(map, "a\0b", 3) == 1);
    cr_assert(*lk_hashmap_get(map, "a", 1) == 2);
    cr_assert(*lk_hashmap_get(map, "", 0) == 3);
    cr_assert(!lk_hashmap_get(map, "a\0c", 3));
    lk_hashmap_free(map);
    free_context(context);
}

Test(hashmap, a_key_longer_than_a_chunk_is_kept_whole) {
    lk_context *context = make_context();
    lk_hashmap *map = NULL;
    cr_assert(lk_hashmap_new(context, &map) == LK_OK);
    static char key[20000];
    memset(key, 'k', sizeof key);
    for (size_t length = 4000; length < sizeof key; length += 97)
        cr_assert(lk_hashmap_insert(map, NULL, NULL, key, length, length) == LK_OK);
    for (size_t i = 0; i < lk_hashmap_count(map); i++) {
        size_t length;
        const char *copy = lk_hashmap_key_at(map, i, &length);
        cr_assert(length == lk_hashmap_value_at(map, i));
        cr_assert(memcmp(copy, key, length) == 0 && copy[length] == 0);
    }
    lk_hashmap_free(map);
    free_context(context);
}

// The oracle: a list that is searched from the start.
typedef struct naive_map {
    char keys[4000][8];
    size_t lengths[4000];
    uint64_t values[4000];
    size_t count;
} naive_map;

static size_t naive_find(const naive_map *naive, const char *key, size_t length) {
    size_t i = 0;
    for (; i < naive->count; i++)
        if (naive->lengths[i] == length && memcmp(naive->keys[i], key, length) == 0) break;
    return i;
}

Test(hashmap, behaves_as_a_list_searched_from_the_start) {
    lk_context *context = make_context();
    lk_hashmap *map = NULL;
    cr_assert(lk_hashmap_new(context, &map) == LK_OK);
    static naive_map naive;
    lk_random random = lk_random_stream(2, LK_RANDOM_TEST, 0, 0);
    for (uint64_t step = 0; step < 4000; step++) {
        char key[8];
        size_t length = lk_random_below(&random, 8);
        for (size_t i = 0; i < length; i++) key[i] = (char)lk_random_below(&random, 4);
        size_t at = naive_find(&naive, key, length);
        bool expected_new = at == naive.count, added;
        uint64_t *slot;
        cr_assert(lk_hashmap_insert(map, &slot, &added, key, length, step) == LK_OK);
        if (expected_new) {
            memcpy(naive.keys[at], key, length);
            naive.lengths[at] = length;
            naive.values[at] = step;
            naive.count++;
        }
        cr_assert(added == expected_new && *slot == naive.values[at]);
        if (step % 5 == 0) *slot = naive.values[at] = step * 3;
    }
    cr_assert(lk_hashmap_count(map) == naive.count && naive.count > 1000);
    for (size_t i = 0; i < naive.count; i++) {
        size_t length;
        const char *key = lk_hashmap_key_at(map, i, &length);
        cr_assert(length == naive.lengths[i] && memcmp(key, naive.keys[i], length) == 0);
        cr_assert(lk_hashmap_value_at(map, i) == naive.values[i]);
        cr_assert(*lk_hashmap_get(map, key, length) == naive.values[i]);
    }
    lk_hashmap_free(map);
    free_context(context);
}

Test(hashmap, a_failed_insertion_changes_nothing) {
    for (uint64_t k = 1; k < 30; k++) {
        lk_context *context = make_context();
        lk_hashmap *map = NULL;
        cr_assert(lk_hashmap_new(context, &map) == LK_OK);
        lk_context_fail_allocation(context, k);
        for (int i = 0; i < 3000; i++) {
            char key[16];
            size_t length = (size_t)snprintf(key, sizeof key, "%d", i), count = (size_t)i;
            bool added = false;
            lk_status status = lk_hashmap_insert(map, NULL, &added, key, length, (uint64_t)i);
            if (status != LK_OK) {
                expect_failure(context, status, LK_ERROR_MEMORY, "out of memory");
                cr_assert(lk_hashmap_count(map) == count && !added);
                cr_assert(!lk_hashmap_get(map, key, length));
                cr_assert(lk_hashmap_insert(map, NULL, &added, key, length, (uint64_t)i) == LK_OK);
            }
            cr_assert(added);
        }
        for (size_t i = 0; i < 3000; i++) cr_assert(lk_hashmap_value_at(map, i) == i);
        lk_hashmap_free(map);
        free_context(context);
    }
}
