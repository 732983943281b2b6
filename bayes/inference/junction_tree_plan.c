// The numeric side of a tree whose cliques stand: which passes are needed, where tables and
// messages lie, and the loops of each pass.
#include "inference/tree_joint.h"
#include "inference/tree_walk.h"

#include "inference/order.h"
#include "inference/plan.h"
#include "pool.h"

enum { MOST_OUTPUTS = 12 }; // of one pass

typedef struct compiler {
    lk_junction_tree *tree;
    lk_arena *arena;
    lk_arena *scratch;
    const bool *wanted; // of each variable
} compiler;

static double cells_of(const compiler *c, lk_scope scope) {
    return lk_scope_cells(c->tree->cardinalities, scope);
}

// ---- Where marginals are read ------------------------------------------------------------------

static bool is_wanted(const compiler *c, uint32_t rank) {
    return c->wanted[c->tree->variable_of[rank]];
}

// The clique below the smallest separator that has a variable; LK_NO_CLIQUE: none has it.
static lk_status find_separators(const compiler *c, uint32_t **out) {
    const lk_junction_tree *tree = c->tree;
    uint32_t *smallest = lk_arena_alloc(c->scratch, tree->count, sizeof *smallest);
    LK_NEED(smallest);
    for (uint32_t rank = 0; rank < tree->count; rank++) smallest[rank] = LK_NO_CLIQUE;
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        const lk_clique *clique = &tree->cliques[i];
        for (uint32_t k = 0; k < clique->separator.size; k++) {
            uint32_t *best = &smallest[clique->separator.ranks[k]];
            if (*best == LK_NO_CLIQUE ||
                clique->separator_cells < tree->cliques[*best].separator_cells)
                *best = i;
        }
    }
    *out = smallest;
    return LK_OK;
}

// Lists the variables whose marginal is read at the clique in `list`, first those of the separator,
// then those that only this clique has; returns their number.
static uint32_t list_reads(const compiler *c, lk_clique *clique, uint32_t index,
                           const uint32_t *smallest, uint32_t *list) {
    clique->read_here = list;
    for (uint32_t k = 0; k < clique->separator.size; k++) {
        uint32_t rank = clique->separator.ranks[k];
        if (smallest[rank] == index && is_wanted(c, rank)) list[clique->read_count++] = rank;
    }
    clique->own = list + clique->read_count;
    for (uint32_t k = 0; k < clique->scope.size; k++) {
        uint32_t rank = clique->scope.ranks[k];
        if (smallest[rank] == LK_NO_CLIQUE && is_wanted(c, rank))
            clique->own[clique->own_count++] = rank;
    }
    return clique->read_count + clique->own_count;
}

// Each marginal is read at one clique.
static lk_status set_wanted(compiler *c, const uint32_t *smallest) {
    lk_junction_tree *tree = c->tree;
    uint32_t *list = lk_arena_alloc(c->arena, tree->count, sizeof *list);
    LK_NEED(list);
    for (uint32_t i = tree->clique_count; i-- > 0;) {
        lk_clique *clique = &tree->cliques[i];
        uint32_t count = list_reads(c, clique, i, smallest, list);
        list += count;
        if (count > 0) clique->is_wanted = true;
        if (clique->is_wanted && clique->parent != LK_NO_CLIQUE)
            tree->cliques[clique->parent].is_wanted = true;
    }
    return LK_OK;
}

// ---- Memory ------------------------------------------------------------------------------------

static lk_status count_cells(const compiler *c) {
    lk_junction_tree *tree = c->tree;
    double cells = 0;
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        tree->cells += tree->cliques[i].cells;
        if (tree->cliques[i].cells > tree->largest_cells)
            tree->largest_cells = tree->cliques[i].cells;
    }
    if (tree->largest_cells > LK_LARGEST_JOIN)
        return lk_plan_refuse(tree->context, "the order given joins", tree->largest_cells);
    for (uint32_t i = 0; i < tree->group_count; i++) cells += (double)tree->groups[i].cells;
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        double separator_cells = cells_of(c, tree->cliques[i].separator);
        tree->cliques[i].separator_cells = (size_t)separator_cells;
        cells += 2 * separator_cells;
    }
    tree->bytes = cells * sizeof(double);
    if (tree->bytes > (double)lk_context_memory_limit(tree->context))
        return lk_plan_refuse(tree->context, "the junction tree has tables of together", cells);
    return LK_OK;
}

