// Text and numbers in drawings.
#ifndef LK_SVG_TEXT_H
#define LK_SVG_TEXT_H

#include "context.h"

// Width of a text in `size` pixels, on the average of common sans-serif fonts.
double lk_text_width(const char *text, double size);
// Appends as much of a text as fits, then "…" if that is not all; XML's special characters escaped
// and characters that XML does not have replaced by U+FFFD.
void lk_append_fitting(lk_buffer *out, const char *text, double size, double most);
void lk_append_escaped(lk_buffer *out, const char *text);
void lk_append_escaped_part(lk_buffer *out, const char *text, size_t length);
// A length in pixels with at most one decimal.
void lk_append_length(lk_buffer *out, double value);
// That as an attribute, after a blank.
void lk_append_attribute(lk_buffer *out, const char *name, double length);
// A probability as a percentage with one decimal, such as 37.1%; what rounds to 0 or 100 and is not
// is "less" 0.1% or "more" 99.9%.
void lk_append_percentage(lk_buffer *out, double p, const char *less, const char *more);

#endif
