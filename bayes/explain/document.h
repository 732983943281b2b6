// Documents: one way of writing explanations that comes out as text, Markdown, LaTeX or HTML.
//
// A document is written from its beginning to its end; what can fail is remembered by the buffer
// it is written into. Prose and names are escaped here and nowhere else. The formats differ by a
// table, lk_markup, of strings and a few functions.
#ifndef LK_DOCUMENT_H
#define LK_DOCUMENT_H

#include "context.h"
#include "likelore/exact.h"

typedef struct lk_document lk_document;

// The signs that formulas are made of beside names and numbers.
typedef enum lk_sign {
    LK_SIGN_PROBABILITY, // P(
    LK_SIGN_OPEN,
    LK_SIGN_CLOSE,
    LK_SIGN_SET_OPEN,
    LK_SIGN_SET_CLOSE,
    LK_SIGN_COMMA,
    LK_SIGN_GIVEN,
    LK_SIGN_STATE,  // between a variable and its state
    LK_SIGN_EQUALS, // between the two sides of an equation
    LK_SIGN_NOT_EQUAL,
    LK_SIGN_NEARLY, // before a decimal that was rounded
    LK_SIGN_SUM,    // before the variable of a sum
    LK_SIGN_SUM_END,
    LK_SIGN_SUM_MANY, // before several variables
    LK_SIGN_SUM_MANY_END,
    LK_SIGN_NEXT,  // between factors that are multiplied
    LK_SIGN_TIMES, // between numbers that are multiplied
    LK_SIGN_PLUS,
    LK_SIGN_FRACTION,
    LK_SIGN_OVER,
    LK_SIGN_FRACTION_END,
    LK_SIGN_WITHIN, // around a ratio within a fraction
    LK_SIGN_WITHIN_END,
    LK_SIGN_RATIO, // of two whole numbers
    LK_SIGN_RATIO_OVER,
    LK_SIGN_RATIO_END,
    LK_SIGN_F, // a factor that was generated
    LK_SIGN_PHI,
    LK_SIGN_LAMBDA, // a likelihood
    LK_SIGN_RIGHT,  // arrows
    LK_SIGN_LEFT,
    LK_SIGN_EDGE,
    LK_SIGN_COUNT
} lk_sign;

// A table under construction, its cells one after another and each ended by a zero byte.
typedef struct lk_document_table {
    lk_buffer cells;
    const char *alignment; // "llr": one letter a column
    size_t columns;
    size_t count; // of cells
} lk_document_table;

// How a format is written.
typedef struct lk_markup {
    const char *name; // "markdown"
    const char *signs[LK_SIGN_COUNT];
    const char *paragraph, *paragraph_end;
    const char *list, *item, *item_end, *list_end;
    const char *strong, *strong_end;
    const char *english, *english_end; // around English within a document in another language
    const char *display, *display_end; // around a formula on a line of its own
    void (*begin)(lk_document *document, const char *title);
    void (*end)(lk_document *document);
    void (*heading)(lk_document *document, int level, const char *text);
    void (*escape)(lk_buffer *out, const char *text, lk_language language); // prose
    // Within a formula.
    void (*escape_name)(lk_buffer *out, const char *name, lk_language language);
    void (*index)(lk_buffer *out, uint32_t number);       // the 1 of f1
    void (*number)(lk_buffer *out, const char *digits);   // of "%.6g", within a formula
    void (*formula)(lk_buffer *out, const char *formula); // within prose
    void (*table)(lk_document *document);
} lk_markup;

extern const lk_markup lk_markup_text, lk_markup_markdown, lk_markup_latex, lk_markup_html;

struct lk_document {
    lk_buffer *out;
    const lk_markup *markup;
    lk_buffer *sink;   // where inline content goes: `out`, or the cells of the table
    lk_buffer formula; // the one under construction
    lk_document_table table;
    int deeper; // added to the level of headings, for a document within another
    lk_language language;
};

// A document in English.
lk_document lk_document_make(lk_buffer *out, lk_document_format format);
// As the options say; NULL: as text in English.
lk_document lk_document_open(lk_buffer *out, const lk_document_options *options);
// Frees what is the document's own, and tells whether all was written.
lk_status lk_document_finish(lk_document *document);

// ---- Blocks ------------------------------------------------------------------------------------

