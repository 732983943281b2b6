// The ball is thrown at every target and passed on along the arrows. Where it comes from decides
// how a variable passes it on:
//  * from a child: an unobserved variable passes it to its parents (so its table matters) and on
//    to its other children; an observed one stops it;
//  * from a parent: an unobserved variable passes it to its children; an observed one bounces it
//    back to its parents (so its table matters).
// Each variable passes the ball up at most once and down at most once.
#include "inference/separation.h"

typedef struct game {
    const lk_network *network;
    const bool *observed;
    bool *passed_up;
    bool *passed_down;
    bool *visited;
    uint32_t *stack; // 2 × variable + whether the ball comes from a child
    size_t depth;
} game;

static void throw_to_parents(game *g, uint32_t variable) {
    if (g->passed_up[variable]) return;
    g->passed_up[variable] = true;
    const lk_variable *child = &g->network->variables[variable];
    for (uint32_t i = 0; i < child->parent_count; i++)
        g->stack[g->depth++] = 2 * child->parents[i] + 1;
}

static void throw_to_children(game *g, uint32_t variable) {
    if (g->passed_down[variable]) return;
    g->passed_down[variable] = true;
    const lk_network *network = g->network;
    for (uint32_t i = network->children_start[variable]; i < network->children_start[variable + 1];
         i++)
        g->stack[g->depth++] = 2 * network->children[i];
}

static void play(game *g, uint32_t start) {
    g->stack[g->depth++] = 2 * start + 1;
    while (g->depth > 0) {
        uint32_t top = g->stack[--g->depth];
        uint32_t variable = top / 2;
        bool from_child = top % 2;
        g->visited[variable] = true;
        bool observed = g->observed[variable];
        if (from_child != observed) throw_to_parents(g, variable);
        if (!observed) throw_to_children(g, variable);
    }
}

static lk_status start_game(lk_arena *scratch, game *g, const lk_network *network,
                            const bool *observed) {
    uint32_t n = network->count;
    // Every arrow carries the ball at most once each way.
    size_t arrows = network->children_start[n];
    *g = (game){
        .network = network,
        .observed = observed,
        .passed_up = lk_arena_alloc_zero(scratch, n, sizeof *g->passed_up),
        .passed_down = lk_arena_alloc_zero(scratch, n, sizeof *g->passed_down),
        .visited = lk_arena_alloc_zero(scratch, n, sizeof *g->visited),
        .stack = lk_arena_alloc(scratch, 2 * arrows + 1, sizeof *g->stack),
    };
    LK_NEED(g->passed_up);
    LK_NEED(g->passed_down);
    LK_NEED(g->visited);
    LK_NEED(g->stack);
    return LK_OK;
}

// Marks the variables at or above those that are marked.
static void mark_ancestors(bool *marks, const lk_network *network) {
    for (uint32_t i = network->count; i-- > 0;) {
        uint32_t v = network->topological[i];
        if (!marks[v]) continue;
        const lk_variable *child = &network->variables[v];
        for (uint32_t k = 0; k < child->parent_count; k++) marks[child->parents[k]] = true;
    }
}

// Marks what is at or above a start or a finding: all else is barren.
static lk_status find_supported(lk_arena *scratch, bool **out, const lk_network *network,
                                const uint32_t *starts, size_t start_count, const bool *observed) {
    bool *supported = lk_arena_alloc(scratch, network->count, sizeof *supported);
    LK_NEED(supported);
    memcpy(supported, observed, network->count * sizeof *supported);
    for (size_t i = 0; i < start_count; i++) supported[starts[i]] = true;
    mark_ancestors(supported, network);
    *out = supported;
    return LK_OK;
}

static lk_status play_games(lk_arena *scratch, lk_relevance *relevance, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed) {
    game g;
    bool *supported;
    LK_TRY(find_supported(scratch, &supported, network, starts, start_count, observed));
    LK_TRY(start_game(scratch, &g, network, observed));
    for (size_t i = 0; i < start_count; i++) play(&g, starts[i]);
    for (uint32_t v = 0; v < network->count; v++)
        relevance[v] = g.passed_up[v] ? LK_RELEVANT : supported[v] ? LK_SEPARATED : LK_BARREN;
    return LK_OK;
}

// Without a game: nothing is separated from the evidence itself.
static lk_status find_supporting(lk_arena *scratch, lk_relevance *relevance,
                                 const lk_network *network, const uint32_t *starts,
                                 size_t start_count, const bool *observed) {
    bool *supported;
    LK_TRY(find_supported(scratch, &supported, network, starts, start_count, observed));
    for (uint32_t v = 0; v < network->count; v++)
        relevance[v] = supported[v] ? LK_RELEVANT : LK_BARREN;
    return LK_OK;
}

