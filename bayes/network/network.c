// Building networks and looking at them. Checking a whole network is finish.c.
#include "network/network.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>

lk_status lk_network_new(lk_context *context, lk_network **out, const char *name) {
    lk_network *network = lk_alloc_zero(context, 1, sizeof *network);
    LK_NEED(network);
    network->context = context;
    network->names = lk_arena_make(context, 0);
    lk_status status = lk_hashmap_new(context, &network->variable_index);
    if (status == LK_OK) status = lk_hashmap_new(context, &network->state_index);
    if (status == LK_OK) {
        network->name = lk_arena_copy_text(&network->names, name, strlen(name));
        if (!network->name) status = LK_ERROR_MEMORY;
    }
    if (status != LK_OK) {
        lk_network_free(network);
        return status;
    }
    *out = network;
    return LK_OK;
}

static void forget_finish(lk_network *network) {
    lk_free(network->context, network->topological);
    lk_free(network->context, network->children);
    lk_free(network->context, network->children_start);
    network->topological = network->children = network->children_start = NULL;
    network->finished = false;
}

static void forget_table(lk_network *network, lk_variable *variable) {
    lk_free(network->context, variable->table);
    lk_free(network->context, variable->raw_table);
    lk_literals_free(network->context, &variable->literals);
    variable->table = variable->raw_table = NULL;
    variable->table_count = 0;
}

void lk_network_free(lk_network *network) {
    if (!network) return;
    lk_context *context = network->context;
    forget_finish(network);
    for (uint32_t v = 0; v < network->count; v++) {
        lk_free(context, network->variables[v].parents);
        forget_table(network, &network->variables[v]);
    }
    lk_network_free_potentials(network);
    lk_free(context, network->tables);
    lk_free(context, network->variables);
    lk_free(context, network->variable_names);
    lk_hashmap_free(network->variable_index);
    lk_hashmap_free(network->state_index);
    lk_arena_release(&network->names);
    lk_free(context, network);
}

lk_status lk_network_rename(lk_network *network, const char *name) {
    const char *copy = lk_arena_copy_text(&network->names, name, strnlen(name, LK_NAME_BYTES));
    LK_NEED(copy);
    network->name = copy;
    return LK_OK;
}

// ---- Variables ---------------------------------------------------------------------------------

static lk_status check_name(lk_network *network, const char *what, const char *name) {
    size_t length = strlen(name);
    if (length == 0) return lk_fail(network->context, LK_ERROR_DATA, "a %s has no name", what);
    if (length > LK_NAME_BYTES)
        return lk_fail(network->context, LK_ERROR_DATA,
                       "the name of a %s has %zu bytes; at most %d are allowed", what, length,
                       LK_NAME_BYTES);
    return LK_OK;
}

// The key of a state: the four bytes of its variable, then its name.
static size_t state_key(char key[sizeof(uint32_t) + LK_NAME_BYTES], uint32_t variable,
                        const char *name, size_t length) {
    memcpy(key, &variable, sizeof variable);
    memcpy(key + sizeof variable, name, length);
    return sizeof variable + length;
}

static lk_status add_states(lk_network *network, const char *const **out, uint32_t variable,
                            const char *name, const char *const *states, uint32_t state_count) {
    if (state_count == 0)
        return lk_fail(network->context, LK_ERROR_DATA, "variable \"%s\" has no states", name);
    const char **copies = lk_arena_alloc(&network->names, state_count, sizeof *copies);
    LK_NEED(copies);
    char key[sizeof(uint32_t) + LK_NAME_BYTES];
    for (uint32_t s = 0; s < state_count; s++) {
        LK_TRY(check_name(network, "state", states[s]));
        size_t length = strlen(states[s]);
        uint64_t *index;
        size_t key_length = state_key(key, variable, states[s], length);
        LK_TRY(lk_hashmap_insert(network->state_index, &index, NULL, key, key_length, s));
        // A variable that could not be added leaves its keys behind: they are taken over.
        if (*index < s && strcmp(copies[*index], states[s]) == 0)
            return lk_fail(network->context, LK_ERROR_DATA,
                           "variable \"%s\" has state \"%s\" twice", name, states[s]);
        *index = s;
        copies[s] = lk_arena_copy_text(&network->names, states[s], length);
        LK_NEED(copies[s]);
    }
    *out = copies;
    return LK_OK;
}

