// The arithmetic of reports in doubles.
#include "explain/report.h"

#include "mathfn.h"

#include <float.h>
#include <math.h>

static lk_status make_query(lk_report *r, lk_query **query, const lk_probability *p) {
    uint32_t *asked = lk_arena_alloc(&r->scratch, p->asked_count, sizeof *asked);
    uint32_t *given = lk_arena_alloc(&r->scratch, p->given_count, sizeof *given);
    LK_NEED(asked);
    LK_NEED(given);
    for (size_t i = 0; i < p->asked_count; i++) asked[i] = p->asked[i].variable;
    for (size_t i = 0; i < p->given_count; i++) given[i] = p->given[i].variable;
    lk_query_options options = {.joint = true, .engine = LK_ENGINE_ELIMINATION};
    LK_TRY(lk_query_new(r->context, query, r->network, asked, p->asked_count, given, p->given_count,
                        &options));
    for (size_t i = 0; i < p->given_count; i++)
        LK_TRY(lk_query_set_evidence(*query, i, p->given[i].state));
    return lk_query_run(*query);
}

size_t lk_asked_cell(const lk_report *r, const lk_probability *p) {
    size_t cell = 0;
    for (size_t i = 0; i < p->asked_count; i++)
        cell = cell * r->network->variables[p->asked[i].variable].state_count + p->asked[i].state;
    return cell;
}

static lk_status keep_values(lk_report *r, lk_report_value *value, const lk_probability *p,
                             const lk_query *query) {
    size_t cells;
    const double *joint = lk_query_joint(query, &cells);
    value->p_given.value = p->given_count > 0 ? lk_query_p_evidence(query) : 1;
    if (value->p_given.value < DBL_MIN) value->p_given.log10 = lk_query_log10_p_evidence(query);
    value->cells = lk_asks_states(p) ? 1 : cells;
    double *values = lk_arena_alloc(&r->scratch, value->cells, sizeof *values);
    LK_NEED(values);
    memcpy(values, joint + (lk_asks_states(p) ? lk_asked_cell(r, p) : 0),
           value->cells * sizeof *values);
    value->values.doubles = values;
    return LK_OK;
}

static lk_status compute(lk_report *r, lk_report_value *value, const lk_probability *p) {
    lk_query *query = NULL;
    *value = (lk_report_value){0};
    lk_status status = make_query(r, &query, p);
    if (status == LK_OK) status = keep_values(r, value, p, query);
    lk_query_free(query);
    return status;
}

static lk_status entry(lk_report *r, lk_report_number *number, uint32_t variable, size_t cell) {
    size_t count;
    *number = (lk_report_number){.value = lk_network_table(r->network, variable, &count)[cell]};
    return LK_OK;
}

static double logarithm(lk_report_number number) {
    return number.log10 < 0 ? number.log10 : lk_log(number.value) / 2.302585092994046;
}

static lk_status multiply(lk_report *r, lk_report_number *product, lk_report_number a,
                          lk_report_number b) {
    (void)r;
    *product = (lk_report_number){.value = a.value * b.value};
    bool is_zero = (a.value == 0 && a.log10 == 0) || (b.value == 0 && b.log10 == 0);
    if (product->value < DBL_MIN && !is_zero) product->log10 = logarithm(a) + logarithm(b);
    return LK_OK;
}

static lk_status difference(lk_report *r, lk_report_number *out, lk_report_number a,
                            lk_report_number b) {
    (void)r;
    *out = (lk_report_number){.value = fabs(a.value - b.value)};
    return LK_OK;
}

static const lk_arithmetic arithmetic = {
    .compute = compute,
    .entry = entry,
    .multiply = multiply,
    .difference = difference,
    .new_trace = lk_trace_new,
    .new_independence = lk_independence_new,
    .tolerance = 1e-9,
};

lk_status lk_report_write(lk_context *context, lk_buffer *out, const lk_network *network,
                          const char *questions, size_t length, const char *file_name,
                          const lk_document_options *options) {
    return lk_report_write_with(context, out, network, questions, length, file_name, options,
                                &arithmetic);
}
