// Layered drawings: what holds of every one of them, and how near small ones are to the optimum.
#include "draw/layout.h"

#include "likelore/core.h"

#include "test_context.h"

#include <math.h>

enum { MOST_NODES = 300, MOST_EDGES = 3000 };
static const double NODE_GAP = 20, LAYER_GAP = 40, ROUNDING = 1e-6;

typedef struct sample {
    lk_layout_graph graph;
    double widths[MOST_NODES], heights[MOST_NODES];
    lk_layout_edge arrows[MOST_EDGES], lines[MOST_EDGES];
} sample;

static lk_context *context;
static sample s;

// ---- Graphs of many shapes ---------------------------------------------------------------------

static void begin(lk_random *random, uint32_t count) {
    for (uint32_t v = 0; v < count; v++) {
        s.widths[v] = 10 + (double)lk_random_below(random, 150);
        s.heights[v] = 10 + (double)lk_random_below(random, 60);
    }
    s.graph = (lk_layout_graph){.count = count,
                                .widths = s.widths,
                                .heights = s.heights,
                                .arrows = s.arrows,
                                .lines = s.lines,
                                .node_gap = NODE_GAP,
                                .layer_gap = LAYER_GAP};
}

static void add_arrow(uint32_t from, uint32_t to) {
    s.arrows[s.graph.arrow_count++] = (lk_layout_edge){from, to};
}

static void add_line(uint32_t a, uint32_t b) {
    s.lines[s.graph.line_count++] = (lk_layout_edge){a, b};
}

// Each pair with the given chance; arrows follow the order of the nodes.
static void add_random_edges(lk_random *random, uint32_t count, double arrows, double lines) {
    for (uint32_t b = 0; b < count; b++) {
        for (uint32_t a = 0; a < b; a++) {
            double chance = lk_random_uniform(random);
            if (chance < arrows)
                add_arrow(a, b);
            else if (chance < arrows + lines)
                add_line(b, a);
        }
    }
}

static void make_sparse(lk_random *random, uint32_t n) {
    add_random_edges(random, n, 2.0 / n, 0.5 / n);
}
static void make_dense(lk_random *random, uint32_t n) {
    add_random_edges(random, n, n > 50 ? 0.02 : 0.5, 0.02);
}
static void make_chain(lk_random *random, uint32_t n) {
    (void)random;
    for (uint32_t v = 1; v < n; v++) add_arrow(v - 1, v);
}
static void make_tree(lk_random *random, uint32_t n) {
    for (uint32_t v = 1; v < n; v++) add_arrow((uint32_t)lk_random_below(random, v), v);
}
static void make_star(lk_random *random, uint32_t n) {
    bool outwards = lk_random_below(random, 2) == 0;
    for (uint32_t v = 1; v < n; v++) outwards ? add_arrow(0, v) : add_arrow(v, 0);
}
static void make_ladder(lk_random *random, uint32_t n) {
    (void)random;
    for (uint32_t v = 2; v < n; v++) add_arrow(v - 2, v);
    for (uint32_t v = 1; v < n; v += 2) add_line(v - 1, v);
}
static void make_skips(lk_random *random, uint32_t n) {
    make_chain(random, n);
    for (uint32_t v = 2; v < n; v += 3) add_arrow((uint32_t)lk_random_below(random, v - 1), v);
}
static void make_islands(lk_random *random, uint32_t n) {
    for (uint32_t v = 1; v < n; v++)
        if (v % 7 != 0) add_arrow(v - 1 - (uint32_t)lk_random_below(random, v % 7), v);
}
static void make_nothing(lk_random *random, uint32_t n) { (void)random, (void)n; }

typedef void shape(lk_random *, uint32_t);
static shape *const shapes[] = {make_sparse, make_dense,   make_chain, make_tree,   make_star,
                                make_ladder, make_islands, make_skips, make_nothing};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

