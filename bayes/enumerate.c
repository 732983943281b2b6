#include "enumerate.h"

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

// P(v | its parents) in the given states.
static double entry(const lk_network *network, uint32_t v, const uint32_t *states) {
    const lk_variable *child = &network->variables[v];
    size_t row = 0;
    for (uint32_t i = 0; i < child->parent_count; i++) {
        uint32_t parent = child->parents[i];
        row = row * network->variables[parent].state_count + states[parent];
    }
    return child->table[row * child->state_count + states[v]];
}

static lk_wide joint_probability(const lk_network *network, const uint32_t *states) {
    lk_wide product = lk_wide_make(1, 0);
    for (uint32_t v = 0; v < network->count && product.mantissa != 0; v++)
        product = lk_wide_multiply(product, lk_wide_make(entry(network, v, states), 0));
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
