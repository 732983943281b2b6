#include "inference/order_greedy.h"

#include "likelore/core.h"

#include <math.h>

enum { WORD_BITS = 64 };

// A graph that shrinks, and what the elimination of each node of it would cost. "Missing" edges of
// a node are those between its neighbours that are not there.
typedef struct search {
    uint32_t count;
    size_t words;
    uint64_t *rows;
    const uint32_t *cardinalities;
    const bool *kept;
    lk_order_cost cost;
    double *edge_weights; // of each node: an edge weighs the product of its ends'
    double *costs;        // INFINITY: not to be eliminated, or eliminated
    double *noise;        // factors of the costs; NULL: none
    uint32_t *neighbours;
} search;

static uint64_t *row_of(const search *s, uint32_t node) { return s->rows + node * s->words; }

static bool connected(const search *s, uint32_t a, uint32_t b) {
    return row_of(s, a)[b / WORD_BITS] >> (b % WORD_BITS) & 1;
}

static void flip(search *s, uint32_t a, uint32_t b) {
    row_of(s, a)[b / WORD_BITS] ^= UINT64_C(1) << (b % WORD_BITS);
}

static uint32_t list_neighbours(const search *s, uint32_t *list, uint32_t node) {
    const uint64_t *row = row_of(s, node);
    uint32_t count = 0;
    for (size_t w = 0; w < s->words; w++)
        for (uint64_t bits = row[w]; bits; bits &= bits - 1)
            list[count++] = (uint32_t)(w * WORD_BITS) + (uint32_t)__builtin_ctzll(bits);
    return count;
}

static bool counts_edges(const search *s) {
    return s->cost == LK_COST_FILL || s->cost == LK_COST_WEIGHTED_FILL;
}

static double sum_of_weights(const search *s, size_t word, uint64_t bits) {
    if (s->cost == LK_COST_FILL) return __builtin_popcountll(bits);
    double sum = 0;
    for (; bits; bits &= bits - 1)
        sum += s->edge_weights[word * WORD_BITS + (size_t)__builtin_ctzll(bits)];
    return sum;
}

// Σ of the weights of a's neighbours, other than b, that are not b's.
static double weight_outside(const search *s, uint32_t a, uint32_t b) {
    const uint64_t *row = row_of(s, a), *other = row_of(s, b);
    double sum = 0;
    for (size_t w = 0; w < s->words; w++) {
        uint64_t bits = row[w] & ~other[w];
        if (w == b / WORD_BITS) bits &= ~(UINT64_C(1) << (b % WORD_BITS));
        if (bits) sum += sum_of_weights(s, w, bits);
    }
    return sum;
}

// ---- Costs -------------------------------------------------------------------------------------

static double cost_from_scratch(search *s, uint32_t node) {
    uint32_t count = list_neighbours(s, s->neighbours, node);
    double cost = counts_edges(s) ? 0 : s->cost == LK_COST_DEGREE ? count : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t neighbour = s->neighbours[i];
        if (counts_edges(s))
            cost += s->edge_weights[neighbour] * weight_outside(s, node, neighbour) / 2;
        else if (s->cost == LK_COST_WEIGHT)
            cost *= s->cardinalities[neighbour];
    }
    return cost;
}

static void set_costs(search *s) {
    for (uint32_t i = 0; i < s->count; i++)
        s->costs[i] = s->kept && s->kept[i] ? INFINITY : cost_from_scratch(s, i);
}

// `node` gains or loses the neighbour `other`.
static void update_ends(search *s, uint32_t node, uint32_t other, bool gains) {
    if (s->cost == LK_COST_DEGREE)
        s->costs[node] += gains ? 1 : -1;
    else if (gains)
        s->costs[node] *= s->cardinalities[other];
    else
        s->costs[node] /= s->cardinalities[other];
}

// An edge between a and b is no longer missing to those that have both as neighbours.
static void update_common(search *s, uint32_t a, uint32_t b) {
    const uint64_t *row_a = row_of(s, a), *row_b = row_of(s, b);
    double weight = s->edge_weights[a] * s->edge_weights[b];
    for (size_t w = 0; w < s->words; w++)
        for (uint64_t bits = row_a[w] & row_b[w]; bits; bits &= bits - 1)
            s->costs[w * WORD_BITS + (size_t)__builtin_ctzll(bits)] -= weight;
}

