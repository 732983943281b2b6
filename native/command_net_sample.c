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
    bool weights;
} sampling;

static lk_status draw(const invocation *call, const sampling *s, lk_buffer *out) {
    lk_case_sampler_append_names(out, s->sampler, s->weights);
    for (uint64_t i = 0; i < s->count; i++) {
        if (terminal_interrupted()) return LK_ERROR_INTERRUPTED;
        lk_case_sampler_next(s->sampler);
        lk_case_sampler_append_case(out, s->sampler, s->weights);
        LK_TRY(emit_ready(call, out));
    }
    return emit(call, out);
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
    sampling s = {.weights = has_flag(call->arguments, "weights")};
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
        "Writes cases as CSV, each variable drawn given its parents. The same seed gives the "
        "same cases on every machine.",
    .options = options,
    .least_operands = 1,
    .most_operands = 1,
    .run = run,
};
