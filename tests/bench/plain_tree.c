#include "plain_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IN_CLIQUE = 64, WORDS = 32 }; // up to 2,048 variables

typedef struct table {
    uint32_t size;
    uint32_t scope[MOST_IN_CLIQUE];
    size_t cells;
    double *values;
} table;

typedef struct clique {
    table potential;
    table separator; // towards the parent
    int parent;      // -1: none
} clique;

typedef struct tree {
    const lk_network *network;
    uint32_t count; // variables
    uint32_t *states;
    uint32_t *order;
    clique *cliques; // children before parents
    uint32_t clique_count;
} tree;

typedef uint64_t row[WORDS];

static void *need(void *memory) {
    if (memory) return memory;
    fputs("out of memory\n", stderr);
    exit(1);
}

static uint32_t states_of(const tree *t, uint32_t v) { return t->states[v]; }
static bool has(const row set, uint32_t v) { return set[v / 64] >> (v % 64) & 1; }
static void put(row set, uint32_t v) { set[v / 64] |= UINT64_C(1) << (v % 64); }

// ---- Triangulation -----------------------------------------------------------------------------

static void connect(row *graph, uint32_t a, uint32_t b) {
    if (a == b) return;
    put(graph[a], b);
    put(graph[b], a);
}

static row *moral_graph(const tree *t) {
    row *graph = need(calloc(t->count, sizeof *graph));
    for (uint32_t v = 0; v < t->count; v++) {
        const uint32_t *parents = lk_network_parents(t->network, v);
        for (uint32_t i = 0; i < lk_network_parent_count(t->network, v); i++) {
            connect(graph, v, parents[i]);
            for (uint32_t j = 0; j < i; j++) connect(graph, parents[i], parents[j]);
        }
    }
    return graph;
}

static uint32_t members(const row set, uint32_t *list, uint32_t n) {
    uint32_t count = 0;
    for (uint32_t w = 0; w <= (n - 1) / 64; w++)
        for (uint64_t bits = set[w]; bits; bits &= bits - 1)
            list[count++] = w * 64 + (uint32_t)__builtin_ctzll(bits);
    return count;
}

// kind 0: fill edges, 1: weight of the clique, 2: weighted fill edges
static double cost_of(const tree *t, row *graph, uint32_t v, int kind) {
    uint32_t list[WORDS * 64], count = members(graph[v], list, t->count);
    double cost = kind == 1 ? states_of(t, v) : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kind == 1) cost *= states_of(t, list[i]);
        for (uint32_t j = 0; kind != 1 && j < i; j++)
            if (!has(graph[list[i]], list[j]))
                cost += kind == 0 ? 1 : (double)states_of(t, list[i]) * states_of(t, list[j]);
    }
    return cost;
}

// Eliminates greedily; returns the cells of all joins.
static double eliminate(const tree *t, uint32_t *order, int kind) {
    row *graph = moral_graph(t);
    double *costs = need(malloc(t->count * sizeof *costs)), cells = 0;
    bool *done = need(calloc(t->count, 1)), *stale = need(malloc(t->count));
    memset(stale, 1, t->count);
    for (uint32_t step = 0; step < t->count; step++) {
        uint32_t best = UINT32_MAX, list[WORDS * 64], second[WORDS * 64];
        for (uint32_t v = 0; v < t->count; v++) {
            if (done[v]) continue;
            if (stale[v]) costs[v] = cost_of(t, graph, v, kind);
            stale[v] = false;
            if (best == UINT32_MAX || costs[v] < costs[best]) best = v;
        }
        cells += cost_of(t, graph, best, 1);
        order[step] = best;
        done[best] = true;
        uint32_t count = members(graph[best], list, t->count);
        for (uint32_t i = 0; i < count; i++) {
            graph[list[i]][best / 64] &= ~(UINT64_C(1) << (best % 64));
            for (uint32_t j = 0; j < i; j++) connect(graph, list[i], list[j]);
        }
        for (uint32_t i = 0; i < count; i++) {
            stale[list[i]] = true;
            uint32_t more = members(graph[list[i]], second, t->count);
            for (uint32_t j = 0; j < more; j++) stale[second[j]] = true;
        }
    }
    free(graph), free(costs), free(done), free(stale);
    return cells;
}

static void find_order(tree *t) {
    uint32_t *order = need(malloc(t->count * sizeof *order));
    t->order = need(malloc(t->count * sizeof *t->order));
    double best = 0;
    for (int kind = 0; kind < 3; kind++) {
        double cells = eliminate(t, order, kind);
        if (kind > 0 && cells >= best) continue;
        best = cells;
        memcpy(t->order, order, t->count * sizeof *order);
    }
    free(order);
}

