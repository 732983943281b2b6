// What the formats of documents have in common.
#include "explain/document.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static const lk_markup *const markups[] = {
    [LK_DOCUMENT_TEXT] = &lk_markup_text,
    [LK_DOCUMENT_MARKDOWN] = &lk_markup_markdown,
    [LK_DOCUMENT_LATEX] = &lk_markup_latex,
    [LK_DOCUMENT_HTML] = &lk_markup_html,
};

bool lk_document_format_find(lk_document_format *format, const char *name) {
    for (size_t i = 0; i < sizeof markups / sizeof markups[0]; i++) {
        if (strcmp(markups[i]->name, name) != 0) continue;
        *format = (lk_document_format)i;
        return true;
    }
    return false;
}

bool lk_language_find(lk_language *language, const char *tag) {
    static const char *const tags[] = {[LK_ENGLISH] = "en", [LK_CHINESE] = "zh"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strcmp(tags[i], tag) != 0) continue;
        *language = (lk_language)i;
        return true;
    }
    return false;
}

lk_document lk_document_make(lk_buffer *out, lk_document_format format) {
    return (lk_document){
        .out = out,
        .markup = markups[format],
        .sink = out,
        .formula = lk_buffer_make(out->context),
        .table.cells = lk_buffer_make(out->context),
    };
}

lk_document lk_document_open(lk_buffer *out, const lk_document_options *options) {
    static const lk_document_options defaults;
    if (!options) options = &defaults;
    lk_document d = lk_document_make(out, options->format);
    d.language = options->language;
    return d;
}

lk_status lk_document_finish(lk_document *d) {
    lk_status status = lk_buffer_status(d->out);
    if (status == LK_OK) status = lk_buffer_status(&d->formula);
    if (status == LK_OK) status = lk_buffer_status(&d->table.cells);
    lk_buffer_free(&d->formula);
    lk_buffer_free(&d->table.cells);
    return status;
}

// ---- Escaping ----------------------------------------------------------------------------------

// Formats into a buffer of its own and has the outcome escaped.
static void append_escaped(lk_document *d, lk_buffer *out, const char *format, va_list arguments) {
    char small[256];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length >= (int)sizeof small) {
        char *large = lk_alloc(out->context, (size_t)length + 1, 1);
        if (large) {
            vsnprintf(large, (size_t)length + 1, format, again);
            d->markup->escape(out, large, d->language);
        } else {
            out->status = LK_ERROR_MEMORY;
        }
        lk_free(out->context, large);
    } else if (length > 0) {
        d->markup->escape(out, small, d->language);
    }
    va_end(again);
}

// Bytes of a sequence by its first byte; 0 when none begins so.
static int sequence_length(uint8_t first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

uint32_t lk_document_next_character(const char **text) {
    const uint8_t *at = (const uint8_t *)*text;
    int length = sequence_length(at[0]);
    uint32_t character = length > 1 ? at[0] & (0x7Fu >> length) : at[0];
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) length = 0;
        character = character << 6 | (at[i] & 0x3Fu);
    }
    *text += length ? length : 1;
    return length ? character : 0xFFFD;
}

