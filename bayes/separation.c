// The ball is thrown at every target and passed on along the arrows. Where it comes from decides
// how a variable passes it on:
//  * from a child: an unobserved variable passes it to its parents (so its table matters) and on
//    to its other children; an observed one stops it;
//  * from a parent: an unobserved variable passes it to its children; an observed one bounces it
//    back to its parents (so its table matters).
// Each variable passes the ball up at most once and down at most once.
#include "separation.h"

typedef struct game {
    const lk_network *network;
    const bool *observed;
    bool *passed_up;
    bool *passed_down;
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
        bool observed = g->observed[variable];
        if (from_child != observed) throw_to_parents(g, variable);
        if (!observed) throw_to_children(g, variable);
    }
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

lk_status lk_find_relevance(lk_arena *scratch, lk_relevance *relevance, const lk_network *network,
                            const uint32_t *starts, size_t start_count, const bool *observed,
                            bool of_evidence) {
    uint32_t n = network->count;
    // Every arrow carries the ball at most once each way.
    size_t arrows = network->children_start[n];
    game g = {
        .network = network,
        .observed = observed,
        .passed_up = lk_arena_alloc_zero(scratch, n, sizeof *g.passed_up),
        .passed_down = lk_arena_alloc_zero(scratch, n, sizeof *g.passed_down),
        .stack = lk_arena_alloc(scratch, 2 * arrows + 1, sizeof *g.stack),
    };
    bool *supported = lk_arena_alloc(scratch, n, sizeof *supported);
    LK_NEED(g.passed_up);
    LK_NEED(g.passed_down);
    LK_NEED(g.stack);
    LK_NEED(supported);
    memcpy(supported, observed, n * sizeof *supported);
    for (size_t i = 0; i < start_count; i++) {
        supported[starts[i]] = true;
        play(&g, starts[i]);
    }
    mark_ancestors(supported, network);
    for (uint32_t v = 0; v < n; v++) {
        bool needed = of_evidence ? supported[v] : g.passed_up[v];
        relevance[v] = needed ? LK_RELEVANT : supported[v] ? LK_SEPARATED : LK_BARREN;
    }
    return LK_OK;
}
