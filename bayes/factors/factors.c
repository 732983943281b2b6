// Reading a request, and the shape of what comes out of it.
#include "factors/factors.h"

#include <math.h>

// ---- Variables ---------------------------------------------------------------------------------

// The states of a variable that is there already must be those it has here.
static lk_status compare_states(lk_factor_result *r, const lk_factor_table *table, uint32_t index,
                                const lk_factor_variable *variable) {
    const lk_variable *known = &r->network->variables[index];
    bool same = known->state_count == variable->state_count;
    for (uint32_t s = 0; same && s < known->state_count; s++)
        same = strcmp(known->states[s], variable->states[s]) == 0;
    if (same) return LK_OK;
    return lk_fail(r->context, LK_ERROR_DATA,
                   "variable \"%s\" has other states in %s than in a factor before it: rename one "
                   "of the two, or give it the same states in the same order",
                   known->name, table->data->symbol ? table->data->symbol : "a factor");
}

static lk_status take_variable(lk_factor_result *r, lk_factor_table *table,
                               const lk_factor_variable *variable) {
    uint32_t index;
    if (!lk_network_lookup_variable(r->network, &index, variable->name))
        LK_TRY(lk_network_add_variable(r->network, &index, variable->name, variable->states,
                                       variable->state_count));
    else
        LK_TRY(compare_states(r, table, index, variable));
    for (uint32_t i = 0; i < table->size; i++)
        if (table->scope[i] == index)
            return lk_fail(r->context, LK_ERROR_DATA, "a factor has variable \"%s\" twice",
                           variable->name);
    if (r->network->count > LK_FACTOR_VARIABLES)
        return lk_fail(r->context, LK_ERROR_LIMIT,
                       "the factors have more than %d variables together", LK_FACTOR_VARIABLES);
    table->scope[table->size++] = index;
    return LK_OK;
}

bool lk_factor_has(const lk_factor_table *table, uint32_t variable) {
    for (uint32_t i = 0; i < table->size; i++)
        if (table->scope[i] == variable) return true;
    return false;
}

static bool observes(const lk_factor_table *table, const char *name) {
    for (uint32_t i = 0; i < table->observed_count; i++)
        if (strcmp(table->observed[i].variable, name) == 0) return true;
    return false;
}

// ---- Findings that went in before --------------------------------------------------------------

// Adds a finding in its place in the alphabet.
static lk_status insert_observed(lk_context *context, lk_factor_finding *list, uint32_t *count,
                                 lk_factor_finding finding) {
    uint32_t at = *count;
    while (at > 0 && strcmp(list[at - 1].variable, finding.variable) > 0) at--;
    if (at > 0 && strcmp(list[at - 1].variable, finding.variable) == 0) {
        if (strcmp(list[at - 1].state, finding.state) == 0) return LK_OK;
        return lk_fail(context, LK_ERROR_DATA,
                       "variable \"%s\" cannot be observed as \"%s\" and as \"%s\" at once",
                       finding.variable, list[at - 1].state, finding.state);
    }
    if (*count == LK_FACTOR_VARIABLES)
        return lk_fail(context, LK_ERROR_LIMIT, "more than %d variables were observed",
                       LK_FACTOR_VARIABLES);
    memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
    list[at] = finding;
    ++*count;
    return LK_OK;
}

static lk_status add_observed(lk_factor_result *r, lk_factor_table *table,
                              const lk_factor_finding *findings, size_t count) {
    lk_factor_finding *list = lk_arena_alloc(&r->arena, LK_FACTOR_VARIABLES, sizeof *list);
    LK_NEED(list);
    if (table->observed_count) memcpy(list, table->observed, table->observed_count * sizeof *list);
    for (size_t i = 0; i < count; i++)
        LK_TRY(insert_observed(r->context, list, &table->observed_count, findings[i]));
    table->observed = list;
    return LK_OK;
}

