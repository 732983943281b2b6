// Orders within layers with few crossings. Sweeps down and up sort each layer by where the
// neighbours of its vertices are in the layer before: by their weighted median (Gansner,
// Koutsofios, North and Vo 1993, section 3) or by their mean (Sugiyama, Tagawa and Toda 1981), in
// turn. After each sweep neighbours within a layer change places where that saves crossings. The
// best order seen is kept.
#include "draw/layout_parts.h"

enum {
    MOST_SWEEPS = 60,
    LEAST_SWEEPS = 4,
    SWEPT_VERTICES = 400000, // all sweeps together, of large graphs
    PATIENCE = 20,           // sweeps without a better order
    MOST_ROUNDS = 12         // of changing places, after each sweep
};

typedef struct entry {
    double key;
    uint32_t vertex;
} entry;

typedef struct sorter {
    lk_layered *g;
    uint32_t *best; // order
    uint32_t *tree; // sums over places (Fenwick)
    uint32_t tree_size;
    entry *entries;
    uint32_t *stack;
} sorter;

// ---- Lists sorted by place ---------------------------------------------------------------------

// Shell's method with the gaps of Knuth; lists are short, or nearly sorted from the time before.
static void sort_by_place(const lk_layered *g, uint32_t *vertices, uint32_t count) {
    uint32_t gap = 1;
    while (gap < count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3) {
        for (uint32_t i = gap; i < count; i++) {
            uint32_t vertex = vertices[i], j = i;
            for (; j >= gap && g->place[vertices[j - gap]] > g->place[vertex]; j -= gap)
                vertices[j] = vertices[j - gap];
            vertices[j] = vertex;
        }
    }
}

static void sort_lists(const lk_layered *g, const lk_layout_lists *lists, uint32_t layer) {
    for (uint32_t i = g->starts[layer]; i < g->starts[layer + 1]; i++) {
        uint32_t v = g->order[i];
        sort_by_place(g, lists->vertices + lists->starts[v],
                      lists->starts[v + 1] - lists->starts[v]);
    }
}

// ---- Counting ----------------------------------------------------------------------------------

// Edges between two layers in the order of their upper ends cross as often as their lower ends are
// out of order (Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting", 2002).
static uint64_t count_between(sorter *s, uint32_t upper) {
    const lk_layered *g = s->g;
    uint32_t size = lk_layer_size(g, upper + 1), total = 0;
    uint64_t crossings = 0;
    memset(s->tree, 0, ((size_t)size + 1) * sizeof *s->tree);
    sort_lists(g, &g->down, upper);
    for (uint32_t i = g->starts[upper]; i < g->starts[upper + 1]; i++) {
        uint32_t v = g->order[i];
        for (uint32_t k = g->down.starts[v]; k < g->down.starts[v + 1]; k++) {
            uint32_t place = g->place[g->down.vertices[k]], not_right = 0;
            for (uint32_t t = place + 1; t > 0; t &= t - 1) not_right += s->tree[t];
            crossings += total++ - not_right;
            for (uint32_t t = place + 1; t <= size; t += t & -t) s->tree[t]++;
        }
    }
    return crossings;
}

static uint64_t count_crossings(sorter *s) {
    uint64_t crossings = 0;
    for (uint32_t l = 0; l + 1 < s->g->layer_count; l++) crossings += count_between(s, l);
    return crossings;
}

// ---- Sweeps ------------------------------------------------------------------------------------

static double median_of(const lk_layered *g, const uint32_t *vertices, uint32_t count) {
    uint32_t middle = count / 2;
    double right_of = g->place[vertices[middle]];
    if (count % 2 == 1) return right_of;
    double left_of = g->place[vertices[middle - 1]];
    double left = left_of - g->place[vertices[0]], right = g->place[vertices[count - 1]] - right_of;
    if (left + right == 0) return (left_of + right_of) / 2;
    return (left_of * right + right_of * left) / (left + right);
}

static double mean_of(const lk_layered *g, const uint32_t *vertices, uint32_t count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += g->place[vertices[i]];
    return sum / count;
}

