// Variable elimination for the most probable states: sums first, then maxima, in the order of the
// tree, and back again. On the way back each step learns what the rest of the network says of the
// table it gave away; with it, its own tables give the max-marginal of the variable it eliminated
// (R. Dechter, "Bucket elimination: a unifying framework for reasoning", 1999; K. Kask et al.,
// "Unifying tree decompositions for reasoning in graphical models", 2005). Factors are wide where
// doubles do not suffice (factor.h).
#include "inference/map_wide.h"

#include "inference/eliminate.h"

typedef struct solver {
    lk_map *map;
    lk_arena *arena;
    lk_arena *scratch;
    lk_workspace *workspace;
    lk_plan plan;
    uint32_t first;  // step that maximizes; all after it do as well
    lk_factor *rest; // of each step: what other steps say of its output's scope; no cells: nothing
} solver;

// Tables over these variables, the last fastest.
typedef struct scope {
    const uint32_t *variables;
    uint32_t size;
} scope;

static uint32_t states_of(const solver *s, uint32_t variable) {
    return s->plan.network->variables[variable].state_count;
}

static scope scope_of(const solver *s, uint32_t factor) {
    return (scope){s->plan.factors[factor].scope, s->plan.factors[factor].size};
}

// The step that made a factor; UINT32_MAX: none that maximizes.
static uint32_t maker_of(const solver *s, uint32_t factor) {
    if (factor < s->plan.initial_count) return UINT32_MAX;
    uint32_t step = factor - s->plan.initial_count; // each makes one
    return step >= s->first ? step : UINT32_MAX;
}

// ---- The way there -----------------------------------------------------------------------------

// The tree leaves out variables of a single state, which are as good as observed.
static lk_status list_known(const solver *s, bool **known) {
    const lk_map *m = s->map;
    *known = lk_arena_alloc(s->arena, m->network->count, sizeof **known);
    LK_NEED(*known);
    for (uint32_t v = 0; v < m->network->count; v++)
        (*known)[v] = m->observed[v] || m->network->variables[v].state_count == 1;
    return LK_OK;
}

static lk_status make_plan(solver *s) {
    const lk_map *m = s->map;
    bool *known;
    LK_TRY(list_known(s, &known));
    lk_plan_request request = {.network = m->network,
                               .observed = known,
                               .order = m->best.variable_of,
                               .order_count = m->best.count,
                               .keep_all = true};
    LK_TRY(lk_plan_make(s->arena, &s->plan, s->scratch, &request, true));
    s->first = m->best.maximized_from;
    for (uint32_t i = s->first; i < s->plan.order_count; i++)
        s->plan.steps[i].contraction.maximize = true;
    s->rest = lk_arena_alloc_zero(s->arena, s->plan.step_count, sizeof *s->rest);
    LK_NEED(s->rest);
    return lk_workspace_reserve(s->workspace, &s->plan);
}

// ---- The way back ------------------------------------------------------------------------------

typedef struct exponent_request {
    lk_arena *arena;
    size_t cells;
} exponent_request;

static int32_t *exponent_room(void *argument) {
    exponent_request *request = argument;
    return lk_arena_alloc(request->arena, request->cells, sizeof(int32_t));
}

static void set_strides(const solver *s, size_t *strides, scope loops, scope table) {
    memset(strides, 0, loops.size * sizeof *strides);
    size_t stride = 1;
    for (uint32_t k = table.size; k-- > 0; stride *= states_of(s, table.variables[k]))
        for (uint32_t i = 0; i < loops.size; i++)
            if (loops.variables[i] == table.variables[k]) strides[i] = stride;
}

// The loops over the join of a step into `out`; its inputs are those at `inputs` and, where
// `has_rest`, what the rest says.
static lk_status compile(const solver *s, lk_contraction *c, const lk_plan_step *step, scope out,
                         const uint32_t *inputs, uint32_t count, bool has_rest) {
    scope loops = {step->join, step->join_size};
    *c = (lk_contraction){.loops = loops.size, .inputs = count + has_rest, .maximize = true};
    c->extents = lk_arena_alloc(s->scratch, loops.size, sizeof *c->extents);
    LK_NEED(c->extents);
    c->strides =
        lk_arena_alloc(s->scratch, (size_t)loops.size * (c->inputs + 1), sizeof *c->strides);
    LK_NEED(c->strides);
    for (uint32_t i = 0; i < loops.size; i++) c->extents[i] = states_of(s, loops.variables[i]);
    size_t *row = c->strides;
    set_strides(s, row, loops, out);
    for (uint32_t i = 0; i < count; i++)
        set_strides(s, row += loops.size, loops, scope_of(s, inputs[i]));
    if (has_rest) set_strides(s, row + loops.size, loops, scope_of(s, step->output));
    lk_contraction_simplify(c);
    return LK_OK;
}