static void add_edge(search *s, uint32_t a, uint32_t b) {
    if (counts_edges(s)) {
        update_common(s, a, b);
        s->costs[a] += s->edge_weights[b] * weight_outside(s, a, b);
        s->costs[b] += s->edge_weights[a] * weight_outside(s, b, a);
    } else {
        update_ends(s, a, b, true);
        update_ends(s, b, a, true);
    }
    flip(s, a, b);
    flip(s, b, a);
}

// Takes `node`, whose neighbours are connected with each other, away from one of them.
static void leave_neighbour(search *s, uint32_t neighbour, uint32_t node) {
    if (counts_edges(s))
        s->costs[neighbour] -= s->edge_weights[node] * weight_outside(s, neighbour, node);
    else
        update_ends(s, neighbour, node, false);
    flip(s, neighbour, node);
}

// Eliminates a node; returns the cells of its join.
static double eliminate(search *s, uint32_t node) {
    uint32_t count = list_neighbours(s, s->neighbours, node);
    double cells = s->cardinalities[node];
    for (uint32_t i = 0; i < count; i++) {
        cells *= s->cardinalities[s->neighbours[i]];
        for (uint32_t k = 0; k < i; k++)
            if (!connected(s, s->neighbours[i], s->neighbours[k]))
                add_edge(s, s->neighbours[i], s->neighbours[k]);
    }
    for (uint32_t i = 0; i < count; i++) leave_neighbour(s, s->neighbours[i], node);
    memset(row_of(s, node), 0, s->words * sizeof *s->rows);
    s->costs[node] = INFINITY;
    return cells;
}

static uint32_t cheapest(const search *s) {
    uint32_t best = UINT32_MAX;
    double least = INFINITY;
    for (uint32_t i = 0; i < s->count; i++) {
        double cost = s->noise ? s->costs[i] * s->noise[i] : s->costs[i];
        if (cost >= least) continue;
        least = cost;
        best = i;
    }
    return best;
}

// ---- One search --------------------------------------------------------------------------------

static lk_status make_search(lk_arena *arena, search *s, uint32_t count) {
    size_t words = ((size_t)count + WORD_BITS - 1) / WORD_BITS;
    *s = (search){.count = count, .words = words};
    s->rows = lk_arena_alloc(arena, count, words * sizeof *s->rows);
    s->costs = lk_arena_alloc(arena, count, sizeof *s->costs);
    s->edge_weights = lk_arena_alloc(arena, count, sizeof *s->edge_weights);
    s->neighbours = lk_arena_alloc(arena, count, sizeof *s->neighbours);
    LK_NEED(s->rows);
    LK_NEED(s->costs);
    LK_NEED(s->edge_weights);
    LK_NEED(s->neighbours);
    return LK_OK;
}

static void start(search *s, const uint64_t *rows, lk_order_cost cost) {
    if (s->count) memcpy(s->rows, rows, s->count * s->words * sizeof *s->rows);
    s->cost = cost;
    for (uint32_t i = 0; i < s->count; i++)
        s->edge_weights[i] = cost == LK_COST_WEIGHTED_FILL ? s->cardinalities[i] : 1;
    set_costs(s);
}

// Appends the nodes to an order, until it has more cells than `most`: false then.
static bool run(search *s, lk_order *order, double most, double largest_join) {
    for (;;) {
        uint32_t node = cheapest(s);
        if (node == UINT32_MAX) return true;
        double join = eliminate(s, node);
        order->cells += join;
        order->nodes[order->count++] = node;
        if (join > largest_join) order->too_large = join;
        if (join > largest_join || order->cells >= most) return false;
    }
}

lk_status lk_order_find_greedy(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                               lk_order_cost cost) {
    search s;
    LK_TRY(make_search(arena, &s, problem->graph->count));
    s.cardinalities = problem->cardinalities;
    s.kept = problem->kept;
    start(&s, problem->graph->rows, cost);
    order->count = 0;
    order->cells = order->too_large = 0;
    run(&s, order, INFINITY, problem->largest_join);
    return LK_OK;
}

// ---- Nodes that cost nothing -------------------------------------------------------------------

