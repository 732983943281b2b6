// Passing messages through a junction tree, as far as the evidence has changed.
#include "inference/tree_group.h"
#include "inference/tree_joint.h"
#include "inference/tree_walk.h"

#include "pool.h"

#include <assert.h>

enum { IDLE_SHIFT = 32 }; // powers of two that a message may be away from 1 without being scaled

typedef struct propagation {
    lk_junction_tree *tree;
    lk_table_worker worker;
    const uint32_t *states;
    atomic_int *result; // an lk_propagation: the first that is not LK_PROPAGATED
} propagation;

// Room for the belief over a separator.
static double *belief_of(const propagation *p) {
    if (p->worker.pool) return p->tree->belief;
    return p->tree->own_beliefs + (size_t)lk_pool_thread_index() * p->tree->own_belief_cells;
}

// ---- Groups ------------------------------------------------------------------------------------

static bool refresh_groups(const propagation *p) {
    lk_junction_tree *tree = p->tree;
    for (uint32_t i = 0; i < tree->group_count; i++) {
        lk_tree_group *group = &tree->groups[i];
        if (!group->stale) continue;
        tree->cliques[group->clique].changed_here = true;
        if (!lk_tree_group_refresh(tree, group, p->states)) return false;
    }
    return true;
}

void lk_junction_tree_touch(lk_junction_tree *tree, uint32_t variable, const bool *affected) {
    if (!affected || tree->maximize) tree->all_affected = true;
    for (uint32_t rank = 0; rank < tree->count && !tree->all_affected; rank++)
        if (affected[tree->variable_of[rank]]) tree->affected[rank] = true;
    for (uint32_t i = 0; i < tree->factor_count; i++) {
        const lk_tree_factor *factor = &tree->factors[i];
        bool has_it = false;
        for (uint32_t k = 0; k < factor->observed_count; k++)
            if (factor->observed[k] == variable) has_it = true;
        if (has_it) tree->groups[factor->group].stale = true;
    }
}

// ---- Messages ----------------------------------------------------------------------------------

// Brings the largest value near 1 by a power of two, which is exact. False when all are 0.
static bool settle(const propagation *p, lk_message *message, size_t cells, lk_range range) {
    int high, low;
    if (range.largest == 0) return false;
    frexp(range.largest, &high);
    frexp(range.smallest, &low);
    if (high > 0 || high < -IDLE_SHIFT) {
        p->worker.kernels->scale(message->values, ldexp(1, -high), cells);
        message->scale += high;
        low -= high;
    }
    message->smallest_exponent = low - 1;
    message->has_zeros = range.has_zeros;
    message->valid = true;
    return true;
}

// The tables of a pass, in the order of the plan; returns their number, or UINT32_MAX when the
// product may be too small for doubles. *scale is what they leave out.
static uint32_t list_inputs(const propagation *p, const lk_clique *clique, double **tables,
                            int64_t *scale, bool on_the_way_back) {
    const lk_junction_tree *tree = p->tree;
    uint32_t count = 0;
    int64_t exponent = 0;
    *scale = 0;
    for (uint32_t i = 0; i < clique->group_count; i++) {
        const lk_tree_group *group = &clique->groups[i];
        tables[count++] = group->values;
        *scale += group->scale;
        exponent += group->smallest_exponent;
    }
    for (uint32_t i = 0; i < clique->child_count; i++) {
        const lk_clique *child = &tree->cliques[clique->children[i]];
        if (child->is_vacuous) continue;
        tables[count++] = child->up.values;
        *scale += child->up.scale;
        exponent += child->up.smallest_exponent;
    }
    if (on_the_way_back && clique->parent != LK_NO_CLIQUE) {
        tables[count++] = clique->down.values;
        *scale += clique->down.scale;
        exponent += clique->down.smallest_exponent;
    }
    return exponent > LK_LEAST_EXPONENT ? count : UINT32_MAX;
}

static bool has_gaps_below(const lk_junction_tree *tree, const lk_clique *clique) {
    for (uint32_t i = 0; i < clique->child_count; i++)
        if (tree->cliques[clique->children[i]].up.has_gaps) return true;
    return false;
}

