// A record is scanned once: each field is found, checked and remembered as a place in the caller's
// bytes. Only a quoted field with a doubled quote is copied, into a scratch buffer of the record.
#include "likelore/csv.h"

#include "context.h"
#include "hashmap.h"
#include "unicode.h"

typedef struct field {
    const char *text; // NULL: at `copied` of the scratch buffer
    size_t copied;
    size_t length;
    size_t offset; // in the bytes, quote included
    int64_t line;
    size_t line_start;
} field;

struct lk_csv {
    lk_context *context;
    char *file;
    const char *bytes;
    size_t length;
    char separator;
    char **missing;
    size_t missing_count;
    const char **names;
    lk_hashmap *columns; // name → column
    field *fields;
    size_t field_capacity;
    size_t field_count; // of the record just read
    lk_buffer scratch;
    size_t offset; // of the next record
    int64_t line;
    size_t line_start;
    uint64_t record;
    size_t body_offset; // where records begin after the names
    int64_t body_line;
};

// ---- Places -----------------------------------------------------------------------------------

static lk_location locate(const lk_csv *csv, int64_t line, size_t line_start, size_t offset) {
    int64_t column = 1;
    for (size_t i = line_start; i < offset; i++)
        if (((uint8_t)csv->bytes[i] & 0xC0) != 0x80) column++;
    return (lk_location){csv->file, line, column, (int64_t)offset};
}

static lk_location here(const lk_csv *csv) {
    return locate(csv, csv->line, csv->line_start, csv->offset);
}

static lk_location place_of(const lk_csv *csv, const field *f) {
    return locate(csv, f->line, f->line_start, f->offset);
}

// ---- Characters -------------------------------------------------------------------------------

static bool at_end(const lk_csv *csv) { return csv->offset == csv->length; }
static char peek(const lk_csv *csv) { return csv->bytes[csv->offset]; }
static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Passes "\n", "\r\n" or "\r".
static void pass_line_end(lk_csv *csv) {
    char first = csv->bytes[csv->offset++];
    if (first == '\r' && !at_end(csv) && peek(csv) == '\n') csv->offset++;
    csv->line++;
    csv->line_start = csv->offset;
}

// Passes one character that does not end a line.
static lk_status pass_character(lk_csv *csv) {
    uint8_t byte = (uint8_t)peek(csv);
    if (byte == 0)
        return lk_fail_at(csv->context, LK_ERROR_SYNTAX, here(csv),
                          "a zero byte: this is no text in UTF-8");
    if (byte < 0x80) {
        csv->offset++;
        return LK_OK;
    }
    uint32_t code_point;
    bool valid;
    size_t taken = lk_utf8_decode((const uint8_t *)csv->bytes + csv->offset,
                                  csv->length - csv->offset, &code_point, &valid);
    if (!valid)
        return lk_fail_at(csv->context, LK_ERROR_SYNTAX, here(csv),
                          "the byte 0x%02X is not UTF-8; convert the file first", byte);
    csv->offset += taken;
    return LK_OK;
}

// ---- Fields -----------------------------------------------------------------------------------

static lk_status fail_stray_quote(const lk_csv *csv) {
    return lk_fail_at(csv->context, LK_ERROR_SYNTAX, here(csv),
                      "a quote inside a field that does not begin with one; put the field in "
                      "quotes and double the quote");
}

static lk_status read_bare(lk_csv *csv, field *f) {
    while (!at_end(csv) && peek(csv) != csv->separator && !is_line_end(peek(csv))) {
        if (peek(csv) == '"') return fail_stray_quote(csv);
        LK_TRY(pass_character(csv));
    }
    f->length = csv->offset - f->offset;
    return LK_OK;
}

