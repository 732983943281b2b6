// Layers of least total arrow length, by the network simplex method (Gansner, Koutsofios, North
// and Vo 1993, section 2). The state is a feasible assignment with a spanning tree of tight arrows
// (of length 1). Removing a tree arrow parts its tree in two; its cut value, the arrows from the
// part of its tail to the part of its head less those back, is what lengthening it by one costs.
// While one is negative the arrow leaves the tree, and the tightest arrow back takes its place.
//
// Cut values need no update rule: over a subtree, out-degrees less in-degrees sum to the arrows
// that leave it less those that enter it.
#include "draw/layout_parts.h"

static const uint32_t NONE = UINT32_MAX;
enum { MOST_WORK = 200000000 }; // visits of nodes and arrows: a bound for very large graphs

typedef struct simplex {
    uint32_t count;
    uint32_t arrow_count;
    const lk_layout_edge *arrows;
    int64_t *layers;
    uint32_t *incident_starts; // arrows at each node
    uint32_t *incident;
    bool *in_tree;      // of each arrow
    uint32_t *preorder; // of the nodes in their trees
    uint32_t *enter;    // place in it of each node,
    uint32_t *leave;    // and of the last node below it
    uint32_t *up_arrow; // the tree arrow towards the root, NONE for roots
    int64_t *balance;   // of subtrees: arrows that leave less arrows that enter
    uint32_t *stack;
    uint32_t next; // arrow with which the search for a negative cut value goes on
} simplex;

static lk_status allocate(lk_arena *scratch, simplex *s, const lk_layout_graph *graph) {
    uint32_t n = graph->count, m = (uint32_t)graph->arrow_count;
    *s = (simplex){.count = n, .arrow_count = m, .arrows = graph->arrows};
    s->layers = lk_arena_alloc_zero(scratch, n, sizeof *s->layers);
    s->incident_starts = lk_arena_alloc_zero(scratch, (size_t)n + 1, sizeof *s->incident_starts);
    s->incident = lk_arena_alloc(scratch, 2 * (size_t)m, sizeof *s->incident);
    s->in_tree = lk_arena_alloc_zero(scratch, m, sizeof *s->in_tree);
    s->preorder = lk_arena_alloc(scratch, n, sizeof *s->preorder);
    s->enter = lk_arena_alloc(scratch, n, sizeof *s->enter);
    s->leave = lk_arena_alloc(scratch, n, sizeof *s->leave);
    s->up_arrow = lk_arena_alloc(scratch, n, sizeof *s->up_arrow);
    s->balance = lk_arena_alloc(scratch, n, sizeof *s->balance);
    s->stack = lk_arena_alloc(scratch, n, sizeof *s->stack);
    LK_NEED(s->layers);
    LK_NEED(s->incident_starts);
    LK_NEED(s->incident);
    LK_NEED(s->in_tree);
    LK_NEED(s->preorder);
    LK_NEED(s->enter);
    LK_NEED(s->leave);
    LK_NEED(s->up_arrow);
    LK_NEED(s->balance);
    LK_NEED(s->stack);
    return LK_OK;
}

static void list_incident_arrows(simplex *s) {
    uint32_t *starts = s->incident_starts;
    for (uint32_t a = 0; a < s->arrow_count; a++) {
        starts[s->arrows[a].from]++;
        starts[s->arrows[a].to]++;
    }
    for (uint32_t v = 1; v <= s->count; v++) starts[v] += starts[v - 1];
    for (uint32_t a = s->arrow_count; a-- > 0;) {
        s->incident[--starts[s->arrows[a].from]] = a;
        s->incident[--starts[s->arrows[a].to]] = a;
    }
}

static uint32_t other_end(const simplex *s, uint32_t arrow, uint32_t node) {
    lk_layout_edge a = s->arrows[arrow];
    return a.from == node ? a.to : a.from;
}

static int64_t slack(const simplex *s, uint32_t arrow) {
    return s->layers[s->arrows[arrow].to] - s->layers[s->arrows[arrow].from] - 1;
}

// ---- A feasible start --------------------------------------------------------------------------

