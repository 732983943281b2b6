// Approximate posteriors by likelihood weighting: every case is drawn with the evidence in place,
// and counts with the probability of the evidence given its parents' states.
//
// With weights w and the indicator I of a state, p = Σ w I / Σ w, and its standard error is
// sqrt(Σ w² (I - p)²) / Σ w (the delta method: A. B. Owen, Monte Carlo theory, methods and
// examples, 2013, section 9.2). P(evidence) is the mean of w, with the standard error of a mean.
//
// A step draws a fixed number of cases in chunks, each with sums of its own, and adds the chunks up
// in their order: the result is the same on any number of threads.
#include "learn/sample.h"
#include "pool.h"

enum { CHUNKS = 16, CHUNK_CASES = 256 };

// Σ w and Σ w² over cases.
typedef struct moments {
    lk_wide first;
    lk_wide second;
} moments;

struct lk_weighting {
    lk_context *context;
    const lk_network *network;
    lk_arena arena;
    uint32_t *order; // relevant variables, parents before children
    uint32_t order_count;
    bool *observed;
    uint32_t *evidence_states; // of each variable
    uint32_t *targets;
    size_t *starts; // of the cells of each target, and their number
    size_t target_count;
    uint32_t *chunk_states[CHUNKS];
    moments *chunk_cells[CHUNKS];
    moments chunk_total[CHUNKS];
    moments *cells;
    moments total;
    double *posterior;
    double *standard_error;
    lk_weighting_options options;
    uint64_t samples;
};

// ---- What matters -----------------------------------------------------------------------------

// Marks a variable and all it depends on; parents come before children in `topological`.
static void mark_relevant(const lk_weighting *w, bool *relevant) {
    const lk_network *network = w->network;
    for (uint32_t v = 0; v < network->count; v++) relevant[v] = w->observed[v];
    for (size_t i = 0; i < w->target_count; i++) relevant[w->targets[i]] = true;
    for (uint32_t i = network->count; i-- > 0;) {
        const lk_variable *child = &network->variables[network->topological[i]];
        for (uint32_t p = 0; relevant[network->topological[i]] && p < child->parent_count; p++)
            relevant[child->parents[p]] = true;
    }
}

static lk_status find_order(lk_weighting *w) {
    const lk_network *network = w->network;
    bool *relevant = lk_arena_alloc(&w->arena, network->count, sizeof *relevant);
    LK_NEED(relevant);
    w->order = lk_arena_alloc(&w->arena, network->count, sizeof *w->order);
    LK_NEED(w->order);
    mark_relevant(w, relevant);
    for (uint32_t i = 0; i < network->count; i++) {
        uint32_t v = network->topological[i];
        if (!relevant[v]) continue;
        if (!network->variables[v].table)
            return lk_fail(w->context, LK_ERROR_DATA, "variable \"%s\" has no table",
                           network->variables[v].name);
        w->order[w->order_count++] = v;
    }
    return LK_OK;
}

// ---- Making -----------------------------------------------------------------------------------

static lk_status set_evidence(lk_weighting *w, const lk_finding *evidence, size_t count) {
    uint32_t n = w->network->count;
    w->observed = lk_arena_alloc_zero(&w->arena, n, sizeof *w->observed);
    LK_NEED(w->observed);
    w->evidence_states = lk_arena_alloc_zero(&w->arena, n, sizeof *w->evidence_states);
    LK_NEED(w->evidence_states);
    for (size_t i = 0; i < count; i++) {
        w->observed[evidence[i].variable] = true;
        w->evidence_states[evidence[i].variable] = evidence[i].state;
    }
    return LK_OK;
}

static lk_status set_targets(lk_weighting *w, const uint32_t *targets, size_t count) {
    uint32_t n = w->network->count;
    w->targets = lk_arena_alloc(&w->arena, count + n, sizeof *w->targets);
    LK_NEED(w->targets);
    for (size_t i = 0; i < count; i++) {
        if (w->observed[targets[i]])
            return lk_fail(w->context, LK_ERROR_USAGE, "target \"%s\" is observed",
                           w->network->variables[targets[i]].name);
        w->targets[w->target_count++] = targets[i];
    }
    for (uint32_t v = 0; count == 0 && v < n; v++)
        if (!w->observed[v]) w->targets[w->target_count++] = v;
    w->starts = lk_arena_alloc(&w->arena, w->target_count + 1, sizeof *w->starts);
    LK_NEED(w->starts);
    w->starts[0] = 0;
    for (size_t i = 0; i < w->target_count; i++)
        w->starts[i + 1] = w->starts[i] + w->network->variables[w->targets[i]].state_count;
    return LK_OK;
}

