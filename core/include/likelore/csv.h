// Reading and writing tables as text: CSV after RFC 4180, and its kin with other separators.
//
// A reader walks over bytes that the caller keeps (a mapped file, say) one record at a time and
// copies nothing but fields in which a quote is doubled. The rules beyond the RFC are written in
// docs/formats/csv.md.
#ifndef LIKELORE_CSV_H
#define LIKELORE_CSV_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Reading ----------------------------------------------------------------------------------

typedef struct lk_csv lk_csv;

// All zero is a good default.
typedef struct lk_csv_options {
    char separator; // one of , ; | and tab; 0: the one that is most frequent in the first record
    const char *const *missing; // fields that say that a value is missing; NULL: empty, "?", "NA"
    size_t missing_count;       // of a list that is not NULL; 0: no value is ever missing
} lk_csv_options;

// One field of the record just read: `length` bytes of UTF-8 without zero bytes, not
// zero-terminated, valid until the next record.
typedef struct lk_csv_field {
    const char *text;
    size_t length;
    bool missing;
} lk_csv_field;

// Begins to read: the first record names the columns. `bytes` must outlive the reader; `file_name`
// is for messages (NULL: none), `options` may be NULL. LK_ERROR_SYNTAX with line and column where
// the text does not follow the format or is not UTF-8; LK_ERROR_DATA for columns without name or
// with the same one.
lk_status lk_csv_new(lk_context *context, lk_csv **csv, const void *bytes, size_t length,
                     const char *file_name, const lk_csv_options *options);
void lk_csv_free(lk_csv *csv);

size_t lk_csv_column_count(const lk_csv *csv);
const char *lk_csv_column_name(const lk_csv *csv, size_t column);
// LK_ERROR_UNKNOWN_NAME, naming the nearest, when no column has that name.
lk_status lk_csv_find_column(const lk_csv *csv, size_t *column, const char *name);
// The name of the file as it was given, or NULL.
const char *lk_csv_file(const lk_csv *csv);
// The separator in use.
char lk_csv_separator(const lk_csv *csv);

// Reads the next record; *more is false when there is none. LK_ERROR_DATA when it has not as many
// fields as there are columns; LK_ERROR_SYNTAX.
lk_status lk_csv_next(lk_csv *csv, bool *more);
// Goes back to before the first record after the names.
void lk_csv_rewind(lk_csv *csv);

// Of the record just read:
lk_csv_field lk_csv_field_at(const lk_csv *csv, size_t column);
// Where the field begins, for messages.
lk_location lk_csv_location(const lk_csv *csv, size_t column);
// Its number, from 1, the one with the names not counted.
uint64_t lk_csv_record(const lk_csv *csv);
// How many bytes were read so far, and (unless NULL) of how many.
size_t lk_csv_position(const lk_csv *csv, size_t *length);

// ---- Writing ----------------------------------------------------------------------------------

// Appends one field, in quotes where it needs them. Separators and the ends of lines ("\n") are the
// caller's.
void lk_csv_append_field(lk_buffer *out, const char *text, size_t length, char separator);

#ifdef __cplusplus
}
#endif

#endif