// out(scope) = max over the other variables of a step's join, Π over its inputs but `without`, and
// over what the rest says. The output's cells belong to `arena`.
static lk_status join_around(const solver *s, lk_arena *arena, lk_factor *out, scope out_scope,
                             uint32_t index, uint32_t without) {
    const lk_plan_step *step = &s->plan.steps[index];
    uint32_t *inputs = lk_arena_alloc(s->scratch, step->input_count, sizeof *inputs), count = 0;
    const lk_factor **factors =
        lk_arena_alloc(s->scratch, (size_t)step->input_count + 1, sizeof *factors);
    const double **cursors =
        lk_arena_alloc(s->scratch, (size_t)step->input_count + 1, sizeof *cursors);
    LK_NEED(inputs);
    LK_NEED(factors);
    LK_NEED(cursors);
    for (uint32_t i = 0; i < step->input_count; i++) {
        if (step->inputs[i] == without) continue;
        factors[count] = &s->workspace->factors[step->inputs[i]];
        inputs[count++] = step->inputs[i];
    }
    bool has_rest = s->rest[index].cells > 0;
    if (has_rest) factors[count] = &s->rest[index];
    lk_contraction c;
    LK_TRY(compile(s, &c, step, out_scope, inputs, count, has_rest));
    *out = (lk_factor){.cells = 1};
    for (uint32_t i = 0; i < out_scope.size; i++)
        out->cells *= states_of(s, out_scope.variables[i]);
    out->values = lk_arena_alloc(arena, out->cells, sizeof *out->values);
    LK_NEED(out->values);
    exponent_request request = {arena, out->cells};
    return lk_factor_join(out, factors, cursors, &c, exponent_room, &request);
}

// Tells the steps whose outputs this one joined what the rest says of them.
static lk_status tell_makers(solver *s, uint32_t index) {
    const lk_plan_step *step = &s->plan.steps[index];
    for (uint32_t i = 0; i < step->input_count; i++) {
        uint32_t maker = maker_of(s, step->inputs[i]);
        // Nothing else in the join: nothing to tell.
        if (maker == UINT32_MAX || (step->input_count == 1 && s->rest[index].cells == 0)) continue;
        LK_TRY(join_around(s, s->arena, &s->rest[maker], scope_of(s, step->inputs[i]), index,
                           step->inputs[i]));
    }
    return LK_OK;
}

// Whether several states of the variable are as probable as the best.
static lk_status find_tie(solver *s, uint32_t index) {
    uint32_t variable = s->plan.steps[index].eliminated;
    lk_factor marginal;
    LK_TRY(join_around(s, s->scratch, &marginal, (scope){&variable, 1}, index, UINT32_MAX));
    lk_wide best = {0, 0};
    for (size_t i = 0; i < marginal.cells; i++)
        best = lk_wide_larger(best, lk_factor_cell(&marginal, i));
    uint32_t count = 0;
    for (size_t i = 0; i < marginal.cells; i++)
        count += lk_wide_ratio(lk_factor_cell(&marginal, i), best) >= 1 - LK_TIE_TOLERANCE;
    s->map->ties = s->map->ties || count > 1;
    return LK_OK;
}

// ---- States ------------------------------------------------------------------------------------

static lk_wide cell_here(const solver *s, uint32_t factor) {
    scope table = scope_of(s, factor);
    size_t cell = 0;
    for (uint32_t i = 0; i < table.size; i++)
        cell = cell * states_of(s, table.variables[i]) + s->map->states[table.variables[i]];
    return lk_factor_cell(&s->workspace->factors[factor], cell);
}

static lk_wide product_here(const solver *s, const lk_plan_step *step) {
    lk_wide product = {0.5, 1};
    for (uint32_t i = 0; i < step->input_count; i++)
        product = lk_wide_multiply(product, cell_here(s, step->inputs[i]));
    return product;
}

// The best state of the variable that a step eliminates beside those of the variables after it; of
// several, the first.
static void decode(const solver *s, const lk_plan_step *step) {
    uint32_t *state = &s->map->states[step->eliminated], best = 0;
    lk_wide most = {0, 0};
    for (*state = 0; *state < states_of(s, step->eliminated); ++*state) {
        lk_wide product = product_here(s, step);
        lk_wide larger = lk_wide_larger(most, product);
        if (larger.mantissa == most.mantissa && larger.exponent == most.exponent) continue;
        most = product;
        best = *state;
    }
    *state = best;
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status go_back(solver *s) {
    for (uint32_t i = s->plan.order_count; i-- > s->first;) {
        lk_arena_mark mark = lk_arena_get_mark(s->scratch);
        decode(s, &s->plan.steps[i]);
        if (!s->map->ties) LK_TRY(find_tie(s, i));
        // Only ties are found by what is told.
        if (!s->map->ties) LK_TRY(tell_makers(s, i));
        lk_arena_rewind(s->scratch, mark);
    }
    return LK_OK;
}

static lk_status solve(solver *s) {
    LK_TRY(make_plan(s));
    const lk_factor *result;
    LK_TRY(lk_plan_execute(s->workspace, &result, &s->plan, s->map->states));
    s->map->p_joint.mantissa = lk_factor_sum(result, &s->map->p_joint.exponent);
    s->map->ties = false;
    return s->map->p_joint.mantissa == 0 ? LK_OK : go_back(s);
}

lk_status lk_map_eliminate(lk_map *map) {
    lk_arena arena = lk_arena_make(map->context, 0), scratch = lk_arena_make(map->context, 0);
    lk_workspace workspace = lk_workspace_make(map->context);
    solver s = {.map = map, .arena = &arena, .scratch = &scratch, .workspace = &workspace};
    lk_status status = solve(&s);
    lk_workspace_release(&workspace);
    lk_arena_release(&scratch);
    lk_arena_release(&arena);
    return status;
}
