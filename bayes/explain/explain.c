// Making a trace: a plan whose tables are laid out alphabetically and all kept, its factors named,
// and their values brought back to scale.
#include "explain/explain.h"

#include "explain/explain_formula.h"
#include "inference/conflict.h"
#include "inference/query.h"

#include <math.h>
#include <stdlib.h>

// ---- Names -------------------------------------------------------------------------------------

typedef struct named_index {
    const char *name;
    uint32_t index;
} named_index;

static int compare_names(const void *a, const void *b) {
    return strcmp(((const named_index *)a)->name, ((const named_index *)b)->name);
}

static lk_status rank_alphabetically(lk_trace *t) {
    uint32_t n = t->network->count;
    named_index *sorted = lk_arena_alloc(&t->scratch, n, sizeof *sorted);
    t->rank = lk_arena_alloc(&t->arena, n, sizeof *t->rank);
    LK_NEED(sorted);
    LK_NEED(t->rank);
    for (uint32_t v = 0; v < n; v++) sorted[v] = (named_index){t->network->variables[v].name, v};
    qsort(sorted, n, sizeof *sorted, compare_names);
    for (uint32_t i = 0; i < n; i++) t->rank[sorted[i].index] = i;
    return LK_OK;
}

// Keeps the formula that was written and makes room for the next.
static lk_status keep_formula(lk_trace *t, const char **kept, lk_document *d) {
    LK_TRY(lk_buffer_status(&d->formula));
    *kept = lk_arena_copy_text(&t->arena, lk_buffer_text(&d->formula), d->formula.length);
    lk_buffer_clear(&d->formula);
    LK_NEED(*kept);
    return LK_OK;
}

static const lk_table *table_of(const lk_trace *t, uint32_t factor) {
    return lk_network_table_at(t->network, t->plan.factors[factor].table);
}

static lk_status name_initial(lk_trace *t, uint32_t index, lk_document *d) {
    lk_trace_factor *factor = &t->factors[index];
    lk_formula_factor(d, t, index);
    LK_TRY(keep_formula(t, &factor->name, d));
    factor->symbol = factor->expression = factor->name;
    return LK_OK;
}

static lk_status name_generated(lk_trace *t, const lk_plan_step *step, lk_document *d) {
    lk_trace_factor *factor = &t->factors[step->output];
    lk_formula_symbol(d, t, step->output);
    LK_TRY(keep_formula(t, &factor->symbol, d));
    lk_formula_factor(d, t, step->output);
    LK_TRY(keep_formula(t, &factor->name, d));
    lk_formula_step(d, t, step);
    return keep_formula(t, &factor->expression, d);
}

// ---- Observed variables ------------------------------------------------------------------------

// Adds a variable to an alphabetical list that does not hold it yet.
static void insert_observed(const lk_trace *t, uint32_t *list, uint32_t *count, uint32_t v) {
    uint32_t j = 0;
    while (j < *count && t->rank[list[j]] < t->rank[v]) j++;
    if (j < *count && list[j] == v) return;
    memmove(list + j + 1, list + j, (*count - j) * sizeof *list);
    list[j] = v;
    ++*count;
}

static lk_status find_observed_initial(lk_trace *t, uint32_t index) {
    const lk_table *table = table_of(t, index);
    lk_trace_factor *factor = &t->factors[index];
    factor->observed = lk_arena_alloc(&t->arena, table->size, sizeof *factor->observed);
    LK_NEED(factor->observed);
    for (uint32_t i = 0; i < table->size; i++)
        if (t->observed[table->scope[i]])
            insert_observed(t, factor->observed, &factor->observed_count, table->scope[i]);
    return LK_OK;
}

static lk_status find_observed_generated(lk_trace *t, const lk_plan_step *step) {
    size_t most = 0;
    for (uint32_t i = 0; i < step->input_count; i++)
        most += t->factors[step->inputs[i]].observed_count;
    lk_trace_factor *factor = &t->factors[step->output];
    factor->observed = lk_arena_alloc(&t->arena, most, sizeof *factor->observed);
    LK_NEED(factor->observed);
    for (uint32_t i = 0; i < step->input_count; i++) {
        const lk_trace_factor *input = &t->factors[step->inputs[i]];
        for (uint32_t k = 0; k < input->observed_count; k++)
            insert_observed(t, factor->observed, &factor->observed_count, input->observed[k]);
    }
    return LK_OK;
}

// ---- Factors that are 1 ------------------------------------------------------------------------