static lk_status place_tables(compiler *c) {
    lk_junction_tree *tree = c->tree;
    size_t tables = tree->group_count + 2 * (size_t)tree->clique_count;
    LK_TRY(lk_arena_reserve(c->arena, (size_t)tree->bytes + tables * LK_ARENA_ALIGNMENT));
    for (uint32_t i = 0; i < tree->group_count; i++) {
        lk_tree_group *group = &tree->groups[i];
        group->values = lk_arena_alloc(c->arena, group->cells, sizeof *group->values);
        LK_NEED(group->values);
    }
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        if (clique->parent == LK_NO_CLIQUE) continue;
        size_t cells = clique->separator_cells;
        if (!clique->is_vacuous) {
            clique->up.values = lk_arena_alloc(c->arena, cells, sizeof(double));
            LK_NEED(clique->up.values);
        }
        if (!clique->is_wanted) continue;
        clique->down.values = lk_arena_alloc(c->arena, cells, sizeof(double));
        LK_NEED(clique->down.values);
    }
    return LK_OK;
}

// ---- Passes ------------------------------------------------------------------------------------

// Operands in the order in which propagation lists them: groups, messages of the children, and,
// on the way back, the message from the parent.
static uint32_t list_inputs(const compiler *c, const lk_clique *clique, lk_scope *inputs,
                            bool on_the_way_back) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < clique->group_count; i++) inputs[count++] = clique->groups[i].scope;
    for (uint32_t i = 0; i < clique->child_count; i++) {
        const lk_clique *child = &c->tree->cliques[clique->children[i]];
        if (!child->is_vacuous) inputs[count++] = child->separator;
    }
    if (on_the_way_back && clique->parent != LK_NO_CLIQUE) inputs[count++] = clique->separator;
    return count;
}

static lk_status compile_join(compiler *c, lk_join_plan *plan, const lk_clique *clique,
                              const lk_scope *inputs, uint32_t input_count, const lk_scope *outputs,
                              uint32_t output_count, bool maximize) {
    LK_TRY(lk_join_compile(c->arena, plan, c->scratch, c->tree->cardinalities, clique->scope,
                           inputs, input_count, outputs, output_count, maximize));
    bool runs_alone = !clique->is_large && lk_tree_has_walks(c->tree);
    lk_join_need(&c->tree->room, plan, runs_alone);
    c->tree->operations += plan->cells * (input_count + output_count);
    return LK_OK;
}

static lk_status compile_inflow(compiler *c, lk_clique *clique) {
    lk_scope inputs[LK_NEST_OPERANDS];
    uint32_t count = list_inputs(c, clique, inputs, false);
    return compile_join(c, &clique->inflow, clique, inputs, count, &clique->separator, 1,
                        clique->maximizes);
}

// The flow's children and variables are listed; its loops are not there yet.
static lk_status compile_outflow(compiler *c, lk_clique *clique, lk_tree_outflow *flow) {
    lk_scope inputs[LK_NEST_OPERANDS], outputs[MOST_OUTPUTS];
    uint32_t count = list_inputs(c, clique, inputs, true), output_count = 0;
    size_t most = (size_t)flow->child_count + flow->variable_count + 1;
    size_t *cells = flow->output_cells = lk_arena_alloc(c->arena, most, sizeof *cells);
    LK_NEED(cells);
    for (uint32_t i = 0; i < flow->child_count; i++) {
        const lk_clique *child = &c->tree->cliques[flow->children[i]];
        cells[output_count] = child->separator_cells;
        outputs[output_count++] = child->separator;
    }
    for (uint32_t i = 0; i < flow->variable_count; i++) {
        cells[output_count] = c->tree->cardinalities[flow->variables[i]];
        outputs[output_count++] = (lk_scope){&flow->variables[i], 1};
    }
    if (flow->turns_up) {
        cells[output_count] = clique->separator_cells;
        outputs[output_count++] = clique->separator;
    }
    if (output_count == 0) {
        cells[output_count] = 1;
        outputs[output_count++] = (lk_scope){NULL, 0};
    }
    return compile_join(c, &flow->plan, clique, inputs, count, outputs, output_count,
                        clique->maximizes);
}

static uint32_t fewer(uint32_t a, uint32_t b) { return a < b ? a : b; }