static lk_propagation send_up(const propagation *p, lk_clique *clique) {
    double *tables[LK_NEST_OPERANDS];
    lk_message *up = &clique->up;
    uint32_t inputs = list_inputs(p, clique, tables, &up->scale, false);
    if (inputs == UINT32_MAX) return LK_PROPAGATED_WIDE;
    if (clique->down.has_gaps) clique->down.valid = false;
    tables[inputs] = up->values;
    size_t cells = clique->separator_cells;
    lk_join_run(&clique->inflow, tables, &cells, &p->tree->room, p->worker);
    up->has_gaps = has_gaps_below(p->tree, clique);
    bool is_possible = settle(p, up, cells, lk_table_range(p->worker, up->values, cells));
    return is_possible ? LK_PROPAGATED : LK_PROPAGATED_ZERO;
}

// ---- The way back ------------------------------------------------------------------------------

static double merge(double a, double b, bool maximize) {
    if (maximize) return b > a ? b : a;
    return a + b;
}

// Divides by the sum, or in max mode by the largest.
static void normalize(double *values, uint32_t count, bool maximize) {
    double whole = 0;
    for (uint32_t i = 0; i < count; i++) whole = merge(whole, values[i], maximize);
    for (uint32_t i = 0; i < count; i++) values[i] /= whole;
}

static void read_marginal(const lk_junction_tree *tree, uint32_t rank, const double *belief,
                          lk_scope scope) {
    double *marginal = tree->marginals[tree->variable_of[rank]];
    size_t outer = 1, inner = 1, states = tree->cardinalities[rank];
    for (uint32_t i = 0; i < scope.size; i++) {
        if (scope.ranks[i] < rank) outer *= tree->cardinalities[scope.ranks[i]];
        if (scope.ranks[i] > rank) inner *= tree->cardinalities[scope.ranks[i]];
    }
    memset(marginal, 0, states * sizeof *marginal);
    for (size_t i = 0; i < outer; i++)
        for (size_t s = 0; s < states; s++, belief += inner) {
            double sum = 0;
            for (size_t k = 0; k < inner; k++) sum = merge(sum, belief[k], tree->maximize);
            marginal[s] = merge(marginal[s], sum, tree->maximize);
        }
    normalize(marginal, (uint32_t)states, tree->maximize);
}

static void read_marginals(const lk_junction_tree *tree, const lk_clique *clique,
                           const double *belief) {
    for (uint32_t i = 0; i < clique->read_count; i++)
        read_marginal(tree, clique->read_here[i], belief, clique->separator);
}

// The down message holds the belief over the separator: reads it, and takes out what came up.
static bool send_down(const propagation *p, lk_clique *child) {
    lk_message *down = &child->down;
    size_t cells = child->separator_cells;
    if (child->changed_above) down->is_scaled = false; // else what is below hears nothing of it
    read_marginals(p->tree, child, down->values);
    down->has_gaps = !child->is_vacuous && child->up.has_zeros;
    if (child->is_vacuous)
        return settle(p, down, cells, lk_table_range(p->worker, down->values, cells));
    down->scale -= child->up.scale;
    return settle(p, down, cells,
                  lk_table_divide(p->worker, down->values, down->values, child->up.values, cells));
}

// The same in the other direction, from the belief over the separator.
static bool turn_up(const propagation *p, lk_clique *clique, int64_t scale) {
    lk_message *up = &clique->up;
    size_t cells = clique->separator_cells;
    up->scale = scale - clique->down.scale;
    up->has_gaps = clique->down.has_zeros || has_gaps_below(p->tree, clique);
    return settle(p, up, cells,
                  lk_table_divide(p->worker, up->values, belief_of(p), clique->down.values, cells));
}

// The changes below that the parent sees: a message that is 1 hides them.
static uint32_t changes_sent(const lk_clique *clique) {
    return clique->is_vacuous ? 0 : clique->changes;
}

