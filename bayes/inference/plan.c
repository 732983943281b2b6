// Planning, in three parts: what matters (separation.c), in which order variables are eliminated
// (order.c), and what each elimination then joins. The list of remaining factors begins in the
// order of the file; a new factor takes the place of the first of those it was made of.
#include "inference/plan.h"

#include "inference/order.h"

typedef struct link {
    uint32_t factor;
    struct link *next;
} link;

typedef struct builder {
    lk_arena *arena;
    lk_arena *scratch;
    const lk_plan_request *request;
    lk_plan *plan;
    bool *is_target;
    uint32_t *rank; // of each variable
    double largest_join;
    uint32_t *places; // of each factor: its place in the list of remaining ones
    bool *used;       // of each factor: joined already
    link **having;    // of each variable: the factors that have it
    uint32_t *stamps; // of each variable: the last join it was seen in
    uint32_t stamp;
    uint32_t *scope; // room for one scope
} builder;

static bool is_unobserved(const builder *b, uint32_t variable) {
    return !b->request->observed[variable];
}

static bool matters(const builder *b, uint32_t variable) {
    return b->plan->relevance[variable] == LK_RELEVANT;
}

lk_status lk_plan_refuse(lk_context *context, const char *what, double cells) {
    return lk_fail(context, LK_ERROR_LIMIT,
                   "%s %.4g cells (%.4g bytes); the memory limit is %.4g bytes", what, cells,
                   cells * sizeof(double), (double)lk_context_memory_limit(context));
}

// ---- What matters ------------------------------------------------------------------------------

static lk_status find_relevant_variables(builder *b) {
    const lk_plan_request *request = b->request;
    const lk_network *network = request->network;
    b->plan->relevance = lk_arena_alloc_zero(b->arena, network->count, sizeof(lk_relevance));
    LK_NEED(b->plan->relevance);
    if (request->no_prune) return LK_OK; // all relevant
    // What the given order names is kept as if it were asked for.
    size_t count = request->target_count + request->order_count;
    uint32_t *starts = lk_arena_alloc(b->scratch, count, sizeof *starts);
    LK_NEED(starts);
    for (size_t i = 0; i < request->target_count; i++) starts[i] = request->targets[i];
    for (size_t i = 0; i < request->order_count; i++)
        starts[request->target_count + i] = request->order[i];
    return lk_find_relevance(b->scratch, b->plan->relevance, network, starts, count,
                             request->observed, request->target_count == 0);
}

// Without targets and with everything kept, P(evidence) or Z is what the tables sum to.
static lk_status find_relevance(builder *b) {
    LK_TRY(find_relevant_variables(b));
    const lk_plan_request *request = b->request;
    const lk_network *network = request->network;
    uint32_t tables = lk_network_table_count(network);
    bool all = request->no_prune || request->target_count == 0;
    b->plan->matters = lk_arena_alloc(b->arena, tables, sizeof *b->plan->matters);
    LK_NEED(b->plan->matters);
    for (uint32_t i = 0; i < tables; i++)
        b->plan->matters[i] = lk_table_matters(lk_network_table_at(network, i), b->plan->relevance,
                                               request->observed, all);
    return LK_OK;
}

// ---- Order -------------------------------------------------------------------------------------

// The variables of a table that are not observed.
static uint32_t unobserved_scope(const builder *b, uint32_t *scope, uint32_t index) {
    const lk_table *table = lk_network_table_at(b->request->network, index);
    uint32_t size = 0;
    for (uint32_t i = 0; i < table->size; i++)
        if (is_unobserved(b, table->scope[i])) scope[size++] = table->scope[i];
    return size;
}

// Numbers the unobserved variables that matter; node_of[v] is defined for those.
static uint32_t number_nodes(const builder *b, uint32_t *node_of, uint32_t *variable_of) {
    uint32_t nodes = 0;
    for (uint32_t v = 0; v < b->request->network->count; v++) {
        if (!matters(b, v) || !is_unobserved(b, v)) continue;
        node_of[v] = nodes;
        variable_of[nodes++] = v;
    }
    return nodes;
}

static void connect_tables(const builder *b, lk_graph *graph, const uint32_t *node_of) {
    for (uint32_t t = 0; t < lk_network_table_count(b->request->network); t++) {
        if (!b->plan->matters[t]) continue;
        uint32_t size = unobserved_scope(b, b->scope, t);
        for (uint32_t i = 0; i < size; i++) b->scope[i] = node_of[b->scope[i]];
        lk_graph_connect_all(graph, b->scope, size);
    }
}

