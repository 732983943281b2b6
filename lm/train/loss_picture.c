// The losses of runs as SVG 1.1: two panels, against optimizer steps and against seconds of
// training, with the same height and the same colours.
#include "draw/axis.h"
#include "draw/svg_text.h"
#include "likelore/lm_report.h"
#include "train/run_lines.h"

#include <math.h>

static const double WIDTH = 960, PANEL_HEIGHT = 320, MARGIN = 20;
static const double LABEL_WIDTH = 52, AXIS_HEIGHT = 46, GAP = 28, ROW = 20, SMALL = 12;
enum { MARKS = 6, MOST_POINTS = 400, MOST_MARKS = 60, LEGEND_COLUMNS = 3 };

static const char style[] =
    "<style>\n"
    ".lk-losses{--lk-paper:#fff;--lk-line:#d0d7de;--lk-text:#1f2328;--lk-quiet:#"
    "59636e;" LK_RUN_COLORS_LIGHT ";font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Helvetica Neue\",Arial,sans-serif}\n"
    "@media (prefers-color-scheme:dark){.lk-losses{--lk-paper:#0d1117;--lk-line:#30363d;"
    "--lk-text:#e6edf3;--lk-quiet:#9aa5b1;" LK_RUN_COLORS_DARK "}}\n"
    ".lk-paper{fill:var(--lk-paper)}.lk-grid{stroke:var(--lk-line);stroke-width:1}\n"
    ".lk-small{fill:var(--lk-quiet);font-size:12px;font-variant-numeric:tabular-nums}\n"
    ".lk-name{fill:var(--lk-text);font-size:12px}.lk-right{text-anchor:end}\n"
    ".lk-middle{text-anchor:middle}\n"
    ".lk-train,.lk-val{fill:none;stroke-linejoin:round}\n"
    ".lk-train{stroke-width:1;opacity:.45}.lk-val{stroke-width:2.2}\n"
    "</style>\n";

typedef struct panel {
    lk_buffer *out;
    double left, top, width;
    bool of_seconds;
    lk_axis x, y;
} panel;

// ---- Ranges -------------------------------------------------------------------------------------

static double across(const lk_log_point *point, bool of_seconds) {
    return of_seconds ? point->seconds : point->step;
}

static void widen_by_series(panel *p, const lk_log_series *series) {
    for (size_t i = 0; i < series->count; i++) {
        if (!isfinite(series->points[i].value)) continue;
        lk_axis_widen(&p->x, across(&series->points[i], p->of_seconds));
        lk_axis_widen(&p->y, series->points[i].value);
    }
}

static double place_x(const panel *p, double x) {
    return p->left + lk_axis_place(&p->x, x) * p->width;
}

static double place_y(const panel *p, double y) {
    return p->top + (1 - lk_axis_place(&p->y, y)) * PANEL_HEIGHT;
}

// ---- Shapes -------------------------------------------------------------------------------------

static void append_text_begin(lk_buffer *out, const char *class, double x, double y) {
    lk_buffer_printf(out, "<text class=\"%s\"", class);
    lk_append_attribute(out, "x", x);
    lk_append_attribute(out, "y", y);
    lk_buffer_append_byte(out, '>');
}

static void append_text(lk_buffer *out, const char *class, double x, double y, const char *text,
                        double most) {
    append_text_begin(out, class, x, y);
    lk_append_fitting(out, text, SMALL, most);
    lk_buffer_append_text(out, "</text>\n");
}

static void append_mark(lk_buffer *out, const char *class, double x, double y, double value) {
    append_text_begin(out, class, x, y);
    lk_buffer_append_double(out, value);
    lk_buffer_append_text(out, "</text>\n");
}

static void append_line(lk_buffer *out, double x1, double y1, double x2, double y2) {
    lk_buffer_append_text(out, "<line class=\"lk-grid\"");
    lk_append_attribute(out, "x1", x1);
    lk_append_attribute(out, "y1", y1);
    lk_append_attribute(out, "x2", x2);
    lk_append_attribute(out, "y2", y2);
    lk_buffer_append_text(out, "/>\n");
}

static void append_axes(const panel *p) {
    double bottom = p->top + PANEL_HEIGHT;
    for (int i = 0; i < lk_axis_count(&p->y); i++) {
        double mark = lk_axis_mark(&p->y, i), y = place_y(p, mark);
        append_line(p->out, p->left, y, p->left + p->width, y);
        append_mark(p->out, "lk-small lk-right", p->left - 8, y + 4, mark);
    }
    for (int i = 0; i < lk_axis_count(&p->x); i++) {
        double mark = lk_axis_mark(&p->x, i), x = place_x(p, mark);
        append_line(p->out, x, bottom, x, bottom + 5);
        append_mark(p->out, "lk-small lk-middle", x, bottom + 18, mark);
    }
    append_text(p->out, "lk-name lk-middle", p->left + p->width / 2, bottom + 38,
                p->of_seconds ? "seconds of training" : "optimizer steps", INFINITY);
}

