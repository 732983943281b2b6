// Worked solutions of a sheet of questions.
#ifndef LK_REPORT_H
#define LK_REPORT_H

#include "explain/document.h"
#include "explain/questions.h"

typedef struct lk_report {
    lk_context *context;
    const lk_network *network;
    lk_document *document;
    lk_arena scratch; // of one question
} lk_report;

// A number, or the reason why there is none.
typedef struct lk_report_value {
    const double *values; // over the asked variables without a state, last fastest; one otherwise
    size_t cells;
    double p_given; // P(given)
} lk_report_value;

// P(asked | given). LK_ERROR_IMPOSSIBLE when P(given) is 0.
lk_status lk_report_compute(lk_report *report, lk_report_value *value, const lk_probability *p);

// "P(A=a|B=b)" within a formula.
void lk_report_formula(lk_report *report, const lk_probability *p);
// Solutions, as blocks.
lk_status lk_report_probability(lk_report *report, const lk_probability *p);
lk_status lk_report_comparison(lk_report *report, const lk_probability *a, const lk_probability *b);

#endif