// Σ_X P(X|…) = 1 whatever the numbers, and so with factors that are 1 beside it.
static bool is_one_by_structure(const lk_trace *t, const lk_plan_step *step) {
    bool own_table = false;
    for (uint32_t i = 0; i < step->input_count; i++) {
        uint32_t input = step->inputs[i];
        if (input < t->plan.initial_count && table_of(t, input)->owner == step->eliminated)
            own_table = true;
        else if (!t->factors[input].all_ones)
            return false;
    }
    return own_table;
}

static bool is_one_by_numbers(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (fabs(values[i] - 1) > 1e-12) return false;
    return true;
}

// ---- Building ----------------------------------------------------------------------------------

static lk_status describe_factors(lk_trace *t, lk_document *d) {
    t->factors = lk_arena_alloc_zero(&t->arena, t->plan.factor_count, sizeof *t->factors);
    LK_NEED(t->factors);
    for (uint32_t f = 0; f < t->plan.initial_count; f++) {
        LK_TRY(find_observed_initial(t, f));
        LK_TRY(name_initial(t, f, d));
    }
    for (uint32_t i = 0; i < lk_trace_eliminations(t); i++) {
        const lk_plan_step *step = &t->plan.steps[i];
        LK_TRY(find_observed_generated(t, step));
        LK_TRY(name_generated(t, step, d));
        t->factors[step->output].all_ones = is_one_by_structure(t, step);
    }
    return LK_OK;
}

// P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)
static lk_status describe_result(lk_trace *t, lk_document *d) {
    lk_formula_normalization(d, t);
    LK_TRY(keep_formula(t, &t->sum.expression, d));
    lk_formula_query(d, t);
    LK_TRY(keep_formula(t, &t->query, d));
    lk_formula_query(d, t);
    lk_formula_sign(d, LK_SIGN_EQUALS);
    lk_formula_result(d, t);
    return keep_formula(t, &t->expression, d);
}

bool lk_trace_keeps_values(const lk_trace *t, size_t cells) {
    return t->most_values == 0 || cells <= t->most_values;
}

static lk_status copy_values(lk_trace *t, uint32_t index) {
    const lk_factor *factor = &t->workspace.factors[index];
    if (!lk_trace_keeps_values(t, factor->cells)) return LK_OK;
    double *values = lk_arena_alloc(&t->arena, factor->cells, sizeof *values);
    LK_NEED(values);
    for (size_t i = 0; i < factor->cells; i++) {
        int64_t exponent = factor->scale + (factor->exponents ? factor->exponents[i] : 0);
        values[i] = lk_scale_double(factor->values[i], exponent);
    }
    t->factors[index].values.doubles = values;
    if (index >= t->plan.initial_count && is_one_by_numbers(values, factor->cells))
        t->factors[index].all_ones = true;
    return LK_OK;
}

lk_status lk_trace_check_evidence(const lk_trace *t) {
    if (t->evidence_count == 0) return LK_OK;
    lk_wide probability;
    lk_status status = lk_evidence_probability(t->network, &probability, t->observed, t->states);
    // Too large to be checked as a whole, though the trace is not: its own tables tell.
    if (status == LK_ERROR_LIMIT) return LK_OK;
    LK_TRY(status);
    if (probability.mantissa > 0) return LK_OK;
    return lk_fail_impossible(t->network, t->observed, t->states);
}

static lk_status normalize(lk_trace *t, const lk_factor *product) {
    int64_t exponent;
    double mantissa = lk_factor_sum(product, &exponent);
    t->sum.value = lk_scale_double(mantissa, exponent);
    if (mantissa > 0) t->sum.log10 = lk_wide_log10(lk_wide_make(mantissa, exponent));
    double *result = lk_arena_alloc(&t->arena, product->cells, sizeof *result);
    LK_NEED(result);
    t->result.doubles = result;
    if (lk_factor_normalize(result, product)) return LK_OK;
    return lk_fail_impossible(t->network, t->observed, t->states);
}

static lk_status compute_doubles(lk_trace *t) {
    LK_TRY(lk_trace_check_evidence(t));
    LK_TRY(lk_workspace_reserve(&t->workspace, &t->plan));
    const lk_factor *result;
    LK_TRY(lk_plan_execute(&t->workspace, &result, &t->plan, t->states));
    uint32_t described = t->plan.factor_count - 1;
    for (uint32_t f = 0; f < described; f++) LK_TRY(copy_values(t, f));
    return normalize(t, result);
}

