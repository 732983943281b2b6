// Documents as one HTML page that needs nothing else: no scripts, its style within.
#include "explain/document.h"

#include "formats/xml.h"

static const char *const style =
    ":root{color-scheme:light dark;--text:#1b1f24;--quiet:#57606a;--line:#d0d7de;"
    "--panel:#f6f8fa;--page:#fff;--name:#0a4a8f}"
    "@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--quiet:#9aa5b1;--line:#3a424c;"
    "--panel:#161c24;--page:#0d1117;--name:#8cc2ff}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:52rem;padding:1rem;background:var(--page);color:var(--text);"
    "font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.25}"
    "h2{font-size:1.2rem;margin:2rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}"
    "h3{font-size:1.05rem;margin:1.5rem 0 .5rem}"
    "p{margin:.5rem 0}"
    ".f{font-family:Cambria,\"STIX Two Text\",Georgia,serif}"
    ".f i{color:var(--name)}"
    ".display{margin:.75rem 0;padding:.5rem .75rem;background:var(--panel);"
    "border-left:3px solid var(--name);overflow-x:auto;font-size:1.1rem}"
    ".table{overflow-x:auto;margin:.75rem 0}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "th,td{padding:.25rem .75rem;border-bottom:1px solid var(--line);text-align:left;"
    "overflow-wrap:normal}"
    "th{background:var(--panel);font-weight:600}"
    ".r{text-align:right}";

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
    lk_buffer_printf(d->out,
                     "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
                     tags[d->language]);
    lk_xml_write_text(d->out, title);
    lk_buffer_printf(d->out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>", style);
    lk_xml_write_text(d->out, title);
    lk_buffer_append_text(d->out, "</h1>\n");
}

static void end(lk_document *d) { lk_buffer_append_text(d->out, "</main>\n</body>\n</html>\n"); }

static void heading(lk_document *d, int level, const char *text) {
    lk_buffer_printf(d->out, "<h%d>%s</h%d>\n", level, text, level);
}

static void append_cell(lk_document *d, const char *cell, size_t column, bool in_head) {
    bool right = d->table.alignment[column] == 'r';
    const char *element = in_head ? "th" : "td";
    lk_buffer_printf(d->out, "<%s%s%s>%s</%s>", element, in_head ? " scope=\"col\"" : "",
                     right ? " class=\"r\"" : "", cell, element);
}

// A table wider than the page scrolls within it, by keyboard as well.
static void table(lk_document *d) {
    const char *cell = NULL;
    lk_buffer_append_text(d->out, "<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n");
    for (size_t i = 0; i < d->table.count; i++) {
        size_t column = i % d->table.columns;
        if (column == 0) lk_buffer_append_text(d->out, "<tr>");
        cell = lk_document_next_cell(&d->table, cell);
        append_cell(d, cell, column, i < d->table.columns);
        if (column + 1 == d->table.columns) lk_buffer_append_text(d->out, "</tr>\n");
        if (i + 1 == d->table.columns) lk_buffer_append_text(d->out, "</thead>\n<tbody>\n");
    }
    lk_buffer_append_text(d->out, "</tbody>\n</table></div>\n");
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
