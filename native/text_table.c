#include "text_table.h"

#include "terminal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

int width_of(const char *text) {
    int width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void append_padded(lk_buffer *out, const char *text, int width) {
    lk_buffer_append_text(out, text);
    for (int i = width_of(text); i < width; i++) lk_buffer_append_byte(out, ' ');
}

void widen(int *width, const char *text) {
    int needed = width_of(text);
    if (needed > *width) *width = needed;
}

int name_width(const lk_network *network, uint32_t variable) {
    return width_of(lk_network_variable_name(network, variable));
}

int state_width(const lk_network *network, uint32_t variable) {
    int width = 0;
    for (uint32_t s = 0; s < lk_network_state_count(network, variable); s++)
        widen(&width, lk_network_state_name(network, variable, s));
    return width;
}

enum { BAR_CELLS = 30 };

// A bar of eighths of a character cell.
static void append_bar(lk_buffer *out, double p) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int filled = (int)(p * BAR_CELLS * 8 + 0.5);
    lk_buffer_append_text(out, "  ");
    for (int i = 0; i < filled / 8; i++) lk_buffer_append_text(out, "█");
    lk_buffer_append_text(out, eighths[filled % 8]);
}

void append_probability(lk_buffer *out, double p, bool bars) {
    char number[32];
    snprintf(number, sizeof number, "%.6g", p);
    if (bars) {
        append_padded(out, number, 12);
        append_bar(out, p);
    } else {
        lk_buffer_append_text(out, number);
    }
    lk_buffer_append_byte(out, '\n');
}

void append_with_log10(lk_buffer *out, double value, double log10) {
    if (value < DBL_MIN && isfinite(log10))
        lk_buffer_append_power(out, log10);
    else
        lk_buffer_printf(out, "%.6g", value);
}

void append_log10(lk_buffer *out, double log10) {
    lk_buffer_printf(out, "%.6g", fabs(log10) < 1e-12 ? 0 : log10);
}

void append_fraction(lk_buffer *out, lk_fraction p) {
    char number[32];
    snprintf(number, sizeof number, "%.6g", p.value);
    append_padded(out, number, 12);
    lk_buffer_append_text(out, "  ");
    lk_buffer_append_fraction(out, p);
    lk_buffer_append_byte(out, '\n');
}

bool bars_wanted(const invocation *call) {
    return terminal_is_live(stdout) && !option_value(call->arguments, "output", NULL);
}
