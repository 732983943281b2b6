// The losses of runs as SVG 1.1: two panels, against optimizer steps and against seconds of
// training, with the same height and the same colours.
#include "draw/svg_text.h"
#include "likelore/lm.h"

#include <math.h>

static const double WIDTH = 960, PANEL_HEIGHT = 320, MARGIN = 20;
static const double LABEL_WIDTH = 52, AXIS_HEIGHT = 46, GAP = 28, ROW = 20, SMALL = 12;
enum { COLORS = 8, TICKS = 6, MOST_POINTS = 400, MOST_MARKS = 60, LEGEND_COLUMNS = 3 };

static const char style[] =
    "<style>\n"
    ".lk-losses{--lk-paper:#fff;--lk-line:#d0d7de;--lk-text:#1f2328;--lk-quiet:#59636e;"
    "--c0:#0b62c4;--c1:#c2410c;--c2:#15803d;--c3:#7e22ce;--c4:#a16207;--c5:#be185d;--c6:#0e7490;"
    "--c7:#4d5761;font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,"
    "sans-serif}\n"
    "@media (prefers-color-scheme:dark){.lk-losses{--lk-paper:#0d1117;--lk-line:#30363d;"
    "--lk-text:#e6edf3;--lk-quiet:#9aa5b1;--c0:#58a6ff;--c1:#ff9b5e;--c2:#4ade80;--c3:#c792ea;"
    "--c4:#e3b341;--c5:#ff85c0;--c6:#3fd0e0;--c7:#b6c2cf}}\n"
    ".lk-paper{fill:var(--lk-paper)}.lk-grid{stroke:var(--lk-line);stroke-width:1}\n"
    ".lk-small{fill:var(--lk-quiet);font-size:12px;font-variant-numeric:tabular-nums}\n"
    ".lk-name{fill:var(--lk-text);font-size:12px}.lk-right{text-anchor:end}\n"
    ".lk-middle{text-anchor:middle}\n"
    ".lk-train,.lk-val{fill:none;stroke-linejoin:round}\n"
    ".lk-train{stroke-width:1;opacity:.45}.lk-val{stroke-width:2.2}\n"
    "</style>\n";

// Dashes tell runs apart that must share a colour.
static const char *const dashes[] = {"", "6 3", "2 3", "9 3 2 3"};
enum { DASHES = sizeof dashes / sizeof dashes[0] };

typedef struct range {
    double least, most, step; // of the ticks
} range;

typedef struct panel {
    lk_buffer *out;
    double left, top, width;
    bool of_seconds;
    range x, y;
} panel;

// ---- Ranges -------------------------------------------------------------------------------------

static double across(const lk_loss_point *point, bool of_seconds) {
    return of_seconds ? point->seconds : point->step;
}

static void widen(range *r, double value) {
    if (!isfinite(value)) return;
    r->least = fmin(r->least, value);
    r->most = fmax(r->most, value);
}

static void widen_by_points(panel *p, const lk_loss_point *points, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(points[i].loss)) continue;
        widen(&p->x, across(&points[i], p->of_seconds));
        widen(&p->y, points[i].loss);
    }
}

// Steps of 1, 2 or 5 times a power of ten, and ends that are multiples of them.
static void round_range(range *r) {
    if (!(r->least <= r->most)) *r = (range){0, 1, 0};
    if (r->most - r->least < 1e-9 * fmax(1, fabs(r->most))) r->most = r->least + 1;
    double rough = (r->most - r->least) / TICKS, power = pow(10, floor(log10(rough)));
    double part = rough / power;
    r->step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    r->least = floor(r->least / r->step + 1e-9) * r->step;
    r->most = ceil(r->most / r->step - 1e-9) * r->step;
}

static double place_x(const panel *p, double x) {
    return p->left + (x - p->x.least) / (p->x.most - p->x.least) * p->width;
}

static double place_y(const panel *p, double y) {
    return p->top + (p->y.most - y) / (p->y.most - p->y.least) * PANEL_HEIGHT;
}

// ---- Shapes -------------------------------------------------------------------------------------

