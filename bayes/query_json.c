#include "exact.h"
#include "likelore/json.h"

#include <float.h>

// {"not":["a"]} where the likelihoods are 0 or 1, else {"likelihood":{"a":0.3,"b":0.7}}.
static void add_likelihood(lk_json_writer *writer, const lk_query *q, const lk_variable *child) {
    const lk_variable *v = &q->network->variables[child->seen_of];
    bool excludes = true;
    for (uint32_t s = 0; s < v->state_count; s++)
        if (child->table[2 * s] != 0 && child->table[2 * s] != 1) excludes = false;
    lk_json_begin_object(writer, v->name);
    if (excludes)
        lk_json_begin_array(writer, "not");
    else
        lk_json_begin_object(writer, "likelihood");
    for (uint32_t s = 0; s < v->state_count; s++) {
        if (!excludes)
            lk_json_add_number(writer, v->states[s], child->table[2 * s]);
        else if (child->table[2 * s] == 0)
            lk_json_add_string(writer, NULL, v->states[s]);
    }
    lk_json_end(writer);
    lk_json_end(writer);
}

static void add_evidence(lk_json_writer *writer, const lk_query *q) {
    lk_json_begin_object(writer, "evidence");
    for (size_t i = 0; i < q->evidence_count; i++) {
        const lk_variable *variable = &q->network->variables[q->evidence[i]];
        const char *state = variable->states[q->states[q->evidence[i]]];
        if (variable->seen_of != LK_NO_VARIABLE) {
            add_likelihood(writer, q, variable);
        } else if (variable->is_set) {
            lk_json_begin_object(writer, variable->name);
            lk_json_add_string(writer, "do", state);
            lk_json_end(writer);
        } else {
            lk_json_add_string(writer, variable->name, state);
        }
    }
    lk_json_end(writer);
}

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
    add_evidence(writer, q);
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