static bool is_simplicial(const search *s, uint32_t node, uint32_t count) {
    const uint64_t *row = row_of(s, node);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t neighbour = s->neighbours[i];
        const uint64_t *other = row_of(s, neighbour);
        for (size_t w = 0; w < s->words; w++) {
            uint64_t missing = row[w] & ~other[w];
            if (w == neighbour / WORD_BITS) missing &= ~(UINT64_C(1) << (neighbour % WORD_BITS));
            if (missing) return false;
        }
    }
    return true;
}

// Eliminates nodes whose neighbours are connected with each other, until there is none.
static lk_status eliminate_simplicial(lk_arena *arena, search *s, lk_order *order, bool *left) {
    uint32_t *queue = lk_arena_alloc(arena, s->count, sizeof *queue), first = 0, last = s->count;
    bool *queued = lk_arena_alloc(arena, s->count, sizeof *queued);
    LK_NEED(queue);
    LK_NEED(queued);
    for (uint32_t i = 0; i < s->count; i++) {
        queue[i] = i;
        left[i] = queued[i] = true;
    }
    // A ring: a node is in it once at most.
    for (uint32_t waiting = last; waiting > 0; waiting--) {
        uint32_t node = queue[first];
        first = first + 1 == s->count ? 0 : first + 1;
        queued[node] = false;
        if (!left[node] || s->kept[node]) continue;
        uint32_t count = list_neighbours(s, s->neighbours, node);
        if (!is_simplicial(s, node, count)) continue;
        left[node] = false;
        double cells = s->cardinalities[node];
        for (uint32_t i = 0; i < count; i++) {
            uint32_t neighbour = s->neighbours[i];
            cells *= s->cardinalities[neighbour];
            flip(s, neighbour, node);
            if (queued[neighbour]) continue;
            queued[neighbour] = true;
            last = last >= s->count ? 0 : last;
            queue[last++] = neighbour;
            waiting++;
        }
        order->nodes[order->count++] = node;
        order->cells += cells;
        if (cells > order->too_large) order->too_large = cells;
    }
    return LK_OK;
}

// ---- The best of several -----------------------------------------------------------------------

typedef struct contest {
    search search;
    const uint64_t *rows; // of the graph that every search begins with
    lk_order best;
    lk_order trial;
    double before; // cells of what was eliminated before
    double largest_join;
} contest;

// Whether an order is to be preferred: one that was completed, then the fewer cells.
static bool is_better(const lk_order *a, const lk_order *b) {
    if ((a->too_large == 0) != (b->too_large == 0)) return a->too_large == 0;
    return a->too_large != 0 ? a->too_large < b->too_large : a->cells < b->cells;
}

static void try_order(contest *c, lk_order_cost cost, bool is_first) {
    c->trial.count = 0;
    c->trial.cells = c->before;
    c->trial.too_large = 0;
    start(&c->search, c->rows, cost);
    double most = is_first || c->best.too_large != 0 ? INFINITY : c->best.cells;
    bool done = run(&c->search, &c->trial, most, c->largest_join);
    if (!is_first && !((done || c->trial.too_large != 0) && is_better(&c->trial, &c->best))) return;
    lk_order swap = c->best;
    c->best = c->trial;
    c->trial = swap;
}

// Searches cost time as well: those with noise may take a share of what the inference will.
static uint32_t restarts_worth_it(const contest *c) {
    enum { MOST = 64 };
    const double cell_seconds = 2e-9, share = 0.12;
    double nodes = c->search.count;
    if (c->search.count < 3) return 0;
    double search_seconds = nodes * (nodes * 1e-9 + 1.5e-6);
    double worth = share * c->best.cells * cell_seconds / search_seconds;
    return worth > MOST ? MOST : (uint32_t)worth;
}

static lk_status try_with_noise(lk_arena *arena, contest *c, lk_order_cost best_cost) {
    uint32_t restarts = restarts_worth_it(c);
    if (restarts == 0) return LK_OK;
    c->search.noise = lk_arena_alloc(arena, c->search.count, sizeof *c->search.noise);
    LK_NEED(c->search.noise);
    for (uint32_t i = 0; i < restarts; i++) {
        lk_random random = lk_random_stream(0, LK_RANDOM_SEARCH, i, 0);
        double strength = 0.1 + 0.4 * lk_random_uniform(&random);
        for (uint32_t k = 0; k < c->search.count; k++)
            c->search.noise[k] = 1 + strength * lk_random_uniform(&random);
        try_order(c, best_cost, false);
    }
    return LK_OK;
}