// What stands around a document that is a whole: title, preamble, style.
void lk_document_begin(lk_document *document, const char *title);
void lk_document_end(lk_document *document);
void lk_document_paragraph(lk_document *document);
void lk_document_paragraph_end(lk_document *document);
void lk_document_list(lk_document *document);
void lk_document_item(lk_document *document);
void lk_document_item_end(lk_document *document);
void lk_document_list_end(lk_document *document);
// A table, one letter a column: l or r. The first row is its head. Cells follow each other; what
// is written after lk_document_cell goes into that cell.
void lk_document_table_begin(lk_document *document, const char *alignment);
void lk_document_cell(lk_document *document);
void lk_document_cell_text(lk_document *document, const char *format, ...) LK_PRINTF(2, 3);
void lk_document_table_end(lk_document *document);

// ---- Within blocks -----------------------------------------------------------------------------

void lk_document_text(lk_document *document, const char *format, ...) LK_PRINTF(2, 3);
void lk_document_formula(lk_document *document);
void lk_document_formula_end(lk_document *document);
// A formula on a line of its own; not within a paragraph.
void lk_document_display(lk_document *document);
void lk_document_display_end(lk_document *document);

// ---- Within formulas ---------------------------------------------------------------------------

void lk_formula_sign(lk_document *document, lk_sign sign);
void lk_formula_name(lk_document *document, const char *name);
// f1: the sign LK_SIGN_F, LK_SIGN_PHI or LK_SIGN_LAMBDA with a number below it.
void lk_formula_indexed(lk_document *document, lk_sign sign, uint32_t number);
void lk_formula_number(lk_document *document, double value);
// 10^log10, which need not be within the range of doubles.
void lk_formula_power(lk_document *document, double log10);
void lk_formula_fraction(lk_document *document, lk_fraction fraction);
// "0.428571", or with a fraction (otherwise NULL) "3/7 ≈ 0.428571".
void lk_formula_value(lk_document *document, double value, const lk_fraction *fraction);

// ---- What the formats share --------------------------------------------------------------------

// The signs as plain text has them.
#define LK_PLAIN_SIGNS                                                                             \
    [LK_SIGN_PROBABILITY] = "P(", [LK_SIGN_OPEN] = "(", [LK_SIGN_CLOSE] = ")",                     \
    [LK_SIGN_SET_OPEN] = "{", [LK_SIGN_SET_CLOSE] = "}", [LK_SIGN_COMMA] = ",",                    \
    [LK_SIGN_GIVEN] = "|", [LK_SIGN_STATE] = "=", [LK_SIGN_EQUALS] = " = ",                        \
    [LK_SIGN_NOT_EQUAL] = " ≠ ", [LK_SIGN_NEARLY] = " ≈ ", [LK_SIGN_SUM] = "Σ_",                   \
    [LK_SIGN_SUM_END] = " ", [LK_SIGN_SUM_MANY] = "Σ_{", [LK_SIGN_SUM_MANY_END] = "} ",            \
    [LK_SIGN_NEXT] = " ", [LK_SIGN_TIMES] = " × ", [LK_SIGN_PLUS] = " + ",                         \
    [LK_SIGN_FRACTION] = "", [LK_SIGN_OVER] = " / ", [LK_SIGN_FRACTION_END] = "",                  \
    [LK_SIGN_WITHIN] = "(", [LK_SIGN_WITHIN_END] = ")", [LK_SIGN_RATIO] = "",                      \
    [LK_SIGN_RATIO_OVER] = "/", [LK_SIGN_RATIO_END] = "", [LK_SIGN_F] = "f", [LK_SIGN_PHI] = "φ",  \
    [LK_SIGN_LAMBDA] = "λ", [LK_SIGN_RIGHT] = " → ", [LK_SIGN_LEFT] = " ← ",                       \
    [LK_SIGN_EDGE] = " — "

// The code point at *text, which moves on; U+FFFD for a byte that is no UTF-8.
uint32_t lk_document_next_character(const char **text);
// Whether a character is as wide as it is high, as those of Chinese: two columns of plain text.
bool lk_document_is_wide(uint32_t character);
// Columns that a plain text takes up: in English documents one for each character.
int lk_document_width(const lk_document *document, const char *text);
// The next cell of a table; `cell` is the cell before, or NULL.
const char *lk_document_next_cell(const lk_document_table *table, const char *cell);

#endif
