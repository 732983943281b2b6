// What is drawn of a network, before it is text: a diagram of nodes and edges.
//
// drawing_graph.c makes the diagram, with drawing_tree.c where cliques are needed; drawing_svg.c
// (boxes by drawing_box.c) and drawing_dot.c write it.
#ifndef LK_DRAWING_H
#define LK_DRAWING_H

#include "draw/layout.h"
#include "draw/svg_text.h"
#include "network/graph.h"
#include "network/network.h"

typedef enum lk_edge_kind {
    LK_EDGE_ARROW,
    LK_EDGE_PLAIN, // of undirected graphs
    LK_EDGE_MORAL, // joins two parents of one variable
    LK_EDGE_FILL   // added by the triangulation
} lk_edge_kind;

// A variable, or a set of them.
typedef struct lk_diagram_node {
    uint32_t variable;       // LK_NO_VARIABLE: a set
    const uint32_t *members; // of the set, in the order of the file
    uint32_t member_count;
    bool is_separator; // otherwise a set is a clique
    uint32_t step;     // at which it is eliminated, from 1 on; 0: nothing is
} lk_diagram_node;

enum { LK_DIAGRAM_NOTES = 2 };

typedef struct lk_diagram {
    const lk_network *network;
    const lk_draw_options *options;
    lk_diagram_node *nodes;
    uint32_t node_count;
    // Edges that decide about layers (upper end first), then those that do not.
    lk_layout_edge *edges;
    lk_edge_kind *kinds; // of each edge
    size_t edge_count;
    size_t layered_count;
    const uint32_t *states;    // of each variable: the one that is observed, or LK_NO_STATE
    const char **marks;        // of each variable: what is known of it in other ways, or NULL
    const double **posteriors; // of each variable, NULL where it is not known
    bool is_directed;
    char notes[LK_DIAGRAM_NOTES][160]; // below the figure; "" where there is nothing to say
} lk_diagram;

#define LK_NO_STATE UINT32_MAX

// Cliques of a triangulation, and a junction forest of them.
typedef struct lk_clique_tree {
    lk_graph filled;       // the graph with all edges of the triangulation
    const uint32_t *order; // of elimination
    uint32_t count;        // of cliques
    uint32_t *starts;      // clique c: members[starts[c]] up to members[starts[c + 1]]
    uint32_t *members;     // in the order of the file
    uint32_t *parents;     // of each clique; itself for roots
    uint32_t *sequence;    // the cliques, parents before children
} lk_clique_tree;

lk_status lk_diagram_make(lk_arena *arena, lk_diagram *diagram, const lk_network *network,
                          const lk_draw_options *options);

// The variables that are drawn, which come first: all but the children that carry likelihoods
// (network/soft_evidence.c), which mark their parents instead.
uint32_t lk_drawn_count(const lk_network *network);

// The graph in which the variables of each table are connected: the moral graph of a Bayesian
// network. Of what is drawn.
lk_status lk_network_moral_graph(lk_arena *arena, lk_graph *graph, const lk_network *network);

// Eliminates all variables by the order that the options ask for.
lk_status lk_clique_tree_make(lk_arena *arena, lk_clique_tree *tree, const lk_network *network,
                              const lk_graph *graph, const lk_draw_options *options);
// Number of joint states of the variables.
double lk_cells_of(const lk_network *network, const uint32_t *variables, uint32_t count);

lk_status lk_diagram_to_svg(lk_buffer *out, lk_arena *arena, const lk_diagram *diagram);
void lk_diagram_to_dot(lk_buffer *out, const lk_diagram *diagram);

// ---- Boxes -------------------------------------------------------------------------------------

typedef struct lk_box {
    double width;
    double height;
    double labels; // width of the column with the names of states, if there are bars
} lk_box;

lk_box lk_box_of(const lk_diagram *diagram, const lk_diagram_node *node);
// Draws the box with its corner at (x, y).
void lk_append_box(lk_buffer *out, const lk_diagram *diagram, const lk_diagram_node *node,
                   const lk_box *box, double x, double y);

#endif
