// Tables of text, aligned by characters.
#ifndef LIKELORE_TEXT_TABLE_H
#define LIKELORE_TEXT_TABLE_H

#include "command.h"

#include "likelore/exact.h"

int width_of(const char *text); // characters
void append_padded(lk_buffer *out, const char *text, int width);
// Raises *width to that of the text.
void widen(int *width, const char *text);
int name_width(const lk_network *network, uint32_t variable);
int state_width(const lk_network *network, uint32_t variable); // of the widest state
// A probability, with a bar when `bars`, and the end of the line.
void append_probability(lk_buffer *out, double p, bool bars);
// Six digits, taken from the logarithm where a double cannot hold the number.
void append_with_log10(lk_buffer *out, double value, double log10);
// That, or 0 for what rounding leaves of the logarithm of 1.
void append_log10(lk_buffer *out, double log10);
// The decimal, the fraction, and the end of the line.
void append_fraction(lk_buffer *out, lk_fraction p);
// Whether the answer goes to a terminal.
bool bars_wanted(const invocation *call);

#endif
