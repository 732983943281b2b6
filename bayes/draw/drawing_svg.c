// A diagram as SVG 1.1. Edges leave and enter boxes upright, side by side, and bend between layers
// only, where there are no boxes: they never run through one.
#include "draw/drawing.h"

#include <math.h>

static const double MARGIN = 16, NODE_GAP = 26, LAYER_GAP = 54, LEGEND_ROW = 20, LEGEND_LINE = 36;
static const double PORT_GAP = 14, PORT_SHARE = 0.7; // of a side of a box, at most
static const double HEAD_LENGTH = 9, HEAD_WIDTH = 8, NOTE_SIZE = 12;
static const double SIDEWAYS = 7, STEEPEST_SLANT = 1; // of an edge that passes a layer
enum { SHRUNK_WIDTH = 1000 }; // drawings up to this width shrink to fit; others are scrolled
enum { MOST_TOLD = 200 };     // edges that the description lists

static const char style[] =
    "<style>\n"
    ".lk-drawing{--lk-paper:#fff;--lk-box:#f6f8fa;--lk-line:#59636e;--lk-text:#1f2328;"
    "--lk-quiet:#59636e;--lk-bar:#1f6feb;--lk-track:#d8dee4;--lk-seen:#fff3d6;--lk-seenline:#"
    "9a5b00;"
    "--lk-moral:#8250df;--lk-fill:#c2410c;background:var(--lk-paper);"
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}\n"
    "@media (prefers-color-scheme:dark){.lk-drawing{--lk-paper:#0d1117;--lk-box:#1a212b;"
    "--lk-line:#9aa5b1;--lk-text:#e6edf3;--lk-quiet:#9aa5b1;--lk-bar:#4493f8;--lk-track:#343d48;"
    "--lk-seen:#3a2c10;--lk-seenline:#e3a33b;--lk-moral:#b392f0;--lk-fill:#ff9057}}\n"
    ".lk-paper{fill:var(--lk-paper)}\n"
    ".lk-box,.lk-clique,.lk-separator{fill:var(--lk-box);stroke:var(--lk-line);stroke-width:1.2}\n"
    ".lk-separator{fill:var(--lk-paper);stroke-dasharray:5 3}\n"
    ".lk-observed{fill:var(--lk-seen);stroke:var(--lk-seenline);stroke-width:2.5}\n"
    ".lk-hinted{fill:var(--lk-seen);stroke:var(--lk-seenline);stroke-width:2;stroke-dasharray:6 "
    "3}\n"
    ".lk-name{fill:var(--lk-text);font-size:14px;font-weight:600;text-anchor:middle}\n"
    ".lk-small{fill:var(--lk-text);font-size:12px;font-variant-numeric:tabular-nums}\n"
    ".lk-right{text-anchor:end}.lk-middle{text-anchor:middle}\n"
    ".lk-small.lk-quiet{fill:var(--lk-quiet)}\n"
    ".lk-track{fill:var(--lk-track)}.lk-bar{fill:var(--lk-bar)}\n"
    ".lk-edge{fill:none;stroke:var(--lk-line);stroke-width:1.5}\n"
    ".lk-head{fill:var(--lk-line);stroke:none}\n"
    ".lk-moral{stroke:var(--lk-moral);stroke-dasharray:7 4}\n"
    ".lk-fill{stroke:var(--lk-fill);stroke-width:2;stroke-dasharray:1.5 4;stroke-linecap:round}\n"
    "</style>\n";

// An end of an edge at a box.
typedef struct port {
    uint32_t node;
    bool is_below;
    double towards; // where the edge goes next
    size_t edge;
    double *x; // the centre of the box, then the place on its side
} port;

typedef struct painter {
    lk_buffer *out;
    lk_arena *arena;
    const lk_diagram *diagram;
    lk_box *boxes;
    lk_layout layout;
    port *ports;    // two for each edge that has any, sorted
    double *from_x; // of each edge: its port at the upper node, or at the left one of a layer,
    double *to_x;   // and at the other
    double width;
    double height;
} painter;