lk_status lk_network_reserve_tables(lk_network *network, uint32_t count) {
    if (count <= network->table_capacity) return LK_OK;
    uint32_t capacity = network->table_capacity ? 2 * network->table_capacity : 16;
    if (capacity < count) capacity = count;
    void *grown = lk_resize(network->context, network->tables, capacity, sizeof *network->tables);
    LK_NEED(grown);
    network->tables = grown;
    network->table_capacity = capacity;
    return LK_OK;
}

// Brings the view of a variable's table up to date.
static void show_table(lk_network *network, uint32_t variable) {
    if (network->is_markov) return;
    const lk_variable *child = &network->variables[variable];
    network->tables[variable] = (lk_table){
        .scope = child->parents,
        .size = child->parent_count + 1,
        .owner = variable,
        .values = child->table,
        .cells = child->table_count,
        .smallest_exponent = child->smallest_exponent,
        .given = child->table,
    };
}

static lk_status reserve_variable(lk_network *network) {
    if (!network->is_markov) LK_TRY(lk_network_reserve_tables(network, network->count + 1));
    if (network->count < network->capacity) return LK_OK;
    uint32_t capacity = network->capacity ? 2 * network->capacity : 16;
    void *grown =
        lk_resize(network->context, network->variables, capacity, sizeof *network->variables);
    LK_NEED(grown);
    network->variables = grown;
    grown = lk_resize(network->context, network->variable_names, capacity,
                      sizeof *network->variable_names);
    LK_NEED(grown);
    network->variable_names = grown;
    network->capacity = capacity;
    return LK_OK;
}

// The parents, and the variable itself after them.
static lk_status copy_parents(lk_network *network, uint32_t **out, uint32_t variable,
                              const uint32_t *parents, uint32_t parent_count) {
    uint32_t *copy = lk_alloc(network->context, (size_t)parent_count + 1, sizeof *copy);
    LK_NEED(copy);
    for (uint32_t i = 0; i < parent_count; i++) copy[i] = parents[i];
    copy[parent_count] = variable;
    *out = copy;
    return LK_OK;
}

lk_status lk_network_add_variable(lk_network *network, uint32_t *out, const char *name,
                                  const char *const *states, uint32_t state_count) {
    LK_TRY(check_name(network, "variable", name));
    if (network->count >= UINT32_MAX / 4)
        return lk_fail(network->context, LK_ERROR_LIMIT, "the network has too many variables");
    if (lk_network_lookup_variable(network, out, name))
        return lk_fail(network->context, LK_ERROR_DATA, "variable \"%s\" is there already", name);
    LK_TRY(reserve_variable(network));
    uint32_t index = network->count;
    lk_variable variable = {
        .state_count = state_count, .seen_of = LK_NO_VARIABLE, .place = {.byte = -1}};
    LK_TRY(add_states(network, &variable.states, index, name, states, state_count));
    size_t length = strlen(name);
    variable.name = lk_arena_copy_text(&network->names, name, length);
    LK_NEED(variable.name);
    LK_TRY(copy_parents(network, &variable.parents, index, NULL, 0));
    lk_status status = lk_hashmap_insert(network->variable_index, NULL, NULL, name, length, index);
    if (status != LK_OK) {
        lk_free(network->context, variable.parents);
        return status;
    }
    forget_finish(network);
    network->variables[index] = variable;
    network->variable_names[index] = variable.name;
    network->count++;
    if (!network->is_markov) network->table_count++;
    show_table(network, index);
    *out = index;
    return LK_OK;
}

void lk_network_set_place(lk_network *network, uint32_t variable, lk_location place) {
    place.file = network->file;
    network->variables[variable].place = place;
}

lk_status lk_network_fail_no_table(const lk_network *network, uint32_t variable) {
    const lk_variable *v = &network->variables[variable];
    return lk_fail_at(network->context, LK_ERROR_DATA, v->place,
                      "variable \"%.200s\" has no table of numbers", v->name);
}

