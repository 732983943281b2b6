// Undirected graphs of few thousand nodes, as a matrix of bits.
#ifndef LK_GRAPH_H
#define LK_GRAPH_H

#include "arena.h"

typedef struct lk_graph {
    uint32_t count;
    size_t words;   // of a row
    uint64_t *rows; // bit j of row i: i and j are neighbours; never bit i of row i
} lk_graph;

// A graph without edges, in the arena.
lk_status lk_graph_make(lk_arena *arena, lk_graph *graph, uint32_t count);
lk_status lk_graph_copy(lk_arena *arena, lk_graph *copy, const lk_graph *graph);
void lk_graph_connect(lk_graph *graph, uint32_t a, uint32_t b);
bool lk_graph_connected(const lk_graph *graph, uint32_t a, uint32_t b);
// Connects all nodes of the list with each other.
void lk_graph_connect_all(lk_graph *graph, const uint32_t *nodes, size_t count);
// Writes the neighbours of a node in increasing order; returns how many there are.
uint32_t lk_graph_neighbours(const lk_graph *graph, uint32_t *neighbours, uint32_t node);
// Takes a node out of the graph; `neighbours` are all of its.
void lk_graph_remove(lk_graph *graph, uint32_t node, const uint32_t *neighbours, size_t count);
// Connects the neighbours of a node with each other and takes the node out of the graph.
void lk_graph_eliminate(lk_graph *graph, uint32_t node, const uint32_t *neighbours, size_t count);

static inline uint64_t *lk_graph_row(const lk_graph *graph, uint32_t node) {
    return graph->rows + (size_t)node * graph->words;
}

#endif
