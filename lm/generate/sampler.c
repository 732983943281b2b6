// The distribution tokens are drawn from.
//
// The filters need tokens in falling order of their logits, mostly the first few of them. A heap
// gives them one by one, without sorting the rest; a logit that is larger, or equal with a lower
// id, comes first, which leaves nothing to chance.
#include "generate/sampler.h"

#include "context.h"
#include "mathfn.h"

#include <math.h>

lk_sampling lk_sampling_default(void) {
    return (lk_sampling){.temperature = 0.8, .top_k = 200, .top_p = 1, .seed = 42};
}

lk_status lk_sampling_check(lk_context *context, const lk_sampling *sampling) {
    if (!(sampling->temperature >= 0) || isinf(sampling->temperature))
        return lk_fail(context, LK_ERROR_USAGE, "temperature must be 0 or more");
    if (!(sampling->top_p > 0 && sampling->top_p <= 1))
        return lk_fail(context, LK_ERROR_USAGE, "top_p must be above 0 and at most 1");
    if (!(sampling->min_p >= 0 && sampling->min_p <= 1))
        return lk_fail(context, LK_ERROR_USAGE, "min_p must be from 0 to 1");
    return LK_OK;
}

// ---- Falling order ------------------------------------------------------------------------------

typedef struct heap {
    uint32_t *ids;
    uint32_t count;
    const float *logits;
} heap;

static bool comes_before(const heap *h, uint32_t a, uint32_t b) {
    if (h->logits[a] != h->logits[b]) return h->logits[a] > h->logits[b];
    return a < b;
}

static void sift_down(const heap *h, uint32_t at) {
    uint32_t id = h->ids[at];
    for (;;) {
        uint64_t child = 2 * (uint64_t)at + 1;
        if (child >= h->count) break;
        if (child + 1 < h->count && comes_before(h, h->ids[child + 1], h->ids[child])) child++;
        if (!comes_before(h, h->ids[child], id)) break;
        h->ids[at] = h->ids[child];
        at = (uint32_t)child;
    }
    h->ids[at] = id;
}

static heap make_heap(uint32_t *ids, const float *logits, uint32_t count) {
    heap h = {ids, count, logits};
    for (uint32_t i = 0; i < count; i++) ids[i] = i;
    for (uint32_t i = count / 2; i-- > 0;) sift_down(&h, i);
    return h;
}

static uint32_t take_first(heap *h) {
    uint32_t first = h->ids[0];
    h->ids[0] = h->ids[--h->count];
    if (h->count) sift_down(h, 0);
    return first;
}

// ---- Filters ------------------------------------------------------------------------------------

// What is left after each filter, as a place in the falling order: everything down to and including
// token `last`.
typedef struct cut {
    bool made;
    uint32_t last;
} cut;

typedef struct filter {
    const float *logits;
    uint32_t count;
    float largest;
    double temperature;
    const lk_sampling *sampling;
} filter;

// Weight relative to the most probable token: exp((logit - largest) / temperature), at most 1.
static double weight(const filter *f, uint32_t id) {
    return lk_exp(((double)f->logits[id] - (double)f->largest) / f->temperature);
}

// Sum of the weights that top-k leaves: of the logits from `least` on, in the order of ids.
static double sum_from(const filter *f, float least) {
    double sum = 0;
    for (uint32_t id = 0; id < f->count; id++)
        if (f->logits[id] >= least) sum += weight(f, id);
    return sum;
}

// The k-th largest logit, which tokens must reach; -∞ when all stay.
static float top_k_least(const filter *f, uint32_t *order) {
    uint32_t k = f->sampling->top_k;
    if (k == 0 || k >= f->count) return -INFINITY;
    heap h = make_heap(order, f->logits, f->count);
    for (; k > 1; k--) take_first(&h);
    return f->logits[take_first(&h)];
}

