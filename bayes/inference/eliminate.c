#include "inference/eliminate.h"

lk_workspace lk_workspace_make(lk_context *context) { return (lk_workspace){.context = context}; }

void lk_workspace_release(lk_workspace *w) {
    lk_free(w->context, w->cells);
    lk_free(w->context, w->exponents);
    lk_free(w->context, w->factors);
    lk_free(w->context, w->inputs);
    lk_free(w->context, w->cursors);
    *w = lk_workspace_make(w->context);
}

static lk_status reserve_cells(lk_workspace *w, size_t count) {
    if (count <= w->cell_count && w->cells) return LK_OK;
    // Not lk_resize: the old cells need no copying.
    lk_free(w->context, w->cells);
    lk_free(w->context, w->exponents);
    w->exponents = NULL;
    w->cell_count = 0;
    w->cells = lk_alloc(w->context, count, sizeof *w->cells);
    LK_NEED(w->cells);
    w->cell_count = count;
    return LK_OK;
}

static lk_status reserve_factors(lk_workspace *w, size_t count) {
    if (count <= w->factor_count) return LK_OK;
    void *grown = lk_resize(w->context, w->factors, count, sizeof *w->factors);
    LK_NEED(grown);
    w->factors = grown;
    w->factor_count = count;
    return LK_OK;
}

static lk_status reserve_inputs(lk_workspace *w, size_t count) {
    if (count <= w->input_count && w->inputs) return LK_OK;
    void *grown = lk_resize(w->context, w->inputs, count, sizeof *w->inputs);
    LK_NEED(grown);
    w->inputs = grown;
    grown = lk_resize(w->context, w->cursors, count, sizeof *w->cursors);
    LK_NEED(grown);
    w->cursors = grown;
    w->input_count = count;
    return LK_OK;
}

lk_status lk_workspace_reserve(lk_workspace *w, const lk_plan *plan) {
    LK_TRY(reserve_cells(w, plan->workspace_cells));
    LK_TRY(reserve_factors(w, plan->factor_count));
    return reserve_inputs(w, plan->largest_input_count);
}

// The network's table, from the cell on that the observed states select.
static const double *selected_cells(const lk_table *table, const lk_plan_factor *factor,
                                    const uint32_t *states) {
    size_t offset = 0;
    for (uint32_t i = 0; i < factor->observed_count; i++)
        offset += states[factor->observed[i]] * factor->observed_strides[i];
    return table->values + offset;
}

static void load_initial(lk_workspace *w, const lk_plan *plan, uint32_t index,
                         const uint32_t *states) {
    const lk_plan_factor *source = &plan->factors[index];
    lk_factor *factor = &w->factors[index];
    const lk_table *table = lk_network_table_at(plan->network, source->table);
    const double *cells = selected_cells(table, source, states);
    *factor = (lk_factor){.cells = (size_t)source->cells,
                          .scale = table->scale,
                          .smallest_exponent = table->smallest_exponent};
    if (source->packed) {
        factor->values = w->cells + source->offset;
        lk_contract(factor->values, factor->cells, &cells, &source->pack);
    } else {
        factor->values = table->values;
    }
}

typedef struct exponent_request {
    lk_workspace *workspace;
    size_t offset;
} exponent_request;

static int32_t *exponent_room(void *argument) {
    exponent_request *request = argument;
    lk_workspace *w = request->workspace;
    if (!w->exponents) w->exponents = lk_alloc(w->context, w->cell_count, sizeof *w->exponents);
    return w->exponents ? w->exponents + request->offset : NULL;
}

static lk_status execute_step(lk_workspace *w, const lk_plan *plan, const lk_plan_step *step,
                              const uint32_t *states) {
    for (uint32_t i = 0; i < step->input_count; i++) {
        uint32_t input = step->inputs[i];
        if (plan->factors[input].table != LK_NO_TABLE) load_initial(w, plan, input, states);
        w->inputs[i] = &w->factors[input];
    }
    const lk_plan_factor *target = &plan->factors[step->output];
    lk_factor *output = &w->factors[step->output];
    *output = (lk_factor){.values = w->cells + target->offset, .cells = (size_t)target->cells};
    exponent_request request = {w, target->offset};
    return lk_factor_join(output, w->inputs, w->cursors, &step->contraction, exponent_room,
                          &request);
}

lk_status lk_plan_execute(lk_workspace *w, const lk_factor **result, const lk_plan *plan,
                          const uint32_t *states) {
    for (uint32_t i = 0; i < plan->step_count; i++)
        LK_TRY(execute_step(w, plan, &plan->steps[i], states));
    *result = &w->factors[plan->steps[plan->step_count - 1].output];
    return LK_OK;
}
