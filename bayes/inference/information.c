// I(T; Y | e) = Σ_t P(t | e) Σ_y P(y | t, e) log2 (P(y | t, e) / P(y | e)), with the P(y | t, e) of
// all Y from one propagation for each state t of the target, which is observed there.
#include "inference/query.h"
#include "network/evidence_json.h"

#include "mathfn.h"

typedef struct entry {
    uint32_t variable;
    double entropy;
    double mutual;
} entry;

struct lk_information {
    lk_context *context;
    const lk_network *network;
    uint32_t target;
    double target_entropy;
    entry *entries;
    size_t count;
    uint32_t *evidence; // variables
    size_t evidence_count;
    uint32_t *states;         // of each observed variable
    lk_query *before, *after; // without and with the target observed, while there is work to do
    double *prior;            // P(t | e); NULL before the first step
    uint32_t state;           // the next of the target to be observed
};

static double log2_of(double x) { return lk_log(x) * 1.4426950408889634073599246810019; }

static double entropy_of(const double *p, uint32_t count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        if (p[i] > 0) sum -= p[i] * log2_of(p[i]);
    return sum > 0 ? sum : 0;
}

static double divergence_of(const double *p, const double *q, uint32_t count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        if (p[i] > 0) sum += p[i] * log2_of(p[i] / q[i]);
    return sum;
}

// A query for all unobserved variables, with room for one more evidence variable.
static lk_status ask(const lk_information *info, lk_query **query, bool target_observed) {
    lk_query_options options = {.engine = LK_ENGINE_JUNCTION_TREE};
    LK_TRY(lk_query_new(info->context, query, info->network, NULL, 0, info->evidence,
                        info->evidence_count + target_observed, &options));
    for (size_t i = 0; i < info->evidence_count; i++)
        LK_TRY(lk_query_set_evidence(*query, i, info->states[info->evidence[i]]));
    return LK_OK;
}

// What is known before anything more is observed: the entropies and P(t | e).
static lk_status set_entropies(lk_information *info) {
    lk_query *before = info->before;
    uint32_t target_states = info->network->variables[info->target].state_count;
    info->prior = lk_alloc(info->context, target_states, sizeof *info->prior);
    LK_NEED(info->prior);
    LK_TRY(lk_query_run(before));
    for (size_t i = 0; i < lk_query_target_count(before); i++) {
        uint32_t variable = lk_query_target(before, i);
        uint32_t states = info->network->variables[variable].state_count;
        const double *p = lk_query_posterior(before, i);
        if (variable == info->target) {
            memcpy(info->prior, p, states * sizeof *info->prior);
            info->target_entropy = entropy_of(p, states);
        } else {
            info->entries[info->count++] = (entry){variable, entropy_of(p, states), 0};
        }
    }
    return LK_OK;
}

static lk_status add_state(lk_information *info, uint32_t state) {
    lk_query *before = info->before, *after = info->after;
    double weight = info->prior[state];
    LK_TRY(lk_query_set_evidence(after, info->evidence_count, state));
    LK_TRY(lk_query_run(after));
    // Both list the unobserved variables in their order; the first the target as well.
    for (size_t i = 0, k = 0; i < info->count; i++, k++) {
        if (lk_query_target(before, k) == info->target) k++;
        uint32_t states = info->network->variables[info->entries[i].variable].state_count;
        info->entries[i].mutual += weight * divergence_of(lk_query_posterior(after, i),
                                                          lk_query_posterior(before, k), states);
    }
    return LK_OK;
}

static void sort(lk_information *info) {
    for (size_t i = 0; i < info->count; i++) {
        entry e = info->entries[i];
        if (e.mutual < 0) e.mutual = 0; // rounding
        size_t k = i;
        for (; k > 0 && info->entries[k - 1].mutual < e.mutual; k--)
            info->entries[k] = info->entries[k - 1];
        info->entries[k] = e;
    }
}

static void drop_queries(lk_information *info) {
    lk_query_free(info->before);
    lk_query_free(info->after);
    info->before = info->after = NULL;
}

