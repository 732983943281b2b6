// From scopes to addresses: where each table lies in the workspace, and the loops of each step.
//
// A generated table lives from the step that makes it to the step that joins it; a packed table (an
// initial one whose observed variables are sliced away, or whose variables are turned into the
// plan's order) only during the step that joins it. Tables are put into the first gap that is wide
// enough among those that are alive.
#include "inference/plan.h"

enum { ALIGNMENT = 8 }; // cells: a cache line

typedef struct span {
    size_t offset;
    size_t cells;
    uint32_t factor;
} span;

typedef struct layout {
    lk_arena *arena;
    lk_plan *plan;
    const lk_plan_request *request;
    span *alive; // by offset
    uint32_t alive_count;
    size_t *strides; // room: of each variable, in one table
} layout;

// ---- Workspace ---------------------------------------------------------------------------------

static lk_status place(layout *l, uint32_t index) {
    lk_plan_factor *factor = &l->plan->factors[index];
    double limit = (double)lk_context_memory_limit(l->arena->context) / sizeof(double);
    if (factor->cells > limit)
        return lk_plan_refuse(l->arena->context, "the plan has a table of", factor->cells);
    size_t cells = ((size_t)factor->cells + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    size_t offset = 0;
    uint32_t at = 0;
    while (at < l->alive_count && l->alive[at].offset - offset < cells) {
        offset = l->alive[at].offset + l->alive[at].cells;
        at++;
    }
    memmove(l->alive + at + 1, l->alive + at, (l->alive_count - at) * sizeof *l->alive);
    l->alive[at] = (span){offset, cells, index};
    l->alive_count++;
    factor->offset = offset;
    if (offset + cells > l->plan->workspace_cells) l->plan->workspace_cells = offset + cells;
    if ((double)l->plan->workspace_cells > limit)
        return lk_plan_refuse(l->arena->context, "the plan has tables of together",
                              (double)l->plan->workspace_cells);
    return LK_OK;
}

static void give_back(layout *l, uint32_t factor) {
    if (l->request->keep_all) return;
    for (uint32_t i = 0; i < l->alive_count; i++) {
        if (l->alive[i].factor != factor) continue;
        l->alive_count--;
        memmove(l->alive + i, l->alive + i + 1, (l->alive_count - i) * sizeof *l->alive);
        return;
    }
}

// ---- Loops -------------------------------------------------------------------------------------

static lk_status make_loops(layout *l, lk_contraction *c, const uint32_t *scope, uint32_t size,
                            uint32_t inputs) {
    *c = (lk_contraction){.loops = size, .inputs = inputs};
    c->extents = lk_arena_alloc(l->arena, size, sizeof *c->extents);
    LK_NEED(c->extents);
    c->strides = lk_arena_alloc(l->arena, (size_t)size * (inputs + 1), sizeof *c->strides);
    LK_NEED(c->strides);
    for (uint32_t i = 0; i < size; i++)
        c->extents[i] = l->request->network->variables[scope[i]].state_count;
    return LK_OK;
}

// Row `row` of the strides: where the loops over `loops` move within a table over `scope`.
static void set_strides(layout *l, lk_contraction *c, uint32_t row, const uint32_t *loops,
                        const uint32_t *scope, uint32_t size) {
    for (uint32_t i = 0; i < c->loops; i++) l->strides[loops[i]] = 0;
    size_t stride = 1;
    for (uint32_t i = size; i-- > 0;) {
        l->strides[scope[i]] = stride;
        stride *= l->request->network->variables[scope[i]].state_count;
    }
    for (uint32_t i = 0; i < c->loops; i++)
        c->strides[(size_t)row * c->loops + i] = l->strides[loops[i]];
}

static lk_status compile_step(layout *l, lk_plan_step *step) {
    const lk_plan_factor *factors = l->plan->factors;
    lk_contraction *c = &step->contraction;
    LK_TRY(make_loops(l, c, step->join, step->join_size, step->input_count));
    set_strides(l, c, 0, step->join, factors[step->output].scope, factors[step->output].size);
    for (uint32_t i = 0; i < step->input_count; i++) {
        const lk_plan_factor *input = &factors[step->inputs[i]];
        set_strides(l, c, i + 1, step->join, input->scope, input->size);
    }
    lk_contraction_simplify(c);
    return LK_OK;
}

// Strides of the variables of a network's table, and which of them are observed.
static lk_status find_observed(layout *l, lk_plan_factor *factor) {
    const lk_network *network = l->request->network;
    const lk_table *table = lk_network_table_at(network, factor->table);
    uint32_t size = table->size;
    factor->observed = lk_arena_alloc(l->arena, size, sizeof *factor->observed);
    factor->observed_strides = lk_arena_alloc(l->arena, size, sizeof *factor->observed_strides);
    LK_NEED(factor->observed);
    LK_NEED(factor->observed_strides);
    size_t stride = 1;
    for (uint32_t i = size; i-- > 0;) {
        uint32_t variable = table->scope[i];
        l->strides[variable] = stride;
        stride *= network->variables[variable].state_count;
        if (!l->request->observed[variable]) continue;
        factor->observed[factor->observed_count] = variable;
        factor->observed_strides[factor->observed_count++] = l->strides[variable];
    }
    return LK_OK;
}

static lk_status compile_pack(layout *l, lk_plan_factor *factor) {
    LK_TRY(find_observed(l, factor));
    lk_contraction *c = &factor->pack;
    LK_TRY(make_loops(l, c, factor->scope, factor->size, 1));
    bool as_it_is = factor->observed_count == 0;
    size_t stride = 1;
    for (uint32_t i = factor->size; i-- > 0;) {
        c->strides[i] = stride;
        c->strides[factor->size + i] = l->strides[factor->scope[i]];
        if (c->strides[i] != c->strides[factor->size + i]) as_it_is = false;
        stride *= c->extents[i];
    }
    factor->packed = !as_it_is || l->request->keep_all;
    lk_contraction_simplify(c);
    return LK_OK;
}

// ---- Steps -------------------------------------------------------------------------------------

static lk_status lay_out_step(layout *l, lk_plan_step *step) {
    lk_plan_factor *factors = l->plan->factors;
    LK_TRY(place(l, step->output));
    for (uint32_t i = 0; i < step->input_count; i++) {
        lk_plan_factor *input = &factors[step->inputs[i]];
        if (input->table == LK_NO_TABLE) continue;
        LK_TRY(compile_pack(l, input));
        if (input->packed) LK_TRY(place(l, step->inputs[i]));
    }
    for (uint32_t i = 0; i < step->input_count; i++) give_back(l, step->inputs[i]);
    return compile_step(l, step);
}

lk_status lk_plan_lay_out(lk_arena *arena, lk_plan *plan, lk_arena *scratch,
                          const lk_plan_request *request) {
    layout l = {
        .arena = arena,
        .plan = plan,
        .request = request,
        .alive = lk_arena_alloc(scratch, plan->factor_count, sizeof *l.alive),
        .strides = lk_arena_alloc(scratch, request->network->count, sizeof *l.strides),
    };
    LK_NEED(l.alive);
    LK_NEED(l.strides);
    for (uint32_t i = 0; i < plan->step_count; i++) LK_TRY(lay_out_step(&l, &plan->steps[i]));
    return LK_OK;
}
