// The potentials of Markov networks.
#include "network/network.h"

#include <assert.h>
#include <math.h>

// Values so far apart are computed with exponents of their own and need no scale.
enum { WIDE_RANGE = 900 };

lk_status lk_network_new_markov(lk_context *context, lk_network **network, const char *name) {
    LK_TRY(lk_network_new(context, network, name));
    (*network)->is_markov = true;
    return LK_OK;
}

bool lk_network_is_markov(const lk_network *network) { return network->is_markov; }

lk_status lk_network_need_bayes(const lk_network *network, const char *what) {
    if (!network->is_markov) return LK_OK;
    return lk_fail(network->context, LK_ERROR_USAGE, "a Markov network cannot %s", what);
}

static void free_potential(lk_network *network, lk_table *table) {
    lk_free(network->context, (void *)table->scope);
    if (table->values != table->given) lk_free(network->context, (void *)table->given);
    lk_free(network->context, table->values);
    lk_literals_free(network->context, &table->literals);
}

void lk_network_free_potentials(lk_network *network) {
    if (!network->is_markov) return;
    for (uint32_t i = 0; i < network->table_count; i++)
        free_potential(network, &network->tables[i]);
}

// ---- Checks ------------------------------------------------------------------------------------

static lk_status check_scope(const lk_network *network, const uint32_t *scope, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        assert(scope[i] < network->count);
        for (uint32_t j = 0; j < i; j++)
            if (scope[j] == scope[i])
                return lk_fail(network->context, LK_ERROR_DATA,
                               "a potential has variable \"%s\" twice",
                               network->variables[scope[i]].name);
    }
    return LK_OK;
}

lk_status lk_network_scope_cells(const lk_network *network, size_t *cells, const uint32_t *scope,
                                 uint32_t size) {
    double product = 1;
    for (uint32_t i = 0; i < size; i++) product *= network->variables[scope[i]].state_count;
    double limit = (double)lk_context_memory_limit(network->context) / sizeof(double);
    if (product > limit || product > (double)(SIZE_MAX / 16))
        return lk_fail(network->context, LK_ERROR_LIMIT,
                       "a potential of %u variables would have %.4g cells; the memory limit allows "
                       "%.4g",
                       size, product, limit);
    *cells = (size_t)product;
    return LK_OK;
}

static lk_status check_values(const lk_network *network, const double *values, size_t count) {
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= 0) || isinf(values[i]))
            return lk_fail(network->context, LK_ERROR_DATA, "potential %u holds the value %.10g",
                           network->potential_count + 1, values[i]);
        any = any || values[i] > 0;
    }
    if (any) return LK_OK;
    return lk_fail(network->context, LK_ERROR_DATA, "potential %u holds nothing but zeros",
                   network->potential_count + 1);
}

// ---- Scale -------------------------------------------------------------------------------------

static int largest_exponent(const double *values, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] > largest) largest = values[i];
    int exponent;
    frexp(largest, &exponent);
    return exponent;
}

// Exponent of the smallest value that is not 0, which may be above 1.
static int lowest_exponent(const double *values, size_t count) {
    double smallest = INFINITY;
    for (size_t i = 0; i < count; i++)
        if (values[i] > 0 && values[i] < smallest) smallest = values[i];
    int exponent = 0;
    frexp(smallest, &exponent);
    return exponent - 1;
}

// Brings values above 1 below it by a power of two, which is exact: engines count on it.
static lk_status scale_table(const lk_network *network, lk_table *table) {
    int high = largest_exponent(table->values, table->cells);
    int low = lowest_exponent(table->values, table->cells);
    table->smallest_exponent = low < 0 ? low : 0;
    if (high <= 0) return LK_OK;
    if (high - low > WIDE_RANGE) {
        table->smallest_exponent = low - high;
        return LK_OK;
    }
    double *scaled = lk_alloc(network->context, table->cells, sizeof *scaled);
    LK_NEED(scaled);
    for (size_t i = 0; i < table->cells; i++) scaled[i] = ldexp(table->values[i], -high);
    table->values = scaled;
    table->scale = high;
    table->smallest_exponent = low - high;
    return LK_OK;
}

// ---- Adding ------------------------------------------------------------------------------------

