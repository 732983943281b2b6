// Coordinates within the layers. Edges are to run upright: the sum over edges of weight times
// squared horizontal extent is made least, subject to the order and the least distances within
// each layer. (Gansner, Koutsofios, North and Vo 1993, section 4, minimize the sum of extents with
// the same weights: edges that pass through layers are the more conspicuous the longer they are.)
//
// With all other layers fixed, a layer is a problem of isotonic regression: each vertex wants to be
// at the weighted mean of its neighbours. Pooling adjacent violators (Ayer et al. 1955; Best and
// Chakravarti, Mathematical Programming 1990) solves it exactly. The objective is convex and each
// layer's constraints are its own, so that going through the layers again and again approaches the
// optimum of the whole.
#include "draw/layout_parts.h"

#include <math.h>

enum { MOST_PASSES = 400, PLACED_VERTICES = 4000000 };
static const double STILL = 0.02;   // moves below this end the passes
static const double BEND_GAP = 0.6; // of the distance between nodes, between a bend and others
static const double WEAK = 1e-6;    // weight of staying where one is

typedef struct pool {
    double position; // of its first vertex, less that vertex's offset
    double weight;
    uint32_t count;
} pool;

typedef struct placer {
    lk_layered *g;
    double *offsets; // least distance of each vertex of a layer to the first
    pool *pools;
} placer;

static bool is_bend(const lk_layered *g, uint32_t v) { return v >= g->node_count; }

static double least_distance(const lk_layered *g, uint32_t a, uint32_t b) {
    double gap = is_bend(g, a) || is_bend(g, b) ? g->node_gap * BEND_GAP : g->node_gap;
    return (g->widths[a] + g->widths[b]) / 2 + gap;
}

static double weight_of(const lk_layered *g, uint32_t a, uint32_t b) {
    static const double weights[] = {1, 2, 8}; // by the number of bends
    return weights[is_bend(g, a) + is_bend(g, b)];
}

static void add_pulls(const lk_layered *g, const lk_layout_lists *lists, uint32_t v, double *sum,
                      double *weight) {
    for (uint32_t i = lists->starts[v]; i < lists->starts[v + 1]; i++) {
        double w = weight_of(g, v, lists->vertices[i]);
        *sum += w * g->x[lists->vertices[i]];
        *weight += w;
    }
}

// Appends a vertex to the pools of its layer; while the pool before would be to the right, the two
// become one at their mean.
static uint32_t add_to_pools(pool *pools, uint32_t count, pool added) {
    pools[count++] = added;
    while (count > 1 && pools[count - 2].position > pools[count - 1].position) {
        pool *left = &pools[count - 2], right = pools[count - 1];
        double weight = left->weight + right.weight;
        left->position = (left->position * left->weight + right.position * right.weight) / weight;
        left->weight = weight;
        left->count += right.count;
        count--;
    }
    return count;
}

// Moves a layer to where the layers of `up` and `down` (either may be NULL) pull it; returns the
// longest move.
static double place_layer(placer *p, uint32_t layer, const lk_layout_lists *up,
                          const lk_layout_lists *down) {
    lk_layered *g = p->g;
    const uint32_t *order = g->order + g->starts[layer];
    uint32_t size = lk_layer_size(g, layer), pools = 0;
    for (uint32_t i = 0; i < size; i++) {
        uint32_t v = order[i];
        p->offsets[i] = i == 0 ? 0 : p->offsets[i - 1] + least_distance(g, order[i - 1], v);
        double sum = WEAK * g->x[v], weight = WEAK;
        if (up) add_pulls(g, up, v, &sum, &weight);
        if (down) add_pulls(g, down, v, &sum, &weight);
        pools = add_to_pools(p->pools, pools, (pool){sum / weight - p->offsets[i], weight, 1});
    }
    double longest = 0;
    for (uint32_t k = 0, i = 0; k < pools; k++) {
        for (uint32_t end = i + p->pools[k].count; i < end; i++) {
            double x = p->pools[k].position + p->offsets[i];
            longest = fmax(longest, fabs(x - g->x[order[i]]));
            g->x[order[i]] = x;
        }
    }
    return longest;
}

// Each layer as close as its gaps allow, centred at 0.
static void pack_layers(placer *p) {
    lk_layered *g = p->g;
    for (uint32_t l = 0; l < g->layer_count; l++) {
        const uint32_t *order = g->order + g->starts[l];
        uint32_t size = lk_layer_size(g, l);
        double x = 0;
        for (uint32_t i = 0; i < size; i++) {
            if (i > 0) x += least_distance(g, order[i - 1], order[i]);
            g->x[order[i]] = x;
        }
        for (uint32_t i = 0; i < size; i++) g->x[order[i]] -= x / 2;
    }
}

// Down, following the layers above, and up again: layers find their rough places.
static void follow_neighbours(placer *p) {
    lk_layered *g = p->g;
    for (uint32_t l = 1; l < g->layer_count; l++) place_layer(p, l, &g->up, NULL);
    for (uint32_t l = g->layer_count - 1; l-- > 0;) place_layer(p, l, NULL, &g->down);
}

static double pass(placer *p, bool down) {
    lk_layered *g = p->g;
    double longest = 0;
    for (uint32_t i = 0; i < g->layer_count; i++) {
        uint32_t layer = down ? i : g->layer_count - 1 - i;
        longest = fmax(longest, place_layer(p, layer, &g->up, &g->down));
    }
    return longest;
}

lk_status lk_layout_find_places(lk_arena *scratch, lk_layered *g) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    placer p = {.g = g,
                .offsets = lk_arena_alloc(scratch, g->count, sizeof *p.offsets),
                .pools = lk_arena_alloc(scratch, g->count, sizeof *p.pools)};
    LK_NEED(p.offsets);
    LK_NEED(p.pools);
    pack_layers(&p);
    follow_neighbours(&p);
    follow_neighbours(&p);
    uint32_t passes = PLACED_VERTICES / (g->count + 1) + 4;
    if (passes > MOST_PASSES) passes = MOST_PASSES;
    for (uint32_t i = 0; i < passes; i++)
        if (pass(&p, i % 2 == 0) < STILL) break;
    lk_arena_rewind(scratch, mark);
    return LK_OK;
}