// Renumbers the nodes, so that their order says nothing about the arrows.
static void shuffle_nodes(lk_random *random) {
    static uint32_t number[MOST_NODES];
    for (uint32_t v = 0; v < s.graph.count; v++) {
        uint32_t other = (uint32_t)lk_random_below(random, v + 1);
        number[v] = number[other];
        number[other] = v;
    }
    for (size_t e = 0; e < s.graph.arrow_count; e++)
        s.arrows[e] = (lk_layout_edge){number[s.arrows[e].from], number[s.arrows[e].to]};
    for (size_t e = 0; e < s.graph.line_count; e++)
        s.lines[e] = (lk_layout_edge){number[s.lines[e].from], number[s.lines[e].to]};
}

static void make_shape(lk_random *random, uint32_t which, uint32_t count) {
    begin(random, count);
    shapes[which](random, count);
    shuffle_nodes(random);
}

static lk_layout lay_out(lk_arena *arena) {
    lk_layout layout;
    cr_assert(lk_layout_make(arena, &layout, &s.graph) == LK_OK, "%s",
              lk_context_error(context).message);
    return layout;
}

// ---- What holds of every drawing ---------------------------------------------------------------

static void check_nodes(const lk_layout *layout) {
    const lk_layout_place *p = layout->places;
    for (uint32_t a = 0; a < s.graph.count; a++) {
        cr_assert(p[a].x - s.widths[a] / 2 >= -ROUNDING);
        cr_assert(p[a].x + s.widths[a] / 2 <= layout->width + ROUNDING);
        cr_assert(p[a].top >= 0 && p[a].bottom <= layout->height + ROUNDING);
        cr_assert(p[a].bottom - p[a].top >= s.heights[a] - ROUNDING);
        cr_assert(fabs(p[a].y - (p[a].top + p[a].bottom) / 2) < ROUNDING);
        for (uint32_t b = 0; b < a; b++) {
            double x_gap = fabs(p[a].x - p[b].x) - (s.widths[a] + s.widths[b]) / 2;
            double y_gap = fabs(p[a].y - p[b].y) - (s.heights[a] + s.heights[b]) / 2;
            cr_assert(x_gap >= NODE_GAP - ROUNDING || y_gap >= NODE_GAP - ROUNDING,
                      "nodes %u and %u are too near", a, b);
        }
    }
}

static void check_arrows(const lk_layout *layout) {
    for (size_t e = 0; e < s.graph.arrow_count; e++) {
        const lk_layout_place *from = &layout->places[s.arrows[e].from],
                              *to = &layout->places[s.arrows[e].to];
        cr_assert(from->component == to->component);
        cr_assert(from->bottom + LAYER_GAP <= to->top + ROUNDING, "an arrow does not point down");
    }
}

static void check_route(const lk_layout *layout, const lk_layout_route *route,
                        lk_layout_edge edge) {
    const lk_layout_place *upper = &layout->places[edge.from], *lower = &layout->places[edge.to];
    if (upper->layer > lower->layer) {
        const lk_layout_place *swap = upper;
        upper = lower;
        lower = swap;
    }
    uint32_t span = lower->layer - upper->layer;
    cr_assert(route->bend_count == (span > 0 ? span - 1 : 0));
    for (uint32_t i = 0; i < route->bend_count; i++) {
        lk_layout_bend bend = route->bends[i];
        cr_assert(bend.top > upper->bottom && bend.bottom < lower->top && bend.top <= bend.bottom);
        for (uint32_t v = 0; v < s.graph.count; v++) {
            const lk_layout_place *p = &layout->places[v];
            if (p->component != upper->component || p->layer != upper->layer + i + 1) continue;
            cr_assert(fabs(p->x - bend.x) > s.widths[v] / 2 + NODE_GAP / 4,
                      "an edge runs through a node");
        }
    }
}

static void check_routes(const lk_layout *layout) {
    for (size_t e = 0; e < s.graph.arrow_count; e++)
        check_route(layout, &layout->arrows[e], s.arrows[e]);
    for (size_t e = 0; e < s.graph.line_count; e++)
        check_route(layout, &layout->lines[e], s.lines[e]);
}

