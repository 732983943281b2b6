#include "network/literals.h"

#include <stdlib.h>

static lk_status check_limit(lk_context *context, size_t items, size_t bytes) {
    double needed = (double)items * sizeof(lk_literal) + (double)bytes;
    double limit = (double)lk_context_memory_limit(context);
    if (needed <= limit) return LK_OK;
    return lk_fail(context, LK_ERROR_LIMIT,
                   "the numbers of a table that are longer than a double need %.4g bytes; the "
                   "memory limit is %.4g bytes",
                   needed, limit);
}

static lk_status reserve(lk_context *context, lk_literals *literals, size_t text_length) {
    if (literals->count == literals->capacity) {
        size_t capacity = literals->capacity ? 2 * literals->capacity : 8;
        LK_TRY(check_limit(context, capacity, literals->text_capacity));
        void *grown = lk_resize(context, literals->items, capacity, sizeof *literals->items);
        LK_NEED(grown);
        literals->items = grown;
        literals->capacity = capacity;
    }
    if (text_length > literals->text_capacity - literals->text_length) {
        size_t capacity = 2 * literals->text_capacity + text_length;
        LK_TRY(check_limit(context, literals->capacity, capacity));
        void *grown = lk_resize(context, literals->text, capacity, 1);
        LK_NEED(grown);
        literals->text = grown;
        literals->text_capacity = capacity;
    }
    return LK_OK;
}

lk_status lk_literals_add(lk_context *context, lk_literals *literals, size_t cell, const char *text,
                          size_t length) {
    LK_TRY(reserve(context, literals, length));
    literals->items[literals->count++] = (lk_literal){cell, literals->text_length, length};
    if (length) memcpy(literals->text + literals->text_length, text, length);
    literals->text_length += length;
    return LK_OK;
}

lk_status lk_literals_repeat(lk_context *context, lk_literals *literals, size_t cell,
                             size_t index) {
    LK_TRY(reserve(context, literals, 0));
    lk_literal again = literals->items[index];
    again.cell = cell;
    literals->items[literals->count++] = again;
    return LK_OK;
}

void lk_literals_free(lk_context *context, lk_literals *literals) {
    lk_free(context, literals->items);
    lk_free(context, literals->text);
    *literals = (lk_literals){0};
}

static int compare_cells(const void *a, const void *b) {
    size_t x = ((const lk_literal *)a)->cell, y = ((const lk_literal *)b)->cell;
    return x < y ? -1 : x > y;
}

void lk_literals_sort(lk_literals *literals) {
    if (literals->count == 0) return;
    qsort(literals->items, literals->count, sizeof *literals->items, compare_cells);
    while (literals->count > 0 && literals->items[literals->count - 1].cell == LK_NO_CELL)
        literals->count--;
}

const char *lk_literals_find(const lk_literals *literals, size_t *length, size_t cell) {
    size_t low = 0, high = literals->count; // the first item beyond the cell is in [low, high]
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (literals->items[middle].cell <= cell)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || literals->items[low - 1].cell != cell) return NULL;
    *length = literals->items[low - 1].length;
    return literals->text + literals->items[low - 1].start;
}