// The last token, in falling order, that is needed for the weights to reach top_p of their sum.
static cut top_p_cut(const filter *f, uint32_t *order, float least) {
    if (f->sampling->top_p >= 1) return (cut){0};
    double wanted = f->sampling->top_p * sum_from(f, least), sum = 0;
    heap h = make_heap(order, f->logits, f->count);
    for (;;) {
        uint32_t id = take_first(&h);
        sum += weight(f, id);
        if (sum >= wanted || h.count == 0) return (cut){true, id};
    }
}

static bool passes(const filter *f, uint32_t id, float least, cut after) {
    if (f->logits[id] < least) return false;
    if (!after.made || id == after.last) return true;
    return comes_before(&(heap){.logits = f->logits}, id, after.last);
}

static void filter_and_normalise(float *probabilities, uint32_t *order, const filter *f) {
    float least = top_k_least(f, order);
    cut after = top_p_cut(f, order, least);
    double sum = 0;
    for (uint32_t id = 0; id < f->count; id++) {
        double w = passes(f, id, least, after) ? weight(f, id) : 0;
        if (w < f->sampling->min_p) w = 0;
        probabilities[id] = (float)w;
        sum += w;
    }
    for (uint32_t id = 0; id < f->count; id++)
        probabilities[id] = (float)((double)probabilities[id] / sum);
}

// ---- Distribution -------------------------------------------------------------------------------

uint32_t lk_sampling_best(const float *logits, uint32_t vocab_size) {
    uint32_t best = 0;
    for (uint32_t id = 1; id < vocab_size; id++)
        if (logits[id] > logits[best]) best = id;
    return best;
}

static lk_status check_logits(lk_context *context, const float *logits, uint32_t vocab_size) {
    bool possible = false;
    for (uint32_t id = 0; id < vocab_size; id++) {
        if (isnan(logits[id]) || logits[id] == INFINITY)
            return lk_fail(context, LK_ERROR_DATA, "the logit of token %u is not finite",
                           (unsigned)id);
        possible = possible || logits[id] > -INFINITY;
    }
    if (possible) return LK_OK;
    return lk_fail(context, LK_ERROR_DATA, "no token is possible: every logit is minus infinity");
}

lk_status lk_sampling_distribution(lk_context *context, float *probabilities, uint32_t *order,
                                   const float *logits, uint32_t vocab_size,
                                   const lk_sampling *sampling) {
    LK_TRY(lk_sampling_check(context, sampling));
    LK_TRY(check_logits(context, logits, vocab_size));
    uint32_t best = lk_sampling_best(logits, vocab_size);
    if (sampling->temperature == 0) {
        memset(probabilities, 0, vocab_size * sizeof *probabilities);
        probabilities[best] = 1;
        return LK_OK;
    }
    filter f = {logits, vocab_size, logits[best], sampling->temperature, sampling};
    filter_and_normalise(probabilities, order, &f);
    return LK_OK;
}

uint32_t lk_sampling_draw(const float *probabilities, uint32_t vocab_size, double u) {
    double sum = 0, cumulative = 0;
    for (uint32_t id = 0; id < vocab_size; id++) sum += (double)probabilities[id];
    uint32_t last = 0;
    for (uint32_t id = 0; id < vocab_size; id++) {
        if (probabilities[id] == 0) continue;
        cumulative += (double)probabilities[id];
        last = id;
        if (cumulative > u * sum) break;
    }
    return last;
}

double lk_sampling_log_sum(const float *logits, uint32_t vocab_size) {
    double largest = (double)logits[lk_sampling_best(logits, vocab_size)], sum = 0;
    for (uint32_t i = 0; i < vocab_size; i++) sum += lk_exp((double)logits[i] - largest);
    return largest + lk_log(sum);
}

void lk_log_softmax(double *log_probs, const float *logits, uint32_t vocab_size) {
    double log_sum = lk_sampling_log_sum(logits, vocab_size);
    for (uint32_t i = 0; i < vocab_size; i++) log_probs[i] = (double)logits[i] - log_sum;
}