// ---- Markov networks ---------------------------------------------------------------------------

// The representative of the variables that are connected with this one, as far as is known; the way
// to it is halved on the way.
static uint32_t find_root(uint32_t *roots, uint32_t variable) {
    while (roots[variable] != variable) variable = roots[variable] = roots[roots[variable]];
    return variable;
}

static void connect_unobserved(uint32_t *roots, const lk_table *table, const bool *observed) {
    uint32_t first = LK_NO_VARIABLE;
    for (uint32_t i = 0; i < table->size; i++) {
        uint32_t variable = table->scope[i];
        if (observed[variable]) continue;
        if (first == LK_NO_VARIABLE) first = variable;
        roots[find_root(roots, variable)] = find_root(roots, first);
    }
}

// Observed variables matter where a potential has them together with one that matters.
static void add_observed(lk_relevance *relevance, const lk_table *table, const bool *observed) {
    bool matters = false;
    for (uint32_t i = 0; i < table->size; i++)
        if (!observed[table->scope[i]] && relevance[table->scope[i]] == LK_RELEVANT) matters = true;
    for (uint32_t i = 0; matters && i < table->size; i++) relevance[table->scope[i]] = LK_RELEVANT;
}

// Connected with a start by unobserved variables.
static lk_status find_reached(lk_arena *scratch, bool *connected, const lk_network *network,
                              const uint32_t *starts, size_t start_count, const bool *observed) {
    uint32_t n = network->count;
    uint32_t *roots = lk_arena_alloc(scratch, n, sizeof *roots);
    bool *reached = lk_arena_alloc_zero(scratch, n, sizeof *reached);
    LK_NEED(roots);
    LK_NEED(reached);
    for (uint32_t v = 0; v < n; v++) roots[v] = v;
    for (uint32_t i = 0; i < lk_network_table_count(network); i++)
        connect_unobserved(roots, lk_network_table_at(network, i), observed);
    for (size_t i = 0; i < start_count; i++) reached[find_root(roots, starts[i])] = true;
    for (uint32_t v = 0; v < n; v++) connected[v] = !observed[v] && reached[find_root(roots, v)];
    return LK_OK;
}

static lk_status find_components(lk_arena *scratch, lk_relevance *relevance,
                                 const lk_network *network, const uint32_t *starts,
                                 size_t start_count, const bool *observed) {
    uint32_t n = network->count;
    bool *connected = lk_arena_alloc(scratch, n, sizeof *connected);
    LK_NEED(connected);
    LK_TRY(find_reached(scratch, connected, network, starts, start_count, observed));
    for (uint32_t v = 0; v < n; v++) relevance[v] = connected[v] ? LK_RELEVANT : LK_SEPARATED;
    for (uint32_t i = 0; i < lk_network_table_count(network); i++)
        add_observed(relevance, lk_network_table_at(network, i), observed);
    return LK_OK;
}

// ---- Both --------------------------------------------------------------------------------------

lk_status lk_find_relevance(lk_arena *scratch, lk_relevance *relevance, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed,
                            bool of_evidence) {
    if (!network->is_markov)
        return (of_evidence ? find_supporting : play_games)(scratch, relevance, network, starts,
                                                            start_count, observed);
    if (!of_evidence)
        return find_components(scratch, relevance, network, starts, start_count, observed);
    for (uint32_t v = 0; v < network->count; v++) relevance[v] = LK_RELEVANT;
    return LK_OK;
}

bool lk_table_matters(const lk_table *table, const lk_relevance *relevance, const bool *observed,
                      bool of_evidence) {
    if (table->owner != LK_NO_VARIABLE) return relevance[table->owner] == LK_RELEVANT;
    if (of_evidence) return true;
    for (uint32_t i = 0; i < table->size; i++)
        if (!observed[table->scope[i]]) return relevance[table->scope[i]] == LK_RELEVANT;
    return false;
}

static lk_status find_visited(lk_arena *scratch, bool *connected, const lk_network *network,
                              const uint32_t *starts, size_t start_count, const bool *observed) {
    game g;
    LK_TRY(start_game(scratch, &g, network, observed));
    for (size_t i = 0; i < start_count; i++) play(&g, starts[i]);
    for (uint32_t v = 0; v < network->count; v++) connected[v] = g.visited[v] && !observed[v];
    return LK_OK;
}

lk_status lk_find_connected(lk_arena *scratch, bool *connected, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed) {
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = (network->is_markov ? find_reached : find_visited)(
        scratch, connected, network, starts, start_count, observed);
    lk_arena_rewind(scratch, mark);
    return status;
}