// Unicode Standard Annex 11, but for signs that only East Asian fonts draw wide.
bool lk_document_is_wide(uint32_t c) {
    static const uint32_t ranges[][2] = {
        {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0x9FFF},
        {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
        {0x1F900, 0x1F9FF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
    return false;
}

int lk_document_width(const lk_document *d, const char *text) {
    int width = 0;
    while (*text) {
        uint32_t character = lk_document_next_character(&text);
        width += d->language != LK_ENGLISH && lk_document_is_wide(character) ? 2 : 1;
    }
    return width;
}

// ---- Blocks ------------------------------------------------------------------------------------

void lk_document_begin(lk_document *d, const char *title) { d->markup->begin(d, title); }

// No blank line at the end of what is lines.
void lk_document_end(lk_document *d) {
    lk_buffer *out = d->out;
    d->markup->end(d);
    while (out->length > 1 && out->data[out->length - 1] == '\n' &&
           out->data[out->length - 2] == '\n')
        out->data[--out->length] = 0;
}

static void append(lk_document *d, const char *markup) { lk_buffer_append_text(d->sink, markup); }

void lk_document_paragraph(lk_document *d) { append(d, d->markup->paragraph); }
void lk_document_paragraph_end(lk_document *d) { append(d, d->markup->paragraph_end); }
void lk_document_list(lk_document *d) { append(d, d->markup->list); }
void lk_document_item(lk_document *d) { append(d, d->markup->item); }
void lk_document_item_end(lk_document *d) { append(d, d->markup->item_end); }
void lk_document_list_end(lk_document *d) { append(d, d->markup->list_end); }

void lk_document_table_begin(lk_document *d, const char *alignment) {
    lk_buffer_clear(&d->table.cells);
    d->table.alignment = alignment;
    d->table.columns = strlen(alignment);
    d->table.count = 0;
    d->sink = &d->table.cells;
}

void lk_document_cell(lk_document *d) {
    if (d->table.count++ > 0) lk_buffer_append_byte(d->sink, 0);
}

void lk_document_cell_text(lk_document *d, const char *format, ...) {
    va_list arguments;
    lk_document_cell(d);
    va_start(arguments, format);
    append_escaped(d, d->sink, format, arguments);
    va_end(arguments);
}

void lk_document_table_end(lk_document *d) {
    lk_buffer_append_byte(d->sink, 0);
    d->sink = d->out;
    if (d->table.cells.status == LK_OK)
        d->markup->table(d);
    else
        d->out->status = d->table.cells.status;
}

const char *lk_document_next_cell(const lk_document_table *table, const char *cell) {
    return cell ? cell + strlen(cell) + 1 : lk_buffer_text(&table->cells);
}

// ---- Within blocks -----------------------------------------------------------------------------

void lk_document_text(lk_document *d, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    append_escaped(d, d->sink, format, arguments);
    va_end(arguments);
}

void lk_document_formula(lk_document *d) { lk_buffer_clear(&d->formula); }

void lk_document_formula_end(lk_document *d) {
    if (d->formula.status != LK_OK) d->out->status = d->formula.status;
    d->markup->formula(d->sink, lk_buffer_text(&d->formula));
}

void lk_document_display(lk_document *d) { lk_buffer_clear(&d->formula); }

void lk_document_display_end(lk_document *d) {
    if (d->formula.status != LK_OK) d->out->status = d->formula.status;
    append(d, d->markup->display);
    append(d, lk_buffer_text(&d->formula));
    append(d, d->markup->display_end);
}

// ---- Within formulas ---------------------------------------------------------------------------

void lk_formula_sign(lk_document *d, lk_sign sign) {
    lk_buffer_append_text(&d->formula, d->markup->signs[sign]);
}

void lk_formula_name(lk_document *d, const char *name) {
    d->markup->escape_name(&d->formula, name, d->language);
}

void lk_formula_indexed(lk_document *d, lk_sign sign, uint32_t number) {
    lk_formula_sign(d, sign);
    d->markup->index(&d->formula, number);
}

void lk_formula_number(lk_document *d, double value) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.6g", value);
    d->markup->number(&d->formula, digits);
}

void lk_formula_power(lk_document *d, double log10) {
    lk_buffer digits = lk_buffer_make(d->formula.context);
    lk_buffer_append_power(&digits, log10);
    d->markup->number(&d->formula, lk_buffer_text(&digits));
    lk_buffer_free(&digits);
}

static bool is_whole(lk_fraction fraction) { return strcmp(fraction.denominator, "1") == 0; }

void lk_formula_value(lk_document *d, double value, const lk_fraction *fraction) {
    if (fraction) lk_formula_fraction(d, *fraction);
    if (fraction && (is_whole(*fraction) || value < DBL_MIN)) return;
    if (fraction) lk_formula_sign(d, LK_SIGN_NEARLY);
    lk_formula_number(d, value);
}

void lk_formula_fraction(lk_document *d, lk_fraction fraction) {
    if (is_whole(fraction)) {
        d->markup->number(&d->formula, fraction.numerator);
        return;
    }
    lk_formula_sign(d, LK_SIGN_RATIO);
    d->markup->number(&d->formula, fraction.numerator);
    lk_formula_sign(d, LK_SIGN_RATIO_OVER);
    d->markup->number(&d->formula, fraction.denominator);
    lk_formula_sign(d, LK_SIGN_RATIO_END);
}
