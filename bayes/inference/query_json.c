#include "exact/exact.h"
#include "likelore/json.h"
#include "network/evidence_json.h"

#include <float.h>

// A value too small for a double is null beside its logarithm. A Markov network has Z(evidence)
// instead.
static void add_p_evidence(lk_json_writer *writer, const lk_query *q) {
    if (q->network->is_markov) {
        lk_json_add_null(writer, "p_evidence");
        lk_json_add_null(writer, "log10_p_evidence");
        lk_json_add_number(writer, "log10_z", lk_query_log10_p_evidence(q));
        return;
    }
    double p = lk_query_p_evidence(q);
    if (p >= DBL_MIN)
        lk_json_add_number(writer, "p_evidence", p);
    else
        lk_json_add_null(writer, "p_evidence");
    lk_json_add_number(writer, "log10_p_evidence", lk_query_log10_p_evidence(q));
}

static void add_posteriors(lk_json_writer *writer, const lk_query *q) {
    lk_json_begin_object(writer, "posteriors");
    for (size_t i = 0; i < q->target_count; i++) {
        const lk_variable *target = &q->network->variables[q->targets[i]];
        lk_json_begin_object(writer, target->name);
        for (uint32_t s = 0; s < target->state_count; s++)
            lk_json_add_number(writer, target->states[s], q->tables[i][s]);
        lk_json_end(writer);
    }
    lk_json_end(writer);
}

static void add_states(lk_json_writer *writer, const lk_variable *variable) {
    lk_json_begin_array(writer, NULL);
    for (uint32_t s = 0; s < variable->state_count; s++)
        lk_json_add_string(writer, NULL, variable->states[s]);
    lk_json_end(writer);
}

static void add_joint(lk_json_writer *writer, const lk_query *q) {
    lk_json_begin_object(writer, "joint");
    lk_json_begin_array(writer, "variables");
    for (size_t i = 0; i < q->target_count; i++)
        lk_json_add_string(writer, NULL, q->network->variables[q->targets[i]].name);
    lk_json_end(writer);
    lk_json_begin_array(writer, "states");
    for (size_t i = 0; i < q->target_count; i++)
        add_states(writer, &q->network->variables[q->targets[i]]);
    lk_json_end(writer);
    lk_json_begin_array(writer, "values");
    for (size_t i = 0; i < q->table_cells[0]; i++)
        lk_json_add_number(writer, NULL, q->tables[0][i]);
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_plan(lk_json_writer *writer, const lk_query *q, const lk_plan_summary *plan) {
    lk_json_begin_object(writer, "plan");
    lk_json_begin_array(writer, "order");
    for (size_t i = 0; i < plan->order_count; i++)
        lk_json_add_string(writer, NULL, q->network->variables[plan->order[i]].name);
    lk_json_end(writer);
    lk_json_add_number(writer, "largest_table", plan->largest_table);
    lk_json_add_number(writer, "operations", plan->operations);
    lk_json_add_number(writer, "bytes", plan->bytes);
    lk_json_end(writer);
}

static lk_status write_json(lk_buffer *out, const lk_query *q, const lk_exact *exact,
                            double seconds) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(q->context, &writer));
    lk_plan_summary plan = lk_query_plan(q);
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_evidence(writer, q->network, q->evidence, q->evidence_count, q->states);
    add_p_evidence(writer, q);
    if (q->joint)
        add_joint(writer, q);
    else
        add_posteriors(writer, q);
    lk_status status = exact ? lk_exact_add_json(writer, exact) : LK_OK;
    lk_json_add_string(writer, "engine", plan.engine);
    add_plan(writer, q, &plan);
    lk_json_add_number(writer, "seconds", seconds);
    lk_json_end(writer);
    if (status == LK_OK) status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

lk_status lk_query_to_json(lk_buffer *out, const lk_query *q, double seconds) {
    return write_json(out, q, NULL, seconds);
}

lk_status lk_query_to_json_exact(lk_buffer *out, const lk_query *q, const lk_exact *exact,
                                 double seconds) {
    return write_json(out, q, exact, seconds);
}
