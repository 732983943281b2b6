// Data for JavaScript: fitting the tables of a network, drawing cases, and estimates by likelihood
// weighting. All of it is done in pieces, between which a page can stop it.
#include "bridge_request.h"
#include "bridge_table.h"

#include "likelore/learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- Fitting --------------------------------------------------------------------------------

typedef struct lk_bridge_fit {
    lk_bridge *bridge;
    lk_network *structure;
    lk_cases *cases;
    lk_fit *fit;
} lk_bridge_fit;

LK_EXPORT void lk_bridge_fit_free(lk_bridge_fit *f) {
    if (!f) return;
    lk_fit_free(f->fit);
    lk_cases_free(f->cases);
    lk_network_free(f->structure);
    free(f);
}

static lk_status read_method(lk_bridge *bridge, const lk_json *document, lk_fit_options *options) {
    static const char *const names[] = {"ml", "laplace", "bdeu"};
    const char *name = lk_json_string(lk_json_get(document, "method"), "ml");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) != 0) continue;
        options->method = (lk_fit_method)i;
        return LK_OK;
    }
    return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                          "there is no method '%s'; there are ml, laplace and bdeu", name);
}

static lk_status check_fitting(lk_bridge *bridge, const lk_json *document,
                               const lk_fit_options *options) {
    if (lk_json_get(document, "alpha") && options->method != LK_FIT_LAPLACE)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "alpha belongs to the method laplace");
    if (lk_json_get(document, "ess") && options->method != LK_FIT_BDEU)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "ess belongs to the method bdeu");
    bool of_em = lk_json_get(document, "tolerance") || lk_json_get(document, "max_iterations");
    if (of_em && !options->em)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE, "tolerance and max_iterations belong to em");
    return LK_OK;
}

static lk_status read_fitting(lk_bridge *bridge, const lk_json *document, lk_fit_options *options) {
    LK_TRY(read_method(bridge, document, options));
    options->em = lk_json_bool(lk_json_get(document, "em"), false);
    LK_TRY(lk_request_number(bridge, document, "alpha", &options->alpha, 1e-9, 1e9));
    LK_TRY(lk_request_number(bridge, document, "ess", &options->ess, 1e-9, 1e9));
    LK_TRY(lk_request_number(bridge, document, "tolerance", &options->tolerance, 1e-15, 0.5));
    LK_TRY(lk_request_whole(bridge, document, "max_iterations", &options->max_iterations, 1,
                            UINT32_MAX));
    LK_TRY(lk_request_seed(bridge, document, &options->seed));
    return check_fitting(bridge, document, options);
}

static lk_status begin_fit(lk_bridge *bridge, const lk_json *document, lk_csv *table,
                           void *object) {
    lk_bridge_fit *f = object;
    lk_fit_options options = {0};
    LK_TRY(read_fitting(bridge, document, &options));
    LK_TRY(lk_cases_read(bridge->context, &f->cases, f->structure, table,
                         lk_json_bool(lk_json_get(document, "ignore_columns"), false)));
    return lk_fit_new(bridge->context, &f->fit, f->structure, f->cases, &options);
}

// Begins `likelore net fit` with the table: {"method":"ml","alpha","ess","em":false,"tolerance",
// "max_iterations","seed","ignore_columns":false} and the members of bridge_table.h, all optional.
// The network may be freed before the fit.
LK_EXPORT lk_status lk_bridge_fit_open(lk_bridge *bridge, lk_bridge_fit **made,
                                       const lk_network *structure, const char *text,
                                       size_t text_length, const uint8_t *bytes, size_t length) {
    lk_bridge_fit *f = calloc(1, sizeof *f);
    if (!f) return LK_ERROR_MEMORY;
    f->bridge = bridge;
    lk_status status = lk_network_copy(bridge->context, &f->structure, structure);
    if (status == LK_OK)
        status = lk_bridge_with_table(bridge, text, text_length, bytes, length, f, begin_fit);
    if (status == LK_OK)
        *made = f;
    else
        lk_bridge_fit_free(f);
    return status;
}

// One iteration: {"iteration","log_likelihood","objective","gain": null in the first,"done",
// "converged"}.
LK_EXPORT lk_status lk_bridge_fit_next(lk_bridge *bridge, lk_bridge_fit *f) {
    lk_fit_report report;
    LK_TRY(lk_fit_next(f->fit, &report));
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "iteration", (int64_t)report.iteration);
    lk_json_add_number(writer, "log_likelihood", report.log_likelihood);
    lk_json_add_number(writer, "objective", report.objective);
    lk_json_add_number(writer, "gain", report.gain);
    lk_json_add_bool(writer, "done", report.done);
    lk_json_add_bool(writer, "converged", report.converged);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// A network with the tables so far.
LK_EXPORT lk_status lk_bridge_fit_network(lk_bridge *bridge, lk_network **network,
                                          const lk_bridge_fit *f) {
    return lk_network_copy(bridge->context, network, lk_fit_network(f->fit));
}

// ---- Drawing cases --------------------------------------------------------------------------

typedef struct lk_bridge_sampler {
    lk_bridge *bridge;
    lk_request request;
    lk_case_sampler *sampler;
    bool weights;
    bool begun; // the names have been written
} lk_bridge_sampler;

LK_EXPORT void lk_bridge_sampler_free(lk_bridge_sampler *s) {
    if (!s) return;
    lk_case_sampler_free(s->sampler);
    lk_request_free(s->bridge, &s->request);
    free(s);
}

