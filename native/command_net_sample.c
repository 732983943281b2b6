// `likelore net sample`: cases drawn from a network.
#include "command_net.h"

#include "net_question.h"
#include "terminal.h"

#include "likelore/learn.h"

#include <stdio.h>
#include <string.h>

typedef struct sampling {
    lk_case_sampler *sampler;
    uint64_t count;
    bool weights, json;
    bool any_weight; // some case agrees with the evidence
} sampling;

static lk_status append_case(const sampling *s, lk_buffer *out) {
    if (!s->json) {
        lk_case_sampler_append_case(out, s->sampler, s->weights);
        return LK_OK;
    }
    LK_TRY(lk_case_sampler_case_to_json(out, s->sampler, s->weights));
    lk_buffer_append_byte(out, '\n');
    return LK_OK;
}

static lk_status draw(const invocation *call, sampling *s, lk_buffer *out) {
    if (!s->json) lk_case_sampler_append_names(out, s->sampler, s->weights);
    for (uint64_t i = 0; i < s->count; i++) {
        if (terminal_interrupted()) return LK_ERROR_INTERRUPTED;
        lk_case_sampler_next(s->sampler);
        s->any_weight |= lk_case_sampler_weight(s->sampler) > 0;
        LK_TRY(append_case(s, out));
        LK_TRY(emit_ready(call, out));
    }
    return LK_OK;
}

// Cases that all have the weight 0: evidence that cannot be, or is rare. Where inference is too
// much to tell which, a remark says that much.
static lk_status check_weights(invocation *call, const question *q, const sampling *s) {
    if (s->any_weight) return LK_OK;
    lk_query *query;
    lk_status status = run_query(call, q, &query);
    if (status == LK_OK) lk_query_free(query);
    if (status != LK_OK && status != LK_ERROR_LIMIT) return status;
    if (!has_flag(call->arguments, "quiet"))
        fprintf(stderr,
                "likelore: note: every weight is 0: none of %llu cases agrees with the "
                "evidence%s\n",
                (unsigned long long)s->count,
                status == LK_OK ? ", which is possible but rare" : "");
    return LK_OK;
}

static lk_status read_count(invocation *call, uint64_t *count) {
    if (!option_value(call->arguments, "count", NULL))
        return usage_error(call, "how many cases? say -n N");
    if (option_integer(call->arguments, "count", count, 1, UINT64_C(1) << 53)) return LK_OK;
    return usage_error(call, "-n takes a whole number from 1, not '%s'",
                       option_value(call->arguments, "count", ""));
}

// What is seen gives cases weights; what is set does not: it is drawn from a table of its own.
static bool is_seen(const invocation *call) {
    return option_value(call->arguments, "evidence", NULL) ||
           option_value(call->arguments, "likelihood", NULL);
}

static lk_status sample(invocation *call, const question *q) {
    sampling s = {.weights = has_flag(call->arguments, "weights"),
                  .json = has_flag(call->arguments, "json")};
    uint64_t seed;
    LK_TRY(read_count(call, &s.count));
    LK_TRY(seed_of(call, &seed));
    if (is_seen(call) && !s.weights)
        return usage_error(call, "with evidence, cases have weights: add --weights");
    LK_TRY(lk_case_sampler_new(call->context, &s.sampler, q->network, q->evidence.findings,
                               q->evidence.count, seed));
    if (!has_flag(call->arguments, "quiet"))
        fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
    terminal_catch_interrupts();
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = draw(call, &s, &out);
    if (status == LK_OK) status = check_weights(call, q, &s);
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    lk_case_sampler_free(s.sampler);
    return status;
}

static lk_status run(invocation *call) {
    question q = {0};
    lk_status status = read_question(call, &q);
    if (status == LK_OK) status = sample(call, &q);
    free_question(&q);
    return status;
}

static const option options[] = {
    {"count", 'n', "N", "number of cases"},
    NET_EVIDENCE,
    {"weights", 0, NULL,
     "keep the evidence in place and add a column with the weight of each case: the probability of "
     "the evidence given its parents' states"},
    NET_NORMALIZE,
    {0}};

const command net_sample_command = {
    .noun = "net",
    .verb = "sample",
    .operands = "FILE",
    .summary = "draw cases from a network",
    .details =
        "Writes cases as CSV, with --json as a line of JSON each, every variable drawn given its "
        "parents. The same seed gives the same cases on every machine. Evidence of probability 0 "
        "is an error.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