// The piece of an edge below a layer: where it begins and ends.
typedef struct piece {
    uint32_t component, layer;
    double above, below;
} piece;

static size_t add_pieces(const lk_layout *layout, piece *pieces, const lk_layout_route *route,
                         lk_layout_edge edge) {
    lk_layout_place from = layout->places[edge.from], to = layout->places[edge.to];
    if (from.layer == to.layer) return 0;
    if (from.layer > to.layer) {
        lk_layout_place swap = from;
        from = to;
        to = swap;
    }
    double x = from.x;
    for (uint32_t i = 0; i <= route->bend_count; i++) {
        double next = i < route->bend_count ? route->bends[i].x : to.x;
        pieces[i] = (piece){from.component, from.layer + i, x, next};
        x = next;
    }
    return route->bend_count + 1;
}

// Counts crossings from the picture, pair by pair.
static void check_crossings(const lk_layout *layout) {
    static piece pieces[200000];
    size_t count = 0;
    for (size_t e = 0; e < s.graph.arrow_count; e++)
        count += add_pieces(layout, pieces + count, &layout->arrows[e], s.arrows[e]);
    for (size_t e = 0; e < s.graph.line_count; e++)
        count += add_pieces(layout, pieces + count, &layout->lines[e], s.lines[e]);
    cr_assert(count < 200000);
    uint64_t crossings = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            crossings +=
                pieces[i].component == pieces[j].component && pieces[i].layer == pieces[j].layer &&
                (pieces[i].above - pieces[j].above) * (pieces[i].below - pieces[j].below) < 0;
    cr_assert(layout->crossings == crossings, "%llu are not %llu",
              (unsigned long long)layout->crossings, (unsigned long long)crossings);
    cr_assert(layout->crossings <= layout->initial_crossings);
}

static void check_all(const lk_layout *layout) {
    check_nodes(layout);
    check_arrows(layout);
    check_routes(layout);
    check_crossings(layout);
}

Test(layout, arrows_point_down_and_nothing_overlaps_in_graphs_of_many_shapes) {
    context = make_context();
    for (uint32_t i = 0; i < 40 * SHAPES; i++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, i, 0);
        make_shape(&random, i % SHAPES, (uint32_t)lk_random_below(&random, 40));
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        check_all(&layout);
        lk_arena_release(&arena);
    }
    free_context(context);
}

Test(layout, holds_for_larger_graphs) {
    context = make_context();
    for (uint32_t i = 0; i < SHAPES; i++) {
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        make_shape(&random, i, i == 0 ? 250 : 120);
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        check_all(&layout);
        lk_arena_release(&arena);
    }
    free_context(context);
}

Test(layout, is_the_same_every_time) {
    context = make_context();
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    make_shape(&random, 0, 100);
    lk_arena arena = lk_arena_make(context, 0);
    lk_layout a = lay_out(&arena), b = lay_out(&arena);
    for (uint32_t v = 0; v < s.graph.count; v++)
        cr_assert(a.places[v].x == b.places[v].x && a.places[v].y == b.places[v].y);
    lk_arena_release(&arena);
    free_context(context);
}

Test(layout, forests_are_drawn_without_crossings) {
    context = make_context();
    for (uint32_t i = 0; i < 100; i++) {
        lk_random random = lk_random_stream(4, LK_RANDOM_TEST, i, 0);
        make_shape(&random, 3, 2 + (uint32_t)lk_random_below(&random, 60));
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        cr_assert(layout.crossings == 0, "%llu crossings in tree %u",
                  (unsigned long long)layout.crossings, i);
        lk_arena_release(&arena);
    }
    free_context(context);
}

// ---- Against the optimum -----------------------------------------------------------------------

enum { TINY = 6 };

static int64_t length_of(const uint32_t *layers) {
    int64_t length = 0;
    for (size_t e = 0; e < s.graph.arrow_count; e++) {
        int64_t span = (int64_t)layers[s.arrows[e].to] - layers[s.arrows[e].from];
        if (span < 1) return INT64_MAX;
        length += span;
    }
    return length;
}