// Each node just below the lowest node it has an arrow from.
static void find_longest_paths(simplex *s) {
    uint32_t *waiting = s->leave, top = 0; // arrows into a node that were not followed yet
    memset(waiting, 0, s->count * sizeof *waiting);
    for (uint32_t a = 0; a < s->arrow_count; a++) waiting[s->arrows[a].to]++;
    for (uint32_t v = 0; v < s->count; v++)
        if (waiting[v] == 0) s->stack[top++] = v;
    while (top > 0) {
        uint32_t v = s->stack[--top];
        for (uint32_t i = s->incident_starts[v]; i < s->incident_starts[v + 1]; i++) {
            uint32_t to = s->arrows[s->incident[i]].to;
            if (to == v) continue;
            if (s->layers[to] <= s->layers[v]) s->layers[to] = s->layers[v] + 1;
            if (--waiting[to] == 0) s->stack[top++] = to;
        }
    }
}

// Adds to the tree what tight arrows connect with `node`; returns how many nodes the tree has,
// which are listed in preorder from `first` on. enter[v] is NONE outside the trees.
static uint32_t grow_tree(simplex *s, uint32_t first, uint32_t count, uint32_t node) {
    uint32_t top = 0;
    s->stack[top++] = node;
    s->enter[node] = first;
    s->preorder[first + count++] = node;
    while (top > 0) {
        uint32_t v = s->stack[--top];
        for (uint32_t i = s->incident_starts[v]; i < s->incident_starts[v + 1]; i++) {
            uint32_t arrow = s->incident[i], w = other_end(s, arrow, v);
            if (s->enter[w] != NONE || slack(s, arrow) != 0) continue;
            s->in_tree[arrow] = true;
            s->enter[w] = first;
            s->preorder[first + count++] = w;
            s->stack[top++] = w;
        }
    }
    return count;
}

// The tightest arrow between the tree and the nodes outside; NONE: there is none.
static uint32_t tightest_arrow_out(const simplex *s, uint32_t first) {
    uint32_t best = NONE;
    for (uint32_t a = 0; a < s->arrow_count; a++) {
        bool from = s->enter[s->arrows[a].from] == first, to = s->enter[s->arrows[a].to] == first;
        if (from != to && (best == NONE || slack(s, a) < slack(s, best))) best = a;
    }
    return best;
}

static void make_tight_trees(simplex *s) {
    for (uint32_t v = 0; v < s->count; v++) s->enter[v] = NONE;
    uint32_t first = 0;
    for (uint32_t v = 0; v < s->count; v++) {
        if (s->enter[v] != NONE) continue;
        uint32_t count = grow_tree(s, first, 0, v), arrow;
        while ((arrow = tightest_arrow_out(s, first)) != NONE) {
            lk_layout_edge a = s->arrows[arrow];
            bool downwards = s->enter[a.from] == first;
            int64_t shift = downwards ? slack(s, arrow) : -slack(s, arrow);
            for (uint32_t i = 0; i < count; i++) s->layers[s->preorder[first + i]] += shift;
            s->in_tree[arrow] = true;
            count = grow_tree(s, first, count, downwards ? a.to : a.from);
        }
        first += count;
    }
}

// ---- Pivots ------------------------------------------------------------------------------------

// Numbers the nodes of one tree in preorder, from `at` on; returns the number after the last.
static uint32_t number_tree(simplex *s, uint32_t root, uint32_t at) {
    uint32_t top = 0;
    s->up_arrow[root] = NONE;
    s->stack[top++] = root;
    while (top > 0) {
        uint32_t v = s->stack[--top];
        s->enter[v] = at;
        s->preorder[at++] = v;
        for (uint32_t i = s->incident_starts[v]; i < s->incident_starts[v + 1]; i++) {
            uint32_t arrow = s->incident[i];
            if (!s->in_tree[arrow] || arrow == s->up_arrow[v]) continue;
            uint32_t child = other_end(s, arrow, v);
            s->up_arrow[child] = arrow;
            s->stack[top++] = child;
        }
    }
    return at;
}

// Sums over subtrees, and their last nodes: children come after parents in preorder.
static void sum_subtrees(simplex *s) {
    for (uint32_t v = 0; v < s->count; v++) {
        s->balance[v] = 0;
        s->leave[v] = s->enter[v];
    }
    for (uint32_t a = 0; a < s->arrow_count; a++) {
        s->balance[s->arrows[a].from]++;
        s->balance[s->arrows[a].to]--;
    }
    for (uint32_t i = s->count; i-- > 0;) {
        uint32_t v = s->preorder[i];
        if (s->up_arrow[v] == NONE) continue;
        uint32_t parent = other_end(s, s->up_arrow[v], v);
        s->balance[parent] += s->balance[v];
        if (s->leave[v] > s->leave[parent]) s->leave[parent] = s->leave[v];
    }
}

