// What renderings of a trace compute from it.
#include "explain/explain.h"

void lk_trace_list_start(lk_trace_list *list, const lk_trace *t) {
    list->count = t->plan.initial_count;
    for (uint32_t f = 0; f < list->count; f++) list->factors[f] = f;
}

static bool is_input(const lk_plan_step *step, uint32_t factor) {
    for (uint32_t i = 0; i < step->input_count; i++)
        if (step->inputs[i] == factor) return true;
    return false;
}

// The output takes the place of the first input; the other inputs leave.
void lk_trace_list_step(lk_trace_list *list, const lk_trace *t, uint32_t index) {
    const lk_plan_step *step = &t->plan.steps[index];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t factor = list->factors[i];
        if (factor == step->inputs[0])
            list->factors[kept++] = step->output;
        else if (!is_input(step, factor))
            list->factors[kept++] = factor;
    }
    list->count = kept;
}

double lk_trace_multiplications(const lk_trace *t, uint32_t index) {
    const lk_plan_step *step = &t->plan.steps[index];
    return (step->input_count - 1) * step->join_cells;
}

double lk_trace_additions(const lk_trace *t, uint32_t index) {
    const lk_plan_step *step = &t->plan.steps[index];
    return step->join_cells - t->plan.factors[step->output].cells;
}

static void keep_larger(const lk_trace *t, uint32_t *largest, uint32_t factor) {
    const lk_plan_factor *factors = t->plan.factors;
    if (*largest == LK_NO_VARIABLE || factors[factor].cells > factors[*largest].cells)
        *largest = factor;
}

lk_trace_summary lk_trace_summarize(const lk_trace *t) {
    lk_trace_summary s = {LK_NO_VARIABLE, LK_NO_VARIABLE, LK_NO_VARIABLE, 0, 0, 0};
    for (uint32_t f = 0; f < t->plan.initial_count; f++) keep_larger(t, &s.largest_initial, f);
    for (uint32_t i = 0; i < lk_trace_eliminations(t); i++) {
        const lk_plan_step *steps = t->plan.steps;
        keep_larger(t, &s.largest_generated, steps[i].output);
        if (s.largest_join == LK_NO_VARIABLE ||
            steps[i].join_cells > steps[s.largest_join].join_cells)
            s.largest_join = i;
        s.cells += t->plan.factors[steps[i].output].cells;
        s.multiplications += lk_trace_multiplications(t, i);
        s.additions += lk_trace_additions(t, i);
    }
    return s;
}