static lk_status check_parents(const lk_network *network, uint32_t variable,
                               const uint32_t *parents, uint32_t parent_count) {
    const lk_variable *variables = network->variables;
    for (uint32_t i = 0; i < parent_count; i++) {
        assert(parents[i] < network->count);
        if (parents[i] == variable)
            return lk_fail(network->context, LK_ERROR_DATA, "variable \"%s\" is its own parent",
                           variables[variable].name);
        for (uint32_t j = 0; j < i; j++)
            if (parents[j] == parents[i])
                return lk_fail(network->context, LK_ERROR_DATA,
                               "variable \"%s\" has parent \"%s\" twice", variables[variable].name,
                               variables[parents[i]].name);
    }
    return LK_OK;
}

lk_status lk_network_set_parents(lk_network *network, uint32_t variable, const uint32_t *parents,
                                 uint32_t parent_count) {
    assert(variable < network->count);
    LK_TRY(lk_network_need_bayes(network, "have parents"));
    LK_TRY(check_parents(network, variable, parents, parent_count));
    uint32_t *copy;
    LK_TRY(copy_parents(network, &copy, variable, parents, parent_count));
    forget_finish(network);
    lk_variable *child = &network->variables[variable];
    lk_free(network->context, child->parents);
    forget_table(network, child);
    child->parents = copy;
    child->parent_count = parent_count;
    show_table(network, variable);
    return LK_OK;
}

// ---- Tables ------------------------------------------------------------------------------------

lk_status lk_network_table_cells(const lk_network *network, size_t *cells, uint32_t variable) {
    const lk_variable *child = &network->variables[variable];
    double product = child->state_count;
    for (uint32_t i = 0; i < child->parent_count; i++)
        product *= network->variables[child->parents[i]].state_count;
    double limit = (double)lk_context_memory_limit(network->context) / sizeof(double);
    if (product > limit || product > (double)(SIZE_MAX / 16))
        return lk_fail(network->context, LK_ERROR_LIMIT,
                       "the table of \"%s\" would have %.4g cells; the memory limit allows %.4g",
                       child->name, product, limit);
    *cells = (size_t)product;
    return LK_OK;
}

// Appends " where A=a, B=b" for one row of the table of a variable.
static void describe_row(lk_buffer *text, const lk_network *network, const lk_variable *child,
                         size_t row) {
    size_t stride = child->table_count / child->state_count;
    for (uint32_t i = 0; i < child->parent_count; i++) {
        const lk_variable *parent = &network->variables[child->parents[i]];
        stride /= parent->state_count;
        lk_buffer_printf(text, "%s%s=%s", i ? ", " : " where ", parent->name,
                         parent->states[row / stride % parent->state_count]);
    }
}

static lk_status fail_row(const lk_network *network, const lk_variable *child, size_t row,
                          const char *problem, double value, lk_location location) {
    lk_buffer text = lk_buffer_make(network->context);
    describe_row(&text, network, child, row);
    lk_status status = lk_buffer_status(&text);
    if (status == LK_OK)
        status = lk_fail_at(network->context, LK_ERROR_DATA, location,
                            "the distribution of \"%s\"%.600s %s %.10g", child->name,
                            lk_buffer_text(&text), problem, value);
    lk_buffer_free(&text);
    return status;
}

static void note_row(lk_normalization *normalization, uint32_t variable, double deviation) {
    if (deviation <= 1e-9) return;
    normalization->rows++;
    if (deviation <= normalization->worst) return;
    normalization->worst = deviation;
    normalization->worst_variable = variable;
}

// Refuses a row that is no distribution; *sum is what it is to be divided by.
static lk_status check_row(const lk_network *network, double *sum, uint32_t variable,
                           const double *values, size_t row, bool any_sum, lk_location location) {
    const lk_variable *child = &network->variables[variable];
    *sum = 0;
    for (uint32_t s = 0; s < child->state_count; s++) {
        if (!(values[s] >= 0) || isinf(values[s]))
            return fail_row(network, child, row, "holds the value", values[s], location);
        *sum += values[s];
    }
    if (*sum == 0 || isinf(*sum))
        return fail_row(network, child, row, "has the sum", *sum, location);
    if (fabs(*sum - 1) > 0.01 && !any_sum)
        return lk_fail_with_remedy(
            network->context, LK_REMEDY_NORMALIZE,
            fail_row(network, child, row, "must have the sum 1 and has", *sum, location));
    return LK_OK;
}