static void read_unchanged(const propagation *p, lk_clique *child) {
    double *belief = belief_of(p);
    size_t bytes = child->separator_cells * sizeof *belief;
    if (child->read_count == 0 || changes_sent(child) == 0) return;
    memcpy(belief, child->down.values, bytes);
    p->worker.kernels->multiply(belief, child->up.values, child->separator_cells);
    read_marginals(p->tree, child, belief);
}

// What all outputs of a pass sum up to: read from the smallest.
static lk_wide total_of(const propagation *p, const lk_tree_outflow *flow, double *const *outputs,
                        int64_t scale) {
    uint32_t smallest = 0;
    double total = 0;
    for (uint32_t i = 1; i < flow->plan.nest.outputs; i++)
        if (flow->output_cells[i] < flow->output_cells[smallest]) smallest = i;
    for (size_t i = 0; i < flow->output_cells[smallest]; i++)
        total = merge(total, outputs[smallest][i], p->tree->maximize);
    return lk_wide_make(total, scale);
}

static lk_propagation run_outflow(propagation *p, lk_clique *clique, const lk_tree_outflow *flow,
                                  lk_wide *total) {
    lk_junction_tree *tree = p->tree;
    double *tables[LK_NEST_OPERANDS], single;
    int64_t scale;
    uint32_t inputs = list_inputs(p, clique, tables, &scale, true), count = inputs;
    if (inputs == UINT32_MAX) return LK_PROPAGATED_WIDE;
    for (uint32_t i = 0; i < flow->child_count; i++)
        tables[count++] = tree->cliques[flow->children[i]].down.values;
    for (uint32_t i = 0; i < flow->variable_count; i++)
        tables[count++] = tree->marginals[tree->variable_of[flow->variables[i]]];
    if (flow->turns_up) tables[count++] = belief_of(p);
    if (count == inputs) tables[count] = &single;
    lk_join_run(&flow->plan, tables, flow->output_cells, &tree->room, p->worker);
    *total = total_of(p, flow, tables + inputs, scale);
    if (total->mantissa == 0) return LK_PROPAGATED_ZERO;
    for (uint32_t i = 0; i < flow->child_count; i++) {
        lk_clique *child = &tree->cliques[flow->children[i]];
        child->down.scale = scale;
        if (!send_down(p, child)) return LK_PROPAGATED_ZERO;
    }
    for (uint32_t i = 0; i < flow->variable_count; i++)
        normalize(tree->marginals[tree->variable_of[flow->variables[i]]],
                  tree->cardinalities[flow->variables[i]], tree->maximize);
    if (flow->turns_up && !turn_up(p, clique, scale)) return LK_PROPAGATED_ZERO;
    return LK_PROPAGATED;
}

// Whether the changed findings have to do with a variable of the separator.
static bool is_affected(const lk_junction_tree *tree, const lk_clique *clique) {
    if (tree->all_affected) return true;
    for (uint32_t i = 0; i < clique->separator.size; i++)
        if (tree->affected[clique->separator.ranks[i]]) return true;
    return false;
}

// Marks the children that something outside of their subtree has changed for.
static void find_changed_above(const lk_junction_tree *tree, const lk_clique *clique) {
    for (uint32_t i = 0; i < clique->child_count; i++) {
        lk_clique *child = &tree->cliques[clique->children[i]];
        bool has_news = clique->changed_above || clique->changes > changes_sent(child);
        child->changed_above = (has_news && is_affected(tree, child)) || !child->down.valid;
        if (has_news && !child->changed_above) child->down.is_scaled = true;
    }
}

static bool is_top(const lk_junction_tree *tree, const lk_clique *clique) {
    return tree->top != LK_NO_CLIQUE && clique == &tree->cliques[tree->top];
}

static bool outflow_is_due(const lk_junction_tree *tree, const lk_clique *clique,
                           const lk_tree_outflow *flow) {
    if (is_top(tree, clique)) return true;
    if (clique->parent == LK_NO_CLIQUE) return clique->changes || clique->total.mantissa == 0;
    if (flow->variable_count > 0 && (clique->changed_above || clique->changes)) return true;
    for (uint32_t i = 0; i < flow->child_count; i++)
        if (tree->cliques[flow->children[i]].changed_above) return true;
    return false;
}

