// The expectation: for each case, the distribution of every family it leaves open, by exact
// inference. Cases that leave the same variables open share a junction tree over those, which is
// planned once and kept as long as there is memory for it; from one case to the next, it computes
// anew what the findings that differ reach.
#include "learn/fit.h"

#include "inference/tree_joint.h"
#include "inference/tree_plan.h"

// ---- Patterns ---------------------------------------------------------------------------------

enum { TREE_BLOCK = 8 << 10 }; // bytes: most patterns leave few variables open

lk_status lk_fit_make_patterns(lk_fit *fit) {
    const lk_cases *cases = fit->cases;
    fit->patterns = lk_arena_alloc(&fit->arena, cases->pattern_count, sizeof *fit->patterns);
    LK_NEED(fit->patterns);
    for (size_t i = 0; i < cases->pattern_count; i++)
        fit->patterns[fit->pattern_count++] =
            (lk_fit_pattern){.first = cases->patterns[i],
                             .end = cases->patterns[i + 1],
                             .arena = lk_arena_make(fit->context, TREE_BLOCK)};
    return LK_OK;
}

static void free_tree(const lk_fit *fit, lk_fit_pattern *p) {
    lk_fit_free_queries(fit, p);
    lk_arena_release(&p->arena);
    p->tree = NULL;
}

void lk_fit_free_patterns(lk_fit *fit) {
    for (size_t i = 0; i < fit->pattern_count; i++) free_tree(fit, &fit->patterns[i]);
}

// ---- Trees ------------------------------------------------------------------------------------

// Plans the tree of the variables that a case leaves open; `observed` and `open` are room for all.
static lk_status plan_tree(lk_fit *fit, lk_fit_pattern *p, bool *observed, uint32_t *open) {
    const uint32_t *states = lk_case_at(fit->cases, p->first);
    lk_tree_question question = {
        .network = fit->network, .observed = observed, .targets = open, .joints = true};
    for (uint32_t v = 0; v < fit->network->count; v++) {
        observed[v] = states[v] != LK_MISSING;
        if (!observed[v]) open[question.target_count++] = v;
    }
    p->tree = lk_arena_alloc(&p->arena, 1, sizeof *p->tree);
    LK_NEED(p->tree);
    return lk_tree_plan(&p->arena, p->tree, &fit->scratch, &question);
}

static lk_status need_tree(lk_fit *fit, lk_fit_pattern *p) {
    p->shown = NULL;
    if (p->tree) {
        lk_junction_tree_forget(p->tree); // the tables are others than in the last iteration
        return LK_OK;
    }
    lk_arena_mark mark = lk_arena_get_mark(&fit->scratch);
    bool *observed = lk_arena_alloc(&fit->scratch, fit->network->count, sizeof *observed);
    uint32_t *open = lk_arena_alloc(&fit->scratch, fit->network->count, sizeof *open);
    LK_NEED(observed);
    LK_NEED(open);
    lk_status status = plan_tree(fit, p, observed, open);
    lk_arena_rewind(&fit->scratch, mark);
    return status;
}

// Tells the tree what differs from the case before.
static void show_case(lk_fit_pattern *p, const uint32_t *states, uint32_t variables) {
    for (uint32_t v = 0; p->shown && v < variables; v++)
        if (p->shown[v] != states[v]) lk_junction_tree_touch(p->tree, v, NULL);
    p->shown = states;
}

// ---- Counts -----------------------------------------------------------------------------------