// Divides one row by its sum. The first time, the values are copied as they were. A sum that
// differs from 1 by no more than the rounding of its terms is left, so that 0.1, 0.2, 0.7 stay what
// they are.
static lk_status normalize_row(const lk_network *network, double **raw, double *values, size_t row,
                               double sum, const lk_variable *child) {
    if (fabs(sum - 1) <= child->state_count * DBL_EPSILON) return LK_OK;
    if (!*raw) {
        *raw = lk_alloc(network->context, child->table_count, sizeof **raw);
        LK_NEED(*raw);
        memcpy(*raw, values, child->table_count * sizeof **raw);
    }
    for (uint32_t s = 0; s < child->state_count; s++) values[row * child->state_count + s] /= sum;
    return LK_OK;
}

int lk_smallest_exponent(const double *values, size_t count) {
    double smallest = 1;
    for (size_t i = 0; i < count; i++)
        if (values[i] > 0 && values[i] < smallest) smallest = values[i];
    int exponent;
    frexp(smallest, &exponent);
    return exponent - 1;
}

static lk_status normalize_rows(const lk_network *network, lk_normalization *normalization,
                                double **raw, uint32_t variable, double *values, bool any_sum,
                                const uint32_t *row_lines, const char *file) {
    const lk_variable *child = &network->variables[variable];
    for (size_t row = 0; row < child->table_count / child->state_count; row++) {
        lk_location location = {.file = file, .line = row_lines ? row_lines[row] : 0, .byte = -1};
        double sum;
        LK_TRY(check_row(network, &sum, variable, values + row * child->state_count, row, any_sum,
                         location));
        note_row(normalization, variable, fabs(sum - 1));
        LK_TRY(normalize_row(network, raw, values, row, sum, child));
    }
    return LK_OK;
}

lk_status lk_network_take_table(lk_network *network, uint32_t variable, double *values,
                                lk_literals *literals, const lk_network_read_options *options,
                                const uint32_t *row_lines, const char *file) {
    lk_variable *child = &network->variables[variable];
    size_t count = 0, old_count = child->table_count;
    double *raw = NULL;
    lk_normalization normalization = network->normalization;
    lk_status status = lk_network_table_cells(network, &count, variable);
    child->table_count = count;
    if (status == LK_OK)
        status = normalize_rows(network, &normalization, &raw, variable, values,
                                options && options->normalize, row_lines, file);
    if (status != LK_OK) {
        lk_free(network->context, values);
        lk_free(network->context, raw);
        if (literals) lk_literals_free(network->context, literals);
        child->table_count = old_count;
        return status;
    }
    network->normalization = normalization;
    forget_table(network, child);
    child->table = values;
    child->table_count = count;
    child->raw_table = raw;
    if (literals) {
        child->literals = *literals;
        *literals = (lk_literals){0};
        lk_literals_sort(&child->literals);
    }
    child->smallest_exponent = lk_smallest_exponent(values, count);
    show_table(network, variable);
    return LK_OK;
}

lk_status lk_network_set_table(lk_network *network, uint32_t variable, const double *values,
                               size_t count, const lk_network_read_options *options) {
    assert(variable < network->count);
    size_t cells = 0;
    LK_TRY(lk_network_need_bayes(network, "have a table for a variable"));
    LK_TRY(lk_network_table_cells(network, &cells, variable));
    if (cells != count)
        return lk_fail(network->context, LK_ERROR_DATA,
                       "the table of \"%s\" needs %zu values and has %zu",
                       network->variables[variable].name, cells, count);
    double *copy = lk_alloc(network->context, count, sizeof *copy);
    LK_NEED(copy);
    memcpy(copy, values, count * sizeof *copy);
    return lk_network_take_table(network, variable, copy, NULL, options, NULL, NULL);
}