// ---- Layout ------------------------------------------------------------------------------------

static lk_status lay_out(painter *p) {
    const lk_diagram *d = p->diagram;
    double *widths = lk_arena_alloc(p->arena, d->node_count, sizeof *widths);
    double *heights = lk_arena_alloc(p->arena, d->node_count, sizeof *heights);
    p->boxes = lk_arena_alloc(p->arena, d->node_count, sizeof *p->boxes);
    LK_NEED(widths);
    LK_NEED(heights);
    LK_NEED(p->boxes);
    for (uint32_t i = 0; i < d->node_count; i++) {
        p->boxes[i] = lk_box_of(d, &d->nodes[i]);
        widths[i] = p->boxes[i].width;
        heights[i] = p->boxes[i].height;
    }
    lk_layout_graph graph = {.count = d->node_count,
                             .widths = widths,
                             .heights = heights,
                             .arrows = d->edges,
                             .arrow_count = d->layered_count,
                             .lines = d->edges + d->layered_count,
                             .line_count = d->edge_count - d->layered_count,
                             .node_gap = NODE_GAP,
                             .layer_gap = LAYER_GAP};
    return lk_layout_make(p->arena, &p->layout, &graph);
}

static const lk_layout_route *route_of(const painter *p, size_t edge) {
    size_t layered = p->diagram->layered_count;
    return edge < layered ? &p->layout.arrows[edge] : &p->layout.lines[edge - layered];
}

static bool is_flat(const painter *p, size_t index) {
    lk_layout_edge edge = p->diagram->edges[index];
    return p->layout.places[edge.from].layer == p->layout.places[edge.to].layer;
}

// Upper end first; left end first in a layer.
static lk_layout_edge downward_edge(const painter *p, size_t index) {
    lk_layout_edge edge = p->diagram->edges[index];
    const lk_layout_place *from = &p->layout.places[edge.from], *to = &p->layout.places[edge.to];
    if (is_flat(p, index) ? from->x < to->x : from->layer < to->layer) return edge;
    return (lk_layout_edge){edge.to, edge.from};
}

// Whether an edge joins two boxes of a layer with nothing between them.
static bool is_level(const painter *p, size_t index) {
    lk_layout_edge edge = downward_edge(p, index);
    double distance = p->layout.places[edge.to].x - p->layout.places[edge.from].x -
                      (p->boxes[edge.from].width + p->boxes[edge.to].width) / 2;
    return is_flat(p, index) && distance < 3 * NODE_GAP;
}

// ---- Ports -------------------------------------------------------------------------------------

static bool is_before(const port *a, const port *b) {
    if (a->node != b->node) return a->node < b->node;
    if (a->is_below != b->is_below) return b->is_below;
    if (a->towards != b->towards) return a->towards < b->towards;
    return a->edge < b->edge;
}

static void sort_ports(port *ports, size_t count) {
    size_t gap = 1;
    while (gap < count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (size_t i = gap; i < count; i++) {
            port moved = ports[i];
            size_t j = i;
            for (; j >= gap && is_before(&moved, &ports[j - gap]); j -= gap)
                ports[j] = ports[j - gap];
            ports[j] = moved;
        }
    }
}

static void add_port(painter *p, size_t *count, uint32_t node, bool is_below, double towards,
                     size_t edge, double *x) {
    *x = p->layout.places[node].x;
    p->ports[(*count)++] = (port){node, is_below, towards, edge, x};
}

static size_t list_ports(painter *p) {
    size_t count = 0;
    for (size_t e = 0; e < p->diagram->edge_count; e++) {
        lk_layout_edge edge = downward_edge(p, e);
        double from = p->layout.places[edge.from].x, to = p->layout.places[edge.to].x;
        const lk_layout_route *route = route_of(p, e);
        uint32_t bends = route->bend_count;
        if (is_level(p, e)) continue;
        add_port(p, &count, edge.from, true, bends ? route->bends[0].x : to, e, &p->from_x[e]);
        add_port(p, &count, edge.to, is_flat(p, e), bends ? route->bends[bends - 1].x : from, e,
                 &p->to_x[e]);
    }
    sort_ports(p->ports, count);
    return count;
}

