#include "train/chart.h"

#include "draw/axis.h"
#include "draw/svg_text.h"
#include "train/run_lines.h"

#include <math.h>

// Columns of a long line: each is drawn by the least and the most of its points.
enum { MOST_COLUMNS = 500, MOST_MARKS = 60 };

const char lk_chart_style[] =
    ":root{" LK_RUN_COLORS_LIGHT "}"
    "@media (prefers-color-scheme:dark){:root{" LK_RUN_COLORS_DARK "}}"
    ".charts{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),"
    "1fr))}"
    ".charts.many{gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(10rem,1fr))}"
    "figure{margin:0;min-width:0;break-inside:avoid}"
    "figcaption{font-weight:600;font-size:.95rem}"
    ".many figure{display:flex;flex-direction:column}"
    ".many figcaption{flex:1;font-weight:400;font-size:.75rem;line-height:1.3}"
    "figure p{margin:0;color:var(--quiet);font-size:.75rem;line-height:1.3}"
    ".chart{display:block;width:100%;height:auto;overflow:visible;fill:none}"
    ".chart text{fill:var(--quiet);font-size:13px;font-variant-numeric:tabular-nums}"
    ".chart.small text{font-size:11px}"
    ".chart .s{text-anchor:start}.chart .e{text-anchor:end}.chart .m{text-anchor:middle}"
    ".grid{stroke:var(--line)}.guide{stroke:var(--quiet);stroke-dasharray:1 3;stroke-width:1.5}"
    ".line{stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}"
    ".small .line{stroke-width:1.6}"
    ".faint{stroke-width:1.2;opacity:.5}.small .faint{stroke-width:1}"
    "@media (min-width:56rem){.two text{font-size:11px}}"
    "@media (max-width:40rem){.chart text{font-size:19px}.chart.small text{font-size:13px}}";

// ---- Numbers ------------------------------------------------------------------------------------

static double round_to(double value, int digits) {
    double scale = pow(10, digits - 1 - floor(log10(fabs(value))));
    double rounded = round(value * scale) / scale;
    return isfinite(rounded) ? rounded : value;
}

void lk_chart_number_append(lk_buffer *out, double value, int digits) {
    static const struct {
        double least, unit;
        const char *sign;
    } units[] = {{1e15, 1, ""}, {1e9, 1e9, "G"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}, {0, 1, ""}};
    if (!isfinite(value)) {
        lk_buffer_append_text(out, "–");
        return;
    }
    if (value != 0) value = round_to(value, digits);
    size_t i = 0;
    while (fabs(value) < units[i].least) i++;
    value /= units[i].unit;
    lk_buffer_append_double(out, value == 0 ? 0 : round_to(value, digits));
    lk_buffer_append_text(out, units[i].sign);
}

// ---- Frames -------------------------------------------------------------------------------------

typedef struct frame {
    double width, height; // of the picture
    double left, right, top, bottom;
    lk_axis x, y;
    double x_unit; // of an axis of time, in seconds
    const char *x_name;
} frame;

static frame make_frame(const lk_chart *chart) {
    frame f = {.width = 540, .height = 290, .left = 68, .right = 16, .top = 34, .bottom = 50};
    if (chart->small)
        f = (frame){.width = 190, .height = 110, .left = 34, .right = 8, .top = 8, .bottom = 20};
    f.x = f.y = lk_axis_make();
    f.x_unit = 1;
    f.x_name = "optimizer steps";
    if (chart->from_zero) lk_axis_widen(&f.y, 0);
    return f;
}

static double place_x(const frame *f, double x) {
    return f->left + lk_axis_place(&f->x, x) * (f->width - f->left - f->right);
}

static double place_y(const frame *f, double y) {
    return f->height - f->bottom - lk_axis_place(&f->y, y) * (f->height - f->top - f->bottom);
}

static void append_line(lk_buffer *out, const char *class, const double ends[4]) {
    static const char *const names[] = {"x1", "y1", "x2", "y2"};
    lk_buffer_printf(out, "<line class=\"%s\"", class);
    for (int i = 0; i < 4; i++) lk_append_attribute(out, names[i], ends[i]);
    lk_buffer_append_text(out, "/>\n");
}

static void append_text_begin(lk_buffer *out, const char *class, double x, double y) {
    lk_buffer_printf(out, "<text class=\"%s\"", class);
    lk_append_attribute(out, "x", x);
    lk_append_attribute(out, "y", y);
    lk_buffer_append_byte(out, '>');
}

static void append_text(lk_buffer *out, const char *class, double x, double y, const char *text) {
    append_text_begin(out, class, x, y);
    lk_append_escaped(out, text);
    lk_buffer_append_text(out, "</text>\n");
}

