#include "plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOTS_ACROSS = 2, // dots of a character
    DOTS_DOWN = 4,
    MOST_COLUMNS = 200,
    MOST_ROWS = 40,
    LABEL_COLUMNS = 8 // of the numbers beside the axis
};

void curve_add(curve *c, double x, double y) {
    if (c->count == c->capacity) {
        size_t capacity = c->capacity ? 2 * c->capacity : 256;
        double *grown_x = realloc(c->x, capacity * sizeof *grown_x);
        if (grown_x) c->x = grown_x;
        double *grown_y = realloc(c->y, capacity * sizeof *grown_y);
        if (grown_y) c->y = grown_y;
        if (!grown_x || !grown_y) return;
        c->capacity = capacity;
    }
    c->x[c->count] = x;
    c->y[c->count++] = y;
}

void curve_free(curve *c) {
    free(c->x);
    free(c->y);
    *c = (curve){.name = c->name, .color = c->color};
}

// ---- Ranges -------------------------------------------------------------------------------------

typedef struct range {
    double least, most;
} range;

static void widen(range *r, const double *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        if (values[i] < r->least) r->least = values[i];
        if (values[i] > r->most) r->most = values[i];
    }
}

// Place of a value among `steps` steps of a range.
static int place(range r, double value, int steps) {
    if (r.most <= r.least) return 0;
    int at = (int)((value - r.least) / (r.most - r.least) * (steps - 1) + 0.5);
    return at < 0 ? 0 : at >= steps ? steps - 1 : at;
}

// ---- Dots ---------------------------------------------------------------------------------------

// A character cell: its dots as bits of the Braille block, and the curve drawn there last.
typedef struct canvas {
    int columns, rows;
    unsigned char dots[MOST_ROWS][MOST_COLUMNS];
    unsigned char curve[MOST_ROWS][MOST_COLUMNS];
} canvas;

// Dot of a cell by its place: the Braille block numbers the left column 1, 2, 3, 7 and the right
// one 4, 5, 6, 8.
static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
    {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

static void set_dot(canvas *c, int x, int y, size_t curve_index) {
    int column = x / DOTS_ACROSS, row = y / DOTS_DOWN;
    c->dots[row][column] |= bits[y % DOTS_DOWN][x % DOTS_ACROSS];
    c->curve[row][column] = (unsigned char)curve_index;
}

// The dots of one column that lead from the height of the column before it to its own.
static void join(canvas *c, int x, int from, int to, size_t curve_index) {
    int step = from < to ? 1 : -1;
    for (int y = from; y != to; y += step) set_dot(c, x, y + step, curve_index);
    set_dot(c, x, to, curve_index);
}

typedef struct dot {
    int x, y;
} dot;

// A line from a dot, which is there already, to another in a later column.
static void draw_line(canvas *c, dot from, dot to, size_t curve_index) {
    int y = from.y;
    for (int x = from.x + 1; x <= to.x; x++) {
        int next = from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x);
        join(c, x, y, next, curve_index);
        y = next;
    }
}

typedef struct axes {
    range x, y;
} axes;

// Lines through the means of the points of each column of dots.
static void draw(canvas *c, const curve *line, size_t index, axes a) {
    int width = c->columns * DOTS_ACROSS, height = c->rows * DOTS_DOWN;
    dot last = {-1, 0};
    for (size_t i = 0; i < line->count;) {
        int x = place(a.x, line->x[i], width);
        double sum = 0;
        size_t points = 0;
        for (; i < line->count && place(a.x, line->x[i], width) == x; i++, points++)
            sum += line->y[i];
        if (!isfinite(sum)) continue;
        dot here = {x, height - 1 - place(a.y, sum / (double)points, height)};
        if (last.x < 0)
            set_dot(c, here.x, here.y, index);
        else
            draw_line(c, last, here, index);
        last = here;
    }
}

// ---- Text ---------------------------------------------------------------------------------------

static void append_cell(lk_buffer *out, unsigned char dots) {
    unsigned code_point = 0x2800u + dots; // the Braille block; three bytes of UTF-8
    lk_buffer_append_byte(out, (char)(0xE0 | code_point >> 12));
    lk_buffer_append_byte(out, (char)(0x80 | (code_point >> 6 & 0x3F)));
    lk_buffer_append_byte(out, (char)(0x80 | (code_point & 0x3F)));
}

static void append_row(lk_buffer *out, const canvas *c, int row, const curve *curves, bool color) {
    int current = -1;
    for (int column = 0; column < c->columns; column++) {
        int wanted = c->dots[row][column] ? c->curve[row][column] : -1;
        if (color && wanted >= 0 && wanted != current) {
            lk_buffer_append_text(out, curves[wanted].color);
            current = wanted;
        }
        append_cell(out, c->dots[row][column]);
    }
    if (current >= 0) lk_buffer_append_text(out, "\033[0m");
    lk_buffer_append_byte(out, '\n');
}

static void append_label(lk_buffer *out, const canvas *c, int row, range y) {
    double value = y.most - (y.most - y.least) * row / (c->rows - 1);
    lk_buffer_printf(out, "%*.3f ┤", LABEL_COLUMNS - 2, value);
}

static void append_legend(lk_buffer *out, const curve *curves, size_t count, axes a,
                          const plot_style *style) {
    bool color = style->color;
    lk_buffer_printf(out, "%*s └ %s %.7g to %.7g", LABEL_COLUMNS - 2, "", style->across, a.x.least,
                     a.x.most);
    for (size_t i = 0; i < count; i++) {
        if (curves[i].count == 0) continue;
        lk_buffer_printf(out, "   %s━━%s %s %.4f", color ? curves[i].color : "",
                         color ? "\033[0m" : "", curves[i].name, curves[i].y[curves[i].count - 1]);
    }
    lk_buffer_append_byte(out, '\n');
}

int plot_append(lk_buffer *out, const curve *curves, size_t count, const plot_style *style) {
    int columns = style->columns, rows = style->rows;
    axes a = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}};
    for (size_t i = 0; i < count; i++) {
        widen(&a.x, curves[i].x, curves[i].count);
        widen(&a.y, curves[i].y, curves[i].count);
    }
    columns -= LABEL_COLUMNS;
    if (!(a.x.most > a.x.least) || !(a.y.most >= a.y.least) || columns < 8 || rows < 2) return 0;
    canvas c = {.columns = columns < MOST_COLUMNS ? columns : MOST_COLUMNS,
                .rows = rows < MOST_ROWS ? rows : MOST_ROWS};
    for (size_t i = 0; i < count; i++) draw(&c, &curves[i], i, a);
    for (int row = 0; row < c.rows; row++) {
        append_label(out, &c, row, a.y);
        append_row(out, &c, row, curves, style->color);
    }
    append_legend(out, curves, count, a, style);
    return c.rows + 1;
}
