// The expectation of one case by variable elimination, whose factors have exponents of their own
// where the range of doubles does not suffice: a query for the open members of each family.
#include "learn/fit.h"

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

// Observed variables of a case in their order.
static uint32_t list_observed(const lk_fit *fit, uint32_t *observed, const uint32_t *states) {
    uint32_t count = 0;
    for (uint32_t v = 0; v < fit->network->count; v++)
        if (states[v] != LK_MISSING) observed[count++] = v;
    return count;
}

static lk_status plan(lk_fit *fit, lk_query **query, const uint32_t *states,
                      const open_members *open) {
    if (*query) return LK_OK;
    lk_arena_mark mark = lk_arena_get_mark(&fit->scratch);
    uint32_t *observed = lk_arena_alloc(&fit->scratch, fit->network->count, sizeof *observed);
    LK_NEED(observed);
    uint32_t count = list_observed(fit, observed, states);
    lk_query_options options = {.joint = true};
    lk_status status = lk_query_new(fit->context, query, fit->network, open->variables, open->count,
                                    observed, count, &options);
    lk_arena_rewind(&fit->scratch, mark);
    return status;
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

static lk_status run(lk_fit *fit, lk_query *query, size_t index) {
    const uint32_t *states = lk_case_at(fit->cases, index);
    for (uint32_t v = 0, at = 0; v < fit->network->count; v++)
        if (states[v] != LK_MISSING) LK_TRY(lk_query_set_evidence(query, at++, states[v]));
    lk_status status = lk_query_run(query);
    return status == LK_ERROR_IMPOSSIBLE ? lk_fit_fail_case(fit, index) : status;
}

static lk_status expect_family(lk_fit *fit, lk_fit_pattern *p, size_t index, uint32_t variable,
                               double *log10_probability) {
    const uint32_t *states = lk_case_at(fit->cases, index);
    open_members open;
    LK_TRY(find_open(fit, &open, states, variable));
    if (open.count == 0) return LK_OK;
    lk_query **query = &p->queries[variable];
    LK_TRY(plan(fit, query, states, &open));
    LK_TRY(run(fit, *query, index));
    add_joint(fit, fit->expected[variable], &open, lk_query_joint(*query, NULL),
              (double)fit->cases->weights[index]);
    *log10_probability = lk_query_log10_p_evidence(*query);
    return LK_OK;
}

lk_status lk_fit_expect_wide(lk_fit *fit, lk_fit_pattern *p, size_t index,
                             double *log10_probability) {
    if (!p->queries)
        p->queries = lk_alloc_zero(fit->context, fit->network->count, sizeof *p->queries);
    LK_NEED(p->queries);
    for (uint32_t v = 0; v < fit->network->count; v++)
        LK_TRY(expect_family(fit, p, index, v, log10_probability));
    return LK_OK;
}

void lk_fit_free_queries(const lk_fit *fit, lk_fit_pattern *p) {
    for (uint32_t v = 0; p->queries && v < fit->network->count; v++) lk_query_free(p->queries[v]);
    lk_free(fit->context, p->queries);
    p->queries = NULL;
}
