// Models of llama2.c. Version 0 is seven sizes (a negative vocabulary says that the head is not
// tied) and float32 weights, with the angles of rope before an untied head; 1 begins with a mark
// and has the norms first; 2 is as 1, with groups of int8 and a scale for each in the place of
// matrices. Rotary pairs are side by side in all of them, as in memory.
#include "checkpoint/flat_weights.h"

enum {
    MARK = 0x616B3432, // "ak42"
    SIZES = 7,
    HEADER_BYTES = 256, // of versions 1 and 2
    MOST_GROUP = 4096
};

// ---- Layouts ------------------------------------------------------------------------------------

// Meta's names; the files have none.
static const lk_layout_row rows_0[] = {
    {"tok_embeddings", LK_PART_TOKENS, LK_SLICE_ALL},
    {"layers.%u.attention_norm", LK_PART_NORM1, LK_SLICE_ALL},
    {"layers.%u.attention.wq", LK_PART_QKV, LK_SLICE_QUERIES},
    {"layers.%u.attention.wk", LK_PART_QKV, LK_SLICE_KEYS},
    {"layers.%u.attention.wv", LK_PART_QKV, LK_SLICE_VALUES},
    {"layers.%u.attention.wo", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"layers.%u.ffn_norm", LK_PART_NORM2, LK_SLICE_ALL},
    {"layers.%u.feed_forward.w1", LK_PART_UP, LK_SLICE_GATE},
    {"layers.%u.feed_forward.w2", LK_PART_DOWN, LK_SLICE_ALL},
    {"layers.%u.feed_forward.w3", LK_PART_UP, LK_SLICE_INNER},
    {"norm", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"output", LK_PART_HEAD, LK_SLICE_ALL},
};

static const lk_layout_row rows_1[] = {
    {"layers.%u.attention_norm", LK_PART_NORM1, LK_SLICE_ALL},
    {"layers.%u.ffn_norm", LK_PART_NORM2, LK_SLICE_ALL},
    {"norm", LK_PART_FINAL_NORM, LK_SLICE_ALL},
    {"tok_embeddings", LK_PART_TOKENS, LK_SLICE_ALL},
    {"layers.%u.attention.wq", LK_PART_QKV, LK_SLICE_QUERIES},
    {"layers.%u.attention.wk", LK_PART_QKV, LK_SLICE_KEYS},
    {"layers.%u.attention.wv", LK_PART_QKV, LK_SLICE_VALUES},
    {"layers.%u.attention.wo", LK_PART_PROJECTION, LK_SLICE_ALL},
    {"layers.%u.feed_forward.w1", LK_PART_UP, LK_SLICE_GATE},
    {"layers.%u.feed_forward.w2", LK_PART_DOWN, LK_SLICE_ALL},
    {"layers.%u.feed_forward.w3", LK_PART_UP, LK_SLICE_INNER},
    {"output", LK_PART_HEAD, LK_SLICE_ALL},
};

static bool has_no_bias(const lk_model_config *config, lk_part part) {
    (void)config;
    (void)part;
    return false;
}

#define ROWS(list) .rows = (list), .row_count = sizeof(list) / sizeof(list)[0]
static const lk_weight_layout layout_0 = {ROWS(rows_0), .transposed = true,
                                          .has_bias = has_no_bias};
static const lk_weight_layout layout_1 = {ROWS(rows_1), .transposed = true,
                                          .has_bias = has_no_bias};

// ---- Reading ------------------------------------------------------------------------------------

static int32_t signed_at(const uint8_t *bytes, size_t index) {
    return (int32_t)lk_flat_u32(bytes + 4 * index);
}