static void append_attribute(lk_buffer *out, const char *name, double length) {
    lk_buffer_printf(out, " %s=\"", name);
    lk_append_length(out, length);
    lk_buffer_append_byte(out, '"');
}

static void append_text_begin(lk_buffer *out, const char *class, double x, double y) {
    lk_buffer_printf(out, "<text class=\"%s\"", class);
    append_attribute(out, "x", x);
    append_attribute(out, "y", y);
    lk_buffer_append_byte(out, '>');
}

static void append_text(lk_buffer *out, const char *class, double x, double y, const char *text,
                        double most) {
    append_text_begin(out, class, x, y);
    lk_append_fitting(out, text, SMALL, most);
    lk_buffer_append_text(out, "</text>\n");
}

// A multiple of a step, without the last digits that rounding leaves.
static void append_tick(lk_buffer *out, const char *class, double x, double y, int index, range r) {
    double scale = pow(10, fmax(0, ceil(-log10(r.step) - 1e-9)));
    append_text_begin(out, class, x, y);
    lk_buffer_append_double(out, round((r.least + index * r.step) * scale) / scale + 0.0);
    lk_buffer_append_text(out, "</text>\n");
}

static void append_line(lk_buffer *out, double x1, double y1, double x2, double y2) {
    lk_buffer_append_text(out, "<line class=\"lk-grid\"");
    append_attribute(out, "x1", x1);
    append_attribute(out, "y1", y1);
    append_attribute(out, "x2", x2);
    append_attribute(out, "y2", y2);
    lk_buffer_append_text(out, "/>\n");
}

// How often a step fits into a range.
static int tick_count(range r) { return (int)((r.most - r.least) / r.step + 0.5); }

static void append_axes(const panel *p) {
    double bottom = p->top + PANEL_HEIGHT;
    for (int i = 0; i <= tick_count(p->y); i++) {
        double y = place_y(p, p->y.least + i * p->y.step);
        append_line(p->out, p->left, y, p->left + p->width, y);
        append_tick(p->out, "lk-small lk-right", p->left - 8, y + 4, i, p->y);
    }
    for (int i = 0; i <= tick_count(p->x); i++) {
        double x = place_x(p, p->x.least + i * p->x.step);
        append_line(p->out, x, bottom, x, bottom + 5);
        append_tick(p->out, "lk-small lk-middle", x, bottom + 18, i, p->x);
    }
    append_text(p->out, "lk-name lk-middle", p->left + p->width / 2, bottom + 38,
                p->of_seconds ? "seconds of training" : "optimizer steps", INFINITY);
}

static void append_stroke(lk_buffer *out, size_t run) {
    const char *dash = dashes[run / COLORS % DASHES];
    lk_buffer_printf(out, " style=\"stroke:var(--c%d)\"", (int)(run % COLORS));
    if (dash[0]) lk_buffer_printf(out, " stroke-dasharray=\"%s\"", dash);
}

// Of long curves, the means over parts of equally many points.
static void append_curve(const panel *p, const char *class, size_t run, const lk_loss_point *points,
                         size_t count) {
    size_t part = count / MOST_POINTS + 1;
    lk_buffer_printf(p->out, "<polyline class=\"%s\"", class);
    append_stroke(p->out, run);
    lk_buffer_append_text(p->out, " points=\"");
    for (size_t begin = 0; begin < count; begin += part) {
        size_t end = count - begin < part ? count : begin + part;
        double x = 0, y = 0, taken = (double)(end - begin);
        for (size_t i = begin; i < end; i++) {
            x += across(&points[i], p->of_seconds);
            y += points[i].loss;
        }
        if (!isfinite(x) || !isfinite(y)) continue;
        lk_append_length(p->out, place_x(p, x / taken));
        lk_buffer_append_byte(p->out, ',');
        lk_append_length(p->out, place_y(p, y / taken));
        lk_buffer_append_byte(p->out, ' ');
    }
    lk_buffer_append_text(p->out, "\"/>\n");
}

