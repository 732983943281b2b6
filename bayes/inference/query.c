// Queries: checked and planned once, run for any states of the evidence.
#include "inference/query.h"

#include "inference/conflict.h"
#include "inference/enumerate.h"
#include "inference/query_tree.h"

#include <assert.h>

// ---- Checks ------------------------------------------------------------------------------------

static lk_status fail_name(const lk_network *network, const char *format_start, uint32_t variable,
                           const char *problem) {
    return lk_fail(network->context, LK_ERROR_USAGE, "%s \"%s\" %s", format_start,
                   network->variables[variable].name, problem);
}

// Marks the variables of a list; fails for one that is marked already.
static lk_status mark_once(const lk_network *network, bool *marks, const uint32_t *variables,
                           size_t count, const char *what) {
    for (size_t i = 0; i < count; i++) {
        assert(variables[i] < network->count);
        if (marks[variables[i]]) return fail_name(network, what, variables[i], "is given twice");
        marks[variables[i]] = true;
    }
    return LK_OK;
}

static lk_status check_targets(const lk_network *network, bool *marks, const bool *observed,
                               const uint32_t *targets, size_t count) {
    LK_TRY(mark_once(network, marks, targets, count, "the target"));
    for (size_t i = 0; i < count; i++)
        if (observed[targets[i]])
            return fail_name(network, "the target", targets[i], "is observed");
    return LK_OK;
}

// An order may name targets when each has a posterior of its own: the others are summed out.
static lk_status check_order(const lk_network *network, bool *marks, const bool *observed,
                             const uint32_t *targets, size_t target_count,
                             const lk_query_options *options) {
    memset(marks, 0, network->count * sizeof *marks);
    LK_TRY(mark_once(network, marks, options->order, options->order_count,
                     "in the order of elimination,"));
    for (uint32_t v = 0; v < network->count; v++)
        if (marks[v] && observed[v])
            return fail_name(network, "the order names", v, "which is observed");
    if (!options->joint && target_count != 1) return LK_OK;
    for (size_t i = 0; i < target_count; i++)
        if (marks[targets[i]])
            return fail_name(network, "the order names the target", targets[i],
                             "which is not eliminated");
    return LK_OK;
}

lk_status lk_check_question(const lk_network *network, bool *observed, const uint32_t *targets,
                            size_t target_count, const uint32_t *evidence, size_t evidence_count,
                            const lk_query_options *options) {
    LK_TRY(lk_network_need_finished(network->context, network));
    memset(observed, 0, network->count * sizeof *observed);
    LK_TRY(mark_once(network, observed, evidence, evidence_count, "the evidence variable"));
    if (target_count == 0 && !options->order) return LK_OK;
    bool *marks = lk_alloc_zero(network->context, network->count, sizeof *marks);
    LK_NEED(marks);
    lk_status status = check_targets(network, marks, observed, targets, target_count);
    if (status == LK_OK && options->order)
        status = check_order(network, marks, observed, targets, target_count, options);
    lk_free(network->context, marks);
    return status;
}

// ---- Planning ----------------------------------------------------------------------------------

static lk_status plan_part(lk_query *q, lk_plan *part, const uint32_t *targets, size_t count,
                           const lk_query_options *options) {
    lk_plan_request request = {
        .network = q->network,
        .targets = targets,
        .target_count = count,
        .observed = q->observed,
        .no_prune = options->no_prune,
        .heuristic = options->heuristic,
        .order = options->order,
        .order_count = options->order ? options->order_count : 0,
    };
    LK_TRY(lk_plan_make(&q->arena, part, &q->scratch, &request, true));
    return lk_workspace_reserve(&q->workspace, part);
}

// Whether the values of a part, before they are normalised, sum to P(evidence): they do when no
// table was left out but those that sum to 1.
static bool gives_p_evidence(const lk_plan *part) {
    if (part->network->is_markov) {
        for (uint32_t t = 0; t < lk_network_table_count(part->network); t++)
            if (!part->matters[t]) return false;
        return true;
    }
    for (uint32_t v = 0; v < part->network->count; v++)
        if (part->relevance[v] == LK_SEPARATED) return false;
    return true;
}

