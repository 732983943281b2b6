#include "draw/layout.h"

#include "draw/layout_parts.h"

#include <math.h>

static const uint32_t NONE = UINT32_MAX;
static const double STEEPEST = 4;    // horizontal extent of an edge for each unit of height:
static const double HIGHEST_GAP = 4; // gaps between layers grow with it, up to so many times
static const double ASPECT = 1.5;    // of a drawing of many components: width to height

typedef struct maker {
    lk_arena *arena; // of the result
    lk_arena *scratch;
    const lk_layout_graph *graph;
    lk_layout *layout;
    uint32_t *layers;      // of each node
    uint32_t *roots;       // union-find: a node towards the first of its component
    uint32_t *vertex_of;   // of each node: its vertex in the component's graph
    uint32_t *nodes;       // by component, in their order
    uint32_t *node_starts; // of each component
    size_t *edges;         // likewise, arrows first and then lines
    size_t *edge_starts;
    uint32_t component_count;
} maker;

// A component and the box it is drawn in.
typedef struct component {
    lk_layered layered;
    const uint32_t *nodes;
    const size_t *edges;
    size_t edge_count;
    double *tops; // of each layer
    double *bottoms;
} component;

typedef struct box {
    double width, height;
    double x, y; // of its corner
    uint32_t component;
} box;

static size_t edge_count(const lk_layout_graph *graph) {
    return graph->arrow_count + graph->line_count;
}

static lk_layout_edge edge_at(const lk_layout_graph *graph, size_t index) {
    return index < graph->arrow_count ? graph->arrows[index]
                                      : graph->lines[index - graph->arrow_count];
}

// With the upper end first.
static lk_layout_edge downward_edge(const maker *m, size_t index) {
    lk_layout_edge edge = edge_at(m->graph, index);
    if (m->layers[edge.from] <= m->layers[edge.to]) return edge;
    return (lk_layout_edge){edge.to, edge.from};
}

// ---- Components --------------------------------------------------------------------------------

static uint32_t root_of(uint32_t *roots, uint32_t node) {
    while (roots[node] != node) node = roots[node] = roots[roots[node]];
    return node;
}

// Roots are the first nodes of their components.
static void join_components(maker *m) {
    for (uint32_t v = 0; v < m->graph->count; v++) m->roots[v] = v;
    for (size_t e = 0; e < edge_count(m->graph); e++) {
        lk_layout_edge edge = edge_at(m->graph, e);
        uint32_t a = root_of(m->roots, edge.from), b = root_of(m->roots, edge.to);
        if (a < b)
            m->roots[b] = a;
        else
            m->roots[a] = b;
    }
}

static void number_components(maker *m) {
    lk_layout_place *places = m->layout->places;
    for (uint32_t v = 0; v < m->graph->count; v++) {
        uint32_t root = root_of(m->roots, v);
        places[v].component = root == v ? m->component_count++ : places[root].component;
    }
}

static void list_nodes(maker *m) {
    const lk_layout_place *places = m->layout->places;
    for (uint32_t v = 0; v < m->graph->count; v++) m->node_starts[places[v].component]++;
    for (uint32_t c = 1; c <= m->component_count; c++) m->node_starts[c] += m->node_starts[c - 1];
    for (uint32_t v = m->graph->count; v-- > 0;)
        m->nodes[--m->node_starts[places[v].component]] = v;
}

static void list_edges(maker *m) {
    const lk_layout_place *places = m->layout->places;
    size_t count = edge_count(m->graph);
    for (size_t e = 0; e < count; e++)
        m->edge_starts[places[edge_at(m->graph, e).from].component]++;
    for (uint32_t c = 1; c <= m->component_count; c++) m->edge_starts[c] += m->edge_starts[c - 1];
    for (size_t e = count; e-- > 0;)
        m->edges[--m->edge_starts[places[edge_at(m->graph, e).from].component]] = e;
}

