// Documents as LaTeX: whole files that need nothing but amsmath, for any engine; in Chinese those
// of ctexart, for XeLaTeX.
//
// Formulas may break at the end of a line between their parts, those on lines of their own as well.
// Names stand in them as text. The fonts that every engine has draw ASCII and the accented
// letters of Latin-1; other characters are written as their number, [U+4E2D], but for those of
// Chinese in a document that is in Chinese.
#include "explain/document.h"

static const char *replacement_of(char letter) {
    switch (letter) {
    case '\\':
        return "\\textbackslash{}";
    case '{':
        return "\\{";
    case '}':
        return "\\}";
    case '$':
        return "\\$";
    case '&':
        return "\\&";
    case '#':
        return "\\#";
    case '_':
        return "\\_";
    case '%':
        return "\\%";
    case '~':
        return "\\~{}";
    case '^':
        return "\\^{}";
    case '<':
        return "\\textless{}";
    case '>':
        return "\\textgreater{}";
    case '|':
        return "\\textbar{}";
    case '"':
        return "{''}";
    case '-':
        return "{-}"; // no ligature with its neighbours
    case '`':
        return "{`}";
    case '\'':
        return "{'}";
    default:
        return NULL;
    }
}

// À to ÿ but for the letters that are none of ASCII with an accent.
static bool is_accented(uint32_t c) {
    return c >= 0xC0 && c <= 0xFF && c != 0xD0 && c != 0xD7 && c != 0xDE && c != 0xF0 &&
           c != 0xF7 && c != 0xFE;
}

// Signs of our own prose beyond ASCII.
static const char *sign_of(uint32_t character) {
    switch (character) {
    case 0x2192:
        return "$\\rightarrow$";
    case 0x2190:
        return "$\\leftarrow$";
    case 0x00D7:
        return "$\\times$";
    case 0x2260:
        return "$\\neq$";
    case 0x03A3:
        return "$\\Sigma$";
    case 0x03BB:
        return "$\\lambda$";
    case 0x2026:
        return "\\dots{}";
    default:
        return NULL;
    }
}

// Characters and full-width marks that the fonts of ctexart draw.
static bool is_chinese(uint32_t c) {
    return (c >= 0x3000 && c <= 0x303F) || (c >= 0x4E00 && c <= 0x9FA5) ||
           (c >= 0xFF01 && c <= 0xFF5E);
}

static void escape_wide(lk_buffer *out, const char **text, lk_language language) {
    const char *start = *text;
    uint32_t character = lk_document_next_character(text);
    const char *sign = sign_of(character);
    if (sign)
        lk_buffer_append_text(out, sign);
    else if (is_accented(character) || (language == LK_CHINESE && is_chinese(character)))
        lk_buffer_append(out, start, (size_t)(*text - start));
    else
        lk_buffer_printf(out, "[U+%04X]", (unsigned)character);
}

static void escape(lk_buffer *out, const char *text, lk_language language) {
    while (*text) {
        if ((uint8_t)*text >= 0x80) {
            escape_wide(out, &text, language);
            continue;
        }
        const char *replacement = replacement_of(*text);
        if (replacement)
            lk_buffer_append_text(out, replacement);
        else
            lk_buffer_append_byte(out, (uint8_t)*text < ' ' || *text == 0x7F ? ' ' : *text);
        text++;
    }
}

static void escape_name(lk_buffer *out, const char *name, lk_language language) {
    lk_buffer_append_text(out, "\\text{\\itshape ");
    escape(out, name, language);
    lk_buffer_append_byte(out, '}');
}

static void append_index(lk_buffer *out, uint32_t number) {
    lk_buffer_printf(out, "_{%u}", number);
}

// 1e-05 is 1 \times 10^{-5}.
static void number(lk_buffer *out, const char *digits) {
    const char *e = strchr(digits, 'e');
    if (!e) {
        lk_buffer_append_text(out, digits);
        return;
    }
    const char *exponent = e + 1 + (e[1] == '+');
    bool negative = *exponent == '-';
    exponent += negative;
    while (*exponent == '0') exponent++;
    lk_buffer_append(out, digits, (size_t)(e - digits));
    lk_buffer_printf(out, " \\times 10^{%s%s}", negative ? "-" : "", exponent);
}

static void formula(lk_buffer *out, const char *text) { lk_buffer_printf(out, "$%s$", text); }

static void begin(lk_document *d, const char *title) {
    if (d->language == LK_CHINESE)
        lk_buffer_append_text(d->out, "% xelatex, with ctex\n"
                                      "\\documentclass{ctexart}\n");
    else
        lk_buffer_append_text(d->out, "\\documentclass{article}\n");
    lk_buffer_append_text(d->out, "\\usepackage{amsmath}\n"
                                  "\\setlength{\\parindent}{0pt}\n"
                                  "\\setlength{\\parskip}{0.6em}\n"
                                  "\\addtolength{\\textwidth}{1in}\n"
                                  "\\addtolength{\\oddsidemargin}{-0.5in}\n"
                                  "\\raggedright\n"
                                  "\\begin{document}\n"
                                  "\\section*{");
    escape(d->out, title, d->language);
    lk_buffer_append_text(d->out, "}\n\n");
}