// P(evidence) has no targets: a given order goes on with those it does not name.
static lk_status plan_evidence_part(lk_query *q, lk_query_options options) {
    lk_plan *part = &q->parts[q->evidence_part];
    if (!options.order) return plan_part(q, part, NULL, 0, &options);
    uint32_t n = q->network->count;
    bool *named = lk_arena_alloc_zero(&q->arena, n, sizeof *named);
    uint32_t *order = lk_arena_alloc(&q->arena, n, sizeof *order);
    LK_NEED(named);
    LK_NEED(order);
    for (size_t i = 0; i < options.order_count; i++) {
        order[i] = options.order[i];
        named[order[i]] = true;
    }
    for (size_t i = 0; i < q->target_count; i++)
        if (!named[q->targets[i]]) order[options.order_count++] = q->targets[i];
    options.order = order;
    return plan_part(q, part, NULL, 0, &options);
}

// The plans of many targets take memory themselves.
static lk_status check_memory(const lk_query *q) {
    uint64_t live = lk_context_memory_usage(q->context).live_bytes;
    if (live <= lk_context_memory_limit(q->context)) return LK_OK;
    return lk_fail(
        q->context, LK_ERROR_LIMIT,
        "the plans for %zu tables need more than the memory limit of %.4g bytes; ask for "
        "fewer targets",
        q->table_count, (double)lk_context_memory_limit(q->context));
}

static double operations(const lk_plan *plan) { return plan->multiplications + plan->additions; }

// LK_ERROR_LIMIT, with the context's error as it was, above so many operations of all tables. The
// last targets come first: in most files those have most ancestors, so that what is too much is
// soon found out.
static lk_status plan_elimination(lk_query *q, const lk_query_options *options,
                                  double most_operations) {
    q->parts = lk_arena_alloc(&q->arena, q->table_count + 1, sizeof *q->parts);
    LK_NEED(q->parts);
    size_t targets_each = q->joint ? q->target_count : 1;
    bool has_evidence_part = false;
    for (size_t i = q->table_count; i-- > 0;) {
        LK_TRY(plan_part(q, &q->parts[i], &q->targets[i], targets_each, options));
        if (q->table_count > 1) LK_TRY(check_memory(q));
        most_operations -= operations(&q->parts[i]);
        if (most_operations < 0) return LK_ERROR_LIMIT;
        if (!gives_p_evidence(&q->parts[i])) continue;
        q->evidence_part = i;
        has_evidence_part = true;
    }
    q->part_count = q->table_count;
    if (has_evidence_part) return LK_OK;
    q->evidence_part = q->part_count++;
    return plan_evidence_part(q, *options);
}

static lk_status plan_enumeration(lk_query *q) {
    for (uint32_t t = 0; t < lk_network_table_count(q->network); t++)
        if (!lk_network_table_at(q->network, t)->values)
            return lk_network_fail_no_table(q->network, lk_network_table_at(q->network, t)->owner);
    LK_TRY(lk_enumerate_states(&q->joint_states, q->network, q->observed));
    q->sums = lk_arena_alloc(&q->arena, q->table_count, sizeof *q->sums);
    LK_NEED(q->sums);
    for (size_t i = 0; i < q->table_count; i++) {
        q->sums[i] = lk_arena_alloc(&q->arena, q->table_cells[i], sizeof **q->sums);
        LK_NEED(q->sums[i]);
    }
    return LK_OK;
}

static lk_status count_cells(const lk_query *q, size_t *count, const uint32_t *targets,
                             size_t target_count) {
    double cells = 1;
    for (size_t i = 0; i < target_count; i++)
        cells *= q->network->variables[targets[i]].state_count;
    if (cells * sizeof(double) > (double)lk_context_memory_limit(q->context))
        return lk_plan_refuse(q->context, "the answer has", cells);
    *count = (size_t)cells;
    return LK_OK;
}