static lk_status check_names(lk_factor_result *r, const lk_factor_data *data) {
    const char *names[] = {data->symbol, data->head};
    for (size_t i = 0; i < 2; i++)
        if (names[i] && strnlen(names[i], LK_NAME_BYTES + 1) > LK_NAME_BYTES)
            return lk_fail(r->context, LK_ERROR_DATA,
                           "the symbol of a factor has more than %d bytes", LK_NAME_BYTES);
    for (size_t i = 0; i < data->observed_count; i++)
        if (strnlen(data->observed[i].variable, LK_NAME_BYTES + 1) > LK_NAME_BYTES ||
            strnlen(data->observed[i].state, LK_NAME_BYTES + 1) > LK_NAME_BYTES)
            return lk_fail(r->context, LK_ERROR_DATA, "a name has more than %d bytes",
                           LK_NAME_BYTES);
    return LK_OK;
}

// ---- Inputs ------------------------------------------------------------------------------------

static lk_status count_cells(lk_factor_result *r, lk_factor_table *table) {
    double cells = 1, limit = (double)lk_context_memory_limit(r->context) / sizeof(double);
    for (uint32_t i = 0; i < table->size; i++)
        cells *= r->network->variables[table->scope[i]].state_count;
    if (cells > limit || cells > (double)(SIZE_MAX / 64))
        return lk_fail(r->context, LK_ERROR_LIMIT,
                       "a factor over %u variables would have %.4g cells; the memory limit allows "
                       "%.4g",
                       table->size, cells, limit);
    table->cells = (size_t)cells;
    return LK_OK;
}

static lk_status check_head(lk_factor_result *r, const lk_factor_table *table) {
    const char *head = table->data->head;
    uint32_t variable;
    if (!head || observes(table, head)) return LK_OK;
    if (lk_network_lookup_variable(r->network, &variable, head) && lk_factor_has(table, variable))
        return LK_OK;
    return lk_fail(r->context, LK_ERROR_UNKNOWN_NAME,
                   "the head of a factor, \"%s\", is not among its variables", head);
}

static lk_status check_values(lk_factor_result *r, const lk_factor_table *table) {
    const lk_factor_data *data = table->data;
    if (data->count != table->cells)
        return lk_fail(r->context, LK_ERROR_DATA,
                       "%s has %zu value%s where its scope has %zu cells", table->name, data->count,
                       data->count == 1 ? "" : "s", table->cells);
    for (size_t i = 0; !data->texts && i < data->count; i++)
        if (!(data->values[i] >= 0) || isinf(data->values[i]))
            return lk_fail(r->context, LK_ERROR_DATA,
                           "value %zu of %s is %.10g; values are numbers from 0 on", i + 1,
                           table->name, data->values[i]);
    return LK_OK;
}

static lk_status take_input(lk_factor_result *r, const lk_factor_data *data) {
    lk_factor_table *table = &r->inputs[r->input_count];
    *table = (lk_factor_table){.data = data};
    if (data->size > LK_FACTOR_VARIABLES)
        return lk_fail(r->context, LK_ERROR_LIMIT, "a factor has %zu variables; at most %d can be",
                       data->size, LK_FACTOR_VARIABLES);
    LK_TRY(check_names(r, data));
    table->scope = lk_arena_alloc(&r->arena, data->size, sizeof *table->scope);
    LK_NEED(table->scope);
    for (size_t i = 0; i < data->size; i++) LK_TRY(take_variable(r, table, &data->scope[i]));
    LK_TRY(add_observed(r, table, data->observed, data->observed_count));
    LK_TRY(check_head(r, table));
    LK_TRY(count_cells(r, table));
    LK_TRY(lk_factor_keep_name(r, table));
    r->input_count++;
    return check_values(r, table);
}

// What is observed in one factor cannot vary in another.
static lk_status check_observed(lk_factor_result *r) {
    for (uint32_t i = 0; i < r->input_count; i++)
        for (uint32_t k = 0; k < r->inputs[i].observed_count; k++) {
            lk_factor_finding seen = r->inputs[i].observed[k];
            uint32_t variable;
            if (!lk_network_lookup_variable(r->network, &variable, seen.variable)) continue;
            return lk_fail(r->context, LK_ERROR_DATA,
                           "%s was restricted to %s=%s, and another factor has every state of "
                           "\"%s\": restrict both or none",
                           r->inputs[i].name, seen.variable, seen.state, seen.variable);
        }
    return LK_OK;
}