// The ports of one side of a box stand in the middle of it, in the order of where they go to.
static void spread_ports(painter *p, port *ports, size_t count) {
    double width = p->boxes[ports->node].width * PORT_SHARE;
    double step = count > 1 ? fmin(PORT_GAP, width / (double)(count - 1)) : 0;
    for (size_t i = 0; i < count; i++) *ports[i].x += step * ((double)i - (double)(count - 1) / 2);
}

static lk_status find_ports(painter *p) {
    size_t edges = p->diagram->edge_count;
    p->ports = lk_arena_alloc(p->arena, 2 * edges, sizeof *p->ports);
    p->from_x = lk_arena_alloc_zero(p->arena, edges, sizeof *p->from_x);
    p->to_x = lk_arena_alloc_zero(p->arena, edges, sizeof *p->to_x);
    LK_NEED(p->ports);
    LK_NEED(p->from_x);
    LK_NEED(p->to_x);
    size_t count = list_ports(p);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && p->ports[end].node == p->ports[i].node &&
                          p->ports[end].is_below == p->ports[i].is_below;)
            end++;
        spread_ports(p, p->ports + i, end - i);
    }
    return LK_OK;
}

// ---- Edges -------------------------------------------------------------------------------------

static void append_point(lk_buffer *out, double x, double y) {
    lk_append_length(out, MARGIN + x);
    lk_buffer_append_byte(out, ' ');
    lk_append_length(out, MARGIN + y);
}

static void append_upright(lk_buffer *out, double y) {
    lk_buffer_append_byte(out, 'V');
    lk_append_length(out, MARGIN + y);
}

// A point that a curve passes, from `top` to `bottom` along a line of `slope` (x by y).
typedef struct passage {
    double x; // in the middle
    double top;
    double bottom;
    double slope;
} passage;

static double x_at_top(const passage *at) { return at->x - at->slope * (at->bottom - at->top) / 2; }

static double x_at_bottom(const passage *at) {
    return at->x + at->slope * (at->bottom - at->top) / 2;
}

// From the bottom of one passage to the top of the next, in their directions.
static void append_curve(lk_buffer *out, const passage *from, const passage *to) {
    double x0 = x_at_bottom(from), x1 = x_at_top(to), half = (to->top - from->bottom) / 2;
    if (from->slope == 0 && to->slope == 0 && fabs(x0 - x1) < 0.05) {
        append_upright(out, to->top);
        return;
    }
    lk_buffer_append_byte(out, 'C');
    append_point(out, x0 + from->slope * half, from->bottom + half);
    lk_buffer_append_byte(out, ' ');
    append_point(out, x1 - to->slope * half, to->top - half);
    lk_buffer_append_byte(out, ' ');
    append_point(out, x1, to->top);
}

// An edge that goes on in one direction passes a layer aslant, but stays within the room that it
// has between the boxes.
static double slope_of(const passage *before, const passage *at, const passage *after) {
    double from = at->x - before->x, to = after->x - at->x;
    if (from * to <= 0) return 0;
    double rise = (after->top + after->bottom - before->top - before->bottom) / 2;
    double most = fmin(STEEPEST_SLANT, 2 * SIDEWAYS / fmax(at->bottom - at->top, 1));
    return fmax(-most, fmin(most, (from + to) / rise));
}

static passage bend_at(const lk_layout_route *route, uint32_t i) {
    return (passage){route->bends[i].x, route->bends[i].top, route->bends[i].bottom, 0};
}

