// Data for JavaScript: fitting the tables of a network, drawing cases, and estimates by likelihood
// weighting. All of it is done in pieces, between which a page can stop it.
#include "bridge_work.h"

#include "likelore/learn.h"

#include <string.h>

// ---- Fitting --------------------------------------------------------------------------------

typedef struct fit_work {
    lk_work work;
    lk_cases *cases;
    lk_fit *fit;
} fit_work;

static void end_fit(void *work) {
    fit_work *f = work;
    lk_fit_free(f->fit);
    lk_cases_free(f->cases);
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

static lk_status begin_fit(void *work) {
    fit_work *f = work;
    lk_bridge *bridge = f->work.bridge;
    const lk_json *document = f->work.request.document;
    const lk_network *structure = f->work.request.network;
    lk_fit_options options = {0};
    LK_TRY(read_fitting(bridge, document, &options));
    LK_TRY(lk_cases_read(bridge->context, &f->cases, structure, f->work.table,
                         lk_json_bool(lk_json_get(document, "ignore_columns"), false)));
    lk_work_drop_table(&f->work);
    return lk_fit_new(bridge->context, &f->fit, structure, f->cases, &options);
}

static const lk_work_kind fit_kind = {sizeof(fit_work), begin_fit, end_fit};

// Begins `likelore net fit` with the table: {"method":"ml","alpha","ess","em":false,"tolerance",
// "max_iterations","seed","ignore_columns":false} and the members of bridge_table.h, all optional.
// The network may be freed before the fit.
LK_EXPORT lk_status lk_bridge_fit_open(lk_bridge *bridge, lk_work **made,
                                       const lk_network *structure, const char *text,
                                       size_t text_length, const uint8_t *bytes, size_t length) {
    lk_work_input input = {structure, text, text_length, bytes, length, true};
    return lk_work_open(bridge, made, &fit_kind, &input);
}

LK_EXPORT void lk_bridge_fit_free(lk_work *work) { lk_work_close(work); }

// One iteration: {"iteration","log_likelihood","objective","gain": null in the first,"done",
// "converged"}.
LK_EXPORT lk_status lk_bridge_fit_next(lk_bridge *bridge, lk_work *work) {
    lk_fit_report report;
    LK_TRY(lk_fit_next(((fit_work *)work)->fit, &report));
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
                                          const lk_work *work) {
    const fit_work *f = (const fit_work *)work;
    return lk_network_copy(bridge->context, network, lk_fit_network(f->fit));
}

// ---- Drawing cases --------------------------------------------------------------------------

typedef struct sampler_work {
    lk_work work;
    lk_case_sampler *sampler;
    bool weights;
    bool begun; // the names have been written
} sampler_work;

static void end_sampling(void *work) { lk_case_sampler_free(((sampler_work *)work)->sampler); }

static lk_status begin_sampling(void *work) {
    sampler_work *s = work;
    lk_bridge *bridge = s->work.bridge;
    const lk_request *request = &s->work.request;
    const lk_json *document = request->document;
    uint64_t seed;
    LK_TRY(lk_request_seed(bridge, document, &seed));
    s->weights = lk_json_bool(lk_json_get(document, "weights"), false);
    bool is_seen = lk_json_get(document, "evidence") || lk_json_get(document, "likelihoods") ||
                   lk_json_get(document, "uai_evidence");
    if (is_seen && !s->weights)
        return lk_bridge_fail(bridge, LK_ERROR_USAGE,
                              "with evidence, cases have weights: ask for weights");
    return lk_case_sampler_new(bridge->context, &s->sampler, request->network,
                               request->evidence.findings, request->evidence.count, seed);
}

static const lk_work_kind sampler_kind = {sizeof(sampler_work), begin_sampling, end_sampling};

// Begins to draw; further members "seed" and "weights". The network may be freed before it.
LK_EXPORT lk_status lk_bridge_sampler_open(lk_bridge *bridge, lk_work **made,
                                           const lk_network *network, const char *text,
                                           size_t length) {
    lk_work_input input = {.network = network, .text = text, .text_length = length};
    return lk_work_open(bridge, made, &sampler_kind, &input);
}

LK_EXPORT void lk_bridge_sampler_free(lk_work *work) { lk_work_close(work); }

// The next lines of what `likelore net sample` prints: `count` cases, the first time below the
// names.
LK_EXPORT lk_status lk_bridge_sampler_next(lk_bridge *bridge, lk_work *work, uint32_t count) {
    sampler_work *s = (sampler_work *)work;
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

typedef struct weighting_work {
    lk_work work;
    lk_weighting *weighting;
    lk_weighting_report report;
} weighting_work;

static void end_weighting(void *work) { lk_weighting_free(((weighting_work *)work)->weighting); }

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

static lk_status begin_weighting(void *work) {
    weighting_work *w = work;
    lk_bridge *bridge = w->work.bridge;
    const lk_request *request = &w->work.request;
    lk_weighting_options options = {0};
    LK_TRY(read_weighting(bridge, request, &options));
    return lk_weighting_new(bridge->context, &w->weighting, request->network,
                            request->targets.variables, request->targets.count,
                            request->evidence.findings, request->evidence.count, &options);
}

static const lk_work_kind weighting_kind = {sizeof(weighting_work), begin_weighting, end_weighting};

// Begins to estimate; further members "precision", "max_samples" and "seed". The network may be
// freed before it.
LK_EXPORT lk_status lk_bridge_weighting_open(lk_bridge *bridge, lk_work **made,
                                             const lk_network *network, const char *text,
                                             size_t length) {
    lk_work_input input = {.network = network, .text = text, .text_length = length};
    return lk_work_open(bridge, made, &weighting_kind, &input);
}

LK_EXPORT void lk_bridge_weighting_free(lk_work *work) { lk_work_close(work); }

// Draws 4096 cases: {"samples","effective_samples","largest_error","precise","done"}.
LK_EXPORT lk_status lk_bridge_weighting_next(lk_bridge *bridge, lk_work *work) {
    weighting_work *w = (weighting_work *)work;
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
LK_EXPORT lk_status lk_bridge_weighting_answer(lk_bridge *bridge, const lk_work *work) {
    const weighting_work *w = (const weighting_work *)work;
    const lk_request *request = &work->request;
    lk_buffer_clear(&bridge->output);
    return lk_weighting_to_json(&bridge->output, w->weighting, request->network,
                                request->evidence.findings, request->evidence.count, &w->report,
                                lk_bridge_seconds() - work->start);
}