static lk_status take_inputs(lk_factor_result *r) {
    const lk_factor_request *request = r->request;
    if (request->factor_count > LK_FACTOR_COUNT)
        return lk_fail(r->context, LK_ERROR_LIMIT, "%zu factors are too many; at most %d can be",
                       request->factor_count, LK_FACTOR_COUNT);
    r->inputs = lk_arena_alloc(&r->arena, request->factor_count, sizeof *r->inputs);
    LK_NEED(r->inputs);
    for (size_t i = 0; i < request->factor_count; i++) LK_TRY(take_input(r, &request->factors[i]));
    return check_observed(r);
}

static lk_status fail_unknown(lk_context *context, const char *owner, const char *what,
                              const char *name, const char *const *names, size_t count) {
    const char *nearest = lk_suggest(name, names, count);
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME, "%s has no %s \"%.200s\"%s%s%s", owner, what,
                   name, nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                   nearest ? "\"?" : "");
}

static lk_status find_variable(const lk_factor_result *r, uint32_t *variable, const char *name) {
    if (lk_network_lookup_variable(r->network, variable, name)) return LK_OK;
    return fail_unknown(r->context,
                        r->input_count > 1 ? "the product of the factors" : r->inputs->name,
                        "variable", name, r->network->variable_names, r->network->count);
}

// Without variables a normalisation is over all.
static lk_status take_variables(lk_factor_result *r) {
    const lk_factor_request *request = r->request;
    r->variables = lk_arena_alloc(&r->arena, r->network->count, sizeof *r->variables);
    LK_NEED(r->variables);
    if (request->operation == LK_FACTOR_NORMALIZE && request->variable_count == 0)
        for (uint32_t i = 0; i < r->inputs->size; i++)
            r->variables[r->variable_count++] = r->inputs->scope[i];
    for (size_t i = 0; i < request->variable_count; i++) {
        uint32_t variable;
        LK_TRY(find_variable(r, &variable, request->variables[i]));
        for (uint32_t k = 0; k < r->variable_count; k++)
            if (r->variables[k] == variable)
                return lk_fail(r->context, LK_ERROR_USAGE, "variable \"%s\" is named twice",
                               request->variables[i]);
        r->variables[r->variable_count++] = variable;
    }
    return LK_OK;
}

// ---- What fits an operation --------------------------------------------------------------------

static lk_status check_request(lk_context *context, const lk_factor_request *request) {
    static const struct {
        const char *name;
        size_t least, most;
        bool variables, evidence;
    } rules[] = {
        [LK_FACTOR_MULTIPLY] = {"a product", 2, SIZE_MAX, false, false},
        [LK_FACTOR_SUM_OUT] = {"a sum", 1, SIZE_MAX, true, false},
        [LK_FACTOR_MAX_OUT] = {"a maximum", 1, SIZE_MAX, true, false},
        [LK_FACTOR_RESTRICT] = {"a restriction", 1, 1, false, true},
        [LK_FACTOR_NORMALIZE] = {"a normalisation", 1, 1, true, false},
    };
    lk_factor_operation operation = request->operation;
    if ((size_t)operation >= sizeof rules / sizeof *rules)
        return lk_fail(context, LK_ERROR_USAGE, "there is no operation %d", (int)operation);
    const char *name = rules[operation].name;
    if (request->factor_count < rules[operation].least)
        return lk_fail(context, LK_ERROR_USAGE, "%s needs %s", name,
                       operation == LK_FACTOR_MULTIPLY ? "two factors or more" : "a factor");
    if (request->factor_count > rules[operation].most)
        return lk_fail(context, LK_ERROR_USAGE, "%s is of one factor, not of %zu", name,
                       request->factor_count);
    if (!rules[operation].variables && request->variable_count > 0)
        return lk_fail(context, LK_ERROR_USAGE, "%s has no variables of its own", name);
    if (!rules[operation].evidence && request->evidence_count > 0)
        return lk_fail(context, LK_ERROR_USAGE, "%s has no evidence", name);
    bool eliminates = operation == LK_FACTOR_SUM_OUT || operation == LK_FACTOR_MAX_OUT;
    if (eliminates && request->variable_count == 0)
        return lk_fail(context, LK_ERROR_USAGE, "%s needs variables", name);
    return LK_OK;
}

