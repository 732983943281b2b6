// Documents as plain text.
#include "explain/document.h"

static void plain(lk_buffer *out, const char *text) { lk_buffer_append_text(out, text); }

static void escape(lk_buffer *out, const char *text, lk_language language) {
    (void)language;
    lk_buffer_append_text(out, text);
}

static void append_index(lk_buffer *out, uint32_t number) { lk_buffer_printf(out, "%u", number); }

static void begin(lk_document *d, const char *title) { lk_buffer_printf(d->out, "%s\n\n", title); }

static void end(lk_document *d) { (void)d; }

static void heading(lk_document *d, int level, const char *text) {
    lk_buffer_printf(d->out, "%s\n", text);
    for (int i = lk_document_width(d, text); i > 0; i--)
        lk_buffer_append_byte(d->out, level == 2 ? '=' : '-');
    lk_buffer_append_text(d->out, "\n\n");
}

static int column_width(const lk_document *d, size_t column) {
    const lk_document_table *table = &d->table;
    const char *cell = NULL;
    int widest = 0;
    for (size_t i = 0; i < table->count; i++) {
        cell = lk_document_next_cell(table, cell);
        int width = i % table->columns == column ? lk_document_width(d, cell) : 0;
        if (width > widest) widest = width;
    }
    return widest;
}

static void append_blanks(lk_buffer *out, int count) {
    for (int i = 0; i < count; i++) lk_buffer_append_byte(out, ' ');
}

static void append_cell(lk_document *d, const char *cell, size_t column, int width) {
    bool right = d->table.alignment[column] == 'r', is_last = column + 1 == d->table.columns;
    int blanks = width - lk_document_width(d, cell);
    lk_buffer_append_text(d->out, column ? "  " : "    ");
    if (right) append_blanks(d->out, blanks);
    lk_buffer_append_text(d->out, cell);
    if (!right && !is_last) append_blanks(d->out, blanks);
    if (is_last) lk_buffer_append_byte(d->out, '\n');
}

static void table(lk_document *d) {
    int *widths = lk_alloc(d->out->context, d->table.columns, sizeof *widths);
    if (!widths) {
        d->out->status = LK_ERROR_MEMORY;
        return;
    }
    for (size_t c = 0; c < d->table.columns; c++) widths[c] = column_width(d, c);
    const char *cell = NULL;
    for (size_t i = 0, column = 0; i < d->table.count; i++) {
        cell = lk_document_next_cell(&d->table, cell);
        append_cell(d, cell, column, widths[column]);
        column = column + 1 == d->table.columns ? 0 : column + 1;
    }
    lk_buffer_append_byte(d->out, '\n');
    lk_free(d->out->context, widths);
}

const lk_markup lk_markup_text = {
    .name = "text",
    .signs = {LK_PLAIN_SIGNS},
    .paragraph = "",
    .paragraph_end = "\n\n",
    .list = "",
    .item = "  * ",
    .item_end = "\n",
    .list_end = "\n",
    .strong = "",
    .strong_end = "",
    .english = "",
    .english_end = "",
    .display = "    ",
    .display_end = "\n\n",
    .begin = begin,
    .end = end,
    .heading = heading,
    .escape = escape,
    .escape_name = escape,
    .index = append_index,
    .number = plain,
    .formula = plain,
    .table = table,
};