static void append_mark(lk_buffer *out, const char *class, double x, double y, double value) {
    append_text_begin(out, class, x, y);
    lk_chart_number_append(out, value, 6);
    lk_buffer_append_text(out, "</text>\n");
}

static void append_y_axis(lk_buffer *out, const frame *f, const lk_chart *chart) {
    for (int i = 0; i < lk_axis_count(&f->y); i++) {
        double mark = lk_axis_mark(&f->y, i), y = place_y(f, mark);
        append_line(out, "grid", (double[]){f->left, y, f->width - f->right, y});
        append_mark(out, "e", f->left - 6, y + 4, mark);
    }
    if (!chart->small) append_text(out, "s", 4, 14, chart->unit);
}

static void append_x_axis(lk_buffer *out, const frame *f, const lk_chart *chart) {
    double bottom = f->height - f->bottom;
    for (int i = 0; i < lk_axis_count(&f->x); i++) {
        double mark = lk_axis_mark(&f->x, i), x = place_x(f, mark);
        append_line(out, "grid", (double[]){x, bottom, x, bottom + 4});
        append_mark(out, "m", x, bottom + (chart->small ? 15 : 20), mark);
    }
    if (!chart->small)
        append_text(out, "m", (f->left + f->width - f->right) / 2, f->height - 4, f->x_name);
}

// Their values stand above the lines, which would cover them.
static void append_guides(lk_buffer *out, const frame *f, const lk_chart *chart) {
    double right = f->width - f->right;
    for (size_t i = 0; i < chart->guide_count; i++) {
        double y = place_y(f, chart->guides[i]);
        append_line(out, "guide", (double[]){f->left, y, right, y});
    }
    if (!chart->guide_name || chart->guide_count == 0) return;
    append_text_begin(out, "e", right, 14);
    lk_append_escaped(out, chart->guide_name);
    for (size_t i = 0; i < chart->guide_count; i++) {
        lk_buffer_append_text(out, i ? ", " : " ");
        lk_chart_number_append(out, chart->guides[i], 4);
    }
    lk_buffer_append_text(out, "</text>\n");
}

// Names such as transformer.h.0.attn.c_attn.weight may be broken at their dots.
static void append_caption(lk_buffer *out, const char *title) {
    lk_buffer_append_text(out, "<figure><figcaption>");
    for (const char *at = title; *at;) {
        size_t length = strcspn(at, "._");
        if (at[length]) length++;
        lk_append_escaped_part(out, at, length);
        at += length;
        if (*at) lk_buffer_append_text(out, "<wbr/>");
    }
    lk_buffer_append_text(out, "</figcaption>\n");
}

// What comes before the lines, but for what the picture is called by those who do not see it.
static void append_begin(lk_buffer *out, const frame *f, const lk_chart *chart) {
    append_caption(out, chart->title);
    lk_buffer_printf(out,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart%s\" "
                     "role=\"img\" viewBox=\"0 0 %.0f %.0f\">\n<title>",
                     chart->small ? " small" : "", f->width, f->height);
    lk_append_escaped(out, chart->title);
    lk_buffer_append_text(out, "</title>\n");
}

static void append_path_begin(lk_buffer *out, size_t run, bool faint) {
    lk_buffer_printf(out, "<path class=\"line%s\"", faint ? " faint" : "");
    lk_run_stroke_append(out, run);
    lk_buffer_append_text(out, " d=\"");
}

static void append_place(lk_buffer *out, char command, double x, double y) {
    lk_buffer_append_byte(out, command);
    lk_append_length(out, x);
    lk_buffer_append_byte(out, ',');
    lk_append_length(out, y);
}

// ---- Lines --------------------------------------------------------------------------------------

static double across(const lk_log_point *point, const lk_chart *chart, const frame *f) {
    return chart->of_seconds ? point->seconds / f->x_unit : point->step;
}

bool lk_chart_has_points(const lk_chart_line *lines, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lines[i].series->count; j++)
            if (isfinite(lines[i].series->points[j].value)) return true;
    return false;
}

static double most_seconds(const lk_chart_line *lines, size_t count) {
    double most = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lines[i].series->count; j++)
            most = fmax(most, lines[i].series->points[j].seconds);
    return most;
}

static void choose_unit_of_time(frame *f, double seconds) {
    static const struct {
        double seconds;
        const char *name;
    } units[] = {
        {3600, "hours of training"}, {60, "minutes of training"}, {1, "seconds of training"}};
    const double least = 2; // of a unit that is used
    size_t i = 0;
    while (units[i].seconds > 1 && seconds < least * units[i].seconds) i++;
    f->x_unit = units[i].seconds;
    f->x_name = units[i].name;
}

