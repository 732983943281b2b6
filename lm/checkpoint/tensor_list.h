// Lists of tensors as files have them: made from a model, and read from a file.
#ifndef LK_TENSOR_LIST_H
#define LK_TENSOR_LIST_H

#include "checkpoint/layout.h"
#include "checkpoint/tensor_set.h"

enum { LK_TENSOR_NAME_BYTES = 128 };

lk_status lk_tensor_list_make(lk_tensor_list *list, lk_context *context, size_t most);
// Adds a tensor under `prefix` and `name`, which are copied. There must be room.
lk_status lk_tensor_list_add(lk_tensor_list *list, const char *prefix, const char *name,
                             const lk_stored_tensor *tensor);
// Adds a block's values at the place of a parameter, under its name.
lk_status lk_tensor_list_add_parameter(lk_tensor_list *list, const char *prefix,
                                       const lk_parameter *parameter, lk_real *block);

// Blocks laid out as the model's values, under the names of the weights with `prefixes` before
// them, sorted by name.
lk_status lk_tensor_list_make_state(lk_tensor_list *list, const lk_model *model,
                                    const char *const *prefixes, lk_real *const *blocks,
                                    size_t count);
// The weights sorted by name, as a safetensors file has them.
lk_status lk_tensor_list_make_weights(lk_tensor_list *list, const lk_model *model,
                                      const lk_weight_layout *layout);
// SHA-256 over the float32 bytes of the weights, in the order of our safetensors file.
lk_status lk_model_digest(char hex[65], const lk_model *model);

// Fills the tensors of the list from the set, which must have all of them; `prefix` of a name may
// be missing there, and with `lacks_biases` any bias.
lk_status lk_tensor_list_read(lk_context *context, const lk_tensor_list *list, lk_tensor_set *set,
                              const char *prefix, bool lacks_biases);
// Fills a model, whose tensors must be all that the set has.
lk_status lk_weights_read(lk_context *context, lk_model *model, const lk_stored_config *stored,
                          lk_tensor_set *set);

#endif