static lk_status search_order(builder *b) {
    uint32_t n = b->request->network->count;
    uint32_t *node_of = lk_arena_alloc(b->scratch, n, sizeof *node_of);
    uint32_t *variable_of = lk_arena_alloc(b->scratch, n, sizeof *variable_of);
    uint32_t *cardinalities = lk_arena_alloc(b->scratch, n, sizeof *cardinalities);
    bool *kept = lk_arena_alloc(b->scratch, n, sizeof *kept);
    LK_NEED(node_of);
    LK_NEED(variable_of);
    LK_NEED(cardinalities);
    LK_NEED(kept);
    uint32_t nodes = number_nodes(b, node_of, variable_of);
    lk_graph graph;
    LK_TRY(lk_graph_make(b->scratch, &graph, nodes));
    connect_tables(b, &graph, node_of);
    for (uint32_t i = 0; i < nodes; i++) {
        cardinalities[i] = b->request->network->variables[variable_of[i]].state_count;
        kept[i] = b->is_target[variable_of[i]];
    }
    lk_order_problem problem = {&graph, cardinalities, kept, b->largest_join};
    lk_order order;
    LK_TRY(lk_order_find(b->scratch, &order, &problem, b->request->heuristic));
    if (order.too_large != 0)
        return lk_plan_refuse(b->arena->context, lk_order_refusal(&order), order.too_large);
    for (uint32_t i = 0; i < order.count; i++) b->plan->order[i] = variable_of[order.nodes[i]];
    b->plan->order_count = order.count;
    return LK_OK;
}

static lk_status take_given_order(builder *b) {
    const lk_network *network = b->request->network;
    bool *named = lk_arena_alloc_zero(b->scratch, network->count, sizeof *named);
    LK_NEED(named);
    for (size_t i = 0; i < b->request->order_count; i++) {
        uint32_t variable = b->request->order[i];
        named[variable] = true;
        if (!b->is_target[variable]) b->plan->order[b->plan->order_count++] = variable;
    }
    for (uint32_t v = 0; v < network->count; v++)
        if (matters(b, v) && is_unobserved(b, v) && !b->is_target[v] && !named[v])
            return lk_fail(network->context, LK_ERROR_USAGE,
                           "the order must also name \"%s\", on which the answer depends",
                           network->variables[v].name);
    return LK_OK;
}

static lk_status find_order(builder *b) {
    b->plan->order = lk_arena_alloc(b->arena, b->request->network->count, sizeof(uint32_t));
    LK_NEED(b->plan->order);
    return b->request->order ? take_given_order(b) : search_order(b);
}

// Tables have the variable that is eliminated first slowest and the targets, in their order,
// fastest: then every input of a join passes through its cells in their order.
static lk_status set_ranks(builder *b) {
    uint32_t n = b->request->network->count;
    b->rank = lk_arena_alloc_zero(b->scratch, n, sizeof *b->rank);
    LK_NEED(b->rank);
    if (b->request->rank) {
        memcpy(b->rank, b->request->rank, n * sizeof *b->rank);
        return LK_OK;
    }
    for (uint32_t i = 0; i < b->plan->order_count; i++) b->rank[b->plan->order[i]] = i;
    for (size_t i = 0; i < b->request->target_count; i++)
        b->rank[b->request->targets[i]] = b->plan->order_count + (uint32_t)i;
    return LK_OK;
}

// ---- Steps -------------------------------------------------------------------------------------

static void sort_by_rank(const builder *b, uint32_t *scope, uint32_t size) {
    for (uint32_t i = 1; i < size; i++) {
        uint32_t variable = scope[i], j = i;
        for (; j > 0 && b->rank[scope[j - 1]] > b->rank[variable]; j--) scope[j] = scope[j - 1];
        scope[j] = variable;
    }
}

static double count_cells(const builder *b, const uint32_t *scope, uint32_t size) {
    double cells = 1;
    for (uint32_t i = 0; i < size; i++)
        cells *= b->request->network->variables[scope[i]].state_count;
    return cells;
}

static lk_status copy_indices(lk_arena *arena, uint32_t **copy, const uint32_t *indices,
                              uint32_t count) {
    *copy = lk_arena_alloc(arena, count, sizeof **copy);
    LK_NEED(*copy);
    if (count) memcpy(*copy, indices, count * sizeof **copy);
    return LK_OK;
}

