#include "checkpoint/tensor_set.h"

#include "hashmap.h"

typedef struct entry {
    lk_safetensor tensor;
    bool is_used;
} entry;

struct lk_tensor_set {
    lk_context *context;
    lk_hashmap *by_name; // to the index of the entry
    lk_buffer entries;
    uint64_t bytes;
};

lk_status lk_tensor_set_new(lk_context *context, lk_tensor_set **out) {
    *out = NULL;
    lk_tensor_set *set = lk_alloc_zero(context, 1, sizeof *set);
    LK_NEED(set);
    set->context = context;
    set->entries = lk_buffer_make(context);
    lk_status status = lk_hashmap_new(context, &set->by_name);
    if (status == LK_OK)
        *out = set;
    else
        lk_tensor_set_free(set);
    return status;
}

void lk_tensor_set_free(lk_tensor_set *set) {
    if (!set) return;
    lk_hashmap_free(set->by_name);
    lk_buffer_free(&set->entries);
    lk_free(set->context, set);
}

static entry *entry_at(const lk_tensor_set *set, size_t index) {
    return (entry *)(void *)set->entries.data + index;
}

lk_status lk_tensor_set_add(lk_tensor_set *set, const lk_safetensor *tensor) {
    bool added;
    entry new = {*tensor, false};
    LK_TRY(lk_hashmap_insert(set->by_name, NULL, &added, tensor->name, strlen(tensor->name),
                             lk_tensor_set_count(set)));
    if (!added)
        return lk_fail(set->context, LK_ERROR_DATA, "tensor '%s' is there twice", tensor->name);
    lk_buffer_append(&set->entries, &new, sizeof new);
    set->bytes += tensor->length;
    return lk_buffer_status(&set->entries);
}

lk_status lk_tensor_set_add_all(lk_tensor_set *set, const lk_safetensors *tensors) {
    for (size_t i = 0; i < lk_safetensors_count(tensors); i++)
        LK_TRY(lk_tensor_set_add(set, lk_safetensors_at(tensors, i)));
    return LK_OK;
}

size_t lk_tensor_set_count(const lk_tensor_set *set) { return set->entries.length / sizeof(entry); }

const lk_safetensor *lk_tensor_set_at(const lk_tensor_set *set, size_t index) {
    return &entry_at(set, index)->tensor;
}

uint64_t lk_tensor_set_bytes(const lk_tensor_set *set) { return set->bytes; }

static entry *find_entry(const lk_tensor_set *set, const char *name) {
    const uint64_t *index = lk_hashmap_get(set->by_name, name, strlen(name));
    return index ? entry_at(set, (size_t)*index) : NULL;
}

const lk_safetensor *lk_tensor_set_find(const lk_tensor_set *set, const char *name) {
    const entry *found = find_entry(set, name);
    return found ? &found->tensor : NULL;
}

const lk_safetensor *lk_tensor_set_use(lk_tensor_set *set, const char *name) {
    entry *found = find_entry(set, name);
    if (!found) return NULL;
    found->is_used = true;
    return &found->tensor;
}

bool lk_tensor_set_is_used(const lk_tensor_set *set, size_t index) {
    return entry_at(set, index)->is_used;
}