static lk_status make_sums(lk_weighting *w) {
    size_t cells = w->starts[w->target_count];
    w->cells = lk_arena_alloc_zero(&w->arena, cells, sizeof *w->cells);
    LK_NEED(w->cells);
    w->posterior = lk_arena_alloc_zero(&w->arena, cells, sizeof *w->posterior);
    LK_NEED(w->posterior);
    w->standard_error = lk_arena_alloc_zero(&w->arena, cells, sizeof *w->standard_error);
    LK_NEED(w->standard_error);
    for (int c = 0; c < CHUNKS; c++) {
        w->chunk_cells[c] = lk_arena_alloc(&w->arena, cells, sizeof(moments));
        LK_NEED(w->chunk_cells[c]);
        w->chunk_states[c] = lk_arena_alloc(&w->arena, w->network->count, sizeof(uint32_t));
        LK_NEED(w->chunk_states[c]);
        memcpy(w->chunk_states[c], w->evidence_states, w->network->count * sizeof(uint32_t));
    }
    return LK_OK;
}

static lk_status begin(lk_weighting *w, const uint32_t *targets, size_t target_count,
                       const lk_finding *evidence, size_t evidence_count) {
    LK_TRY(lk_network_need_finished(w->context, w->network));
    LK_TRY(lk_network_need_bayes(w->network, "be sampled forward"));
    if (!(w->options.precision >= 0 && w->options.precision < 1))
        return lk_fail(w->context, LK_ERROR_USAGE, "the precision is from 0 to 1, not %g",
                       w->options.precision);
    if (w->options.precision == 0) w->options.precision = 0.001;
    if (w->options.max_samples == 0) w->options.max_samples = 10000000;
    LK_TRY(set_evidence(w, evidence, evidence_count));
    LK_TRY(set_targets(w, targets, target_count));
    LK_TRY(find_order(w));
    return make_sums(w);
}

lk_status lk_weighting_new(lk_context *context, lk_weighting **out, const lk_network *network,
                           const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                           size_t evidence_count, const lk_weighting_options *options) {
    lk_weighting *w = lk_alloc_zero(context, 1, sizeof *w);
    LK_NEED(w);
    w->context = context;
    w->network = network;
    w->arena = lk_arena_make(context, 0);
    if (options) w->options = *options;
    lk_status status = begin(w, targets, target_count, evidence, evidence_count);
    if (status != LK_OK) {
        lk_weighting_free(w);
        return status;
    }
    *out = w;
    return LK_OK;
}

void lk_weighting_free(lk_weighting *w) {
    if (!w) return;
    lk_arena_release(&w->arena);
    lk_free(w->context, w);
}

// ---- Drawing ----------------------------------------------------------------------------------

static void add_weight(moments *m, lk_wide weight, lk_wide square) {
    m->first = lk_wide_add(m->first, weight);
    m->second = lk_wide_add(m->second, square);
}

static void draw_chunk(void *argument, size_t chunk) {
    lk_weighting *w = argument;
    moments *cells = w->chunk_cells[chunk];
    uint32_t *states = w->chunk_states[chunk];
    memset(cells, 0, w->starts[w->target_count] * sizeof *cells);
    w->chunk_total[chunk] = (moments){{0, 0}, {0, 0}};
    for (uint64_t i = 0; i < CHUNK_CASES; i++) {
        lk_wide weight;
        lk_sample_case(w->network, w->order, w->order_count, w->observed, states, &weight,
                       w->options.seed, w->samples + chunk * CHUNK_CASES + i);
        if (weight.mantissa == 0) continue;
        lk_wide square = lk_wide_multiply(weight, weight);
        add_weight(&w->chunk_total[chunk], weight, square);
        for (size_t t = 0; t < w->target_count; t++)
            add_weight(&cells[w->starts[t] + states[w->targets[t]]], weight, square);
    }
}

