// Questions answered in fractions, on the plans of a query.
#include "exact/exact.h"

#include "inference/conflict.h"

#include <assert.h>
#include <math.h>

enum { PIECE = 10000000 }; // multiplications of words that are done at once

// ---- Planning ----------------------------------------------------------------------------------

static lk_status plan_query(lk_exact *e, const lk_network *network, const uint32_t *targets,
                            size_t target_count, const lk_finding *evidence, size_t evidence_count,
                            const lk_query_options *options) {
    uint32_t *variables = lk_arena_alloc(&e->scratch, evidence_count, sizeof *variables);
    LK_NEED(variables);
    for (size_t i = 0; i < evidence_count; i++) variables[i] = evidence[i].variable;
    lk_query_options eliminate = options ? *options : (lk_query_options){0};
    eliminate.engine = LK_ENGINE_ELIMINATION;
    LK_TRY(lk_query_new(e->context, &e->query, network, targets, target_count, variables,
                        evidence_count, &eliminate));
    for (size_t i = 0; i < evidence_count; i++)
        LK_TRY(lk_query_set_evidence(e->query, i, evidence[i].state));
    return LK_OK;
}

static lk_status measure_tables(lk_exact *e) {
    const lk_network *network = e->query->network;
    uint32_t tables = lk_network_table_count(network);
    e->input = (lk_exact_input){
        .network = network,
        .observed = e->query->observed,
        .states = e->query->states,
        .tables = lk_arena_alloc_zero(&e->arena, tables, sizeof *e->input.tables),
    };
    LK_NEED(e->input.tables);
    for (size_t p = 0; p < e->query->part_count; p++)
        for (uint32_t t = 0; t < tables; t++)
            if (e->query->parts[p].matters[t] && e->input.tables[t].denominator.count == 0)
                LK_TRY(lk_exact_measure(&e->arena, &e->scratch, &e->input, t));
    return LK_OK;
}

static lk_status check_work(lk_exact *e) {
    double work = 0, digits = 0;
    for (size_t p = 0; p < e->query->part_count; p++) {
        LK_TRY(lk_elimination_start(&e->run, &e->query->parts[p], false));
        work += e->run.work;
        if (e->run.digits > digits) digits = e->run.digits;
    }
    return lk_exact_check_work(e->context, work, digits);
}

static lk_status take_tables(lk_exact *e) {
    const lk_query *q = e->query;
    e->tables = lk_arena_alloc(&e->arena, q->table_count, sizeof *e->tables);
    LK_NEED(e->tables);
    for (size_t i = 0; i < q->table_count; i++) {
        e->tables[i] = lk_arena_alloc_zero(&e->arena, q->table_cells[i], sizeof **e->tables);
        LK_NEED(e->tables[i]);
    }
    return LK_OK;
}

lk_status lk_exact_new(lk_context *context, lk_exact **out, const lk_network *network,
                       const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                       size_t evidence_count, const lk_query_options *options) {
    lk_exact *e = lk_alloc_zero(context, 1, sizeof *e);
    LK_NEED(e);
    e->context = context;
    e->arena = lk_arena_make(context, 0);
    e->scratch = lk_arena_make(context, 0);
    e->run = lk_elimination_make(context, &e->input);
    lk_status status =
        plan_query(e, network, targets, target_count, evidence, evidence_count, options);
    if (status == LK_OK) status = measure_tables(e);
    if (status == LK_OK) status = check_work(e);
    if (status != LK_OK) {
        lk_exact_free(e);
        return status;
    }
    *out = e;
    return LK_OK;
}

void lk_exact_free(lk_exact *e) {
    if (!e) return;
    lk_elimination_release(&e->run); // looks at the query's plans
    lk_query_free(e->query);
    lk_arena_release(&e->scratch);
    lk_arena_release(&e->arena);
    lk_free(e->context, e);
}

// ---- Answers -----------------------------------------------------------------------------------

// The result of a part over its sum, and if the sum is that of all evidence, that as well.
static lk_status take_answers(lk_exact *e) {
    const lk_query *q = e->query;
    const lk_exact_factor *result = lk_elimination_result(&e->run);
    size_t cells = (size_t)q->parts[e->part].factors[e->run.plan->factor_count - 1].cells;
    lk_natural sum;
    LK_TRY(lk_exact_add_cells(&e->scratch, &sum, result, cells));
    if (sum.count == 0) return lk_fail_impossible(q->network, q->observed, q->states);
    if (e->part == q->evidence_part)
        LK_TRY(lk_fraction_keep(&e->arena, &e->scratch, &e->p_evidence, sum, result->denominator));
    if (e->part >= q->table_count) return LK_OK;
    return lk_fractions_keep(&e->arena, &e->scratch, e->tables[e->part], result, cells, sum);
}

static lk_status end_part(lk_exact *e) {
    LK_TRY(take_answers(e));
    lk_arena_reset(&e->scratch);
    e->started = false;
    e->part++;
    return LK_OK;
}

lk_status lk_exact_run_part(lk_exact *e, size_t part, const lk_exact_factor **product) {
    bool done;
    LK_TRY(lk_elimination_start(&e->run, &e->query->parts[part], false));
    LK_TRY(lk_elimination_next(&e->run, &done, INFINITY));
    *product = lk_elimination_result(&e->run);
    return LK_OK;
}

lk_status lk_exact_next(lk_exact *e, bool *done) {
    if (!e->tables) LK_TRY(take_tables(e));
    if (!e->started && e->part < e->query->part_count) {
        LK_TRY(lk_elimination_start(&e->run, &e->query->parts[e->part], false));
        e->started = true;
    }
    if (e->started) {
        bool part_done;
        LK_TRY(lk_elimination_next(&e->run, &part_done, PIECE));
        if (part_done) LK_TRY(end_part(e));
    }
    *done = e->part == e->query->part_count;
    return LK_OK;
}

lk_status lk_exact_run(lk_exact *e) {
    for (bool done = false; !done;) LK_TRY(lk_exact_next(e, &done));
    return LK_OK;
}

lk_fraction lk_exact_p_evidence(const lk_exact *e) { return e->p_evidence; }
size_t lk_exact_target_count(const lk_exact *e) { return e->query->target_count; }
uint32_t lk_exact_target(const lk_exact *e, size_t index) { return e->query->targets[index]; }

lk_fraction lk_exact_posterior(const lk_exact *e, size_t index, uint32_t state) {
    assert(!e->query->joint && state < e->query->table_cells[index]);
    return e->tables[index][state];
}

lk_fraction lk_exact_joint(const lk_exact *e, size_t cell) {
    assert(e->query->joint && cell < e->query->table_cells[0]);
    return e->tables[0][cell];
}