// Up to and with the closing quote; *doubled tells whether quotes are doubled within.
static lk_status pass_quoted(lk_csv *csv, const field *f, bool *doubled) {
    *doubled = false;
    csv->offset++;
    for (;;) {
        if (at_end(csv))
            return lk_fail_at(csv->context, LK_ERROR_SYNTAX, place_of(csv, f),
                              "this quote does not end");
        if (is_line_end(peek(csv))) {
            pass_line_end(csv);
        } else if (peek(csv) != '"') {
            LK_TRY(pass_character(csv));
        } else {
            csv->offset++;
            if (at_end(csv) || peek(csv) != '"') return LK_OK;
            csv->offset++;
            *doubled = true;
        }
    }
}

static lk_status copy_undoubled(lk_csv *csv, field *f) {
    f->copied = csv->scratch.length;
    size_t start = 0;
    for (size_t i = 0; i < f->length; i++) {
        if (f->text[i] != '"') continue;
        lk_buffer_append(&csv->scratch, f->text + start, i + 1 - start);
        start = ++i + 1; // the second of the two is left out
    }
    lk_buffer_append(&csv->scratch, f->text + start, f->length - start);
    f->text = NULL;
    f->length = csv->scratch.length - f->copied;
    return lk_buffer_status(&csv->scratch);
}

static lk_status read_quoted(lk_csv *csv, field *f) {
    bool doubled;
    LK_TRY(pass_quoted(csv, f, &doubled));
    f->text++;
    f->length = csv->offset - f->offset - 2;
    if (!at_end(csv) && peek(csv) != csv->separator && !is_line_end(peek(csv)))
        return lk_fail_at(csv->context, LK_ERROR_SYNTAX, here(csv),
                          "expected a separator or the end of the line after the closing quote");
    return doubled ? copy_undoubled(csv, f) : LK_OK;
}

static lk_status add_field(lk_csv *csv, field **out) {
    if (csv->field_count == csv->field_capacity) {
        size_t capacity = csv->field_capacity ? 2 * csv->field_capacity : 16;
        field *grown = lk_resize(csv->context, csv->fields, capacity, sizeof *grown);
        LK_NEED(grown);
        csv->fields = grown;
        csv->field_capacity = capacity;
    }
    *out = &csv->fields[csv->field_count++];
    **out = (field){.text = csv->bytes + csv->offset,
                    .offset = csv->offset,
                    .line = csv->line,
                    .line_start = csv->line_start};
    return LK_OK;
}

// Reads fields up to and with the end of the line.
static lk_status read_record(lk_csv *csv) {
    csv->field_count = 0;
    lk_buffer_clear(&csv->scratch);
    for (;;) {
        field *f;
        LK_TRY(add_field(csv, &f));
        if (!at_end(csv) && peek(csv) == '"')
            LK_TRY(read_quoted(csv, f));
        else
            LK_TRY(read_bare(csv, f));
        if (at_end(csv)) return LK_OK;
        if (is_line_end(peek(csv))) {
            pass_line_end(csv);
            return LK_OK;
        }
        csv->offset++;
    }
}

static const char *text_of(const lk_csv *csv, const field *f) {
    return f->text ? f->text : lk_buffer_text(&csv->scratch) + f->copied;
}

// ---- The first record ---------------------------------------------------------------------------

// The most frequent of the separators outside of quotes in the first line; a comma where there is
// none.
static char detect_separator(const char *bytes, size_t length) {
    static const char separators[] = {',', ';', '\t', '|'};
    size_t counts[sizeof separators] = {0};
    bool quoted = false;
    for (size_t i = 0; i < length && (quoted || !is_line_end(bytes[i])); i++) {
        if (bytes[i] == '"') quoted = !quoted;
        for (size_t s = 0; !quoted && s < sizeof separators; s++)
            counts[s] += bytes[i] == separators[s];
    }
    size_t best = 0;
    for (size_t s = 1; s < sizeof separators; s++)
        if (counts[s] > counts[best]) best = s;
    return separators[best];
}

