// Documents as Markdown, as GitHub and CommonMark with tables read it. Formulas are code spans:
// they read well as they are, and nothing in them is taken for markup.
#include "explain/document.h"

// Characters that mean something within a line. A name that begins a line is never bare.
static void escape(lk_buffer *out, const char *text, lk_language language) {
    (void)language;
    for (; *text; text++) {
        if (strchr("\\`*_[]<>&~", *text)) lk_buffer_append_byte(out, '\\');
        lk_buffer_append_byte(out, *text == '\n' || *text == '\r' ? ' ' : *text);
    }
}

// Code has no escapes; what would end the line is a blank.
static void escape_name(lk_buffer *out, const char *name, lk_language language) {
    (void)language;
    for (; *name; name++) lk_buffer_append_byte(out, *name == '\n' || *name == '\r' ? ' ' : *name);
}

static void append_index(lk_buffer *out, uint32_t number) { lk_buffer_printf(out, "%u", number); }

static void plain(lk_buffer *out, const char *text) { lk_buffer_append_text(out, text); }

static size_t longest_run(const char *text, char letter) {
    size_t longest = 0, run = 0;
    for (; *text; text++) {
        run = *text == letter ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest;
}

// Numbers need no code. The fence is longer than any within, and apart from one at the edge.
static void formula(lk_buffer *out, const char *text) {
    bool digit = text[0] >= '0' && text[0] <= '9';
    if (digit && strspn(text, "0123456789.e+-/") == strlen(text)) {
        lk_buffer_append_text(out, text);
        return;
    }
    size_t fence = longest_run(text, '`') + 1, length = strlen(text);
    bool apart = length > 0 && (text[0] == '`' || text[length - 1] == '`');
    for (size_t i = 0; i < fence; i++) lk_buffer_append_byte(out, '`');
    if (apart) lk_buffer_append_byte(out, ' ');
    lk_buffer_append_text(out, text);
    if (apart) lk_buffer_append_byte(out, ' ');
    for (size_t i = 0; i < fence; i++) lk_buffer_append_byte(out, '`');
}

static void begin(lk_document *d, const char *title) {
    lk_buffer_append_text(d->out, "# ");
    escape(d->out, title, d->language);
    lk_buffer_append_text(d->out, "\n\n");
}

static void end(lk_document *d) { (void)d; }

static void heading(lk_document *d, int level, const char *text) {
    for (int i = 0; i < level; i++) lk_buffer_append_byte(d->out, '#');
    lk_buffer_printf(d->out, " %s\n\n", text);
}

// A bar ends a cell, within code as well.
static void append_cell(lk_buffer *out, const char *cell) {
    lk_buffer_append_text(out, " ");
    for (; *cell; cell++) {
        if (*cell == '|') lk_buffer_append_byte(out, '\\');
        lk_buffer_append_byte(out, *cell);
    }
    lk_buffer_append_text(out, " |");
}

static void append_alignment(lk_document *d) {
    lk_buffer_append_byte(d->out, '|');
    for (size_t c = 0; c < d->table.columns; c++)
        lk_buffer_append_text(d->out, d->table.alignment[c] == 'r' ? " ---: |" : " --- |");
    lk_buffer_append_byte(d->out, '\n');
}

static void table(lk_document *d) {
    const char *cell = NULL;
    for (size_t i = 0; i < d->table.count; i++) {
        if (i % d->table.columns == 0) lk_buffer_append_byte(d->out, '|');
        cell = lk_document_next_cell(&d->table, cell);
        append_cell(d->out, cell);
        if ((i + 1) % d->table.columns == 0) lk_buffer_append_byte(d->out, '\n');
        if (i + 1 == d->table.columns) append_alignment(d);
    }
    lk_buffer_append_byte(d->out, '\n');
}

const lk_markup lk_markup_markdown = {
    .name = "markdown",
    .signs = {LK_PLAIN_SIGNS},
    .paragraph = "",
    .paragraph_end = "\n\n",
    .list = "",
    .item = "* ",
    .item_end = "\n",
    .list_end = "\n",
    .strong = "**",
    .strong_end = "**",
    .english = "",
    .english_end = "",
    .display = "    ",
    .display_end = "\n\n",
    .begin = begin,
    .end = end,
    .heading = heading,
    .escape = escape,
    .escape_name = escape_name,
    .index = append_index,
    .number = plain,
    .formula = formula,
    .table = table,
};
