// The products of factors that a clique has in the place of the factors.
#include "inference/junction_tree.h"

enum { MOST_GROUPS = 4, SMALL_SHARE = 16, SMALL_CLIQUE = 64 };

// Factors of one clique are multiplied beforehand where their product is small beside the clique.
typedef struct grouping {
    lk_junction_tree *tree;
    const lk_clique *clique;
    lk_scope scopes[MOST_GROUPS]; // of the groups so far
    uint32_t count;
    uint32_t first; // number of the first one in the tree
    uint32_t *room; // for a scope
} grouping;

static lk_status join_group(grouping *g, uint32_t group, lk_scope scope) {
    uint32_t size = lk_scope_unite(g->room, g->scopes[group], scope);
    if (size == g->scopes[group].size) return LK_OK;
    return lk_scope_copy(g->tree->arena, &g->scopes[group], (lk_scope){g->room, size});
}

// The group whose product with the factor is smallest, of those that it fits into; UINT32_MAX: it
// fits into none.
static uint32_t best_group(const grouping *g, lk_scope scope) {
    const uint32_t *cardinalities = g->tree->cardinalities;
    double limit = g->clique->cells, fewest = INFINITY;
    if (limit > SMALL_CLIQUE) limit /= SMALL_SHARE;
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < g->count; i++) {
        lk_scope united = {g->room, lk_scope_unite(g->room, g->scopes[i], scope)};
        double cells = lk_scope_cells(cardinalities, united);
        bool fits = cells <= limit || united.size == g->scopes[i].size || g->count == MOST_GROUPS;
        if (!fits || cells >= fewest) continue;
        best = i;
        fewest = cells;
    }
    return best;
}

static lk_status put_into_group(grouping *g, lk_tree_factor *factor) {
    uint32_t group = best_group(g, factor->scope);
    if (group != UINT32_MAX) {
        factor->group = g->first + group;
        return join_group(g, group, factor->scope);
    }
    factor->group = g->first + g->count;
    g->scopes[g->count++] = factor->scope;
    return LK_OK;
}

// Lists the members of the group in `factors`.
static void fill_group(lk_junction_tree *tree, uint32_t index, const uint32_t *members,
                       uint32_t count, lk_scope scope, uint32_t clique, uint32_t *factors) {
    lk_tree_group *group = &tree->groups[index];
    *group = (lk_tree_group){.scope = scope, .clique = clique, .factors = factors, .stale = true};
    group->cells = (size_t)lk_scope_cells(tree->cardinalities, scope);
    for (uint32_t i = 0; i < count; i++)
        if (tree->factors[members[i]].group == index) factors[group->factor_count++] = members[i];
}

// `members` are the factors of the clique, those with most variables first; by group they are
// listed in `factors`.
static lk_status group_factors(lk_junction_tree *tree, uint32_t clique, const uint32_t *members,
                               uint32_t count, uint32_t *factors, uint32_t *room) {
    lk_clique *c = &tree->cliques[clique];
    grouping g = {.tree = tree, .clique = c, .first = tree->group_count, .room = room};
    for (uint32_t i = 0; i < count; i++) LK_TRY(put_into_group(&g, &tree->factors[members[i]]));
    c->groups = tree->groups + g.first;
    c->group_count = g.count;
    for (uint32_t i = 0; i < g.count; i++) {
        fill_group(tree, tree->group_count, members, count, g.scopes[i], clique, factors);
        factors += tree->groups[tree->group_count++].factor_count;
    }
    return LK_OK;
}

// Factors with most variables first.
static void sort_by_size(const lk_junction_tree *tree, uint32_t *list, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        uint32_t factor = list[i], size = tree->factors[factor].scope.size, k = i;
        for (; k > 0 && tree->factors[list[k - 1]].scope.size < size; k--) list[k] = list[k - 1];
        list[k] = factor;
    }
}

lk_status lk_junction_tree_group(lk_junction_tree *tree, lk_arena *scratch,
                                 const uint32_t *clique_of) {
    uint32_t cliques = tree->clique_count, n = tree->factor_count;
    uint32_t *start = lk_arena_alloc_zero(scratch, (size_t)cliques + 2, sizeof *start);
    uint32_t *members = lk_arena_alloc(scratch, n, sizeof *members);
    uint32_t *room = lk_arena_alloc(scratch, (size_t)tree->count + 1, sizeof *room);
    uint32_t *factors = lk_arena_alloc(tree->arena, n, sizeof *factors);
    tree->groups = lk_arena_alloc(tree->arena, n, sizeof *tree->groups);
    LK_NEED(start);
    LK_NEED(members);
    LK_NEED(room);
    LK_NEED(factors);
    LK_NEED(tree->groups);
    for (uint32_t i = 0; i < n; i++) start[clique_of[i] + 2]++;
    for (uint32_t i = 0; i < cliques; i++) start[i + 2] += start[i + 1];
    for (uint32_t i = 0; i < n; i++) members[start[clique_of[i] + 1]++] = i;
    for (uint32_t clique = 0; clique < cliques; clique++) {
        uint32_t *list = members + start[clique], count = start[clique + 1] - start[clique];
        sort_by_size(tree, list, count);
        LK_TRY(group_factors(tree, clique, list, count, factors + start[clique], room));
    }
    return LK_OK;
}
