// The files beside a network in the UAI format: evidence, and results.
#include "formats/number.h"
#include "formats/uai.h"
#include "formats/values.h"
#include "inference/map.h"
#include "inference/query.h"

#include <math.h>

// ---- Evidence ----------------------------------------------------------------------------------

static lk_status count_words(lk_context *context, const lk_source *source, size_t *count,
                             uint32_t *first) {
    lk_scanner s = lk_scanner_make(context, source);
    LK_TRY(lk_uai_read_count(&s, first, UINT32_MAX / 4, "the number of findings"));
    for (*count = 1; lk_uai_next(&s).length > 0;) ++*count;
    return LK_OK;
}

// "2 3 1 7 0", or in the older form "1 2 3 1 7 0": the number of words tells them apart.

static lk_status skip_sample_count(lk_scanner *s, const lk_source *source) {
    size_t words;
    uint32_t first;
    LK_TRY(count_words(s->context, source, &words, &first));
    if (words == 1 + 2 * (size_t)first) return LK_OK;
    if (first == 1) {
        lk_uai_next(s);
        return LK_OK;
    }
    return lk_fail_at(s->context, LK_ERROR_DATA,
                      (lk_location){.file = source->file, .line = 1, .byte = 0},
                      "this is no evidence of %u findings, which has %u numbers, nor one sample "
                      "of evidence: there are %zu numbers",
                      first, 1 + 2 * first, words);
}

static lk_status read_finding(lk_scanner *s, const lk_network *network, lk_evidence *evidence) {
    uint32_t variable, state;
    lk_word start = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &variable, network->count - 1, "a variable's number"));
    LK_TRY(lk_uai_read_count(s, &state, network->variables[variable].state_count - 1,
                             "the number of a state"));
    lk_status status = lk_evidence_add_state(network, evidence, variable, state);
    if (status == LK_ERROR_USAGE) status = LK_ERROR_DATA;
    return lk_locate_failure(s->context, status, lk_scanner_location(s, &start));
}

static lk_status read_findings(lk_scanner *s, const lk_network *network, lk_evidence *evidence) {
    uint32_t count;
    LK_TRY(skip_sample_count(s, s->source));
    LK_TRY(lk_uai_read_count(s, &count, network->count, "the number of findings"));
    for (uint32_t i = 0; i < count; i++) LK_TRY(read_finding(s, network, evidence));
    lk_word rest = lk_uai_next(s);
    return rest.length == 0 ? LK_OK : lk_scanner_unexpected(s, &rest, "the end of the file");
}

lk_status lk_evidence_add_uai(const lk_network *network, lk_evidence *evidence, const void *bytes,
                              size_t length, const char *file_name) {
    lk_source source = {bytes, length, file_name, NULL};
    lk_scanner s = lk_scanner_make(network->context, &source);
    lk_status status = read_findings(&s, network, evidence);
    return status == LK_OK ? LK_OK : lk_fail_in_file(network->context, status, file_name);
}

// ---- Results -----------------------------------------------------------------------------------

lk_status lk_query_to_uai_pr(lk_buffer *out, const lk_query *q) {
    lk_buffer_append_text(out, "PR\n");
    lk_buffer_append_double(out, lk_query_log10_p_evidence(q));
    lk_buffer_append_byte(out, '\n');
    return lk_buffer_status(out);
}

// Variables that carry a likelihood are not of the file.
static bool is_own(const lk_network *network, uint32_t variable) {
    return network->variables[variable].seen_of == LK_NO_VARIABLE;
}

static uint32_t own_count(const lk_network *network) {
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->count; v++) count += is_own(network, v);
    return count;
}

// For each variable, the index of its target.
static lk_status find_posteriors(const lk_query *q, const double **posteriors) {
    for (size_t i = 0; i < q->target_count && !q->joint; i++)
        posteriors[q->targets[i]] = lk_query_posterior(q, i);
    for (uint32_t v = 0; v < q->network->count; v++)
        if (!posteriors[v] && !q->observed[v])
            return lk_fail(q->context, LK_ERROR_USAGE,
                           "UAI results have the posterior of every variable; \"%s\" was not asked "
                           "for by itself",
                           q->network->variables[v].name);
    return LK_OK;
}

static void append_marginal(lk_buffer *out, const lk_query *q, uint32_t variable,
                            const double *posterior) {
    uint32_t states = q->network->variables[variable].state_count;
    lk_buffer_printf(out, " %u", states);
    for (uint32_t s = 0; s < states; s++) {
        lk_buffer_append_byte(out, ' ');
        lk_buffer_append_double(out, posterior ? posterior[s] : s == q->states[variable]);
    }
}