static lk_clique *root_of(const lk_junction_tree *tree, lk_clique *clique) {
    while (clique->parent != LK_NO_CLIQUE) clique = &tree->cliques[clique->parent];
    return clique;
}

// The child that all news of a clique comes from and that has to be sent nothing; LK_NO_CLIQUE:
// there is none.
static uint32_t source_of_news(const lk_junction_tree *tree, const lk_clique *clique) {
    for (uint32_t i = 0; i < clique->child_count && clique->changes; i++) {
        const lk_clique *child = &tree->cliques[clique->children[i]];
        if (changes_sent(child) == clique->changes && child->down.valid) return clique->children[i];
    }
    return LK_NO_CLIQUE;
}

static const lk_tree_outflow *find_turn(const lk_junction_tree *tree, const lk_clique *clique,
                                        uint32_t spared) {
    for (uint32_t i = 0; i < clique->turn_count && tree->has_turns; i++)
        if (clique->turns[i].spared == spared) return &clique->turns[i];
    return NULL;
}

static lk_propagation run_turn(propagation *p, lk_clique *clique, const lk_tree_outflow *turn,
                               lk_wide *total) {
    lk_propagation result = run_outflow(p, clique, turn, total);
    if (result == LK_PROPAGATED && turn->spared != LK_NO_CLIQUE)
        read_unchanged(p, &p->tree->cliques[turn->spared]);
    return result;
}

static lk_propagation run_outflows(propagation *p, lk_clique *clique, lk_wide *total) {
    lk_junction_tree *tree = p->tree;
    for (uint32_t i = 0; i < clique->outflow_count; i++) {
        const lk_tree_outflow *flow = &clique->outflows[i];
        if (outflow_is_due(tree, clique, flow)) {
            lk_propagation result = run_outflow(p, clique, flow, total);
            if (result != LK_PROPAGATED) return result;
        } else {
            for (uint32_t k = 0; k < flow->child_count; k++)
                read_unchanged(p, &tree->cliques[flow->children[k]]);
        }
    }
    return LK_PROPAGATED;
}

static lk_propagation pass_down(propagation *p, lk_clique *clique) {
    lk_junction_tree *tree = p->tree;
    if (clique->is_done) return LK_PROPAGATED;
    find_changed_above(tree, clique);
    lk_wide total = {0, 0};
    const lk_tree_outflow *turn = NULL;
    if (clique->parent == LK_NO_CLIQUE)
        turn = find_turn(tree, clique, source_of_news(tree, clique));
    lk_propagation result =
        turn ? run_turn(p, clique, turn, &total) : run_outflows(p, clique, &total);
    if (result != LK_PROPAGATED) return result;
    if (total.mantissa != 0 && (clique->parent == LK_NO_CLIQUE || is_top(tree, clique)))
        root_of(tree, clique)->total = total;
    return LK_PROPAGATED;
}

// ---- How far up news goes -----------------------------------------------------------------------

static void count_changes(lk_junction_tree *tree) {
    tree->changes = 0;
    for (uint32_t i = tree->clique_count; i-- > 0;) {
        lk_clique *clique = &tree->cliques[i];
        clique->changes = clique->changed_here;
        for (uint32_t k = 0; k < clique->child_count; k++)
            clique->changes += changes_sent(&tree->cliques[clique->children[k]]);
        if (clique->parent == LK_NO_CLIQUE) tree->changes += clique->changes;
    }
}

// A message down is a belief divided by what came up, and so is off by a rounding that depends on
// the latter. Where answers are not to depend on earlier ones, all is sent anew below news: the
// messages up that stay have the bits that they would get, and so has everything that is made of
// the same numbers in the same way.
static void forget_below_changes(lk_junction_tree *tree) {
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        if (clique->parent == LK_NO_CLIQUE) continue;
        const lk_clique *parent = &tree->cliques[clique->parent];
        if (parent->changes || (parent->parent != LK_NO_CLIQUE && !parent->down.valid))
            clique->down.valid = false;
    }
}