static void append_layered_path(const painter *p, size_t index) {
    lk_layout_edge edge = downward_edge(p, index);
    const lk_layout_place *upper = &p->layout.places[edge.from],
                          *lower = &p->layout.places[edge.to];
    const lk_layout_route *route = route_of(p, index);
    double begin = upper->y + p->boxes[edge.from].height / 2;
    double head = p->diagram->kinds[index] == LK_EDGE_ARROW ? HEAD_LENGTH - 1 : 0;
    double end = lower->y - p->boxes[edge.to].height / 2 - head;
    passage last = {p->to_x[index], fmin(end, lower->top), end, 0};
    passage before = {p->from_x[index], begin, upper->bottom, 0};
    lk_buffer_append_byte(p->out, 'M');
    append_point(p->out, before.x, begin);
    if (begin < upper->bottom - 0.05) append_upright(p->out, upper->bottom);
    for (uint32_t i = 0; i < route->bend_count; i++) {
        passage at = bend_at(route, i);
        passage after = i + 1 < route->bend_count ? bend_at(route, i + 1) : last;
        at.slope = slope_of(&before, &at, &after);
        append_curve(p->out, &before, &at);
        lk_buffer_append_byte(p->out, 'L');
        append_point(p->out, x_at_bottom(&at), at.bottom);
        before = at;
    }
    append_curve(p->out, &before, &last);
    if (last.top < end - 0.05) append_upright(p->out, end);
}

static void append_level_path(const painter *p, size_t index) {
    lk_layout_edge edge = downward_edge(p, index);
    const lk_layout_place *left = &p->layout.places[edge.from], *right = &p->layout.places[edge.to];
    lk_buffer_append_byte(p->out, 'M');
    append_point(p->out, left->x + p->boxes[edge.from].width / 2, left->y);
    lk_buffer_append_byte(p->out, 'H');
    lk_append_length(p->out, MARGIN + right->x - p->boxes[edge.to].width / 2);
}

// How far the control points of a bow are below its layer.
static double bow_depth(const painter *p, size_t index) {
    lk_layout_edge edge = downward_edge(p, index);
    double distance = p->layout.places[edge.to].x - p->layout.places[edge.from].x;
    return fmin(LAYER_GAP * 0.9, 18 + distance / 12);
}

// The bottom of all boxes and bows: a curve goes three quarters of the way to its control points.
static double bottom_of(const painter *p) {
    double bottom = p->layout.height;
    for (size_t e = 0; e < p->diagram->edge_count; e++)
        if (is_flat(p, e) && !is_level(p, e))
            bottom = fmax(bottom, p->layout.places[p->diagram->edges[e].from].bottom +
                                      bow_depth(p, e) * 0.75);
    return bottom;
}

// In a bow below the boxes between.
static void append_bow_path(const painter *p, size_t index) {
    lk_layout_edge edge = downward_edge(p, index);
    const lk_layout_place *left = &p->layout.places[edge.from], *right = &p->layout.places[edge.to];
    double from = p->from_x[index], to = p->to_x[index];
    double depth = left->bottom + bow_depth(p, index);
    lk_buffer_append_byte(p->out, 'M');
    append_point(p->out, from, left->y + p->boxes[edge.from].height / 2);
    append_upright(p->out, left->bottom);
    lk_buffer_append_byte(p->out, 'C');
    append_point(p->out, from, depth);
    lk_buffer_append_byte(p->out, ' ');
    append_point(p->out, to, depth);
    lk_buffer_append_byte(p->out, ' ');
    append_point(p->out, to, right->bottom);
    append_upright(p->out, right->y + p->boxes[edge.to].height / 2);
}

static void append_head(const painter *p, size_t index) {
    uint32_t node = p->diagram->edges[index].to;
    double x = p->to_x[index], y = p->layout.places[node].y - p->boxes[node].height / 2;
    lk_buffer_append_text(p->out, "<path class=\"lk-head\" d=\"M");
    append_point(p->out, x, y);
    lk_buffer_append_byte(p->out, 'L');
    append_point(p->out, x - HEAD_WIDTH / 2, y - HEAD_LENGTH);
    lk_buffer_append_byte(p->out, 'H');
    lk_append_length(p->out, MARGIN + x + HEAD_WIDTH / 2);
    lk_buffer_append_text(p->out, "Z\"/>\n");
}