static lk_status begin_sampling(lk_bridge_sampler *s, const lk_network *network, const char *text,
                                size_t length) {
    lk_request *request = &s->request;
    LK_TRY(lk_request_read(s->bridge, request, network, text, length, true));
    const lk_json *document = request->document;
    uint64_t seed;
    LK_TRY(lk_request_seed(s->bridge, document, &seed));
    s->weights = lk_json_bool(lk_json_get(document, "weights"), false);
    bool is_seen = lk_json_get(document, "evidence") || lk_json_get(document, "likelihoods") ||
                   lk_json_get(document, "uai_evidence");
    if (is_seen && !s->weights)
        return lk_bridge_fail(s->bridge, LK_ERROR_USAGE,
                              "with evidence, cases have weights: ask for weights");
    return lk_case_sampler_new(s->bridge->context, &s->sampler, request->network,
                               request->evidence.findings, request->evidence.count, seed);
}

// Begins to draw; further members "seed" and "weights". The network may be freed before it.
LK_EXPORT lk_status lk_bridge_sampler_open(lk_bridge *bridge, lk_bridge_sampler **made,
                                           const lk_network *network, const char *text,
                                           size_t length) {
    lk_bridge_sampler *s = calloc(1, sizeof *s);
    if (!s) return LK_ERROR_MEMORY;
    s->bridge = bridge;
    lk_status status = begin_sampling(s, network, text, length);
    if (status == LK_OK)
        *made = s;
    else
        lk_bridge_sampler_free(s);
    return status;
}

// The next lines of what `likelore net sample` prints: `count` cases, the first time below the
// names.
LK_EXPORT lk_status lk_bridge_sampler_next(lk_bridge *bridge, lk_bridge_sampler *s,
                                           uint32_t count) {
    lk_buffer *out = &bridge->output;
    lk_buffer_clear(out);
    if (!s->begun) lk_case_sampler_append_names(out, s->sampler, s->weights);
    s->begun = true;
    for (uint32_t i = 0; i < count; i++) {
        lk_case_sampler_next(s->sampler);
        lk_case_sampler_append_case(out, s->sampler, s->weights);
    }
    return lk_buffer_status(out);
}

// ---- Estimates ------------------------------------------------------------------------------

typedef struct lk_bridge_weighting {
    lk_bridge *bridge;
    lk_request request;
    lk_weighting *weighting;
    lk_weighting_report report;
    double start;
} lk_bridge_weighting;

LK_EXPORT void lk_bridge_weighting_free(lk_bridge_weighting *w) {
    if (!w) return;
    lk_weighting_free(w->weighting);
    lk_request_free(w->bridge, &w->request);
    free(w);
}

static lk_status read_weighting(lk_bridge *bridge, const lk_request *request,
                                lk_weighting_options *options) {
    const lk_json *document = request->document;
    if (request->options.joint)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "estimates are of one posterior a target, not of a joint table");
    if (lk_json_get(document, "order"))
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "estimates eliminate nothing: leave the order out");
    LK_TRY(lk_request_number(bridge, document, "precision", &options->precision, 1e-9, 0.5));
    LK_TRY(lk_request_whole(bridge, document, "max_samples", &options->max_samples, 1,
                            UINT64_C(1) << 53));
    return lk_request_seed(bridge, document, &options->seed);
}

static lk_status begin_weighting(lk_bridge_weighting *w, const lk_network *network,
                                 const char *text, size_t length) {
    lk_request *request = &w->request;
    lk_weighting_options options = {0};
    LK_TRY(lk_request_read(w->bridge, request, network, text, length, true));
    LK_TRY(read_weighting(w->bridge, request, &options));
    return lk_weighting_new(w->bridge->context, &w->weighting, request->network,
                            request->targets.variables, request->targets.count,
                            request->evidence.findings, request->evidence.count, &options);
}

// Begins to estimate; further members "precision", "max_samples" and "seed". The network may be
// freed before it.
LK_EXPORT lk_status lk_bridge_weighting_open(lk_bridge *bridge, lk_bridge_weighting **made,
                                             const lk_network *network, const char *text,
                                             size_t length) {
    lk_bridge_weighting *w = calloc(1, sizeof *w);
    if (!w) return LK_ERROR_MEMORY;
    *w = (lk_bridge_weighting){.bridge = bridge, .start = lk_bridge_seconds()};
    lk_status status = begin_weighting(w, network, text, length);
    if (status == LK_OK)
        *made = w;
    else
        lk_bridge_weighting_free(w);
    return status;
}

// Draws 4096 cases: {"samples","effective_samples","largest_error","precise","done"}.
LK_EXPORT lk_status lk_bridge_weighting_next(lk_bridge *bridge, lk_bridge_weighting *w) {
    LK_TRY(lk_weighting_next(w->weighting, &w->report));
    lk_json_writer *writer = bridge->writer;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "samples", (int64_t)w->report.samples);
    lk_json_add_number(writer, "effective_samples", w->report.effective_samples);
    lk_json_add_number(writer, "largest_error", w->report.largest_error);
    lk_json_add_bool(writer, "precise", w->report.precise);
    lk_json_add_bool(writer, "done", w->report.done);
    lk_json_end(writer);
    return lk_bridge_answer(bridge);
}

// The estimates so far: what `likelore net query --engine lw --json` prints.
LK_EXPORT lk_status lk_bridge_weighting_answer(lk_bridge *bridge, const lk_bridge_weighting *w) {
    const lk_request *request = &w->request;
    lk_buffer_clear(&bridge->output);
    return lk_weighting_to_json(&bridge->output, w->weighting, request->network,
                                request->evidence.findings, request->evidence.count, &w->report,
                                lk_bridge_seconds() - w->start);
}
