// Fitting as its modules see it.
#ifndef LK_FIT_H
#define LK_FIT_H

#include "inference/wide.h"
#include "learn/cases.h"

// The queries of one family for one pattern of open variables: the joint distribution of the
// members of the family that are open.
typedef struct lk_fit_query {
    uint32_t variable; // whose family
    lk_query *query;   // NULL: not planned, or given back
} lk_fit_query;

// Cases that leave the same variables open.
typedef struct lk_fit_pattern {
    size_t first, end; // cases
    uint32_t *observed;
    uint32_t observed_count;
    lk_fit_query *queries; // families that are not fully observed
    uint32_t query_count;
} lk_fit_pattern;

struct lk_fit {
    lk_context *context;
    const lk_cases *cases;
    lk_network *network; // with the tables so far
    lk_fit_options options;
    lk_arena arena;    // of what lives as long
    double **counts;   // [variables][cells] of complete families, the same in every iteration
    double **expected; // [variables][cells] with what open ones are expected to add
    double **tables;   // [variables][cells] room for new values
    size_t *cells;
    lk_fit_pattern *patterns;
    size_t pattern_count;
    uint64_t iteration;
    double objective; // of the iteration before
    double log_likelihood;
    bool done;
    uint64_t unseen_rows; // parents' states that no record has, under maximum likelihood
};

// ---- Expectation (fit_expect.c) ---------------------------------------------------------------

// Finds the patterns and which families they leave open.
lk_status lk_fit_make_patterns(lk_fit *fit);
void lk_fit_free_patterns(lk_fit *fit);
// expected = counts + what the open families are expected to add under the tables so far, and the
// log likelihood of all cases under them. LK_ERROR_IMPOSSIBLE, with its line, for a case of
// probability 0.
lk_status lk_fit_expect(lk_fit *fit, double *log_likelihood);

#endif
