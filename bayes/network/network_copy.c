#include "network/network.h"

static lk_status copy_literals(lk_context *context, lk_literals *copy, const lk_literals *source) {
    for (size_t i = 0; i < source->count; i++)
        LK_TRY(lk_literals_add(context, copy, source->items[i].cell,
                               source->text + source->items[i].start, source->items[i].length));
    return LK_OK;
}

// As it was given, so that its rows are divided by their sums as they were.
static lk_status copy_table(lk_network *copy, const lk_variable *source, uint32_t v) {
    static const lk_network_read_options normalize = {.normalize = true};
    if (!source->table) return LK_OK;
    double *values = lk_alloc(copy->context, source->table_count, sizeof *values);
    LK_NEED(values);
    memcpy(values, source->raw_table ? source->raw_table : source->table,
           source->table_count * sizeof *values);
    lk_literals literals = {0};
    lk_status status = copy_literals(copy->context, &literals, &source->literals);
    if (status == LK_OK)
        return lk_network_take_table(copy, v, values, &literals, &normalize, NULL, NULL);
    lk_literals_free(copy->context, &literals);
    lk_free(copy->context, values);
    return status;
}

static lk_status copy_variables(lk_network *copy, const lk_network *source) {
    uint32_t index;
    for (uint32_t v = 0; v < source->count; v++) {
        const lk_variable *variable = &source->variables[v];
        LK_TRY(lk_network_add_variable(copy, &index, variable->name, variable->states,
                                       variable->state_count));
        copy->variables[v].seen_of = variable->seen_of;
        copy->variables[v].is_set = variable->is_set;
    }
    for (uint32_t v = 0; !source->is_markov && v < source->count; v++) {
        const lk_variable *variable = &source->variables[v];
        LK_TRY(lk_network_set_parents(copy, v, variable->parents, variable->parent_count));
        LK_TRY(copy_table(copy, variable, v));
    }
    return LK_OK;
}

static lk_status copy_potential(lk_network *copy, const lk_table *source) {
    lk_literals literals = {0};
    lk_status status = copy_literals(copy->context, &literals, &source->literals);
    if (status == LK_OK)
        status = lk_network_take_potential(copy, source->scope, source->size, source->given,
                                           source->cells, &literals);
    lk_literals_free(copy->context, &literals);
    return status;
}

static lk_status copy_potentials(lk_network *copy, const lk_network *source) {
    for (uint32_t i = 0; i < source->potential_count; i++)
        LK_TRY(copy_potential(copy, &source->tables[i]));
    return LK_OK;
}

lk_status lk_network_copy(lk_context *context, lk_network **out, const lk_network *source) {
    lk_network *copy;
    LK_TRY(source->is_markov ? lk_network_new_markov(context, &copy, source->name)
                             : lk_network_new(context, &copy, source->name));
    lk_status status = copy_variables(copy, source);
    if (status == LK_OK && source->is_markov) status = copy_potentials(copy, source);
    copy->normalization = (lk_normalization){0}; // noted when the source was read
    if (status == LK_OK && source->finished) status = lk_network_finish(copy);
    if (status != LK_OK) {
        lk_network_free(copy);
        return status;
    }
    *out = copy;
    return LK_OK;
}