// ---- The output --------------------------------------------------------------------------------

static bool is_eliminated(const lk_factor_result *r, uint32_t variable) {
    if (r->request->operation == LK_FACTOR_NORMALIZE) return false;
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i] == variable) return true;
    return false;
}

// All variables of the inputs that stay, in alphabetical order.
static void set_joined_scope(lk_factor_result *r, lk_factor_table *output) {
    const lk_variable *variables = r->network->variables;
    for (uint32_t v = 0; v < r->network->count; v++) {
        if (is_eliminated(r, v)) continue;
        uint32_t at = output->size++;
        for (; at > 0 && strcmp(variables[output->scope[at - 1]].name, variables[v].name) > 0; at--)
            output->scope[at] = output->scope[at - 1];
        output->scope[at] = v;
    }
}

// The scope of the only input, without what the evidence observes.
static lk_status set_kept_scope(lk_factor_result *r, lk_factor_table *output) {
    const lk_factor_request *request = r->request;
    LK_TRY(add_observed(r, output, request->evidence, request->evidence_count));
    for (uint32_t i = 0; i < r->inputs->size; i++) {
        uint32_t variable = r->inputs->scope[i];
        if (!observes(output, r->network->variables[variable].name))
            output->scope[output->size++] = variable;
    }
    return LK_OK;
}

static lk_status find_evidence(lk_factor_result *r) {
    for (size_t i = 0; i < r->request->evidence_count; i++) {
        const lk_factor_finding *finding = &r->request->evidence[i];
        uint32_t variable, state;
        LK_TRY(find_variable(r, &variable, finding->variable));
        if (lk_network_lookup_state(r->network, &state, variable, finding->state)) continue;
        const lk_variable *known = &r->network->variables[variable];
        return fail_unknown(r->context, known->name, "state", finding->state, known->states,
                            known->state_count);
    }
    return LK_OK;
}

static lk_status set_scope(lk_factor_result *r, lk_factor_table *output) {
    output->scope = lk_arena_alloc(&r->arena, r->network->count, sizeof *output->scope);
    LK_NEED(output->scope);
    for (uint32_t i = 0; i < r->input_count; i++)
        LK_TRY(add_observed(r, output, r->inputs[i].observed, r->inputs[i].observed_count));
    if (r->request->operation < LK_FACTOR_RESTRICT)
        set_joined_scope(r, output);
    else
        LK_TRY(set_kept_scope(r, output));
    return count_cells(r, output);
}

static void set_symbol(lk_factor_result *r) {
    const lk_factor_request *request = r->request;
    r->data.symbol = request->symbol ? request->symbol : "f";
    if (request->operation == LK_FACTOR_RESTRICT) {
        r->data.symbol = r->inputs->data->symbol;
        r->data.head = r->inputs->data->head;
    }
    bool has_others = r->inputs->size + r->inputs->observed_count > 1;
    if (request->operation == LK_FACTOR_NORMALIZE && r->variable_count == 1 && has_others)
        r->data.head = r->network->variables[r->variables[0]].name;
}

// The parts of the result that people see, none of them borrowed from the request.
static lk_status keep_text(lk_factor_result *r, const char **text) {
    if (!*text) return LK_OK;
    *text = lk_arena_copy_text(&r->arena, *text, strlen(*text));
    LK_NEED(*text);
    return LK_OK;
}