static void append_marks(const panel *p, size_t run, const lk_loss_point *points, size_t count) {
    for (size_t i = 0; i < count && count <= MOST_MARKS; i++) {
        if (!isfinite(points[i].loss)) continue;
        lk_buffer_append_text(p->out, "<circle");
        append_attribute(p->out, "cx", place_x(p, across(&points[i], p->of_seconds)));
        append_attribute(p->out, "cy", place_y(p, points[i].loss));
        lk_buffer_printf(p->out, " r=\"2.8\" style=\"fill:var(--c%d)\"/>\n", (int)(run % COLORS));
    }
}

static void append_panel(panel *p, const lk_loss_run *runs, size_t count) {
    p->x = p->y = (range){INFINITY, -INFINITY, 0};
    for (size_t i = 0; i < count; i++) {
        widen_by_points(p, runs[i].training, runs[i].training_count);
        widen_by_points(p, runs[i].validation, runs[i].validation_count);
    }
    round_range(&p->x);
    round_range(&p->y);
    append_axes(p);
    for (size_t i = 0; i < count; i++)
        append_curve(p, "lk-train", i, runs[i].training, runs[i].training_count);
    for (size_t i = 0; i < count; i++) {
        append_curve(p, "lk-val", i, runs[i].validation, runs[i].validation_count);
        append_marks(p, i, runs[i].validation, runs[i].validation_count);
    }
}

// ---- All ----------------------------------------------------------------------------------------

static void append_legend(lk_buffer *out, const lk_loss_run *runs, size_t count) {
    double column = (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS;
    append_text(out, "lk-small", MARGIN, MARGIN + SMALL,
                "thick: validation loss, thin: training loss", INFINITY);
    for (size_t i = 0; i < count; i++) {
        double x = MARGIN + (double)(i % LEGEND_COLUMNS) * column;
        size_t row = i / LEGEND_COLUMNS + 1;
        double y = MARGIN + ROW * (double)row + SMALL;
        lk_buffer_append_text(out, "<line class=\"lk-val\"");
        append_attribute(out, "x1", x);
        append_attribute(out, "y1", y - 4);
        append_attribute(out, "x2", x + 24);
        append_attribute(out, "y2", y - 4);
        append_stroke(out, i);
        lk_buffer_append_text(out, "/>\n");
        append_text(out, "lk-name", x + 32, y, runs[i].name, column - 44);
    }
}

static void append_begin(lk_buffer *out, double height, const lk_loss_run *runs, size_t count) {
    lk_buffer_append_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lk-losses\" "
                               "role=\"img\" style=\"max-width:100%;height:auto\" viewBox=\"0 0 ");
    lk_append_length(out, WIDTH);
    lk_buffer_append_byte(out, ' ');
    lk_append_length(out, height);
    lk_buffer_append_byte(out, '"');
    append_attribute(out, "width", WIDTH);
    append_attribute(out, "height", height);
    lk_buffer_append_text(out, ">\n<title>Losses of ");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) lk_buffer_append_text(out, ", ");
        lk_append_escaped(out, runs[i].name);
    }
    lk_buffer_append_text(out, "</title>\n");
    lk_buffer_append_text(out, style);
    lk_buffer_append_text(out, "<rect class=\"lk-paper\" width=\"100%\" height=\"100%\"/>\n");
}

lk_status lk_losses_draw(lk_buffer *out, const lk_loss_run *runs, size_t count) {
    size_t rows = (count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    double top = MARGIN + ROW * (double)(rows + 2);
    double width = (WIDTH - 2 * MARGIN - 2 * LABEL_WIDTH - GAP) / 2;
    append_begin(out, top + PANEL_HEIGHT + AXIS_HEIGHT + MARGIN, runs, count);
    append_legend(out, runs, count);
    for (int i = 0; i < 2; i++) {
        double left = MARGIN + LABEL_WIDTH + i * (width + LABEL_WIDTH + GAP);
        panel p = {.out = out, .left = left, .top = top, .width = width, .of_seconds = i == 1};
        append_panel(&p, runs, count);
    }
    lk_buffer_append_text(out, "</svg>\n");
    return lk_buffer_status(out);
}
