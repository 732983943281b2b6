// Forward sampling: parents before children, each by the row of its table that its parents select.
#include "learn/sample.h"

#include "likelore/json.h"

// ---- One case ---------------------------------------------------------------------------------

static const double *find_row(const lk_network *network, const uint32_t *states,
                              uint32_t variable) {
    const lk_variable *child = &network->variables[variable];
    size_t row = 0;
    for (uint32_t i = 0; i < child->parent_count; i++) {
        uint32_t parent = child->parents[i];
        row = row * network->variables[parent].state_count + states[parent];
    }
    return child->table + row * child->state_count;
}

// The first state whose cumulative probability is above u. Where rounding leaves the sum at or
// below u, it is the last state that is possible.
static uint32_t draw_state(const double *row, uint32_t count, double u) {
    double sum = 0;
    uint32_t last = 0;
    for (uint32_t s = 0; s < count; s++) {
        if (row[s] == 0) continue;
        sum += row[s];
        last = s;
        if (u < sum) return s;
    }
    return last;
}

void lk_sample_case(const lk_network *network, const uint32_t *order, uint32_t order_count,
                    const bool *observed, uint32_t *states, lk_wide *weight, uint64_t seed,
                    uint64_t number) {
    lk_random random = lk_random_stream(seed, LK_RANDOM_SAMPLE, number, 0);
    *weight = lk_wide_make(1, 0);
    for (uint32_t i = 0; i < order_count; i++) {
        uint32_t v = order[i];
        const double *row = find_row(network, states, v);
        double u = lk_random_uniform(&random);
        if (observed && observed[v])
            *weight = lk_wide_multiply(*weight, lk_wide_make(row[states[v]], 0));
        else
            states[v] = draw_state(row, network->variables[v].state_count, u);
    }
}

// ---- Samplers ---------------------------------------------------------------------------------

struct lk_case_sampler {
    lk_context *context;
    const lk_network *network;
    bool *observed; // NULL: none
    uint32_t *states;
    lk_wide weight;
    uint64_t seed;
    uint64_t next; // number of the next case
};

static lk_status check_network(lk_context *context, const lk_network *network) {
    LK_TRY(lk_network_need_finished(context, network));
    LK_TRY(lk_network_need_bayes(network, "be sampled forward"));
    for (uint32_t v = 0; v < network->count; v++)
        if (!network->variables[v].table)
            return lk_fail(context, LK_ERROR_DATA, "variable \"%s\" has no table",
                           network->variables[v].name);
    return LK_OK;
}

static lk_status observe(lk_case_sampler *sampler, const lk_finding *evidence, size_t count) {
    if (count == 0) return LK_OK;
    sampler->observed =
        lk_alloc_zero(sampler->context, sampler->network->count, sizeof *sampler->observed);
    LK_NEED(sampler->observed);
    for (size_t i = 0; i < count; i++) {
        sampler->observed[evidence[i].variable] = true;
        sampler->states[evidence[i].variable] = evidence[i].state;
    }
    return LK_OK;
}

lk_status lk_case_sampler_new(lk_context *context, lk_case_sampler **out, const lk_network *network,
                              const lk_finding *evidence, size_t evidence_count, uint64_t seed) {
    LK_TRY(check_network(context, network));
    lk_case_sampler *sampler = lk_alloc_zero(context, 1, sizeof *sampler);
    LK_NEED(sampler);
    *sampler = (lk_case_sampler){.context = context, .network = network, .seed = seed};
    sampler->states = lk_alloc_zero(context, network->count, sizeof *sampler->states);
    lk_status status =
        sampler->states ? observe(sampler, evidence, evidence_count) : LK_ERROR_MEMORY;
    if (status != LK_OK) {
        lk_case_sampler_free(sampler);
        return status;
    }
    *out = sampler;
    return LK_OK;
}

void lk_case_sampler_free(lk_case_sampler *sampler) {
    if (!sampler) return;
    lk_free(sampler->context, sampler->observed);
    lk_free(sampler->context, sampler->states);
    lk_free(sampler->context, sampler);
}

const uint32_t *lk_case_sampler_next(lk_case_sampler *sampler) {
    const lk_network *network = sampler->network;
    lk_sample_case(network, network->topological, network->count, sampler->observed,
                   sampler->states, &sampler->weight, sampler->seed, sampler->next++);
    return sampler->states;
}

double lk_case_sampler_weight(const lk_case_sampler *sampler) {
    return lk_scale_double(sampler->weight.mantissa, sampler->weight.exponent);
}

// ---- As a table -------------------------------------------------------------------------------

// What carries a likelihood is no variable of the user's. The first variable always is.
static bool is_column(const lk_network *network, uint32_t variable) {
    return network->variables[variable].seen_of == LK_NO_VARIABLE;
}

static void append_name(lk_buffer *out, bool is_next, const char *name) {
    if (is_next) lk_buffer_append_byte(out, ',');
    lk_csv_append_field(out, name, strlen(name), ',');
}

void lk_case_sampler_append_names(lk_buffer *out, const lk_case_sampler *sampler, bool weights) {
    const lk_network *network = sampler->network;
    for (uint32_t v = 0; v < network->count; v++)
        if (is_column(network, v)) append_name(out, v > 0, network->variables[v].name);
    if (weights) append_name(out, true, "weight");
    lk_buffer_append_byte(out, '\n');
}

void lk_case_sampler_append_case(lk_buffer *out, const lk_case_sampler *sampler, bool weights) {
    const lk_network *network = sampler->network;
    for (uint32_t v = 0; v < network->count; v++)
        if (is_column(network, v))
            append_name(out, v > 0, network->variables[v].states[sampler->states[v]]);
    if (weights) {
        lk_buffer_append_byte(out, ',');
        lk_buffer_append_double(out, lk_case_sampler_weight(sampler));
    }
    lk_buffer_append_byte(out, '\n');
}

// ---- As JSON ----------------------------------------------------------------------------------

lk_status lk_case_sampler_case_to_json(lk_buffer *out, const lk_case_sampler *sampler,
                                       bool weights) {
    const lk_network *network = sampler->network;
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(sampler->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_begin_object(writer, "case");
    for (uint32_t v = 0; v < network->count; v++)
        if (is_column(network, v))
            lk_json_add_string(writer, network->variables[v].name,
                               network->variables[v].states[sampler->states[v]]);
    lk_json_end(writer);
    if (weights) lk_json_add_number(writer, "weight", lk_case_sampler_weight(sampler));
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