static lk_status add_tables(lk_query *q) {
    size_t count = q->joint ? 1 : q->target_count, targets_each = q->joint ? q->target_count : 1;
    size_t cells = 0;
    q->tables = lk_arena_alloc(&q->arena, count, sizeof *q->tables);
    q->table_cells = lk_arena_alloc(&q->arena, count, sizeof *q->table_cells);
    LK_NEED(q->tables);
    LK_NEED(q->table_cells);
    for (size_t i = 0; i < count; i++) {
        LK_TRY(count_cells(q, &q->table_cells[i], &q->targets[i], targets_each));
        cells += q->table_cells[i];
    }
    double *table = lk_arena_alloc_zero(&q->arena, cells, sizeof *table);
    LK_NEED(table);
    for (; q->table_count < count; q->table_count++) {
        q->tables[q->table_count] = table;
        table += q->table_cells[q->table_count];
    }
    return LK_OK;
}

static lk_status set_question(lk_query *q, const uint32_t *targets, size_t target_count,
                              const uint32_t *evidence, size_t evidence_count,
                              const lk_query_options *options) {
    uint32_t n = q->network->count;
    q->observed = lk_arena_alloc(&q->arena, n, sizeof *q->observed);
    q->states = lk_arena_alloc_zero(&q->arena, n, sizeof *q->states);
    q->targets = lk_arena_alloc(&q->arena, n, sizeof *q->targets);
    q->evidence = lk_arena_alloc(&q->arena, n, sizeof *q->evidence);
    LK_NEED(q->observed);
    LK_NEED(q->states);
    LK_NEED(q->targets);
    LK_NEED(q->evidence);
    LK_TRY(lk_check_question(q->network, q->observed, targets, target_count, evidence,
                             evidence_count, options));
    for (size_t i = 0; i < evidence_count; i++) q->evidence[q->evidence_count++] = evidence[i];
    for (size_t i = 0; i < target_count; i++) q->targets[q->target_count++] = targets[i];
    for (uint32_t v = 0; target_count == 0 && v < n; v++)
        if (!q->observed[v]) q->targets[q->target_count++] = v;
    if (q->joint && q->target_count == 0)
        return lk_fail(q->context, LK_ERROR_USAGE, "a joint query needs a target");
    return LK_OK;
}

// A joint table is a single elimination; and who gives an order wants to see it carried out.
static lk_engine choose_engine(const lk_query_options *options) {
    if (options->engine != LK_ENGINE_AUTO) return options->engine;
    bool elimination = options->joint || options->order || options->heuristic;
    return elimination ? LK_ENGINE_ELIMINATION : LK_ENGINE_JUNCTION_TREE;
}

// A tree for all targets holds together what has to do with any of them. Where that is too much, an
// elimination for each, with what matters to it alone, may be small: it is taken when all of them
// do no more work than the largest tree within the memory limit would.
static lk_status plan_each(lk_query *q, const lk_query_options *options) {
    double cells = (double)lk_context_memory_limit(q->context) / sizeof(double);
    q->tree = (lk_junction_tree){0};
    q->engine = LK_ENGINE_ELIMINATION;
    return plan_elimination(q, options, 4 * cells);
}

static lk_status plan(lk_query *q, const lk_query_options *options) {
    if (q->engine == LK_ENGINE_ENUMERATION) return plan_enumeration(q);
    if (q->engine == LK_ENGINE_ELIMINATION) return plan_elimination(q, options, INFINITY);
    if (q->joint)
        return lk_fail(q->context, LK_ERROR_USAGE,
                       "a junction tree answers with a posterior for each target; for their joint "
                       "use variable elimination");
    lk_arena_mark mark = lk_arena_get_mark(&q->arena);
    lk_status status = lk_query_plan_tree(q, options);
    if (status != LK_ERROR_LIMIT || options->engine != LK_ENGINE_AUTO || q->target_count < 2)
        return status;
    lk_arena_rewind(&q->arena, mark);
    return plan_each(q, options);
}

