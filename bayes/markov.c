// The potentials of Markov networks.
#include "network.h"

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
                           network->table_count, values[i]);
        any = any || values[i] > 0;
    }
    if (any) return LK_OK;
    return lk_fail(network->context, LK_ERROR_DATA, "potential %u holds nothing but zeros",
                   network->table_count);
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

lk_status lk_network_add_potential(lk_network *network, const uint32_t *scope, uint32_t size,
                                   const double *values, size_t count) {
    lk_context *context = network->context;
    if (!network->is_markov)
        return lk_fail(context, LK_ERROR_USAGE, "a Bayesian network cannot have potentials");
    if (network->table_count >= UINT32_MAX / 4)
        return lk_fail(context, LK_ERROR_LIMIT, "the network has too many potentials");
    LK_TRY(check_scope(network, scope, size));
    size_t cells = 0;
    LK_TRY(lk_network_scope_cells(network, &cells, scope, size));
    if (cells != count)
        return lk_fail(context, LK_ERROR_DATA, "potential %u needs %zu values and has %zu",
                       network->table_count, cells, count);
    LK_TRY(check_values(network, values, count));
    LK_TRY(lk_network_reserve_tables(network, network->table_count + 1));
    lk_table table = {.size = size, .owner = LK_NO_VARIABLE, .cells = cells};
    lk_status status = fill_potential(network, &table, scope, values);
    if (status != LK_OK) {
        free_potential(network, &table);
        return status;
    }
    network->tables[network->table_count++] = table;
    network->finished = false;
    return LK_OK;
}

// ---- Looking -----------------------------------------------------------------------------------

uint32_t lk_network_potential_count(const lk_network *network) {
    return network->is_markov ? network->table_count : 0;
}

const uint32_t *lk_network_potential_scope(const lk_network *network, uint32_t potential,
                                           uint32_t *size) {
    *size = network->tables[potential].size;
    return network->tables[potential].scope;
}

const double *lk_network_potential(const lk_network *network, uint32_t potential, size_t *count) {
    if (count) *count = network->tables[potential].cells;
    return network->tables[potential].given;
}