static lk_status show_output(lk_factor_result *r) {
    lk_factor_variable *scope = lk_arena_alloc(&r->arena, r->output.size, sizeof *scope);
    lk_factor_finding *observed =
        lk_arena_alloc(&r->arena, r->output.observed_count, sizeof *observed);
    LK_NEED(scope);
    LK_NEED(observed);
    for (uint32_t i = 0; i < r->output.size; i++) {
        const lk_variable *v = &r->network->variables[r->output.scope[i]];
        scope[i] = (lk_factor_variable){v->name, v->states, v->state_count};
    }
    for (uint32_t i = 0; i < r->output.observed_count; i++) {
        observed[i] = r->output.observed[i];
        LK_TRY(keep_text(r, &observed[i].variable));
        LK_TRY(keep_text(r, &observed[i].state));
    }
    r->data.scope = scope;
    r->data.size = r->output.size;
    r->data.observed = observed;
    r->data.observed_count = r->output.observed_count;
    r->data.count = r->output.cells;
    LK_TRY(keep_text(r, &r->data.symbol));
    return keep_text(r, &r->data.head);
}

static lk_status shape_output(lk_factor_result *r) {
    r->output.data = &r->data;
    LK_TRY(take_variables(r));
    LK_TRY(find_evidence(r));
    LK_TRY(set_scope(r, &r->output));
    set_symbol(r);
    LK_TRY(lk_factor_keep_name(r, &r->output));
    LK_TRY(lk_factor_keep_expression(r));
    return show_output(r);
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status take_room(lk_factor_result *r) {
    const lk_factor_request *request = r->request;
    double bytes = (double)r->output.cells * sizeof(double);
    if (request->operation == LK_FACTOR_MAX_OUT)
        bytes += (double)r->output.cells * r->variable_count * sizeof *r->largest;
    double limit = (double)lk_context_memory_limit(r->context);
    if (bytes > limit)
        return lk_fail(r->context, LK_ERROR_LIMIT,
                       "the result needs %.4g bytes; the memory limit is %.4g bytes", bytes, limit);
    r->values = lk_arena_alloc_zero(&r->arena, r->output.cells, sizeof *r->values);
    LK_NEED(r->values);
    if (request->operation == LK_FACTOR_MAX_OUT) {
        r->largest =
            lk_arena_alloc_zero(&r->arena, r->output.cells * r->variable_count, sizeof *r->largest);
        LK_NEED(r->largest);
    }
    return LK_OK;
}

static lk_status combine(lk_factor_result *r) {
    LK_TRY(lk_network_new_markov(r->context, &r->network, ""));
    LK_TRY(take_inputs(r));
    LK_TRY(shape_output(r));
    LK_TRY(take_room(r));
    LK_TRY(r->request->exact ? lk_factor_compute_exact(r) : lk_factor_compute_doubles(r));
    r->data.values = r->values;
    r->data.texts = r->texts;
    return LK_OK;
}

lk_status lk_factor_combine(lk_context *context, lk_factor_result **result,
                            const lk_factor_request *request) {
    LK_TRY(check_request(context, request));
    lk_factor_result *r = lk_alloc_zero(context, 1, sizeof *r);
    LK_NEED(r);
    r->context = context;
    r->arena = lk_arena_make(context, 0);
    r->scratch = lk_arena_make(context, 0);
    r->request = request;
    lk_status status = combine(r);
    lk_arena_release(&r->scratch);
    r->scratch = lk_arena_make(context, 0);
    r->request = NULL; // and what the inputs borrow of it: the caller's
    r->inputs = NULL;
    if (status != LK_OK) {
        lk_factor_result_free(r);
        return status;
    }
    *result = r;
    return LK_OK;
}

void lk_factor_result_free(lk_factor_result *r) {
    if (!r) return;
    lk_network_free(r->network);
    lk_arena_release(&r->scratch);
    lk_arena_release(&r->arena);
    lk_free(r->context, r);
}

// ---- Looking at it -----------------------------------------------------------------------------

const lk_factor_data *lk_factor_result_factor(const lk_factor_result *r) { return &r->data; }
const char *lk_factor_result_name(const lk_factor_result *r) { return r->output.name; }
const char *lk_factor_result_expression(const lk_factor_result *r) { return r->expression; }
size_t lk_factor_result_variable_count(const lk_factor_result *r) { return r->variable_count; }
const uint32_t *lk_factor_result_largest(const lk_factor_result *r) { return r->largest; }

const char *lk_factor_result_variable(const lk_factor_result *r, size_t index) {
    return r->network->variables[r->variables[index]].name;
}