static lk_model_config config_of(const uint8_t *sizes) {
    int32_t vocabulary = signed_at(sizes, 5);
    return (lk_model_config){
        .n_embd = lk_flat_u32(sizes),
        .d_ff = lk_flat_u32(sizes + 4),
        .n_layer = lk_flat_u32(sizes + 8),
        .n_head = lk_flat_u32(sizes + 12),
        .n_kv_head = lk_flat_u32(sizes + 16),
        .vocab_size = vocabulary < 0 ? 0u - (uint32_t)vocabulary : (uint32_t)vocabulary,
        .block_size = lk_flat_u32(sizes + 24),
        .activation = LK_ACTIVATION_SWIGLU,
        .norm = LK_NORM_RMS,
        .positions = LK_POSITIONS_ROPE,
        .rope_theta = 10000,
        .norm_epsilon = 1e-5f,
        .tied_head = vocabulary > 0,
    };
}

// The first four sizes of version 0 that a model can have.
static bool may_be_sizes(const uint8_t *bytes) {
    static const int32_t most[SIZES] = {1 << 16, 1 << 20, 1024, 1024, 1024, 1 << 24, 1 << 20};
    for (size_t i = 0; i < SIZES; i++) {
        int32_t size = signed_at(bytes, i);
        if (i == 5 && size < 0) size = size > -most[i] ? -size : 0;
        if (size < 1 || size > most[i]) return false;
    }
    return signed_at(bytes, 0) % signed_at(bytes, 3) == 0;
}

bool lk_llama2c_is(const uint8_t *bytes, size_t length) {
    if (length < sizeof(uint32_t) * SIZES) return false;
    return lk_flat_u32(bytes) == MARK || may_be_sizes(bytes);
}

// A matrix in groups: all elements, then a scale for each group.
static lk_status fill_groups(lk_flat_file *file, const lk_stored_tensor *tensor, size_t group) {
    size_t count = lk_stored_tensor_count(tensor);
    const uint8_t *elements = NULL, *scales = NULL;
    if (count % group != 0)
        return lk_fail(file->context, LK_ERROR_DATA,
                       "tensor '%s' does not consist of groups of %zu", tensor->name, group);
    LK_TRY(lk_flat_take(file, &elements, count, 1));
    LK_TRY(lk_flat_take(file, &scales, count / group, sizeof(float)));
    float values[MOST_GROUP];
    for (size_t i = 0; i < count; i += group) {
        float scale;
        lk_dtype_to_floats(&scale, LK_DTYPE_F32, scales + i / group * sizeof scale, 1);
        for (size_t j = 0; j < group; j++) values[j] = scale * (float)(int8_t)elements[i + j];
        lk_stored_tensor_fill(tensor, i, LK_DTYPE_F32, (const uint8_t *)values, group);
    }
    return LK_OK;
}

// The angles of rope, cosines and sines, which version 0 has for older programs.
static lk_status skip_angles(lk_flat_file *file, const lk_model_config *config) {
    const uint8_t *angles;
    return lk_flat_take(file, &angles, config->block_size,
                        sizeof(float) * lk_model_config_head_width(config));
}

static lk_status read_weights(lk_flat_file *file, const lk_model *model, uint32_t version,
                              size_t group, const lk_tensor_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const lk_stored_tensor *tensor = &list->tensors[i];
        if (version == 0 && strcmp(tensor->name, "output.weight") == 0)
            LK_TRY(skip_angles(file, &model->config));
        LK_TRY(version == 2 && tensor->rank == 2 ? fill_groups(file, tensor, group)
                                                 : lk_flat_fill(file, tensor, LK_DTYPE_F32));
    }
    if (version == 0 && model->config.tied_head) LK_TRY(skip_angles(file, &model->config));
    return lk_flat_end(file);
}

typedef struct header {
    uint32_t version;
    size_t group; // of version 2
    lk_model_config config;
} header;

static lk_status read_marked_header(lk_flat_file *file, header *h) {
    const uint8_t *bytes = NULL;
    LK_TRY(lk_flat_take(file, &bytes, HEADER_BYTES, 1));
    h->version = lk_flat_u32(bytes + 4);
    h->config = config_of(bytes + 8);
    h->config.tied_head = bytes[36] != 0;
    h->group = lk_flat_u32(bytes + 37);
    if (h->version != 1 && h->version != 2)
        return lk_fail(file->context, LK_ERROR_UNSUPPORTED,
                       "models of llama2.c of version %u are not supported: there are 0, 1 and 2",
                       (unsigned)h->version);
    if (h->version == 2 && (h->group < 1 || h->group > MOST_GROUP))
        return lk_fail(file->context, LK_ERROR_DATA, "groups of %zu are not from 1 to %d", h->group,
                       MOST_GROUP);
    return LK_OK;
}