// The least sum of lengths over all assignments of `n` layers.
static int64_t least_length(uint32_t n) {
    uint32_t layers[TINY] = {0};
    int64_t least = INT64_MAX;
    for (;;) {
        int64_t length = length_of(layers);
        if (length < least) least = length;
        uint32_t v = 0;
        while (v < n && ++layers[v] == n) layers[v++] = 0;
        if (v == n) return least;
    }
}

Test(layout, layers_have_the_least_total_length_of_arrows) {
    context = make_context();
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(5, LK_RANDOM_TEST, i, 0);
        uint32_t n = 1 + (uint32_t)lk_random_below(&random, TINY), layers[TINY];
        begin(&random, n);
        add_random_edges(&random, n, 0.5, 0);
        shuffle_nodes(&random);
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        for (uint32_t v = 0; v < n; v++) layers[v] = layout.places[v].layer;
        cr_assert(length_of(layers) == least_length(n), "graph %u: %lld, not %lld", i,
                  (long long)length_of(layers), (long long)least_length(n));
        lk_arena_release(&arena);
    }
    free_context(context);
}

// Two layers of nodes, all arrows between them: the orders are permutations.
typedef struct bipartite {
    uint32_t upper, lower;
    bool arrow[TINY][TINY];
} bipartite;

static uint64_t crossings_of(const bipartite *b, const uint32_t *upper, const uint32_t *lower) {
    uint64_t crossings = 0;
    for (uint32_t i = 0; i < b->upper; i++)
        for (uint32_t j = 0; j < i; j++)
            for (uint32_t k = 0; k < b->lower; k++)
                for (uint32_t l = k + 1; l < b->lower; l++)
                    crossings += b->arrow[upper[i]][lower[k]] && b->arrow[upper[j]][lower[l]];
    return crossings;
}

static bool next_permutation(uint32_t *items, uint32_t count) {
    uint32_t i = count;
    while (i > 1 && items[i - 2] > items[i - 1]) i--;
    if (i <= 1) return false;
    uint32_t j = count - 1;
    while (items[j] < items[i - 2]) j--;
    uint32_t swap = items[j];
    items[j] = items[i - 2];
    items[i - 2] = swap;
    for (uint32_t a = i - 1, z = count - 1; a < z; a++, z--) {
        swap = items[a];
        items[a] = items[z];
        items[z] = swap;
    }
    return true;
}

static uint64_t least_crossings(const bipartite *b) {
    uint32_t upper[TINY], lower[TINY];
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < b->upper; i++) upper[i] = i;
    do {
        for (uint32_t i = 0; i < b->lower; i++) lower[i] = i;
        do {
            uint64_t crossings = crossings_of(b, upper, lower);
            if (crossings < least) least = crossings;
        } while (next_permutation(lower, b->lower));
    } while (next_permutation(upper, b->upper));
    return least;
}

// Every node has an arrow and all are connected through the first ones, so that there are two
// layers.
static void random_bipartite(lk_random *random, bipartite *b) {
    *b = (bipartite){.upper = 2 + (uint32_t)lk_random_below(random, 3),
                     .lower = 2 + (uint32_t)lk_random_below(random, 4)};
    begin(random, b->upper + b->lower);
    for (uint32_t i = 0; i < b->upper; i++) {
        for (uint32_t k = 0; k < b->lower; k++) {
            b->arrow[i][k] = i == 0 || k == 0 || lk_random_below(random, 2) == 0;
            if (b->arrow[i][k]) add_arrow(i, b->upper + k);
        }
    }
}