// The lowest clique that all changes are in or below; LK_NO_CLIQUE where they are in several
// components, or nowhere that others see.
static uint32_t lowest_above_changes(const lk_junction_tree *tree) {
    for (uint32_t i = tree->clique_count; i-- > 0 && tree->changes;)
        if (!tree->cliques[i].is_vacuous && tree->cliques[i].changes == tree->changes) return i;
    return LK_NO_CLIQUE;
}

// Whether the message down to the clique is what it should be to the factor.
static bool is_exact(const lk_junction_tree *tree, const lk_clique *clique) {
    for (; clique->parent != LK_NO_CLIQUE; clique = &tree->cliques[clique->parent])
        if (clique->down.is_scaled) return false;
    return true;
}

// Whether no news passes the separator of a clique that all news is in or below, and the sum over
// all states can be had from the clique.
static bool can_be_top(const lk_junction_tree *tree, const lk_clique *clique) {
    if (clique->parent == LK_NO_CLIQUE) return true;
    return clique->outflow_count > 0 && clique->down.valid && !clique->down.has_gaps &&
           !is_affected(tree, clique) && is_exact(tree, clique);
}

// What is beside the way from the top to the root hears nothing of the factor that changes.
static void mark_scaled(lk_junction_tree *tree) {
    for (uint32_t i = tree->top; tree->cliques[i].parent != LK_NO_CLIQUE;) {
        uint32_t below = i;
        i = tree->cliques[i].parent;
        for (uint32_t k = 0; k < tree->cliques[i].child_count; k++) {
            uint32_t child = tree->cliques[i].children[k];
            if (child != below) tree->cliques[child].down.is_scaled = true;
        }
    }
}

static void find_top(lk_junction_tree *tree) {
    tree->top = lowest_above_changes(tree);
    if (tree->top != LK_NO_CLIQUE) {
        while (!can_be_top(tree, &tree->cliques[tree->top]))
            tree->top = tree->cliques[tree->top].parent;
        mark_scaled(tree);
    }
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        bool is_root = clique->parent == LK_NO_CLIQUE;
        clique->is_below_top =
            i == tree->top ||
            (is_root ? tree->top == LK_NO_CLIQUE : tree->cliques[clique->parent].is_below_top);
    }
}

// ---- Collecting ---------------------------------------------------------------------------------

// Whether one pass can give what the clique sends up and down: nothing else has changed, and what
// came down is known of all cells.
static bool can_turn(const lk_junction_tree *tree, const lk_clique *clique) {
    return tree->has_turns && clique->turn_count > 0 && clique->changes == tree->changes &&
           clique->down.valid && !clique->down.has_gaps;
}

static lk_propagation send_both(propagation *p, lk_clique *clique) {
    lk_junction_tree *tree = p->tree;
    lk_wide total;
    find_changed_above(tree, clique);
    clique->is_done = true;
    uint32_t source = source_of_news(tree, clique);
    const lk_tree_outflow *turn = find_turn(tree, clique, source);
    if (turn) return run_turn(p, clique, turn, &total);
    // The source is all that anything is sent to.
    assert(clique->outflows->child_count == 1 && clique->outflows->variable_count == 0);
    lk_propagation result = send_up(p, clique);
    if (result == LK_PROPAGATED) read_unchanged(p, &tree->cliques[source]);
    return result;
}

static lk_propagation collect_at(propagation *p, lk_clique *clique) {
    const lk_junction_tree *tree = p->tree;
    if (clique->parent == LK_NO_CLIQUE || clique->is_vacuous || clique->up.valid)
        return LK_PROPAGATED;
    if (!clique->is_below_top || is_top(tree, clique)) return LK_PROPAGATED;
    return can_turn(tree, clique) ? send_both(p, clique) : send_up(p, clique);
}

static lk_propagation distribute_at(propagation *p, lk_clique *clique) {
    // Changes below a message that is 1 are seen nowhere else.
    if (!clique->is_below_top && !clique->is_vacuous) return LK_PROPAGATED;
    return pass_down(p, clique);
}