static lk_status run_contest(lk_arena *arena, contest *c) {
    static const lk_order_cost costs[] = {LK_COST_FILL, LK_COST_WEIGHTED_FILL, LK_COST_WEIGHT};
    lk_order_cost best_cost = costs[0];
    for (uint32_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        const uint32_t *before = c->best.nodes;
        try_order(c, costs[i], i == 0);
        if (c->best.nodes != before) best_cost = costs[i];
    }
    return try_with_noise(arena, c, best_cost);
}

static lk_status make_order(lk_arena *arena, lk_order *order, uint32_t count) {
    *order = (lk_order){.nodes = lk_arena_alloc(arena, count, sizeof *order->nodes)};
    LK_NEED(order->nodes);
    return LK_OK;
}

// The nodes that are left, with numbers of their own.
typedef struct core_graph {
    uint32_t count;
    uint32_t *node_of;
    uint32_t *cardinalities;
    bool *kept;
    uint64_t *rows;
} core_graph;

static lk_status make_core(lk_arena *arena, core_graph *out, search *s, const bool *left) {
    uint32_t *number = lk_arena_alloc(arena, s->count, sizeof *number);
    out->node_of = lk_arena_alloc(arena, s->count, sizeof *out->node_of);
    LK_NEED(number);
    LK_NEED(out->node_of);
    for (uint32_t i = 0; i < s->count; i++) {
        if (!left[i]) continue;
        number[i] = out->count;
        out->node_of[out->count++] = i;
    }
    size_t words = ((size_t)out->count + WORD_BITS - 1) / WORD_BITS;
    out->cardinalities = lk_arena_alloc(arena, out->count, sizeof *out->cardinalities);
    out->kept = lk_arena_alloc(arena, out->count, sizeof *out->kept);
    out->rows = lk_arena_alloc_zero(arena, out->count, words * sizeof *out->rows);
    LK_NEED(out->cardinalities);
    LK_NEED(out->kept);
    LK_NEED(out->rows);
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t node = out->node_of[i], count = list_neighbours(s, s->neighbours, node);
        out->cardinalities[i] = s->cardinalities[node];
        out->kept[i] = s->kept[node];
        for (uint32_t k = 0; k < count; k++) {
            uint32_t other = number[s->neighbours[k]];
            out->rows[i * words + other / WORD_BITS] |= UINT64_C(1) << (other % WORD_BITS);
        }
    }
    return LK_OK;
}

static lk_status search_core(lk_arena *arena, lk_order *order, const core_graph *core,
                             const lk_order_problem *problem) {
    contest c = {.rows = core->rows, .before = order->cells, .largest_join = problem->largest_join};
    LK_TRY(make_search(arena, &c.search, core->count));
    c.search.cardinalities = core->cardinalities;
    c.search.kept = core->kept;
    LK_TRY(make_order(arena, &c.best, core->count));
    LK_TRY(make_order(arena, &c.trial, core->count));
    LK_TRY(run_contest(arena, &c));
    for (uint32_t i = 0; i < c.best.count; i++)
        order->nodes[order->count++] = core->node_of[c.best.nodes[i]];
    order->cells = c.best.cells;
    order->too_large = c.best.too_large;
    return LK_OK;
}

lk_status lk_order_find_best(lk_arena *arena, lk_order *order, const lk_order_problem *problem) {
    search s;
    uint32_t n = problem->graph->count;
    order->count = 0;
    order->cells = order->too_large = 0;
    LK_TRY(make_search(arena, &s, n));
    s.cardinalities = problem->cardinalities;
    s.kept = problem->kept;
    if (n) memcpy(s.rows, problem->graph->rows, n * s.words * sizeof *s.rows);
    bool *left = lk_arena_alloc(arena, n, sizeof *left);
    LK_NEED(left);
    LK_TRY(eliminate_simplicial(arena, &s, order, left));
    if (order->too_large > problem->largest_join) return LK_OK;
    order->too_large = 0;
    core_graph core = {0};
    LK_TRY(make_core(arena, &core, &s, left));
    return search_core(arena, order, &core, problem);
}
