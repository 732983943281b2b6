// Layered drawing of graphs with arrows: where to put the nodes, and how the edges run.
//
// Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures"
// (IEEE Transactions on Systems, Man, and Cybernetics, 1981), in the form of Gansner,
// Koutsofios, North and Vo, "A technique for drawing directed graphs" (IEEE Transactions on
// Software Engineering, 1993): layers of least total length (layout_layers.c), orders within the
// layers with few crossings (layout_order.c), and coordinates that keep edges upright
// (layout_place.c). The same graph always gives the same drawing.
#ifndef LK_LAYOUT_H
#define LK_LAYOUT_H

#include "arena.h"

typedef struct lk_layout_edge {
    uint32_t from;
    uint32_t to;
} lk_layout_edge;

// Lengths are in any unit, the same for all.
typedef struct lk_layout_graph {
    uint32_t count;               // of nodes
    const double *widths;         // of each node
    const double *heights;        // of each node
    const lk_layout_edge *arrows; // without cycles; they point down
    size_t arrow_count;
    const lk_layout_edge *lines; // have no direction and do not decide about layers
    size_t line_count;
    double node_gap;  // least distance between nodes of a layer
    double layer_gap; // least distance between layers
} lk_layout_graph;

// Where an edge crosses a layer: upright from `top` to `bottom`.
typedef struct lk_layout_bend {
    double x;
    double top;
    double bottom;
} lk_layout_bend;

typedef struct lk_layout_route {
    lk_layout_bend *bends; // from the upper end to the lower one
    uint32_t bend_count;
} lk_layout_route;

typedef struct lk_layout_place {
    double x; // of the centre
    double y;
    double top; // of its layer, which is as high as its highest node
    double bottom;
    uint32_t layer;     // 0: topmost of its component
    uint32_t component; // nodes that edges connect have the same
} lk_layout_place;

typedef struct lk_layout {
    double width;
    double height;
    lk_layout_place *places; // of each node
    lk_layout_route *arrows;
    lk_layout_route *lines; // none has bends when both ends are in one layer
    uint64_t crossings;
    uint64_t initial_crossings; // before the orders were improved
} lk_layout;

enum { LK_LAYOUT_MOST_VERTICES = 1000000 };

// The result is in the arena. LK_ERROR_LIMIT when nodes and bends together would be more than
// LK_LAYOUT_MOST_VERTICES.
lk_status lk_layout_make(lk_arena *arena, lk_layout *layout, const lk_layout_graph *graph);

#endif
