// Bytes as people and programs read them.
#ifndef LK_TOKEN_TEXT_H
#define LK_TOKEN_TEXT_H

#include "context.h"
#include "likelore/json.h"
#include "likelore/tokenizer.h"

// Appends bytes with what is invisible or no UTF-8 escaped.
void lk_escape_bytes(lk_buffer *out, const char *bytes, size_t length);
// The same between quotes: 'the\n'.
void lk_quote_bytes(lk_buffer *out, const char *bytes, size_t length);
void lk_hex_bytes(lk_buffer *out, const char *bytes, size_t length); // E4 BD A0
// Members of an object; `scratch` is overwritten.
void lk_add_escaped_bytes(lk_json_writer *json, const char *name, lk_buffer *scratch,
                          const char *bytes, size_t length);
void lk_add_hex_bytes(lk_json_writer *json, const char *name, lk_buffer *scratch, const char *bytes,
                      size_t length);
// Columns of a terminal that the escaped bytes take: two for wide characters, none for marks.
size_t lk_escaped_width(const char *bytes, size_t length);
void lk_append_spaces(lk_buffer *out, size_t count);
// A name, escaped, with spaces up to the width and two more.
void lk_append_padded_name(lk_buffer *out, const char *name, size_t width);
const char *lk_plural_ending(uint64_t count);

bool lk_is_utf8(const char *bytes, size_t length);
// The bytes of a token; none where there is no such token.
const char *lk_token_bytes(const lk_tokenizer *tokenizer, uint32_t id, size_t *length);

// Begins and ends a token of that index on a terminal with colours.
void lk_begin_color(lk_buffer *out, size_t index);
void lk_end_color(lk_buffer *out);

#endif
