// Walking through the cells of factors.
#include "factors/factors.h"

#include "number.h"

#include <math.h>

// ---- Values ------------------------------------------------------------------------------------

static lk_status fail_text(lk_factor_result *r, const lk_factor_table *table, size_t cell) {
    return lk_fail(r->context, LK_ERROR_DATA,
                   "value %zu of %s, \"%.40s\", is no number from 0 on; numbers are such as 0.25, "
                   "1e-3 and 1/3",
                   cell + 1, table->name, table->data->texts[cell]);
}

lk_status lk_factor_read_value(lk_factor_result *r, double *value, const lk_factor_table *table,
                               size_t cell) {
    if (!table->data->texts) {
        *value = fabs(table->data->values[cell]); // -0 is 0
        return LK_OK;
    }
    const char *text = table->data->texts[cell];
    lk_number number;
    if (!lk_number_read(&number, text, strlen(text)) || !(number.value >= 0) || isinf(number.value))
        return fail_text(r, table, cell);
    *value = fabs(number.value);
    return LK_OK;
}

// ---- Products ----------------------------------------------------------------------------------

lk_status lk_factor_make_walk(lk_factor_result *r, lk_factor_walk *walk,
                              const lk_factor_table *output) {
    uint32_t *variables = lk_arena_alloc(&r->scratch, r->network->count, sizeof *variables);
    LK_NEED(variables);
    uint32_t count = 0;
    double terms = 1;
    for (uint32_t i = 0; i < output->size; i++) variables[count++] = output->scope[i];
    for (uint32_t i = 0; i < r->variable_count; i++) {
        if (lk_factor_has(output, r->variables[i])) continue;
        variables[count++] = r->variables[i];
        terms *= r->network->variables[r->variables[i]].state_count;
    }
    walk->cells = (double)output->cells * terms;
    if (walk->cells * r->input_count > LK_FACTOR_WORK)
        return lk_fail(r->context, LK_ERROR_LIMIT,
                       "the operation takes %.3g multiplications; the limit is %.3g",
                       walk->cells * r->input_count, LK_FACTOR_WORK);
    walk->terms = (size_t)terms;
    LK_TRY(
        lk_loops_make(&r->scratch, &walk->loops, r->network, variables, count, r->input_count + 1));
    lk_loops_set_track(&walk->loops, 0, r->network, output->scope, output->size);
    for (uint32_t i = 0; i < r->input_count; i++)
        lk_loops_set_track(&walk->loops, i + 1, r->network, r->inputs[i].scope, r->inputs[i].size);
    return LK_OK;
}

void lk_factor_set_largest(lk_factor_result *r, size_t cell, size_t term) {
    for (uint32_t i = r->variable_count; i-- > 0;) {
        uint32_t states = r->network->variables[r->variables[i]].state_count;
        r->largest[cell * r->variable_count + i] = (uint32_t)(term % states);
        term /= states;
    }
}

// ---- One factor --------------------------------------------------------------------------------

static uint32_t observed_state(const lk_factor_result *r, const lk_variable *variable) {
    for (size_t i = 0; i < r->request->evidence_count; i++) {
        const lk_factor_finding *finding = &r->request->evidence[i];
        if (strcmp(finding->variable, variable->name) != 0) continue;
        for (uint32_t s = 0; s < variable->state_count; s++)
            if (strcmp(finding->state, variable->states[s]) == 0) return s;
    }
    return 0; // of a variable that is not observed
}

lk_status lk_factor_make_restriction(lk_factor_result *r, lk_factor_walk *walk) {
    const lk_factor_table *input = r->inputs, *output = &r->output;
    LK_TRY(lk_loops_make(&r->scratch, &walk->loops, r->network, output->scope, output->size, 2));
    lk_loops_set_track(&walk->loops, 0, r->network, output->scope, output->size);
    lk_loops_set_track(&walk->loops, 1, r->network, input->scope, input->size);
    size_t stride = 1;
    for (uint32_t i = input->size; i-- > 0;) {
        const lk_variable *variable = &r->network->variables[input->scope[i]];
        if (!lk_factor_has(output, input->scope[i]))
            walk->loops.indices[1] += observed_state(r, variable) * stride;
        stride *= variable->state_count;
    }
    return LK_OK;
}

lk_status lk_factor_make_sums(lk_factor_result *r, lk_factor_table *rest, lk_factor_walk *walk) {
    *rest = (lk_factor_table){.cells = 1};
    rest->scope = lk_arena_alloc(&r->scratch, r->inputs->size, sizeof *rest->scope);
    LK_NEED(rest->scope);
    for (uint32_t i = 0; i < r->inputs->size; i++) {
        uint32_t variable = r->inputs->scope[i];
        bool summed = false;
        for (uint32_t k = 0; k < r->variable_count; k++) summed |= r->variables[k] == variable;
        if (summed) continue;
        rest->scope[rest->size++] = variable;
        rest->cells *= r->network->variables[variable].state_count;
    }
    return lk_factor_make_walk(r, walk, rest);
}

// The states of a cell of `rest`, "A=a, B=b".
static void write_states(lk_buffer *out, const lk_factor_result *r, const lk_factor_table *rest,
                         size_t cell) {
    size_t cells = rest->cells;
    for (uint32_t i = 0; i < rest->size; i++) {
        const lk_variable *variable = &r->network->variables[rest->scope[i]];
        cells /= variable->state_count;
        lk_buffer_printf(out, "%s%.100s=%.100s", i ? ", " : "", variable->name,
                         variable->states[cell / cells % variable->state_count]);
    }
}

lk_status lk_factor_fail_zero_sum(lk_factor_result *r, const lk_factor_table *rest,
                                  const lk_factor_walk *walk) {
    lk_buffer states = lk_buffer_make(r->context);
    write_states(&states, r, rest, walk->loops.indices[0]);
    lk_status status = lk_buffer_status(&states);
    if (status == LK_OK)
        status = lk_fail(r->context, LK_ERROR_DATA,
                         "the values of %s%s%.500s add up to 0, which nothing can be divided by",
                         r->inputs->name, rest->size ? " for " : "", lk_buffer_text(&states));
    lk_buffer_free(&states);
    return status;
}
