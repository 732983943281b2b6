// The tensors that one or several files hold, found by their names.
#ifndef LK_TENSOR_SET_H
#define LK_TENSOR_SET_H

#include "checkpoint/safetensors.h"

typedef struct lk_tensor_set lk_tensor_set;

lk_status lk_tensor_set_new(lk_context *context, lk_tensor_set **set);
void lk_tensor_set_free(lk_tensor_set *set);
// Adds a tensor; its name and its bytes are borrowed. LK_ERROR_DATA when the name is there already.
lk_status lk_tensor_set_add(lk_tensor_set *set, const lk_safetensor *tensor);
lk_status lk_tensor_set_add_all(lk_tensor_set *set, const lk_safetensors *tensors);
size_t lk_tensor_set_count(const lk_tensor_set *set);
const lk_safetensor *lk_tensor_set_at(const lk_tensor_set *set, size_t index);
// Bytes of all tensors together.
uint64_t lk_tensor_set_bytes(const lk_tensor_set *set);
// Finds a tensor; NULL when there is none.
const lk_safetensor *lk_tensor_set_find(const lk_tensor_set *set, const char *name);
// The same, and marks it as used.
const lk_safetensor *lk_tensor_set_use(lk_tensor_set *set, const char *name);
bool lk_tensor_set_is_used(const lk_tensor_set *set, size_t index);

#endif