static void fit_lines(frame *f, const lk_chart *chart, const lk_chart_line *lines, size_t count) {
    if (chart->of_seconds) choose_unit_of_time(f, most_seconds(lines, count));
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < lines[i].series->count; j++) {
            const lk_log_point *point = &lines[i].series->points[j];
            if (!isfinite(point->value)) continue;
            lk_axis_widen(&f->x, across(point, chart, f));
            lk_axis_widen(&f->y, point->value);
        }
    if (!chart->small) lk_axis_widen(&f->x, 0);
    for (size_t i = 0; i < chart->guide_count; i++) lk_axis_widen(&f->y, chart->guides[i]);
    lk_axis_divide(&f->x, chart->small ? 3 : 5);
    lk_axis_round(&f->y, chart->small ? 3 : 5);
}

typedef struct pen {
    lk_buffer *out;
    const frame *frame;
    const lk_chart *chart;
    bool down; // on the paper: the next point is joined to the one before
} pen;

// A point without another beside it is a dot, by the round ends of its line of no length.
static void draw_to(pen *p, const lk_log_point *point) {
    double x = place_x(p->frame, across(point, p->chart, p->frame));
    append_place(p->out, p->down ? 'L' : 'M', x, place_y(p->frame, point->value));
    if (!p->down) lk_buffer_append_text(p->out, "h0");
    p->down = true;
}

// The least and the most of the points from `begin` to `end`, in their order. Where none has a
// value the line is broken.
static void draw_column(pen *p, const lk_log_point *points, size_t begin, size_t end) {
    size_t least = end, most = end;
    for (size_t i = begin; i < end; i++) {
        if (!isfinite(points[i].value)) continue;
        if (least == end || points[i].value < points[least].value) least = i;
        if (most == end || points[i].value > points[most].value) most = i;
    }
    if (least == end) {
        p->down = false;
        return;
    }
    draw_to(p, &points[least < most ? least : most]);
    if (least != most) draw_to(p, &points[least < most ? most : least]);
}

static void append_series(lk_buffer *out, const frame *f, const lk_chart *chart,
                          const lk_chart_line *line) {
    const lk_log_series *series = line->series;
    size_t columns = series->count <= 2 * MOST_COLUMNS ? series->count : MOST_COLUMNS;
    pen p = {.out = out, .frame = f, .chart = chart};
    append_path_begin(out, line->run, line->faint);
    for (size_t i = 0; i < columns; i++)
        draw_column(&p, series->points, series->count * i / columns,
                    series->count * (i + 1) / columns);
    lk_buffer_append_text(out, "\"/>\n");
}

// Dots that tell their values.
static void append_dots(lk_buffer *out, const frame *f, const lk_chart *chart,
                        const lk_chart_line *line) {
    for (size_t i = 0; i < line->series->count && line->series->count <= MOST_MARKS; i++) {
        const lk_log_point *point = &line->series->points[i];
        if (!isfinite(point->value)) continue;
        lk_buffer_append_text(out, "<circle");
        lk_append_attribute(out, "cx", place_x(f, across(point, chart, f)));
        lk_append_attribute(out, "cy", place_y(f, point->value));
        lk_buffer_printf(out, " r=\"3\" style=\"fill:var(--c%d)\"><title>",
                         lk_run_color(line->run));
        lk_append_escaped(out, chart->names[line->run]);
        lk_buffer_append_text(out, ", step ");
        lk_buffer_append_double(out, point->step);
        lk_buffer_append_text(out, ": ");
        lk_chart_number_append(out, point->value, 5);
        lk_buffer_append_text(out, "</title></circle>\n");
    }
}

static const lk_log_point *last_point(const lk_log_series *series) {
    const lk_log_point *last = NULL;
    for (size_t i = 0; i < series->count; i++)
        if (isfinite(series->points[i].value)) last = &series->points[i];
    return last;
}

static void describe_lines(lk_buffer *out, const lk_chart *chart, const lk_chart_line *lines,
                           size_t count) {
    lk_buffer_append_text(out, "<desc>");
    for (size_t i = 0; i < count; i++) {
        const lk_log_point *last = last_point(lines[i].series);
        if (!last || lines[i].faint) continue;
        lk_append_escaped(out, chart->names[lines[i].run]);
        lk_buffer_append_text(out, " ends with ");
        lk_chart_number_append(out, last->value, 5);
        lk_buffer_append_text(out, " at step ");
        lk_buffer_append_double(out, last->step);
        lk_buffer_append_text(out, ". ");
    }
    lk_buffer_append_text(out, "</desc>\n");
}