// Forgets the tables of ones: they are only right while no potential is added.
static void forget_units(lk_network *network) {
    while (network->table_count > network->potential_count)
        free_potential(network, &network->tables[--network->table_count]);
    network->finished = false;
}

static lk_status fill_potential(const lk_network *network, lk_table *table, const uint32_t *scope,
                                const double *values) {
    uint32_t *scope_copy = lk_alloc(network->context, table->size, sizeof *scope_copy);
    LK_NEED(scope_copy);
    for (uint32_t i = 0; i < table->size; i++) scope_copy[i] = scope[i];
    table->scope = scope_copy;
    table->values = lk_alloc(network->context, table->cells, sizeof *table->values);
    LK_NEED(table->values);
    memcpy(table->values, values, table->cells * sizeof *values);
    table->given = table->values;
    return scale_table(network, table);
}

static lk_status add_table(lk_network *network, const uint32_t *scope, uint32_t size,
                           const double *values, size_t count) {
    LK_TRY(lk_network_reserve_tables(network, network->table_count + 1));
    lk_table table = {.size = size, .owner = LK_NO_VARIABLE, .cells = count};
    lk_status status = fill_potential(network, &table, scope, values);
    if (status != LK_OK) {
        free_potential(network, &table);
        return status;
    }
    network->tables[network->table_count++] = table;
    return LK_OK;
}

lk_status lk_network_add_potential(lk_network *network, const uint32_t *scope, uint32_t size,
                                   const double *values, size_t count) {
    return lk_network_take_potential(network, scope, size, values, count, NULL);
}

lk_status lk_network_take_potential(lk_network *network, const uint32_t *scope, uint32_t size,
                                    const double *values, size_t count, lk_literals *literals) {
    lk_context *context = network->context;
    if (!network->is_markov)
        return lk_fail(context, LK_ERROR_USAGE, "a Bayesian network cannot have potentials");
    if (network->table_count >= UINT32_MAX / 4)
        return lk_fail(context, LK_ERROR_LIMIT, "the network has too many potentials");
    forget_units(network);
    LK_TRY(check_scope(network, scope, size));
    size_t cells = 0;
    LK_TRY(lk_network_scope_cells(network, &cells, scope, size));
    if (cells != count)
        return lk_fail(context, LK_ERROR_DATA, "potential %u needs %zu values and has %zu",
                       network->potential_count + 1, cells, count);
    LK_TRY(check_values(network, values, count));
    LK_TRY(add_table(network, scope, size, values, count));
    lk_table *added = &network->tables[network->potential_count++];
    if (!literals) return LK_OK;
    added->literals = *literals;
    *literals = (lk_literals){0};
    lk_literals_sort(&added->literals);
    return LK_OK;
}

// A table of ones over one variable.
static lk_status add_unit(lk_network *network, uint32_t variable) {
    uint32_t count = network->variables[variable].state_count;
    double *ones = lk_alloc(network->context, count, sizeof *ones);
    LK_NEED(ones);
    for (uint32_t s = 0; s < count; s++) ones[s] = 1;
    lk_status status = add_table(network, &variable, 1, ones, count);
    lk_free(network->context, ones);
    return status;
}

lk_status lk_network_finish_potentials(lk_network *network) {
    forget_units(network);
    bool *covered = lk_alloc_zero(network->context, network->count, sizeof *covered);
    LK_NEED(covered);
    for (uint32_t i = 0; i < network->potential_count; i++)
        for (uint32_t k = 0; k < network->tables[i].size; k++)
            covered[network->tables[i].scope[k]] = true;
    lk_status status = LK_OK;
    for (uint32_t v = 0; status == LK_OK && v < network->count; v++)
        if (!covered[v]) status = add_unit(network, v);
    lk_free(network->context, covered);
    return status;
}

// ---- Looking -----------------------------------------------------------------------------------

uint32_t lk_network_potential_count(const lk_network *network) { return network->potential_count; }

const uint32_t *lk_network_potential_scope(const lk_network *network, uint32_t potential,
                                           uint32_t *size) {
    *size = network->tables[potential].size;
    return network->tables[potential].scope;
}

const double *lk_network_potential(const lk_network *network, uint32_t potential, size_t *count) {
    if (count) *count = network->tables[potential].cells;
    return network->tables[potential].given;
}
