#include "train/run_lines.h"

enum { COLORS = 8 };

static const char *const dashes[] = {"", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 2 2 2 2"};
enum { DASHES = sizeof dashes / sizeof dashes[0] };

int lk_run_color(size_t run) { return (int)(run % COLORS); }

void lk_run_stroke_append(lk_buffer *out, size_t run) {
    const char *dash = dashes[(run + run / COLORS) % DASHES];
    lk_buffer_printf(out, " style=\"stroke:var(--c%d)\"", lk_run_color(run));
    if (dash[0]) lk_buffer_printf(out, " stroke-dasharray=\"%s\"", dash);
}
