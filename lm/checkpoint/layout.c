#include "checkpoint/layout.h"

#include "checkpoint/tensor_list.h"

#include <stdio.h>

// ---- Parts of a network -------------------------------------------------------------------------

typedef struct pair {
    lk_parameter *weight, *bias; // NULL: the model has none
} pair;

static bool is_of_layer(lk_part part) { return part >= LK_PART_NORM1; }

static pair pair_of(const lk_model *model, lk_part part, size_t layer_index) {
    const lk_transformer *network = &model->transformer;
    const lk_layer *layer = &network->layers[layer_index];
    switch (part) {
    case LK_PART_TOKENS:
        return (pair){network->token_embedding, NULL};
    case LK_PART_POSITIONS:
        return (pair){network->position_embedding, NULL};
    case LK_PART_FINAL_NORM:
        return (pair){network->final_norm_gain, network->final_norm_bias};
    case LK_PART_HEAD: // a tied one is stored once
        return (pair){model->config.tied_head ? NULL : network->head_weight, network->head_bias};
    case LK_PART_NORM1:
        return (pair){layer->norm1_gain, layer->norm1_bias};
    case LK_PART_QKV:
        return (pair){layer->qkv_weight, layer->qkv_bias};
    case LK_PART_PROJECTION:
        return (pair){layer->projection_weight, layer->projection_bias};
    case LK_PART_NORM2:
        return (pair){layer->norm2_gain, layer->norm2_bias};
    case LK_PART_UP:
        return (pair){layer->up_weight, layer->up_bias};
    case LK_PART_DOWN:
        break;
    }
    return (pair){layer->down_weight, layer->down_bias};
}

static bool is_linear(lk_part part) {
    return part == LK_PART_QKV || part == LK_PART_PROJECTION || part == LK_PART_UP ||
           part == LK_PART_DOWN;
}

// ---- Columns ------------------------------------------------------------------------------------

typedef struct column_range {
    size_t first, count;
} column_range;

// `all` is the number of columns there are.
static column_range columns_of(const lk_model_config *config, lk_part_slice slice, size_t all) {
    size_t c = config->n_embd, kv = lk_model_config_kv_width(config), f = config->d_ff;
    switch (slice) {
    case LK_SLICE_QUERIES:
        return (column_range){0, c};
    case LK_SLICE_KEYS:
        return (column_range){c, kv};
    case LK_SLICE_VALUES:
        return (column_range){c + kv, kv};
    case LK_SLICE_GATE:
        return (column_range){0, f};
    case LK_SLICE_INNER: // none where there is no gate
        return (column_range){f, all - f};
    case LK_SLICE_ALL:
        break;
    }
    return (column_range){0, all};
}

// Channels of a head where the rows of a tensor are to be put side by side, else 0.
static size_t head_width_of(const lk_weight_layout *layout, const lk_model_config *config,
                            lk_part_slice slice) {
    bool turned = slice == LK_SLICE_QUERIES || slice == LK_SLICE_KEYS;
    bool apart = layout->half_split && config->positions == LK_POSITIONS_ROPE && turned;
    return apart ? lk_model_config_head_width(config) : 0;
}

// ---- Tensors ------------------------------------------------------------------------------------

static lk_stored_tensor weight_of(const lk_weight_layout *layout, const lk_model_config *config,
                                  const lk_layout_row *row, const lk_tensor *tensor) {
    lk_stored_tensor stored = {
        .rank = tensor->rank, .shape = {tensor->shape[0], tensor->shape[1]}, .data = tensor->value};
    if (!is_linear(row->part) || !layout->transposed) return stored;
    column_range columns = columns_of(config, row->slice, tensor->shape[1]);
    stored.shape[0] = columns.count;
    stored.shape[1] = tensor->shape[0];
    stored.data += columns.first;
    stored.row_stride = 1;
    stored.column_stride = tensor->shape[1];
    stored.head_width = head_width_of(layout, config, row->slice);
    return stored;
}

// `outputs` is the number of columns of the weight.
static lk_stored_tensor bias_of(const lk_weight_layout *layout, const lk_model_config *config,
                                const lk_layout_row *row, const lk_parameter *bias,
                                size_t outputs) {
    column_range columns = columns_of(config, row->slice, outputs);
    lk_stored_tensor stored = {.rank = 1, .shape = {columns.count}};
    if (!bias) return stored;
    stored.data = bias->tensor.value + columns.first;
    stored.head_width = head_width_of(layout, config, row->slice);
    stored.row_stride = stored.head_width ? 1 : 0;
    return stored;
}