// ---- Tree --------------------------------------------------------------------------------------

static void set_scope(const tree *t, table *f, const uint32_t *scope, uint32_t size) {
    f->size = size;
    f->cells = 1;
    for (uint32_t i = 0; i < size; i++) {
        f->scope[i] = scope[i];
        f->cells *= states_of(t, scope[i]);
    }
}

static bool contains(const table *f, uint32_t v) {
    for (uint32_t i = 0; i < f->size; i++)
        if (f->scope[i] == v) return true;
    return false;
}

static bool covers(const table *f, const uint32_t *scope, uint32_t size) {
    for (uint32_t i = 0; i < size; i++)
        if (!contains(f, scope[i])) return false;
    return true;
}

// Each variable eliminated makes a clique with its neighbours, which hangs below that of the
// neighbour eliminated first; one that is part of a clique below it takes that one's place.
static void build_tree(tree *t) {
    row *graph = moral_graph(t);
    uint32_t n = t->count, *place = need(malloc(n * sizeof *place)), list[WORDS * 64];
    t->cliques = need(calloc(n, sizeof *t->cliques));
    for (uint32_t i = 0; i < n; i++) place[t->order[i]] = i;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = t->order[i], count = members(graph[v], list, n);
        clique *c = &t->cliques[i];
        c->parent = -1;
        for (uint32_t k = 0; k < count; k++) {
            graph[list[k]][v / 64] &= ~(UINT64_C(1) << (v % 64));
            for (uint32_t j = 0; j < k; j++) connect(graph, list[k], list[j]);
            if (c->parent < 0 || (int)place[list[k]] < c->parent) c->parent = (int)place[list[k]];
        }
        list[count++] = v;
        set_scope(t, &c->potential, list, count);
        for (uint32_t k = 0; k < i; k++) {
            clique *below = &t->cliques[k];
            if (below->parent != (int)i || !covers(&below->potential, list, count)) continue;
            c->potential = below->potential;
            below->potential.size = 0;
            below->parent = -1;
            for (uint32_t m = 0; m < k; m++)
                if (t->cliques[m].parent == (int)k) t->cliques[m].parent = (int)i;
            break;
        }
    }
    t->clique_count = n;
    for (uint32_t i = 0; i < n; i++) {
        clique *c = &t->cliques[i];
        uint32_t size = 0;
        for (uint32_t k = 0; c->parent >= 0 && k < c->potential.size; k++)
            if (contains(&t->cliques[c->parent].potential, c->potential.scope[k]))
                list[size++] = c->potential.scope[k];
        set_scope(t, &c->separator, list, size);
    }
    free(graph), free(place);
}

// ---- Arithmetic --------------------------------------------------------------------------------

// Steps through the lines (runs of the last variable) of `outer`, with the index of the first cell
// of the inner table that each belongs to, and the stride along the line.
typedef struct walk {
    uint32_t wheels;
    uint32_t states[MOST_IN_CLIQUE];
    size_t strides[MOST_IN_CLIQUE];
    uint32_t turns[MOST_IN_CLIQUE];
    size_t index;
    size_t line;
    size_t stride;
} walk;

static walk start(const tree *t, const table *outer, const uint32_t *scope, uint32_t size) {
    walk w = {.wheels = outer->size - 1};
    for (uint32_t k = 0; k < outer->size; k++) w.states[k] = states_of(t, outer->scope[k]);
    size_t stride = 1;
    for (uint32_t i = size; i-- > 0; stride *= states_of(t, scope[i]))
        for (uint32_t k = 0; k < outer->size; k++)
            if (outer->scope[k] == scope[i]) w.strides[k] = stride;
    w.line = w.states[w.wheels];
    w.stride = w.strides[w.wheels];
    return w;
}

static void next(walk *w) {
    for (uint32_t k = w->wheels; k-- > 0;) {
        w->index += w->strides[k];
        if (++w->turns[k] < w->states[k]) return;
        w->index -= w->strides[k] * w->states[k];
        w->turns[k] = 0;
    }
}

static void multiply(const tree *t, table *f, const uint32_t *scope, uint32_t size,
                     const double *values) {
    walk w = start(t, f, scope, size);
    for (size_t i = 0; i < f->cells; i += w.line, next(&w))
        for (size_t k = 0; k < w.line; k++) f->values[i + k] *= values[w.index + k * w.stride];
}

static void sum_to(const tree *t, const table *f, const uint32_t *scope, uint32_t size,
                   double *values) {
    walk w = start(t, f, scope, size);
    for (size_t i = 0; i < f->cells; i += w.line, next(&w))
        for (size_t k = 0; k < w.line; k++) values[w.index + k * w.stride] += f->values[i + k];
}

