// The expectation: for each case, the distribution of every family it leaves open, by exact
// inference. Cases that leave the same variables open share their queries, which are planned once
// and kept as long as there is memory for them.
#include "learn/fit.h"

// ---- Patterns ---------------------------------------------------------------------------------

static bool is_open(const lk_network *network, const uint32_t *states, uint32_t variable) {
    const lk_variable *child = &network->variables[variable];
    for (uint32_t i = 0; i <= child->parent_count; i++)
        if (states[child->parents[i]] == LK_MISSING) return true;
    return false;
}

static lk_status make_pattern(lk_fit *fit, lk_fit_pattern *p, size_t index) {
    const lk_cases *cases = fit->cases;
    *p = (lk_fit_pattern){.first = cases->patterns[index], .end = cases->patterns[index + 1]};
    const uint32_t *states = lk_case_at(cases, p->first);
    p->observed = lk_arena_alloc(&fit->arena, cases->variables, sizeof *p->observed);
    LK_NEED(p->observed);
    p->queries = lk_arena_alloc(&fit->arena, cases->variables, sizeof *p->queries);
    LK_NEED(p->queries);
    for (uint32_t v = 0; v < cases->variables; v++) {
        if (states[v] != LK_MISSING) p->observed[p->observed_count++] = v;
        if (is_open(fit->network, states, v))
            p->queries[p->query_count++] = (lk_fit_query){.variable = v};
    }
    return LK_OK;
}

lk_status lk_fit_make_patterns(lk_fit *fit) {
    size_t count = fit->cases->pattern_count;
    fit->patterns = lk_arena_alloc(&fit->arena, count, sizeof *fit->patterns);
    LK_NEED(fit->patterns);
    for (size_t i = 0; i < count; i++) {
        LK_TRY(make_pattern(fit, &fit->patterns[i], i));
        fit->pattern_count++;
    }
    return LK_OK;
}

static void free_queries(lk_fit_pattern *p) {
    for (uint32_t i = 0; i < p->query_count; i++) {
        lk_query_free(p->queries[i].query);
        p->queries[i].query = NULL;
    }
}

void lk_fit_free_patterns(lk_fit *fit) {
    for (size_t i = 0; i < fit->pattern_count; i++) free_queries(&fit->patterns[i]);
}

// ---- Queries ----------------------------------------------------------------------------------

enum { LK_FAMILY = 64 }; // variables of a family of which more than one state is counted

// The open members of a family in the order of its table, and their strides in it.
typedef struct open_members {
    uint32_t variables[LK_FAMILY];
    size_t strides[LK_FAMILY];
    uint32_t count;
    size_t base; // cell of the observed members, the open ones in state 0
} open_members;

static lk_status find_open(const lk_fit *fit, open_members *open, const uint32_t *states,
                           uint32_t variable) {
    const lk_variable *child = &fit->network->variables[variable];
    open->count = 0;
    open->base = 0;
    size_t stride = fit->cells[variable];
    for (uint32_t i = 0; i <= child->parent_count; i++) {
        uint32_t member = child->parents[i];
        stride /= fit->network->variables[member].state_count;
        if (states[member] != LK_MISSING) {
            open->base += states[member] * stride;
        } else if (open->count == LK_FAMILY) {
            return lk_fail(fit->context, LK_ERROR_LIMIT,
                           "more than %d members of the family of \"%s\" are open", LK_FAMILY,
                           child->name);
        } else {
            open->variables[open->count] = member;
            open->strides[open->count++] = stride;
        }
    }
    return LK_OK;
}

static lk_status plan(lk_fit *fit, const lk_fit_pattern *p, lk_fit_query *q,
                      const open_members *open) {
    if (q->query) return LK_OK;
    lk_query_options options = {.joint = true};
    return lk_query_new(fit->context, &q->query, fit->network, open->variables, open->count,
                        p->observed, p->observed_count, &options);
}

// Adds weight × joint to the cells of the table that agree with the case.
static void add_joint(const lk_fit *fit, double *counts, const open_members *open,
                      const double *joint, double weight) {
    uint32_t states[LK_FAMILY] = {0};
    size_t cell = open->base;
    for (size_t i = 0;; i++) {
        counts[cell] += weight * joint[i];
        uint32_t digit = open->count;
        for (; digit-- > 0;) {
            uint32_t most = fit->network->variables[open->variables[digit]].state_count;
            cell += open->strides[digit];
            if (++states[digit] < most) break;
            cell -= open->strides[digit] * most;
            states[digit] = 0;
        }
        if (digit == UINT32_MAX) return;
    }
}

static lk_status fail_case(const lk_fit *fit, size_t index) {
    lk_location place = {fit->cases->file, (int64_t)fit->cases->lines[index], 0, -1};
    return lk_fail_at(fit->context, LK_ERROR_IMPOSSIBLE, place,
                      "this record has probability 0 under the tables so far");
}

static const double LN_10 = 2.3025850929940456840179914546844;

// One family of one case. The log likelihood is taken from the first query of the case.
static lk_status expect_family(lk_fit *fit, const lk_fit_pattern *p, lk_fit_query *q, size_t index,
                               double *log_likelihood) {
    const uint32_t *states = lk_case_at(fit->cases, index);
    open_members open;
    LK_TRY(find_open(fit, &open, states, q->variable));
    LK_TRY(plan(fit, p, q, &open));
    for (uint32_t i = 0; i < p->observed_count; i++)
        LK_TRY(lk_query_set_evidence(q->query, i, states[p->observed[i]]));
    lk_status status = lk_query_run(q->query);
    if (status == LK_ERROR_IMPOSSIBLE) return fail_case(fit, index);
    LK_TRY(status);
    double weight = (double)fit->cases->weights[index];
    add_joint(fit, fit->expected[q->variable], &open, lk_query_joint(q->query, NULL), weight);
    if (log_likelihood) *log_likelihood += weight * lk_query_log10_p_evidence(q->query) * LN_10;
    return LK_OK;
}

// A case that leaves nothing open.
static lk_status add_complete(const lk_fit *fit, size_t index, double *log_likelihood) {
    const uint32_t *states = lk_case_at(fit->cases, index);
    double sum = 0;
    for (uint32_t v = 0; v < fit->network->count; v++) {
        const lk_variable *child = &fit->network->variables[v];
        size_t cell = 0;
        for (uint32_t i = 0; i <= child->parent_count; i++) {
            uint32_t member = child->parents[i];
            cell = cell * fit->network->variables[member].state_count + states[member];
        }
        if (child->table[cell] == 0) return fail_case(fit, index);
        sum += lk_log(child->table[cell]);
    }
    *log_likelihood += (double)fit->cases->weights[index] * sum;
    return LK_OK;
}

// Queries are given back after their pattern when half of the memory limit is in use.
static bool is_short_of_memory(const lk_fit *fit) {
    return lk_context_memory_usage(fit->context).live_bytes >
           lk_context_memory_limit(fit->context) / 2;
}

static lk_status expect_pattern(lk_fit *fit, lk_fit_pattern *p, double *log_likelihood) {
    for (size_t i = p->first; p->query_count == 0 && i < p->end; i++)
        LK_TRY(add_complete(fit, i, log_likelihood));
    for (uint32_t q = 0; q < p->query_count; q++) {
        for (size_t i = p->first; i < p->end; i++)
            LK_TRY(expect_family(fit, p, &p->queries[q], i, q == 0 ? log_likelihood : NULL));
        if (!is_short_of_memory(fit)) continue;
        lk_query_free(p->queries[q].query);
        p->queries[q].query = NULL;
    }
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
