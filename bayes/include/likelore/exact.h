// Questions of likelore/bayes.h, answered in fractions: 75/107 instead of 0.7009.
//
// Every number of the network counts as it is written, be it a decimal or a fraction such as 1/3;
// of a table that was set as doubles, the shortest decimals that read back as these. Rows that do
// not have the sum 1 are divided by their sum, exactly.
#ifndef LIKELORE_EXACT_H
#define LIKELORE_EXACT_H

#include "likelore/independence.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lk_exact lk_exact;

// In lowest terms; borrowed from what it was asked of.
typedef struct lk_fraction {
    const char *numerator;   // decimal digits
    const char *denominator; // "1" of a whole number
    double value;            // the nearest double
} lk_fraction;

// Plans P(targets | evidence), as lk_query_new does, by variable elimination (the engine of the
// options is not looked at), and reads the tables that matter as they are written. Errors as
// lk_query_new; LK_ERROR_LIMIT, with the number, also when the answer needs numbers of more than
// 19000 digits, more memory than lk_context_memory_limit, or more than 1e11 multiplications of
// words of 64 bits.
lk_status lk_exact_new(lk_context *context, lk_exact **exact, const lk_network *network,
                       const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                       size_t evidence_count, const lk_query_options *options);
void lk_exact_free(lk_exact *exact);

// Does a piece of the work, some tens of milliseconds; *done: the answer is there.
// LK_ERROR_IMPOSSIBLE as lk_query_run.
lk_status lk_exact_next(lk_exact *exact, bool *done);
// Does the rest of the work.
lk_status lk_exact_run(lk_exact *exact);

// When done. P(evidence), or Z of a Markov network.
lk_fraction lk_exact_p_evidence(const lk_exact *exact);
size_t lk_exact_target_count(const lk_exact *exact);
uint32_t lk_exact_target(const lk_exact *exact, size_t index);
// P(target at `index` = state | evidence), unless the question is joint.
lk_fraction lk_exact_posterior(const lk_exact *exact, size_t index, uint32_t state);
// P(targets | evidence) in the cell of these states (last target fastest), if the question is
// joint.
lk_fraction lk_exact_joint(const lk_exact *exact, size_t cell);

// Appends "75/107", or "2" for a whole number.
void lk_buffer_append_fraction(lk_buffer *out, lk_fraction fraction);

// lk_query_to_json with "exact":{"p_evidence","posteriors" or "joint"} beside the doubles: the same
// structure with strings such as "75/107". Both answer the same question.
lk_status lk_query_to_json_exact(lk_buffer *out, const lk_query *query, const lk_exact *exact,
                                 double seconds);

// lk_trace_new in fractions: all renderings show them for every value, for the sum that the last
// product is divided by, and for the answer, with decimals beside them. Errors as lk_exact_new;
// LK_ERROR_DATA when the network has no numbers.
lk_status lk_trace_new_exact(lk_context *context, lk_trace **trace, const lk_network *network,
                             const uint32_t *targets, size_t target_count,
                             const lk_finding *evidence, size_t evidence_count,
                             const lk_query_options *options);

// lk_independence_new with the probabilities compared as fractions: equal means equal, and the
// tolerance is not looked at.
lk_status lk_independence_new_exact(lk_context *context, lk_independence **independence,
                                    const lk_network *network, const uint32_t *left,
                                    size_t left_count, const uint32_t *right, size_t right_count,
                                    const uint32_t *given, size_t given_count,
                                    const lk_independence_options *options);

// lk_report_write with all numbers as fractions: two are equal when their fractions are.
lk_status lk_report_write_exact(lk_context *context, lk_buffer *out, const lk_network *network,
                                const char *questions, size_t length, const char *file_name,
                                const lk_document_options *options);

#ifdef __cplusplus
}
#endif

#endif
