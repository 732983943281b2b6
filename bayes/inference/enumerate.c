#include "inference/enumerate.h"

lk_status lk_enumerate_states(double *joint_states, const lk_network *network,
                              const bool *observed) {
    *joint_states = 1;
    for (uint32_t v = 0; v < network->count; v++)
        if (!observed[v]) *joint_states *= network->variables[v].state_count;
    if (*joint_states <= LK_ENUMERATION_STATES) return LK_OK;
    return lk_fail(network->context, LK_ERROR_LIMIT,
                   "enumeration sums over %d joint states at most; here are %.4g",
                   LK_ENUMERATION_STATES, *joint_states);
}

// The cell of a table in the given states.
static lk_wide entry(const lk_network *network, const lk_table *table, const uint32_t *states) {
    size_t cell = 0;
    for (uint32_t i = 0; i < table->size; i++) {
        uint32_t variable = table->scope[i];
        cell = cell * network->variables[variable].state_count + states[variable];
    }
    return lk_wide_make(table->values[cell], table->scale);
}

static lk_wide joint_probability(const lk_network *network, const uint32_t *states) {
    lk_wide product = lk_wide_make(1, 0);
    for (uint32_t i = 0; i < lk_network_table_count(network) && product.mantissa != 0; i++)
        product =
            lk_wide_multiply(product, entry(network, lk_network_table_at(network, i), states));
    return product;
}

// Counts the unobserved variables up like the digits of a number; false after the last.
static bool next_states(const lk_network *network, const bool *observed, uint32_t *states) {
    for (uint32_t v = network->count; v-- > 0;) {
        if (observed[v]) continue;
        if (++states[v] < network->variables[v].state_count) return true;
        states[v] = 0;
    }
    return false;
}

void lk_enumerate(const lk_network *network, const bool *observed, uint32_t *states,
                  lk_enumerate_add *add, void *argument) {
    for (uint32_t v = 0; v < network->count; v++)
        if (!observed[v]) states[v] = 0;
    do add(argument, states, joint_probability(network, states));
    while (next_states(network, observed, states));
}