// Layers were found for what arrows connect; within a component they begin at 0.
static void normalize_layers(maker *m, uint32_t c) {
    uint32_t least = NONE;
    for (uint32_t i = m->node_starts[c]; i < m->node_starts[c + 1]; i++)
        if (m->layers[m->nodes[i]] < least) least = m->layers[m->nodes[i]];
    for (uint32_t i = m->node_starts[c]; i < m->node_starts[c + 1]; i++) {
        m->layers[m->nodes[i]] -= least;
        m->layout->places[m->nodes[i]].layer = m->layers[m->nodes[i]];
        m->vertex_of[m->nodes[i]] = i - m->node_starts[c];
    }
}

static lk_status find_components(maker *m) {
    uint32_t n = m->graph->count;
    size_t edges = edge_count(m->graph);
    m->roots = lk_arena_alloc(m->scratch, n, sizeof *m->roots);
    m->vertex_of = lk_arena_alloc(m->scratch, n, sizeof *m->vertex_of);
    m->nodes = lk_arena_alloc(m->scratch, n, sizeof *m->nodes);
    m->node_starts = lk_arena_alloc_zero(m->scratch, (size_t)n + 1, sizeof *m->node_starts);
    m->edges = lk_arena_alloc(m->scratch, edges, sizeof *m->edges);
    m->edge_starts = lk_arena_alloc_zero(m->scratch, (size_t)n + 1, sizeof *m->edge_starts);
    LK_NEED(m->roots);
    LK_NEED(m->vertex_of);
    LK_NEED(m->nodes);
    LK_NEED(m->node_starts);
    LK_NEED(m->edges);
    LK_NEED(m->edge_starts);
    join_components(m);
    number_components(m);
    list_nodes(m);
    list_edges(m);
    for (uint32_t c = 0; c < m->component_count; c++) normalize_layers(m, c);
    return LK_OK;
}

// ---- A component as a layered graph ------------------------------------------------------------

static uint32_t span_of(const maker *m, size_t edge) {
    lk_layout_edge e = downward_edge(m, edge);
    return m->layers[e.to] - m->layers[e.from];
}

static uint32_t bends_of(const maker *m, size_t edge) {
    uint32_t span = span_of(m, edge);
    return span > 0 ? span - 1 : 0;
}

// Checks what all components together need, before any of it is taken.
static lk_status check_size(const maker *m) {
    double vertices = m->graph->count;
    for (size_t e = 0; e < edge_count(m->graph); e++) vertices += bends_of(m, e);
    if (vertices <= LK_LAYOUT_MOST_VERTICES) return LK_OK;
    return lk_fail(m->arena->context, LK_ERROR_LIMIT,
                   "the drawing would have %.0f nodes and bends; at most %d can be laid out",
                   vertices, (int)LK_LAYOUT_MOST_VERTICES);
}

static lk_status make_lists(lk_arena *scratch, lk_layout_lists *lists, uint32_t vertices,
                            size_t segments) {
    lists->starts = lk_arena_alloc_zero(scratch, (size_t)vertices + 1, sizeof *lists->starts);
    lists->vertices = lk_arena_alloc(scratch, segments, sizeof *lists->vertices);
    LK_NEED(lists->starts);
    LK_NEED(lists->vertices);
    return LK_OK;
}

static lk_status allocate_layered(const maker *m, component *c, size_t segments) {
    lk_layered *g = &c->layered;
    g->layer = lk_arena_alloc(m->scratch, g->count, sizeof *g->layer);
    g->order = lk_arena_alloc(m->scratch, g->count, sizeof *g->order);
    g->place = lk_arena_alloc(m->scratch, g->count, sizeof *g->place);
    g->widths = lk_arena_alloc_zero(m->scratch, g->count, sizeof *g->widths);
    g->x = lk_arena_alloc_zero(m->scratch, g->count, sizeof *g->x);
    g->starts = lk_arena_alloc_zero(m->scratch, (size_t)g->layer_count + 1, sizeof *g->starts);
    c->tops = lk_arena_alloc(m->scratch, g->layer_count, sizeof *c->tops);
    c->bottoms = lk_arena_alloc(m->scratch, g->layer_count, sizeof *c->bottoms);
    LK_NEED(g->layer);
    LK_NEED(g->order);
    LK_NEED(g->place);
    LK_NEED(g->widths);
    LK_NEED(g->x);
    LK_NEED(g->starts);
    LK_NEED(c->tops);
    LK_NEED(c->bottoms);
    LK_TRY(make_lists(m->scratch, &g->up, g->count, segments));
    return make_lists(m->scratch, &g->down, g->count, segments);
}

