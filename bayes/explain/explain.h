// The trace of an elimination: one structure that every rendering reads.
#ifndef LK_EXPLAIN_H
#define LK_EXPLAIN_H

#include "inference/eliminate.h"

// A factor as people write it. Scopes are in alphabetical order, the last variable fastest.
typedef struct lk_trace_factor {
    const char *symbol;     // "f1", or as the name
    const char *name;       // "f1(A,W=w)", "P(A|B,E)"
    const char *expression; // "Σ_E P(E) P(A|B,E)"; of an initial factor its name
    uint32_t *observed;     // observed variables that went into it, in alphabetical order
    uint32_t observed_count;
    bool all_ones;
    const double *values; // NULL without tables
} lk_trace_factor;

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
    lk_trace_factor *factors;
    const char *query;      // "P(B|W=w)"
    const char *expression; // "P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)"
    double *result;         // the posterior; NULL without tables
};

// As lk_trace_new; with `structure_only` numbers and memory are not looked at.
lk_status lk_trace_make(lk_context *context, lk_trace **trace, const lk_network *network,
                        const uint32_t *targets, size_t target_count, const lk_finding *evidence,
                        size_t evidence_count, const lk_query_options *options,
                        bool structure_only);

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