static void number_trees(simplex *s) {
    uint32_t at = 0;
    for (uint32_t v = 0; v < s->count; v++) s->enter[v] = NONE;
    for (uint32_t v = 0; v < s->count; v++)
        if (s->enter[v] == NONE) at = number_tree(s, v, at);
    sum_subtrees(s);
}

// The lower end of a tree arrow, seen from the root: the top of the subtree it holds.
static uint32_t subtree_of(const simplex *s, uint32_t arrow) {
    lk_layout_edge a = s->arrows[arrow];
    return s->up_arrow[a.from] == arrow ? a.from : a.to;
}

static int64_t cut_value(const simplex *s, uint32_t arrow) {
    uint32_t top = subtree_of(s, arrow);
    return s->arrows[arrow].from == top ? s->balance[top] : -s->balance[top];
}

static bool is_below(const simplex *s, uint32_t node, uint32_t top) {
    return s->enter[node] >= s->enter[top] && s->enter[node] <= s->leave[top];
}

// The next arrow with a negative cut value, searched in a circle; NONE: the layers are optimal.
static uint32_t leaving_arrow(simplex *s) {
    for (uint32_t i = 0; i < s->arrow_count; i++) {
        uint32_t arrow = (s->next + i) % s->arrow_count;
        if (!s->in_tree[arrow] || cut_value(s, arrow) >= 0) continue;
        s->next = (arrow + 1) % s->arrow_count;
        return arrow;
    }
    return NONE;
}

// The tightest arrow from the part of the head to the part of the tail.
static uint32_t entering_arrow(const simplex *s, uint32_t leaving) {
    uint32_t top = subtree_of(s, leaving), best = NONE;
    bool tail_is_below = s->arrows[leaving].from == top;
    for (uint32_t a = 0; a < s->arrow_count; a++) {
        bool from = is_below(s, s->arrows[a].from, top), to = is_below(s, s->arrows[a].to, top);
        if (from == to || to != tail_is_below) continue;
        if (best == NONE || slack(s, a) < slack(s, best)) best = a;
    }
    return best;
}

static void exchange(simplex *s, uint32_t leaving, uint32_t entering) {
    uint32_t top = subtree_of(s, leaving);
    int64_t shift = s->arrows[leaving].from == top ? -slack(s, entering) : slack(s, entering);
    for (uint32_t i = s->enter[top]; i <= s->leave[top]; i++) s->layers[s->preorder[i]] += shift;
    s->in_tree[leaving] = false;
    s->in_tree[entering] = true;
    number_trees(s);
}

// The layers are feasible after every pivot, so that it can end before the optimum.
static void minimize_length(simplex *s) {
    uint64_t visits = (uint64_t)s->count + s->arrow_count, pivots = MOST_WORK / (visits + 1);
    number_trees(s);
    for (uint64_t i = 0; i < pivots; i++) {
        uint32_t leaving = leaving_arrow(s);
        if (leaving == NONE) return;
        exchange(s, leaving, entering_arrow(s, leaving));
    }
}

// ---- The whole ---------------------------------------------------------------------------------

// Each tree begins at layer 0.
static void write_layers(const simplex *s, uint32_t *layers) {
    for (uint32_t i = 0, end; i < s->count; i = end) {
        end = s->leave[s->preorder[i]] + 1;
        int64_t least = s->layers[s->preorder[i]];
        for (uint32_t k = i; k < end; k++)
            if (s->layers[s->preorder[k]] < least) least = s->layers[s->preorder[k]];
        for (uint32_t k = i; k < end; k++)
            layers[s->preorder[k]] = (uint32_t)(s->layers[s->preorder[k]] - least);
    }
}

lk_status lk_layout_find_layers(lk_arena *scratch, uint32_t *layers, const lk_layout_graph *graph) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    simplex s;
    LK_TRY(allocate(scratch, &s, graph));
    list_incident_arrows(&s);
    find_longest_paths(&s);
    make_tight_trees(&s);
    minimize_length(&s);
    write_layers(&s, layers);
    lk_arena_rewind(scratch, mark);
    return LK_OK;
}
