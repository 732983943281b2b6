// Models of llm.c: 256 whole numbers, then the weights of GPT-2, matrices (out, in), float32 in
// version 3 and bfloat16 in 5. The embedding has more rows than tokens; the rest of them is
// padding.
#include "checkpoint/flat_weights.h"

enum { MARK = 20240326, HEADER_BYTES = 1024 };

bool lk_llmc_is(const uint8_t *bytes, size_t length) {
    return length >= HEADER_BYTES && lk_flat_u32(bytes) == MARK;
}

static lk_model_config config_of(const uint8_t *header) {
    return (lk_model_config){
        .block_size = lk_flat_u32(header + 8),
        .vocab_size = lk_flat_u32(header + 12),
        .n_layer = lk_flat_u32(header + 16),
        .n_head = lk_flat_u32(header + 20),
        .n_embd = lk_flat_u32(header + 24),
        .activation = LK_ACTIVATION_GELU_TANH,
        .bias = true,
        .qkv_bias = true,
        .tied_head = true,
        .rope_theta = 10000,
        .norm_epsilon = 1e-5f,
        .scaled_residual_init = true,
    };
}

// `padding` is rows of the embedding.
static lk_status read_weights(lk_flat_file *file, const lk_tensor_list *list, lk_dtype type,
                              size_t padding, size_t row_bytes) {
    for (size_t i = 0; i < list->count; i++) {
        const uint8_t *rows;
        LK_TRY(lk_flat_fill(file, &list->tensors[i], type));
        if (i == 0) LK_TRY(lk_flat_take(file, &rows, padding, row_bytes));
    }
    return lk_flat_end(file);
}

lk_status lk_llmc_read(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length) {
    lk_flat_file file = {checkpoint->context, bytes, length, HEADER_BYTES};
    lk_model_config config = config_of(bytes);
    uint32_t version = lk_flat_u32(bytes + 4), rows = lk_flat_u32(bytes + 28);
    if (version != 3 && version != 5)
        return lk_fail(checkpoint->context, LK_ERROR_UNSUPPORTED,
                       "models of llm.c of version %u are not supported: there are 3 and 5",
                       (unsigned)version);
    if (rows < config.vocab_size)
        return lk_fail(checkpoint->context, LK_ERROR_DATA,
                       "the embedding has %u rows, fewer than the %u tokens", (unsigned)rows,
                       (unsigned)config.vocab_size);
    lk_dtype type = version == 3 ? LK_DTYPE_F32 : LK_DTYPE_BF16;
    size_t bytes_each = lk_dtype_bytes(type);
    LK_TRY(lk_flat_make_model(checkpoint, &file, &config, (double)bytes_each));
    lk_weight_layout layout = lk_layout_gpt2;
    layout.transposed = true;
    lk_tensor_list list;
    LK_TRY(lk_layout_list(&list, checkpoint->model, &layout));
    lk_status status =
        read_weights(&file, &list, type, rows - config.vocab_size, bytes_each * config.n_embd);
    lk_tensor_list_release(&list);
    return status;
}