static void invalidate(lk_junction_tree *tree) {
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        if (clique->changes || (clique->up.has_gaps && tree->changes)) clique->up.valid = false;
    }
}

// ---- All cliques --------------------------------------------------------------------------------

// Keeps what became of a clique; false when that ends the propagation.
static bool keep_result(propagation *p, lk_propagation result) {
    if (result == LK_PROPAGATED) return true;
    atomic_store(p->result, (int)result);
    return false;
}

static bool collect_alone(void *argument, lk_clique *clique) {
    return keep_result(argument, collect_at(argument, clique));
}

static bool distribute_alone(void *argument, lk_clique *clique) {
    return keep_result(argument, distribute_at(argument, clique));
}

// Cliques that are not large are passed through by one thread each, several at a time; then the
// large ones by all threads together. On the way back the other way round.
static void collect(propagation *p) {
    lk_junction_tree *tree = p->tree;
    propagation alone = *p;
    bool walks = lk_tree_has_walks(tree);
    alone.worker.pool = NULL;
    invalidate(tree);
    if (walks && !lk_tree_walk_up(tree, collect_alone, &alone)) return;
    for (uint32_t i = tree->clique_count; i-- > 0;)
        if (!walks || tree->cliques[i].is_large)
            if (!keep_result(p, collect_at(p, &tree->cliques[i]))) return;
}

static void distribute(propagation *p) {
    lk_junction_tree *tree = p->tree;
    propagation alone = *p;
    bool walks = lk_tree_has_walks(tree);
    alone.worker.pool = NULL;
    for (uint32_t i = 0; i < tree->clique_count; i++)
        if (!walks || tree->cliques[i].is_large)
            if (!keep_result(p, distribute_at(p, &tree->cliques[i]))) return;
    if (walks) lk_tree_walk_down(tree, distribute_alone, &alone);
}

static void multiply_totals(lk_junction_tree *tree) {
    tree->total = (lk_wide){0.5, 1};
    for (uint32_t i = 0; i < tree->clique_count; i++)
        if (tree->cliques[i].parent == LK_NO_CLIQUE)
            tree->total = lk_wide_multiply(tree->total, tree->cliques[i].total);
}

static void forget_changes(lk_junction_tree *tree) {
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        clique->changed_here = clique->changed_above = clique->is_done = false;
    }
}

static void forget_affected(lk_junction_tree *tree) {
    for (uint32_t rank = 0; rank < tree->count; rank++) tree->affected[rank] = false;
    tree->all_affected = false;
}

// After a failure half way nothing is known to be up to date.
void lk_junction_tree_forget(lk_junction_tree *tree) {
    for (uint32_t i = 0; i < tree->group_count; i++) tree->groups[i].stale = true;
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        tree->cliques[i].up.valid = tree->cliques[i].down.valid = false;
        tree->cliques[i].total.mantissa = 0;
    }
    tree->all_affected = true;
}

lk_propagation lk_junction_tree_propagate(lk_junction_tree *tree, const uint32_t *states) {
    atomic_int result = LK_PROPAGATED;
    lk_table_worker worker = {lk_context_table_kernels(tree->context),
                              lk_context_pool(tree->context)};
    propagation p = {tree, worker, states, &result};
    forget_changes(tree);
    if (refresh_groups(&p)) {
        count_changes(tree);
        if (tree->repeatable) forget_below_changes(tree);
        find_top(tree);
        collect(&p);
        if (atomic_load(&result) == LK_PROPAGATED) distribute(&p);
    } else {
        atomic_store(&result, LK_PROPAGATED_WIDE);
    }
    forget_affected(tree);
    if (atomic_load(&result) == LK_PROPAGATED)
        multiply_totals(tree);
    else
        lk_junction_tree_forget(tree);
    return (lk_propagation)atomic_load(&result);
}

uint32_t lk_clique_tables(lk_junction_tree *tree, const lk_clique *clique, double **tables) {
    propagation p = {.tree = tree};
    int64_t scale;
    return list_inputs(&p, clique, tables, &scale, true);
}
