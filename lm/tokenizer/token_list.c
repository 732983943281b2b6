#include "tokenizer/token_list.h"

#include <stdlib.h>

typedef struct listed_token {
    uint32_t id;
    bool replaces;
    size_t begin, length; // in the bytes
} listed_token;

lk_token_list lk_token_list_make(lk_context *context) {
    return (lk_token_list){.bytes = lk_buffer_make(context),
                           .entries = lk_buffer_make(context),
                           .sorted = lk_buffer_make(context)};
}

void lk_token_list_free(lk_token_list *list) {
    lk_free(list->bytes.context, list->offsets);
    lk_buffer_free(&list->bytes);
    lk_buffer_free(&list->entries);
    lk_buffer_free(&list->sorted);
}

lk_status lk_token_list_add(lk_token_list *list, uint32_t id, const char *bytes, size_t length,
                            bool replaces) {
    listed_token token = {id, replaces, list->bytes.length, length};
    lk_buffer_append(&list->bytes, bytes, length);
    lk_buffer_append(&list->entries, &token, sizeof token);
    LK_TRY(lk_buffer_status(&list->bytes));
    return lk_buffer_status(&list->entries);
}

size_t lk_token_list_count(const lk_token_list *list) {
    return list->entries.length / sizeof(listed_token);
}

static int compare_ids(const void *first, const void *second) {
    const listed_token *a = first, *b = second;
    if (a->id != b->id) return a->id < b->id ? -1 : 1;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

static bool is_replaced(const listed_token *tokens, size_t count, size_t i) {
    return i + 1 < count && tokens[i + 1].id == tokens[i].id;
}

static lk_status check_ids(lk_context *context, const listed_token *tokens, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (is_replaced(tokens, count, i) && !tokens[i + 1].replaces)
            return lk_fail(context, LK_ERROR_DATA, "two tokens have the id %u", tokens[i].id);
    size_t most = 4 * count + 4096;
    if (count && (tokens[count - 1].id >= LK_MOST_TOKENS || tokens[count - 1].id > most))
        return lk_fail(context, LK_ERROR_DATA, "the id %u is too large for %zu tokens",
                       tokens[count - 1].id, count);
    return LK_OK;
}

lk_status lk_token_list_finish(lk_token_list *list, lk_bpe_parts *parts) {
    lk_context *context = list->bytes.context;
    listed_token *tokens = (listed_token *)(void *)list->entries.data;
    size_t count = lk_token_list_count(list);
    if (count == 0) return lk_fail(context, LK_ERROR_DATA, "the vocabulary is empty");
    qsort(tokens, count, sizeof *tokens, compare_ids);
    LK_TRY(check_ids(context, tokens, count));
    parts->count = tokens[count - 1].id + 1;
    list->offsets = lk_alloc(context, (size_t)parts->count + 1, sizeof *list->offsets);
    LK_NEED(list->offsets);
    uint32_t id = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_replaced(tokens, count, i)) continue;
        while (id <= tokens[i].id) list->offsets[id++] = list->sorted.length;
        lk_buffer_append(&list->sorted, list->bytes.data + tokens[i].begin, tokens[i].length);
    }
    list->offsets[id] = list->sorted.length;
    parts->offsets = list->offsets;
    parts->bytes = list->sorted.data;
    return lk_buffer_status(&list->sorted);
}