// As few passes as there may be, with children, which are listed in `children`, before variables.
static lk_status compile_outflows(compiler *c, lk_clique *clique, uint32_t *children) {
    uint32_t child_count = 0, own_count = clique->own_count, *own = clique->own;
    for (uint32_t i = 0; i < clique->child_count; i++)
        if (c->tree->cliques[clique->children[i]].is_wanted)
            children[child_count++] = clique->children[i];
    if (child_count + own_count == 0 && clique->parent != LK_NO_CLIQUE) return LK_OK;
    uint32_t flows = (child_count + own_count + MOST_OUTPUTS - 1) / MOST_OUTPUTS;
    if (flows == 0) flows = 1;
    clique->outflows = lk_arena_alloc(c->arena, flows, sizeof *clique->outflows);
    LK_NEED(clique->outflows);
    while (clique->outflow_count < flows) {
        lk_tree_outflow *flow = &clique->outflows[clique->outflow_count++];
        uint32_t taken = fewer(child_count, MOST_OUTPUTS);
        uint32_t left = fewer(own_count, MOST_OUTPUTS - taken);
        *flow = (lk_tree_outflow){
            .children = children, .child_count = taken, .variables = own, .variable_count = left};
        LK_TRY(compile_outflow(c, clique, flow));
        children += taken, child_count -= taken;
        own += left, own_count -= left;
    }
    return LK_OK;
}

static lk_status compile_cliques(compiler *c) {
    lk_junction_tree *tree = c->tree;
    uint32_t *children = lk_arena_alloc(c->arena, tree->clique_count, sizeof *children);
    LK_NEED(children);
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        lk_clique *clique = &tree->cliques[i];
        if (clique->parent != LK_NO_CLIQUE && !clique->is_vacuous)
            LK_TRY(compile_inflow(c, clique));
        if (clique->parent == LK_NO_CLIQUE || clique->is_wanted)
            LK_TRY(compile_outflows(c, clique, children));
        children += clique->child_count;
    }
    return LK_OK;
}

static bool is_in_tree(const compiler *c, uint32_t variable) {
    return c->tree->rank_of[variable] != UINT32_MAX;
}

// Variables of a single state are not in the tree, but may be asked for.
static lk_status place_marginals(compiler *c) {
    lk_junction_tree *tree = c->tree;
    const lk_network *network = tree->network;
    size_t cells = 0;
    for (uint32_t v = 0; v < network->count; v++)
        if (c->wanted[v]) cells += network->variables[v].state_count;
    tree->marginals = lk_arena_alloc_zero(c->arena, network->count, sizeof *tree->marginals);
    double *values = lk_arena_alloc(c->arena, cells, sizeof *values);
    LK_NEED(tree->marginals);
    LK_NEED(values);
    for (uint32_t v = 0; v < network->count; v++) {
        if (!c->wanted[v]) continue;
        tree->marginals[v] = values;
        values += network->variables[v].state_count;
        if (!is_in_tree(c, v)) *tree->marginals[v] = 1;
    }
    return LK_OK;
}

// Room for the belief over a separator that is read without being sent.
static lk_status place_beliefs(compiler *c) {
    lk_junction_tree *tree = c->tree;
    size_t most = 1, threads = (size_t)lk_pool_threads(lk_context_pool(tree->context));
    for (uint32_t i = 0; i < tree->clique_count; i++) {
        size_t cells = tree->cliques[i].separator_cells;
        if (cells > most) most = cells;
        if (!tree->cliques[i].is_large && cells > tree->own_belief_cells)
            tree->own_belief_cells = cells;
    }
    tree->belief = lk_arena_alloc(c->arena, most, sizeof *tree->belief);
    LK_NEED(tree->belief);
    if (!lk_tree_has_walks(tree)) return LK_OK;
    tree->own_beliefs =
        lk_arena_alloc(c->arena, tree->own_belief_cells * threads, sizeof *tree->own_beliefs);
    LK_NEED(tree->own_beliefs);
    return LK_OK;
}

lk_status lk_junction_tree_compile(lk_junction_tree *tree, lk_arena *scratch, const bool *wanted) {
    compiler c = {tree, tree->arena, scratch, wanted};
    uint32_t *smallest;
    LK_TRY(count_cells(&c));
    LK_TRY(lk_tree_prepare_walks(tree));
    LK_TRY(find_separators(&c, &smallest));
    LK_TRY(set_wanted(&c, smallest));
    LK_TRY(place_tables(&c));
    LK_TRY(place_marginals(&c));
    LK_TRY(place_beliefs(&c));
    LK_TRY(compile_cliques(&c));
    tree->affected = lk_arena_alloc_zero(tree->arena, tree->count, sizeof *tree->affected);
    LK_NEED(tree->affected);
    tree->all_affected = true;
    lk_pool *pool = lk_context_pool(tree->context);
    return lk_join_make_room(tree->arena, &tree->room, lk_pool_threads(pool));
}

