// The undirected graph of a Markov network, as lists of neighbours.
#include "explain/trails.h"

#include <stdlib.h>

static int compare_variables(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

// start[v + 1] becomes the number of neighbours of v, those counted again that several potentials
// join to it.
static lk_status count_neighbours(const lk_network *network, lk_edges *edges) {
    double total = 0;
    for (uint32_t i = 0; i < network->potential_count; i++) {
        const lk_table *table = lk_network_table_at(network, i);
        for (uint32_t k = 0; k < table->size; k++) {
            edges->start[table->scope[k] + 1] += table->size - 1;
            total += table->size - 1;
        }
    }
    double limit = (double)lk_context_memory_limit(network->context);
    if (total * sizeof *edges->neighbours <= limit) return LK_OK;
    return lk_fail(network->context, LK_ERROR_LIMIT,
                   "the graph of the potentials has %.4g edges, which need %.4g bytes; the memory "
                   "limit is %.4g bytes",
                   total / 2, total * sizeof *edges->neighbours, limit);
}

static void add_scope(lk_edges *edges, size_t *end, const lk_table *table) {
    for (uint32_t k = 0; k < table->size; k++)
        for (uint32_t l = 0; l < table->size; l++)
            if (l != k) edges->neighbours[end[table->scope[k]]++] = table->scope[l];
}

// Sorts the lists and moves them together without what is there twice.
static void tidy(lk_edges *edges, const size_t *end, uint32_t count) {
    size_t kept = 0;
    for (uint32_t v = 0; v < count; v++) {
        uint32_t *list = edges->neighbours + edges->start[v];
        size_t length = end[v] - edges->start[v];
        if (length > 0) qsort(list, length, sizeof *list, compare_variables);
        edges->start[v] = kept;
        for (size_t i = 0; i < length; i++)
            if (i == 0 || list[i] != list[i - 1]) edges->neighbours[kept++] = list[i];
    }
    edges->start[count] = kept;
}

lk_status lk_find_edges(lk_arena *arena, lk_edges *edges, const lk_network *network) {
    size_t n = network->count;
    edges->start = lk_arena_alloc_zero(arena, n + 1, sizeof *edges->start);
    size_t *end = lk_arena_alloc(arena, n, sizeof *end);
    LK_NEED(edges->start);
    LK_NEED(end);
    LK_TRY(count_neighbours(network, edges));
    for (size_t v = 0; v < n; v++) {
        edges->start[v + 1] += edges->start[v];
        end[v] = edges->start[v];
    }
    edges->neighbours = lk_arena_alloc(arena, edges->start[n], sizeof *edges->neighbours);
    LK_NEED(edges->neighbours);
    for (uint32_t i = 0; i < network->potential_count; i++)
        add_scope(edges, end, lk_network_table_at(network, i));
    tidy(edges, end, network->count);
    return LK_OK;
}
