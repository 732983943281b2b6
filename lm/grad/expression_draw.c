// The graph of an expression from left to right: a box for each value, and before the box of an
// operation a circle with its sign. The layout is that of core/draw, which goes down, turned on its
// side: a value with its circle is one node there.
#include "grad/expression.h"

#include "draw/layout.h"
#include "draw/svg_text.h"

#include <math.h>

static const double MARGIN = 16, NODE_GAP = 14, LAYER_GAP = 30, HEIGHT = 28, PADDING = 13;
static const double FONT = 13, STEM = 16; // between circle and box
static const double HEAD_LENGTH = 8, HEAD_WIDTH = 7;
enum { SHRUNK_WIDTH = 1000 }; // pictures up to this width shrink to fit; others are scrolled

// ---- Words --------------------------------------------------------------------------------------

// "x1 | data 2.0000 | grad -1.5000"; of constants and what has no name a part less.
static void append_caption(lk_buffer *out, const lk_step *step) {
    if (step->node.name) lk_buffer_printf(out, "%s | ", step->node.name);
    lk_buffer_printf(out, "data %.4f", step->node.value);
    if (!step->is_constant) lk_buffer_printf(out, " | grad %.4f", step->node.gradient);
}

// "+", "tanh"; of inputs and numbers "".
static const char *sign_of(const lk_step *step) {
    if (step->node.input_count == 0) return "";
    if (step->code == LK_STEP_ADD) return "+"; // without the spaces of formulas
    if (step->code == LK_STEP_SUBTRACT) return "-";
    const char *sign = lk_step_sign(step);
    return sign ? sign : step->node.op;
}

// ---- Graphviz -----------------------------------------------------------------------------------

static void append_dot_node(lk_buffer *out, const lk_expression *e, size_t index) {
    const lk_step *step = &e->steps[index];
    lk_buffer_printf(out, "  n%zu [shape=record, label=\"{ ", index);
    append_caption(out, step);
    lk_buffer_append_text(out, " }\"];\n");
    if (step->node.input_count == 0) return;
    lk_buffer_printf(out, "  o%zu [label=\"%s\"];\n  o%zu -> n%zu;\n", index, sign_of(step), index,
                     index);
    for (size_t i = 0; i < step->node.input_count; i++)
        lk_buffer_printf(out, "  n%zu -> o%zu;\n", step->node.inputs[i], index);
}

void lk_expression_to_dot(lk_buffer *out, const lk_expression *expression) {
    lk_buffer_append_text(out, "digraph expression {\n  rankdir=LR;\n");
    for (size_t i = 0; i < expression->count; i++) append_dot_node(out, expression, i);
    lk_buffer_append_text(out, "}\n");
}

// ---- Layout -------------------------------------------------------------------------------------

static const char style[] =
    "<style>\n"
    ".lk-gradients{--lk-paper:#fff;--lk-box:#f6f8fa;--lk-line:#59636e;--lk-text:#1f2328;"
    "--lk-result:#1f6feb;background:var(--lk-paper);"
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}\n"
    "@media (prefers-color-scheme:dark){.lk-gradients{--lk-paper:#0d1117;--lk-box:#1a212b;"
    "--lk-line:#9aa5b1;--lk-text:#e6edf3;--lk-result:#4493f8}}\n"
    ".lk-paper{fill:var(--lk-paper)}\n"
    ".lk-box,.lk-op{fill:var(--lk-box);stroke:var(--lk-line);stroke-width:1.2}\n"
    ".lk-result{stroke:var(--lk-result);stroke-width:2.5}\n"
    ".lk-gradients "
    "text{fill:var(--lk-text);font-size:13px;text-anchor:middle;font-variant-numeric:tabular-nums}"
    "\n"
    ".lk-edge{fill:none;stroke:var(--lk-line);stroke-width:1.4}\n"
    ".lk-head{fill:var(--lk-line)}\n"
    "</style>\n";

typedef struct shape {
    double circle; // width of the ellipse of the operation; 0: none
    double box;
    double width; // of both, with the stem between
} shape;

typedef struct painter {
    lk_buffer *out;
    lk_arena *arena;
    const lk_expression *expression;
    lk_buffer caption;
    shape *shapes;
    lk_layout_edge *edges;
    size_t edge_count;
    lk_layout layout; // its x is our y
} painter;