static lk_status read_header(lk_flat_file *file, header *h) {
    if (lk_flat_u32(file->bytes) == MARK) return read_marked_header(file, h);
    const uint8_t *sizes = NULL;
    LK_TRY(lk_flat_take(file, &sizes, SIZES, sizeof(uint32_t)));
    *h = (header){.config = config_of(sizes)};
    return LK_OK;
}

lk_status lk_llama2c_read(lk_checkpoint *checkpoint, const uint8_t *bytes, size_t length) {
    lk_flat_file file = {checkpoint->context, bytes, length, 0};
    header h;
    LK_TRY(read_header(&file, &h));
    LK_TRY(lk_flat_make_model(checkpoint, &file, &h.config, h.version == 2 ? 1 : 4));
    lk_tensor_list list;
    LK_TRY(lk_layout_list(&list, checkpoint->model, h.version == 0 ? &layout_0 : &layout_1));
    lk_status status = read_weights(&file, checkpoint->model, h.version, h.group, &list);
    lk_tensor_list_release(&list);
    return status;
}

// ---- Writing ------------------------------------------------------------------------------------

static lk_status check_fits(const lk_model *model) {
    const lk_model_config *config = &model->config;
    const char *misfit = config->activation != LK_ACTIVATION_SWIGLU ? "activation is not swiglu"
                         : config->norm != LK_NORM_RMS              ? "norm is not rmsnorm"
                         : config->norm_place != LK_NORM_PRE        ? "norm_place is not pre"
                         : config->positions != LK_POSITIONS_ROPE   ? "positions is not rope"
                         : config->bias                             ? "bias is true"
                         : config->qkv_bias                         ? "qkv_bias is true"
                         : config->head_bias                        ? "head_bias is true"
                         : config->rope_theta != 10000.0f           ? "rope_theta is not 10000"
                         : config->norm_epsilon != 1e-5f            ? "norm_epsilon is not 1e-5"
                                                                    : NULL;
    if (!misfit) return LK_OK;
    return lk_fail(model->context, LK_ERROR_UNSUPPORTED, "llama2.c cannot hold this model: its %s",
                   misfit);
}

static lk_status send_header(const lk_model_config *config, lk_byte_sink *sink, void *user) {
    uint32_t vocabulary = config->tied_head ? config->vocab_size : 0u - config->vocab_size;
    const uint32_t sizes[SIZES] = {config->n_embd,    config->d_ff,      config->n_layer,
                                   config->n_head,    config->n_kv_head, vocabulary,
                                   config->block_size};
    return sink(user, sizes, sizeof sizes);
}

// Cosines of all positions, then sines.
static lk_status send_angles(const lk_model *model, lk_byte_sink *sink, void *user) {
    size_t count =
        model->config.block_size * (size_t)lk_model_config_head_width(&model->config) / 2;
    LK_TRY(sink(user, model->cosines, count * sizeof *model->cosines));
    return sink(user, model->sines, count * sizeof *model->sines);
}

static lk_status send_weights(const lk_model *model, const lk_tensor_list *list, lk_byte_sink *sink,
                              void *user) {
    LK_TRY(send_header(&model->config, sink, user));
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->tensors[i].name, "output.weight") == 0)
            LK_TRY(send_angles(model, sink, user));
        LK_TRY(lk_stored_tensor_send(&list->tensors[i], sink, user));
    }
    return model->config.tied_head ? send_angles(model, sink, user) : LK_OK;
}

lk_status lk_llama2c_send(const lk_model *model, lk_byte_sink *sink, void *user) {
    lk_tensor_list list;
    LK_TRY(check_fits(model));
    LK_TRY(lk_layout_list(&list, model, &layout_0));
    lk_status status = send_weights(model, &list, sink, user);
    lk_tensor_list_release(&list);
    return status;
}