static lk_status add_factor(builder *b, uint32_t table, const uint32_t *scope, uint32_t size,
                            uint32_t place) {
    uint32_t index = b->plan->factor_count++;
    lk_plan_factor *factor = &b->plan->factors[index];
    *factor = (lk_plan_factor){.table = table, .size = size, .cells = count_cells(b, scope, size)};
    LK_TRY(copy_indices(b->arena, &factor->scope, scope, size));
    if (factor->cells > b->plan->largest_table) b->plan->largest_table = factor->cells;
    b->places[index] = place;
    for (uint32_t i = 0; i < size; i++) {
        link *node = lk_arena_alloc(b->scratch, 1, sizeof *node);
        LK_NEED(node);
        *node = (link){index, b->having[scope[i]]};
        b->having[scope[i]] = node;
    }
    return LK_OK;
}

static lk_status add_initial_factors(builder *b) {
    for (uint32_t t = 0; t < lk_network_table_count(b->request->network); t++) {
        if (!b->plan->matters[t]) continue;
        uint32_t size = unobserved_scope(b, b->scope, t);
        sort_by_rank(b, b->scope, size);
        LK_TRY(add_factor(b, t, b->scope, size, t));
    }
    b->plan->initial_count = b->plan->factor_count;
    return LK_OK;
}

// Appends an input to a step, keeping them in the order of their places.
static void insert_input(builder *b, lk_plan_step *step, uint32_t factor) {
    uint32_t j = step->input_count++;
    for (; j > 0 && b->places[step->inputs[j - 1]] > b->places[factor]; j--)
        step->inputs[j] = step->inputs[j - 1];
    step->inputs[j] = factor;
    b->used[factor] = true;
}

static lk_status collect_inputs(builder *b, lk_plan_step *step) {
    uint32_t count = 0;
    const link *first = b->having[step->eliminated];
    for (const link *l = first; l; l = l->next) count += !b->used[l->factor];
    step->inputs = lk_arena_alloc(b->arena, count, sizeof *step->inputs);
    LK_NEED(step->inputs);
    for (const link *l = first; l; l = l->next)
        if (!b->used[l->factor]) insert_input(b, step, l->factor);
    return LK_OK;
}

static lk_status collect_remaining(builder *b, lk_plan_step *step) {
    uint32_t count = 0;
    for (uint32_t f = 0; f < b->plan->factor_count; f++) count += !b->used[f];
    step->inputs = lk_arena_alloc(b->arena, count, sizeof *step->inputs);
    LK_NEED(step->inputs);
    for (uint32_t f = 0; f < b->plan->factor_count; f++)
        if (!b->used[f]) insert_input(b, step, f);
    return LK_OK;
}

// The variables of all inputs, sorted by rank.
static lk_status join_scopes(builder *b, lk_plan_step *step) {
    uint32_t size = 0;
    b->stamp++;
    for (uint32_t i = 0; i < step->input_count; i++) {
        const lk_plan_factor *input = &b->plan->factors[step->inputs[i]];
        for (uint32_t k = 0; k < input->size; k++) {
            uint32_t variable = input->scope[k];
            if (b->stamps[variable] == b->stamp) continue;
            b->stamps[variable] = b->stamp;
            b->scope[size++] = variable;
        }
    }
    sort_by_rank(b, b->scope, size);
    step->join_size = size;
    step->join_cells = count_cells(b, b->scope, size);
    return copy_indices(b->arena, &step->join, b->scope, size);
}

static lk_status add_output(builder *b, lk_plan_step *step) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < step->join_size; i++)
        if (step->join[i] != step->eliminated) b->scope[size++] = step->join[i];
    uint32_t place = step->input_count ? b->places[step->inputs[0]] : 0;
    step->output = b->plan->factor_count;
    return add_factor(b, LK_NO_TABLE, b->scope, size, place);
}

// The result has the targets in the order they were asked for.
static lk_status add_result(builder *b, lk_plan_step *step) {
    step->output = b->plan->factor_count;
    return add_factor(b, LK_NO_TABLE, b->request->targets, (uint32_t)b->request->target_count, 0);
}

static void count_work(lk_plan *plan, const lk_plan_step *step) {
    if (step->input_count > 1) plan->multiplications += (step->input_count - 1) * step->join_cells;
    plan->additions += step->join_cells - plan->factors[step->output].cells;
    if (step->input_count > plan->largest_input_count)
        plan->largest_input_count = step->input_count;
}