static void end(lk_document *d) { lk_buffer_append_text(d->out, "\\end{document}\n"); }

static void heading(lk_document *d, int level, const char *text) {
    lk_buffer_printf(d->out, "\\%ssection*{%s}\n\n", level == 2 ? "sub" : "subsub", text);
}

// Tables stand in the text, not afloat, and may be longer than a page is high: every fortieth row
// begins a new one.
enum {
    MOST_ROWS = 40,
    MOST_WIDE_COLUMNS = 6 // of a table in letters of the usual size
};

static void begin_table(lk_document *d) {
    lk_buffer_append_text(d->out, "\\begin{center}\n");
    if (d->table.columns > MOST_WIDE_COLUMNS)
        lk_buffer_append_text(d->out, "\\footnotesize\\setlength{\\tabcolsep}{2pt}\n");
    lk_buffer_append_text(d->out, "\\begin{tabular}{");
    lk_buffer_append_text(d->out, d->table.alignment);
    lk_buffer_append_text(d->out, "}\n\\hline\n");
}

static void end_table(lk_document *d) {
    lk_buffer_append_text(d->out, "\\hline\n\\end{tabular}\n\\end{center}\n");
}

static void table(lk_document *d) {
    const char *cell = NULL;
    begin_table(d);
    for (size_t i = 0; i < d->table.count; i++) {
        size_t column = i % d->table.columns, row = i / d->table.columns;
        if (column == 0 && row > 1 && row % MOST_ROWS == 0) {
            end_table(d);
            begin_table(d);
        }
        cell = lk_document_next_cell(&d->table, cell);
        lk_buffer_append_text(d->out, column ? " & " : "");
        lk_buffer_append_text(d->out, cell);
        if (column + 1 == d->table.columns) lk_buffer_append_text(d->out, " \\\\\n");
        if (i + 1 == d->table.columns) lk_buffer_append_text(d->out, "\\hline\n");
    }
    end_table(d);
    lk_buffer_append_byte(d->out, '\n');
}

const lk_markup lk_markup_latex = {
    .name = "latex",
    .signs =
        {
            [LK_SIGN_PROBABILITY] = "P(",
            [LK_SIGN_OPEN] = "(",
            [LK_SIGN_CLOSE] = ")",
            [LK_SIGN_SET_OPEN] = "\\{",
            [LK_SIGN_SET_CLOSE] = "\\}",
            [LK_SIGN_COMMA] = ",\\allowbreak ",
            [LK_SIGN_GIVEN] = "\\mid ",
            [LK_SIGN_STATE] = "=",
            [LK_SIGN_EQUALS] = " = ",
            [LK_SIGN_NOT_EQUAL] = " \\neq ",
            [LK_SIGN_NEARLY] = " \\approx ",
            [LK_SIGN_SUM] = "\\sum_{",
            [LK_SIGN_SUM_END] = "} ",
            [LK_SIGN_SUM_MANY] = "\\sum_{",
            [LK_SIGN_SUM_MANY_END] = "} ",
            [LK_SIGN_NEXT] = "\\,\\allowbreak ",
            [LK_SIGN_TIMES] = " \\times ",
            [LK_SIGN_PLUS] = " + ",
            [LK_SIGN_FRACTION] = "\\frac{",
            [LK_SIGN_OVER] = "}{",
            [LK_SIGN_FRACTION_END] = "}",
            [LK_SIGN_WITHIN] = "",
            [LK_SIGN_WITHIN_END] = "",
            [LK_SIGN_RATIO] = "\\frac{",
            [LK_SIGN_RATIO_OVER] = "}{",
            [LK_SIGN_RATIO_END] = "}",
            [LK_SIGN_F] = "f",
            [LK_SIGN_PHI] = "\\phi",
            [LK_SIGN_LAMBDA] = "\\lambda",
            [LK_SIGN_RIGHT] = " \\rightarrow ",
            [LK_SIGN_LEFT] = " \\leftarrow ",
            [LK_SIGN_EDGE] = " \\text{ --- } ",
        },
    .paragraph = "",
    .paragraph_end = "\n\n",
    .list = "\\begin{itemize}\n",
    .item = "\\item ",
    .item_end = "\n",
    .list_end = "\\end{itemize}\n\n",
    .strong = "\\textbf{",
    .strong_end = "}",
    .english = "",
    .english_end = "",
    .display = "\\begin{quote}\n$\\displaystyle ",
    .display_end = "$\n\\end{quote}\n\n",
    .begin = begin,
    .end = end,
    .heading = heading,
    .escape = escape,
    .escape_name = escape_name,
    .index = append_index,
    .number = number,
    .formula = formula,
    .table = table,
};