lk_status lk_information_next(lk_information *info, bool *done) {
    uint32_t states = info->network->variables[info->target].state_count;
    *done = info->state == states;
    if (*done) return LK_OK;
    LK_TRY(info->prior ? add_state(info, info->state++) : set_entropies(info));
    while (info->state < states && !(info->prior[info->state] > 0)) info->state++;
    *done = info->state == states;
    if (!*done) return LK_OK;
    drop_queries(info);
    sort(info);
    return LK_OK;
}

static lk_status set_question(lk_information *info, const lk_finding *evidence, size_t count) {
    uint32_t n = info->network->count;
    info->entries = lk_alloc(info->context, n, sizeof *info->entries);
    info->evidence = lk_alloc(info->context, count + 1, sizeof *info->evidence);
    info->states = lk_alloc_zero(info->context, n, sizeof *info->states);
    LK_NEED(info->entries);
    LK_NEED(info->evidence);
    LK_NEED(info->states);
    for (size_t i = 0; i < count; i++) {
        if (evidence[i].variable == info->target)
            return lk_fail(info->context, LK_ERROR_USAGE, "the target \"%s\" is observed",
                           info->network->variables[info->target].name);
        info->evidence[i] = evidence[i].variable;
        info->states[evidence[i].variable] = evidence[i].state;
    }
    info->evidence[count] = info->target;
    info->evidence_count = count;
    return LK_OK;
}

lk_status lk_information_begin(lk_context *context, lk_information **out, const lk_network *network,
                               uint32_t target, const lk_finding *evidence, size_t evidence_count) {
    LK_TRY(lk_network_need_finished(context, network));
    lk_information *info = lk_alloc_zero(context, 1, sizeof *info);
    LK_NEED(info);
    info->context = context;
    info->network = network;
    info->target = target;
    lk_status status = set_question(info, evidence, evidence_count);
    if (status == LK_OK) status = ask(info, &info->before, false);
    if (status == LK_OK) status = ask(info, &info->after, true);
    if (status == LK_OK)
        *out = info;
    else
        lk_information_free(info);
    return status;
}

lk_status lk_information_new(lk_context *context, lk_information **out, const lk_network *network,
                             uint32_t target, const lk_finding *evidence, size_t evidence_count) {
    lk_information *info;
    LK_TRY(lk_information_begin(context, &info, network, target, evidence, evidence_count));
    lk_status status = LK_OK;
    for (bool done = false; !done && status == LK_OK;) status = lk_information_next(info, &done);
    if (status == LK_OK)
        *out = info;
    else
        lk_information_free(info);
    return status;
}

void lk_information_free(lk_information *info) {
    if (!info) return;
    drop_queries(info);
    lk_free(info->context, info->prior);
    lk_free(info->context, info->entries);
    lk_free(info->context, info->evidence);
    lk_free(info->context, info->states);
    lk_free(info->context, info);
}

double lk_information_target_entropy(const lk_information *info) { return info->target_entropy; }
size_t lk_information_count(const lk_information *info) { return info->count; }

uint32_t lk_information_variable(const lk_information *info, size_t index) {
    return info->entries[index].variable;
}

double lk_information_entropy(const lk_information *info, size_t index) {
    return info->entries[index].entropy;
}

double lk_information_mutual(const lk_information *info, size_t index) {
    return info->entries[index].mutual;
}

lk_status lk_information_to_json(lk_buffer *out, const lk_information *info) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_evidence(writer, info->network, info->evidence, info->evidence_count, info->states);
    lk_json_add_string(writer, "target", info->network->variables[info->target].name);
    lk_json_add_number(writer, "entropy", info->target_entropy);
    lk_json_begin_array(writer, "variables");
    for (size_t i = 0; i < info->count; i++) {
        lk_json_begin_object(writer, NULL);
        lk_json_add_string(writer, "name",
                           info->network->variables[info->entries[i].variable].name);
        lk_json_add_number(writer, "entropy", info->entries[i].entropy);
        lk_json_add_number(writer, "mutual_information", info->entries[i].mutual);
        lk_json_end(writer);
    }
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
