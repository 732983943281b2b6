// HTML pages that need nothing else: no scripts, their style within. For light and dark, phones and
// paper.
#ifndef LK_HTML_PAGE_H
#define LK_HTML_PAGE_H

#include "context.h"

// All up to the content: the head, and the title as the heading of the page. `style` (NULL: none)
// is added to the style of all pages.
void lk_html_begin(lk_buffer *out, const char *language, const char *title, const char *style);
void lk_html_end(lk_buffer *out);

// A table whose first row is its head. One wider than the page scrolls within it, by keyboard as
// well; `label` (NULL: none) is what it is called there.
void lk_html_table_begin(lk_buffer *out, const char *label);
// Between the head and the other rows.
void lk_html_table_body(lk_buffer *out);
void lk_html_table_end(lk_buffer *out);

// Cells that name their column or row are told to screen readers.
typedef enum lk_html_cell { LK_HTML_CELL, LK_HTML_COLUMN, LK_HTML_ROW } lk_html_cell;
// `content` is markup.
void lk_html_cell_append(lk_buffer *out, lk_html_cell kind, bool right, const char *content);

#endif
