// The most probable states, by a junction tree that maximizes; where the range of doubles does not
// suffice for it, by variable elimination.
#include "inference/map.h"

#include "inference/conflict.h"
#include "inference/map_wide.h"
#include "inference/query.h"
#include "inference/tree_plan.h"

// ---- Planning ----------------------------------------------------------------------------------

static lk_status plan_trees(lk_map *m) {
    lk_tree_question question = {.network = m->network,
                                 .observed = m->observed,
                                 .targets = m->targets,
                                 .target_count = m->target_count,
                                 .maximize = true};
    LK_TRY(lk_tree_plan(&m->arena, &m->best, &m->scratch, &question));
    question.maximize = false;
    question.target_count = 0;
    return lk_tree_plan(&m->arena, &m->sum, &m->scratch, &question);
}

static lk_status set_question(lk_map *m, const uint32_t *targets, size_t target_count,
                              const lk_finding *evidence, size_t evidence_count) {
    uint32_t n = m->network->count;
    m->observed = lk_arena_alloc_zero(&m->arena, n, sizeof *m->observed);
    m->states = lk_arena_alloc_zero(&m->arena, n, sizeof *m->states);
    m->targets = lk_arena_alloc(&m->arena, n, sizeof *m->targets);
    m->evidence = lk_arena_alloc(&m->arena, evidence_count, sizeof *m->evidence);
    LK_NEED(m->observed);
    LK_NEED(m->states);
    LK_NEED(m->targets);
    LK_NEED(m->evidence);
    for (size_t i = 0; i < evidence_count; i++) {
        m->evidence[m->evidence_count++] = evidence[i].variable;
        m->states[evidence[i].variable] = evidence[i].state;
    }
    LK_TRY(lk_check_question(m->network, m->observed, targets, target_count, m->evidence,
                             evidence_count, &(lk_query_options){0}));
    for (size_t i = 0; i < target_count; i++) m->targets[m->target_count++] = targets[i];
    for (uint32_t v = 0; target_count == 0 && v < n; v++)
        if (!m->observed[v]) m->targets[m->target_count++] = v;
    return LK_OK;
}

// ---- Running -----------------------------------------------------------------------------------

static bool has_tie(const lk_map *m) {
    for (size_t i = 0; i < m->target_count; i++) {
        const double *values = m->best.marginals[m->targets[i]];
        uint32_t count = 0;
        for (uint32_t s = 0; s < m->network->variables[m->targets[i]].state_count; s++)
            count += values[s] >= 1 - LK_TIE_TOLERANCE;
        if (count > 1) return true;
    }
    return false;
}

static lk_status find_states(lk_map *m) {
    lk_propagation result = lk_junction_tree_propagate(&m->best, m->states);
    if (result == LK_PROPAGATED_WIDE) return lk_map_eliminate(m);
    if (result == LK_PROPAGATED_ZERO) return LK_OK;
    m->p_joint = m->best.total;
    lk_junction_tree_decode(&m->best, m->states);
    m->ties = has_tie(m);
    return LK_OK;
}

static lk_status find_p_evidence(lk_map *m) {
    if (lk_junction_tree_propagate(&m->sum, m->states) == LK_PROPAGATED_WIDE)
        return lk_evidence_probability(m->network, &m->p_evidence, m->observed, m->states);
    m->p_evidence = m->sum.total;
    return LK_OK;
}

static lk_status run(lk_map *m) {
    LK_TRY(find_states(m));
    if (m->p_joint.mantissa == 0) return lk_fail_impossible(m->network, m->observed, m->states);
    return find_p_evidence(m);
}

lk_status lk_map_new(lk_context *context, lk_map **out, const lk_network *network,
                     const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                     size_t evidence_count) {
    lk_map *m = lk_alloc_zero(context, 1, sizeof *m);
    LK_NEED(m);
    m->context = context;
    m->network = network;
    m->arena = lk_arena_make(context, 0);
    m->scratch = lk_arena_make(context, 0);
    lk_status status = set_question(m, targets, target_count, evidence, evidence_count);
    if (status == LK_OK) status = plan_trees(m);
    if (status == LK_OK) status = run(m);
    lk_arena_release(&m->scratch);
    if (status != LK_OK) {
        lk_map_free(m);
        return status;
    }
    *out = m;
    return LK_OK;
}

void lk_map_free(lk_map *m) {
    if (!m) return;
    lk_arena_release(&m->scratch);
    lk_arena_release(&m->arena);
    lk_free(m->context, m);
}

size_t lk_map_count(const lk_map *m) { return m->target_count; }
uint32_t lk_map_variable(const lk_map *m, size_t index) { return m->targets[index]; }
uint32_t lk_map_state(const lk_map *m, size_t index) { return m->states[m->targets[index]]; }
double lk_map_p_joint(const lk_map *m) {
    return lk_scale_double(m->p_joint.mantissa, m->p_joint.exponent);
}
double lk_map_log10_p_joint(const lk_map *m) { return lk_wide_log10(m->p_joint); }
double lk_map_p_given_evidence(const lk_map *m) { return lk_wide_ratio(m->p_joint, m->p_evidence); }
bool lk_map_has_ties(const lk_map *m) { return m->ties; }
