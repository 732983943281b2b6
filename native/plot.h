// Curves drawn with Braille characters, eight dots a character.
#ifndef LIKELORE_PLOT_H
#define LIKELORE_PLOT_H

#include "likelore/core.h"

typedef struct curve {
    const char *name;
    const char *color; // escape sequence that begins it, such as "\033[36m"
    double *x, *y;
    size_t count, capacity;
} curve;

// Forgets the point when there is no memory.
void curve_add(curve *c, double x, double y);
void curve_free(curve *c);

// `columns` wide and `rows` high, without its axis and legend.
typedef struct plot_style {
    int columns, rows;
    bool color;
    const char *across; // what x is
} plot_style;

// Appends a plot of the curves and says how many lines it took; 0 when there is nothing to draw.
int plot_append(lk_buffer *out, const curve *curves, size_t count, const plot_style *style);

#endif