typedef struct row_walk {
    lk_tensor_list *list;
    const lk_model *model;
    const lk_weight_layout *layout;
    const lk_layout_row *row;
} row_walk;

static lk_status add(row_walk *walk, lk_stored_tensor *stored, size_t layer, const char *suffix) {
    char name[LK_TENSOR_NAME_BYTES];
    const char *pattern = walk->row->name, *mark = strstr(pattern, "%u");
    if (mark)
        snprintf(name, sizeof name, "%.*s%zu%s%s", (int)(mark - pattern), pattern, layer, mark + 2,
                 suffix);
    else
        snprintf(name, sizeof name, "%s%s", pattern, suffix);
    return lk_tensor_list_add(walk->list, "", name, stored);
}

static lk_status add_weights(row_walk *walk, size_t layers) {
    for (size_t i = 0; i < layers; i++) {
        lk_parameter *weight = pair_of(walk->model, walk->row->part, i).weight;
        if (!weight) continue;
        lk_stored_tensor stored =
            weight_of(walk->layout, &walk->model->config, walk->row, &weight->tensor);
        if (lk_stored_tensor_count(&stored)) LK_TRY(add(walk, &stored, i, ".weight"));
    }
    return LK_OK;
}

static lk_status add_biases(row_walk *walk, size_t layers) {
    const lk_model_config *config = &walk->model->config;
    if (!walk->layout->has_bias(config, walk->row->part)) return LK_OK;
    for (size_t i = 0; i < layers; i++) {
        pair both = pair_of(walk->model, walk->row->part, i);
        if (!both.weight) continue;
        lk_stored_tensor stored = bias_of(walk->layout, config, walk->row, both.bias,
                                          lk_tensor_columns(&both.weight->tensor));
        LK_TRY(add(walk, &stored, i, ".bias"));
    }
    return LK_OK;
}

static lk_status add_rows(lk_tensor_list *list, const lk_model *model,
                          const lk_weight_layout *layout) {
    for (size_t i = 0; i < layout->row_count; i++) {
        row_walk walk = {list, model, layout, &layout->rows[i]};
        size_t layers = is_of_layer(walk.row->part) ? model->config.n_layer : 1;
        LK_TRY(add_weights(&walk, layers));
        LK_TRY(add_biases(&walk, layers));
    }
    return LK_OK;
}

static lk_status add_parameters(lk_tensor_list *list, const lk_model *model) {
    for (size_t i = 0; i < model->tensor_count; i++)
        LK_TRY(lk_tensor_list_add_parameter(list, "", &model->parameters[i], model->values));
    return LK_OK;
}

static size_t most_tensors(const lk_model *model, const lk_weight_layout *layout) {
    if (layout->row_count == 0) return model->tensor_count;
    return 2 * layout->row_count * model->config.n_layer;
}

lk_status lk_layout_list(lk_tensor_list *list, const lk_model *model,
                         const lk_weight_layout *layout) {
    LK_TRY(lk_tensor_list_make(list, model->context, most_tensors(model, layout)));
    lk_status status =
        layout->row_count ? add_rows(list, model, layout) : add_parameters(list, model);
    if (status != LK_OK) lk_tensor_list_release(list);
    return status;
}

// ---- Classes ------------------------------------------------------------------------------------

// Those of transformers, in the order in which a model is tried on them, and our own, which holds
// all; behind it one that is only read.
static const lk_weight_layout *const layouts[] = {&lk_layout_gpt2, &lk_layout_llama,
                                                  &lk_layout_starcoder2, &lk_layout_likelore,
                                                  &lk_layout_cs336};
enum { LAYOUT_COUNT = sizeof layouts / sizeof layouts[0] };

const lk_weight_layout *lk_layout_of(const lk_model_config *config) {
    size_t i = 0;
    if (config->family != LK_FAMILY_TRANSFORMER) return &lk_layout_likelore;
    while (!layouts[i]->fits(config)) i++;
    return layouts[i];
}

const lk_weight_layout *lk_layout_find(const char *model_type) {
    for (size_t i = 0; i < LAYOUT_COUNT; i++)
        if (strcmp(layouts[i]->model_type, model_type) == 0) return layouts[i];
    return NULL;
}