static const char *class_of(lk_edge_kind kind) {
    if (kind == LK_EDGE_MORAL) return "lk-edge lk-moral";
    return kind == LK_EDGE_FILL ? "lk-edge lk-fill" : "lk-edge";
}

static void append_edges(const painter *p) {
    lk_buffer_append_text(p->out, "<g>\n");
    for (size_t e = 0; e < p->diagram->edge_count; e++) {
        lk_buffer_printf(p->out, "<path class=\"%s\" d=\"", class_of(p->diagram->kinds[e]));
        if (is_level(p, e))
            append_level_path(p, e);
        else if (is_flat(p, e))
            append_bow_path(p, e);
        else
            append_layered_path(p, e);
        lk_buffer_append_text(p->out, "\"/>\n");
        if (p->diagram->kinds[e] == LK_EDGE_ARROW) append_head(p, e);
    }
    lk_buffer_append_text(p->out, "</g>\n");
}

static void append_nodes(const painter *p) {
    for (uint32_t i = 0; i < p->diagram->node_count; i++) {
        const lk_layout_place *place = &p->layout.places[i];
        lk_append_box(p->out, p->diagram, &p->diagram->nodes[i], &p->boxes[i],
                      MARGIN + place->x - p->boxes[i].width / 2,
                      MARGIN + place->y - p->boxes[i].height / 2);
    }
}

// ---- Legend ------------------------------------------------------------------------------------

static const struct legend {
    lk_edge_kind kind;
    const char *text;
} legends[] = {{LK_EDGE_MORAL, "joins parents of a variable"},
               {LK_EDGE_FILL, "added by elimination"}};

enum { LEGEND_COUNT = sizeof legends / sizeof legends[0] };

static bool has_kind(const lk_diagram *d, lk_edge_kind kind) {
    for (size_t e = 0; e < d->edge_count; e++)
        if (d->kinds[e] == kind) return true;
    return false;
}

static void append_note(const painter *p, const char *text, double x, double y) {
    lk_buffer_append_text(p->out, "<text class=\"lk-small lk-quiet\" x=\"");
    lk_append_length(p->out, x);
    lk_buffer_append_text(p->out, "\" y=\"");
    lk_append_length(p->out, y);
    lk_buffer_append_text(p->out, "\">");
    lk_append_escaped(p->out, text);
    lk_buffer_append_text(p->out, "</text>\n");
}

static double legend_height(const painter *p) {
    const lk_diagram *d = p->diagram;
    uint32_t rows = 0;
    for (size_t i = 0; i < LEGEND_COUNT; i++) rows += has_kind(d, legends[i].kind);
    for (size_t i = 0; i < LK_DIAGRAM_NOTES; i++) rows += d->notes[i][0] != 0;
    return rows ? rows * LEGEND_ROW + MARGIN / 2 : 0;
}

static double legend_width(const lk_diagram *d) {
    double width = 0;
    for (size_t i = 0; i < LEGEND_COUNT; i++)
        if (has_kind(d, legends[i].kind))
            width = fmax(width, LEGEND_LINE + 8 + lk_text_width(legends[i].text, NOTE_SIZE));
    for (size_t i = 0; i < LK_DIAGRAM_NOTES; i++)
        width = fmax(width, lk_text_width(d->notes[i], NOTE_SIZE));
    return width;
}

static void append_legend(const painter *p, double y) {
    for (size_t i = 0; i < LEGEND_COUNT; i++) {
        if (!has_kind(p->diagram, legends[i].kind)) continue;
        lk_buffer_printf(p->out, "<path class=\"%s\" d=\"M", class_of(legends[i].kind));
        append_point(p->out, 0, y + 10 - MARGIN);
        lk_buffer_append_byte(p->out, 'H');
        lk_append_length(p->out, MARGIN + LEGEND_LINE);
        lk_buffer_append_text(p->out, "\"/>\n");
        append_note(p, legends[i].text, MARGIN + LEGEND_LINE + 8, y + 14);
        y += LEGEND_ROW;
    }
    for (size_t i = 0; i < LK_DIAGRAM_NOTES; i++) {
        if (!p->diagram->notes[i][0]) continue;
        append_note(p, p->diagram->notes[i], MARGIN, y + 14);
        y += LEGEND_ROW;
    }
}