// Adds weight × joint to the cells of the table that agree with the case.
static void add_joint(const lk_junction_tree *tree, double *counts, const lk_tree_factor *factor,
                      const uint32_t *states, double weight) {
    static const double one = 1; // where single states alone are open
    const double *joint = factor->scope.size ? tree->joints[factor->joint].values : &one;
    uint32_t turns[LK_NEST_WHEELS] = {0};
    size_t cell = 0;
    for (uint32_t i = 0; i < factor->observed_count; i++)
        cell += states[factor->observed[i]] * factor->observed_strides[i];
    for (size_t i = 0;; i++) {
        counts[cell] += weight * joint[i];
        uint32_t digit = factor->scope.size;
        for (; digit-- > 0;) {
            uint32_t most = tree->cardinalities[factor->scope.ranks[digit]];
            cell += factor->strides[digit];
            if (++turns[digit] < most) break;
            cell -= factor->strides[digit] * most;
            turns[digit] = 0;
        }
        if (digit == UINT32_MAX) return;
    }
}

lk_status lk_fit_fail_case(const lk_fit *fit, size_t index) {
    lk_location place = {fit->cases->file, (int64_t)fit->cases->lines[index], 0, -1};
    return lk_fail_at(fit->context, LK_ERROR_IMPOSSIBLE, place,
                      "this record has probability 0 under the tables so far");
}

// The product of the tables of which a case tells everything.
static lk_wide complete_product(const lk_network *network, const uint32_t *states) {
    lk_wide product = {0.5, 1};
    for (uint32_t v = 0; v < network->count; v++) {
        size_t cell;
        if (lk_fit_find_cell(network, states, v, &cell))
            product = lk_wide_multiply(product, lk_wide_make(network->variables[v].table[cell], 0));
    }
    return product;
}

static lk_propagation propagate(lk_fit_pattern *p, const uint32_t *states, uint32_t variables) {
    show_case(p, states, variables);
    lk_propagation result = lk_junction_tree_propagate(p->tree, states);
    return result == LK_PROPAGATED ? lk_junction_tree_read_joints(p->tree) : result;
}

static lk_status expect_case(lk_fit *fit, lk_fit_pattern *p, size_t index,
                             double *log10_probability) {
    const uint32_t *states = lk_case_at(fit->cases, index);
    lk_wide product = complete_product(fit->network, states);
    lk_propagation result = propagate(p, states, fit->network->count);
    if (product.mantissa == 0 || result == LK_PROPAGATED_ZERO) return lk_fit_fail_case(fit, index);
    if (result == LK_PROPAGATED_WIDE) return lk_fit_expect_wide(fit, p, index, log10_probability);
    double weight = (double)fit->cases->weights[index];
    for (uint32_t i = 0; i < p->tree->factor_count; i++) {
        const lk_tree_factor *factor = &p->tree->factors[i];
        add_joint(p->tree, fit->expected[factor->table->owner], factor, states, weight);
    }
    *log10_probability = lk_wide_log10(lk_wide_multiply(product, p->tree->total));
    return LK_OK;
}

// Trees are given back after their pattern when half of the memory limit is in use.
static bool is_short_of_memory(const lk_fit *fit) {
    return lk_context_memory_usage(fit->context).live_bytes >
           lk_context_memory_limit(fit->context) / 2;
}

static const double LN_10 = 2.3025850929940456840179914546844;

static lk_status expect_pattern(lk_fit *fit, lk_fit_pattern *p, double *log_likelihood) {
    LK_TRY(need_tree(fit, p));
    for (size_t i = p->first; i < p->end; i++) {
        double log10_probability = 0;
        LK_TRY(expect_case(fit, p, i, &log10_probability));
        *log_likelihood += (double)fit->cases->weights[i] * log10_probability * LN_10;
    }
    if (is_short_of_memory(fit)) free_tree(fit, p);
    return LK_OK;
}

lk_status lk_fit_expect(lk_fit *fit, double *log_likelihood) {
    *log_likelihood = 0;
    for (uint32_t v = 0; v < fit->network->count; v++)
        memcpy(fit->expected[v], fit->counts[v], fit->cells[v] * sizeof(double));
    for (size_t i = 0; i < fit->pattern_count; i++)
        LK_TRY(expect_pattern(fit, &fit->patterns[i], log_likelihood));
    return LK_OK;
}
