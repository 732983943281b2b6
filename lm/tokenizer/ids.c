#include "tokenizer/tokenizer.h"

lk_ids lk_ids_make(lk_context *context) { return (lk_ids){.context = context}; }

void lk_ids_free(lk_ids *ids) {
    lk_free(ids->context, ids->ids);
    *ids = lk_ids_make(ids->context);
}

lk_status lk_ids_reserve(lk_ids *ids, size_t more) {
    if (more <= ids->capacity - ids->count) return LK_OK;
    size_t wanted = more <= SIZE_MAX - ids->count ? ids->count + more : SIZE_MAX;
    size_t doubled = ids->capacity <= SIZE_MAX / 2 ? 2 * ids->capacity : SIZE_MAX;
    size_t capacity = wanted > doubled ? wanted : doubled;
    uint32_t *grown = lk_resize(ids->context, ids->ids, capacity, sizeof *grown);
    LK_NEED(grown);
    ids->ids = grown;
    ids->capacity = capacity;
    return LK_OK;
}

lk_status lk_ids_append(lk_ids *ids, const uint32_t *more, size_t count) {
    LK_TRY(lk_ids_reserve(ids, count));
    if (count) memcpy(ids->ids + ids->count, more, count * sizeof *more);
    ids->count += count;
    return LK_OK;
}
