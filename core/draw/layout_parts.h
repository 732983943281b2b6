// What the parts of layout.c share: a component as a layered graph, in which every edge joins
// neighbouring layers. Where an edge crosses a layer it has a vertex of its own there, a bend.
#ifndef LK_LAYOUT_PARTS_H
#define LK_LAYOUT_PARTS_H

#include "draw/layout.h"

// Lists of vertices, one for each vertex: that of v from starts[v] up to starts[v + 1].
typedef struct lk_layout_lists {
    uint32_t *starts;
    uint32_t *vertices;
} lk_layout_lists;

typedef struct lk_layered {
    uint32_t count;       // of vertices
    uint32_t node_count;  // vertices below that are nodes, the others bends
    uint32_t layer_count; // vertices of layer l: order[starts[l]] up to order[starts[l + 1]]
    uint32_t *layer;      // of each vertex
    uint32_t *order;      // from left to right
    uint32_t *starts;
    uint32_t *place; // of each vertex within its layer
    lk_layout_lists up;
    lk_layout_lists down;
    double *widths;
    double *x; // of the centre of each vertex
    double node_gap;
} lk_layered;

static inline uint32_t lk_layer_size(const lk_layered *g, uint32_t layer) {
    return g->starts[layer + 1] - g->starts[layer];
}

// layers[v], 0 the topmost of each part that arrows connect, with the least sum of the lengths of
// the arrows.
lk_status lk_layout_find_layers(lk_arena *scratch, uint32_t *layers, const lk_layout_graph *graph);

// Sets `order` and `place`.
lk_status lk_layout_find_order(lk_arena *scratch, lk_layered *g, uint64_t *initial_crossings,
                               uint64_t *crossings);

// Sets `x`: within a layer in the order, and no two nearer than they must.
lk_status lk_layout_find_places(lk_arena *scratch, lk_layered *g);

#endif