Test(layout, crossings_are_near_the_optimum_of_all_orders) {
    context = make_context();
    uint32_t optimal = 0, samples = 200;
    uint64_t sum = 0, least_sum = 0;
    for (uint32_t i = 0; i < samples; i++) {
        lk_random random = lk_random_stream(6, LK_RANDOM_TEST, i, 0);
        bipartite b;
        random_bipartite(&random, &b);
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        uint64_t least = least_crossings(&b);
        cr_assert(layout.crossings >= least);
        optimal += layout.crossings == least;
        sum += layout.crossings;
        least_sum += least;
        lk_arena_release(&arena);
    }
    cr_assert(optimal >= samples * 9 / 10, "%u of %u are optimal", optimal, samples);
    cr_assert(sum * 100 <= least_sum * 102, "%llu crossings, at best %llu", (unsigned long long)sum,
              (unsigned long long)least_sum);
    free_context(context);
}

// The sum of squared horizontal extents of a tree's arrows cannot be made less by moving one node
// as far as its neighbours in its layer let it.
static double pull_at(const lk_layout *layout, uint32_t v, double x) {
    double sum = 0;
    for (size_t e = 0; e < s.graph.arrow_count; e++) {
        uint32_t other = s.arrows[e].from == v ? s.arrows[e].to : s.arrows[e].from;
        if (s.arrows[e].from != v && s.arrows[e].to != v) continue;
        double extent = x - layout->places[other].x;
        sum += extent * extent;
    }
    return sum;
}

static bool is_free(const lk_layout *layout, uint32_t v, double x) {
    for (uint32_t w = 0; w < s.graph.count; w++) {
        if (w == v || layout->places[w].layer != layout->places[v].layer) continue;
        if (fabs(layout->places[w].x - x) < (s.widths[v] + s.widths[w]) / 2 + NODE_GAP)
            return false;
    }
    return true;
}

Test(layout, no_node_of_a_tree_could_stand_better) {
    context = make_context();
    for (uint32_t i = 0; i < 50; i++) {
        lk_random random = lk_random_stream(7, LK_RANDOM_TEST, i, 0);
        make_shape(&random, 3, 2 + (uint32_t)lk_random_below(&random, 20));
        lk_arena arena = lk_arena_make(context, 0);
        lk_layout layout = lay_out(&arena);
        bool bent = false;
        for (size_t e = 0; e < s.graph.arrow_count; e++) bent |= layout.arrows[e].bend_count > 0;
        for (uint32_t v = 0; !bent && v < s.graph.count; v++) {
            double x = layout.places[v].x, here = pull_at(&layout, v, x);
            for (double move = -16; move <= 16; move += 4)
                if (is_free(&layout, v, x + move))
                    cr_assert(pull_at(&layout, v, x + move) >= here - 1, "tree %u, node %u", i, v);
        }
        lk_arena_release(&arena);
    }
    free_context(context);
}

// ---- Limits ------------------------------------------------------------------------------------

Test(layout, is_refused_when_it_would_have_too_many_bends) {
    context = make_context();
    enum { LONG = 3000 };
    static double sizes[LONG];
    static lk_layout_edge arrows[2 * LONG];
    lk_layout_graph graph = {.count = LONG, .widths = sizes, .heights = sizes, .arrows = arrows};
    for (uint32_t v = 1; v < LONG; v++) {
        arrows[graph.arrow_count++] = (lk_layout_edge){v - 1, v};
        if (v > 1) arrows[graph.arrow_count++] = (lk_layout_edge){0, v};
    }
    lk_arena arena = lk_arena_make(context, 0);
    lk_layout layout;
    expect_failure(context, lk_layout_make(&arena, &layout, &graph), LK_ERROR_LIMIT,
                   "nodes and bends");
    lk_arena_release(&arena);
    free_context(context);
}

Test(layout, gives_everything_back_when_memory_runs_out) {
    context = make_context();
    lk_random random = lk_random_stream(8, LK_RANDOM_TEST, 0, 0);
    make_shape(&random, 0, 200);
    uint64_t k = 1;
    for (lk_status status = LK_ERROR_MEMORY; status != LK_OK; k++) {
        lk_arena arena = lk_arena_make(context, 4096);
        lk_layout layout;
        lk_context_fail_allocation(context, k);
        status = lk_layout_make(&arena, &layout, &s.graph);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_arena_release(&arena);
    }
    cr_assert(k > 3);
    free_context(context);
}