lk_status lk_query_to_uai_mar(lk_buffer *out, const lk_query *q) {
    const double **posteriors = lk_alloc_zero(q->context, q->network->count, sizeof *posteriors);
    LK_NEED(posteriors);
    lk_status status = find_posteriors(q, posteriors);
    if (status == LK_OK) {
        lk_buffer_printf(out, "MAR\n%u", own_count(q->network));
        for (uint32_t v = 0; v < q->network->count; v++)
            if (is_own(q->network, v)) append_marginal(out, q, v, posteriors[v]);
        lk_buffer_append_byte(out, '\n');
        status = lk_buffer_status(out);
    }
    lk_free(q->context, posteriors);
    return status;
}

lk_status lk_map_to_uai_mpe(lk_buffer *out, const lk_map *map) {
    const lk_network *network = map->network;
    if (map->target_count + map->evidence_count < network->count)
        return lk_fail(map->context, LK_ERROR_USAGE,
                       "a UAI result of the task MPE has the state of every variable; only some "
                       "were asked for");
    lk_buffer_printf(out, "MPE\n%u", own_count(network));
    for (uint32_t v = 0; v < network->count; v++)
        if (is_own(network, v)) lk_buffer_printf(out, " %u", map->states[v]);
    lk_buffer_append_byte(out, '\n');
    return lk_buffer_status(out);
}

lk_status lk_map_to_uai_mmap(lk_buffer *out, const lk_map *map) {
    lk_buffer_printf(out, "MMAP\n%zu", map->target_count);
    for (size_t i = 0; i < map->target_count; i++)
        lk_buffer_printf(out, " %u %u", map->targets[i], map->states[map->targets[i]]);
    lk_buffer_append_byte(out, '\n');
    return lk_buffer_status(out);
}

// ---- Reading results ---------------------------------------------------------------------------

struct lk_uai_result {
    lk_context *context;
    const lk_network *network;
    lk_uai_task task;
    double log10;
    double **posteriors; // of each variable, NULL for those that carry likelihoods
    uint32_t *states;
    lk_arena arena;
};

static lk_status read_number(lk_scanner *s, double *value, const char *what) {
    lk_word word = lk_uai_next(s);
    lk_number number;
    if (!lk_number_read(&number, word.text, word.length) || !isfinite(number.value))
        return lk_scanner_unexpected(s, &word, what);
    *value = number.value;
    return LK_OK;
}

static size_t words_left(const lk_scanner *s) {
    lk_scanner ahead = *s;
    size_t count = 0;
    while (lk_uai_next(&ahead).length > 0) count++;
    return count;
}

// A result of as many words has one more where the number of samples comes first.
static lk_status skip_samples(lk_scanner *s, size_t words) {
    uint32_t samples;
    lk_word word = lk_uai_peek(s);
    if (words_left(s) != words + 1 || word.length != 1 || word.text[0] != '1') return LK_OK;
    return lk_uai_read_count(s, &samples, 1, "the number of samples");
}

static lk_status read_own_count(lk_scanner *s, const lk_network *network) {
    uint32_t count = 0;
    lk_word word = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &count, UINT32_MAX - 1, "the number of variables"));
    if (count == own_count(network)) return LK_OK;
    return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                      "the network has %u variables, not %u", own_count(network), count);
}

static lk_status read_posterior(lk_uai_result *r, lk_scanner *s, uint32_t variable) {
    const lk_variable *v = &r->network->variables[variable];
    uint32_t count = 0;
    lk_word word = lk_uai_peek(s);
    LK_TRY(lk_uai_read_count(s, &count, UINT32_MAX - 1, "the number of states"));
    if (count != v->state_count)
        return lk_fail_at(s->context, LK_ERROR_DATA, lk_scanner_location(s, &word),
                          "variable \"%.200s\" has %u states, not %u", v->name, v->state_count,
                          count);
    r->posteriors[variable] = lk_arena_alloc(&r->arena, count, sizeof(double));
    LK_NEED(r->posteriors[variable]);
    for (uint32_t k = 0; k < count; k++)
        LK_TRY(read_number(s, &r->posteriors[variable][k], "a probability"));
    return LK_OK;
}

static lk_status read_posteriors(lk_uai_result *r, lk_scanner *s) {
    const lk_network *network = r->network;
    size_t words = 1;
    for (uint32_t v = 0; v < network->count; v++)
        if (is_own(network, v)) words += 1 + (size_t)network->variables[v].state_count;
    r->posteriors = lk_arena_alloc_zero(&r->arena, network->count, sizeof *r->posteriors);
    LK_NEED(r->posteriors);
    LK_TRY(skip_samples(s, words));
    LK_TRY(read_own_count(s, network));
    for (uint32_t v = 0; v < network->count; v++)
        if (is_own(network, v)) LK_TRY(read_posterior(r, s, v));
    return LK_OK;
}

