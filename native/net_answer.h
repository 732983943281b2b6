// Answers of `net query` as text and as JSON.
#ifndef LIKELORE_NET_ANSWER_H
#define LIKELORE_NET_ANSWER_H

#include "net_question.h"

#include "likelore/exact.h"

// The answer in doubles and, with --exact, in fractions.
typedef struct answers {
    const lk_query *query;
    const lk_exact *exact; // NULL: not asked for
    size_t findings;       // the query was asked with
    double seconds;
} answers;

// Computes the fractions of a question with these findings; to be freed with lk_exact_free in any
// case.
lk_status answer_in_fractions(invocation *call, const question *q, const lk_finding *findings,
                              size_t count, lk_exact **exact);

// The probability of the evidence, where there is any, and the posteriors or the joint table.
void append_answer(lk_buffer *out, const invocation *call, const question *q, const answers *a);
// The line that tells the plan.
void append_plan(lk_buffer *out, const lk_network *network, const lk_query *query);
// The document of --json, on a line.
lk_status append_answer_json(lk_buffer *out, const answers *a);

#endif