static const char *caption_of(painter *p, size_t index) {
    lk_buffer_clear(&p->caption);
    append_caption(&p->caption, &p->expression->steps[index]);
    return lk_buffer_text(&p->caption);
}

static shape shape_of(painter *p, size_t index) {
    const char *sign = sign_of(&p->expression->steps[index]);
    shape s = {.box = lk_text_width(caption_of(p, index), FONT) + 2 * PADDING};
    if (*sign) s.circle = fmax(HEIGHT, lk_text_width(sign, FONT) + 2 * PADDING);
    s.width = s.box + (*sign ? s.circle + STEM : 0);
    return s;
}

// Of x*x there is one edge.
static void list_edges(painter *p) {
    for (size_t i = 0; i < p->expression->count; i++) {
        const lk_expression_node *node = &p->expression->steps[i].node;
        for (size_t j = 0; j < node->input_count; j++)
            if (j == 0 || node->inputs[j] != node->inputs[0])
                p->edges[p->edge_count++] =
                    (lk_layout_edge){(uint32_t)node->inputs[j], (uint32_t)i};
    }
}

static lk_status lay_out(painter *p) {
    size_t count = p->expression->count;
    double *widths = lk_arena_alloc(p->arena, count, sizeof *widths);
    double *heights = lk_arena_alloc(p->arena, count, sizeof *heights);
    p->shapes = lk_arena_alloc(p->arena, count, sizeof *p->shapes);
    p->edges = lk_arena_alloc(p->arena, 2 * count, sizeof *p->edges);
    LK_NEED(widths);
    LK_NEED(heights);
    LK_NEED(p->shapes);
    LK_NEED(p->edges);
    for (size_t i = 0; i < count; i++) {
        p->shapes[i] = shape_of(p, i);
        widths[i] = HEIGHT;
        heights[i] = p->shapes[i].width;
    }
    LK_TRY(p->caption.status);
    list_edges(p);
    lk_layout_graph graph = {.count = (uint32_t)count,
                             .widths = widths,
                             .heights = heights,
                             .arrows = p->edges,
                             .arrow_count = p->edge_count,
                             .node_gap = NODE_GAP,
                             .layer_gap = LAYER_GAP};
    return lk_layout_make(p->arena, &p->layout, &graph);
}

// ---- SVG ----------------------------------------------------------------------------------------

static void append_length(painter *p, const char *before, double length) {
    lk_buffer_append_text(p->out, before);
    lk_append_length(p->out, length);
}

static double y_of(const painter *p, size_t index) { return MARGIN + p->layout.places[index].x; }

// Values stand at the right end of their layer, circles to the left of them.
static double right_of(const painter *p, size_t index) {
    return MARGIN + p->layout.places[index].y + p->shapes[index].width / 2;
}

static double left_of(const painter *p, size_t index) {
    return right_of(p, index) - p->shapes[index].width;
}

// A curve that begins and ends level.
static void append_curve(painter *p, double x0, double y0, double x1, double y1) {
    double middle = (x0 + x1) / 2;
    append_length(p, "C", middle);
    append_length(p, " ", y0);
    append_length(p, " ", middle);
    append_length(p, " ", y1);
    append_length(p, " ", x1);
    append_length(p, " ", y1);
}

static void append_head(painter *p, double x, double y) {
    append_length(p, "<path class=\"lk-head\" d=\"M", x);
    append_length(p, " ", y);
    append_length(p, "l", -HEAD_LENGTH);
    append_length(p, " ", -HEAD_WIDTH / 2);
    append_length(p, "v", HEAD_WIDTH);
    lk_buffer_append_text(p->out, "z\"/>\n");
}

static void append_edge(painter *p, size_t index) {
    lk_layout_edge edge = p->edges[index];
    const lk_layout_route *route = &p->layout.arrows[index];
    double x = right_of(p, edge.from), y = y_of(p, edge.from);
    append_length(p, "<path class=\"lk-edge\" d=\"M", x);
    append_length(p, " ", y);
    append_length(p, "H", x = MARGIN + p->layout.places[edge.from].bottom);
    for (uint32_t i = 0; i < route->bend_count; i++) {
        lk_layout_bend bend = route->bends[i];
        append_curve(p, x, y, MARGIN + bend.top, MARGIN + bend.x);
        append_length(p, "H", x = MARGIN + bend.bottom);
        y = MARGIN + bend.x;
    }
    double end = left_of(p, edge.to);
    append_curve(p, x, y, MARGIN + p->layout.places[edge.to].top, y_of(p, edge.to));
    append_length(p, "H", end - HEAD_LENGTH + 1);
    lk_buffer_append_text(p->out, "\"/>\n");
    append_head(p, end, y_of(p, edge.to));
}