void lk_chart_append(lk_buffer *out, const lk_chart *chart, const lk_chart_line *lines,
                     size_t count) {
    frame f = make_frame(chart);
    fit_lines(&f, chart, lines, count);
    append_begin(out, &f, chart);
    describe_lines(out, chart, lines, count);
    append_y_axis(out, &f, chart);
    append_x_axis(out, &f, chart);
    for (size_t i = 0; i < count; i++) append_series(out, &f, chart, &lines[i]);
    for (size_t i = 0; i < count && !chart->small; i++)
        if (!lines[i].faint) append_dots(out, &f, chart, &lines[i]);
    append_guides(out, &f, chart);
    lk_buffer_append_text(out, "</svg></figure>\n");
}

// ---- Histograms ---------------------------------------------------------------------------------

static double bin_width(const lk_log_histogram *h) { return (h->most - h->least) / LK_BINS; }

// Of values that are all the same, a bin as wide as others would be about them.
static double density(const lk_log_histogram *h, int bin) {
    double width = bin_width(h);
    return width > 0 ? h->counts[bin] / h->total / width : 0;
}

static void fit_histograms(frame *f, const lk_chart_bars *bars, size_t count) {
    const double deviations = 4;
    lk_axis_widen(&f->y, 0);
    for (size_t i = 0; i < count; i++) {
        const lk_log_histogram *h = bars[i].histogram;
        if (h->total <= 0) continue;
        double reach = deviations * h->deviation;
        bool known = isfinite(h->mean) && isfinite(reach);
        lk_axis_widen(&f->x, known ? fmax(h->least, h->mean - reach) : h->least);
        lk_axis_widen(&f->x, known ? fmin(h->most, h->mean + reach) : h->most);
        for (int bin = 0; bin < LK_BINS; bin++) lk_axis_widen(&f->y, density(h, bin));
    }
    lk_axis_divide(&f->x, 3);
    lk_axis_round(&f->y, 2);
}

static double within(const lk_axis *axis, double value) {
    return fmin(fmax(value, axis->least), axis->most);
}

// The outline of the bins that are in the picture; a single value is an upright line.
static void append_outline(lk_buffer *out, const frame *f, const lk_chart_bars *bars) {
    const lk_log_histogram *h = bars->histogram;
    double width = bin_width(h), zero = place_y(f, 0);
    if (h->total <= 0) return;
    append_path_begin(out, bars->run, bars->faint);
    append_place(out, 'M', place_x(f, within(&f->x, h->least)), zero);
    if (!(width > 0)) append_place(out, 'L', place_x(f, h->least), f->top);
    for (int bin = 0; bin < LK_BINS && width > 0; bin++) {
        double left = h->least + bin * width, y = place_y(f, density(h, bin));
        if (left + width < f->x.least || left > f->x.most) continue;
        append_place(out, 'L', place_x(f, within(&f->x, left)), y);
        append_place(out, 'L', place_x(f, within(&f->x, left + width)), y);
    }
    if (width > 0) append_place(out, 'L', place_x(f, within(&f->x, h->most)), zero);
    lk_buffer_append_text(out, "\"/>\n");
}

static void describe_histograms(lk_buffer *out, const lk_chart *chart, const lk_chart_bars *bars,
                                size_t count) {
    lk_buffer_append_text(out, "<desc>");
    for (size_t i = 0; i < count; i++) {
        const lk_log_histogram *h = bars[i].histogram;
        if (bars[i].faint || h->total <= 0) continue;
        lk_append_escaped(out, chart->names[bars[i].run]);
        lk_buffer_append_text(out, ": mean ");
        lk_chart_number_append(out, h->mean, 3);
        lk_buffer_append_text(out, ", deviation ");
        lk_chart_number_append(out, h->deviation, 3);
        lk_buffer_append_text(out, ". ");
    }
    lk_buffer_append_text(out, "</desc>\n");
}

void lk_chart_append_histograms(lk_buffer *out, const lk_chart *chart, const lk_chart_bars *bars,
                                size_t count, const char *note) {
    frame f = make_frame(chart);
    fit_histograms(&f, bars, count);
    f.left = f.right; // densities have no marks
    append_begin(out, &f, chart);
    describe_histograms(out, chart, bars, count);
    append_x_axis(out, &f, chart);
    append_line(out, "grid", (double[]){f.left, place_y(&f, 0), f.width - f.right, place_y(&f, 0)});
    for (size_t i = 0; i < count; i++) append_outline(out, &f, &bars[i]);
    lk_buffer_append_text(out, "</svg>\n");
    if (note) {
        lk_buffer_append_text(out, "<p>");
        lk_append_escaped(out, note);
        lk_buffer_append_text(out, "</p>");
    }
    lk_buffer_append_text(out, "</figure>\n");
}