// ---- Words -------------------------------------------------------------------------------------

static const char *node_name(const lk_diagram *d, uint32_t node) {
    return d->network->variables[d->nodes[node].variable].name;
}

// Which edges there are, of diagrams whose nodes are variables.
static void append_description(const painter *p) {
    const lk_diagram *d = p->diagram;
    lk_buffer_printf(p->out, "<desc>%u %s, %zu %s", d->node_count,
                     d->node_count == 1 ? "node" : "nodes", d->edge_count,
                     d->edge_count == 1 ? "edge" : "edges");
    bool told =
        d->edge_count > 0 && d->edge_count <= MOST_TOLD && d->nodes[0].variable != LK_NO_VARIABLE;
    for (size_t e = 0; told && e < d->edge_count; e++) {
        lk_buffer_append_text(p->out, e ? ", " : ": ");
        lk_append_escaped(p->out, node_name(d, d->edges[e].from));
        lk_buffer_append_text(p->out, d->is_directed ? " → " : " – ");
        lk_append_escaped(p->out, node_name(d, d->edges[e].to));
    }
    for (size_t i = 0; i < LK_DIAGRAM_NOTES; i++) {
        if (d->notes[i][0]) lk_buffer_append_text(p->out, "; ");
        lk_append_escaped(p->out, d->notes[i]);
    }
    lk_buffer_append_text(p->out, "</desc>\n");
}

static void append_title(const painter *p) {
    const lk_diagram *d = p->diagram;
    const char *graph = d->options->graph;
    if (!graph) graph = d->network->is_markov ? "moral" : "dag";
    const char *title = d->network->is_markov ? "Markov network" : "Moral graph of network";
    if (strcmp(graph, "tree") == 0) title = "Junction tree of network";
    if (strcmp(graph, "triangulated") == 0) title = "Triangulated graph of network";
    if (strcmp(graph, "dag") == 0) title = "Bayesian network";
    lk_buffer_printf(p->out, "<title>%s ", title);
    lk_append_escaped(p->out, d->network->name[0] ? d->network->name : "without name");
    lk_buffer_append_text(p->out, "</title>\n");
}

static void append_size(const painter *p) {
    lk_buffer_append_text(p->out, "width=\"");
    lk_append_length(p->out, p->width);
    lk_buffer_append_text(p->out, "\" height=\"");
    lk_append_length(p->out, p->height);
    lk_buffer_append_text(p->out, "\" viewBox=\"0 0 ");
    lk_append_length(p->out, p->width);
    lk_buffer_append_byte(p->out, ' ');
    lk_append_length(p->out, p->height);
    lk_buffer_append_byte(p->out, '"');
    if (p->width <= SHRUNK_WIDTH)
        lk_buffer_append_text(p->out, " style=\"max-width:100%;height:auto\"");
}

static void append_begin(const painter *p) {
    lk_buffer_append_text(p->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lk-drawing\" "
                                  "role=\"img\" ");
    append_size(p);
    lk_buffer_append_text(p->out, ">\n");
    append_title(p);
    append_description(p);
    lk_buffer_append_text(p->out, style);
    lk_buffer_append_text(p->out, "<rect class=\"lk-paper\" width=\"100%\" height=\"100%\"/>\n");
}

lk_status lk_diagram_to_svg(lk_buffer *out, lk_arena *arena, const lk_diagram *diagram) {
    painter p = {.out = out, .arena = arena, .diagram = diagram};
    LK_TRY(lay_out(&p));
    LK_TRY(find_ports(&p));
    p.width = fmax(p.layout.width, legend_width(diagram)) + 2 * MARGIN;
    double top = bottom_of(&p) + 2 * MARGIN;
    p.height = top + legend_height(&p);
    append_begin(&p);
    append_edges(&p);
    append_nodes(&p);
    append_legend(&p, top);
    lk_buffer_append_text(out, "</svg>\n");
    return LK_OK;
}