typedef void segment_function(lk_layered *g, uint32_t upper, uint32_t lower);

static void count_segment(lk_layered *g, uint32_t upper, uint32_t lower) {
    g->down.starts[upper]++;
    g->up.starts[lower]++;
}

static void list_segment(lk_layered *g, uint32_t upper, uint32_t lower) {
    g->down.vertices[--g->down.starts[upper]] = lower;
    g->up.vertices[--g->up.starts[lower]] = upper;
}

// Calls the function for each piece of an edge between neighbouring layers. The bends of all edges
// are numbered one after the other behind the nodes.
static void for_each_segment(const maker *m, component *c, segment_function *function) {
    uint32_t bend = c->layered.node_count;
    for (size_t i = 0; i < c->edge_count; i++) {
        lk_layout_edge edge = downward_edge(m, c->edges[i]);
        uint32_t upper = m->vertex_of[edge.from], lower = m->vertex_of[edge.to];
        if (span_of(m, c->edges[i]) == 0) continue;
        for (uint32_t k = bends_of(m, c->edges[i]); k > 0; k--, bend++) {
            c->layered.layer[bend] = m->layers[edge.from] + bends_of(m, c->edges[i]) - k + 1;
            function(&c->layered, upper, bend);
            upper = bend;
        }
        function(&c->layered, upper, lower);
    }
}

static void list_neighbours(const maker *m, component *c) {
    lk_layered *g = &c->layered;
    for_each_segment(m, c, count_segment);
    for (uint32_t v = 1; v <= g->count; v++) {
        g->up.starts[v] += g->up.starts[v - 1];
        g->down.starts[v] += g->down.starts[v - 1];
    }
    for_each_segment(m, c, list_segment);
    for (uint32_t v = 0; v < g->count; v++) g->starts[g->layer[v] + 1]++;
    for (uint32_t l = 0; l < g->layer_count; l++) g->starts[l + 1] += g->starts[l];
}

static lk_status make_layered(const maker *m, component *c, uint32_t index) {
    c->nodes = m->nodes + m->node_starts[index];
    c->edges = m->edges + m->edge_starts[index];
    c->edge_count = m->edge_starts[index + 1] - m->edge_starts[index];
    uint32_t nodes = m->node_starts[index + 1] - m->node_starts[index];
    c->layered = (lk_layered){
        .count = nodes, .node_count = nodes, .layer_count = 1, .node_gap = m->graph->node_gap};
    size_t segments = 0;
    for (size_t i = 0; i < c->edge_count; i++) {
        c->layered.count += bends_of(m, c->edges[i]);
        segments += span_of(m, c->edges[i]);
    }
    for (uint32_t i = 0; i < nodes; i++)
        if (m->layers[c->nodes[i]] >= c->layered.layer_count)
            c->layered.layer_count = m->layers[c->nodes[i]] + 1;
    LK_TRY(allocate_layered(m, c, segments));
    for (uint32_t i = 0; i < nodes; i++) {
        c->layered.layer[i] = m->layers[c->nodes[i]];
        c->layered.widths[i] = m->graph->widths[c->nodes[i]];
    }
    list_neighbours(m, c);
    return LK_OK;
}

// ---- From layers to coordinates ----------------------------------------------------------------

