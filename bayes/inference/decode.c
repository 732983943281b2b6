// Reading the most probable states off a tree that maximizes, from the root down: each clique
// tries all states of the variables that its parent does not have.
#include "inference/junction_tree.h"

typedef struct decoder {
    const lk_junction_tree *tree;
    const lk_clique *clique;
    uint32_t *states; // of each variable of the network
} decoder;

static uint32_t *state_of(const decoder *d, uint32_t rank) {
    return &d->states[d->tree->variable_of[rank]];
}

static double cell_at(const decoder *d, const double *values, lk_scope scope) {
    size_t cell = 0;
    for (uint32_t i = 0; i < scope.size; i++)
        cell = cell * d->tree->cardinalities[scope.ranks[i]] + *state_of(d, scope.ranks[i]);
    return values[cell];
}

static double product_here(const decoder *d) {
    double product = 1;
    for (uint32_t i = 0; i < d->clique->group_count && product != 0; i++) {
        const lk_tree_group *group = &d->clique->groups[i];
        product *= cell_at(d, group->values, group->scope);
    }
    for (uint32_t i = 0; i < d->clique->child_count && product != 0; i++) {
        const lk_clique *child = &d->tree->cliques[d->clique->children[i]];
        if (!child->is_vacuous) product *= cell_at(d, child->up.values, child->separator);
    }
    return product;
}

static bool is_own(const decoder *d, uint32_t rank) {
    return !lk_scope_contains(d->clique->separator, (lk_scope){&rank, 1});
}

// The next states of the clique's own variables, the last fastest; false after the last.
static bool next_states(const decoder *d) {
    lk_scope scope = d->clique->scope;
    for (uint32_t i = scope.size; i-- > 0;) {
        if (!is_own(d, scope.ranks[i])) continue;
        uint32_t *state = state_of(d, scope.ranks[i]);
        if (++*state < d->tree->cardinalities[scope.ranks[i]]) return true;
        *state = 0;
    }
    return false;
}

static void go_to(const decoder *d, size_t number) {
    lk_scope scope = d->clique->scope;
    for (uint32_t i = scope.size; i-- > 0;) {
        if (!is_own(d, scope.ranks[i])) continue;
        uint32_t states = d->tree->cardinalities[scope.ranks[i]];
        *state_of(d, scope.ranks[i]) = (uint32_t)(number % states);
        number /= states;
    }
}

static void decode_clique(const decoder *d) {
    size_t number = 0, best = 0;
    double most = -1;
    go_to(d, 0);
    do {
        double product = product_here(d);
        if (product > most) {
            most = product;
            best = number;
        }
        number++;
    } while (next_states(d));
    go_to(d, best);
}

void lk_junction_tree_decode(const lk_junction_tree *tree, uint32_t *states) {
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        decoder d = {tree, &tree->cliques[i], states};
        if (d.clique->maximizes && d.clique->separator.size < d.clique->scope.size)
            decode_clique(&d);
    }
}
