#include "formats/xdsl_noisy.h"

#include <math.h>

typedef struct noisy {
    const lk_network *network;
    const lk_variable *child;
    double *tails; // of each distribution: [k] is the probability of state k or a weaker one
} noisy;

static size_t distribution_count(const lk_network *network, const lk_variable *child) {
    size_t count = 1;
    for (uint32_t i = 0; i < child->parent_count; i++)
        count += network->variables[child->parents[i]].state_count;
    return count;
}

// Checks a distribution and replaces it with its tails.
static bool take_tails(double *values, uint32_t states) {
    double sum = 0;
    for (uint32_t s = 0; s < states; s++) {
        if (!(values[s] >= 0) || isinf(values[s])) return false;
        sum += values[s];
    }
    if (!(fabs(sum - 1) <= 0.01)) return false;
    for (uint32_t s = 0; s < states; s++) values[s] /= sum;
    for (uint32_t s = states - 1; s-- > 0;) values[s] += values[s + 1];
    return true;
}

static lk_status check_parameters(const lk_network *network, const lk_variable *child,
                                  lk_values *parameters) {
    size_t distributions = distribution_count(network, child);
    if (parameters->count != distributions * child->state_count)
        return lk_fail(network->context, LK_ERROR_DATA,
                       "the noisy-MAX variable \"%s\" needs %zu parameters and has %zu",
                       child->name, distributions * child->state_count, parameters->count);
    for (size_t i = 0; i < distributions; i++)
        if (!take_tails(parameters->values + i * child->state_count, child->state_count))
            return lk_fail(network->context, LK_ERROR_DATA,
                           "the parameters %zu to %zu of the noisy-MAX variable \"%s\" are no "
                           "distribution",
                           i * child->state_count + 1, (i + 1) * child->state_count, child->name);
    return LK_OK;
}

// P(child at most as strong as each state | row): the product of all causes' tails.
static void multiply_tails(const noisy *n, double *tails, size_t row, size_t rows) {
    uint32_t states = n->child->state_count;
    size_t distribution = 0, stride = rows;
    for (uint32_t s = 0; s < states; s++) tails[s] = 1;
    for (uint32_t i = 0; i <= n->child->parent_count; i++) {
        bool is_leak = i == n->child->parent_count;
        uint32_t parent_states =
            is_leak ? 1 : n->network->variables[n->child->parents[i]].state_count;
        stride /= parent_states;
        size_t at = distribution + (is_leak ? 0 : row / stride % parent_states);
        for (uint32_t s = 0; s < states; s++) tails[s] *= n->tails[at * states + s];
        distribution += parent_states;
    }
}

static void fill_row(const noisy *n, double *values, size_t row, size_t rows) {
    multiply_tails(n, values, row, rows);
    for (uint32_t s = 0; s + 1 < n->child->state_count; s++) {
        double difference = values[s] - values[s + 1];
        values[s] = difference > 0 ? difference : 0;
    }
}

lk_status lk_noisy_max_expand(lk_network *network, uint32_t variable, lk_values *parameters) {
    const lk_variable *child = &network->variables[variable];
    LK_TRY(check_parameters(network, child, parameters));
    size_t cells = 0;
    LK_TRY(lk_network_table_cells(network, &cells, variable));
    double *values = lk_alloc(network->context, cells, sizeof *values);
    LK_NEED(values);
    noisy n = {network, child, parameters->values};
    size_t rows = cells / child->state_count;
    for (size_t row = 0; row < rows; row++)
        fill_row(&n, values + row * child->state_count, row, rows);
    return lk_network_take_table(network, variable, values, NULL, NULL, NULL, NULL);
}
