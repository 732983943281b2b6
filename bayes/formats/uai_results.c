// The files beside a network in the UAI format: reading evidence, and writing results.
#include "formats/uai.h"
#include "formats/values.h"
#include "inference/map.h"
#include "inference/query.h"
#include "number.h"

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

bool lk_uai_has(const lk_network *network, uint32_t variable) {
    return network->variables[variable].seen_of == LK_NO_VARIABLE;
}

uint32_t lk_uai_count(const lk_network *network) {
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->count; v++) count += lk_uai_has(network, v);
    return count;
}

lk_status lk_uai_find_posteriors(const lk_query *q, const double **posteriors) {
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
    lk_status status = lk_uai_find_posteriors(q, posteriors);
    if (status == LK_OK) {
        lk_buffer_printf(out, "MAR\n%u", lk_uai_count(q->network));
        for (uint32_t v = 0; v < q->network->count; v++)
            if (lk_uai_has(q->network, v)) append_marginal(out, q, v, posteriors[v]);
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
    lk_buffer_printf(out, "MPE\n%u", lk_uai_count(network));
    for (uint32_t v = 0; v < network->count; v++)
        if (lk_uai_has(network, v)) lk_buffer_printf(out, " %u", map->states[v]);
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
