#include "network/graph.h"

enum { WORD_BITS = 64 };

lk_status lk_graph_make(lk_arena *arena, lk_graph *graph, uint32_t count) {
    size_t words = ((size_t)count + WORD_BITS - 1) / WORD_BITS;
    uint64_t *rows = lk_arena_alloc_zero(arena, count, words * sizeof *rows);
    LK_NEED(rows);
    *graph = (lk_graph){count, words, rows};
    return LK_OK;
}

lk_status lk_graph_copy(lk_arena *arena, lk_graph *copy, const lk_graph *graph) {
    uint64_t *rows = lk_arena_alloc(arena, graph->count, graph->words * sizeof *rows);
    LK_NEED(rows);
    memcpy(rows, graph->rows, graph->count * graph->words * sizeof *rows);
    *copy = (lk_graph){graph->count, graph->words, rows};
    return LK_OK;
}

static void set_bit(uint64_t *row, uint32_t bit) {
    row[bit / WORD_BITS] |= UINT64_C(1) << (bit % WORD_BITS);
}

static void clear_bit(uint64_t *row, uint32_t bit) {
    row[bit / WORD_BITS] &= ~(UINT64_C(1) << (bit % WORD_BITS));
}

void lk_graph_connect(lk_graph *graph, uint32_t a, uint32_t b) {
    if (a == b) return;
    set_bit(lk_graph_row(graph, a), b);
    set_bit(lk_graph_row(graph, b), a);
}

bool lk_graph_connected(const lk_graph *graph, uint32_t a, uint32_t b) {
    return lk_graph_row(graph, a)[b / WORD_BITS] >> (b % WORD_BITS) & 1;
}

void lk_graph_connect_all(lk_graph *graph, const uint32_t *nodes, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) lk_graph_connect(graph, nodes[i], nodes[j]);
}

uint32_t lk_graph_neighbours(const lk_graph *graph, uint32_t *neighbours, uint32_t node) {
    const uint64_t *row = lk_graph_row(graph, node);
    uint32_t count = 0;
    for (size_t w = 0; w < graph->words; w++)
        for (uint64_t bits = row[w]; bits; bits &= bits - 1)
            neighbours[count++] = (uint32_t)(w * WORD_BITS) + (uint32_t)__builtin_ctzll(bits);
    return count;
}

void lk_graph_eliminate(lk_graph *graph, uint32_t node, const uint32_t *neighbours, size_t count) {
    uint64_t *row = lk_graph_row(graph, node);
    for (size_t i = 0; i < count; i++) {
        uint64_t *neighbour = lk_graph_row(graph, neighbours[i]);
        for (size_t w = 0; w < graph->words; w++) neighbour[w] |= row[w];
        clear_bit(neighbour, neighbours[i]);
        clear_bit(neighbour, node);
    }
    memset(row, 0, graph->words * sizeof *row);
}

void lk_graph_remove(lk_graph *graph, uint32_t node, const uint32_t *neighbours, size_t count) {
    for (size_t i = 0; i < count; i++) clear_bit(lk_graph_row(graph, neighbours[i]), node);
    memset(lk_graph_row(graph, node), 0, graph->words * sizeof *graph->rows);
}
