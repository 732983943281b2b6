// Reading and writing JSON. (core/json.c is the door to cJSON; no other file knows the library.)
#ifndef LIKELORE_JSON_H
#define LIKELORE_JSON_H

#include "likelore/core.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Reading ----------------------------------------------------------------------------------

// A parsed document, or a borrowed value within one.
typedef struct lk_json lk_json;

typedef enum lk_json_type {
    LK_JSON_NULL,
    LK_JSON_BOOL,
    LK_JSON_NUMBER,
    LK_JSON_STRING,
    LK_JSON_ARRAY,
    LK_JSON_OBJECT
} lk_json_type;

// Parses `length` bytes, which must be one JSON document (RFC 8259) in UTF-8 and nothing else. With
// line, column and byte: LK_ERROR_SYNTAX; LK_ERROR_LIMIT when it nests deeper than 1000 levels;
// LK_ERROR_UNSUPPORTED for the character U+0000 in a string and for numbers longer than 63
// characters. Numbers are read as doubles, so what is too large becomes infinite.
lk_status lk_json_parse(lk_context *context, lk_json **document, const char *text, size_t length);
void lk_json_free(lk_context *context, lk_json *document);

lk_json_type lk_json_get_type(const lk_json *value);
// Members of arrays and objects in the order of the text: first and next, NULL at the end.
const lk_json *lk_json_first(const lk_json *container);
const lk_json *lk_json_next(const lk_json *member);
size_t lk_json_count(const lk_json *container);
// Name of a member of an object, NULL for others.
const char *lk_json_name(const lk_json *member);
// The member of that name (exact), or NULL; a `value` that is NULL or no object gives NULL. Where a
// name is there more than once, the last counts, as in JavaScript and Python; walking the members
// shows all. Takes time proportional to the members: walk large objects instead.
const lk_json *lk_json_get(const lk_json *value, const char *name);

// The value when it has that type, else the fallback; `value` may be NULL.
const char *lk_json_string(const lk_json *value, const char *fallback);
double lk_json_number(const lk_json *value, double fallback);
bool lk_json_bool(const lk_json *value, bool fallback);
// True and *out set when the value is a number without fraction within [low, high], |.| <= 2^53.
bool lk_json_integer(const lk_json *value, int64_t *out, int64_t low, int64_t high);

// ---- Writing ----------------------------------------------------------------------------------

// Builds a document piece by piece; failures are remembered and told by lk_json_finish. `name` is
// the member's name inside an object and NULL inside an array or at the top.
typedef struct lk_json_writer lk_json_writer;

lk_status lk_json_writer_new(lk_context *context, lk_json_writer **writer);
void lk_json_writer_free(lk_json_writer *writer);

void lk_json_begin_object(lk_json_writer *writer, const char *name);
void lk_json_begin_array(lk_json_writer *writer, const char *name);
void lk_json_end(lk_json_writer *writer);
void lk_json_add_string(lk_json_writer *writer, const char *name, const char *value);
// Shortest form that reads back the same; null for what JSON cannot say (infinities, NaN).
void lk_json_add_number(lk_json_writer *writer, const char *name, double value);
void lk_json_add_integer(lk_json_writer *writer, const char *name, int64_t value);
void lk_json_add_bool(lk_json_writer *writer, const char *name, bool value);
void lk_json_add_null(lk_json_writer *writer, const char *name);

// Appends the document to `out`, without a final newline, indented or on one line, and empties the
// writer for the next. What is no UTF-8 in a string has become U+FFFD.
lk_status lk_json_finish(lk_json_writer *writer, lk_buffer *out, bool indented);

#ifdef __cplusplus
}
#endif

#endif
