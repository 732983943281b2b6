// Numbers of a table as they were written, where the doubles do not say: fractions, and decimals
// of more digits than a double holds. Few tables have any, so these are kept beside the doubles.
#ifndef LK_LITERALS_H
#define LK_LITERALS_H

#include "context.h"

#define LK_NO_CELL SIZE_MAX

typedef struct lk_literal {
    size_t cell;  // of the table
    size_t start; // of its text
    size_t length;
} lk_literal;

// All zero is empty. To be used with one context.
typedef struct lk_literals {
    lk_literal *items; // once sorted: in the order of cells
    size_t count, capacity;
    char *text;
    size_t text_length, text_capacity;
} lk_literals;

// Keeps the text of a cell, which has none yet. Text for LK_NO_CELL is there to be repeated only.
// LK_ERROR_LIMIT when all of them need more than the memory limit.
lk_status lk_literals_add(lk_context *context, lk_literals *literals, size_t cell, const char *text,
                          size_t length);
// Gives `cell` the text of the item at `index` as well, which takes no memory for the text.
lk_status lk_literals_repeat(lk_context *context, lk_literals *literals, size_t cell, size_t index);
void lk_literals_free(lk_context *context, lk_literals *literals);

// To be called once all are there; drops those for LK_NO_CELL.
void lk_literals_sort(lk_literals *literals);
// The text of a cell (not ended by a zero byte), or NULL when its double says it. Sorted ones only.
const char *lk_literals_find(const lk_literals *literals, size_t *length, size_t cell);

#endif