// Of long curves, the means over parts of equally many points.
static void append_curve(const panel *p, const char *class, size_t run,
                         const lk_log_series *series) {
    size_t count = series->count, part = count / MOST_POINTS + 1;
    lk_buffer_printf(p->out, "<polyline class=\"%s\"", class);
    lk_run_stroke_append(p->out, run);
    lk_buffer_append_text(p->out, " points=\"");
    for (size_t begin = 0; begin < count; begin += part) {
        size_t end = count - begin < part ? count : begin + part;
        double x = 0, y = 0, taken = (double)(end - begin);
        for (size_t i = begin; i < end; i++) {
            x += across(&series->points[i], p->of_seconds);
            y += series->points[i].value;
        }
        if (!isfinite(x) || !isfinite(y)) continue;
        lk_append_length(p->out, place_x(p, x / taken));
        lk_buffer_append_byte(p->out, ',');
        lk_append_length(p->out, place_y(p, y / taken));
        lk_buffer_append_byte(p->out, ' ');
    }
    lk_buffer_append_text(p->out, "\"/>\n");
}

static void append_marks(const panel *p, size_t run, const lk_log_series *series) {
    for (size_t i = 0; i < series->count && series->count <= MOST_MARKS; i++) {
        const lk_log_point *point = &series->points[i];
        if (!isfinite(point->value)) continue;
        lk_buffer_append_text(p->out, "<circle");
        lk_append_attribute(p->out, "cx", place_x(p, across(point, p->of_seconds)));
        lk_append_attribute(p->out, "cy", place_y(p, point->value));
        lk_buffer_printf(p->out, " r=\"2.8\" style=\"fill:var(--c%d)\"/>\n", lk_run_color(run));
    }
}

static void append_panel(panel *p, const lk_run_log *logs, size_t count) {
    p->x = p->y = lk_axis_make();
    for (size_t i = 0; i < count; i++) {
        widen_by_series(p, &logs[i].series[LK_LOG_LOSS]);
        widen_by_series(p, &logs[i].series[LK_LOG_VAL_LOSS]);
    }
    lk_axis_round(&p->x, MARKS);
    lk_axis_round(&p->y, MARKS);
    append_axes(p);
    for (size_t i = 0; i < count; i++) append_curve(p, "lk-train", i, &logs[i].series[LK_LOG_LOSS]);
    for (size_t i = 0; i < count; i++) {
        append_curve(p, "lk-val", i, &logs[i].series[LK_LOG_VAL_LOSS]);
        append_marks(p, i, &logs[i].series[LK_LOG_VAL_LOSS]);
    }
}

// ---- All ----------------------------------------------------------------------------------------

static void append_legend(lk_buffer *out, const lk_run_log *logs, size_t count) {
    double column = (WIDTH - 2 * MARGIN) / LEGEND_COLUMNS;
    append_text(out, "lk-small", MARGIN, MARGIN + SMALL,
                "thick: validation loss, thin: training loss", INFINITY);
    for (size_t i = 0; i < count; i++) {
        double x = MARGIN + (double)(i % LEGEND_COLUMNS) * column;
        size_t row = i / LEGEND_COLUMNS + 1;
        double y = MARGIN + ROW * (double)row + SMALL;
        lk_buffer_append_text(out, "<line class=\"lk-val\"");
        lk_append_attribute(out, "x1", x);
        lk_append_attribute(out, "y1", y - 4);
        lk_append_attribute(out, "x2", x + 24);
        lk_append_attribute(out, "y2", y - 4);
        lk_run_stroke_append(out, i);
        lk_buffer_append_text(out, "/>\n");
        append_text(out, "lk-name", x + 32, y, logs[i].name, column - 44);
    }
}

static void append_begin(lk_buffer *out, double height, const lk_run_log *logs, size_t count) {
    lk_buffer_append_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lk-losses\" "
                               "role=\"img\" style=\"max-width:100%;height:auto\" viewBox=\"0 0 ");
    lk_append_length(out, WIDTH);
    lk_buffer_append_byte(out, ' ');
    lk_append_length(out, height);
    lk_buffer_append_byte(out, '"');
    lk_append_attribute(out, "width", WIDTH);
    lk_append_attribute(out, "height", height);
    lk_buffer_append_text(out, ">\n<title>Losses of ");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) lk_buffer_append_text(out, ", ");
        lk_append_escaped(out, logs[i].name);
    }
    lk_buffer_append_text(out, "</title>\n");
    lk_buffer_append_text(out, style);
    lk_buffer_append_text(out, "<rect class=\"lk-paper\" width=\"100%\" height=\"100%\"/>\n");
}

lk_status lk_losses_draw(lk_buffer *out, const lk_run_log *logs, size_t count) {
    size_t rows = (count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    double top = MARGIN + ROW * (double)(rows + 2);
    double width = (WIDTH - 2 * MARGIN - 2 * LABEL_WIDTH - GAP) / 2;
    append_begin(out, top + PANEL_HEIGHT + AXIS_HEIGHT + MARGIN, logs, count);
    append_legend(out, logs, count);
    for (int i = 0; i < 2; i++) {
        double left = MARGIN + LABEL_WIDTH + i * (width + LABEL_WIDTH + GAP);
        panel p = {.out = out, .left = left, .top = top, .width = width, .of_seconds = i == 1};
        append_panel(&p, logs, count);
    }
    lk_buffer_append_text(out, "</svg>\n");
    return lk_buffer_status(out);
}
