#include "inference/tree_group.h"

#include <assert.h>

// Walks through the cells of a group's scope beside those of a factor, run by run.
typedef struct walk {
    uint32_t size; // of what is outside of the runs
    size_t run;
    size_t stride; // of the factor within a run
    const uint32_t *cardinalities;
    const uint32_t *ranks;
    size_t strides[LK_NEST_WHEELS];
    uint32_t turns[LK_NEST_WHEELS];
} walk;

static void start_walk(walk *w, const lk_junction_tree *tree, lk_scope scope,
                       const lk_tree_factor *factor) {
    assert(scope.size <= LK_NEST_WHEELS);
    w->size = scope.size - 1;
    w->cardinalities = tree->cardinalities;
    w->ranks = scope.ranks;
    for (uint32_t i = 0, k = 0; i < scope.size; i++) {
        bool has_it = k < factor->scope.size && factor->scope.ranks[k] == scope.ranks[i];
        w->strides[i] = has_it ? factor->strides[k++] : 0;
        w->turns[i] = 0;
    }
    w->run = tree->cardinalities[scope.ranks[w->size]];
    w->stride = w->strides[w->size];
    // As far as the factor goes on in even steps, or stays where it is, runs are longer.
    while (w->size > 0 && w->strides[w->size - 1] == w->stride * w->run)
        w->run *= tree->cardinalities[scope.ranks[--w->size]];
}

// Moves to the next run; returns how far the factor's cell moves.
static ptrdiff_t next_run(walk *w) {
    ptrdiff_t moved = 0;
    for (uint32_t i = w->size; i-- > 0;) {
        uint32_t extent = w->cardinalities[w->ranks[i]];
        moved += (ptrdiff_t)w->strides[i];
        if (++w->turns[i] < extent) return moved;
        moved -= (ptrdiff_t)(w->strides[i] * extent);
        w->turns[i] = 0;
    }
    return moved;
}

static void multiply_factor(const lk_junction_tree *tree, const lk_tree_group *group,
                            const lk_tree_factor *factor, const double *cells, bool is_first) {
    double *values = group->values;
    if (group->scope.size == 0) {
        *values = is_first ? *cells : *values * *cells;
        return;
    }
    walk w;
    start_walk(&w, tree, group->scope, factor);
    for (size_t at = 0; at < group->cells; at += w.run, cells += next_run(&w)) {
        if (is_first)
            for (size_t j = 0; j < w.run; j++) values[at + j] = cells[j * w.stride];
        else
            for (size_t j = 0; j < w.run; j++) values[at + j] *= cells[j * w.stride];
    }
}

static const double *cells_of_factor(const lk_tree_factor *factor, const uint32_t *states) {
    size_t offset = 0;
    for (uint32_t i = 0; i < factor->observed_count; i++)
        offset += states[factor->observed[i]] * factor->observed_strides[i];
    return factor->table->values + offset;
}

bool lk_tree_group_refresh(const lk_junction_tree *tree, lk_tree_group *group,
                           const uint32_t *states) {
    int64_t exponent = 0;
    group->scale = 0;
    for (uint32_t i = 0; i < group->factor_count; i++) {
        const lk_tree_factor *factor = &tree->factors[group->factors[i]];
        const double *cells = cells_of_factor(factor, states);
        exponent += factor->table->smallest_exponent;
        group->scale += factor->table->scale;
        multiply_factor(tree, group, factor, cells, i == 0);
    }
    group->smallest_exponent = (int)exponent;
    group->stale = exponent <= LK_LEAST_EXPONENT;
    return !group->stale;
}