static lk_status add_step(builder *b, uint32_t eliminated) {
    lk_plan_step *step = &b->plan->steps[b->plan->step_count++];
    *step = (lk_plan_step){.eliminated = eliminated};
    bool is_last = eliminated == LK_NO_VARIABLE;
    LK_TRY(is_last ? collect_remaining(b, step) : collect_inputs(b, step));
    LK_TRY(join_scopes(b, step));
    if (step->join_cells > b->largest_join)
        return lk_plan_refuse(b->arena->context, "the order given joins", step->join_cells);
    LK_TRY(is_last ? add_result(b, step) : add_output(b, step));
    count_work(b->plan, step);
    return LK_OK;
}

static lk_status add_steps(builder *b) {
    uint32_t n = b->request->network->count, steps = b->plan->order_count + 1;
    size_t factors = steps;
    for (uint32_t t = 0; t < lk_network_table_count(b->request->network); t++)
        factors += b->plan->matters[t];
    b->plan->steps = lk_arena_alloc(b->arena, steps, sizeof *b->plan->steps);
    b->plan->factors = lk_arena_alloc(b->arena, factors, sizeof *b->plan->factors);
    b->places = lk_arena_alloc(b->scratch, factors, sizeof *b->places);
    b->used = lk_arena_alloc_zero(b->scratch, factors, sizeof *b->used);
    b->having = lk_arena_alloc_zero(b->scratch, n, sizeof *b->having);
    b->stamps = lk_arena_alloc_zero(b->scratch, n, sizeof *b->stamps);
    LK_NEED(b->plan->steps);
    LK_NEED(b->plan->factors);
    LK_NEED(b->places);
    LK_NEED(b->used);
    LK_NEED(b->having);
    LK_NEED(b->stamps);
    LK_TRY(add_initial_factors(b));
    for (uint32_t i = 0; i < b->plan->order_count; i++) LK_TRY(add_step(b, b->plan->order[i]));
    return add_step(b, LK_NO_VARIABLE);
}

// ---- The whole ---------------------------------------------------------------------------------

static lk_status start_builder(builder *b) {
    uint32_t n = b->request->network->count;
    b->scope = lk_arena_alloc(b->scratch, n, sizeof *b->scope);
    b->is_target = lk_arena_alloc_zero(b->scratch, n, sizeof *b->is_target);
    LK_NEED(b->scope);
    LK_NEED(b->is_target);
    for (size_t i = 0; i < b->request->target_count; i++)
        b->is_target[b->request->targets[i]] = true;
    return LK_OK;
}

static bool tables_are_there(const builder *b, uint32_t *missing) {
    const lk_network *network = b->request->network;
    for (uint32_t t = 0; t < lk_network_table_count(network); t++) {
        *missing = lk_network_table_at(network, t)->owner;
        if (b->plan->matters[t] && !lk_network_table_at(network, t)->values) return false;
    }
    return true;
}

// Without tables nothing is computed; sizes are then limited by what can be counted exactly.
static void set_largest_join(builder *b, bool with_tables) {
    const lk_network *network = b->request->network;
    b->largest_join = LK_LARGEST_JOIN;
    if (!with_tables) return;
    double states = 1;
    for (uint32_t v = 0; v < network->count; v++)
        if (network->variables[v].state_count > states) states = network->variables[v].state_count;
    double limit = (double)lk_context_memory_limit(network->context) / sizeof(double) * states;
    if (limit < b->largest_join) b->largest_join = limit;
}

static lk_status make_plan(builder *b, bool with_tables) {
    const lk_network *network = b->request->network;
    LK_TRY(start_builder(b));
    LK_TRY(find_relevance(b));
    uint32_t missing = 0;
    bool has_tables = !b->request->structure_only && tables_are_there(b, &missing);
    if (with_tables && !has_tables) return lk_network_fail_no_table(network, missing);
    set_largest_join(b, has_tables);
    LK_TRY(find_order(b));
    LK_TRY(set_ranks(b));
    LK_TRY(add_steps(b));
    return has_tables ? lk_plan_lay_out(b->arena, b->plan, b->scratch, b->request) : LK_OK;
}

lk_status lk_plan_make(lk_arena *arena, lk_plan *plan, lk_arena *scratch,
                       const lk_plan_request *request, bool with_tables) {
    *plan = (lk_plan){.network = request->network};
    builder b = {.arena = arena, .scratch = scratch, .request = request, .plan = plan};
    lk_arena_mark mark = lk_arena_get_mark(scratch);
    lk_status status = make_plan(&b, with_tables);
    lk_arena_rewind(scratch, mark);
    return status;
}
