// Reading the joint distributions of families from a tree: each lies in the clique that has the
// family's table, whose belief is summed over everything else.
#include "inference/tree_joint.h"

#include "pool.h"

enum { MOST_OUTPUTS = 12 }; // of one pass

static uint32_t clique_of(const lk_junction_tree *tree, uint32_t factor) {
    return tree->groups[tree->factors[factor].group].clique;
}

static bool is_same(lk_scope a, lk_scope b) { return a.size == b.size && lk_scope_contains(a, b); }

// ---- Places ------------------------------------------------------------------------------------

// Factors sorted by their clique.
static lk_status sort_factors(const lk_junction_tree *tree, lk_arena *scratch, uint32_t **out) {
    size_t cliques = tree->clique_count;
    uint32_t *sorted = lk_arena_alloc(scratch, tree->factor_count, sizeof *sorted);
    uint32_t *start = lk_arena_alloc_zero(scratch, cliques + 1, sizeof *start);
    LK_NEED(sorted);
    LK_NEED(start);
    for (uint32_t i = 0; i < tree->factor_count; i++) start[clique_of(tree, i) + 1]++;
    for (size_t i = 0; i < cliques; i++) start[i + 1] += start[i];
    for (uint32_t i = 0; i < tree->factor_count; i++) sorted[start[clique_of(tree, i)]++] = i;
    *out = sorted;
    return LK_OK;
}

// The joint of a factor, which is shared by those of the same variables. `first` is the first
// joint of the clique.
static void place_joint(lk_junction_tree *tree, lk_tree_factor *factor, uint32_t clique,
                        uint32_t first) {
    if (factor->scope.size == 0) return;
    for (uint32_t i = first; i < tree->joint_count; i++)
        if (is_same(tree->joints[i].scope, factor->scope)) {
            factor->joint = i;
            return;
        }
    factor->joint = tree->joint_count++;
    tree->joints[factor->joint] = (lk_tree_joint){.scope = factor->scope, .clique = clique};
    tree->cliques[clique].is_wanted = true;
}

lk_status lk_tree_place_joints(lk_junction_tree *tree, lk_arena *scratch) {
    tree->joints = lk_arena_alloc(tree->arena, tree->factor_count, sizeof *tree->joints);
    LK_NEED(tree->joints);
    uint32_t *sorted;
    LK_TRY(sort_factors(tree, scratch, &sorted));
    for (uint32_t i = 0, first = 0; i < tree->factor_count; i++) {
        uint32_t clique = clique_of(tree, sorted[i]);
        if (i == 0 || clique != clique_of(tree, sorted[i - 1])) first = tree->joint_count;
        place_joint(tree, &tree->factors[sorted[i]], clique, first);
    }
    return LK_OK;
}

// ---- Passes ------------------------------------------------------------------------------------

static lk_status compile_reading(lk_junction_tree *tree, lk_arena *scratch,
                                 lk_tree_reading *reading) {
    const lk_clique *clique = &tree->cliques[tree->joints[reading->first].clique];
    lk_scope inputs[LK_NEST_OPERANDS], outputs[MOST_OUTPUTS];
    uint32_t input_count = lk_clique_scopes(tree, clique, inputs);
    reading->cells = lk_arena_alloc(tree->arena, reading->count, sizeof *reading->cells);
    LK_NEED(reading->cells);
    for (uint32_t i = 0; i < reading->count; i++) {
        lk_tree_joint *joint = &tree->joints[reading->first + i];
        outputs[i] = joint->scope;
        reading->cells[i] = (size_t)lk_scope_cells(tree->cardinalities, joint->scope);
        joint->values = lk_arena_alloc(tree->arena, reading->cells[i], sizeof *joint->values);
        LK_NEED(joint->values);
    }
    LK_TRY(lk_join_compile(tree->arena, &reading->plan, scratch, tree->cardinalities, clique->scope,
                           inputs, input_count, outputs, reading->count, false));
    lk_join_need(&tree->reading_room, &reading->plan, false);
    tree->operations += reading->plan.cells * (input_count + reading->count);
    return LK_OK;
}

lk_status lk_tree_compile_joints(lk_junction_tree *tree, lk_arena *scratch) {
    tree->readings = lk_arena_alloc(tree->arena, tree->joint_count, sizeof *tree->readings);
    LK_NEED(tree->readings);
    for (uint32_t i = 0; i < tree->joint_count;) {
        lk_tree_reading *reading = &tree->readings[tree->reading_count++];
        *reading = (lk_tree_reading){.first = i};
        uint32_t clique = tree->joints[i].clique;
        for (; i < tree->joint_count && reading->count < MOST_OUTPUTS; i++, reading->count++)
            if (tree->joints[i].clique != clique) break;
        LK_TRY(compile_reading(tree, scratch, reading));
    }
    return lk_join_make_room(tree->arena, &tree->reading_room,
                             lk_pool_threads(lk_context_pool(tree->context)));
}

// ---- Reading -----------------------------------------------------------------------------------

static void normalize(double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    for (size_t i = 0; i < count; i++) values[i] /= sum;
}

lk_propagation lk_junction_tree_read_joints(lk_junction_tree *tree) {
    lk_table_worker worker = {lk_context_table_kernels(tree->context),
                              lk_context_pool(tree->context)};
    for (uint32_t i = 0; i < tree->reading_count; i++) {
        const lk_tree_reading *reading = &tree->readings[i];
        lk_tree_joint *joints = &tree->joints[reading->first];
        double *tables[LK_NEST_OPERANDS];
        uint32_t count = lk_clique_tables(tree, &tree->cliques[joints->clique], tables);
        if (count == UINT32_MAX) return LK_PROPAGATED_WIDE;
        for (uint32_t k = 0; k < reading->count; k++) tables[count++] = joints[k].values;
        lk_join_run(&reading->plan, tables, reading->cells, &tree->reading_room, worker);
        for (uint32_t k = 0; k < reading->count; k++)
            normalize(joints[k].values, reading->cells[k]);
    }
    return LK_PROPAGATED;
}