lk_status lk_query_new(lk_context *context, lk_query **out, const lk_network *network,
                       const uint32_t *targets, size_t target_count,
                       const uint32_t *evidence_variables, size_t evidence_count,
                       const lk_query_options *options) {
    static const lk_query_options defaults;
    if (!options) options = &defaults;
    lk_query *q = lk_alloc_zero(context, 1, sizeof *q);
    LK_NEED(q);
    q->context = context;
    q->network = network;
    q->arena = lk_arena_make(context, 0);
    q->scratch = lk_arena_make(context, 0);
    q->workspace = lk_workspace_make(context);
    q->joint = options->joint;
    q->engine = choose_engine(options);
    lk_status status =
        set_question(q, targets, target_count, evidence_variables, evidence_count, options);
    if (status == LK_OK) status = add_tables(q);
    if (status == LK_OK) status = plan(q, options);
    lk_arena_release(&q->scratch);
    if (status != LK_OK) {
        lk_query_free(q);
        return status;
    }
    *out = q;
    return LK_OK;
}

void lk_query_free(lk_query *q) {
    if (!q) return;
    lk_workspace_release(&q->workspace);
    lk_arena_release(&q->scratch);
    lk_arena_release(&q->arena);
    lk_free(q->context, q);
}

// ---- Running -----------------------------------------------------------------------------------

lk_status lk_query_set_evidence(lk_query *q, size_t index, uint32_t state) {
    assert(index < q->evidence_count);
    uint32_t variable = q->evidence[index];
    if (state >= q->network->variables[variable].state_count)
        return lk_fail(q->context, LK_ERROR_USAGE, "variable \"%s\" has no state number %u",
                       q->network->variables[variable].name, state);
    if (q->states[variable] != state && q->engine == LK_ENGINE_JUNCTION_TREE)
        LK_TRY(lk_query_touch_tree(q, variable));
    q->states[variable] = state;
    return LK_OK;
}

// Executes the part of a table; false in *possible when all its values are 0.
static lk_status run_part(lk_query *q, size_t index, bool *possible) {
    const lk_factor *result;
    LK_TRY(lk_plan_execute(&q->workspace, &result, &q->parts[index], q->states));
    *possible = true;
    if (index == q->evidence_part) {
        q->p_evidence.mantissa = lk_factor_sum(result, &q->p_evidence.exponent);
        *possible = q->p_evidence.mantissa != 0;
    }
    if (*possible && index < q->table_count)
        *possible = lk_factor_normalize(q->tables[index], result);
    return LK_OK;
}

static lk_status run_elimination(lk_query *q) {
    bool possible;
    LK_TRY(run_part(q, q->evidence_part, &possible));
    for (size_t i = 0; possible && i < q->table_count; i++)
        if (i != q->evidence_part) LK_TRY(run_part(q, i, &possible));
    if (!possible) q->p_evidence.mantissa = 0;
    return LK_OK;
}

static void add_joint_state(void *argument, const uint32_t *states, lk_wide probability) {
    lk_query *q = argument;
    q->p_evidence = lk_wide_add(q->p_evidence, probability);
    size_t index = 0;
    for (size_t i = 0; i < q->target_count; i++) {
        uint32_t target = q->targets[i];
        index = q->joint ? index * q->network->variables[target].state_count : 0;
        index += states[target];
        lk_wide *sum = &q->sums[q->joint ? 0 : i][index];
        if (!q->joint || i + 1 == q->target_count) *sum = lk_wide_add(*sum, probability);
    }
}