static void add_chunks(lk_weighting *w) {
    for (int c = 0; c < CHUNKS; c++) {
        add_weight(&w->total, w->chunk_total[c].first, w->chunk_total[c].second);
        for (size_t i = 0; i < w->starts[w->target_count]; i++)
            add_weight(&w->cells[i], w->chunk_cells[c][i].first, w->chunk_cells[c][i].second);
    }
    w->samples += (uint64_t)CHUNKS * CHUNK_CASES;
}

// ---- Estimates --------------------------------------------------------------------------------

double lk_weighting_effective_samples(const lk_weighting *w) {
    if (w->total.first.mantissa == 0) return 0;
    return lk_wide_ratio(lk_wide_multiply(w->total.first, w->total.first), w->total.second);
}

// A state that all cases or none had would have the error 0, which says too much: the error of one
// case more stands in its place.
static double error_of(const lk_weighting *w, size_t cell, double p) {
    lk_wide square = lk_wide_multiply(w->total.first, w->total.first);
    double in = lk_wide_ratio(w->cells[cell].second, square);
    double all = lk_wide_ratio(w->total.second, square), out = all > in ? all - in : 0;
    double error = sqrt((1 - p) * (1 - p) * in + p * p * out);
    double least = 1 / (lk_weighting_effective_samples(w) + 1);
    bool certain = w->cells[cell].first.mantissa == 0 || p == 1;
    return certain && error < least ? least : error;
}

static void set_estimates(lk_weighting *w, lk_weighting_report *report) {
    report->samples = w->samples;
    report->seed = w->options.seed;
    report->effective_samples = lk_weighting_effective_samples(w);
    report->largest_error = 0;
    if (w->total.first.mantissa == 0) {
        report->largest_error = 1;
        return;
    }
    for (size_t i = 0; i < w->starts[w->target_count]; i++) {
        w->posterior[i] = lk_wide_ratio(w->cells[i].first, w->total.first);
        w->standard_error[i] = error_of(w, i, w->posterior[i]);
        if (w->standard_error[i] > report->largest_error)
            report->largest_error = w->standard_error[i];
    }
}

static lk_status fail_no_weight(const lk_weighting *w) {
    return lk_fail(w->context, LK_ERROR_LIMIT,
                   "none of %llu cases agrees with the evidence: it is impossible, or too rare for "
                   "sampling",
                   (unsigned long long)w->samples);
}

lk_status lk_weighting_next(lk_weighting *w, lk_weighting_report *report) {
    lk_pool_run(lk_context_pool(w->context), CHUNKS, draw_chunk, w);
    add_chunks(w);
    set_estimates(w, report);
    report->precise = report->largest_error <= w->options.precision;
    report->done = report->precise || w->samples >= w->options.max_samples;
    if (report->done && w->total.first.mantissa == 0) return fail_no_weight(w);
    return LK_OK;
}

size_t lk_weighting_target_count(const lk_weighting *w) { return w->target_count; }
uint32_t lk_weighting_target(const lk_weighting *w, size_t index) { return w->targets[index]; }

const double *lk_weighting_posterior(const lk_weighting *w, size_t index) {
    return w->posterior + w->starts[index];
}

const double *lk_weighting_standard_errors(const lk_weighting *w, size_t index) {
    return w->standard_error + w->starts[index];
}

static lk_wide p_evidence(const lk_weighting *w) {
    return lk_wide_multiply(w->total.first, lk_wide_make(1 / (double)w->samples, 0));
}

double lk_weighting_p_evidence(const lk_weighting *w) {
    lk_wide p = p_evidence(w);
    return lk_scale_double(p.mantissa, p.exponent);
}

double lk_weighting_log10_p_evidence(const lk_weighting *w) { return lk_wide_log10(p_evidence(w)); }

// Of the mean of n weights: sqrt((Σ w² / n - mean²) / n), as a part of the mean.
double lk_weighting_p_evidence_error(const lk_weighting *w) {
    double n = (double)w->samples, effective = lk_weighting_effective_samples(w);
    if (effective == 0) return 0;
    double variance = n / effective - 1; // of w / mean
    return variance > 0 ? sqrt(variance / n) : 0;
}
