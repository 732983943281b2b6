// Worked solutions of a sheet of questions.
#ifndef LK_REPORT_H
#define LK_REPORT_H

#include "explain/document.h"
#include "explain/explain.h"
#include "explain/questions.h"

typedef struct lk_arithmetic lk_arithmetic;

typedef struct lk_report {
    lk_context *context;
    const lk_network *network;
    lk_document *document;
    lk_arena scratch; // of one question
    const lk_arithmetic *arithmetic;
} lk_report;

typedef struct lk_report_number {
    double value;
    const lk_fraction *fraction; // to which this is the nearest; NULL in doubles
    double log10; // of a number above 0 that no double holds, which is negative; else 0
} lk_report_number;

typedef struct lk_report_value {
    lk_trace_values values; // over the asked variables without a state, last fastest; one otherwise
    size_t cells;
    lk_report_number p_given; // P(given)
    double log10;             // of the only value, as that of a number
} lk_report_value;

// How a report computes: in doubles or in fractions.
struct lk_arithmetic {
    // P(asked | given). LK_ERROR_IMPOSSIBLE when P(given) is 0.
    lk_status (*compute)(lk_report *report, lk_report_value *value, const lk_probability *p);
    // A number of the table of a variable.
    lk_status (*entry)(lk_report *report, lk_report_number *number, uint32_t variable, size_t cell);
    lk_status (*multiply)(lk_report *report, lk_report_number *product, lk_report_number a,
                          lk_report_number b);
    // |a - b|
    lk_status (*difference)(lk_report *report, lk_report_number *difference, lk_report_number a,
                            lk_report_number b);
    lk_status (*new_trace)(lk_context *context, lk_trace **trace, const lk_network *network,
                           const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                           size_t evidence_count, const lk_query_options *options);
    lk_status (*new_independence)(lk_context *context, lk_independence **independence,
                                  const lk_network *network, const uint32_t *left,
                                  size_t left_count, const uint32_t *right, size_t right_count,
                                  const uint32_t *given, size_t given_count,
                                  const lk_independence_options *options);
    double tolerance; // up to which numbers count as equal
};

// As lk_report_write.
lk_status lk_report_write_with(lk_context *context, lk_buffer *out, const lk_network *network,
                               const char *questions, size_t length, const char *file_name,
                               const lk_document_options *options, const lk_arithmetic *arithmetic);

// Whether a variable is asked in a state, and so all are.
static inline bool lk_asks_states(const lk_probability *p) {
    return p->asked[0].state != LK_NO_STATE;
}

// The cell of those states in a table over the asked variables.
size_t lk_asked_cell(const lk_report *report, const lk_probability *p);

// "P(A=a|B=b)" within a formula.
void lk_report_formula(lk_report *report, const lk_probability *p);
// Solutions, as blocks.
lk_status lk_report_probability(lk_report *report, const lk_probability *p);
lk_status lk_report_comparison(lk_report *report, const lk_probability *a, const lk_probability *b);

#endif