static void fill_potentials(tree *t) {
    for (uint32_t i = 0; i < t->clique_count; i++) {
        table *f = &t->cliques[i].potential;
        if (f->size == 0) continue;
        f->values = need(malloc(f->cells * sizeof *f->values));
        for (size_t k = 0; k < f->cells; k++) f->values[k] = 1;
        t->cliques[i].separator.values = need(calloc(t->cliques[i].separator.cells + 1, 8));
    }
}

static table *smallest_with(tree *t, const uint32_t *scope, uint32_t size) {
    table *best = NULL;
    for (uint32_t i = 0; i < t->clique_count; i++) {
        table *f = &t->cliques[i].potential;
        if (f->size && covers(f, scope, size) && (!best || f->cells < best->cells)) best = f;
    }
    return best;
}

static void multiply_tables(tree *t, const bool *observed, const uint32_t *states) {
    uint32_t scope[MOST_IN_CLIQUE];
    for (uint32_t v = 0; v < t->count; v++) {
        uint32_t size = lk_network_parent_count(t->network, v);
        memcpy(scope, lk_network_parents(t->network, v), size * sizeof *scope);
        scope[size++] = v;
        multiply(t, smallest_with(t, scope, size), scope, size,
                 lk_network_table(t->network, v, NULL));
        if (!observed[v]) continue;
        double *finding = need(calloc(states_of(t, v), sizeof *finding));
        finding[states[v]] = 1;
        multiply(t, smallest_with(t, &v, 1), &v, 1, finding);
        free(finding);
    }
}

static void collect(tree *t) {
    for (uint32_t i = 0; i < t->clique_count; i++) {
        clique *c = &t->cliques[i];
        if (c->parent < 0 || c->potential.size == 0) continue;
        table *s = &c->separator;
        sum_to(t, &c->potential, s->scope, s->size, s->values);
        multiply(t, &t->cliques[c->parent].potential, s->scope, s->size, s->values);
    }
}

static void distribute(tree *t) {
    for (uint32_t i = t->clique_count; i-- > 0;) {
        clique *c = &t->cliques[i];
        if (c->parent < 0 || c->potential.size == 0) continue;
        table *s = &c->separator;
        double *sums = need(calloc(s->cells, sizeof *sums));
        sum_to(t, &t->cliques[c->parent].potential, s->scope, s->size, sums);
        for (size_t k = 0; k < s->cells; k++)
            s->values[k] = s->values[k] == 0 ? 0 : sums[k] / s->values[k];
        multiply(t, &c->potential, s->scope, s->size, s->values);
        free(sums);
    }
}

static void read_marginals(tree *t, plain_answer *answer) {
    answer->marginals = need(malloc(t->count * sizeof *answer->marginals));
    for (uint32_t v = 0; v < t->count; v++) {
        double *p = answer->marginals[v] = need(calloc(states_of(t, v), sizeof *p)), sum = 0;
        sum_to(t, smallest_with(t, &v, 1), &v, 1, p);
        for (uint32_t s = 0; s < states_of(t, v); s++) sum += p[s];
        for (uint32_t s = 0; s < states_of(t, v); s++) p[s] /= sum;
        answer->p_evidence = sum; // of the last component only when there are several
    }
}

plain_answer plain_tree_run(const lk_network *network, const bool *observed,
                            const uint32_t *states) {
    tree t = {.network = network, .count = lk_network_variable_count(network)};
    plain_answer answer = {0};
    t.states = need(malloc(t.count * sizeof *t.states));
    for (uint32_t v = 0; v < t.count; v++) t.states[v] = lk_network_state_count(network, v);
    find_order(&t);
    build_tree(&t);
    for (uint32_t i = 0; i < t.clique_count; i++) {
        answer.cells += t.cliques[i].potential.size ? (double)t.cliques[i].potential.cells : 0;
        answer.bytes += t.cliques[i].potential.size
                            ? sizeof(double) * (double)(t.cliques[i].potential.cells +
                                                        t.cliques[i].separator.cells)
                            : 0;
    }
    fill_potentials(&t);
    multiply_tables(&t, observed, states);
    collect(&t);
    distribute(&t);
    read_marginals(&t, &answer);
    for (uint32_t i = 0; i < t.clique_count; i++)
        free(t.cliques[i].potential.values), free(t.cliques[i].separator.values);
    free(t.cliques), free(t.order), free(t.states);
    return answer;
}

void plain_answer_free(plain_answer *answer, const lk_network *network) {
    for (uint32_t v = 0; v < lk_network_variable_count(network); v++) free(answer->marginals[v]);
    free(answer->marginals);
}
