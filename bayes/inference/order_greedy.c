#include "inference/order_greedy.h"

#include "likelore/core.h"
#include "pool.h"

#include <math.h>
#include <stdatomic.h>

enum {
    WORD_BITS = 64,
    BLOCK = 16 // costs that are compared together
};

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
    double sum = 0;
    for (; bits; bits &= bits - 1)
        sum += s->edge_weights[word * WORD_BITS + (size_t)__builtin_ctzll(bits)];
    return sum;
}

// Σ of the weights of a's neighbours that are not b's.
static double weight_outside(const search *s, uint32_t a, uint32_t b) {
    const uint64_t *row = row_of(s, a), *other = row_of(s, b);
    double sum = 0;
    for (size_t w = 0; w < s->words; w++) {
        uint64_t bits = row[w] & ~other[w];
        if (bits) sum += sum_of_weights(s, w, bits);
    }
    return sum;
}

// The same without b, a neighbour of a.
static double weight_missing(const search *s, uint32_t a, uint32_t b) {
    return weight_outside(s, a, b) - s->edge_weights[b]; // exact: weights are whole numbers
}

// ---- Costs -------------------------------------------------------------------------------------

static double cost_from_scratch(search *s, uint32_t node) {
    uint32_t count = list_neighbours(s, s->neighbours, node);
    double cost = counts_edges(s) ? 0 : s->cost == LK_COST_DEGREE ? count : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t neighbour = s->neighbours[i];
        if (counts_edges(s))
            cost += s->edge_weights[neighbour] * weight_missing(s, node, neighbour) / 2;
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
        s->costs[neighbour] -= s->edge_weights[node] * weight_missing(s, neighbour, node);
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

// The least of a block of costs: half against half, until one is left.
static double least_of(const double *costs) {
    double a[BLOCK / 2], b[BLOCK / 4];
    for (uint32_t k = 0; k < BLOCK / 2; k++)
        a[k] = costs[k] < costs[k + BLOCK / 2] ? costs[k] : costs[k + BLOCK / 2];
    for (uint32_t k = 0; k < BLOCK / 4; k++)
        b[k] = a[k] < a[k + BLOCK / 4] ? a[k] : a[k + BLOCK / 4];
    double low = b[0] < b[1] ? b[0] : b[1];
    double high = b[2] < b[3] ? b[2] : b[3];
    return low < high ? low : high;
}

static double cost_of(const search *s, uint32_t node) {
    return s->noise ? s->costs[node] * s->noise[node] : s->costs[node];
}

static double least_of_block(const search *s, uint32_t start) {
    double costs[BLOCK];
    if (!s->noise) return least_of(s->costs + start);
    for (uint32_t i = 0; i < BLOCK; i++) costs[i] = cost_of(s, start + i);
    return least_of(costs);
}

// The first of the nodes with the least cost; UINT32_MAX: none is left.
static uint32_t cheapest(const search *s) {
    uint32_t best = UINT32_MAX, i = 0, in_blocks = s->count - s->count % BLOCK;
    double least = INFINITY;
    for (; i < in_blocks; i += BLOCK) {
        double cost = least_of_block(s, i);
        if (cost >= least) continue;
        least = cost;
        best = i;
    }
    for (; i < s->count; i++) {
        double cost = cost_of(s, i);
        if (cost >= least) continue;
        least = cost;
        best = i;
    }
    if (best < in_blocks)
        while (cost_of(s, best) != least) best++;
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

// Prepares a search for all but the costs.
static void start(search *s, const uint64_t *rows, lk_order_cost cost) {
    if (s->count) memcpy(s->rows, rows, s->count * s->words * sizeof *s->rows);
    s->cost = cost;
    for (uint32_t i = 0; i < s->count; i++)
        s->edge_weights[i] = cost == LK_COST_WEIGHTED_FILL ? s->cardinalities[i] : 1;
}

// Fills an order until it has more cells than `least`, which others may lower: false then, and
// when a join is too large.
static bool run(search *s, lk_order *order, const _Atomic double *least, double largest_join) {
    for (;;) {
        uint32_t node = cheapest(s);
        if (node == UINT32_MAX) return true;
        double join = eliminate(s, node);
        order->cells += join;
        order->nodes[order->count++] = node;
        if (join > largest_join) order->too_large = join;
        if (join > largest_join || order->cells > atomic_load(least)) return false;
    }
}

lk_status lk_order_find_greedy(lk_arena *arena, lk_order *order, const lk_order_problem *problem,
                               lk_order_cost cost) {
    search s;
    LK_TRY(make_search(arena, &s, problem->graph->count));
    s.cardinalities = problem->cardinalities;
    s.kept = problem->kept;
    start(&s, problem->graph->rows, cost);
    set_costs(&s);
    order->count = 0;
    order->cells = order->too_large = 0;
    const _Atomic double most = INFINITY;
    run(&s, order, &most, problem->largest_join);
    return order->too_large != 0 ? lk_order_check_bound(arena, order, problem) : LK_OK;
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

// ---- The best of several -----------------------------------------------------------------------
//
// Candidates are numbered: the greedy orders, then those with noise. Of the best ones that with the
// lowest number wins, whichever thread finds it and when: a candidate is abandoned only when it is
// worse than a complete order.

static const lk_order_cost greedy_costs[] = {LK_COST_FILL, LK_COST_WEIGHTED_FILL, LK_COST_WEIGHT};

enum {
    GREEDY_COUNT = sizeof greedy_costs / sizeof greedy_costs[0],
    MOST_RESTARTS = 64,
    LEAST_SHARED = 64, // nodes of a graph that several threads are worth
    MOST_RUNNERS = 16,
    MANY_NODES = 1024 // even the first searches take longer than the proof that none will do
};

// One of those that try candidates at the same time, and the best that it has found.
typedef struct runner {
    search search;
    double *noise;
    lk_order best;
    lk_order trial;
    uint32_t candidate; // the number of the best; UINT32_MAX: there is none
} runner;

typedef struct contest {
    const core_graph *core;
    runner *runners;
    uint32_t runner_count;
    double *costs[GREEDY_COUNT]; // of each kind, before anything is eliminated
    uint32_t noisy;              // the kind that is disturbed
    double before;               // cells of what was eliminated before
    double largest_join;
    _Atomic double least;  // cells of the best complete order
    _Atomic uint32_t next; // the candidate that is to be tried next
    uint32_t end;          // of the candidates
} contest;

// Whether an order is to be preferred: one that was completed, then the fewer cells.
static bool is_better(const lk_order *a, const lk_order *b) {
    if ((a->too_large == 0) != (b->too_large == 0)) return a->too_large == 0;
    return a->too_large != 0 ? a->too_large < b->too_large : a->cells < b->cells;
}

static bool wins(const lk_order *order, uint32_t candidate, const runner *other) {
    if (other->candidate == UINT32_MAX || is_better(order, &other->best)) return true;
    return candidate < other->candidate && !is_better(&other->best, order);
}

static void lower(_Atomic double *least, double cells) {
    double known = atomic_load(least);
    while (cells < known && !atomic_compare_exchange_weak(least, &known, cells)) continue;
}

static void disturb(runner *r, uint32_t restart) {
    lk_random random = lk_random_stream(0, LK_RANDOM_SEARCH, restart, 0);
    double strength = 0.1 + 0.4 * lk_random_uniform(&random);
    for (uint32_t k = 0; k < r->search.count; k++)
        r->noise[k] = 1 + strength * lk_random_uniform(&random);
    r->search.noise = r->noise;
}

static void start_candidate(const contest *c, runner *r, uint32_t candidate) {
    search *s = &r->search;
    size_t bytes = s->count * sizeof *s->costs;
    r->trial.count = 0;
    r->trial.cells = c->before;
    r->trial.too_large = 0;
    if (candidate < GREEDY_COUNT) {
        start(s, c->core->rows, greedy_costs[candidate]);
        set_costs(s);
        memcpy(c->costs[candidate], s->costs, bytes);
    } else {
        start(s, c->core->rows, greedy_costs[c->noisy]);
        memcpy(s->costs, c->costs[c->noisy], bytes);
        disturb(r, candidate - GREEDY_COUNT);
    }
}

static void try_candidate(contest *c, runner *r, uint32_t candidate) {
    start_candidate(c, r, candidate);
    bool done = run(&r->search, &r->trial, &c->least, c->largest_join);
    if (!done && r->trial.too_large == 0) return;
    if (done) lower(&c->least, r->trial.cells);
    if (!wins(&r->trial, candidate, r)) return;
    lk_order swap = r->best;
    r->best = r->trial;
    r->trial = swap;
    r->candidate = candidate;
}

static void take_candidates(void *argument, size_t part) {
    contest *c = argument;
    for (uint32_t i; (i = atomic_fetch_add(&c->next, 1)) < c->end;)
        try_candidate(c, &c->runners[part], i);
}

// Tries candidates up to `end`, on several threads where there are several runners.
static void try_up_to(lk_pool *pool, contest *c, uint32_t end) {
    uint32_t first = c->end, count = end - first;
    atomic_store(&c->next, first);
    c->end = end;
    lk_pool_run(pool, count < c->runner_count ? count : c->runner_count, take_candidates, c);
}

static const runner *winner(const contest *c) {
    const runner *best = &c->runners[0];
    for (uint32_t i = 1; i < c->runner_count; i++) {
        const runner *r = &c->runners[i];
        if (r->candidate != UINT32_MAX && wins(&r->best, r->candidate, best)) best = r;
    }
    return best;
}

// Searches cost time as well: those with noise may take a share of what the inference will.
static uint32_t restarts_worth_it(const contest *c, double cells) {
    const double cell_seconds = 2e-9, share = 0.12;
    double nodes = c->core->count;
    if (c->core->count < 3) return 0;
    double search_seconds = nodes * (nodes * 1e-9 + 1.5e-6);
    double worth = share * cells * cell_seconds / search_seconds;
    return worth > MOST_RESTARTS ? MOST_RESTARTS : (uint32_t)worth;
}

static lk_status try_with_noise(lk_arena *arena, contest *c) {
    const runner *best = winner(c);
    uint32_t restarts = restarts_worth_it(c, best->best.cells);
    if (restarts == 0) return LK_OK;
    c->noisy = best->candidate;
    for (uint32_t i = 0; i < c->runner_count; i++) {
        double *noise = lk_arena_alloc(arena, c->core->count, sizeof *noise);
        LK_NEED(noise);
        c->runners[i].noise = noise;
    }
    try_up_to(lk_context_pool(arena->context), c, GREEDY_COUNT + restarts);
    return LK_OK;
}

static lk_status make_order(lk_arena *arena, lk_order *order, uint32_t count) {
    *order = (lk_order){.nodes = lk_arena_alloc(arena, count, sizeof *order->nodes)};
    LK_NEED(order->nodes);
    return LK_OK;
}

static lk_status make_runner(lk_arena *arena, runner *r, const core_graph *core) {
    LK_TRY(make_search(arena, &r->search, core->count));
    r->search.cardinalities = core->cardinalities;
    r->search.kept = core->kept;
    LK_TRY(make_order(arena, &r->best, core->count));
    LK_TRY(make_order(arena, &r->trial, core->count));
    r->candidate = UINT32_MAX;
    return LK_OK;
}

static lk_status make_runners(lk_arena *arena, contest *c) {
    int threads = lk_pool_threads(lk_context_pool(arena->context));
    c->runner_count = c->core->count < LEAST_SHARED ? 1
                      : threads < MOST_RUNNERS      ? (uint32_t)threads
                                                    : MOST_RUNNERS;
    c->runners = lk_arena_alloc(arena, c->runner_count, sizeof *c->runners);
    LK_NEED(c->runners);
    for (uint32_t i = 0; i < c->runner_count; i++)
        LK_TRY(make_runner(arena, &c->runners[i], c->core));
    for (uint32_t i = 0; i < GREEDY_COUNT; i++) {
        c->costs[i] = lk_arena_alloc(arena, c->core->count, sizeof *c->costs[i]);
        LK_NEED(c->costs[i]);
    }
    return LK_OK;
}

static lk_status search_core(lk_arena *arena, lk_order *order, const core_graph *core,
                             const lk_order_problem *problem) {
    contest c = {.core = core, .before = order->cells, .largest_join = problem->largest_join};
    atomic_init(&c.least, INFINITY);
    bool checks_first = core->count >= MANY_NODES;
    if (checks_first) LK_TRY(lk_order_check_bound(arena, order, problem));
    if (order->is_bound) return LK_OK;
    LK_TRY(make_runners(arena, &c));
    try_up_to(lk_context_pool(arena->context), &c, GREEDY_COUNT);
    if (!checks_first && winner(&c)->best.too_large != 0)
        LK_TRY(lk_order_check_bound(arena, order, problem));
    if (order->is_bound) return LK_OK;
    LK_TRY(try_with_noise(arena, &c));
    const lk_order *best = &winner(&c)->best;
    for (uint32_t i = 0; i < best->count; i++)
        order->nodes[order->count++] = core->node_of[best->nodes[i]];
    order->cells = best->cells;
    order->too_large = best->too_large;
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
    if (order->too_large > problem->largest_join)
        return lk_order_check_bound(arena, order, problem);
    order->too_large = 0;
    core_graph core = {0};
    LK_TRY(make_core(arena, &core, &s, left));
    return core.count ? search_core(arena, order, &core, problem) : LK_OK;
}