static lk_status add_name(lk_csv *csv, size_t column) {
    const field *f = &csv->fields[column];
    lk_location place = place_of(csv, f);
    if (f->length == 0)
        return lk_fail_at(csv->context, LK_ERROR_DATA, place,
                          "column %zu has no name; the first line must name the columns",
                          column + 1);
    bool added;
    LK_TRY(lk_hashmap_insert(csv->columns, NULL, &added, text_of(csv, f), f->length, column));
    if (!added)
        return lk_fail_at(csv->context, LK_ERROR_DATA, place,
                          "a second column has the name \"%.*s\"",
                          f->length < 200 ? (int)f->length : 200, text_of(csv, f));
    return LK_OK;
}

static lk_status read_names(lk_csv *csv) {
    if (csv->length >= 3 && memcmp(csv->bytes, "\xEF\xBB\xBF", 3) == 0)
        csv->offset = csv->line_start = 3;
    if (at_end(csv))
        return lk_fail_at(csv->context, LK_ERROR_SYNTAX, here(csv),
                          "expected a line with the names of the columns, found the end of the "
                          "file");
    if (!csv->separator)
        csv->separator = detect_separator(csv->bytes + csv->offset, csv->length - csv->offset);
    LK_TRY(read_record(csv));
    for (size_t c = 0; c < csv->field_count; c++) LK_TRY(add_name(csv, c));
    csv->names = lk_alloc(csv->context, csv->field_count, sizeof *csv->names);
    LK_NEED(csv->names);
    for (size_t c = 0; c < csv->field_count; c++)
        csv->names[c] = lk_hashmap_key_at(csv->columns, c, NULL);
    csv->body_offset = csv->offset;
    csv->body_line = csv->line;
    return LK_OK;
}

// ---- Making a reader --------------------------------------------------------------------------

static lk_status copy_missing(lk_csv *csv, const lk_csv_options *options) {
    static const char *const usual[] = {"", "?", "NA"};
    const char *const *words = options && options->missing ? options->missing : usual;
    size_t count = words == usual ? sizeof usual / sizeof usual[0] : options->missing_count;
    csv->missing = lk_alloc_zero(csv->context, count, sizeof *csv->missing);
    LK_NEED(csv->missing);
    csv->missing_count = count;
    for (size_t i = 0; i < count; i++) {
        csv->missing[i] = lk_copy_text(csv->context, words[i], strlen(words[i]));
        LK_NEED(csv->missing[i]);
    }
    return LK_OK;
}

static lk_status check_separator(lk_context *context, char separator) {
    if (separator == 0 || strchr(",;|\t", separator)) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE, "a separator is one of , ; | and tab, not '%c'",
                   separator);
}

static lk_status begin(lk_csv *csv, const char *file_name, const lk_csv_options *options) {
    if (options) LK_TRY(check_separator(csv->context, options->separator));
    csv->separator = options ? options->separator : 0;
    if (file_name) {
        csv->file = lk_copy_text(csv->context, file_name, strlen(file_name));
        LK_NEED(csv->file);
    }
    LK_TRY(copy_missing(csv, options));
    LK_TRY(lk_hashmap_new(csv->context, &csv->columns));
    return read_names(csv);
}

lk_status lk_csv_new(lk_context *context, lk_csv **out, const void *bytes, size_t length,
                     const char *file_name, const lk_csv_options *options) {
    lk_csv *csv = lk_alloc_zero(context, 1, sizeof *csv);
    LK_NEED(csv);
    csv->context = context;
    csv->bytes = bytes;
    csv->length = length;
    csv->line = 1;
    csv->scratch = lk_buffer_make(context);
    lk_status status = begin(csv, file_name, options);
    if (status != LK_OK) {
        lk_csv_free(csv);
        return status;
    }
    *out = csv;
    return LK_OK;
}

void lk_csv_free(lk_csv *csv) {
    if (!csv) return;
    lk_context *context = csv->context;
    lk_free(context, csv->file);
    for (size_t i = 0; i < csv->missing_count; i++) lk_free(context, csv->missing[i]);
    lk_free(context, csv->missing);
    lk_free(context, csv->names);
    lk_hashmap_free(csv->columns);
    lk_free(context, csv->fields);
    lk_buffer_free(&csv->scratch);
    lk_free(context, csv);
}

