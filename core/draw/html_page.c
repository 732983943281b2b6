#include "draw/html_page.h"

#include "draw/svg_text.h"

static const char common_style[] =
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

void lk_html_begin(lk_buffer *out, const char *language, const char *title, const char *style) {
    lk_buffer_printf(out,
                     "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
                     language);
    lk_append_escaped(out, title);
    lk_buffer_append_text(out, "</title>\n<style>");
    lk_buffer_append_text(out, common_style);
    if (style) lk_buffer_append_text(out, style);
    lk_buffer_append_text(out, "</style>\n</head>\n<body>\n<main>\n<h1>");
    lk_append_escaped(out, title);
    lk_buffer_append_text(out, "</h1>\n");
}

void lk_html_end(lk_buffer *out) { lk_buffer_append_text(out, "</main>\n</body>\n</html>\n"); }

void lk_html_table_begin(lk_buffer *out, const char *label) {
    lk_buffer_append_text(out, "<div class=\"table\" tabindex=\"0\"");
    if (label) {
        lk_buffer_append_text(out, " role=\"region\" aria-label=\"");
        lk_append_escaped(out, label);
        lk_buffer_append_byte(out, '"');
    }
    lk_buffer_append_text(out, "><table>\n<thead>\n");
}

void lk_html_table_body(lk_buffer *out) { lk_buffer_append_text(out, "</thead>\n<tbody>\n"); }

void lk_html_table_end(lk_buffer *out) { lk_buffer_append_text(out, "</tbody>\n</table></div>\n"); }

void lk_html_cell_append(lk_buffer *out, lk_html_cell kind, bool right, const char *content) {
    static const char *const scopes[] = {"", " scope=\"col\"", " scope=\"row\""};
    const char *element = kind == LK_HTML_CELL ? "td" : "th";
    lk_buffer_printf(out, "<%s%s%s>", element, scopes[kind], right ? " class=\"r\"" : "");
    lk_buffer_append_text(out, content);
    lk_buffer_printf(out, "</%s>", element);
}