static void run_enumeration(lk_query *q) {
    q->p_evidence = (lk_wide){0, 0};
    for (size_t i = 0; i < q->table_count; i++)
        memset(q->sums[i], 0, q->table_cells[i] * sizeof **q->sums);
    lk_enumerate(q->network, q->observed, q->states, add_joint_state, q);
    if (q->p_evidence.mantissa == 0) return;
    for (size_t i = 0; i < q->table_count; i++)
        for (size_t j = 0; j < q->table_cells[i]; j++)
            q->tables[i][j] = lk_wide_ratio(q->sums[i][j], q->p_evidence);
}

// Where doubles do not suffice for the messages of the tree, variable elimination computes with
// exponents beside them; it is planned when that happens first.
static lk_status run_tree(lk_query *q) {
    bool done;
    LK_TRY(lk_query_run_tree(q, &done));
    if (done) return LK_OK;
    if (!q->parts) {
        lk_query_options options = {.engine = LK_ENGINE_ELIMINATION};
        lk_status status = plan_elimination(q, &options, INFINITY);
        if (status != LK_OK) q->parts = NULL; // it is tried again by the next run
        LK_TRY(status);
    }
    return run_elimination(q);
}

lk_status lk_query_run(lk_query *q) {
    if (q->engine == LK_ENGINE_ENUMERATION)
        run_enumeration(q);
    else if (q->engine == LK_ENGINE_JUNCTION_TREE)
        LK_TRY(run_tree(q));
    else
        LK_TRY(run_elimination(q));
    if (q->p_evidence.mantissa != 0) return LK_OK;
    return lk_fail_impossible(q->network, q->observed, q->states);
}

// ---- Answers -----------------------------------------------------------------------------------

// Where nothing was seen there is nothing to compute, and no rounding.
static bool is_certain(const lk_query *q) {
    for (size_t i = 0; i < q->evidence_count; i++)
        if (!q->network->variables[q->evidence[i]].is_set) return false;
    return !q->network->is_markov;
}

double lk_query_p_evidence(const lk_query *q) {
    if (is_certain(q)) return 1;
    return lk_scale_double(q->p_evidence.mantissa, q->p_evidence.exponent);
}

double lk_query_log10_p_evidence(const lk_query *q) {
    return is_certain(q) ? 0 : lk_wide_log10(q->p_evidence);
}

size_t lk_query_target_count(const lk_query *q) { return q->target_count; }
uint32_t lk_query_target(const lk_query *q, size_t index) { return q->targets[index]; }

const double *lk_query_posterior(const lk_query *q, size_t index) {
    return q->joint ? NULL : q->tables[index];
}

const double *lk_query_joint(const lk_query *q, size_t *count) {
    if (!q->joint) return NULL;
    if (count) *count = q->table_cells[0];
    return q->tables[0];
}

lk_plan_summary lk_query_plan(const lk_query *q) {
    if (q->engine == LK_ENGINE_ENUMERATION)
        return (lk_plan_summary){.engine = "enumerate",
                                 .largest_table = q->joint_states,
                                 .operations =
                                     q->joint_states * lk_network_table_count(q->network)};
    if (q->engine == LK_ENGINE_JUNCTION_TREE)
        return (lk_plan_summary){.engine = "jt",
                                 .order = q->tree.variable_of,
                                 .order_count = q->tree.count,
                                 .largest_table = q->tree.largest_cells,
                                 .operations = q->tree.operations,
                                 .bytes = q->tree.bytes};
    lk_plan_summary summary = {.engine = "ve"};
    const lk_plan *hardest = &q->parts[0];
    for (size_t i = 0; i < q->part_count; i++) {
        const lk_plan *part = &q->parts[i];
        summary.operations += operations(part);
        if (part->largest_table > summary.largest_table)
            summary.largest_table = part->largest_table;
        double bytes = (double)part->workspace_cells * sizeof(double);
        if (bytes > summary.bytes) summary.bytes = bytes;
        if (i < q->table_count && operations(part) > operations(hardest)) hardest = part;
    }
    summary.order = hardest->order;
    summary.order_count = hardest->order_count;
    return summary;
}