// ---- Columns and records ----------------------------------------------------------------------

size_t lk_csv_column_count(const lk_csv *csv) { return lk_hashmap_count(csv->columns); }
const char *lk_csv_column_name(const lk_csv *csv, size_t column) { return csv->names[column]; }
const char *lk_csv_file(const lk_csv *csv) { return csv->file; }
char lk_csv_separator(const lk_csv *csv) { return csv->separator; }
uint64_t lk_csv_record(const lk_csv *csv) { return csv->record; }

size_t lk_csv_position(const lk_csv *csv, size_t *length) {
    if (length) *length = csv->length;
    return csv->offset;
}

lk_status lk_csv_find_column(const lk_csv *csv, size_t *column, const char *name) {
    const uint64_t *index = lk_hashmap_get(csv->columns, name, strlen(name));
    if (index) {
        *column = (size_t)*index;
        return LK_OK;
    }
    const char *near = lk_suggest(name, csv->names, lk_csv_column_count(csv));
    return lk_fail_at(csv->context, LK_ERROR_UNKNOWN_NAME,
                      (lk_location){.file = csv->file, .byte = -1},
                      "there is no column \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
                      near ? near : "", near ? "\"?" : "");
}

void lk_csv_rewind(lk_csv *csv) {
    csv->offset = csv->line_start = csv->body_offset;
    csv->line = csv->body_line;
    csv->field_count = 0;
    csv->record = 0;
}

// Empty lines hold no record, unless an empty field is all that a record has.
static void skip_empty_lines(lk_csv *csv) {
    while (lk_csv_column_count(csv) > 1 && !at_end(csv) && is_line_end(peek(csv)))
        pass_line_end(csv);
}

static lk_status check_field_count(const lk_csv *csv) {
    size_t columns = lk_csv_column_count(csv), fields = csv->field_count;
    if (fields == columns) return LK_OK;
    const field *first = &csv->fields[fields > columns ? columns : 0];
    return lk_fail_at(csv->context, LK_ERROR_DATA, place_of(csv, first),
                      "this record has %zu %s, and the first line names %zu columns", fields,
                      fields == 1 ? "field" : "fields", columns);
}

lk_status lk_csv_next(lk_csv *csv, bool *more) {
    *more = false;
    skip_empty_lines(csv);
    if (at_end(csv)) return LK_OK;
    LK_TRY(read_record(csv));
    LK_TRY(check_field_count(csv));
    csv->record++;
    *more = true;
    return LK_OK;
}

static bool is_missing(const lk_csv *csv, const char *text, size_t length) {
    for (size_t i = 0; i < csv->missing_count; i++)
        if (strlen(csv->missing[i]) == length && memcmp(csv->missing[i], text, length) == 0)
            return true;
    return false;
}

lk_csv_field lk_csv_field_at(const lk_csv *csv, size_t column) {
    const field *f = &csv->fields[column];
    const char *text = text_of(csv, f);
    return (lk_csv_field){text, f->length, is_missing(csv, text, f->length)};
}

lk_location lk_csv_location(const lk_csv *csv, size_t column) {
    return place_of(csv, &csv->fields[column]);
}

// ---- Writing ----------------------------------------------------------------------------------

static bool needs_quotes(const char *text, size_t length, char separator) {
    for (size_t i = 0; i < length; i++)
        if (text[i] == separator || text[i] == '"' || is_line_end(text[i])) return true;
    return false;
}

void lk_csv_append_field(lk_buffer *out, const char *text, size_t length, char separator) {
    if (!needs_quotes(text, length, separator)) {
        lk_buffer_append(out, text, length);
        return;
    }
    lk_buffer_append_byte(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') lk_buffer_append_byte(out, '"');
        lk_buffer_append_byte(out, text[i]);
    }
    lk_buffer_append_byte(out, '"');
}