uint32_t lk_clique_scopes(lk_junction_tree *tree, const lk_clique *clique, lk_scope *scopes) {
    compiler c = {.tree = tree};
    return list_inputs(&c, clique, scopes, true);
}

// ---- Passes that changes take
// --------------------------------------------------------------------

// Whether findings are in each clique or below it.
static lk_status find_changing(compiler *c, bool **out) {
    const lk_junction_tree *tree = c->tree;
    bool *is_changing = lk_arena_alloc_zero(c->scratch, tree->clique_count, sizeof *is_changing);
    LK_NEED(is_changing);
    for (uint32_t i = 0; i < tree->factor_count; i++)
        if (tree->factors[i].observed_count > 0)
            is_changing[tree->groups[tree->factors[i].group].clique] = true;
    for (uint32_t i = tree->clique_count; i-- > 0;)
        if (is_changing[i] && tree->cliques[i].parent != LK_NO_CLIQUE)
            is_changing[tree->cliques[i].parent] = true;
    *out = is_changing;
    return LK_OK;
}

static lk_status compile_turn(compiler *c, lk_clique *clique, uint32_t spared) {
    const lk_tree_outflow *flow = clique->outflows;
    uint32_t *children = lk_arena_alloc(c->arena, flow->child_count, sizeof *children), count = 0;
    LK_NEED(children);
    for (uint32_t i = 0; i < flow->child_count; i++)
        if (flow->children[i] != spared) children[count++] = flow->children[i];
    if (count + flow->variable_count == 0) return LK_OK;
    lk_tree_outflow *turn = &clique->turns[clique->turn_count++];
    *turn = (lk_tree_outflow){.children = children,
                              .child_count = count,
                              .variables = flow->variables,
                              .variable_count = flow->variable_count,
                              .turns_up = clique->parent != LK_NO_CLIQUE,
                              .spared = spared};
    return compile_outflow(c, clique, turn);
}

static lk_status compile_turns_of(compiler *c, lk_clique *clique, const bool *is_changing) {
    const lk_tree_outflow *flow = clique->outflows;
    clique->turn_count = 0; // after a failure half way there may be some
    if (clique->outflow_count != 1 || clique->is_vacuous ||
        flow->child_count + flow->variable_count == MOST_OUTPUTS)
        return LK_OK;
    clique->turns = lk_arena_alloc(c->arena, (size_t)flow->child_count + 1, sizeof *clique->turns);
    LK_NEED(clique->turns);
    if (clique->parent != LK_NO_CLIQUE) LK_TRY(compile_turn(c, clique, LK_NO_CLIQUE));
    for (uint32_t i = 0; i < flow->child_count; i++)
        if (is_changing[flow->children[i]]) LK_TRY(compile_turn(c, clique, flow->children[i]));
    return LK_OK;
}

static lk_status compile_turns(compiler *c) {
    lk_junction_tree *tree = c->tree;
    lk_join_room room = tree->room;
    bool *is_changing;
    LK_TRY(find_changing(c, &is_changing));
    for (uint32_t i = 0; i < tree->clique_count; i++)
        if (is_changing[i]) LK_TRY(compile_turns_of(c, &tree->cliques[i], is_changing));
    if (tree->room.line_cells == room.line_cells && tree->room.shared_cells == room.shared_cells &&
        tree->room.own_cells == room.own_cells)
        return LK_OK;
    lk_pool *pool = lk_context_pool(tree->context);
    return lk_join_make_room(tree->arena, &tree->room, lk_pool_threads(pool));
}

lk_status lk_junction_tree_expect_changes(lk_junction_tree *tree, lk_arena *scratch) {
    compiler c = {tree, tree->arena, scratch, NULL};
    double operations = tree->operations;
    lk_join_room room = tree->room;
    lk_status status = compile_turns(&c);
    tree->operations = operations;
    tree->has_turns = status == LK_OK;
    if (status != LK_OK) tree->room = room; // what was reserved is not there
    return status;
}