// Stable, but that equal keys change places when `turn_ties`.
static void sort_entries(entry *entries, uint32_t count, entry *room, bool turn_ties) {
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t start = 0; start < count; start += 2 * width) {
            uint32_t middle = start + width < count ? start + width : count;
            uint32_t end = middle + width < count ? middle + width : count;
            for (uint32_t i = start, j = middle, k = start; k < end; k++) {
                bool left = i < middle && (j == end || entries[i].key < entries[j].key ||
                                           (entries[i].key == entries[j].key && !turn_ties));
                room[k] = left ? entries[i++] : entries[j++];
            }
        }
        memcpy(entries, room, count * sizeof *entries);
    }
}

// Sorts a layer by the places of the vertices of `lists`. Vertices without any keep their places.
static void sort_layer(sorter *s, uint32_t layer, const lk_layout_lists *lists, bool by_median,
                       bool turn_ties) {
    lk_layered *g = s->g;
    uint32_t start = g->starts[layer], end = g->starts[layer + 1], count = 0;
    for (uint32_t i = start; i < end; i++) {
        uint32_t v = g->order[i], *list = lists->vertices + lists->starts[v];
        uint32_t degree = lists->starts[v + 1] - lists->starts[v];
        if (degree == 0) continue;
        sort_by_place(g, list, degree);
        s->entries[count++] =
            (entry){by_median ? median_of(g, list, degree) : mean_of(g, list, degree), v};
    }
    sort_entries(s->entries, count, s->entries + g->count, turn_ties);
    for (uint32_t i = start, next = 0; i < end; i++) {
        uint32_t v = g->order[i];
        if (lists->starts[v + 1] > lists->starts[v]) g->order[i] = s->entries[next++].vertex;
        g->place[g->order[i]] = i - start;
    }
}

static void sweep(sorter *s, uint32_t number) {
    bool by_median = number / 2 % 2 == 0, turn_ties = number / 4 % 2 == 1;
    lk_layered *g = s->g;
    for (uint32_t l = 1; l < g->layer_count; l++) {
        if (number % 2 == 0)
            sort_layer(s, l, &g->up, by_median, turn_ties);
        else
            sort_layer(s, g->layer_count - 1 - l, &g->down, by_median, turn_ties);
    }
}

// ---- Changing places ---------------------------------------------------------------------------

// Crossings between the edges of two vertices to one side: with a left of b, less those with b left
// of a.
static int64_t gain_of_turning(const lk_layered *g, const lk_layout_lists *lists, uint32_t a,
                               uint32_t b) {
    const uint32_t *as = lists->vertices + lists->starts[a],
                   *bs = lists->vertices + lists->starts[b];
    uint32_t a_count = lists->starts[a + 1] - lists->starts[a];
    uint32_t b_count = lists->starts[b + 1] - lists->starts[b];
    int64_t gain = 0;
    for (uint32_t i = 0, less = 0, not_more = 0; i < a_count; i++) {
        uint32_t place = g->place[as[i]];
        while (less < b_count && g->place[bs[less]] < place) less++;
        while (not_more < b_count && g->place[bs[not_more]] <= place) not_more++;
        gain += (int64_t)less - (b_count - not_more);
    }
    return gain;
}

static bool turn_pairs(lk_layered *g, uint32_t layer) {
    bool changed = false;
    sort_lists(g, &g->up, layer);
    sort_lists(g, &g->down, layer);
    for (uint32_t i = g->starts[layer]; i + 1 < g->starts[layer + 1]; i++) {
        uint32_t a = g->order[i], b = g->order[i + 1];
        if (gain_of_turning(g, &g->up, a, b) + gain_of_turning(g, &g->down, a, b) <= 0) continue;
        g->order[i] = b;
        g->order[i + 1] = a;
        g->place[b]--;
        g->place[a]++;
        changed = true;
    }
    return changed;
}

