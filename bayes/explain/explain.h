// The trace of an elimination: one structure that every rendering reads.
#ifndef LK_EXPLAIN_H
#define LK_EXPLAIN_H

#include "inference/eliminate.h"
#include "likelore/exact.h"

// The numbers of a table, its last variable fastest.
typedef struct lk_trace_values {
    const double *doubles;        // NULL without tables
    const lk_fraction *fractions; // to which these are the nearest; NULL unless asked for
} lk_trace_values;

// A factor as people write it. Scopes are in alphabetical order, the last variable fastest.
typedef struct lk_trace_factor {
    const char *symbol;     // "f1", or as the name
    const char *name;       // "f1(A,W=w)", "P(A|B,E)"
    const char *expression; // "Σ_E P(E) P(A|B,E)"; of an initial factor its name
    uint32_t *observed;     // observed variables that went into it, in alphabetical order
    uint32_t observed_count;
    bool all_ones;
    lk_trace_values values;
} lk_trace_factor;

// What the product of the last factors is divided by, Σ_B P(B) f3(B,W=w).
typedef struct lk_trace_sum {
    const char *expression;
    double value; // 0 or infinite when too small or too large for a double
    double log10;
    const lk_fraction *fraction; // NULL unless asked for
} lk_trace_sum;

struct lk_trace {
    lk_context *context;
    const lk_network *network;
    lk_arena arena;
    lk_arena scratch;
    lk_workspace workspace;
    lk_plan plan; // its factors beside `factors`; the last step's output is the result
    bool *observed;
    uint32_t *states;
    const lk_finding *evidence;
    size_t evidence_count;
    uint32_t *rank; // alphabetical
    uint32_t *targets;
    size_t target_count;
    bool has_tables;
    size_t most_values; // of a factor; 0: all
    lk_trace_factor *factors;
    const char *query;      // "P(B|W=w)"
    const char *expression; // "P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)"
    lk_trace_values result; // the posterior
    lk_trace_sum sum;
};

// Whether a factor of so many cells is to have its values.
bool lk_trace_keeps_values(const lk_trace *trace, size_t cells);

// Computes all values of a trace that is complete without them.
typedef lk_status (*lk_trace_filler)(lk_trace *trace);

// As lk_trace_new, where the filler computes in doubles; with NULL numbers and memory are not
// looked at.
lk_status lk_trace_make(lk_context *context, lk_trace **trace, const lk_network *network,
                        const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                        size_t evidence_count, const lk_query_options *options,
                        lk_trace_filler filler);

// LK_ERROR_IMPOSSIBLE when the evidence has probability zero.
lk_status lk_trace_check_evidence(const lk_trace *trace);

// Number of eliminations: all steps of the plan but the last.
static inline uint32_t lk_trace_eliminations(const lk_trace *trace) {
    return trace->plan.step_count - 1;
}

// The list of remaining factors, kept while walking through the steps. `remaining` has room for
// all factors.
typedef struct lk_trace_list {
    uint32_t *factors;
    uint32_t count;
} lk_trace_list;

void lk_trace_list_start(lk_trace_list *list, const lk_trace *trace);
void lk_trace_list_step(lk_trace_list *list, const lk_trace *trace, uint32_t step);

// The largest factors and joins of a trace; those that do not exist are LK_NO_VARIABLE.
typedef struct lk_trace_summary {
    uint32_t largest_generated; // factor
    uint32_t largest_join;      // step
    uint32_t largest_initial;   // factor
    double cells;               // of all generated factors
    double multiplications;     // of the eliminations
    double additions;
} lk_trace_summary;

lk_trace_summary lk_trace_summarize(const lk_trace *trace);
double lk_trace_multiplications(const lk_trace *trace, uint32_t step);
double lk_trace_additions(const lk_trace *trace, uint32_t step);

#endif