static lk_status make_plan(lk_trace *t, const lk_query_options *options, bool structure_only) {
    lk_plan_request request = {
        .network = t->network,
        .targets = t->targets,
        .target_count = t->target_count,
        .observed = t->observed,
        .no_prune = options->no_prune,
        .heuristic = options->heuristic,
        .order = options->order,
        .order_count = options->order ? options->order_count : 0,
        .rank = t->rank,
        .keep_all = true,
        .structure_only = structure_only,
    };
    return lk_plan_make(&t->arena, &t->plan, &t->scratch, &request, false);
}

static bool all_tables_there(const lk_trace *t) {
    for (uint32_t f = 0; f < t->plan.initial_count; f++)
        if (!table_of(t, f)->values) return false;
    return true;
}

static lk_status fill_trace(lk_trace *t, const lk_query_options *options, lk_trace_filler filler,
                            lk_document *text) {
    LK_TRY(rank_alphabetically(t));
    LK_TRY(make_plan(t, options, !filler));
    LK_TRY(describe_factors(t, text));
    LK_TRY(describe_result(t, text));
    t->has_tables = filler && all_tables_there(t);
    return t->has_tables ? filler(t) : LK_OK;
}

static lk_status set_question(lk_trace *t, const uint32_t *targets, size_t target_count,
                              const lk_finding *evidence, size_t evidence_count,
                              const lk_query_options *options) {
    uint32_t n = t->network->count;
    t->observed = lk_arena_alloc(&t->arena, n, sizeof *t->observed);
    t->states = lk_arena_alloc_zero(&t->arena, n, sizeof *t->states);
    t->targets = lk_arena_alloc(&t->arena, target_count, sizeof *t->targets);
    lk_finding *findings = lk_arena_alloc(&t->arena, evidence_count, sizeof *findings);
    uint32_t *variables = lk_arena_alloc(&t->scratch, evidence_count, sizeof *variables);
    LK_NEED(t->observed);
    LK_NEED(t->states);
    LK_NEED(t->targets);
    LK_NEED(findings);
    LK_NEED(variables);
    for (size_t i = 0; i < target_count; i++) t->targets[i] = targets[i];
    for (size_t i = 0; i < evidence_count; i++) {
        findings[i] = evidence[i];
        variables[i] = evidence[i].variable;
        t->states[evidence[i].variable] = evidence[i].state;
    }
    t->target_count = target_count;
    t->evidence = findings;
    t->evidence_count = evidence_count;
    lk_query_options joint = *options;
    joint.joint = true;
    if (target_count == 0) return lk_fail(t->context, LK_ERROR_USAGE, "a trace needs a target");
    return lk_check_question(t->network, t->observed, targets, target_count, variables,
                             evidence_count, &joint);
}

lk_status lk_trace_make(lk_context *context, lk_trace **out, const lk_network *network,
                        const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                        size_t evidence_count, const lk_query_options *options,
                        lk_trace_filler filler) {
    static const lk_query_options defaults;
    if (!options) options = &defaults;
    lk_trace *t = lk_alloc_zero(context, 1, sizeof *t);
    LK_NEED(t);
    t->context = context;
    t->network = network;
    t->arena = lk_arena_make(context, 0);
    t->scratch = lk_arena_make(context, 0);
    t->most_values = options->most_values;
    t->workspace = lk_workspace_make(context);
    lk_buffer unused = lk_buffer_make(context);
    lk_document text = lk_document_make(&unused, LK_DOCUMENT_TEXT);
    lk_status status = set_question(t, targets, target_count, evidence, evidence_count, options);
    if (status == LK_OK) status = fill_trace(t, options, filler, &text);
    lk_status written = lk_document_finish(&text);
    if (status == LK_OK) status = written;
    lk_workspace_release(&t->workspace);
    lk_arena_release(&t->scratch);
    if (status != LK_OK) {
        lk_trace_free(t);
        return status;
    }
    *out = t;
    return LK_OK;
}

lk_status lk_trace_new(lk_context *context, lk_trace **out, const lk_network *network,
                       const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                       size_t evidence_count, const lk_query_options *options) {
    return lk_trace_make(context, out, network, targets, target_count, evidence, evidence_count,
                         options, compute_doubles);
}

void lk_trace_free(lk_trace *t) {
    if (!t) return;
    lk_workspace_release(&t->workspace);
    lk_arena_release(&t->scratch);
    lk_arena_release(&t->arena);
    lk_free(t->context, t);
}

size_t lk_trace_step_count(const lk_trace *t) { return lk_trace_eliminations(t); }
