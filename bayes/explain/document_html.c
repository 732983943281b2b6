// Documents as HTML, within the page of draw/html_page.h.
#include "explain/document.h"

#include "draw/html_page.h"
#include "formats/xml.h"

static void escape(lk_buffer *out, const char *text, lk_language language) {
    (void)language;
    lk_xml_write_text(out, text);
}

static void escape_name(lk_buffer *out, const char *name, lk_language language) {
    (void)language;
    lk_buffer_append_text(out, "<i>");
    lk_xml_write_text(out, name);
    lk_buffer_append_text(out, "</i>");
}

static void append_index(lk_buffer *out, uint32_t number) {
    lk_buffer_printf(out, "<sub>%u</sub>", number);
}

static void plain(lk_buffer *out, const char *text) { lk_buffer_append_text(out, text); }

static void formula(lk_buffer *out, const char *text) {
    lk_buffer_printf(out, "<span class=\"f\">%s</span>", text);
}

static void begin(lk_document *d, const char *title) {
    static const char *const tags[] = {[LK_ENGLISH] = "en", [LK_CHINESE] = "zh-Hans"};
    lk_html_begin(d->out, tags[d->language], title, NULL);
}

static void end(lk_document *d) { lk_html_end(d->out); }

static void heading(lk_document *d, int level, const char *text) {
    lk_buffer_printf(d->out, "<h%d>%s</h%d>\n", level, text, level);
}

static void table(lk_document *d) {
    const char *cell = NULL;
    lk_html_table_begin(d->out, NULL);
    for (size_t i = 0; i < d->table.count; i++) {
        size_t column = i % d->table.columns;
        lk_html_cell kind = i < d->table.columns ? LK_HTML_COLUMN : LK_HTML_CELL;
        if (column == 0) lk_buffer_append_text(d->out, "<tr>");
        cell = lk_document_next_cell(&d->table, cell);
        lk_html_cell_append(d->out, kind, d->table.alignment[column] == 'r', cell);
        if (column + 1 == d->table.columns) lk_buffer_append_text(d->out, "</tr>\n");
        if (i + 1 == d->table.columns) lk_html_table_body(d->out);
    }
    lk_html_table_end(d->out);
}

const lk_markup lk_markup_html = {
    .name = "html",
    .signs =
        {
            [LK_SIGN_PROBABILITY] = "<i>P</i>(",
            [LK_SIGN_OPEN] = "(",
            [LK_SIGN_CLOSE] = ")",
            [LK_SIGN_SET_OPEN] = "{",
            [LK_SIGN_SET_CLOSE] = "}",
            [LK_SIGN_COMMA] = ", ",
            [LK_SIGN_GIVEN] = " | ",
            [LK_SIGN_STATE] = " = ",
            [LK_SIGN_EQUALS] = " = ",
            [LK_SIGN_NOT_EQUAL] = " ≠ ",
            [LK_SIGN_NEARLY] = " ≈ ",
            [LK_SIGN_SUM] = "Σ<sub>",
            [LK_SIGN_SUM_END] = "</sub> ",
            [LK_SIGN_SUM_MANY] = "Σ<sub>",
            [LK_SIGN_SUM_MANY_END] = "</sub> ",
            [LK_SIGN_NEXT] = " ",
            [LK_SIGN_TIMES] = " × ",
            [LK_SIGN_PLUS] = " + ",
            [LK_SIGN_FRACTION] = "",
            [LK_SIGN_OVER] = " / ",
            [LK_SIGN_FRACTION_END] = "",
            [LK_SIGN_WITHIN] = "(",
            [LK_SIGN_WITHIN_END] = ")",
            [LK_SIGN_RATIO] = "",
            [LK_SIGN_RATIO_OVER] = "/",
            [LK_SIGN_RATIO_END] = "",
            [LK_SIGN_F] = "<i>f</i>",
            [LK_SIGN_PHI] = "<i>φ</i>",
            [LK_SIGN_LAMBDA] = "<i>λ</i>",
            [LK_SIGN_RIGHT] = " → ",
            [LK_SIGN_LEFT] = " ← ",
            [LK_SIGN_EDGE] = " — ",
        },
    .paragraph = "<p>",
    .paragraph_end = "</p>\n",
    .list = "<ul>\n",
    .item = "<li>",
    .item_end = "</li>\n",
    .list_end = "</ul>\n",
    .strong = "<strong>",
    .strong_end = "</strong>",
    .english = "<span lang=\"en\">",
    .english_end = "</span>",
    .display = "<div class=\"display f\" tabindex=\"0\">",
    .display_end = "</div>\n",
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