// The distance to the next layer: more where edges would run flat.
static double gap_below(const maker *m, const component *c, uint32_t layer) {
    const lk_layered *g = &c->layered;
    double widest = 0;
    for (uint32_t i = g->starts[layer]; i < g->starts[layer + 1]; i++) {
        uint32_t v = g->order[i];
        for (uint32_t k = g->down.starts[v]; k < g->down.starts[v + 1]; k++)
            widest = fmax(widest, fabs(g->x[v] - g->x[g->down.vertices[k]]));
    }
    return fmin(fmax(m->graph->layer_gap, widest / STEEPEST), m->graph->layer_gap * HIGHEST_GAP);
}

// Returns the height of the whole.
static double stack_layers(const maker *m, component *c) {
    const lk_layered *g = &c->layered;
    memset(c->tops, 0, g->layer_count * sizeof *c->tops);
    for (uint32_t i = 0; i < g->node_count; i++)
        c->tops[g->layer[i]] = fmax(c->tops[g->layer[i]], m->graph->heights[c->nodes[i]]);
    double y = 0;
    for (uint32_t l = 0; l < g->layer_count; l++) {
        double height = c->tops[l];
        c->tops[l] = y;
        c->bottoms[l] = y + height;
        y += height + (l + 1 < g->layer_count ? gap_below(m, c, l) : 0);
    }
    return y;
}

// Moves the component to x = 0; returns its width.
static double normalize_x(lk_layered *g) {
    double left = INFINITY, right = -INFINITY;
    for (uint32_t v = 0; v < g->count; v++) {
        left = fmin(left, g->x[v] - g->widths[v] / 2);
        right = fmax(right, g->x[v] + g->widths[v] / 2);
    }
    for (uint32_t v = 0; v < g->count; v++) g->x[v] -= left;
    return right - left;
}

static void write_places(const maker *m, const component *c) {
    for (uint32_t i = 0; i < c->layered.node_count; i++) {
        lk_layout_place *place = &m->layout->places[c->nodes[i]];
        place->x = c->layered.x[i];
        place->top = c->tops[place->layer];
        place->bottom = c->bottoms[place->layer];
        place->y = (place->top + place->bottom) / 2;
    }
}

static lk_layout_route *route_at(const maker *m, size_t edge) {
    size_t arrows = m->graph->arrow_count;
    return edge < arrows ? &m->layout->arrows[edge] : &m->layout->lines[edge - arrows];
}

static lk_status write_routes(const maker *m, const component *c) {
    const lk_layered *g = &c->layered;
    uint32_t bend = g->node_count;
    for (size_t i = 0; i < c->edge_count; i++) {
        lk_layout_route *route = route_at(m, c->edges[i]);
        route->bend_count = bends_of(m, c->edges[i]);
        if (route->bend_count == 0) continue;
        route->bends = lk_arena_alloc(m->arena, route->bend_count, sizeof *route->bends);
        LK_NEED(route->bends);
        for (uint32_t k = 0; k < route->bend_count; k++, bend++)
            route->bends[k] =
                (lk_layout_bend){g->x[bend], c->tops[g->layer[bend]], c->bottoms[g->layer[bend]]};
    }
    return LK_OK;
}

static lk_status lay_out_component(const maker *m, box *b, uint32_t index) {
    component c = {0};
    LK_TRY(make_layered(m, &c, index));
    uint64_t initial, crossings;
    LK_TRY(lk_layout_find_order(m->scratch, &c.layered, &initial, &crossings));
    m->layout->initial_crossings += initial;
    m->layout->crossings += crossings;
    LK_TRY(lk_layout_find_places(m->scratch, &c.layered));
    *b = (box){.width = normalize_x(&c.layered), .component = index};
    b->height = stack_layers(m, &c);
    write_places(m, &c);
    return write_routes(m, &c);
}

// ---- All components ----------------------------------------------------------------------------

// Components in rows, the highest first, so that rows waste little; among equals in their order.
static void sort_by_height(box *boxes, uint32_t count) {
    uint32_t gap = 1;
    while (gap < count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            box moved = boxes[i];
            uint32_t j = i;
            for (; j >= gap && (boxes[j - gap].height < moved.height ||
                                (boxes[j - gap].height == moved.height &&
                                 boxes[j - gap].component > moved.component));
                 j -= gap)
                boxes[j] = boxes[j - gap];
            boxes[j] = moved;
        }
    }
}