static lk_status read_states(lk_uai_result *r, lk_scanner *s) {
    const lk_network *network = r->network;
    r->states = lk_arena_alloc_zero(&r->arena, network->count, sizeof *r->states);
    LK_NEED(r->states);
    LK_TRY(skip_samples(s, 1 + (size_t)own_count(network)));
    LK_TRY(read_own_count(s, network));
    for (uint32_t v = 0; v < network->count; v++)
        if (is_own(network, v))
            LK_TRY(lk_uai_read_count(s, &r->states[v], network->variables[v].state_count - 1,
                                     "the number of a state"));
    return LK_OK;
}

static lk_status read_log10(lk_uai_result *r, lk_scanner *s) {
    LK_TRY(skip_samples(s, 1));
    return read_number(s, &r->log10, "a logarithm");
}

static lk_status read_result(lk_uai_result *r, lk_scanner *s) {
    static const struct {
        const char *name;
        lk_uai_task task;
        lk_status (*read)(lk_uai_result *, lk_scanner *);
    } tasks[] = {{"PR", LK_UAI_PR, read_log10},
                 {"MAR", LK_UAI_MAR, read_posteriors},
                 {"MPE", LK_UAI_MPE, read_states}};
    lk_word word = lk_uai_next(s);
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
        if (word.length != strlen(tasks[i].name) ||
            memcmp(word.text, tasks[i].name, word.length) != 0)
            continue;
        r->task = tasks[i].task;
        LK_TRY(tasks[i].read(r, s));
        lk_word rest = lk_uai_next(s);
        return rest.length == 0 ? LK_OK : lk_scanner_unexpected(s, &rest, "the end of the file");
    }
    return lk_fail_at(s->context, LK_ERROR_UNSUPPORTED, lk_scanner_location(s, &word),
                      "a UAI result begins with PR, MAR or MPE");
}

lk_status lk_uai_result_read(lk_context *context, lk_uai_result **out, const lk_network *network,
                             const void *bytes, size_t length, const char *file_name) {
    lk_source source = {bytes, length, file_name, NULL};
    lk_scanner s = lk_scanner_make(context, &source);
    lk_uai_result *r = lk_alloc_zero(context, 1, sizeof *r);
    LK_NEED(r);
    r->context = context;
    r->network = network;
    r->arena = lk_arena_make(context, 0);
    lk_status status = read_result(r, &s);
    if (status != LK_OK) {
        lk_uai_result_free(r);
        return lk_fail_in_file(context, status, file_name);
    }
    *out = r;
    return LK_OK;
}

void lk_uai_result_free(lk_uai_result *r) {
    if (!r) return;
    lk_arena_release(&r->arena);
    lk_free(r->context, r);
}

lk_uai_task lk_uai_result_task(const lk_uai_result *r) { return r->task; }
double lk_uai_result_log10(const lk_uai_result *r) { return r->log10; }

const double *lk_uai_result_posterior(const lk_uai_result *r, uint32_t variable) {
    return r->posteriors[variable];
}

uint32_t lk_uai_result_state(const lk_uai_result *r, uint32_t variable) {
    return r->states[variable];
}

// ---- Comparing ---------------------------------------------------------------------------------

static void compare_posteriors(const lk_query *q, const lk_uai_result *r,
                               const double *const *posteriors, lk_uai_difference *difference) {
    *difference = (lk_uai_difference){.largest = -1};
    for (uint32_t v = 0; v < q->network->count; v++) {
        for (uint32_t k = 0; r->posteriors[v] && k < q->network->variables[v].state_count; k++) {
            double here = posteriors[v] ? posteriors[v][k] : k == q->states[v];
            double there = r->posteriors[v][k], distance = fabs(here - there);
            if (distance > difference->largest)
                *difference = (lk_uai_difference){distance, here, there, v, k};
        }
    }
}

lk_status lk_query_compare_uai(const lk_query *q, const lk_uai_result *r,
                               lk_uai_difference *difference) {
    if (r->task == LK_UAI_PR) {
        double here = lk_query_log10_p_evidence(q);
        *difference =
            (lk_uai_difference){.largest = fabs(here - r->log10), .here = here, .there = r->log10};
        return LK_OK;
    }
    if (r->task == LK_UAI_MPE)
        return lk_fail(q->context, LK_ERROR_USAGE,
                       "a UAI result of the task MPE has states, not probabilities");
    const double **posteriors = lk_alloc_zero(q->context, q->network->count, sizeof *posteriors);
    LK_NEED(posteriors);
    lk_status status = find_posteriors(q, posteriors);
    if (status == LK_OK) compare_posteriors(q, r, posteriors, difference);
    lk_free(q->context, posteriors);
    return status;
}