static void turn_all_pairs(sorter *s) {
    bool changed = true;
    for (uint32_t round = 0; changed && round < MOST_ROUNDS; round++) {
        changed = false;
        for (uint32_t l = 0; l < s->g->layer_count; l++) changed |= turn_pairs(s->g, l);
    }
}

// ---- The whole ---------------------------------------------------------------------------------

// Appends to their layers, from `root` on, what can be reached in both directions: what belongs
// together begins close together.
static void place_reachable(sorter *s, uint32_t root, uint32_t *sizes) {
    lk_layered *g = s->g;
    uint32_t top = 0;
    s->stack[top++] = root;
    g->place[root] = 0;
    while (top > 0) {
        uint32_t v = s->stack[--top];
        g->order[g->starts[g->layer[v]] + sizes[g->layer[v]]++] = v;
        const lk_layout_lists *both[] = {&g->up, &g->down};
        for (uint32_t side = 0; side < 2; side++) {
            for (uint32_t i = both[side]->starts[v + 1]; i-- > both[side]->starts[v];) {
                uint32_t w = both[side]->vertices[i];
                if (g->place[w] == 0) continue;
                g->place[w] = 0;
                s->stack[top++] = w;
            }
        }
    }
}

static void number_places(lk_layered *g) {
    for (uint32_t l = 0; l < g->layer_count; l++)
        for (uint32_t i = g->starts[l]; i < g->starts[l + 1]; i++)
            g->place[g->order[i]] = i - g->starts[l];
}

static lk_status make_first_order(lk_arena *scratch, sorter *s) {
    lk_layered *g = s->g;
    uint32_t *sizes = lk_arena_alloc_zero(scratch, g->layer_count, sizeof *sizes);
    LK_NEED(sizes);
    for (uint32_t v = 0; v < g->count; v++) g->place[v] = 1; // not placed yet
    for (uint32_t v = 0; v < g->count; v++)
        if (g->place[v] == 1) place_reachable(s, v, sizes);
    number_places(g);
    return LK_OK;
}

static lk_status allocate(lk_arena *scratch, sorter *s) {
    uint32_t n = s->g->count;
    s->best = lk_arena_alloc(scratch, n, sizeof *s->best);
    s->tree = lk_arena_alloc(scratch, (size_t)n + 1, sizeof *s->tree);
    s->entries = lk_arena_alloc(scratch, 2 * (size_t)n, sizeof *s->entries);
    s->stack = lk_arena_alloc(scratch, n, sizeof *s->stack);
    LK_NEED(s->best);
    LK_NEED(s->tree);
    LK_NEED(s->entries);
    LK_NEED(s->stack);
    return LK_OK;
}

static uint32_t sweeps_for(const lk_layered *g) {
    uint32_t sweeps = SWEPT_VERTICES / (g->count + 1);
    if (sweeps > MOST_SWEEPS) return MOST_SWEEPS;
    return sweeps < LEAST_SWEEPS ? LEAST_SWEEPS : sweeps;
}

static uint64_t improve(sorter *s, uint64_t crossings) {
    lk_layered *g = s->g;
    uint32_t sweeps = sweeps_for(g), better = 0;
    for (uint32_t number = 0; number < sweeps && number < better + PATIENCE; number++) {
        if (crossings == 0) break;
        sweep(s, number);
        turn_all_pairs(s);
        uint64_t now = count_crossings(s);
        if (now >= crossings) continue;
        crossings = now;
        better = number + 1;
        memcpy(s->best, g->order, g->count * sizeof *s->best);
    }
    memcpy(g->order, s->best, g->count * sizeof *s->best);
    number_places(g);
    return crossings;
}

lk_status lk_layout_find_order(lk_arena *scratch, lk_layered *g, uint64_t *initial_crossings,
                               uint64_t *crossings) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    sorter s = {.g = g};
    LK_TRY(allocate(scratch, &s));
    LK_TRY(make_first_order(scratch, &s));
    memcpy(s.best, g->order, g->count * sizeof *s.best);
    *initial_crossings = count_crossings(&s);
    *crossings = improve(&s, *initial_crossings);
    lk_arena_rewind(scratch, mark);
    return LK_OK;
}