static double width_of_rows(const box *boxes, uint32_t count, double gap) {
    double area = 0, widest = 0;
    for (uint32_t i = 0; i < count; i++) {
        area += (boxes[i].width + gap) * (boxes[i].height + gap);
        widest = fmax(widest, boxes[i].width);
    }
    return fmax(widest, sqrt(area * ASPECT));
}

static void pack_boxes(lk_layout *layout, box *boxes, uint32_t count, double gap) {
    double most = width_of_rows(boxes, count, gap), x = 0, y = 0, row = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (x > 0 && x + boxes[i].width > most) {
            x = 0;
            y += row + gap;
            row = 0;
        }
        boxes[i].x = x;
        boxes[i].y = y;
        x += boxes[i].width + gap;
        row = fmax(row, boxes[i].height);
        layout->width = fmax(layout->width, boxes[i].x + boxes[i].width);
    }
    layout->height = y + row;
}

static void move_component(const maker *m, const box *b) {
    for (uint32_t i = m->node_starts[b->component]; i < m->node_starts[b->component + 1]; i++) {
        lk_layout_place *place = &m->layout->places[m->nodes[i]];
        place->x += b->x;
        place->y += b->y;
        place->top += b->y;
        place->bottom += b->y;
    }
    for (size_t i = m->edge_starts[b->component]; i < m->edge_starts[b->component + 1]; i++) {
        lk_layout_route *route = route_at(m, m->edges[i]);
        for (uint32_t k = 0; k < route->bend_count; k++) {
            route->bends[k].x += b->x;
            route->bends[k].top += b->y;
            route->bends[k].bottom += b->y;
        }
    }
}

static lk_status lay_out_components(maker *m) {
    box *boxes = lk_arena_alloc(m->scratch, m->component_count, sizeof *boxes);
    LK_NEED(boxes);
    for (uint32_t c = 0; c < m->component_count; c++) {
        lk_arena_mark mark = lk_arena_get_mark(m->scratch);
        LK_TRY(lay_out_component(m, &boxes[c], c));
        lk_arena_rewind(m->scratch, mark);
    }
    sort_by_height(boxes, m->component_count);
    pack_boxes(m->layout, boxes, m->component_count, 2 * m->graph->node_gap);
    for (uint32_t c = 0; c < m->component_count; c++) move_component(m, &boxes[c]);
    return LK_OK;
}

static lk_status allocate_layout(maker *m) {
    lk_layout *layout = m->layout;
    *layout = (lk_layout){0};
    layout->places = lk_arena_alloc_zero(m->arena, m->graph->count, sizeof *layout->places);
    layout->arrows = lk_arena_alloc_zero(m->arena, m->graph->arrow_count, sizeof *layout->arrows);
    layout->lines = lk_arena_alloc_zero(m->arena, m->graph->line_count, sizeof *layout->lines);
    m->layers = lk_arena_alloc(m->scratch, m->graph->count, sizeof *m->layers);
    LK_NEED(layout->places);
    LK_NEED(layout->arrows);
    LK_NEED(layout->lines);
    LK_NEED(m->layers);
    return LK_OK;
}

static lk_status make(maker *m) {
    LK_TRY(allocate_layout(m));
    LK_TRY(lk_layout_find_layers(m->scratch, m->layers, m->graph));
    LK_TRY(find_components(m));
    LK_TRY(check_size(m));
    return lay_out_components(m);
}

lk_status lk_layout_make(lk_arena *arena, lk_layout *layout, const lk_layout_graph *graph) {
    lk_arena scratch = lk_arena_make(arena->context, 0);
    maker m = {.arena = arena, .scratch = &scratch, .graph = graph, .layout = layout};
    lk_status status = make(&m);
    lk_arena_release(&scratch);
    return status;
}