static void append_text(painter *p, const char *text, double x, double y) {
    append_length(p, "<text x=\"", x);
    append_length(p, "\" y=\"", y + FONT * .36);
    lk_buffer_append_text(p->out, "\">");
    lk_append_escaped(p->out, text);
    lk_buffer_append_text(p->out, "</text>\n");
}

static void append_circle(painter *p, size_t index) {
    const shape *s = &p->shapes[index];
    double x = left_of(p, index) + s->circle / 2, y = y_of(p, index);
    append_length(p, "<ellipse class=\"lk-op\" cx=\"", x);
    append_length(p, "\" cy=\"", y);
    append_length(p, "\" rx=\"", s->circle / 2);
    append_length(p, "\" ry=\"", HEIGHT / 2);
    append_length(p, "\"/>\n<path class=\"lk-edge\" d=\"M", x + s->circle / 2);
    append_length(p, " ", y);
    append_length(p, "h", STEM - HEAD_LENGTH + 1);
    lk_buffer_append_text(p->out, "\"/>\n");
    append_head(p, x + s->circle / 2 + STEM, y);
    append_text(p, sign_of(&p->expression->steps[index]), x, y);
}

static void append_box(painter *p, size_t index) {
    const shape *s = &p->shapes[index];
    double left = right_of(p, index) - s->box, y = y_of(p, index);
    bool is_result = index == p->expression->result;
    lk_buffer_printf(p->out, "<rect class=\"lk-box%s\" rx=\"4\"", is_result ? " lk-result" : "");
    append_length(p, " x=\"", left);
    append_length(p, "\" y=\"", y - HEIGHT / 2);
    append_length(p, "\" width=\"", s->box);
    append_length(p, "\" height=\"", HEIGHT);
    lk_buffer_append_text(p->out, "\"/>\n");
    append_text(p, caption_of(p, index), left + s->box / 2, y);
}

static void append_begin(painter *p) {
    double width = p->layout.height + 2 * MARGIN, height = p->layout.width + 2 * MARGIN;
    append_length(p,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lk-gradients\" role=\"img\" "
                  "width=\"",
                  width);
    append_length(p, "\" height=\"", height);
    append_length(p, "\" viewBox=\"0 0 ", width);
    append_length(p, " ", height);
    lk_buffer_append_byte(p->out, '"');
    if (width <= SHRUNK_WIDTH)
        lk_buffer_append_text(p->out, " style=\"max-width:100%;height:auto\"");
    lk_buffer_printf(p->out,
                     ">\n<title>Values and gradients of an expression</title>\n<desc>%zu values; "
                     "the result is %.6g</desc>\n",
                     p->expression->count, p->expression->steps[p->expression->result].node.value);
    lk_buffer_append_text(p->out, style);
    lk_buffer_append_text(p->out, "<rect class=\"lk-paper\" width=\"100%\" height=\"100%\"/>\n");
}

static void paint(painter *p) {
    append_begin(p);
    for (size_t i = 0; i < p->edge_count; i++) append_edge(p, i);
    for (size_t i = 0; i < p->expression->count; i++) {
        append_box(p, i);
        if (p->shapes[i].circle > 0) append_circle(p, i);
    }
    lk_buffer_append_text(p->out, "</svg>\n");
}

lk_status lk_expression_to_svg(lk_buffer *out, const lk_expression *expression) {
    if (expression->count > LK_LAYOUT_MOST_VERTICES)
        return lk_fail(out->context, LK_ERROR_LIMIT, "%zu values are too many for a picture",
                       expression->count);
    lk_arena arena = lk_arena_make(out->context, 0);
    painter p = {.out = out,
                 .arena = &arena,
                 .expression = expression,
                 .caption = lk_buffer_make(out->context)};
    lk_status status = lay_out(&p);
    if (status == LK_OK) paint(&p);
    lk_buffer_free(&p.caption);
    lk_arena_release(&arena);
    return status;
}
