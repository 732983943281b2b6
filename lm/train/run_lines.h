// The line by which a run is known in every picture: its colour, and dashes for eyes or paper
// without colours.
#ifndef LK_RUN_LINES_H
#define LK_RUN_LINES_H

#include "context.h"

// Variables of CSS, --c0 to --c7.
#define LK_RUN_COLORS_LIGHT                                                                        \
    "--c0:#0b62c4;--c1:#c2410c;--c2:#15803d;--c3:#7e22ce;--c4:#a16207;--c5:#be185d;--c6:#0e7490;"  \
    "--c7:#4d5761"
#define LK_RUN_COLORS_DARK                                                                         \
    "--c0:#58a6ff;--c1:#ff9b5e;--c2:#4ade80;--c3:#c792ea;--c4:#e3b341;--c5:#ff85c0;--c6:#3fd0e0;"  \
    "--c7:#b6c2cf"

int lk_run_color(size_t run);
// Attributes of the line of the run-th run; no two of the first 48 have the same.
void lk_run_stroke_append(lk_buffer *out, size_t run);

#endif