void lk_network_append_number(lk_buffer *out, const lk_network *network, uint32_t table,
                              size_t cell) {
    const lk_literals *literals;
    const double *given;
    if (network->is_markov) {
        literals = &network->tables[table].literals;
        given = network->tables[table].given;
    } else {
        const lk_variable *child = &network->variables[table];
        literals = &child->literals;
        given = child->raw_table ? child->raw_table : child->table;
    }
    size_t length;
    const char *text = lk_literals_find(literals, &length, cell);
    if (text)
        lk_buffer_append(out, text, length);
    else
        lk_buffer_append_double(out, given[cell]);
}

// ---- Looking -----------------------------------------------------------------------------------

const char *lk_network_name(const lk_network *network) { return network->name; }
uint32_t lk_network_variable_count(const lk_network *network) { return network->count; }

const char *lk_network_variable_name(const lk_network *network, uint32_t variable) {
    return network->variables[variable].name;
}

uint32_t lk_network_state_count(const lk_network *network, uint32_t variable) {
    return network->variables[variable].state_count;
}

const char *lk_network_state_name(const lk_network *network, uint32_t variable, uint32_t state) {
    return network->variables[variable].states[state];
}

uint32_t lk_network_parent_count(const lk_network *network, uint32_t variable) {
    return network->variables[variable].parent_count;
}

const uint32_t *lk_network_parents(const lk_network *network, uint32_t variable) {
    return network->variables[variable].parents;
}

const double *lk_network_table(const lk_network *network, uint32_t variable, size_t *count) {
    const lk_variable *child = &network->variables[variable];
    if (count) *count = child->table ? child->table_count : 0;
    return child->table;
}

bool lk_network_has_tables(const lk_network *network) {
    if (network->is_markov) return false;
    for (uint32_t v = 0; v < network->count; v++)
        if (!network->variables[v].table) return false;
    return true;
}

bool lk_network_lookup_variable(const lk_network *network, uint32_t *variable, const char *name) {
    const uint64_t *index = lk_hashmap_get(network->variable_index, name, strlen(name));
    if (!index) return false;
    *variable = (uint32_t)*index;
    return true;
}

bool lk_network_lookup_state(const lk_network *network, uint32_t *state, uint32_t variable,
                             const char *name) {
    char key[sizeof(uint32_t) + LK_NAME_BYTES];
    size_t length = strlen(name);
    if (length > LK_NAME_BYTES) return false;
    const uint64_t *index =
        lk_hashmap_get(network->state_index, key, state_key(key, variable, name, length));
    if (!index) return false;
    *state = (uint32_t)*index;
    return true;
}

static lk_status fail_unknown(lk_context *context, const char *what, const char *owner,
                              const char *name, const char *const *candidates, size_t count) {
    const char *nearest = lk_suggest(name, candidates, count);
    if (!nearest)
        return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "%s has no %s \"%s\"", owner, what, name);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "%s has no %s \"%s\"; did you mean \"%s\"?",
                   owner, what, name, nearest);
}

lk_status lk_network_find_variable(const lk_network *network, uint32_t *variable,
                                   const char *name) {
    if (lk_network_lookup_variable(network, variable, name)) return LK_OK;
    return fail_unknown(network->context, "variable", "the network", name, network->variable_names,
                        network->count);
}

lk_status lk_network_find_state(const lk_network *network, uint32_t *state, uint32_t variable,
                                const char *name) {
    if (lk_network_lookup_state(network, state, variable, name)) return LK_OK;
    const lk_variable *owner = &network->variables[variable];
    char owner_text[LK_NAME_BYTES + 16];
    snprintf(owner_text, sizeof owner_text, "variable \"%s\"", owner->name);
    return fail_unknown(network->context, "state", owner_text, name, owner->states,
                        owner->state_count);
}

lk_status lk_network_need_finished(lk_context *context, const lk_network *network) {
    if (network->finished) return LK_OK;
    return lk_fail(context, LK_ERROR_USAGE, "the network has not been finished");
}
